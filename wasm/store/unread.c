#include "store/unread.h"

enum err store_unread_add(struct store *s, int64_t chat, int64_t message, bool mentions_me,
                          int64_t now_ms)
{
    return store_sql_run(s,
                         "UPDATE chat SET unread=unread+1,mentioned=mentioned|?,got_due=1,hidden=0,"
                         "first_unread=CASE first_unread WHEN 0 THEN ? ELSE first_unread END,"
                         "archived=CASE WHEN muted_until>? THEN archived ELSE 0 END WHERE id=?",
                         "iiii", (int64_t)mentions_me, message, now_ms, chat);
}

enum err store_unread_read(struct store *s, int64_t chat, int64_t place, int64_t message,
                           const uint8_t mid[32], bool say)
{
    int64_t left = 0;
    TRY(store_sql_get_int(s, &left,
                          "SELECT count(*) FROM message WHERE chat=? AND (place,id)>(?,?) AND "
                          "mine=0 AND type IN (0,1,3)",
                          "iii", chat, place, message));
    return store_sql_run(s,
                         "UPDATE chat SET unread=min(unread,?),mentioned=CASE WHEN ?=0 THEN 0 ELSE "
                         "mentioned END,first_unread=CASE WHEN ?=0 THEN 0 ELSE first_unread END,"
                         "read_mid=?,read_due=? WHERE id=?",
                         "iiibii", left, left, left, slice_make(mid, 32), (int64_t)say, chat);
}

enum err store_unread_read_there(struct store *s, int64_t chat, int64_t place, int64_t message)
{
    return store_sql_run(s,
                         "UPDATE chat SET mentioned=0,first_unread=0,unread=(SELECT count(*) FROM "
                         "message x WHERE x.chat=?1 AND (x.place,x.id)>(?2,?3) AND x.mine=0 AND "
                         "x.type IN (0,1,3)) WHERE id=?1",
                         "iii", chat, place, message);
}

enum err store_unread_mark(struct store *s, int64_t chat, bool on)
{
    return store_sql_run(s,
                         on ? "UPDATE chat SET unread=max(unread,1) WHERE id=?"
                            : "UPDATE chat SET unread=0,mentioned=0,first_unread=0 WHERE id=?",
                         "i", chat);
}
