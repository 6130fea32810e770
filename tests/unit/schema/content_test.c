#include "schema/content.h"

#include <string.h>

#include "base/cbor.h"
#include "crypto/rand.h"
#include "lib/check.h"

/* The draft's examples: tests/vectors/mimi. */

static struct arena arena;

static struct content message(void)
{
    struct content c;
    arena_wipe(&arena);
    arena_init(&arena, 0);
    CHECK_ERR(crypto_init(), OK);
    content_init(&c);
    return c;
}

/* Encodes, decodes and encodes again; returns the bytes. */
static struct slice round_trip(const struct content *c, struct content *back)
{
    struct slice first;
    struct slice second;
    CHECK_ERR(content_encode(&arena, c, &first), OK);
    CHECK_ERR(cbor_check(first), OK);
    CHECK_ERR(content_decode(&arena, first, back), OK);
    CHECK_ERR(content_encode(&arena, back, &second), OK);
    CHECK_BYTES(second, first);
    CHECK_BYTES(SLICE_ARRAY(back->salt), SLICE_ARRAY(c->salt));
    return first;
}

TEST(text_reply_edit_and_expiry)
{
    struct content c = message();
    struct content back;
    uint8_t id[32];
    memset(id, 0x11, sizeof id);
    c.part = content_text(SLICE_LITERAL("hello *you*"));
    c.topic = SLICE_LITERAL("topic");
    c.has_expires = true;
    c.expires_relative = true;
    c.expires_s = 3600;
    content_set_in_reply_to(&c, id);
    id[0] = 0x22;
    content_set_replaces(&c, id);
    CHECK_ERR(content_extensions(&arena, SLICE_LITERAL("me"), SLICE_LITERAL("room"), &c.extensions),
              OK);
    (void)round_trip(&c, &back);
    CHECK(back.part.kind == CONTENT_SINGLE && back.part.disposition == CONTENT_RENDER);
    CHECK_BYTES(back.part.type, SLICE_LITERAL("text/markdown;variant=GFM-MIMI"));
    CHECK_BYTES(back.part.body, SLICE_LITERAL("hello *you*"));
    CHECK_BYTES(back.topic, SLICE_LITERAL("topic"));
    CHECK(back.has_expires && back.expires_relative && back.expires_s == 3600);
    CHECK(back.has_replaces && back.replaces[0] == 0x22);
    CHECK(back.has_in_reply_to && back.in_reply_to[0] == 0x11);
    struct slice text;
    CHECK_ERR(content_extension_text(back.extensions, CONTENT_EXT_ROOM, &text), OK);
    CHECK_BYTES(text, SLICE_LITERAL("room"));
    CHECK_ERR(content_extension_text(back.extensions, 3, &text), ERR_GONE);
    CHECK_ERR(content_extension_text(SLICE_EMPTY, 1, &text), ERR_GONE);
}

TEST(reaction_and_deletion)
{
    struct content c = message();
    struct content back;
    c.part = content_reaction(SLICE_LITERAL("\xe2\x9d\xa4"));
    (void)round_trip(&c, &back);
    CHECK(back.part.disposition == CONTENT_REACTION);
    CHECK_BYTES(back.part.type, SLICE_LITERAL("text/plain;charset=utf-8"));
    c.part = content_null(CONTENT_REACTION);
    (void)round_trip(&c, &back);
    CHECK(back.part.kind == CONTENT_NULL && back.part.disposition == CONTENT_REACTION);
    CHECK(!back.has_replaces && !back.has_in_reply_to && !back.has_expires);
}

TEST(attachment_keeps_every_field)
{
    struct content c = message();
    struct content back;
    c.part = content_external(CONTENT_ATTACHMENT, SLICE_LITERAL("image/png"));
    c.part.language = SLICE_LITERAL("de");
    c.part.external.url = SLICE_LITERAL("https://example.org/blob");
    c.part.external.expires_s = UINT32_MAX;
    c.part.external.size_bytes = UINT64_MAX;
    c.part.external.enc_alg = CONTENT_ENC_SOTTO_STREAM;
    c.part.external.key = check_hex("0102");
    c.part.external.nonce = check_hex("03");
    c.part.external.aad = check_hex("04");
    c.part.external.hash_alg = CONTENT_HASH_SHA256;
    c.part.external.hash = check_hex("05");
    c.part.external.description = SLICE_LITERAL("\xc3\xbc");
    c.part.external.filename = SLICE_LITERAL("a.png");
    (void)round_trip(&c, &back);
    CHECK(back.part.kind == CONTENT_EXTERNAL && back.part.disposition == CONTENT_ATTACHMENT);
    CHECK(back.part.external.expires_s == UINT32_MAX);
    CHECK(back.part.external.size_bytes == UINT64_MAX);
    CHECK(back.part.external.enc_alg == CONTENT_ENC_SOTTO_STREAM);
    CHECK(back.part.external.hash_alg == CONTENT_HASH_SHA256);
    CHECK_BYTES(back.part.language, c.part.language);
    CHECK_BYTES(back.part.type, c.part.type);
    CHECK_BYTES(back.part.external.url, c.part.external.url);
    CHECK_BYTES(back.part.external.key, c.part.external.key);
    CHECK_BYTES(back.part.external.nonce, c.part.external.nonce);
    CHECK_BYTES(back.part.external.aad, c.part.external.aad);
    CHECK_BYTES(back.part.external.hash, c.part.external.hash);
    CHECK_BYTES(back.part.external.description, c.part.external.description);
    CHECK_BYTES(back.part.external.filename, c.part.external.filename);
}

TEST(parts_are_numbered_depth_first)
{
    struct content c = message();
    struct content back;
    struct content_part inner[2] = {content_text(SLICE_LITERAL("2")),
                                    content_text(SLICE_LITERAL("3"))};
    struct content_part outer[3] = {content_multi(CONTENT_CHOOSE_ONE, inner, 2),
                                    content_text(SLICE_LITERAL("4")),
                                    content_null(CONTENT_PREVIEW)};
    c.part = content_multi(CONTENT_PROCESS_ALL, outer, 3);
    (void)round_trip(&c, &back);
    CHECK(content_part_at(&back.part, 0) == &back.part);
    CHECK(content_part_at(&back.part, 1) == &back.part.parts[0]);
    CHECK_BYTES(content_part_at(&back.part, 2)->body, SLICE_LITERAL("2"));
    CHECK_BYTES(content_part_at(&back.part, 3)->body, SLICE_LITERAL("3"));
    CHECK_BYTES(content_part_at(&back.part, 4)->body, SLICE_LITERAL("4"));
    CHECK(content_part_at(&back.part, 5)->disposition == CONTENT_PREVIEW);
    CHECK(content_part_at(&back.part, 6) == NULL);
    CHECK(back.part.semantics == CONTENT_PROCESS_ALL);
    CHECK(back.part.parts[0].semantics == CONTENT_CHOOSE_ONE);
}

/* A chain of `depth` multi parts, each with a null part first; built by hand to exceed bounds. */
static struct slice nested(size_t depth)
{
    struct buf b = buf_arena(&arena, 0);
    buf_slice(&b, check_hex("8750000000000000000000000000000000 00f640f6f6a0"));
    for (size_t i = 1; i < depth; i++) {
        buf_slice(&b, check_hex("8501600302 82 83016000"));
    }
    buf_slice(&b, check_hex("83016000"));
    return buf_view(&b);
}

TEST(bounds_depth_and_number_of_parts)
{
    struct content c = message();
    struct content back;
    CHECK_ERR(content_decode(&arena, nested(CONTENT_DEPTH_MAX), &back), OK);
    CHECK_ERR(content_decode(&arena, nested(CONTENT_DEPTH_MAX + 1), &back), ERR_LIMIT);
    CHECK(back.part.parts == NULL);
    struct content_part many[CONTENT_PARTS_MAX];
    struct slice out;
    for (size_t i = 0; i < CONTENT_PARTS_MAX; i++) {
        many[i] = content_null(CONTENT_RENDER);
    }
    c.part = content_multi(CONTENT_PROCESS_ALL, many, CONTENT_PARTS_MAX - 1);
    (void)round_trip(&c, &back);
    c.part = content_multi(CONTENT_PROCESS_ALL, many, CONTENT_PARTS_MAX);
    CHECK_ERR(content_encode(&arena, &c, &out), ERR_LIMIT);
    c.part = content_multi(CONTENT_PROCESS_ALL, many, 1);
    CHECK_ERR(content_encode(&arena, &c, &out), ERR_BUG);
    struct content_part level[CONTENT_DEPTH_MAX][2];
    c.part = content_null(CONTENT_RENDER);
    for (size_t i = 0; i < CONTENT_DEPTH_MAX; i++) {
        level[i][0] = c.part;
        level[i][1] = content_null(CONTENT_RENDER);
        c.part = content_multi(CONTENT_SINGLE_UNIT, level[i], 2);
    }
    CHECK_ERR(content_encode(&arena, &c, &out), ERR_LIMIT);
    CHECK(out.n == 0);
}

#define HEAD "8750000102030405060708090a0b0c0d0e0f"
#define ID "58200101010101010101010101010101010101010101010101010101010101010101"

TEST(rejects_wrong_shapes)
{
    static const char *const bad[] = {
        "",
        "80",
        "87",
        "f6",
        "864f000102030405060708090a0b0c0d0e f640f6f6a083016000",     /* six fields */
        "874f000102030405060708090a0b0c0d0e f640f6f6a083016000",     /* salt of 15 */
        "8751000102030405060708090a0b0c0d0e0f10 f640f6f6a083016000", /* salt of 17 */
        HEAD "40 40f6f6a083016000",                                  /* replaces not an id */
        HEAD "f6 60f6f6a083016000",                                  /* topic text */
        HEAD "f640 80f6a083016000",                                  /* expires empty */
        HEAD "f640 82f41b0000000100000000f6a083016000",              /* above 32 bits */
        HEAD "f640 820001f6a083016000",                              /* relative not bool */
        HEAD "f640 83f40100f6a083016000",                            /* three fields */
        HEAD "f640f6 41aaa083016000",                                /* reply not an id */
        HEAD "f640f6f6 8083016000",                                  /* extensions array */
        HEAD "f640f6f6 a1410000"
             "83016000", /* bytes as key */
        HEAD "f640f6f6 a202000100"
             "83016000",                                               /* unsorted */
        HEAD "f640f6f6a0 8301600000",                                  /* bytes behind */
        HEAD "f640f6f6a0 83016004",                                    /* unknown kind */
        HEAD "f640f6f6a0 8301600100",                                  /* single, no body */
        HEAD "f640f6f6a0 8401600060",                                  /* null with more */
        HEAD "f640f6f6a0 8319010060 00",                               /* disposition 256 */
        HEAD "f640f6f6a0 83014000",                                    /* language bytes */
        HEAD "f640f6f6a0 850160016060",                                /* body text */
        HEAD "f640f6f6a0 8501600300 81 83016000",                      /* one part */
        HEAD "f640f6f6a0 8501600300 80",                               /* no part */
        HEAD "f640f6f6a0 8501600303 8283016000 83016000",              /* semantics 3 */
        HEAD "f640f6f6a0 8f01600260600000 1a00010000 4040400040 6060", /* encAlg above 16 bits */
        HEAD "f640f6f6a0 8f016002606000000040404019010040 6060",       /* hashAlg above 8 bits */
        HEAD "f640f6f6a0 8f01600260601b000000010000000000 004040400040 6060", /* expires */
    };
    struct content back;
    (void)message();
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct slice s = check_copy(check_hex(bad[i]));
        memset(&back, 0x5a, sizeof back);
        if (content_decode(&arena, s, &back) != ERR_INPUT) {
            check_printf("  row %u: %s\n", (unsigned)i, bad[i]);
        }
        CHECK_ERR(content_decode(&arena, s, &back), ERR_INPUT);
        CHECK(back.salt[1] == 0 && back.part.kind == CONTENT_NULL && back.topic.p == NULL);
        check_release(s);
    }
    CHECK_ERR(content_decode(&arena, check_hex(HEAD ID "40f6" ID "a083016000"), &back), OK);
    /* Values we do not know are kept. */
    CHECK_ERR(content_decode(&arena, check_hex(HEAD "f640f6f6a0 8318ff6000"), &back), OK);
    CHECK(back.part.disposition == 255);
    CHECK_ERR(content_decode(&arena, check_hex(HEAD "f640f6f6a2 20 01 61 78 80 83016000"), &back),
              OK); /* private keys: -1 and "x" */
}

TEST(bounds_nesting_of_extension_values)
{
    struct content back;
    (void)message();
    CHECK_ERR(content_decode(&arena, check_hex(HEAD "f640f6f6a1018181818100 83016000"), &back), OK);
    CHECK_ERR(content_decode(&arena, check_hex(HEAD "f640f6f6a101818181818100 83016000"), &back),
              ERR_LIMIT);
}

static struct slice sample(void)
{
    struct content c = message();
    struct content_part parts[2] = {content_text(SLICE_LITERAL("a text")),
                                    content_external(CONTENT_ATTACHMENT, SLICE_LITERAL("a/b"))};
    struct slice out;
    uint8_t id[32] = {1};
    content_set_replaces(&c, id);
    c.has_expires = true;
    CHECK_ERR(content_extensions(&arena, SLICE_LITERAL("me"), SLICE_LITERAL("us"), &c.extensions),
              OK);
    parts[1].external.key = SLICE_LITERAL("key");
    c.part = content_multi(CONTENT_PROCESS_ALL, parts, 2);
    CHECK_ERR(content_encode(&arena, &c, &out), OK);
    return out;
}

TEST(rejects_every_truncation)
{
    struct slice whole = sample();
    struct content back;
    uint8_t id[32];
    for (size_t n = 0; n < whole.n; n++) {
        struct slice s = check_copy(slice_make(whole.p, n));
        CHECK_ERR(content_decode(&arena, s, &back), ERR_INPUT);
        if (n < 18) {
            CHECK_ERR(content_message_id(id, SLICE_EMPTY, SLICE_EMPTY, s), ERR_INPUT);
        }
        check_release(s);
    }
}

TEST(what_it_accepts_after_a_change_it_writes_back_equal)
{
    struct slice whole = sample();
    struct arena scratch;
    arena_init(&scratch, 0);
    for (size_t i = 0; i < whole.n; i++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            struct content back;
            struct slice again;
            struct slice s = check_copy(whole);
            ((uint8_t *)(uintptr_t)s.p)[i] ^= (uint8_t)(1u << bit);
            arena_reset(&scratch);
            if (content_decode(&scratch, s, &back) == OK) {
                CHECK_ERR(content_encode(&scratch, &back, &again), OK);
                CHECK_BYTES(again, s);
            }
            check_release(s);
        }
    }
    arena_wipe(&scratch);
}

TEST(ids_depend_on_everything)
{
    struct slice m = sample();
    uint8_t id[32];
    uint8_t other[32];
    CHECK_ERR(content_message_id(id, SLICE_LITERAL("ab"), SLICE_LITERAL("c"), m), OK);
    CHECK(id[0] == 1);
    CHECK_ERR(content_message_id(other, SLICE_LITERAL("a"), SLICE_LITERAL("bc"), m), OK);
    CHECK(memcmp(id, other, 32) != 0);
    static uint8_t longest[65536];
    CHECK_ERR(content_message_id(other, SLICE_ARRAY(longest), SLICE_EMPTY, m), ERR_LIMIT);
    CHECK(other[0] == 0);
    CHECK_ERR(content_message_id(other, SLICE_EMPTY, slice_make(longest, 65535), m), OK);
    struct content a;
    struct content b;
    content_init(&a);
    content_init(&b);
    CHECK(memcmp(a.salt, b.salt, sizeof a.salt) != 0);
}

TEST(reports_exhausted_memory)
{
    struct slice m = sample();
    struct content back;
    struct slice out;
    struct arena tiny;
    CHECK_ERR(content_decode(&arena, m, &back), OK);
    arena_init(&tiny, 64);
    struct content fails;
    CHECK_ERR(content_decode(&tiny, m, &fails), ERR_HOST_MEMORY);
    CHECK(fails.part.parts == NULL);
    CHECK_ERR(content_encode(&tiny, &back, &out), ERR_HOST_MEMORY);
    CHECK(out.n == 0);
    arena_wipe(&tiny);
    arena_wipe(&arena);
}

TEST_MAIN(TEST_ROW(text_reply_edit_and_expiry), TEST_ROW(reaction_and_deletion),
          TEST_ROW(attachment_keeps_every_field), TEST_ROW(parts_are_numbered_depth_first),
          TEST_ROW(bounds_depth_and_number_of_parts), TEST_ROW(rejects_wrong_shapes),
          TEST_ROW(bounds_nesting_of_extension_values), TEST_ROW(rejects_every_truncation),
          TEST_ROW(what_it_accepts_after_a_change_it_writes_back_equal),
          TEST_ROW(ids_depend_on_everything), TEST_ROW(reports_exhausted_memory))
