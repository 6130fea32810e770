#include <string.h>

#include "fuzz/fuzz.h"
#include "lib/release_forge.h"

/* Changes to a release that was right. The input is a list of edits: which text (note, recent,
 * first, trust), where, how many bytes go, and how many of the next come; or another time, or
 * another state. Without edits it is accepted. */
#define TEXT_BYTES_MAX 4096

struct world {
    struct slice text[4];
    uint8_t bytes[4][TEXT_BYTES_MAX];
    struct release_state before;
    uint64_t now;
};

static void edit(struct world *w, size_t which, struct slice *rest)
{
    static uint8_t next[TEXT_BYTES_MAX];
    struct buf b = buf_fixed(next, sizeof next);
    struct slice old = w->text[which], put;
    uint16_t at;
    uint8_t gone, come;
    if (slice_u16(rest, &at) != OK || slice_u8(rest, &gone) != OK || slice_u8(rest, &come) != OK ||
        slice_take(rest, come > rest->n ? rest->n : come, &put) != OK) {
        return;
    }
    size_t begin = at > old.n ? old.n : at;
    size_t end = gone > old.n - begin ? old.n : begin + gone;
    buf_put(&b, old.p, begin);
    buf_slice(&b, put);
    buf_put(&b, old.p + end, old.n - end);
    if (b.err == OK) {
        memcpy(w->bytes[which], next, b.n);
        w->text[which] = slice_make(w->bytes[which], b.n);
    }
}

static void check_accepted(const struct release_result *r, const struct release_trust *t,
                           const struct world *w)
{
    FUZZ_CHECK(r->text.seq >= 1 && r->text.file_n >= 1 && r->text.file[0].path.n == 1);
    FUZZ_CHECK(r->signed_n >= t->threshold && r->signed_n <= t->release_n);
    FUZZ_CHECK(r->index < r->tree_size && r->witness_n <= t->witness_n);
    FUZZ_CHECK(slice_equal(r->text.line, t->line));
    if (w->before.any) {
        FUZZ_CHECK(r->text.seq >= w->before.seq);
        FUZZ_CHECK(memcmp(&r->text.loader, &w->before.loader, sizeof w->before.loader) == 0);
    }
    if (release_trust_has_quorum(t)) {
        FUZZ_CHECK(r->witness_n >= 1 && r->recent_time <= w->now + RELEASE_FUTURE_S);
        FUZZ_CHECK(r->recent_time + RELEASE_STALE_S >= w->now);
    }
    if (r->signed_n < t->release_n) {
        FUZZ_CHECK(r->first_time + RELEASE_COOLING_S <= w->now);
    }
}

FUZZ(input)
{
    static struct release_forge forge;
    static struct release_trust trust;
    static struct release_result result, again;
    static struct world w;
    struct slice rest = input;
    uint8_t what;
    if (forge.note.n == 0) {
        release_forge_init(&forge, "2");
    }
    w.before.any = false;
    w.text[0] = forge.note;
    w.text[1] = forge.recent;
    w.text[2] = forge.first;
    w.text[3] = forge.trust;
    w.now = RELEASE_FORGE_NOW;
    while (slice_u8(&rest, &what) == OK) {
        if (what % 8 < 4) {
            edit(&w, what % 8, &rest);
        } else if (what % 8 == 4) {
            (void)slice_u64(&rest, &w.now);
            w.now &= ((uint64_t)1 << 53) - 1;
        } else if (what % 8 == 5) {
            w.before.any = slice_u64(&rest, &w.before.seq) == OK &&
                           slice_copy(&rest, &w.before.hash, 32) == OK &&
                           slice_copy(&rest, &w.before.loader, 32) == OK;
            w.before.seq &= ((uint64_t)1 << 53) - 1;
        }
    }
    if (release_trust_parse(&trust, w.text[3]) != OK) {
        return;
    }
    struct release_evidence e = {check_copy(w.text[0]), check_copy(w.text[1]),
                                 check_copy(w.text[2])};
    enum release_verdict v = release_accept(&result, &trust, &w.before, &e, w.now);
    enum release_verdict early = release_accept_check(&again, &trust, &e);
    FUZZ_CHECK(v == result.verdict && v < RELEASE_VERDICT_COUNT && v != RELEASE_BAD_TRUST);
    FUZZ_CHECK(early == RELEASE_OK || early == v);
    FUZZ_CHECK(input.n > 0 || v == RELEASE_OK);
    if (v == RELEASE_OK) {
        check_accepted(&result, &trust, &w);
        /* The log binds the note: whoever is accepted, it is with these bytes. */
        if (slice_equal(w.text[3], forge.trust)) {
            FUZZ_CHECK(slice_equal(e.note, forge.note));
        }
    }
    check_release(e.note);
    check_release(e.recent);
    check_release(e.first);
}
