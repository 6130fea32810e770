/* Attacks that were found by reading the engine against the rules of trust: who told me this? */
#include "engine/own/sync.h"
#include "store/own_setting.h"
#include "store/people.h"
#include "store/sql.h"
#include "trust.h"

/* Ana with two devices, of which the second is stolen; Ben and Cem, who know her and each other. */
struct three {
    struct sim_device *a, *a2, *b, *c;
    uint64_t ab, ba;
};

static bool three_make(struct three *w)
{
    uint64_t x, y;
    w->a = trust_person("ana", "Ana");
    w->b = trust_person("ben", "Ben");
    w->c = trust_person("cem", "Cem");
    if (w->a == NULL || w->b == NULL || w->c == NULL) {
        return false;
    }
    w->a2 = sim_device(world, "ana2");
    sim_run(world, 5000);
    if (!sim_meet(w->a, w->b, &w->ab, &w->ba) || !sim_meet(w->c, w->a, &x, &y) ||
        !sim_meet(w->c, w->b, &x, &y) || !sim_second_device(w->a, w->a2)) {
        return false;
    }
    sim_pass(world, TRUST_MINUTE);
    (void)sim_evil(w->a2);
    bool said = sim_send(w->b, w->ba, "before", NULL) == OK;
    sim_pass(world, TRUST_MINUTE);
    return said && sim_heard(w->a2, "before") == 1;
}

static int64_t entries_of_ana(struct sim_device *d)
{
    return sim_count(
        d, "SELECT count(*) FROM chain c JOIN person p ON p.id=c.person WHERE p.name=?", "Ana");
}

/* Her entry goes out, her removals do not. */
static bool revoke_only(struct three *w)
{
    world->hostile->no_commits = w->a;
    return sim_revoke(w->a, w->a2) == OK;
}

/* A room of Cem with Ana brings Ben the newest chain of hers that the room knows. */
static bool ben_hears_by_a_welcome(struct three *w, uint64_t g)
{
    if (sim_group_add(w->c, g, "Ben") != OK) {
        return false;
    }
    sim_pass(world, TRUST_MINUTE);
    return sim_count(w->b, "SELECT count(*) FROM chat WHERE title=?", "of Cem") == 1 &&
           entries_of_ana(w->b) == 3;
}

TEST(breaker_a_chain_that_came_with_a_welcome_does_not_stop_words)
{
    static const char *const ana[] = {"Ana"};
    struct three w;
    struct sim *s = trust_world(8101);
    SETUP(three_make(&w));
    uint64_t g = sim_group(w.c, "of Cem", ana, 1);
    sim_pass(s, TRUST_MINUTE);
    SETUP(g != 0 && revoke_only(&w));
    sim_pass(s, TRUST_MINUTE);
    /* Cem meets the entry with her packages, and takes the device out where he sits with it */
    SETUP(sim_group(w.c, "another", ana, 1) != 0);
    sim_pass(s, 3 * TRUST_MINUTE);
    SETUP(sim_leaves(w.c, g, w.a2->core->account.own.device) == 0 && entries_of_ana(w.b) == 2);
    SETUP(ben_hears_by_a_welcome(&w, g));
    SETUP(sim_send(w.b, w.ba, "the safe is behind the picture", NULL) == OK);
    sim_pass(s, 10 * TRUST_MINUTE);
    CHECK(sim_heard(w.a2, "the safe is behind the picture") == 0);
    CHECK(sim_heard(w.a, "the safe is behind the picture") == 1);
}

TEST(breaker_a_recovery_that_came_with_a_welcome_is_not_said)
{
    static const char *const ana[] = {"Ana"};
    struct three w;
    struct sim *s = trust_world(8102);
    SETUP(three_make(&w) && sim_verify(w.b, "Ana") == OK);
    struct sim_device *fresh = sim_device(s, "fresh");
    s->hostile->no_commits =
        fresh; /* it comes into no room by itself, where Ben would hear of it */
    SETUP(sim_recovered(fresh, w.a->code));
    sim_pass(s, TRUST_MINUTE);
    uint64_t g = sim_group(w.c, "of Cem", ana, 1);
    sim_pass(s, TRUST_MINUTE);
    SETUP(g != 0 && entries_of_ana(w.b) == 2 && ben_hears_by_a_welcome(&w, g));
    CHECK(sim_verified(w.b, "Ana") == ABI_VERIFIED_CHANGED);
    CHECK(sim_number(w.b, "SELECT count(*) FROM message WHERE notice=10") == 1);
}

/* ---- a revoked device --------------------------------------------------------------------------
 */

/* The revoked device says in the group that all of Ana goes, when Ben and she know its end. */
static bool says_that_ana_goes(struct three *w, uint64_t *ga, uint64_t *gb, size_t others,
                               bool ana_hears)
{
    static const char *const names[] = {"Ben", "Cem"}, *const ana[] = {"Ana"};
    *ga = sim_group(w->a, "the group", names, others);
    sim_pass(world, TRUST_MINUTE);
    *gb = sim_chat_of_type(w->b, ABI_CHAT_TYPE_GROUP);
    uint64_t g2 = sim_chat_of_type(w->a2, ABI_CHAT_TYPE_GROUP);
    if (*ga == 0 || *gb == 0 || g2 == 0 || !revoke_only(w)) {
        return false;
    }
    sim_pass(world, TRUST_MINUTE);
    if (sim_group(w->b, "another", ana, 1) == 0) { /* Ben meets the entry with her packages */
        return false;
    }
    for (int i = 0; i < 600 && entries_of_ana(w->b) < 3; i++) {
        sim_pass(world, 100);
    }
    sim_offline(w->a, !ana_hears);
    sim_offline(w->b, ana_hears);
    w->a2->core->account.own.dropped = false; /* it does not believe it */
    bool good =
        entries_of_ana(w->b) == 3 && sim_leaves_of(w->b, *gb, w->a->core->account.own.account) == 2;
    good = good && sim_evil_sql(w->a2, "UPDATE chat SET hold=0,clear_epoch=(SELECT max(n) FROM "
                                       "epoch WHERE chat=chat.id)") == OK;
    return good && sim_evil_propose_removal(w->a2, g2, w->a2->core->account.own.account) == OK &&
           sim_send(w->a2, g2, "good bye", NULL) == OK;
}

TEST(breaker_a_dropped_device_has_the_others_thrown_out)
{
    struct three w;
    uint64_t ga, gb;
    struct sim *s = trust_world(8103);
    SETUP(three_make(&w) && says_that_ana_goes(&w, &ga, &gb, 1, false));
    sim_pass(s, 10 * TRUST_MINUTE);
    CHECK(sim_leaves(w.b, gb, w.a2->core->account.own.device) == 0);
    CHECK(sim_leaves(w.b, gb, w.a->core->account.own.device) == 1);
}

TEST(breaker_a_dropped_device_makes_the_others_leave)
{
    struct three w;
    uint64_t ga, gb;
    struct sim *s = trust_world(8104);
    SETUP(three_make(&w) && says_that_ana_goes(&w, &ga, &gb, 1, true));
    sim_pass(s, TRUST_MINUTE);
    CHECK(sim_count(w.a, "SELECT state FROM chat WHERE title=?", "the group") == 0);
}

/* Ben knows that the device is dropped, Cem does not, and takes along what it proposed. */
TEST(row_b11_what_one_member_would_keep_and_another_would_not)
{
    struct three w;
    uint64_t ga, gb;
    struct sim *s = trust_world(8109);
    SETUP(three_make(&w) && says_that_ana_goes(&w, &ga, &gb, 2, true));
    uint64_t gc = sim_chat_of_type(w.c, ABI_CHAT_TYPE_GROUP);
    SETUP(entries_of_ana(w.c) == 2);
    sim_pass(s, 5 * TRUST_MINUTE);
    SETUP(sim_leaves_of(w.c, gc, w.a->core->account.own.account) == 0);
    sim_offline(w.b, false);
    sim_pass(s, 5 * TRUST_MINUTE);
    CHECK(sim_epoch(w.b, gb) == sim_epoch(w.c, gc));
    SETUP(sim_send(w.b, gb, "one room still", NULL) == OK);
    SETUP(sim_send(w.c, gc, "for both of us", NULL) == OK);
    sim_pass(s, 5 * TRUST_MINUTE);
    CHECK(sim_heard(w.c, "one room still") == 1 && sim_heard(w.b, "for both of us") == 1);
}

/* Who runs the group is away and there is no bundle: only a device of mine, which may add nobody
 * else, can take mine in again. */
TEST(row_b9_a_device_of_mine_takes_another_in_again)
{
    static const char *const ana[] = {"Ana"};
    struct three w;
    struct sim *s = trust_world(8110);
    SETUP(three_make(&w) && sim_group(w.c, "of Cem", ana, 1) != 0);
    sim_pass(s, TRUST_MINUTE);
    uint64_t ga = sim_chat_of_type(w.a, ABI_CHAT_TYPE_GROUP),
             g2 = sim_chat_of_type(w.a2, ABI_CHAT_TYPE_GROUP);
    SETUP(ga != 0 && g2 != 0 && sim_leaves_of(w.a, ga, w.a->core->account.own.account) == 2);
    s->hostile->no_info = true;
    sim_offline(w.c, true);
    SETUP(sim_lose_group(w.a2, g2) == OK);
    sim_cut(w.a2, 2);
    SETUP(sim_send(w.a, ga, "met while out", NULL) == OK);
    for (int i = 0; i < 24; i++) {
        sim_pass(s, TRUST_HOUR / 4);
    }
    SETUP(sim_send(w.a, ga, "in again", NULL) == OK);
    sim_pass(s, TRUST_HOUR);
    CHECK(sim_heard(w.a2, "in again") == 1);
    sim_offline(w.c, false);
    sim_pass(s, TRUST_MINUTE);
    CHECK(sim_heard(w.c, "in again") == 1);
}

static enum err verify_as(struct own *o, struct step *s, void *user)
{
    struct sim_device *honest = user;
    int64_t ben = 0;
    TRY(store_sql_get_int(s->store, &ben, "SELECT id FROM person WHERE name='Ben'", ""));
    TRY(store_sql_run(s->store,
                      "UPDATE person SET verified=1,verified_ms=1,verified_by=?,verified_head="
                      "(SELECT hash FROM chain WHERE person=?2 ORDER BY n DESC LIMIT 1) WHERE "
                      "id=?2",
                      "bi", SLICE_ARRAY(honest->core->account.own.device), ben));
    return own_sync_person(o, s, ben);
}

TEST(breaker_a_stolen_device_compares_in_the_name_of_another)
{
    struct three w;
    struct sim *s = trust_world(8105);
    SETUP(three_make(&w));
    SETUP(sim_keep(w.a2, verify_as, w.a) == OK);
    sim_cut(w.a2, 2);
    sim_pass(s, TRUST_MINUTE);
    SETUP(sim_revoke(w.a, w.a2) == OK);
    sim_pass(s, TRUST_MINUTE);
    CHECK(sim_verified(w.a, "Ben") != ABI_VERIFIED_NOW);
}

static enum err block_ben(struct own *o, struct step *s, void *user)
{
    int64_t ben = 0;
    (void)user;
    TRY(store_sql_get_int(s->store, &ben, "SELECT id FROM person WHERE name='Ben'", ""));
    TRY(store_sql_run(s->store, "UPDATE person SET blocked=1 WHERE id=?", "i", ben));
    return own_sync_person(o, s, ben);
}

TEST(breaker_a_dropped_device_is_obeyed_in_my_notes)
{
    struct three w;
    struct sim *s = trust_world(8106);
    SETUP(three_make(&w) && revoke_only(&w));
    sim_pass(s, TRUST_MINUTE);
    w.a2->core->account.own.dropped = false;
    SETUP(sim_keep(w.a2, block_ben, NULL) == OK);
    sim_cut(w.a2, 2);
    sim_pass(s, TRUST_MINUTE);
    CHECK(sim_count(w.a, "SELECT blocked FROM person WHERE name=?", "Ben") == 0);
}

/* ---- who finds the code ------------------------------------------------------------------------
 */

static enum err asks_nothing(struct own *o, struct step *s, void *user)
{
    (void)o;
    (void)user;
    return store_own_setting_put_int(s->store, "recovering", 9);
}

TEST(breaker_whoever_finds_the_code_reads_all_but_one_part_in_silence)
{
    struct three w;
    uint8_t p[64];
    struct buf b = buf_fixed(p, sizeof p);
    struct wire_record_get get = {1};
    struct sim *s = trust_world(8108);
    SETUP(three_make(&w));
    sim_pass(s, TRUST_MINUTE);
    struct sim_device *thief = sim_device(s, "thief");
    SETUP(sim_recover(thief, w.a->code) == OK && sim_keep(thief, asks_nothing, NULL) == OK);
    sim_pass(s, 10000);
    size_t mark = frame_begin(&b, FRAME_RECORD_GET, 77);
    wire_record_get_put(&b, &get);
    frame_end(&b, mark);
    SETUP(sim_number(w.a, "SELECT count(*) FROM setting WHERE key='record-read-ms'") == 0);
    sim_from_device(thief, 1, slice_make(p, b.n));
    sim_pass(s, TRUST_MINUTE);
    CHECK(s->hostile->records_given == 0 ||
          sim_number(w.a, "SELECT count(*) FROM setting WHERE key='record-read-ms'") == 1);
    SETUP(s->hostile->records_given == 1);
}

/* ---- a member ----------------------------------------------------------------------------------
 */

TEST(breaker_somebody_else_is_named_for_a_commit_that_stops_the_room)
{
    static const char *const people[] = {"Ben", "Cem"};
    struct three w;
    struct sim *s = trust_world(8107);
    SETUP(three_make(&w));
    uint64_t ga = sim_group(w.a, "the group", people, 2);
    sim_pass(s, TRUST_MINUTE);
    uint64_t gc = sim_chat_of_type(w.c, ABI_CHAT_TYPE_GROUP);
    SETUP(ga != 0 && gc != 0 && sim_send(w.a, ga, "hello", NULL) == OK);
    sim_pass(s, TRUST_MINUTE);
    SETUP(sim_heard(w.c, "hello") == 1);
    /* Cem comes in "again", as a device of Ben that Ben never had */
    sim_evil(w.c)->lawless = true;
    SETUP(sim_evil_new_key(w.c) == OK);
    memcpy(w.c->core->account.own.account, w.b->core->account.own.account, 32);
    SETUP(sim_lose_group(w.c, gc) == OK);
    sim_pass(s, TRUST_MINUTE);
    SETUP(sim_count(w.a, "SELECT hold FROM chat WHERE title=?", "the group") != 0);
    CHECK(sim_number(w.a, "SELECT count(*) FROM chat c JOIN person p ON p.id=c.stopped_by WHERE "
                          "p.name='Ben'") == 0);
    CHECK(sim_number(w.a, "SELECT count(*) FROM message m JOIN person p ON p.id=m.sender WHERE "
                          "m.notice=32 AND p.name='Ben'") == 0);
}

TEST_MAIN(TEST_ROW(breaker_a_chain_that_came_with_a_welcome_does_not_stop_words),
          TEST_ROW(breaker_a_recovery_that_came_with_a_welcome_is_not_said),
          TEST_ROW(breaker_a_dropped_device_has_the_others_thrown_out),
          TEST_ROW(breaker_a_dropped_device_makes_the_others_leave),
          TEST_ROW(row_b11_what_one_member_would_keep_and_another_would_not),
          TEST_ROW(row_b9_a_device_of_mine_takes_another_in_again),
          TEST_ROW(breaker_a_stolen_device_compares_in_the_name_of_another),
          TEST_ROW(breaker_a_dropped_device_is_obeyed_in_my_notes),
          TEST_ROW(breaker_whoever_finds_the_code_reads_all_but_one_part_in_silence),
          TEST_ROW(breaker_somebody_else_is_named_for_a_commit_that_stops_the_room))
