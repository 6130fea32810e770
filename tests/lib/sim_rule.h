/* Which rules of trust are left out (base/rule.h), in a build with -DSOTTO_RULES=ON. The
 * environment of the program says it, SOTTO_WITHOUT=NAME[,NAME...]; more than one where several
 * checks stop the same. With SOTTO_RULES_SAY each rule that would have refused something is printed
 * at the end,
 * `# rule NAME`. */
#ifndef SOTTO_TESTS_SIM_RULE_H
#define SOTTO_TESTS_SIM_RULE_H
#include <stddef.h>

#include "base/rule.h"

/* Names a program remembers as having refused something; more are not printed. */
#define SIM_RULES_MAX 256

#endif
