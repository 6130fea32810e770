/* What a group agrees on (group context extension OWN_EXT_ROOM), and the outer layer. */
#ifndef SOTTO_ENGINE_OWN_ROOM_H
#define SOTTO_ENGINE_OWN_ROOM_H
#include "engine/engine.h"
#include "engine/own/state.h"
#include "mls/group.h"

/* Extension types of ours (private use, RFC 9420 17.3). */
/* 0xF0A0: OWN_EXT_ENTRY (identity.h) */
#define OWN_EXT_ROOM 0xF0A1 /* group context: struct own_room */
#define OWN_ADMINS_MAX 64
#define OWN_PAIR 2 /* accounts of a chat of two */

/* An account of which the room knows a newer entry than its leaves name, or which lost its leaves
 * because its devices were dropped: it keeps its place. */
struct own_room_seat {
    uint8_t account[32];
    uint64_t n; /* number of the newest entry the room knows */
    uint8_t hash[32];
};

struct own_room {
    uint8_t room[16];
    int type; /* store_chat_type */
    struct slice name;
    uint8_t mailbox[16];
    uint8_t read_tag[32];    /* opens the mailbox; replaced whenever somebody leaves */
    uint8_t join_secret[32]; /* opens what an external joiner needs; replaced likewise */
    bool has_replaces;
    uint8_t replaces[16];        /* the room this one replaces */
    const uint8_t (*admins)[32]; /* account ids */
    size_t admin_n;
    uint64_t timer_s;
    bool has_next;
    uint8_t next[16]; /* the room that replaces this one */
    bool has_pair;
    uint8_t pair[OWN_PAIR][32]; /* the two accounts of a chat of two, the lower first */
    const struct own_room_seat *seats;
    size_t seat_n;
};

MUST_CHECK enum err own_room_encode(struct arena *a, const struct own_room *r, struct slice *out);
MUST_CHECK enum err own_room_decode(struct arena *a, struct slice in, struct own_room *out);
/* From a list of group context extensions; from a group's context. ERR_INPUT: there is none. */
MUST_CHECK enum err own_room_in(struct arena *a, struct mls_extensions ext, struct own_room *out);
MUST_CHECK enum err own_room_of(struct arena *a, const struct mls_group *g, struct own_room *out);
bool own_room_is_admin(const struct own_room *r, const uint8_t account[32]);
/* Outer layer: out = nonce 12 || ciphertext || tag 16, bound to where it is kept (version 2). kind:
 * as frame_kind; branch: the 8-byte tag beside it, NULL where there is none. */
MUST_CHECK enum err own_outer_seal(struct arena *a, const uint8_t key[32],
                                   const uint8_t mailbox[16], uint64_t epoch, uint8_t kind,
                                   const uint8_t *branch, struct slice in, struct slice *out);
MUST_CHECK enum err own_outer_open(struct arena *a, const uint8_t key[32],
                                   const uint8_t mailbox[16], uint64_t epoch, uint8_t kind,
                                   const uint8_t *branch, struct slice in, struct slice *out);

#endif
