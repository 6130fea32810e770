#include "store/own_chat.h"

#include <string.h>

static enum err set(struct store *s, const char *sql, int64_t value, int64_t id)
{
    return store_sql_run(s, sql, "ii", value, id);
}

/* ---- the log -------------------------------------------------------------------------------- */

enum err store_own_chat_skip(struct store *s, int64_t id, int64_t seq)
{
    return set(s, "UPDATE chat SET cursor=?,log_sum=NULL WHERE id=?", seq, id);
}

enum err store_own_chat_lost(struct store *s, int64_t id, int64_t seq)
{
    return set(s, "UPDATE chat SET cursor=?,log_sum=NULL,note=1,still=0 WHERE id=?", seq, id);
}

enum err store_own_chat_forget_cursor(struct store *s, int64_t id)
{
    return store_sql_run(s, "UPDATE chat SET cursor_hash=NULL WHERE id=?", "i", id);
}

enum err store_own_chat_set_still(struct store *s, int64_t id, int64_t still)
{
    return set(s, "UPDATE chat SET still=? WHERE id=?", still, id);
}

enum err store_own_chat_set_go_on(struct store *s, int64_t id, bool on)
{
    return set(s, "UPDATE chat SET go_on=? WHERE id=?", on, id);
}

enum err store_own_chat_go_on(struct store *s, int64_t id)
{
    return store_sql_run(s, "UPDATE chat SET go_on=1,still=0 WHERE id=?", "i", id);
}

enum err store_own_chat_caught_up(struct store *s, int64_t id)
{
    return store_sql_run(s, "UPDATE chat SET go_on=0,still=0 WHERE id=?", "i", id);
}

enum err store_own_chat_set_read_ms(struct store *s, int64_t id, int64_t now_ms)
{
    return set(s, "UPDATE chat SET read_ms=? WHERE id=?", now_ms, id);
}

/* ---- what could not be followed ---------------------------------------------------------------
 */

enum err store_own_chat_come_in(struct store *s, int64_t id)
{
    return store_sql_run(s, "UPDATE chat SET note=1,go_on=0,still=0 WHERE id=?", "i", id);
}

enum err store_own_chat_taken_again(struct store *s, int64_t id, int64_t now_ms)
{
    return set(s, "UPDATE chat SET note=1,stuck=1,stuck_ms=? WHERE id=?", now_ms, id);
}

enum err store_own_chat_set_unread_commit(struct store *s, int64_t id, bool unread)
{
    return set(s, "UPDATE chat SET unread_commit=? WHERE id=?", unread, id);
}

enum err store_own_chat_unread_epoch(struct store *s, int64_t id, int64_t *epoch)
{
    return store_sql_get_int(s, epoch, "SELECT unread_epoch FROM chat WHERE id=?", "i", id);
}

enum err store_own_chat_set_unread_epoch(struct store *s, int64_t id, int64_t epoch)
{
    return set(s, "UPDATE chat SET unread_epoch=? WHERE id=?", epoch, id);
}

enum err store_own_chat_set_stopped_by(struct store *s, int64_t id, int64_t person)
{
    return set(s, "UPDATE chat SET stopped_by=? WHERE id=?", person, id);
}

/* ---- our leaf ------------------------------------------------------------------------------- */

enum err store_own_chat_leaf(struct store *s, struct arena *a, int64_t id,
                             struct store_own_chat_leaf *out)
{
    void *outs[] = {&out->run, &out->next, &out->reading, &out->hash};
    return store_sql_get(s, a, "SELECT run,next_counter,reading,word_hash FROM chat WHERE id=?",
                         "iiib", outs, "i", id);
}

enum err store_own_chat_leaf_came(struct store *s, int64_t id, uint64_t epoch)
{
    return set(s, "UPDATE chat SET run=?,next_counter=0,word_hash=NULL WHERE id=? AND run<0",
               (int64_t)epoch, id);
}

enum err store_own_chat_leaf_over(struct store *s, int64_t id)
{
    return store_sql_run(s, "UPDATE chat SET run=-1,next_counter=0,word_hash=NULL WHERE id=?", "i",
                         id);
}

enum err store_own_chat_leaf_said(struct store *s, int64_t id, int64_t next, const uint8_t hash[32])
{
    return store_sql_run(s, "UPDATE chat SET next_counter=?,word_hash=? WHERE id=?", "ibi", next,
                         slice_make(hash, 32), id);
}

enum err store_own_chat_leaf_sent(struct store *s, int64_t id)
{
    return store_sql_run(s, "UPDATE chat SET heal_sent=heal_sent+1 WHERE id=?", "i", id);
}

/* ---- coming in ------------------------------------------------------------------------------ */

enum err store_own_chat_set_secrets(struct store *s, int64_t id, const uint8_t join_secret[32],
                                    const uint8_t read_tag[32])
{
    return store_sql_run(s, "UPDATE chat SET join_secret=?,read_tag=? WHERE id=?", "bbi",
                         slice_make(join_secret, 32), slice_make(read_tag, 32), id);
}

enum err store_own_chat_brought_by(struct store *s, int64_t id, int64_t *person)
{
    return store_sql_get_int(s, person, "SELECT brought_by FROM chat WHERE id=?", "i", id);
}

enum err store_own_chat_set_door(struct store *s, int64_t id, struct slice token,
                                 struct slice secret)
{
    return store_sql_run(s, "UPDATE chat SET door_token=?,door_secret=? WHERE id=?", "bbi", token,
                         secret, id);
}
