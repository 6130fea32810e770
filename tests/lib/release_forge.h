/* A whole signed and logged release, made from fixed seeds: three maintainers of whom two sign, a
 * log of 13 entries, three witnesses. For tests that change what was right.
 *
 * Life: release_forge_init -> change trust, note, recent or first -> release_accept. Everything
 * borrows from the struct. */
#ifndef SOTTO_TESTS_RELEASE_FORGE_H
#define SOTTO_TESTS_RELEASE_FORGE_H
#include "release/accept.h"

#define RELEASE_FORGE_NOW 1800000000u
#define RELEASE_FORGE_SEQ 31u
#define RELEASE_FORGE_INDEX 12u
#define RELEASE_FORGE_SIZE 13u

struct release_forge_key {
    struct release_key key;
    struct crypto_sign_secret secret;
};
struct release_forge {
    struct release_forge_key release[3], log, witness[3];
    uint8_t trust_bytes[2048], note_bytes[2048], recent_bytes[2048], first_bytes[2048];
    struct slice trust;  /* two of three maintainers, `quorum` of the witnesses */
    struct slice note;   /* seq 31, signed by the first two                     */
    struct slice recent; /* all three witnesses, a minute ago                   */
    struct slice first;  /* all three, two days ago                             */
};
/* quorum: the rule of the group of all three witnesses, "all" or "2". */
void release_forge_init(struct release_forge *f, const char *quorum);
#endif
