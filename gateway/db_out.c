#include "gateway/db_out.h"

#include <stdlib.h>

#include "gateway/db_core.h"
#include "gateway/db_job.h"

static void notice_arrives(struct gw_loop *loop, struct gw_loop_item *item)
{
    struct gw_db_notice *n = H2O_STRUCT_FROM_MEMBER(struct gw_db_notice, item, item);
    loop->gw->db->on_notice(loop, n);
    gw_bytes_unref(n->body);
    free(n);
}

bool gw_db_out_put(struct gw_db *db, struct gw_loop_item *item)
{
    if (db->out_n == db->out_cap) {
        size_t cap = db->out_cap == 0 ? 256 : db->out_cap * 2;
        struct gw_loop_item **p = realloc(db->out, cap * sizeof(struct gw_loop_item *));
        if (p == NULL) {
            return false;
        }
        db->out = p;
        db->out_cap = cap;
    }
    db->out[db->out_n++] = item;
    return true;
}

struct gw_db_notice *gw_db_notice(struct gw_db *db, enum gw_db_notice_kind kind)
{
    struct gw_db_notice *n = calloc(1, sizeof *n);
    if (n == NULL || !gw_db_out_put(db, &n->item)) {
        free(n);
        db->failed = db->failed != 0 ? db->failed : SQLITE_NOMEM;
        return NULL;
    }
    n->kind = kind;
    n->item.run = notice_arrives;
    return n;
}

static bool is_notice(const struct gw_loop_item *item)
{
    return item->run == notice_arrives;
}

static void drop_notice(struct gw_loop_item *item)
{
    struct gw_db_notice *n = H2O_STRUCT_FROM_MEMBER(struct gw_db_notice, item, item);
    gw_bytes_unref(n->body);
    free(n);
}

void gw_db_out_drop(struct gw_db *db, size_t mark)
{
    for (size_t i = mark; i < db->out_n; i++) {
        if (is_notice(db->out[i])) {
            drop_notice(db->out[i]);
        }
    }
    db->out_n = mark;
}

static struct gw_loop_item *copy_notice(struct gw_loop_item *item)
{
    const struct gw_db_notice *n = H2O_STRUCT_FROM_MEMBER(struct gw_db_notice, item, item);
    struct gw_db_notice *c = malloc(sizeof *c);
    if (c == NULL) {
        return NULL;
    }
    *c = *n;
    if (c->body != NULL) {
        gw_bytes_ref(c->body);
    }
    return &c->item;
}

/* Hands one loop its jobs and all notices, in order. The last loop gets the notices themselves. */
static void send_out_to(struct gw_db *db, struct gw_loop *loop, bool last)
{
    struct gw_loop_item *first = NULL, **tail = &first, *end = NULL;
    for (size_t i = 0; i < db->out_n; i++) {
        struct gw_loop_item *item = db->out[i];
        if (item == NULL) {
            continue;
        }
        if (is_notice(item)) {
            item = last ? item : copy_notice(item);
        } else {
            struct gw_db_job *job = H2O_STRUCT_FROM_MEMBER(struct gw_db_job, item, item);
            if (job->loop != loop) {
                continue;
            }
            db->out[i] = NULL;
        }
        if (item != NULL) {
            *tail = item;
            tail = &item->next;
            end = item;
        }
    }
    if (end != NULL) {
        gw_loop_post(loop, first, end);
    }
}

void gw_db_out_send(struct gw_db *db)
{
    for (unsigned i = 0; i < db->gw->loop_n; i++) {
        send_out_to(db, &db->gw->loops[i], i + 1 == db->gw->loop_n);
    }
    db->out_n = 0;
}
