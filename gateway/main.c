/* sotto-gateway: the command line. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gateway/admin.h"
#include "gateway/config.h"
#include "gateway/doctor.h"
#include "gateway/gateway.h"
#include "gateway/run.h"

enum { EXIT_FINE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

static const char usage_text[] =
    "sotto-gateway " GW_GATEWAY_VERSION ", the post office of Sotto\n"
    "\n"
    "  sotto-gateway run     --dir DIR [settings]   serve (sets DIR up when it is empty)\n"
    "  sotto-gateway init    --dir DIR              set DIR up\n"
    "  sotto-gateway doctor  --dir DIR [--json]     look for what is wrong\n"
    "  sotto-gateway invite  --dir DIR [--uses N] [--days N] [--json]\n"
    "                                               make an invitation\n"
    "  sotto-gateway backup  --dir DIR FILE         copy of the database, while running\n"
    "  sotto-gateway stats   --dir DIR [--json]     counts, nothing else\n"
    "  sotto-gateway config  --dir DIR [settings]   every setting and its value\n"
    "  sotto-gateway --version | --help\n"
    "\n"
    "Settings come from the defaults, DIR/gateway.conf or --config FILE, the environment\n"
    "(SOTTO_APP_PORT and so on) and the command line, the later the stronger:\n";

struct options {
    struct gw_config config;
    struct gw_admin_options admin;
    const char *command, *config_file;
};

static void say(const char *line)
{
    printf("%s\n", line);
    fflush(stdout);
}

static void leave(int code)
{
    exit(code);
}

static void print_usage(FILE *out)
{
    struct gw_config c;
    gw_config_default(&c);
    fputs(usage_text, out);
    for (size_t i = 0; gw_config_name(i) != NULL; i++) {
        char value[GW_CONFIG_TEXT_MAX];
        gw_config_show(&c, i, value, sizeof value);
        fprintf(out, "  --%-20s %s%s%s%s\n", gw_config_name(i), gw_config_help(i),
                value[0] != 0 ? " (" : "", value, value[0] != 0 ? ")" : "");
    }
    fputs("\nExit codes: 0 fine, 1 failed, 2 usage, 3 doctor found something.\n", out);
}

static int usage(const char *why)
{
    fprintf(stderr, "sotto-gateway: %s\nSee sotto-gateway --help.\n", why);
    return EXIT_USAGE;
}

/* First pass: what decides where the settings file is. */
static void find_files(struct options *o, int argc, char **argv, char *dir, size_t n)
{
    const char *env = getenv("SOTTO_DIR");
    snprintf(dir, n, "%s", env != NULL ? env : "");
    for (int i = 2; i + 1 < argc; i++) {
        if (strcmp(argv[i], "--dir") == 0) {
            snprintf(dir, n, "%s", argv[i + 1]);
        } else if (strcmp(argv[i], "--config") == 0) {
            o->config_file = argv[i + 1];
        }
    }
}

/* One option; *i moves over its value. */
static bool take_option(struct options *o, int argc, char **argv, int *i, char *why, size_t n)
{
    const char *name = argv[*i] + 2;
    if (strncmp(argv[*i], "--", 2) != 0) {
        if (o->admin.file != NULL) {
            snprintf(why, n, "what is '%s'?", argv[*i]);
            return false;
        }
        o->admin.file = argv[*i];
        return true;
    }
    if (strcmp(name, "json") == 0) {
        o->admin.json = true;
        return true;
    }
    if (gw_config_is_flag(name)) {
        return gw_config_set(&o->config, name, "yes", why, n);
    }
    if (*i + 1 >= argc) {
        snprintf(why, n, "--%s wants a value", name);
        return false;
    }
    const char *value = argv[++*i];
    if (strcmp(name, "config") == 0) {
        return true;
    }
    if (strcmp(name, "uses") == 0 || strcmp(name, "days") == 0) {
        char *end = NULL;
        long v = strtol(value, &end, 10);
        if (*end != 0 || v < 1 || v > 100000) {
            snprintf(why, n, "--%s wants a number", name);
            return false;
        }
        *(strcmp(name, "uses") == 0 ? &o->admin.uses : &o->admin.days) = v;
        return true;
    }
    return gw_config_set(&o->config, name, value, why, n);
}

static bool read_settings(struct options *o, int argc, char **argv, char *why, size_t n)
{
    char dir[GW_CONFIG_TEXT_MAX], path[GW_CONFIG_TEXT_MAX + 32];
    gw_config_default(&o->config);
    find_files(o, argc, argv, dir, sizeof dir);
    snprintf(path, sizeof path, "%s/gateway.conf", dir);
    if (o->config_file != NULL) {
        if (!gw_config_file(&o->config, o->config_file, why, n)) {
            return false;
        }
    } else if (dir[0] != 0 && access(path, F_OK) == 0 &&
               !gw_config_file(&o->config, path, why, n)) {
        return false;
    }
    if (!gw_config_environment(&o->config, why, n)) {
        return false;
    }
    for (int i = 2; i < argc; i++) {
        if (!take_option(o, argc, argv, &i, why, n)) {
            return false;
        }
    }
    if (o->config.dir[0] == 0) {
        snprintf(why, n, "say where the state is: --dir DIR");
        return false;
    }
    return gw_config_check(&o->config, why, n);
}

static int show_config(const struct gw_config *c)
{
    for (size_t i = 0; gw_config_name(i) != NULL; i++) {
        char value[GW_CONFIG_TEXT_MAX];
        gw_config_show(c, i, value, sizeof value);
        printf("%s = %s\n", gw_config_name(i), value);
    }
    return EXIT_FINE;
}

static int init(const struct gw_config *c)
{
    char why[600];
    if (!gw_run_init(c, why, sizeof why)) {
        fprintf(stderr, "sotto-gateway: %s\n", why);
        return EXIT_FAILED;
    }
    return EXIT_FINE;
}

int main(int argc, char **argv)
{
    struct options o = {.admin = {.uses = 1, .days = 7, .out = stdout}};
    char why[600] = "";
    if (argc < 2) {
        return usage("say what to do");
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) {
        print_usage(stdout);
        return EXIT_FINE;
    }
    if (strcmp(argv[1], "--version") == 0) {
        say("sotto-gateway " GW_GATEWAY_VERSION);
        return EXIT_FINE;
    }
    for (int i = 2; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0) {
            print_usage(stdout);
            return EXIT_FINE;
        }
    }
    if (!read_settings(&o, argc, argv, why, sizeof why)) {
        return usage(why);
    }
    static const struct {
        const char *name;
        int (*run)(const struct gw_config *c, const struct gw_admin_options *o);
    } commands[] = {{"doctor", gw_doctor_run},
                    {"invite", gw_admin_invite},
                    {"backup", gw_admin_backup},
                    {"stats", gw_admin_stats}};
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (strcmp(argv[1], commands[i].name) == 0) {
            return commands[i].run(&o.config, &o.admin);
        }
    }
    if (strcmp(argv[1], "run") == 0) {
        return gw_run_forever(&o.config, say, leave);
    }
    if (strcmp(argv[1], "init") == 0) {
        return init(&o.config);
    }
    if (strcmp(argv[1], "config") == 0) {
        return show_config(&o.config);
    }
    snprintf(why, sizeof why, "there is no command '%s'", argv[1]);
    return usage(why);
}
