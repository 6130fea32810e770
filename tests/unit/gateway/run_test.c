/* The command `run` in a process of its own, until a signal; what sets a folder up; what a loop and
 * the writer tell backends. */
#include "gateway/run.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gateway/db_notice.h"
#include "gateway/gateway.h"
#include "gateway/own/dispatch.h"
#include "lib/check.h"
#include "lib/gateway_house_native.h"

static struct gateway_house *h;
static char why[700], answer[GATEWAY_HOUSE_ANSWER];

/* ---- the process ----------------------------------------------------------------------------- */

static int told; /* the child's end of a pipe */

static void say(const char *line)
{
    (void)!write(told, line, strlen(line));
}

static void leave(int code)
{
    _exit(40 + code);
}

/* Begins gw_run_forever in a child; what it says first is in `line`. */
static pid_t start(char *line, size_t n)
{
    int pipes[2];
    line[0] = 0;
    CHECK(pipe(pipes) == 0);
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        told = pipes[1];
        if (freopen("/dev/null", "w", stderr) == NULL) { /* its log is not ours */
            _exit(99);
        }
        _exit(gw_run_forever(&h->gw.config, say, leave));
    }
    (void)close(pipes[1]);
    ssize_t k = read(pipes[0], line, n - 1);
    line[k > 0 ? k : 0] = 0;
    (void)close(pipes[0]);
    return child;
}

static int code_of(pid_t child)
{
    int status = 0;
    CHECK(waitpid(child, &status, 0) == child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(it_serves_until_a_signal_and_leaves_in_order)
{
    char line[300], want[100];
    h = gateway_house_begin();
    pid_t child = start(line, sizeof line);
    (void)snprintf(want, sizeof want, "Sotto is running: http://localhost:%d",
                   (int)h->gw.config.app_port);
    CHECK(strcmp(line, want) == 0);
    CHECK(gateway_house_get(h->gw.config.gw_port, "/readyz", "", answer) == 200);
    CHECK(gateway_house_get(h->gw.config.app_port, "/", "", answer) == 200);
    /* the headers are read again, the page goes on */
    gateway_house_put(h->app, "headers.txt", "X-New: yes\n");
    CHECK(kill(child, SIGHUP) == 0);
    for (int i = 0; i < 2000 && gateway_house_header_n(answer, "x-new") == 0; i++) {
        CHECK(gateway_house_get(h->gw.config.app_port, "/", "", answer) == 200);
    }
    CHECK(gateway_house_header_n(answer, "x-new") == 1);
    CHECK(kill(child, SIGTERM) == 0);
    CHECK(code_of(child) == 40); /* by `leave`, with 0 */
    CHECK(gateway_house_connect(h->gw.config.gw_port) < 0);
    gateway_house_end(h);
}

TEST(what_cannot_start_says_why_and_returns)
{
    char line[300];
    h = gateway_house_begin();
    (void)snprintf(h->gw.config.listen, sizeof h->gw.config.listen, "no address");
    CHECK(code_of(start(line, sizeof line)) == 1);
    CHECK(strstr(line, "no address") != NULL);
    gateway_house_end(h);
}

/* ---- setting up ------------------------------------------------------------------------------ */

TEST(a_folder_is_set_up_for_its_owner_and_again_without_harm)
{
    char path[GATEWAY_HOUSE_PATH * 2];
    struct stat st;
    h = gateway_house_begin();
    for (int i = 0; i < 2; i++) {
        CHECK(gw_run_init(&h->gw.config, why, sizeof why));
        CHECK(stat(h->gw.config.dir, &st) == 0 && (st.st_mode & 0777) == 0700);
        (void)snprintf(path, sizeof path, "%s/state/sotto.db", h->dir);
        CHECK(stat(path, &st) == 0 && (st.st_mode & 0777) == 0600 && st.st_size > 4096);
        (void)snprintf(path, sizeof path, "%s/state/blobs", h->dir);
        CHECK(stat(path, &st) == 0 && (st.st_mode & 0777) == 0700);
    }
    gateway_house_end(h);
}

TEST(what_cannot_be_set_up_is_told_in_a_sentence)
{
    h = gateway_house_begin();
    gateway_house_put(h->dir, "file", "");
    (void)snprintf(h->gw.config.dir, sizeof h->gw.config.dir, "%s/file", h->dir);
    CHECK(!gw_run_init(&h->gw.config, why, sizeof why) && strstr(why, "/file") != NULL);
    gateway_house_put(h->dir, "state/blobs", ""); /* no folder for attachments */
    (void)snprintf(h->gw.config.dir, sizeof h->gw.config.dir, "%s/state", h->dir);
    gateway_house_put(h->dir, "state/sotto.db",
                      "not a database, but longer than the hundred bytes "
                      "of the header that every database begins with");
    CHECK(!gw_run_init(&h->gw.config, why, sizeof why) && strstr(why, "sotto.db") != NULL);
    gateway_house_end(h);
}

/* ---- backends -------------------------------------------------------------------------------- */

static char heard[16];

static void hear(char what)
{
    size_t n = strlen(heard);
    if (n < sizeof heard - 1) {
        heard[n] = what;
    }
}
static bool start_a(struct gw_loop *loop)
{
    (void)loop;
    hear('a');
    return true;
}
static bool start_b(struct gw_loop *loop)
{
    (void)loop;
    hear('b');
    return false;
}
static void notice_a(struct gw_loop *loop, const struct gw_db_notice *n)
{
    (void)loop;
    hear(n->id == 7 ? 'A' : '?');
}
static void notice_b(struct gw_loop *loop, const struct gw_db_notice *n)
{
    (void)loop;
    hear(n->id == 7 ? 'B' : '?');
}

static const struct gw_backend one = {.protocol = "a", .start = start_a, .notice = notice_a};
static const struct gw_backend other = {.protocol = "b", .start = start_b, .notice = notice_b};

TEST(every_backend_begins_with_the_loop_and_hears_each_notice)
{
    static const struct gw_backend *const two[] = {&one, &one, NULL};
    static const struct gw_backend *const fails[] = {&one, &other, &one, NULL};
    static struct gw_gateway gw;
    static struct gw_loop loop;
    struct gw_db_notice n = {.id = 7};
    loop.gw = &gw;
    gw.backends = two;
    CHECK(gw_run_hooks.begin(&loop) && strcmp(heard, "aa") == 0);
    memset(heard, 0, sizeof heard);
    gw.backends = fails;
    CHECK(!gw_run_hooks.begin(&loop) && strcmp(heard, "ab") == 0);
    memset(heard, 0, sizeof heard);
    gw_run_notice(&loop, &n);
    CHECK(strcmp(heard, "ABA") == 0);
    CHECK(gw_run_backends[0] == &gw_own_dispatch && gw_run_backends[1] == NULL);
    CHECK(gw_run_hooks.tick != NULL && gw_run_hooks.flush != NULL);
}

TEST_MAIN(TEST_ROW(it_serves_until_a_signal_and_leaves_in_order),
          TEST_ROW(what_cannot_start_says_why_and_returns),
          TEST_ROW(a_folder_is_set_up_for_its_owner_and_again_without_harm),
          TEST_ROW(what_cannot_be_set_up_is_told_in_a_sentence),
          TEST_ROW(every_backend_begins_with_the_loop_and_hears_each_notice))
