/* What a message costs does not grow with what lies in the store: no statement of a step reads a
 * whole table of what was said, none is compiled anew, and nobody looks into the vault. */
#include <stdio.h>
#include <string.h>

#include <sqlite3.h>

#include "lib/check.h"
#include "lib/sim.h"
#include "store/db.h"

#define BEFORE 120  /* messages that lie there already                        */
#define ROWS_MAX 40 /* that one statement may step over: people, wishes, ...  */
#define WAIT_MS 60000

static void reset(struct sim_device *d)
{
    sqlite3 *db = d->core->store->db;
    for (sqlite3_stmt *t = sqlite3_next_stmt(db, NULL); t != NULL; t = sqlite3_next_stmt(db, t)) {
        (void)sqlite3_stmt_status(t, SQLITE_STMTSTATUS_FULLSCAN_STEP, 1);
        (void)sqlite3_stmt_status(t, SQLITE_STMTSTATUS_REPREPARE, 1);
    }
}

/* Since reset: no statement went through a table as long as the chat, none was compiled anew. */
static void look(struct sim_device *d)
{
    sqlite3 *db = d->core->store->db;
    size_t seen = 0;
    for (sqlite3_stmt *t = sqlite3_next_stmt(db, NULL); t != NULL; t = sqlite3_next_stmt(db, t)) {
        int rows = sqlite3_stmt_status(t, SQLITE_STMTSTATUS_FULLSCAN_STEP, 0);
        int anew = sqlite3_stmt_status(t, SQLITE_STMTSTATUS_REPREPARE, 0);
        if (rows > ROWS_MAX || anew > 0) {
            check_printf("  %s: %d rows, compiled %d times: %s\n", d->name, rows, anew,
                         sqlite3_sql(t));
        }
        CHECK(rows <= ROWS_MAX);
        CHECK(anew == 0);
        seen++;
    }
    CHECK(seen > 20);
}

static uint64_t vault_reads(const struct sim_device *d)
{
    for (int i = 0; i < SIM_FILES; i++) {
        if (strcmp(d->files[i].name, "vault") == 0) {
            return d->files[i].reads;
        }
    }
    CHECK(false);
    return 0;
}

TEST(a_message_costs_the_same_whatever_lies_in_the_store)
{
    struct sim *s = sim_create(31);
    struct sim_device *a = sim_device(s, "ana"), *b = sim_device(s, "ben");
    uint64_t ab = 0, ba = 0, message = 0;
    char text[32];
    CHECK_ERR(sim_make(a, "Ana"), OK);
    CHECK_ERR(sim_make(b, "Ben"), OK);
    CHECK(sim_meet(a, b, &ab, &ba));
    for (int i = 0; i < BEFORE; i++) {
        (void)snprintf(text, sizeof text, "word %d", i);
        CHECK_ERR(sim_send(i % 2 == 0 ? a : b, i % 2 == 0 ? ab : ba, text, &message), OK);
        sim_run(s, WAIT_MS);
    }
    CHECK(sim_count(b, "SELECT count(*) FROM message WHERE ?<>''", "x") >= BEFORE);
    reset(a);
    reset(b);
    uint64_t a_reads = vault_reads(a), b_reads = vault_reads(b);
    CHECK_ERR(sim_send(a, ab, "one more", &message), OK);
    sim_run(s, WAIT_MS);
    CHECK(sim_has_text(b, ba, "one more"));
    look(a);
    look(b);
    CHECK(vault_reads(a) == a_reads); /* sixteen kilobytes, hashed, for one bit of the state line */
    CHECK(vault_reads(b) == b_reads);
    sim_destroy(s);
}

TEST_MAIN(TEST_ROW(a_message_costs_the_same_whatever_lies_in_the_store))
