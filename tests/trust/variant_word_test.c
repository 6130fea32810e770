/* Words, and the right to write them: members, former members and strangers who say what is not
 * theirs to say. */
#include <stdio.h>

#include "engine/own/box.h"
#include "engine/own/missing.h"
#include "variant.h"

TEST(variant_word_of_another_edited_by_a_member)
{
    struct variant v;
    uint64_t id = 0;
    SETUP(variant_make(&v, 7861, VARIANT_GROUP));
    SETUP(sim_send(v.a, v.ga, "Ana: ten euros", NULL) == OK);
    sim_pass(v.s, TRUST_MINUTE);
    (void)sim_evil(v.c);
    SETUP(sim_evil_sql(v.c, "UPDATE message SET sender=1,mine=1 WHERE text='Ana: ten euros'") ==
          OK);
    id = (uint64_t)sim_number(v.c, "SELECT id FROM message WHERE text='Ana: ten euros'");
    SETUP(sim_edit(v.c, id, "Ana: a thousand euros") == OK);
    sim_pass(v.s, TRUST_MINUTE);
    CHECK(sim_heard(v.b, "Ana: ten euros") == 1 && sim_heard(v.b, "Ana: a thousand euros") == 0);
}

TEST(variant_two_contents_under_one_number_are_both_marked)
{
    struct variant v;
    SETUP(variant_make(&v, 7862, VARIANT_GROUP));
    SETUP(sim_send(v.c, v.gc, "to some", NULL) == OK);
    sim_pass(v.s, TRUST_MINUTE);
    (void)sim_evil(v.c);
    SETUP(sim_evil_sql(v.c, "UPDATE chat SET next_counter=next_counter-1 WHERE type=2") == OK);
    SETUP(sim_send(v.c, v.gc, "to others", NULL) == OK);
    sim_pass(v.s, TRUST_MINUTE);
    SETUP(sim_heard(v.b, "to some") == 1 && sim_heard(v.b, "to others") == 1);
    CHECK(sim_number(v.b, "SELECT count(*) FROM message WHERE twice=1") == 2);
}

TEST(variant_time_of_a_sender_whose_clock_is_a_year_ahead)
{
    struct variant v;
    SETUP(variant_make(&v, 7863, 0));
    v.a->clock_ms = (int64_t)(365 * TRUST_DAY);
    sim_pass(v.s, TRUST_MINUTE);
    SETUP(sim_send(v.a, v.ab, "from next year", NULL) == OK);
    sim_pass(v.s, TRUST_MINUTE);
    SETUP(sim_heard(v.b, "from next year") == 1);
    int64_t at = sim_number(v.b, "SELECT at_ms FROM message WHERE text='from next year'");
    CHECK(at <= (int64_t)(v.s->now_ms + TRUST_MINUTE));
}

struct ask {
    int64_t message;
};

static enum err ask(struct own *o, struct step *s, void *user)
{
    return own_missing_ask(o, s, ((struct ask *)user)->message);
}

TEST(variant_history_by_asking_for_what_was_said_before_one_came)
{
    static const char *const people[] = {"Ben"};
    struct variant v;
    struct ask u;
    SETUP(variant_make(&v, 7864, 0));
    uint64_t g = sim_group(v.a, "the group", people, 1);
    sim_pass(v.s, TRUST_MINUTE);
    SETUP(g != 0 && sim_send(v.a, g, "before he came", NULL) == OK);
    sim_pass(v.s, TRUST_MINUTE);
    SETUP(sim_group_add(v.a, g, "Cem") == OK);
    sim_pass(v.s, TRUST_MINUTE);
    SETUP(sim_send(v.a, g, "welcome, Cem", NULL) == OK);
    sim_pass(v.s, TRUST_MINUTE);
    SETUP(sim_heard(v.c, "welcome, Cem") == 1 && sim_heard(v.c, "before he came") == 0);
    (void)sim_evil(v.c);
    SETUP(sim_evil_sql(v.c, "INSERT INTO hole(leaf,first,last,place,at_ms,message) SELECT "
                            "w.leaf,0,w.counter-1,1,1,m.id FROM message m JOIN word w ON "
                            "w.message=m.id WHERE m.text='welcome, Cem'") == OK);
    u.message = sim_number(v.c, "SELECT id FROM message WHERE text='welcome, Cem'");
    SETUP(sim_keep(v.c, ask, &u) == OK);
    sim_cut(v.c, 2);
    sim_pass(v.s, TRUST_HOUR);
    CHECK(sim_heard(v.c, "before he came") == 0);
}

TEST(variant_write_right_without_the_key_of_the_epoch)
{
    struct variant v;
    SETUP(variant_make(&v, 7865, VARIANT_GROUP));
    (void)sim_evil(v.c);
    SETUP(sim_evil_sql(v.c, "UPDATE epoch SET write_seed=zeroblob(32)") == OK);
    sim_cut(v.c, 2);
    sim_pass(v.s, 20000);
    SETUP(sim_send(v.c, v.gc, "by no right", NULL) == OK);
    sim_pass(v.s, 2 * TRUST_MINUTE);
    CHECK(sim_heard(v.a, "by no right") == 0);
}

TEST(variant_commit_without_the_key_of_the_epoch)
{
    struct variant v;
    SETUP(variant_make(&v, 7866, VARIANT_GROUP));
    (void)sim_evil(v.c);
    SETUP(sim_evil_sql(v.c, "UPDATE epoch SET write_seed=zeroblob(32)") == OK);
    SETUP(sim_evil_garbage(v.c, v.gc) == OK);
    sim_pass(v.s, TRUST_MINUTE);
    SETUP(sim_send(v.a, v.ga, "as before", NULL) == OK);
    sim_pass(v.s, TRUST_MINUTE);
    CHECK(sim_heard(v.b, "as before") == 1);
    CHECK(sim_number(v.b, "SELECT count(*) FROM chat WHERE note<>0 OR hold<>0") == 0);
}

TEST(variant_stranger_who_knows_the_address_of_a_mailbox)
{
    struct variant v;
    uint8_t room[16], mailbox[16];
    char sql[200];
    size_t n = 0;
    SETUP(variant_make(&v, 7867, VARIANT_GROUP | VARIANT_MAL));
    SETUP(v.m != NULL && sim_room(v.a, v.ga, room, mailbox));
    uint64_t own = sim_chat_of_type(v.m, ABI_CHAT_TYPE_SELF);
    n = (size_t)snprintf(sql, sizeof sql, "UPDATE chat SET cursor=-1,mailbox=x'");
    for (size_t i = 0; i < 16; i++) {
        n += (size_t)snprintf(sql + n, sizeof sql - n, "%02x", mailbox[i]);
    }
    (void)snprintf(sql + n, sizeof sql - n, "' WHERE id=%u", (unsigned)own);
    (void)sim_evil(v.m);
    SETUP(own != 0 && sim_evil_sql(v.m, sql) == OK);
    sim_hang_up(v.m, 2);
    sim_pass(v.s, TRUST_MINUTE);
    const struct own_box *box = own_box(&v.m->core->account.own, (int64_t)own, false);
    CHECK(box == NULL || !box->opened); /* an address reads nothing */
}

TEST_MAIN(TEST_ROW(variant_word_of_another_edited_by_a_member),
          TEST_ROW(variant_two_contents_under_one_number_are_both_marked),
          TEST_ROW(variant_time_of_a_sender_whose_clock_is_a_year_ahead),
          TEST_ROW(variant_history_by_asking_for_what_was_said_before_one_came),
          TEST_ROW(variant_write_right_without_the_key_of_the_epoch),
          TEST_ROW(variant_commit_without_the_key_of_the_epoch),
          TEST_ROW(variant_stranger_who_knows_the_address_of_a_mailbox))
