/* What is held of the lines to the gateway while they are there: the lines themselves, questions in
 * flight, mailboxes that are open. None of it outlives its line. */
#ifndef SOTTO_ENGINE_OWN_LINE_STATE_H
#define SOTTO_ENGINE_OWN_LINE_STATE_H
#include "schema/frame.h"

#define OWN_CONN_DEVICE 1
#define OWN_CONN_ANON 2
/* No mailbox is ever opened on it; it lives for a few questions about accounts: their chains, their
 * key packages. */
#define OWN_CONN_CHAINS 3
#define OWN_CONN_LAST OWN_CONN_CHAINS
#define OWN_ASKS_MAX 256 /* questions in flight; more wait in the store                   */

enum own_line { OWN_CLOSED, OWN_DIALLING, OWN_GREETING, OWN_READY };
struct own_conn {
    enum own_line line;
    uint64_t retry_at_ms; /* when closed */
    uint32_t failures;
    uint64_t heard_ms;               /* last message from the gateway */
    uint64_t asked_ms;               /* last ping without an answer, 0 none */
    uint8_t nonce[FRAME_NONCE_SIZE]; /* ANON: what a right to write is signed for */
};
struct own_ask {
    uint32_t request; /* 0: free */
    uint8_t conn;
    uint8_t type; /* frame sent */
    int64_t a, b; /* what it was about: chat, wish, outbox, message ... */
};
struct own_box {
    int64_t chat;
    uint32_t handle;
    bool opened;
    uint64_t head;         /* highest seq known                 */
    uint64_t at, moved_ms; /* the cursor as it was last, and when it moved; 0 not known */
    int64_t last_out;      /* last outbox id posted             */
    uint32_t posts;        /* posts in flight                   */
    uint32_t older;        /* it is opened by the tag of so many replacements ago; 0: that of now */
    bool stalled; /* an entry waits for its parcel: what comes after it is asked for again */
    bool again;   /* it is to be read once more from the cursor with the next alarm            */
    uint64_t again_ms; /* when that was done last, 0 never                            */
    bool may_write;    /* this connection has signed for posts of right_epoch      */
    bool shut;         /* refused: what waits is sent when an epoch above shut_epoch has begun  */
    uint64_t right_epoch, shut_epoch, shut_ms;
};

#endif
