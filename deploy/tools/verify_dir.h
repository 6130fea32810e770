/* A release directory, or the one file of a portable release. */
#ifndef SOTTO_TOOLS_VERIFY_DIR_H
#define SOTTO_TOOLS_VERIFY_DIR_H
#include "verify.h"

/* A release directory. v->note is read from it unless the caller has read one. */
void verify_dir(struct verify *v, const char *dir);
/* A directory that was rebuilt: the same files, without note and proofs. Differences are reported
 * as this kind; returns their number. */
unsigned verify_dir_rebuilt(struct verify *v, const char *dir, const char *kind);
void verify_portable(struct verify *v, const char *file);
#endif
