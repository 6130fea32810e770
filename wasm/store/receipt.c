#include "store/receipt.h"

#include <string.h>

/* ---- saying --------------------------------------------------------------------------------- */

enum err store_receipt_due(struct store *s, struct store_receipt_due *out, size_t max, size_t *n)
{
    struct store_rows r;
    bool has = false;
    *n = 0;
    TRY(store_rows_open(
        s, &r, "SELECT id,got_due,read_due FROM chat WHERE got_due=1 OR read_due=1 LIMIT ?", "i",
        (int64_t)max));
    enum err e = OK;
    while (*n < max && (e = store_rows_next(&r, &has)) == OK && has) {
        out[*n].chat = store_rows_int(&r, 0);
        out[*n].got = store_rows_int(&r, 1) != 0;
        out[(*n)++].read = store_rows_int(&r, 2) != 0;
    }
    store_rows_close(&r);
    return e;
}

enum err store_receipt_said(struct store *s, int64_t chat)
{
    return store_sql_run(s, "UPDATE chat SET got_due=0,read_due=0 WHERE id=?", "i", chat);
}

enum err store_receipt_read_place(struct store *s, int64_t chat, int64_t *place)
{
    return store_sql_get_int(s, place,
                             "SELECT m.place FROM chat c JOIN message m ON m.chat=c.id AND "
                             "m.mid=c.read_mid WHERE c.id=?",
                             "i", chat);
}

enum err store_receipt_leaves(struct store *s, int64_t chat, int64_t place,
                              struct store_receipt_leaf *out, size_t max, size_t *n)
{
    struct store_rows r;
    bool has = false;
    *n = 0;
    TRY(store_rows_open(s, &r,
                        "SELECT l.id,l.device,l.run,(SELECT counter FROM word w WHERE w.leaf=l.id "
                        "AND w.place<=?2 ORDER BY counter DESC LIMIT 1) AS upto,(SELECT "
                        "min(counter) FROM word w WHERE w.leaf=l.id) FROM leaf l WHERE "
                        "l.chat=?1 AND l.person<>1 AND l.next>0 AND upto IS NOT NULL ORDER BY l.id "
                        "DESC LIMIT ?3",
                        "iii", chat, place, (int64_t)max));
    enum err e = OK;
    while (*n < max && (e = store_rows_next(&r, &has)) == OK && has) {
        struct store_receipt_leaf *l = &out[*n];
        struct slice device = store_rows_bytes(&r, 1);
        if (device.n != sizeof l->device) {
            continue;
        }
        l->id = store_rows_int(&r, 0);
        l->run = store_rows_int(&r, 2);
        l->last = store_rows_int(&r, 3);
        l->first = store_rows_int(&r, 4);
        memcpy(l->device, device.p, sizeof l->device);
        (*n)++;
    }
    store_rows_close(&r);
    return e;
}

/* ---- hearing -------------------------------------------------------------------------------- */

enum err store_receipt_put(struct store *s, enum store_receipt_kind kind, int64_t leaf,
                           int64_t person, const struct store_receipt *r)
{
    static const char *const sql[] = {
        [STORE_RECEIPT_GOT] =
            "INSERT INTO receipt(leaf,person,got,got_but,got_from) VALUES"
            "(?,?,?,?,?) ON CONFLICT(leaf,person) DO UPDATE SET got=excluded."
            "got,got_but=excluded.got_but,got_from=excluded.got_from WHERE excluded.got>=got",
        [STORE_RECEIPT_READ] =
            "INSERT INTO receipt(leaf,person,red,red_but,red_from) VALUES"
            "(?,?,?,?,?) ON CONFLICT(leaf,person) DO UPDATE SET red=excluded."
            "red,red_but=excluded.red_but,red_from=excluded.red_from WHERE excluded.red>=red",
    };
    return store_sql_run(s, sql[kind], "iiibi", leaf, person, r->upto, r->but, r->from);
}

enum err store_receipt_members(struct store *s, struct arena *a, int64_t chat, int64_t leaf,
                               struct store_receipt_member *out, size_t max, size_t *n)
{
    struct store_rows r;
    bool has = false;
    *n = 0;
    TRY(store_rows_open(s, &r,
                        "SELECT x.got,x.got_but,x.red,x.red_but,x.got_from,x.red_from,x.leaf IS "
                        "NOT NULL,CASE WHEN t.first>me.first THEN t.first ELSE 0 END FROM member m "
                        "LEFT JOIN receipt x ON x.leaf=?2 AND x.person=m.person LEFT JOIN seat t "
                        "ON t.chat=?1 AND t.person=m.person AND t.past IS NULL LEFT JOIN seat me "
                        "ON me.chat=?1 AND me.person=1 AND me.past IS NULL WHERE m.chat=?1 AND "
                        "m.gone=0 AND m.person<>1 LIMIT ?3",
                        "iii", chat, leaf, (int64_t)max + 1));
    enum err e = OK;
    while ((e = store_rows_next(&r, &has)) == OK && has) {
        if (*n == max) {
            e = ERR_LIMIT;
            break;
        }
        struct store_receipt_member *m = &out[*n];
        m->got.upto = store_rows_int(&r, 0);
        m->read.upto = store_rows_int(&r, 2);
        m->got.from = store_rows_int(&r, 4);
        m->read.from = store_rows_int(&r, 5);
        m->said = store_rows_int(&r, 6) != 0;
        m->since = store_rows_int(&r, 7);
        e = store_rows_copy(&r, 1, a, &m->got.but);
        e = e != OK ? e : store_rows_copy(&r, 3, a, &m->read.but);
        if (e != OK) {
            break;
        }
        (*n)++;
    }
    store_rows_close(&r);
    return e;
}

enum err store_receipt_words(struct store *s, int64_t leaf, struct store_receipt_word *out,
                             size_t max, size_t *n)
{
    struct store_rows r;
    bool has = false;
    *n = 0;
    TRY(store_rows_open(s, &r,
                        "SELECT m.id,m.counter,m.state,coalesce(w.epoch,0) FROM message m LEFT "
                        "JOIN word w ON w.leaf=m.leaf AND w.counter=m.counter WHERE m.leaf=? AND "
                        "m.leaf>0 AND m.mine=1 AND m.state IN (1,2) ORDER BY m.counter DESC "
                        "LIMIT ?",
                        "ii", leaf, (int64_t)max));
    enum err e = OK;
    while (*n < max && (e = store_rows_next(&r, &has)) == OK && has) {
        out[*n].message = store_rows_int(&r, 0);
        out[*n].counter = store_rows_int(&r, 1);
        out[*n].state = (int)store_rows_int(&r, 2);
        out[(*n)++].epoch = store_rows_int(&r, 3);
    }
    store_rows_close(&r);
    return e;
}
