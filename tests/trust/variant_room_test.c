/* Rooms that bear the name of another: what somebody makes under the group id of a chat that goes
 * on, what is set aside of it, and what becomes of that when the person takes it. */
#include "variant.h"

/* Cem, a plain member, makes a room under the ids of Ana's group, of a higher epoch: it is set
 * aside at Ben's. */
static bool beside_the_group(struct variant *v, uint64_t *epoch)
{
    uint8_t room[16], mailbox[16];
    struct sim_evil *e = sim_evil(v->c);
    if (!sim_room(v->c, v->gc, room, mailbox) || !sim_group_id(v->c, v->gc, e->group)) {
        return false;
    }
    e->lawless = e->has_group = true;
    uint64_t chat = sim_evil_make_room(v->c, STORE_CHAT_GROUP, "the group", 0, 0, room);
    sim_pass(v->s, 2 * TRUST_MINUTE);
    while (chat != 0 && sim_epoch(v->c, chat) <= sim_epoch(v->b, v->gb)) {
        uint64_t before = sim_epoch(v->c, chat);
        if (sim_evil_heal(v->c) != OK) {
            return false;
        }
        sim_pass(v->s, 2 * TRUST_MINUTE);
        if (sim_epoch(v->c, chat) <= before) {
            return false;
        }
    }
    if (chat == 0 || sim_evil_add(v->c, chat, sim_person(v->c, "Ben")) != OK) {
        return false;
    }
    sim_pass(v->s, 2 * TRUST_MINUTE);
    *epoch = sim_epoch(v->c, chat);
    return sim_said_of(v->b, ABI_NOTICE_OTHER_ROOM, "Cem") == 1 &&
           sim_note(v->b, v->gb) == ABI_CHAT_NOTE_OTHER_ROOM;
}

/* Ana's group goes on until it is past that epoch. */
static bool goes_on(struct variant *v, uint64_t epoch)
{
    (void)sim_evil(v->a);
    for (int i = 0; i < 20 && sim_epoch(v->b, v->gb) <= epoch; i++) {
        if (sim_evil_heal(v->a) != OK) {
            return false;
        }
        sim_pass(v->s, TRUST_MINUTE);
    }
    return sim_epoch(v->b, v->gb) > epoch;
}

/* An epoch that is not above the highest is never entered, whenever it came. */
TEST(variant_room_set_aside_that_is_older_than_what_one_has_by_now)
{
    struct variant v;
    uint64_t epoch = 0;
    SETUP(variant_make(&v, 7841, VARIANT_GROUP) && beside_the_group(&v, &epoch));
    SETUP(goes_on(&v, epoch));
    uint64_t now = sim_epoch(v.b, v.gb);
    (void)sim_settle_room(v.b, v.gb, ABI_SETTLE_ASIDE);
    sim_pass(v.s, TRUST_MINUTE);
    uint64_t gb = sim_chat_of_type(v.b, STORE_CHAT_GROUP);
    CHECK(gb == v.gb && sim_epoch(v.b, gb) == now);
    CHECK(sim_note(v.b, gb) == ABI_CHAT_NOTE_NONE &&
          sim_said_of(v.b, ABI_NOTICE_OLD_ROOM, "Cem") == 1);
    CHECK(sim_number(v.b, "SELECT count(*) FROM chat WHERE type=2") == 1);
    SETUP(sim_send(v.b, v.gb, "to all of you", NULL) == OK);
    sim_pass(v.s, TRUST_MINUTE);
    CHECK(sim_heard(v.a, "to all of you") == 1);
}

/* And what is above it may be taken: the test above can fail. */
TEST(variant_room_set_aside_is_taken_as_a_new_one)
{
    struct variant v;
    uint64_t epoch = 0;
    SETUP(variant_make(&v, 7842, VARIANT_GROUP) && beside_the_group(&v, &epoch));
    SETUP(sim_settle_room(v.b, v.gb, ABI_SETTLE_ASIDE) == OK);
    sim_pass(v.s, TRUST_MINUTE);
    uint64_t gb = v.b->reply.result.made.id;
    CHECK(gb != v.gb && sim_note(v.b, gb) == ABI_CHAT_NOTE_NONE && sim_epoch(v.b, gb) == epoch);
    CHECK(sim_number(v.b, "SELECT count(*) FROM chat WHERE type=2 AND state=2") == 1);
}

/* A device of Ana makes a room with Cem under the id of her chat with Ben. Taken as a new one, it
 * is with Cem, who is named there, and not with who brought it. */
TEST(variant_room_set_aside_that_a_device_of_mine_brought)
{
    struct variant v;
    uint8_t room[16], mailbox[16];
    SETUP(variant_make(&v, 7845, VARIANT_STOLEN) && sim_room(v.a, v.ab, room, mailbox));
    v.a2->evil->lawless = v.a2->evil->together = true;
    SETUP(sim_evil_make_room(v.a2, STORE_CHAT_PAIR, "", sim_person(v.a2, "Cem"), 0, room) != 0);
    sim_pass(v.s, 5 * TRUST_MINUTE);
    SETUP(sim_note(v.a, v.ab) == ABI_CHAT_NOTE_OTHER_ROOM &&
          sim_settle_room(v.a, v.ab, ABI_SETTLE_ASIDE) == OK);
    CHECK(sim_number(v.a, "SELECT count(*) FROM chat WHERE type=1 AND person=1") == 0);
    CHECK(sim_number(v.a, "SELECT count(*) FROM chat c JOIN person p ON p.id=c.person WHERE "
                          "c.type=1 AND p.name='Cem'") == 2);
    sim_pass(v.s, 2 * TRUST_MINUTE);
    SETUP(sim_send(v.a, sim_chat_with(v.a, "Cem"), "to Cem", NULL) == OK);
    sim_pass(v.s, 2 * TRUST_MINUTE);
    CHECK(sim_heard(v.c, "to Cem") == 1 && sim_heard(v.b, "to Cem") == 0);
}

/* ---- a chat of two --------------------------------------------------------------------------- */

/* Ana's second device is stolen, and makes a tree under the ids of her chat with Ben, into which
 * her other device would come by itself; bundle->with, bundle->unnamed: of whom. */
static bool bundle_of_the_pair(struct variant *v, struct sim_evil_bundle *bundle)
{
    uint64_t a2b = sim_chat_with(v->a2, "Ben");
    bundle->chat = a2b;
    bundle->same_id = bundle->same_admins = true;
    v->a2->evil->lawless = true;
    if (a2b == 0 || sim_evil_bundle_make(v->a2, bundle) != OK) {
        return false;
    }
    v->s->hostile->mute = v->a2;
    bool lost = sim_lose_group(v->a, v->ab) == OK;
    sim_pass(v->s, 5 * TRUST_MINUTE);
    return lost;
}

/* Nothing leads there: she comes in again by what the next commit brings. */
static void they_talk(struct variant *v, const char *text)
{
    sim_pass(v->s, 10 * TRUST_MINUTE);
    CHECK(sim_heard(v->b, text) == 1);
    SETUP(sim_send(v->b, v->ba, "from Ben, afterwards", NULL) == OK);
    sim_pass(v->s, 2 * TRUST_MINUTE);
    CHECK(sim_heard(v->a, "from Ben, afterwards") == 1);
}

TEST(variant_bundle_of_a_chat_of_two_with_somebody_else_in_it)
{
    static struct sim_evil_bundle bundle;
    struct variant v;
    SETUP(variant_make(&v, 7843, VARIANT_STOLEN));
    memset(&bundle, 0, sizeof bundle);
    bundle.with = v.c; /* whom Ana knows; it could be the thief */
    SETUP(bundle_of_the_pair(&v, &bundle));
    SETUP(sim_send(v.a, v.ab, "secret of Ana to Ben", NULL) == OK);
    sim_pass(v.s, 5 * TRUST_MINUTE);
    CHECK(sim_evil_bundle_read(v.a2, &bundle) == 0);
    CHECK(sim_leaves_of(v.a, v.ab, v.c->core->account.own.account) != 1);
    they_talk(&v, "secret of Ana to Ben");
}

TEST(variant_bundle_of_a_chat_of_two_that_names_nobody)
{
    static struct sim_evil_bundle bundle;
    struct variant v;
    SETUP(variant_make(&v, 7844, VARIANT_STOLEN));
    memset(&bundle, 0, sizeof bundle);
    bundle.unnamed = true; /* who comes in next would be the one it is with */
    SETUP(bundle_of_the_pair(&v, &bundle));
    SETUP(sim_send(v.a, v.ab, "waits for Ben", NULL) == OK);
    sim_pass(v.s, 5 * TRUST_MINUTE);
    CHECK(sim_leaves_of(v.a, v.ab, v.b->core->account.own.account) != 0);
    they_talk(&v, "waits for Ben");
}

/* A device of hers brings Ana into a second room with Ben, of the lowest id, into which his Welcome
 * never comes: words go where both gave a sign. */
TEST(variant_pair_a_room_of_the_lowest_id_where_the_other_never_was)
{
    static const uint8_t lowest[16] = {[15] = 1};
    struct variant v;
    SETUP(variant_make(&v, 7846, VARIANT_STOLEN));
    SETUP(sim_send(v.b, v.ba, "warm", NULL) == OK && sim_send(v.a, v.ab, "too", NULL) == OK);
    sim_pass(v.s, TRUST_MINUTE);
    v.s->hostile->no_box = v.b;
    SETUP(sim_evil_make_room(v.a2, STORE_CHAT_PAIR, "", sim_person(v.a2, "Ben"), 0, lowest) != 0);
    sim_pass(v.s, 5 * TRUST_MINUTE);
    SETUP(sim_number(v.a, "SELECT count(*) FROM chat c JOIN person p ON p.id=c.person WHERE "
                          "c.type=1 AND p.name='Ben' AND c.state=0") == 2);
    SETUP(sim_send(v.a, sim_chat_with(v.a, "Ben"), "to Ben", NULL) == OK);
    sim_pass(v.s, 5 * TRUST_MINUTE);
    CHECK(sim_heard(v.b, "to Ben") == 1);
}

TEST_MAIN(TEST_ROW(variant_pair_a_room_of_the_lowest_id_where_the_other_never_was),
          TEST_ROW(variant_bundle_of_a_chat_of_two_with_somebody_else_in_it),
          TEST_ROW(variant_bundle_of_a_chat_of_two_that_names_nobody),
          TEST_ROW(variant_room_set_aside_that_is_older_than_what_one_has_by_now),
          TEST_ROW(variant_room_set_aside_is_taken_as_a_new_one),
          TEST_ROW(variant_room_set_aside_that_a_device_of_mine_brought))
