/* What a witness knows, and how it judges: the size and root that it signed last for each log. It
 * signs a checkpoint only when that tree is the beginning of the new one; so it never signs two
 * histories, and what it signed is on disk before anybody sees the signature.
 *
 * Cosignatures are of kind 4 (Ed25519). ML-DSA-44 (kind 6) is for later: libsodium 1.0.22 has no
 * ML-DSA. Source: C2SP tlog-witness, tlog-cosignature. */
#ifndef SOTTO_TOOLS_WITNESS_STATE_H
#define SOTTO_TOOLS_WITNESS_STATE_H
#include "tool_sql.h"
#include "tool_trust.h"
#include "witness_request.h"
#include "tool_key.h"

#define WITNESS_LOGS_MAX 16

struct witness_log {
    struct release_key key;   /* its name is the origin */
    uint8_t hex[64];          /* SHA-256 of the origin  */
    struct tool_trust *trust; /* what the key borrows from, or NULL: the command line */
};
struct witness {
    struct tool_sql sql;
    struct tool_key key;
    struct witness_log log[WITNESS_LOGS_MAX];
    size_t log_n;
    bool has_now;
    uint64_t now; /* in place of the clock, for tests */
};

/* Opens the database (a new one is made) and the key, which must be a witness's. */
MUST_CHECK enum err witness_state_open(struct witness *out, const char *db, const char *key_file);
void witness_state_close(struct witness *w);
/* Whom it signs for: a log's vkey, which is kept borrowed, or the one in a trust file. ERR_STATE:
 * an origin twice. */
MUST_CHECK enum err witness_state_add_log(struct witness *w, struct slice vkey);
MUST_CHECK enum err witness_state_add_trust(struct witness *w, const char *path);

struct witness_answer {
    int status;      /* of HTTP */
    bool is_size;    /* the body is a text/x.tlog.size */
    struct buf body; /* the caller's memory, WITNESS_ANSWER_BYTES_MAX */
};
#define WITNESS_ANSWER_BYTES_MAX (RELEASE_CHECKPOINT_BYTES_MAX + 1024)
/* POST add-checkpoint: 200 with the signature line, 400, 403, 404, 409 with the size, 422; 500 when
 * the database failed. */
void witness_state_submit(struct witness *w, struct witness_answer *out, struct slice body);
/* GET <hex>/checkpoint: 200 with what was signed last, or 404. */
void witness_state_latest(struct witness *w, struct witness_answer *out, struct slice hex);
#endif
