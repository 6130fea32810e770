/* Entries that rooms name, and their lines (own/entries.h). */
#include "engine/own/entries.h"

#include <string.h>

#include "base/cbor.h"
#include "base/limits.h"
#include "lib/check.h"
#include "lib/own_world.h"
#include "store/admit.h"

enum { PHONE = 1, LAPTOP, TABLET, WATCH, OTHER, CODE = 100, CODE_2 };

/* Phone, then the laptop comes, then the phone goes, then the tablet comes. */
static struct own_world_account *four(void)
{
    static struct own_world_account a;
    own_world_account(&a, PHONE, CODE);
    own_world_added(&a, LAPTOP, PHONE);
    own_world_dropped(&a, PHONE, LAPTOP);
    own_world_added(&a, TABLET, LAPTOP);
    return &a;
}

/* ---- what is brought ------------------------------------------------------------------------ */

static struct slice put(struct own_world *w, const struct own_entries *v)
{
    struct slice out;
    struct buf b = buf_arena(&w->arena, 4096);
    own_entries_put(&b, v);
    CHECK_ERR(buf_finish(&b, &out), OK);
    return out;
}

TEST(what_is_brought_is_read_back_as_it_was_put)
{
    struct own_world w;
    struct own_world_account *a = four();
    static struct own_world_account b;
    own_world_begin(&w);
    own_world_account(&b, OTHER, CODE_2);
    struct own_entries_group v[] = {own_world_bring(a, 1, 3), own_world_bring(&b, 0, 0)};
    struct own_entries all = {v, 2}, back;
    CHECK_ERR(own_entries_read(&w.arena, put(&w, &all), &back), OK);
    REQUIRE(back.n == 2 && back.v[0].n == 3 && back.v[1].n == 1);
    CHECK_BYTES(back.v[0].entries[0], a->bytes[1]);
    CHECK_BYTES(back.v[0].entries[2], a->bytes[3]);
    CHECK_BYTES(back.v[1].entries[0], b.bytes[0]);
    CHECK(own_entries_of(&back, a->id) == &back.v[0] && own_entries_of(&back, b.id) == &back.v[1]);
    CHECK(own_entries_of(&back, own_world_key(OTHER)) == NULL);
    all.n = 0;
    CHECK_ERR(own_entries_read(&w.arena, put(&w, &all), &back), OK);
    CHECK(back.n == 0 && own_entries_of(&back, a->id) == NULL);
    own_world_end(&w);
}

TEST(what_is_brought_is_refused_when_cut_or_continued)
{
    struct own_world w;
    struct own_entries back;
    own_world_begin(&w);
    struct own_entries_group v[] = {own_world_bring(four(), 0, 1)};
    struct own_entries all = {v, 1};
    struct slice whole = put(&w, &all);
    for (size_t n = 0; n < whole.n; n++) {
        struct slice cut = check_copy(slice_make(whole.p, n));
        CHECK_ERR(own_entries_read(&w.arena, cut, &back), ERR_INPUT);
        check_release(cut);
    }
    struct buf b = buf_arena(&w.arena, 2048);
    struct slice more;
    buf_slice(&b, whole);
    cbor_put_uint(&b, 0);
    CHECK_ERR(buf_finish(&b, &more), OK);
    CHECK_ERR(own_entries_read(&w.arena, more, &back), ERR_INPUT);
    own_world_end(&w);
}

TEST(no_account_is_brought_twice)
{
    struct own_world w;
    struct own_entries back;
    own_world_begin(&w);
    struct own_entries_group v[] = {own_world_bring(four(), 0, 1), own_world_bring(four(), 2, 3)};
    struct own_entries all = {v, 2};
    CHECK_ERR(own_entries_read(&w.arena, put(&w, &all), &back), ERR_INPUT);
    own_world_end(&w);
}

/* [[account, [entry of `entry_n` bytes] * n]] * groups */
static struct slice made(struct own_world *w, size_t groups, size_t account_n, size_t n,
                         size_t entry_n)
{
    static uint8_t zeros[CHAIN_ENTRY_BYTES_MAX + 1];
    struct slice out;
    struct buf b = buf_arena(&w->arena, 4096);
    cbor_put_array(&b, groups);
    for (size_t i = 0; i < groups; i++) {
        uint8_t account[64] = {(uint8_t)i, (uint8_t)(i >> 8), 1};
        cbor_put_array(&b, 2);
        cbor_put_bytes(&b, slice_make(account, account_n));
        cbor_put_array(&b, n);
        for (size_t k = 0; k < n; k++) {
            cbor_put_bytes(&b, slice_make(zeros, entry_n));
        }
    }
    CHECK_ERR(buf_finish(&b, &out), OK);
    return out;
}

TEST(what_is_brought_has_bounds)
{
    struct own_world w;
    struct own_entries back;
    own_world_begin(&w);
    struct arena *a = &w.arena;
    CHECK_ERR(own_entries_read(a, made(&w, 1, 32, 1, CHAIN_ENTRY_BYTES_MAX), &back), OK);
    CHECK_ERR(own_entries_read(a, made(&w, 1, 32, 1, CHAIN_ENTRY_BYTES_MAX + 1), &back), ERR_LIMIT);
    CHECK_ERR(own_entries_read(a, made(&w, 1, 32, CHAIN_ENTRIES_MAX, 0), &back), OK);
    CHECK_ERR(own_entries_read(a, made(&w, 1, 32, CHAIN_ENTRIES_MAX + 1, 0), &back), ERR_LIMIT);
    CHECK_ERR(own_entries_read(a, made(&w, 2 * (size_t)LIMIT_MEMBERS, 32, 1, 0), &back), OK);
    CHECK_ERR(own_entries_read(a, made(&w, 2 * (size_t)LIMIT_MEMBERS + 1, 32, 1, 0), &back),
              ERR_LIMIT);
    CHECK_ERR(own_entries_read(a, made(&w, 1, 31, 1, 0), &back), ERR_INPUT);
    CHECK_ERR(own_entries_read(a, made(&w, 1, 33, 1, 0), &back), ERR_INPUT);
    CHECK_ERR(own_entries_read(a, made(&w, 1, 32, 0, 0), &back), ERR_INPUT); /* nothing of it */
    CHECK_ERR(own_entries_read(a, check_hex("8183585000"), &back), ERR_INPUT);
    CHECK_ERR(own_entries_read(a, check_hex("a0"), &back), ERR_INPUT);
    own_world_end(&w);
}

/* ---- lines ---------------------------------------------------------------------------------- */

static const struct own_entries_line nothing;

TEST(a_line_begins_with_entry_0_and_goes_on)
{
    struct own_world w;
    struct own_world_account *a = four();
    struct own_entries_line line = nothing;
    own_world_begin(&w);
    CHECK_ERR(own_entries_extend(&w.s, a->id, &line, NULL, 0), OK);
    CHECK(!line.known);
    CHECK_ERR(own_entries_extend(&w.s, a->id, &line, a->bytes, 2), OK);
    CHECK(line.known && line.name.n == 1);
    CHECK_ERR(own_entries_extend(&w.s, a->id, &line, a->bytes + 2, 2), OK);
    CHECK(line.name.n == 3 && memcmp(line.name.hash, a->e[3].hash, 32) == 0);
    own_world_end(&w);
}

TEST(what_does_not_continue_a_line_leaves_it_where_it_was)
{
    struct own_world w;
    struct own_world_account *a = four();
    static struct own_world_account other, beside;
    struct own_entries_line line = nothing;
    own_world_begin(&w);
    /* it does not begin with entry 0; it is of somebody else */
    CHECK_ERR(own_entries_extend(&w.s, a->id, &line, a->bytes + 1, 1), ERR_AUTH_POLICY);
    own_world_account(&other, OTHER, CODE_2);
    CHECK_ERR(own_entries_extend(&w.s, a->id, &line, other.bytes, 1), ERR_AUTH_POLICY);
    CHECK(!line.known);
    CHECK_ERR(own_entries_extend(&w.s, a->id, &line, a->bytes, 2), OK);
    const struct own_entries_line before = line;
    /* a gap, again the same, another branch, a signature that is wrong, no entry at all */
    own_world_branch(&beside, a, 1);
    own_world_added(&beside, WATCH, PHONE);
    own_world_dropped(&beside, PHONE, WATCH);
    static uint8_t forged[CHAIN_ENTRY_BYTES_MAX];
    memcpy(forged, a->bytes[2].p, a->bytes[2].n);
    forged[a->bytes[2].n - 1] ^= 1;
    struct slice bad[] = {a->bytes[3],
                          a->bytes[1],
                          beside.bytes[1],
                          beside.bytes[2],
                          slice_make(forged, a->bytes[2].n),
                          SLICE_LITERAL("")};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        CHECK_ERR(own_entries_extend(&w.s, a->id, &line, &bad[i], 1), ERR_AUTH_POLICY);
        CHECK(memcmp(&line, &before, sizeof line) == 0);
    }
    /* nothing of a list is half taken */
    struct slice half[] = {a->bytes[2], a->bytes[2]};
    CHECK_ERR(own_entries_extend(&w.s, a->id, &line, half, 2), ERR_AUTH_POLICY);
    CHECK(memcmp(&line, &before, sizeof line) == 0);
    own_world_end(&w);
}

/* An entry is kept only after it was checked: what is refused is not found by its hash. */
TEST(what_was_refused_is_not_kept)
{
    struct own_world w;
    struct own_world_account *a = four();
    struct own_entries_line line = nothing;
    struct slice bytes;
    own_world_begin(&w);
    CHECK_ERR(own_entries_extend(&w.s, a->id, &line, a->bytes, 1), OK);
    CHECK_ERR(own_entries_extend(&w.s, a->id, &line, a->bytes + 2, 1), ERR_AUTH_POLICY);
    CHECK_ERR(store_entry_get(w.store, &w.arena, a->e[2].hash, &bytes), ERR_GONE);
    CHECK_ERR(store_entry_get(w.store, &w.arena, a->e[0].hash, &bytes), OK);
    own_world_end(&w);
}

TEST(a_key_that_a_line_listed_once_never_comes_back)
{
    struct own_world w;
    struct own_world_account *a = four();
    static struct own_world_account back;
    struct own_entries_line line = nothing;
    own_world_begin(&w);
    own_world_branch(&back, a, 3);
    own_world_added(&back, PHONE, LAPTOP); /* dropped by entry 2; itself willing */
    CHECK_ERR(own_entries_extend(&w.s, a->id, &line, back.bytes, 4), ERR_AUTH_POLICY);
    own_world_branch(&back, a, 3);
    own_world_recovered(&back, TABLET, CODE, CODE_2);
    own_world_recovered(&back, WATCH, CODE_2, CODE); /* the old recovery key again */
    CHECK_ERR(own_entries_extend(&w.s, a->id, &line, back.bytes, 4), OK);
    CHECK_ERR(own_entries_extend(&w.s, a->id, &line, back.bytes + 4, 1), ERR_AUTH_POLICY);
    own_world_end(&w);
}

/* All members judge alike, whichever branch one of them has pinned. */
TEST(a_room_may_hold_a_branch_that_we_did_not_pin)
{
    struct own_world w;
    struct own_world_account *a = four();
    static struct own_world_account beside;
    struct own_entries_line line = nothing, ours;
    bool on = false;
    own_world_begin(&w);
    own_world_know(&w, a, 4);
    own_world_branch(&beside, a, 2);
    own_world_added(&beside, WATCH, PHONE);
    own_world_added(&beside, OTHER, WATCH);
    CHECK_ERR(own_entries_extend(&w.s, a->id, &line, beside.bytes, 4), OK);
    CHECK(line.name.n == 3 && memcmp(line.name.hash, beside.e[3].hash, 32) == 0);
    CHECK_ERR(own_entries_pinned(&w.s, a->id, &ours), OK);
    CHECK(memcmp(ours.name.hash, a->e[3].hash, 32) == 0);
    struct own_identity_name shared = own_world_name(a, 1), theirs = own_world_name(&beside, 2),
                             mine = own_world_name(a, 2);
    CHECK(own_entries_on(&w.s, &line, &shared, &on) == OK && on);
    CHECK(own_entries_on(&w.s, &ours, &shared, &on) == OK && on);
    CHECK(own_entries_on(&w.s, &line, &theirs, &on) == OK && on);
    CHECK(own_entries_on(&w.s, &ours, &theirs, &on) == OK && !on);
    CHECK(own_entries_on(&w.s, &line, &mine, &on) == OK && !on);
    own_world_end(&w);
}

TEST(the_pinned_chain_is_a_line_and_none_is_gone)
{
    struct own_world w;
    struct own_world_account *a = four();
    struct own_entries_line line;
    own_world_begin(&w);
    CHECK_ERR(own_entries_pinned(&w.s, a->id, &line), ERR_GONE);
    CHECK(!line.known);
    own_world_know(&w, a, 3);
    CHECK_ERR(own_entries_pinned(&w.s, a->id, &line), OK);
    CHECK(line.known && line.name.n == 2 && memcmp(line.name.hash, a->e[2].hash, 32) == 0);
    own_world_end(&w);
}

TEST(a_name_is_on_a_line_by_number_and_hash)
{
    struct own_world w;
    struct own_world_account *a = four();
    struct own_entries_line line = nothing;
    bool on = true;
    own_world_begin(&w);
    struct own_identity_name name = own_world_name(a, 0);
    CHECK(own_entries_on(&w.s, &line, &name, &on) == OK && !on); /* nothing known */
    CHECK_ERR(own_entries_extend(&w.s, a->id, &line, a->bytes, 3), OK);
    for (size_t i = 0; i < 3; i++) {
        name = own_world_name(a, i);
        CHECK(own_entries_on(&w.s, &line, &name, &on) == OK && on);
        name.hash[31] ^= 1;
        CHECK(own_entries_on(&w.s, &line, &name, &on) == OK && !on);
    }
    name = own_world_name(a, 3); /* beyond */
    CHECK(own_entries_on(&w.s, &line, &name, &on) == OK && !on);
    name = own_world_name(a, 1);
    name.n = 2; /* the hash of another number */
    CHECK(own_entries_on(&w.s, &line, &name, &on) == OK && !on);
    own_world_end(&w);
}

TEST(an_entry_lists_its_devices_and_no_recovery_key)
{
    struct own_world w;
    struct own_world_account *a = four();
    struct own_entries_line line = nothing;
    bool yes = false;
    own_world_begin(&w);
    struct own_identity_name name = own_world_name(a, 1);
    CHECK_ERR(own_entries_lists(&w.s, &name, own_world_key(PHONE), &yes), ERR_GONE);
    CHECK_ERR(own_entries_extend(&w.s, a->id, &line, a->bytes, 4), OK);
    CHECK(own_entries_lists(&w.s, &name, own_world_key(PHONE), &yes) == OK && yes);
    CHECK(own_entries_lists(&w.s, &name, own_world_key(LAPTOP), &yes) == OK && yes);
    CHECK(own_entries_lists(&w.s, &name, own_world_key(TABLET), &yes) == OK && !yes);
    CHECK(own_entries_lists(&w.s, &name, own_world_key(CODE), &yes) == OK && !yes);
    name = own_world_name(a, 2);
    CHECK(own_entries_lists(&w.s, &name, own_world_key(PHONE), &yes) == OK && !yes);
    name.n = 1; /* number and hash do not belong together */
    CHECK(own_entries_lists(&w.s, &name, own_world_key(LAPTOP), &yes) == OK && !yes);
    own_world_end(&w);
}

TEST(what_stands_behind_a_number_comes_oldest_first)
{
    struct own_world w;
    struct own_world_account *a = four();
    struct own_entries_line line = nothing;
    struct slice *v = NULL;
    size_t n = 9;
    own_world_begin(&w);
    CHECK(own_entries_behind(&w.s, &line, -1, &v, &n) == OK && n == 0);
    CHECK_ERR(own_entries_extend(&w.s, a->id, &line, a->bytes, 4), OK);
    CHECK_ERR(own_entries_behind(&w.s, &line, -1, &v, &n), OK);
    REQUIRE(n == 4);
    for (size_t i = 0; i < 4; i++) {
        CHECK_BYTES(v[i], a->bytes[i]);
    }
    CHECK_ERR(own_entries_behind(&w.s, &line, 1, &v, &n), OK);
    REQUIRE(n == 2);
    CHECK_BYTES(v[0], a->bytes[2]);
    CHECK(own_entries_behind(&w.s, &line, 3, &v, &n) == OK && n == 0);
    CHECK(own_entries_behind(&w.s, &line, 9, &v, &n) == OK && n == 0);
    own_world_end(&w);
}

/* A hole in what is kept is our own fault, and said to be. */
TEST(a_line_with_a_hole_is_a_broken_store)
{
    struct own_world w;
    struct own_world_account *a = four();
    struct own_entries_line line = nothing;
    struct slice *v = NULL;
    size_t n = 0;
    bool on = false;
    own_world_begin(&w);
    CHECK_ERR(own_entries_extend(&w.s, a->id, &line, a->bytes, 4), OK);
    own_world_sql(&w, "DELETE FROM room_entry WHERE n=2");
    struct own_identity_name name = own_world_name(a, 0);
    CHECK_ERR(own_entries_on(&w.s, &line, &name, &on), ERR_STORE_CORRUPT);
    CHECK_ERR(own_entries_behind(&w.s, &line, 0, &v, &n), ERR_STORE_CORRUPT);
    own_world_sql(&w, "DELETE FROM room_entry");
    CHECK_ERR(own_entries_extend(&w.s, a->id, &line, a->bytes, 1), ERR_STORE_CORRUPT);
    own_world_end(&w);
}

TEST_MAIN(TEST_ROW(what_is_brought_is_read_back_as_it_was_put),
          TEST_ROW(what_is_brought_is_refused_when_cut_or_continued),
          TEST_ROW(no_account_is_brought_twice), TEST_ROW(what_is_brought_has_bounds),
          TEST_ROW(a_line_begins_with_entry_0_and_goes_on),
          TEST_ROW(what_does_not_continue_a_line_leaves_it_where_it_was),
          TEST_ROW(what_was_refused_is_not_kept),
          TEST_ROW(a_key_that_a_line_listed_once_never_comes_back),
          TEST_ROW(a_room_may_hold_a_branch_that_we_did_not_pin),
          TEST_ROW(the_pinned_chain_is_a_line_and_none_is_gone),
          TEST_ROW(a_name_is_on_a_line_by_number_and_hash),
          TEST_ROW(an_entry_lists_its_devices_and_no_recovery_key),
          TEST_ROW(what_stands_behind_a_number_comes_oldest_first),
          TEST_ROW(a_line_with_a_hole_is_a_broken_store))
