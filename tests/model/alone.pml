/*
 * A group whose one admin is Ana: a device of hers has been stolen and is dropped, and then she has no other left.
 * Attackers: the gateway and the stolen device.
 */
#define GROUP true
#define THIRD false
#define FIRST_SEATS 3
#define FIRST_ADMINS 1
#define KEYS (BIT(A1) | BIT(A2) | BIT(B1) | BIT(B2) | BIT(G))
#define MAY_REVOKE
#define MAY_LOSE_A1
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
        evil = BIT(A2) | BIT(G);
        budget = BUDGET;
        starts_in(A1, 1);
        starts_in(B1, 1); starts_in(B2, 1);
        run device(A1); run device(B1); run device(B2);
        run fate(); run watch();
        SETTLE
    }
}
