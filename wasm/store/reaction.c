#include "store/reaction.h"

enum err store_reaction_set(struct store *s, const struct store_reaction *r)
{
    TRY(store_reaction_drop(s, r->chat, r->mid, r->person));
    return store_sql_run(s,
                         "INSERT INTO reaction(chat,mid,person,emoji,own_mid,place,removed) "
                         "VALUES(?,?,?,?,?,?,?)",
                         "ibitbii", r->chat, SLICE_ARRAY(r->mid), r->person, r->emoji,
                         SLICE_ARRAY(r->own), r->place, (int64_t)r->removed);
}

enum err store_reaction_take(struct store *s, const struct store_reaction *r)
{
    int64_t behind = 0;
    TRY(store_sql_get_int(s, &behind,
                          "SELECT count(*) FROM reaction WHERE chat=? AND mid=? AND person=? AND "
                          "place>?",
                          "ibii", r->chat, SLICE_ARRAY(r->mid), r->person, r->place));
    return behind > 0 ? OK : store_reaction_set(s, r);
}

enum err store_reaction_bring(struct store *s, const struct store_reaction *r)
{
    return store_sql_run(s,
                         "INSERT INTO reaction(chat,mid,person,emoji,own_mid,place) SELECT "
                         "?1,?2,?3,?4,?5,?6 WHERE NOT EXISTS (SELECT 1 FROM reaction WHERE chat=?1 "
                         "AND mid=?2 AND person=?3)",
                         "ibitbi", r->chat, SLICE_ARRAY(r->mid), r->person, r->emoji,
                         SLICE_ARRAY(r->own), r->place);
}

enum err store_reaction_of(struct store *s, struct arena *a, int64_t chat, const uint8_t mid[32],
                           int64_t person, struct slice *own)
{
    void *outs[] = {own};
    return store_sql_get(s, a, "SELECT own_mid FROM reaction WHERE chat=? AND mid=? AND person=?",
                         "b", outs, "ibi", chat, slice_make(mid, 32), person);
}

enum err store_reaction_drop(struct store *s, int64_t chat, const uint8_t mid[32], int64_t person)
{
    return store_sql_run(s, "DELETE FROM reaction WHERE chat=? AND mid=? AND person=?", "ibi", chat,
                         slice_make(mid, 32), person);
}

enum err store_reaction_take_back(struct store *s, int64_t chat, int64_t person,
                                  const uint8_t own[32], bool *had)
{
    int64_t n = 0;
    TRY(store_sql_run(s, "DELETE FROM reaction WHERE chat=? AND person=? AND own_mid=?", "iib",
                      chat, person, slice_make(own, 32)));
    TRY(store_sql_changes(s, &n));
    *had = n > 0;
    return OK;
}

enum err store_reaction_move(struct store *s, const uint8_t own[32], int64_t place)
{
    return store_sql_run(s, "UPDATE reaction SET place=? WHERE own_mid=?", "ib", place,
                         slice_make(own, 32));
}

enum err store_reaction_list(struct store *s, struct arena *a, int64_t chat, const uint8_t mid[32],
                             struct store_reaction_kind **out, size_t *n)
{
    struct store_rows r;
    int64_t any = 0;
    bool has = false;
    *out = NULL;
    *n = 0;
    /* Most have none: then nothing needs sorting. */
    enum err e = store_sql_get_int(s, &any, "SELECT 1 FROM reaction WHERE chat=? AND mid=? LIMIT 1",
                                   "ib", chat, slice_make(mid, 32));
    if (e != OK) {
        return e == ERR_GONE ? OK : e;
    }
    struct store_reaction_kind *list = arena_array(a, STORE_REACTIONS_MAX, sizeof *list);
    if (list == NULL) {
        return ERR_HOST_MEMORY;
    }
    TRY(store_rows_open(
        s, &r,
        "SELECT emoji,count(*),max(person=1),min(CASE WHEN person=1 THEN NULL ELSE "
        "person END),max(removed) FROM reaction WHERE chat=? AND mid=? GROUP BY emoji ORDER BY "
        "min(place) LIMIT 32",
        "ib", chat, slice_make(mid, 32)));
    while (*n < STORE_REACTIONS_MAX && (e = store_rows_next(&r, &has)) == OK && has) {
        struct store_reaction_kind *k = &list[(*n)++];
        e = store_rows_copy(&r, 0, a, &k->emoji);
        if (e != OK) {
            break;
        }
        k->count = store_rows_int(&r, 1);
        k->mine = store_rows_int(&r, 2) != 0;
        k->who = store_rows_int(&r, 3);
        k->removed = store_rows_int(&r, 4) != 0;
    }
    store_rows_close(&r);
    *out = list;
    return e;
}
