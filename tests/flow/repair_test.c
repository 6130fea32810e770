/* Who was put out stays out, even with a client that does not obey; who has lost a group comes
 * back: by the join bundle, by those who are in it, or in a new room. */
#include <stdio.h>
#include <string.h>

#include "lib/check.h"
#include "lib/sim.h"
#include "lib/sim_hostile.h"
#include "lib/sim_play.h"
#include "store/sql.h"

struct world {
    struct sim *s;
    struct sim_device *a, *a2, *b;
    uint64_t ab, ba;
};

static uint64_t number(struct sim_device *d, const char *sql)
{
    return (uint64_t)sim_count(d, sql, NULL);
}

/* Ana with two devices, Ben with one. */
static bool build(struct world *w, uint64_t seed)
{
    memset(w, 0, sizeof *w);
    w->s = sim_create(seed);
    w->s->cheap = true;
    w->a = sim_device(w->s, "ana");
    w->a2 = sim_device(w->s, "ana2");
    w->b = sim_device(w->s, "ben");
    if (sim_make(w->a, "Ana") != OK || sim_make(w->b, "Ben") != OK) {
        return false;
    }
    sim_run(w->s, 3000);
    return sim_meet(w->a, w->b, &w->ab, &w->ba) && sim_second_device(w->a, w->a2);
}

static enum err revoke(struct sim_device *by, struct sim_device *lost)
{
    struct abi_op op;
    uint8_t id[32];
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_DEVICE_REVOKE;
    memcpy(id, lost->core->account.own.device, 32);
    op.op_device_revoke.device = SLICE_ARRAY(id);
    return sim_op(by, &op);
}

static uint64_t group_make(struct sim_device *d, const uint64_t *people, size_t n)
{
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_GROUP_MAKE;
    op.op_group_make.name = SLICE_LITERAL("the group");
    op.op_group_make.people = people;
    op.op_group_make.people_n = n;
    return sim_op(d, &op) == OK ? d->reply.result.made.id : 0;
}

static enum err remove_person(struct sim_device *d, uint64_t chat, uint64_t person)
{
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_GROUP_REMOVE;
    op.op_group_remove.chat = chat;
    op.op_group_remove.person = person;
    return sim_op(d, &op);
}

static bool one_chat(struct sim_device *d, uint64_t type)
{
    const struct abi_chats *l = sim_chats(d);
    size_t n = 0;
    for (size_t i = 0; i < l->list_n; i++) {
        n += l->list[i].type == type;
    }
    return n == 1;
}

static void describe(struct sim_device *d)
{
    static const char *const columns[] = {"note",
                                          "state",
                                          "cursor",
                                          "first_epoch",
                                          "alias_of",
                                          "stuck",
                                          ("(SELECT max(n) FROM epoch e WHERE "
                                           "e.chat=c.id)")};
    char sql[200];
    for (int id = 1; id < 8; id++) {
        printf("  %s chat %d:", d->name, id);
        for (size_t k = 0; k < sizeof columns / sizeof columns[0]; k++) {
            snprintf(sql, sizeof sql, "SELECT %s FROM chat c WHERE id=%d", columns[k], id);
            printf(" %.12s %lld", columns[k], (long long)sim_count(d, sql, NULL));
        }
        printf("\n");
    }
}

/* All of that time, also when nothing seems to be under way. */
static void pass(struct sim *s, uint64_t ms)
{
    uint64_t end = s->now_ms + ms;
    while (s->now_ms < end) {
        sim_run(s, end - s->now_ms);
        sim_tick(s, 500);
    }
}

/* Both say something in the chat of this type, and hear it. */
static bool talk(struct sim_device *x, struct sim_device *y, uint64_t type, const char *words)
{
    char one[64], two[64];
    snprintf(one, sizeof one, "%s one", words);
    snprintf(two, sizeof two, "%s two", words);
    uint64_t cx = sim_chat_of_type(x, type), cy = sim_chat_of_type(y, type);
    if (sim_send(x, cx, one, NULL) != OK || sim_send(y, cy, two, NULL) != OK) {
        printf("%s: cannot send\n", words);
        return false;
    }
    pass(x->sim, 60000);
    bool heard = sim_has_text(y, cy, one) && sim_has_text(x, cx, two);
    if (!heard) {
        printf("%s: not heard\n", words);
        describe(x);
        describe(y);
    }
    return heard;
}

/* ---- who is out ----------------------------------------------------------------------------- */

static enum err come_back(struct own *o, struct step *s, void *user)
{
    (void)o;
    (void)user;
    return store_sql_run(s->store, "UPDATE chat SET state=0,note=1 WHERE type>0", "");
}

TEST(a_revoked_device_cannot_come_back_by_itself)
{
    struct world w;
    REQUIRE(build(&w, 81));
    uint64_t person = number(w.a, "SELECT id FROM person WHERE name='Ben'");
    uint64_t group = group_make(w.a, &person, 1);
    sim_run(w.s, 20000);
    REQUIRE(group != 0 && talk(w.a, w.b, 2, "before"));
    CHECK_ERR(revoke(w.a, w.a2), OK);
    sim_run(w.s, 20000);
    CHECK(number(w.a2, "SELECT count(*) FROM chat WHERE state=2 AND type>0") == 2);
    /* it keeps what it had, says to itself that it is in, and tries to join with the bundle */
    uint64_t read = number(w.a2, "SELECT sum(cursor) FROM chat WHERE type>0");
    CHECK_ERR(sim_keep(w.a2, come_back, NULL), OK);
    sim_cut(w.a2, 2);
    CHECK(talk(w.a, w.b, 2, "after"));
    CHECK(talk(w.a, w.b, 1, "after, too"));
    pass(w.s, 300000);
    CHECK(sim_count(w.a2, "SELECT count(*) FROM message WHERE text LIKE 'after%'", NULL) == 0);
    CHECK(number(w.a2, "SELECT count(*) FROM chat WHERE stuck>0") > 0);
    const struct abi_chats *l = sim_chats(w.a2);
    uint64_t note = 0;
    for (size_t i = 0; i < l->list_n; i++) {
        note = l->list[i].type == ABI_CHAT_TYPE_GROUP ? l->list[i].note : note;
    }
    CHECK(note == 3);
    /* not even what is sealed reaches it */
    CHECK(number(w.a2, "SELECT sum(cursor) FROM chat WHERE type>0 AND id<=3") == read);
    /* in its need it makes new rooms: nobody comes */
    CHECK(one_chat(w.a, 1) && one_chat(w.b, 1) && one_chat(w.a, 0));
    CHECK(number(w.b, "SELECT count(*) FROM chat WHERE type=1") == 1);
    CHECK(number(w.a, "SELECT count(*) FROM chat WHERE type<2") == 2);
    CHECK(talk(w.a, w.b, 1, "after all"));
    CHECK(number(w.b, "SELECT count(*) FROM message WHERE type=3") == 0);
    CHECK(number(w.b, "SELECT count(*) FROM message WHERE type=2 AND notice=8 AND id>(SELECT "
                      "max(id) FROM message WHERE notice=9)") == 0);
    sim_destroy(w.s);
}

/* ---- who comes back ------------------------------------------------------------------------- */

TEST(a_lost_group_is_entered_again_by_its_bundle)
{
    struct world w;
    REQUIRE(build(&w, 82));
    CHECK_ERR(sim_lose_group(w.b, w.ba), OK);
    CHECK_ERR(sim_send(w.b, w.ba, "written while lost", NULL), OK);
    pass(w.s, 120000); /* a dead line is noticed after 65 s */
    CHECK(sim_has_text(w.a, w.ab, "written while lost"));
    CHECK(talk(w.a, w.b, 1, "again"));
    CHECK(number(w.b, "SELECT max(stuck) FROM chat") == 0);
    sim_destroy(w.s);
}

/* Whoever made the last commit has sent the bundle, and keeps nothing of it but the key. */
TEST(who_made_the_last_commit_comes_in_by_its_own_bundle)
{
    struct world w;
    struct abi_op op;
    REQUIRE(build(&w, 90));
    uint64_t ben = number(w.a, "SELECT id FROM person WHERE name='Ben'");
    uint64_t group = group_make(w.a, &ben, 1);
    sim_run(w.s, 60000);
    REQUIRE(group != 0 && talk(w.a, w.b, 2, "before"));
    w.a->core->account.own.tree_inline = 1; /* a tree of two travels as a parcel, too */
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_CHAT_SET;
    op.op_chat_set.chat = group;
    op.op_chat_set.key = SLICE_LITERAL("timer");
    op.op_chat_set.value = 86400;
    CHECK_ERR(sim_op(w.a, &op), OK);
    pass(w.s, 20000);
    REQUIRE(sim_count(w.a,
                      "SELECT count(*) FROM parcel WHERE state=4 AND chat=(SELECT id FROM "
                      "chat WHERE type=2)",
                      NULL) == 1);
    CHECK_ERR(sim_lose_group(w.a, group), OK);
    CHECK_ERR(sim_send(w.a, group, "written while lost", NULL), OK);
    pass(w.s, 120000); /* a dead line is noticed after 65 s */
    CHECK(sim_has_text(w.b, sim_chat_of_type(w.b, ABI_CHAT_TYPE_GROUP), "written while lost"));
    CHECK(talk(w.a, w.b, 2, "again"));
    CHECK(number(w.a, "SELECT max(stuck) FROM chat") == 0);
    sim_destroy(w.s);
}

static enum err other_keys(struct own *o, struct step *s, void *user)
{
    (void)o;
    (void)user;
    return store_sql_run(s->store,
                         "UPDATE epoch SET outer_key=randomblob(32),branch=randomblob(8) WHERE "
                         "chat=(SELECT id FROM chat WHERE type=1)",
                         "");
}

static enum err heal_soon(struct own *o, struct step *s, void *user)
{
    (void)o;
    (void)user;
    return store_sql_run(s->store, "UPDATE chat SET heal_ms=0 WHERE type=1", "");
}

TEST(who_is_on_another_branch_notices_and_comes_back)
{
    struct world w;
    REQUIRE(build(&w, 90));
    CHECK(talk(w.a, w.b, 1, "before"));
    CHECK_ERR(sim_keep(w.b, other_keys, NULL), OK); /* as a bad path would leave it */
    CHECK_ERR(sim_send(w.a, w.ab, "on our branch", NULL), OK);
    pass(w.s, 60000);
    CHECK(number(w.b, "SELECT count(*) FROM message WHERE type=3") == 0);
    CHECK(number(w.b, "SELECT count(*) FROM message WHERE notice=13") == 1);
    /* a word that does not open may be the gateway's: a commit that cannot be followed decides */
    CHECK(number(w.b, "SELECT note FROM chat WHERE type=1") == 0);
    CHECK_ERR(sim_keep(w.a, heal_soon, NULL), OK);
    CHECK_ERR(sim_send(w.a, w.ab, "and a new path", NULL), OK);
    pass(w.s, 60000);
    CHECK(talk(w.a, w.b, 1, "together again"));
    CHECK(one_chat(w.a, 1) && one_chat(w.b, 1));
    sim_destroy(w.s);
}

static uint64_t note_of(struct sim_device *d, uint64_t chat)
{
    const struct abi_chats *l = sim_chats(d);
    for (size_t i = 0; i < l->list_n; i++) {
        if (l->list[i].id == chat) {
            return l->list[i].note;
        }
    }
    return UINT64_MAX;
}

static enum err new_room(struct sim_device *d, uint64_t chat)
{
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_ROOM_SETTLE;
    op.op_room_settle.chat = chat;
    return sim_op(d, &op);
}

/* The person of another device follows into the room that was made in the place of this one. */
static enum err follow(struct sim_device *d, uint64_t chat)
{
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_ROOM_SETTLE;
    op.op_room_settle.chat = chat;
    op.op_room_settle.how = ABI_SETTLE_ASIDE;
    return sim_op(d, &op);
}

TEST(a_chat_of_two_goes_on_in_a_new_room)
{
    for (uint64_t seed = 83; seed < 86; seed++) {
        struct world w;
        REQUIRE(build(&w, seed));
        CHECK(talk(w.a, w.b, 1, "before"));
        sim_offline(w.b, true);
        CHECK_ERR(revoke(w.a, w.a2), OK); /* the join secret is another one now */
        sim_run(w.s, 20000);
        CHECK_ERR(sim_lose_group(w.b, w.ba), OK);
        CHECK_ERR(sim_send(w.b, w.ba, "written while lost", NULL), OK);
        CHECK_ERR(sim_send(w.a, w.ab, "said to nobody", NULL), OK);
        sim_offline(w.b, false);
        pass(w.s, 300000);
        CHECK(note_of(w.b, w.ba) == 9); /* nothing is done by itself: the person says so */
        CHECK_ERR(new_room(w.b, w.ba), OK);
        pass(w.s, 300000);
        CHECK(one_chat(w.a, 1) && one_chat(w.b, 1));
        CHECK(note_of(w.a, w.ab) == 11 && sim_chat_of_type(w.a, ABI_CHAT_TYPE_PAIR) == w.ab);
        CHECK_ERR(follow(w.a, w.ab), OK); /* she says so, too */
        pass(w.s, 60000);
        CHECK(one_chat(w.a, 1) && one_chat(w.b, 1));
        CHECK(talk(w.a, w.b, 1, "after"));
        uint64_t ab = sim_chat_of_type(w.a, ABI_CHAT_TYPE_PAIR),
                 ba = sim_chat_of_type(w.b, ABI_CHAT_TYPE_PAIR);
        CHECK(sim_has_text(w.a, ab, "before one") && sim_has_text(w.b, ba, "before one"));
        CHECK(sim_has_text(w.a, ab, "written while lost"));
        CHECK(number(w.b, "SELECT count(*) FROM message WHERE notice=13") >= 1);
        CHECK(number(w.b, "SELECT count(*) FROM outbox") == 0);
        CHECK(number(w.b, "SELECT count(*) FROM message WHERE type=3 OR state=4") == 0);
        sim_destroy(w.s);
    }
}

static enum err react(struct sim_device *d, uint64_t message, const char *emoji)
{
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_REACT;
    op.op_react.message = message;
    op.op_react.emoji = slice_of_string(emoji);
    return sim_op(d, &op);
}

static enum err answer(struct sim_device *d, uint64_t chat, uint64_t to, const char *text)
{
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_SEND;
    op.op_send.chat = chat;
    op.op_send.reply_to = to;
    op.op_send.text = slice_of_string(text);
    return sim_op(d, &op);
}

/* A word that waits for the new room has another id there. So what was said of it meanwhile is not
 * lost: an edit, a deletion, a reaction given and one taken back, an answer. */
TEST(what_speaks_of_a_word_that_waits_finds_it_in_the_new_room)
{
    static const char answered[] = "SELECT count(*) FROM message a JOIN message b ON b.chat=a.chat "
                                   "AND b.mid=a.reply WHERE a.text='the answer' AND b.text='new'";
    static const char given[] = "SELECT count(*) FROM reaction r JOIN message m ON m.chat=r.chat "
                                "AND m.mid=r.mid WHERE m.text='new'";
    struct world w;
    uint64_t edited = 0, deleted = 0, taken = 0;
    REQUIRE(build(&w, 91));
    CHECK(talk(w.a, w.b, 1, "before"));
    sim_offline(w.b, true);
    CHECK_ERR(revoke(w.a, w.a2), OK); /* the join secret is another one now */
    sim_run(w.s, 20000);
    CHECK_ERR(sim_lose_group(w.b, w.ba), OK);
    CHECK_ERR(sim_send(w.b, w.ba, "old", &edited), OK);
    CHECK_ERR(sim_send(w.b, w.ba, "not so", &deleted), OK);
    CHECK_ERR(sim_send(w.b, w.ba, "a word", &taken), OK);
    CHECK_ERR(sim_edit(w.b, edited, "new"), OK);
    CHECK_ERR(sim_delete(w.b, deleted, true), OK);
    CHECK_ERR(react(w.b, edited, "+"), OK);
    CHECK_ERR(react(w.b, taken, "-"), OK);
    CHECK_ERR(react(w.b, taken, ""), OK);
    CHECK_ERR(answer(w.b, w.ba, edited, "the answer"), OK);
    sim_offline(w.b, false);
    pass(w.s, 300000);
    REQUIRE(new_room(w.b, w.ba) == OK);
    pass(w.s, 300000);
    REQUIRE(follow(w.a, w.ab) == OK);
    pass(w.s, 60000);
    for (int i = 0; i < 2; i++) {
        struct sim_device *d = i == 0 ? w.a : w.b;
        uint64_t chat = sim_chat_of_type(d, ABI_CHAT_TYPE_PAIR);
        CHECK(sim_has_text(d, chat, "new") && !sim_has_text(d, chat, "old"));
        CHECK(!sim_has_text(d, chat, "not so") && sim_has_text(d, chat, "a word"));
        CHECK(number(d, "SELECT count(*) FROM message WHERE type=4") == 1); /* taken back */
        CHECK(number(d, answered) == 1);
        CHECK(number(d, given) == 1 && number(d, "SELECT count(*) FROM reaction") == 1);
    }
    sim_destroy(w.s);
}

TEST(a_group_takes_in_again_who_asks)
{
    struct world w;
    REQUIRE(build(&w, 86));
    struct sim_device *c = sim_device(w.s, "cem");
    uint64_t ac = 0, ca = 0, people[2];
    CHECK_ERR(sim_make(c, "Cem"), OK);
    sim_run(w.s, 3000);
    REQUIRE(sim_meet(w.a, c, &ac, &ca));
    people[0] = number(w.a, "SELECT id FROM person WHERE name='Ben'");
    people[1] = number(w.a, "SELECT id FROM person WHERE name='Cem'");
    uint64_t group = group_make(w.a, people, 2);
    sim_run(w.s, 20000);
    REQUIRE(group != 0 && talk(w.a, w.b, 2, "before"));
    sim_offline(w.b, true);
    CHECK_ERR(remove_person(w.a, group, people[1]), OK);
    sim_run(w.s, 20000);
    CHECK_ERR(sim_lose_group(w.b, sim_chat_of_type(w.b, ABI_CHAT_TYPE_GROUP)), OK);
    CHECK_ERR(sim_send(w.b, sim_chat_of_type(w.b, ABI_CHAT_TYPE_GROUP), "written while lost", NULL),
              OK);
    uint64_t told = number(w.a, "SELECT count(*) FROM message WHERE type=2");
    sim_offline(w.b, false);
    pass(w.s, 300000);
    CHECK(sim_has_text(w.a, group, "written while lost"));
    CHECK(talk(w.a, w.b, 2, "after"));
    CHECK(number(w.a, "SELECT count(*) FROM message WHERE type=2") == told);
    CHECK(number(w.b, "SELECT count(*) FROM message WHERE type=3 OR state=4") == 0);
    sim_destroy(w.s);
}

TEST(my_other_device_takes_me_in_again)
{
    struct world w;
    REQUIRE(build(&w, 87));
    uint64_t person = number(w.b, "SELECT id FROM person WHERE name='Ana'");
    struct sim_device *c = sim_device(w.s, "cem");
    uint64_t bc = 0, cb = 0, people[2] = {person, 0};
    CHECK_ERR(sim_make(c, "Cem"), OK);
    sim_run(w.s, 3000);
    REQUIRE(sim_meet(w.b, c, &bc, &cb));
    people[1] = number(w.b, "SELECT id FROM person WHERE name='Cem'");
    uint64_t group = group_make(w.b, people, 2); /* Ben's: Ana does not run it */
    sim_run(w.s, 20000);
    sim_offline(w.a2, true);
    CHECK_ERR(remove_person(w.b, group, people[1]), OK);
    sim_run(w.s, 20000);
    CHECK_ERR(sim_lose_group(w.a2, sim_chat_of_type(w.a2, ABI_CHAT_TYPE_GROUP)), OK);
    sim_offline(w.b, true);
    sim_offline(w.a2, false);
    pass(w.s, 300000);
    CHECK(talk(w.a, w.a2, 2, "among us"));
    sim_offline(w.b, false);
    CHECK(talk(w.a2, w.b, 2, "with Ben"));
    CHECK(number(w.a2, "SELECT count(*) FROM message WHERE type=3 OR state=4") == 0);
    sim_destroy(w.s);
}

TEST(my_other_device_takes_me_in_again_in_a_chat_of_two)
{
    struct world w;
    REQUIRE(build(&w, 91));
    CHECK(talk(w.a2, w.b, 1, "before"));
    sim_hostile(w.s)->no_info = true; /* no bundle leads in */
    sim_offline(w.b, true);
    uint64_t chat = sim_chat_of_type(w.a2, ABI_CHAT_TYPE_PAIR);
    CHECK_ERR(sim_lose_group(w.a2, chat), OK);
    CHECK_ERR(sim_send(w.a2, chat, "written while lost", NULL), OK);
    pass(w.s, 300000);
    CHECK(note_of(w.a2, chat) == 0 && note_of(w.a, w.ab) == 0); /* nobody has tapped */
    CHECK(sim_has_text(w.a, w.ab, "written while lost"));
    CHECK(talk(w.a, w.a2, 1, "among us"));
    sim_offline(w.b, false);
    CHECK(talk(w.a2, w.b, 1, "with Ben"));
    CHECK(sim_has_text(w.b, w.ba, "written while lost"));
    CHECK(one_chat(w.a, 1) && one_chat(w.a2, 1) && one_chat(w.b, 1));
    CHECK(number(w.b, "SELECT count(*) FROM message WHERE type=3 OR state=4") == 0);
    sim_destroy(w.s);
}

TEST(notes_to_myself_go_on_in_a_new_room)
{
    struct world w;
    REQUIRE(build(&w, 88));
    struct sim_device *a3 = sim_device(w.s, "ana3");
    REQUIRE(sim_second_device(w.a, a3));
    CHECK(talk(w.a, a3, 0, "before"));
    sim_offline(a3, true);
    CHECK_ERR(revoke(w.a, w.a2), OK);
    sim_run(w.s, 20000);
    CHECK_ERR(sim_lose_group(a3, sim_chat_of_type(a3, ABI_CHAT_TYPE_SELF)), OK);
    sim_offline(a3, false);
    pass(w.s, 300000);
    CHECK_ERR(new_room(a3, sim_chat_of_type(a3, ABI_CHAT_TYPE_SELF)), OK);
    pass(w.s, 300000);
    CHECK_ERR(follow(w.a, sim_chat_of_type(w.a, ABI_CHAT_TYPE_SELF)), OK);
    pass(w.s, 60000);
    CHECK(one_chat(w.a, 0) && one_chat(a3, 0));
    CHECK(talk(w.a, a3, 0, "after"));
    CHECK(sim_has_text(w.a, sim_chat_of_type(w.a, ABI_CHAT_TYPE_SELF), "before two"));
    sim_destroy(w.s);
}

TEST(a_recovery_code_works_after_the_others_have_changed)
{
    struct world w;
    REQUIRE(build(&w, 89));
    pass(w.s, 60000);
    sim_offline(w.b, true); /* lost for good */
    CHECK_ERR(revoke(w.a, w.a2), OK);
    sim_run(w.s, 20000);
    struct sim_device *n = sim_device(w.s, "new");
    CHECK_ERR(sim_recover(n, w.b->code), OK);
    sim_run(w.s, 20000);
    CHECK_ERR(sim_recover_choose(n, false), OK);
    pass(w.s, 300000);
    CHECK_ERR(new_room(n, sim_chat_of_type(n, ABI_CHAT_TYPE_PAIR)), OK);
    pass(w.s, 300000);
    CHECK_ERR(follow(w.a, sim_chat_of_type(w.a, ABI_CHAT_TYPE_PAIR)), OK);
    pass(w.s, 60000);
    CHECK(one_chat(n, 1) && one_chat(w.a, 1));
    CHECK(talk(w.a, n, 1, "after"));
    sim_destroy(w.s);
}

TEST_MAIN(TEST_ROW(a_revoked_device_cannot_come_back_by_itself),
          TEST_ROW(a_lost_group_is_entered_again_by_its_bundle),
          TEST_ROW(who_made_the_last_commit_comes_in_by_its_own_bundle),
          TEST_ROW(who_is_on_another_branch_notices_and_comes_back),
          TEST_ROW(a_chat_of_two_goes_on_in_a_new_room),
          TEST_ROW(what_speaks_of_a_word_that_waits_finds_it_in_the_new_room),
          TEST_ROW(a_group_takes_in_again_who_asks), TEST_ROW(my_other_device_takes_me_in_again),
          TEST_ROW(my_other_device_takes_me_in_again_in_a_chat_of_two),
          TEST_ROW(notes_to_myself_go_on_in_a_new_room),
          TEST_ROW(a_recovery_code_works_after_the_others_have_changed))
