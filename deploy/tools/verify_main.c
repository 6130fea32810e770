/* sotto-verify: compares notes, folders, files and origins with what was signed and logged. */
#include <curl/curl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "verify.h"

struct options {
    const char *command, *target, *trust, *evidence, *note, *recent, *first, *now, *browser;
    bool allow_cooling, with_browser;
};

static int usage(void)
{
    fputs("usage: sotto-verify note FILE [--recent PROOF [--first PROOF]]\n"
          "       sotto-verify dir DIR [--note FILE --recent PROOF --first PROOF]\n"
          "       sotto-verify portable FILE [--note FILE --recent PROOF [--first PROOF]]\n"
          "       sotto-verify origin URL [--browser[=PROGRAM]]\n"
          "       sotto-verify evidence FILE\n"
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
    } values[] = {{"--trust", &o->trust},   {"--evidence", &o->evidence}, {"--note", &o->note},
                  {"--recent", &o->recent}, {"--first", &o->first},       {"--now", &o->now}};
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

/* An origin and nothing behind it. */
static bool is_origin(const char *url)
{
    const char *rest = strncmp(url, "https://", 8) == 0  ? url + 8
                       : strncmp(url, "http://", 7) == 0 ? url + 7
                                                         : "";
    return rest[0] != 0 && strlen(url) < VERIFY_PATH_MAX && strpbrk(rest, "/?#@ ") == NULL;
}

static bool run_origin(struct verify *v, struct options *o)
{
    char url[VERIFY_PATH_MAX];
    size_t n = strlen(o->target);
    snprintf(url, sizeof url, "%s", o->target);
    if (n > 0 && n < sizeof url && url[n - 1] == '/') {
        url[n - 1] = 0;
    }
    if (!is_origin(url)) {
        return false;
    }
    verify_origin(v, url);
    if (o->with_browser && v->result.text.file_n > 0) {
        verify_browser(v, url, o->browser);
    }
    v->origin = o->target; /* outlives us */
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
} commands[] = {
    {"note", run_note}, {"dir", run_dir}, {"portable", run_portable}, {"origin", run_origin}};

static int run(struct verify *v, struct options *o)
{
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (strcmp(o->command, commands[i].name) != 0) {
            continue;
        }
        if (!verify_trust(v, o->trust)) {
            return TOOL_EXIT_IO;
        }
        return commands[i].run(v, o) ? (int)verify_end(v) : usage();
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
                 SIG_IGN); /* a write to a browser that has ended is an error, not our end */
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
    if (o.command == NULL || o.target == NULL || o.trust == NULL ||
        (o.first != NULL && o.recent == NULL) || curl_global_init(CURL_GLOBAL_DEFAULT) != 0) {
        return usage();
    }
    int code = start(&v, &o) ? run(&v, &o) : usage();
    verify_close(&v);
    curl_global_cleanup();
    return code;
}
