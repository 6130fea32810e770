/* The room extension and the outer layer. */
#include "engine/own/room.h"

#include <string.h>

#include "base/cbor.h"
#include "base/ct.h"
#include "base/limits.h"
#include "base/rule.h"
#include "crypto/aead.h"
#include "crypto/rand.h"
#include "store/chat.h"

#define ROOM_VERSION 2
/* ---- room ----------------------------------------------------------------------------------- */

enum err own_room_encode(struct arena *a, const struct own_room *r, struct slice *out)
{
    struct buf b = buf_arena(a, 512);
    cbor_put_array(&b, 13);
    cbor_put_uint(&b, ROOM_VERSION);
    cbor_put_bytes(&b, SLICE_ARRAY(r->room));
    cbor_put_uint(&b, (uint64_t)r->type);
    cbor_put_text(&b, r->name);
    cbor_put_bytes(&b, SLICE_ARRAY(r->mailbox));
    cbor_put_bytes(&b, SLICE_ARRAY(r->read_tag));
    cbor_put_bytes(&b, SLICE_ARRAY(r->join_secret));
    cbor_put_array(&b, r->admin_n);
    for (size_t i = 0; i < r->admin_n; i++) {
        cbor_put_bytes(&b, slice_make(r->admins[i], 32));
    }
    cbor_put_uint(&b, r->timer_s);
    cbor_put_bytes(&b, r->has_replaces ? SLICE_ARRAY(r->replaces) : SLICE_LITERAL(""));
    cbor_put_bytes(&b, r->has_next ? SLICE_ARRAY(r->next) : SLICE_LITERAL(""));
    cbor_put_array(&b, r->has_pair ? OWN_PAIR : 0);
    for (size_t i = 0; r->has_pair && i < OWN_PAIR; i++) {
        cbor_put_bytes(&b, SLICE_ARRAY(r->pair[i]));
    }
    cbor_put_array(&b, r->seat_n);
    for (size_t i = 0; i < r->seat_n; i++) {
        cbor_put_array(&b, 3);
        cbor_put_bytes(&b, SLICE_ARRAY(r->seats[i].account));
        cbor_put_uint(&b, r->seats[i].n);
        cbor_put_bytes(&b, SLICE_ARRAY(r->seats[i].hash));
    }
    return buf_finish(&b, out);
}

/* 16 bytes or none. */
static enum err get_room_id(struct slice *s, uint8_t out[16], bool *has)
{
    struct slice v;
    TRY(cbor_get_bytes(s, &v));
    *has = v.n == 16;
    if (*has) {
        memcpy(out, v.p, 16);
    }
    return v.n == 0 || *has ? OK : ERR_INPUT;
}

static enum err get_admins(struct arena *a, struct slice *in, struct own_room *r)
{
    TRY(cbor_get_array(in, &r->admin_n));
    if (r->admin_n > OWN_ADMINS_MAX) {
        return ERR_LIMIT;
    }
    uint8_t(*admins)[32] = arena_array(a, r->admin_n + 1, 32);
    if (admins == NULL) {
        return ERR_HOST_MEMORY;
    }
    for (size_t i = 0; i < r->admin_n; i++) {
        TRY(cbor_get_fixed(in, admins[i], 32));
    }
    r->admins = (const uint8_t(*)[32])admins;
    return OK;
}

static enum err get_pair(struct slice *in, struct own_room *r)
{
    size_t n = 0;
    TRY(cbor_get_array(in, &n));
    r->has_pair = n == OWN_PAIR;
    for (size_t i = 0; r->has_pair && i < OWN_PAIR; i++) {
        TRY(cbor_get_fixed(in, r->pair[i], 32));
    }
    return n == 0 || (r->has_pair && r->type == STORE_CHAT_PAIR &&
                      slice_compare(SLICE_ARRAY(r->pair[0]), SLICE_ARRAY(r->pair[1])) < 0)
               ? OK
               : ERR_INPUT;
}

static enum err get_seats(struct arena *a, struct slice *in, struct own_room *r)
{
    TRY(cbor_get_array(in, &r->seat_n));
    if (r->seat_n > LIMIT_MEMBERS) {
        return ERR_LIMIT;
    }
    struct own_room_seat *seats = arena_array(a, r->seat_n + 1, sizeof *seats);
    if (seats == NULL) {
        return ERR_HOST_MEMORY;
    }
    for (size_t i = 0; i < r->seat_n; i++) {
        size_t n = 0;
        TRY(cbor_get_array(in, &n));
        if (n != 3) {
            return ERR_INPUT;
        }
        TRY(cbor_get_fixed(in, seats[i].account, 32));
        TRY(cbor_get_uint(in, &seats[i].n));
        TRY(cbor_get_fixed(in, seats[i].hash, 32));
    }
    r->seats = seats;
    return OK;
}

enum err own_room_decode(struct arena *a, struct slice in, struct own_room *r)
{
    uint64_t v = 0;
    size_t n = 0;
    memset(r, 0, sizeof *r);
    TRY(cbor_check(in));
    TRY(cbor_get_array(&in, &n));
    TRY(cbor_get_uint(&in, &v));
    if (v != ROOM_VERSION || n != 13) {
        return ERR_INPUT_VERSION;
    }
    TRY(cbor_get_fixed(&in, r->room, 16));
    TRY(cbor_get_uint(&in, &v));
    if (v > STORE_CHAT_GROUP) {
        return ERR_INPUT;
    }
    r->type = (int)v;
    TRY(cbor_get_text(&in, &r->name));
    TRY(cbor_get_fixed(&in, r->mailbox, 16));
    TRY(cbor_get_fixed(&in, r->read_tag, 32));
    TRY(cbor_get_fixed(&in, r->join_secret, 32));
    TRY(get_admins(a, &in, r));
    TRY(cbor_get_uint(&in, &r->timer_s));
    if (r->name.n > LIMIT_NAME_BYTES || r->timer_s > UINT32_MAX) { /* as `expires` of a message */
        return ERR_LIMIT;
    }
    TRY(get_room_id(&in, r->replaces, &r->has_replaces));
    TRY(get_room_id(&in, r->next, &r->has_next));
    TRY(get_pair(&in, r));
    return get_seats(a, &in, r);
}

enum err own_room_in(struct arena *a, struct mls_extensions ext, struct own_room *out)
{
    for (size_t i = 0; i < ext.n; i++) {
        if (ext.v[i].type == OWN_EXT_ROOM) {
            return own_room_decode(a, ext.v[i].data, out);
        }
    }
    return ERR_INPUT;
}

enum err own_room_of(struct arena *a, const struct mls_group *g, struct own_room *out)
{
    return own_room_in(a, mls_group_extensions(g), out);
}

bool own_room_is_admin(const struct own_room *r, const uint8_t account[32])
{
    for (size_t i = 0; i < r->admin_n; i++) {
        if (slice_equal(slice_make(r->admins[i], 32), slice_make(account, 32))) {
            return true;
        }
    }
    return false;
}

/* ---- outer layer ---------------------------------------------------------------------------- */

#define OUTER_LABEL "sotto outer 2"
#define OUTER_AD_MAX (sizeof OUTER_LABEL - 1 + FRAME_MAILBOX_SIZE + 8 + 1 + FRAME_BRANCH_SIZE)

/* Authenticates all that stands beside the sealed bytes: whoever carries them can neither move them
 * nor change the tag that says in which state of the epoch they were sealed. */
static size_t outer_ad(uint8_t ad[OUTER_AD_MAX], const uint8_t mailbox[16], uint64_t epoch,
                       uint8_t kind, const uint8_t *branch)
{
    struct buf b = buf_fixed(ad, OUTER_AD_MAX);
    buf_slice(&b, SLICE_LITERAL(OUTER_LABEL));
    buf_put(&b, mailbox, FRAME_MAILBOX_SIZE);
    buf_u64(&b, epoch);
    buf_u8(&b, kind);
    if (branch != NULL && RULE(OUTER_BINDS_BRANCH)) {
        buf_put(&b, branch, FRAME_BRANCH_SIZE);
    }
    return b.n;
}

enum err own_outer_seal(struct arena *a, const uint8_t key[32], const uint8_t mailbox[16],
                        uint64_t epoch, uint8_t kind, const uint8_t *branch, struct slice in,
                        struct slice *out)
{
    struct crypto_aead_key k;
    uint8_t ad[OUTER_AD_MAX];
    size_t ad_n = outer_ad(ad, mailbox, epoch, kind, branch);
    uint8_t *p = arena_alloc(a, in.n + 12 + CRYPTO_AEAD_TAG_SIZE);
    *out = SLICE_EMPTY;
    if (p == NULL) {
        return ERR_HOST_MEMORY;
    }
    TRY(crypto_aead_key_set(&k, CRYPTO_CHACHA20_POLY1305, slice_make(key, 32)));
    crypto_rand(p, 12); /* random: the key is shared by the group and changes with the epoch */
    crypto_aead_seal(p + 12, &k, p, slice_make(ad, ad_n), in);
    wipe(&k, sizeof k);
    *out = slice_make(p, in.n + 12 + CRYPTO_AEAD_TAG_SIZE);
    return OK;
}

enum err own_outer_open(struct arena *a, const uint8_t key[32], const uint8_t mailbox[16],
                        uint64_t epoch, uint8_t kind, const uint8_t *branch, struct slice in,
                        struct slice *out)
{
    struct crypto_aead_key k;
    uint8_t ad[OUTER_AD_MAX];
    size_t ad_n = outer_ad(ad, mailbox, epoch, kind, branch);
    *out = SLICE_EMPTY;
    if (in.n < 12 + CRYPTO_AEAD_TAG_SIZE) {
        return ERR_INPUT;
    }
    uint8_t *p = arena_alloc(a, in.n);
    if (p == NULL) {
        return ERR_HOST_MEMORY;
    }
    TRY(crypto_aead_key_set(&k, CRYPTO_CHACHA20_POLY1305, slice_make(key, 32)));
    enum err e =
        crypto_aead_open(p, &k, in.p, slice_make(ad, ad_n), slice_make(in.p + 12, in.n - 12));
    wipe(&k, sizeof k);
    if (e == OK) {
        *out = slice_make(p, in.n - 12 - CRYPTO_AEAD_TAG_SIZE);
    }
    return e;
}
