/*
 * A group whose one admin is Ana: she loses all her devices and comes back with her code; so may Ben.
 * Attackers: the gateway.
 */
#define GROUP true
#define THIRD false
#define FIRST_SEATS 3
#define FIRST_ADMINS 1
#define KEYS (BIT(A1) | BIT(A2) | BIT(A3) | BIT(B1) | BIT(B2) | BIT(B3) | BIT(G))
#define ALIKE_A /* her first two devices are */
#define MAY_LOSE_ANA
#define MAY_LOSE_BEN
#define FORGE_COMMITS
#ifndef NO_WELCOMES
#define FORGE_WELCOMES
#endif
#include "all.pml"

init
{
    c_code { atexit(steps_print); };
    atomic {
        people(BIT(A1) | BIT(A2), BIT(B1) | BIT(B2), BIT(M));
        found(e_devs[ANA], e_devs[BEN], 0, FIRST_SEATS, FIRST_ADMINS);
        evil = BIT(G);
        budget = BUDGET;
        starts_in(A1, 1); starts_in(A2, 1); starts_in(B1, 1); starts_in(B2, 1);
        run device(A1); run device(A2); run device(A3); run device(B1); run device(B2); run device(B3);
        run fate(); run watch();
        SETTLE
    }
}
