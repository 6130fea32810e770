/* What the own network keeps about people besides store/people.h: who I am, how to reach them, and
 * whose chain to ask for. A person is a row; account is the id of their chain, 32 bytes. */
#ifndef SOTTO_STORE_OWN_PERSON_H
#define SOTTO_STORE_OWN_PERSON_H
#include "store/sql.h"

#define STORE_OWN_PERSON_ACCOUNT 32
#define STORE_OWN_PERSON_DOOR 16

/* Adds person 1. profile_ms 0: another device of mine will give it. ERR_STATE: it is there
 * already. */
MUST_CHECK enum err store_own_person_add_me(struct store *s, struct slice account,
                                            struct slice name, struct slice inbox,
                                            int64_t profile_ms);
/* The same before a recovery: an existing row gets this account and inbox. */
MUST_CHECK enum err store_own_person_recover_me(struct store *s, struct slice account,
                                                struct slice inbox);
/* ERR_GONE: nobody. */
MUST_CHECK enum err store_own_person_id(struct store *s,
                                        const uint8_t account[STORE_OWN_PERSON_ACCOUNT],
                                        int64_t *person);

/* How to reach a person: their inbox, and the token that lets us write to it. */
struct store_own_person_door {
    bool has_inbox, has_token;
    uint8_t inbox[STORE_OWN_PERSON_DOOR], token[STORE_OWN_PERSON_DOOR];
};
/* ERR_GONE: no such person. */
MUST_CHECK enum err store_own_person_door(struct store *s, int64_t person,
                                          struct store_own_person_door *out);
/* token: of that size, or SLICE_EMPTY to leave it. */
MUST_CHECK enum err store_own_person_set_door(struct store *s, int64_t person,
                                              const uint8_t inbox[STORE_OWN_PERSON_DOOR],
                                              struct slice token);

/* ---- chains that are to be asked for -------------------------------------------------------- */

/* People whose chain is due, those who wait longest first, at most `max`. */
MUST_CHECK enum err store_own_person_chain_due(struct store *s, int64_t now_ms, int64_t *ids,
                                               size_t max, size_t *n);
MUST_CHECK enum err store_own_person_set_chain_due(struct store *s, int64_t person, bool due);
/* When the next one is due after now; 0: none waits. */
MUST_CHECK enum err store_own_person_chain_next(struct store *s, int64_t now_ms, int64_t *at_ms);
MUST_CHECK enum err store_own_person_set_chain_ask(struct store *s, int64_t person, int64_t at_ms);
/* There is more of it: due at once. */
MUST_CHECK enum err store_own_person_chain_more(struct store *s, int64_t person);
/* We were given it now. due: ask again at ask_ms. */
MUST_CHECK enum err store_own_person_chain_given(struct store *s, int64_t person, bool due,
                                                 int64_t ask_ms, int64_t now_ms);
/* Was anybody's chain in the chat last given at before_ms or earlier, and is not due? */
MUST_CHECK enum err store_own_person_chain_old(struct store *s, int64_t chat, int64_t before_ms,
                                               bool *yes);
/* Makes those due: at now_ms, or spread over spread_ms (0: not) by `seed`. *n: how many. */
MUST_CHECK enum err store_own_person_chain_renew(struct store *s, int64_t chat, int64_t before_ms,
                                                 int64_t now_ms, int64_t spread_ms, int64_t seed,
                                                 int64_t *n);

/* ---- forks ----------------------------------------------------------------------------------- */

/* ERR_GONE: nobody has this account. */
MUST_CHECK enum err store_own_person_forked(struct store *s,
                                            const uint8_t account[STORE_OWN_PERSON_ACCOUNT],
                                            bool *yes);

#endif
