/* Tables of the own network: parcels, files, packages, parts of a record, logs read again. */
#include <string.h>

#include "base/buf.h"
#include "check.h"
#include "schema/gen/abi.h"
#include "scratch.h"
#include "store/account.h"
#include "store/chat.h"
#include "store/message.h"
#include "store/own_file.h"
#include "store/own_package.h"
#include "store/own_parcel.h"
#include "store/own_person.h"
#include "store/own_recover.h"
#include "store/own_restore.h"
#include "store/people.h"
#include "store/store.h"

static const uint8_t key[32] = {9}, hash[32] = {4};
static const uint8_t blob[16] = {1}, blob_two[16] = {2};

struct world {
    struct store *s;
    struct arena a;
    int64_t chat;
};

static struct world begin(void)
{
    struct world w;
    struct store_chat c;
    int64_t me = 0;
    memset(&c, 0, sizeof c);
    c.account = STORE_ACCOUNT_OWN;
    c.type = STORE_CHAT_GROUP;
    c.cursor = -1;
    scratch_begin();
    arena_init(&w.a, 0);
    CHECK_ERR(store_open(&w.s, key, "main", 0), OK);
    CHECK_ERR(store_person_ensure(w.s, key, &me), OK);
    CHECK_ERR(store_chat_add(w.s, &c), OK);
    w.chat = c.id;
    return w;
}

static void end(struct world *w)
{
    arena_wipe(&w->a);
    store_close(w->s);
    scratch_end();
}

/* The address of the own network's account; the only one, of this person. */
static void account_is(struct world *w, struct slice address)
{
    struct slice got = SLICE_EMPTY;
    int64_t me = 0, network = -1, n = 0;
    void *outs[] = {&got, &me, &network, &n};
    CHECK_ERR(store_sql_get(w->s, &w->a,
                            "SELECT address,me,network,(SELECT count(*) FROM account) FROM account "
                            "WHERE id=1",
                            "biii", outs, ""),
              OK);
    CHECK_BYTES(got, address);
    CHECK(me == STORE_PERSON_ME && network == ABI_NETWORK_OWN && n == 1);
}

TEST(an_identity_makes_its_account_and_a_recovery_gives_it_another_address)
{
    struct world w;
    struct store_own_person_door door;
    struct store_person p;
    int64_t n = -1;
    scratch_begin();
    arena_init(&w.a, 0);
    CHECK_ERR(store_open(&w.s, key, "main", 0), OK);
    CHECK_ERR(store_sql_get_int(w.s, &n, "SELECT count(*) FROM account", ""), OK);
    CHECK(n == 0);
    CHECK_ERR(store_own_person_recover_me(w.s, SLICE_ARRAY(key), SLICE_ARRAY(blob)), OK);
    account_is(&w, SLICE_ARRAY(key));
    CHECK_ERR(
        store_own_person_add_me(w.s, SLICE_ARRAY(hash), SLICE_LITERAL("Ada"), SLICE_ARRAY(blob), 5),
        ERR_STATE);
    CHECK_ERR(store_own_person_recover_me(w.s, SLICE_ARRAY(hash), SLICE_ARRAY(blob_two)), OK);
    account_is(&w, SLICE_ARRAY(hash));
    CHECK_ERR(store_person_get(w.s, &w.a, STORE_PERSON_ME, &p), OK);
    CHECK_BYTES(SLICE_ARRAY(p.account), SLICE_ARRAY(hash));
    CHECK_ERR(store_own_person_door(w.s, STORE_PERSON_ME, &door), OK);
    CHECK(door.has_inbox && !door.has_token && door.inbox[0] == blob_two[0]);
    CHECK_ERR(store_own_person_door(w.s, 2, &door), ERR_GONE);
    /* The same address in another account is another person. */
    CHECK_ERR(store_sql_run(w.s, "INSERT INTO person(account,address) VALUES(2,?)", "b",
                            SLICE_ARRAY(hash)),
              OK);
    CHECK_ERR(store_own_person_door(w.s, 2, &door), ERR_GONE); /* nothing is added by itself */
    CHECK_ERR(store_sql_run(w.s, "INSERT INTO person(account,address) VALUES(1,?)", "b",
                            SLICE_ARRAY(hash)),
              ERR_STATE);
    end(&w);
}

TEST(a_parcel_that_was_used_is_kept_only_where_it_was_sent_from)
{
    struct world w = begin();
    struct store_own_parcel p, q;
    int64_t here = 0;
    memset(&p, 0, sizeof p);
    p.chat = w.chat;
    p.blob = SLICE_ARRAY(blob);
    p.key = SLICE_ARRAY(key);
    p.bytes = 10;
    p.chunk = 5;
    CHECK_ERR(store_own_parcel_add_going(w.s, &p, 1), OK);
    CHECK_ERR(store_own_parcel_add_going(w.s, &p, 1), ERR_STATE);
    CHECK_ERR(store_own_parcel_used(w.s, p.blob), OK); /* it is going */
    CHECK_ERR(store_own_parcel_get(w.s, &w.a, p.id, &q), OK);
    CHECK(q.state == STORE_OWN_PARCEL_GOING && q.sent == -1);
    CHECK_ERR(store_own_parcel_chunk_put(w.s, p.id, 0, SLICE_LITERAL("aaaaa")), OK);
    CHECK_ERR(store_own_parcel_chunk_put(w.s, p.id, 0, SLICE_LITERAL("bbbbb")), ERR_STATE);
    CHECK_ERR(store_own_parcel_chunk_take(w.s, p.id, 0, SLICE_LITERAL("bbbbb"), &here), OK);
    CHECK(here == 1);
    CHECK_ERR(store_own_parcel_set_sent(w.s, p.id, 2), OK);
    CHECK_ERR(store_own_parcel_set_state(w.s, p.id, STORE_OWN_PARCEL_HERE), OK);
    CHECK_ERR(store_own_parcel_used(w.s, p.blob), OK);
    CHECK_ERR(store_own_parcel_find(w.s, &w.a, p.blob, &q), OK);
    CHECK(q.state == STORE_OWN_PARCEL_SENT);
    CHECK_ERR(store_own_parcel_chunk_get(w.s, &w.a, p.id, 0, &q.waiting), ERR_GONE);
    CHECK_ERR(store_own_parcel_superseded(w.s, &w.a, w.chat, &q), ERR_GONE); /* it is the newest */

    CHECK_ERR(
        store_own_parcel_add_coming(w.s, w.chat, 0, SLICE_ARRAY(blob_two), SLICE_ARRAY(key), 1),
        OK);
    CHECK_ERR(store_own_parcel_find(w.s, &w.a, SLICE_ARRAY(blob_two), &q), OK);
    CHECK_ERR(store_own_parcel_settle(w.s, q.id, STORE_OWN_PARCEL_HERE, 2), OK);
    CHECK_ERR(store_own_parcel_used(w.s, SLICE_ARRAY(blob_two)), OK);
    CHECK_ERR(store_own_parcel_find(w.s, &w.a, SLICE_ARRAY(blob_two), &q), ERR_GONE);
    end(&w);
}

TEST(a_parcel_that_is_lost_keeps_no_chunk_and_goes_in_time)
{
    struct world w = begin();
    struct store_own_parcel p;
    struct slice bytes;
    struct buf b;
    int64_t here = 0, ids[2];
    size_t n = 0;
    CHECK_ERR(store_own_parcel_add_coming(w.s, w.chat, 0, SLICE_ARRAY(blob), SLICE_ARRAY(key), 1),
              OK);
    CHECK_ERR(store_own_parcel_due(w.s, ids, 2, &n), OK);
    CHECK(n == 1);
    CHECK_ERR(store_own_parcel_due(w.s, ids, 0, &n), OK);
    CHECK(n == 0);
    CHECK_ERR(store_own_parcel_chunk_take(w.s, ids[0], 1, SLICE_LITERAL("2"), &here), OK);
    CHECK_ERR(store_own_parcel_chunk_take(w.s, ids[0], 0, SLICE_LITERAL("1"), &here), OK);
    b = buf_arena(&w.a, 8);
    CHECK_ERR(store_own_parcel_chunks(w.s, ids[0], &b), OK);
    CHECK_ERR(buf_finish(&b, &bytes), OK);
    CHECK_BYTES(bytes, SLICE_LITERAL("12"));
    CHECK_ERR(store_own_parcel_settle(w.s, ids[0], STORE_OWN_PARCEL_LOST, 50), OK);
    CHECK_ERR(store_own_parcel_chunk_get(w.s, &w.a, ids[0], 0, &bytes), ERR_GONE);
    CHECK_ERR(store_own_parcel_drop_lost(w.s, 50), OK);
    CHECK_ERR(store_own_parcel_get(w.s, &w.a, ids[0], &p), OK);
    CHECK_ERR(store_own_parcel_drop_lost(w.s, 51), OK);
    CHECK_ERR(store_own_parcel_get(w.s, &w.a, ids[0], &p), ERR_GONE);
    end(&w);
}

TEST(how_much_of_a_file_the_gateway_has_only_rises_while_it_goes)
{
    struct world w = begin();
    struct store_message m;
    struct store_own_file f, another;
    int64_t due[1];
    size_t n = 0;
    memset(&m, 0, sizeof m);
    memset(&f, 0, sizeof f);
    m.chat = w.chat;
    m.sender = STORE_PERSON_ME;
    m.mine = true;
    memcpy(m.mid, key, sizeof m.mid);
    CHECK_ERR(store_message_add(w.s, &m), OK);
    f.file.message = m.id;
    f.file.name = SLICE_LITERAL("a.png");
    f.file.type = SLICE_LITERAL("image/png");
    f.blob = SLICE_ARRAY(blob);
    f.key = SLICE_ARRAY(key);
    f.file.state = STORE_FILE_GOING;
    CHECK_ERR(store_file_add(w.s, &f.file), OK);
    CHECK_ERR(store_file_add(w.s, &f.file), ERR_STATE);
    CHECK_ERR(store_own_file_get(w.s, &w.a, m.id, &another), ERR_GONE); /* of another network */
    CHECK_ERR(store_own_file_put(w.s, &f), OK);
    CHECK_ERR(store_own_file_put(w.s, &f), ERR_STATE);
    CHECK_ERR(store_own_file_get(w.s, &w.a, m.id, &f), OK);
    CHECK(f.hash.n == 0 && f.file.state == STORE_FILE_GOING && f.file.sent == -1);
    CHECK_ERR(store_file_announced(w.s, m.id), OK);
    CHECK_ERR(store_file_raise_sent(w.s, m.id, 3), OK);
    CHECK_ERR(store_file_raise_sent(w.s, m.id, 2), OK);
    CHECK_ERR(store_file_announced(w.s, m.id), OK);
    CHECK_ERR(store_own_file_get(w.s, &w.a, m.id, &f), OK);
    CHECK(f.file.sent == 3);
    CHECK_ERR(store_file_due(w.s, due, 1, &n), OK);
    CHECK(n == 1 && due[0] == m.id);
    CHECK_ERR(store_own_file_set_hash(w.s, m.id, hash), OK);
    CHECK_ERR(store_own_file_get(w.s, &w.a, m.id, &f), OK);
    CHECK_BYTES(f.hash, SLICE_ARRAY(hash));
    CHECK_ERR(store_file_set_state(w.s, m.id, STORE_FILE_HERE), OK);
    CHECK_ERR(store_file_raise_sent(w.s, m.id, 9), OK);
    CHECK_ERR(store_file_fail(w.s, m.id), OK); /* neither going nor coming */
    CHECK_ERR(store_own_file_get(w.s, &w.a, m.id, &f), OK);
    CHECK(f.file.sent == 3 && f.file.state == STORE_FILE_HERE);
    CHECK_ERR(store_file_due(w.s, due, 1, &n), OK);
    CHECK(n == 0);
    end(&w);
}

/* The gateway is emptied before they go out again, so what it says of an earlier time is void. */
TEST(packages_on_their_way_when_all_go_out_anew_go_out_again)
{
    struct world w = begin();
    struct store_own_package p, list[2];
    size_t n = 0;
    memset(&p, 0, sizeof p);
    p.package = p.secret = SLICE_LITERAL("x");
    p.expires_s = 100;
    p.ref = SLICE_LITERAL("there");
    CHECK_ERR(store_own_package_add(w.s, &p), OK);
    CHECK_ERR(store_own_package_going(w.s, p.ref), OK);
    CHECK_ERR(store_own_package_gone_out(w.s, true), OK);
    p.ref = SLICE_LITERAL("on its way");
    CHECK_ERR(store_own_package_add(w.s, &p), OK);
    CHECK_ERR(store_own_package_going(w.s, p.ref), OK);
    CHECK_ERR(store_own_package_anew(w.s), OK);
    CHECK_ERR(store_own_package_gone_out(w.s, true), OK); /* the answer */
    CHECK_ERR(store_own_package_list(w.s, &w.a, list, 2, &n), OK);
    CHECK(n == 2);
    end(&w);
}

TEST(packages_go_out_are_replaced_and_swept)
{
    struct world w = begin();
    struct store_own_package p, list[2];
    int64_t all = 0, unpublished = 0;
    size_t n = 0;
    memset(&p, 0, sizeof p);
    p.ref = SLICE_LITERAL("one");
    p.package = p.secret = SLICE_LITERAL("x");
    p.expires_s = 100;
    CHECK_ERR(store_own_package_add(w.s, &p), OK);
    CHECK_ERR(store_own_package_add(w.s, &p), ERR_STATE);
    p.ref = SLICE_LITERAL("two");
    p.last_resort = true;
    p.expires_s = 200;
    CHECK_ERR(store_own_package_add(w.s, &p), OK);
    CHECK_ERR(store_own_package_list(w.s, &w.a, list, 1, &n), OK);
    CHECK(n == 1 && list[0].secret.n == 0);
    CHECK_ERR(store_own_package_going(w.s, SLICE_LITERAL("one")), OK);
    CHECK_ERR(store_own_package_going(w.s, SLICE_LITERAL("two")), OK);
    CHECK_ERR(store_own_package_list(w.s, &w.a, list, 2, &n), OK);
    CHECK(n == 0);
    CHECK_ERR(store_own_package_gone_out(w.s, true), OK);
    CHECK_ERR(store_own_package_count(w.s, &all, &unpublished), OK);
    CHECK(all == 2 && unpublished == 0);
    CHECK_ERR(store_own_package_retire(w.s, 1000), OK); /* the last resort */
    CHECK_ERR(store_own_package_anew(w.s), OK);
    CHECK_ERR(store_own_package_list(w.s, &w.a, list, 2, &n), OK);
    CHECK(n == 1);
    CHECK_BYTES(list[0].ref, SLICE_LITERAL("one"));
    CHECK_ERR(store_own_package_sweep(w.s, 100, 1000), OK); /* neither is over */
    CHECK_ERR(store_own_package_count(w.s, &all, &unpublished), OK);
    CHECK(all == 2);
    CHECK_ERR(store_own_package_sweep(w.s, 100, 1001), OK);
    CHECK_ERR(store_own_package_get(w.s, &w.a, SLICE_LITERAL("two"), &p), ERR_GONE);
    CHECK_ERR(store_own_package_drop_late(w.s, 100), OK);
    CHECK_ERR(store_own_package_get(w.s, &w.a, SLICE_LITERAL("one"), &p), OK);
    CHECK_ERR(store_own_package_drop_late(w.s, 99), OK);
    CHECK_ERR(store_own_package_get(w.s, &w.a, SLICE_LITERAL("one"), &p), ERR_GONE);
    end(&w);
}

TEST(of_a_device_the_later_part_counts)
{
    struct world w = begin();
    struct store_own_recover p;
    struct slice out[2];
    int64_t unreadable = 0;
    size_t n = 0;
    memset(&p, 0, sizeof p);
    p.device = SLICE_ARRAY(key);
    p.name = SLICE_LITERAL("phone");
    p.payload = SLICE_LITERAL("new");
    p.ms = 20;
    CHECK_ERR(store_own_recover_unreadable(w.s, SLICE_ARRAY(hash)), OK);
    CHECK_ERR(store_own_recover_count_unreadable(w.s, &unreadable), OK);
    CHECK(unreadable == 1);
    CHECK_ERR(store_own_recover_put(w.s, &p), OK);
    p.payload = SLICE_LITERAL("old");
    p.ms = 10;
    CHECK_ERR(store_own_recover_put(w.s, &p), OK);
    CHECK_ERR(store_own_recover_unreadable(w.s, p.device), OK);
    CHECK_ERR(store_own_recover_list(w.s, &w.a, false, out, 2, &n), OK);
    CHECK(n == 1);
    CHECK_BYTES(out[0], SLICE_LITERAL("new"));
    CHECK_ERR(store_own_recover_list(w.s, &w.a, true, out, 2, &n), OK);
    CHECK(n == 0); /* nobody has chosen */
    CHECK_ERR(store_own_recover_choose(w.s, p.device), OK);
    CHECK_ERR(store_own_recover_list(w.s, &w.a, true, out, 2, &n), OK);
    CHECK(n == 1);
    CHECK_ERR(store_own_recover_choose_none(w.s), OK);
    CHECK_ERR(store_own_recover_list(w.s, &w.a, true, out, 2, &n), OK);
    CHECK(n == 0);
    CHECK_ERR(store_own_recover_clear(w.s), OK);
    CHECK_ERR(store_own_recover_list(w.s, &w.a, false, out, 2, &n), OK);
    CHECK(n == 0);
    end(&w);
}

TEST(a_log_is_read_from_the_front_again_and_knows_how_far_it_was)
{
    struct world w = begin();
    struct store_chat c;
    struct slice sealed;
    int64_t message = 0;
    CHECK_ERR(store_own_restore_front(w.s, w.chat, 3, SLICE_EMPTY), OK);
    CHECK_ERR(store_own_restore_add(w.s, w.chat, 3, hash, SLICE_ARRAY(key), 5), OK);
    CHECK_ERR(store_chat_get(w.s, &w.a, w.chat, &c), OK);
    CHECK(c.cursor == 3 && c.has_cursor_hash && c.has_log_sum && !c.restored);
    CHECK_ERR(store_own_restore_begin(w.s, w.chat, 77), OK);
    CHECK_ERR(store_chat_get(w.s, &w.a, w.chat, &c), OK);
    CHECK(c.cursor == 0 && !c.has_cursor_hash && !c.has_log_sum && c.restored);
    CHECK(c.log_read == 3 && c.restored_ms == 77);
    CHECK_ERR(store_own_restore_begin(w.s, w.chat, 78), OK); /* once more, before anything came */
    CHECK_ERR(store_chat_get(w.s, &w.a, w.chat, &c), OK);
    CHECK(c.log_read == 3);
    CHECK_ERR(store_own_restore_over(w.s, w.chat), OK);
    CHECK_ERR(store_chat_get(w.s, &w.a, w.chat, &c), OK);
    CHECK(!c.restored);
    CHECK_ERR(store_own_restore_unreadable_at(w.s, w.chat, 1, hash, &message), ERR_GONE);
    CHECK_ERR(store_own_restore_sealed(w.s, &w.a, 1, &sealed), ERR_GONE);
    end(&w);
}

TEST_MAIN(TEST_ROW(an_identity_makes_its_account_and_a_recovery_gives_it_another_address),
          TEST_ROW(a_parcel_that_was_used_is_kept_only_where_it_was_sent_from),
          TEST_ROW(a_parcel_that_is_lost_keeps_no_chunk_and_goes_in_time),
          TEST_ROW(how_much_of_a_file_the_gateway_has_only_rises_while_it_goes),
          TEST_ROW(packages_on_their_way_when_all_go_out_anew_go_out_again),
          TEST_ROW(packages_go_out_are_replaced_and_swept),
          TEST_ROW(of_a_device_the_later_part_counts),
          TEST_ROW(a_log_is_read_from_the_front_again_and_knows_how_far_it_was))
