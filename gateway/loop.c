#include "gateway/loop.h"

#include <string.h>

#include "gateway/gateway.h"

/* ---- the timing wheel ---------------------------------------------------------------------- */

void gw_loop_timer_clear(struct gw_loop_timer *t)
{
    if (t->next != NULL) {
        t->prev->next = t->next;
        t->next->prev = t->prev;
        t->prev = t->next = NULL;
    }
}

void gw_loop_timer_set(struct gw_loop *l, struct gw_loop_timer *t, uint32_t seconds)
{
    gw_loop_timer_clear(t);
    t->due_s = l->now_s + seconds;
    struct gw_loop_timer *slot = &l->slots[t->due_s % GW_LOOP_SLOTS];
    t->prev = slot->prev;
    t->next = slot;
    slot->prev->next = t;
    slot->prev = t;
}

/* Fires what is due in one slot. A timer that is set again lands in a later slot. */
static void run_slot(struct gw_loop *l, struct gw_loop_timer *slot)
{
    while (slot->next != slot) {
        struct gw_loop_timer *t = slot->next;
        gw_loop_timer_clear(t);
        t->fire(l, t);
    }
}

static void on_tick(h2o_timeout_entry_t *entry)
{
    struct gw_loop *l = H2O_STRUCT_FROM_MEMBER(struct gw_loop, tick, entry);
    uint32_t now = (uint32_t)(gw_clock_steady_ms() / 1000);
    uint32_t steps = 0;
    h2o_timeout_link(l->http.loop, &l->second, &l->tick);
    while (l->now_s != now && steps++ < GW_LOOP_SLOTS) {
        l->now_s++;
        run_slot(l, &l->slots[l->now_s % GW_LOOP_SLOTS]);
    }
    l->now_s = now;
    atomic_store_explicit(&l->beat_s, now, memory_order_relaxed);
    l->hooks->tick(l);
    l->hooks->flush(l);
}

/* ---- the mailbox --------------------------------------------------------------------------- */

void gw_loop_post(struct gw_loop *l, struct gw_loop_item *first, struct gw_loop_item *last)
{
    last->next = NULL;
    pthread_mutex_lock(&l->mutex);
    bool wake = l->head == NULL;
    *l->tail = first;
    l->tail = &last->next;
    pthread_mutex_unlock(&l->mutex);
    if (wake) {
        h2o_multithread_send_message(&l->receiver, &l->wake);
    }
}

void gw_loop_take_mail(struct gw_loop *l)
{
    pthread_mutex_lock(&l->mutex);
    struct gw_loop_item *item = l->head;
    l->head = NULL;
    l->tail = &l->head;
    pthread_mutex_unlock(&l->mutex);
    while (item != NULL) {
        struct gw_loop_item *next = item->next;
        item->run(l, item);
        item = next;
    }
}

static void on_mail(h2o_multithread_receiver_t *receiver, h2o_linklist_t *messages)
{
    struct gw_loop *l = H2O_STRUCT_FROM_MEMBER(struct gw_loop, receiver, receiver);
    (void)messages; /* only ever the one wake message */
    if (h2o_linklist_is_linked(&l->wake.link)) {
        h2o_linklist_unlink(&l->wake.link);
    }
    gw_loop_take_mail(l);
    l->hooks->flush(l);
}

/* ---- life ---------------------------------------------------------------------------------- */

bool gw_loop_init(struct gw_loop *l, struct gw_gateway *gw, unsigned index,
                  const struct gw_loop_hooks *hooks)
{
    memset(l, 0, sizeof *l);
    l->gw = gw;
    l->hooks = hooks;
    l->log = &gw->log;
    l->index = index;
    l->tail = &l->head;
    l->now_s = (uint32_t)(gw_clock_steady_ms() / 1000);
    arena_init(&l->arena, 0);
    for (size_t i = 0; i < GW_LOOP_SLOTS; i++) {
        l->slots[i].prev = l->slots[i].next = &l->slots[i];
    }
    return pthread_mutex_init(&l->mutex, NULL) == 0 && hooks->begin(l);
}

static void *thread_main(void *arg)
{
    struct gw_loop *l = arg;
    h2o_timeout_init(l->http.loop, &l->second, 1000);
    l->tick.cb = on_tick;
    h2o_timeout_link(l->http.loop, &l->second, &l->tick);
    while (!l->done && h2o_evloop_run(l->http.loop, 1000) == 0) {
    }
    return NULL;
}

bool gw_loop_start(struct gw_loop *l)
{
    l->queue = h2o_multithread_create_queue(l->http.loop);
    h2o_multithread_register_receiver(l->queue, &l->receiver, on_mail);
    return pthread_create(&l->thread, NULL, thread_main, l) == 0;
}

void gw_loop_join(struct gw_loop *l)
{
    pthread_join(l->thread, NULL);
}
