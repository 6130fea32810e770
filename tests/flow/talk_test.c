/* Two people meet and talk; groups; second devices; recovery. */
#include <stdio.h>
#include <string.h>

#include "lib/check.h"
#include "lib/sim.h"

TEST(two_people_meet_by_link_and_talk)
{
    struct sim *s = sim_create(1);
    struct sim_device *a = sim_device(s, "ana"), *b = sim_device(s, "ben");
    uint64_t ab = 0, ba = 0;
    CHECK_ERR(sim_make(a, "Ana"), OK);
    CHECK_ERR(sim_make(b, "Ben"), OK);
    sim_run(s, 3000);
    REQUIRE(sim_meet(a, b, &ab, &ba));
    CHECK_ERR(sim_send(a, ab, "hello Ben", NULL), OK);
    CHECK_ERR(sim_send(b, ba, "hello Ana", NULL), OK);
    sim_run(s, 10000);
    CHECK(sim_has_text(b, ba, "hello Ben"));
    CHECK(sim_has_text(a, ab, "hello Ana"));
    CHECK(sim_gateway_bytes(s, SLICE_LITERAL("hello")) == 0);
    /* both can compare keys, and see the same number */
    char digits[2][80] = {{0}};
    struct sim_device *both[] = {a, b};
    for (int i = 0; i < 2; i++) {
        struct abi_op op;
        memset(&op, 0, sizeof op);
        op.kind = ABI_OP_SAFETY;
        op.op_safety.person =
            (uint64_t)sim_count(both[i], "SELECT id FROM person WHERE contact=1 AND id>1", NULL);
        CHECK_ERR(sim_op(both[i], &op), OK);
        struct slice d = both[i]->reply.result.safety.digits;
        REQUIRE(d.n > 50 && d.n < sizeof digits[0]);
        memcpy(digits[i], d.p, d.n);
    }
    CHECK(strcmp(digits[0], digits[1]) == 0);
    const struct abi_messages *m = sim_messages(a, ab);
    for (size_t i = 0; i < m->list_n; i++) {
        CHECK(m->list[i].type != ABI_MESSAGE_TYPE_UNREADABLE);
        CHECK(m->list[i].state != ABI_MESSAGE_STATE_QUEUED);
    }
    sim_destroy(s);
}

TEST(a_crash_and_an_offline_time_lose_nothing)
{
    struct sim *s = sim_create(2);
    struct sim_device *a = sim_device(s, "ana"), *b = sim_device(s, "ben");
    uint64_t ab = 0, ba = 0;
    CHECK_ERR(sim_make(a, "Ana"), OK);
    CHECK_ERR(sim_make(b, "Ben"), OK);
    sim_run(s, 3000);
    REQUIRE(sim_meet(a, b, &ab, &ba));
    sim_offline(b, true);
    CHECK_ERR(sim_send(a, ab, "one", NULL), OK);
    CHECK_ERR(sim_send(b, ba, "two", NULL), OK);
    sim_run(s, 2000);
    sim_crash(b);
    CHECK_ERR(sim_unlock(b), OK);
    sim_offline(b, false);
    sim_run(s, 70000);
    CHECK(sim_has_text(b, ba, "one"));
    CHECK(sim_has_text(a, ab, "two"));
    sim_destroy(s);
}

TEST(a_group_of_three_talks_and_loses_one)
{
    struct sim *s = sim_create(3);
    struct sim_device *a = sim_device(s, "ana"), *b = sim_device(s, "ben"),
                      *c = sim_device(s, "cem");
    uint64_t ab = 0, ba = 0, ac = 0, ca = 0;
    struct abi_op op;
    uint64_t people[2];
    CHECK_ERR(sim_make(a, "Ana"), OK);
    CHECK_ERR(sim_make(b, "Ben"), OK);
    CHECK_ERR(sim_make(c, "Cem"), OK);
    sim_run(s, 3000);
    REQUIRE(sim_meet(a, b, &ab, &ba));
    REQUIRE(sim_meet(a, c, &ac, &ca));
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_PEOPLE;
    CHECK_ERR(sim_op(a, &op), OK);
    REQUIRE(a->reply.result.people.list_n == 2);
    people[0] = a->reply.result.people.list[0].id;
    people[1] = a->reply.result.people.list[1].id;
    CHECK(slice_equal(a->reply.result.people.list[0].name, SLICE_LITERAL("Ben")));
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_GROUP_MAKE;
    op.op_group_make.name = SLICE_LITERAL("trio");
    op.op_group_make.people = people;
    op.op_group_make.people_n = 2;
    CHECK_ERR(sim_op(a, &op), OK);
    uint64_t group = a->reply.result.made.id, gb = 0, gc = 0;
    CHECK_ERR(sim_send(a, group, "welcome all", NULL), OK);
    sim_run(s, 20000);
    const struct abi_chats *l = sim_chats(b);
    for (size_t i = 0; i < l->list_n; i++) {
        gb = l->list[i].type == ABI_CHAT_TYPE_GROUP ? l->list[i].id : gb;
    }
    l = sim_chats(c);
    for (size_t i = 0; i < l->list_n; i++) {
        gc = l->list[i].type == ABI_CHAT_TYPE_GROUP ? l->list[i].id : gc;
    }
    REQUIRE(gb != 0 && gc != 0);
    CHECK(sim_has_text(b, gb, "welcome all"));
    CHECK(sim_has_text(c, gc, "welcome all"));
    CHECK_ERR(sim_send(c, gc, "from Cem", NULL), OK);
    sim_run(s, 20000);
    CHECK(sim_has_text(a, group, "from Cem"));
    CHECK(sim_has_text(b, gb, "from Cem"));
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_GROUP_REMOVE;
    op.op_group_remove.chat = group;
    op.op_group_remove.person = people[1];
    CHECK_ERR(sim_op(a, &op), OK);
    sim_run(s, 10000);
    CHECK_ERR(sim_send(a, group, "without Cem", NULL), OK);
    sim_run(s, 10000);
    CHECK(sim_has_text(b, gb, "without Cem"));
    CHECK(!sim_has_text(c, gc, "without Cem"));
    CHECK(sim_send(c, gc, "let me in", NULL) == ERR_STATE);
    sim_destroy(s);
}

/* Devices that the chain lists, as this device has it. */
static int64_t chain_devices(struct sim_device *d)
{
    return sim_count(d, "SELECT count(*) FROM device WHERE gone=0", NULL);
}

TEST(a_second_device_gets_the_whole_history)
{
    struct sim *s = sim_create(4);
    struct sim_device *a = sim_device(s, "ana"), *b = sim_device(s, "ben"),
                      *a2 = sim_device(s, "ana2");
    uint64_t ab = 0, ba = 0, a2b = 0;
    struct abi_op op;
    CHECK_ERR(sim_make(a, "Ana"), OK);
    CHECK_ERR(sim_make(b, "Ben"), OK);
    sim_run(s, 3000);
    REQUIRE(sim_meet(a, b, &ab, &ba));
    CHECK_ERR(sim_send(a, ab, "before linking", NULL), OK);
    sim_run(s, 10000);
    CHECK_ERR(sim_link_pair(a, a2), OK);
    sim_run(s, 20000);
    CHECK(a->link_phase == ABI_LINK_PHASE_WORDS && a->link_asks == ABI_LINK_ASKS_DEVICE);
    CHECK(strcmp(a->link_name, "ana2") == 0);
    CHECK(a2->link_phase == ABI_LINK_PHASE_WORDS &&
          a2->link_asks == ABI_LINK_ASKS_NOTHING); /* nothing has been said about the account */
    CHECK(a->link_words[0] != 0);
    CHECK(strcmp(a->link_words, a2->link_words) == 0);
    CHECK_ERR(sim_link_answer(a2, true), ERR_STATE);
    CHECK_ERR(sim_link_answer(a, true), OK);
    sim_run(s, 20000);
    CHECK(a2->link_asks == ABI_LINK_ASKS_ACCOUNT);
    CHECK(strcmp(a2->link_name, "Ana") == 0);
    CHECK(a->link_phase == ABI_LINK_PHASE_WORDS &&
          chain_devices(a) == 1); /* before both have said yes */
    CHECK_ERR(sim_link_answer(a2, true), OK);
    sim_run(s, 60000);
    CHECK(a2->link_phase == ABI_LINK_PHASE_DONE);
    CHECK(a->link_phase == ABI_LINK_PHASE_DONE);
    CHECK(chain_devices(a) == 2);
    memset(&op, 0, sizeof op);
    op.kind =
        ABI_OP_STATUS; /* the passphrase of the new device and the recovery code of the account */
    CHECK_ERR(sim_op(a2, &op), OK);
    CHECK(a2->reply.result.status.slots_n == 2);
    const struct abi_chats *l = sim_chats(a2);
    for (size_t i = 0; i < l->list_n; i++) {
        a2b = l->list[i].type == ABI_CHAT_TYPE_PAIR ? l->list[i].id : a2b;
    }
    REQUIRE(a2b != 0);
    CHECK(sim_has_text(a2, a2b, "before linking"));
    CHECK_ERR(sim_send(b, ba, "to both", NULL), OK);
    CHECK_ERR(sim_send(a2, a2b, "from the second", NULL), OK);
    sim_run(s, 30000);
    CHECK(sim_has_text(a2, a2b, "to both"));
    CHECK(sim_has_text(a, ab, "to both"));
    CHECK(sim_has_text(b, ba, "from the second"));
    CHECK(sim_has_text(a, ab, "from the second"));
    sim_destroy(s);
}

TEST(a_recovery_code_brings_the_account_back)
{
    struct sim *s = sim_create(5);
    struct sim_device *a = sim_device(s, "ana"), *b = sim_device(s, "ben"),
                      *n = sim_device(s, "new");
    uint64_t ab = 0, ba = 0, nb = 0;
    CHECK_ERR(sim_make(a, "Ana"), OK);
    CHECK_ERR(sim_make(b, "Ben"), OK);
    sim_run(s, 3000);
    REQUIRE(sim_meet(a, b, &ab, &ba));
    CHECK_ERR(sim_send(b, ba, "before the loss", NULL), OK);
    sim_run(s, 5000);
    CHECK(sim_has_text(a, ab, "before the loss"));
    sim_offline(a, true);
    CHECK_ERR(sim_recover(n, a->code), OK);
    sim_run(s, 20000);
    CHECK_ERR(sim_recover_choose(n, false), OK);
    sim_run(s, 60000);
    const struct abi_chats *l = sim_chats(n);
    REQUIRE(l != NULL);
    for (size_t i = 0; i < l->list_n; i++) {
        nb = l->list[i].type == ABI_CHAT_TYPE_PAIR ? l->list[i].id : nb;
    }
    REQUIRE(nb != 0);
    CHECK_ERR(sim_send(n, nb, "I am back", NULL), OK);
    sim_run(s, 30000);
    CHECK(sim_has_text(b, ba, "I am back"));
    CHECK_ERR(sim_send(b, ba, "welcome back", NULL), OK);
    sim_run(s, 30000);
    CHECK(sim_has_text(n, nb, "welcome back"));
    CHECK(!sim_has_text(n, nb, "before the loss")); /* words are in no record */
    sim_destroy(s);
}

static uint64_t send_file(struct sim_device *d, uint64_t chat, const uint8_t *data, size_t n)
{
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_FILE_BEGIN;
    op.op_file_begin.chat = chat;
    op.op_file_begin.name = SLICE_LITERAL("data.bin");
    op.op_file_begin.type = SLICE_LITERAL("application/octet-stream");
    op.op_file_begin.bytes = n;
    CHECK_ERR(sim_op(d, &op), OK);
    uint64_t message = d->reply.result.made.id;
    for (size_t off = 0; off < n; off += CRYPTO_STREAM_CHUNK) {
        size_t k = n - off < CRYPTO_STREAM_CHUNK ? n - off : CRYPTO_STREAM_CHUNK;
        memset(&op, 0, sizeof op);
        op.kind = ABI_OP_FILE_CHUNK;
        op.op_file_chunk.message = message;
        op.op_file_chunk.offset = off;
        op.op_file_chunk.data = slice_make(data + off, k);
        op.op_file_chunk.last = off + k == n;
        CHECK_ERR(sim_op(d, &op), OK);
        sim_run(d->sim, 200);
    }
    return message;
}

TEST(a_device_link_survives_cut_lines_and_crashes)
{
    struct sim *s = sim_create(16);
    struct sim_device *a = sim_device(s, "ana"), *b = sim_device(s, "ben"),
                      *a2 = sim_device(s, "ana2");
    static uint8_t data[700000];
    uint64_t ab = 0, ba = 0;
    char text[64];
    CHECK_ERR(sim_make(a, "Ana"), OK);
    CHECK_ERR(sim_make(b, "Ben"), OK);
    sim_run(s, 3000);
    REQUIRE(sim_meet(a, b, &ab, &ba));
    for (int i = 0; i < 60; i++) {
        snprintf(text, sizeof text, "message %d", i);
        CHECK_ERR(sim_send(i % 2 ? a : b, i % 2 ? ab : ba, text, NULL), OK);
    }
    (void)send_file(a, ab, data, sizeof data);
    sim_run(s, 30000);
    CHECK_ERR(sim_link_pair(a, a2), OK);
    s->dup_percent = 20;
    for (int i = 0; i < 60 && (a->link_phase != ABI_LINK_PHASE_WORDS ||
                               a2->link_phase != ABI_LINK_PHASE_WORDS);
         i++) {
        sim_cut(sim_rand(s, 2) ? a : a2, 2); /* a cut line does not end the pairing */
        sim_run(s, 1500 + sim_rand(s, 3000));
    }
    REQUIRE(a->link_phase == ABI_LINK_PHASE_WORDS && a2->link_phase == ABI_LINK_PHASE_WORDS);
    for (int i = 0; i < 200 && a2->link_phase != ABI_LINK_PHASE_DONE; i++) {
        struct sim_device *d = sim_rand(s, 2) ? a : a2;
        sim_run(s, 100 + sim_rand(s, 1200));
        if (d->link_asks != ABI_LINK_ASKS_NOTHING) {
            CHECK(strcmp(a->link_words, a2->link_words) == 0);
            CHECK_ERR(sim_link_answer(d, true), OK);
        }
        if (sim_rand(s, 4) == 0) {
            sim_crash(d);
            CHECK_ERR(sim_unlock(d), OK);
        } else if (sim_rand(s, 2)) {
            sim_cut(d, 2);
        }
    }
    s->dup_percent = 0;
    sim_run(s, 90000);
    CHECK(a2->link_phase == ABI_LINK_PHASE_DONE);
    for (int i = 0; i < 60; i++) {
        snprintf(text, sizeof text, "message %d", i);
        CHECK(sim_count(a2, "SELECT count(*) FROM message WHERE text=?", text) == 1);
    }
    CHECK(sim_count(a2, "SELECT count(*) FROM file WHERE state=2 AND bytes=700000", NULL) == 1);
    CHECK(sim_count(a2, "SELECT count(*) FROM message WHERE type=3", NULL) == 0);
    CHECK_ERR(sim_send(b, ba, "to both", NULL), OK);
    sim_run(s, 30000);
    CHECK(sim_has_text(a2, sim_chat_of_type(a2, ABI_CHAT_TYPE_PAIR), "to both"));
    sim_destroy(s);
}

/* Ana, whose old device has paired with a new one and is asked. */
static struct sim *paired(uint64_t seed, struct sim_device **a, struct sim_device **a2)
{
    struct sim *s = sim_create(seed);
    *a = sim_device(s, "ana");
    *a2 = sim_device(s, "ana2");
    CHECK_ERR(sim_make(*a, "Ana"), OK);
    sim_run(s, 3000);
    CHECK_ERR(sim_link_pair(*a, *a2), OK);
    sim_run(s, 20000);
    CHECK((*a)->link_asks == ABI_LINK_ASKS_DEVICE);
    return s;
}

enum { TEN_MINUTES_MS = 10 * 60 * 1000 };

TEST(a_no_on_either_side_leaves_nothing_in_the_chain)
{
    for (int side = 0; side < 2; side++) {
        struct sim_device *a, *a2;
        struct sim *s = paired(61, &a, &a2);
        if (side == 1) {
            CHECK_ERR(sim_link_answer(a, true), OK);
            sim_run(s, 20000);
            CHECK(a2->link_asks == ABI_LINK_ASKS_ACCOUNT);
        }
        CHECK_ERR(sim_link_answer(side == 1 ? a2 : a, false), OK);
        sim_run(s, 20000);
        CHECK(a->link_phase == ABI_LINK_PHASE_NO && a2->link_phase == ABI_LINK_PHASE_NO);
        CHECK_ERR(sim_link_answer(a, true), ERR_STATE);
        CHECK_ERR(sim_link_answer(a2, true), ERR_STATE);
        sim_run(s, 60000);
        CHECK(chain_devices(a) == 1);
        sim_destroy(s);
    }
}

TEST(a_pairing_without_both_answers_is_over_after_ten_minutes)
{
    struct sim_device *a, *a2;
    struct sim *s = paired(62, &a, &a2);
    CHECK_ERR(sim_link_answer(a, true), OK);
    sim_run(s, TEN_MINUTES_MS);
    CHECK(a->link_phase == ABI_LINK_PHASE_OVER && a2->link_phase == ABI_LINK_PHASE_OVER);
    CHECK_ERR(sim_link_answer(a2, true), ERR_STATE);
    CHECK(chain_devices(a) == 1);
    sim_destroy(s);
}

TEST(a_restart_of_the_new_device_ends_the_pairing)
{
    struct sim *s = sim_create(63);
    struct sim_device *a = sim_device(s, "ana"), *a2 = sim_device(s, "ana2");
    struct slice code;
    char text[64] = "";
    CHECK_ERR(sim_make(a, "Ana"), OK);
    sim_run(s, 3000);
    CHECK_ERR(sim_link_device(a2, &code), OK);
    REQUIRE(code.n < sizeof text);
    memcpy(text, code.p, code.n);
    sim_run(s, 3000);
    sim_crash(a2);
    CHECK_ERR(sim_unlock(a2), OK);
    CHECK(a2->link_phase == ABI_LINK_PHASE_OVER);
    CHECK_ERR(sim_link_accept(a, text), OK);
    sim_run(s, TEN_MINUTES_MS + 20000);
    CHECK(a->link_phase == ABI_LINK_PHASE_OVER && a->link_asks == ABI_LINK_ASKS_NOTHING);
    CHECK(chain_devices(a) == 1);
    sim_destroy(s);
}

TEST(a_code_is_good_for_one_use)
{
    struct sim *s = sim_create(64);
    struct sim_device *a = sim_device(s, "ana"), *a2 = sim_device(s, "ana2"),
                      *t = sim_device(s, "thief");
    struct slice code;
    char text[64] = "";
    CHECK_ERR(sim_make(a, "Ana"), OK);
    CHECK_ERR(sim_make(t, "Thief"), OK);
    sim_run(s, 3000);
    CHECK_ERR(sim_link_device(a2, &code), OK);
    REQUIRE(code.n < sizeof text);
    memcpy(text, code.p, code.n);
    sim_run(s, 3000);
    CHECK_ERR(sim_link_accept(a, text), OK);
    sim_run(s, 20000);
    CHECK(a->link_asks == ABI_LINK_ASKS_DEVICE);
    CHECK_ERR(sim_link_accept(t, text), OK); /* while both are asked */
    sim_run(s, 20000);
    CHECK(t->link_phase == ABI_LINK_PHASE_USED);
    REQUIRE(sim_link_run(a, a2));
    CHECK_ERR(sim_link_accept(t, text), OK); /* and afterwards */
    sim_run(s, 20000);
    CHECK(t->link_phase == ABI_LINK_PHASE_USED && t->link_asks == ABI_LINK_ASKS_NOTHING);
    sim_destroy(s);
}

/* Who has seen the code answers it first: the new device shows other words than any of Ana's, which
 * is told that the code is used. */
TEST(whoever_answers_first_is_not_the_old_device)
{
    struct sim *s = sim_create(65);
    struct sim_device *a = sim_device(s, "ana"), *a2 = sim_device(s, "ana2"),
                      *t = sim_device(s, "thief");
    struct slice code;
    char text[64] = "";
    CHECK_ERR(sim_make(a, "Ana"), OK);
    CHECK_ERR(sim_make(t, "Thief"), OK);
    sim_run(s, 3000);
    CHECK_ERR(sim_link_device(a2, &code), OK);
    REQUIRE(code.n < sizeof text);
    memcpy(text, code.p, code.n);
    sim_run(s, 3000);
    CHECK_ERR(sim_link_accept(t, text), OK);
    sim_run(s, 20000);
    CHECK_ERR(sim_link_accept(a, text), OK);
    sim_run(s, 20000);
    CHECK_ERR(sim_link_answer(t, true), OK);
    sim_run(s, 20000);
    CHECK(a->link_phase == ABI_LINK_PHASE_USED && a->link_words[0] == 0);
    CHECK(a2->link_asks == ABI_LINK_ASKS_ACCOUNT); /* whose account: asked, not entered */
    CHECK(strcmp(a2->link_name, "Thief") == 0);
    sim_run(s, TEN_MINUTES_MS);
    CHECK(a2->link_phase == ABI_LINK_PHASE_OVER);
    CHECK(chain_devices(t) == 1 && chain_devices(a) == 1);
    sim_destroy(s);
}

TEST(recovery_after_a_second_device_was_linked)
{
    struct sim *s = sim_create(15);
    struct sim_device *a = sim_device(s, "ana"), *b = sim_device(s, "ben"),
                      *a2 = sim_device(s, "ana2"), *n = sim_device(s, "new");
    uint64_t ab = 0, ba = 0;
    CHECK_ERR(sim_make(a, "Ana"), OK);
    CHECK_ERR(sim_make(b, "Ben"), OK);
    sim_run(s, 3000);
    REQUIRE(sim_meet(a, b, &ab, &ba));
    REQUIRE(sim_second_device(a, a2));
    sim_run(s, 20000);
    CHECK_ERR(sim_send(a2, sim_chat_of_type(a2, ABI_CHAT_TYPE_PAIR), "from the second", NULL), OK);
    sim_run(s, 10000);
    CHECK_ERR(sim_recover(n, a->code), OK);
    sim_run(s, 20000);
    CHECK_ERR(sim_recover_choose(n, true), OK);
    sim_run(s, 60000);
    REQUIRE(sim_chat_of_type(n, ABI_CHAT_TYPE_PAIR) != 0);
    CHECK_ERR(sim_send(n, sim_chat_of_type(n, ABI_CHAT_TYPE_PAIR), "I am back", NULL), OK);
    sim_run(s, 30000);
    CHECK(sim_has_text(b, ba, "I am back"));
    sim_destroy(s);
}

TEST(a_file_arrives_whole)
{
    struct sim *s = sim_create(6);
    struct sim_device *a = sim_device(s, "ana"), *b = sim_device(s, "ben");
    uint64_t ab = 0, ba = 0, sent, got = 0;
    static uint8_t data[300000];
    struct abi_op op;
    CHECK_ERR(sim_make(a, "Ana"), OK);
    CHECK_ERR(sim_make(b, "Ben"), OK);
    sim_run(s, 3000);
    REQUIRE(sim_meet(a, b, &ab, &ba));
    for (size_t i = 0; i < sizeof data; i++) {
        data[i] = (uint8_t)(i * 7 + i / 251);
    }
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_FILE_BEGIN;
    op.op_file_begin.chat = ab;
    op.op_file_begin.name = SLICE_LITERAL("data.bin");
    op.op_file_begin.type = SLICE_LITERAL("application/octet-stream");
    op.op_file_begin.bytes = sizeof data;
    op.op_file_begin.caption = SLICE_LITERAL("with words");
    CHECK_ERR(sim_op(a, &op), OK);
    sent = a->reply.result.made.id;
    for (size_t off = 0; off < sizeof data; off += CRYPTO_STREAM_CHUNK) {
        size_t n =
            sizeof data - off < CRYPTO_STREAM_CHUNK ? sizeof data - off : CRYPTO_STREAM_CHUNK;
        memset(&op, 0, sizeof op);
        op.kind = ABI_OP_FILE_CHUNK;
        op.op_file_chunk.message = sent;
        op.op_file_chunk.offset = off;
        op.op_file_chunk.data = slice_make(data + off, n);
        op.op_file_chunk.last = off + n == sizeof data;
        CHECK_ERR(sim_op(a, &op), OK);
        if (off == 5 * CRYPTO_STREAM_CHUNK) { /* half way: the tab dies */
            sim_crash(a);
            CHECK_ERR(sim_unlock(a), OK);
        }
        sim_run(s, 200);
    }
    sim_run(s, 20000);
    const struct abi_messages *m = sim_messages(b, ba);
    for (size_t i = 0; i < m->list_n; i++) {
        got = m->list[i].type == ABI_MESSAGE_TYPE_FILE ? m->list[i].id : got;
    }
    REQUIRE(got != 0);
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_FILE_FETCH;
    op.op_file_fetch.message = got;
    CHECK_ERR(sim_op(b, &op), OK);
    sim_run(s, 20000);
    b->chunk_n = 0;
    while (b->chunk_n < sizeof data) {
        size_t before = b->chunk_n;
        memset(&op, 0, sizeof op);
        op.kind = ABI_OP_FILE_READ;
        op.op_file_read.message = got;
        op.op_file_read.offset = b->chunk_n;
        CHECK_ERR(sim_op(b, &op), OK);
        REQUIRE(b->chunk_n > before);
    }
    CHECK(b->chunk_n == sizeof data && memcmp(b->chunks, data, sizeof data) == 0);
    /* a second device has the file from the first: the gateway's copy may have expired */
    struct sim_device *b2 = sim_device(s, "ben2");
    REQUIRE(sim_second_device(b, b2));
    CHECK(sim_count(b2, "SELECT count(*) FROM file WHERE state=2 AND bytes=300000", NULL) == 1);
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_FILE_READ;
    op.op_file_read.message =
        (uint64_t)sim_count(b2, "SELECT message FROM file WHERE state=2", NULL);
    b2->chunk_n = 0;
    CHECK_ERR(sim_op(b2, &op), OK);
    CHECK(b2->chunk_n == sizeof data && memcmp(b2->chunks, data, sizeof data) == 0);
    sim_destroy(s);
}

TEST(a_group_link_brings_someone_in)
{
    struct sim *s = sim_create(7);
    struct sim_device *a = sim_device(s, "ana"), *b = sim_device(s, "ben");
    struct abi_op op;
    char text[600];
    CHECK_ERR(sim_make(a, "Ana"), OK);
    CHECK_ERR(sim_make(b, "Ben"), OK);
    sim_run(s, 3000);
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_GROUP_MAKE;
    op.op_group_make.name = SLICE_LITERAL("open house");
    CHECK_ERR(sim_op(a, &op), OK);
    uint64_t group = a->reply.result.made.id;
    sim_run(s, 5000);
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_GROUP_LINK;
    op.op_group_link.chat = group;
    op.op_group_link.on = true;
    CHECK_ERR(sim_op(a, &op), OK);
    struct slice link = a->reply.result.text.value;
    REQUIRE(link.n > 0 && link.n < sizeof text);
    memcpy(text, link.p, link.n);
    sim_run(s, 3000);
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_GROUP_JOIN;
    op.op_group_join.link = slice_make(text, link.n);
    CHECK_ERR(sim_op(b, &op), OK);
    sim_run(s, 60000);
    uint64_t gb = sim_chat_of_type(b, ABI_CHAT_TYPE_GROUP);
    REQUIRE(gb != 0);
    CHECK_ERR(sim_send(a, group, "come in", NULL), OK);
    CHECK_ERR(sim_send(b, gb, "thank you", NULL), OK);
    sim_run(s, 20000);
    CHECK(sim_has_text(b, gb, "come in"));
    CHECK(sim_has_text(a, group, "thank you"));
    sim_destroy(s);
}

TEST(a_revoked_device_reads_no_more)
{
    struct sim *s = sim_create(8);
    struct sim_device *a = sim_device(s, "ana"), *b = sim_device(s, "ben"),
                      *a2 = sim_device(s, "ana2");
    uint64_t ab = 0, ba = 0;
    struct abi_op op;
    CHECK_ERR(sim_make(a, "Ana"), OK);
    CHECK_ERR(sim_make(b, "Ben"), OK);
    sim_run(s, 3000);
    REQUIRE(sim_meet(a, b, &ab, &ba));
    REQUIRE(sim_second_device(a, a2));
    uint64_t a2b = sim_chat_of_type(a2, ABI_CHAT_TYPE_PAIR);
    CHECK_ERR(sim_send(b, ba, "to both devices", NULL), OK);
    sim_run(s, 10000);
    CHECK(sim_has_text(a2, a2b, "to both devices"));
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_DEVICES;
    CHECK_ERR(sim_op(a, &op), OK);
    uint8_t other[32] = {0};
    const struct abi_devices *l = &a->reply.result.devices;
    REQUIRE(l->list_n == 2);
    for (size_t i = 0; i < l->list_n; i++) {
        if (!l->list[i].current && l->list[i].id.n == 32) {
            memcpy(other, l->list[i].id.p, 32);
        }
    }
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_DEVICE_REVOKE;
    op.op_device_revoke.device = SLICE_ARRAY(other);
    CHECK_ERR(sim_op(a, &op), OK);
    sim_run(s, 20000);
    CHECK_ERR(sim_send(b, ba, "not for the lost one", NULL), OK);
    CHECK_ERR(sim_send(a, ab, "nor this", NULL), OK);
    sim_run(s, 20000);
    CHECK(sim_has_text(a, ab, "not for the lost one"));
    CHECK(sim_has_text(b, ba, "nor this"));
    CHECK(!sim_has_text(a2, a2b, "not for the lost one"));
    CHECK(!sim_has_text(a2, a2b, "nor this"));
    CHECK(sim_count(b, "SELECT count(*) FROM message WHERE type=2 AND notice=9", NULL) == 1);
    /* Ben knows of the new device and of its end from Ana's chain, too */
    CHECK(sim_count(b, "SELECT max(n) FROM chain WHERE person>1", NULL) == 2);
    CHECK(sim_count(
              b,
              "SELECT count(*) FROM own_person WHERE person>1 AND chain_due=1 AND chain_ask_ms=0",
              NULL) == 0); /* nothing is left to ask but tomorrow's question */
    sim_destroy(s);
}

TEST_MAIN(TEST_ROW(two_people_meet_by_link_and_talk),
          TEST_ROW(a_crash_and_an_offline_time_lose_nothing),
          TEST_ROW(a_group_of_three_talks_and_loses_one),
          TEST_ROW(a_second_device_gets_the_whole_history),
          TEST_ROW(a_recovery_code_brings_the_account_back),
          TEST_ROW(a_device_link_survives_cut_lines_and_crashes),
          TEST_ROW(a_no_on_either_side_leaves_nothing_in_the_chain),
          TEST_ROW(a_pairing_without_both_answers_is_over_after_ten_minutes),
          TEST_ROW(a_restart_of_the_new_device_ends_the_pairing),
          TEST_ROW(a_code_is_good_for_one_use),
          TEST_ROW(whoever_answers_first_is_not_the_old_device),
          TEST_ROW(recovery_after_a_second_device_was_linked), TEST_ROW(a_file_arrives_whole),
          TEST_ROW(a_group_link_brings_someone_in), TEST_ROW(a_revoked_device_reads_no_more))
