/* What the verifier says of a release. One list for C, TypeScript (sw/verify/verdict.ts) and the
 * messages of sotto-verify; each way to be refused has a name of its own.
 * Source: wasm/release/README.md "The checks", whose numbers give the order. */
#ifndef SOTTO_RELEASE_VERDICT_H
#define SOTTO_RELEASE_VERDICT_H
#include "base/slice.h"

#define RELEASE_VERDICT_LIST(X)                                                                    \
    X(RELEASE_OK, "ok")                                                                            \
    X(RELEASE_BAD_TRUST, "trust")                     /* the trust text is not well formed     */  \
    X(RELEASE_BAD_NOTE, "note-format")                /* 1  the note is not well formed        */  \
    X(RELEASE_BAD_SIGNATURE, "release-signature")     /* 2  a known key, but it does not verify */ \
    X(RELEASE_THRESHOLD, "threshold")                 /* 2  too few distinct release keys      */  \
    X(RELEASE_OTHER_LINE, "line")                     /* 3  another release line               */  \
    X(RELEASE_BAD_PROOF, "proof-format")              /* 4  the proof is not well formed       */  \
    X(RELEASE_BAD_CHECKPOINT, "checkpoint-format")    /* 4  nor its checkpoint                 */  \
    X(RELEASE_OTHER_LOG, "log-origin")                /* 4  another log's checkpoint           */  \
    X(RELEASE_LOG_SIGNATURE, "log-signature")         /* 4  missing or wrong                   */  \
    X(RELEASE_WITNESS_SIGNATURE, "witness-signature") /* 5  a known witness, does not verify */    \
    X(RELEASE_QUORUM, "quorum")                       /* 5  too few witnesses                */    \
    X(RELEASE_NOT_INCLUDED, "inclusion")    /* 6  the proof does not lead to the root          */  \
    X(RELEASE_ROLLBACK, "rollback")         /* 7  an older release than the one accepted       */  \
    X(RELEASE_EQUIVOCATION, "equivocation") /* 7  same number, other bytes                  */     \
    X(RELEASE_PREVIOUS, "previous")         /* 7  the next number, but not its successor    */     \
    X(RELEASE_NOT_NEWEST, "newest")         /* 7  the log goes on after it in this proof    */     \
    X(RELEASE_FUTURE, "future")             /* 8  witnessed more than 5 minutes ahead       */     \
    X(RELEASE_STALE, "stale")               /* 8  last witnessed more than 14 days ago      */     \
    X(RELEASE_COOLING, "cooling")           /* 9  logged for less than 24 hours, or unknown */     \
    X(RELEASE_LOADER, "loader")             /* 10 another sw.js than before                 */     \
    X(RELEASE_FILE, "file")                 /* 11 a file is missing or has other bytes      */

#define RELEASE_VERDICT_ROW(code, name) code,
enum release_verdict { RELEASE_VERDICT_LIST(RELEASE_VERDICT_ROW) RELEASE_VERDICT_COUNT };
#undef RELEASE_VERDICT_ROW

/* The short name ("log-signature"); "unknown" outside the list. */
const char *release_verdict_name(enum release_verdict v);

/* Passes on any verdict but RELEASE_OK. Only where the function owns nothing. */
#define RELEASE_TRY(call)                                                                          \
    do {                                                                                           \
        enum release_verdict release_try_ = (call);                                                \
        if (release_try_ != RELEASE_OK) {                                                          \
            return release_try_;                                                                   \
        }                                                                                          \
    } while (0)
#endif
