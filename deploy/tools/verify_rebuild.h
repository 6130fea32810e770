/* A release built once more from its commit. */
#ifndef SOTTO_TOOLS_VERIFY_REBUILD_H
#define SOTTO_TOOLS_VERIFY_REBUILD_H
#include "verify.h"

/* Runs PROGRAM COMMIT DIR and compares what is then in DIR with this release (verify->result). */
void verify_rebuild(struct verify *v, const char *program);
#endif
