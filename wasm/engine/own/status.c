/* Read marks, delivery and read notices: batched, switchable, inside the ciphertext. */
#include "engine/own/status.h"

#include <string.h>

#include "base/cbor.h"
#include "base/rule.h"
#include "crypto/rand.h"
#include "engine/own/clock.h"
#include "engine/own/content.h"
#include "engine/own/content_types.h"
#include "engine/own/group.h"
#include "store/chat.h"
#include "store/hole.h"
#include "store/member.h"
#include "store/message.h"
#include "store/people.h"
#include "store/setting.h"
#include "store/sql.h"
#include "store/unread.h"
#include "engine/own/order.h"

#define STATUS_MEMBERS_MAX OWN_GROUP_SMALL /* larger ones get no notices: "sent" is all */
#define STATUS_LEAVES_MAX 32 /* leaves one notice tells of: those that came last              */
#define STATUS_BUT_MAX 64    /* missing words it names of each                                */
#define STATUS_APPLY_MAX 256 /* messages that change in one step                              */

/* A notice: [ kind, [ * [ device, run, from, upto, [ * missing ] ] ] ]. kind 1 got, 2 read. What
 * never came is not said to be here: it begins with the first word that is here, a hole is named,
 * and of holes too many to name upto stops before them. */
enum status { STATUS_GOT = 1, STATUS_READ = 2 };

/* ---- reading, statuses ---------------------------------------------------------------------- */

void own_statuses_soon(struct own *o, struct step *s)
{
    if (o->status_at_ms == 0) {
        o->status_at_ms = s->now_ms + 1000 + crypto_rand_below(4000);
    }
}

enum err own_content_read(struct own *o, struct step *s, int64_t chat, int64_t message)
{
    struct store_message m;
    int64_t notices = 1;
    TRY(store_message_get(s->store, s->arena, message, &m));
    if (m.chat != chat) {
        return ERR_INPUT;
    }
    TRY(store_setting_int(s->store, "read-on", 1, &notices));
    TRY(store_unread_read(s->store, chat, m.place, m.id, m.mid, notices != 0));
    TRY(store_message_start_timers(s->store, &m, (int64_t)own_clock_now(o, s)));
    effects_chat(s->out, chat);
    own_statuses_soon(o, s);
    return OK;
}

/* ---- saying --------------------------------------------------------------------------------- */

struct heard {
    struct store_leaf leaf;
    int64_t from, upto;
};

/* The leaves of others in this room, with the last word of each that is here; or, with `place`, the
 * last one that stands at or before it. */
static enum err list_heard(struct step *s, int64_t room, int64_t place, struct heard *list,
                           size_t *n)
{
    struct store_rows r;
    bool has = false;
    *n = 0;
    TRY(store_rows_open(s->store, &r,
                        "SELECT l.id,l.device,l.run,(SELECT counter FROM word w WHERE w.leaf=l.id "
                        "AND w.place<=?2 ORDER BY counter DESC LIMIT 1) AS upto,(SELECT "
                        "min(counter) FROM word w WHERE w.leaf=l.id) FROM leaf l WHERE "
                        "l.chat=?1 AND l.person<>1 AND l.next>0 AND upto IS NOT NULL ORDER BY l.id "
                        "DESC LIMIT 32",
                        "ii", room, place));
    enum err e = OK;
    while (*n < STATUS_LEAVES_MAX && (e = store_rows_next(&r, &has)) == OK && has) {
        struct heard *h = &list[*n];
        struct slice device = store_rows_bytes(&r, 1);
        memset(h, 0, sizeof *h);
        h->leaf.id = store_rows_int(&r, 0);
        h->leaf.run = store_rows_int(&r, 2);
        h->upto = store_rows_int(&r, 3);
        h->from = RULE(READ_FROM_THE_FIRST) ? store_rows_int(&r, 4) : 0;
        if (device.n == sizeof h->leaf.device) {
            memcpy(h->leaf.device, device.p, sizeof h->leaf.device);
            (*n)++;
        }
    }
    store_rows_close(&r);
    return e;
}

/* [ device, run, from, upto, [ * missing ] ] */
static enum err put_heard(struct step *s, struct buf *b, const struct heard *h)
{
    struct store_hole *holes = arena_array(s->arena, STATUS_BUT_MAX + 1, sizeof *holes);
    int64_t but[STATUS_BUT_MAX], upto = h->upto;
    size_t n = 0, k = 0;
    if (holes == NULL) {
        return ERR_HOST_MEMORY;
    }
    TRY(store_hole_list(s->store, s->arena, h->leaf.id, upto, holes, STATUS_BUT_MAX, &n));
    for (size_t i = 0; i < n; i++) {
        for (int64_t c = holes[i].first; c <= holes[i].last && c <= upto && RULE(READ_OF_WHAT_CAME);
             c++) {
            if (k == STATUS_BUT_MAX) {
                upto = c - 1;
                break;
            }
            but[k++] = c;
        }
    }
    cbor_put_array(b, 5);
    cbor_put_bytes(b, SLICE_ARRAY(h->leaf.device));
    cbor_put_uint(b, (uint64_t)h->leaf.run);
    cbor_put_uint(b, (uint64_t)h->from);
    cbor_put_uint(b, (uint64_t)upto);
    cbor_put_array(b, k);
    for (size_t i = 0; i < k; i++) {
        cbor_put_uint(b, (uint64_t)but[i]);
    }
    return b->err;
}

static enum err send_status(struct own *o, struct step *s, int64_t room, enum status kind,
                            int64_t place)
{
    struct heard *list = arena_array(s->arena, STATUS_LEAVES_MAX, sizeof *list);
    struct slice body;
    size_t n = 0;
    if (list == NULL) {
        return ERR_HOST_MEMORY;
    }
    TRY(list_heard(s, room, place, list, &n));
    if (n == 0) {
        return OK;
    }
    struct buf b = buf_arena(s->arena, n * 64 + 16);
    cbor_put_array(&b, 2);
    cbor_put_uint(&b, kind);
    cbor_put_array(&b, n);
    for (size_t i = 0; i < n; i++) {
        TRY(put_heard(s, &b, &list[i]));
    }
    TRY(buf_finish(&b, &body));
    return own_send_private(o, s, room, OWN_TYPE_STATUS, body);
}

static enum err chat_status(struct own *o, struct step *s, int64_t chat, bool got, bool read)
{
    int64_t members = 0, place = STORE_PLACE_PENDING - 1;
    struct store_chat c;
    TRY(store_chat_get(s->store, s->arena, chat, &c));
    TRY(store_member_count(s->store, chat, &members));
    if (c.type == STORE_CHAT_SELF || c.state != STORE_CHAT_OPEN ||
        (members > STATUS_MEMBERS_MAX && RULE(RECEIPTS_UP_TO_SIXTEEN))) {
        return OK;
    }
    if (!read) {
        return got ? send_status(o, s, chat, STATUS_GOT, place) : OK;
    }
    enum err e = store_sql_get_int(s->store, &place,
                                   "SELECT m.place FROM chat c JOIN message m ON m.chat=c.id AND "
                                   "m.mid=c.read_mid WHERE c.id=?",
                                   "i", chat);
    return e == OK ? send_status(o, s, chat, STATUS_READ, place) : e == ERR_GONE ? OK : e;
}

enum err own_content_statuses(struct own *o, struct step *s)
{
    enum { MAX = 64 };
    struct store_rows r;
    int64_t ids[MAX], got[MAX], read[MAX];
    size_t n = 0;
    bool has = false;
    o->status_at_ms = 0;
    TRY(store_rows_open(s->store, &r,
                        "SELECT id,got_due,read_due FROM chat WHERE got_due=1 OR read_due=1 LIMIT "
                        "64",
                        ""));
    enum err e = OK;
    while (n < MAX && (e = store_rows_next(&r, &has)) == OK && has) {
        ids[n] = store_rows_int(&r, 0);
        got[n] = store_rows_int(&r, 1);
        read[n++] = store_rows_int(&r, 2);
    }
    store_rows_close(&r);
    for (size_t i = 0; e == OK && i < n; i++) {
        e = store_sql_run(s->store, "UPDATE chat SET got_due=0,read_due=0 WHERE id=?", "i", ids[i]);
        e = e != OK ? e : chat_status(o, s, ids[i], got[i] != 0, read[i] != 0);
    }
    return e;
}

/* ---- hearing -------------------------------------------------------------------------------- */

struct confirmed {
    int64_t from, upto;
    struct slice but; /* 8 bytes each */
};

static bool confirms(const struct confirmed *v, int64_t counter)
{
    struct slice but = v->but;
    uint64_t missing = 0;
    while (slice_le64(&but, &missing) == OK) {
        if ((int64_t)missing == counter) {
            return false;
        }
    }
    return counter >= v->from && counter <= v->upto;
}

struct member_receipt {
    bool said;     /* anything at all                                                     */
    int64_t since; /* the epoch from which it sits there, as far as we saw it come; else 0 */
    struct confirmed got, red;
};
struct receipts {
    struct member_receipt of[STATUS_MEMBERS_MAX];
    size_t n;
};

/* Of everybody in the room. Who came later than we did has what was said from then on. */
static enum err list_receipts(struct step *s, const struct store_leaf *leaf, struct receipts *out)
{
    struct store_rows r;
    bool has = false;
    out->n = 0;
    TRY(store_rows_open(s->store, &r,
                        "SELECT x.got,x.got_but,x.red,x.red_but,x.got_from,x.red_from,x.leaf IS "
                        "NOT NULL,CASE WHEN t.first>me.first THEN t.first ELSE 0 END FROM member m "
                        "LEFT JOIN receipt x ON x.leaf=?2 AND x.person=m.person LEFT JOIN seat t "
                        "ON t.chat=?1 AND t.person=m.person AND t.past IS NULL LEFT JOIN seat me "
                        "ON me.chat=?1 AND me.person=1 AND me.past IS NULL WHERE m.chat=?1 AND "
                        "m.gone=0 AND m.person<>1 LIMIT 17",
                        "ii", leaf->chat, leaf->id));
    enum err e = OK;
    while ((e = store_rows_next(&r, &has)) == OK && has) {
        if (out->n == STATUS_MEMBERS_MAX) {
            out->n = 0; /* too many to know it of all */
            break;
        }
        struct member_receipt *m = &out->of[out->n];
        m->got.upto = store_rows_int(&r, 0);
        m->red.upto = store_rows_int(&r, 2);
        m->got.from = store_rows_int(&r, 4);
        m->red.from = store_rows_int(&r, 5);
        m->said = store_rows_int(&r, 6) != 0;
        m->since = store_rows_int(&r, 7);
        e = store_rows_copy(&r, 1, s->arena, &m->got.but);
        e = e != OK ? e : store_rows_copy(&r, 3, s->arena, &m->red.but);
        if (e != OK) {
            break;
        }
        out->n++;
    }
    store_rows_close(&r);
    return e;
}

/* The least of what all for whom it was confirmed of this word, which was sealed in this epoch. */
static int state_of(const struct receipts *list, int64_t counter, int64_t epoch)
{
    int state = STORE_STATE_READ;
    size_t n = 0;
    for (size_t i = 0; i < list->n; i++) {
        const struct member_receipt *m = &list->of[i];
        if (m->since > epoch) {
            continue;
        }
        n++;
        bool red = confirms(&m->red, counter);
        if (!m->said || (!red && !confirms(&m->got, counter))) {
            return STORE_STATE_SENT;
        }
        state = red ? state : STORE_STATE_DELIVERED;
    }
    return n > 0 ? state : STORE_STATE_SENT;
}

static enum err apply_receipts(struct step *s, const struct store_leaf *leaf, int64_t chat)
{
    struct receipts *list = arena_array(s->arena, 1, sizeof *list);
    struct store_rows r;
    int64_t ids[STATUS_APPLY_MAX];
    int to[STATUS_APPLY_MAX];
    size_t n = 0;
    bool has = false;
    if (list == NULL) {
        return ERR_HOST_MEMORY;
    }
    TRY(list_receipts(s, leaf, list));
    TRY(store_rows_open(s->store, &r,
                        "SELECT m.id,m.counter,m.state,coalesce(w.epoch,0) FROM message m LEFT "
                        "JOIN word w ON w.leaf=m.leaf AND w.counter=m.counter WHERE m.leaf=? AND "
                        "m.leaf>0 AND m.sender=1 AND m.state IN (1,2) ORDER BY m.counter DESC "
                        "LIMIT 256",
                        "i", leaf->id));
    enum err e = OK;
    while (n < STATUS_APPLY_MAX && (e = store_rows_next(&r, &has)) == OK && has) {
        to[n] = state_of(list, store_rows_int(&r, 1), store_rows_int(&r, 3));
        ids[n] = store_rows_int(&r, 0);
        n += to[n] > (int)store_rows_int(&r, 2);
    }
    store_rows_close(&r);
    for (size_t i = 0; e == OK && i < n; i++) {
        e = store_message_set_state(s->store, ids[i], to[i], 0);
        effects_message(s->out, ids[i], false);
    }
    if (n > 0) {
        effects_chat(s->out, chat);
    }
    return e;
}

static enum err keep_receipt(struct step *s, enum status kind, int64_t leaf, int64_t person,
                             const struct confirmed *v)
{
    return store_sql_run(s->store,
                         kind == STATUS_GOT
                             ? "INSERT INTO receipt(leaf,person,got,got_but,got_from) VALUES"
                               "(?,?,?,?,?) ON CONFLICT(leaf,person) DO UPDATE SET got=excluded."
                               "got,got_but=excluded.got_but,got_from=excluded.got_from WHERE "
                               "excluded.got>=got"
                             : "INSERT INTO receipt(leaf,person,red,red_but,red_from) VALUES"
                               "(?,?,?,?,?) ON CONFLICT(leaf,person) DO UPDATE SET red=excluded."
                               "red,red_but=excluded.red_but,red_from=excluded.red_from WHERE "
                               "excluded.red>=red",
                         "iiibi", leaf, person, v->upto, v->but, v->from);
}

/* One leaf of a notice, if it is one of mine. */
static enum err take_heard(struct step *s, const struct store_chat *c, enum status kind,
                           int64_t from, struct slice *in)
{
    struct slice device, but;
    struct store_leaf leaf;
    uint64_t run = 0, first = 0, upto = 0, missing = 0;
    int64_t id = 0;
    size_t n = 0, k = 0;
    TRY(cbor_get_array(in, &n));
    TRY(cbor_get_bytes(in, &device));
    TRY(cbor_get_uint(in, &run));
    TRY(cbor_get_uint(in, &first));
    TRY(cbor_get_uint(in, &upto));
    TRY(cbor_get_array(in, &k));
    if (n != 5 || device.n != 32 || run > INT64_MAX || upto >= (uint64_t)STORE_COUNTER_MAX ||
        first > upto || k > STATUS_BUT_MAX) {
        return ERR_INPUT;
    }
    struct buf b = buf_arena(s->arena, k * 8 + 8);
    for (size_t i = 0; i < k; i++) {
        TRY(cbor_get_uint(in, &missing));
        buf_le64(&b, missing);
    }
    TRY(buf_finish(&b, &but));
    enum err e = store_sql_get_int(
        s->store, &id, "SELECT id FROM leaf WHERE chat=? AND device=? AND run=? AND person=?",
        "ibii", c->id, device, (int64_t)run, STORE_PERSON_ME);
    e = e != OK ? e : store_leaf_get(s->store, s->arena, id, &leaf);
    if (e != OK) {
        return e == ERR_GONE ? OK : e;
    }
    struct confirmed v = {(int64_t)first, (int64_t)upto, but.n == 0 ? SLICE_EMPTY : but};
    TRY(keep_receipt(s, kind, id, from, &v));
    return apply_receipts(s, &leaf, own_shown_in(c));
}

enum err own_status_take(struct step *s, const struct store_chat *c, int64_t from, struct slice in)
{
    uint64_t kind = 0;
    size_t n = 0;
    TRY(cbor_get_array(&in, &n));
    TRY(cbor_get_uint(&in, &kind));
    TRY(cbor_get_array(&in, &n));
    if ((kind != STATUS_GOT && kind != STATUS_READ) || n > STATUS_LEAVES_MAX) {
        return ERR_INPUT;
    }
    for (size_t i = 0; i < n; i++) {
        TRY(take_heard(s, c, (enum status)kind, from, &in));
    }
    return OK;
}
