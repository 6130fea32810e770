#include "store/hole.h"

#include <string.h>

#include "store/order.h"

#define HOLE_COLUMNS                                                                               \
    "SELECT id,leaf,first,last,place,at_ms,message,asked_ms,secret FROM hole WHERE "

static enum err read_hole(struct store_rows *r, struct arena *a, struct store_hole *h, bool *has)
{
    memset(h, 0, sizeof *h);
    TRY(store_rows_next(r, has));
    if (!*has) {
        return OK;
    }
    h->id = store_rows_int(r, 0);
    h->leaf = store_rows_int(r, 1);
    h->first = store_rows_int(r, 2);
    h->last = store_rows_int(r, 3);
    h->place = store_rows_int(r, 4);
    h->at_ms = store_rows_int(r, 5);
    h->message = store_rows_int(r, 6);
    h->asked_ms = store_rows_int(r, 7);
    return store_rows_copy(r, 8, a, &h->secret);
}

static enum err one_hole(struct store_rows *r, struct arena *a, struct store_hole *out)
{
    bool has = false;
    enum err e = read_hole(r, a, out, &has);
    store_rows_close(r);
    return e != OK ? e : has ? OK : ERR_GONE;
}

static enum err insert_hole(struct store *s, const struct store_hole *h)
{
    return store_sql_run(s,
                         "INSERT INTO hole(leaf,first,last,place,at_ms,message,asked_ms,secret) "
                         "VALUES(?,?,?,?,?,?,?,?)",
                         "iiiiiiib", h->leaf, h->first, h->last, h->place, h->at_ms, h->message,
                         h->asked_ms, h->secret);
}

enum err store_hole_add(struct store *s, int64_t chat, const struct store_hole *h)
{
    TRY(insert_hole(s, h));
    return store_sql_run(
        s,
        "DELETE FROM hole WHERE message=0 AND id IN (SELECT h.id FROM hole h JOIN leaf l ON "
        "l.id=h.leaf WHERE l.chat=? AND l.person=(SELECT person FROM leaf WHERE id=?) ORDER BY "
        "h.id DESC LIMIT -1 OFFSET ?)",
        "iii", chat, h->leaf, (int64_t)STORE_HOLES_MAX);
}

enum err store_hole_of(struct store *s, struct arena *a, int64_t leaf, int64_t counter,
                       struct store_hole *out)
{
    struct store_rows r;
    TRY(store_rows_open(s, &r, HOLE_COLUMNS "leaf=?1 AND first<=?2 AND last>=?2 LIMIT 1", "ii",
                        leaf, counter));
    return one_hole(&r, a, out);
}

enum err store_hole_of_message(struct store *s, struct arena *a, int64_t message,
                               struct store_hole *out)
{
    struct store_rows r;
    TRY(store_rows_open(s, &r, HOLE_COLUMNS "message=?", "i", message));
    return one_hole(&r, a, out);
}

enum err store_hole_fill(struct store *s, const struct store_hole *h, int64_t counter, bool *gone)
{
    *gone = h->first == h->last;
    if (*gone) {
        return store_sql_run(s, "DELETE FROM hole WHERE id=?", "i", h->id);
    }
    if (counter == h->first) {
        return store_sql_run(s, "UPDATE hole SET first=first+1,place=? WHERE id=?", "ii",
                             store_place_after(h->place, 1), h->id);
    }
    TRY(store_sql_run(s, "UPDATE hole SET last=? WHERE id=?", "ii", counter - 1, h->id));
    if (counter == h->last) {
        return OK;
    }
    struct store_hole rest = *h;
    rest.first = counter + 1;
    rest.place = store_place_after(h->place, counter + 1 - h->first);
    rest.message = 0;
    return insert_hole(s, &rest);
}

enum err store_hole_list(struct store *s, struct arena *a, int64_t leaf, int64_t upto,
                         struct store_hole *out, size_t max, size_t *n)
{
    struct store_rows r;
    bool has = false;
    *n = 0;
    TRY(store_rows_open(s, &r, HOLE_COLUMNS "leaf=? AND first<=? ORDER BY first LIMIT ?", "iii",
                        leaf, upto, (int64_t)max));
    enum err e = OK;
    while (*n < max && (e = read_hole(&r, a, &out[*n], &has)) == OK && has) {
        (*n)++;
    }
    store_rows_close(&r);
    return e;
}

enum err store_hole_get(struct store *s, struct arena *a, int64_t id, struct store_hole *out)
{
    struct store_rows r;
    TRY(store_rows_open(s, &r, HOLE_COLUMNS "id=?", "i", id));
    return one_hole(&r, a, out);
}

/* ---- its row in the timeline ---------------------------------------------------------------- */

enum err store_hole_set_message(struct store *s, int64_t id, int64_t message)
{
    return store_sql_run(s, "UPDATE hole SET message=? WHERE id=?", "ii", message, id);
}

enum err store_hole_tell(struct store *s, int64_t id, int64_t message)
{
    return store_sql_run(s,
                         "UPDATE message SET reason=(SELECT last-first+1 FROM hole WHERE id=?),"
                         "place=(SELECT place FROM hole WHERE id=?) WHERE id=?",
                         "iii", id, id, message);
}

enum err store_hole_ask(struct store *s, int64_t id, struct slice secret, int64_t now_ms)
{
    return store_sql_run(s, "UPDATE hole SET secret=?,asked_ms=? WHERE id=?", "bii", secret, now_ms,
                         id);
}

enum err store_hole_is_asked(struct store *s, int64_t message, bool *asked)
{
    int64_t ms = 0;
    enum err e =
        store_sql_get_int(s, &ms, "SELECT asked_ms FROM hole WHERE message=?", "i", message);
    *asked = ms > 0;
    return e == ERR_GONE ? OK : e;
}

#define DUE                                                                                        \
    "FROM hole h JOIN leaf l ON l.id=h.leaf JOIN person p ON p.id=l.person WHERE h.message=0 AND " \
    "p.blocked=0 AND h.at_ms<=?"

enum err store_hole_due(struct store *s, int64_t chat, int64_t since_ms, int64_t *ids, size_t max,
                        size_t *n)
{
    struct store_rows r;
    bool has = false;
    *n = 0;
    TRY(store_rows_open(s, &r, "SELECT h.id " DUE " AND l.chat=? ORDER BY h.id LIMIT ?", "iii",
                        since_ms, chat, (int64_t)max));
    enum err e = OK;
    while (*n < max && (e = store_rows_next(&r, &has)) == OK && has) {
        ids[(*n)++] = store_rows_int(&r, 0);
    }
    store_rows_close(&r);
    return e;
}

enum err store_hole_due_chat(struct store *s, int64_t since_ms, int64_t *chat)
{
    return store_sql_get_int(s, chat, "SELECT l.chat " DUE " AND l.chat>? ORDER BY l.chat LIMIT 1",
                             "ii", since_ms, *chat);
}

enum err store_hole_next(struct store *s, int64_t since_ms, int64_t *at_ms)
{
    return store_sql_get_int(s, at_ms, "SELECT min(at_ms) FROM hole WHERE message=0 AND at_ms>?",
                             "i", since_ms);
}
