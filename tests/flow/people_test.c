/* What people do with people and groups besides talking: leaving and coming back, saying no and
 * yes after all, adding each other at the same moment, deleting, roles, pictures, timers. */
#include <stdio.h>
#include <string.h>

#include "lib/check.h"
#include "lib/sim.h"

struct trio {
    struct sim *s;
    struct sim_device *a, *b, *c;
    uint64_t ab, ba, ac, ca; /* chats of two    */
    uint64_t ga, gb, gc;     /* the group       */
    uint64_t ben, cem;       /* as Ana has them */
};

static uint64_t number(struct sim_device *d, const char *sql)
{
    return (uint64_t)sim_count(d, sql, NULL);
}

static uint64_t group_make(struct sim_device *d, const uint64_t *people, size_t n)
{
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_GROUP_MAKE;
    op.op_group_make.name = SLICE_LITERAL("trio");
    op.op_group_make.people = people;
    op.op_group_make.people_n = n;
    return sim_op(d, &op) == OK ? d->reply.result.made.id : 0;
}

static bool three(struct trio *t, uint64_t seed)
{
    uint64_t people[2];
    memset(t, 0, sizeof *t);
    t->s = sim_create(seed);
    t->a = sim_device(t->s, "ana");
    t->b = sim_device(t->s, "ben");
    t->c = sim_device(t->s, "cem");
    if (sim_make(t->a, "Ana") != OK || sim_make(t->b, "Ben") != OK || sim_make(t->c, "Cem") != OK) {
        return false;
    }
    sim_run(t->s, 3000);
    if (!sim_meet(t->a, t->b, &t->ab, &t->ba) || !sim_meet(t->a, t->c, &t->ac, &t->ca)) {
        return false;
    }
    t->ben = people[0] = number(t->a, "SELECT id FROM person WHERE name='Ben'");
    t->cem = people[1] = number(t->a, "SELECT id FROM person WHERE name='Cem'");
    t->ga = group_make(t->a, people, 2);
    sim_run(t->s, 20000);
    t->gb = sim_chat_of_type(t->b, ABI_CHAT_TYPE_GROUP);
    t->gc = sim_chat_of_type(t->c, ABI_CHAT_TYPE_GROUP);
    return t->ga != 0 && t->gb != 0 && t->gc != 0;
}

static enum err leave(struct sim_device *d, uint64_t chat)
{
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_GROUP_LEAVE;
    op.op_group_leave.chat = chat;
    return sim_op(d, &op);
}

static enum err delete_chat(struct sim_device *d, uint64_t chat)
{
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_CHAT_DELETE;
    op.op_chat_delete.chat = chat;
    return sim_op(d, &op);
}

static enum err add_to(struct sim_device *d, uint64_t chat, uint64_t person)
{
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_GROUP_ADD;
    op.op_group_add.chat = chat;
    op.op_group_add.people = &person;
    op.op_group_add.people_n = 1;
    return sim_op(d, &op);
}

static enum err rename_to(struct sim_device *d, uint64_t chat, const char *name)
{
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_GROUP_SET;
    op.op_group_set.chat = chat;
    op.op_group_set.name = slice_of_string(name);
    return sim_op(d, &op);
}

static enum err answer(struct sim_device *d, uint64_t yes)
{
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_REQUEST_ANSWER;
    op.op_request_answer.id = number(d, "SELECT max(id) FROM request");
    op.op_request_answer.answer = yes;
    return sim_op(d, &op);
}

/* The chats a device lists, of one type. */
static size_t listed(struct sim_device *d, uint64_t type)
{
    const struct abi_chats *l = sim_chats(d);
    size_t n = 0;
    for (size_t i = 0; i < l->list_n; i++) {
        n += l->list[i].type == type;
    }
    return n;
}

static uint64_t state_of(struct sim_device *d, uint64_t chat)
{
    const struct abi_chats *l = sim_chats(d);
    for (size_t i = 0; i < l->list_n; i++) {
        if (l->list[i].id == chat) {
            return l->list[i].state;
        }
    }
    return UINT64_MAX;
}

static size_t found(struct sim_device *d, uint64_t chat, const char *text)
{
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_SEARCH;
    op.op_search.text = slice_of_string(text);
    op.op_search.chat = chat;
    op.op_search.limit = 10;
    return sim_op(d, &op) == OK ? d->reply.result.hits.list_n : SIZE_MAX;
}

static bool clean(const struct trio *t)
{
    struct sim_device *all[] = {t->a, t->b, t->c};
    for (size_t i = 0; i < 3; i++) {
        if (number(all[i], "SELECT count(*) FROM message WHERE type=3 OR state=4") != 0) {
            printf("%s has something unreadable or failed\n", all[i]->name);
            return false;
        }
    }
    return true;
}

/* Who was out and is taken in again has a chat of its own: nothing ties it to the one that ended.
 */
static uint64_t newest_group(struct sim_device *d)
{
    return number(d, "SELECT coalesce(max(id),0) FROM chat WHERE type=2");
}

#define NOTICES(d, n) number(d, "SELECT count(*) FROM message WHERE type=2 AND notice=" #n)

/* ---- groups --------------------------------------------------------------------------------- */

TEST(who_leaves_is_out_and_may_come_back)
{
    struct trio t;
    REQUIRE(three(&t, 31));
    CHECK_ERR(sim_send(t.c, t.gc, "the last from Cem", NULL), OK);
    CHECK_ERR(leave(t.c, t.gc), OK);
    CHECK(state_of(t.c, t.gc) == 2);
    CHECK_ERR(sim_send(t.c, t.gc, "no more", NULL), ERR_STATE);
    CHECK_ERR(leave(t.c, t.gc), ERR_STATE);
    sim_run(t.s, 30000);
    CHECK(sim_has_text(t.a, t.ga, "the last from Cem"));
    CHECK(NOTICES(t.a, 3) == 1 && NOTICES(t.b, 3) == 1 && NOTICES(t.c, 3) == 1);
    CHECK(NOTICES(t.c, 4) == 0);
    CHECK_ERR(sim_send(t.a, t.ga, "without Cem", NULL), OK);
    sim_run(t.s, 10000);
    CHECK(sim_has_text(t.b, t.gb, "without Cem"));
    CHECK_ERR(add_to(t.a, t.ga, t.cem), OK);
    sim_run(t.s, 20000);
    CHECK(newest_group(t.c) != t.gc && state_of(t.c, t.gc) == 2);
    t.gc = newest_group(t.c);
    CHECK(state_of(t.c, t.gc) == 0);
    CHECK_ERR(sim_send(t.b, t.gb, "Cem is back", NULL), OK);
    CHECK_ERR(sim_send(t.c, t.gc, "so I am", NULL), OK);
    sim_run(t.s, 20000);
    CHECK(sim_has_text(t.c, t.gc, "Cem is back") && sim_has_text(t.a, t.ga, "so I am"));
    CHECK(!sim_has_text(t.c, t.gc, "without Cem"));
    CHECK(clean(&t));
    sim_destroy(t.s);
}

TEST(who_leaves_while_the_group_changes_is_out_too)
{
    struct trio t;
    REQUIRE(three(&t, 32));
    for (int round = 0; round < 4; round++) {
        char name[48];
        t.s->loss_percent = 20;
        sim_offline(t.c, true);
        CHECK_ERR(sim_send(t.c, t.gc, "before I go", NULL), OK);
        CHECK_ERR(leave(t.c, t.gc), OK);
        sim_offline(t.c, false);
        for (int k = 0; k < 3; k++) {
            snprintf(name, sizeof name, "round %d name %d", round, k);
            CHECK_ERR(rename_to(t.a, t.ga, name), OK);
            sim_tick(t.s, 60);
        }
        t.s->loss_percent = 0;
        sim_run(t.s, 200000);
        CHECK(number(t.a, "SELECT count(*) FROM member WHERE gone=0 AND chat=(SELECT id FROM chat "
                          "WHERE type=2)") == 2);
        CHECK(state_of(t.c, t.gc) == 2);
        CHECK(number(t.c, "SELECT count(*) FROM wish") == 0);
        CHECK(NOTICES(t.b, 3) == (uint64_t)round + 1);
        CHECK_ERR(add_to(t.a, t.ga, t.cem), OK);
        sim_run(t.s, 60000);
        t.gc = newest_group(t.c);
        CHECK(state_of(t.c, t.gc) == 0);
    }
    CHECK(number(t.a, "SELECT count(*) FROM message WHERE text='before I go'") == 4);
    CHECK(clean(&t));
    sim_destroy(t.s);
}

TEST(a_group_is_not_left_without_anybody_who_runs_it)
{
    struct trio t;
    REQUIRE(three(&t, 33));
    CHECK_ERR(rename_to(t.b, t.gb, "not yet"), ERR_AUTH_POLICY);
    CHECK_ERR(leave(t.a, t.ga), OK);
    sim_run(t.s, 30000);
    CHECK(state_of(t.a, t.ga) == 2);
    CHECK(NOTICES(t.b, 3) == 1 && NOTICES(t.c, 3) == 1);
    CHECK(number(t.b, "SELECT max(role) FROM chat WHERE type=2") +
              number(t.c, "SELECT max(role) FROM chat WHERE type=2") ==
          1);
    struct sim_device *runs =
        number(t.b, "SELECT max(role) FROM chat WHERE type=2") == 1 ? t.b : t.c;
    CHECK_ERR(rename_to(runs, sim_chat_of_type(runs, ABI_CHAT_TYPE_GROUP), "ours now"), OK);
    sim_run(t.s, 20000);
    CHECK(number(t.b, "SELECT count(*) FROM chat WHERE title='ours now'") == 1);
    CHECK(number(t.c, "SELECT count(*) FROM chat WHERE title='ours now'") == 1);
    /* the last ones go as well */
    CHECK_ERR(leave(t.b, t.gb), OK);
    sim_run(t.s, 20000);
    CHECK_ERR(leave(t.c, t.gc), OK);
    sim_run(t.s, 20000);
    CHECK(number(t.c, "SELECT count(*) FROM chat WHERE type=2 AND state=2") == 1);
    CHECK(clean(&t));
    sim_destroy(t.s);
}

TEST(somebody_with_two_devices_comes_and_goes_once)
{
    struct trio t;
    struct abi_op op;
    REQUIRE(three(&t, 34));
    struct sim_device *c2 = sim_device(t.s, "cem2");
    REQUIRE(sim_second_device(t.c, c2));
    sim_run(t.s, 20000);
    uint64_t joined = NOTICES(t.b, 2);
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_GROUP_REMOVE;
    op.op_group_remove.chat = t.ga;
    op.op_group_remove.person = t.cem;
    CHECK_ERR(sim_op(t.a, &op), OK);
    sim_run(t.s, 20000);
    CHECK(NOTICES(t.b, 4) == 1);
    CHECK(state_of(t.c, t.gc) == 2 && state_of(c2, sim_chat_of_type(c2, ABI_CHAT_TYPE_GROUP)) == 2);
    CHECK(NOTICES(c2, 4) == 1);
    CHECK_ERR(add_to(t.a, t.ga, t.cem), OK);
    sim_run(t.s, 30000);
    CHECK(NOTICES(t.b, 2) == joined + 1);
    CHECK_ERR(sim_send(t.b, t.gb, "to both of Cem", NULL), OK);
    sim_run(t.s, 20000);
    t.gc = newest_group(t.c);
    CHECK(sim_has_text(t.c, t.gc, "to both of Cem"));
    CHECK(sim_has_text(c2, newest_group(c2), "to both of Cem"));
    CHECK_ERR(leave(c2, newest_group(c2)), OK);
    sim_run(t.s, 30000);
    CHECK(NOTICES(t.b, 3) == 1);
    CHECK(state_of(t.c, t.gc) == 2);
    CHECK(NOTICES(t.c, 3) == 1 && NOTICES(c2, 3) == 1);
    CHECK(clean(&t));
    sim_destroy(t.s);
}

static enum err group_link(struct sim_device *d, uint64_t chat, bool on, char out[600],
                           struct slice *link)
{
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_GROUP_LINK;
    op.op_group_link.chat = chat;
    op.op_group_link.on = on;
    enum err e = sim_op(d, &op);
    if (e == OK && on) {
        *link = d->reply.result.text.value;
        memcpy(out, link->p, link->n);
        link->p = (const uint8_t *)out;
    }
    return e;
}

TEST(who_is_known_already_joins_by_the_link_of_a_group)
{
    struct trio t;
    struct abi_op op;
    char text[600];
    struct slice link = SLICE_EMPTY;
    REQUIRE(three(&t, 36));
    uint64_t second = group_make(t.a, NULL, 0);
    sim_run(t.s, 10000);
    CHECK_ERR(group_link(t.a, second, true, text, &link), OK);
    sim_run(t.s, 5000);
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_GROUP_JOIN;
    op.op_group_join.link = link;
    CHECK_ERR(sim_op(t.b, &op), OK);
    sim_run(t.s, 30000);
    CHECK(listed(t.b, 2) == 2);
    CHECK_ERR(sim_op(t.b, &op), OK); /* once more: nothing happens */
    CHECK_ERR(group_link(t.a, second, false, text, &link), OK);
    CHECK_ERR(sim_op(t.c, &op), OK); /* too late */
    sim_run(t.s, 30000);
    CHECK(listed(t.b, 2) == 2 && listed(t.c, 2) == 1);
    CHECK_ERR(sim_send(t.b, t.ba, "the chat of two goes on", NULL), OK);
    CHECK_ERR(sim_send(t.c, t.ca, "this one, too", NULL), OK);
    sim_run(t.s, 10000);
    CHECK(sim_has_text(t.a, t.ab, "the chat of two goes on"));
    CHECK(sim_has_text(t.a, t.ac, "this one, too"));
    CHECK(clean(&t));
    sim_destroy(t.s);
}

TEST(roles_and_the_picture_are_everybodys)
{
    struct trio t;
    struct abi_op op;
    uint8_t picture[600];
    REQUIRE(three(&t, 35));
    memset(picture, 7, sizeof picture);
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_GROUP_SET;
    op.op_group_set.chat = t.ga;
    op.op_group_set.name = SLICE_LITERAL("with a picture");
    op.op_group_set.has_picture = true;
    op.op_group_set.picture = SLICE_ARRAY(picture);
    CHECK_ERR(sim_op(t.a, &op), OK);
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_GROUP_ROLE;
    op.op_group_role.chat = t.ga;
    op.op_group_role.person = t.ben;
    op.op_group_role.role = ABI_ROLE_ADMIN;
    CHECK_ERR(sim_op(t.a, &op), OK);
    sim_run(t.s, 20000);
    CHECK(number(t.b, "SELECT length(picture) FROM chat WHERE type=2") == sizeof picture);
    CHECK(NOTICES(t.c, 6) == 1 && NOTICES(t.b, 6) == 1 && NOTICES(t.a, 6) == 1);
    CHECK_ERR(rename_to(t.b, t.gb, "by Ben"), OK);
    CHECK_ERR(leave(t.c, t.gc), OK);
    sim_run(t.s, 20000);
    CHECK(number(t.a, "SELECT count(*) FROM chat WHERE title='by Ben'") == 1);
    CHECK(number(t.a, "SELECT length(picture) FROM chat WHERE type=2") == sizeof picture);
    op.op_group_role.role = ABI_ROLE_MEMBER;
    CHECK_ERR(sim_op(t.a, &op), OK);
    sim_run(t.s, 20000);
    CHECK(NOTICES(t.a, 7) == 1);
    CHECK_ERR(rename_to(t.b, t.gb, "not any more"), ERR_AUTH_POLICY);
    op.op_group_role.person = 1;
    CHECK_ERR(sim_op(t.a, &op), ERR_STATE);
    CHECK(clean(&t));
    sim_destroy(t.s);
}

/* ---- people --------------------------------------------------------------------------------- */

static bool two(struct trio *t, uint64_t seed, char link[2][600], struct slice out[2])
{
    memset(t, 0, sizeof *t);
    t->s = sim_create(seed);
    t->a = sim_device(t->s, "ana");
    t->b = sim_device(t->s, "ben");
    t->c = t->b;
    if (sim_make(t->a, "Ana") != OK || sim_make(t->b, "Ben") != OK) {
        return false;
    }
    sim_run(t->s, 5000);
    struct sim_device *both[] = {t->a, t->b};
    for (int i = 0; i < 2; i++) {
        struct slice l;
        if (sim_link(both[i], &l) != OK || l.n > sizeof link[0]) {
            return false;
        }
        memcpy(link[i], l.p, l.n);
        out[i] = slice_make(link[i], l.n);
    }
    sim_run(t->s, 3000);
    return true;
}

TEST(two_who_add_each_other_at_once_have_one_chat)
{
    for (uint64_t seed = 41; seed < 49; seed++) {
        struct trio t;
        char text[2][600];
        struct slice link[2];
        REQUIRE(two(&t, seed, text, link));
        CHECK_ERR(sim_add(t.a, link[1], &t.ab), OK);
        CHECK_ERR(sim_add(t.b, link[0], &t.ba), OK);
        CHECK_ERR(sim_send(t.a, t.ab, "ahoy Ben", NULL), OK);
        CHECK_ERR(sim_send(t.b, t.ba, "ahoy Ana", NULL), OK);
        sim_run(t.s, 60000);
        CHECK(listed(t.a, 1) == 1 && listed(t.b, 1) == 1);
        CHECK(number(t.a, "SELECT count(*) FROM request") == 0);
        CHECK(number(t.b, "SELECT count(*) FROM request") == 0);
        uint64_t ab = sim_chat_of_type(t.a, ABI_CHAT_TYPE_PAIR),
                 ba = sim_chat_of_type(t.b, ABI_CHAT_TYPE_PAIR);
        CHECK(state_of(t.a, ab) == 0 && state_of(t.b, ba) == 0);
        CHECK_ERR(sim_send(t.a, ab, "one house", NULL), OK);
        CHECK_ERR(sim_send(t.b, ba, "one home", NULL), OK);
        sim_run(t.s, 30000);
        static const char *const said[] = {"ahoy Ben", "ahoy Ana", "one house", "one home"};
        for (size_t i = 0; i < 4; i++) {
            CHECK(sim_count(t.a, "SELECT count(*) FROM message WHERE text=?", said[i]) == 1);
            CHECK(sim_count(t.b, "SELECT count(*) FROM message WHERE text=?", said[i]) == 1);
            CHECK(sim_has_text(t.a, ab, said[i]) && sim_has_text(t.b, ba, said[i]));
            CHECK(found(t.a, ab, said[i]) == 1 && found(t.b, ba, said[i]) == 1);
        }
        /* a device that comes later has it in one chat, too */
        struct sim_device *b2 = sim_device(t.s, "ben2");
        REQUIRE(sim_second_device(t.b, b2));
        CHECK_ERR(sim_send(t.a, ab, "to both of Ben", NULL), OK);
        sim_run(t.s, 30000);
        CHECK(listed(b2, 1) == 1);
        CHECK(sim_has_text(b2, sim_chat_of_type(b2, ABI_CHAT_TYPE_PAIR), "to both of Ben"));
        CHECK(sim_has_text(b2, sim_chat_of_type(b2, ABI_CHAT_TYPE_PAIR), "ahoy Ana"));
        CHECK(clean(&t));
        sim_destroy(t.s);
    }
}

/* Who has a link learns no name by it, and not that the words have come. */
TEST(whoever_asks_by_a_link_sees_nothing_before_the_yes)
{
    struct trio t;
    char text[2][600];
    struct slice link[2];
    REQUIRE(two(&t, 52, text, link));
    CHECK_ERR(sim_add(t.a, link[1], &t.ab), OK);
    CHECK_ERR(sim_send(t.a, t.ab, "may I", NULL), OK);
    sim_run(t.s, 20000);
    for (int accepted = 0; accepted < 2; accepted++) {
        CHECK(number(t.b, "SELECT count(*) FROM request") == (accepted == 0));
        CHECK(number(t.a, "SELECT count(*) FROM person WHERE name='Ben'") == (uint64_t)accepted);
        CHECK((number(t.a, "SELECT state FROM message WHERE text='may I'") > 1) == (accepted == 1));
        CHECK(number(t.b, "SELECT count(*) FROM message WHERE text='may I'") == (uint64_t)accepted);
        if (accepted == 0) {
            CHECK(sim_accept_first(t.b) != 0);
            sim_run(t.s, 20000);
        }
    }
    CHECK(clean(&t));
    sim_destroy(t.s);
}

TEST(who_was_asked_and_asks_instead_has_said_yes)
{
    struct trio t;
    char text[2][600];
    struct slice link[2];
    REQUIRE(two(&t, 51, text, link));
    CHECK_ERR(sim_add(t.a, link[1], &t.ab), OK);
    CHECK_ERR(sim_send(t.a, t.ab, "may I", NULL), OK);
    sim_run(t.s, 20000);
    CHECK(number(t.b, "SELECT count(*) FROM request") == 1);
    CHECK(listed(t.b, 1) == 0);
    CHECK_ERR(sim_add(t.b, link[0], &t.ba), OK);
    sim_run(t.s, 20000);
    CHECK(number(t.b, "SELECT count(*) FROM request") == 0);
    CHECK(sim_has_text(t.b, t.ba, "may I"));
    CHECK(state_of(t.a, t.ab) == 0);
    CHECK(clean(&t));
    sim_destroy(t.s);
}

TEST(no_may_become_yes)
{
    struct trio t;
    char text[2][600];
    struct slice link[2];
    REQUIRE(two(&t, 52, text, link));
    struct sim_device *b2 = sim_device(t.s, "ben2");
    REQUIRE(sim_second_device(t.b, b2));
    CHECK_ERR(sim_add(t.a, link[1], &t.ab), OK);
    CHECK_ERR(sim_send(t.a, t.ab, "may I", NULL), OK);
    sim_run(t.s, 20000);
    CHECK_ERR(answer(t.b, 0), OK);
    CHECK_ERR(sim_send(t.a, t.ab, "still there", NULL), OK);
    sim_run(t.s, 20000);
    CHECK(listed(t.b, 1) == 0 && number(t.b, "SELECT count(*) FROM request") == 0);
    CHECK(listed(b2, 1) == 0 && number(b2, "SELECT count(*) FROM request") == 0);
    CHECK(number(t.b, "SELECT count(*) FROM message WHERE text<>'' AND type=0") == 0);
    CHECK(state_of(t.a, t.ab) == 1);
    CHECK_ERR(sim_add(t.b, link[0], &t.ba), OK);
    CHECK_ERR(sim_send(t.b, t.ba, "you may", NULL), OK);
    sim_run(t.s, 30000);
    CHECK(listed(t.a, 1) == 1 && listed(t.b, 1) == 1 && listed(b2, 1) == 1);
    CHECK(sim_has_text(t.a, t.ab, "you may"));
    CHECK(sim_has_text(t.b, t.ba, "may I") && sim_has_text(t.b, t.ba, "still there"));
    CHECK(sim_has_text(b2, sim_chat_of_type(b2, ABI_CHAT_TYPE_PAIR), "you may"));
    CHECK_ERR(sim_send(t.a, t.ab, "thank you", NULL), OK);
    sim_run(t.s, 20000);
    CHECK(sim_has_text(t.b, t.ba, "thank you"));
    CHECK(sim_has_text(b2, sim_chat_of_type(b2, ABI_CHAT_TYPE_PAIR), "thank you"));
    CHECK(clean(&t));
    sim_destroy(t.s);
}

TEST(who_is_blocked_is_not_heard_until_unblocked)
{
    struct trio t;
    char text[2][600];
    struct slice link[2];
    struct abi_op op;
    REQUIRE(two(&t, 53, text, link));
    CHECK_ERR(sim_add(t.a, link[1], &t.ab), OK);
    sim_run(t.s, 20000);
    CHECK_ERR(answer(t.b, 2), OK); /* blocked while asking */
    CHECK_ERR(sim_send(t.a, t.ab, "hear me", NULL), OK);
    sim_run(t.s, 20000);
    CHECK(listed(t.b, 1) == 0 && number(t.b, "SELECT count(*) FROM request") == 0);
    CHECK_ERR(sim_add(t.b, link[0], &t.ba), OK); /* wants them after all */
    sim_run(t.s, 20000);
    CHECK_ERR(sim_send(t.a, t.ab, "heard", NULL), OK);
    sim_run(t.s, 20000);
    CHECK(sim_has_text(t.b, t.ba, "heard"));
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_BLOCK;
    op.op_block.person = number(t.b, "SELECT id FROM person WHERE name='Ana'");
    op.op_block.on = true;
    CHECK_ERR(sim_op(t.b, &op), OK);
    CHECK(state_of(t.b, t.ba) == 3);
    CHECK_ERR(sim_send(t.a, t.ab, "not heard", NULL), OK);
    sim_run(t.s, 20000);
    op.op_block.on = false;
    CHECK_ERR(sim_op(t.b, &op), OK);
    CHECK_ERR(sim_send(t.a, t.ab, "heard again", NULL), OK);
    sim_run(t.s, 20000);
    CHECK(!sim_has_text(t.b, t.ba, "not heard"));
    CHECK(sim_has_text(t.b, t.ba, "heard again"));
    CHECK(clean(&t));
    sim_destroy(t.s);
}

/* ---- deleting ------------------------------------------------------------------------------- */

TEST(a_deleted_chat_is_empty_and_comes_back_with_the_next_word)
{
    struct trio t;
    REQUIRE(three(&t, 61));
    struct sim_device *b2 = sim_device(t.s, "ben2");
    REQUIRE(sim_second_device(t.b, b2));
    CHECK_ERR(sim_send(t.a, t.ab, "an old secret", NULL), OK);
    sim_run(t.s, 20000);
    CHECK(found(t.b, 0, "secret") == 1);
    CHECK_ERR(delete_chat(t.b, t.ba), OK);
    sim_run(t.s, 20000);
    CHECK(listed(t.b, 1) == 0 && listed(b2, 1) == 0);
    CHECK(found(t.b, 0, "secret") == 0 && found(b2, 0, "secret") == 0);
    CHECK(number(t.b, "SELECT count(*) FROM message WHERE text LIKE '%secret%'") == 0);
    CHECK(number(b2, "SELECT count(*) FROM message WHERE text LIKE '%secret%'") == 0);
    CHECK_ERR(sim_send(t.a, t.ab, "a new word", NULL), OK);
    sim_run(t.s, 20000);
    CHECK(listed(t.b, 1) == 1 && listed(b2, 1) == 1);
    CHECK(sim_has_text(t.b, t.ba, "a new word"));
    CHECK_ERR(delete_chat(t.b, t.ba), OK);
    CHECK_ERR(sim_send(t.b, t.ba, "and one of mine", NULL), OK);
    sim_run(t.s, 20000);
    CHECK(listed(t.b, 1) == 1 && listed(b2, 1) == 1);
    CHECK(sim_has_text(t.a, t.ab, "and one of mine"));
    CHECK(clean(&t));
    sim_destroy(t.s);
}

TEST(a_deleted_group_is_left_on_all_devices)
{
    struct trio t;
    REQUIRE(three(&t, 62));
    struct sim_device *c2 = sim_device(t.s, "cem2");
    REQUIRE(sim_second_device(t.c, c2));
    CHECK_ERR(sim_send(t.a, t.ga, "a word in the group", NULL), OK);
    sim_run(t.s, 20000);
    CHECK_ERR(delete_chat(t.c, t.gc), OK);
    CHECK(listed(t.c, 2) == 0);
    sim_run(t.s, 30000);
    CHECK(listed(t.c, 2) == 0 && listed(c2, 2) == 0);
    CHECK(number(t.c, "SELECT count(*) FROM chat WHERE type=2") == 0);
    CHECK(number(c2, "SELECT count(*) FROM chat WHERE type=2") == 0);
    CHECK(found(t.c, 0, "group") == 0 && found(c2, 0, "group") == 0);
    CHECK(NOTICES(t.a, 3) == 1 && NOTICES(t.b, 3) == 1);
    CHECK(number(t.a, "SELECT count(*) FROM member WHERE gone=0 AND chat=(SELECT id FROM chat "
                      "WHERE type=2)") == 2);
    CHECK_ERR(add_to(t.a, t.ga, t.cem), OK); /* and may be asked in again */
    sim_run(t.s, 30000);
    CHECK(listed(t.c, 2) == 1 && listed(c2, 2) == 1);
    CHECK(clean(&t));
    sim_destroy(t.s);
}

TEST(messages_with_a_timer_go_everywhere)
{
    struct trio t;
    struct abi_op op;
    REQUIRE(three(&t, 63));
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_CHAT_SET;
    op.op_chat_set.chat = t.ga;
    op.op_chat_set.key = SLICE_LITERAL("timer");
    op.op_chat_set.value = 60;
    CHECK_ERR(sim_op(t.a, &op), OK);
    sim_run(t.s, 10000);
    CHECK(NOTICES(t.b, 14) == 1);
    CHECK_ERR(sim_send(t.b, t.gb, "for a minute", NULL), OK);
    sim_run(t.s, 10000);
    CHECK(sim_has_text(t.a, t.ga, "for a minute") && sim_has_text(t.c, t.gc, "for a minute"));
    op.kind = ABI_OP_READ; /* the time of a message begins when it is read */
    op.op_read.chat = t.ga;
    op.op_read.message = number(t.a, "SELECT max(id) FROM message WHERE type=0");
    CHECK_ERR(sim_op(t.a, &op), OK);
    sim_run(t.s, 120000);
    CHECK(!sim_has_text(t.a, t.ga, "for a minute"));
    CHECK(!sim_has_text(t.b, t.gb, "for a minute"));
    CHECK(sim_has_text(t.c, t.gc, "for a minute")); /* not read yet */
    CHECK(found(t.a, 0, "minute") == 0);
    CHECK(clean(&t));
    sim_destroy(t.s);
}

/* ---- after weeks ---------------------------------------------------------------------------- */

TEST(who_was_away_for_weeks_brings_new_keys)
{
    struct trio t;
    REQUIRE(three(&t, 71));
    CHECK_ERR(sim_send(t.b, t.ba, "see you", NULL), OK);
    sim_run(t.s, 30000);
    sim_offline(t.b, true);
    sim_run(t.s, 20ull * 86400000);
    uint64_t before = number(t.a, "SELECT max(n) FROM epoch WHERE chat=(SELECT chat FROM person "
                                  "WHERE name='Ben')");
    sim_offline(t.b, false);
    sim_run(t.s, 300000);
    CHECK(number(t.a, "SELECT max(n) FROM epoch WHERE chat=(SELECT chat FROM person WHERE "
                      "name='Ben')") > before);
    CHECK(number(t.b, "SELECT count(*) FROM wish") == 0);
    CHECK(clean(&t));
    sim_destroy(t.s);
}

TEST_MAIN(TEST_ROW(who_leaves_is_out_and_may_come_back),
          TEST_ROW(who_leaves_while_the_group_changes_is_out_too),
          TEST_ROW(a_group_is_not_left_without_anybody_who_runs_it),
          TEST_ROW(somebody_with_two_devices_comes_and_goes_once),
          TEST_ROW(who_is_known_already_joins_by_the_link_of_a_group),
          TEST_ROW(roles_and_the_picture_are_everybodys),
          TEST_ROW(two_who_add_each_other_at_once_have_one_chat),
          TEST_ROW(whoever_asks_by_a_link_sees_nothing_before_the_yes),
          TEST_ROW(who_was_asked_and_asks_instead_has_said_yes), TEST_ROW(no_may_become_yes),
          TEST_ROW(who_is_blocked_is_not_heard_until_unblocked),
          TEST_ROW(a_deleted_chat_is_empty_and_comes_back_with_the_next_word),
          TEST_ROW(a_deleted_group_is_left_on_all_devices),
          TEST_ROW(messages_with_a_timer_go_everywhere),
          TEST_ROW(who_was_away_for_weeks_brings_new_keys))
