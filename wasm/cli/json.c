#include "cli/json.h"

/* Valid UTF-8 passes; control characters, quotes and backslashes are escaped. */
static void put_string(FILE *f, struct slice s)
{
    fputc('"', f);
    for (size_t i = 0; i < s.n; i++) {
        uint8_t c = s.p[i];
        if (c == '"' || c == '\\') {
            fputc('\\', f);
            fputc(c, f);
        } else if (c < 0x20 || c == 0x7f) {
            fprintf(f, "\\u%04x", c);
        } else {
            fputc(c, f);
        }
    }
    fputc('"', f);
}

void json_begin(FILE *f, const char *type)
{
    fputs("{\"type\":", f);
    put_string(f, slice_of_string(type));
}

static void put_key(FILE *f, const char *key)
{
    fputc(',', f);
    put_string(f, slice_of_string(key));
    fputc(':', f);
}

void json_text(FILE *f, const char *key, struct slice value)
{
    put_key(f, key);
    put_string(f, value);
}

void json_number(FILE *f, const char *key, uint64_t value)
{
    put_key(f, key);
    fprintf(f, "%llu", (unsigned long long)value);
}

void json_bool(FILE *f, const char *key, bool value)
{
    put_key(f, key);
    fputs(value ? "true" : "false", f);
}

void json_end(FILE *f)
{
    fputs("}\n", f);
    fflush(f);
}
