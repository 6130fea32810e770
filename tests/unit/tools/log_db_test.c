#include "log_db.h"

#include <sys/stat.h>

#include "temp.h"
#include "tool_key.h"
#include "log_append.h"
#include "log_ask.h"
#include "log_check.h"
#include "log_proof.h"
#include "log_publish.h"

/* A log with its key in a folder, and notes `note 0`, `note 1`, ... */
struct world {
    struct temp temp;
    struct tool_key key;
    char db[TEMP_PATH_MAX], key_file[TEMP_PATH_MAX];
};

static void begin(struct world *w)
{
    memset(w, 0, sizeof *w);
    tool_begin("log_test");
    temp_begin(&w->temp);
    (void)snprintf(w->db, sizeof w->db, "%s", temp_path(&w->temp, "log.db"));
    (void)snprintf(w->key_file, sizeof w->key_file, "%s", temp_path(&w->temp, "log.key"));
    CHECK_ERR(tool_key_create(&w->key, w->key_file, "test/log", RELEASE_KEY_ED25519), OK);
    CHECK_ERR(log_db_create(w->db, &w->key), OK);
}

static void end(struct world *w)
{
    tool_key_wipe(&w->key);
    temp_end(&w->temp);
}

static char *note_file(struct world *w, unsigned i)
{
    char name[32], text[32];
    (void)snprintf(name, sizeof name, "note%u", i);
    (void)snprintf(text, sizeof text, "note %u\n", i);
    return temp_file(&w->temp, name, slice_of_string(text));
}

static enum err append(struct world *w, unsigned i, const char *trust)
{
    char *notes[1] = {note_file(w, i)};
    struct log_append a = {w->db, w->key_file, trust, notes, 1};
    return log_append_run(&a);
}

static uint64_t size_of(struct world *w)
{
    struct log_db db;
    uint64_t n = UINT64_MAX;
    CHECK_ERR(log_db_open(&db, w->db), OK);
    CHECK_ERR(log_db_size(&db, &n), OK);
    log_db_close(&db);
    return n;
}

/* Changes the database behind the log's back. */
static void spoil(struct world *w, const char *sql)
{
    sqlite3 *db = NULL;
    CHECK(sqlite3_open(w->db, &db) == SQLITE_OK);
    CHECK(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK);
    CHECK(sqlite3_changes(db) > 0);
    sqlite3_close(db);
}

TEST(a_new_log_has_a_signed_checkpoint_of_size_0_and_is_made_once)
{
    struct world w;
    struct log_db db;
    struct tool_bytes note;
    struct release_checkpoint c;
    begin(&w);
    CHECK_ERR(log_db_open(&db, w.db), OK);
    CHECK_ERR(log_db_checkpoint(&db, &note, &c, 0), OK);
    CHECK_BYTES(c.origin, SLICE_LITERAL("test/log"));
    tool_bytes_wipe(&note);
    log_db_close(&db);
    CHECK_ERR(log_db_create(w.db, &w.key), ERR_STATE);
    CHECK_ERR(log_check_run(w.db), OK);
    CHECK_ERR(log_db_open(&db, temp_path(&w.temp, "none.db")), ERR_GONE);
    CHECK_ERR(log_db_open(&db, temp_file(&w.temp, "other.db", SLICE_EMPTY)), ERR_INPUT);
    end(&w);
}

TEST(the_same_bytes_are_one_entry)
{
    struct world w;
    begin(&w);
    CHECK_ERR(append(&w, 0, NULL), OK);
    CHECK_ERR(append(&w, 1, NULL), OK);
    CHECK_ERR(append(&w, 0, NULL), OK);
    CHECK(size_of(&w) == 2);
    char *notes[4] = {note_file(&w, 2), note_file(&w, 1), note_file(&w, 2), note_file(&w, 3)};
    struct log_append a = {w.db, w.key_file, NULL, notes, 4};
    CHECK_ERR(log_append_run(&a), OK);
    CHECK(size_of(&w) == 4);
    CHECK_ERR(log_check_run(w.db), OK);
    end(&w);
}

TEST(notes_are_appended_together_or_not_at_all)
{
    struct world w;
    static uint8_t big[RELEASE_NOTE_BYTES_MAX + 1];
    begin(&w);
    char *notes[2] = {note_file(&w, 0), temp_path(&w.temp, "missing")};
    struct log_append a = {w.db, w.key_file, NULL, notes, 2};
    CHECK_ERR(log_append_run(&a), ERR_GONE);
    CHECK(size_of(&w) == 0);
    notes[1] = temp_file(&w.temp, "big", SLICE_ARRAY(big));
    CHECK_ERR(log_append_run(&a), ERR_LIMIT);
    CHECK(size_of(&w) == 0);
    notes[1] = temp_file(&w.temp, "big", slice_make(big, sizeof big - 1));
    CHECK_ERR(log_append_run(&a), OK);
    CHECK(size_of(&w) == 2);
    CHECK_ERR(log_check_run(w.db), OK);
    end(&w);
}

TEST(another_key_appends_nothing)
{
    struct world w;
    struct tool_key other;
    begin(&w);
    char *path = temp_path(&w.temp, "other.key");
    CHECK_ERR(tool_key_create(&other, path, "test/log", RELEASE_KEY_ED25519), OK);
    tool_key_wipe(&other);
    char *notes[1] = {note_file(&w, 0)};
    struct log_append a = {w.db, path, NULL, notes, 1};
    CHECK_ERR(log_append_run(&a), ERR_AUTH);
    CHECK(size_of(&w) == 0);
    char *witness = temp_path(&w.temp, "witness.key");
    CHECK_ERR(tool_key_create(&other, witness, "w", RELEASE_KEY_COSIGNATURE), OK);
    CHECK_ERR(log_db_create(temp_path(&w.temp, "w.db"), &other), ERR_INPUT);
    tool_key_wipe(&other);
    end(&w);
}

TEST(a_size_is_never_signed_with_a_second_root)
{
    struct world w;
    struct log_db db;
    struct release_hash root = {{7}};
    struct tool_bytes note;
    struct release_checkpoint c;
    begin(&w);
    CHECK_ERR(append(&w, 0, NULL), OK);
    CHECK_ERR(log_db_open(&db, w.db), OK);
    CHECK_ERR(log_db_sign(&db, &w.key, 1, &root), ERR_STATE);
    CHECK_ERR(log_db_sign(&db, &w.key, 0, &root), ERR_STATE);
    CHECK_ERR(log_db_checkpoint(&db, &note, &c, 1), OK);
    CHECK_ERR(log_db_sign(&db, &w.key, 1, &c.root), OK); /* the one there is stays */
    tool_bytes_wipe(&note);
    log_db_close(&db);
    /* Entries that were rolled back: the next append would make another tree of size 1. */
    spoil(&w, "DELETE FROM entry");
    spoil(&w, "DELETE FROM tile");
    CHECK_ERR(append(&w, 1, NULL), ERR_STATE);
    CHECK(size_of(&w) == 0);
    CHECK_ERR(append(&w, 0, NULL), OK); /* the same tree again is the same checkpoint */
    CHECK_ERR(log_check_run(w.db), OK);
    end(&w);
}

TEST(check_finds_whatever_was_changed)
{
    static const char *const changes[] = {
        "UPDATE entry SET note = x'00' WHERE idx = 5",
        "UPDATE entry SET leaf = zeroblob(32) WHERE idx = 7",
        "DELETE FROM entry WHERE idx = 259",
        "DELETE FROM entry WHERE idx = 3",
        "UPDATE tile SET data = zeroblob(8192) WHERE level = 0 AND n = 0",
        "UPDATE tile SET data = zeroblob(length(data)) WHERE level = 0 AND n = 1",
        "UPDATE tile SET data = zeroblob(32) WHERE level = 1",
        "DELETE FROM tile WHERE level = 0 AND n = 0",
        "INSERT INTO tile VALUES (3, 0, 1, zeroblob(32))",
        "INSERT INTO tile VALUES (0, 0, 3, zeroblob(96))",
        "UPDATE checkpoint SET size = 100 WHERE size = 200",
        "UPDATE checkpoint SET note = replace(note, '260', '261') WHERE size = 260",
        ("UPDATE checkpoint SET note = (SELECT note FROM checkpoint WHERE size = 0) "
         "WHERE size = 260"),
        "DELETE FROM checkpoint WHERE size = 260",
        "INSERT INTO cosig VALUES (5, 'w', 1, 'x')",
        "INSERT INTO cosig VALUES (260, 'w', 1, 'not a line')"};
    struct world w;
    begin(&w);
    for (unsigned i = 0; i < 260; i++) {
        (void)note_file(&w, i);
    }
    for (unsigned at = 0; at < 260; at += at == 200 ? 60 : 200) {
        static char names[200][TEMP_PATH_MAX];
        char *notes[200];
        unsigned n = at == 0 ? 200 : 60;
        for (unsigned i = 0; i < n; i++) {
            (void)snprintf(names[i], TEMP_PATH_MAX, "%.400s/note%u", w.temp.dir, at + i);
            notes[i] = names[i];
        }
        struct log_append a = {w.db, w.key_file, NULL, notes, n};
        CHECK_ERR(log_append_run(&a), OK);
    }
    CHECK_ERR(log_check_run(w.db), OK);
    struct tool_bytes good;
    CHECK_ERR(tool_read(&good, w.db, 64 << 20), OK);
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        CHECK_ERR(tool_replace(w.db, tool_bytes_slice(&good), 0644), OK);
        spoil(&w, changes[i]);
        enum err e = log_check_run(w.db);
        if (e != ERR_STORE_CORRUPT) {
            check_printf("  %s: %s\n", changes[i], err_name(e));
        }
        CHECK(e == ERR_STORE_CORRUPT);
    }
    tool_bytes_wipe(&good);
    end(&w);
}

TEST(nothing_is_signed_on_tiles_that_do_not_lead_to_the_last_root)
{
    struct world w;
    begin(&w);
    CHECK_ERR(append(&w, 0, NULL), OK);
    CHECK_ERR(append(&w, 1, NULL), OK);
    spoil(&w, "UPDATE tile SET data = zeroblob(64)");
    CHECK_ERR(append(&w, 2, NULL), ERR_STORE_CORRUPT);
    CHECK(size_of(&w) == 2);
    end(&w);
}

static bool exists(struct world *w, const char *name)
{
    struct stat st;
    return stat(temp_path(&w->temp, name), &st) == 0;
}

TEST(a_published_log_goes_on_or_stays)
{
    struct world w;
    struct tool_bytes old, before, after;
    begin(&w);
    char dir[TEMP_PATH_MAX];
    (void)snprintf(dir, sizeof dir, "%s", temp_path(&w.temp, "public"));
    CHECK_ERR(append(&w, 0, NULL), OK);
    CHECK_ERR(tool_read(&old, w.db, 64 << 20), OK);
    CHECK_ERR(append(&w, 1, NULL), OK);
    CHECK_ERR(log_publish_run(w.db, dir, NULL), OK);
    CHECK(exists(&w, "public/tile/0/000.p/2") && exists(&w, "public/tile/entries/000.p/2"));
    CHECK_ERR(tool_read(&before, temp_path(&w.temp, "public/checkpoint"), 4096), OK);
    CHECK_ERR(log_publish_run(w.db, dir, NULL), OK); /* again: the same */
    /* A copy of yesterday, and then one that went another way. */
    CHECK_ERR(tool_replace(w.db, tool_bytes_slice(&old), 0644), OK);
    CHECK_ERR(log_publish_run(w.db, dir, NULL), ERR_STATE);
    CHECK_ERR(append(&w, 2, NULL), OK);
    CHECK_ERR(log_publish_run(w.db, dir, NULL), ERR_STATE);
    CHECK_ERR(append(&w, 3, NULL), OK);
    CHECK_ERR(log_publish_run(w.db, dir, NULL), ERR_STATE);
    CHECK_ERR(tool_read(&after, temp_path(&w.temp, "public/checkpoint"), 4096), OK);
    CHECK_BYTES(tool_bytes_slice(&after), tool_bytes_slice(&before));
    tool_bytes_wipe(&old);
    tool_bytes_wipe(&before);
    tool_bytes_wipe(&after);
    end(&w);
}

/* A trust for the log with one witness that nobody runs. */
static char *trust_file(struct world *w, const char *quorum, const char *text)
{
    uint8_t bytes[4096];
    struct buf b = buf_fixed(bytes, sizeof bytes);
    struct tool_key release, witness;
    char *path = temp_path(&w->temp, "release.key");
    char *witness_path = temp_path(&w->temp, "witness.key");
    (void)unlink(path);
    (void)unlink(witness_path);
    CHECK_ERR(tool_key_create(&release, path, "test/release", RELEASE_KEY_ED25519), OK);
    CHECK_ERR(tool_key_create(&witness, witness_path, "test/witness", RELEASE_KEY_COSIGNATURE), OK);
    buf_slice(&b, SLICE_LITERAL("sotto-trust/v1\nline test/web\nrelease "));
    release_key_put(&b, &release.key);
    buf_slice(&b, SLICE_LITERAL("\nthreshold 1\nlog "));
    release_key_put(&b, &w->key.key);
    buf_slice(&b, SLICE_LITERAL("\nwitness one "));
    release_key_put(&b, &witness.key);
    buf_slice(&b, SLICE_LITERAL(" http://127.0.0.1:1/\nquorum "));
    buf_slice(&b, slice_of_string(quorum));
    buf_slice(&b, slice_of_string(text));
    buf_u8(&b, '\n');
    CHECK(b.err == OK);
    tool_key_wipe(&release);
    tool_key_wipe(&witness);
    return temp_file(&w->temp, "trust", buf_view(&b));
}

TEST(with_a_trust_only_its_releases_enter_and_only_a_quorum_is_published)
{
    struct world w;
    struct log_db db;
    begin(&w);
    char trust[TEMP_PATH_MAX], dir[TEMP_PATH_MAX];
    (void)snprintf(trust, sizeof trust, "%s", trust_file(&w, "one", ""));
    (void)snprintf(dir, sizeof dir, "%s", temp_path(&w.temp, "public"));
    CHECK_ERR(append(&w, 0, trust), ERR_AUTH); /* no release note at all */
    CHECK(size_of(&w) == 0);
    CHECK_ERR(append(&w, 0, NULL), OK);
    CHECK_ERR(log_ask_run(w.db, trust), ERR_AUTH);
    CHECK_ERR(log_publish_run(w.db, dir, trust), ERR_AUTH);
    CHECK(!exists(&w, "public/checkpoint"));
    char *indices[1] = {trust}; /* any text; there is no checkpoint to prove it in */
    struct log_proof p = {w.db, trust, NULL, indices, 1};
    CHECK_ERR(log_proof_run(&p), ERR_GONE);

    /* The witness's line, made here: the quorum holds, and an older line does not replace it. */
    struct tool_key witness;
    struct tool_bytes note;
    struct release_checkpoint c;
    uint8_t line[256];
    CHECK_ERR(tool_key_read(&witness, temp_path(&w.temp, "witness.key")), OK);
    CHECK_ERR(log_db_open(&db, w.db), OK);
    CHECK_ERR(log_db_checkpoint(&db, &note, &c, 1), OK);
    for (uint64_t time = 1000; time >= 999; time--) {
        struct buf b = buf_fixed(line, sizeof line);
        release_signature_sign(&b, c.note.text, &witness.key, &witness.secret, time);
        CHECK_ERR(log_db_cosig_put(&db, 1, &witness.key, time, buf_view(&b)), OK);
    }
    int64_t kept;
    uint64_t seen;
    CHECK_ERR(tool_sql_number(&db.sql, &kept, "SELECT time FROM cosig", ""), OK);
    CHECK_ERR(log_db_cosig_size(&db, &seen, &witness.key), OK);
    CHECK(kept == 1000 && seen == 1);
    tool_bytes_wipe(&note);
    log_db_close(&db);
    tool_key_wipe(&witness);
    CHECK_ERR(log_publish_run(w.db, dir, trust), OK);
    CHECK(exists(&w, "public/checkpoint"));
    CHECK_ERR(log_ask_run(w.db, trust), OK); /* it is down, but what it said holds */
    end(&w);
}

TEST(a_trust_of_another_log_is_refused)
{
    struct world w;
    struct tool_key other;
    begin(&w);
    char trust[TEMP_PATH_MAX], db[TEMP_PATH_MAX];
    (void)snprintf(trust, sizeof trust, "%s", trust_file(&w, "none", ""));
    (void)snprintf(db, sizeof db, "%s", temp_path(&w.temp, "other.db"));
    CHECK_ERR(
        tool_key_create(&other, temp_path(&w.temp, "other.key"), "test/log", RELEASE_KEY_ED25519),
        OK);
    CHECK_ERR(log_db_create(db, &other), OK);
    tool_key_wipe(&other);
    CHECK_ERR(log_ask_run(db, trust), ERR_AUTH);
    CHECK_ERR(log_publish_run(db, temp_path(&w.temp, "public"), trust), ERR_AUTH);
    CHECK_ERR(log_ask_run(w.db, trust), OK); /* quorum none */
    CHECK_ERR(log_ask_run(w.db, trust_file(&w, "none", "\n")), ERR_INPUT);
    end(&w);
}

TEST_MAIN(TEST_ROW(a_new_log_has_a_signed_checkpoint_of_size_0_and_is_made_once),
          TEST_ROW(the_same_bytes_are_one_entry),
          TEST_ROW(notes_are_appended_together_or_not_at_all),
          TEST_ROW(another_key_appends_nothing),
          TEST_ROW(a_size_is_never_signed_with_a_second_root),
          TEST_ROW(check_finds_whatever_was_changed),
          TEST_ROW(nothing_is_signed_on_tiles_that_do_not_lead_to_the_last_root),
          TEST_ROW(a_published_log_goes_on_or_stays),
          TEST_ROW(with_a_trust_only_its_releases_enter_and_only_a_quorum_is_published),
          TEST_ROW(a_trust_of_another_log_is_refused))
