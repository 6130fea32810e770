/* The inside of the writer, for the db_*.c files alone: statements with a failure that sticks,
 * answers, notices, the mailboxes it remembers. All of it runs in the writer's thread. */
#ifndef SOTTO_GATEWAY_DB_CORE_H
#define SOTTO_GATEWAY_DB_CORE_H
#include "gateway/db.h"
#include "gateway/db_sql.h"
#include "gateway/gateway.h"

#define GW_DB_GROUPS 4096 /* slots of the table of remembered mailboxes            */
#define GW_DB_RATES 4096  /* slots of the table of contact tokens in use           */
#define GW_DB_TOLD 64     /* slots of the table of records that are being read     */
#define GW_DB_SCRATCH (80u << 10)
#define GW_DB_LATE_MS 5000 /* rows of mailboxes that were posted to are written this often    */
#define GW_DB_LATE_MAX 256 /* at most so many in one batch                                    */

#define GW_DB_SUM 32 /* bytes of the hash chained over the bodies of a log */

/* A remembered mailbox; `dirty` rows are written at the end of the batch. What a post changes
 * (next, bytes, day) follows from the log too, so its row may wait (`late`): until it is written,
 * whoever reads it from the disk counts the entries from `next` on. */
struct gw_db_mailbox {
    struct gw_db_mailbox *next;
    struct gw_db_group g;
    uint8_t read_hash[32];
    uint8_t sum[GW_DB_SUM]; /* over all bodies of the log */
    uint64_t bytes;
    int64_t day;
    bool dirty, late;
};

struct gw_db_rate {
    uint8_t id[16];
    uint32_t hour, n;
};

/* An account whose devices were told that its record is read. */
struct gw_db_told {
    int64_t account;
    uint64_t ms;
};

struct gw_db {
    struct gw_gateway *gw;
    gw_db_on_notice on_notice;
    struct gw_log *log;
    sqlite3 *sql;
    bool in_memory;
    sqlite3_stmt *statements[GW_DB_SQL_COUNT];
    int failed; /* SQLite's code, the first since it was cleared */
    struct arena arena;
    uint8_t *scratch;
    struct gw_db_mailbox *mailboxes[GW_DB_GROUPS];
    size_t mailbox_n, dirty_n, late_n, late_slot;
    uint64_t late_ms; /* since when rows wait */
    struct gw_db_rate *rates;
    struct gw_db_told told[GW_DB_TOLD];
    uint64_t now_ms; /* of the batch; does not go back */
    int64_t queued;  /* change of GW_LOG_QUEUED in this batch */
    int64_t blob_bytes, blob_change;
    /* What leaves after the commit, in order: jobs and notices. */
    struct gw_loop_item **out;
    size_t out_n, out_cap;
    struct gw_db_notice **notices;
    size_t notice_n, notice_cap;
    /* The queue. */
    pthread_t thread, checkpointer;
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    struct gw_db_job *head, **tail;
    bool ending, started;
    _Atomic bool full, broken;
    _Atomic int wal_pages;
    /* Sweeping. */
    uint64_t sweep_ms, clock_ms, steady_ms, held_until_ms;
    int64_t sweep_body, sweep_kp, sweep_grp;
};

/* Resets the statement and binds by letter: i int64_t, u uint64_t, b struct slice (blob), t struct
 * slice (text), n null. Slices must live until it is stepped. */
sqlite3_stmt *gw_db_bind(struct gw_db *db, enum gw_db_sql which, const char *types, ...);
/* True while there is a row; false at the end or on failure (sticky). */
bool gw_db_row(struct gw_db *db, sqlite3_stmt *s);
/* For statements without rows. */
void gw_db_exec(struct gw_db *db, sqlite3_stmt *s);
/* Ends reading before the last row. */
void gw_db_done(sqlite3_stmt *s);
struct slice gw_db_blob(sqlite3_stmt *s, int column);
uint64_t gw_db_u64(sqlite3_stmt *s, int column);
/* A single number, or `otherwise`. */
int64_t gw_db_number(struct gw_db *db, sqlite3_stmt *s, int64_t otherwise);

/* The answer's frame: begin gives a buf in scratch, end copies it into the job. */
struct buf gw_db_answer_begin(struct gw_db *db);
unsigned gw_db_answer_end(struct gw_db *db, struct gw_db_job *job, enum frame_type type,
                          const struct buf *b);
unsigned gw_db_answer_done(struct gw_db *db, struct gw_db_job *job);
/* A notice for after the commit; takes a reference of body. */
struct gw_db_notice *gw_db_notice(struct gw_db *db, enum gw_db_notice_kind kind);

/* The mailbox by id or address; NULL when there is none. Owned by the table, valid for the job. */
struct gw_db_mailbox *gw_db_mailbox_by_id(struct gw_db *db, int64_t id);
struct gw_db_mailbox *gw_db_mailbox_by_address(struct gw_db *db, struct slice mailbox);
void gw_db_mailbox_dirty(struct gw_db *db, struct gw_db_mailbox *m);
void gw_db_mailbox_late(struct gw_db *db, struct gw_db_mailbox *m);
/* The sum over the log up to this entry. False: there is no such entry. */
bool gw_db_sum_at(struct gw_db *db, int64_t grp, uint64_t seq, uint8_t out[GW_DB_SUM]);
/* Forgets one (expired) or all (rolled back). */
void gw_db_mailbox_forget(struct gw_db *db, int64_t id);
void gw_db_mailbox_forget_all(struct gw_db *db);
const struct gw_db_key *gw_db_mailbox_key(const struct gw_db_group *g, uint64_t epoch);

/* Is there room for one more stored thing? */
bool gw_db_is_full(struct gw_db *db);
/* db_sweep.c: deletes what has expired, a little at a time. Inside a transaction. */
void gw_db_sweep_step(struct gw_db *db);
void gw_db_sweep_clock(struct gw_db *db);
/* db_inbox.c: queues a body for every device of an account. */
unsigned gw_db_inbox_put(struct gw_db *db, int64_t account, struct slice body);
/* db_inbox.c: is the token good for this account? 0 or FRAME_CODE_TOKEN; hash is filled. */
unsigned gw_db_inbox_token(struct gw_db *db, int64_t account, struct slice token, uint8_t hash[32]);
void gw_db_inbox_token_use(struct gw_db *db, int64_t account, const uint8_t hash[32]);
/* db_account.c: id of the account with this inbox address; 0 none. */
int64_t gw_db_account_of_inbox(struct gw_db *db, struct slice inbox);
/* db_record.c: takes a grant if one is needed. 0 or FRAME_CODE_QUOTA. */
unsigned gw_db_record_grant(struct gw_db *db, bool has_grant, struct slice grant, uint64_t bytes);

#endif
