/* Contact tokens I gave away (the table link; engine/own/token.h): shown as a link, given to one
 * person, or for a group. The gateway is told of each one, also when it goes. */
#ifndef SOTTO_STORE_OWN_TOKEN_H
#define SOTTO_STORE_OWN_TOKEN_H
#include "store/sql.h"

#define STORE_OWN_TOKEN_SIZE 16

enum store_own_token_kind {
    STORE_OWN_TOKEN_LINK = 0,   /* shown as a link */
    STORE_OWN_TOKEN_PERSON = 1, /* given to one person */
    STORE_OWN_TOKEN_GROUP = 2   /* for a group: whoever uses it is taken into the chat */
};

/* One the gateway has yet to be told of. */
struct store_own_token {
    int64_t id;
    uint8_t hash[32];  /* SHA-256 of the token */
    int64_t uses;      /* 0: unlimited */
    int64_t expires_s; /* seconds since 1970; 0 never */
    bool gone;         /* to be dropped there, then here */
};

/* person 0: a link; else it is given to them. ERR_STATE: the token is known. */
MUST_CHECK enum err store_own_token_add(struct store *s, const uint8_t token[STORE_OWN_TOKEN_SIZE],
                                        struct slice label, int64_t person, int64_t uses,
                                        int64_t expires_s, int64_t now_ms, int64_t *id);
/* The one this person was given. ERR_GONE: none. */
MUST_CHECK enum err store_own_token_of(struct store *s, int64_t person,
                                       uint8_t out[STORE_OWN_TOKEN_SIZE]);
/* Has the gateway yet to be told of one this person was given? */
MUST_CHECK enum err store_own_token_is_new(struct store *s, int64_t person, bool *yes);
/* The next one the gateway has yet to be told of. ERR_GONE: none. */
MUST_CHECK enum err store_own_token_unsynced(struct store *s, struct store_own_token *out);
/* The gateway has it. No effect if it has been closed meanwhile. */
MUST_CHECK enum err store_own_token_synced(struct store *s, int64_t id);
/* The gateway has dropped it, so we do. */
MUST_CHECK enum err store_own_token_dropped(struct store *s, int64_t id);
/* Tells the gateway of all again. */
MUST_CHECK enum err store_own_token_sync_all(struct store *s);
/* Closes tokens: the link with this id; all this person was given; those of a group. The gateway
 * has yet to be told. */
MUST_CHECK enum err store_own_token_close(struct store *s, int64_t id);
MUST_CHECK enum err store_own_token_close_person(struct store *s, int64_t person);
MUST_CHECK enum err store_own_token_close_group(struct store *s, int64_t chat);
/* Token and secret, in the arena. ERR_GONE. */
MUST_CHECK enum err store_own_token_get(struct store *s, struct arena *a, int64_t id,
                                        struct slice *token, struct slice *secret);
/* Turns the link into this group's, with the secret the gateway never sees. */
MUST_CHECK enum err store_own_token_set_group(struct store *s, int64_t id, int64_t chat,
                                              struct slice secret);
/* The link of a group: token and secret, in the arena. ERR_GONE: it has none. */
MUST_CHECK enum err store_own_token_group(struct store *s, struct arena *a, int64_t chat,
                                          struct slice *token, struct slice *secret);
/* The group this token lets a person into: it is open, I administer it, and they are not in it.
 * ERR_GONE: none. */
MUST_CHECK enum err store_own_token_lets_in(struct store *s, struct slice token, int64_t person,
                                            int64_t *chat);
struct store_own_token_link {
    int64_t id, uses, expires_s, made_ms;
    int64_t chat;               /* a group's link; else 0 */
    struct slice label;         /* in the arena, as the next two */
    struct slice token, secret; /* secret: a group's link only */
};
/* Open links, groups' included, the newest first, at most `max`. */
MUST_CHECK enum err store_own_token_links(struct store *s, struct arena *a,
                                          struct store_own_token_link *out, size_t max, size_t *n);
/* The secret of a group's link, which the gateway never sees, in the arena. ERR_GONE: no such
 * link. */
MUST_CHECK enum err store_own_token_secret(struct store *s, struct arena *a, struct slice token,
                                           struct slice *secret);
/* Its label, in the arena, and the chat of a group's link (else 0). ERR_GONE: no such token. */
MUST_CHECK enum err store_own_token_find(struct store *s, struct arena *a, struct slice token,
                                         struct slice *label, int64_t *chat);

#endif
