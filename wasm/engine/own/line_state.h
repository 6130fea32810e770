/* State of the lines to the gateway: the lines themselves, questions in flight, open mailboxes.
 * None of it outlives its line. */
#ifndef SOTTO_ENGINE_OWN_LINE_STATE_H
#define SOTTO_ENGINE_OWN_LINE_STATE_H
#include "schema/frame.h"

#define OWN_CONN_DEVICE 1
#define OWN_CONN_ANON 2
/* No mailbox is ever opened on it; it exists briefly, for questions about accounts: their chains,
 * their key packages. */
#define OWN_CONN_CHAINS 3
#define OWN_CONN_LAST OWN_CONN_CHAINS
#define OWN_ASKS_MAX 256 /* questions in flight; more wait in the store */

enum own_line { OWN_CLOSED, OWN_DIALLING, OWN_GREETING, OWN_READY };
struct own_conn {
    enum own_line line;
    uint64_t retry_at_ms; /* when closed */
    uint32_t failures;
    uint64_t heard_ms;               /* last message from the gateway */
    uint64_t asked_ms;               /* last ping without an answer, 0 none */
    uint8_t nonce[FRAME_NONCE_SIZE]; /* ANON: signed by whoever claims a right to write */
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
    uint64_t head;         /* highest seq known */
    uint64_t at, moved_ms; /* the last cursor, and when it moved; 0 unknown */
    int64_t last_out;      /* last outbox id posted */
    uint32_t posts;        /* posts in flight */
    uint32_t older;        /* opened with the tag this many replacements old; 0: the current one */
    bool stalled;          /* an entry waits for its parcel: ask again for what follows it */
    bool again;            /* read it again from the cursor at the next alarm */
    uint64_t again_ms;     /* when that was last done, 0 never */
    bool may_write;        /* this connection has signed for posts of right_epoch */
    bool shut; /* refused: what waits is sent once an epoch above shut_epoch has begun */
    uint64_t right_epoch, shut_epoch, shut_ms;
};

#endif
