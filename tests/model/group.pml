/*
 * A group of three, two of them admins; one of the two is hostile, and is put out by the other.
 * Attackers: the gateway and that member; with -DTWO_OF_HIS a second device of that member, which the gateway also holds.
 */
#ifdef TWO_OF_HIS
#define HIS (BIT(M) | BIT(G))
#else
#define HIS BIT(M)
#endif
#define GROUP true
#define THIRD true
#define FIRST_SEATS 7
#define FIRST_ADMINS 5
#define KEYS (BIT(A1) | BIT(B1) | BIT(B2) | BIT(M) | BIT(G))
#define MAY_REMOVE_MAL
#define FORGE_COMMITS
#define FORGE_WELCOMES
#include "all.pml"

init
{
    c_code { atexit(steps_print); };
    atomic {
        people(BIT(A1), BIT(B1) | BIT(B2), HIS);
        found(e_devs[ANA], e_devs[BEN], e_devs[MAL], FIRST_SEATS, FIRST_ADMINS);
        evil = BIT(G) | BIT(M);
        budget = BUDGET;
        starts_in(A1, 1); starts_in(B1, 1); starts_in(B2, 1);
        run device(A1); run device(B1); run device(B2);
        run fate(); run watch();
        SETTLE
    }
}
