#include "store/own_restore.h"

#include "store/message.h"

enum err store_own_restore_begin(struct store *s, int64_t chat, int64_t now_ms)
{
    return store_sql_run(s,
                         "UPDATE chat SET reading=reading+1,log_read=max(log_read,cursor),cursor=0,"
                         "cursor_hash=NULL,log_sum=NULL,restored=1,restored_ms=?"
                         " WHERE id=?",
                         "ii", now_ms, chat);
}

enum err store_own_restore_over(struct store *s, int64_t chat)
{
    return store_sql_run(s, "UPDATE chat SET restored=0 WHERE id=?", "i", chat);
}

enum err store_own_restore_front(struct store *s, int64_t chat, uint64_t first, struct slice sum)
{
    return store_sql_run(s, "UPDATE chat SET cursor=?1-1,log_first=?1,log_sum=?2 WHERE id=?3",
                         "ibi", (int64_t)first, sum, chat);
}

enum err store_own_restore_behind(struct store *s, int64_t chat, uint64_t seq)
{
    return store_sql_run(s, "UPDATE chat SET log_first=? WHERE id=?", "ii", (int64_t)seq + 1, chat);
}

enum err store_own_restore_set_sum(struct store *s, int64_t chat, struct slice sum)
{
    return store_sql_run(s, "UPDATE chat SET log_sum=? WHERE id=?", "bi", sum, chat);
}

enum err store_own_restore_add(struct store *s, int64_t chat, uint64_t seq, const uint8_t hash[32],
                               struct slice sum, int64_t now_ms)
{
    return store_sql_run(
        s, "UPDATE chat SET cursor=?,cursor_hash=?,log_sum=?,still=0,read_ms=? WHERE id=?", "ibbii",
        (int64_t)seq, slice_make(hash, 32), sum, now_ms, chat);
}

enum err store_own_restore_unreadable_at(struct store *s, int64_t chat, int64_t place,
                                         const uint8_t mid[32], int64_t *message)
{
    return store_sql_get_int(
        s, message, "SELECT id FROM message WHERE chat=? AND place=? AND type=? AND mid<>?", "iiib",
        chat, place, (int64_t)STORE_MESSAGE_UNREADABLE, slice_make(mid, 32));
}

/* ---- what went out -------------------------------------------------------------------------- */

enum err store_own_restore_sealed(struct store *s, struct arena *a, int64_t outbox,
                                  struct slice *out)
{
    void *outs[] = {out};
    return store_sql_get(s, a,
                         "SELECT sealed FROM outbox WHERE id=? AND sealed IS NOT NULL AND counter "
                         "IS NOT NULL",
                         "b", outs, "i", outbox);
}

enum err store_own_restore_keep(struct store *s, int64_t outbox, const uint8_t hash[32],
                                int64_t now_ms)
{
    return store_sql_run(s,
                         "INSERT OR IGNORE INTO sent(chat,kind,hash,epoch,mid,branch,body,counter,"
                         "reading,at_ms,prev,said_ms,content_hash) SELECT o.chat,0,?,o.epoch,o.mid,"
                         "o.branch,o.sealed,o.counter,c.reading,?,o.prev,o.said_ms,o.hash FROM "
                         "outbox o JOIN chat c ON c.id=o.chat WHERE o.id=?",
                         "bii", slice_make(hash, 32), now_ms, outbox);
}

enum err store_own_restore_again(struct store *s, int64_t sent, int64_t now_ms)
{
    return store_sql_run(
        s,
        "INSERT INTO outbox(chat,content,mid,epoch,sealed,branch,sealed_ms,tries,counter,prev,"
        "said_ms,hash) SELECT t.chat,coalesce((SELECT d.content FROM said d JOIN leaf l ON "
        "l.id=d.leaf JOIN chat c ON c.id=l.chat AND c.run=l.run WHERE l.chat=t.chat AND l.person=1 "
        "AND d.counter=t.counter LIMIT 1),zeroblob(0)),t.mid,t.epoch,t.body,t.branch,?,1,t.counter,"
        "t.prev,t.said_ms,t.content_hash FROM sent t WHERE t.id=?",
        "ii", now_ms, sent);
}
