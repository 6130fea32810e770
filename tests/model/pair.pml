/*
 * Two people with two devices each meet: Ana makes the chat and takes in what the gateway gives as packages.
 * Attackers: the gateway; with -DWITH_STRANGER also a third account that both know.
 */
#define GROUP false
#ifdef WITH_STRANGER
#define THIRD true
#define HOSTILE (BIT(M) | BIT(G))
#else
#define THIRD false
#define HOSTILE BIT(G)
#endif
#define FIRST_SEATS 3
#define FIRST_ADMINS 3
#define KEYS (BIT(A1) | BIT(A2) | BIT(B1) | BIT(B2) | HOSTILE)
#define MAY_MAKE
#define FORGE_COMMITS
#define FORGE_WELCOMES
#include "all.pml"

init
{
    c_code { atexit(steps_print); };
    atomic {
        people(BIT(A1) | BIT(A2), BIT(B1) | BIT(B2), BIT(M));
        epochs = 1;
        evil = HOSTILE;
        budget = BUDGET;
        starts(A1); starts(A2); starts(B1); starts(B2);
        run device(A1); run device(A2); run device(B1); run device(B2);
        run fate(); run watch();
        SETTLE
    }
}
