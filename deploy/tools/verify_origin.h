/* What an origin serves. */
#ifndef SOTTO_TOOLS_VERIFY_ORIGIN_H
#define SOTTO_TOOLS_VERIFY_ORIGIN_H
#include "verify.h"

void verify_origin(struct verify *v, const char *origin);
#endif
