#include "release/accept.h"

#include <string.h>

#include "lib/check.h"
#include "lib/release_forge.h"

static struct release_forge forge; /* large, as are results */
static struct release_result result;

static enum release_verdict judge(struct slice note, struct slice recent, struct slice first,
                                  uint64_t now)
{
    static struct release_trust trust;
    static const struct release_state nothing;
    struct release_evidence e = {check_copy(note), check_copy(recent), check_copy(first)};
    CHECK_ERR(release_trust_parse(&trust, forge.trust), OK);
    enum release_verdict v = release_accept(&result, &trust, &nothing, &e, now);
    CHECK(result.verdict == v);
    check_release(e.note);
    check_release(e.recent);
    check_release(e.first);
    return v;
}

/* v is among the verdicts that say nothing was found out about a proof. */
static void check_empty(enum release_verdict v)
{
    static const struct release_hash none;
    CHECK(result.index == 0 && result.tree_size == 0 && result.witness_n == 0);
    CHECK(result.recent_time == 0 && result.first_time == 0);
    if (v == RELEASE_BAD_NOTE) {
        CHECK(result.signed_n == 0 && result.text.seq == 0 && result.text.file_n == 0);
        CHECK_BYTES(SLICE_ARRAY(result.hash.b), SLICE_ARRAY(none.b));
    }
}

TEST(what_is_right_is_accepted)
{
    release_forge_init(&forge, "all");
    CHECK(judge(forge.note, forge.recent, forge.first, RELEASE_FORGE_NOW) == RELEASE_OK);
    CHECK(result.text.seq == RELEASE_FORGE_SEQ && result.signed_n == 2);
    CHECK(result.index == RELEASE_FORGE_INDEX && result.tree_size == RELEASE_FORGE_SIZE);
    CHECK(result.witness_n == 3);
    CHECK(result.recent_time == RELEASE_FORGE_NOW - 60);
    CHECK(result.first_time == RELEASE_FORGE_NOW - 172800);
}

/* None is harmless. */
TEST(every_truncated_note_is_refused)
{
    release_forge_init(&forge, "all");
    for (size_t n = 0; n < forge.note.n; n++) {
        enum release_verdict v =
            judge(slice_make(forge.note.p, n), forge.recent, forge.first, RELEASE_FORGE_NOW);
        CHECK(v == RELEASE_BAD_NOTE || v == RELEASE_THRESHOLD);
        check_empty(v);
    }
}

TEST(every_truncated_proof_is_refused)
{
    release_forge_init(&forge, "all");
    for (size_t n = 0; n < forge.recent.n; n++) {
        enum release_verdict v =
            judge(forge.note, slice_make(forge.recent.p, n), forge.first, RELEASE_FORGE_NOW);
        CHECK(v == RELEASE_BAD_PROOF || v == RELEASE_BAD_CHECKPOINT || v == RELEASE_QUORUM);
        check_empty(v);
    }
    /* Nothing at all is no first proof; then the recent one is it, and too young. */
    for (size_t n = 0; n < forge.first.n; n++) {
        enum release_verdict v =
            judge(forge.note, forge.recent, slice_make(forge.first.p, n), RELEASE_FORGE_NOW);
        CHECK(n == 0
                  ? v == RELEASE_COOLING
                  : v == RELEASE_BAD_PROOF || v == RELEASE_BAD_CHECKPOINT || v == RELEASE_QUORUM);
        CHECK(result.first_time == RELEASE_FORGE_NOW - 60);
    }
}

static const uint8_t masks[] = {0x01, 0x02, 0x20, 0x80};

/* The log binds every byte of the note, those of the signature lines, too: none is harmless. */
TEST(every_changed_byte_of_the_note_is_refused)
{
    uint8_t bytes[sizeof forge.note_bytes];
    release_forge_init(&forge, "all");
    for (size_t i = 0; i < forge.note.n * sizeof masks; i++) {
        memcpy(bytes, forge.note.p, forge.note.n);
        bytes[i / sizeof masks] ^= masks[i % sizeof masks];
        enum release_verdict v =
            judge(slice_make(bytes, forge.note.n), forge.recent, forge.first, RELEASE_FORGE_NOW);
        CHECK(v == RELEASE_BAD_NOTE || v == RELEASE_BAD_SIGNATURE || v == RELEASE_THRESHOLD);
        check_empty(v);
    }
}

/* Where every witness is needed, none is harmless. */
TEST(every_changed_byte_of_a_proof_is_refused)
{
    uint8_t bytes[sizeof forge.recent_bytes];
    release_forge_init(&forge, "all");
    for (size_t i = 0; i < forge.recent.n * sizeof masks; i++) {
        memcpy(bytes, forge.recent.p, forge.recent.n);
        bytes[i / sizeof masks] ^= masks[i % sizeof masks];
        enum release_verdict v =
            judge(forge.note, slice_make(bytes, forge.recent.n), forge.first, RELEASE_FORGE_NOW);
        CHECK(v > RELEASE_OTHER_LINE && v <= RELEASE_NOT_INCLUDED);
        check_empty(v);
    }
}

/* Where one witness may be missing, a changed name or key id makes its line one of a stranger: that
 * alone is harmless, and it is counted. */
TEST(a_changed_byte_is_harmless_only_in_the_name_of_a_spare_witness)
{
    uint8_t bytes[sizeof forge.recent_bytes];
    size_t harmless = 0;
    release_forge_init(&forge, "2");
    for (size_t i = 0; i < forge.recent.n * sizeof masks; i++) {
        memcpy(bytes, forge.recent.p, forge.recent.n);
        bytes[i / sizeof masks] ^= masks[i % sizeof masks];
        if (judge(forge.note, slice_make(bytes, forge.recent.n), forge.first, RELEASE_FORGE_NOW) !=
            RELEASE_OK) {
            continue;
        }
        harmless++;
        CHECK(result.witness_n == 2);
        /* From the name up to the sixth letter of base64, which ends the key id. */
        size_t at = i / sizeof masks, begin = at;
        while (begin > 0 && bytes[begin - 1] != '\n') {
            begin--;
        }
        CHECK(at >= begin + 4 && at < begin + 4 + sizeof "w1.example" + 6);
    }
    CHECK(harmless >= 3 * 10 && harmless <= 3 * 16 * sizeof masks);
}

TEST(checks_1_to_6_ask_no_clock_and_no_history)
{
    static struct release_trust trust;
    release_forge_init(&forge, "all");
    struct release_evidence e = {forge.note, forge.recent, SLICE_EMPTY};
    CHECK_ERR(release_trust_parse(&trust, forge.trust), OK);
    CHECK(release_accept_check(&result, &trust, &e) == RELEASE_OK);
    CHECK(result.verdict == RELEASE_OK && result.first_time == RELEASE_FORGE_NOW - 60);
    e.recent = forge.first;
    CHECK(release_accept_check(&result, &trust, &e) == RELEASE_OK);
    e.recent = SLICE_EMPTY;
    CHECK(release_accept_check(&result, &trust, &e) == RELEASE_BAD_PROOF);
    CHECK(result.verdict == RELEASE_BAD_PROOF && result.signed_n == 2);
    check_empty(RELEASE_BAD_PROOF);
    e.note = SLICE_EMPTY;
    CHECK(release_accept_check(&result, &trust, &e) == RELEASE_BAD_NOTE);
    check_empty(RELEASE_BAD_NOTE);
}

TEST(times_at_the_ends_of_their_range)
{
    release_forge_init(&forge, "all");
    CHECK(judge(forge.note, forge.recent, forge.first, 0) == RELEASE_FUTURE);
    CHECK(judge(forge.note, forge.recent, forge.first, UINT64_MAX) == RELEASE_STALE);
    CHECK(judge(forge.note, forge.recent, forge.first, RELEASE_FORGE_NOW - 360) == RELEASE_OK);
    CHECK(judge(forge.note, forge.recent, forge.first, RELEASE_FORGE_NOW - 361) == RELEASE_FUTURE);
    CHECK(judge(forge.note, forge.recent, forge.first, RELEASE_FORGE_NOW - 60 + RELEASE_STALE_S) ==
          RELEASE_OK);
    CHECK(judge(forge.note, forge.recent, forge.first,
                RELEASE_FORGE_NOW - 60 + RELEASE_STALE_S + 1) == RELEASE_STALE);
}

TEST_MAIN(TEST_ROW(what_is_right_is_accepted), TEST_ROW(every_truncated_note_is_refused),
          TEST_ROW(every_truncated_proof_is_refused),
          TEST_ROW(every_changed_byte_of_the_note_is_refused),
          TEST_ROW(every_changed_byte_of_a_proof_is_refused),
          TEST_ROW(a_changed_byte_is_harmless_only_in_the_name_of_a_spare_witness),
          TEST_ROW(checks_1_to_6_ask_no_clock_and_no_history),
          TEST_ROW(times_at_the_ends_of_their_range))
