/* Questions to the gateway: what each is about, and how many counted ones go out at once. */
#include "engine/own/ask.h"

#include <string.h>

#include "engine/own/due.h"

#define COUNTED_AT_ONCE 16    /* counted questions without an answer */
#define LATER_MIN_MS 500ull   /* "later" lasts at least this long; for a whole line it lasts */
#define LATER_MAX_MS 60000ull /* at most this long: anything longer concerns one question */

static bool counted(uint8_t type)
{
    return type == FRAME_KP_TAKE || type == FRAME_BOX_NEW || type == FRAME_BLOB_NEW;
}

static size_t counted_in_flight(const struct own *o)
{
    size_t n = 0;
    for (size_t i = 0; i < OWN_ASKS_MAX; i++) {
        n += o->asks[i].request != 0 && counted(o->asks[i].type);
    }
    return n;
}

bool own_ask_later(struct own *o, const struct step *s, const struct own_ask *ask,
                   const struct wire_failure *f)
{
    if ((f->code != WIRE_CODE_RATE && f->code != WIRE_CODE_BUSY) || !counted(ask->type) ||
        f->retry_ms > LATER_MAX_MS ||
        ask->b < 0) { /* below 0: a device link, which resumes by itself */
        return false;
    }
    o->later_ms = s->now_ms + (f->retry_ms < LATER_MIN_MS ? LATER_MIN_MS : f->retry_ms);
    return true;
}

void own_ask_later_over(struct own *o, const struct step *s)
{
    if (o->later_ms <= s->now_ms) {
        o->later_ms = 0;
    }
}

void own_ask_counted(struct own *o, const struct own_ask *ask)
{
    if (counted(ask->type) && o->counted_waits && o->later_ms == 0 &&
        counted_in_flight(o) <= COUNTED_AT_ONCE / 2) {
        o->counted_waits = false;
        own_due_all(o);
    }
}

struct own_ask *own_ask(struct own *o, int conn, enum frame_type type, int64_t a, int64_t b)
{
    if (counted((uint8_t)type) && (o->later_ms != 0 || counted_in_flight(o) >= COUNTED_AT_ONCE)) {
        o->counted_waits = true;
        return NULL;
    }
    for (size_t i = 0; i < OWN_ASKS_MAX; i++) {
        struct own_ask *k = &o->asks[i];
        if (k->request != 0) {
            continue;
        }
        k->request = o->next_request++;
        if (o->next_request == 0) {
            o->next_request = 1;
        }
        k->conn = (uint8_t)conn;
        k->type = (uint8_t)type;
        k->a = a;
        k->b = b;
        return k;
    }
    return NULL;
}

void own_ask_forget(struct own *o, uint32_t first)
{
    for (size_t i = 0; i < OWN_ASKS_MAX; i++) {
        struct own_ask *k = &o->asks[i];
        if (k->request != 0 && k->request - first < o->next_request - first) {
            memset(k, 0, sizeof *k);
        }
    }
}

bool own_asked(const struct own *o, enum frame_type type, int64_t a)
{
    for (size_t i = 0; i < OWN_ASKS_MAX; i++) {
        if (o->asks[i].request != 0 && o->asks[i].type == (uint8_t)type && o->asks[i].a == a) {
            return true;
        }
    }
    return false;
}
