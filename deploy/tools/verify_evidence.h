/* Evidence files, of ours or of the page. */
#ifndef SOTTO_TOOLS_VERIFY_EVIDENCE_H
#define SOTTO_TOOLS_VERIFY_EVIDENCE_H
#include "verify.h"

/* Checks an evidence file, of ours or of the page. */
void verify_evidence(struct verify *v, const char *file);
#endif
