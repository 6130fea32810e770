/* A word that brings a file (own/take.h): what is kept of it, and its bounds. */
#include "engine/own/take.h"

#include <string.h>

#include "base/cbor.h"
#include "base/text.h"
#include "crypto/stream.h"
#include "engine/own/file.h"
#include "engine/own/order.h"
#include "lib/check.h"
#include "lib/own_world.h"
#include "schema/content.h"
#include "store/message.h"
#include "store/own_file.h"

#define FILE_BYTES 1000u
#define SIDE_MAX 65535u
#define NAME_MAX 255
#define PREVIEW_MAX 4096

static struct own_world w;
static struct own_world_account ana, ben;
static int64_t chat, ben_is;

static void begin(void)
{
    if (ana.n == 0) {
        own_world_account(&ana, 1, 101);
        own_world_account(&ben, 2, 102);
    }
    own_world_begin(&w);
    own_world_be(&w, &ana, 1);
    ben_is = own_world_know(&w, &ben, 1);
    chat = own_world_chat(&w, STORE_CHAT_GROUP, 0);
}

static void end(void)
{
    own_world_end(&w);
}

/* Ben says it; the message that is shown then. */
static struct store_message take(const struct content *content)
{
    struct own_word v;
    struct store_chat c;
    struct store_leaf leaf;
    struct store_message m;
    memset(&v, 0, sizeof v);
    memset(&m, 0, sizeof m);
    CHECK_ERR(store_leaf_ensure(w.store, chat, own_world_key(2), 0, ben_is, &leaf), OK);
    v.leaf = leaf.id;
    v.ms = v.server_ms = OWN_WORLD_NOW_MS;
    v.place = STORE_PLACE_STEPS;
    CHECK_ERR(content_encode(&w.arena, content, &v.content), OK);
    CHECK_ERR(store_chat_get(w.store, &w.arena, chat, &c), OK);
    CHECK_ERR(own_content_take(w.o, &w.s, &c, ben_is, &v), OK);
    CHECK_ERR(store_message_get(w.store, &w.arena, v.about, &m), OK);
    return m;
}

static bool has_file(int64_t message)
{
    struct store_own_file f;
    enum err e = store_own_file_get(w.store, &w.arena, message, &f);
    CHECK(e == OK || e == ERR_GONE);
    return e == OK;
}

struct file {
    uint64_t bytes, width, height, sealed;
    struct slice blob, key, header, hash, preview, name;
    uint16_t enc_alg;
};
static uint8_t big[PREVIEW_MAX + 1];

static struct file a_file(uint64_t bytes)
{
    struct file f = {.bytes = bytes, .width = 4, .height = 3, .enc_alg = CONTENT_ENC_SOTTO_STREAM};
    f.sealed = crypto_stream_sealed_size(bytes) - CRYPTO_STREAM_HEADER_SIZE;
    f.blob = slice_make(big, 16);
    f.key = f.hash = slice_make(big, 32);
    f.header = slice_make(big, CRYPTO_STREAM_HEADER_SIZE);
    f.preview = SLICE_LITERAL("small");
    f.name = SLICE_LITERAL("a.txt");
    return f;
}

static struct slice base64(struct slice in, struct slice prefix)
{
    struct slice out = SLICE_EMPTY;
    struct buf b = buf_arena(&w.arena, 128);
    buf_slice(&b, prefix);
    text_put_base64url(&b, in);
    CHECK_ERR(buf_finish(&b, &out), OK);
    return out;
}

static struct content_part part(const struct file *f)
{
    struct slice raw = SLICE_EMPTY;
    struct buf b = buf_arena(&w.arena, 128);
    cbor_put_array(&b, 4);
    cbor_put_uint(&b, f->bytes);
    cbor_put_uint(&b, f->width);
    cbor_put_uint(&b, f->height);
    cbor_put_bytes(&b, f->preview);
    CHECK_ERR(buf_finish(&b, &raw), OK);
    struct content_part p = content_external(CONTENT_ATTACHMENT, SLICE_LITERAL("text/plain"));
    p.external.url = base64(f->blob, SLICE_LITERAL("sotto-blob:"));
    p.external.description = base64(raw, SLICE_EMPTY);
    p.external.size_bytes = f->sealed;
    p.external.enc_alg = f->enc_alg;
    p.external.key = f->key;
    p.external.nonce = f->header;
    p.external.hash_alg = CONTENT_HASH_SHA256;
    p.external.hash = f->hash;
    p.external.filename = f->name;
    return p;
}

static struct content of(struct content_part p)
{
    struct content c;
    content_init(&c);
    c.part = p;
    return c;
}

TEST(a_file_is_shown_with_what_opens_it)
{
    struct store_own_file got;
    struct store_file shown;
    begin();
    struct file f = a_file(FILE_BYTES);
    struct content c = of(part(&f));
    struct store_message m = take(&c);
    CHECK(m.type == STORE_MESSAGE_FILE && m.text.n == 0);
    CHECK_ERR(store_own_file_get(w.store, &w.arena, m.id, &got), OK);
    CHECK_ERR(store_file_get(w.store, &w.arena, m.id, &shown), OK);
    CHECK(shown.bytes == FILE_BYTES && shown.width == 4 && shown.height == 3 &&
          shown.state == STORE_FILE_AWAY);
    CHECK_BYTES(shown.name, f.name);
    CHECK_BYTES(shown.type, SLICE_LITERAL("text/plain"));
    CHECK_BYTES(shown.preview, f.preview);
    CHECK_BYTES(got.blob, f.blob);
    CHECK_BYTES(got.key, f.key);
    CHECK_BYTES(got.header, f.header);
    CHECK_BYTES(got.hash, f.hash);
    end();
}

TEST(words_go_along_with_a_file)
{
    begin();
    struct file f = a_file(FILE_BYTES);
    struct content_part both[] = {content_text(SLICE_LITERAL("look")), part(&f)};
    struct content c = of(content_multi(CONTENT_SINGLE_UNIT, both, 2));
    struct store_message m = take(&c);
    CHECK(m.type == STORE_MESSAGE_FILE && has_file(m.id));
    CHECK_BYTES(m.text, SLICE_LITERAL("look"));
    struct content_part turned[] = {part(&f), content_text(SLICE_LITERAL("look"))};
    c = of(content_multi(CONTENT_SINGLE_UNIT, turned, 2));
    m = take(&c);
    CHECK(m.type == STORE_MESSAGE_UNREADABLE && m.reason == ERR_INPUT_VERSION && !has_file(m.id));
    end();
}

/* A file of another version may be understood by a later one of ours. */
TEST(what_is_no_file_of_ours_is_of_another_version)
{
    for (int i = 0; i < 5; i++) {
        begin();
        struct file f = a_file(FILE_BYTES);
        f.enc_alg = i == 0 ? CONTENT_ENC_NONE : f.enc_alg;
        f.key.n += i == 1;
        f.header.n -= i == 2;
        f.hash.n -= i == 3;
        struct content c = of(part(&f));
        c.part.external.url = i == 4 ? SLICE_LITERAL("https://evil.test") : c.part.external.url;
        struct store_message m = take(&c);
        CHECK(m.type == STORE_MESSAGE_UNREADABLE && m.reason == ERR_INPUT_VERSION);
        CHECK(!has_file(m.id));
        end();
    }
}

TEST(a_file_is_within_its_bounds)
{
    for (int i = 0; i < 9; i++) {
        begin();
        struct file f = a_file(i == 0 ? FILE_BYTES_MAX + 1 : FILE_BYTES);
        f.sealed += i == 1; /* not of so many bytes */
        f.width = i == 2 ? SIDE_MAX + 1 : f.width;
        f.height = i == 3 ? SIDE_MAX + 1 : f.height;
        f.preview = i == 4 ? SLICE_ARRAY(big) : f.preview;
        f.name = i == 5 ? slice_make(big, NAME_MAX + 1) : f.name;
        f.blob.n += i == 6;
        struct content c = of(part(&f));
        c.part.external.description = i == 7   ? SLICE_LITERAL("!")
                                      : i == 8 ? SLICE_LITERAL("")
                                               : c.part.external.description;
        struct store_message m = take(&c);
        CHECK(m.type == STORE_MESSAGE_UNREADABLE && m.reason == ERR_INPUT && !has_file(m.id));
        end();
    }
    begin();
    struct file f = a_file(FILE_BYTES_MAX);
    f.width = f.height = SIDE_MAX;
    f.preview = slice_make(big, PREVIEW_MAX);
    f.name = slice_make("xxxxxxxxxxxxxxx", 15);
    struct content c = of(part(&f));
    struct store_message m = take(&c);
    CHECK(m.type == STORE_MESSAGE_FILE && has_file(m.id));
    end();
}

TEST_MAIN(TEST_ROW(a_file_is_shown_with_what_opens_it), TEST_ROW(words_go_along_with_a_file),
          TEST_ROW(what_is_no_file_of_ours_is_of_another_version),
          TEST_ROW(a_file_is_within_its_bounds))
