/* What a chat needs next, and the gateway's answers to it. */
#include "engine/own/ask.h"
#include "engine/own/chains.h"
#include "engine/own/frame.h"
#include "engine/own/group_cache.h"
#include "engine/own/restore.h"
#include "engine/own/work.h"

#include <string.h>

#include "base/cbor.h"
#include "base/ct.h"
#include "base/rule.h"
#include "crypto/hash.h"
#include "crypto/sign.h"
#include "crypto/rand.h"
#include "engine/own/admit.h"
#include "engine/own/box.h"
#include "engine/own/chain_wish.h"
#include "engine/own/commit.h"
#include "engine/own/plan.h"
#include "engine/own/due.h"
#include "engine/own/leave.h"
#include "engine/own/identity_take.h"
#include "engine/own/request.h"
#include "engine/own/line.h"
#include "engine/own/parcel.h"
#include "engine/own/repair.h"
#include "engine/own/still.h"
#include "engine/own/token.h"
#include "engine/own/wish.h"
#include "engine/roster.h"
#include "mls/group.h"
#include "schema/chain.h"
#include "schema/frame.h"
#include "store/chain.h"
#include "store/admit.h"
#include "store/member.h"
#include "store/order.h"
#include "store/outbox.h"
#include "store/own_person.h"
#include "store/own_stuck.h"
#include "store/own_token.h"
#include "store/people.h"
#include "store/protocol.h"

/* ---- what a chat needs next ----------------------------------------------------------------- */

static enum err ask_box_new(struct own *o, struct step *s, const struct store_chat *c)
{
    struct store_epoch e;
    struct crypto_sign_secret secret;
    struct crypto_sign_public key;
    struct wire_box_new w;
    uint8_t hash[32];
    struct slice body;
    struct buf b = buf_arena(s->arena, 256);
    memset(&w, 0, sizeof w);
    struct mls_group *g = NULL;
    TRY(own_group(o, s, c->id, &g));
    TRY(store_epoch_get(s->store, c->id, mls_group_epoch(g), &e));
    w.epoch = e.n;
    memcpy(secret.seed, e.write_seed, 32);
    crypto_sign_public_of(&key, &secret);
    wipe(&secret, sizeof secret);
    wipe(&e, sizeof e);
    crypto_sha256(hash, SLICE_ARRAY(c->read_tag));
    w.mailbox = SLICE_ARRAY(c->mailbox);
    w.read_hash = SLICE_ARRAY(hash);
    w.write_key = SLICE_ARRAY(key.b);
    wire_box_new_put(&b, &w);
    TRY(buf_finish(&b, &body));
    struct own_ask *ask = own_ask(o, OWN_CONN_ANON, FRAME_BOX_NEW, c->id, 0);
    return ask == NULL ? OK : own_frame(o, s, OWN_CONN_ANON, FRAME_BOX_NEW, ask->request, body);
}

/* Which tag a mailbox was opened with: a new one may come while the answer is under way, and the
 * old one reads only up to what brought it. */
static int64_t tag_mark(const uint8_t read_tag[32])
{
    uint64_t v = 0;
    for (size_t i = 0; i < 7; i++) {
        v = v << 8 | read_tag[i];
    }
    return (int64_t)v;
}

static enum err ask_open(struct own *o, struct step *s, const struct store_chat *c,
                         const struct own_box *box)
{
    struct wire_open w;
    struct slice body;
    struct buf b = buf_arena(s->arena, 96);
    uint8_t tag[32];
    memset(&w, 0, sizeof w);
    memcpy(tag, c->read_tag, sizeof tag);
    if (box->older > 0) {
        TRY(store_old_tag_get(s->store, c->id, (int64_t)box->older - 1, tag));
    }
    w.mailbox = SLICE_ARRAY(c->mailbox);
    w.read_tag = SLICE_ARRAY(tag);
    w.has_cursor = c->cursor >= 0;
    w.cursor = c->cursor >= 0 ? (uint64_t)c->cursor : 0;
    w.epoch = c->first_epoch;
    wire_open_put(&b, &w);
    wipe(tag, sizeof tag);
    TRY(buf_finish(&b, &body));
    struct own_ask *ask = own_ask(o, OWN_CONN_ANON, FRAME_OPEN, c->id, tag_mark(c->read_tag));
    return ask == NULL ? OK : own_frame(o, s, OWN_CONN_ANON, FRAME_OPEN, ask->request, body);
}

/* Key packages for an add. */
static enum err ask_packages(struct own *o, struct step *s, const struct store_chat *c,
                             const struct store_wish *w)
{
    struct store_own_person_door who;
    struct wire_kp_take t;
    struct slice body;
    struct mls_group *g = NULL;
    uint8_t token[16];
    uint64_t suite = 0;
    struct buf b = buf_arena(s->arena, 96);
    int64_t person = w->kind == OWN_WISH_ADD_DEVICES ? STORE_PERSON_ME : own_wish_person(w);
    TRY(own_group(o, s, c->id, &g));
    enum err e = store_own_person_door(s->store, person, &who);
    if (e != OK) {
        return e == ERR_GONE ? store_wish_drop(s->store, w->id) : e;
    }
    if (!who.has_inbox || (!who.has_token && person != STORE_PERSON_ME)) {
        /* they came by a link, and their own door is still on its way */
        return w->tries > 100
                   ? store_wish_drop(s->store, w->id)
                   : store_wish_delay(s->store, w->id, w->tries + 1, (int64_t)s->now_ms + 5000);
    }
    if (person == STORE_PERSON_ME) {
        struct chain_entry head;
        TRY(store_chain_head(s->store, STORE_PERSON_ME, &head));
        if (head.device_n < 2) {
            return store_wish_drop(s->store, w->id);
        }
        bool is_new = false;
        TRY(own_token_for(o, s, STORE_PERSON_ME, token));
        TRY(store_own_token_is_new(s->store, STORE_PERSON_ME, &is_new));
        if (is_new) {
            return OK; /* ask again once the gateway knows the token */
        }
    } else {
        memcpy(token, who.token, 16);
    }
    if (!own_ready(o, OWN_CONN_CHAINS)) { /* names an account: no mailbox on this line */
        o->packages_wanted = true;
        s->dirty = true;
        return own_line_dial(o, s);
    }
    suite = mls_group_suite(g)->code;
    memset(&t, 0, sizeof t);
    t.inbox = SLICE_ARRAY(who.inbox);
    t.token = SLICE_ARRAY(token);
    t.suites = &suite;
    t.suites_n = 1;
    wire_kp_take_put(&b, &t);
    TRY(buf_finish(&b, &body));
    struct own_ask *ask = own_ask(o, OWN_CONN_CHAINS, FRAME_KP_TAKE, c->id, w->id);
    return ask == NULL ? OK : own_frame(o, s, OWN_CONN_CHAINS, FRAME_KP_TAKE, ask->request, body);
}

static bool asked_for(const struct own *o, enum frame_type type, int64_t a, int64_t b)
{
    for (size_t i = 0; i < OWN_ASKS_MAX; i++) {
        if (o->asks[i].request != 0 && o->asks[i].type == (uint8_t)type && o->asks[i].a == a &&
            o->asks[i].b == b) {
            return true;
        }
    }
    return false;
}

/* Is a path due by the healing policy (PROTOCOL.md 9.1)? Judged when there is something to send; in
 * a large group, something a person says: when a town-sized group is made, everybody says their
 * name within a minute, and each would make a commit first. */
static enum err heal_due(struct step *s, const struct store_chat *c, bool *due)
{
    int64_t out = 0, members = 0;
    bool pair = c->type != STORE_CHAT_GROUP;
    int64_t age = (int64_t)s->now_ms - c->heal_ms;
    *due = false;
    if (c->type == STORE_CHAT_SELF ||
        (age <= (pair ? OWN_HEAL_PAIR_MS : OWN_HEAL_GROUP_MS) &&
         c->heal_sent < (pair ? OWN_HEAL_PAIR_MESSAGES : OWN_HEAL_GROUP_MESSAGES))) {
        return OK;
    }
    TRY(store_outbox_waiting(s->store, c->id, &out));
    *due = out > 0;
    if (*due && !pair) {
        TRY(store_member_count(s->store, c->id, &members));
        TRY(store_outbox_waiting_words(s->store, c->id, &out));
        *due = out > 0 || members <= OWN_GROUP_SMALL;
    }
    return OK;
}

static enum err work_wishes(struct own *o, struct step *s, const struct store_chat *c, bool *built,
                            bool *busy)
{
    struct store_wish *wishes = NULL;
    struct mls_group *g = NULL;
    size_t n = 0;
    bool due = false, ready = false;
    if (o->dropped) {
        return OK; /* no longer a device of this account */
    }
    TRY(store_wish_list(s->store, s->arena, c->id, &wishes, &n));
    TRY(heal_due(s, c, &due));
    if (n == 0 && !due && !own_group_is_open(o, c->id)) {
        return OK; /* nothing to do: spare loading the group */
    }
    TRY(own_group(o, s, c->id, &g));
    if (n == 0 && c->state != STORE_CHAT_LEAVING && (due || mls_group_proposal_count(g) > 0)) {
        TRY(own_wish(o, s, c->id, due ? OWN_WISH_HEAL : OWN_WISH_CLEANUP, SLICE_EMPTY));
        TRY(store_wish_list(s->store, s->arena, c->id, &wishes, &n));
    }
    for (size_t i = 0; i < n; i++) {
        bool add = wishes[i].kind == OWN_WISH_ADD_PERSON ||
                   wishes[i].kind == OWN_WISH_ADD_DEVICES || wishes[i].kind == OWN_WISH_READD;
        if (wishes[i].not_before > (int64_t)s->now_ms) {
            continue;
        }
        if (add && wishes[i].stage == 0) {
            if (!asked_for(o, FRAME_KP_TAKE, c->id, wishes[i].id)) {
                TRY(ask_packages(o, s, c, &wishes[i]));
            }
            /* whoever is about to come in must not miss what is said now */
            *busy = *busy || (wishes[i].kind == OWN_WISH_ADD_PERSON && wishes[i].tries < 3);
            continue;
        }
        if (wishes[i].kind == OWN_WISH_LEAVE) { /* the last thing we do */
            if (n == 1) {
                return own_leave_work(o, s, c, &wishes[i]);
            }
            continue;
        }
        ready = true;
    }
    return ready ? own_commit_build(o, s, c, wishes, n, built) : OK;
}

/* A device dropped by its account is removed before anything is said; if there is nothing to say,
 * after a while, so that not everybody does it at once. */
static enum err wish_removal(struct step *s, const struct store_chat *c, const uint8_t device[32])
{
    struct store_wish *wishes = NULL;
    size_t n = 0, i = 0;
    int64_t out = 0, id = 0;
    struct slice key = slice_make(device, 32);
    TRY(store_wish_list(s->store, s->arena, c->id, &wishes, &n));
    TRY(store_outbox_waiting(s->store, c->id, &out));
    while (i < n &&
           (wishes[i].kind != OWN_WISH_REMOVE_DEVICE || !slice_equal(wishes[i].data, key))) {
        i++;
    }
    if (i == n) {
        TRY(store_wish_add(s->store, c->id, OWN_WISH_REMOVE_DEVICE, key, &id));
        s->durable = true;
        return out > 0 ? OK
                       : store_wish_delay(s->store, id, 0,
                                          (int64_t)s->now_ms + crypto_rand_below(OWN_REMOVAL_MS));
    }
    return out > 0 && wishes[i].tries == 0 && wishes[i].not_before > (int64_t)s->now_ms
               ? store_wish_delay(s->store, wishes[i].id, 0, (int64_t)s->now_ms)
               : OK;
}

/* Somebody whose devices were all dropped keeps a place: the members take in the device they have
 * now. In a group, not all at once. */
static enum err wish_person(struct step *s, const struct store_chat *c, const uint8_t account[32])
{
    struct store_wish *wishes = NULL;
    size_t n = 0;
    int64_t person = 0, id = 0;
    TRY(roster_person(s, account, &person));
    TRY(store_wish_list(s->store, s->arena, c->id, &wishes, &n));
    for (size_t i = 0; i < n; i++) {
        if (wishes[i].kind == OWN_WISH_ADD_PERSON && own_wish_person(&wishes[i]) == person) {
            return OK;
        }
    }
    s->durable = true;
    TRY(store_wish_add(s->store, c->id, OWN_WISH_ADD_PERSON,
                       slice_make((const uint8_t *)&person, sizeof person), &id));
    return c->type == STORE_CHAT_PAIR
               ? OK
               : store_wish_delay(s->store, id, 0,
                                  (int64_t)s->now_ms + crypto_rand_below(OWN_REMOVAL_MS));
}

/* Does what we say here reach those who belong here and nobody else? */
static enum err may_speak(struct own *o, struct step *s, const struct store_chat *c, bool *yes)
{
    struct mls_group *g = NULL;
    struct own_admit_hall h;
    enum store_hold was = (enum store_hold)c->hold, hold = STORE_HOLD_NOT;
    bool changed = false, joins = false;
    TRY(store_clear_get(s->store, c->id, yes));
    if ((*yes && was == STORE_HOLD_NOT) || was == STORE_HOLD_STOPPED) {
        *yes = was == STORE_HOLD_NOT;
        return OK;
    }
    TRY(own_group(o, s, c->id, &g));
    TRY(own_admit_hall(s, g, &h));
    TRY(h.elsewhere ? own_chain_wish_waits(s, OWN_CHAIN_FORK, &joins) : OK);
    if (h.elsewhere && !joins && RULE(OTHER_BRANCH_STOPS)) {
        hold = STORE_HOLD_ELSEWHERE; /* this room knows all entries I know: nobody is removed */
    } else if (h.dropped != UINT32_MAX && RULE(ANY_MEMBER_REMOVES)) {
        hold = STORE_HOLD_REMOVAL;
        TRY(wish_removal(s, c, h.device));
    } else if (h.forked) {
        hold = STORE_HOLD_FORK;
    } else if (!h.clear) {
        hold = STORE_HOLD_CHECKING;
    } else if (h.alone && c->type == STORE_CHAT_PAIR && RULE(PAIR_WAITS_FOR_A_LEAF)) {
        hold = STORE_HOLD_ALONE;
    }
    if (h.empty && RULE(ANY_MEMBER_ADDS_LISTED)) {
        TRY(wish_person(s, c, h.account));
    }
    *yes = hold == STORE_HOLD_NOT;
    if (*yes) { /* not checked again in this epoch, unless somebody's chain grows */
        TRY(store_clear_put(s->store, c->id, mls_group_epoch(g)));
    }
    TRY(store_hold_put(s->store, c->id, hold, &changed));
    if (changed) {
        s->durable = true;
        effects_chat(s->out, c->id);
    }
    return OK;
}

enum err own_group_work(struct own *o, struct step *s, const struct store_chat *c,
                        struct own_box *box, bool *busy)
{
    struct store_pending p;
    *busy = true;
    if (c->hold == STORE_HOLD_STOPPED) {
        return OK; /* the person decides what becomes of it */
    }
    if (store_chat_reenters(c)) {
        enum err e = store_pending_get(s->store, s->arena, c->id, &p);
        if (e == ERR_GONE) {
            int64_t since = (int64_t)s->now_ms - c->stuck_ms;
            bool wait = since >= 0 && since < own_repair_wait(c);
            return wait || own_asked(o, FRAME_INFO_GET, c->id) ? OK : own_group_rejoin(o, s, c);
        }
        TRY(e);
    } else if (!c->made) {
        return own_asked(o, FRAME_BOX_NEW, c->id) ? OK : ask_box_new(o, s, c);
    }
    if (!box->opened) {
        return own_asked(o, FRAME_OPEN, c->id) ? OK : ask_open(o, s, c, box);
    }
    if (c->cursor >= 0 && (uint64_t)c->cursor < box->head && !store_chat_reenters(c)) {
        return OK; /* still catching up */
    }
    if (c->restored && c->note == ABI_CHAT_NOTE_NONE && c->state != STORE_CHAT_JOINING) {
        bool waits = false;
        TRY(own_restore_work(o, s, c, box, &waits));
        if (waits) {
            return OK;
        }
    }
    bool hold = false, speaks = true, went = false;
    TRY(own_request_follow(o, s, c, &went));
    if (went) {
        return OK;
    }
    if (!store_chat_reenters(c)) {
        int64_t out = 0;
        TRY(may_speak(o, s, c, &speaks));
        TRY(store_outbox_waiting(s->store, c->id, &out));
        if (out > 0) {
            TRY(own_chains_daily(o, s, c));
        }
    }
    for (int round = 0; round < 2; round++) {
        enum err e = store_pending_get(s->store, s->arena, c->id, &p);
        if (e == OK) {
            bool going = false;
            TRY(own_parcel_going(s, c->id, &going));
            if (going) {
                own_due_rest(o);
                return OK;
            }
            return own_asked(o, FRAME_COMMIT, c->id) ? OK : own_commit_send(o, s, c->id, &p, box);
        }
        if (e != ERR_GONE) {
            return e;
        }
        bool built = false;
        TRY(work_wishes(o, s, c, &built, &hold));
        if (!built) {
            break;
        }
    }
    *busy = hold || !speaks;
    return OK;
}

/* ---- answers -------------------------------------------------------------------------------- */

static enum err on_packages(struct own *o, struct step *s, const struct own_ask *ask,
                            struct slice body, uint64_t failure)
{
    struct wire_kp_taken t;
    struct store_wish *wishes = NULL;
    size_t n = 0, i = 0;
    int64_t person = 0;
    struct own_identity_change change;
    TRY(store_wish_list(s->store, s->arena, ask->a, &wishes, &n));
    while (i < n && wishes[i].id != ask->b) {
        i++;
    }
    if (i == n) {
        return OK;
    }
    if (failure != 0 && !RULE(PACKAGE_ASKED_AGAIN)) {
        return store_wish_drop(s->store, ask->b);
    }
    if (failure != 0) {
        return store_wish_delay(s->store, ask->b, wishes[i].tries + 1,
                                (int64_t)s->now_ms + own_ask_after(&wishes[i]));
    }
    TRY(wire_kp_taken_decode(s->arena, body, &t));
    person = wishes[i].kind == OWN_WISH_ADD_DEVICES ? STORE_PERSON_ME : own_wish_person(&wishes[i]);
    struct store_person who;
    TRY(store_person_get(s->store, s->arena, person, &who));
    TRY(own_chains_take(o, s, &who, t.chain, t.chain_n, &change));
    if (change.news == OWN_IDENTITY_INVALID || change.news == OWN_IDENTITY_GAP) {
        /* not who was asked for: whoever carries it can only delay */
        return store_wish_delay(s->store, ask->b, wishes[i].tries + 1,
                                (int64_t)s->now_ms + own_ask_after(&wishes[i]));
    }
    TRY(store_own_person_set_chain_due(s->store, person, false));
    /* what the gateway says about a package is ignored: its leaf is judged when used */
    struct buf b = buf_arena(s->arena, 4096);
    cbor_put_array(&b, t.packages_n);
    for (size_t k = 0; k < t.packages_n; k++) {
        cbor_put_bytes(&b, t.packages[k].package);
    }
    struct slice extra;
    TRY(buf_finish(&b, &extra));
    TRY(store_wish_set(s->store, ask->b, 1, extra));
    own_due_chat(o, ask->a);
    return OK;
}

static enum err on_opened(struct own *o, struct step *s, const struct own_ask *ask, uint8_t type,
                          struct slice body, uint64_t failure)
{
    struct wire_opened w;
    struct own_box *box = own_box(o, ask->a, true);
    struct store_chat c;
    if (box == NULL) {
        return ERR_HOST_MEMORY;
    }
    TRY(store_chat_get(s->store, s->arena, ask->a, &c));
    if (ask->b != tag_mark(c.read_tag)) {
        own_due_chat(o, c.id);
        if (failure != 0 || type != FRAME_OPENED) {
            return OK;
        }
        TRY(wire_opened_decode(s->arena, body, &w));
        box->handle = (uint32_t)w.handle;
        return own_box_reopen(o, s, box);
    }
    if (failure == WIRE_CODE_AUTH && c.state == STORE_CHAT_LEAVING) {
        return own_group_left(o, s, c.id); /* they removed us long ago */
    }
    uint8_t tag[32];
    bool was_read = c.cursor > 0 || c.log_read > 0; /* or is being read again from its front */
    if (failure == WIRE_CODE_AUTH && c.note == ABI_CHAT_NOTE_NONE &&
        was_read) { /* rolled back to a copy? */
        enum err e = store_old_tag_get(s->store, c.id, (int64_t)box->older, tag);
        wipe(tag, sizeof tag);
        if (e == OK) {
            box->older++;
            own_due_chat(o, c.id);
        }
        if (e != ERR_GONE) {
            return e;
        }
    }
    if (failure == WIRE_CODE_AUTH &&
        c.note == ABI_CHAT_NOTE_NONE) { /* away so long that our tag is forgotten? */
        return own_still_refused(o, s, &c);
    }
    bool lost = failure == WIRE_CODE_UNKNOWN && was_read && c.note == ABI_CHAT_NOTE_NONE && c.made;
    if (lost) { /* rolled back to a copy from before this mailbox existed */
        TRY(store_own_stuck_set_made(s->store, c.id, false));
        own_due_chat(o, c.id);
        return own_restore_begin(o, s, c.id);
    }
    if (failure != 0 || type != FRAME_OPENED) {
        return OK; /* tried again at the next connection */
    }
    TRY(wire_opened_decode(s->arena, body, &w));
    if (own_restore_is(&c, &w)) {
        box->handle = (uint32_t)w.handle;
        box->opened = true;
        own_due_chat(o, c.id);
        return own_restore_begin(o, s, c.id);
    }
    box->handle = (uint32_t)w.handle;
    box->opened = true;
    box->may_write = false; /* a right ends with its handle */
    box->head = w.head;
    bool stands = false;
    TRY(own_still_opened(o, s, &c, &w, &stands));
    if (!stands) {
        TRY(store_chat_get(s->store, s->arena, ask->a, &c));
        TRY(own_restore_opened(s, &c, &w));
    }
    TRY(store_chat_get(s->store, s->arena, ask->a, &c));
    own_box_at(box, s, c.cursor);
    own_due_chat(o, ask->a);
    return OK;
}

/* Is this the answer to the pending commit? Its own delivery may have come before the answer, and
 * the next commit may be on its way already. */
static enum err about_pending(struct step *s, const struct own_ask *ask, bool *yes)
{
    struct store_pending p;
    enum err e = store_pending_get(s->store, s->arena, ask->a, &p);
    *yes = e == OK && (int64_t)p.epoch == ask->b;
    return e == ERR_GONE ? OK : e;
}

enum err own_group_answer(struct own *o, struct step *s, const struct own_ask *ask, uint8_t type,
                          struct slice body, uint64_t failure)
{
    struct wire_info info;
    bool pending = false;
    switch (ask->type) {
    case FRAME_KP_TAKE:
        return on_packages(o, s, ask, body, failure);
    case FRAME_BOX_NEW:
        if (failure != 0 && failure != WIRE_CODE_EXISTS) {
            return OK;
        }
        TRY(store_own_stuck_set_made(s->store, ask->a, true));
        own_due_chat(o, ask->a);
        return OK;
    case FRAME_OPEN:
        return on_opened(o, s, ask, type, body, failure);
    case FRAME_COMMIT:
        if (own_restore_asked(ask)) {
            return own_restore_answer(o, s, ask, body, failure);
        }
        TRY(about_pending(s, ask, &pending));
        if (!pending) {
            own_due_chat(o, ask->a);
            return OK;
        }
        if (failure == 0) {
            return own_group_won(o, s, ask->a);
        }
        if (failure == WIRE_CODE_EPOCH || failure == WIRE_CODE_STALE || failure == WIRE_CODE_AUTH ||
            failure == WIRE_CODE_LIMIT || failure == WIRE_CODE_TOKEN ||
            failure == WIRE_CODE_UNKNOWN) {
            struct store_chat c;
            TRY(own_group_lost(o, s, ask->a));
            TRY(store_chat_get(s->store, s->arena, ask->a, &c));
            own_due_chat(o, ask->a);
            return store_chat_reenters(&c) ? own_repair_lost(o, s, c.id, (uint64_t)ask->b) : OK;
        }
        return OK;
    case FRAME_INFO_GET:
        if (failure == WIRE_CODE_RATE || failure == WIRE_CODE_BUSY) {
            return OK; /* later */
        }
        if (failure != 0 || type != FRAME_INFO) {
            return own_repair_failed(o, s, ask->a);
        }
        TRY(wire_info_decode(s->arena, body, &info));
        return info.has_info ? own_group_rejoin_info(o, s, ask->a, info.info)
                             : own_repair_failed(o, s, ask->a);
    default:
        return OK;
    }
}
