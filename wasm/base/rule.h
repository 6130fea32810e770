/* Rules of trust, so that a test can show what each of them stops.
 *
 * RULE(NAME) stands beside a check: `if (bad && RULE(NAME)) { return ERR_AUTH_POLICY; }`, behind
 * the condition, so that it is asked where the check would refuse. It is the constant true: no code
 * and no data come of it. In a build that was configured with -DSOTTO_RULES=ON (tests/long.sh
 * rules) those are left out that the environment of the test program names; what answers lies in
 * tests/lib, so nothing that is shipped can be linked from such a build.
 *
 * Names are listed, with the attack that works when the rule is left out, in tests/trust/rules.txt.
 */
#ifndef SOTTO_BASE_RULE_H
#define SOTTO_BASE_RULE_H

#ifdef SOTTO_RULES
#ifdef __wasm__
#error "rules are never left out of what is shipped"
#endif
#include <stdbool.h>
/* False for those that are left out. */
bool rule_holds(const char *name);
#define RULE(name) rule_holds(#name)
#else
#define RULE(name) true
#endif

#endif
