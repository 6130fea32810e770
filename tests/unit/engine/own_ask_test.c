/* Questions that the gateway counts, and its "later" (own/ask.h). */
#include "engine/own/ask.h"

#include <stdlib.h>
#include <string.h>

#include "engine/own/due.h"
#include "lib/check.h"

#define MANY 100
#define NOW_MS 1700000000000ull

static struct own *begin(struct step *s)
{
    struct own *o = calloc(1, sizeof *o);
    if (o == NULL) {
        abort();
    }
    o->next_request = 1;
    memset(s, 0, sizeof *s);
    s->now_ms = NOW_MS;
    return o;
}

/* How many questions of this type can be asked now. */
static size_t ask_all(struct own *o, enum frame_type type)
{
    size_t n = 0;
    while (n < MANY && own_ask(o, OWN_CONN_ANON, type, 1, (int64_t)n) != NULL) {
        n++;
    }
    return n;
}

static bool later(struct own *o, const struct step *s, enum frame_type type, int64_t b,
                  uint64_t code, uint64_t retry_ms)
{
    const struct own_ask ask = {1, OWN_CONN_ANON, (uint8_t)type, 1, b};
    const struct wire_failure f = {code, retry_ms, false, SLICE_EMPTY};
    return own_ask_later(o, s, &ask, &f);
}

TEST(a_few_that_are_counted_go_out_at_once_and_all_others)
{
    struct step s;
    struct own *o = begin(&s);
    size_t n = ask_all(o, FRAME_KP_TAKE);
    CHECK(n > 0 && n < MANY);
    CHECK(ask_all(o, FRAME_BLOB_NEW) == 0 && ask_all(o, FRAME_BOX_NEW) == 0);
    CHECK(ask_all(o, FRAME_POST) == MANY);
    /* half of them answered: what waited is due */
    struct own_ask answered = o->asks[0];
    for (size_t i = 0; i < n / 2; i++) {
        CHECK(!own_due_any(o));
        answered = o->asks[i];
        memset(&o->asks[i], 0, sizeof o->asks[i]);
        own_ask_counted(o, &answered);
    }
    CHECK(own_due_any(o));
    CHECK(ask_all(o, FRAME_BLOB_NEW) == n / 2);
    free(o);
}

TEST(after_later_nothing_that_is_counted_is_asked_until_it_is_over)
{
    struct step s;
    struct own *o = begin(&s);
    CHECK(later(o, &s, FRAME_KP_TAKE, 1, WIRE_CODE_RATE, 2000));
    CHECK(ask_all(o, FRAME_KP_TAKE) == 0 && ask_all(o, FRAME_OPEN) == MANY);
    CHECK(o->later_ms == NOW_MS + 2000);
    s.now_ms = NOW_MS + 1999;
    own_ask_later_over(o, &s);
    CHECK(ask_all(o, FRAME_BLOB_NEW) == 0);
    s.now_ms++;
    own_ask_later_over(o, &s);
    CHECK(ask_all(o, FRAME_BLOB_NEW) > 0);
    /* at once is not later: no circle */
    CHECK(later(o, &s, FRAME_BLOB_NEW, 0, WIRE_CODE_BUSY, 0) && o->later_ms > s.now_ms);
    free(o);
}

TEST(another_failure_or_one_of_a_single_question_holds_nothing)
{
    struct step s;
    struct own *o = begin(&s);
    CHECK(!later(o, &s, FRAME_KP_TAKE, 1, WIRE_CODE_EMPTY, 2000));
    CHECK(!later(o, &s, FRAME_KP_TAKE, 1, WIRE_CODE_RATE, 3600000)); /* of one person's packages */
    CHECK(!later(o, &s, FRAME_POST, 1, WIRE_CODE_RATE, 2000));
    CHECK(!later(o, &s, FRAME_BOX_NEW, -1, WIRE_CODE_RATE, 2000)); /* of a device link */
    CHECK(o->later_ms == 0 && ask_all(o, FRAME_KP_TAKE) > 0);
    free(o);
}

TEST(what_was_asked_since_a_number_is_forgotten)
{
    static const uint32_t begins[] = {1, 77, UINT32_MAX - 1}; /* also where numbers begin anew */
    for (size_t i = 0; i < sizeof begins / sizeof begins[0]; i++) {
        struct step s;
        struct own *o = begin(&s);
        o->next_request = begins[i];
        CHECK(own_ask(o, OWN_CONN_ANON, FRAME_POST, 1, 0) != NULL);
        uint32_t first = o->next_request;
        own_ask_forget(o, first); /* nothing was asked since */
        CHECK(own_asked(o, FRAME_POST, 1));
        CHECK(own_ask(o, OWN_CONN_ANON, FRAME_POST, 2, 0) != NULL);
        CHECK(own_ask(o, OWN_CONN_DEVICE, FRAME_OPEN, 3, 0) != NULL);
        own_ask_forget(o, first);
        CHECK(own_asked(o, FRAME_POST, 1) && !own_asked(o, FRAME_POST, 2) &&
              !own_asked(o, FRAME_OPEN, 3));
        free(o);
    }
}

TEST_MAIN(TEST_ROW(a_few_that_are_counted_go_out_at_once_and_all_others),
          TEST_ROW(after_later_nothing_that_is_counted_is_asked_until_it_is_over),
          TEST_ROW(another_failure_or_one_of_a_single_question_holds_nothing),
          TEST_ROW(what_was_asked_since_a_number_is_forgotten))
