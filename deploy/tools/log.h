/* The commands of sotto-log. Results go to stdout, reasons to stderr. Each opens the database, does
 * its work and closes it. Source: verified-delivery.md 4.2 to 4.4, 4.6. */
#ifndef SOTTO_TOOLS_LOG_H
#define SOTTO_TOOLS_LOG_H
#include "log_db.h"
#include "tool_trust.h"

#define LOG_PUBLISHED_BYTES_MAX RELEASE_CHECKPOINT_BYTES_MAX

/* Appends these files, in one transaction with their tiles and the signed checkpoint; then asks the
 * witnesses of the trust (NULL: no checks, no witnesses). Prints `INDEX SIZE` for each. ERR_AUTH:
 * a note that the trust does not accept, or a log of another key; then nothing was appended. */
struct log_append {
    const char *db, *key, *trust;
    char **notes;
    size_t n;
};
MUST_CHECK enum err log_append_run(const struct log_append *a);

/* Asks every witness that has a url for a cosignature of the latest checkpoint and keeps what
 * verifies. Prints who answered. The log's key must be the trust's: ERR_AUTH. */
MUST_CHECK enum err log_ask_all(struct log_db *db, const struct release_trust *trust);
/* The same as a command. ERR_AUTH when the quorum does not hold after that. */
MUST_CHECK enum err log_ask_run(const char *db, const char *trust);
/* What log_ask says to the witness: `old`, the proof, the checkpoint. */
void log_ask_body(struct buf *b, uint64_t old_size, const struct release_hash *proof, size_t n,
                  struct slice checkpoint);

/* POSTs to a witness. *status 0: no answer; what came is cut off at the buffer's end by failing.
 * size: the number of a body of type text/x.tlog.size. ERR_HOST: no answer, said on stderr. */
struct log_http_answer {
    long status;
    bool has_size;
    uint64_t size;
    struct buf body; /* the caller's memory */
};
MUST_CHECK enum err log_http_post(struct log_http_answer *out, struct slice url, struct slice body);

/* Is this the log that the trust names? ERR_AUTH. */
MUST_CHECK enum err log_quorum_log(const struct log_db *db, const struct release_trust *trust);
/* Which quorum does the checkpoint of this size have? ERR_AUTH when it does not hold. */
MUST_CHECK enum err log_quorum_check(struct log_db *db, const struct release_trust *trust,
                                     uint64_t size);

/* Writes the static form of the log. trust NULL: whatever the witnesses said. ERR_AUTH: the quorum
 * does not hold; ERR_STATE: what was published before is not a beginning of this log. In both cases
 * the checkpoint there stays. */
MUST_CHECK enum err log_publish_run(const char *db, const char *dir, const char *trust);

/* Prints the proofs of entries in a checkpoint: of *size, or the latest, or the latest whose quorum
 * holds. ERR_GONE: no such entry or checkpoint. */
struct log_proof {
    const char *db, *trust; /* trust NULL: any */
    const uint64_t *size;   /* NULL: the latest */
    char **indices;
    size_t n;
};
MUST_CHECK enum err log_proof_run(const struct log_proof *p);
/* Prints the consistency proof between two sizes, one hash a line. */
MUST_CHECK enum err log_proof_consistency(const char *db, uint64_t old_size, uint64_t size);

/* Recomputes everything from the entries. ERR_STORE_CORRUPT when anything differs. */
MUST_CHECK enum err log_check_run(const char *db);
#endif
