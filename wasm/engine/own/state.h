/* Run-time state of the engine: everything in it can be rebuilt from the store. */
#ifndef SOTTO_ENGINE_OWN_STATE_H
#define SOTTO_ENGINE_OWN_STATE_H
#include "base/arena.h"
#include "crypto/sign.h"
#include "crypto/stream.h"
#include "engine/file.h"
#include "engine/network.h"
#include "engine/own/line_state.h"
#include "engine/own/pairing.h"
#include "engine/recovery_code.h"
#include "mls/group.h"
#include "store/store.h"

#define OWN_GROUPS_CACHED 24 /* open group objects */
#define OWN_DUE_MAX 64       /* chats marked by one step; beyond that, all are checked */
#define OWN_LINK_WINDOW 6    /* posts of a device link in flight */

/* Members of the largest group in which receipts are sent and names are said at once. In a larger
 * one only what a person says is worth a path (work.c), since a hundred newcomers say nothing. */
#define OWN_GROUP_SMALL 16

struct own_group_slot {
    int64_t chat;
    struct mls_group *g;
    uint64_t used;
};
struct own_rows {
    struct store *store;
    int64_t chat;
};
struct own_due {                /* own/due.h */
    int64_t chats[OWN_DUE_MAX]; /* by id */
    size_t n;
    bool all;  /* chats */
    bool rest; /* what belongs to no chat */
};
struct own {
    struct account base;
    struct own_conn conn[OWN_CONN_LAST + 1]; /* from [1] on */
    struct own_ask asks[OWN_ASKS_MAX];
    uint32_t next_request;
    struct own_box *boxes;
    size_t box_n, box_cap;
    struct arena box_arena;
    struct own_group_slot groups[OWN_GROUPS_CACHED];
    struct own_rows rows[OWN_GROUPS_CACHED];
    struct own_due due;
    uint64_t turn;                    /* LRU */
    struct {                          /* own/clock.h */
        uint64_t server_ms, heard_ms; /* the gateway's time as it said; ours then. 0 never */
        uint64_t last_ms;             /* our last time */
        int64_t ahead_ms;
    } clock;
    bool offline;           /* as the browser reports */
    bool checking_due;      /* a chain came that a room waits for */
    bool chains_wanted;     /* the line for chains has something to ask: chains, */
    bool packages_wanted;   /* packages of somebody a chat adds, */
    bool time_wanted;       /* or only the time */
    uint64_t status_at_ms;  /* when batched receipts go out; 0 none */
    uint64_t later_ms;      /* no counted question is asked before; 0 none */
    bool counted_waits;     /* a counted question is still to be asked */
    uint64_t hello_at_ms;   /* when names go out to newcomers of large groups; 0 none */
    uint64_t hello_owed_ms; /* since when they are owed */
    uint64_t missing_at_ms; /* when absent words are shown as missing; 0 none */
    uint16_t suite;         /* for new groups; 0: CRYPTO_SUITE_DEFAULT. Tests choose */
    uint32_t kp_full;       /* one-time key packages kept; 0: OWN_KP_FULL */
    uint32_t tree_inline;   /* 0: OWN_TREE_INLINE */
    uint64_t typing_sent_ms;
    int64_t typing_chat;
    uint32_t blob_window; /* chunks in flight */
    struct own_file_reader {
        struct file_reader at;
        struct crypto_stream stream; /* opens its next chunk */
    } reader;
    /* identity, from the store, kept while unlocked */
    uint8_t account[32]; /* id: hash of entry 0 of my chain */
    uint8_t device[32], inbox[16];
    struct crypto_sign_secret device_secret;
    bool recovering;         /* an account is being recovered, with the code codes.old */
    bool recovered;          /* its entry is acknowledged: recover.c continues */
    bool dropped;            /* my newest entry does not list this device: it writes nothing more */
    bool doubt;              /* the gateway claims that; ask for the chain */
    bool chain_stuck;        /* our entry was refused: not again before there is news */
    bool chain_low;          /* my chain was asked for from far below, where a branch may begin */
    uint8_t chain_there[32]; /* hash of the gateway's newest entry, as it says */
    uint64_t record_at_ms;   /* refused: the record is not written before then */
    struct {                 /* for the chain wish that awaits its acknowledgement */
        int64_t wish;
        bool has_fresh, has_old;
        bool by_code; /* the old code writes it: devices may write no more today */
        struct recovery_code fresh, old;
    } codes;
    char gateway[200]; /* "http://host:port" or "https://host" */
    struct {           /* the mailbox of a device link (own/link.c) */
        bool opened, asking, may_write;
        uint32_t handle;
        uint32_t flying;                   /* posts without an answer yet */
        int64_t position[OWN_LINK_WINDOW]; /* the position each of them reaches, the oldest first */
    } link;
    struct { /* the start of a device link; outlives a cut line, not a restart */
        struct own_pairing p;
        uint8_t said[OWN_PAIRING_MESSAGE_MAX]; /* by this side, not answered yet */
        size_t said_n;
        uint64_t until_ms; /* when both must have agreed; 0: no limit (any more) */
    } pair;
};

#endif
