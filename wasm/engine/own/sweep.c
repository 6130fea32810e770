/* Daily work: silent groups. */
#include "engine/own/sweep.h"

#include "base/rule.h"
#include "crypto/rand.h"
#include "engine/own/box.h"
#include "engine/own/checking.h"
#include "engine/own/clock.h"
#include "engine/own/content.h"
#include "engine/own/content_types.h"
#include "engine/own/frame.h"
#include "engine/own/group_cache.h"
#include "engine/own/join.h"
#include "engine/own/part.h"
#include "engine/own/wish.h"
#include "mls/group.h"
#include "store/admit.h"
#include "store/chat.h"
#include "store/order.h"
#include "store/outbox.h"
#include "store/own_setting.h"
#include "store/own_stuck.h"
#include "store/own_succeed.h"
#include "store/own_wish.h"

/* Back after a long absence: replaces our old keys, at a time of our own. */
static enum err heal_after_absence(struct step *s, const struct store_chat *c)
{
    int64_t id = 0;
    bool wished = false;
    TRY(store_own_wish_has(s->store, c->id, OWN_WISH_HEAL, &wished));
    if (wished || c->type == STORE_CHAT_SELF ||
        (int64_t)s->now_ms - c->heal_ms < OWN_HEAL_AWAY_MS) {
        return OK;
    }
    TRY(store_wish_add(s->store, c->id, OWN_WISH_HEAL, SLICE_EMPTY, &id));
    return store_wish_delay(s->store, id, 0,
                            (int64_t)s->now_ms + crypto_rand_below(OWN_HEAL_JITTER_MS));
}

static enum err sweep_chat(struct own *o, struct step *s, int64_t chat, bool was_away)
{
    struct mls_group *g = NULL;
    struct store_chat c;
    const struct own_box *box = own_box(o, chat, false);
    TRY(store_chat_get(s->store, s->arena, chat, &c));
    if (was_away) {
        TRY(heal_after_absence(s, &c));
    }
    if (box == NULL || !box->opened || box->stalled || c.cursor < 0 ||
        (uint64_t)c.cursor < box->head || c.note != ABI_CHAT_NOTE_NONE) {
        return OK; /* what waits may need the old keys */
    }
    enum err e = own_group(o, s, chat, &g);
    return e == ERR_GONE ? OK : e != OK ? e : mls_group_expire(g, s->arena, own_clock_both(o, s));
}

/* Drops rooms that waited too long for their members' chains; my notes say so, once a day for each
 * person who brought one. */
static enum err sweep_checking(struct step *s)
{
    int64_t ids[OWN_CHECKING_MAX], self = 0, signer = 0;
    bool said = false;
    size_t n = 0;
    TRY(store_checking_list(s->store, (int64_t)s->now_ms - OWN_CHECKING_MS, ids, OWN_CHECKING_MAX,
                            &n));
    for (size_t i = 0; i < n; i++) {
        TRY(store_checking_over(s->store, ids[i]));
    }
    enum err e = store_chat_self(s->store, &self);
    while (e == OK && (e = store_checking_said(s->store, &signer)) == OK) {
        s->durable = true;
        TRY(store_own_succeed_told(s->store, self, ABI_NOTICE_UNCHECKED, signer,
                                   (int64_t)s->now_ms - OWN_SWEEP_MS, &said));
        e = said ? OK : own_notice(s, self, ABI_NOTICE_UNCHECKED, signer, SLICE_EMPTY, 0);
    }
    return e == ERR_GONE ? OK : e;
}

/* Forgets what a rolled-back log could bring or want again, and what no log keeps. */
static enum err forget(const struct own *o, struct step *s)
{
    int64_t now = (int64_t)own_clock_both(o, s);
    TRY(store_welcome_sweep(s->store));
    return RULE(SENT_KEPT_A_MONTH)
               ? store_order_forget(s->store, now - OWN_CLOCK_KEPT_MS, now - OWN_SENT_KEPT_MS)
               : OK;
}

enum err own_sweep_checked(struct own *o, struct step *s)
{
    int64_t ids[OWN_CHECKING_MAX];
    size_t n = 0;
    if (!o->checking_due) {
        return OK;
    }
    o->checking_due = false;
    TRY(store_checking_list(s->store, INT64_MAX, ids, OWN_CHECKING_MAX, &n));
    for (size_t i = 0; i < n; i++) {
        struct store_checking c;
        struct own_part part;
        TRY(store_checking_get(s->store, s->arena, ids[i], &c));
        TRY(own_part_begin(o, s, &part));
        enum err e = own_group_welcome(o, s, c.welcome, c.token, (uint64_t)c.server_ms);
        e = own_part_end(o, s, &part, e);
        TRY(own_grave(e) ? e : OK);
    }
    return OK;
}

enum err own_sweep(struct own *o, struct step *s)
{
    int64_t done_ms = 0, last = 0, ids[OWN_SWEEP_CHATS];
    size_t n = 0;
    TRY(sweep_checking(s));
    if (!own_ready(o, OWN_CONN_ANON)) {
        return OK;
    }
    TRY(store_own_setting_int(s->store, "sweep-ms", (int64_t)s->now_ms, &done_ms));
    int64_t age = (int64_t)s->now_ms - done_ms;
    if (age > 0 && age < OWN_SWEEP_MS) {
        return OK;
    }
    TRY(store_own_setting_int(s->store, "sweep-chat", 0, &last));
    enum err e = store_own_stuck_sweep(s->store, last, ids, OWN_SWEEP_CHATS, &n);
    for (size_t i = 0; e == OK && i < n; i++) {
        e = sweep_chat(o, s, ids[i], age > OWN_HEAL_AWAY_MS);
    }
    TRY(e);
    s->durable = true;
    TRY(forget(o, s));
    if (n == OWN_SWEEP_CHATS) {
        return store_own_setting_put_int(s->store, "sweep-chat", ids[n - 1]);
    }
    TRY(store_own_setting_put_int(s->store, "sweep-chat", 0));
    return store_own_setting_put_int(s->store, "sweep-ms", (int64_t)s->now_ms);
}
