/* What was found: lines on stdout, and the evidence. */
#ifndef SOTTO_TOOLS_VERIFY_REPORT_H
#define SOTTO_TOOLS_VERIFY_REPORT_H
#include "verify.h"

/* Starts lists and counts; verify_close frees all of the session. */
MUST_CHECK bool verify_open(struct verify *v);
void verify_close(struct verify *v);
/* Prints `ok KIND PATH`. */
void verify_ok(struct verify *v, const char *kind, const char *path);
/* Prints `differs KIND PATH: DETAIL` and keeps it as evidence, with printable letters only: part of
 * it may come from the other side. path may be "". */
void verify_differs(struct verify *v, const char *kind, const char *path, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* Adds a text to the last finding: what the other side said, as it was. */
void verify_attach(struct verify *v, const char *name, struct slice bytes);
/* Prints `unreachable PATH: DETAIL`. */
void verify_unreachable(struct verify *v, const char *path, const char *detail);
/* What a file was and should have been, for the evidence. found: NULL when there was none. */
void verify_keep(struct verify *v, const char *path, const char *listed, const char *found);
/* Prints the totals, writes the evidence file when one was asked for and something differs; the
 * exit code. */
enum tool_exit verify_end(struct verify *v);
#endif
