#include "engine/own/hello_due.h"

#include "engine/own/content.h"
#include "engine/own/hello.h"
#include "store/sql.h"

#define HELLO_CHATS 16 /* chats in which it is said in one step */

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
        picture[n++] = store_rows_int(&r, 1) == OWN_HELLO_PICTURE;
    }
    store_rows_close(&r);
    for (size_t i = 0; e == OK && i < n; i++) {
        e = store_sql_run(s->store, "UPDATE chat SET hello=0 WHERE id=?", "i", ids[i]);
        e = e != OK ? e : own_content_hello(o, s, ids[i], picture[i]);
        s->durable = true;
    }
    o->hello_at_ms = n == HELLO_CHATS ? s->now_ms + 1 : 0;
    return e;
}
