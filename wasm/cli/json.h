/* JSON lines of the command-line client: writing only. */
#ifndef SOTTO_CLI_JSON_H
#define SOTTO_CLI_JSON_H
#include <stdio.h>

#include "base/slice.h"

/* {"type":NAME  ... } one object a line; fields follow in order. */
void json_begin(FILE *f, const char *type);
void json_text(FILE *f, const char *key, struct slice value);
void json_number(FILE *f, const char *key, uint64_t value);
void json_bool(FILE *f, const char *key, bool value);
void json_end(FILE *f);

#endif
