#include "engine/own/own.h"

#include <string.h>

#include "base/ct.h"
#include "base/rule.h"
#include "crypto/sign.h"
#include "engine/own/account.h"
#include "engine/own/alive.h"
#include "engine/own/ask.h"
#include "engine/own/box.h"
#include "engine/own/chains.h"
#include "engine/own/commit.h"
#include "engine/own/chain.h"
#include "engine/own/clock.h"
#include "engine/own/content.h"
#include "engine/own/due.h"
#include "engine/own/file.h"
#include "engine/own/frame.h"
#include "engine/own/group_cache.h"
#include "engine/own/hello.h"
#include "engine/own/hello_due.h"
#include "engine/own/join.h"
#include "engine/own/line.h"
#include "engine/own/link.h"
#include "engine/own/link_hear.h"
#include "engine/own/parcel.h"
#include "engine/own/part.h"
#include "engine/own/receive.h"
#include "engine/own/recover.h"
#include "engine/own/send.h"
#include "engine/own/status.h"
#include "engine/own/still.h"
#include "engine/own/sweep.h"
#include "engine/own/typing.h"
#include "engine/own/work.h"
#include "engine/timeline.h"
#include "schema/frame.h"
#include "store/chat.h"
#include "store/own_person.h"
#include "store/own_setting.h"
#include "store/own_wish.h"
#include "engine/own/missing.h"

#define PARCEL_REFUSED_MS 60000

/* ---- life ----------------------------------------------------------------------------------- */

void own_init(struct own *o)
{
    memset(o, 0, sizeof *o);
    o->next_request = 1;
    arena_init(&o->box_arena, 0);
}

void own_wipe(struct own *o)
{
    uint16_t suite = o->suite;
    uint32_t kp_full = o->kp_full, tree_inline = o->tree_inline;
    own_groups_close(o);
    arena_wipe(&o->box_arena);
    wipe(o, sizeof *o);
    own_init(o);
    o->suite = suite;
    o->kp_full = kp_full;
    o->tree_inline = tree_inline;
}

void own_reset(struct own *o, struct step *s)
{
    own_groups_close(o);
    own_boxes_forget(o);
    memset(o->asks, 0, sizeof o->asks);
    for (int c = OWN_CONN_DEVICE; c <= OWN_CONN_LAST; c++) {
        if (o->conn[c].line != OWN_CLOSED) {
            own_line_hang_up(s, c);
        }
        o->conn[c].line = OWN_CLOSED;
        o->conn[c].retry_at_ms = s->now_ms + 500;
    }
    memset(&o->link, 0, sizeof o->link);
    own_pairing_wipe(&o->pair.p);
    memset(&o->due, 0, sizeof o->due);
    o->blob_window = 0;
    o->chains_wanted = o->packages_wanted = o->time_wanted = false;
}

enum err own_start(struct own *o, struct step *s)
{
    int64_t due = 0;
    TRY(own_account_load(o, s));
    int64_t stage = OWN_RECOVER_NONE;
    TRY(store_own_setting_int(s->store, "recovering", OWN_RECOVER_NONE, &stage));
    o->recovering = stage != OWN_RECOVER_NONE;
    o->checking_due = true;
    TRY(own_clock_load(o, s));
    TRY(own_hello_load(o, s));
    TRY(store_own_setting_int(s->store, "record-due", 1, &due));
    if (due == 2) { /* the answer never came */
        TRY(store_own_setting_put_int(s->store, "record-due", 1));
    }
    TRY(own_link_start(o, s));
    return own_line_dial(o, s);
}

/* ---- greeting ------------------------------------------------------------------------------- */

/* What the device line signs in with. */
static struct slice line_key(struct own *o)
{
    return o->recovering ? SLICE_ARRAY(o->codes.old.sign.b) : SLICE_ARRAY(o->device);
}

static enum err greet(struct own *o, struct step *s, int conn)
{
    struct buf b = buf_arena(s->arena, 64);
    struct wire_hello h;
    struct slice body;
    memset(&h, 0, sizeof h);
    h.version = FRAME_VERSION;
    h.mode = conn != OWN_CONN_DEVICE ? WIRE_MODE_ANON
             : o->recovering         ? WIRE_MODE_RECOVERY
                                     : WIRE_MODE_DEVICE;
    h.has_key = conn == OWN_CONN_DEVICE;
    h.key = line_key(o);
    wire_hello_put(&b, &h);
    TRY(buf_finish(&b, &body));
    o->conn[conn].line = OWN_GREETING;
    return own_frame(o, s, conn, FRAME_HELLO, 0, body);
}

static enum err on_challenge(struct own *o, struct step *s, struct slice body)
{
    struct wire_challenge c;
    struct wire_auth a;
    struct slice tbs, out;
    uint8_t sig[64];
    struct buf t = buf_arena(s->arena, 256), b = buf_arena(s->arena, 80);
    TRY(wire_challenge_decode(s->arena, body, &c));
    if (c.nonce.n != 32) {
        return ERR_INPUT;
    }
    frame_auth_tbs(&t, own_frame_origin(o), line_key(o), c.nonce);
    TRY(buf_finish(&t, &tbs));
    crypto_sign(sig, o->recovering ? &o->codes.old.secret : &o->device_secret, tbs);
    a.signature = SLICE_ARRAY(sig);
    wire_auth_put(&b, &a);
    TRY(buf_finish(&b, &out));
    /* Not 0, which would ask for no answer; and no question of ours has this number. */
    return own_frame(o, s, OWN_CONN_DEVICE, FRAME_AUTH, UINT32_MAX, out);
}

static enum err on_ready(struct own *o, struct step *s, int conn, struct slice body)
{
    struct wire_ready r;
    TRY(wire_ready_decode(s->arena, body, &r));
    if (conn == OWN_CONN_ANON) {
        if (!r.has_nonce || r.nonce.n != FRAME_NONCE_SIZE) {
            return ERR_INPUT;
        }
        memcpy(o->conn[conn].nonce, r.nonce.p, FRAME_NONCE_SIZE);
    }
    TRY(own_clock_heard(o, s, r.server_ms));
    o->time_wanted = false;
    o->conn[conn].line = OWN_READY;
    o->conn[conn].failures = 0;
    o->conn[conn].retry_at_ms = 0;
    s->dirty = true;
    s->out->state = true;
    if (conn == OWN_CONN_CHAINS) {
        bool packages = o->packages_wanted;
        o->packages_wanted = false;
        if (packages) { /* for whichever chats want them */
            own_due_all(o);
        }
        own_due_rest(o);
        return OK;
    }
    if (conn == OWN_CONN_DEVICE) {
        TRY(o->recovering ? own_recover_ready(o, s, &r) : own_account_ready(o, s, &r));
    }
    own_due_all(o);
    return OK;
}

/* ---- frames --------------------------------------------------------------------------------- */

/* Resumes what waited for a parcel; the commit of a refused parcel loses, and its wishes are tried
 * again in a minute. */
static enum err on_parcel(struct own *o, struct step *s, const struct own_parcel_event *came)
{
    struct own_part part;
    if (came->what == OWN_PARCEL_REFUSED) {
        TRY(own_group_lost(o, s, came->chat));
        return store_own_wish_put_off(s->store, came->chat, (int64_t)s->now_ms + PARCEL_REFUSED_MS);
    }
    if (came->what != OWN_PARCEL_CAME) {
        return OK;
    }
    if (came->why == OWN_PARCEL_WELCOME) {
        TRY(own_part_begin(o, s, &part));
        enum err e = own_group_welcome(o, s, came->welcome, came->token, came->server_ms);
        e = own_part_end(o, s, &part, e);
        return own_grave(e) ? e : own_parcel_forget(s, came->id);
    }
    struct own_box *box = own_box(o, came->chat, false);
    if (came->why == OWN_PARCEL_COMMIT && box != NULL && box->stalled) {
        TRY(own_box_reopen(o, s, box));
    }
    own_due_chat(o, came->chat);
    return OK;
}

static enum err answer(struct own *o, struct step *s, const struct own_ask *ask, uint8_t type,
                       struct slice body)
{
    struct own_parcel_event came;
    uint64_t failure = 0;
    if (type == FRAME_FAILURE) {
        struct wire_failure f;
        TRY(wire_failure_decode(s->arena, body, &f));
        failure = f.code == 0 ? WIRE_CODE_INTERNAL : f.code;
        if (own_ask_later(o, s, ask, &f)) {
            return OK; /* as if it had never been asked */
        }
    }
    own_ask_counted(o, ask);
    switch (ask->type) {
    case FRAME_REGISTER:
    case FRAME_KP_PUT:
    case FRAME_KP_COUNT:
    case FRAME_TOKEN_SET:
    case FRAME_TOKEN_DROP:
        return own_account_answer(o, s, ask, type, body, failure);
    case FRAME_CHAIN_GET:
        if (ask->b == OWN_ASK_CHAIN || ask->b == OWN_ASK_CHAIN_LOW) {
            return own_chains_answer(o, s, ask, body, failure);
        }
        if (ask->b == OWN_ASK_CHAIN_LINK) {
            return own_link_chain(o, s, body, failure);
        }
        return ask->b == OWN_ASK_CHAIN_OWN ? own_chain_answer(o, s, ask, type, body, failure)
                                           : own_recover_chain(o, s, body, failure);
    case FRAME_CHAIN_PUT:
        if (ask->a > 0) {
            return own_chains_given(o, s, ask, failure);
        }
        TRY(own_chain_answer(o, s, ask, type, body, failure));
        return o->recovered ? own_recover_done(o, s) : OK;
    case FRAME_KP_TAKE:
    case FRAME_BOX_NEW:
    case FRAME_OPEN:
    case FRAME_COMMIT:
    case FRAME_INFO_GET:
        if (ask->b == -1) {
            return own_link_answer(o, s, ask, type, body, failure);
        }
        return own_group_answer(o, s, ask, type, body, failure);
    case FRAME_POST:
        if (ask->b == -1) {
            return own_link_answer(o, s, ask, type, body, failure);
        }
        return own_send_answer(o, s, ask, type, body, failure);
    case FRAME_BLOB_NEW:
    case FRAME_BLOB_PUT:
    case FRAME_BLOB_GET:
    case FRAME_BLOB_STAT:
    case FRAME_BLOB_DROP:
        if (ask->a < 0) {
            TRY(own_parcel_answer(o, s, ask, type, body, failure, &came));
            return on_parcel(o, s, &came);
        }
        return own_file_answer(o, s, ask, type, body, failure);
    case FRAME_RECORD_PUT:
    case FRAME_RECORD_GET:
        return own_recover_answer(o, s, ask, type, body, failure);
    default:
        return OK;
    }
}

static enum err on_deliver(struct own *o, struct step *s, int conn, struct slice body)
{
    struct frame_deliver d;
    bool taken = false;
    TRY(frame_deliver_get(body, &d));
    d.server_ms = own_clock_bound(o, s, d.server_ms);
    if ((d.handle == 0) != (conn == OWN_CONN_DEVICE) || conn == OWN_CONN_CHAINS) {
        return ERR_INPUT;
    }
    if (d.handle != 0) {
        TRY(own_link_deliver(o, s, &d, &taken));
        if (taken) {
            return OK;
        }
    }
    return own_deliver(o, s, &d);
}

/* "This device was revoked": only an entry of my chain can say so. */
static enum err on_refused(struct own *o, struct step *s, uint8_t type, struct slice body)
{
    struct wire_failure f;
    struct wire_bye b;
    uint64_t code = 0;
    if (type == FRAME_FAILURE) {
        TRY(wire_failure_decode(s->arena, body, &f));
        code = f.code;
    } else {
        TRY(wire_bye_decode(s->arena, body, &b));
        code = b.code;
    }
    if (code == WIRE_CODE_REVOKED && !RULE(DROPPED_BY_AN_ENTRY)) {
        o->dropped = true;
    }
    return code == WIRE_CODE_REVOKED ? own_chain_doubt(o, s) : OK;
}

static enum err on_frame(struct own *o, struct step *s, int conn, uint8_t type, uint32_t request,
                         struct slice body)
{
    switch (type) {
    case FRAME_CHALLENGE:
        return conn == OWN_CONN_DEVICE && o->conn[conn].line == OWN_GREETING
                   ? on_challenge(o, s, body)
                   : ERR_INPUT;
    case FRAME_READY:
        return o->conn[conn].line == OWN_GREETING ? on_ready(o, s, conn, body) : ERR_INPUT;
    case FRAME_DELIVER:
        return on_deliver(o, s, conn, body);
    case FRAME_EPHEMERAL: {
        struct frame_ephemeral e;
        TRY(frame_ephemeral_get(body, &e));
        return own_ephemeral(o, s, &e);
    }
    default:
        break;
    }
    if (conn == OWN_CONN_DEVICE && (type == FRAME_FAILURE || type == FRAME_BYE)) {
        TRY(on_refused(o, s, type, body));
    }
    for (size_t i = 0; request != 0 && i < OWN_ASKS_MAX; i++) {
        if (o->asks[i].request == request && o->asks[i].conn == conn) {
            struct own_ask ask = o->asks[i];
            memset(&o->asks[i], 0, sizeof o->asks[i]);
            s->dirty = true;
            return answer(o, s, &ask, type, body);
        }
    }
    return OK; /* unknown types and answers to forgotten questions are skipped */
}

static enum err on_message(struct own *o, struct step *s, int conn, struct slice data)
{
    while (data.n > 0) {
        uint8_t type = 0;
        uint32_t request = 0;
        struct slice body;
        struct own_part part;
        enum err e = frame_next(&data, &type, &request, &body);
        if (e == OK) {
            TRY(own_part_begin(o, s, &part));
            e = own_part_end(o, s, &part, on_frame(o, s, conn, type, request, body));
        }
        if (own_grave(e)) {
            return e;
        }
        if (e != OK) { /* we assume a hostile gateway: it may be wrong, but must not stop us */
            own_line_hang_up(s, conn);
            own_line_lost(o, s, conn);
            return OK;
        }
    }
    if (own_ready(o, conn)) {
        own_due_rest(o);
    }
    return OK;
}

enum err own_net(struct own *o, struct step *s, const struct network_input *in)
{
    if (in->k < OWN_CONN_DEVICE || in->k > OWN_CONN_LAST) {
        return ERR_INPUT;
    }
    int conn = (int)in->k;
    s->dirty = true;
    switch (in->kind) {
    case NETWORK_OPEN:
        return o->conn[conn].line == OWN_DIALLING ? greet(o, s, conn) : OK;
    case NETWORK_MESSAGE:
        o->conn[conn].heard_ms = s->now_ms;
        o->conn[conn].asked_ms = 0;
        return o->conn[conn].line == OWN_GREETING || o->conn[conn].line == OWN_READY
                   ? on_message(o, s, conn, in->data)
                   : OK;
    case NETWORK_CLOSE:
        if (o->conn[conn].line != OWN_CLOSED) {
            own_line_lost(o, s, conn);
        }
        return OK;
    default:
        return ERR_INPUT;
    }
}

/* ---- work ----------------------------------------------------------------------------------- */

/* What one chat needs next. */
static enum err work_chat(struct own *o, struct step *s, int64_t chat)
{
    struct store_chat c;
    bool busy = false;
    enum err e = store_chat_get(s->store, s->arena, chat, &c);
    if (e != OK) {
        return e == ERR_GONE ? OK : e;
    }
    if (!c.has_mailbox || c.state == STORE_CHAT_LEFT || c.state == STORE_CHAT_REQUEST ||
        c.state == STORE_CHAT_DECLINED) {
        return OK;
    }
    struct own_box *box = own_box(o, chat, true);
    if (box == NULL) {
        return ERR_HOST_MEMORY;
    }
    TRY(own_group_work(o, s, &c, box, &busy));
    return busy || c.state == STORE_CHAT_JOINING ? OK : own_send_work(o, s, &c, box);
}

/* Its work may fail alone: then it counts as not tried, and the others go on. */
static enum err work_alone(struct own *o, struct step *s, int64_t chat)
{
    struct own_part part;
    struct own_box was;
    uint32_t window = o->blob_window;
    const struct own_box *before = own_box(o, chat, false);
    memset(&was, 0, sizeof was);
    was.chat = chat;
    was = before != NULL ? *before : was;
    TRY(own_part_begin(o, s, &part));
    enum err e = own_part_end(o, s, &part, work_chat(o, s, chat));
    if (e == OK || own_grave(e)) {
        return e;
    }
    o->blob_window = window;
    struct own_box *box = own_box(o, chat, false);
    if (box != NULL) {
        *box = was;
    }
    return OK;
}

/* Work that belongs to no chat. */
static enum err work_rest(struct own *o, struct step *s)
{
    TRY(own_sweep_checked(o, s));
    TRY(own_chain_work(o, s));
    TRY(own_chains_work(o, s));
    TRY(own_parcel_work(o, s));
    TRY(own_file_work(o, s));
    return own_recover_work(o, s);
}

static enum err work_round(struct own *o, struct step *s)
{
    struct own_due due;
    int64_t *ids = NULL;
    size_t n = 0;
    own_due_take(o, &due);
    if (due.rest) {
        TRY(own_link_work(o, s));
    }
    if (!own_ready(o, OWN_CONN_ANON)) {
        return OK; /* all is due once it is */
    }
    if (!o->base.ready) {
        return OK;
    }
    if (due.all) {
        TRY(store_chat_ids(s->store, s->arena, true, &ids, &n));
    }
    for (size_t i = 0; i < (due.all ? n : due.n); i++) {
        TRY(work_alone(o, s, due.all ? ids[i] : due.chats[i]));
    }
    return due.rest ? work_rest(o, s) : OK;
}

enum err own_work(struct own *o, struct step *s)
{
    for (int round = 0; round < OWN_WORK_ROUNDS && own_due_any(o); round++) {
        TRY(work_round(o, s));
    }
    return OK;
}

enum err own_alarm(struct own *o, struct step *s)
{
    if (s->store != NULL) {
        TRY(own_clock_mend(o, s));
    }
    own_ask_later_over(o, s);
    TRY(own_line_check(o, s));
    own_clock_ask(o, s);
    TRY(own_line_dial(o, s));
    TRY(own_link_late(o, s));
    if (!o->base.ready) {
        return OK;
    }
    if (o->status_at_ms != 0 && o->status_at_ms <= s->now_ms) {
        TRY(own_content_statuses(o, s));
    }
    if (o->hello_at_ms != 0 && o->hello_at_ms <= s->now_ms) {
        TRY(own_hello_due(o, s));
    }
    TRY(timeline_expire(s, own_clock_both(o, s)));
    TRY(own_missing_show(o, s, &o->missing_at_ms));
    TRY(own_alive_due(s));
    TRY(own_sweep(o, s));
    TRY(own_boxes_again(o, s));
    TRY(own_still_check(o, s));
    own_due_all(o);
    return OK;
}

enum err own_life(struct own *o, struct step *s, uint64_t state)
{
    switch (state) {
    case ABI_LIFE_STATE_ONLINE:
        o->offline = false;
        for (int c = OWN_CONN_DEVICE; c <= OWN_CONN_LAST; c++) {
            if (o->conn[c].line == OWN_CLOSED) {
                o->conn[c].retry_at_ms = s->now_ms;
                o->conn[c].failures = 0;
            }
        }
        break;
    case ABI_LIFE_STATE_OFFLINE:
        o->offline = true;
        break;
    default:
        break;
    }
    s->out->state = true;
    return own_alarm(o, s);
}

static void earlier(uint64_t *at, uint64_t t)
{
    if (t != 0 && (*at == 0 || t < *at)) {
        *at = t;
    }
}

enum err own_next_alarm(struct own *o, struct step *s, uint64_t *at_ms)
{
    int64_t t = 0;
    *at_ms = 0;
    if (own_due_any(o)) {
        earlier(at_ms, s->now_ms);
    }
    own_line_next(o, s, at_ms);
    earlier(at_ms, o->pair.until_ms);
    if (!o->base.ready) {
        return OK;
    }
    earlier(at_ms, o->status_at_ms);
    earlier(at_ms, o->hello_at_ms);
    earlier(at_ms, o->missing_at_ms);
    own_still_next(o, at_ms);
    own_clock_next(o, at_ms);
    if (o->record_at_ms > s->now_ms) {
        earlier(at_ms, o->record_at_ms);
    }
    TRY(store_message_next_expiry(s->store, &t));
    if (t > 0) { /* by both clocks */
        earlier(at_ms, (uint64_t)t + (s->now_ms - own_clock_both(o, s)));
    }
    enum err e = store_own_wish_next(s->store, (int64_t)s->now_ms, &t);
    if (e == OK) {
        earlier(at_ms, (uint64_t)t);
    } else if (e != ERR_GONE) {
        return e;
    }
    e = store_own_person_chain_next(s->store, (int64_t)s->now_ms, &t);
    if (e == OK) {
        earlier(at_ms, (uint64_t)t);
    }
    return e == ERR_GONE ? OK : e;
}
