/* sotto-verify: compares notes, folders, files and origins with what was signed and logged. */
#include <curl/curl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "verify_browser.h"
#include "verify_dir.h"
#include "verify_evidence.h"
#include "verify_monitor.h"
#include "verify_origin.h"
#include "verify_pipe.h"
#include "verify_release.h"
#include "verify_report.h"
#include "release/line.h"

#define SECONDS_MAX 31536000u

struct options {
    const char *command, *target, *trust, *evidence, *note, *recent, *first, *now, *browser;
    const char *origin, *log, *state, *rebuild, *every, *stale, *patience,
        *lag; /* of the monitor */
    bool allow_cooling, with_browser;
    enum tool_exit worst; /* of rounds that were reported already */
};

static int usage(void)
{
    fputs("usage: sotto-verify note FILE [--recent PROOF [--first PROOF]]\n"
          "       sotto-verify dir DIR [--note FILE --recent PROOF --first PROOF]\n"
          "       sotto-verify portable FILE [--note FILE --recent PROOF [--first PROOF]]\n"
          "       sotto-verify origin URL [--browser[=PROGRAM]]\n"
          "       sotto-verify evidence FILE\n"
          "       sotto-verify monitor --origin URL [--log URL] [--state DIR] [--every SECONDS] "
          "[--rebuild PROGRAM]\n"
          "                    [--browser[=PROGRAM]] [--stale SECONDS] [--patience SECONDS] [--lag "
          "SECONDS]\n"
          "all of them: --trust FILE [--evidence FILE] [--allow-cooling] [--now SECONDS]\n"
          "exit code: 0 as signed; 1 differs, refused or an alert; 2 usage; 3 unreachable or "
          "unreadable\n",
          stderr);
    return TOOL_EXIT_USAGE;
}

/* `--name VALUE` moves i on. False: no such option, or no value. */
static bool take_option(struct options *o, int argc, char **argv, int *i)
{
    const struct {
        const char *name;
        const char **value;
    } values[] = {{"--trust", &o->trust},       {"--evidence", &o->evidence},
                  {"--note", &o->note},         {"--recent", &o->recent},
                  {"--first", &o->first},       {"--now", &o->now},
                  {"--origin", &o->origin},     {"--log", &o->log},
                  {"--state", &o->state},       {"--rebuild", &o->rebuild},
                  {"--every", &o->every},       {"--stale", &o->stale},
                  {"--patience", &o->patience}, {"--lag", &o->lag}};
    const char *arg = argv[*i];
    if (strcmp(arg, "--allow-cooling") == 0) {
        o->allow_cooling = true;
        return true;
    }
    if (strcmp(arg, "--browser") == 0 || strncmp(arg, "--browser=", 10) == 0) {
        o->with_browser = true;
        o->browser = arg[9] == '=' ? arg + 10 : "chromium";
        return true;
    }
    for (size_t k = 0; k < sizeof values / sizeof values[0]; k++) {
        if (strcmp(arg, values[k].name) == 0 && *i + 1 < argc) {
            *values[k].value = argv[++*i];
            return true;
        }
    }
    return false;
}

static bool read_given(struct verify *v, struct tool_bytes *out, const char *path, size_t max)
{
    enum err e = path == NULL ? OK : tool_read(out, path, max);
    if (e == ERR_LIMIT) {
        verify_differs(v, "file", path, "is longer than %zu bytes", max);
    } else if (e != OK) {
        verify_unreachable(v, path, "cannot be read");
    }
    return e == OK;
}

static bool read_all(struct verify *v, const struct options *o)
{
    return read_given(v, &v->note, o->note, RELEASE_NOTE_BYTES_MAX) &&
           read_given(v, &v->recent, o->recent, RELEASE_PROOF_BYTES_MAX) &&
           read_given(v, &v->first, o->first, RELEASE_PROOF_BYTES_MAX);
}

static bool run_note(struct verify *v, struct options *o)
{
    o->note = o->target;
    if (read_all(v, o)) {
        struct verify_names names = {o->note, o->recent, o->first};
        (void)(o->recent != NULL ? verify_release(v, &names) : verify_signatures(v, o->note));
    }
    return true;
}

static bool run_dir(struct verify *v, struct options *o)
{
    if ((o->note == NULL) != (o->recent == NULL)) {
        return false;
    }
    if (read_all(v, o)) {
        verify_dir(v, o->target);
    }
    return true;
}

/* Without --note, note and proofs lie beside the file: FILE.note, FILE.proof, FILE.first. */
static bool run_portable(struct verify *v, struct options *o)
{
    char note[TOOL_PATH_MAX], recent[TOOL_PATH_MAX], first[TOOL_PATH_MAX];
    if ((o->note == NULL) != (o->recent == NULL)) {
        return false;
    }
    if (o->note == NULL) {
        snprintf(note, sizeof note, "%s.note", o->target);
        snprintf(recent, sizeof recent, "%s.proof", o->target);
        snprintf(first, sizeof first, "%s.first", o->target);
        o->note = note;
        o->recent = recent;
        o->first = access(first, F_OK) == 0 ? first : NULL;
    }
    struct verify_names names = {o->note, o->recent, o->first};
    if (read_all(v, o) && verify_release(v, &names)) {
        verify_portable(v, o->target);
    }
    return true;
}

/* An origin and nothing after it. */
static bool is_origin(const char *url)
{
    const char *rest = strncmp(url, "https://", 8) == 0  ? url + 8
                       : strncmp(url, "http://", 7) == 0 ? url + 7
                                                         : "";
    return rest[0] != 0 && strlen(url) < VERIFY_PATH_MAX && strpbrk(rest, "/?#@ ") == NULL;
}

static bool take_origin(char url[VERIFY_PATH_MAX], const char *text)
{
    size_t n = text == NULL ? 0 : strlen(text);
    if (n == 0 || n >= VERIFY_PATH_MAX) {
        return false;
    }
    snprintf(url, VERIFY_PATH_MAX, "%s", text);
    if (url[n - 1] == '/') {
        url[n - 1] = 0;
    }
    return is_origin(url);
}

static bool run_origin(struct verify *v, struct options *o)
{
    char url[VERIFY_PATH_MAX];
    if (!take_origin(url, o->target)) {
        return false;
    }
    verify_origin(v, url);
    if (o->with_browser && v->result.text.file_n > 0) {
        verify_browser(v, url, o->browser);
    }
    v->origin = o->target; /* outlives us */
    return true;
}

static bool run_evidence(struct verify *v, struct options *o)
{
    verify_evidence(v, o->target);
    return true;
}

static bool seconds(uint64_t *out, const char *text)
{
    return text == NULL ||
           (release_line_decimal_get(out, slice_of_string(text)) == OK && *out <= SECONDS_MAX);
}

/* The next round starts with nothing found. */
static bool again(struct verify *v, const struct options *o, char path[TOOL_PATH_MAX])
{
    json_decref(v->findings);
    json_decref(v->files);
    tool_bytes_wipe(&v->note);
    tool_bytes_wipe(&v->recent);
    tool_bytes_wipe(&v->first);
    memset(&v->result, 0, sizeof v->result);
    if (o->now == NULL) {
        v->now = (uint64_t)time(NULL);
    }
    /* What one round has found stays when the next one finds something else. */
    if (o->evidence != NULL) {
        int n = snprintf(path, TOOL_PATH_MAX, "%s.%llu", o->evidence, (unsigned long long)v->now);
        v->evidence_path = n > 0 && n < TOOL_PATH_MAX ? path : o->evidence;
    }
    return verify_open(v);
}

static bool run_monitor(struct verify *v, struct options *o)
{
    char origin[VERIFY_PATH_MAX], path[TOOL_PATH_MAX];
    uint64_t every = 0;
    sigset_t ending;
    struct verify_monitor m = {.log_url = o->log,
                               .state = o->state,
                               .rebuild = o->rebuild,
                               .browser = o->with_browser ? o->browser : NULL,
                               .stale_s = RELEASE_STALE_S / 2,
                               .patience_s = 10,
                               .lag_s = 2 * RELEASE_COOLING_S};
    if (!take_origin(origin, o->origin) || (o->log == NULL && v->trust.log_url.n == 0) ||
        !seconds(&every, o->every) || !seconds(&m.stale_s, o->stale) ||
        !seconds(&m.patience_s, o->patience) || !seconds(&m.lag_s, o->lag) ||
        (o->every != NULL && every == 0)) {
        return false;
    }
    m.origin = origin;
    v->allow_cooling = true; /* a new release is what a monitor is for */
    (void)sigemptyset(&ending);
    (void)sigaddset(&ending, SIGINT);
    (void)sigaddset(&ending, SIGTERM);
    (void)sigaddset(&ending, SIGHUP);
    (void)sigprocmask(SIG_BLOCK, &ending, NULL);
    verify_monitor_round(v, &m);
    enum tool_exit worst = TOOL_EXIT_OK;
    while (every > 0) {
        enum tool_exit code = verify_end(v);
        /* What a round could not reach because we had to end says nothing. */
        if (code == TOOL_EXIT_REFUSED ||
            (code == TOOL_EXIT_IO && worst == TOOL_EXIT_OK && !verify_stop_asked())) {
            worst = code;
        }
        if (verify_wait((unsigned)every) || !again(v, o, path)) {
            break;
        }
        verify_monitor_round(v, &m);
    }
    o->worst = worst;
    v->origin = o->origin; /* outlives us */
    return true;
}

static bool start(struct verify *v, const struct options *o)
{
    v->evidence_path = o->evidence;
    v->allow_cooling = o->allow_cooling;
    v->now = (uint64_t)time(NULL);
    return (o->now == NULL || release_line_decimal_get(&v->now, slice_of_string(o->now)) == OK) &&
           verify_open(v);
}

static const struct {
    const char *name;
    bool (*run)(struct verify *v, struct options *o); /* false: usage */
} commands[] = {{"note", run_note},     {"dir", run_dir},           {"portable", run_portable},
                {"origin", run_origin}, {"evidence", run_evidence}, {"monitor", run_monitor}};

static int run(struct verify *v, struct options *o)
{
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (strcmp(o->command, commands[i].name) != 0) {
            continue;
        }
        if (!verify_trust(v, o->trust)) {
            return TOOL_EXIT_IO;
        }
        bool has_target = o->target != NULL;
        if (has_target == (commands[i].run == run_monitor) || !commands[i].run(v, o)) {
            return usage();
        }
        enum tool_exit code = o->every != NULL ? o->worst : verify_end(v);
        return (int)code;
    }
    return usage();
}

int main(int argc, char **argv)
{
    struct options o = {0};
    struct verify v;
    memset(&v, 0, sizeof v);
    tool_begin("sotto-verify");
    (void)signal(SIGPIPE,
                 SIG_IGN); /* a write to a browser that has ended fails, and does not end us */
    for (int i = 1; i < argc; i++) {
        if (strncmp(argv[i], "--", 2) == 0) {
            if (!take_option(&o, argc, argv, &i)) {
                return usage();
            }
        } else if (o.command == NULL) {
            o.command = argv[i];
        } else if (o.target == NULL) {
            o.target = argv[i];
        } else {
            return usage();
        }
    }
    if (o.command == NULL || o.trust == NULL || (o.first != NULL && o.recent == NULL) ||
        curl_global_init(CURL_GLOBAL_DEFAULT) != 0) {
        return usage();
    }
    int code = start(&v, &o) ? run(&v, &o) : usage();
    verify_close(&v);
    curl_global_cleanup();
    return code;
}
