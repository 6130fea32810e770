/* Attacks on order, completeness and time that were found by reading the engine against the rules
 * of trust: what is missing, whose word it is that does not open, what a clock that lied leaves
 * behind.
 */
#include <stdio.h>

#include "engine/own/group_cache.h"
#include "engine/own/record.h"
#include "mls/group_state.h"
#include "variant.h"

/* ---- the first words ---------------------------------------------------------------------------
 */

TEST(breaker_the_first_words_to_who_came_in_are_swallowed)
{
    char link[600];
    uint64_t ab = 0;
    struct sim *s = trust_world(8401);
    struct sim_device *a = trust_person("ana", "Ana"), *b = trust_person("ben", "Ben");
    SETUP(a != NULL && b != NULL);
    sim_run(s, 5000);
    SETUP(sim_link_text(b, link, sizeof link));
    sim_run(s, 5000);
    s->hostile->swallow_posts = 3; /* her name, too */
    SETUP(sim_add(a, slice_of_string(link), &ab) == OK);
    sim_pass(s, 20000);
    SETUP(sim_send(a, ab, "swallowed", NULL) == OK);
    sim_pass(s, 10000);
    SETUP(sim_send(a, ab, "this one, too", NULL) == OK);
    sim_pass(s, 10000);
    SETUP(s->hostile->swallow_posts == 0);
    uint64_t ba = sim_accept_first(b);
    sim_pass(s, TRUST_MINUTE);
    SETUP(ba != 0 && sim_send(a, ab, "third", NULL) == OK);
    sim_pass(s, 2 * TRUST_MINUTE);
    SETUP(sim_heard(b, "third") == 1 && sim_heard(b, "this one, too") == 0);
    SETUP(sim_read(b, ba) == OK);
    sim_pass(s, TRUST_MINUTE);
    SETUP(sim_state(a, "third") == ABI_MESSAGE_STATE_READ);
    CHECK(sim_state(a, "swallowed") < 2 && sim_state(a, "this one, too") < 2);
    CHECK(sim_number(b, "SELECT count(*) FROM message WHERE type=5") == 1);
    CHECK(sim_ask_again(b) == OK);
    sim_pass(s, TRUST_HOUR);
    CHECK(sim_heard(b, "this one, too") == 1);
    CHECK(sim_ask_again(b) == OK); /* it says that there was one before it */
    sim_pass(s, TRUST_HOUR);
    CHECK(sim_heard(b, "swallowed") == 1);
    CHECK(sim_place(b, ba, "swallowed") < sim_place(b, ba, "this one, too"));
    CHECK(sim_place(b, ba, "this one, too") < sim_place(b, ba, "third"));
    SETUP(sim_read(b, ba) == OK);
    sim_pass(s, TRUST_MINUTE);
    CHECK(sim_state(a, "swallowed") == ABI_MESSAGE_STATE_READ);
    SETUP(sim_person(b, "Ana") == 0);
    CHECK(sim_ask_again(b) == OK); /* and before that, what she is called */
    sim_pass(s, TRUST_HOUR);
    CHECK(sim_person(b, "Ana") != 0);
    CHECK(sim_number(b, "SELECT count(*) FROM message WHERE type=5") == 0);
}

static int64_t missing_of_ana(struct sim_device *d)
{
    return sim_number(d, "SELECT count(*) FROM message m JOIN person p ON p.id=m.sender WHERE "
                         "m.type=5 AND p.name='Ana'");
}

/* The same to one of three: who came later than the others. */
TEST(breaker_the_first_words_in_a_group_are_swallowed)
{
    static const char *const people[] = {"Ben"};
    struct variant v;
    SETUP(variant_make(&v, 8409, 0));
    uint64_t g = sim_group(v.a, "the group", people, 1);
    sim_pass(v.s, TRUST_MINUTE);
    SETUP(g != 0 && sim_send(v.a, g, "before he came", NULL) == OK);
    sim_pass(v.s, TRUST_MINUTE);
    uint64_t gb = sim_chat_of_type(v.b, ABI_CHAT_TYPE_GROUP);
    SETUP(gb != 0 && sim_read(v.b, gb) == OK);
    sim_pass(v.s, TRUST_MINUTE);
    sim_offline(v.b, true); /* what is swallowed is Ana's */
    v.s->hostile->swallow_posts = 3;
    SETUP(sim_group_add(v.a, g, "Cem") == OK);
    sim_pass(v.s, TRUST_MINUTE);
    SETUP(sim_send(v.a, g, "swallowed", NULL) == OK);
    sim_pass(v.s, 10000);
    SETUP(v.s->hostile->swallow_posts == 0);
    SETUP(sim_send(v.a, g, "second", NULL) == OK);
    sim_offline(v.b, false);
    sim_pass(v.s, 5 * TRUST_MINUTE);
    SETUP(sim_heard(v.c, "second") == 1 && sim_heard(v.c, "swallowed") == 0);
    CHECK(missing_of_ana(v.c) == 1 && missing_of_ana(v.b) == 1);
    uint64_t gc = sim_chat_of_type(v.c, ABI_CHAT_TYPE_GROUP);
    SETUP(sim_read(v.c, gc) == OK && sim_read(v.b, gb) == OK);
    sim_pass(v.s, TRUST_MINUTE);
    CHECK(sim_state(v.a, "swallowed") == ABI_MESSAGE_STATE_SENT &&
          sim_state(v.a, "second") == ABI_MESSAGE_STATE_READ);
    CHECK(sim_state(v.a, "before he came") == ABI_MESSAGE_STATE_READ); /* by all for whom it was */
}

/* Every member can write another's leaf beside a word, by a key that was used or by one to come. */
TEST(breaker_a_member_makes_another_come_in_anew)
{
    struct variant v;
    SETUP(variant_make(&v, 8402, VARIANT_GROUP));
    SETUP(sim_send(v.b, v.gb, "of Ben", NULL) == OK);
    sim_pass(v.s, TRUST_MINUTE);
    SETUP(sim_heard(v.a, "of Ben") == 1);
    uint64_t epoch = sim_epoch(v.a, v.ga);
    sim_evil(v.c)->says_as = v.b;
    for (uint32_t at = 0; at < 100; at += 50) {
        sim_evil(v.c)->says_at = at;
        SETUP(sim_send(v.c, v.gc, "as if Ben had said it", NULL) == OK);
        sim_pass(v.s, 5 * TRUST_MINUTE);
        SETUP(sim_heard(v.a, "as if Ben had said it") == 0);
        CHECK(sim_epoch(v.a, v.ga) == epoch);
    }
    sim_evil(v.c)->says_as = NULL;
    SETUP(sim_send(v.b, v.gb, "I said nothing", NULL) == OK);
    sim_pass(v.s, TRUST_MINUTE);
    CHECK(sim_heard(v.a, "I said nothing") == 1 && sim_epoch(v.a, v.ga) == epoch);
}

TEST(breaker_a_swallowed_message_is_not_said_while_more_is_promised)
{
    struct variant v;
    SETUP(variant_make(&v, 8403, 0));
    v.s->hostile->more = 5;
    sim_cut(v.b, 2);
    sim_pass(v.s, TRUST_MINUTE);
    v.s->hostile->swallow_posts = 1;
    SETUP(sim_send(v.a, v.ab, "swallowed", NULL) == OK);
    sim_pass(v.s, 10000);
    SETUP(v.s->hostile->swallow_posts == 0 && sim_send(v.a, v.ab, "second", NULL) == OK);
    sim_pass(v.s, TRUST_HOUR * 3);
    SETUP(sim_heard(v.b, "second") == 1);
    CHECK(sim_number(v.b, "SELECT count(*) FROM message WHERE type=5") == 1);
}

static enum err timer(struct own *o, struct step *s, void *user)
{
    (void)o;
    return store_sql_run(s->store, "UPDATE chat SET timer_s=60 WHERE id=?", "i",
                         (int64_t) * (uint64_t *)user);
}

TEST(breaker_a_clock_that_was_ahead_once_keeps_a_message_for_ever)
{
    struct variant v;
    SETUP(variant_make(&v, 8404, 0));
    SETUP(sim_keep(v.a, timer, &v.ab) == OK);
    v.s->hostile->ready_ms = 4102444800000ull; /* the year 2100 */
    sim_cut(v.b, 2);
    sim_cut(v.b, 1);
    sim_pass(v.s, TRUST_MINUTE);
    SETUP(sim_send(v.a, v.ab, "for a minute", NULL) == OK);
    sim_pass(v.s, 10000);
    SETUP(sim_heard(v.b, "for a minute") == 1 && sim_read(v.b, v.ba) == OK);
    sim_pass(v.s, 10000);
    v.s->hostile->ready_ms = 0;
    sim_cut(v.a, 1);
    sim_cut(v.a, 2);
    sim_cut(v.b, 1);
    sim_cut(v.b, 2);
    sim_pass(v.s, TRUST_HOUR);
    CHECK(sim_heard(v.b, "for a minute") == 0);
    CHECK(sim_heard(v.a, "for a minute") == 0);
}

/* The gateway itself takes nothing that is to last so long, once it is honest. */
TEST(breaker_nobody_adds_who_once_heard_a_clock_that_was_ahead)
{
    uint64_t ab = 0, ba = 0;
    struct sim *s = trust_world(8405);
    s->hostile->ready_ms = 4102444800000ull; /* the year 2100 */
    struct sim_device *a = trust_person("ana", "Ana"), *b = trust_person("ben", "Ben");
    SETUP(a != NULL && b != NULL);
    sim_pass(s, TRUST_MINUTE);
    s->hostile->ready_ms = 0;
    sim_cut(a, 1);
    sim_cut(b, 1);
    sim_pass(s, TRUST_HOUR);
    CHECK(sim_meet(a, b, &ab, &ba));
    CHECK(sim_send(a, ab, "hello", NULL) == OK);
    sim_pass(s, TRUST_HOUR);
    CHECK(sim_heard(b, "hello") == 1);
    int64_t last = sim_number(a, "SELECT max(expires_s) FROM key_package");
    CHECK(last < (int64_t)(s->now_ms / 1000) + 200 * 86400);
}

struct kept {
    int64_t chat;
    size_t epochs;
};

static enum err kept_epochs(struct own *o, struct step *s, void *user)
{
    struct kept *k = user;
    struct mls_group *g = NULL;
    TRY(own_group(o, s, k->chat, &g));
    k->epochs = g->past_count;
    return OK;
}

TEST(breaker_keys_of_before_that_a_clock_ahead_keeps_for_ever)
{
    struct variant v;
    SETUP(variant_make(&v, 8412, VARIANT_GROUP));
    v.s->hostile->ready_ms = 4102444800000ull;
    sim_cut(v.b, 2);
    sim_cut(v.b, 1);
    sim_pass(v.s, TRUST_MINUTE);
    SETUP(sim_evil_heal(v.a) == OK);
    sim_cut(v.a, 2);
    sim_pass(v.s, TRUST_HOUR);
    v.s->hostile->ready_ms = 0;
    sim_cut(v.b, 1);
    sim_cut(v.b, 2);
    struct kept k = {(int64_t)v.gb, 0};
    SETUP(sim_try(v.b, kept_epochs, &k) == OK && k.epochs > 0);
    for (int day = 0; day < 20; day++) {
        sim_pass(v.s, TRUST_DAY);
        sim_cut(v.b, 1);
        sim_cut(v.b, 2);
    }
    SETUP(sim_try(v.b, kept_epochs, &k) == OK);
    CHECK(k.epochs == 0);
}

TEST(breaker_a_clock_that_was_behind_once_forgets_what_went_out)
{
    struct variant v;
    SETUP(variant_make(&v, 8406, 0));
    v.s->hostile->ready_ms = v.s->now_ms - 40 * TRUST_DAY;
    sim_cut(v.a, 2);
    sim_cut(v.a, 1);
    sim_pass(v.s, TRUST_MINUTE);
    sim_gateway_backup(v.s);
    SETUP(sim_send(v.a, v.ab, "lost", NULL) == OK);
    sim_pass(v.s, TRUST_MINUTE);
    SETUP(sim_heard(v.b, "lost") == 1);
    char sql[80];
    int64_t id = sim_number(v.a, "SELECT max(id) FROM sent");
    (void)snprintf(sql, sizeof sql, "SELECT count(*) FROM sent WHERE id=%lld", (long long)id);
    v.s->hostile->ready_ms = 0;
    sim_cut(v.a, 2);
    sim_cut(v.a, 1);
    sim_pass(v.s, 2 * TRUST_DAY);
    CHECK(sim_number(v.a, sql) == 1);
}

struct moved {
    struct arena arena;
    int64_t message;
    struct slice record;
};

static enum err move_out(struct own *o, struct step *s, void *user)
{
    struct moved *m = user;
    struct buf b = buf_arena(&m->arena, 4096);
    (void)o;
    TRY(own_record_message(s, &b, m->message));
    return buf_finish(&b, &m->record);
}

static enum err move_in(struct own *o, struct step *s, void *user)
{
    struct moved *m = user;
    return own_record_take(o, s, m->record, false);
}

/* The history was on its way to the new device when the word was taken back. */
TEST(breaker_a_deletion_that_was_faster_than_the_history)
{
    struct variant v;
    struct moved m;
    uint64_t id = 0;
    memset(&m, 0, sizeof m);
    SETUP(variant_make(&v, 8407, VARIANT_STOLEN));
    SETUP(sim_send(v.b, v.ba, "I take this back", &id) == OK);
    sim_pass(v.s, TRUST_MINUTE);
    SETUP(sim_heard(v.a, "I take this back") == 1 && sim_heard(v.a2, "I take this back") == 1);
    arena_init(&m.arena, 0);
    m.message = sim_number(v.a, "SELECT id FROM message WHERE text='I take this back'");
    SETUP(sim_keep(v.a, move_out, &m) == OK);
    SETUP(sim_evil_sql(v.a2, "DELETE FROM message WHERE text='I take this back'") == OK);
    SETUP(sim_delete(v.b, id, true) == OK);
    sim_pass(v.s, TRUST_MINUTE);
    SETUP(sim_heard(v.a, "I take this back") == 0);
    SETUP(sim_keep(v.a2, move_in, &m) == OK);
    arena_wipe(&m.arena);
    sim_pass(v.s, TRUST_MINUTE);
    CHECK(sim_heard(v.a2, "I take this back") == 0);
}

/* A member whose words have gaps, and a gateway that swallowed one of Ana's in the same minute. */
TEST(breaker_a_member_hides_what_the_gateway_swallowed)
{
    struct variant v;
    SETUP(variant_make(&v, 8408, VARIANT_GROUP));
    v.s->hostile->swallow_posts = 1;
    SETUP(sim_send(v.a, v.ga, "swallowed", NULL) == OK);
    sim_pass(v.s, 2000);
    SETUP(v.s->hostile->swallow_posts == 0);
    sim_offline(v.b, true);
    SETUP(sim_send(v.a, v.ga, "second", NULL) == OK);
    sim_pass(v.s, 2000);
    (void)sim_evil(v.c);
    for (int i = 0; i < 1010; i++) {
        SETUP(sim_evil_sql(v.c, "UPDATE chat SET next_counter=next_counter+1 WHERE type=2") == OK);
        SETUP(sim_send(v.c, v.gc, "and another thing", NULL) == OK);
        sim_run(v.s, 200);
    }
    sim_pass(v.s, TRUST_MINUTE);
    sim_offline(v.b, false);
    sim_pass(v.s, 5 * TRUST_MINUTE);
    SETUP(sim_heard(v.b, "second") == 1);
    CHECK(missing_of_ana(v.b) == 1);
}

/* Whom Ben has blocked: of his gaps nothing is said, and they keep nothing back. */
TEST(breaker_somebody_blocked_hides_what_the_gateway_swallowed)
{
    struct variant v;
    struct abi_op op;
    SETUP(variant_make(&v, 8410, VARIANT_GROUP));
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_BLOCK;
    op.op_block.person = (uint64_t)sim_person(v.b, "Cem");
    op.op_block.on = true;
    SETUP(sim_op(v.b, &op) == OK);
    (void)sim_evil(v.c);
    for (int i = 0; i < 80; i++) {
        SETUP(sim_evil_sql(v.c, "UPDATE chat SET next_counter=next_counter+1 WHERE type=2") == OK);
        SETUP(sim_send(v.c, v.gc, "and another thing", NULL) == OK);
        sim_run(v.s, 200);
    }
    sim_pass(v.s, TRUST_MINUTE);
    v.s->hostile->swallow_posts = 1;
    SETUP(sim_send(v.a, v.ga, "swallowed", NULL) == OK);
    sim_pass(v.s, 10000);
    SETUP(v.s->hostile->swallow_posts == 0 && sim_send(v.a, v.ga, "second", NULL) == OK);
    sim_pass(v.s, 5 * TRUST_MINUTE);
    SETUP(sim_heard(v.b, "second") == 1 && sim_heard(v.b, "swallowed") == 0);
    CHECK(missing_of_ana(v.b) == 1);
    CHECK(sim_number(v.b, "SELECT count(*) FROM message WHERE type=5") == 1);
}

TEST(breaker_a_gateway_says_that_it_is_1970)
{
    struct sim *s = trust_world(8411);
    uint64_t ab = 0, ba = 0;
    s->hostile->ready_ms = 1000;
    struct sim_device *a = trust_person("ana", "Ana"), *b = trust_person("ben", "Ben");
    SETUP(a != NULL && b != NULL);
    sim_pass(s, TRUST_MINUTE);
    s->hostile->ready_ms = 0;
    sim_cut(a, 1);
    sim_cut(b, 1);
    sim_cut(a, 2);
    sim_cut(b, 2);
    sim_pass(s, TRUST_HOUR);
    CHECK(sim_meet(a, b, &ab, &ba));
    sim_pass(s, TRUST_MINUTE);
    CHECK(sim_send(a, ab, "hello", NULL) == OK);
    sim_pass(s, TRUST_HOUR);
    CHECK(sim_heard(b, "hello") == 1);
}

/* What my devices tell each other is not shown, so it is not kept: the gateway swallows it for
 * good. */
TEST(breaker_a_swallowed_word_between_my_devices_never_comes)
{
    struct variant v;
    struct abi_op op;
    SETUP(variant_make(&v, 8413, VARIANT_STOLEN));
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_BLOCK;
    op.op_block.person = (uint64_t)sim_person(v.a, "Cem");
    op.op_block.on = true;
    v.s->hostile->swallow_posts = 1;
    SETUP(sim_op(v.a, &op) == OK);
    sim_pass(v.s, 20000);
    SETUP(v.s->hostile->swallow_posts == 0);
    SETUP(sim_count(v.a2, "SELECT blocked FROM person WHERE name=?", "Cem") == 0);
    op.op_block.person = (uint64_t)sim_person(v.a, "Ben");
    SETUP(sim_op(v.a, &op) == OK);
    sim_pass(v.s, 5 * TRUST_MINUTE);
    SETUP(sim_count(v.a2, "SELECT blocked FROM person WHERE name=?", "Ben") == 1);
    CHECK(sim_number(v.a2, "SELECT count(*) FROM message WHERE type=5") == 1);
    CHECK(sim_ask_again(v.a2) == OK);
    sim_pass(v.s, TRUST_HOUR);
    CHECK(sim_count(v.a2, "SELECT blocked FROM person WHERE name=?", "Cem") == 1);
}

TEST_MAIN(TEST_ROW(breaker_the_first_words_to_who_came_in_are_swallowed),
          TEST_ROW(breaker_the_first_words_in_a_group_are_swallowed),
          TEST_ROW(breaker_a_member_makes_another_come_in_anew),
          TEST_ROW(breaker_a_swallowed_message_is_not_said_while_more_is_promised),
          TEST_ROW(breaker_a_clock_that_was_ahead_once_keeps_a_message_for_ever),
          TEST_ROW(breaker_nobody_adds_who_once_heard_a_clock_that_was_ahead),
          TEST_ROW(breaker_keys_of_before_that_a_clock_ahead_keeps_for_ever),
          TEST_ROW(breaker_a_clock_that_was_behind_once_forgets_what_went_out),
          TEST_ROW(breaker_a_deletion_that_was_faster_than_the_history),
          TEST_ROW(breaker_a_member_hides_what_the_gateway_swallowed),
          TEST_ROW(breaker_somebody_blocked_hides_what_the_gateway_swallowed),
          TEST_ROW(breaker_a_gateway_says_that_it_is_1970),
          TEST_ROW(breaker_a_swallowed_word_between_my_devices_never_comes))
