/* Attributes, error codes and the one control-flow macro.
 *
 * Every fallible function of the core returns `enum err`. The list below is the only list of
 * errors: the C enum, its names and (through schema/gen.py) the TypeScript union come from it.
 * The group decides the reaction, the code is for logs and tests:
 *   input  the peer or the page sent nonsense      auth   something did not verify
 *   state  not allowed now                         limit  a bound was hit
 *   gone   it is no longer there                   store  the database or its file
 *   host   the machine (memory, randomness, I/O)   bug    our own fault
 */
#ifndef SOTTO_BASE_BASE_H
#define SOTTO_BASE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ERR_LIST(X)                                                                                \
    X(OK, "ok")                                                                                    \
    X(ERR_INPUT, "input")                     /* malformed bytes                          */       \
    X(ERR_INPUT_VERSION, "input-version")     /* a version or format we do not speak      */       \
    X(ERR_INPUT_SUITE, "input-suite")         /* a cipher suite we do not have            */       \
    X(ERR_AUTH, "auth")                       /* signature, tag or hash does not verify   */       \
    X(ERR_AUTH_PASSPHRASE, "auth-passphrase") /* no key slot opens with this secret       */       \
    X(ERR_AUTH_POLICY, "auth-policy")         /* valid, but the sender may not do this    */       \
    X(ERR_STATE, "state")                     /* not allowed in this state                */       \
    X(ERR_STATE_EPOCH, "state-epoch")         /* another epoch than ours: stale           */       \
    X(ERR_STATE_FUTURE, "state-future")       /* an epoch we have not reached             */       \
    X(ERR_STATE_LOCKED, "state-locked")       /* the store is locked                      */       \
    X(ERR_STATE_OWN, "state-own")             /* our own message came back                */       \
    X(ERR_STATE_REPLAY, "state-replay")       /* seen before                              */       \
    X(ERR_LIMIT, "limit")                     /* a bound was hit                          */       \
    X(ERR_LIMIT_RATE, "limit-rate")           /* too often                                */       \
    X(ERR_LIMIT_QUOTA, "limit-quota")         /* a quota is used up                       */       \
    X(ERR_GONE, "gone")                       /* no such thing, or no longer              */       \
    X(ERR_STORE, "store")                     /* database error                           */       \
    X(ERR_STORE_CORRUPT, "store-corrupt")     /* a page or record does not verify         */       \
    X(ERR_STORE_FULL, "store-full")           /* no room left                             */       \
    X(ERR_STORE_NEWER, "store-newer")         /* written by a newer version               */       \
    X(ERR_STORE_OLDER, "store-older")         /* of an older layout, no longer read       */       \
    X(ERR_HOST, "host")                       /* the host failed                          */       \
    X(ERR_HOST_MEMORY, "host-memory")         /* out of memory                            */       \
    X(ERR_BUG, "bug")                         /* must not happen                          */

#define ERR_ENUM_ROW(code, name) code,
enum err { ERR_LIST(ERR_ENUM_ROW) ERR_COUNT };
#undef ERR_ENUM_ROW

#define MUST_CHECK __attribute__((warn_unused_result))
#define NORETURN __attribute__((noreturn))
#define UNUSED __attribute__((unused))

/* Returns the error of `call`. Only where the function owns nothing. */
#define TRY(call)                                                                                  \
    do {                                                                                           \
        enum err try_err_ = (call);                                                                \
        if (try_err_ != OK) {                                                                      \
            return try_err_;                                                                       \
        }                                                                                          \
    } while (0)

/* Short public name of an error ("auth-passphrase"); "unknown" outside the list. */
const char *err_name(enum err e);

#endif
