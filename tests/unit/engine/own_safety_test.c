/* The safety number, and the code that says the same to a camera (own/safety.h). */
#include "engine/own/safety.h"

#include <string.h>

#include "engine/own/identity_take.h"
#include "lib/check.h"
#include "lib/own_world.h"
#include "store/chain.h"
#include "store/people.h"

#define DIGITS 60
#define QR_BYTES (4 * CHAIN_HASH_SIZE)

static struct own_world w;
static struct own_world_account ana, bela, branch;
static uint8_t shown_by_bela[QR_BYTES], digits_of_bela[DIGITS];

/* `mine` compares with `theirs`, of whom n entries are known. */
static int64_t begin(const struct own_world_account *mine, uint8_t device,
                     const struct own_world_account *theirs, size_t n)
{
    own_world_begin(&w);
    own_world_be(&w, mine, device);
    return own_world_know(&w, theirs, n);
}

static void end(void)
{
    own_world_end(&w);
}

static struct abi_safety safety(int64_t person)
{
    struct abi_safety out;
    memset(&out, 0, sizeof out);
    CHECK_ERR(own_safety(w.o, &w.s, person, &out), OK);
    CHECK(out.digits.n == DIGITS && out.code.n == QR_BYTES);
    return out;
}

/* What Bela's device shows, who knows `n` entries of Ana. */
static void bela_shows(const struct own_world_account *hers, size_t n)
{
    if (ana.n == 0) {
        own_world_account(&ana, 1, 101);
        own_world_added(&ana, 4, 1);
        own_world_account(&bela, 2, 102);
        own_world_branch(&branch, &bela, 1);
        own_world_added(&bela, 5, 2);
        own_world_added(&branch, 7, 2);
    }
    struct abi_safety s = safety(begin(hers == NULL ? &bela : hers, 2, &ana, n));
    memcpy(shown_by_bela, s.code.p, QR_BYTES);
    memcpy(digits_of_bela, s.digits.p, DIGITS);
    end();
}

TEST(both_sides_see_the_same_sixty_digits)
{
    bela_shows(NULL, 2);
    struct abi_safety s = safety(begin(&ana, 1, &bela, 2));
    CHECK_BYTES(s.digits, SLICE_ARRAY(digits_of_bela));
    for (size_t i = 0; i < DIGITS; i++) {
        CHECK(s.digits.p[i] >= '0' && s.digits.p[i] <= '9');
    }
    CHECK(s.verified == ABI_VERIFIED_KNOWN);
    CHECK_BYTES(slice_make(s.code.p, CHAIN_HASH_SIZE), SLICE_ARRAY(ana.id)); /* mine first */
    end();
}

TEST(it_says_which_of_their_devices_are_here)
{
    bela_shows(NULL, 2);
    int64_t person = begin(&ana, 1, &bela, 2);
    int64_t chat = own_world_chat(&w, STORE_CHAT_PAIR, person);
    CHECK_ERR(store_person_set_chat(w.store, person, chat), OK);
    for (uint8_t heard = 0; heard < 2; heard++) {
        struct abi_safety s = safety(person);
        REQUIRE(s.devices_n == 2);
        CHECK(s.devices[0].added == 0 && s.devices[1].added == 1);
        CHECK(s.devices[0].fingerprint.n > 0 && s.devices[1].here == ABI_PRESENCE_ABSENT);
        CHECK(s.devices[0].here == (heard ? ABI_PRESENCE_SILENT : ABI_PRESENCE_ABSENT));
        CHECK_ERR(store_sql_run(w.store,
                                "INSERT OR IGNORE INTO sign(chat,device,person,heard) "
                                "VALUES(?,?,?,0)",
                                "ibi", chat, slice_make(own_world_key(2), CHAIN_KEY_SIZE), person),
                  OK);
    }
    own_world_sql(&w, "UPDATE sign SET heard=1");
    CHECK(safety(person).devices[0].here == ABI_PRESENCE_HERE);
    end();
}

TEST(without_an_entry_there_is_nothing_to_compare)
{
    struct abi_safety out;
    int64_t person = 0;
    bela_shows(NULL, 2);
    own_world_begin(&w);
    own_world_be(&w, &ana, 1);
    CHECK_ERR(store_person_ensure(w.store, bela.id, &person), OK);
    CHECK_ERR(own_safety(w.o, &w.s, person, &out), ERR_GONE);
    CHECK_ERR(own_safety_scanned(w.o, &w.s, person, SLICE_ARRAY(shown_by_bela)), ERR_GONE);
    CHECK_ERR(own_safety(w.o, &w.s, 999, &out), ERR_GONE);
    end();
}

TEST(a_code_of_us_two_at_the_newest_entries_is_right)
{
    bela_shows(NULL, 2);
    int64_t person = begin(&ana, 1, &bela, 2);
    CHECK_ERR(own_safety_scanned(w.o, &w.s, person, SLICE_ARRAY(shown_by_bela)), OK);
    CHECK_ERR(own_safety_scanned(w.o, &w.s, person, slice_make(shown_by_bela, QR_BYTES - 1)),
              ERR_AUTH);
    CHECK_ERR(own_safety_scanned(w.o, &w.s, person, SLICE_EMPTY), ERR_AUTH);
    CHECK_ERR(own_safety_scanned(w.o, &w.s, person, safety(person).code), ERR_AUTH); /* my own */
    for (size_t at = 0; at < QR_BYTES; at += CHAIN_HASH_SIZE) {
        shown_by_bela[at] ^= 1; /* another person, and then another entry */
        CHECK_ERR(own_safety_scanned(w.o, &w.s, person, SLICE_ARRAY(shown_by_bela)),
                  at < 2 * CHAIN_HASH_SIZE ? ERR_AUTH : ERR_STATE);
        shown_by_bela[at] ^= 1;
    }
    end();
}

TEST(who_does_not_know_the_newest_entry_yet_proves_nothing)
{
    bela_shows(NULL, 1); /* she does not know my second entry */
    int64_t person = begin(&ana, 1, &bela, 2);
    CHECK_ERR(own_safety_scanned(w.o, &w.s, person, SLICE_ARRAY(shown_by_bela)), ERR_STATE);
    end();
    bela_shows(NULL, 2);
    person = begin(&ana, 1, &bela, 1); /* I do not know hers */
    CHECK_ERR(own_safety_scanned(w.o, &w.s, person, SLICE_ARRAY(shown_by_bela)), ERR_STATE);
    end();
}

/* Of two branches of theirs, what their device shows is on the one that is theirs. */
TEST(a_code_says_which_of_two_branches_is_theirs)
{
    struct own_identity_change change;
    struct chain_entry head;
    bela_shows(NULL, 2); /* to fill the accounts */
    bela_shows(&branch, 2);
    int64_t person = begin(&ana, 1, &bela, 2);
    CHECK_ERR(own_identity_take(&w.s, bela.id, branch.bytes + 1, 1, &change), OK);
    REQUIRE(change.news == OWN_IDENTITY_FORK);
    w.o->checking_due = false;
    CHECK_ERR(own_safety_scanned(w.o, &w.s, person, SLICE_ARRAY(shown_by_bela)), OK);
    CHECK_ERR(store_chain_head(w.store, person, &head), OK);
    CHECK_BYTES(SLICE_ARRAY(head.hash), SLICE_ARRAY(branch.e[1].hash));
    CHECK(w.o->checking_due); /* a room may have waited for it */
    end();
}

TEST_MAIN(TEST_ROW(both_sides_see_the_same_sixty_digits),
          TEST_ROW(it_says_which_of_their_devices_are_here),
          TEST_ROW(without_an_entry_there_is_nothing_to_compare),
          TEST_ROW(a_code_of_us_two_at_the_newest_entries_is_right),
          TEST_ROW(who_does_not_know_the_newest_entry_yet_proves_nothing),
          TEST_ROW(a_code_says_which_of_two_branches_is_theirs))
