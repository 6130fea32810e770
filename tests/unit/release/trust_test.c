#include "release/trust.h"

#include <string.h>

#include "lib/check.h"
#include "lib/release_forge.h"

static struct release_forge forge;
static struct release_trust trust; /* large */

static enum err parse(struct slice text)
{
    static const struct release_trust none;
    struct slice copy = check_copy(text);
    memset(&trust, 7, sizeof trust);
    enum err e = release_trust_parse(&trust, copy);
    if (e != OK) {
        CHECK(memcmp(&trust, &none, sizeof none) == 0);
    }
    check_release(copy);
    return e;
}

TEST(every_field_is_read)
{
    release_forge_init(&forge, "2");
    CHECK_ERR(release_trust_parse(&trust, forge.trust), OK);
    CHECK_BYTES(trust.line, SLICE_LITERAL("sotto.example/web"));
    CHECK(trust.release_n == 3 && trust.threshold == 2);
    CHECK(trust.witness_n == 3 && trust.group_n == 1);
    CHECK_BYTES(trust.release[2].name, SLICE_LITERAL("sotto.example/release/3"));
    CHECK_BYTES(trust.log.name, SLICE_LITERAL("sotto.example/log"));
    CHECK(trust.log_url.n == 0);
    CHECK_BYTES(trust.witness[1].name, SLICE_LITERAL("w2"));
    CHECK_BYTES(trust.witness[1].key.name, SLICE_LITERAL("w2.example"));
    CHECK_BYTES(trust.witness[1].url, SLICE_LITERAL("https://w.example"));
    CHECK_BYTES(trust.group[0].name, SLICE_LITERAL("g"));
    CHECK(trust.group[0].need == 2 && trust.group[0].members == 7 && trust.group[0].groups == 0);
    CHECK(trust.quorum_witness == 0 && trust.quorum_group == 1);
    CHECK(release_trust_has_quorum(&trust));
    for (uint32_t bits = 0; bits < 8; bits++) {
        unsigned n = (bits & 1) + (bits >> 1 & 1) + (bits >> 2);
        CHECK(release_trust_quorum(&trust, bits) == (n >= 2));
    }
}

TEST(every_truncation_is_refused)
{
    release_forge_init(&forge, "2");
    for (size_t n = 0; n < forge.trust.n; n++) {
        CHECK(parse(slice_make(forge.trust.p, n)) != OK);
    }
}

/* Keys are bound by their ids. What else a changed byte may say is another line, another address,
 * another name or number: a trust text is compiled in, not received. */
TEST(a_changed_byte_is_refused_or_read)
{
    uint8_t bytes[sizeof forge.trust_bytes];
    release_forge_init(&forge, "2");
    CHECK_ERR(release_trust_parse(&trust, forge.trust), OK);
    struct release_trust before = trust;
    for (size_t i = 0; i < forge.trust.n * 8; i++) {
        memcpy(bytes, forge.trust.p, forge.trust.n);
        bytes[i / 8] ^= (uint8_t)(1u << i % 8);
        struct slice copy = check_copy(slice_make(bytes, forge.trust.n));
        if (release_trust_parse(&trust, copy) == OK) {
            bool same = slice_equal(trust.line, before.line) &&
                        trust.threshold == before.threshold &&
                        slice_equal(trust.group[0].name, before.group[0].name) &&
                        trust.group[0].need == before.group[0].need;
            for (size_t k = 0; k < 3; k++) {
                CHECK(slice_equal(trust.release[k].name, before.release[k].name));
                CHECK(slice_equal(SLICE_ARRAY(trust.release[k].public_key.b),
                                  SLICE_ARRAY(before.release[k].public_key.b)));
                CHECK(slice_equal(SLICE_ARRAY(trust.witness[k].key.public_key.b),
                                  SLICE_ARRAY(before.witness[k].key.public_key.b)));
                same = same && slice_equal(trust.witness[k].name, before.witness[k].name) &&
                       slice_equal(trust.witness[k].url, before.witness[k].url);
            }
            CHECK(!same);
            CHECK_BYTES(SLICE_ARRAY(trust.log.public_key.b), SLICE_ARRAY(before.log.public_key.b));
        }
        check_release(copy);
    }
}

TEST(each_refusal_has_its_error)
{
    static const struct {
        const char *from, *to;
        enum err want;
    } rows[] = {{"threshold 2", "threshold 3", OK},
                {"threshold 2", "threshold 4", ERR_INPUT},
                {"group g 2 w1 w2 w3", "group g all w1 w2 w3", OK},
                {"group g 2 w1 w2 w3", "group g 4 w1 w2 w3", ERR_INPUT},
                {"group g 2 w1 w2 w3", "group g 2 w1 w2 w4", ERR_INPUT},
                {"+53", "+54", ERR_AUTH}, /* a key id: filled in below */
                {"quorum g", "quorum h", ERR_INPUT},
                {"quorum g", "quorum none", OK}};
    release_forge_init(&forge, "2");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t changed[sizeof forge.trust_bytes + 64];
        struct buf b = buf_fixed(changed, sizeof changed);
        size_t at = 0, n = strlen(rows[i].from);
        if (rows[i].want == ERR_AUTH) {
            while (forge.trust.p[at] != '+') {
                at++;
            }
            buf_put(&b, forge.trust.p, forge.trust.n);
            changed[at + 1] = changed[at + 1] == '0' ? '1' : '0';
        } else {
            while (at + n < forge.trust.n &&
                   !slice_equal(slice_make(forge.trust.p + at, n), slice_make(rows[i].from, n))) {
                at++;
            }
            buf_put(&b, forge.trust.p, at);
            buf_slice(&b, slice_of_string(rows[i].to));
            buf_put(&b, forge.trust.p + at + n, forge.trust.n - at - n);
        }
        CHECK_ERR(parse(buf_view(&b)), rows[i].want);
    }
}

static void put_keys(struct buf *b, const char *word, enum release_key_kind kind, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct crypto_sign_public public_key = {{(uint8_t)kind, (uint8_t)i, 1}};
        struct release_key key;
        uint8_t name[] = {kind == RELEASE_KEY_ED25519 ? 'r' : 'w', (uint8_t)('a' + i)};
        release_key_make(&key, kind, SLICE_ARRAY(name), &public_key);
        buf_slice(b, slice_of_string(word));
        if (kind == RELEASE_KEY_COSIGNATURE) {
            buf_put(b, name, sizeof name);
            buf_u8(b, ' ');
        }
        release_key_put(b, &key);
        buf_u8(b, '\n');
    }
}

static enum err parse_many(size_t keys, size_t witnesses, size_t groups)
{
    static uint8_t bytes[RELEASE_TRUST_BYTES_MAX];
    struct crypto_sign_public public_key = {{9}};
    struct release_key log;
    struct buf b = buf_fixed(bytes, sizeof bytes);
    buf_slice(&b, SLICE_LITERAL("sotto-trust/v1\nline l\n"));
    put_keys(&b, "release ", RELEASE_KEY_ED25519, keys);
    buf_slice(&b, SLICE_LITERAL("threshold 1\nlog "));
    release_key_make(&log, RELEASE_KEY_ED25519, SLICE_LITERAL("log"), &public_key);
    release_key_put(&b, &log);
    buf_u8(&b, '\n');
    put_keys(&b, "witness ", RELEASE_KEY_COSIGNATURE, witnesses);
    for (size_t i = 0; i < groups; i++) {
        uint8_t name[] = {'g', (uint8_t)('a' + i)};
        buf_slice(&b, SLICE_LITERAL("group "));
        buf_put(&b, name, sizeof name);
        buf_slice(&b, SLICE_LITERAL(" any wa\n"));
    }
    buf_slice(&b, SLICE_LITERAL("quorum ga\n"));
    CHECK(b.err == OK);
    return parse(buf_view(&b));
}

TEST(takes_16_of_each_and_no_more)
{
    CHECK_ERR(parse_many(RELEASE_KEYS_MAX, RELEASE_WITNESSES_MAX, RELEASE_GROUPS_MAX), OK);
    CHECK(trust.release_n == 16 && trust.witness_n == 16 && trust.group_n == 16);
    CHECK_ERR(parse_many(RELEASE_KEYS_MAX + 1, 1, 1), ERR_LIMIT);
    CHECK_ERR(parse_many(1, RELEASE_WITNESSES_MAX + 1, 1), ERR_LIMIT);
    CHECK_ERR(parse_many(1, 1, RELEASE_GROUPS_MAX + 1), ERR_LIMIT);
}

TEST(bounded_in_bytes)
{
    static uint8_t large[RELEASE_TRUST_BYTES_MAX + 1];
    memset(large, 'a', sizeof large);
    CHECK_ERR(parse(SLICE_ARRAY(large)), ERR_LIMIT);
    CHECK_ERR(parse(slice_make(large, RELEASE_TRUST_BYTES_MAX)), ERR_INPUT);
}

TEST(no_quorum_always_holds)
{
    memset(&trust, 0, sizeof trust);
    CHECK(!release_trust_has_quorum(&trust));
    CHECK(release_trust_quorum(&trust, 0));
}

TEST_MAIN(TEST_ROW(every_field_is_read), TEST_ROW(every_truncation_is_refused),
          TEST_ROW(a_changed_byte_is_refused_or_read), TEST_ROW(each_refusal_has_its_error),
          TEST_ROW(takes_16_of_each_and_no_more), TEST_ROW(bounded_in_bytes),
          TEST_ROW(no_quorum_always_holds))
