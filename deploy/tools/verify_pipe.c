#define _GNU_SOURCE /* pipe2, nftw */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "verify_bytes.h"
#include "verify_pipe.h"

#define MESSAGE_BYTES_MAX (128u << 20) /* a body of 64 MiB in base64, and what is around it */
#define PIECE 65536
#define END_MS 3000

uint64_t verify_now_ms(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

void verify_nap(unsigned ms)
{
    struct timespec t = {ms / 1000, (long)(ms % 1000) * 1000000};
    (void)nanosleep(&t, NULL);
}

bool verify_stop_asked(void)
{
    sigset_t waiting;
    return sigpending(&waiting) == 0 &&
           (sigismember(&waiting, SIGINT) == 1 || sigismember(&waiting, SIGTERM) == 1 ||
            sigismember(&waiting, SIGHUP) == 1);
}

static void close_fd(int *fd)
{
    if (*fd >= 0) {
        (void)close(*fd);
    }
    *fd = -1;
}

/* The browser reads commands from 3 and writes to 4; it must see none of our other files. Only
 * calls that are safe after fork. A failure goes to `report`. */
static void become(const char *program, char *const argv[], int in, int out, int report)
{
    sigset_t none;
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    /* Out of the way first: one of them may be 3 or 4. */
    in = fcntl(in, F_DUPFD_CLOEXEC, 10);
    out = fcntl(out, F_DUPFD_CLOEXEC, 10);
    report = fcntl(report, F_DUPFD_CLOEXEC, 10);
    bool fine = null >= 0 && in >= 0 && out >= 0 && report >= 0 && setpgid(0, 0) == 0 &&
                dup2(null, 0) == 0 && dup2(null, 1) == 1 && dup2(null, 2) == 2 &&
                dup2(in, 3) == 3 && dup2(out, 4) == 4;
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    (void)signal(SIGPIPE, SIG_DFL);
    if (fine) {
        (void)execvp(program, argv);
    }
    int why = errno;
    (void)!write(report, &why, sizeof why);
    _exit(127);
}

static bool spawn_browser(struct verify_pipe *p, const char *program, const char *agent,
                          const char **why)
{
    char name[512];
    char data_dir[VERIFY_PATH_MAX + 32];
    int commands[2] = {-1, -1}, events[2] = {-1, -1}, report[2] = {-1, -1};
    int failed = 0;
    snprintf(name, sizeof name, "--user-agent=%s", agent != NULL ? agent : "");
    snprintf(data_dir, sizeof data_dir, "--user-data-dir=%s", p->profile);
    /* As tests/web/e2e/lib.mjs starts it. The sandbox does not work for root. */
    const char *args[] = {program,
                          "--headless=new",
                          "--remote-debugging-pipe",
                          "--disable-gpu",
                          "--no-first-run",
                          "--disable-background-networking",
                          "--disable-component-update",
                          "--disable-sync",
                          data_dir,
                          "about:blank",
                          agent != NULL ? name : "--mute-audio",
                          geteuid() == 0 ? "--no-sandbox" : NULL,
                          NULL};
    bool fine = pipe2(commands, O_CLOEXEC) == 0 && pipe2(events, O_CLOEXEC) == 0 &&
                pipe2(report, O_CLOEXEC) == 0;
    p->pid = fine ? fork() : -1;
    if (p->pid == 0) {
        become(program, (char *const *)(uintptr_t)args, commands[0], events[1], report[1]);
    }
    close_fd(&commands[0]);
    close_fd(&events[1]);
    close_fd(&report[1]);
    p->to = commands[1];
    p->from = events[0];
    if (p->pid > 0 && read(report[0], &failed, sizeof failed) == (ssize_t)sizeof failed) {
        *why = strerror(failed);
        fine = false;
    }
    close_fd(&report[0]);
    if (p->pid < 0) {
        *why = strerror(errno);
    }
    return fine && p->pid > 0;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st;
    (void)kind;
    (void)at;
    (void)remove(path);
    return 0;
}

void verify_remove(const char *path)
{
    /* Programs that end a little later may still write. */
    for (unsigned i = 0; i < 20; i++) {
        (void)nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
        if (access(path, F_OK) != 0) {
            break;
        }
        verify_nap(50);
    }
}

bool verify_wait(unsigned seconds)
{
    uint64_t end = verify_now_ms() + (uint64_t)seconds * 1000;
    while (!verify_stop_asked() && verify_now_ms() < end) {
        verify_nap(100);
    }
    return verify_stop_asked();
}

bool verify_pipe_open(struct verify_pipe *p, const char *program, const char *agent,
                      const char **why)
{
    const char *temp = getenv("TMPDIR");
    memset(p, 0, sizeof *p);
    p->pid = p->to = p->from = -1;
    int n = snprintf(p->profile, sizeof p->profile, "%s/sotto-verify-XXXXXX",
                     temp != NULL && temp[0] == '/' ? temp : "/tmp");
    if (n < 0 || (size_t)n >= sizeof p->profile || mkdtemp(p->profile) == NULL) {
        p->profile[0] = 0;
        *why = "no folder for a profile";
        return false;
    }
    if (!spawn_browser(p, program, agent, why)) {
        verify_pipe_close(p);
        return false;
    }
    return true;
}

void verify_pipe_close(struct verify_pipe *p)
{
    /* Without its pipe the browser ends by itself. */
    close_fd(&p->to);
    close_fd(&p->from);
    uint64_t end = verify_now_ms() + END_MS;
    while (p->pid > 0) {
        int got = waitpid(p->pid, NULL, WNOHANG);
        if (got == p->pid || (got < 0 && errno != EINTR)) {
            (void)kill(-p->pid, SIGKILL); /* whatever it left of its group */
            p->pid = -1;
        } else if (verify_now_ms() > end) {
            (void)kill(-p->pid, SIGKILL);
            (void)kill(p->pid, SIGKILL);
            verify_nap(10);
        } else {
            verify_nap(10);
        }
    }
    if (p->profile[0] != 0) {
        verify_remove(p->profile);
    }
    p->profile[0] = 0;
    tool_bytes_wipe(&p->in);
}

static bool write_all(int fd, const char *text, size_t n)
{
    while (n > 0) {
        ssize_t wrote = write(fd, text, n);
        if (wrote < 0 && errno == EINTR) {
            continue;
        }
        if (wrote <= 0) {
            return false;
        }
        text += wrote;
        n -= (size_t)wrote;
    }
    return true;
}

int verify_pipe_send(struct verify_pipe *p, const char *session, const char *method, json_t *params)
{
    json_t *message = json_pack("{s:i, s:s, s:o}", "id", ++p->last_id, "method", method, "params",
                                params != NULL ? params : json_object());
    if (message != NULL && session != NULL) {
        json_object_set_new(message, "sessionId", json_string(session));
    }
    char *text = message == NULL ? NULL : json_dumps(message, JSON_COMPACT);
    bool fine = text != NULL && write_all(p->to, text, strlen(text) + 1);
    free(text);
    json_decref(message);
    return fine ? p->last_id : 0;
}

/* Takes the message before the first NUL. */
static json_t *take_message(struct verify_pipe *p)
{
    const uint8_t *end = NULL;
    if (p->looked_at < p->in.n) {
        end = memchr(p->in.p + p->looked_at, 0, p->in.n - p->looked_at);
    }
    p->looked_at = end == NULL ? p->in.n : 0;
    if (end == NULL) {
        return NULL;
    }
    size_t n = (size_t)(end - p->in.p);
    json_t *message = json_loadb((const char *)p->in.p, n, JSON_ALLOW_NUL, NULL);
    p->in.n -= n + 1;
    memmove(p->in.p, p->in.p + n + 1, p->in.n);
    return message != NULL ? message : json_object();
}

json_t *verify_pipe_next(struct verify_pipe *p, unsigned wait_ms, bool *gone)
{
    char piece[PIECE];
    uint64_t end = verify_now_ms() + wait_ms;
    *gone = false;
    for (;;) {
        json_t *message = take_message(p);
        if (message != NULL) {
            return message;
        }
        uint64_t now = verify_now_ms();
        struct pollfd ready = {.fd = p->from, .events = POLLIN};
        int n = now >= end ? 0 : poll(&ready, 1, (int)(end - now));
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n == 0) {
            return NULL;
        }
        ssize_t got = n < 0 ? -1 : read(p->from, piece, sizeof piece);
        if (got <= 0 || !verify_bytes_add(&p->in, piece, (size_t)got, MESSAGE_BYTES_MAX)) {
            *gone = true;
            return NULL;
        }
    }
}
