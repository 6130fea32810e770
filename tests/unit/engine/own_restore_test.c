/* A gateway that was put back to an old copy (own/restore.h). */
#include "engine/own/ask.h"
#include "engine/own/restore.h"

#include <string.h>

#include "crypto/hash.h"
#include "engine/own/box.h"
#include "engine/own/due.h"
#include "lib/check.h"
#include "lib/own_world.h"
#include "store/message.h"
#include "store/order.h"
#include "store/own_setting.h"
#include "store/protocol.h"
#include "crypto/sign.h"

struct table {
    struct own_world w;
    struct own_world_account ana;
    int64_t chat;
    struct store_chat c;
    struct own_box *box;
};
static struct table t;

static void reload(void)
{
    CHECK_ERR(store_chat_get(t.w.store, &t.w.arena, t.chat, &t.c), OK);
}

static void begin(void)
{
    memset(&t, 0, sizeof t);
    own_world_begin(&t.w);
    own_world_account(&t.ana, 1, 101);
    own_world_be(&t.w, &t.ana, 1);
    t.chat = own_world_chat(&t.w, STORE_CHAT_GROUP, 0);
    own_world_sql(&t.w, "UPDATE chat SET cursor=500,cursor_hash=zeroblob(32),log_sum=zeroblob(32)");
    reload();
    t.box = own_box(t.w.o, t.chat, true);
    CHECK(t.box != NULL);
}

static void end(void)
{
    own_world_end(&t.w);
}

TEST(another_sum_at_the_cursor_or_a_lower_head_is_another_log)
{
    static const uint8_t ours[32] = {0}, other[32] = {1};
    const struct {
        int64_t cursor, note;
        bool has_sum;
        uint64_t head;
        bool has_at;
        const uint8_t *at;
        bool yes;
    } rows[] = {
        {500, 0, true, 500, true, ours, false},        {500, 0, true, 520, true, ours, false},
        {500, 0, true, 499, true, ours, true},  /* less than we have read               */
        {500, 0, true, 520, true, other, true}, /* it has grown again, of other things  */
        {500, 0, true, 520, false, NULL, false},       {500, 0, false, 520, true, other, false},
        {500, 1, true, 499, true, other, false}, /* we are out of it anyway             */
        {0, 0, true, 0, true, other, false},           {-1, 0, true, 0, true, other, false},
        {500, 0, true, UINT64_MAX, true, ours, false},
    };
    begin();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct wire_opened w;
        struct store_chat c = t.c;
        memset(&w, 0, sizeof w);
        c.cursor = rows[i].cursor;
        c.note = (int)rows[i].note;
        c.has_log_sum = rows[i].has_sum;
        w.head = rows[i].head;
        w.has_at = rows[i].has_at;
        w.at = rows[i].at == NULL ? SLICE_EMPTY : slice_make(rows[i].at, 32);
        CHECK(own_restore_is(&c, &w) == rows[i].yes);
    }
    end();
}

/* Each entry goes into the sum; what does not follow makes it unknown, till the gateway says it. */
TEST(the_sum_is_over_all_bodies_in_order)
{
    uint8_t want[32] = {0}, hash[32];
    struct wire_opened w;
    struct frame_deliver d;
    begin();
    memset(&w, 0, sizeof w);
    memset(&d, 0, sizeof d);
    own_world_sql(&t.w, "UPDATE chat SET cursor=-1,log_sum=NULL");
    reload();
    w.first = 1;
    CHECK_ERR(own_restore_opened(&t.w.s, &t.c, &w), OK);
    for (uint64_t seq = 1; seq <= 3; seq++) {
        reload();
        d.seq = seq;
        d.body = slice_make((const uint8_t *)"abc", (size_t)seq);
        struct slice parts[] = {SLICE_ARRAY(want), d.body};
        crypto_hash_parts(CRYPTO_SHA256, want, parts, 2);
        crypto_sha256(hash, d.body);
        CHECK_ERR(own_restore_add(t.w.o, &t.w.s, &t.c, &d, hash), OK);
    }
    reload();
    CHECK(t.c.cursor == 3 && t.c.has_log_sum);
    CHECK(slice_equal(SLICE_ARRAY(t.c.log_sum), SLICE_ARRAY(want)));
    d.seq = 5;
    CHECK_ERR(own_restore_add(t.w.o, &t.w.s, &t.c, &d, hash), OK);
    reload();
    CHECK(t.c.cursor == 5 && !t.c.has_log_sum);
    w.has_at = true;
    w.at = SLICE_ARRAY(want);
    w.first = w.head = 6;
    CHECK_ERR(own_restore_opened(&t.w.s, &t.c, &w), OK);
    reload();
    CHECK(t.c.has_log_sum && t.c.cursor == 5);
    CHECK(slice_equal(SLICE_ARRAY(t.c.log_sum), SLICE_ARRAY(want)));
    end();
}

/* The row that stands for what could not be opened goes when the log has something else there. */
TEST(what_could_not_be_opened_goes_when_the_entry_comes)
{
    static const uint8_t hash[32] = {9};
    struct frame_deliver d;
    struct store_message m;
    begin();
    memset(&d, 0, sizeof d);
    memset(&m, 0, sizeof m);
    d.seq = 7;
    m.chat = t.chat;
    m.mid[0] = 8;
    m.type = STORE_MESSAGE_UNREADABLE;
    m.place = store_place_of(0, 7);
    m.text = SLICE_LITERAL("");
    CHECK_ERR(store_message_add(t.w.store, &m), OK);
    CHECK_ERR(own_restore_in_place(&t.w.s, &t.c, &d, hash), OK); /* not read before */
    CHECK(own_world_int(&t.w, "SELECT count(*) FROM message") == 1);
    t.c.log_read = 7;
    CHECK_ERR(own_restore_in_place(&t.w.s, &t.c, &d, m.mid), OK); /* it is the very entry */
    CHECK(own_world_int(&t.w, "SELECT count(*) FROM message") == 1);
    d.seq = 6;
    CHECK_ERR(own_restore_in_place(&t.w.s, &t.c, &d, hash), OK);
    CHECK(own_world_int(&t.w, "SELECT count(*) FROM message") == 1);
    d.seq = 7;
    CHECK_ERR(own_restore_in_place(&t.w.s, &t.c, &d, hash), OK);
    CHECK(own_world_int(&t.w, "SELECT count(*) FROM message") == 0);
    end();
}

TEST(the_log_is_read_again_from_the_front)
{
    struct slice body;
    begin();
    t.box->opened = true;
    t.box->handle = 3;
    t.w.s.durable = false;
    own_world_sql(&t.w, "INSERT INTO link(token,kind,made_ms,synced) VALUES(x'01',0,0,1)");
    own_world_sql(&t.w, "INSERT INTO key_package(ref,suite,package,secret,expires_s,last_resort,"
                        "published) VALUES(x'01',1,x'',x'',0,0,1),(x'02',1,x'',x'',0,0,2),"
                        "(x'03',1,x'',x'',0,0,0)");
    CHECK_ERR(own_restore_begin(t.w.o, &t.w.s, t.chat), OK);
    CHECK(t.w.s.durable);
    reload();
    CHECK(t.c.cursor == 0 && !t.c.has_cursor_hash && !t.c.has_log_sum && t.c.restored);
    CHECK(t.c.reading == 1 && t.c.log_read == 500);
    CHECK(!t.box->opened);
    CHECK(own_world_sent(&t.w, OWN_CONN_ANON, FRAME_CLOSE, &body));
    /* tokens, packages, the record go up again */
    int64_t due = 0;
    CHECK(own_world_int(&t.w, "SELECT synced FROM link") == 0);
    CHECK(own_world_int(&t.w, "SELECT count(*) FROM key_package WHERE published=0") == 3);
    CHECK(store_own_setting_int(t.w.store, "record-due", 0, &due) == OK && due == 1);
    size_t n = t.w.out.n;
    CHECK_ERR(own_restore_begin(t.w.o, &t.w.s, t.chat), OK); /* it is closed already */
    CHECK(t.w.out.n == n);
    end();
}

/* ---- words ---------------------------------------------------------------------------------- */

/* A word of ours that is with the gateway: counter n. Its id in the outbox. */
static int64_t word(int64_t n)
{
    CHECK_ERR(store_sql_run(t.w.store,
                            "INSERT INTO outbox(chat,content,mid,epoch,sealed,branch,sealed_ms,"
                            "counter,prev,said_ms,hash) VALUES(?1,x'c0',zeroblob(32),7,"
                            "cast('sealed '||?2 AS BLOB),x'0102030405060708',1,?2,zeroblob(32),70,"
                            "zeroblob(32))",
                            "ii", t.chat, n),
              OK);
    return store_sql_last_id(t.w.store);
}

static void keep(int64_t outbox)
{
    CHECK_ERR(own_restore_keep_word(t.w.o, &t.w.s, outbox), OK);
    CHECK_ERR(store_outbox_done(t.w.store, outbox), OK);
}

TEST(a_word_is_kept_as_it_went_out)
{
    struct store_sent v[2];
    uint8_t hash[32];
    size_t n = 0;
    begin();
    keep(word(4));
    CHECK_ERR(store_sent_due(t.w.store, &t.w.arena, t.chat, 1, 0, v, 2, &n), OK);
    REQUIRE(n == 1);
    CHECK_BYTES(v[0].body, SLICE_LITERAL("sealed 4"));
    crypto_sha256(hash, v[0].body);
    CHECK(memcmp(hash, v[0].hash, 32) == 0 && v[0].epoch == 7 && v[0].counter == 4);
    CHECK(v[0].kind == WIRE_KIND_APPLICATION && v[0].reading == 0);
    /* what has no number or was never sealed is no word of the log */
    int64_t id = word(5);
    CHECK_ERR(store_sql_run(t.w.store, "UPDATE outbox SET counter=NULL WHERE id=?", "i", id), OK);
    keep(id);
    id = word(6);
    CHECK_ERR(store_sql_run(t.w.store, "UPDATE outbox SET sealed=NULL WHERE id=?", "i", id), OK);
    keep(id);
    keep(word(4)); /* the same again */
    CHECK_ERR(own_restore_keep_word(t.w.o, &t.w.s, 9999), OK);
    CHECK(own_world_int(&t.w, "SELECT count(*) FROM sent") == 1);
    end();
}

static enum err work(bool *busy)
{
    reload();
    return own_restore_work(t.w.o, &t.w.s, &t.c, t.box, busy);
}

TEST(what_the_log_does_not_have_goes_up_again_unchanged)
{
    struct store_out *v = NULL;
    uint8_t hash[32];
    size_t n = 0;
    bool busy = true;
    begin();
    for (int64_t i = 0; i < 40; i++) { /* more than one portion */
        keep(word(i));
    }
    t.box->opened = true;
    CHECK_ERR(own_restore_begin(t.w.o, &t.w.s, t.chat), OK);
    crypto_sha256(hash, SLICE_LITERAL("sealed 1")); /* this one stands there still */
    CHECK_ERR(store_sent_met(t.w.store, t.chat, hash, 1), OK);
    t.box->last_out = 77;
    CHECK_ERR(work(&busy), OK);
    CHECK(!busy && t.box->last_out == 0);
    reload();
    CHECK(!t.c.restored);
    CHECK_ERR(store_outbox_list(t.w.store, &t.w.arena, t.chat, 0, 64, &v, &n), OK);
    REQUIRE(n == 39);
    CHECK(v[0].counter == 0 && v[1].counter == 2 && v[38].counter == 39);
    CHECK_BYTES(v[1].sealed, SLICE_LITERAL("sealed 2"));
    CHECK(v[1].is_sealed && v[1].epoch == 7 && v[1].branch[7] == 8 && v[1].said_ms == 70);
    CHECK(v[1].has_prev &&
          v[0].content.n == 0); /* nothing of it is kept here: empty if sealed anew */
    CHECK_ERR(work(&busy), OK); /* once */
    CHECK(own_world_int(&t.w, "SELECT count(*) FROM outbox") == 39);
    end();
}

/* ---- commits -------------------------------------------------------------------------------- */

static struct slice commit_frame(uint64_t epoch)
{
    static const uint8_t zeros[64];
    struct wire_commit w;
    struct slice out;
    struct buf b = buf_arena(&t.w.arena, 512);
    memset(&w, 0, sizeof w);
    w.handle = 1;
    w.mid = slice_make(zeros, FRAME_MID_SIZE);
    w.epoch = epoch;
    w.branch = slice_make(zeros, FRAME_BRANCH_SIZE);
    w.body = SLICE_LITERAL("commit");
    w.next_key = slice_make(zeros, 32);
    w.signature = slice_make(zeros, 64);
    wire_commit_put(&b, &w);
    CHECK_ERR(buf_finish(&b, &out), OK);
    return out;
}

static void keep_commit(uint64_t epoch)
{
    struct store_pending p;
    memset(&p, 0, sizeof p);
    p.epoch = epoch;
    p.frame = commit_frame(epoch);
    p.body_hash[0] = (uint8_t)epoch;
    CHECK_ERR(own_restore_keep_commit(t.w.o, &t.w.s, &t.c, &p), OK);
}

/* The question about a commit that is under way. */
static const struct own_ask *asked(void)
{
    for (size_t i = 0; i < OWN_ASKS_MAX; i++) {
        if (t.w.o->asks[i].request != 0) {
            return &t.w.o->asks[i];
        }
    }
    return NULL;
}

static void answer(const struct own_ask *ask, uint64_t failure, const struct wire_failure *f)
{
    struct slice body = SLICE_EMPTY;
    struct own_ask was = *ask;
    struct buf b = buf_arena(&t.w.arena, 64);
    if (f != NULL) {
        wire_failure_put(&b, f);
        CHECK_ERR(buf_finish(&b, &body), OK);
    }
    memset(t.w.o->asks, 0, sizeof t.w.o->asks);
    struct own_due due;
    own_due_take(t.w.o, &due);
    CHECK_ERR(own_restore_answer(t.w.o, &t.w.s, &was, body, failure), OK);
}

TEST(commits_go_up_one_by_one_between_the_words)
{
    struct slice body;
    struct wire_commit w;
    bool busy = false;
    begin();
    keep(word(0));
    keep_commit(7);
    keep(word(1));
    t.box->opened = true;
    CHECK_ERR(own_restore_begin(t.w.o, &t.w.s, t.chat), OK);
    t.box->handle = 33;
    CHECK_ERR(work(&busy), OK);
    CHECK(busy && own_world_int(&t.w, "SELECT count(*) FROM outbox") == 1);
    REQUIRE(own_world_sent(&t.w, OWN_CONN_ANON, FRAME_COMMIT, &body));
    CHECK_ERR(wire_commit_decode(&t.w.arena, body, &w), OK);
    CHECK(w.handle == 33 && w.epoch == 7); /* all but the handle as it was */
    size_t n = t.w.out.n;
    CHECK_ERR(work(&busy), OK); /* one is under way */
    CHECK(busy && t.w.out.n == n);
    const struct own_ask *ask = asked();
    REQUIRE(ask != NULL && own_restore_asked(ask));
    answer(ask, 0, NULL);
    CHECK(own_due_any(t.w.o));
    CHECK_ERR(work(&busy), OK);
    CHECK(!busy && own_world_int(&t.w, "SELECT count(*) FROM outbox") == 2);
    end();
}

TEST(a_commit_that_cannot_go_up_now_waits_and_does_not_spin)
{
    static const uint8_t lower[8] = {0, 0, 0, 0, 0, 0, 0, 6}, higher[8] = {0, 0, 0, 0, 0, 0, 0, 8};
    const struct {
        uint64_t code;
        const uint8_t *head;
        bool waits;
    } rows[] = {
        {WIRE_CODE_RATE, NULL, true},     {WIRE_CODE_BUSY, NULL, true},
        {WIRE_CODE_FULL, NULL, true},     {WIRE_CODE_EPOCH, lower, true}, /* theirs come first */
        {WIRE_CODE_EPOCH, higher, false}, {WIRE_CODE_EPOCH, NULL, false},
        {WIRE_CODE_STALE, NULL, false},   {WIRE_CODE_AUTH, NULL, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        bool busy = false;
        struct wire_failure f = {rows[i].code, 0, rows[i].head != NULL, SLICE_EMPTY};
        if (rows[i].head != NULL) {
            f.detail = slice_make(rows[i].head, 8);
        }
        begin();
        keep_commit(7);
        t.box->opened = true;
        CHECK_ERR(own_restore_begin(t.w.o, &t.w.s, t.chat), OK);
        CHECK_ERR(work(&busy), OK);
        const struct own_ask *ask = asked();
        REQUIRE(ask != NULL);
        answer(ask, rows[i].code, &f);
        /* asked again with an alarm, a delivery, a connection: not at once */
        CHECK(own_due_any(t.w.o) == !rows[i].waits);
        CHECK_ERR(work(&busy), OK);
        CHECK(busy == rows[i].waits);
        end();
    }
}

TEST(an_answer_to_what_is_not_kept_any_more_is_nothing)
{
    struct own_ask ask;
    begin();
    memset(&ask, 0, sizeof ask);
    ask.type = FRAME_COMMIT;
    ask.a = t.chat;
    ask.b = 7; /* of an ordinary commit: the epoch */
    CHECK(!own_restore_asked(&ask));
    ask.b = -1001;
    CHECK(own_restore_asked(&ask));
    ask.type = FRAME_POST;
    CHECK(!own_restore_asked(&ask));
    ask.type = FRAME_COMMIT;
    CHECK_ERR(own_restore_answer(t.w.o, &t.w.s, &ask, SLICE_EMPTY, 0), OK);
    keep_commit(7);
    ask.a = 99; /* its chat is gone */
    CHECK_ERR(own_restore_answer(t.w.o, &t.w.s, &ask, SLICE_EMPTY, 0), OK);
    end();
}

TEST(another_entry_at_the_cursor_is_told_by_its_hash)
{
    struct frame_deliver d;
    begin();
    memset(&d, 0, sizeof d);
    d.seq = 500;
    d.body = SLICE_LITERAL("as it was");
    CHECK(own_restore_differs(&t.c, &d)); /* a hash of zeros */
    crypto_sha256(t.c.cursor_hash, d.body);
    CHECK(!own_restore_differs(&t.c, &d));
    d.body = SLICE_LITERAL("another");
    CHECK(own_restore_differs(&t.c, &d));
    d.seq = 501; /* what comes next, or before, is not there */
    CHECK(!own_restore_differs(&t.c, &d));
    d.seq = 499;
    CHECK(!own_restore_differs(&t.c, &d));
    d.seq = 500;
    t.c.has_cursor_hash = false; /* it is not held against what comes */
    CHECK(!own_restore_differs(&t.c, &d));
    end();
}

TEST(what_was_before_our_time_is_behind_the_front_of_the_log)
{
    begin();
    CHECK_ERR(own_restore_before(&t.w.s, &t.c, 7), OK);
    reload();
    CHECK(t.c.log_first == 0); /* it is not read again */
    CHECK_ERR(own_restore_begin(t.w.o, &t.w.s, t.chat), OK);
    reload();
    CHECK_ERR(own_restore_before(&t.w.s, &t.c, 7), OK);
    reload();
    CHECK(t.c.log_first == 8);
    end();
}

TEST(a_commit_that_we_do_not_follow_counts_as_taken)
{
    static const uint8_t hash[32] = {3};
    struct store_seen seen = {9, 9, 9};
    begin();
    t.c.reading = 4;
    CHECK_ERR(own_restore_passed(t.w.o, &t.w.s, &t.c, hash), OK);
    CHECK_ERR(store_seen_get(t.w.store, t.chat, hash, &seen), OK);
    CHECK(seen.leaf == 0 && seen.counter == 0 && seen.reading == 4);
    end();
}

TEST(what_the_gateway_keeps_of_the_account_goes_up_again)
{
    begin();
    own_world_sql(&t.w, "INSERT INTO link(token,kind,made_ms,synced) VALUES(x'01',0,0,1)");
    own_world_sql(&t.w, "INSERT INTO key_package(ref,suite,package,secret,expires_s,last_resort,"
                        "published) VALUES(x'01',1,x'',x'',0,0,1)");
    CHECK_ERR(own_restore_account(&t.w.s), OK);
    CHECK(own_world_int(&t.w, "SELECT synced FROM link") == 0);
    CHECK(own_world_int(&t.w, "SELECT published FROM key_package") == 0);
    CHECK(own_world_setting(&t.w, "packages-anew") == 1 &&
          own_world_setting(&t.w, "record-due") == 1);
    end();
}

/* Any member puts it up again, signed by the right to write that all have. */
TEST(a_commit_of_somebody_else_is_kept_without_its_welcomes)
{
    struct store_epoch now, next;
    struct frame_deliver d;
    struct store_sent v[2];
    struct wire_commit w;
    struct crypto_sign_secret secret;
    struct crypto_sign_public pub, next_pub;
    struct slice tbs;
    size_t n = 0;
    begin();
    memset(&d, 0, sizeof d);
    d.epoch = 7;
    d.mid[0] = 4;
    d.branch[0] = 5;
    d.body = SLICE_LITERAL("a commit");
    CHECK_ERR(own_restore_keep_other(t.w.o, &t.w.s, &t.c, &d), OK); /* we have left with it */
    CHECK(own_world_int(&t.w, "SELECT count(*) FROM sent") == 0);
    memset(&now, 0, sizeof now);
    now.n = 7;
    now.write_seed[0] = 1;
    next = now;
    next.n = 8;
    next.write_seed[0] = 2;
    CHECK_ERR(store_epoch_put(t.w.store, t.chat, &now), OK);
    CHECK_ERR(store_epoch_put(t.w.store, t.chat, &next), OK);
    CHECK_ERR(own_restore_keep_other(t.w.o, &t.w.s, &t.c, &d), OK);
    CHECK_ERR(store_sent_due(t.w.store, &t.w.arena, t.chat, t.c.reading + 1, 0, v, 2, &n), OK);
    REQUIRE(n == 1 && v[0].kind == WIRE_KIND_COMMIT && v[0].epoch == 7 && v[0].counter == -1);
    CHECK_ERR(wire_commit_decode(&t.w.arena, v[0].body, &w), OK);
    CHECK(w.epoch == 7 && w.welcomes_n == 0 && !w.has_info && !w.has_read_hash);
    CHECK_BYTES(w.body, d.body);
    CHECK_BYTES(w.mid, SLICE_ARRAY(d.mid));
    CHECK_BYTES(w.branch, SLICE_ARRAY(d.branch));
    memcpy(secret.seed, next.write_seed, sizeof secret.seed);
    crypto_sign_public_of(&next_pub, &secret);
    CHECK_BYTES(w.next_key, SLICE_ARRAY(next_pub.b));
    memcpy(secret.seed, now.write_seed, sizeof secret.seed);
    crypto_sign_public_of(&pub, &secret);
    struct buf b = buf_arena(&t.w.arena, 512);
    frame_commit_tbs(&b, SLICE_ARRAY(t.c.mailbox), &w);
    CHECK_ERR(buf_finish(&b, &tbs), OK);
    CHECK_ERR(crypto_sign_verify(w.signature, tbs, &pub), OK);
    end();
}

TEST_MAIN(TEST_ROW(another_sum_at_the_cursor_or_a_lower_head_is_another_log),
          TEST_ROW(the_sum_is_over_all_bodies_in_order),
          TEST_ROW(what_could_not_be_opened_goes_when_the_entry_comes),
          TEST_ROW(the_log_is_read_again_from_the_front), TEST_ROW(a_word_is_kept_as_it_went_out),
          TEST_ROW(what_the_log_does_not_have_goes_up_again_unchanged),
          TEST_ROW(commits_go_up_one_by_one_between_the_words),
          TEST_ROW(a_commit_that_cannot_go_up_now_waits_and_does_not_spin),
          TEST_ROW(an_answer_to_what_is_not_kept_any_more_is_nothing),
          TEST_ROW(another_entry_at_the_cursor_is_told_by_its_hash),
          TEST_ROW(what_was_before_our_time_is_behind_the_front_of_the_log),
          TEST_ROW(a_commit_that_we_do_not_follow_counts_as_taken),
          TEST_ROW(what_the_gateway_keeps_of_the_account_goes_up_again),
          TEST_ROW(a_commit_of_somebody_else_is_kept_without_its_welcomes))
