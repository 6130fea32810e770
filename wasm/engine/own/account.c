/* Who we are on the own network: keys, registration, key packages. */
#include "engine/own/account.h"

#include <string.h>

#include "base/limits.h"
#include "base/rule.h"
#include "crypto/rand.h"
#include "crypto/sign.h"
#include "crypto/suite.h"
#include "engine/own/ask.h"
#include "engine/own/due.h"
#include "engine/own/chain.h"
#include "engine/own/clock.h"
#include "engine/own/frame.h"
#include "engine/own/inbox.h"
#include "engine/own/leaf.h"
#include "engine/own/make.h"
#include "engine/own/room.h"
#include "engine/own/token.h"
#include "schema/frame.h"
#include "store/chain.h"
#include "store/chat.h"
#include "store/own_device.h"
#include "store/own_package.h"
#include "store/own_person.h"
#include "store/own_setting.h"
#include "store/own_token.h"
#include "store/people.h"
#include "mls/key_package.h"

#define KP_BATCH 12 /* key packages in one frame: 12 * 2.8 kB */

/* ---- making and loading --------------------------------------------------------------------- */

enum err own_account_create(struct own *o, struct step *s, struct slice name, struct slice gateway,
                            struct slice device_name, struct slice invitation,
                            const struct recovery_code *code)
{
    struct crypto_sign_public pub;
    struct store_chat self;
    if (gateway.n >= sizeof o->gateway || name.n == 0 || name.n > LIMIT_NAME_BYTES) {
        return ERR_INPUT;
    }
    s->dirty = true;
    crypto_sign_generate(&o->device_secret, &pub);
    memcpy(o->device, pub.b, sizeof o->device);
    crypto_rand(o->inbox, sizeof o->inbox);
    memset(o->gateway, 0, sizeof o->gateway);
    memcpy(o->gateway, gateway.p, gateway.n);
    TRY(store_own_setting_put(s->store, "device-secret", SLICE_ARRAY(o->device_secret.seed)));
    TRY(store_own_setting_put(s->store, "gateway", gateway));
    TRY(store_own_setting_put(s->store, "invitation", invitation));
    TRY(own_chain_first(o, s, code, name));
    TRY(store_own_device_add(s->store, o->device, device_name, (int64_t)s->now_ms));
    TRY(own_account_load(o, s));
    TRY(own_chat_make(o, s, STORE_CHAT_SELF, SLICE_EMPTY, 0, NULL, &self));
    s->durable = true;
    return OK;
}

enum err own_account_device(struct own *o, struct step *s)
{
    struct slice v;
    struct crypto_sign_public pub;
    TRY(store_own_setting_get(s->store, s->arena, "device-secret", &v));
    if (v.n != sizeof o->device_secret.seed) {
        return ERR_STORE_CORRUPT;
    }
    memcpy(o->device_secret.seed, v.p, v.n);
    crypto_sign_public_of(&pub, &o->device_secret);
    memcpy(o->device, pub.b, sizeof o->device);
    return OK;
}

enum err own_account_load(struct own *o, struct step *s)
{
    struct slice v;
    struct store_person me;
    struct store_own_person_door door;
    bool listed = false;
    enum err e = store_own_setting_get(s->store, s->arena, "gateway", &v);
    if (e == ERR_GONE) {
        return OK; /* a store without an account */
    }
    if (e != OK || v.n >= sizeof o->gateway) {
        return e != OK ? e : ERR_STORE_CORRUPT;
    }
    memset(o->gateway, 0, sizeof o->gateway);
    memcpy(o->gateway, v.p, v.n);
    TRY(own_account_device(o, s));
    e = store_person_get(s->store, s->arena, STORE_PERSON_ME, &me);
    if (e == ERR_GONE) {
        return OK; /* linking or recovery is under way */
    }
    TRY(e);
    memcpy(o->account, me.account, sizeof o->account);
    TRY(store_own_person_door(s->store, STORE_PERSON_ME, &door));
    memcpy(o->inbox, door.inbox, sizeof o->inbox);
    TRY(own_chain_lists_me(o, s, &listed));
    int64_t stage = 0, registered = 0;
    TRY(store_own_setting_int(s->store, "recovering", 0, &stage));
    TRY(store_own_setting_int(s->store, "registered", 0, &registered));
    o->base.ready = stage == 0 && (listed || registered != 0);
    o->dropped = o->base.ready && !listed;
    return OK;
}

/* ---- registering ---------------------------------------------------------------------------- */

static enum err ask_register(struct own *o, struct step *s)
{
    struct wire_register w;
    struct slice inv = SLICE_EMPTY, body;
    struct buf b = buf_arena(s->arena, 4096);
    size_t n = 0;
    if (own_asked(o, FRAME_REGISTER, 0)) {
        return OK;
    }
    memset(&w, 0, sizeof w);
    TRY(store_chain_entries(s->store, s->arena, STORE_PERSON_ME, 0, 0, &w.entry, 1, &n));
    TRY(own_chain_hpke(s, &w.hpke));
    w.inbox = SLICE_ARRAY(o->inbox);
    enum err e = store_own_setting_get(s->store, s->arena, "invitation", &inv);
    w.has_invitation = e == OK && inv.n > 0;
    w.invitation = inv;
    wire_register_put(&b, &w);
    TRY(buf_finish(&b, &body));
    struct own_ask *ask = own_ask(o, OWN_CONN_DEVICE, FRAME_REGISTER, 0, 0);
    return ask == NULL ? OK : own_frame(o, s, OWN_CONN_DEVICE, FRAME_REGISTER, ask->request, body);
}

/* ---- key packages --------------------------------------------------------------------------- */

static enum err kp_suite(const struct own *o, const struct crypto_suite **suite)
{
    *suite = crypto_suite_find(o->suite != 0 ? o->suite : CRYPTO_SUITE_DEFAULT);
    return *suite == NULL ? ERR_INPUT_SUITE : OK;
}

static enum err kp_make(struct own *o, struct step *s, const struct crypto_suite *suite,
                        bool last_resort)
{
    struct mls_identity id;
    struct mls_key_package kp;
    uint64_t now = own_clock_now(o, s) / 1000, until = now + 86400ull * OWN_LAST_RESORT_DAYS;
    TRY(own_leaf_identity(o, s, &id));
    TRY(mls_key_package_create(s->arena, &kp, suite, &id, now > 86400 ? now - 86400 : 0, until,
                               last_resort));
    const struct store_own_package p = {.ref = kp.ref,
                                        .package = kp.message,
                                        .secret = kp.secret,
                                        .suite = (int64_t)suite->code,
                                        .expires_s = (int64_t)until,
                                        .last_resort = last_resort};
    TRY(store_own_package_add(s->store, &p));
    s->durable = true;
    return OK;
}

/* Sends made but unpublished packages, one batch at a time. A gateway that was rolled back hands
 * out used packages again, so the ones it holds are removed first. */
static enum err kp_publish(struct own *o, struct step *s)
{
    struct store_own_package list[KP_BATCH];
    struct wire_kp_item items[KP_BATCH];
    struct wire_kp_put put = {items, 0};
    struct slice body;
    int64_t anew = 0;
    if (own_asked(o, FRAME_KP_PUT, 0)) {
        return OK;
    }
    TRY(store_own_setting_int(s->store, "packages-anew", 0, &anew));
    if (!anew) {
        TRY(store_own_package_list(s->store, s->arena, list, KP_BATCH, &put.packages_n));
    }
    if (put.packages_n == 0 && !anew) {
        return OK;
    }
    for (size_t i = 0; i < put.packages_n; i++) {
        struct wire_kp_item *k = &items[i];
        k->ref = list[i].ref;
        k->package = list[i].package;
        k->suite = (uint64_t)list[i].suite;
        k->expires_s = (uint64_t)list[i].expires_s;
        k->last_resort = list[i].last_resort;
    }
    struct own_ask *ask = own_ask(o, OWN_CONN_DEVICE, FRAME_KP_PUT, 0, anew);
    struct buf b = buf_arena(s->arena, 48 << 10);
    if (ask == NULL) {
        return OK;
    }
    for (size_t i = 0; i < put.packages_n; i++) {
        TRY(store_own_package_going(s->store, items[i].ref));
    }
    wire_kp_put_put(&b, &put);
    TRY(buf_finish(&b, &body));
    return own_frame(o, s, OWN_CONN_DEVICE, FRAME_KP_PUT, ask->request, body);
}

enum err own_account_refill(struct own *o, struct step *s, const struct wire_kp_counts *levels)
{
    const struct crypto_suite *suite = NULL;
    uint64_t left = 0, last_resort_s = 0;
    uint64_t full = o->kp_full != 0 ? o->kp_full : OWN_KP_FULL;
    TRY(kp_suite(o, &suite));
    for (size_t i = 0; i < levels->items_n; i++) {
        if (levels->items[i].suite == suite->code) {
            left = levels->items[i].left;
            last_resort_s = levels->items[i].last_resort_s;
        }
    }
    TRY(store_own_package_gone_out(s->store, false));
    TRY(store_own_package_sweep(s->store, (int64_t)(own_clock_both(o, s) / 1000),
                                (int64_t)own_clock_both(o, s) - 7 * 86400000ll));
    uint64_t now_s = own_clock_now(o, s) / 1000;
    uint64_t longest_s = now_s + (OWN_LAST_RESORT_DAYS + 1) * 86400ull;
    if (RULE(CLOCK_BACK_MENDS)) { /* made while the clock was ahead: no gateway takes them */
        TRY(store_own_package_drop_late(s->store, (int64_t)longest_s));
    }
    /* a gateway whose clock was ahead too may have taken it: it would last for ever */
    bool ahead = last_resort_s > longest_s;
    if (last_resort_s < now_s + 60ull * 86400 || (ahead && RULE(CLOCK_BACK_MENDS))) {
        TRY(store_own_package_retire(s->store, (int64_t)own_clock_now(o, s)));
        TRY(kp_make(o, s, suite, true));
    }
    if (left < OWN_KP_LOW) {
        for (uint64_t i = left; i < full; i++) {
            TRY(kp_make(o, s, suite, false));
        }
    }
    return kp_publish(o, s);
}

/* ---- the device line ------------------------------------------------------------------------ */

/* Registered: sends everything else the gateway should have. */
static enum err continue_ready(struct own *o, struct step *s)
{
    struct slice body;
    TRY(own_token_sync(o, s));
    if (own_asked(o, FRAME_KP_COUNT, 0)) {
        return OK;
    }
    struct own_ask *ask = own_ask(o, OWN_CONN_DEVICE, FRAME_KP_COUNT, 0, 0);
    struct buf b = buf_arena(s->arena, 8);
    struct wire_kp_count w = {0};
    if (ask == NULL) {
        return OK;
    }
    wire_kp_count_put(&b, &w);
    TRY(buf_finish(&b, &body));
    return own_frame(o, s, OWN_CONN_DEVICE, FRAME_KP_COUNT, ask->request, body);
}

enum err own_account_ready(struct own *o, struct step *s, const struct wire_ready *r)
{
    int64_t registered = 0;
    TRY(store_own_setting_int(s->store, "registered", 0, &registered));
    if (registered == 0 && !r->known) {
        return ask_register(o, s);
    }
    if (registered == 0) { /* the answer to an earlier try was lost */
        TRY(store_own_setting_put_int(s->store, "registered", 1));
    }
    TRY(r->known ? own_inbox_ready(s, r) : OK);
    TRY(own_chain_ready(o, s, r));
    TRY(own_chain_work(o, s));
    return r->known ? continue_ready(o, s) : OK;
}

static enum err on_registered(struct own *o, struct step *s, uint64_t failure)
{
    if (failure != 0) {
        return store_own_setting_put_int(s->store, "register-failure", (int64_t)failure);
    }
    TRY(store_own_setting_put_int(s->store, "registered", 1));
    s->durable = true;
    TRY(own_chain_work(o, s));
    return continue_ready(o, s);
}

enum err own_account_answer(struct own *o, struct step *s, const struct own_ask *ask, uint8_t type,
                            struct slice body, uint64_t failure)
{
    struct wire_kp_counts counts;
    switch (ask->type) {
    case FRAME_REGISTER:
        return on_registered(o, s, failure);
    case FRAME_KP_COUNT:
        if (type != FRAME_KP_COUNTS) {
            return OK;
        }
        TRY(wire_kp_counts_decode(s->arena, body, &counts));
        return own_account_refill(o, s, &counts);
    case FRAME_KP_PUT:
        TRY(store_own_package_gone_out(s->store, failure == 0));
        if (failure != 0) {
            return OK;
        }
        TRY(ask->b != 0 ? store_own_setting_put_int(s->store, "packages-anew", 0) : OK);
        return kp_publish(o, s);
    case FRAME_TOKEN_SET:
        if (failure != 0) {
            return OK;
        }
        TRY(store_own_token_synced(s->store, ask->b));
        TRY(own_token_sync(o, s));
        own_due_all(o); /* wishes may have waited for the token */
        return OK;
    case FRAME_TOKEN_DROP:
        if (failure != 0 && failure != WIRE_CODE_UNKNOWN) {
            return OK;
        }
        TRY(store_own_token_dropped(s->store, ask->b));
        return own_token_sync(o, s);
    default:
        return OK;
    }
}
