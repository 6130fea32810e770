/* What the tools around a release share: whole files with a bound, durable writing.
 * Every failure is said on stderr by the function that met it, as `PROGRAM: PATH: why`; callers
 * only pass it on. PROGRAM is what tool_begin was given. */
#ifndef SOTTO_TOOLS_TOOL_H
#define SOTTO_TOOLS_TOOL_H
#include "base/slice.h"

#define TOOL_PATH_MAX 4096

/* Exit codes of all tools. */
enum tool_exit { TOOL_EXIT_OK = 0, TOOL_EXIT_REFUSED = 1, TOOL_EXIT_USAGE = 2, TOOL_EXIT_IO = 3 };

/* Starts randomness and signatures. Call first. */
void tool_begin(const char *program);
/* A line on stderr with the program's name before it. */
void tool_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Bytes on the heap, followed by a NUL. Freed and wiped by tool_bytes_wipe, which accepts the zero
 * state. */
struct tool_bytes {
    uint8_t *p;
    size_t n;
};
struct slice tool_bytes_slice(const struct tool_bytes *b);
void tool_bytes_wipe(struct tool_bytes *b);

/* Reads a regular file of at most `max` bytes. ERR_GONE (there is none), ERR_LIMIT or ERR_HOST. */
MUST_CHECK enum err tool_read(struct tool_bytes *out, const char *path, size_t max);
/* Puts these bytes where `path` is: a new file beside it, fsync, rename, fsync of the folder. A
 * reader sees the old bytes or the new ones. mode is that of the file (0644, 0600). ERR_HOST. */
MUST_CHECK enum err tool_replace(const char *path, struct slice bytes, unsigned mode);
/* The same for a file that must not be there yet. ERR_STATE when it is, ERR_HOST. */
MUST_CHECK enum err tool_create(const char *path, struct slice bytes, unsigned mode);
#endif
