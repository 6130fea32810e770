/* The verifier: may this release run? One function, the checks in the order of
 * verified-delivery.md 4.5. The loader and Guard follow the same order in TypeScript
 * (sw/verify/accept.ts); tests/vectors/sotto/release holds the cases that both must judge alike. */
#ifndef SOTTO_RELEASE_ACCEPT_H
#define SOTTO_RELEASE_ACCEPT_H
#include "release/proof.h"
#include "release/trust.h"

#define RELEASE_FILES_MAX 64
#define RELEASE_FILE_BYTES_MAX (64u << 20)
#define RELEASE_WASM_MAX 8
#define RELEASE_FUTURE_S 300u          /* clocks may differ this much        */
#define RELEASE_STALE_S (14u * 86400u) /* newest witness time, at update     */
#define RELEASE_COOLING_S 86400u       /* in the log before it may run       */

/* A parsed note text (4.1). Fields in this order, one space, LF; `wasm` and `file` lines sorted by
 * bytes without repetition; a file `/` must be there; paths are `/` or /[A-Za-z0-9][A-Za-z0-9._-]*,
 * version is [0-9A-Za-z.+-]{1,64}, seq 1 to 2^53 - 1, prev `-` only with seq 1, csp begins with
 * "default-src 'none'; " and has no comma; media types [a-z+.-]+/[a-z0-9+.-]+. */
struct release_file {
    struct slice path, type;
    uint64_t size;
    struct release_hash hash;
};
struct release_text {
    struct slice line, version, csp, commit;
    uint64_t seq;
    bool has_previous;
    struct release_hash previous, toolchain, loader;
    size_t wasm_n, file_n;
    struct release_hash wasm[RELEASE_WASM_MAX];
    struct release_file file[RELEASE_FILES_MAX];
};
MUST_CHECK enum err release_text_parse(struct release_text *out, struct slice text);

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
    size_t witness_n;     /* that signed the recent checkpoint                     */
    uint64_t recent_time; /* the quorum holds at least since; 0: no quorum wanted  */
    uint64_t first_time;  /* the quorum held from; 0 likewise                      */
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
/* Check 11 for one file. RELEASE_OK or RELEASE_FILE. */
enum release_verdict release_text_file_check(const struct release_file *f, struct slice bytes);
/* The entry of a path; NULL. */
const struct release_file *release_text_file(const struct release_text *t, struct slice path);
#endif
