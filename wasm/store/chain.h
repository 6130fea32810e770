/* Pinned chains of accounts (schema/chain.h), mine (person 1) and those of others. Nothing here
 * judges an entry: the caller has checked it (engine/own/identity.c). */
#ifndef SOTTO_STORE_CHAIN_H
#define SOTTO_STORE_CHAIN_H
#include "schema/chain.h"
#include "store/sql.h"

#define STORE_CHAIN_FORK_ENTRIES_MAX 16 /* entries kept of the branches that one key began */

/* The newest entry. ERR_GONE: none. */
MUST_CHECK enum err store_chain_head(struct store *s, int64_t person, struct chain_entry *out);
/* Hash of entry n. ERR_GONE: not here. */
MUST_CHECK enum err store_chain_hash(struct store *s, int64_t person, uint64_t n,
                                     uint8_t out[CHAIN_HASH_SIZE]);
/* Entry n. ERR_GONE: not here, or only its hash is. */
MUST_CHECK enum err store_chain_at(struct store *s, int64_t person, uint64_t n,
                                   struct chain_entry *out);
/* Entries from..to in order, in the arena; *n of them. Stops at the first entry of which only the
 * hash is here. ERR_LIMIT: more than cap. */
MUST_CHECK enum err store_chain_entries(struct store *s, struct arena *a, int64_t person,
                                        uint64_t from, uint64_t to, struct slice *out, size_t cap,
                                        size_t *n);
/* Appends it and updates the table of keys. */
MUST_CHECK enum err store_chain_add(struct store *s, int64_t person, struct slice bytes,
                                    const struct chain_entry *e);

/* Drops everything known of this chain. */
MUST_CHECK enum err store_chain_forget(struct store *s, int64_t person);

/* The hashes of all entries before the newest, 32 bytes each, in the arena. With the newest entry
 * they are what moves between my devices. */
MUST_CHECK enum err store_chain_links(struct store *s, struct arena *a, int64_t person,
                                      struct slice *out);
/* Takes a chain that is new here from another device of mine: the links and the newest entry.
 * ERR_INPUT: they do not fit together. */
MUST_CHECK enum err store_chain_pin(struct store *s, int64_t person, struct slice links,
                                    struct slice bytes, const struct chain_entry *e);
/* Fills in the bytes of an entry of which only the hash is here. */
MUST_CHECK enum err store_chain_fill(struct store *s, struct arena *a, int64_t person,
                                     struct slice bytes, const struct chain_entry *e);
/* The first entry of which only the hash is here. ERR_GONE: none. */
MUST_CHECK enum err store_chain_unfilled(struct store *s, int64_t person, uint64_t *n);

struct store_chain_key {
    bool device; /* else a recovery key */
    uint64_t added;
    bool dropped; /* no longer listed, since entry dropped_n */
    uint64_t dropped_n;
};
/* ERR_GONE: no entry lists it. */
MUST_CHECK enum err store_chain_key(struct store *s, int64_t person,
                                    const uint8_t key[CHAIN_KEY_SIZE], struct store_chain_key *out);
/* Does an entry below `n` list it? */
MUST_CHECK enum err store_chain_listed(struct store *s, int64_t person, uint64_t n,
                                       const uint8_t key[CHAIN_KEY_SIZE], bool *out);

/* ---- other branches ------------------------------------------------------------------------- */

/* ERR_GONE: no such entry. first: who signed the entry where its branch began. */
MUST_CHECK enum err store_chain_fork_get(struct store *s, int64_t person,
                                         const uint8_t hash[CHAIN_HASH_SIZE],
                                         struct chain_entry *out, uint8_t first[CHAIN_KEY_SIZE]);
/* ERR_LIMIT: STORE_CHAIN_FORK_ENTRIES_MAX are kept of what `first` began. */
MUST_CHECK enum err store_chain_fork_add(struct store *s, int64_t person, struct slice bytes,
                                         const struct chain_entry *e,
                                         const uint8_t first[CHAIN_KEY_SIZE]);
/* Notes that this key has raised a fork; *again: it had before. */
MUST_CHECK enum err store_chain_forker(struct store *s, int64_t person,
                                       const uint8_t key[CHAIN_KEY_SIZE], bool *again);
/* The branch that ends with this entry replaces ours from where they part; ours is kept as the
 * other branch. */
MUST_CHECK enum err store_chain_switch(struct store *s, struct arena *a, int64_t person,
                                       const uint8_t hash[CHAIN_HASH_SIZE]);
/* The newest entry of the branch this one is on, and the number of the branch's first entry.
 * ERR_GONE. */
MUST_CHECK enum err store_chain_fork_head(struct store *s, struct arena *a, int64_t person,
                                          const uint8_t hash[CHAIN_HASH_SIZE],
                                          struct chain_entry *out, uint64_t *from);

#endif
