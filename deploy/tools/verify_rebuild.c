#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "verify_dir.h"
#include "verify_head.h"
#include "verify_pipe.h"
#include "verify_rebuild.h"
#include "verify_report.h"

#define REBUILD_S 7200
#define NOT_STARTED 127

/* The program in a group of its own; its output goes where ours of this kind goes: stderr. */
static int start(const char *program, const char *commit, const char *dir)
{
    const char *args[] = {program, commit, dir, NULL};
    sigset_t none;
    fflush(stdout);
    int pid = fork();
    if (pid != 0) {
        return pid;
    }
    (void)setpgid(0, 0);
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    (void)signal(SIGPIPE, SIG_DFL);
    if (dup2(2, 1) == 1) {
        (void)execvp(program, (char *const *)(uintptr_t)args);
    }
    _exit(NOT_STARTED);
}

/* Its exit code; -1: ended by us, because of the time or a signal to us. */
static int wait_for(int pid)
{
    uint64_t end = verify_now_ms() + (uint64_t)REBUILD_S * 1000;
    int status = 0;
    for (;;) {
        int got = waitpid(pid, &status, WNOHANG);
        if (got == pid) {
            return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
        }
        if (got < 0 && errno != EINTR) {
            return -1;
        }
        if (verify_now_ms() > end || verify_stop_asked()) {
            (void)kill(-pid, SIGKILL);
            (void)kill(pid, SIGKILL);
            (void)waitpid(pid, &status, 0);
            return -1;
        }
        verify_nap(50);
    }
}

void verify_rebuild(struct verify *v, const char *program)
{
    char folder[TOOL_PATH_MAX], out[TOOL_PATH_MAX + 8], commit[80], where[160];
    const char *temp = getenv("TMPDIR");
    verify_text(commit, sizeof commit, v->result.text.commit);
    snprintf(where, sizeof where, "release %llu, commit %s", (unsigned long long)v->result.text.seq,
             commit);
    snprintf(folder, sizeof folder, "%s/sotto-rebuild-XXXXXX",
             temp != NULL && temp[0] == '/' ? temp : "/tmp");
    if (mkdtemp(folder) == NULL) {
        verify_unreachable(v, folder, strerror(errno));
        return;
    }
    snprintf(out, sizeof out, "%s/out", folder);
    int pid = start(program, commit, out);
    int code = pid < 0 ? NOT_STARTED : wait_for(pid);
    if (code == NOT_STARTED || code < 0) {
        verify_unreachable(v, where,
                           code < 0 ? "the rebuild was stopped"
                                    : "the program for rebuilds does not start");
    } else if (code != 0) {
        verify_differs(v, "unreproducible", where, "the rebuild ended with code %d", code);
    } else if (verify_dir_rebuilt(v, out, "unreproducible") == 0) {
        verify_ok(v, "rebuilt", where);
    }
    verify_remove(folder);
}
