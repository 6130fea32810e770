#include "release/accept.h"

#include <string.h>

#include "crypto/hash.h"

/* What one proof shows: where the note stands, and who saw it when. */
struct logged {
    uint64_t index, size;
    size_t witness_n;
    uint32_t witnesses;                   /* bits: these signed */
    uint64_t time[RELEASE_WITNESSES_MAX]; /* of the witnesses that signed */
};

/* Check 2. A known key that does not verify is worse than one that is missing. */
static enum release_verdict check_signatures(size_t *n, const struct release_trust *trust,
                                             const struct release_note *note)
{
    uint64_t time;
    size_t found = 0;
    for (size_t i = 0; i < trust->release_n; i++) {
        enum err e = release_note_verify(note, &trust->release[i], &time);
        if (e == ERR_AUTH) {
            return RELEASE_BAD_SIGNATURE;
        }
        found += e == OK;
    }
    *n = found;
    return found >= trust->threshold ? RELEASE_OK : RELEASE_THRESHOLD;
}

/* Check 4. */
static enum release_verdict check_log(struct release_checkpoint *out,
                                      const struct release_trust *trust, struct slice checkpoint)
{
    uint64_t time;
    if (release_checkpoint_parse(out, checkpoint) != OK) {
        return RELEASE_BAD_CHECKPOINT;
    }
    if (!slice_equal(out->origin, trust->log.name)) {
        return RELEASE_OTHER_LOG;
    }
    return release_note_verify(&out->note, &trust->log, &time) == OK ? RELEASE_OK
                                                                     : RELEASE_LOG_SIGNATURE;
}

/* Check 5. */
static enum release_verdict check_witnesses(struct logged *out, const struct release_trust *trust,
                                            const struct release_note *note)
{
    for (size_t i = 0; i < trust->witness_n; i++) {
        enum err e = release_note_verify(note, &trust->witness[i].key, &out->time[i]);
        if (e == ERR_AUTH) {
            return RELEASE_WITNESS_SIGNATURE;
        }
        if (e == OK) {
            out->witnesses |= (uint32_t)1 << i;
            out->witness_n++;
        }
    }
    return release_trust_quorum(trust, out->witnesses) ? RELEASE_OK : RELEASE_QUORUM;
}

/* Checks 4 to 6 of one proof for these note bytes. */
static enum release_verdict check_proof(struct logged *out, const struct release_trust *trust,
                                        struct slice note, struct slice proof)
{
    struct release_proof p;
    struct release_checkpoint c;
    struct release_hash leaf;
    memset(out, 0, sizeof *out);
    if (release_proof_parse(&p, proof) != OK) {
        return RELEASE_BAD_PROOF;
    }
    RELEASE_TRY(check_log(&c, trust, p.checkpoint));
    RELEASE_TRY(check_witnesses(out, trust, &c.note));
    release_tree_leaf(&leaf, note);
    out->index = p.index;
    out->size = c.size;
    return release_tree_includes(&c.root, c.size, p.index, &leaf, p.hashes, p.n)
               ? RELEASE_OK
               : RELEASE_NOT_INCLUDED;
}

/* The witnesses that signed at or after (before) this time. */
static uint32_t signed_since(const struct logged *l, uint64_t time, bool before)
{
    uint32_t bits = 0;
    for (size_t i = 0; i < RELEASE_WITNESSES_MAX; i++) {
        if (before ? l->time[i] <= time : l->time[i] >= time) {
            bits |= (uint32_t)1 << i;
        }
    }
    return bits & l->witnesses;
}

/* The greatest time since which the quorum holds; 0 without a quorum. */
static uint64_t newest_time(const struct release_trust *trust, const struct logged *l)
{
    uint64_t best = 0;
    for (size_t i = 0; i < trust->witness_n; i++) {
        if (l->time[i] > best && release_trust_quorum(trust, signed_since(l, l->time[i], false))) {
            best = l->time[i];
        }
    }
    return release_trust_has_quorum(trust) ? best : 0;
}

/* The smallest time at which the quorum held; 0 without a quorum. The newest will do, so any
 * candidate below it is an improvement. */
static uint64_t oldest_time(const struct release_trust *trust, const struct logged *l)
{
    uint64_t best = UINT64_MAX;
    for (size_t i = 0; i < trust->witness_n; i++) {
        if (l->time[i] < best && release_trust_quorum(trust, signed_since(l, l->time[i], true))) {
            best = l->time[i];
        }
    }
    return release_trust_has_quorum(trust) ? best : 0;
}

static enum release_verdict check_note(struct release_result *out,
                                       const struct release_trust *trust, struct slice in)
{
    struct release_note note;
    if (release_note_split(&note, in) != OK || release_text_parse(&out->text, note.text) != OK) {
        return RELEASE_BAD_NOTE;
    }
    crypto_sha256(out->hash.b, note.text);
    RELEASE_TRY(check_signatures(&out->signed_n, trust, &note));
    return slice_equal(out->text.line, trust->line) ? RELEASE_OK : RELEASE_OTHER_LINE;
}

static enum release_verdict check_all(struct release_result *out, const struct release_trust *trust,
                                      const struct release_evidence *e)
{
    struct logged recent;
    RELEASE_TRY(check_note(out, trust, e->note));
    RELEASE_TRY(check_proof(&recent, trust, e->note, e->recent));
    out->index = recent.index;
    out->tree_size = recent.size;
    out->witness_n = recent.witness_n;
    out->recent_time = newest_time(trust, &recent);
    out->first_time = oldest_time(trust, &recent);
    return RELEASE_OK;
}

enum release_verdict release_accept_check(struct release_result *out,
                                          const struct release_trust *trust,
                                          const struct release_evidence *e)
{
    memset(out, 0, sizeof *out);
    out->verdict = check_all(out, trust, e);
    return out->verdict;
}

/* Check 7. */
static enum release_verdict check_history(const struct release_result *r,
                                          const struct release_state *before)
{
    if (!before->any || r->text.seq > before->seq + 1) {
        return RELEASE_OK;
    }
    if (r->text.seq < before->seq) {
        return RELEASE_ROLLBACK;
    }
    bool is_same = r->text.seq == before->seq;
    const struct release_hash *hash = is_same ? &r->hash : &r->text.previous;
    if (slice_equal(SLICE_ARRAY(hash->b), SLICE_ARRAY(before->hash.b))) {
        return RELEASE_OK;
    }
    return is_same ? RELEASE_EQUIVOCATION : RELEASE_PREVIOUS;
}

/* Also check 7. A fresh proof of an old entry would hold a newer one back unseen; one in which it
 * was the newest entry cannot be fresh once the log has gone on. */
static enum release_verdict check_newest(const struct release_result *r)
{
    return r->index + 1 == r->tree_size ? RELEASE_OK : RELEASE_NOT_NEWEST;
}

/* Check 8. */
static enum release_verdict check_time(const struct release_result *r,
                                       const struct release_trust *trust, uint64_t now)
{
    if (!release_trust_has_quorum(trust)) {
        return RELEASE_OK;
    }
    if (r->recent_time > now) {
        return r->recent_time - now > RELEASE_FUTURE_S ? RELEASE_FUTURE : RELEASE_OK;
    }
    return now - r->recent_time > RELEASE_STALE_S ? RELEASE_STALE : RELEASE_OK;
}

/* Check 9. */
static enum release_verdict check_cooling(struct release_result *out,
                                          const struct release_trust *trust,
                                          const struct release_evidence *e, uint64_t now)
{
    struct logged first;
    if (out->signed_n == trust->release_n) {
        return RELEASE_OK;
    }
    if (e->first.n > 0) {
        RELEASE_TRY(check_proof(&first, trust, e->note, e->first));
        if (first.index != out->index) {
            return RELEASE_NOT_INCLUDED;
        }
        out->first_time = oldest_time(trust, &first);
    }
    /* Without witnesses nobody can say how long it has been there. */
    if (!release_trust_has_quorum(trust) || out->first_time > now ||
        now - out->first_time < RELEASE_COOLING_S) {
        return RELEASE_COOLING;
    }
    return RELEASE_OK;
}

static enum release_verdict accept(struct release_result *out, const struct release_trust *trust,
                                   const struct release_state *before,
                                   const struct release_evidence *e, uint64_t now)
{
    RELEASE_TRY(check_all(out, trust, e));
    RELEASE_TRY(check_history(out, before));
    RELEASE_TRY(check_newest(out));
    RELEASE_TRY(check_time(out, trust, now));
    RELEASE_TRY(check_cooling(out, trust, e, now));
    bool is_same = slice_equal(SLICE_ARRAY(out->text.loader.b), SLICE_ARRAY(before->loader.b));
    return before->any && !is_same ? RELEASE_LOADER : RELEASE_OK;
}

enum release_verdict release_accept(struct release_result *out, const struct release_trust *trust,
                                    const struct release_state *before,
                                    const struct release_evidence *e, uint64_t now)
{
    memset(out, 0, sizeof *out);
    out->verdict = accept(out, trust, before, e, now);
    return out->verdict;
}
