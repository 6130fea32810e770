/* sotto-witness: signs what logs show it, and never two histories of one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "witness_http.h"
#include "release/line.h"

static int usage(void)
{
    fputs("usage: sotto-witness run DB --key KEYFILE (--trust FILE | --log VKEY)... --port N "
          "[--now SECONDS]\n",
          stderr);
    return TOOL_EXIT_USAGE;
}

static int exit_of(enum err e)
{
    bool machine = e == ERR_HOST || e == ERR_STORE;
    return e == OK ? TOOL_EXIT_OK : machine ? TOOL_EXIT_IO : TOOL_EXIT_REFUSED;
}

struct options {
    const char *db, *key;
    uint64_t port, now;
    bool has_port, has_now;
};

static bool get_number(uint64_t *out, bool *has, const char *text)
{
    if (*has || release_line_decimal_get(out, slice_of_string(text)) != OK) {
        return false;
    }
    *has = true;
    return true;
}

/* All but the logs, which need an open witness. */
static bool get_options(struct options *o, int argc, char **argv)
{
    size_t logs = 0;
    memset(o, 0, sizeof *o);
    if (argc < 3 || strcmp(argv[1], "run") != 0) {
        return false;
    }
    o->db = argv[2];
    for (int i = 3; i < argc; i += 2) {
        if (i + 1 == argc) {
            return false;
        }
        bool fine = true;
        if (strcmp(argv[i], "--key") == 0) {
            fine = o->key == NULL;
            o->key = argv[i + 1];
        } else if (strcmp(argv[i], "--trust") == 0 || strcmp(argv[i], "--log") == 0) {
            logs++;
        } else if (strcmp(argv[i], "--port") == 0) {
            fine = get_number(&o->port, &o->has_port, argv[i + 1]) && o->port <= UINT16_MAX;
        } else {
            fine = strcmp(argv[i], "--now") == 0 && get_number(&o->now, &o->has_now, argv[i + 1]);
        }
        if (!fine) {
            return false;
        }
    }
    return o->key != NULL && o->has_port && logs > 0;
}

static enum err add_logs(struct witness *w, int argc, char **argv)
{
    for (int i = 3; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--trust") == 0) {
            TRY(witness_state_add_trust(w, argv[i + 1]));
        } else if (strcmp(argv[i], "--log") == 0) {
            TRY(witness_state_add_log(w, slice_of_string(argv[i + 1])));
        }
    }
    return OK;
}

int main(int argc, char **argv)
{
    struct witness w;
    struct options o;
    tool_begin("sotto-witness");
    if (!get_options(&o, argc, argv)) {
        return usage();
    }
    enum err e = witness_state_open(&w, o.db, o.key);
    if (e != OK) {
        return exit_of(e);
    }
    w.has_now = o.has_now;
    w.now = o.now;
    e = add_logs(&w, argc, argv);
    if (e == OK) {
        e = witness_http_run(&w, (uint16_t)o.port);
    }
    witness_state_close(&w);
    return exit_of(e);
}
