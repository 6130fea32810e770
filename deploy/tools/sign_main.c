/* sotto-release: keys of maintainers, logs and witnesses; signing a release note; checking one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sign_note.h"
#include "tool.h"
#include "release/line.h"
#include "tool_key.h"

static int usage(void)
{
    fputs(
        "usage: sotto-release keygen NAME FILE [--witness]   makes a key, prints its public half\n"
        "       sotto-release vkey FILE                      prints the public half of a key\n"
        "       sotto-release sign NOTE KEYFILE...           adds signatures to a note\n"
        "       sotto-release hash NOTE                      hash of a note's text, for `prev`\n"
        "       sotto-release check NOTE --trust FILE [--recent PROOF [--first PROOF]] "
        "[--now SECONDS]\n",
        stderr);
    return TOOL_EXIT_USAGE;
}

static int exit_of(enum err e)
{
    return e == OK ? TOOL_EXIT_OK : e == ERR_HOST ? TOOL_EXIT_IO : TOOL_EXIT_REFUSED;
}

static void print_vkey(const struct release_key *key)
{
    char line[1024];
    struct buf b = buf_fixed(line, sizeof line);
    release_key_put(&b, key);
    printf("%.*s\n", (int)b.n, line);
}

static int keygen(int argc, char **argv)
{
    struct tool_key k;
    bool witness = argc == 3 && strcmp(argv[2], "--witness") == 0;
    if (argc != 2 && !witness) {
        return usage();
    }
    enum err e = tool_key_create(&k, argv[1], argv[0],
                                 witness ? RELEASE_KEY_COSIGNATURE : RELEASE_KEY_ED25519);
    if (e == OK) {
        print_vkey(&k.key);
    }
    tool_key_wipe(&k);
    return exit_of(e);
}

static int vkey(int argc, char **argv)
{
    struct tool_key k;
    if (argc != 1) {
        return usage();
    }
    enum err e = tool_key_read(&k, argv[0]);
    if (e == OK) {
        print_vkey(&k.key);
    }
    tool_key_wipe(&k);
    return exit_of(e);
}

static int sign(int argc, char **argv)
{
    if (argc < 2) {
        return usage();
    }
    return exit_of(sign_note(argv[0], argv + 1, (size_t)argc - 1));
}

static int hash(int argc, char **argv)
{
    if (argc != 1) {
        return usage();
    }
    return exit_of(sign_hash(argv[0]));
}

static int check(int argc, char **argv)
{
    struct sign_check c = {.now = (uint64_t)time(NULL)};
    if (argc < 1) {
        return usage();
    }
    c.note = argv[0];
    for (int i = 1; i < argc; i += 2) {
        if (i + 1 == argc) {
            return usage();
        }
        const char *value = argv[i + 1];
        if (strcmp(argv[i], "--trust") == 0) {
            c.trust = value;
        } else if (strcmp(argv[i], "--recent") == 0) {
            c.recent = value;
        } else if (strcmp(argv[i], "--first") == 0) {
            c.first = value;
        } else if (strcmp(argv[i], "--now") != 0 ||
                   release_line_decimal_get(&c.now, slice_of_string(value)) != OK) {
            return usage();
        }
    }
    if (c.trust == NULL || (c.first != NULL && c.recent == NULL)) {
        return usage();
    }
    return exit_of(sign_check(&c));
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        int (*run)(int argc, char **argv);
    } commands[] = {
        {"keygen", keygen}, {"vkey", vkey}, {"sign", sign}, {"hash", hash}, {"check", check}};
    tool_begin("sotto-release");
    for (size_t i = 0; argc > 1 && i < sizeof commands / sizeof commands[0]; i++) {
        if (strcmp(argv[1], commands[i].name) == 0) {
            return commands[i].run(argc - 2, argv + 2);
        }
    }
    return usage();
}
