/* Members and stores for tests of MLS groups: rows in memory with transactions, counters and
 * failures, and short forms of what a client does.
 *
 * Life: mls_world_init(member, name, suite) -> ... -> mls_world_end(member). Everything a call
 * returns lives in the member's arena until mls_world_tidy. */
#ifndef SOTTO_TESTS_MLS_WORLD_H
#define SOTTO_TESTS_MLS_WORLD_H
#include "mls/group.h"

struct mls_world_row {
    struct slice key, value; /* malloc'ed */
};
struct mls_world_store {
    struct mls_world_row *rows; /* sorted by key */
    size_t n, room;
    uint64_t puts, put_bytes, gets, dels; /* since the last mls_world_count */
    uint64_t fail_at;                     /* the nth put or del from now fails; 0: none */
};

struct mls_world_member {
    char name[32];
    const struct crypto_suite *suite;
    struct mls_identity id;
    struct mls_world_store store;
    struct mls_world_store saved; /* of mls_world_begin */
    struct arena arena;
    struct mls_key_package package;
    struct mls_group *g;
    struct mls_psk_lookup psk; /* optional */
    struct mls_policy policy;  /* used when use_policy is set */
    bool use_policy;
    bool encrypt;
    uint64_t now_ms;
    uint64_t expire_ms; /* 0: now_ms */
};

void mls_world_store_wipe(struct mls_world_store *s);
void mls_world_store_copy(struct mls_world_store *to, const struct mls_world_store *from);
bool mls_world_store_equal(const struct mls_world_store *a, const struct mls_world_store *b);
struct mls_storage mls_world_storage(struct mls_world_store *s);
void mls_world_count(struct mls_world_store *s);

void mls_world_init(struct mls_world_member *m, const char *name, const struct crypto_suite *suite);
void mls_world_end(struct mls_world_member *m);
/* Moves a member to another place (which was ended): rows, then the group loaded from them. */
enum err mls_world_move(struct mls_world_member *to, struct mls_world_member *from);
/* Empties the arena; the key package goes with it. */
void mls_world_tidy(struct mls_world_member *m);
/* A transaction over the rows; rollback also drops the group object and loads it anew. */
void mls_world_begin(struct mls_world_member *m);
void mls_world_commit(struct mls_world_member *m);
enum err mls_world_rollback(struct mls_world_member *m);
/* Drops the object and loads it from rows. */
enum err mls_world_reload(struct mls_world_member *m);

enum err mls_world_create(struct mls_world_member *m, const char *group_id);
enum err mls_world_package(struct mls_world_member *m);
enum err mls_world_join(struct mls_world_member *m, struct slice welcome, struct slice tree);
/* Commits (and keeps pending) what the proposals say. */
enum err mls_world_stage(struct mls_world_member *m, const struct mls_proposal *proposals, size_t n,
                         bool path, struct mls_commit *out);
enum err mls_world_merge(struct mls_world_member *m);
/* Takes a message; event may be NULL. */
enum err mls_world_take(struct mls_world_member *m, struct slice message, struct mls_event *event);
enum err mls_world_say(struct mls_world_member *m, const char *text, struct slice *message);
struct mls_proposal mls_world_add(const struct mls_world_member *m);
struct mls_proposal mls_world_remove(uint32_t leaf);

/* A group of n members with the first as creator; the others join by one Welcome. */
enum err mls_world_group(struct mls_world_member *m, size_t n, const struct crypto_suite *suite);
/* Same, and every member has committed a path once (a warm tree). */
enum err mls_world_warm_group(struct mls_world_member *m, size_t n,
                              const struct crypto_suite *suite);
/* Commits by member `by`, merged there and taken by all other members that have a group. */
enum err mls_world_round(struct mls_world_member *m, size_t n, size_t by,
                         const struct mls_proposal *proposals, size_t proposal_n, bool path,
                         struct mls_commit *out);
/* Do all members with a group agree on epoch and authenticator? */
bool mls_world_agree(const struct mls_world_member *m, size_t n);

/* Does processing this message fail with this error and leave rows, epoch and state alone?
 * Prints what differs. */
bool mls_world_refuses(struct mls_world_member *m, struct slice message, enum err expected);
/* A commit with a path by `by` that all others take: the group is well. */
bool mls_world_well(struct mls_world_member *m, size_t n, size_t by);

#endif
