#include "engine/own/safety.h"

#include <string.h>

#include "base/rule.h"
#include "engine/fingerprint.h"
#include "crypto/hash.h"
#include "engine/own/admit.h"
#include "engine/own/due.h"
#include "engine/own/identity_take.h"
#include "schema/chain.h"
#include "store/admit.h"
#include "store/chain.h"
#include "store/people.h"

#define SAFETY_QR (4 * CHAIN_HASH_SIZE)

/* Lists their devices, and which of them are in our chat. */
static enum err safety_devices(struct step *s, const struct store_person *p,
                               const struct chain_entry *head, struct abi_safety *out)
{
    struct abi_safety_device *list = arena_array(s->arena, head->device_n + 1, sizeof *list);
    if (list == NULL) {
        return ERR_HOST_MEMORY;
    }
    for (size_t i = 0; i < head->device_n; i++) {
        const struct chain_device *d = &head->devices[i];
        bool heard = false;
        TRY(fingerprint_text(s->arena, d->key, &list[i].fingerprint));
        list[i].added = d->added;
        enum err e = store_sign_get(s->store, p->chat, SLICE_ARRAY(d->key), &heard);
        list[i].here = e != OK ? ABI_PRESENCE_ABSENT
                       : heard ? ABI_PRESENCE_HERE
                               : ABI_PRESENCE_SILENT;
        TRY(e == ERR_GONE ? OK : e);
    }
    out->devices = list;
    out->devices_n = head->device_n;
    return OK;
}

enum err own_safety(struct own *o, struct step *s, int64_t person, struct abi_safety *out)
{
    uint8_t ids[2][CHAIN_HASH_SIZE], h[64];
    struct chain_entry mine, theirs;
    struct store_person p;
    struct buf d = buf_arena(s->arena, 72), q = buf_arena(s->arena, SAFETY_QR);
    TRY(store_person_get(s->store, s->arena, person, &p));
    memcpy(ids[0], o->account, sizeof ids[0]);
    memcpy(ids[1], p.account, sizeof ids[1]);
    TRY(store_chain_head(s->store, STORE_PERSON_ME, &mine));
    TRY(store_chain_head(s->store, person, &theirs));
    bool swap = slice_compare(SLICE_ARRAY(ids[0]), SLICE_ARRAY(ids[1])) > 0;
    for (int side = 0; side < 2; side++) {
        struct slice parts[2] = {SLICE_LITERAL("sotto safety 2"),
                                 SLICE_ARRAY(ids[swap ? 1 - side : side])};
        crypto_hash_parts(CRYPTO_SHA512, h, parts, 2);
        for (size_t i = 0; i < 6; i++) {
            uint64_t v = 0;
            for (size_t k = 0; k < 5; k++) {
                v = v << 8 | h[i * 5 + k];
            }
            v %= 100000;
            for (uint64_t div = 10000; div > 0; div /= 10) {
                buf_u8(&d, (uint8_t)('0' + v / div % 10));
            }
        }
    }
    buf_slice(&q, SLICE_ARRAY(ids[0])); /* mine first: the scanner compares crosswise */
    buf_slice(&q, SLICE_ARRAY(ids[1]));
    buf_slice(&q, SLICE_ARRAY(mine.hash));
    buf_slice(&q, SLICE_ARRAY(theirs.hash));
    out->verified = (uint64_t)p.verified;
    TRY(safety_devices(s, &p, &theirs, out));
    TRY(buf_finish(&q, &out->code));
    return buf_finish(&d, &out->digits);
}

/* Of their two branches, this head is on the valid one: we go by it, and so do the rooms. */
static enum err choose(struct own *o, struct step *s, int64_t person, const uint8_t head[32])
{
    struct own_identity_change change;
    struct store_person who;
    TRY(store_person_get(s->store, s->arena, person, &who));
    TRY(own_identity_choose(s, person, head, &change));
    o->checking_due = true; /* a room may be waiting for it */
    own_due_rest(o);
    return own_admit_grown(o, s, who.account);
}

enum err own_safety_scanned(struct own *o, struct step *s, int64_t person, struct slice scanned)
{
    struct abi_safety mine;
    memset(&mine, 0, sizeof mine);
    TRY(own_safety(o, s, person, &mine));
    if (scanned.n != SAFETY_QR || mine.code.n != SAFETY_QR) {
        return ERR_AUTH;
    }
    for (size_t pair = 0; pair < 2; pair++) {
        const uint8_t *ours = mine.code.p + pair * 2 * CHAIN_HASH_SIZE;
        const uint8_t *theirs = scanned.p + pair * 2 * CHAIN_HASH_SIZE;
        struct slice a = slice_make(ours, CHAIN_HASH_SIZE);
        struct slice b = slice_make(ours + CHAIN_HASH_SIZE, CHAIN_HASH_SIZE);
        bool mine_is = slice_equal(a, slice_make(theirs + CHAIN_HASH_SIZE, CHAIN_HASH_SIZE));
        bool theirs_is = slice_equal(b, slice_make(theirs, CHAIN_HASH_SIZE));
        if (pair == 1 && mine_is && !theirs_is && RULE(COMPARING_CHOOSES)) {
            enum err e = choose(o, s, person, theirs);
            return e == ERR_GONE ? ERR_STATE : e;
        }
        if (!mine_is || !theirs_is) {
            return pair == 0 ? ERR_AUTH : ERR_STATE;
        }
    }
    return OK;
}
