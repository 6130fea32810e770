/* The verifier: may this release run? One function, the checks in the order of
 * wasm/release/README.md "The checks". The loader and Guard follow the same order in TypeScript
 * (sw/verify/accept.ts); tests/vectors/sotto/release holds the cases that both must judge alike. */
#ifndef SOTTO_RELEASE_ACCEPT_H
#define SOTTO_RELEASE_ACCEPT_H
#include "release/proof.h"
#include "release/text.h"
#include "release/trust.h"

#define RELEASE_FUTURE_S 300u          /* clocks may differ this much        */
#define RELEASE_STALE_S (14u * 86400u) /* newest witness time, at update     */
#define RELEASE_COOLING_S 86400u       /* in the log before it may run       */

/* What was accepted before. any false: nothing. */
struct release_state {
    bool any;
    uint64_t seq;
    struct release_hash hash;   /* SHA-256 of the note text */
    struct release_hash loader; /* SHA-256 of sw.js         */
};
struct release_evidence {
    struct slice note;   /* signed release note                                       */
    struct slice recent; /* proof in a recent checkpoint, in which it is the newest   */
    struct slice first;  /* the first proof it ever got; empty: the recent one is it  */
};
struct release_result {
    enum release_verdict verdict;
    struct release_text text; /* from check 1 on                                    */
    struct release_hash hash; /* of the note text, from check 1 on                  */
    size_t signed_n;          /* distinct release keys that verified; 0: one failed */
    uint64_t index, tree_size;
    size_t witness_n;     /* that signed the recent checkpoint                  */
    uint64_t recent_time; /* the quorum held at least then; 0: no quorum wanted */
    uint64_t first_time;  /* the quorum first held then; 0 likewise             */
};
/* Checks 1 to 6: these bytes were signed, logged and witnessed. No clock, no history. */
enum release_verdict release_accept_check(struct release_result *out,
                                          const struct release_trust *trust,
                                          const struct release_evidence *e);
/* Checks 1 to 10. now: seconds since 1970. Check 11, the files, is release_text_file_check on each.
 */
enum release_verdict release_accept(struct release_result *out, const struct release_trust *trust,
                                    const struct release_state *before,
                                    const struct release_evidence *e, uint64_t now);
#endif
