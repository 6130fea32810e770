/* Pinned chains of accounts (schema/chain.h), mine (person 1) and those of others. Nothing here
 * judges an entry: the caller has checked it (engine/own/identity.c). */
#ifndef SOTTO_STORE_CHAIN_H
#define SOTTO_STORE_CHAIN_H
#include "schema/chain.h"
#include "store/sql.h"

#define STORE_CHAIN_FORK_ENTRIES_MAX 16 /* kept of the branches that one key began */

/* The newest entry; ERR_GONE when none. */
MUST_CHECK enum err store_chain_head(struct store *s, int64_t person, struct chain_entry *out);
/* Hash of entry n; ERR_GONE. */
MUST_CHECK enum err store_chain_hash(struct store *s, int64_t person, uint64_t n,
                                     uint8_t out[CHAIN_HASH_SIZE]);
/* Entry n; ERR_GONE: not here, or only its hash. */
MUST_CHECK enum err store_chain_at(struct store *s, int64_t person, uint64_t n,
                                   struct chain_entry *out);
/* Entries from..to in order, in the arena; *n of them; ends where only a hash is known. ERR_LIMIT:
 * more than cap. */
MUST_CHECK enum err store_chain_entries(struct store *s, struct arena *a, int64_t person,
                                        uint64_t from, uint64_t to, struct slice *out, size_t cap,
                                        size_t *n);
/* Appends it, and what it says of keys. */
MUST_CHECK enum err store_chain_add(struct store *s, int64_t person, struct slice bytes,
                                    const struct chain_entry *e);

/* Nothing was ever known of this chain. */
MUST_CHECK enum err store_chain_forget(struct store *s, int64_t person);

/* The hashes of all entries before the newest one, 32 bytes each, in the arena: with it they are
 * what moves between my devices. */
MUST_CHECK enum err store_chain_links(struct store *s, struct arena *a, int64_t person,
                                      struct slice *out);
/* A chain of which nothing is here yet, as another device of mine has it: the links and the newest
 * entry. ERR_INPUT: they do not fit each other. */
MUST_CHECK enum err store_chain_pin(struct store *s, int64_t person, struct slice links,
                                    struct slice bytes, const struct chain_entry *e);
/* The bytes of an entry whose hash is here. */
MUST_CHECK enum err store_chain_fill(struct store *s, struct arena *a, int64_t person,
                                     struct slice bytes, const struct chain_entry *e);
/* The first entry of which only the hash is here. ERR_GONE: none. */
MUST_CHECK enum err store_chain_unfilled(struct store *s, int64_t person, uint64_t *n);

struct store_chain_key {
    bool device; /* else a recovery key */
    uint64_t added;
    bool dropped; /* no longer listed, since */
    uint64_t dropped_n;
};
/* ERR_GONE: in no entry. */
MUST_CHECK enum err store_chain_key(struct store *s, int64_t person,
                                    const uint8_t key[CHAIN_KEY_SIZE], struct store_chain_key *out);
/* Listed by an entry below `n`? */
MUST_CHECK enum err store_chain_listed(struct store *s, int64_t person, uint64_t n,
                                       const uint8_t key[CHAIN_KEY_SIZE], bool *out);

/* ---- other branches ------------------------------------------------------------------------- */

/* ERR_GONE: no such entry. first: the author of the entry where its branch began. */
MUST_CHECK enum err store_chain_fork_get(struct store *s, int64_t person,
                                         const uint8_t hash[CHAIN_HASH_SIZE],
                                         struct chain_entry *out, uint8_t first[CHAIN_KEY_SIZE]);
/* ERR_LIMIT: enough are kept of what `first` began. */
MUST_CHECK enum err store_chain_fork_add(struct store *s, int64_t person, struct slice bytes,
                                         const struct chain_entry *e,
                                         const uint8_t first[CHAIN_KEY_SIZE]);
/* Notes that this key has raised a fork; *again: it had before. */
MUST_CHECK enum err store_chain_forker(struct store *s, int64_t person,
                                       const uint8_t key[CHAIN_KEY_SIZE], bool *again);
/* The branch that ends with this entry takes the place of ours from where it left it; ours is kept
 * as one that is known. */
MUST_CHECK enum err store_chain_switch(struct store *s, struct arena *a, int64_t person,
                                       const uint8_t hash[CHAIN_HASH_SIZE]);
/* The newest entry of the branch that this one is on, and the number of its first. ERR_GONE. */
MUST_CHECK enum err store_chain_fork_head(struct store *s, struct arena *a, int64_t person,
                                          const uint8_t hash[CHAIN_HASH_SIZE],
                                          struct chain_entry *out, uint64_t *from);

#endif
