/* The same bodies as a browser receives them. */
#ifndef SOTTO_TOOLS_VERIFY_BROWSER_H
#define SOTTO_TOOLS_VERIFY_BROWSER_H
#include "verify.h"

/* The same bodies as a browser receives them. */
void verify_browser(struct verify *v, const char *origin, const char *program);
#endif
