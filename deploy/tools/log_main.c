/* sotto-log: the public log of releases. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "release/line.h"
#include "tool_key.h"
#include "log_append.h"
#include "log_ask.h"
#include "log_check.h"
#include "log_proof.h"
#include "log_publish.h"

static int usage(void)
{
    fputs("usage: sotto-log init DB KEYFILE\n"
          "       sotto-log append DB KEYFILE NOTE... [--trust FILE]\n"
          "       sotto-log witness DB --trust FILE\n"
          "       sotto-log publish DB DIR [--trust FILE]\n"
          "       sotto-log proof DB INDEX... [--size N | --trust FILE]\n"
          "       sotto-log consistency DB OLD SIZE\n"
          "       sotto-log check DB\n",
          stderr);
    return TOOL_EXIT_USAGE;
}

static int exit_of(enum err e)
{
    bool machine = e == ERR_HOST || e == ERR_STORE;
    return e == OK ? TOOL_EXIT_OK : machine ? TOOL_EXIT_IO : TOOL_EXIT_REFUSED;
}

/* What follows the command: words, and at most two options that may stand anywhere. */
struct words {
    char **list; /* argv, without the options */
    size_t n;
    const char *trust, *size;
};

/* False when it is not well formed. */
static bool get_words(struct words *w, int argc, char **argv)
{
    *w = (struct words){argv, 0, NULL, NULL};
    for (int i = 0; i < argc; i++) {
        const char **option = strcmp(argv[i], "--trust") == 0  ? &w->trust
                              : strcmp(argv[i], "--size") == 0 ? &w->size
                                                               : NULL;
        if (option != NULL) {
            if (*option != NULL || i + 1 == argc) {
                return false;
            }
            *option = argv[++i];
        } else if (argv[i][0] == '-') {
            return false;
        } else {
            argv[w->n++] = argv[i];
        }
    }
    return true;
}

static int init(const struct words *w)
{
    struct tool_key key;
    if (w->n != 2 || w->trust != NULL || w->size != NULL) {
        return usage();
    }
    enum err e = tool_key_read(&key, w->list[1]);
    if (e == OK) {
        e = log_db_create(w->list[0], &key);
    }
    tool_key_wipe(&key);
    return exit_of(e);
}

static int append(const struct words *w)
{
    if (w->n < 3 || w->size != NULL) {
        return usage();
    }
    struct log_append a = {w->list[0], w->list[1], w->trust, w->list + 2, w->n - 2};
    return exit_of(log_append_run(&a));
}

static int witness(const struct words *w)
{
    if (w->n != 1 || w->trust == NULL || w->size != NULL) {
        return usage();
    }
    return exit_of(log_ask_run(w->list[0], w->trust));
}

static int publish(const struct words *w)
{
    if (w->n != 2 || w->size != NULL) {
        return usage();
    }
    return exit_of(log_publish_run(w->list[0], w->list[1], w->trust));
}

static int proof(const struct words *w)
{
    uint64_t size;
    if (w->n < 2 || (w->size != NULL && w->trust != NULL)) {
        return usage();
    }
    struct log_proof p = {w->list[0], w->trust, NULL, w->list + 1, w->n - 1};
    for (size_t i = 0; i < p.n; i++) {
        if (release_line_decimal_get(&size, slice_of_string(p.indices[i])) != OK) {
            return usage();
        }
    }
    if (w->size != NULL) {
        if (release_line_decimal_get(&size, slice_of_string(w->size)) != OK) {
            return usage();
        }
        p.size = &size;
    }
    return exit_of(log_proof_run(&p));
}

static int consistency(const struct words *w)
{
    uint64_t old_size, size;
    if (w->n != 3 || w->trust != NULL || w->size != NULL ||
        release_line_decimal_get(&old_size, slice_of_string(w->list[1])) != OK ||
        release_line_decimal_get(&size, slice_of_string(w->list[2])) != OK) {
        return usage();
    }
    return exit_of(log_proof_consistency(w->list[0], old_size, size));
}

static int check(const struct words *w)
{
    if (w->n != 1 || w->trust != NULL || w->size != NULL) {
        return usage();
    }
    return exit_of(log_check_run(w->list[0]));
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        int (*run)(const struct words *w);
    } commands[] = {{"init", init},       {"append", append}, {"witness", witness},
                    {"publish", publish}, {"proof", proof},   {"consistency", consistency},
                    {"check", check}};
    struct words w;
    tool_begin("sotto-log");
    if (argc < 2 || !get_words(&w, argc - 2, argv + 2)) {
        return usage();
    }
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (strcmp(argv[1], commands[i].name) == 0) {
            return commands[i].run(&w);
        }
    }
    return usage();
}
