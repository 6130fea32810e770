/* The log of each chat: one entry at a time, in order, once. */
#include "engine/own/receive.h"

#include <string.h>

#include "base/cbor.h"
#include "base/ct.h"
#include "base/rule.h"
#include "crypto/hash.h"
#include "crypto/rand.h"
#include "engine/own/admit.h"
#include "engine/own/alive.h"
#include "engine/own/chains.h"
#include "engine/own/group_cache.h"
#include "engine/own/identity.h"
#include "engine/own/inbox.h"
#include "engine/own/restore.h"
#include "engine/own/box.h"
#include "engine/own/clock.h"
#include "engine/own/commit.h"
#include "engine/own/notice.h"
#include "engine/own/content_types.h"
#include "engine/own/due.h"
#include "engine/own/group.h"
#include "engine/own/leave.h"
#include "engine/own/parcel.h"
#include "engine/own/part.h"
#include "engine/own/request.h"
#include "engine/own/room.h"
#include "engine/own/still.h"
#include "engine/own/take.h"
#include "engine/chats.h"
#include "engine/outbox.h"
#include "engine/roster.h"
#include "engine/timeline.h"
#include "store/admit.h"
#include "store/chat.h"
#include "store/message.h"
#include "store/outbox.h"
#include "store/own_chat.h"
#include "store/own_device.h"
#include "store/own_wish.h"
#include "store/people.h"
#include "store/protocol.h"
#include "engine/own/missing.h"
#include "engine/own/order.h"
#include "engine/own/wish.h"

/* ---- log ------------------------------------------------------------------------------------ */

/* Our own bytes came back. */
static enum err echo(struct own *o, struct step *s, const struct store_chat *c,
                     const struct frame_deliver *d, const uint8_t hash[32], bool *mine)
{
    struct store_pending p;
    struct store_echo own;
    int64_t message = 0;
    TRY(store_echo_take(s->store, c->id, hash, &own));
    *mine = own.known;
    if (!*mine) {
        return OK;
    }
    struct store_seen seen = {own.leaf, own.counter, c->reading};
    TRY(store_seen_put(s->store, c->id, hash, &seen, (int64_t)own_clock_late(o, s)));
    TRY(own_order_echo(s, c, &own, d));
    TRY(own_pair_heard(o, s, c));
    enum err e = store_pending_get(s->store, s->arena, c->id, &p);
    if (e == OK && slice_equal(SLICE_ARRAY(p.body_hash), slice_make(hash, 32))) {
        return own_group_won(o, s, c->id);
    }
    if (e != OK && e != ERR_GONE) {
        return e;
    }
    int64_t out = 0;
    bool kept = false;
    e = store_outbox_sealed_as(s->store, c->id, d->body, &out, &message);
    if (e == OK) {
        TRY(own_restore_keep_word(o, s, out));
        TRY(own_alive_posted(s, out, &kept));
        s->out->state = true;
    }
    if (e == OK && !kept) {
        TRY(outbox_sent(s, out, message));
    }
    return e == ERR_GONE ? OK : e;
}

/* A placeholder in the timeline: says why and offers one action. */
static enum err unreadable(struct step *s, const struct store_chat *c,
                           const struct frame_deliver *d, const uint8_t hash[32], enum err why)
{
    struct store_message m;
    if (c->state == STORE_CHAT_LEAVING) {
        return OK;
    }
    memset(&m, 0, sizeof m);
    m.chat = c->alias_of != 0 ? c->alias_of : c->id;
    memcpy(m.mid, hash, 32);
    m.at_ms = m.server_ms = (int64_t)d->server_ms;
    m.place = store_place_of(c->place_base, d->seq);
    m.type = STORE_MESSAGE_UNREADABLE;
    m.state = STORE_STATE_SENT;
    m.reason = (int)why;
    m.text = SLICE_LITERAL("");
    enum err e = timeline_put(s, &m);
    return e == ERR_STATE_REPLAY ? OK : e;
}

/* Entries go by that we cannot open while the group is being repaired: says so once. */
static enum err passed_by(struct step *s, const struct store_chat *c, uint64_t server_ms)
{
    int64_t notice = 0;
    enum err e = store_message_last_notice(s->store, own_shown_in(c), &notice);
    if (e != OK && e != ERR_GONE) {
        return e;
    }
    return notice == ABI_NOTICE_MISSED
               ? OK
               : own_notice(s, c->id, ABI_NOTICE_MISSED, 0, SLICE_EMPTY, server_ms);
}

/* We can no longer follow the group: repair it by an external commit (PROTOCOL.md 16). */
static enum err forked(struct step *s, const struct store_chat *c)
{
    s->durable = true;
    return chats_note(s, c->id, ABI_CHAT_NOTE_FORKED);
}

/* A word of our own leaf that we do not know: this device was restored from an old copy, and its
 * keys were used before. Nothing is sealed until it has come in again as a new leaf. */
static enum err put_back(struct step *s, const struct store_chat *c)
{
    TRY(store_outbox_anew(s->store, c->id));
    TRY(store_own_chat_leaf_over(s->store, c->id));
    return forked(s, c);
}

/* The sender was in another state of this epoch than we are (PROTOCOL.md 8.1), or so whoever
 * carries it claims. Failing to open proves nothing, so it is shown but starts nothing, unlike a
 * commit that we cannot follow. */
static bool other_branch(struct step *s, const struct store_chat *c, const struct frame_deliver *d)
{
    struct store_epoch e;
    bool other = store_epoch_get(s->store, c->id, d->epoch, &e) == OK &&
                 !slice_equal(SLICE_ARRAY(e.branch), SLICE_ARRAY(d->branch));
    wipe(&e, sizeof e);
    return other;
}

/* Another device of mine was active: the list of devices says so, to the day. */
static enum err seen(struct own *o, struct step *s, const struct mls_leaf_view *leaf,
                     uint64_t server_ms)
{
    if (!slice_equal(leaf->credential, SLICE_ARRAY(o->account))) {
        return OK;
    }
    return store_own_device_seen(s->store, leaf->signature_key, (int64_t)server_ms,
                                 (int64_t)server_ms - OWN_SEEN_MS);
}

static enum err on_event(struct own *o, struct step *s, const struct store_chat *c,
                         const struct frame_deliver *d, const struct mls_event *ev,
                         struct store_seen *mark)
{
    int64_t from = 0;
    struct mls_group *g = NULL;
    struct own_word w;
    s->durable = true;
    switch (ev->kind) {
    case MLS_EVENT_APPLICATION:
        /* Somebody removed says nothing more, whatever epoch it was sealed in: the commit comes
         * earlier in the log, or the gateway brings the word late. */
        TRY(own_group(o, s, c->id, &g));
        if (!own_group_seats(g, ev->sender_leaf.credential, ev->sender_leaf.signature_key) &&
            RULE(REMOVED_SAYS_NOTHING)) {
            return OK;
        }
        TRY(own_identity_person(s, &ev->sender_leaf, &from));
        TRY(own_order_read(ev->data, &w));
        TRY(own_order_stands(s, &w, ev->sender_leaf.credential, ev->sender_leaf.signature_key));
        if ((w.foreign && RULE(FOREIGN_SAYS_NOTHING)) ||
            (w.removed && !RULE(WORDS_OF_BEFORE_STAY))) {
            return OK;
        }
        TRY(own_alive_heard(s, c, &ev->sender_leaf, from));
        TRY(seen(o, s, &ev->sender_leaf, d->server_ms));
        w.server_ms = d->server_ms;
        w.epoch = d->epoch;
        TRY(own_order_take(o, s, c, d->seq, &ev->sender_leaf, from, &w));
        memcpy(w.by, ev->sender_leaf.signature_key.p, sizeof w.by); /* its length was checked */
        mark->leaf = w.leaf;
        mark->counter = (int64_t)w.counter;
        if (w.known || w.empty) {
            return OK;
        }
        TRY(own_content_take(o, s, c, from, &w));
        TRY(own_missing_take(o, s, c, from, &w));
        return own_pair_heard(o, s, c);
    case MLS_EVENT_PROPOSAL: {
        int64_t wish = 0;
        bool dropped = false, wanted = false;
        TRY(own_group(o, s, c->id, &g));
        TRY(own_identity_person(s, &ev->sender_leaf, &from));
        TRY(own_alive_heard(s, c, &ev->sender_leaf, from));
        TRY(own_admit_dropped(s, &ev->sender_leaf, &dropped));
        if ((!dropped || !RULE(DROPPED_HAS_NO_VOICE)) && ev->proposal.type == MLS_PROPOSAL_REMOVE &&
            ev->proposal.removed == mls_group_own_leaf(g) &&
            slice_equal(ev->sender_leaf.credential, SLICE_ARRAY(o->account))) {
            return own_leave_too(o, s, c, mls_group_epoch(g) + 1);
        }
        TRY(store_own_wish_has(s->store, c->id, OWN_WISH_CLEANUP, &wanted));
        if (wanted || c->state == STORE_CHAT_LEAVING) {
            return OK;
        }
        TRY(store_wish_add(s->store, c->id, OWN_WISH_CLEANUP, SLICE_EMPTY, &wish));
        return store_wish_delay(s->store, wish, 0,
                                (int64_t)s->now_ms + 200 + crypto_rand_below(2000));
    }
    case MLS_EVENT_COMMIT:
        TRY(own_identity_person(s, &ev->commit.committer_leaf, &from));
        TRY(own_order_commit_take(o, s, c, d, &ev->commit.committer_leaf, from,
                                  ev->authenticated_data));
        TRY(own_group_lost(o, s, c->id));
        TRY(own_group_entered(o, s, c->id, &ev->commit));
        TRY(own_restore_keep_other(o, s, c, d));
        return own_pair_heard(o, s, c);
    }
    return ERR_BUG;
}

/* What waited in the log while we were away is opened with the keys of its time. The gateway says
 * when that was, but it cannot keep keys alive longer than logs are kept. */
static uint64_t logged_at(const struct own *o, const struct step *s, const struct frame_deliver *d)
{
    uint64_t both = own_clock_both(o, s);
    uint64_t first = both > OWN_KEYS_LATE_MS ? both - OWN_KEYS_LATE_MS : 1;
    uint64_t at = d->server_ms < first ? first : d->server_ms;
    return at < both ? at : both;
}

/* [2, commit, entries it brings]. */
static enum err commit_parts(struct step *s, struct slice in, struct slice *commit,
                             struct own_entries *brought)
{
    struct slice entries;
    uint64_t version = 0;
    size_t n = 0;
    TRY(cbor_check(in));
    TRY(cbor_get_array(&in, &n));
    TRY(cbor_get_uint(&in, &version));
    if (n != 3 || version != OWN_COMMIT_VERSION) {
        return ERR_INPUT_VERSION;
    }
    TRY(cbor_get_bytes(&in, commit));
    TRY(cbor_skip(&in, &entries));
    return own_entries_read(s->arena, entries, brought);
}

/* *waits: the entry is a parcel that is not here yet. */
static enum err open_entry(struct own *o, struct step *s, const struct store_chat *c,
                           const struct frame_deliver *d, struct mls_event *ev,
                           struct own_admit *admit, bool *waits)
{
    struct store_epoch e;
    struct mls_group *g = NULL;
    struct mls_process_params pp;
    struct slice message, ref = SLICE_EMPTY;
    TRY(store_epoch_get(s->store, c->id, d->epoch, &e));
    enum err err = own_outer_open(s->arena, e.outer_key, c->mailbox, d->epoch, d->kind, d->branch,
                                  d->body, &message);
    wipe(&e, sizeof e);
    TRY(err);
    if (d->kind == WIRE_KIND_COMMIT && own_parcel_is_ref(message)) {
        bool here = false;
        ref = message;
        TRY(own_parcel_get(o, s, c->id, OWN_PARCEL_COMMIT, ref, &here, &message));
        *waits = !here;
        if (!here) {
            return OK;
        }
    }
    if (d->kind == WIRE_KIND_COMMIT) {
        TRY(commit_parts(s, message, &message, &admit->brought));
    }
    TRY(own_group(o, s, c->id, &g));
    memset(&pp, 0, sizeof pp);
    pp.policy = own_admit_policy(s, admit);
    pp.now_ms = own_clock_begins(o, s);
    pp.expire_ms = logged_at(o, s, d);
    err = mls_group_process(g, s->arena, &pp, message, ev);
    if (err == ERR_STATE_EPOCH && d->kind == WIRE_KIND_APPLICATION &&
        mls_group_message_is_handshake(message)) {
        return ERR_STATE_REPLAY; /* a proposal for a past epoch: made again if need be */
    }
    if (err == ERR_AUTH_POLICY && d->kind == WIRE_KIND_APPLICATION) {
        return ERR_STATE_REPLAY; /* a proposal that nobody may commit: not kept */
    }
    TRY(err);
    return ref.n == 0 ? OK : own_parcel_done(s, ref);
}

/* A commit won that nobody may follow: nothing is sent here any more, and the chat says whose it
 * was, if known. Whoever may add people can make a room in its place, without that account. */
static enum err stopped(struct step *s, const struct store_chat *c, const struct own_admit *a)
{
    int64_t person = 0;
    bool changed = false;
    s->durable = true;
    if (a->named) {
        TRY(roster_person(s, a->refused_by, &person));
    }
    TRY(store_hold_put(s->store, c->id, STORE_HOLD_STOPPED, &changed));
    TRY(store_own_chat_set_stopped_by(s->store, c->id, person));
    effects_chat(s->out, c->id);
    return changed
               ? own_notice(s, c->id, person != 0 ? ABI_NOTICE_STOPPED : ABI_NOTICE_UNREAD_COMMIT,
                            person, SLICE_EMPTY, 0)
               : OK;
}

/* A commit that refers to a proposal which the log of its epoch does not have, or which everybody
 * refused there: its signer is to blame. Not if we met something in that epoch that we could not
 * open: that may have been it. */
static enum err rides_unknown(struct own *o, struct step *s, const struct store_chat *c,
                              const struct frame_deliver *d, const struct mls_event *ev,
                              struct own_admit *a)
{
    struct mls_group *g = NULL;
    struct mls_leaf_view leaf;
    int64_t epoch = -1;
    TRY(store_own_chat_unread_epoch(s->store, c->id, &epoch));
    if (epoch == (int64_t)d->epoch) {
        return OK;
    }
    TRY(own_group(o, s, c->id, &g));
    enum err e = mls_group_member(g, ev->sender, &leaf);
    if (e != OK || leaf.credential.n != 32) {
        return own_grave(e) ? e : OK;
    }
    a->refused = a->named = true;
    memcpy(a->refused_by, leaf.credential.p, 32);
    return OK;
}

static enum err log_entry(struct own *o, struct step *s, const struct store_chat *c,
                          const struct frame_deliver *d, const uint8_t hash[32], bool *waits)
{
    struct mls_event ev;
    bool mine = false;
    TRY(echo(o, s, c, d, hash, &mine));
    if (mine) {
        return own_restore_in_place(s, c, d, hash);
    }
    if (d->epoch < c->first_epoch) { /* what came before us is not for us */
        return own_restore_before(s, c, d->seq);
    }
    struct store_seen mark;
    enum err met = store_seen_get(s->store, c->id, hash, &mark);
    if (met == OK) {
        TRY(own_restore_in_place(s, c, d, hash));
        return own_order_met(s, c, &mark, hash, d->seq);
    }
    TRY(met == ERR_GONE ? OK : met);
    mark.reading = c->reading;
    memset(&ev, 0, sizeof ev);
    struct own_part part;
    TRY(own_part_begin(o, s, &part));
    struct own_admit admit;
    memset(&admit, 0, sizeof admit);
    enum err e = open_entry(o, s, c, d, &ev, &admit, waits);
    e = e != OK || *waits ? e : on_event(o, s, c, d, &ev, &mark);
    e = e != OK || *waits ? e : own_chains_heard(o, s, &admit.brought);
    e = own_part_end(o, s, &part, e);
    if (e == OK) {
        TRY(*waits ? OK : own_restore_in_place(s, c, d, hash));
        return *waits ? OK
                      : store_seen_put(s->store, c->id, hash, &mark, (int64_t)own_clock_late(o, s));
    }
    if (own_grave(e)) {
        return e;
    }
    if (e == ERR_STATE_OWN && RULE(PUT_BACK_COMES_IN_ANEW)) {
        /* its key was used: our own word again, or somebody pretends so */
        return ev.own_signed || !RULE(OWN_WORD_IS_SIGNED) ? put_back(s, c) : OK;
    }
    if (e == ERR_STATE_REPLAY) {
        return OK;
    }
    if (e == ERR_GONE && ev.unknown_reference) {
        TRY(rides_unknown(o, s, c, d, &ev, &admit));
        e = admit.refused ? ERR_AUTH_POLICY : e;
    }
    if (e == ERR_AUTH_POLICY && admit.refused && RULE(REFUSED_COMMIT_STOPS)) {
        return stopped(s, c, &admit);
    }
    if (d->kind == WIRE_KIND_COMMIT) {
        TRY(own_restore_passed(o, s, c, hash));
        TRY(store_own_chat_set_unread_commit(s->store, c->id, true));
        return forked(s, c);
    }
    TRY(store_own_chat_set_unread_epoch(s->store, c->id, (int64_t)d->epoch));
    if ((int64_t)d->seq <= c->log_read) {
        return OK; /* we said so when the log was first read */
    }
    if (other_branch(s, c, d)) {
        if (!RULE(UNOPENED_STARTS_NOTHING)) {
            return forked(s, c);
        }
        return passed_by(s, c, d->server_ms);
    }
    return unreadable(s, c, d, hash, e == ERR_GONE ? ERR_STATE_EPOCH : e);
}

/* The next entry of a log. *waits: for its parcel; the cursor stays then. */
static enum err next_entry(struct own *o, struct step *s, struct store_chat *c,
                           const struct frame_deliver *d, bool *waits)
{
    uint8_t hash[32];
    bool mine = false, go_on = c->go_on && !store_chat_reenters(c);
    crypto_sha256(hash, d->body);
    TRY(go_on ? own_still_passed(o, s, c, d) : OK);
    /* the group is being repaired: our commit decides where we continue */
    bool repairing = store_chat_reenters(c);
    if (c->note == ABI_CHAT_NOTE_FORKED && d->kind == WIRE_KIND_APPLICATION) {
        TRY(passed_by(s, c, d->server_ms));
    } else if (repairing && d->kind == WIRE_KIND_COMMIT) {
        TRY(echo(o, s, c, d, hash, &mine));
        TRY(mine ? OK : own_restore_passed(o, s, c, hash));
    } else if (!repairing) {
        TRY(log_entry(o, s, c, d, hash, waits));
    }
    if (*waits) { /* not even going on brings it */
        return go_on ? own_still_come_in(o, s, c) : OK;
    }
    if (c->still > 0) {
        effects_chat(s->out, own_shown_in(c));
    }
    return own_restore_add(o, s, c, d, hash);
}

enum err own_deliver(struct own *o, struct step *s, const struct frame_deliver *d)
{
    struct store_chat c;
    if (d->seq > INT64_MAX) {
        return ERR_INPUT; /* no log has so many entries */
    }
    if (d->handle == 0) {
        return own_inbox_take(o, s, d);
    }
    struct own_box *box = own_box_of_handle(o, d->handle);
    if (box == NULL) {
        return OK; /* closed meanwhile */
    }
    enum err e = store_chat_get(s->store, s->arena, box->chat, &c);
    if (e != OK) {
        return e == ERR_GONE ? OK : e;
    }
    if (c.state == STORE_CHAT_LEFT || c.state == STORE_CHAT_DECLINED) {
        return OK; /* not for us */
    }
    int64_t chat = box->chat;
    if (d->seq > box->head) {
        box->head = d->seq;
    }
    s->dirty = true;
    bool last = d->seq == box->head;
    if (box->stalled) {
        return OK;
    }
    if ((int64_t)d->seq > c.cursor && c.hold == STORE_HOLD_STOPPED) {
        own_box_at(box, s, (int64_t)d->seq);
        return store_own_chat_skip(s->store, chat, (int64_t)d->seq);
    }
    if (own_restore_differs(&c, d)) {
        TRY(store_own_chat_forget_cursor(s->store, chat));
        bool whole = c.note == ABI_CHAT_NOTE_NONE;
        return whole ? own_restore_begin(o, s, chat) : own_box_again(o, s, box);
    }
    /* The log numbers every entry without gaps. What does not directly follow what we have is not
     * taken: we read the log again from where we are, and the gateway, when asked, must say what it
     * has lost (on_opened in work.c). */
    if (d->kind == WIRE_KIND_GAP) {
        return OK;
    }
    if (!own_still_follows(&c, d)) {
        TRY(own_still_count(s, &c));
        return own_box_again(o, s, box);
    }
    if ((int64_t)d->seq > c.cursor) {
        bool waits = false;
        TRY(next_entry(o, s, &c, d, &waits));
        box = own_box(o, chat, false); /* it may have moved in memory */
        if (box != NULL && waits) {
            box->stalled = c.note != ABI_CHAT_NOTE_FORKED;
        } else if (box != NULL) {
            own_box_at(box, s, (int64_t)d->seq);
        }
        if (waits) {
            return OK;
        }
        last = last || (box != NULL && !box->opened); /* to be opened again with a new read tag */
    }
    if (last) {
        own_due_chat(o, chat);
    }
    return OK;
}
