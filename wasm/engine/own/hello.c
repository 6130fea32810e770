#include "engine/own/hello.h"

#include "crypto/rand.h"
#include "engine/own/content.h"
#include "engine/own/group.h"
#include "store/sql.h"

#define HELLO_QUIET_MS 8000    /* in a larger one when nobody has come in for so long, and then   */
#define HELLO_EACH_MS 50       /* within so much for each of them: 12 s in a group of 250         */
#define HELLO_LATEST_MS 300000 /* but not longer after it was owed first                       */
#define HELLO_CHATS 16         /* chats in which it is said in one step                           */

/* What is owed: chat.hello. */
enum hello { HELLO_NOT = 0, HELLO_NAME = 1, HELLO_PICTURE = 2 };

static enum err say(struct own *o, struct step *s, int64_t chat, bool picture)
{
    TRY(own_content_profile(o, s, chat));
    return picture ? own_content_picture(o, s, chat) : OK;
}

enum err own_hello(struct own *o, struct step *s, const struct store_chat *c, bool picture)
{
    int64_t members = 0;
    TRY(store_sql_get_int(s->store, &members, "SELECT count(*) FROM member WHERE chat=? AND gone=0",
                          "i", c->id));
    if (members <= OWN_GROUP_SMALL) {
        return say(o, s, c->id, picture);
    }
    TRY(store_sql_run(s->store, "UPDATE chat SET hello=max(hello,?) WHERE id=?", "ii",
                      (int64_t)(picture ? HELLO_PICTURE : HELLO_NAME), c->id));
    uint64_t at = s->now_ms + HELLO_QUIET_MS + crypto_rand_below((uint32_t)members * HELLO_EACH_MS);
    o->hello_owed_ms = o->hello_at_ms == 0 ? s->now_ms : o->hello_owed_ms;
    o->hello_at_ms =
        at < o->hello_owed_ms + HELLO_LATEST_MS ? at : o->hello_owed_ms + HELLO_LATEST_MS;
    return OK;
}

enum err own_hello_due(struct own *o, struct step *s)
{
    struct store_rows r;
    int64_t ids[HELLO_CHATS];
    bool picture[HELLO_CHATS], has = false;
    size_t n = 0;
    TRY(store_rows_open(s->store, &r,
                        "SELECT id,hello FROM chat WHERE hello>0 AND state=0 ORDER BY id LIMIT ?",
                        "i", (int64_t)HELLO_CHATS));
    enum err e = OK;
    while (n < HELLO_CHATS && (e = store_rows_next(&r, &has)) == OK && has) {
        ids[n] = store_rows_int(&r, 0);
        picture[n++] = store_rows_int(&r, 1) == HELLO_PICTURE;
    }
    store_rows_close(&r);
    for (size_t i = 0; e == OK && i < n; i++) {
        e = store_sql_run(s->store, "UPDATE chat SET hello=0 WHERE id=?", "i", ids[i]);
        e = e != OK ? e : say(o, s, ids[i], picture[i]);
        s->durable = true;
    }
    o->hello_at_ms = n == HELLO_CHATS ? s->now_ms + 1 : 0;
    return e;
}

enum err own_hello_load(struct own *o, struct step *s)
{
    int64_t n = 0;
    TRY(store_sql_get_int(s->store, &n, "SELECT count(*) FROM chat WHERE hello>0 AND state=0", ""));
    o->hello_owed_ms = s->now_ms;
    o->hello_at_ms = n > 0 ? s->now_ms + 1 : 0;
    return OK;
}
