#include "log_quorum.h"

enum err log_quorum_log(const struct log_db *db, const struct release_trust *trust)
{
    if (slice_equal(trust->log.name, db->key.name) &&
        slice_equal(SLICE_ARRAY(trust->log.public_key.b), SLICE_ARRAY(db->key.public_key.b))) {
        return OK;
    }
    tool_say("%s: not the log that the trust file names", db->sql.path);
    return ERR_AUTH;
}

enum err log_quorum_check(struct log_db *db, const struct release_trust *trust, uint64_t size)
{
    uint8_t bytes[RELEASE_CHECKPOINT_BYTES_MAX];
    struct buf b = buf_fixed(bytes, sizeof bytes);
    struct release_checkpoint c;
    uint32_t signed_by = 0;
    uint64_t time;
    TRY(log_db_cosigned(db, &b, size));
    if (release_checkpoint_parse(&c, buf_view(&b)) != OK) {
        return ERR_STORE_CORRUPT;
    }
    for (size_t i = 0; i < trust->witness_n; i++) {
        if (release_note_verify(&c.note, &trust->witness[i].key, &time) == OK) {
            signed_by |= (uint32_t)1 << i;
        }
    }
    return release_trust_quorum(trust, signed_by) ? OK : ERR_AUTH;
}
