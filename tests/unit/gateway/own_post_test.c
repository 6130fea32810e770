/* Writing to mailboxes: what opens one for posts, for which epoch, key and connection; commits;
 * ephemeral frames. */
#include "gateway/own/post.h"

#include <string.h>

#include "crypto/hash.h"
#include "gateway/own/db_group.h"
#include "gateway/own/reader.h"
#include "lib/check.h"
#include "lib/gateway_line_native.h"

static struct gateway_world w;
static struct gateway_line a, b;
static const uint8_t mailbox[FRAME_MAILBOX_SIZE] = "a new mailbox..";
static const uint8_t tag[FRAME_READ_TAG_SIZE] = "the read tag of those who sit..";

static struct slice done_body(void)
{
    struct slice body;
    CHECK_ERR(buf_finish(&w.body, &body), OK);
    return body;
}

/* A mailbox at epoch 10 (write key 10), which both lines have opened as handle 1. */
static bool begin(void)
{
    uint8_t hash[32];
    if (!gateway_line_gateway(&w)) {
        return false;
    }
    crypto_sha256(hash, SLICE_ARRAY(tag));
    wire_box_new_put(gateway_world_body(&w),
                     &(struct wire_box_new){.mailbox = SLICE_ARRAY(mailbox),
                                            .read_hash = SLICE_ARRAY(hash),
                                            .write_key = slice_make(own_world_key(10), 32),
                                            .epoch = 10});
    CHECK(gateway_world_do(&w, gw_own_db_group_box_new) == 0);
    for (int i = 0; i < 2; i++) {
        struct gateway_line *l = i == 0 ? &a : &b;
        gateway_line_anon(&w, l);
        wire_open_put(gateway_world_body(&w),
                      &(struct wire_open){SLICE_ARRAY(mailbox), SLICE_ARRAY(tag), false, 0, 10});
        gateway_line_say(l, FRAME_OPEN, 1, done_body());
        CHECK(gateway_line_answer(l, 1).type == FRAME_OPENED);
        gateway_line_forget(l);
    }
    return true;
}

static void end(void)
{
    gateway_line_end(&a);
    gateway_line_end(&b);
    gateway_line_gateway_end(&w);
}

/* A WRITE over what is said here. */
static unsigned write_as(struct gateway_line *l, uint8_t key, uint64_t handle, uint64_t epoch,
                         const uint8_t *nonce, struct slice host, uint64_t signed_epoch)
{
    uint8_t signature[CRYPTO_SIGN_SIZE], room[512];
    struct crypto_sign_secret secret = own_world_secret(key);
    struct buf tbs = buf_fixed(room, sizeof room);
    frame_write_tbs(&tbs, host, slice_make(nonce, FRAME_NONCE_SIZE), SLICE_ARRAY(mailbox),
                    signed_epoch);
    crypto_sign(signature, &secret, buf_view(&tbs));
    wire_write_put(gateway_world_body(&w),
                   &(struct wire_write){handle, epoch, SLICE_ARRAY(signature)});
    gateway_line_forget(l);
    gateway_line_say(l, FRAME_WRITE, 5, done_body());
    return gateway_line_failure(l, 5);
}

static unsigned write_for(struct gateway_line *l, uint8_t key, uint64_t epoch)
{
    return write_as(l, key, 1, epoch, l->nonce, SLICE_LITERAL(GATEWAY_LINE_HOST), epoch);
}

static unsigned post(struct gateway_line *l, uint32_t handle, uint64_t epoch, const char *text)
{
    struct buf *body = gateway_world_body(&w);
    frame_post_put(body, &(struct frame_post){
                             .handle = handle, .epoch = epoch, .body = slice_of_string(text)});
    gateway_line_forget(l);
    gateway_line_say(l, FRAME_POST, 6, done_body());
    return gateway_line_failure(l, 6);
}

static unsigned commit(struct gateway_line *l, uint64_t handle, uint64_t epoch, uint8_t signer,
                       uint8_t next, const uint8_t *read_hash)
{
    uint8_t signature[CRYPTO_SIGN_SIZE], room[512];
    static const uint8_t eight[8];
    struct crypto_sign_secret secret = own_world_secret(signer);
    struct buf tbs = buf_fixed(room, sizeof room);
    struct wire_commit v = {.handle = handle,
                            .mid = SLICE_ARRAY(eight),
                            .epoch = epoch,
                            .branch = SLICE_ARRAY(eight),
                            .body = SLICE_LITERAL("commit"),
                            .next_key = slice_make(own_world_key(next), 32),
                            .has_read_hash = read_hash != NULL,
                            .read_hash = slice_make(read_hash, read_hash == NULL ? 0 : 32)};
    frame_commit_tbs(&tbs, SLICE_ARRAY(mailbox), &v);
    crypto_sign(signature, &secret, buf_view(&tbs));
    v.signature = SLICE_ARRAY(signature);
    wire_commit_put(gateway_world_body(&w), &v);
    gateway_line_forget(l);
    gateway_line_say(l, FRAME_COMMIT, 7, done_body());
    return gateway_line_failure(l, 7);
}

TEST(a_write_signs_host_nonce_mailbox_and_epoch)
{
    REQUIRE(begin());
    CHECK(write_as(&a, 11, 1, 10, a.nonce, SLICE_LITERAL(GATEWAY_LINE_HOST), 10) == WIRE_CODE_AUTH);
    CHECK(write_as(&a, 10, 1, 10, b.nonce, SLICE_LITERAL(GATEWAY_LINE_HOST), 10) == WIRE_CODE_AUTH);
    CHECK(write_as(&a, 10, 1, 10, a.nonce, SLICE_LITERAL("evil.example"), 10) == WIRE_CODE_AUTH);
    CHECK(write_as(&a, 10, 1, 10, a.nonce, SLICE_LITERAL(GATEWAY_LINE_HOST), 11) == WIRE_CODE_AUTH);
    CHECK(gw_own_reader_right(a.p, 1) == NULL);
    CHECK(write_as(&a, 10, 2, 10, a.nonce, SLICE_LITERAL(GATEWAY_LINE_HOST), 10) ==
          WIRE_CODE_UNKNOWN);
    CHECK(write_as(&a, 10, 0, 10, a.nonce, SLICE_LITERAL(GATEWAY_LINE_HOST), 10) ==
          WIRE_CODE_UNKNOWN);
    CHECK(write_for(&a, 10, 11) == WIRE_CODE_EPOCH);
    CHECK(write_for(&a, 10, 9) == WIRE_CODE_STALE);
    CHECK(gw_own_reader_right(a.p, 1) == NULL && !a.ended);
    CHECK(write_for(&a, 10, 10) == 0);
    CHECK(gw_own_reader_right(a.p, 1) != NULL && gw_own_reader_right(b.p, 1) == NULL);
    CHECK(write_for(&a, 10, (uint64_t)INT64_MAX + 1) == WIRE_CODE_MALFORMED && a.ended);
    end();
}

TEST(a_post_needs_the_right_of_its_connection)
{
    REQUIRE(begin());
    CHECK(post(&a, 1, 10, "x") == WIRE_CODE_AUTH);
    CHECK(write_for(&a, 10, 10) == 0);
    CHECK(post(&b, 1, 10, "x") == WIRE_CODE_AUTH);
    CHECK(post(&a, 2, 10, "x") == WIRE_CODE_UNKNOWN);
    CHECK(post(&a, 0, 10, "x") == WIRE_CODE_UNKNOWN);
    CHECK(post(&a, 1, 11, "x") == WIRE_CODE_EPOCH);
    CHECK(post(&a, 1, 9, "x") == WIRE_CODE_STALE);
    CHECK(gateway_world_int(&w, "SELECT count(*) FROM glog") == 0);
    gateway_line_forget(&b);
    CHECK(post(&a, 1, 10, "hello") == 0 && gateway_line_answer(&a, 6).type == FRAME_POSTED);
    gateway_line_settle(&w, &b);
    struct slice last;
    struct frame_deliver d;
    CHECK(gateway_line_count(&a, FRAME_DELIVER, NULL) == 1); /* own posts are delivered too */
    REQUIRE(gateway_line_count(&b, FRAME_DELIVER, &last) == 1);
    CHECK_ERR(frame_deliver_get(last, &d), OK);
    CHECK(d.handle == 1 && d.seq == 1 && d.epoch == 10 && d.kind == WIRE_KIND_APPLICATION);
    CHECK_BYTES(d.body, SLICE_LITERAL("hello"));
    CHECK(post(&a, 1, 10, "") == WIRE_CODE_MALFORMED && a.ended);
    end();
}

TEST(the_right_is_of_one_epoch_and_ends_with_its_key)
{
    static const uint8_t hash[32] = {3};
    REQUIRE(begin());
    CHECK(write_for(&a, 10, 10) == 0);
    CHECK(commit(&b, 1, 10, 10, 11, NULL) == 0);
    CHECK(post(&a, 1, 10, "late") == 0); /* five epochs are kept */
    int64_t jobs = gw_log_get(&w.gw.log, GW_LOG_DB_JOBS);
    CHECK(post(&a, 1, 11, "no right for it") == WIRE_CODE_AUTH);
    CHECK(gw_log_get(&w.gw.log, GW_LOG_DB_JOBS) == jobs); /* the writer was not asked */
    CHECK(write_for(&a, 10, 11) == WIRE_CODE_AUTH);       /* by the key of before */
    CHECK(write_for(&a, 11, 11) == 0);
    CHECK(post(&a, 1, 11, "now") == 0);
    CHECK(post(&a, 1, 10, "and not before") == WIRE_CODE_AUTH);
    CHECK(commit(&b, 1, 11, 11, 12, hash) == 0); /* somebody was removed */
    CHECK(post(&a, 1, 11, "removed") == WIRE_CODE_STALE);
    CHECK(write_for(&a, 11, 11) == WIRE_CODE_STALE);
    CHECK(write_for(&a, 11, 12) == WIRE_CODE_AUTH);
    CHECK(gateway_world_int(&w, "SELECT count(*) FROM glog WHERE kind = 0") == 2);
    end();
}

TEST(the_writer_decides_when_the_loop_does_not_know_yet)
{
    struct buf *body;
    REQUIRE(begin());
    CHECK(write_for(&a, 10, 10) == 0);
    /* another key of this epoch, behind the loop's back */
    gateway_world_sql(&w, "UPDATE wkey SET key = zeroblob(32)");
    w.db->tables->undone(w.db);
    CHECK(post(&a, 1, 10, "x") == WIRE_CODE_AUTH);
    CHECK(commit(&a, 1, 10, 10, 11, NULL) == WIRE_CODE_AUTH);
    CHECK(gateway_world_int(&w, "SELECT count(*) FROM glog") == 0);
    body = gateway_world_body(&w);
    buf_zero(body, 5); /* cut short */
    gateway_line_say(&a, FRAME_POST, 8, done_body());
    CHECK(gateway_line_failure(&a, 8) == WIRE_CODE_MALFORMED && a.ended);
    end();
}

TEST(a_commit_is_checked_before_it_is_asked_for)
{
    REQUIRE(begin());
    CHECK(commit(&a, 1, 10, 11, 11, NULL) == WIRE_CODE_AUTH);
    CHECK(gw_log_get(&w.gw.log, GW_LOG_DB_JOBS) == 2); /* the two OPENs */
    CHECK(commit(&a, 3, 10, 10, 11, NULL) == WIRE_CODE_UNKNOWN);
    CHECK(commit(&a, 1, 12, 10, 11, NULL) == WIRE_CODE_EPOCH);
    CHECK(commit(&a, 1, 10, 10, 11, NULL) == 0);
    CHECK(gw_own_reader_group(a.p, 1)->epoch == 11 && gw_own_reader_group(a.p, 1)->key_n == 2);
    end();
}

static void whisper(struct gateway_line *l, uint64_t epoch)
{
    frame_ephemeral_put(gateway_world_body(&w),
                        &(struct frame_ephemeral){1, epoch, SLICE_LITERAL("typing")});
    gateway_line_forget(&a);
    gateway_line_forget(&b);
    gateway_line_say(l, FRAME_EPHEMERAL, 9, done_body());
    gateway_line_settle(&w, &a);
    gateway_line_settle(&w, &b);
}

TEST(an_ephemeral_frame_goes_to_the_others_and_is_never_answered)
{
    static const uint8_t hash[32] = {3};
    struct frame_ephemeral v;
    struct slice last;
    REQUIRE(begin());
    whisper(&a, 10); /* no right */
    CHECK(gateway_line_count(&b, FRAME_EPHEMERAL, NULL) == 0 && a.heard_n == 0);
    CHECK(write_for(&a, 10, 10) == 0);
    whisper(&a, 10);
    REQUIRE(gateway_line_count(&b, FRAME_EPHEMERAL, &last) == 1);
    CHECK_ERR(frame_ephemeral_get(last, &v), OK);
    CHECK(v.handle == 1 && v.epoch == 10);
    CHECK_BYTES(v.body, SLICE_LITERAL("typing"));
    CHECK(a.heard_n == 0);
    whisper(&a, 11);
    CHECK(b.heard_n == 0 && a.heard_n == 0);
    CHECK(gateway_world_int(&w, "SELECT count(*) FROM glog") == 0);
    struct gw_db_key other = {10, {1}}; /* a right by another key of this epoch */
    gw_own_reader_give_right(a.p, 1, &other);
    whisper(&a, 10);
    CHECK(b.heard_n == 0);
    CHECK(write_for(&a, 10, 10) == 0);
    /* whose key has ended whispers no more, whose tag has ended does not hear */
    CHECK(commit(&b, 1, 10, 10, 11, hash) == 0);
    whisper(&a, 10);
    CHECK(b.heard_n == 0);
    CHECK(write_for(&a, 11, 11) == 0);
    whisper(&a, 11);
    CHECK(b.heard_n == 0);
    end();
}

/* Asked themselves, without the table of frames before them. */
TEST(what_does_not_decode_ends_the_connection)
{
    static void (*const frames[])(struct gw_own_peer *, uint32_t, struct slice) = {
        gw_own_post_write, gw_own_post_post, gw_own_post_commit, gw_own_post_ephemeral};
    for (size_t i = 0; i < sizeof frames / sizeof frames[0]; i++) {
        REQUIRE(begin());
        frames[i](a.p, 40, SLICE_LITERAL("\x60"));
        gateway_line_settle(&w, &a);
        CHECK(gateway_line_failure(&a, 40) == WIRE_CODE_MALFORMED && a.ended && !b.ended);
        CHECK(a.close_code == GW_WS_CODE_PROTOCOL);
        end();
    }
}

TEST(a_post_is_as_large_as_a_sealed_body_may_be)
{
    static uint8_t large[FRAME_SEALED_MAX + 1];
    REQUIRE(begin());
    CHECK(write_for(&a, 10, 10) == 0);
    for (size_t more = 0; more < 2; more++) {
        frame_post_put(gateway_world_body(&w),
                       &(struct frame_post){.handle = 1,
                                            .epoch = 10,
                                            .body = slice_make(large, FRAME_SEALED_MAX + more)});
        gw_own_post_post(a.p, 41 + (uint32_t)more, done_body());
        gateway_line_settle(&w, &a);
    }
    CHECK(gateway_line_answer(&a, 41).type == FRAME_POSTED);
    CHECK(gateway_line_failure(&a, 42) == WIRE_CODE_LIMIT && !a.ended);
    end();
}

TEST_MAIN(TEST_ROW(a_write_signs_host_nonce_mailbox_and_epoch),
          TEST_ROW(a_post_needs_the_right_of_its_connection),
          TEST_ROW(the_right_is_of_one_epoch_and_ends_with_its_key),
          TEST_ROW(the_writer_decides_when_the_loop_does_not_know_yet),
          TEST_ROW(a_commit_is_checked_before_it_is_asked_for),
          TEST_ROW(an_ephemeral_frame_goes_to_the_others_and_is_never_answered),
          TEST_ROW(what_does_not_decode_ends_the_connection),
          TEST_ROW(a_post_is_as_large_as_a_sealed_body_may_be))
