#include "gateway/own/db_group.h"

#include <string.h>

#include "base/ct.h"
#include "base/rule.h"
#include "crypto/hash.h"
#include "crypto/sign.h"
#include "gateway/own/db_account.h"
#include "gateway/own/db_answer.h"
#include "gateway/db_core.h"
#include "gateway/own/db_inbox.h"
#include "gateway/own/db_mailbox.h"
#include "gateway/db_out.h"
#include "gateway/own/db_record.h"

#define EPOCHS_KEPT 5
#define WELCOMES_MAX 256

unsigned gw_own_db_group_box_new(struct gw_db *db, struct gw_db_job *job)
{
    struct wire_box_new v;
    if (wire_box_new_decode(&db->arena, job->body, &v) != OK || v.mailbox.n != FRAME_MAILBOX_SIZE ||
        v.read_hash.n != 32 || v.write_key.n != 32 || v.epoch > INT64_MAX - 1) {
        return WIRE_CODE_MALFORMED;
    }
    if (gw_db_number(db, gw_db_bind(db, GW_DB_SQL_GRP_BY_MAILBOX, "b", v.mailbox), 0) != 0) {
        return WIRE_CODE_EXISTS;
    }
    if (gw_db_is_full(db)) {
        return WIRE_CODE_FULL;
    }
    unsigned code = gw_own_db_record_grant(db, v.has_grant, v.grant, 0);
    if (code != 0) {
        return code;
    }
    gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_GRP_NEW, "bbui", v.mailbox, v.read_hash, v.epoch,
                              gw_clock_day(db->now_ms)));
    int64_t id = sqlite3_last_insert_rowid(db->sql);
    gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_WKEY_NEW, "iub", id, v.epoch, v.write_key));
    if (v.has_info) {
        gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_INFO_SET, "ib", id, v.info));
    }
    return gw_own_db_answer_done(db, job);
}

/* The mailbox, if the tag is or was one of its own, and how far it reads. 0 or a code. */
static unsigned find_readable(struct gw_db *db, struct slice mailbox, struct slice tag,
                              struct gw_own_db_mailbox **out, uint64_t *until)
{
    uint8_t hash[32];
    *until = GW_DB_NO_END;
    *out = gw_own_db_mailbox_by_address(db, mailbox);
    if (*out == NULL) {
        return WIRE_CODE_UNKNOWN;
    }
    crypto_sha256(hash, tag);
    if (ct_equal(hash, (*out)->read_hash, sizeof hash)) {
        return 0;
    }
    sqlite3_stmt *s = gw_db_bind(db, GW_DB_SQL_RTAG_GET, "ib", (*out)->g.id, SLICE_ARRAY(hash));
    int64_t last = gw_db_number(db, s, -1);
    *until = (uint64_t)last;
    return last < 0 && RULE(READ_BY_TAG) ? WIRE_CODE_AUTH : 0;
}

/* Where a reader without a cursor begins: after the commit that ended epoch - 1. */
static uint64_t cursor_of_epoch(struct gw_db *db, const struct gw_db_group *g, uint64_t epoch)
{
    if (epoch > g->epoch) {
        return g->next - 1;
    }
    if (epoch == 0) {
        return 0;
    }
    sqlite3_stmt *s = gw_db_bind(db, GW_DB_SQL_GLOG_COMMIT, "iu", g->id, epoch - 1);
    return (uint64_t)gw_db_number(db, s, 0);
}

unsigned gw_own_db_group_open(struct gw_db *db, struct gw_db_job *job)
{
    struct wire_open v;
    struct gw_own_db_mailbox *m = NULL;
    if (wire_open_decode(&db->arena, job->body, &v) != OK || v.mailbox.n != FRAME_MAILBOX_SIZE ||
        v.read_tag.n != FRAME_READ_TAG_SIZE || v.epoch > INT64_MAX ||
        (v.has_cursor && v.cursor > INT64_MAX)) {
        return WIRE_CODE_MALFORMED;
    }
    unsigned code = find_readable(db, v.mailbox, v.read_tag, &m, &job->until);
    if (code != 0) {
        return code;
    }
    uint64_t head = m->g.next - 1 < job->until ? m->g.next - 1 : job->until;
    uint64_t cursor = v.has_cursor ? v.cursor : cursor_of_epoch(db, &m->g, v.epoch);
    cursor = cursor < head ? cursor : head;
    uint64_t first = head + 1;
    if (cursor < head) {
        /* Entries expire from the front, so the first one left is enough to know. */
        int64_t least = gw_db_number(db, gw_db_bind(db, GW_DB_SQL_GLOG_FIRST, "i", m->g.id), 0);
        if (least > 0) {
            first = cursor + 1 > (uint64_t)least ? cursor + 1 : (uint64_t)least;
            first = first <= head ? first : head + 1;
        }
    }
    if (m->day != gw_clock_day(db->now_ms) && !gw_db_is_full(db)) {
        m->day = gw_clock_day(db->now_ms); /* reading counts as use */
        gw_own_db_mailbox_dirty(db, m);
    }
    job->group = m->g;
    job->number = first - 1;
    struct wire_opened out = {
        .handle = job->handle, .head = head, .epoch = m->g.epoch, .first = first};
    uint8_t at[GW_OWN_DB_SUM];
    if (!v.has_cursor || v.cursor <= head) { /* shows a reader a log that was restored */
        uint64_t from = v.has_cursor ? v.cursor : first - 1;
        out.has_at = from > 0 && gw_own_db_mailbox_sum_at(db, m->g.id, from, at);
        out.at = SLICE_ARRAY(at);
    }
    struct buf b = gw_own_db_answer_begin(db);
    wire_opened_put(&b, &out);
    return gw_own_db_answer_end(db, job, FRAME_OPENED, &b);
}

unsigned gw_own_db_group_info_get(struct gw_db *db, struct gw_db_job *job)
{
    struct wire_info_get v;
    struct wire_info out = {0};
    struct gw_own_db_mailbox *m = NULL;
    if (wire_info_get_decode(&db->arena, job->body, &v) != OK ||
        v.mailbox.n != FRAME_MAILBOX_SIZE || v.read_tag.n != FRAME_READ_TAG_SIZE) {
        return WIRE_CODE_MALFORMED;
    }
    uint64_t until = 0;
    unsigned code = find_readable(db, v.mailbox, v.read_tag, &m, &until);
    if (code != 0 || (until != GW_DB_NO_END && RULE(BUNDLE_FOR_THOSE_HERE))) {
        return code != 0 ? code : WIRE_CODE_AUTH; /* only for those who are in it now */
    }
    sqlite3_stmt *s = gw_db_bind(db, GW_DB_SQL_INFO_GET, "i", m->g.id);
    out.has_info = gw_db_row(db, s);
    if (out.has_info) {
        out.info = gw_db_blob(s, 0);
    }
    out.epoch = m->g.epoch;
    out.head = m->g.next - 1;
    struct buf b = gw_own_db_answer_begin(db);
    wire_info_put(&b, &out);
    code = gw_own_db_answer_end(db, job, FRAME_INFO, &b);
    gw_db_done(s);
    return code;
}

/* ---- writing ------------------------------------------------------------------------------- */

static unsigned answer_posted(struct gw_db *db, struct gw_db_job *job, uint64_t seq)
{
    struct buf b = gw_own_db_answer_begin(db);
    buf_le64(&b, seq);
    return gw_own_db_answer_end(db, job, FRAME_POSTED, &b);
}

static unsigned wrong_epoch(struct gw_db_job *job, const struct gw_db_group *g)
{
    for (size_t i = 0; i < 8; i++) {
        job->detail[i] = (uint8_t)(g->epoch >> (56 - 8 * i));
    }
    job->has_detail = true;
    return WIRE_CODE_EPOCH;
}

/* The signature, unless the loop has checked it with the very key that counts. */
static bool signed_with(const struct gw_db_job *job, const struct gw_db_key *key,
                        struct slice signature, const struct buf *tbs)
{
    struct slice in;
    struct crypto_sign_public pub;
    if (job->verified && ct_equal(job->used_key, key->key, sizeof key->key)) {
        return true;
    }
    memcpy(pub.b, key->key, sizeof pub.b);
    return buf_finish(tbs, &in) == OK && crypto_sign_verify(signature, in, &pub) == OK;
}

struct entry {
    unsigned kind;
    uint64_t epoch;
    const uint8_t *mid, *branch;
    struct slice body;
};

static int64_t as_number(const uint8_t p[8])
{
    int64_t v;
    memcpy(&v, p, sizeof v);
    return v;
}

/* Appends to the log; the notice goes to all loops after the commit. */
static uint64_t append(struct gw_db *db, struct gw_own_db_mailbox *m, const struct entry *e,
                       struct gw_bytes *shared, struct gw_db_notice **out)
{
    uint64_t seq = m->g.next;
    uint8_t sum[GW_OWN_DB_SUM];
    struct slice parts[] = {SLICE_ARRAY(m->sum), e->body};
    crypto_hash_parts(CRYPTO_SHA256, sum, parts, 2);
    gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_GBODY_NEW, "iuub", m->g.id, seq, db->now_ms, e->body));
    gw_db_exec(db,
               gw_db_bind(db, GW_DB_SQL_GLOG_NEW, "iuiuiuiib", m->g.id, seq,
                          (int64_t)sqlite3_last_insert_rowid(db->sql), db->now_ms, (int64_t)e->kind,
                          e->epoch, as_number(e->mid), as_number(e->branch), SLICE_ARRAY(sum)));
    if (db->failed == 0) {
        memcpy(m->sum, sum, sizeof m->sum);
        m->g.next = seq + 1;
        m->bytes += e->body.n;
        m->day = gw_clock_day(db->now_ms);
        gw_own_db_mailbox_late(db, m);
    }
    struct gw_db_notice *n = gw_db_notice(db, GW_DB_NOTICE_ENTRY);
    if (n != NULL) {
        n->id = m->g.id;
        n->seq = seq;
        n->ms = db->now_ms;
        n->epoch = e->epoch;
        n->entry_kind = (uint8_t)e->kind;
        memcpy(n->mid, e->mid, sizeof n->mid);
        memcpy(n->branch, e->branch, sizeof n->branch);
        n->body = shared != NULL ? gw_bytes_ref(shared) : NULL;
    }
    *out = n;
    gw_log_add(db->log, GW_LOG_POSTS, 1);
    return seq;
}

/* Seq of a message with this mid among the last entries; 0 none. */
static uint64_t find_mid(struct gw_db *db, int64_t grp, const uint8_t mid[8])
{
    uint64_t seq = 0;
    int64_t want = as_number(mid);
    sqlite3_stmt *s = gw_db_bind(db, GW_DB_SQL_GLOG_RECENT, "i", grp);
    while (seq == 0 && gw_db_row(db, s)) {
        if (sqlite3_column_int64(s, 1) == want &&
            sqlite3_column_int64(s, 2) == WIRE_KIND_APPLICATION) {
            seq = gw_db_u64(s, 0);
        }
    }
    gw_db_done(s);
    return seq;
}

static unsigned may_store(struct gw_db *db, const struct gw_own_db_mailbox *m, size_t n)
{
    if (gw_db_is_full(db)) {
        return WIRE_CODE_FULL;
    }
    return m->bytes + n > db->gw->config.mailbox_bytes ? WIRE_CODE_QUOTA : 0;
}

unsigned gw_own_db_group_post(struct gw_db *db, struct gw_db_job *job)
{
    struct gw_db_notice *notice;
    const struct frame_post *v = &job->post;
    struct slice body = gw_bytes_slice(job->shared);
    struct gw_own_db_mailbox *m = gw_own_db_mailbox_by_id(db, job->group.id);
    if (m == NULL) {
        return WIRE_CODE_UNKNOWN;
    }
    const struct gw_db_key *key = gw_own_db_mailbox_key(&m->g, v->epoch);
    if (key != NULL && !ct_equal(job->used_key, key->key, sizeof key->key) &&
        RULE(RIGHT_OF_EPOCH_KEY)) {
        return WIRE_CODE_AUTH; /* the right was for another key of this epoch */
    }
    /* First of all: it may have been stored while its epoch could still be written. */
    uint64_t old = (v->flags & FRAME_FLAG_RETRY) != 0 ? find_mid(db, m->g.id, v->mid) : 0;
    if (old != 0) {
        return answer_posted(db, job, old);
    }
    if (key == NULL) {
        return v->epoch > m->g.epoch ? wrong_epoch(job, &m->g) : WIRE_CODE_STALE;
    }
    unsigned code = may_store(db, m, body.n);
    if (code != 0) {
        return code;
    }
    struct entry e = {WIRE_KIND_APPLICATION, v->epoch, v->mid, v->branch, body};
    return answer_posted(db, job, append(db, m, &e, job->shared, &notice));
}

/* ---- commits ------------------------------------------------------------------------------- */

/* Has this very commit won its epoch already? Its seq, or 0. */
static uint64_t find_commit(struct gw_db *db, int64_t grp, uint64_t epoch, struct slice mid)
{
    uint64_t seq = 0;
    sqlite3_stmt *s = gw_db_bind(db, GW_DB_SQL_GLOG_COMMIT, "iu", grp, epoch);
    if (gw_db_row(db, s)) {
        if (sqlite3_column_int64(s, 1) == as_number(mid.p)) {
            seq = gw_db_u64(s, 0);
        }
        gw_db_done(s);
    }
    return seq;
}

/* All or none: the first that fails ends the job, and the savepoint undoes the others. */
static unsigned put_welcomes(struct gw_db *db, struct gw_db_job *job, const struct wire_commit *v)
{
    uint8_t hash[32];
    for (size_t i = 0; i < v->welcomes_n; i++) {
        const struct wire_welcome *w = &v->welcomes[i];
        int64_t account = gw_own_db_account_of_inbox(db, w->inbox);
        unsigned code =
            account == 0 ? WIRE_CODE_TOKEN : gw_own_db_inbox_token(db, account, w->token, hash);
        if (code == 0) {
            code = gw_own_db_inbox_put(db, account, w->body);
        }
        if (code != 0) {
            memset(job->detail, 0, sizeof job->detail);
            job->detail[6] = (uint8_t)(i >> 8);
            job->detail[7] = (uint8_t)i;
            job->has_detail = true;
            return code;
        }
        gw_own_db_inbox_token_use(db, account, hash);
    }
    return 0;
}

/* The old tag reads no further than this commit. */
static void new_read_tag(struct gw_db *db, struct gw_own_db_mailbox *m, struct slice hash,
                         uint64_t seq, struct gw_db_notice *n)
{
    gw_db_exec(db,
               gw_db_bind(db, GW_DB_SQL_RTAG_NEW, "ibu", m->g.id, SLICE_ARRAY(m->read_hash), seq));
    gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_GRP_TAG, "ib", m->g.id, hash));
    memcpy(m->read_hash, hash.p, sizeof m->read_hash);
    if (n != NULL && RULE(REMOVAL_ENDS_READING)) {
        n->ends_tag = true;
    }
}

static void new_epoch(struct gw_db *db, struct gw_own_db_mailbox *m, const struct wire_commit *v,
                      struct gw_db_notice *n)
{
    struct gw_db_group *g = &m->g;
    /* A removed member writes no more. */
    uint64_t kept = v->has_read_hash && RULE(REMOVAL_ENDS_KEYS) ? 0 : EPOCHS_KEPT;
    g->epoch = v->epoch + 1;
    gw_own_db_mailbox_dirty(db, m);
    gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_WKEY_NEW, "iub", g->id, g->epoch, v->next_key));
    if (g->epoch > kept) {
        gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_WKEY_OLD, "iu", g->id, g->epoch - kept));
    }
    if (v->has_info) {
        gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_INFO_SET, "ib", g->id, v->info));
    }
    size_t keep = g->key_n < GW_DB_KEYS ? g->key_n : GW_DB_KEYS - 1;
    keep = keep < kept ? keep : kept;
    memmove(&g->keys[1], &g->keys[0], keep * sizeof g->keys[0]);
    g->keys[0].epoch = g->epoch;
    memcpy(g->keys[0].key, v->next_key.p, 32);
    g->key_n = keep + 1;
    if (n != NULL) {
        n->has_key = true;
        n->key = g->keys[0];
    }
}

static bool commit_is_sound(const struct wire_commit *v)
{
    bool fine = v->mid.n == FRAME_MID_SIZE && v->branch.n == FRAME_BRANCH_SIZE &&
                v->next_key.n == 32 && v->signature.n == CRYPTO_SIGN_SIZE && v->body.n > 0 &&
                (!v->has_read_hash || v->read_hash.n == 32) && v->epoch < INT64_MAX &&
                v->welcomes_n <= WELCOMES_MAX;
    for (size_t i = 0; fine && i < v->welcomes_n; i++) {
        fine = v->welcomes[i].inbox.n == FRAME_INBOX_SIZE &&
               v->welcomes[i].token.n == FRAME_TOKEN_SIZE && v->welcomes[i].body.n > 0;
    }
    return fine;
}

unsigned gw_own_db_group_commit(struct gw_db *db, struct gw_db_job *job)
{
    struct wire_commit v;
    struct gw_db_notice *notice = NULL;
    if (wire_commit_decode(&db->arena, job->body, &v) != OK || !commit_is_sound(&v)) {
        return WIRE_CODE_MALFORMED;
    }
    struct gw_own_db_mailbox *m = gw_own_db_mailbox_by_id(db, job->group.id);
    if (m == NULL) {
        return WIRE_CODE_UNKNOWN;
    }
    if (v.epoch > m->g.epoch) {
        return wrong_epoch(job, &m->g);
    }
    const struct gw_db_key *key = gw_own_db_mailbox_key(&m->g, v.epoch);
    struct buf tbs = buf_arena(&db->arena, 512);
    if (key != NULL && !job->verified) {
        frame_commit_tbs(&tbs, SLICE_ARRAY(m->g.mailbox), &v);
    }
    if (key != NULL && !signed_with(job, key, v.signature, &tbs) && RULE(COMMIT_SIGNED)) {
        return WIRE_CODE_AUTH;
    }
    if (v.epoch < m->g.epoch) {
        uint64_t old = find_commit(db, m->g.id, v.epoch, v.mid);
        gw_log_add(db->log, GW_LOG_COMMITS_LOST, old != 0 ? 0 : 1);
        return old != 0 ? answer_posted(db, job, old) : wrong_epoch(job, &m->g);
    }
    unsigned code = key == NULL ? WIRE_CODE_STALE : may_store(db, m, v.body.n);
    if (code == 0) {
        code = put_welcomes(db, job, &v);
    }
    if (code != 0) {
        return code;
    }
    struct gw_bytes *shared = gw_bytes_copy(v.body);
    struct entry e = {WIRE_KIND_COMMIT, v.epoch, v.mid.p, v.branch.p, v.body};
    uint64_t seq = append(db, m, &e, shared, &notice);
    gw_bytes_unref(shared);
    new_epoch(db, m, &v, notice);
    if (v.has_read_hash) {
        new_read_tag(db, m, v.read_hash, seq, notice);
    }
    gw_log_add(db->log, GW_LOG_COMMITS, 1);
    return answer_posted(db, job, seq);
}
