#include "witness_state.h"

#include "base/text.h"
#include "crypto/hash.h"
#include "temp.h"
#include "tool_key.h"
#include "log_ask.h"

#define ENTRIES 12

/* A witness, the key of a log, and the tree of that log (one level-0 tile). */
struct world {
    struct temp temp;
    struct tool_key log, other;
    struct witness witness;
    char db[TEMP_PATH_MAX], key_file[TEMP_PATH_MAX], vkey[512];
    struct log_tree_edge edge;
    uint8_t answer[WITNESS_ANSWER_BYTES_MAX];
    struct witness_answer a;
};

static enum err get(void *user, struct release_hash *out, size_t level, uint64_t index)
{
    struct world *w = user;
    CHECK(level == 0 && index < w->edge.level[0].width);
    *out = w->edge.level[0].hashes[index];
    return OK;
}

static void start(struct world *w, uint64_t now)
{
    CHECK_ERR(witness_state_open(&w->witness, w->db, w->key_file), OK);
    CHECK_ERR(witness_state_add_log(&w->witness, slice_of_string(w->vkey)), OK);
    w->witness.has_now = true;
    w->witness.now = now;
}

static void begin(struct world *w)
{
    struct log_tree_keeper keeper = {NULL, NULL}; /* nothing becomes full */
    struct tool_key key;
    memset(w, 0, sizeof *w);
    tool_begin("witness_test");
    temp_begin(&w->temp);
    (void)snprintf(w->db, sizeof w->db, "%s", temp_path(&w->temp, "w.db"));
    (void)snprintf(w->key_file, sizeof w->key_file, "%s", temp_path(&w->temp, "w.key"));
    CHECK_ERR(tool_key_create(&key, w->key_file, "test/witness", RELEASE_KEY_COSIGNATURE), OK);
    tool_key_wipe(&key);
    CHECK_ERR(
        tool_key_create(&w->log, temp_path(&w->temp, "l.key"), "test/log", RELEASE_KEY_ED25519),
        OK);
    CHECK_ERR(
        tool_key_create(&w->other, temp_path(&w->temp, "o.key"), "test/log", RELEASE_KEY_ED25519),
        OK);
    struct buf b = buf_fixed(w->vkey, sizeof w->vkey - 1);
    release_key_put(&b, &w->log.key);
    for (uint8_t i = 0; i < ENTRIES; i++) {
        struct release_hash leaf;
        release_tree_leaf(&leaf, slice_make(&i, 1));
        CHECK_ERR(log_tree_add(&w->edge, &leaf, &keeper), OK);
    }
    start(w, 1700000000);
}

static void end(struct world *w)
{
    witness_state_close(&w->witness);
    tool_key_wipe(&w->log);
    tool_key_wipe(&w->other);
    temp_end(&w->temp);
}

static void root_of(struct world *w, struct release_hash *out, uint64_t size)
{
    struct log_tree_reader r = {w, get};
    CHECK_ERR(log_tree_root(out, &r, size), OK);
}

/* A checkpoint of any origin, root and signer. */
static struct slice sign(struct buf *b, const struct tool_key *key, const char *origin,
                         uint64_t size, const struct release_hash *root)
{
    release_checkpoint_put(b, slice_of_string(origin), size, root);
    size_t n = b->n;
    buf_u8(b, '\n');
    release_signature_sign(b, slice_make(b->p, n), &key->key, &key->secret, 0);
    CHECK(b->err == OK);
    return buf_view(b);
}

static int submit(struct world *w, struct slice body)
{
    w->a = (struct witness_answer){0, false, buf_fixed(w->answer, sizeof w->answer)};
    witness_state_submit(&w->witness, &w->a, body);
    CHECK(w->a.body.err == OK && w->a.body.n > 0);
    CHECK(w->a.is_size == (w->a.status == 409));
    return w->a.status;
}

/* The checkpoint of `size` with the proof from `old`, saying `said` as the old size. */
static int grow(struct world *w, uint64_t said, uint64_t old, uint64_t size)
{
    uint8_t checkpoint[1024], body[8192];
    struct buf c = buf_fixed(checkpoint, sizeof checkpoint), b = buf_fixed(body, sizeof body);
    struct log_tree_reader r = {w, get};
    struct release_hash root, proof[RELEASE_PROOF_HASHES_MAX];
    size_t n;
    root_of(w, &root, size);
    CHECK_ERR(log_tree_consistency(proof, &n, &r, old, size), OK);
    log_ask_body(&b, said, proof, n, sign(&c, &w->log, "test/log", size, &root));
    return submit(w, buf_view(&b));
}

/* Without a proof: what a log of another history would send. */
static int other_root(struct world *w, uint64_t old, uint64_t size, struct slice proof)
{
    uint8_t checkpoint[1024], body[8192];
    struct buf c = buf_fixed(checkpoint, sizeof checkpoint), b = buf_fixed(body, sizeof body);
    struct release_hash root = {{42}};
    log_ask_body(&b, old, (const struct release_hash *)(const void *)proof.p, proof.n / 32,
                 sign(&c, &w->log, "test/log", size, &root));
    return submit(w, buf_view(&b));
}

static int latest(struct world *w, const char *origin)
{
    uint8_t hash[CRYPTO_SHA256_SIZE], hex[64];
    struct buf b = buf_fixed(hex, sizeof hex);
    crypto_sha256(hash, slice_of_string(origin));
    text_put_hex(&b, SLICE_ARRAY(hash));
    w->a = (struct witness_answer){0, false, buf_fixed(w->answer, sizeof w->answer)};
    witness_state_latest(&w->witness, &w->a, buf_view(&b));
    return w->a.status;
}

TEST(signs_a_first_checkpoint_and_what_goes_on_from_it)
{
    struct world w;
    begin(&w);
    CHECK(latest(&w, "test/log") == 404);
    CHECK(grow(&w, 0, 0, 3) == 200);
    CHECK(grow(&w, 3, 3, 8) == 200);
    CHECK(grow(&w, 8, 8, 8) == 200); /* again: a fresh time */
    CHECK(grow(&w, 8, 8, ENTRIES) == 200);
    end(&w);
}

TEST(the_cosignature_verifies_and_carries_the_time)
{
    struct world w;
    struct release_checkpoint c;
    struct release_hash root;
    uint64_t time;
    begin(&w);
    CHECK(grow(&w, 0, 0, 5) == 200);
    /* One line: dash, name, 104 letters of base64 (id, time, signature). */
    CHECK(w.a.body.n == 4 + strlen("test/witness") + 1 + 104 + 1);
    CHECK(latest(&w, "test/log") == 200);
    CHECK_ERR(release_checkpoint_parse(&c, buf_view(&w.a.body)), OK);
    root_of(&w, &root, 5);
    CHECK(c.size == 5 && c.note.signature_n == 2);
    CHECK_BYTES(SLICE_ARRAY(c.root.b), SLICE_ARRAY(root.b));
    CHECK_ERR(release_note_verify(&c.note, &w.log.key, &time), OK);
    CHECK_ERR(release_note_verify(&c.note, &w.witness.key.key, &time), OK);
    CHECK(time == 1700000000);
    w.witness.now = 1700000060;
    CHECK(grow(&w, 5, 5, 5) == 200);
    CHECK(latest(&w, "test/log") == 200);
    CHECK_ERR(release_checkpoint_parse(&c, buf_view(&w.a.body)), OK);
    CHECK_ERR(release_note_verify(&c.note, &w.witness.key.key, &time), OK);
    CHECK(time == 1700000060 && c.note.signature_n == 2);
    end(&w);
}

TEST(lines_of_others_are_not_kept)
{
    struct world w;
    uint8_t checkpoint[2048], body[8192];
    struct buf c = buf_fixed(checkpoint, sizeof checkpoint), b = buf_fixed(body, sizeof body);
    struct release_checkpoint parsed;
    struct release_hash root;
    begin(&w);
    root_of(&w, &root, 2);
    (void)sign(&c, &w.log, "test/log", 2, &root);
    buf_slice(&c, SLICE_LITERAL("\xe2\x80\x94 x AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"));
    log_ask_body(&b, 0, NULL, 0, buf_view(&c));
    CHECK(submit(&w, buf_view(&b)) == 200);
    CHECK(latest(&w, "test/log") == 200);
    CHECK_ERR(release_checkpoint_parse(&parsed, buf_view(&w.a.body)), OK);
    CHECK(parsed.note.signature_n == 2);
    end(&w);
}

TEST(answers_400_to_nonsense_and_to_an_old_size_that_is_greater)
{
    struct world w;
    begin(&w);
    CHECK(submit(&w, SLICE_LITERAL("")) == 400);
    CHECK(submit(&w, SLICE_LITERAL("old 0\n\nnot a checkpoint\n")) == 400);
    CHECK(grow(&w, 0, 0, 5) == 200);
    CHECK(grow(&w, 6, 5, 5) == 400);
    CHECK(grow(&w, 5, 0, 4) == 400);
    end(&w);
}

TEST(answers_404_to_an_unknown_origin)
{
    struct world w;
    uint8_t checkpoint[1024], body[8192];
    struct buf c = buf_fixed(checkpoint, sizeof checkpoint), b = buf_fixed(body, sizeof body);
    struct release_hash root = {{0}};
    begin(&w);
    log_ask_body(&b, 0, NULL, 0, sign(&c, &w.log, "test/elsewhere", 1, &root));
    CHECK(submit(&w, buf_view(&b)) == 404);
    CHECK(latest(&w, "test/elsewhere") == 404);
    end(&w);
}

TEST(answers_403_without_a_good_signature_of_the_log)
{
    struct world w;
    uint8_t checkpoint[1024], body[8192];
    struct release_hash root;
    begin(&w);
    root_of(&w, &root, 1);
    struct buf c = buf_fixed(checkpoint, sizeof checkpoint), b = buf_fixed(body, sizeof body);
    log_ask_body(&b, 0, NULL, 0, sign(&c, &w.other, "test/log", 1, &root));
    CHECK(submit(&w, buf_view(&b)) == 403);
    /* The right key, over another text. */
    c = buf_fixed(checkpoint, sizeof checkpoint);
    b = buf_fixed(body, sizeof body);
    struct slice signed_note = sign(&c, &w.log, "test/log", 1, &root);
    checkpoint[9] = '2'; /* the size, which is a line of its own */
    log_ask_body(&b, 0, NULL, 0, signed_note);
    CHECK(submit(&w, buf_view(&b)) == 403);
    CHECK(latest(&w, "test/log") == 404);
    end(&w);
}

TEST(answers_409_with_its_size)
{
    struct world w;
    begin(&w);
    CHECK(grow(&w, 3, 3, 5) == 409);
    CHECK_BYTES(buf_view(&w.a.body), SLICE_LITERAL("0\n"));
    CHECK(grow(&w, 0, 0, 5) == 200);
    CHECK(grow(&w, 0, 0, 8) == 409);
    CHECK_BYTES(buf_view(&w.a.body), SLICE_LITERAL("5\n"));
    CHECK(grow(&w, 4, 4, 8) == 409);
    CHECK(grow(&w, 0, 0, 3) == 409); /* an older checkpoint */
    CHECK(grow(&w, 5, 5, 8) == 200);
    end(&w);
}

TEST(answers_422_to_a_wrong_proof)
{
    struct world w;
    struct release_hash junk = {{1}};
    begin(&w);
    CHECK(other_root(&w, 0, 3, SLICE_ARRAY(junk.b)) == 422); /* old 0 has nothing to prove */
    CHECK(other_root(&w, 0, 0, SLICE_EMPTY) == 422);         /* the empty tree has one root */
    CHECK(grow(&w, 0, 0, 0) == 200);
    CHECK(grow(&w, 0, 0, 3) == 200);
    CHECK(grow(&w, 3, 2, 5) == 422);
    CHECK(other_root(&w, 3, 5, SLICE_EMPTY) == 422);
    CHECK(other_root(&w, 3, 5, SLICE_ARRAY(junk.b)) == 422);
    CHECK(grow(&w, 3, 3, 5) == 200);
    end(&w);
}

/* A24: the log shows another root of a size that was signed. */
TEST(answers_422_to_a_second_root_of_a_size_and_keeps_the_first)
{
    struct world w;
    struct release_checkpoint c;
    struct release_hash root, junk = {{1}};
    begin(&w);
    CHECK(grow(&w, 0, 0, 5) == 200);
    CHECK(other_root(&w, 5, 5, SLICE_EMPTY) == 422);
    CHECK(other_root(&w, 5, 5, SLICE_ARRAY(junk.b)) == 422);
    CHECK(latest(&w, "test/log") == 200);
    CHECK_ERR(release_checkpoint_parse(&c, buf_view(&w.a.body)), OK);
    root_of(&w, &root, 5);
    CHECK_BYTES(SLICE_ARRAY(c.root.b), SLICE_ARRAY(root.b));
    end(&w);
}

TEST(a_restart_keeps_what_was_signed)
{
    struct world w;
    begin(&w);
    CHECK(grow(&w, 0, 0, 5) == 200);
    witness_state_close(&w.witness);
    start(&w, 1700000001);
    CHECK(other_root(&w, 5, 5, SLICE_EMPTY) == 422);
    CHECK(grow(&w, 0, 0, 8) == 409);
    CHECK_BYTES(buf_view(&w.a.body), SLICE_LITERAL("5\n"));
    CHECK(grow(&w, 5, 5, 8) == 200);
    end(&w);
}

TEST(answers_500_and_signs_nothing_when_it_cannot_store)
{
    struct world w;
    begin(&w);
    CHECK(sqlite3_exec(w.witness.sql.db, "PRAGMA query_only=1", NULL, NULL, NULL) == SQLITE_OK);
    CHECK(grow(&w, 0, 0, 5) == 500);
    CHECK(w.a.body.n < 100 && w.answer[0] != 0xe2); /* no signature line */
    CHECK(sqlite3_exec(w.witness.sql.db, "PRAGMA query_only=0", NULL, NULL, NULL) == SQLITE_OK);
    CHECK(grow(&w, 0, 0, 5) == 200);
    end(&w);
}

TEST(logs_and_keys_are_checked_at_the_start)
{
    struct world w;
    struct witness other;
    begin(&w);
    char vkey[512] = {0};
    struct buf b = buf_fixed(vkey, sizeof vkey);
    CHECK_ERR(witness_state_add_log(&w.witness, slice_of_string(w.vkey)), ERR_STATE);
    CHECK_ERR(witness_state_add_log(&w.witness, SLICE_LITERAL("nonsense")), ERR_INPUT);
    release_key_put(&b, &w.witness.key.key);
    CHECK_ERR(witness_state_add_log(&w.witness, buf_view(&b)), ERR_INPUT);
    CHECK_ERR(witness_state_add_trust(&w.witness, temp_path(&w.temp, "none")), ERR_GONE);
    CHECK_ERR(witness_state_open(&other, w.db, temp_path(&w.temp, "l.key")), ERR_INPUT);
    CHECK_ERR(witness_state_open(&other, w.db, temp_path(&w.temp, "none.key")), ERR_GONE);
    end(&w);
}

TEST_MAIN(TEST_ROW(signs_a_first_checkpoint_and_what_goes_on_from_it),
          TEST_ROW(the_cosignature_verifies_and_carries_the_time),
          TEST_ROW(lines_of_others_are_not_kept),
          TEST_ROW(answers_400_to_nonsense_and_to_an_old_size_that_is_greater),
          TEST_ROW(answers_404_to_an_unknown_origin),
          TEST_ROW(answers_403_without_a_good_signature_of_the_log),
          TEST_ROW(answers_409_with_its_size), TEST_ROW(answers_422_to_a_wrong_proof),
          TEST_ROW(answers_422_to_a_second_root_of_a_size_and_keeps_the_first),
          TEST_ROW(a_restart_keeps_what_was_signed),
          TEST_ROW(answers_500_and_signs_nothing_when_it_cannot_store),
          TEST_ROW(logs_and_keys_are_checked_at_the_start))
