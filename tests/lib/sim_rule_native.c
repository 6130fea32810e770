#include "lib/sim_rule.h"

#ifdef SOTTO_RULES
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct {
    bool begun, say;
    const char *without;
    const char *asked[SIM_RULES_MAX];
    size_t n;
} rules;

static void say(void)
{
    for (size_t i = 0; i < rules.n; i++) {
        (void)printf("# rule %s\n", rules.asked[i]);
    }
}

static void begin(void)
{
    rules.begun = true;
    rules.without = getenv("SOTTO_WITHOUT");
    rules.say = getenv("SOTTO_RULES_SAY") != NULL;
    if (rules.say) {
        (void)atexit(say);
    }
}

static void remember(const char *name)
{
    for (size_t i = 0; i < rules.n; i++) {
        if (strcmp(rules.asked[i], name) == 0) {
            return;
        }
    }
    if (rules.n < SIM_RULES_MAX) {
        rules.asked[rules.n++] = name;
    }
}

/* Is the name one of the list? */
static bool is_out(const char *name)
{
    size_t n = strlen(name);
    const char *at = rules.without;
    while (at != NULL) {
        if (strncmp(at, name, n) == 0 && (at[n] == '\0' || at[n] == ',')) {
            return true;
        }
        at = strchr(at, ',');
        at = at == NULL ? NULL : at + 1;
    }
    return false;
}

bool rule_holds(const char *name)
{
    if (!rules.begun) {
        begin();
    }
    if (rules.say) {
        remember(name);
    }
    return !is_out(name);
}
#endif
