/* A browser at the other end of two pipes. */
#ifndef SOTTO_TOOLS_VERIFY_PIPE_H
#define SOTTO_TOOLS_VERIFY_PIPE_H
#include "verify.h"

struct verify_pipe {
    int pid, to, from; /* -1: none */
    int last_id;
    char profile[VERIFY_PATH_MAX];
    struct tool_bytes in; /* bytes of messages that are not whole yet */
    size_t looked_at;     /* so many of them hold no end of a message */
};
/* Starts the program with a profile of its own; agent: its User-Agent, NULL: its own. False:
 * *why. */
MUST_CHECK bool verify_pipe_open(struct verify_pipe *p, const char *program, const char *agent,
                                 const char **why);
/* Ends it, whatever it does, and removes the profile. */
void verify_pipe_close(struct verify_pipe *p);
/* Sends a command; takes params (NULL: none). The id, or 0 when the browser is gone. */
int verify_pipe_send(struct verify_pipe *p, const char *session, const char *method,
                     json_t *params);
/* The next message within this time; NULL: none, *gone says whether there will be more. */
json_t *verify_pipe_next(struct verify_pipe *p, unsigned wait_ms, bool *gone);
/* Milliseconds of a clock that never goes back. */
uint64_t verify_now_ms(void);
void verify_nap(unsigned ms);
/* A folder and what is in it. */
void verify_remove(const char *path);
/* Has a signal asked the program to end? They are held back while a browser runs. */
bool verify_stop_asked(void);
/* Sleeps; true when a signal has asked to end. */
bool verify_wait(unsigned seconds);
#endif
