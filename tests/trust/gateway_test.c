/* A hostile gateway against people who do nothing wrong. */
#include "trust.h"

/* ---- 1: packages under a false name ---------------------------------------------------------- */

TEST(row_1_its_own_key_package_under_bens_name)
{
    char link[600];
    uint64_t ab = 0;
    struct sim *s = trust_world(7001);
    struct sim_device *a = trust_person("ana", "Ana"), *b = trust_person("ben", "Ben"),
                      *m = trust_person("gateway", "Ben");
    SETUP(a != NULL && b != NULL && m != NULL);
    sim_run(s, 5000);
    s->hostile->swap[0].of = b;
    s->hostile->swap[0].by = m;
    s->hostile->swap[0].asked_by = a;
    SETUP(sim_link_text(b, link, sizeof link));
    sim_run(s, 3000);
    SETUP(sim_add(a, slice_of_string(link), &ab) == OK);
    SETUP(sim_send(a, ab, "for Ben's eyes only", NULL) == OK);
    sim_pass(s, 10000);
    (void)sim_accept_first(m);
    sim_pass(s, 20000);
    SETUP(s->hostile->swaps > 0);
    CHECK(sim_leaves(a, ab, m->core->account.own.device) == 0);
    CHECK(sim_heard(m, "for Ben's eyes only") == 0);
    CHECK(sim_state(a, "for Ben's eyes only") ==
          ABI_MESSAGE_STATE_QUEUED); /* waiting for Ben, not "sent" */
    /* only delayed */
    memset(s->hostile->swap, 0, sizeof s->hostile->swap);
    sim_pass(s, 2 * TRUST_HOUR);
    CHECK(sim_accept_first(b) != 0);
    sim_pass(s, 2 * TRUST_HOUR);
    CHECK(sim_heard(b, "for Ben's eyes only") == 1);
}

TEST(row_1_it_reads_and_writes_in_a_verified_pair)
{
    uint64_t ab = 0, ba = 0;
    char safe_a[61], safe_b[61];
    struct sim *s = trust_world(7002);
    struct sim_device *a = trust_person("ana", "Ana"), *b = trust_person("ben", "Ben"),
                      *fb = trust_person("fakeben", "Ben"), *fa = trust_person("fakeana", "Ana");
    SETUP(a != NULL && b != NULL && fa != NULL && fb != NULL);
    sim_run(s, 5000);
    SETUP(sim_meet(a, b, &ab, &ba));
    SETUP(sim_send(a, ab, "hello Ben", NULL) == OK && sim_send(b, ba, "hello Ana", NULL) == OK);
    sim_pass(s, 10000);
    SETUP(sim_verify(a, "Ben") == OK && sim_verify(b, "Ana") == OK);
    /* packages swapped on both sides, no bundle, a gap in every log of Ana's, then of Ben's */
    s->hostile->swap[0].of = b;
    s->hostile->swap[0].by = fb;
    s->hostile->swap[0].asked_by = a;
    s->hostile->swap[1].of = a;
    s->hostile->swap[1].by = fa;
    s->hostile->swap[1].asked_by = b;
    s->hostile->no_info = true;
    sim_hostile_gap(a);
    sim_hostile_gap(b);
    sim_pass(s, 2 * TRUST_MINUTE);
    uint64_t at_fb = sim_accept_first(fb), at_fa = sim_accept_first(fa);
    sim_pass(s, 30000);
    (void)sim_send(a, sim_chat_with(a, "Ben"), "secret of Ana", NULL);
    (void)sim_send(b, sim_chat_with(b, "Ana"), "secret of Ben", NULL);
    sim_pass(s, 30000);
    if (at_fb != 0) {
        (void)sim_send(fb, at_fb, "forged, as from Ben", NULL);
    }
    if (at_fa != 0) {
        (void)sim_send(fa, at_fa, "forged, as from Ana", NULL);
    }
    sim_pass(s, 30000);
    CHECK(sim_heard(fb, "secret of Ana") == 0 && sim_heard(fa, "secret of Ben") == 0);
    CHECK(sim_heard(a, "forged, as from Ben") == 0 && sim_heard(b, "forged, as from Ana") == 0);
    /* only delayed: the same chat again, with the same keys */
    memset(s->hostile->swap, 0, sizeof s->hostile->swap);
    s->hostile->no_info = false;
    sim_pass(s, 3 * TRUST_HOUR);
    (void)sim_send(a, sim_chat_with(a, "Ben"), "Ana afterwards", NULL);
    sim_pass(s, TRUST_HOUR);
    CHECK(sim_heard(b, "secret of Ana") == 1 && sim_heard(a, "secret of Ben") == 1);
    CHECK(sim_heard(b, "Ana afterwards") == 1);
    sim_safety(a, "Ben", safe_a);
    sim_safety(b, "Ana", safe_b);
    CHECK(safe_a[0] != 0 && strcmp(safe_a, safe_b) == 0);
}

TEST(row_1b_it_enters_a_group_as_ben)
{
    static const char *const people[] = {"Ben", "Cem"};
    uint64_t ab, ba, ac, ca;
    struct sim *s = trust_world(7010);
    struct sim_device *a = trust_person("ana", "Ana"), *b = trust_person("ben", "Ben"),
                      *c = trust_person("cem", "Cem"), *m = trust_person("gateway", "Ben");
    SETUP(a != NULL && b != NULL && c != NULL && m != NULL);
    sim_run(s, 5000);
    SETUP(sim_meet(a, b, &ab, &ba) && sim_meet(a, c, &ac, &ca));
    SETUP(sim_verify(a, "Ben") == OK);
    s->hostile->swap[0].of = b;
    s->hostile->swap[0].by = m;
    s->hostile->swap[0].asked_by = a;
    uint64_t ga = sim_group(a, "the group", people, 2);
    SETUP(ga != 0);
    sim_pass(s, 30000);
    (void)sim_accept_first(m);
    sim_pass(s, 30000);
    SETUP(s->hostile->swaps > 0 && sim_send(a, ga, "to the group", NULL) == OK);
    sim_pass(s, 30000);
    CHECK(sim_leaves(a, ga, m->core->account.own.device) == 0);
    CHECK(sim_heard(m, "to the group") == 0);
    CHECK(sim_heard(c, "to the group") == 1); /* groups do not wait */
    memset(s->hostile->swap, 0, sizeof s->hostile->swap);
    sim_pass(s, 2 * TRUST_HOUR);
    SETUP(sim_send(a, ga, "with Ben in it", NULL) == OK);
    sim_pass(s, TRUST_MINUTE);
    CHECK(sim_heard(b, "with Ben in it") == 1);
}

/* ---- 7: order, time and completeness are not the gateway's word --------------------------------
 */

static bool talking(struct sim_device **a, struct sim_device **b, uint64_t *ab, uint64_t *ba)
{
    *a = trust_person("ana", "Ana");
    *b = trust_person("ben", "Ben");
    if (*a == NULL || *b == NULL) {
        return false;
    }
    sim_run(world, 5000);
    if (!sim_meet(*a, *b, ab, ba)) {
        return false;
    }
    sim_pass(world, TRUST_MINUTE);
    bool sent = sim_send(*a, *ab, "warm", NULL) == OK;
    sim_pass(world, 20000);
    return sent && sim_heard(*b, "warm") == 1;
}

TEST(row_7_it_swaps_two_messages)
{
    struct sim_device *a, *b;
    uint64_t ab, ba;
    struct sim *s = trust_world(7007);
    SETUP(talking(&a, &b, &ab, &ba));
    s->hostile->hold_posts = 1;
    SETUP(sim_send(a, ab, "Shall I pay him?", NULL) == OK);
    sim_pass(s, 10000);
    SETUP(sim_send(a, ab, "Shall I sue him?", NULL) == OK);
    sim_pass(s, 10000);
    SETUP(sim_send(b, ba, "No!", NULL) == OK);
    sim_pass(s, 10000);
    CHECK(sim_place(b, ba, "Shall I pay him?") >= 0);
    CHECK(sim_place(b, ba, "Shall I pay him?") < sim_place(b, ba, "Shall I sue him?"));
    CHECK(sim_place(b, ba, "Shall I sue him?") < sim_place(b, ba, "No!"));
    CHECK(sim_place(a, ab, "Shall I pay him?") < sim_place(a, ab, "Shall I sue him?"));
}

TEST(row_7_it_moves_a_message_in_time)
{
    struct sim_device *a, *b;
    uint64_t ab, ba;
    struct sim *s = trust_world(7027);
    SETUP(talking(&a, &b, &ab, &ba));
    SETUP(sim_send(a, ab, "Shall I pay him?", NULL) == OK);
    sim_pass(s, 10000);
    s->hostile->shift_ms = -60000; /* said to have come before */
    SETUP(sim_send(a, ab, "he is a thief", NULL) == OK);
    sim_pass(s, 10000);
    s->hostile->shift_ms = 0;
    CHECK(sim_place(b, ba, "he is a thief") >= 0);
    CHECK(sim_place(b, ba, "Shall I pay him?") < sim_place(b, ba, "he is a thief"));
    CHECK(sim_place(a, ab, "Shall I pay him?") < sim_place(a, ab, "he is a thief"));
}

TEST(row_7_a_swallowed_message_is_shown_as_read)
{
    struct sim_device *a, *b;
    uint64_t ab, ba;
    struct sim *s = trust_world(7037);
    SETUP(talking(&a, &b, &ab, &ba));
    s->hostile->swallow_posts = 1;
    SETUP(sim_send(a, ab, "this one is swallowed", NULL) == OK);
    sim_pass(s, 10000);
    SETUP(sim_send(a, ab, "very last", NULL) == OK);
    sim_pass(s, 30000);
    SETUP(sim_read(b, ba) == OK);
    sim_pass(s, 30000);
    CHECK(sim_state(a, "very last") == ABI_MESSAGE_STATE_READ);
    CHECK(sim_heard(b, "this one is swallowed") == 1 || sim_state(a, "this one is swallowed") < 2);
}

TEST(row_7_a_swallowed_message_is_missed_and_asked_for)
{
    struct sim_device *a, *b;
    uint64_t ab, ba;
    struct sim *s = trust_world(7047);
    SETUP(talking(&a, &b, &ab, &ba));
    s->hostile->swallow_posts = 1;
    SETUP(sim_send(a, ab, "this one is swallowed", NULL) == OK);
    sim_pass(s, 10000);
    SETUP(sim_send(a, ab, "very last", NULL) == OK);
    sim_pass(s, 90000);
    CHECK(sim_number(b, "SELECT count(*) FROM message m JOIN person p ON p.id=m.sender WHERE "
                        "m.type=5 AND m.reason=1 AND p.name='Ana'") == 1); /* and no other line */
    CHECK(sim_number(b, "SELECT count(*) FROM message WHERE type=5") == 1);
    CHECK(sim_ask_again(b) == OK);
    sim_pass(s, TRUST_HOUR); /* asked for at her devices, sent again */
    CHECK(sim_heard(b, "this one is swallowed") == 1);
    CHECK(sim_place(b, ba, "this one is swallowed") < sim_place(b, ba, "very last"));
}

TEST(row_7_it_undoes_a_deletion)
{
    struct sim_device *a, *b;
    uint64_t ab, ba, id = 0;
    struct sim *s = trust_world(7017);
    SETUP(talking(&a, &b, &ab, &ba));
    s->hostile->hold_posts = 1;
    SETUP(sim_send(a, ab, "I take this back", &id) == OK);
    sim_pass(s, 10000);
    SETUP(sim_delete(a, id, true) == OK);
    sim_pass(s, 20000);
    SETUP(sim_send(a, ab, "later", NULL) == OK);
    sim_pass(s, 20000);
    CHECK(sim_heard(b, "later") == 1);
    CHECK(sim_heard(b, "I take this back") == 0);
}

TEST(row_7_it_swaps_two_edits)
{
    struct sim_device *a, *b;
    uint64_t ab, ba, id = 0;
    struct sim *s = trust_world(7057);
    SETUP(talking(&a, &b, &ab, &ba));
    SETUP(sim_send(a, ab, "version 1", &id) == OK);
    sim_pass(s, 20000);
    s->hostile->hold_posts = 1;
    SETUP(sim_edit(a, id, "version 2: 1000 euros") == OK);
    sim_pass(s, 20000);
    SETUP(sim_edit(a, id, "version 3: 10 euros") == OK);
    sim_pass(s, 20000);
    CHECK(sim_place(a, ab, "version 3: 10 euros") >= 0);
    CHECK(sim_place(b, ba, "version 3: 10 euros") >= 0);
    CHECK(sim_heard(b, "version 2: 1000 euros") == 0);
}

/* ---- 9: a Welcome again ------------------------------------------------------------------------
 */

TEST(row_9_it_replays_a_welcome)
{
    uint64_t ab = 0;
    char link[600];
    struct sim *s = trust_world(7009);
    struct sim_device *a = trust_person("ana", "Ana"), *b = trust_person("ben", "Ben");
    SETUP(a != NULL && b != NULL);
    s->hostile->last_resort_only = true;
    sim_run(s, 5000);
    SETUP(sim_link_text(b, link, sizeof link));
    sim_run(s, 3000);
    SETUP(sim_add(a, slice_of_string(link), &ab) == OK);
    SETUP(sim_send(a, ab, "burn after reading", NULL) == OK);
    sim_run(s, 8000);
    uint64_t ba = sim_accept_first(b);
    sim_pass(s, 30000);
    SETUP(ba != 0 && sim_heard(b, "burn after reading") == 1);
    uint64_t epoch = sim_epoch(b, ba);
    int64_t id = sim_number(b, "SELECT id FROM message WHERE text='burn after reading'");
    SETUP(epoch != UINT64_MAX && sim_delete(b, (uint64_t)id, false) == OK);
    sim_pass(s, 10000);
    SETUP(sim_heard(b, "burn after reading") == 0);
    sim_hostile_replay_inbox(b);
    sim_tick(s, 200);
    CHECK(sim_epoch(b, ba) >= epoch);
    sim_pass(s, TRUST_MINUTE);
    CHECK(sim_epoch(b, ba) >= epoch);
    CHECK(sim_heard(b, "burn after reading") == 0);
    SETUP(sim_send(b, ba, "still alive", NULL) == OK);
    sim_pass(s, TRUST_MINUTE);
    CHECK(sim_heard(a, "still alive") == 1);
}

/* ---- 12, 13 ------------------------------------------------------------------------------------
 */

TEST(row_12_it_was_restored_from_a_backup)
{
    struct sim_device *a, *b;
    uint64_t ab, ba;
    struct sim *s = trust_world(7012);
    SETUP(talking(&a, &b, &ab, &ba));
    sim_gateway_backup(s);
    SETUP(sim_send(a, ab, "one", NULL) == OK && sim_send(a, ab, "two", NULL) == OK &&
          sim_send(a, ab, "three", NULL) == OK);
    sim_pass(s, 20000);
    SETUP(sim_heard(b, "three") == 1 && sim_gateway_restore(s));
    sim_pass(s, 20000);
    SETUP(sim_send(a, ab, "after the restore, 1", NULL) == OK);
    sim_pass(s, 20000);
    SETUP(sim_send(a, ab, "after the restore, 2", NULL) == OK);
    sim_pass(s, TRUST_HOUR);
    CHECK(sim_heard(b, "after the restore, 1") == 1 && sim_heard(b, "after the restore, 2") == 1);
    SETUP(sim_send(b, ba, "and Ben", NULL) == OK);
    sim_pass(s, TRUST_HOUR);
    CHECK(sim_heard(a, "and Ben") == 1);
}

TEST(row_13_its_times_do_not_fit)
{
    struct sim_device *a, *b;
    uint64_t ab, ba;
    struct sim *s = trust_world(7013);
    SETUP(talking(&a, &b, &ab, &ba));
    struct sim_device *a2 = sim_device(s, "ana2");
    SETUP(sim_second_device(a, a2));
    sim_pass(s, TRUST_MINUTE);
    s->hostile->has_ms = true;
    static const uint64_t times[] = {0, 1, INT64_MAX, (uint64_t)INT64_MAX + 1, UINT64_MAX};
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        s->hostile->ms = times[i]; /* UBSan ends the program when one overflows */
        SETUP(sim_send(a, ab, "when?", NULL) == OK);
        sim_pass(s, 20000);
        SETUP(sim_send(b, ba, "then!", NULL) == OK);
        sim_pass(s, 20000);
    }
    CHECK(sim_heard(b, "when?") == 5 && sim_heard(a, "then!") == 5 && sim_heard(a2, "then!") == 5);
    int64_t from = (int64_t)(s->now_ms - TRUST_DAY), to = (int64_t)(s->now_ms + 5 * TRUST_MINUTE);
    CHECK(sim_number(b, "SELECT min(at_ms) FROM message WHERE text='when?'") > from);
    CHECK(sim_number(b, "SELECT max(at_ms) FROM message WHERE text='when?'") < to);
}

TEST_MAIN(TEST_ROW(row_1_its_own_key_package_under_bens_name),
          TEST_ROW(row_1_it_reads_and_writes_in_a_verified_pair),
          TEST_ROW(row_1b_it_enters_a_group_as_ben), TEST_ROW(row_7_it_swaps_two_messages),
          TEST_ROW(row_7_it_moves_a_message_in_time),
          TEST_ROW(row_7_a_swallowed_message_is_shown_as_read),
          TEST_ROW(row_7_a_swallowed_message_is_missed_and_asked_for),
          TEST_ROW(row_7_it_undoes_a_deletion), TEST_ROW(row_7_it_swaps_two_edits),
          TEST_ROW(row_9_it_replays_a_welcome), TEST_ROW(row_12_it_was_restored_from_a_backup),
          TEST_ROW(row_13_its_times_do_not_fit))
