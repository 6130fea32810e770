/* Accounts with chains, a store in memory, a step, and MLS rooms whose leaves name entries: what
 * unit tests of the engine's gate need, without a core and without a gateway.
 *
 * Keys go by number, 1 to 255: the seed is that byte, repeated. One test has one world; everything
 * a call returns lives in its arena. */
#ifndef SOTTO_TESTS_OWN_WORLD_H
#define SOTTO_TESTS_OWN_WORLD_H
#include "engine/own/admit.h"
#include "engine/own/state.h"
#include "mls_world.h"
#include "own_world_chain.h"

#define OWN_WORLD_NOW_MS 1700000000000ull
#define OWN_WORLD_MEMBERS 8

struct own_identity_name own_world_name(const struct own_world_account *a, size_t n);
struct own_entries_line own_world_line(const struct own_world_account *a, size_t n);
/* What a commit brings: entries from..to (both included) of one account. */
struct own_entries_group own_world_bring(const struct own_world_account *a, size_t from, size_t to);

/* ---- the step ------------------------------------------------------------------------------- */

struct own_world {
    struct arena arena;
    struct effects out;
    struct store *store;
    struct step s;
    struct own *o;
};
/* An empty store with a transaction open. */
void own_world_begin(struct own_world *w);
void own_world_end(struct own_world *w);
/* Runs f and takes all of it back: the store, what the engine holds in memory, the arena. */
enum err own_world_try(struct own_world *w, enum err (*f)(struct own_world *w, void *user),
                       void *user);
/* We know entries 0..n-1 of this account; its person. */
int64_t own_world_know(struct own_world *w, const struct own_world_account *a, size_t n);
/* The room's line of this account is kept up to entry n-1, as in a room that it sits in. */
void own_world_hold(struct own_world *w, const struct own_world_account *a, size_t n);
/* This account is ours (person 1), this device writes; both lines are ready. */
void own_world_be(struct own_world *w, const struct own_world_account *a, uint8_t device);
/* A new account as own/account.h makes it: its notes, one device, this recovery code. Both lines
 * are ready, and it is registered. */
void own_world_found(struct own_world *w, const uint8_t code[RECOVERY_CODE_BYTES]);
/* The text of a link to this account, with an inbox and a token of 16 times its first byte; secret:
 * of the link of a group, or none. */
struct slice own_world_link(struct own_world *w, const struct own_world_account *a,
                            struct slice secret);
/* A chat of ours in the store, open, with a mailbox, whose log was read up to the front. */
int64_t own_world_chat(struct own_world *w, int type, int64_t person);
/* Its row as it is now. */
struct store_chat own_world_row(struct own_world *w, int64_t chat);
/* The group of that chat, of our device alone, in the rows of the store. */
void own_world_group(struct own_world *w, int64_t chat);
/* A picture of that many bytes, to be sent in this chat. */
struct abi_op_file_begin own_world_file(int64_t chat, uint64_t bytes);
/* A number out of the store; -1: no row. */
int64_t own_world_int(struct own_world *w, const char *sql);
void own_world_sql(struct own_world *w, const char *sql);
/* The frame that this step sent last on a connection; false when it is of another type. */
bool own_world_sent(struct own_world *w, int conn, uint8_t type, struct slice *body);
/* How many questions of this type wait for an answer. */
size_t own_world_asks(const struct own_world *w, enum frame_type type);
/* The one question of this type; it waits no more. The test fails when there is another number. */
struct own_ask own_world_asked(struct own_world *w, enum frame_type type);
/* A number of the own network's settings; 0 without one. */
int64_t own_world_setting(struct own_world *w, const char *key);

/* ---- rooms ---------------------------------------------------------------------------------- */

struct own_world_member {
    struct mls_world_member m;
    uint8_t name[OWN_IDENTITY_NAME_SIZE];
    struct mls_extension ext;
    uint8_t device;
};
/* A device of an account whose leaf names entry n. Not in a room yet. */
void own_world_sit(struct own_world_member *m, const struct own_world_account *a, uint8_t device,
                   size_t n);
/* The leaf that it would have, without a group. */
struct mls_leaf_view own_world_leaf(const struct own_world_member *m);
/* The same device from now on names entry n; a path says so to the others. */
void own_world_renew(struct own_world_member *m, const struct own_world_account *a, size_t n);

struct own_world_room {
    struct own_world_member *m[OWN_WORLD_MEMBERS];
    size_t n;
};
/* What a room of this type agrees on, with fixed secrets; no admins, no seats. */
struct own_room own_world_context(int type);
/* The first member makes the room. */
void own_world_open(struct own_world_room *r, struct own_world_member *first,
                    const struct own_room *context);
struct mls_proposal own_world_add(struct own_world_member *m);
struct mls_proposal own_world_rewrite(struct own_world *w, const struct own_room *context);
/* A commit as nobody has judged it, staged at its maker. path: the maker's leaf goes along, as
 * own_world_sit or own_world_renew left it. */
struct mls_commit own_world_stage(struct own_world_member *by, const struct mls_proposal *v,
                                  size_t n, bool path);
/* It won: merged at its maker, taken by all others of the room without a question. `fresh`, who
 * may be NULL, comes in by it. */
void own_world_won(struct own_world_room *r, struct own_world_member *by,
                   const struct mls_commit *c, struct own_world_member *fresh);
/* Stage and won. */
void own_world_commit(struct own_world_room *r, struct own_world_member *by,
                      const struct mls_proposal *v, size_t n, bool path,
                      struct own_world_member *fresh);
/* by takes m in. */
void own_world_take_in(struct own_world_room *r, struct own_world_member *by,
                       struct own_world_member *m);
/* Asks the gate of this store whether a member may follow a message of another; the member is left
 * where it was when not. */
enum err own_world_follow(struct own_world *w, struct own_world_member *m, struct slice message,
                          const struct own_entries_group *brought, size_t n,
                          struct own_admit *admit);
void own_world_close(struct own_world_room *r);

#endif
