/* Nobody is hostile: bad luck of honest people. */
#include "trust.h"

TEST(row_10_key_packages_are_refused_for_a_while)
{
    char link[600];
    uint64_t ab = 0;
    struct sim *s = trust_world(7019);
    struct sim_device *a = trust_person("ana", "Ana"), *b = trust_person("ben", "Ben");
    SETUP(a != NULL && b != NULL);
    sim_run(s, 5000);
    SETUP(sim_link_text(b, link, sizeof link));
    sim_run(s, 5000);
    s->hostile->refuse_takes = 4;
    SETUP(sim_add(a, slice_of_string(link), &ab) == OK);
    SETUP(sim_send(a, ab, "hello Ben, it is me", NULL) == OK);
    sim_pass(s, 30000);
    CHECK(sim_state(a, "hello Ben, it is me") ==
          ABI_MESSAGE_STATE_QUEUED); /* waiting for Ben, not "sent" */
    sim_pass(s, 20 * TRUST_MINUTE);
    SETUP(s->hostile->refuse_takes == 0);
    uint64_t ba = sim_accept_first(b);
    sim_pass(s, TRUST_MINUTE);
    SETUP(ba != 0 && sim_send(a, ab, "second", NULL) == OK);
    sim_pass(s, TRUST_MINUTE);
    CHECK(sim_heard(b, "second") == 1);
    CHECK(sim_heard(b, "hello Ben, it is me") == 1);
    CHECK(sim_person(b, "Ana") != 0); /* her name came, too */
}

static void clocks_apart(uint64_t seed, int64_t ana_ms, int64_t ben_ms)
{
    char link[600];
    uint64_t ab = 0;
    struct sim *s = trust_world(seed);
    struct sim_device *b = sim_device(s, "ben"), *a = sim_device(s, "ana");
    a->clock_ms = ana_ms;
    b->clock_ms = ben_ms;
    SETUP(sim_make(b, "Ben") == OK && sim_make(a, "Ana") == OK);
    sim_run(s, 5000);
    SETUP(sim_link_text(b, link, sizeof link));
    sim_run(s, 5000);
    SETUP(sim_add(a, slice_of_string(link), &ab) == OK);
    SETUP(sim_send(a, ab, "hello Ben", NULL) == OK);
    sim_pass(s, 10 * TRUST_MINUTE);
    uint64_t ba = sim_accept_first(b);
    CHECK(ba != 0);
    sim_pass(s, TRUST_MINUTE);
    CHECK(sim_heard(b, "hello Ben") == 1);
    (void)sim_send(b, ba, "hello Ana", NULL);
    sim_pass(s, TRUST_MINUTE);
    CHECK(sim_heard(a, "hello Ana") == 1);
}

TEST(row_11_bens_clock_is_three_days_ahead_of_anas)
{
    clocks_apart(7018, 0, 3 * (int64_t)TRUST_DAY);
}

TEST(row_11_anas_clock_is_three_days_behind)
{
    clocks_apart(7028, -3 * (int64_t)TRUST_DAY, 0);
}

TEST(row_11_clocks_a_year_apart)
{
    clocks_apart(7038, -(int64_t)(180 * TRUST_DAY), (int64_t)(185 * TRUST_DAY));
}

TEST_MAIN(TEST_ROW(row_10_key_packages_are_refused_for_a_while),
          TEST_ROW(row_11_bens_clock_is_three_days_ahead_of_anas),
          TEST_ROW(row_11_anas_clock_is_three_days_behind), TEST_ROW(row_11_clocks_a_year_apart))
