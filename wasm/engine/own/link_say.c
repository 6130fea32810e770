#include "engine/own/link_say.h"

#include <string.h>

#include "base/cbor.h"
#include "base/ct.h"
#include "base/limits.h"
#include "crypto/rand.h"
#include "crypto/sign.h"
#include "engine/own/account.h"
#include "engine/own/ask.h"
#include "engine/own/box.h"
#include "engine/own/chain.h"
#include "engine/own/frame.h"
#include "engine/own/identity.h"
#include "engine/own/pairing.h"
#include "engine/own/room.h"
#include "schema/frame.h"
#include "store/own_chain_wish.h"
#include "store/own_setting.h"
#include "store/people.h"

enum err own_link_say(struct own *o, struct step *s, struct own_link *l, uint64_t what,
                      struct slice rest, size_t items)
{
    struct buf p = buf_arena(s->arena, rest.n + 32), f = buf_arena(s->arena, rest.n + 256);
    struct frame_post post;
    struct slice plain, body;
    cbor_put_array(&p, items + 3);
    cbor_put_uint(&p, (uint64_t)l->role);
    uint64_t number = (uint64_t)l->sent + o->link.flying + 1;
    cbor_put_uint(&p, number);
    cbor_put_uint(&p, what);
    buf_slice(&p, rest);
    TRY(buf_finish(&p, &plain));
    memset(&post, 0, sizeof post);
    TRY(own_outer_seal(s->arena, l->key, l->mailbox, number, (uint8_t)l->role, NULL, plain,
                       &post.body));
    post.handle = o->link.handle;
    crypto_rand(post.mid, sizeof post.mid);
    frame_post_put(&f, &post);
    TRY(buf_finish(&f, &body));
    struct own_ask *ask = own_ask(o, OWN_CONN_ANON, FRAME_POST, (int64_t)what, -1);
    if (ask == NULL) {
        return OK;
    }
    if (!o->link.may_write) {
        TRY(own_write(o, s, o->link.handle, l->mailbox, 0, l->write_seed));
        o->link.may_write = true;
    }
    o->link.flying++;
    s->dirty = true;
    return own_frame(o, s, OWN_CONN_ANON, FRAME_POST, ask->request, body);
}

enum err own_link_say_pairing(struct own *o, struct step *s, struct own_link *l)
{
    struct buf message = buf_fixed(o->pair.said, sizeof o->pair.said);
    struct buf b = buf_arena(s->arena, OWN_PAIRING_MESSAGE_MAX + 8);
    struct slice rest;
    if (o->pair.p.state == OWN_PAIRING_NONE) {
        return own_link_end(o, s, l,
                            ABI_LINK_PHASE_OVER); /* a step failed: memory was ahead of the store */
    }
    if (o->pair.said_n == 0) {
        if (!own_pairing_speaks(&o->pair.p)) {
            return OK;
        }
        TRY(own_pairing_say(&o->pair.p, &message));
        o->pair.said_n = message.n;
        s->dirty = true;
    }
    cbor_put_bytes(&b, slice_make(o->pair.said, o->pair.said_n));
    TRY(buf_finish(&b, &rest));
    return own_link_say(o, s, l, SAY_PAIRING, rest, 1);
}

enum err own_link_say_no(struct own *o, struct step *s, struct own_link *l)
{
    int64_t why = 0;
    struct buf b = buf_arena(s->arena, 8);
    struct slice rest;
    TRY(store_own_setting_int(s->store, "link-why", ABI_LINK_PHASE_NO, &why));
    cbor_put_uint(&b, (uint64_t)why);
    TRY(buf_finish(&b, &rest));
    return own_link_say(o, s, l, SAY_NO, rest, 1);
}

enum err own_link_say_hello(struct own *o, struct step *s, struct own_link *l)
{
    struct slice name, rest;
    struct buf b = buf_arena(s->arena, 200);
    TRY(own_account_device(o, s));
    TRY(store_own_setting_get(s->store, s->arena, "link-name", &name));
    cbor_put_bytes(&b, SLICE_ARRAY(o->device));
    cbor_put_text(&b, name);
    TRY(buf_finish(&b, &rest));
    return own_link_say(o, s, l, SAY_HELLO, rest, 2);
}

static enum err say_account(struct own *o, struct step *s, struct own_link *l)
{
    struct own_identity_name head;
    struct slice rest;
    TRY(own_identity_head(s, o->account, &head));
    struct buf b = buf_arena(s->arena, 512);
    cbor_put_bytes(&b, SLICE_ARRAY(o->inbox));
    cbor_put_uint(&b, head.n);
    cbor_put_bytes(&b, SLICE_ARRAY(head.hash));
    TRY(buf_finish(&b, &rest));
    return own_link_say(o, s, l, SAY_ACCOUNT, rest, 3);
}

/* The key of the device being linked, as it named it. */
static enum err new_device(struct step *s, struct slice *key)
{
    TRY(store_own_setting_get(s->store, s->arena, "link-device", key));
    return key->n == CHAIN_KEY_SIZE ? OK : ERR_STORE_CORRUPT;
}

enum err own_link_say_draft(struct own *o, struct step *s, struct own_link *l)
{
    struct slice device, draft, rest;
    struct store_person me;
    bool listed = false;
    TRY(new_device(s, &device));
    TRY(own_identity_lists_now(s, o->account, device.p, &listed));
    if (listed) { /* the answer came another way */
        return own_link_set(s, "link-phase", &l->phase, PHASE_ACCOUNT);
    }
    TRY(store_person_get(s->store, s->arena, STORE_PERSON_ME, &me));
    enum err e = store_own_setting_get(s->store, s->arena, "link-draft", &draft);
    if (e != OK && e != ERR_GONE) {
        return e;
    }
    if (e == ERR_GONE) { /* else: repeat it, to be signed as it first was */
        TRY(own_chain_draft(o, s, device.p, &draft));
        TRY(store_own_setting_put(s->store, "link-draft", draft));
    }
    struct buf b = buf_arena(s->arena, draft.n + CHAIN_HASH_SIZE + LIMIT_NAME_BYTES + 16);
    cbor_put_bytes(&b, draft);
    cbor_put_bytes(&b, SLICE_ARRAY(o->account));
    cbor_put_text(&b, me.name);
    TRY(buf_finish(&b, &rest));
    return own_link_say(o, s, l, SAY_DRAFT, rest, 3);
}

enum err own_link_say_signed(struct own *o, struct step *s, struct own_link *l)
{
    struct slice draft, rest;
    uint8_t sig[CRYPTO_SIGN_SIZE];
    struct buf b = buf_arena(s->arena, 80);
    TRY(store_own_setting_get(s->store, s->arena, "link-draft", &draft));
    TRY(own_chain_draft_sign(o, draft, sig));
    cbor_put_bytes(&b, SLICE_ARRAY(sig));
    TRY(buf_finish(&b, &rest));
    return own_link_say(o, s, l, SAY_SIGNED, rest, 1);
}

enum err own_link_say_entry(struct own *o, struct step *s, struct own_link *l)
{
    struct slice device;
    bool waiting = false;
    bool listed = false;
    TRY(new_device(s, &device));
    TRY(own_identity_lists_now(s, o->account, device.p, &listed));
    if (listed) {
        return say_account(o, s, l);
    }
    TRY(store_own_chain_wish_is_signed(s->store, OWN_CHAIN_ADD, device, &waiting));
    if (waiting || o->chain_stuck) {
        return OK;
    }
    TRY(store_own_setting_drop(s->store, "link-draft"));
    TRY(own_link_set(s, "link-phase", &l->phase, PHASE_DRAFT));
    return own_link_say_draft(o, s, l);
}
