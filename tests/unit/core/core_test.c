/* One event a step, all of it or nothing (core/core.h). */
#include "core/core.h"

#include <string.h>

#include "lib/check.h"
#include "lib/core_world.h"

static struct abi_event event_of(enum abi_event_kind kind)
{
    struct abi_event ev;
    memset(&ev, 0, sizeof ev);
    ev.kind = kind;
    return ev;
}

/* When the core wants to be woken; 0: it did not say in this step. */
static uint64_t alarm_of(const struct core_world *w)
{
    for (size_t i = 0; i < w->out.list_n; i++) {
        if (w->out.list[i].kind == ABI_ALARM_SET) {
            return w->out.list[i].alarm_set.at_ms;
        }
    }
    return 0;
}

TEST(no_core_is_destroyed_without_harm)
{
    core_destroy(NULL);
}

TEST(what_is_no_input_is_refused_without_effects)
{
    static const uint8_t bad[] = {0x82, 0x00, 0x81, 0x18, 0x63}; /* an event of number 99 */
    struct core_world w;
    core_world_begin(&w);
    CHECK_ERR(core_step(w.core, SLICE_EMPTY), ERR_INPUT);
    CHECK(w.core->output.n == 0);
    CHECK_ERR(core_world_ask(&w, ABI_OP_STATUS), OK);
    CHECK(w.core->output.n > 0);
    CHECK_ERR(core_step(w.core, SLICE_ARRAY(bad)), ERR_INPUT);
    CHECK(w.core->output.n == 0); /* nor those of the step before */
    core_world_end(&w);
}

TEST(a_locked_core_lets_the_world_pass)
{
    static const enum abi_event_kind kinds[] = {ABI_ALARM, ABI_LIFE, ABI_NET_OPEN, ABI_NET_MESSAGE,
                                                ABI_NET_CLOSE};
    struct core_world w;
    core_world_begin(&w);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct abi_event ev = event_of(kinds[i]);
        CHECK_ERR(core_world_step(&w, &ev), OK);
        CHECK(w.out.list_n == 0);
    }
    core_world_end(&w);
}

/* What the world says wrong is told to nobody: nothing comes of it, and the core goes on. */
TEST(a_wrong_word_of_the_world_changes_nothing)
{
    struct core_world w;
    core_world_begin(&w);
    core_world_create(&w);
    int64_t before = core_world_int(&w, "SELECT count(*) FROM setting");
    struct abi_event ev = event_of(ABI_NET_MESSAGE);
    ev.net_message.conn = 99; /* it never dialled that */
    ev.net_message.data = SLICE_LITERAL("word");
    CHECK_ERR(core_world_step(&w, &ev), OK);
    CHECK(core_world_effects(&w, ABI_SEND) == 0 && core_world_effects(&w, ABI_PATCH) == 0);
    ev = event_of(ABI_NET_OPEN);
    ev.net_open.conn = 99;
    CHECK_ERR(core_world_step(&w, &ev), OK);
    CHECK(core_world_int(&w, "SELECT count(*) FROM setting") == before);
    CHECK_ERR(core_world_ask(&w, ABI_OP_STATE), OK);
    core_world_end(&w);
}

TEST(an_op_that_fails_leaves_the_store_as_it_was)
{
    struct core_world w;
    struct abi_op op;
    core_world_begin(&w);
    core_world_create(&w);
    int64_t bela = core_world_person(&w, "Bela", 5), chat = core_world_pair(&w, bela, 6);
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_DRAFT; /* the chat is written before its row is shown: which is not there */
    op.op_draft.chat = (uint64_t)chat;
    op.op_draft.text = SLICE_LITERAL("to be");
    CHECK_ERR(core_world_op(&w, &op), OK);
    op.op_draft.text = SLICE_LITERAL("not to be");
    core_world_sql(&w, "CREATE TRIGGER no BEFORE UPDATE ON chat BEGIN SELECT RAISE(ABORT,'no'); "
                       "END");
    CHECK(core_world_op(&w, &op) != OK);
    CHECK(w.reply.result.kind == ABI_OK && core_world_effects(&w, ABI_PATCH) == 0);
    core_world_sql(&w, "DROP TRIGGER no");
    CHECK(core_world_int(&w, "SELECT count(*) FROM chat WHERE draft='to be'") == 1);
    core_world_end(&w);
}

TEST(an_alarm_is_asked_for_once_and_again_after_it_rang)
{
    struct core_world w;
    core_world_begin(&w);
    core_world_create(&w);
    for (uint64_t conn = 1; conn <= 3; conn++) { /* lines that do not open */
        struct abi_event close = event_of(ABI_NET_CLOSE);
        close.net_close.conn = conn;
        CHECK_ERR(core_world_step(&w, &close), OK);
    }
    struct abi_event ev = event_of(ABI_ALARM);
    for (int times = 0; times < 4 && w.core->alarm_ms <= w.now_ms; times++) { /* what is due */
        CHECK_ERR(core_world_step(&w, &ev), OK);
    }
    uint64_t at = w.core->alarm_ms;
    REQUIRE(at > w.now_ms);
    CHECK_ERR(core_world_ask(&w, ABI_OP_STATUS), OK);
    CHECK(core_world_effects(&w, ABI_ALARM_SET) == 0); /* it stands */
    w.now_ms = at;
    CHECK_ERR(core_world_step(&w, &ev), OK);
    CHECK(core_world_effects(&w, ABI_DIAL) > 0);
    CHECK(core_world_effects(&w, ABI_ALARM_SET) == 1 && alarm_of(&w) == w.core->alarm_ms);
    CHECK_ERR(core_world_ask(&w, ABI_OP_LOCK), OK); /* a locked core wants none */
    CHECK(core_world_effects(&w, ABI_ALARM_SET) == 1 && alarm_of(&w) == 0);
    core_world_end(&w);
}

/* Closing writes the log back: what was deleted is gone from both files. */
TEST(what_was_kept_is_there_whatever_becomes_of_the_page)
{
    static const enum abi_life_state states[] = {ABI_LIFE_STATE_HIDDEN, ABI_LIFE_STATE_CLOSING,
                                                 ABI_LIFE_STATE_OFFLINE, ABI_LIFE_STATE_ONLINE,
                                                 ABI_LIFE_STATE_VISIBLE};
    struct core_world w;
    core_world_begin(&w);
    core_world_create(&w);
    core_world_person(&w, "Bela", 5);
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        struct abi_event ev = event_of(ABI_LIFE);
        ev.life.state = states[i];
        CHECK_ERR(core_world_step(&w, &ev), OK);
        CHECK(core_world_effects(&w, ABI_REPLY) == 0);
        CHECK_ERR(core_world_ask(&w, ABI_OP_PEOPLE), OK);
        CHECK(w.reply.result.people.list_n == 1);
    }
    core_world_restart(&w);
    CHECK_ERR(core_world_unlock(&w, ABI_SLOT_KIND_PASSPHRASE, core_world_secret(1)), OK);
    CHECK_ERR(core_world_ask(&w, ABI_OP_PEOPLE), OK);
    CHECK(w.reply.result.people.list_n == 1);
    core_world_end(&w);
}

TEST(a_core_begins_locked_and_empty)
{
    struct core *c = NULL;
    CHECK_ERR(core_create(&c), OK);
    REQUIRE(c != NULL);
    CHECK(c->store == NULL && c->output.n == 0 && c->confirmed == 0 && !c->has_fresh_code &&
          c->alarm_ms == 0 && c->wrong_count == 0 && c->account.base.network != NULL);
    core_destroy(c);
}

TEST_MAIN(TEST_ROW(no_core_is_destroyed_without_harm),
          TEST_ROW(what_is_no_input_is_refused_without_effects),
          TEST_ROW(a_locked_core_lets_the_world_pass),
          TEST_ROW(a_wrong_word_of_the_world_changes_nothing),
          TEST_ROW(an_op_that_fails_leaves_the_store_as_it_was),
          TEST_ROW(an_alarm_is_asked_for_once_and_again_after_it_rang),
          TEST_ROW(what_was_kept_is_there_whatever_becomes_of_the_page),
          TEST_ROW(a_core_begins_locked_and_empty))
