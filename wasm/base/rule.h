/* Rules of trust, so that a test can show what each of them stops.
 *
 * RULE(NAME) stands beside a check: `if (bad && RULE(NAME)) { return ERR_AUTH_POLICY; }`, after the
 * condition, so that it is asked only where the check would refuse. It is the constant true and
 * leaves neither code nor data. A build configured with -DSOTTO_RULES=ON (tests/long.sh rules)
 * leaves out the rules that the environment of the test program names; rule_holds is in tests/lib,
 * so such a build links nothing that could be shipped.
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
/* False for the rules that are left out. */
bool rule_holds(const char *name);
#define RULE(name) rule_holds(#name)
#else
#define RULE(name) true
#endif

#endif
