#include "store/account.h"
#include "store/admit.h"

#include <string.h>

#include "check.h"
#include "scratch.h"
#include "store/chat.h"
#include "store/member.h"
#include "store/people.h"
#include "store/store.h"

static const uint8_t key[32] = {9};
static const uint8_t one[32] = {1}, two[32] = {2}, three[32] = {3};

static struct store *begin(void)
{
    struct store *s = NULL;
    int64_t me = 0;
    scratch_begin();
    CHECK_ERR(store_open(&s, key, "main", 0), OK);
    CHECK_ERR(store_person_ensure(s, key, &me), OK);
    CHECK(me == STORE_PERSON_ME);
    return s;
}

static void end(struct store *s)
{
    store_close(s);
    scratch_end();
}

static int64_t chat_of(struct store *s, uint8_t mark)
{
    struct store_chat c;
    memset(&c, 0, sizeof c);
    c.account = STORE_ACCOUNT_OWN;
    memset(c.room, mark, sizeof c.room);
    c.type = STORE_CHAT_GROUP;
    c.state = STORE_CHAT_OPEN;
    CHECK_ERR(store_chat_add(s, &c), OK);
    return c.id;
}

TEST(an_entry_is_found_by_its_hash_and_putting_it_twice_is_fine)
{
    struct store *s = begin();
    struct arena a;
    struct slice got;
    arena_init(&a, 0);
    CHECK_ERR(store_entry_get(s, &a, one, &got), ERR_GONE);
    CHECK_ERR(store_entry_put(s, one, two, 7, SLICE_LITERAL("entry")), OK);
    CHECK_ERR(store_entry_put(s, one, two, 7, SLICE_LITERAL("entry")), OK);
    CHECK_ERR(store_entry_get(s, &a, one, &got), OK);
    CHECK_BYTES(got, SLICE_LITERAL("entry"));
    CHECK_ERR(store_entry_get(s, &a, two, &got), ERR_GONE);
    arena_wipe(&a);
    end(s);
}

TEST(a_floor_never_falls)
{
    struct store *s = begin();
    struct slice group = SLICE_LITERAL("group");
    uint64_t epoch = 0;
    CHECK_ERR(store_floor_get(s, group, &epoch), ERR_GONE);
    CHECK_ERR(store_floor_raise(s, group, 5), OK);
    CHECK_ERR(store_floor_raise(s, group, 3), OK);
    CHECK_ERR(store_floor_get(s, group, &epoch), OK);
    CHECK(epoch == 5);
    CHECK_ERR(store_floor_raise(s, group, INT64_MAX), OK);
    CHECK_ERR(store_floor_raise(s, group, (uint64_t)INT64_MAX + 1), ERR_LIMIT);
    CHECK_ERR(store_floor_get(s, group, &epoch), OK);
    CHECK(epoch == INT64_MAX);
    CHECK_ERR(store_floor_get(s, SLICE_LITERAL("other"), &epoch), ERR_GONE);
    end(s);
}

TEST(a_welcome_is_remembered_as_long_as_its_package)
{
    struct store *s = begin();
    struct slice ref = SLICE_ARRAY(three);
    bool again = true, taken = true;
    CHECK_ERR(store_welcome_taken(s, one, &taken), OK);
    CHECK(!taken);
    CHECK_ERR(store_sql_run(s,
                            "INSERT INTO key_package(ref,suite,package,secret,expires_s,"
                            "last_resort) VALUES(?,1,x'00',x'00',9,1)",
                            "b", ref),
              OK);
    CHECK_ERR(store_welcome_take(s, one, ref, &again), OK);
    CHECK(!again);
    CHECK_ERR(store_welcome_sweep(s), OK);
    CHECK_ERR(store_welcome_taken(s, one, &taken), OK);
    CHECK(taken);
    CHECK_ERR(store_welcome_take(s, one, ref, &again), OK);
    CHECK(again);
    CHECK_ERR(store_sql_run(s, "DELETE FROM key_package", ""), OK);
    CHECK_ERR(store_welcome_sweep(s), OK);
    CHECK_ERR(store_welcome_taken(s, one, &taken), OK);
    CHECK(!taken);
    end(s);
}

TEST(a_package_counts_as_used_until_it_expires_or_was_not)
{
    struct store *s = begin();
    struct slice first = SLICE_ARRAY(one), second = SLICE_ARRAY(two);
    bool used = true;
    CHECK_ERR(store_package_used(s, first, &used), OK);
    CHECK(!used);
    CHECK_ERR(store_package_use(s, first, 100, 50), OK);
    CHECK_ERR(store_package_use(s, first, 100, 50), OK);
    CHECK_ERR(store_package_used(s, first, &used), OK);
    CHECK(used);
    CHECK_ERR(store_package_unuse(s, first), OK);
    CHECK_ERR(store_package_used(s, first, &used), OK);
    CHECK(!used);
    CHECK_ERR(store_package_use(s, first, 100, 50), OK);
    CHECK_ERR(store_package_use(s, second, UINT64_MAX, 101), OK); /* the first has expired */
    CHECK_ERR(store_package_used(s, first, &used), OK);
    CHECK(!used);
    CHECK_ERR(store_package_used(s, second, &used), OK);
    CHECK(used);
    end(s);
}

TEST(a_chat_is_clear_in_its_newest_epoch_alone_and_until_somebody_of_it_changes)
{
    struct store *s = begin();
    struct arena a;
    int64_t chat = chat_of(s, 1), other = chat_of(s, 2), person = 0, *chats = NULL;
    size_t n = 0;
    bool clear = true;
    arena_init(&a, 0);
    CHECK_ERR(store_person_ensure(s, one, &person), OK);
    CHECK_ERR(store_member_put(s, chat, person, 0), OK);
    CHECK_ERR(store_clear_get(s, chat, &clear), OK);
    CHECK(!clear);
    CHECK_ERR(
        store_sql_run(s,
                      "INSERT INTO epoch(chat,n,outer_key,write_seed,typing_key,branch,at_ms) "
                      "SELECT id,4,x'00',x'00',x'00',x'00',0 FROM chat WHERE id IN (?,?)",
                      "ii", chat, other),
        OK);
    CHECK_ERR(store_clear_put(s, chat, 4), OK);
    CHECK_ERR(store_clear_put(s, other, 3), OK);
    CHECK_ERR(store_clear_get(s, chat, &clear), OK);
    CHECK(clear);
    CHECK_ERR(store_clear_get(s, other, &clear), OK);
    CHECK(!clear);
    CHECK_ERR(store_clear_drop(s, &a, person, &chats, &n), OK);
    CHECK(n == 1 && chats[0] == chat);
    CHECK_ERR(store_clear_get(s, chat, &clear), OK);
    CHECK(!clear);
    arena_wipe(&a);
    end(s);
}

TEST(a_hold_says_whether_it_is_another_one)
{
    struct store *s = begin();
    int64_t chat = chat_of(s, 1);
    enum store_hold hold = STORE_HOLD_FORK;
    bool changed = true;
    CHECK_ERR(store_hold_get(s, chat, &hold), OK);
    CHECK(hold == STORE_HOLD_NOT);
    CHECK_ERR(store_hold_put(s, chat, STORE_HOLD_NOT, &changed), OK);
    CHECK(!changed);
    CHECK_ERR(store_hold_put(s, chat, STORE_HOLD_STOPPED, &changed), OK);
    CHECK(changed);
    CHECK_ERR(store_hold_get(s, chat, &hold), OK);
    CHECK(hold == STORE_HOLD_STOPPED);
    CHECK_ERR(store_hold_get(s, chat + 1, &hold), ERR_GONE);
    end(s);
}

TEST(a_room_set_aside_is_a_successor_of_this_chat_only_if_it_was_said_to_be)
{
    struct store *s = begin();
    int64_t chat = chat_of(s, 1), made = chat_of(s, 2);
    struct store_aside a = {made, 5, true}, got;
    CHECK_ERR(store_aside_get(s, chat, &got), OK);
    CHECK(got.chat == 0 && !got.successor);
    CHECK_ERR(store_aside_put(s, chat, &a), OK);
    CHECK_ERR(store_aside_get(s, chat, &got), OK);
    CHECK(got.chat == made && got.by == 5 && got.successor);
    a.successor = false;
    CHECK_ERR(store_aside_put(s, chat, &a), OK);
    CHECK_ERR(store_aside_get(s, chat, &got), OK);
    CHECK(got.chat == made && !got.successor);
    end(s);
}

TEST(a_sign_counts_from_when_its_device_came_in)
{
    struct store *s = begin();
    struct arena a;
    struct slice d1 = SLICE_ARRAY(one), d2 = SLICE_ARRAY(two), d3 = SLICE_ARRAY(three), next;
    struct store_sign *list = NULL;
    int64_t chat = chat_of(s, 1), person = 0, devices = 0, silent = 0, whose = 0;
    size_t n = 0;
    bool first = true, heard = true;
    arena_init(&a, 0);
    CHECK_ERR(store_person_ensure(s, one, &person), OK);
    CHECK_ERR(store_sign_put(s, chat, d1, &first), OK);
    CHECK(!first); /* it does not sit there */
    CHECK_ERR(store_sign_get(s, chat, d1, &heard), ERR_GONE);
    CHECK_ERR(store_sign_sit(s, chat, d1, person), OK);
    CHECK_ERR(store_sign_sit(s, chat, d2, person), OK);
    CHECK_ERR(store_sign_sit(s, chat, d3, STORE_PERSON_ME), OK);
    CHECK_ERR(store_sign_put(s, chat, d1, &first), OK);
    CHECK(first);
    CHECK_ERR(store_sign_put(s, chat, d1, &first), OK);
    CHECK(!first);
    CHECK_ERR(store_sign_count(s, chat, 0, &devices, &silent), OK);
    CHECK(devices == 2 && silent == 1); /* mine do not count */
    CHECK_ERR(store_sign_silent(s, &a, chat, SLICE_EMPTY, &next, &whose), OK);
    CHECK(slice_equal(next, d2) && whose == person);
    CHECK_ERR(store_sign_silent(s, &a, chat, d2, &next, &whose), ERR_GONE);
    CHECK_ERR(store_sign_sit(s, chat, d1, person), OK); /* in again: nothing heard since */
    CHECK_ERR(store_sign_get(s, chat, d1, &heard), OK);
    CHECK(!heard);
    CHECK_ERR(store_sign_all(s, chat), OK);
    CHECK_ERR(store_sign_count(s, chat, person, &devices, &silent), OK);
    CHECK(devices == 2 && silent == 0);
    CHECK_ERR(store_sign_list(s, &a, chat, &list, &n), OK);
    CHECK(n == 3 && list[0].device[0] == 1 && list[2].person == STORE_PERSON_ME);
    CHECK_ERR(store_sign_drop(s, chat, d3), OK);
    CHECK_ERR(store_sign_get(s, chat, d3, &heard), ERR_GONE);
    arena_wipe(&a);
    end(s);
}

TEST(a_list_read_anew_keeps_who_stays_and_what_they_gave)
{
    struct store *s = begin();
    struct slice d1 = SLICE_ARRAY(one), d2 = SLICE_ARRAY(two), d3 = SLICE_ARRAY(three);
    int64_t chat = chat_of(s, 1), devices = 0, silent = 0;
    bool first = false, heard = false;
    CHECK_ERR(store_sign_sit(s, chat, d1, 7), OK);
    CHECK_ERR(store_sign_sit(s, chat, d2, 7), OK);
    CHECK_ERR(store_sign_put(s, chat, d1, &first), OK);
    CHECK_ERR(store_sign_begin(s, chat), OK);
    CHECK_ERR(store_sign_stay(s, chat, d1, 7), OK);
    CHECK_ERR(store_sign_stay(s, chat, d3, 8), OK);
    CHECK_ERR(store_sign_end(s, chat), OK);
    CHECK_ERR(store_sign_get(s, chat, d1, &heard), OK);
    CHECK(heard);
    CHECK_ERR(store_sign_get(s, chat, d2, &heard), ERR_GONE);
    CHECK_ERR(store_sign_get(s, chat, d3, &heard), OK);
    CHECK(!heard);
    CHECK_ERR(store_sign_clear(s, chat), OK);
    CHECK_ERR(store_sign_count(s, chat, 0, &devices, &silent), OK);
    CHECK(devices == 0 && silent == 0);
    end(s);
}

TEST(quiet_is_a_chat_whose_first_kept_word_is_old)
{
    struct store *s = begin();
    int64_t chat = chat_of(s, 1), other = chat_of(s, 2), found[2], room = 0;
    size_t n = 9;
    CHECK_ERR(store_quiet_find(s, 100, found, 2, &n), OK);
    CHECK(n == 0);
    CHECK_ERR(store_sql_run(
                  s, "INSERT INTO outbox(chat,content,mid,kept,message) VALUES(?,x'00',x'01',50,1)",
                  "i", chat),
              OK);
    CHECK_ERR(store_sql_run(
                  s,
                  "INSERT INTO outbox(chat,content,mid,kept,message) VALUES(?,x'00',x'02',150,2)",
                  "i", other),
              OK);
    CHECK_ERR(store_quiet_find(s, 100, found, 2, &n), OK);
    CHECK(n == 1 && found[0] == chat);
    CHECK_ERR(store_quiet_room(s, chat, &room), ERR_GONE);
    CHECK_ERR(store_quiet_put(s, chat, true), OK);
    CHECK_ERR(store_quiet_find(s, 100, found, 2, &n), OK);
    CHECK(n == 0); /* marked already */
    CHECK_ERR(store_quiet_room(s, chat, &room), OK);
    CHECK(room == chat);
    CHECK_ERR(store_quiet_find(s, 200, found, 0, &n), OK);
    CHECK(n == 0);
    end(s);
}

TEST_MAIN(TEST_ROW(an_entry_is_found_by_its_hash_and_putting_it_twice_is_fine),
          TEST_ROW(a_floor_never_falls), TEST_ROW(a_welcome_is_remembered_as_long_as_its_package),
          TEST_ROW(a_package_counts_as_used_until_it_expires_or_was_not),
          TEST_ROW(a_chat_is_clear_in_its_newest_epoch_alone_and_until_somebody_of_it_changes),
          TEST_ROW(a_hold_says_whether_it_is_another_one),
          TEST_ROW(a_room_set_aside_is_a_successor_of_this_chat_only_if_it_was_said_to_be),
          TEST_ROW(a_sign_counts_from_when_its_device_came_in),
          TEST_ROW(a_list_read_anew_keeps_who_stays_and_what_they_gave),
          TEST_ROW(quiet_is_a_chat_whose_first_kept_word_is_old))
