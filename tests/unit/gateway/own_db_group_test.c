/* Mailboxes: who reads and writes, one commit an epoch, what a removal ends, and their rows in the
 * writer's memory (db_mailbox.h). */
#include "gateway/own/db_group.h"

#include <string.h>

#include "crypto/hash.h"
#include "crypto/sign.h"
#include "gateway/own/db_account.h"
#include "gateway/own/db_keys.h"
#include "gateway/own/db_mailbox.h"
#include "lib/check.h"
#include "lib/gateway_world_native.h"

static struct gateway_world w;
static const uint8_t mailbox[FRAME_MAILBOX_SIZE] = "a new mailbox..";
static const uint8_t tag[FRAME_READ_TAG_SIZE] = "the read tag of those who sit..";
static const uint8_t tag2[FRAME_READ_TAG_SIZE] = "the read tag after a removal...";
static const uint8_t token[FRAME_TOKEN_SIZE] = "a contact token";

static unsigned make(struct slice name, uint64_t epoch, uint8_t key)
{
    uint8_t hash[32];
    crypto_sha256(hash, SLICE_ARRAY(tag));
    wire_box_new_put(gateway_world_body(&w),
                     &(struct wire_box_new){.mailbox = name,
                                            .read_hash = SLICE_ARRAY(hash),
                                            .write_key = slice_make(own_world_key(key), 32),
                                            .epoch = epoch,
                                            .has_info = true,
                                            .info = SLICE_LITERAL("bundle")});
    return gateway_world_do(&w, gw_own_db_group_box_new);
}

/* A mailbox with id 1 at epoch 10, whose write key is key 10. */
static bool begin(void)
{
    bool fine = gateway_world_begin(&w);
    if (fine) {
        CHECK(make(SLICE_ARRAY(mailbox), 10, 10) == 0);
    }
    return fine;
}

static unsigned open_at(const uint8_t *t, bool has_cursor, uint64_t cursor, uint64_t epoch,
                        struct wire_opened *out)
{
    wire_open_put(gateway_world_body(&w),
                  &(struct wire_open){SLICE_ARRAY(mailbox), slice_make(t, FRAME_READ_TAG_SIZE),
                                      has_cursor, cursor, epoch});
    gateway_world_job(&w)->handle = 3;
    unsigned code = gateway_world_do(&w, gw_own_db_group_open);
    if (code == 0) {
        CHECK_ERR(wire_opened_decode(&w.arena, gateway_world_answer(&w, FRAME_OPENED), out), OK);
        CHECK(out->handle == 3);
    }
    return code;
}

static uint64_t posted(void)
{
    struct slice body = gateway_world_answer(&w, FRAME_POSTED);
    uint64_t seq = 0;
    CHECK_ERR(slice_le64(&body, &seq), OK);
    return seq;
}

/* With the right of the key of this number. */
static unsigned post(uint8_t mid, uint64_t epoch, uint8_t key, uint8_t flags, struct slice body)
{
    (void)gateway_world_body(&w);
    struct gw_db_job *job = gateway_world_job(&w);
    job->group.id = 1;
    job->shared = gw_bytes_copy(body);
    memcpy(job->used_key, own_world_key(key), sizeof job->used_key);
    job->post = (struct frame_post){.epoch = epoch, .flags = flags};
    memset(job->post.mid, mid, sizeof job->post.mid);
    memset(job->post.branch, 0xb, sizeof job->post.branch);
    return gateway_world_do(&w, gw_own_db_group_post);
}

static unsigned say(uint8_t mid, uint64_t epoch, uint8_t key)
{
    return post(mid, epoch, key, 0, SLICE_LITERAL("a word"));
}

struct commit {
    uint64_t epoch;
    uint8_t mid, next, signer;
    bool removes;
    const struct wire_welcome *welcomes;
    size_t welcome_n;
    bool verified; /* by the loop, with the key `used` */
    uint8_t used;
};

static void write_commit(const struct commit *c)
{
    static const uint8_t branch[FRAME_BRANCH_SIZE];
    uint8_t hash[32], mid[FRAME_MID_SIZE], signature[CRYPTO_SIGN_SIZE], room[512];
    struct slice in;
    memset(mid, c->mid, sizeof mid);
    crypto_sha256(hash, SLICE_ARRAY(tag2));
    struct wire_commit v = {.mid = SLICE_ARRAY(mid),
                            .epoch = c->epoch,
                            .branch = SLICE_ARRAY(branch),
                            .body = SLICE_LITERAL("commit"),
                            .next_key = slice_make(own_world_key(c->next), 32),
                            .has_read_hash = c->removes,
                            .read_hash = SLICE_ARRAY(hash),
                            .welcomes = c->welcomes,
                            .welcomes_n = c->welcome_n};
    struct buf tbs = buf_fixed(room, sizeof room);
    struct crypto_sign_secret secret = own_world_secret(c->signer);
    frame_commit_tbs(&tbs, SLICE_ARRAY(mailbox), &v);
    CHECK_ERR(buf_finish(&tbs, &in), OK);
    crypto_sign(signature, &secret, in);
    v.signature = SLICE_ARRAY(signature);
    wire_commit_put(gateway_world_body(&w), &v);
}

static unsigned commit(struct commit c)
{
    write_commit(&c);
    w.whole = true;
    struct gw_db_job *job = gateway_world_job(&w);
    job->group.id = 1;
    job->verified = c.verified;
    memcpy(job->used_key, own_world_key(c.used), sizeof job->used_key);
    unsigned code = gateway_world_do(&w, gw_own_db_group_commit);
    w.whole = false;
    return code;
}

static uint64_t detail(void)
{
    uint64_t v = 0;
    struct slice in = SLICE_ARRAY(w.job->detail);
    CHECK(w.job->has_detail);
    CHECK_ERR(slice_u64(&in, &v), OK);
    return v;
}

TEST(an_address_is_taken_once_and_sizes_are_exact)
{
    static const uint8_t other[FRAME_MAILBOX_SIZE] = {1};
    REQUIRE(begin());
    CHECK(make(SLICE_ARRAY(mailbox), 1, 11) == WIRE_CODE_EXISTS);
    CHECK(make(slice_make(other, 15), 1, 11) == WIRE_CODE_MALFORMED);
    CHECK(make(SLICE_ARRAY(other), INT64_MAX, 11) == WIRE_CODE_MALFORMED);
    w.gw.config.require_grants = true;
    CHECK(make(SLICE_ARRAY(other), 1, 11) == WIRE_CODE_QUOTA);
    w.gw.config.require_grants = false;
    atomic_store(&w.db->full, true);
    CHECK(make(SLICE_ARRAY(other), 1, 11) == WIRE_CODE_FULL);
    atomic_store(&w.db->full, false);
    CHECK(make(SLICE_ARRAY(other), INT64_MAX - 1, 11) == 0);
    gateway_world_end(&w);
}

TEST(reading_is_by_the_tag_and_begins_behind_the_cursor)
{
    struct wire_opened o;
    REQUIRE(begin());
    CHECK(open_at(tag2, false, 0, 10, &o) == WIRE_CODE_AUTH);
    CHECK(open_at(tag, false, 0, 10, &o) == 0);
    CHECK(o.head == 0 && o.first == 1 && o.epoch == 10 && !o.has_at);
    CHECK(w.job->group.id == 1 && w.job->group.key_n == 1 && w.job->until == GW_DB_NO_END);
    for (uint8_t i = 1; i <= 3; i++) {
        CHECK(say(i, 10, 10) == 0 && posted() == i);
    }
    CHECK(commit((struct commit){.epoch = 10, .mid = 4, .next = 11, .signer = 10}) == 0);
    CHECK(posted() == 4 && say(5, 11, 11) == 0);
    CHECK(open_at(tag, false, 0, 10, &o) == 0 && o.first == 1 && o.head == 5);
    CHECK(open_at(tag, false, 0, 11, &o) == 0 && o.first == 5 && w.job->number == 4 && o.has_at);
    CHECK(open_at(tag, false, 0, 12, &o) == 0 && o.first == 6 && w.job->number == 5);
    CHECK(open_at(tag, true, 2, 0, &o) == 0 && o.first == 3 && w.job->number == 2 && o.has_at);
    CHECK(open_at(tag, true, 5, 0, &o) == 0 && o.first == 6 && o.has_at);
    CHECK(open_at(tag, true, 6, 0, &o) == 0 && o.first == 6 && !o.has_at); /* a log put back */
    CHECK(open_at(tag, true, (uint64_t)INT64_MAX + 1, 0, &o) == WIRE_CODE_MALFORMED);
    gateway_world_sql(&w, "DELETE FROM glog WHERE seq < 4"); /* expired */
    CHECK(open_at(tag, true, 1, 0, &o) == 0 && o.first == 4);
    gateway_world_end(&w);
}

TEST(an_address_and_a_tag_have_their_sizes)
{
    static const size_t sizes[][2] = {{FRAME_MAILBOX_SIZE - 1, FRAME_READ_TAG_SIZE},
                                      {FRAME_MAILBOX_SIZE, FRAME_READ_TAG_SIZE - 1}};
    REQUIRE(begin());
    for (size_t i = 0; i < 2; i++) {
        struct slice name = slice_make(mailbox, sizes[i][0]), by = slice_make(tag, sizes[i][1]);
        wire_open_put(gateway_world_body(&w), &(struct wire_open){.mailbox = name, .read_tag = by});
        CHECK(gateway_world_do(&w, gw_own_db_group_open) == WIRE_CODE_MALFORMED);
        wire_info_get_put(gateway_world_body(&w), &(struct wire_info_get){name, by});
        CHECK(gateway_world_do(&w, gw_own_db_group_info_get) == WIRE_CODE_MALFORMED);
    }
    gateway_world_end(&w);
}

TEST(the_sum_runs_over_all_bodies_of_the_log)
{
    uint8_t sum[GW_OWN_DB_SUM] = {0}, at[GW_OWN_DB_SUM];
    struct wire_opened o;
    REQUIRE(begin());
    CHECK(say(1, 10, 10) == 0 && say(2, 10, 10) == 0);
    for (uint64_t i = 1; i <= 2; i++) {
        struct slice parts[] = {SLICE_ARRAY(sum), SLICE_LITERAL("a word")};
        uint8_t next[GW_OWN_DB_SUM];
        crypto_hash_parts(CRYPTO_SHA256, next, parts, 2);
        memcpy(sum, next, sizeof sum);
        CHECK(gw_own_db_mailbox_sum_at(w.db, 1, i, at));
        CHECK_BYTES(SLICE_ARRAY(at), SLICE_ARRAY(sum));
        CHECK(open_at(tag, true, i, 0, &o) == 0 && o.has_at);
        CHECK_BYTES(o.at, SLICE_ARRAY(sum));
    }
    CHECK(!gw_own_db_mailbox_sum_at(w.db, 1, 3, at) && !gw_own_db_mailbox_sum_at(w.db, 2, 1, at));
    gateway_world_end(&w);
}

TEST(a_post_counts_with_the_key_of_its_epoch_alone)
{
    const struct gw_db_notice *n = NULL;
    REQUIRE(begin());
    CHECK(say(1, 10, 11) == WIRE_CODE_AUTH);
    CHECK(say(1, 11, 10) == WIRE_CODE_EPOCH && detail() == 10);
    CHECK(say(1, 9, 10) == WIRE_CODE_STALE && !w.job->has_detail);
    CHECK(say(1, 10, 10) == 0 && posted() == 1);
    CHECK(gateway_world_notices(&w, GW_DB_NOTICE_ENTRY, &n) == 1);
    CHECK(n->id == 1 && n->seq == 1 && n->epoch == 10 && n->entry_kind == WIRE_KIND_APPLICATION);
    CHECK(n->mid[0] == 1 && n->branch[7] == 0xb && !n->has_key && !n->ends_tag);
    CHECK_BYTES(gw_bytes_slice(n->body), SLICE_LITERAL("a word"));
    (void)gateway_world_body(&w);
    struct gw_db_job *job = gateway_world_job(&w);
    job->group.id = 2;
    job->shared = gw_bytes_copy(SLICE_LITERAL("a word"));
    CHECK(gateway_world_do(&w, gw_own_db_group_post) == WIRE_CODE_UNKNOWN);
    gateway_world_end(&w);
}

TEST(a_repeated_post_is_stored_once_when_it_says_so)
{
    REQUIRE(begin());
    CHECK(say(1, 10, 10) == 0 && say(2, 10, 10) == 0);
    CHECK(post(1, 10, 10, FRAME_FLAG_RETRY, SLICE_LITERAL("a word")) == 0 && posted() == 1);
    CHECK(post(3, 10, 10, FRAME_FLAG_RETRY, SLICE_LITERAL("a word")) == 0 && posted() == 3);
    CHECK(say(1, 10, 10) == 0 && posted() == 4);
    /* stored when its epoch was young */
    for (uint8_t i = 0; i < 6; i++) {
        CHECK(commit((struct commit){.epoch = 10u + i,
                                     .mid = 1,
                                     .next = (uint8_t)(11 + i),
                                     .signer = (uint8_t)(10 + i)}) == 0);
    }
    CHECK(post(2, 10, 10, FRAME_FLAG_RETRY, SLICE_LITERAL("a word")) == 0 && posted() == 2);
    CHECK(say(9, 10, 10) == WIRE_CODE_STALE);
    CHECK(say(9, 11, 11) == 0);                          /* five epochs are kept */
    CHECK(gw_log_get(&w.gw.log, GW_LOG_POSTS) == 5 + 6); /* commits are entries too */
    gateway_world_end(&w);
}

TEST(a_mailbox_has_room_for_as_many_bytes_as_is_set)
{
    REQUIRE(begin());
    w.gw.config.mailbox_bytes = 12;
    CHECK(say(1, 10, 10) == 0 && say(2, 10, 10) == 0);
    CHECK(post(3, 10, 10, 0, SLICE_LITERAL("x")) == WIRE_CODE_QUOTA);
    CHECK(commit((struct commit){.epoch = 10, .mid = 4, .next = 11, .signer = 10}) ==
          WIRE_CODE_QUOTA);
    atomic_store(&w.db->full, true);
    CHECK(post(3, 10, 10, 0, SLICE_LITERAL("x")) == WIRE_CODE_FULL);
    gateway_world_end(&w);
}

TEST(a_commit_is_signed_with_the_key_of_the_epoch_it_ends)
{
    REQUIRE(begin());
    CHECK(commit((struct commit){.epoch = 10, .mid = 1, .next = 11, .signer = 11}) ==
          WIRE_CODE_AUTH);
    /* what a loop has checked counts only if it was with the very key that counts now */
    CHECK(commit((struct commit){
              .epoch = 10, .mid = 1, .next = 11, .signer = 12, .verified = true, .used = 12}) ==
          WIRE_CODE_AUTH);
    CHECK(commit((struct commit){
              .epoch = 10, .mid = 1, .next = 11, .signer = 12, .verified = true, .used = 10}) == 0);
    CHECK(gateway_world_int(&w, "SELECT count(*) FROM glog") == 1);
    gateway_world_end(&w);
}

TEST(the_first_commit_of_an_epoch_wins_and_is_told_again_that_it_did)
{
    struct commit first = {.epoch = 10, .mid = 1, .next = 11, .signer = 10};
    struct commit second = {.epoch = 10, .mid = 2, .next = 12, .signer = 10};
    const struct gw_db_notice *n = NULL;
    REQUIRE(begin());
    CHECK(commit((struct commit){.epoch = 11, .mid = 1, .next = 12, .signer = 10}) ==
          WIRE_CODE_EPOCH);
    CHECK(detail() == 10);
    CHECK(commit(first) == 0 && posted() == 1);
    CHECK(gateway_world_notices(&w, GW_DB_NOTICE_ENTRY, &n) == 1);
    CHECK(n->has_key && n->key.epoch == 11 && !n->ends_tag && n->entry_kind == WIRE_KIND_COMMIT);
    CHECK_BYTES(SLICE_ARRAY(n->key.key), slice_make(own_world_key(11), 32));
    CHECK(commit(second) == WIRE_CODE_EPOCH && detail() == 11);
    CHECK(commit(first) == 0 && posted() == 1);
    CHECK(gw_log_get(&w.gw.log, GW_LOG_COMMITS) == 1);
    CHECK(gw_log_get(&w.gw.log, GW_LOG_COMMITS_LOST) == 1);
    CHECK(gateway_world_int(&w, "SELECT count(*) FROM glog") == 1);
    gateway_world_end(&w);
}

TEST(a_removal_ends_the_tag_and_every_earlier_key_at_once)
{
    struct wire_opened o;
    const struct gw_db_notice *n = NULL;
    REQUIRE(begin());
    CHECK(say(1, 10, 10) == 0);
    CHECK(commit((struct commit){
              .epoch = 10, .mid = 1, .next = 11, .signer = 10, .removes = true}) == 0);
    CHECK(gateway_world_notices(&w, GW_DB_NOTICE_ENTRY, &n) == 2 && n->ends_tag);
    CHECK(say(2, 10, 10) == WIRE_CODE_STALE);
    CHECK(say(3, 11, 11) == 0 && posted() == 3);
    CHECK(open_at(tag, false, 0, 10, &o) == 0); /* up to and with the commit */
    CHECK(w.job->until == 2 && o.head == 2 && o.first == 1);
    CHECK(open_at(tag, true, 3, 0, &o) == 0 && o.first == 3);
    CHECK(!o.has_at); /* nor a sum of what lies behind it */
    CHECK(open_at(tag2, false, 0, 10, &o) == 0 && w.job->until == GW_DB_NO_END && o.head == 3);
    /* what the rows say is what memory says */
    gw_own_db_mailbox_save_all(w.db);
    gw_own_db_mailbox_forget_all(w.db);
    CHECK(say(2, 10, 10) == WIRE_CODE_STALE);
    CHECK(open_at(tag2, false, 0, 10, &o) == 0 && w.job->group.key_n == 1);
    gateway_world_sql(&w,
                      "DELETE FROM glog WHERE seq < 3"); /* all that the old tag reads expired */
    CHECK(open_at(tag, false, 0, 10, &o) == 0 && o.head == 2 && o.first == 3);
    gateway_world_end(&w);
}

static unsigned info(const uint8_t *t, struct wire_info *out)
{
    wire_info_get_put(
        gateway_world_body(&w),
        &(struct wire_info_get){SLICE_ARRAY(mailbox), slice_make(t, FRAME_READ_TAG_SIZE)});
    unsigned code = gateway_world_do(&w, gw_own_db_group_info_get);
    if (code == 0) {
        CHECK_ERR(wire_info_decode(&w.arena, gateway_world_answer(&w, FRAME_INFO), out), OK);
    }
    return code;
}

TEST(the_join_bundle_is_for_those_who_are_in_it_now)
{
    struct wire_info i;
    REQUIRE(begin());
    CHECK(info(tag, &i) == 0 && i.has_info && i.epoch == 10 && i.head == 0);
    CHECK_BYTES(i.info, SLICE_LITERAL("bundle"));
    CHECK(info(tag2, &i) == WIRE_CODE_AUTH);
    CHECK(commit((struct commit){
              .epoch = 10, .mid = 1, .next = 11, .signer = 10, .removes = true}) == 0);
    CHECK(info(tag, &i) == WIRE_CODE_AUTH);
    CHECK(info(tag2, &i) == 0 && i.epoch == 11 && i.head == 1);
    gateway_world_end(&w);
}

TEST(welcomes_go_out_all_or_none_and_only_when_the_commit_wins)
{
    static struct own_world_account a;
    static const uint8_t inbox[FRAME_INBOX_SIZE] = {5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5};
    uint8_t hash[32];
    struct wire_welcome v[2] = {{SLICE_ARRAY(inbox), SLICE_ARRAY(token), SLICE_LITERAL("welcome")},
                                {SLICE_ARRAY(tag), SLICE_ARRAY(token), SLICE_LITERAL("welcome")}};
    struct commit c = {
        .epoch = 10, .mid = 1, .next = 11, .signer = 10, .welcomes = v, .welcome_n = 2};
    REQUIRE(begin());
    gateway_world_account(&a, 1, 2);
    gateway_world_register(&w, &a, 1, 5);
    crypto_sha256(hash, SLICE_ARRAY(token));
    wire_token_set_put(gateway_world_body(&w), &(struct wire_token_set){SLICE_ARRAY(hash), 1, 0});
    CHECK(gateway_world_do(&w, gw_own_db_keys_token_set) == 0);
    v[1].inbox = slice_make(tag, FRAME_INBOX_SIZE); /* nobody's */
    CHECK(commit(c) == WIRE_CODE_TOKEN && detail() == 1);
    CHECK(gateway_world_int(&w, "SELECT count(*) FROM q") == 0);
    CHECK(gateway_world_int(&w, "SELECT uses FROM token") == 1);
    v[1].inbox = v[0].inbox; /* the token is good for one */
    CHECK(commit(c) == WIRE_CODE_TOKEN && detail() == 1);
    CHECK(gateway_world_int(&w, "SELECT count(*) FROM glog") == 0);
    v[1].token.n--;
    CHECK(commit(c) == WIRE_CODE_MALFORMED);
    c.welcome_n = 1;
    CHECK(commit(c) == 0 && gateway_world_int(&w, "SELECT count(*) FROM q") == 1);
    CHECK(commit(c) == 0 && gateway_world_int(&w, "SELECT count(*) FROM q") == 1); /* again */
    gateway_world_end(&w);
}

/* ---- what the writer remembers ------------------------------------------------------------- */

TEST(a_late_row_is_made_good_from_the_log)
{
    struct gw_own_db_mailbox *m;
    uint8_t sum[GW_OWN_DB_SUM];
    REQUIRE(begin());
    CHECK(say(1, 10, 10) == 0 && say(2, 10, 10) == 0);
    m = gw_own_db_mailbox_by_address(w.db, SLICE_ARRAY(mailbox));
    REQUIRE(m != NULL);
    CHECK(m == gw_own_db_mailbox_by_id(w.db, 1) && m->g.next == 3 && m->bytes == 12 && m->late);
    memcpy(sum, m->sum, sizeof sum);
    gw_own_db_mailbox_save_all(w.db); /* dirty ones: it is not */
    CHECK(gateway_world_int(&w, "SELECT next FROM grp") == 1 && m->late);
    gw_own_db_mailbox_forget(w.db, 1);
    CHECK(w.db->own->late_n == 0 && w.db->own->mailbox_n == 0);
    m = gw_own_db_mailbox_by_id(w.db, 1);
    REQUIRE(m != NULL);
    CHECK(m->g.next == 3 && m->bytes == 12 && m->late && w.db->own->late_n == 1);
    CHECK_BYTES(SLICE_ARRAY(m->sum), SLICE_ARRAY(sum));
    w.db->own->late_ms = gw_clock_steady_ms();
    gw_own_db_mailbox_save_late(w.db); /* its time has not come */
    CHECK(gateway_world_int(&w, "SELECT next FROM grp") == 1);
    w.db->own->late_ms = 0;
    gw_own_db_mailbox_save_late(w.db);
    CHECK(gateway_world_int(&w, "SELECT next FROM grp") == 3);
    CHECK(gateway_world_int(&w, "SELECT bytes FROM grp") == 12 && !m->late);
    gateway_world_end(&w);
}

TEST(dirty_rows_are_written_at_the_end_of_the_batch_and_forgotten_when_undone)
{
    struct gw_own_db_mailbox *m;
    REQUIRE(begin());
    m = gw_own_db_mailbox_by_id(w.db, 1);
    REQUIRE(m != NULL);
    m->bytes = 77;
    gw_own_db_mailbox_dirty(w.db, m);
    gw_own_db_mailbox_dirty(w.db, m);
    CHECK(w.db->own->dirty_n == 1);
    gw_own_db_mailbox_forget_all(w.db);
    CHECK(w.db->own->dirty_n == 0);
    m = gw_own_db_mailbox_by_id(w.db, 1);
    REQUIRE(m != NULL);
    CHECK(m->bytes == 0);
    m->bytes = 78;
    gw_own_db_mailbox_dirty(w.db, m);
    gw_own_db_mailbox_save_all(w.db);
    CHECK(gateway_world_int(&w, "SELECT bytes FROM grp") == 78 && w.db->own->dirty_n == 0);
    CHECK(gw_own_db_mailbox_by_id(w.db, 2) == NULL);
    CHECK(gw_own_db_mailbox_by_address(w.db, SLICE_LITERAL("nobody's address")) == NULL);
    CHECK(gw_own_db_mailbox_key(&m->g, 10) == &m->g.keys[0]);
    CHECK(gw_own_db_mailbox_key(&m->g, 9) == NULL && gw_own_db_mailbox_key(&m->g, 11) == NULL);
    gateway_world_end(&w);
}

TEST_MAIN(TEST_ROW(an_address_is_taken_once_and_sizes_are_exact),
          TEST_ROW(reading_is_by_the_tag_and_begins_behind_the_cursor),
          TEST_ROW(an_address_and_a_tag_have_their_sizes),
          TEST_ROW(the_sum_runs_over_all_bodies_of_the_log),
          TEST_ROW(a_post_counts_with_the_key_of_its_epoch_alone),
          TEST_ROW(a_repeated_post_is_stored_once_when_it_says_so),
          TEST_ROW(a_mailbox_has_room_for_as_many_bytes_as_is_set),
          TEST_ROW(a_commit_is_signed_with_the_key_of_the_epoch_it_ends),
          TEST_ROW(the_first_commit_of_an_epoch_wins_and_is_told_again_that_it_did),
          TEST_ROW(a_removal_ends_the_tag_and_every_earlier_key_at_once),
          TEST_ROW(the_join_bundle_is_for_those_who_are_in_it_now),
          TEST_ROW(welcomes_go_out_all_or_none_and_only_when_the_commit_wins),
          TEST_ROW(a_late_row_is_made_good_from_the_log),
          TEST_ROW(dirty_rows_are_written_at_the_end_of_the_batch_and_forgotten_when_undone))
