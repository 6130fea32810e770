/* The worked examples of wasm/schema/PROTOCOL.md, section 22: made from fixed keys by the functions
 * of the core, and compared with the text of the document, so that neither can change alone.
 *
 *   build/fast/tests/unit_engine_protocol --print     the blocks as they must stand there */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cbor.h"
#include "base/ct.h"
#include "base/text.h"
#include "engine/own/safety.h"
#include "engine/fingerprint.h"
#include "crypto/aead.h"
#include "crypto/hash.h"
#include "crypto/rand.h"
#include "crypto/stream.h"
#include "engine/recovery_code.h"
#include "engine/own/contact_link.h"
#include "engine/own/content_types.h"
#include "engine/own/entries.h"
#include "engine/own/group.h"
#include "engine/own/order.h"
#include "engine/own/pairing.h"
#include "engine/own/parcel.h"
#include "engine/own/room.h"
#include "lib/check.h"
#include "own_world.h"
#include "schema/chain.h"
#include "schema/content.h"
#include "schema/frame.h"
#include "store/chat.h"

#define DOCUMENT SOTTO_TESTS_DIR "/../wasm/schema/PROTOCOL.md"
#define BLOCK_BYTES (64u << 10)
#define LINE 96 /* bytes of a line; what is longer goes on in the next, behind two spaces */

/* ---- what the examples are made from --------------------------------------------------------- */

enum { PHONE = 1, LAPTOP = 2, WRITE_KEY = 3, NEXT_KEY = 4 };

static const char gateway[] = "https://gw.example";
static const char origin[] = "gw.example";

/* n bytes that count up. */
static void count_up(uint8_t *out, size_t n, uint8_t from)
{
    for (size_t i = 0; i < n; i++) {
        out[i] = (uint8_t)(from + i);
    }
}

struct fixed {
    uint8_t code[RECOVERY_CODE_BYTES], inbox[16], token[16], secret[16];
    uint8_t room[16], mailbox[16], group_id[16], read_tag[32], join_secret[32];
    uint8_t nonce[32], outer_nonce[12], outer_key[32], authenticator[32], mid[8], salt[16];
};

static struct fixed fixed(void)
{
    struct fixed f;
    count_up(f.code, sizeof f.code, 0x00);
    count_up(f.inbox, sizeof f.inbox, 0x10);
    count_up(f.token, sizeof f.token, 0x20);
    count_up(f.secret, sizeof f.secret, 0x30);
    count_up(f.room, sizeof f.room, 0x40);
    count_up(f.mailbox, sizeof f.mailbox, 0x50);
    count_up(f.group_id, sizeof f.group_id, 0x60);
    count_up(f.read_tag, sizeof f.read_tag, 0x70);
    count_up(f.join_secret, sizeof f.join_secret, 0x90);
    count_up(f.nonce, sizeof f.nonce, 0xb0);
    count_up(f.outer_nonce, sizeof f.outer_nonce, 0xd0);
    count_up(f.outer_key, sizeof f.outer_key, 0x11);
    count_up(f.authenticator, sizeof f.authenticator, 0x33);
    count_up(f.mid, sizeof f.mid, 0xe0);
    count_up(f.salt, sizeof f.salt, 0xf0);
    return f;
}

/* ---- a block of the document ----------------------------------------------------------------- */

static struct buf block;
static struct arena arena;
static uint8_t room_for_block[BLOCK_BYTES];

static void put_wrapped(struct slice name, struct slice text)
{
    size_t column = name.n + 3;
    buf_slice(&block, name);
    buf_slice(&block, SLICE_LITERAL(" = "));
    for (size_t i = 0; i < text.n; i++) {
        if (column == LINE) {
            buf_slice(&block, SLICE_LITERAL("\n  "));
            column = 2;
        }
        buf_u8(&block, text.p[i]);
        column++;
    }
    buf_u8(&block, '\n');
}

static void say_text(const char *name, struct slice text)
{
    put_wrapped(slice_of_string(name), text);
}

static void say(const char *name, struct slice bytes)
{
    struct buf b = buf_arena(&arena, bytes.n * 2 + 1);
    struct slice hex = SLICE_EMPTY;
    text_put_hex(&b, bytes);
    CHECK_ERR(buf_finish(&b, &hex), OK);
    say_text(name, hex);
}

static void begin(void)
{
    CHECK_ERR(crypto_init(), OK);
    arena_init(&arena, 8u << 20);
    block = buf_fixed(room_for_block, sizeof room_for_block);
    buf_slice(&block, SLICE_LITERAL("```\n"));
}

/* Is the block that was made one of the document's? */
static bool stands_there(void)
{
    FILE *f = fopen(DOCUMENT, "rb");
    size_t n = 0, room = 1u << 20;
    char *text = malloc(room);
    bool found = false;
    if (f != NULL && text != NULL) {
        n = fread(text, 1, room, f);
    }
    for (size_t i = 0; !found && block.n > 0 && i + block.n <= n; i++) {
        found = slice_equal(slice_make((const uint8_t *)text + i, block.n),
                            slice_make(block.p, block.n));
    }
    free(text);
    if (f != NULL) {
        fclose(f);
    }
    return found;
}

static bool printing;

static void end(void)
{
    buf_slice(&block, SLICE_LITERAL("```\n"));
    CHECK(block.err == OK);
    if (printing) {
        printf("%.*s\n", (int)block.n, (const char *)block.p);
    } else {
        CHECK(stands_there());
    }
    arena_wipe(&arena);
}

/* ---- the recovery code ----------------------------------------------------------------------- */

TEST(recovery_code)
{
    struct fixed f = fixed();
    struct recovery_code code;
    struct slice text = SLICE_EMPTY;
    uint8_t back[RECOVERY_CODE_BYTES];
    begin();
    CHECK_ERR(recovery_code_derive(f.code, &code), OK);
    CHECK_ERR(recovery_code_text(&arena, f.code, &text), OK);
    CHECK_ERR(recovery_code_parse(back, text), OK);
    CHECK_BYTES(SLICE_ARRAY(back), SLICE_ARRAY(f.code));
    say("code", SLICE_ARRAY(f.code));
    say_text("code text", text);
    say("signing seed", SLICE_ARRAY(code.secret.seed));
    say("recovery", SLICE_ARRAY(code.sign.b));
    say("HPKE seed", SLICE_ARRAY(code.hpke_secret.b));
    say("HPKE public key, first 32 of 1216", slice_make(code.hpke.b, 32));
    say("recovery_hpke", SLICE_ARRAY(code.hpke_hash));
    end();
}

/* ---- a chain --------------------------------------------------------------------------------- */

struct chain {
    struct chain_entry e[2];
    struct slice tbs[2], bytes[2];
};

static void finish(struct chain *c, size_t i, const struct chain_entry *last)
{
    struct buf b = buf_arena(&arena, CHAIN_ENTRY_BYTES_MAX);
    struct chain_entry back;
    uint8_t *room = arena_alloc(&arena, CHAIN_TBS_BYTES_MAX);
    SETUP(room != NULL);
    CHECK_ERR(chain_tbs(&c->e[i], room, &c->tbs[i]), OK);
    CHECK_ERR(chain_encode(&b, &c->e[i]), OK);
    CHECK_ERR(buf_finish(&b, &c->bytes[i]), OK);
    CHECK_ERR(chain_read(c->bytes[i], &back), OK);
    CHECK_ERR(chain_check(last, &back, NULL), OK);
}

/* Entry 0 with the phone, entry 1 adds the laptop. */
static void make_chain(struct chain *c)
{
    struct fixed f = fixed();
    struct recovery_code code;
    struct crypto_sign_secret phone = own_world_secret(PHONE), laptop = own_world_secret(LAPTOP);
    CHECK_ERR(recovery_code_derive(f.code, &code), OK);
    chain_begin(&c->e[0], NULL);
    CHECK_ERR(chain_add(&c->e[0], own_world_key(PHONE)), OK);
    memcpy(c->e[0].recovery, code.sign.b, sizeof c->e[0].recovery);
    memcpy(c->e[0].recovery_hpke, code.hpke_hash, sizeof c->e[0].recovery_hpke);
    chain_home(c->e[0].home, SLICE_ARRAY(f.inbox), slice_of_string(gateway));
    CHECK_ERR(chain_plan(NULL, &c->e[0], own_world_key(PHONE), false), OK);
    CHECK_ERR(chain_sign(NULL, &c->e[0], &phone), OK);
    CHECK_ERR(chain_sign(NULL, &c->e[0], &code.secret), OK);
    finish(c, 0, NULL);
    chain_begin(&c->e[1], &c->e[0]);
    c->e[1].why = CHAIN_WHY_ADDED;
    CHECK_ERR(chain_add(&c->e[1], own_world_key(LAPTOP)), OK);
    CHECK_ERR(chain_plan(&c->e[0], &c->e[1], own_world_key(PHONE), false), OK);
    CHECK_ERR(chain_sign(&c->e[0], &c->e[1], &phone), OK);
    CHECK_ERR(chain_sign(&c->e[0], &c->e[1], &laptop), OK);
    finish(c, 1, &c->e[0]);
}

TEST(chain_of_two_entries)
{
    struct fixed f = fixed();
    struct chain c;
    struct own_identity_name name = {1, {0}};
    uint8_t leaf[OWN_IDENTITY_NAME_SIZE];
    begin();
    make_chain(&c);
    say("phone", slice_make(own_world_key(PHONE), 32));
    say("laptop", slice_make(own_world_key(LAPTOP), 32));
    say("inbox", SLICE_ARRAY(f.inbox));
    say_text("gateway", slice_of_string(gateway));
    say("home", SLICE_ARRAY(c.e[0].home));
    say("entry 0, signed", c.tbs[0]);
    say("entry 0", c.bytes[0]);
    say("account", SLICE_ARRAY(c.e[0].id));
    say("entry 1", c.bytes[1]);
    say("entry 1, hash", SLICE_ARRAY(c.e[1].hash));
    memcpy(name.hash, c.e[1].hash, sizeof name.hash);
    own_identity_name_put(leaf, &name);
    say("0xF0A0 of a leaf that names entry 1", SLICE_ARRAY(leaf));
    end();
}

/* What a commit brings of it, as it stands in the log. */
TEST(entries_that_a_commit_brings)
{
    struct chain c;
    struct own_entries_group group;
    struct own_entries brought = {&group, 1}, back;
    struct slice out = SLICE_EMPTY;
    uint8_t hash[32];
    begin();
    make_chain(&c);
    memcpy(group.account, c.e[0].id, sizeof group.account);
    group.entries = c.bytes;
    group.n = 2;
    struct buf b = buf_arena(&arena, 4096);
    own_entries_put(&b, &brought);
    CHECK_ERR(buf_finish(&b, &out), OK);
    CHECK_ERR(own_entries_read(&arena, out, &back), OK);
    CHECK(back.n == 1 && back.v[0].n == 2);
    crypto_sha256(hash, out);
    say("brought, first 41", slice_make(out.p, 41));
    say("brought, SHA-256", SLICE_ARRAY(hash));
    end();
}

/* ---- links and comparing --------------------------------------------------------------------- */

TEST(links)
{
    static struct own o;
    struct fixed f = fixed();
    struct chain c;
    struct step s = {.arena = &arena};
    struct slice person = SLICE_EMPTY, group = SLICE_EMPTY, print = SLICE_EMPTY;
    struct own_link_parts parts;
    uint8_t door[32];
    begin();
    make_chain(&c);
    memset(&o, 0, sizeof o);
    memcpy(o.gateway, gateway, sizeof gateway);
    memcpy(o.account, c.e[0].id, sizeof o.account);
    memcpy(o.inbox, f.inbox, sizeof o.inbox);
    CHECK_ERR(own_link_text(&o, &s, f.token, SLICE_EMPTY, &person), OK);
    CHECK_ERR(own_link_text(&o, &s, f.token, SLICE_ARRAY(f.secret), &group), OK);
    CHECK_ERR(own_link_parse(&arena, group, &parts), OK);
    CHECK_BYTES(SLICE_ARRAY(parts.secret), SLICE_ARRAY(f.secret));
    CHECK_ERR(own_link_parse(&arena, person, &parts), OK);
    CHECK_BYTES(SLICE_ARRAY(parts.account), SLICE_ARRAY(o.account));
    CHECK_ERR(
        own_link_proof(&arena, SLICE_ARRAY(f.secret), SLICE_ARRAY(f.group_id), o.account, door),
        OK);
    CHECK_ERR(fingerprint_text(s.arena, o.account, &print), OK);
    say_text("link of a person", person);
    say("token", SLICE_ARRAY(f.token));
    say("secret", SLICE_ARRAY(f.secret));
    say_text("link of a group", group);
    say("about (MLS group id)", SLICE_ARRAY(f.group_id));
    say("door(secret, account, about)", SLICE_ARRAY(door));
    say_text("fingerprint of account", print);
    end();
}

TEST(safety_number)
{
    static struct own_world w;
    static struct own_world_account mine, theirs;
    static struct own own;
    struct abi_safety out;
    memset(&out, 0, sizeof out);
    begin();
    own_world_begin(&w);
    own_world_account(&mine, 1, 101);
    own_world_account(&theirs, 2, 102);
    own_world_be(&w, &mine, 1);
    int64_t person = own_world_know(&w, &theirs, 1);
    memset(&own, 0, sizeof own);
    memcpy(own.account, mine.id, sizeof own.account);
    CHECK_ERR(own_safety(&own, &w.s, person, &out), OK);
    say("my account (and head)", SLICE_ARRAY(mine.id));
    say("their account (and head)", SLICE_ARRAY(theirs.id));
    say_text("digits", out.digits);
    say("QR bytes", out.code);
    own_world_end(&w);
    end();
}

/* ---- the gateway ----------------------------------------------------------------------------- */

static struct slice sign(uint8_t key, struct slice tbs)
{
    struct crypto_sign_secret secret = own_world_secret(key);
    uint8_t *out = arena_alloc(&arena, CRYPTO_SIGN_SIZE);
    if (out == NULL) {
        return SLICE_EMPTY;
    }
    crypto_sign(out, &secret, tbs);
    return slice_make(out, CRYPTO_SIGN_SIZE);
}

static struct slice done(struct buf *b)
{
    struct slice out = SLICE_EMPTY;
    CHECK_ERR(buf_finish(b, &out), OK);
    return out;
}

TEST(what_is_signed_for_the_gateway)
{
    struct fixed f = fixed();
    struct chain c;
    struct wire_hello hello = {FRAME_VERSION, WIRE_MODE_DEVICE, true,
                               slice_make(own_world_key(PHONE), 32)};
    struct wire_welcome welcome = {SLICE_ARRAY(f.inbox), SLICE_ARRAY(f.token),
                                   SLICE_LITERAL("welcome")};
    struct wire_commit commit;
    uint8_t branch[8], read_hash[32];
    begin();
    make_chain(&c);
    struct buf h = buf_arena(&arena, 64), frame = buf_arena(&arena, 128),
               auth = buf_arena(&arena, 256), write = buf_arena(&arena, 256),
               tbs = buf_arena(&arena, 1024), record = buf_arena(&arena, 256);
    wire_hello_put(&h, &hello);
    frame_put(&frame, FRAME_HELLO, 1, done(&h));
    say("HELLO frame, request 1", done(&frame));
    say("nonce", SLICE_ARRAY(f.nonce));
    frame_auth_tbs(&auth, slice_of_string(origin), hello.key, SLICE_ARRAY(f.nonce));
    struct slice signed_auth = done(&auth);
    say("AUTH, signed", signed_auth);
    say("AUTH, signature", sign(PHONE, signed_auth));
    say("mailbox", SLICE_ARRAY(f.mailbox));
    say("write key of epoch 7", slice_make(own_world_key(WRITE_KEY), 32));
    frame_write_tbs(&write, slice_of_string(origin), SLICE_ARRAY(f.nonce), SLICE_ARRAY(f.mailbox),
                    7);
    struct slice signed_write = done(&write);
    say("WRITE, signed", signed_write);
    say("WRITE, signature", sign(WRITE_KEY, signed_write));
    own_branch_tag(branch, SLICE_ARRAY(f.authenticator));
    crypto_sha256(read_hash, SLICE_ARRAY(f.read_tag));
    memset(&commit, 0, sizeof commit);
    commit.epoch = 7;
    commit.mid = SLICE_ARRAY(f.mid);
    commit.branch = SLICE_ARRAY(branch);
    commit.body = SLICE_LITERAL("sealed commit");
    commit.next_key = slice_make(own_world_key(NEXT_KEY), 32);
    commit.has_read_hash = true;
    commit.read_hash = SLICE_ARRAY(read_hash);
    commit.welcomes = &welcome;
    commit.welcomes_n = 1;
    frame_commit_tbs(&tbs, SLICE_ARRAY(f.mailbox), &commit);
    struct slice signed_commit = done(&tbs);
    say("epoch_authenticator", SLICE_ARRAY(f.authenticator));
    say("branch", SLICE_ARRAY(branch));
    say("write key of epoch 8", slice_make(own_world_key(NEXT_KEY), 32));
    say("COMMIT, signed", signed_commit);
    say("COMMIT, signature", sign(WRITE_KEY, signed_commit));
    frame_record_tbs(&record, SLICE_ARRAY(c.e[0].id), hello.key, 9, SLICE_ARRAY(c.e[1].hash),
                     SLICE_LITERAL("payload"));
    say("record part 9, signed", done(&record));
    end();
}

/* ---- rooms ----------------------------------------------------------------------------------- */

static struct own_room pair_room(const struct fixed *f)
{
    struct own_room r;
    memset(&r, 0, sizeof r);
    memcpy(r.room, f->room, sizeof r.room);
    memcpy(r.mailbox, f->mailbox, sizeof r.mailbox);
    memcpy(r.read_tag, f->read_tag, sizeof r.read_tag);
    memcpy(r.join_secret, f->join_secret, sizeof r.join_secret);
    r.type = STORE_CHAT_PAIR;
    r.name = SLICE_LITERAL("");
    r.has_pair = true;
    memset(r.pair[0], 0x0a, sizeof r.pair[0]);
    memset(r.pair[1], 0x0b, sizeof r.pair[1]);
    return r;
}

/* As own_outer_seal does it with a random nonce. */
static struct slice seal(const struct fixed *f, uint8_t kind, const uint8_t *branch,
                         struct slice plain)
{
    struct crypto_aead_key key;
    struct buf ad = buf_arena(&arena, 64);
    struct slice back = SLICE_EMPTY, out = SLICE_EMPTY;
    uint8_t *p = arena_alloc(&arena, 12 + plain.n + CRYPTO_AEAD_TAG_SIZE);
    if (p == NULL) {
        return SLICE_EMPTY;
    }
    buf_slice(&ad, SLICE_LITERAL("sotto outer 2"));
    buf_slice(&ad, SLICE_ARRAY(f->mailbox));
    buf_u64(&ad, 7);
    buf_u8(&ad, kind);
    buf_slice(&ad, branch != NULL ? slice_make(branch, 8) : SLICE_EMPTY);
    memcpy(p, f->outer_nonce, 12);
    CHECK_ERR(crypto_aead_key_set(&key, CRYPTO_CHACHA20_POLY1305, SLICE_ARRAY(f->outer_key)), OK);
    struct slice aad = done(&ad);
    crypto_aead_seal(p + 12, &key, p, aad, plain);
    out = slice_make(p, 12 + plain.n + CRYPTO_AEAD_TAG_SIZE);
    CHECK_ERR(own_outer_open(&arena, f->outer_key, f->mailbox, 7, kind, branch, out, &back), OK);
    CHECK_BYTES(back, plain);
    say("aad", aad);
    return out;
}

TEST(room_and_outer_layer)
{
    struct fixed f = fixed();
    struct own_room r = pair_room(&f), back;
    struct slice bytes = SLICE_EMPTY;
    uint8_t branch[8], key[32];
    begin();
    CHECK_ERR(own_room_encode(&arena, &r, &bytes), OK);
    CHECK_ERR(own_room_decode(&arena, bytes, &back), OK);
    own_branch_tag(branch, SLICE_ARRAY(f.authenticator));
    say("room (0xF0A1) of a pair", bytes);
    say("outer key of epoch 7", SLICE_ARRAY(f.outer_key));
    say("nonce of the outer layer", SLICE_ARRAY(f.outer_nonce));
    say("sealed \"hello\", kind 0",
        seal(&f, WIRE_KIND_APPLICATION, branch, SLICE_LITERAL("hello")));
    crypto_hmac(CRYPTO_SHA256, key, SLICE_ARRAY(f.join_secret), SLICE_LITERAL("sotto bundle"));
    say("key of the bundle", SLICE_ARRAY(key));
    end();
}

/* ---- words ----------------------------------------------------------------------------------- */

static struct slice word(const struct own_word *w)
{
    struct buf b = buf_arena(&arena, w->content.n + 128);
    cbor_put_array(&b, 8);
    cbor_put_uint(&b, 3);
    cbor_put_uint(&b, w->run);
    cbor_put_uint(&b, w->counter);
    if (w->has_prev) {
        cbor_put_bytes(&b, SLICE_ARRAY(w->prev));
    } else {
        cbor_put_null(&b);
    }
    cbor_put_uint(&b, w->prev_epoch);
    cbor_put_uint(&b, w->ms);
    cbor_put_bytes(&b, w->content);
    cbor_put_null(&b);
    return done(&b);
}

static struct slice text_content(const struct fixed *f, const char *text, bool edit,
                                 const uint8_t id[32])
{
    struct content c;
    struct slice out = SLICE_EMPTY;
    content_init(&c);
    memcpy(c.salt, f->salt, sizeof c.salt);
    c.part = content_text(slice_of_string(text));
    if (edit) {
        struct buf b = buf_arena(&arena, 16);
        content_set_replaces(&c, id);
        cbor_put_map(&b, 1);
        cbor_put_int(&b, OWN_EXT_EDIT);
        cbor_put_uint(&b, 1);
        c.extensions = done(&b);
    }
    CHECK_ERR(content_encode(&arena, &c, &out), OK);
    return out;
}

TEST(words)
{
    struct fixed f = fixed();
    struct chain c;
    struct own_word w, back;
    uint8_t id[32];
    begin();
    make_chain(&c);
    struct slice hello = text_content(&f, "Hello", false, NULL);
    CHECK_ERR(content_message_id(id, SLICE_ARRAY(c.e[0].id), SLICE_ARRAY(f.room), hello), OK);
    say("content", hello);
    say("id of the message", SLICE_ARRAY(id));
    memset(&w, 0, sizeof w);
    w.run = 1;
    w.ms = 1700000000000;
    w.content = hello;
    struct slice bytes = word(&w);
    CHECK_ERR(own_order_read(bytes, &back), OK);
    own_order_hash(&back, own_world_key(PHONE));
    say("word 0", bytes);
    say("word 0, hash", SLICE_ARRAY(back.hash));
    w.counter = 1;
    w.has_prev = true;
    memcpy(w.prev, back.hash, sizeof w.prev);
    w.prev_epoch = 1;
    w.ms = 1700000005000;
    w.content = text_content(&f, "Hello!", true, id);
    bytes = word(&w);
    CHECK_ERR(own_order_read(bytes, &back), OK);
    own_order_hash(&back, own_world_key(PHONE));
    say("word 1, an edit of it", bytes);
    say("word 1, hash", SLICE_ARRAY(back.hash));
    struct buf b = buf_arena(&arena, 16);
    cbor_put_array(&b, 4);
    cbor_put_uint(&b, 3);
    cbor_put_uint(&b, 1);
    cbor_put_uint(&b, 2);
    cbor_put_uint(&b, 1);
    say("authenticated_data of the next commit", done(&b));
    end();
}

/* ---- files, parcels, linking ------------------------------------------------------------------
 */

/* Made once by crypto_stream_seal, whose header is random. */
#define FILE_HEADER "d787d0a14018e863293454a3eff503b778f2f26f9dad0f9a"
#define FILE_SEALED "769cceddcb74e822383a771da02700ea6e93cd92e77ee85cafdcca54"

TEST(file_of_one_chunk)
{
    struct crypto_stream_key key;
    struct crypto_stream s;
    uint8_t plain[64], hash[32];
    bool final = false;
    begin();
    memset(key.k, 5, sizeof key.k);
    struct slice header = check_copy(check_hex(FILE_HEADER));
    struct slice sealed = check_copy(check_hex(FILE_SEALED));
    CHECK_ERR(crypto_stream_open_begin(&s, header.p, &key), OK);
    CHECK_ERR(crypto_stream_open(&s, plain, &final, sealed), OK);
    CHECK(final);
    CHECK_BYTES(slice_make(plain, sealed.n - CRYPTO_STREAM_OVERHEAD), SLICE_LITERAL("hello, file"));
    crypto_sha256(hash, sealed);
    say("key", SLICE_ARRAY(key.k));
    say("header (nonce)", header);
    say_text("plaintext", SLICE_LITERAL("hello, file"));
    say("blob: one chunk, FINAL", sealed);
    say("hash", SLICE_ARRAY(hash));
    check_release(header);
    check_release(sealed);
    end();
}

TEST(parcel)
{
    struct fixed f = fixed();
    struct slice ref = SLICE_EMPTY;
    uint8_t drop[32];
    begin();
    struct buf b = buf_arena(&arena, 64);
    cbor_put_array(&b, 2);
    cbor_put_bytes(&b, SLICE_ARRAY(f.room)); /* any 16 bytes */
    cbor_put_bytes(&b, SLICE_ARRAY(f.outer_key));
    ref = done(&b);
    CHECK(ref.n == OWN_PARCEL_REF_SIZE && own_parcel_is_ref(ref));
    crypto_hmac(CRYPTO_SHA256, drop, SLICE_ARRAY(f.outer_key), SLICE_LITERAL("sotto parcel drop"));
    say("reference", ref);
    say("drop secret", slice_make(drop, 16));
    end();
}

/* First 15 bytes of the hash of a key. */
static void code_of(uint8_t out[OWN_PAIRING_CODE_SIZE], struct slice key)
{
    uint8_t h[32];
    struct slice parts[2] = {SLICE_LITERAL("sotto pairing code 1"), key};
    crypto_hash_parts(CRYPTO_SHA256, h, parts, 2);
    memcpy(out, h, OWN_PAIRING_CODE_SIZE);
}

TEST(linking)
{
    const struct crypto_suite *suite = crypto_suite_find(CRYPTO_SUITE_DEFAULT);
    static struct own_pairing p;
    struct crypto_hpke_secret secret;
    struct crypto_hpke_public key;
    uint8_t shown[OWN_PAIRING_CODE_SIZE], code[OWN_PAIRING_CODE_SIZE], hash[32];
    uint16_t words[OWN_PAIRING_WORDS];
    char numbers[32];
    begin();
    CHECK_ERR(own_pairing_show(&p, shown), OK);
    code_of(code, slice_make(p.new_key.b, suite->npk));
    CHECK_BYTES(SLICE_ARRAY(code), SLICE_ARRAY(shown));
    memset(secret.b, 6, sizeof secret.b);
    CHECK_ERR(crypto_hpke_public_of(suite, &key, &secret), OK);
    crypto_sha256(hash, slice_make(key.b, suite->npk));
    code_of(code, slice_make(key.b, suite->npk));
    say("X-Wing seed", SLICE_ARRAY(secret.b));
    say("public key, SHA-256", SLICE_ARRAY(hash));
    say("code", SLICE_ARRAY(code));
    struct buf b = buf_arena(&arena, 32);
    text_put_base32(&b, SLICE_ARRAY(code));
    say_text("code, letters", done(&b));
    count_up(p.shown, sizeof p.shown, 0x9a);
    p.state = OWN_PAIRING_SECRET;
    CHECK_ERR(own_pairing_words(&p, words), OK);
    say("shown", SLICE_ARRAY(p.shown));
    snprintf(numbers, sizeof numbers, "%u %u %u", words[0], words[1], words[2]);
    say_text("words (from 0)", slice_of_string(numbers));
    own_pairing_wipe(&p);
    end();
}

int main(int argc, char **argv)
{
    static const struct check_test tests[] = {
        TEST_ROW(recovery_code),
        TEST_ROW(chain_of_two_entries),
        TEST_ROW(entries_that_a_commit_brings),
        TEST_ROW(links),
        TEST_ROW(safety_number),
        TEST_ROW(what_is_signed_for_the_gateway),
        TEST_ROW(room_and_outer_layer),
        TEST_ROW(words),
        TEST_ROW(file_of_one_chunk),
        TEST_ROW(parcel),
        TEST_ROW(linking),
    };
    size_t n = sizeof tests / sizeof tests[0];
    printing = argc == 2 && strcmp(argv[1], "--print") == 0;
    for (size_t i = 0; printing && i < n; i++) {
        printf("**%s**\n\n", tests[i].name);
        tests[i].run();
    }
    return printing ? 0 : check_main(argc, argv, __FILE__, tests, n);
}
