/* Attachments, whatever network they go by (file.h), with a cipher of this test's own. */
#include "engine/file.h"

#include <string.h>

#include "base/limits.h"
#include "lib/check.h"
#include "lib/own_world.h"
#include "store/message.h"
#include "store/people.h"

#define CHUNK 4
#define OVER 2
#define BYTES 10 /* of the file: two full chunks, and two bytes */

/* ---- the cipher: each byte is turned over, behind a mark and the number of the chunk -----------
 */

static struct {
    int64_t sealed_of;  /* the message whose chunk was sealed last */
    size_t seals, ends; /* how many chunks; how many last ones     */
    size_t rewinds;
    uint8_t next; /* what is opened next                     */
    enum err fails;
} c;

static enum err seal(struct step *s, int64_t message, struct slice plain, bool last, uint8_t *out)
{
    (void)s;
    out[0] = last ? 'L' : 'M';
    out[1] = (uint8_t)c.seals++;
    for (size_t i = 0; i < plain.n; i++) {
        out[OVER + i] = (uint8_t)~plain.p[i];
    }
    c.ends += last;
    c.sealed_of = message;
    return c.fails;
}

static enum err rewind_to(struct step *s, struct file_reader *r, int64_t message)
{
    (void)s;
    (void)r;
    (void)message;
    c.rewinds++;
    c.next = 0;
    return c.fails;
}

static enum err open_next(struct step *s, struct file_reader *r, struct slice sealed,
                          uint8_t *plain, bool *last)
{
    (void)s;
    (void)r;
    if (sealed.p[1] != c.next++) {
        return ERR_AUTH;
    }
    for (size_t i = OVER; i < sealed.n; i++) {
        plain[i - OVER] = (uint8_t)~sealed.p[i];
    }
    *last = sealed.p[0] == 'L';
    return OK;
}

static const struct file_cipher cipher = {CHUNK, OVER, seal, rewind_to, open_next};

/* ---- the world ------------------------------------------------------------------------------ */

static struct own_world w;
static struct own_world_account me;
static int64_t chat;
static struct file_reader reader;
static uint8_t plain[40 * CHUNK];

static void begin(void)
{
    if (me.n == 0) {
        own_world_account(&me, 1, 101);
        for (size_t i = 0; i < sizeof plain; i++) {
            plain[i] = (uint8_t)(i * 3 + 1);
        }
    }
    memset(&c, 0, sizeof c);
    memset(&reader, 0, sizeof reader);
    own_world_begin(&w);
    own_world_be(&w, &me, 1);
    chat = own_world_chat(&w, STORE_CHAT_GROUP, 0);
}

static void end(void)
{
    own_world_end(&w);
}

static struct abi_op_file_begin op_of(uint64_t bytes)
{
    struct abi_op_file_begin op = own_world_file(chat, bytes);
    op.caption = SLICE_LITERAL("see");
    return op;
}

static struct store_file row(int64_t message)
{
    struct store_file f;
    CHECK_ERR(store_file_get(w.store, &w.arena, message, &f), OK);
    return f;
}

/* The page was told of this message, since the last question. */
static bool told(int64_t message)
{
    bool yes = w.out.messages.n == 1 && w.out.messages.v[0].id == message;
    effects_init(&w.out, &w.arena);
    return yes;
}

static int64_t going(uint64_t bytes)
{
    struct abi_op_file_begin op = op_of(bytes);
    struct store_file f;
    CHECK_ERR(file_begin(&w.s, &op, &f), OK);
    effects_init(&w.out, &w.arena);
    return f.message;
}

static enum err give(int64_t message, uint64_t offset, size_t n, bool last)
{
    struct abi_op_file_chunk op = {(uint64_t)message, offset, slice_make(plain + offset, n), last};
    return file_chunk(&w.s, &cipher, &op);
}

static int64_t given(uint64_t bytes)
{
    int64_t id = going(bytes);
    for (uint64_t at = 0; at == 0 || at < bytes; at += CHUNK) {
        size_t n = bytes - at < CHUNK ? (size_t)(bytes - at) : CHUNK;
        CHECK_ERR(give(id, at, n, at + n == bytes), OK);
    }
    effects_init(&w.out, &w.arena);
    return id;
}

/* One that somebody said, and that is not here. */
static int64_t away(int64_t bytes)
{
    struct store_message m;
    struct store_file f;
    bool fresh = false;
    memset(&m, 0, sizeof m);
    m.chat = chat;
    m.sender = 7;
    m.type = STORE_MESSAGE_FILE;
    memset(m.mid, 9, sizeof m.mid);
    CHECK_ERR(store_message_add(w.store, &m), OK);
    memset(&f, 0, sizeof f);
    f.message = m.id;
    f.bytes = bytes;
    f.name = SLICE_LITERAL("theirs");
    f.type = SLICE_LITERAL("text/plain");
    f.state = STORE_FILE_HERE; /* not read */
    CHECK_ERR(file_known(&w.s, &f, &fresh), OK);
    CHECK(fresh && row(m.id).state == STORE_FILE_AWAY);
    return m.id;
}

static int64_t coming(int64_t bytes)
{
    bool fresh = false;
    int64_t id = away(bytes);
    CHECK_ERR(file_fetch(&w.s, id, &fresh), OK);
    effects_init(&w.out, &w.arena);
    return id;
}

/* Chunk n of a file of `bytes`, as the server has it. */
static struct slice chunk_of(uint64_t bytes, size_t n)
{
    size_t k = bytes - n * CHUNK < CHUNK ? (size_t)(bytes - n * CHUNK) : CHUNK;
    uint8_t *out = arena_alloc(&w.arena, k + OVER);
    out[0] = (n + 1) * CHUNK >= bytes ? 'L' : 'M';
    out[1] = (uint8_t)n;
    for (size_t i = 0; i < k; i++) {
        out[OVER + i] = (uint8_t)~plain[n * CHUNK + i];
    }
    return slice_make(out, k + OVER);
}

static bool keep(int64_t message, int64_t n, struct slice bytes)
{
    struct store_file f = row(message);
    bool all = false;
    CHECK_ERR(file_keep(&w.s, &cipher, &f, n, bytes, &all), OK);
    return all;
}

/* ---- on its way out -------------------------------------------------------------------------- */

TEST(a_file_begins_as_a_message_that_waits)
{
    struct abi_op_file_begin op;
    struct store_message m;
    struct store_file f;
    begin();
    op = op_of(BYTES);
    CHECK_ERR(file_begin(&w.s, &op, &f), OK);
    CHECK(w.out.messages.n == 1 && w.out.messages.v[0].fresh && w.out.chats.n == 1);
    CHECK_ERR(store_message_get(w.store, &w.arena, f.message, &m), OK);
    CHECK(m.chat == chat && m.mine && m.type == STORE_MESSAGE_FILE && !m.has_reply);
    CHECK(m.state == STORE_STATE_QUEUED && slice_equal(m.text, SLICE_LITERAL("see")));
    struct store_file kept = row(f.message);
    CHECK(kept.state == STORE_FILE_GOING && kept.sent == -1 && kept.sealed == 0 && kept.done == 0);
    CHECK(kept.chat == chat && kept.bytes == BYTES && kept.width == 30 && kept.height == 20);
    CHECK_BYTES(kept.name, SLICE_LITERAL("plan.png"));
    CHECK_BYTES(kept.type, SLICE_LITERAL("image/png"));
    CHECK_BYTES(kept.preview, SLICE_LITERAL("thumb"));
    CHECK(f.chat == chat && f.sent == -1 && f.state == STORE_FILE_GOING && f.bytes == BYTES);
    op.reply_to = (uint64_t)f.message;
    CHECK_ERR(file_begin(&w.s, &op, &f), OK);
    struct store_message answer;
    CHECK_ERR(store_message_get(w.store, &w.arena, f.message, &answer), OK);
    CHECK(answer.has_reply);
    CHECK_BYTES(SLICE_ARRAY(answer.reply), SLICE_ARRAY(m.mid));
    end();
}

TEST(what_is_said_of_a_file_has_its_bounds)
{
    static uint8_t long_text[LIMIT_TEXT_BYTES + 1];
    struct store_file f;
    begin();
    for (int i = 0; i < 5; i++) {
        struct abi_op_file_begin op = op_of(FILE_BYTES_MAX);
        op.name = slice_make(long_text, FILE_NAME_MAX + (i == 1));
        op.type = slice_make(long_text, FILE_TYPE_MAX + (i == 2));
        op.preview = slice_make(long_text, FILE_PREVIEW_MAX + (i == 3));
        op.caption = slice_make(long_text, LIMIT_TEXT_BYTES + (i == 4));
        memset(long_text, 'a', sizeof long_text);
        CHECK_ERR(file_begin(&w.s, &op, &f), i == 0 ? OK : ERR_INPUT);
    }
    struct abi_op_file_begin op = op_of(FILE_BYTES_MAX + 1);
    CHECK_ERR(file_begin(&w.s, &op, &f), ERR_LIMIT);
    op = op_of(BYTES);
    op.chat = 999;
    CHECK_ERR(file_begin(&w.s, &op, &f), ERR_GONE);
    op = op_of(BYTES);
    op.reply_to = 999;
    CHECK_ERR(file_begin(&w.s, &op, &f), ERR_GONE);
    op.reply_to = (uint64_t)own_world_int(&w, "SELECT id FROM message");
    own_world_sql(&w, "UPDATE message SET chat=999"); /* of another chat */
    CHECK_ERR(file_begin(&w.s, &op, &f), ERR_GONE);
    own_world_sql(&w, "UPDATE chat SET state=2"); /* left */
    op = op_of(BYTES);
    CHECK_ERR(file_begin(&w.s, &op, &f), ERR_STATE);
    CHECK(own_world_int(&w, "SELECT count(*) FROM message") == 1);
    own_world_sql(&w, "UPDATE chat SET state=1"); /* waiting for an answer */
    CHECK_ERR(file_begin(&w.s, &op, &f), OK);
    end();
}

TEST(chunks_are_sealed_in_order_and_once)
{
    begin();
    int64_t id = going(BYTES);
    CHECK_ERR(give(id, 0, CHUNK - 1, false), ERR_INPUT); /* not full, not the last */
    CHECK_ERR(give(id, 0, CHUNK + 1, false), ERR_INPUT);
    CHECK_ERR(give(id, 0, CHUNK, true), ERR_INPUT);
    CHECK_ERR(give(id, CHUNK, CHUNK, false), ERR_STATE_REPLAY);
    CHECK(c.seals == 0);
    w.s.durable = false;
    CHECK_ERR(give(id, 0, CHUNK, false), OK);
    CHECK(w.s.durable && told(id) && row(id).done == CHUNK && row(id).sealed == 1);
    CHECK(c.sealed_of == id && c.ends == 0);
    CHECK_ERR(give(id, 0, CHUNK, false), ERR_STATE_REPLAY);
    CHECK_ERR(give(id, CHUNK, CHUNK, false), OK);
    CHECK(w.out.messages.n == 0); /* not so often */
    CHECK_ERR(give(id, 2 * CHUNK, 2, false), ERR_INPUT);
    CHECK_ERR(give(id, 2 * CHUNK, 2, true), OK);
    CHECK(told(id) && row(id).done == BYTES && row(id).sealed == 3 && c.ends == 1);
    CHECK_ERR(give(id, BYTES, 0, true), ERR_STATE); /* all is here */
    CHECK_ERR(give(999, 0, 1, true), ERR_GONE);
    CHECK_ERR(give(away(BYTES), 0, CHUNK, false), ERR_STATE);
    c.fails = ERR_STATE;
    CHECK_ERR(give(going(1), 0, 1, true), ERR_STATE); /* what the network says of it */
    end();
}

TEST(an_empty_file_has_one_chunk)
{
    begin();
    CHECK(file_chunks(&cipher, 0) == 1 && file_chunks(&cipher, 1) == 1);
    CHECK(file_chunks(&cipher, CHUNK) == 1 && file_chunks(&cipher, CHUNK + 1) == 2);
    int64_t id = given(0);
    CHECK(c.seals == 1 && c.ends == 1 && row(id).sealed == 1);
    CHECK_ERR(file_read_from(&w.s, &cipher, &reader, id, 0), OK);
    REQUIRE(w.out.n == 1);
    CHECK(w.out.v[0].chunk.data.n == 0 && w.out.v[0].chunk.last && reader.message == 0);
    end();
}

TEST(how_much_the_server_has_only_rises)
{
    begin();
    int64_t id = given(BYTES);
    CHECK_ERR(file_announced(&w.s, id), OK);
    CHECK(row(id).sent == 0);
    CHECK_ERR(file_sent(&w.s, id, 2), OK);
    CHECK_ERR(file_sent(&w.s, id, 1), OK);
    CHECK_ERR(file_announced(&w.s, id), OK);
    CHECK(row(id).sent == 2 && w.out.messages.n == 0);
    CHECK_ERR(file_gone_out(&w.s, id), OK);
    CHECK(told(id) && row(id).state == STORE_FILE_HERE);
    CHECK_ERR(file_sent(&w.s, id, 3), OK); /* nothing goes any more */
    CHECK(row(id).sent == 2);
    CHECK_ERR(file_announced(&w.s, 999), OK);
    CHECK_ERR(file_sent(&w.s, 999, 1), OK);
    CHECK_ERR(file_gone_out(&w.s, 999), OK);
    end();
}

/* ---- on its way in --------------------------------------------------------------------------- */

TEST(a_file_that_is_known_stays_as_it_is)
{
    struct store_file again;
    bool fresh = true;
    begin();
    int64_t id = coming(BYTES);
    again = row(id);
    again.name = SLICE_LITERAL("other");
    CHECK_ERR(file_known(&w.s, &again, &fresh), OK);
    CHECK(!fresh && row(id).state == STORE_FILE_COMING);
    CHECK_BYTES(row(id).name, SLICE_LITERAL("theirs"));
    end();
}

TEST(a_file_is_asked_for_once)
{
    bool fresh = false;
    begin();
    int64_t id = away(BYTES);
    effects_init(&w.out, &w.arena);
    CHECK_ERR(file_fetch(&w.s, id, &fresh), OK);
    CHECK(fresh && told(id) && row(id).state == STORE_FILE_COMING);
    CHECK_ERR(file_fetch(&w.s, id, &fresh), OK);
    CHECK(!fresh && w.out.messages.n == 0);
    CHECK_ERR(file_fail(&w.s, id), OK);
    CHECK(told(id) && row(id).state == STORE_FILE_FAILED);
    CHECK_ERR(file_fetch(&w.s, id, &fresh), OK); /* once more */
    CHECK(fresh && row(id).state == STORE_FILE_COMING);
    CHECK_ERR(file_fetch(&w.s, going(BYTES), &fresh), ERR_STATE);
    CHECK_ERR(file_fetch(&w.s, 999, &fresh), ERR_GONE);
    CHECK(!fresh);
    end();
}

TEST(chunks_are_kept_in_any_order_until_all_are_here)
{
    begin();
    int64_t id = coming(BYTES);
    CHECK(!keep(id, 2, chunk_of(BYTES, 2)));
    CHECK(told(id) && row(id).done == CHUNK); /* counted, wherever it stands */
    CHECK(!keep(id, 0, chunk_of(BYTES, 0)));
    CHECK(!keep(id, 0, chunk_of(BYTES, 0))); /* that one is here */
    CHECK(row(id).done == 2 * CHUNK && row(id).sealed == 0 && row(id).state == STORE_FILE_COMING);
    struct store_file f = row(id);
    bool all = false;
    CHECK_ERR(file_keep(&w.s, &cipher, &f, 1, chunk_of(BYTES, 1), &all), OK);
    CHECK(all && f.sealed == 3 && row(id).done == BYTES);
    CHECK(row(id).state == STORE_FILE_COMING); /* not before it is checked */
    effects_init(&w.out, &w.arena);
    CHECK_ERR(file_settle(&w.s, &f, true), OK);
    CHECK(told(id) && row(id).state == STORE_FILE_HERE && row(id).sealed == 3);
    CHECK(row(id).done == BYTES);
    end();
}

TEST(a_file_that_is_not_what_was_said_goes_again)
{
    begin();
    int64_t id = coming(CHUNK);
    CHECK(keep(id, 0, chunk_of(CHUNK, 0)));
    struct store_file f = row(id);
    effects_init(&w.out, &w.arena);
    CHECK_ERR(file_settle(&w.s, &f, false), OK);
    CHECK(told(id) && row(id).state == STORE_FILE_FAILED && row(id).done == 0);
    CHECK(own_world_int(&w, "SELECT count(*) FROM file_chunk") == 0);
    end();
}

TEST(a_chunk_of_another_size_ends_it)
{
    static const struct {
        int64_t n;
        size_t size;
    } rows[] = {{0, CHUNK + OVER - 1},
                {0, CHUNK + OVER + 1},
                {2, CHUNK + OVER},
                {2, 1 + OVER},
                {3, CHUNK + OVER},
                {-1, CHUNK + OVER},
                {0, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        begin();
        int64_t id = coming(BYTES);
        CHECK(!keep(id, rows[i].n, slice_make(plain, rows[i].size)));
        CHECK(told(id) && row(id).state == STORE_FILE_FAILED);
        CHECK(own_world_int(&w, "SELECT count(*) FROM file_chunk") == 0);
        end();
    }
}

TEST(a_long_file_is_told_now_and_then_and_counts_the_window)
{
    const uint64_t bytes = 20 * CHUNK;
    size_t tells = 0;
    begin();
    int64_t id = coming((int64_t)bytes);
    for (size_t n = 0; n < 19; n++) {
        CHECK(!keep(id, (int64_t)n, chunk_of(bytes, n)));
        tells += told(id);
    }
    CHECK(tells == 2 && row(id).sealed == 19 - FILE_WINDOW);
    end();
}

/* ---- both ways ------------------------------------------------------------------------------- */

TEST(what_was_refused_has_failed_and_what_is_here_stays)
{
    begin();
    int64_t id = given(BYTES);
    CHECK_ERR(file_fail(&w.s, id), OK);
    CHECK(told(id) && row(id).state == STORE_FILE_FAILED);
    int64_t here = given(BYTES);
    CHECK_ERR(file_gone_out(&w.s, here), OK);
    CHECK_ERR(file_fail(&w.s, here), OK);
    CHECK(row(here).state == STORE_FILE_HERE);
    CHECK_ERR(file_fail(&w.s, 999), OK);
    end();
}

TEST(what_goes_is_taken_back_with_its_message_and_what_comes_waits)
{
    struct store_file f;
    begin();
    int64_t out = given(BYTES), in = coming(BYTES);
    keep(in, 0, chunk_of(BYTES, 0));
    effects_init(&w.out, &w.arena);
    CHECK_ERR(file_cancel(&w.s, out), OK);
    CHECK(w.out.messages.n == 1 && w.out.messages.v[0].gone && w.out.messages.v[0].id == out);
    CHECK_ERR(store_file_get(w.store, &w.arena, out, &f), ERR_GONE);
    effects_init(&w.out, &w.arena);
    CHECK_ERR(file_cancel(&w.s, in), OK);
    CHECK(told(in) && row(in).state == STORE_FILE_AWAY);
    CHECK(own_world_int(&w, "SELECT count(*) FROM file_chunk") == 1);
    CHECK_ERR(file_cancel(&w.s, in), OK); /* nothing is under way */
    CHECK(w.out.messages.n == 0 && row(in).state == STORE_FILE_AWAY);
    CHECK_ERR(file_cancel(&w.s, 999), ERR_GONE);
    end();
}

/* How many bytes the page got from `offset` on, as they were. */
static size_t got(uint64_t offset, bool *last)
{
    size_t n = 0;
    *last = false;
    for (size_t i = 0; i < w.out.n; i++) {
        CHECK(w.out.v[i].kind == ABI_CHUNK);
        const struct abi_chunk *k = &w.out.v[i].chunk;
        CHECK(k->offset == offset + n && !*last);
        CHECK_BYTES(k->data, slice_make(plain + offset + n, k->data.n));
        n += k->data.n;
        *last = k->last;
    }
    effects_init(&w.out, &w.arena);
    return n;
}

TEST(a_file_is_given_in_order_a_bounded_part_a_step)
{
    const uint64_t bytes = sizeof plain;
    bool last = false;
    begin();
    int64_t id = given(bytes);
    CHECK_ERR(file_read_from(&w.s, &cipher, &reader, id, 0), OK);
    size_t first = got(0, &last);
    CHECK(first > 0 && first < bytes && !last && c.rewinds == 1);
    CHECK(reader.message == id && reader.next == first / CHUNK);
    CHECK_ERR(file_read_from(&w.s, &cipher, &reader, id, first), OK);
    CHECK(got(first, &last) == bytes - first && last && c.rewinds == 1);
    CHECK(reader.message == 0 && reader.next == 0);
    CHECK_ERR(file_read_from(&w.s, &cipher, &reader, id, 2 * CHUNK), OK); /* from the middle */
    CHECK(got(2 * CHUNK, &last) > 0 && c.rewinds == 2);
    int64_t other = given(0);
    CHECK_ERR(file_read_from(&w.s, &cipher, &reader, other, 0),
              ERR_AUTH); /* its number is another */
    CHECK(reader.message == 0);
    end();
}

TEST(what_is_not_all_here_is_not_given)
{
    begin();
    int64_t id = going(BYTES);
    CHECK_ERR(give(id, 0, CHUNK, false), OK);
    CHECK_ERR(file_read_from(&w.s, &cipher, &reader, id, 0), ERR_STATE);
    CHECK_ERR(file_read_from(&w.s, &cipher, &reader, coming(BYTES), 0), ERR_STATE);
    CHECK_ERR(file_read_from(&w.s, &cipher, &reader, 999, 0), ERR_GONE);
    CHECK_ERR(give(id, CHUNK, CHUNK, false), OK);
    CHECK_ERR(give(id, 2 * CHUNK, 2, true), OK);
    CHECK_ERR(file_read_from(&w.s, &cipher, &reader, id, 1), ERR_INPUT);
    CHECK_ERR(file_read_from(&w.s, &cipher, &reader, id, 3 * CHUNK), ERR_INPUT);
    CHECK_ERR(file_read_from(&w.s, &cipher, &reader, id, UINT64_MAX - CHUNK + 1), ERR_INPUT);
    own_world_sql(&w, "UPDATE file_chunk SET b=x'00'"); /* shorter than any */
    CHECK_ERR(file_read_from(&w.s, &cipher, &reader, id, 0), ERR_STORE_CORRUPT);
    own_world_sql(&w, "DELETE FROM file_chunk");
    CHECK_ERR(file_read_from(&w.s, &cipher, &reader, id, 0), ERR_GONE);
    c.fails = ERR_STORE_CORRUPT;
    CHECK_ERR(file_read_from(&w.s, &cipher, &reader, id, 0), ERR_STORE_CORRUPT);
    CHECK(reader.message == 0 && w.out.n == 0);
    end();
}

TEST_MAIN(TEST_ROW(a_file_begins_as_a_message_that_waits),
          TEST_ROW(what_is_said_of_a_file_has_its_bounds),
          TEST_ROW(chunks_are_sealed_in_order_and_once), TEST_ROW(an_empty_file_has_one_chunk),
          TEST_ROW(how_much_the_server_has_only_rises),
          TEST_ROW(a_file_that_is_known_stays_as_it_is), TEST_ROW(a_file_is_asked_for_once),
          TEST_ROW(chunks_are_kept_in_any_order_until_all_are_here),
          TEST_ROW(a_file_that_is_not_what_was_said_goes_again),
          TEST_ROW(a_chunk_of_another_size_ends_it),
          TEST_ROW(a_long_file_is_told_now_and_then_and_counts_the_window),
          TEST_ROW(what_was_refused_has_failed_and_what_is_here_stays),
          TEST_ROW(what_goes_is_taken_back_with_its_message_and_what_comes_waits),
          TEST_ROW(a_file_is_given_in_order_a_bounded_part_a_step),
          TEST_ROW(what_is_not_all_here_is_not_given))
