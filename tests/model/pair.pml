/*
 * Two people with two devices each meet: Ana makes the chat and takes in what the gateway gives as packages.
 * Attackers: the gateway.
 */
#define GROUP false
#define THIRD false
#define KEYS (BIT(A1) | BIT(A2) | BIT(B1) | BIT(B2) | BIT(G))
#define MAY_MAKE 3
#define FORGE_COMMITS
#define FORGE_WELCOMES
#include "all.pml"

init
{
    atomic {
        people(BIT(A1) | BIT(A2), BIT(B1) | BIT(B2), BIT(M));
        epochs = 1;
        evil = BIT(G);
        budget = BUDGET;
        starts(A1, 0); starts(A2, 0); starts(B1, 0); starts(B2, 0);
        run device(A1); run device(A2); run device(B1); run device(B2);
        run fate(); run attackers(); run watch()
    }
}
