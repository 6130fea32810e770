/* Attachments: taken from the page, put on the gateway, fetched, given to the page (own/file.h;
 * abi.cddl, op_file_begin to op_file_read). */
#include "engine/own/file.h"

#include <string.h>

#include "base/limits.h"
#include "crypto/hash.h"
#include "crypto/stream.h"
#include "engine/own/ask.h"
#include "lib/check.h"
#include "lib/own_world.h"
#include "store/chat.h"
#include "store/message.h"
#include "store/own_file.h"
#include "store/people.h"

#define TWO_CHUNKS (CRYPTO_STREAM_CHUNK + 100)
#define NAME_MAX_BYTES 255
#define TYPE_MAX_BYTES 127
#define PREVIEW_MAX_BYTES 4096

static struct own_world w;
static struct own_world_account me, other;
static int64_t chat;
static uint8_t plain[40 * CRYPTO_STREAM_CHUNK];

static void begin(void)
{
    if (me.n == 0) {
        own_world_account(&me, 1, 101);
        own_world_account(&other, 2, 102);
        for (size_t i = 0; i < sizeof plain; i++) {
            plain[i] = (uint8_t)(i * 7 + i / 251);
        }
    }
    own_world_begin(&w);
    own_world_be(&w, &me, 1);
    chat = own_world_chat(&w, STORE_CHAT_PAIR, own_world_know(&w, &other, 1));
    own_world_group(&w, chat);
}

static void end(void)
{
    own_world_end(&w);
}

static int64_t started(uint64_t bytes)
{
    struct abi_op_file_begin op = own_world_file(chat, bytes);
    int64_t message = 0;
    CHECK_ERR(own_file_begin(w.o, &w.s, &op, &message), OK);
    return message;
}

static enum err chunk(int64_t message, uint64_t offset, size_t n, bool last)
{
    struct abi_op_file_chunk op = {(uint64_t)message, offset, slice_make(plain + offset, n), last};
    return own_file_chunk(w.o, &w.s, &op);
}

/* All that the page gives of it. */
static void give_all(int64_t message, uint64_t bytes)
{
    uint64_t at = 0;
    do {
        size_t n = bytes - at < CRYPTO_STREAM_CHUNK ? (size_t)(bytes - at) : CRYPTO_STREAM_CHUNK;
        CHECK_ERR(chunk(message, at, n, at + n == bytes), OK);
        at += n;
    } while (at < bytes);
}

static int64_t file_int(const char *column)
{
    static const char *const names[] = {"state", "done", "sent"};
    static const char *const sql[] = {"SELECT state FROM file", "SELECT done FROM file",
                                      "SELECT sent FROM file"};
    for (size_t i = 0; i < 3; i++) {
        if (strcmp(names[i], column) == 0) {
            return own_world_int(&w, sql[i]);
        }
    }
    return -2;
}

/* ---- questions and answers ------------------------------------------------------------------ */

static size_t asks(enum frame_type type)
{
    size_t n = 0;
    for (size_t i = 0; i < OWN_ASKS_MAX; i++) {
        n += w.o->asks[i].request != 0 && w.o->asks[i].type == type;
    }
    return n;
}

/* The question of this type and chunk that waits for its answer; it waits no more. */
static struct own_ask asked(enum frame_type type, int64_t index)
{
    struct own_ask q = {0};
    for (size_t i = 0; i < OWN_ASKS_MAX; i++) {
        if (w.o->asks[i].request != 0 && w.o->asks[i].type == type && w.o->asks[i].b == index) {
            q = w.o->asks[i];
            w.o->asks[i].request = 0;
        }
    }
    CHECK(q.request != 0);
    return q;
}

static enum err refuse(struct own_ask q, uint64_t failure)
{
    return own_file_answer(w.o, &w.s, &q, FRAME_FAILURE, SLICE_EMPTY, failure);
}

static enum err say_state(struct own_ask q, uint64_t have)
{
    struct wire_blob_state v = {0, FRAME_BLOB_CHUNK, have, 0};
    struct buf b = buf_arena(&w.arena, 64);
    wire_blob_state_put(&b, &v);
    return own_file_answer(w.o, &w.s, &q, FRAME_BLOB_STATE, buf_view(&b), 0);
}

static enum err say_data(struct own_ask q, const uint8_t blob[16], uint32_t index,
                         struct slice bytes)
{
    struct frame_blob f = {.index = index, .bytes = bytes};
    struct buf b = buf_arena(&w.arena, bytes.n + 64);
    memcpy(f.blob, blob, sizeof f.blob);
    frame_blob_put(&b, &f);
    return own_file_answer(w.o, &w.s, &q, FRAME_BLOB_DATA, buf_view(&b), 0);
}

static void work(void)
{
    effects_init(&w.out, &w.arena);
    CHECK_ERR(own_file_work(w.o, &w.s), OK);
}

/* ---- taking from the page -------------------------------------------------------------------- */

TEST(a_file_begins_as_a_message_that_is_on_its_way)
{
    struct store_message m;
    begin();
    int64_t id = started(TWO_CHUNKS);
    CHECK_ERR(store_message_get(w.store, &w.arena, id, &m), OK);
    CHECK(m.type == STORE_MESSAGE_FILE && m.state == STORE_STATE_QUEUED && !m.has_reply);
    CHECK(m.sender == STORE_PERSON_ME && m.chat == chat);
    CHECK(file_int("state") == STORE_FILE_GOING && file_int("done") == 0);
    CHECK(w.out.messages.n == 1 && w.out.messages.v[0].fresh);
    end();
}

/* What is wrong with one that cannot begin. */
static void too_large(struct abi_op_file_begin *op)
{
    op->bytes = FILE_BYTES_MAX + 1;
}
static void name_long(struct abi_op_file_begin *op)
{
    op->name = slice_make(plain, NAME_MAX_BYTES + 1);
}
static void type_long(struct abi_op_file_begin *op)
{
    op->type = slice_make(plain, TYPE_MAX_BYTES + 1);
}
static void preview_long(struct abi_op_file_begin *op)
{
    op->preview = slice_make(plain, PREVIEW_MAX_BYTES + 1);
}
static void caption_long(struct abi_op_file_begin *op)
{
    op->caption = slice_make(plain, LIMIT_TEXT_BYTES + 1);
}
static void no_chat(struct abi_op_file_begin *op)
{
    op->chat = 999;
}
static void no_answered(struct abi_op_file_begin *op)
{
    op->reply_to = 999;
}

TEST(a_file_begins_within_its_bounds_or_leaves_nothing)
{
    static const struct {
        void (*spoil)(struct abi_op_file_begin *op);
        enum err e;
    } rows[] = {{too_large, ERR_LIMIT},    {name_long, ERR_INPUT},    {type_long, ERR_INPUT},
                {preview_long, ERR_INPUT}, {caption_long, ERR_INPUT}, {no_chat, ERR_GONE},
                {no_answered, ERR_GONE}};
    begin();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct abi_op_file_begin op = own_world_file(chat, 10);
        int64_t message = 0;
        rows[i].spoil(&op);
        CHECK_ERR(own_file_begin(w.o, &w.s, &op, &message), rows[i].e);
    }
    CHECK(own_world_int(&w, "SELECT count(*) FROM message") == 0);
    struct abi_op_file_begin op = own_world_file(chat, FILE_BYTES_MAX);
    int64_t message = 0;
    own_world_sql(&w, "UPDATE chat SET state=2"); /* left */
    CHECK_ERR(own_file_begin(w.o, &w.s, &op, &message), ERR_STATE);
    own_world_sql(&w, "UPDATE chat SET state=1"); /* waiting: it goes when they answer */
    CHECK_ERR(own_file_begin(w.o, &w.s, &op, &message), OK);
    end();
}

TEST(a_file_may_be_an_answer)
{
    struct store_message m, first;
    begin();
    struct abi_op_file_begin op = own_world_file(chat, 10);
    int64_t id = started(10), message = 0;
    op.reply_to = (uint64_t)id;
    CHECK_ERR(own_file_begin(w.o, &w.s, &op, &message), OK);
    CHECK_ERR(store_message_get(w.store, &w.arena, message, &m), OK);
    CHECK_ERR(store_message_get(w.store, &w.arena, id, &first), OK);
    CHECK(m.has_reply);
    CHECK_BYTES(SLICE_ARRAY(m.reply), SLICE_ARRAY(first.mid));
    end();
}

TEST(chunks_come_in_order_and_in_their_size)
{
    begin();
    int64_t id = started(TWO_CHUNKS);
    CHECK_ERR(chunk(id, 0, CRYPTO_STREAM_CHUNK - 1, false), ERR_INPUT); /* short */
    CHECK_ERR(chunk(id, 0, CRYPTO_STREAM_CHUNK, true), ERR_INPUT);      /* not the last */
    CHECK_ERR(chunk(id, 0, TWO_CHUNKS, true), ERR_INPUT);               /* long */
    CHECK_ERR(chunk(id, CRYPTO_STREAM_CHUNK, 100, true), ERR_STATE_REPLAY);
    w.s.durable = false;
    CHECK_ERR(chunk(id, 0, CRYPTO_STREAM_CHUNK, false), OK);
    CHECK(w.s.durable && file_int("done") == CRYPTO_STREAM_CHUNK);
    CHECK_ERR(chunk(id, 0, CRYPTO_STREAM_CHUNK, false), ERR_STATE_REPLAY); /* the same again */
    CHECK_ERR(chunk(id, CRYPTO_STREAM_CHUNK, 100, false), ERR_INPUT);      /* it is the last */
    CHECK_ERR(chunk(id, CRYPTO_STREAM_CHUNK, 99, true), ERR_INPUT);        /* not the end */
    CHECK_ERR(chunk(id, CRYPTO_STREAM_CHUNK, 100, true), OK);
    CHECK_ERR(chunk(id, TWO_CHUNKS, 0, true), ERR_STATE); /* all is here */
    CHECK_ERR(chunk(999, 0, 1, true), ERR_GONE);
    CHECK(own_world_int(&w, "SELECT count(*) FROM file_chunk") == 2);
    end();
}

/* ---- giving to the page ---------------------------------------------------------------------- */

/* What the chunk effects of this step hold, from `offset` on; how many bytes. */
static uint64_t shown(int64_t message, uint64_t offset, bool *last)
{
    uint64_t at = offset;
    *last = false;
    for (size_t i = 0; i < w.out.n; i++) {
        const struct abi_chunk *c = &w.out.v[i].chunk;
        if (w.out.v[i].kind != ABI_CHUNK) {
            continue;
        }
        CHECK(c->message == (uint64_t)message && c->offset == at && !*last);
        CHECK_BYTES(c->data, slice_make(plain + at, c->data.n));
        at += c->data.n;
        *last = c->last;
    }
    return at - offset;
}

static uint64_t read_from(int64_t message, uint64_t offset, bool *last)
{
    effects_init(&w.out, &w.arena);
    CHECK_ERR(own_file_read(w.o, &w.s, message, offset), OK);
    return shown(message, offset, last);
}

TEST(what_was_taken_is_given_back_from_any_chunk_on)
{
    bool last = false;
    begin();
    int64_t id = started(TWO_CHUNKS);
    CHECK_ERR(own_file_read(w.o, &w.s, id, 0), ERR_STATE); /* not all of it is here */
    give_all(id, TWO_CHUNKS);
    CHECK(read_from(id, 0, &last) == TWO_CHUNKS && last);
    CHECK(read_from(id, CRYPTO_STREAM_CHUNK, &last) == 100 && last);
    CHECK_ERR(own_file_read(w.o, &w.s, id, 1), ERR_INPUT); /* between two chunks */
    CHECK_ERR(own_file_read(w.o, &w.s, id, 2 * CRYPTO_STREAM_CHUNK), ERR_INPUT);
    CHECK_ERR(own_file_read(w.o, &w.s, id, UINT64_MAX - CRYPTO_STREAM_CHUNK + 1), ERR_INPUT);
    CHECK_ERR(own_file_read(w.o, &w.s, 999, 0), ERR_GONE);
    end();
}

TEST(a_long_file_is_given_a_bounded_part_a_step)
{
    bool last = false;
    begin();
    const uint64_t bytes = sizeof plain;
    int64_t id = started(bytes);
    give_all(id, bytes);
    uint64_t first = read_from(id, 0, &last);
    CHECK(first > 0 && first < bytes && first % CRYPTO_STREAM_CHUNK == 0 && !last);
    CHECK(read_from(id, first, &last) == bytes - first && last);
    /* another begins in between: the first is read from the front again, unseen */
    int64_t two = started(10);
    give_all(two, 10);
    CHECK(read_from(id, 0, &last) == first);
    CHECK(read_from(two, 0, &last) == 10 && last);
    CHECK(read_from(id, first, &last) == bytes - first && last);
    end();
}

TEST(an_empty_file_is_one_empty_chunk)
{
    bool last = false;
    begin();
    int64_t id = started(0);
    CHECK_ERR(chunk(id, 0, 0, false), ERR_INPUT);
    CHECK_ERR(chunk(id, 0, 0, true), OK);
    CHECK(own_world_int(&w, "SELECT count(*) FROM file_chunk") == 1);
    CHECK(read_from(id, 0, &last) == 0 && last);
    end();
}

TEST(a_chunk_that_was_changed_is_not_given)
{
    begin();
    int64_t id = started(TWO_CHUNKS);
    give_all(id, TWO_CHUNKS);
    own_world_sql(&w, "UPDATE file_chunk SET b=zeroblob(117) WHERE n=1");
    effects_init(&w.out, &w.arena);
    CHECK(own_file_read(w.o, &w.s, id, 0) != OK);
    own_world_sql(&w, "UPDATE file_chunk SET b=zeroblob(16) WHERE n=0"); /* less than any */
    CHECK_ERR(own_file_read(w.o, &w.s, id, 0), ERR_STORE_CORRUPT);
    own_world_sql(&w, "UPDATE own_file SET header=x'00'");
    CHECK_ERR(own_file_read(w.o, &w.s, id, 0), ERR_STORE_CORRUPT);
    end();
}

/* ---- putting it up --------------------------------------------------------------------------- */

TEST(a_file_is_named_put_chunk_by_chunk_and_then_told)
{
    struct slice body;
    struct wire_blob_new n;
    begin();
    int64_t id = started(TWO_CHUNKS);
    work();
    CHECK(asks(FRAME_BLOB_NEW) == 1);
    REQUIRE(own_world_sent(&w, OWN_CONN_ANON, FRAME_BLOB_NEW, &body));
    CHECK_ERR(wire_blob_new_decode(&w.arena, body, &n), OK);
    CHECK(n.bytes == crypto_stream_sealed_size(TWO_CHUNKS) - CRYPTO_STREAM_HEADER_SIZE);
    CHECK(n.chunk == FRAME_BLOB_CHUNK && n.has_mailbox);
    work();
    CHECK(asks(FRAME_BLOB_NEW) == 1); /* asked once */
    CHECK_ERR(say_state(asked(FRAME_BLOB_NEW, 0), 0), OK);
    CHECK_ERR(chunk(id, 0, CRYPTO_STREAM_CHUNK, false), OK);
    work(); /* what is sealed goes, before the rest is here */
    CHECK(asks(FRAME_BLOB_PUT) == 1);
    CHECK_ERR(chunk(id, CRYPTO_STREAM_CHUNK, 100, true), OK);
    work();
    CHECK(asks(FRAME_BLOB_PUT) == 2 && w.o->blob_window == 2);
    CHECK_ERR(say_state(asked(FRAME_BLOB_PUT, 0), 1), OK);
    CHECK_ERR(say_state(asked(FRAME_BLOB_PUT, 1), 2), OK);
    CHECK(w.o->blob_window == 0 && file_int("state") == STORE_FILE_GOING);
    CHECK(own_world_int(&w, "SELECT count(*) FROM outbox") == 0);
    work();
    CHECK(file_int("state") == STORE_FILE_HERE);
    CHECK(own_world_int(&w, "SELECT count(*) FROM outbox") == 1);
    work(); /* once */
    CHECK(own_world_int(&w, "SELECT count(*) FROM outbox") == 1 && w.o->blob_window == 0);
    end();
}

TEST(no_more_chunks_fly_than_the_window_takes)
{
    begin();
    const uint64_t bytes = 10 * CRYPTO_STREAM_CHUNK;
    int64_t id = started(bytes);
    give_all(id, bytes);
    work();
    CHECK_ERR(say_state(asked(FRAME_BLOB_NEW, 0), 0), OK);
    work();
    size_t window = asks(FRAME_BLOB_PUT);
    CHECK(window > 1 && window < 10 && w.o->blob_window == window);
    work();
    CHECK(asks(FRAME_BLOB_PUT) == window);
    CHECK_ERR(say_state(asked(FRAME_BLOB_PUT, 0), 1), OK);
    work();
    CHECK(asks(FRAME_BLOB_PUT) == window);
    (void)asked(FRAME_BLOB_PUT, (int64_t)window); /* the next one */
    end();
}

TEST(without_a_line_nothing_is_asked)
{
    begin();
    int64_t id = started(10);
    give_all(id, 10);
    w.o->conn[OWN_CONN_ANON].line = OWN_DIALLING;
    work();
    CHECK(w.out.n == 0 && asks(FRAME_BLOB_NEW) == 0);
    end();
}

TEST(a_busy_gateway_is_asked_again_and_one_that_refuses_ends_it)
{
    static const uint64_t later[] = {WIRE_CODE_RATE, WIRE_CODE_BUSY, WIRE_CODE_FULL};
    begin();
    int64_t id = started(10);
    give_all(id, 10);
    for (size_t i = 0; i < sizeof later / sizeof later[0]; i++) {
        work();
        CHECK_ERR(refuse(asked(FRAME_BLOB_NEW, 0), later[i]), OK);
        CHECK(file_int("state") == STORE_FILE_GOING && file_int("sent") == -1);
    }
    work();
    CHECK_ERR(refuse(asked(FRAME_BLOB_NEW, 0), WIRE_CODE_EXISTS), OK); /* an answer was lost */
    CHECK(file_int("state") == STORE_FILE_GOING && file_int("sent") == 0);
    work();
    CHECK_ERR(refuse(asked(FRAME_BLOB_PUT, 0), WIRE_CODE_UNKNOWN), OK);
    CHECK(file_int("state") == STORE_FILE_FAILED && w.o->blob_window == 0);
    work();
    CHECK(asks(FRAME_BLOB_PUT) == 0);
    CHECK_ERR(chunk(id, 0, 10, true), ERR_STATE);
    end();
}

/* ---- fetching -------------------------------------------------------------------------------- */

/* A sealed file of somebody else: its chunks, and the row that a message about it makes. */
struct theirs {
    struct store_own_file f;
    uint8_t blob[16], header[CRYPTO_STREAM_HEADER_SIZE], hash[32];
    struct crypto_stream_key key;
    uint8_t sealed[2][FRAME_BLOB_CHUNK];
    size_t n[2];
};

static int64_t theirs_come(struct theirs *t)
{
    struct store_message m;
    struct crypto_stream stream;
    struct crypto_sha256 digest;
    memset(t, 0, sizeof *t);
    memset(&m, 0, sizeof m);
    memset(t->blob, 0x77, sizeof t->blob);
    crypto_stream_key_generate(&t->key);
    crypto_stream_seal_begin(&stream, t->header, &t->key);
    crypto_sha256_init(&digest);
    for (size_t i = 0; i < 2; i++) {
        struct slice in =
            slice_make(plain + i * CRYPTO_STREAM_CHUNK,
                       i == 0 ? CRYPTO_STREAM_CHUNK : TWO_CHUNKS - CRYPTO_STREAM_CHUNK);
        t->n[i] = in.n + CRYPTO_STREAM_OVERHEAD;
        CHECK_ERR(crypto_stream_seal(&stream, t->sealed[i], in, i == 1), OK);
        crypto_sha256_update(&digest, slice_make(t->sealed[i], t->n[i]));
    }
    crypto_sha256_final(&digest, t->hash);
    m.chat = chat;
    m.sender = 2;
    m.type = STORE_MESSAGE_FILE;
    CHECK_ERR(store_message_add(w.store, &m), OK);
    t->f.file.message = m.id;
    t->f.file.name = SLICE_LITERAL("plan.png");
    t->f.file.type = SLICE_LITERAL("image/png");
    t->f.file.preview = SLICE_LITERAL("thumb");
    t->f.file.bytes = TWO_CHUNKS;
    t->f.blob = SLICE_ARRAY(t->blob);
    t->f.key = SLICE_ARRAY(t->key.k);
    t->f.header = SLICE_ARRAY(t->header);
    t->f.hash = SLICE_ARRAY(t->hash);
    CHECK_ERR(store_file_add(w.store, &t->f.file), OK);
    CHECK_ERR(store_own_file_put(w.store, &t->f), OK);
    return m.id;
}

static struct slice sealed(const struct theirs *t, size_t i)
{
    return slice_make(t->sealed[i], t->n[i]);
}

static struct theirs t;

TEST(a_file_is_fetched_when_wanted_and_checked_when_it_is_here)
{
    bool last = false;
    begin();
    int64_t id = theirs_come(&t);
    work();
    CHECK(asks(FRAME_BLOB_GET) == 0); /* nobody wants it */
    CHECK_ERR(own_file_fetch(w.o, &w.s, 999), ERR_GONE);
    CHECK_ERR(own_file_fetch(w.o, &w.s, id), OK);
    CHECK_ERR(own_file_fetch(w.o, &w.s, id), OK);
    CHECK(file_int("state") == STORE_FILE_COMING);
    CHECK_ERR(own_file_read(w.o, &w.s, id, 0), ERR_STATE);
    work();
    work();
    CHECK(asks(FRAME_BLOB_GET) == 2 && w.o->blob_window == 2);
    CHECK_ERR(say_data(asked(FRAME_BLOB_GET, 1), t.blob, 1, sealed(&t, 1)), OK); /* any order */
    CHECK_ERR(say_data(asked(FRAME_BLOB_GET, 0), t.blob, 0, sealed(&t, 0)), OK);
    CHECK(file_int("state") == STORE_FILE_HERE && file_int("done") == TWO_CHUNKS);
    CHECK(read_from(id, 0, &last) == TWO_CHUNKS && last);
    CHECK_ERR(own_file_fetch(w.o, &w.s, id), OK); /* it is here */
    CHECK(file_int("state") == STORE_FILE_HERE);
    end();
}

TEST(what_is_not_what_the_message_named_is_thrown_away)
{
    begin();
    int64_t id = theirs_come(&t);
    CHECK_ERR(own_file_fetch(w.o, &w.s, id), OK);
    work();
    t.sealed[0][5] ^= 1;
    CHECK_ERR(say_data(asked(FRAME_BLOB_GET, 0), t.blob, 0, sealed(&t, 0)), OK);
    CHECK_ERR(say_data(asked(FRAME_BLOB_GET, 1), t.blob, 1, sealed(&t, 1)), OK);
    CHECK(file_int("state") == STORE_FILE_FAILED && file_int("done") == 0);
    CHECK(own_world_int(&w, "SELECT count(*) FROM file_chunk") == 0);
    t.sealed[0][5] ^= 1;
    CHECK_ERR(own_file_fetch(w.o, &w.s, id), OK); /* once more */
    work();
    CHECK_ERR(say_data(asked(FRAME_BLOB_GET, 0), t.blob, 0, sealed(&t, 0)), OK);
    CHECK_ERR(say_data(asked(FRAME_BLOB_GET, 1), t.blob, 1, sealed(&t, 1)), OK);
    CHECK(file_int("state") == STORE_FILE_HERE);
    end();
}

TEST(a_chunk_of_another_size_number_or_blob_fails)
{
    static const uint8_t foreign[16] = {1};
    for (int how = 0; how < 4; how++) {
        begin();
        int64_t id = theirs_come(&t);
        CHECK_ERR(own_file_fetch(w.o, &w.s, id), OK);
        work();
        struct slice cut = slice_make(t.sealed[0], t.n[0] - 1);
        struct own_ask q = asked(FRAME_BLOB_GET, 0);
        CHECK_ERR(how == 0   ? say_data(q, t.blob, 0, cut)
                  : how == 1 ? say_data(q, t.blob, 1, sealed(&t, 0))
                  : how == 2 ? say_data(q, foreign, 0, sealed(&t, 0))
                             : say_data(q, t.blob, 0, SLICE_EMPTY),
                  OK);
        CHECK(file_int("state") == STORE_FILE_FAILED);
        CHECK(own_world_int(&w, "SELECT count(*) FROM file_chunk") == 0);
        end();
    }
}

TEST(what_comes_for_a_file_that_is_not_wanted_is_not_kept)
{
    begin();
    int64_t id = theirs_come(&t);
    CHECK_ERR(own_file_fetch(w.o, &w.s, id), OK);
    work();
    struct own_ask first = asked(FRAME_BLOB_GET, 0), second = asked(FRAME_BLOB_GET, 1);
    CHECK_ERR(store_file_set_state(w.store, id, STORE_FILE_FAILED), OK);
    CHECK_ERR(say_data(first, t.blob, 0, sealed(&t, 0)), OK);
    CHECK_ERR(store_message_drop(w.store, id), OK);
    CHECK_ERR(say_data(second, t.blob, 1, sealed(&t, 1)), OK);
    CHECK(own_world_int(&w, "SELECT count(*) FROM file_chunk") == 0 && w.o->blob_window == 0);
    end();
}

TEST(another_device_may_give_it)
{
    bool last = false;
    begin();
    int64_t id = theirs_come(&t);
    CHECK_ERR(own_file_give(&w.s, 999, 0, sealed(&t, 0)), ERR_GONE);
    CHECK_ERR(own_file_give(&w.s, id, 0, sealed(&t, 0)), OK);
    CHECK_ERR(own_file_give(&w.s, id, 0, sealed(&t, 0)), OK); /* twice: it is there */
    CHECK(file_int("state") == STORE_FILE_AWAY);
    CHECK_ERR(own_file_give(&w.s, id, 1, sealed(&t, 1)), OK);
    CHECK(file_int("state") == STORE_FILE_HERE);
    CHECK(read_from(id, 0, &last) == TWO_CHUNKS && last);
    end();
}

/* ---- giving up ------------------------------------------------------------------------------- */

TEST(what_is_given_up_on_its_way_out_goes_here_and_there)
{
    struct slice body;
    struct wire_blob_drop d;
    uint8_t hash[32];
    begin();
    CHECK_ERR(own_file_cancel(w.o, &w.s, 999), OK); /* of none */
    int64_t id = started(10);
    work();
    struct wire_blob_new n;
    REQUIRE(own_world_sent(&w, OWN_CONN_ANON, FRAME_BLOB_NEW, &body));
    CHECK_ERR(wire_blob_new_decode(&w.arena, body, &n), OK);
    CHECK_ERR(say_state(asked(FRAME_BLOB_NEW, 0), 0), OK);
    effects_init(&w.out, &w.arena);
    CHECK_ERR(own_file_cancel(w.o, &w.s, id), OK);
    REQUIRE(own_world_sent(&w, OWN_CONN_ANON, FRAME_BLOB_DROP, &body));
    CHECK_ERR(wire_blob_drop_decode(&w.arena, body, &d), OK);
    CHECK_BYTES(d.blob, n.blob);
    crypto_sha256(hash, d.secret); /* the right to drop it, which was named by its hash */
    CHECK_BYTES(SLICE_ARRAY(hash), n.drop_hash);
    CHECK(own_world_int(&w, "SELECT count(*) FROM message") == 0);
    CHECK(own_world_int(&w, "SELECT (SELECT count(*) FROM file)+(SELECT count(*) FROM own_file)") ==
          0);
    CHECK(w.out.messages.n == 1 && w.out.messages.v[0].gone);
    end();
}

TEST(what_the_gateway_never_heard_of_goes_here_alone)
{
    begin();
    int64_t id = started(10);
    CHECK_ERR(own_file_cancel(w.o, &w.s, id), OK);
    for (size_t i = 0; i < w.out.n; i++) {
        CHECK(w.out.v[i].kind != ABI_SEND);
    }
    CHECK(own_world_int(&w, "SELECT count(*) FROM message") == 0);
    end();
}

/* The message stays, and what has come stays: it can be fetched on. */
TEST(a_fetch_that_is_given_up_stops_and_can_go_on)
{
    begin();
    int64_t id = theirs_come(&t);
    CHECK_ERR(own_file_fetch(w.o, &w.s, id), OK);
    work();
    CHECK_ERR(say_data(asked(FRAME_BLOB_GET, 0), t.blob, 0, sealed(&t, 0)), OK);
    effects_init(&w.out, &w.arena);
    CHECK_ERR(own_file_cancel(w.o, &w.s, id), OK);
    CHECK(file_int("state") == STORE_FILE_AWAY && w.out.messages.n == 1);
    CHECK_ERR(say_data(asked(FRAME_BLOB_GET, 1), t.blob, 1, sealed(&t, 1)), OK); /* too late */
    CHECK(file_int("state") == STORE_FILE_AWAY);
    work();
    CHECK(asks(FRAME_BLOB_GET) == 0);
    CHECK_ERR(own_file_fetch(w.o, &w.s, id), OK);
    work();
    CHECK(asks(FRAME_BLOB_GET) == 1);
    CHECK_ERR(say_data(asked(FRAME_BLOB_GET, 1), t.blob, 1, sealed(&t, 1)), OK);
    CHECK(file_int("state") == STORE_FILE_HERE);
    CHECK_ERR(own_file_cancel(w.o, &w.s, id), OK); /* of one that is here: nothing */
    CHECK(file_int("state") == STORE_FILE_HERE);
    end();
}

TEST(what_is_on_its_way_out_cannot_be_fetched)
{
    begin();
    CHECK_ERR(own_file_fetch(w.o, &w.s, started(10)), ERR_STATE);
    end();
}

TEST_MAIN(TEST_ROW(a_file_begins_as_a_message_that_is_on_its_way),
          TEST_ROW(a_file_begins_within_its_bounds_or_leaves_nothing),
          TEST_ROW(a_file_may_be_an_answer), TEST_ROW(chunks_come_in_order_and_in_their_size),
          TEST_ROW(what_was_taken_is_given_back_from_any_chunk_on),
          TEST_ROW(a_long_file_is_given_a_bounded_part_a_step),
          TEST_ROW(an_empty_file_is_one_empty_chunk),
          TEST_ROW(a_chunk_that_was_changed_is_not_given),
          TEST_ROW(a_file_is_named_put_chunk_by_chunk_and_then_told),
          TEST_ROW(no_more_chunks_fly_than_the_window_takes),
          TEST_ROW(without_a_line_nothing_is_asked),
          TEST_ROW(a_busy_gateway_is_asked_again_and_one_that_refuses_ends_it),
          TEST_ROW(a_file_is_fetched_when_wanted_and_checked_when_it_is_here),
          TEST_ROW(what_is_not_what_the_message_named_is_thrown_away),
          TEST_ROW(a_chunk_of_another_size_number_or_blob_fails),
          TEST_ROW(what_comes_for_a_file_that_is_not_wanted_is_not_kept),
          TEST_ROW(another_device_may_give_it),
          TEST_ROW(what_is_given_up_on_its_way_out_goes_here_and_there),
          TEST_ROW(what_the_gateway_never_heard_of_goes_here_alone),
          TEST_ROW(a_fetch_that_is_given_up_stops_and_can_go_on),
          TEST_ROW(what_is_on_its_way_out_cannot_be_fetched))
