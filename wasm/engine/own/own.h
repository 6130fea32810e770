/* The engine of Sotto's own network: MLS over our gateway.
 *
 * Two connections. DEVICE (conn 1): authenticated by this device's key; registers, publishes key
 * packages and contact tokens, reads the inbox. ANON (conn 2): names nobody; mailboxes, posts,
 * other people's key packages, blobs.
 *
 * Everything that must survive is in the store; `struct own` holds only what can be rebuilt: the
 * connections, the questions in flight and a cache of open groups. own_reset() throws it away.
 *
 * Files: own.c (dispatch), own_line.c (connections), own_account.c (registration, chain, key
 * packages, links), own_group.c (making, joining, committing, members), own_send.c (outbox),
 * own_receive.c (log and inbox), own_content.c (what is inside messages), own_file.c (attachments),
 * own_link.c (second device), own_recover.c (recovery). Source: e2ee-core.md 1, 9, 15; gateway.md
 * 7-9. */
#ifndef SOTTO_ENGINE_OWN_H
#define SOTTO_ENGINE_OWN_H
#include "crypto/sign.h"
#include "crypto/stream.h"
#include "engine/engine.h"
#include "mls/group.h"
#include "schema/chain.h"
#include "schema/content.h"
#include "schema/frame.h"
#include "store/chat.h"
#include "store/message.h"
#include "store/outbox.h"
#include "store/people.h"
#include "store/protocol.h"
#include "store/setting.h"
#include "store/sql.h"

/* ---- constants ------------------------------------------------------------------------------ */

#define OWN_CONN_DEVICE 1
#define OWN_CONN_ANON 2
#define OWN_ASK_CHAIN (-3)    /* own_ask.b of a question for the chain of another person       */
#define OWN_ASKS_MAX 256      /* questions in flight; more wait in the store                   */
#define OWN_GROUPS_CACHED 24  /* open group objects                                            */
#define OWN_POSTS_IN_FLIGHT 8 /* of one chat: order is kept, one round trip carries several    */
#define OWN_KP_LOW 20         /* refill one-time key packages below this                       */
#define OWN_KP_FULL 50
#define OWN_LAST_RESORT_DAYS 90
#define OWN_ADDS_PER_COMMIT 8 /* devices added by one commit: the frame stays below 64 KiB     */
#define OWN_FILE_BYTES_MAX (100ull << 20)
#define OWN_INLINE_BYTES (40u << 10) /* larger commits go as parcels (own_parcel.h)            */
#define OWN_TREE_INLINE 4 /* leaves; trees of more go as parcels                           */
#define OWN_KEYS_LATE_MS (23ull * 86400000) /* with the 7 days of mls: how long a log is kept  */
#define OWN_SEEN_MS (3600ll * 1000)         /* a device of mine is said to be seen, this often    */
#define OWN_SWEEP_MS (24 * 3600ll * 1000)   /* old keys of silent groups are looked for        */
#define OWN_STUCK_TRIES 3      /* to come in again by the bundle, before others are asked */
#define OWN_STUCK_WAIT_MS 5000 /* between two tries to come in again                   */
#define OWN_SWEEP_CHATS 8      /* in one step                                      */
#define OWN_SEALED_AGE_MS (24 * 3600ll * 1000) /* older sealed bytes are sealed anew         */
#define OWN_LINK_WINDOW 6                      /* posts of a device link under way            */
#define OWN_PING_AFTER_MS 45000          /* silence of a line before we ask whether it lives      */
#define OWN_PING_WAIT_MS 20000           /* and how long the answer may take                      */
#define OWN_HEAL_PAIR_MS (3600ll * 1000) /* e2ee-core.md 1                              */
#define OWN_HEAL_PAIR_MESSAGES 20
#define OWN_HEAL_GROUP_MS (24 * 3600ll * 1000)
#define OWN_HEAL_GROUP_MESSAGES 100
#define OWN_HEAL_JITTER_MS (60u * 1000)
#define OWN_HEAL_AWAY_MS (7 * 24 * 3600ll * 1000)

/* Extension types of ours (private use, RFC 9420 17.3). */
#define OWN_EXT_DEVICE 0xF0A0 /* leaf: account signature over "sotto leaf 1" || device key     */
#define OWN_EXT_ROOM 0xF0A1   /* group context: struct own_room                                */
#define OWN_EXT_TREE 0xF0A2   /* GroupInfo: reference of the parcel with the tree (own_parcel.h) */

/* Private content types, inside the ciphertext. */
#define OWN_TYPE_TEXT "text/markdown;variant=GFM-MIMI"
#define OWN_TYPE_REACTION "text/plain;charset=utf-8"
#define OWN_TYPE_PROFILE "application/sotto-profile+cbor"
#define OWN_TYPE_STATUS "application/sotto-status+cbor"
#define OWN_TYPE_SYNC "application/sotto-sync+cbor"
#define OWN_TYPE_PICTURE "application/sotto-picture+cbor"
#define OWN_TYPE_JOIN "application/sotto-join+cbor"
#define OWN_TYPE_READD "application/sotto-readd+cbor"

enum own_wish {
    OWN_WISH_ADD_PERSON = 1, /* data: i64 person; stage 0 needs key packages, 1 has (extra)    */
    OWN_WISH_ADD_DEVICES,    /* own devices that are not in yet; same stages                   */
    OWN_WISH_REMOVE_PERSON,  /* data: i64 person                                               */
    OWN_WISH_REMOVE_DEVICE,  /* data: device key 32                                            */
    OWN_WISH_ROOM,           /* data: encoded struct own_room                                  */
    OWN_WISH_HEAL,           /* a path                                                         */
    OWN_WISH_CLEANUP,        /* commit proposals of others (leaves)                            */
    OWN_WISH_LEAVE,          /* propose our removal; stage: the epoch it was said in, plus 1   */
    OWN_WISH_READD           /* data: i64 person, device key 32: out and in again; stages as ADD */
};

/* ---- the room: what a group agrees on (group context extension OWN_EXT_ROOM) ---------------- */

#define OWN_ADMINS_MAX 64
struct own_room {
    uint8_t room[16];
    int type; /* store_chat_type */
    struct slice name;
    uint8_t mailbox[16];
    uint8_t read_tag[32];    /* opens the mailbox; new whenever somebody goes                  */
    uint8_t join_secret[32]; /* opens what an external joiner needs; new whenever somebody goes */
    bool has_replaces;
    uint8_t replaces[16];        /* the room this one was made instead of                        */
    const uint8_t (*admins)[32]; /* account keys */
    size_t admin_n;
    bool link_on; /* anyone with the join link may come in */
    uint64_t timer_s;
};
MUST_CHECK enum err own_room_encode(struct arena *a, const struct own_room *r, struct slice *out);
MUST_CHECK enum err own_room_decode(struct arena *a, struct slice in, struct own_room *out);
/* Of a group's context. ERR_INPUT when it has none. */
MUST_CHECK enum err own_room_of(struct arena *a, const struct mls_group *g, struct own_room *out);
bool own_room_is_admin(const struct own_room *r, const uint8_t account[32]);

/* ---- run-time state ------------------------------------------------------------------------- */

enum own_line { OWN_CLOSED, OWN_DIALLING, OWN_GREETING, OWN_READY };
struct own_conn {
    enum own_line line;
    uint64_t retry_at_ms; /* when closed */
    uint32_t failures;
    uint64_t heard_ms; /* last message from the gateway */
    uint64_t asked_ms; /* last ping without an answer, 0 none */
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
    uint64_t head;    /* highest seq known                 */
    int64_t last_out; /* last outbox id posted             */
    uint32_t posts;   /* posts in flight                   */
    bool stalled;     /* an entry waits for its parcel: what comes after it is asked for again */
};
struct own_group_slot {
    int64_t chat;
    struct mls_group *g;
    uint64_t used;
};
struct own_rows {
    struct store *store;
    int64_t chat;
};
struct own {
    struct own_conn conn[3]; /* [1], [2] */
    struct own_ask asks[OWN_ASKS_MAX];
    uint32_t next_request;
    struct own_box *boxes;
    size_t box_n, box_cap;
    struct arena box_arena;
    struct own_group_slot groups[OWN_GROUPS_CACHED];
    struct own_rows rows[OWN_GROUPS_CACHED];
    uint64_t clock; /* LRU */
    bool offline;   /* the browser says so */
    bool hidden;
    bool pumping;
    uint64_t status_at_ms; /* when batched receipts go out; 0 none */
    uint16_t suite;        /* of new groups; 0: CRYPTO_SUITE_DEFAULT. Tests choose */
    uint32_t kp_full;      /* one-time key packages kept; 0: OWN_KP_FULL           */
    uint32_t tree_inline;  /* 0: OWN_TREE_INLINE                                   */
    uint64_t typing_sent_ms;
    int64_t typing_chat;
    uint32_t blob_window; /* chunks in flight */
    struct {              /* a file being read by the page, in order */
        int64_t message;
        uint64_t next;
        struct crypto_stream stream;
    } reader;
    /* identity, from the store, kept while unlocked */
    bool loaded;
    uint8_t account[32], device[32], inbox[16];
    struct crypto_sign_secret account_secret, device_secret;
    uint8_t device_cert[64];
    char gateway[200]; /* "http://host:port" or "https://host"  */
    struct {           /* the mailbox of a device link (own_link.c) */
        bool opened, asking;
        uint32_t handle;
        uint32_t flying;                   /* posts without an answer yet                  */
        int64_t position[OWN_LINK_WINDOW]; /* where each of them gets us, the oldest first */
    } link;
};

/* ---- own.c ---------------------------------------------------------------------------------- */

void own_init(struct own *o);
/* Wipes and frees; the store is untouched. Accepts the zero state. */
void own_wipe(struct own *o);
/* Forgets connections and caches after a failed step: hangs up and dials again. */
void own_reset(struct own *o, struct step *s);
/* After unlock: loads the identity, dials. */
MUST_CHECK enum err own_start(struct own *o, struct step *s);
MUST_CHECK enum err own_net(struct own *o, struct step *s, const struct engine_net *net);
MUST_CHECK enum err own_alarm(struct own *o, struct step *s);
MUST_CHECK enum err own_life(struct own *o, struct step *s, uint64_t state);
/* When the engine next wants own_alarm; 0 never. */
enum err own_next_alarm(struct own *o, struct step *s, uint64_t *at_ms);
/* 0 offline 1 connecting 2 online. */
int own_line_state(const struct own *o);

/* Errors of our own machine: the step fails as a whole. All others are the world's. */
bool own_grave(enum err e);
/* A part of a step that may fail alone (one frame, one message): what it wrote and sent is taken
 * back when it ends with an error that is not grave, and open groups are loaded anew. */
struct own_part {
    size_t effects;
};
MUST_CHECK enum err own_part_begin(struct step *s, struct own_part *part);
MUST_CHECK enum err own_part_end(struct own *o, struct step *s, const struct own_part *part,
                                 enum err e);

void own_line_hang_up(struct step *s, int conn);
/* The line is gone: its questions are forgotten, it is dialled again later. */
void own_line_lost(struct own *o, struct step *s, int conn);
MUST_CHECK enum err own_line_dial(struct own *o, struct step *s);
MUST_CHECK enum err own_line_check(struct own *o, struct step *s);
/* host[:port] of the gateway: what the signature of AUTH names. */
struct slice own_line_origin(struct own *o);
void own_boxes_forget(struct own *o);

bool own_ready(const struct own *o, int conn);
/* A free question slot, or NULL: try again when answers came. */
struct own_ask *own_ask(struct own *o, int conn, enum frame_type type, int64_t a, int64_t b);
bool own_asked(const struct own *o, enum frame_type type, int64_t a);
/* Sends one frame; encode with the put functions into `body` of the arena. */
MUST_CHECK enum err own_frame(struct own *o, struct step *s, int conn, enum frame_type type,
                              uint32_t request, struct slice body);
struct own_box *own_box(struct own *o, int64_t chat, bool make);
struct own_box *own_box_of_handle(struct own *o, uint32_t handle);
/* Closes it; the next own_pump_chat opens it anew and gets all after the cursor again. */
MUST_CHECK enum err own_box_reopen(struct own *o, struct step *s, struct own_box *box);
/* Does what can be done now for all chats (ready lines), or one. */
MUST_CHECK enum err own_pump(struct own *o, struct step *s);
MUST_CHECK enum err own_pump_chat(struct own *o, struct step *s, int64_t chat);

/* ---- own_account.c -------------------------------------------------------------------------- */

/* First run: keys, person 1, chain entry 0, self chat. The recovery code is made by the caller. */
MUST_CHECK enum err own_account_create(struct own *o, struct step *s, struct slice name,
                                       struct slice gateway, struct slice device_name,
                                       struct slice invitation);
MUST_CHECK enum err own_account_load(struct own *o, struct step *s);
/* DEVICE is ready: register what is not registered, refill key packages, sync tokens. */
MUST_CHECK enum err own_account_ready(struct own *o, struct step *s, const struct wire_ready *r);
MUST_CHECK enum err own_account_refill(struct own *o, struct step *s,
                                       const struct wire_kp_counts *levels);
MUST_CHECK enum err own_account_sync_links(struct own *o, struct step *s);
MUST_CHECK enum err own_account_answer(struct own *o, struct step *s, const struct own_ask *ask,
                                       uint8_t type, struct slice body, uint64_t failure);
/* The identity for MLS; slices borrow from o and the arena. */
MUST_CHECK enum err own_identity(struct own *o, struct step *s, struct mls_identity *out);
/* Contact link text. kind 0 person. */
MUST_CHECK enum err own_link_make(struct own *o, struct step *s, struct slice label, uint64_t uses,
                                  uint64_t days, int64_t person, int64_t *id);
/* what: 0 person, 1 group. */
MUST_CHECK enum err own_link_text(struct own *o, struct step *s, const uint8_t token[16], int what,
                                  struct slice *out);
/* The link of a group (only admins): on makes it or shows it again, off ends it. */
MUST_CHECK enum err own_group_link(struct own *o, struct step *s, int64_t chat, bool on,
                                   struct slice *out);
/* A token for one person to reach me with, made once. */
MUST_CHECK enum err own_token_for(struct own *o, struct step *s, int64_t person, uint8_t out[16]);
struct own_link_parts {
    int what; /* 0 person 1 group 2 device */
    struct slice gateway;
    uint8_t fingerprint[20], inbox[16], token[16];
    uint8_t mailbox[16], read_tag[32], join_secret[32];
    uint8_t code[16];
};
MUST_CHECK enum err own_link_parse(struct arena *a, struct slice text, struct own_link_parts *out);
void own_fingerprint(uint8_t out[20], const uint8_t account[32]);
/* Adds chain entries of a person in order; *changed when devices changed; ERR_AUTH on a fork. */
MUST_CHECK enum err own_chain_take(struct own *o, struct step *s, int64_t person,
                                   const struct slice *entries, size_t n, bool *changed);
/* New entry of my chain with this list of devices. */
MUST_CHECK enum err own_chain_extend(struct own *o, struct step *s, const uint8_t (*devices)[32],
                                     size_t n, bool recovery);
MUST_CHECK enum err own_chain_publish(struct own *o, struct step *s);

/* ---- own_group.c ---------------------------------------------------------------------------- */

MUST_CHECK enum err own_group(struct own *o, struct step *s, int64_t chat, struct mls_group **out);
/* Is it in the cache? */
bool own_group_is_open(const struct own *o, int64_t chat);
void own_group_close(struct own *o, int64_t chat);
void own_groups_close(struct own *o);
MUST_CHECK enum err own_chat_make(struct own *o, struct step *s, int type, struct slice name,
                                  int64_t person, const uint8_t *replaces, struct store_chat *out);
MUST_CHECK enum err own_wish(struct own *o, struct step *s, int64_t chat, enum own_wish kind,
                             struct slice data);
/* Works off wishes: asks for key packages or sends a commit. *busy: a commit waits. */
MUST_CHECK enum err own_group_work(struct own *o, struct step *s, const struct store_chat *c,
                                   struct own_box *box, bool *busy);
MUST_CHECK enum err own_group_answer(struct own *o, struct step *s, const struct own_ask *ask,
                                     uint8_t type, struct slice body, uint64_t failure);
/* Tag of an epoch that members can compare without opening each other's posts (e2ee-core.md 9.2).
 */
void own_branch_tag(uint8_t out[8], struct slice authenticator);
/* The person a wish is about; 0 when it is about something else. */
int64_t own_wish_person(const struct store_wish *w);
/* The first wish that is ready becomes the pending commit; *built: there is one now. */
MUST_CHECK enum err own_commit_build(struct own *o, struct step *s, const struct store_chat *c,
                                     const struct store_wish *wishes, size_t n, bool *built);
MUST_CHECK enum err own_commit_send(struct own *o, struct step *s, int64_t chat,
                                    const struct store_pending *p, const struct own_box *box);
/* Our commit won. */
MUST_CHECK enum err own_group_won(struct own *o, struct step *s, int64_t chat);
MUST_CHECK enum err own_group_lost(struct own *o, struct step *s, int64_t chat);
/* After any epoch change: keys of the epoch, members, room, notices. */
MUST_CHECK enum err own_group_entered(struct own *o, struct step *s, int64_t chat,
                                      const struct mls_commit_view *view);
/* A Welcome from the inbox. */
/* token: the contact token it came by, as its sender says. */
MUST_CHECK enum err own_group_welcome(struct own *o, struct step *s, struct slice welcome,
                                      struct slice token, uint64_t server_ms);
MUST_CHECK enum err own_request_answer(struct own *o, struct step *s, int64_t id, uint64_t answer,
                                       int64_t *chat);
/* A few groups a step, once a day each: what mls/group.h keeps of past epochs too long goes, not
 * before a chat has read all that waits for it; after a week without us, a new path for all
 * (e2ee-core.md 1). */
MUST_CHECK enum err own_group_sweep(struct own *o, struct step *s);
/* c is a chat with this person. Are there two (both sides added each other)? The room with the
 * smaller id stays, the other becomes its alias. */
MUST_CHECK enum err own_pair_settle(struct step *s, const struct store_chat *c, int64_t person);
/* The request of this person, if there is one or was: accepted. *chat 0: none. */
MUST_CHECK enum err own_request_wanted(struct own *o, struct step *s, int64_t person,
                                       int64_t *chat);
/* ---- own_repair.c ---------------------------------------------------------------------------- */

/* External commit into a mailbox whose bundle we can read (join link, recovery, repair). */
MUST_CHECK enum err own_group_rejoin(struct own *o, struct step *s, const struct store_chat *c);
MUST_CHECK enum err own_group_rejoin_info(struct own *o, struct step *s, int64_t chat,
                                          struct slice info);
/* It does not open, or is not there. After a few tries others are asked to take us in again (a
 * group), or a new room takes the place of this one (a chat of two, or with myself). */
MUST_CHECK enum err own_repair_failed(struct own *o, struct step *s, int64_t chat);
/* c takes the place of old, with all that was said. */
MUST_CHECK enum err own_chat_succeed(struct own *o, struct step *s, const struct store_chat *old,
                                     const struct store_chat *c);
/* Somebody asks to be taken in again. */
MUST_CHECK enum err own_readd_take(struct own *o, struct step *s, int64_t from, struct slice in);

/* ---- own_leave.c ----------------------------------------------------------------------------- */

/* Shown as left at once; the others take our devices out when they can. Who ran the group alone
 * leaves it to somebody else first. ERR_STATE: not an open group. */
MUST_CHECK enum err own_group_leave(struct own *o, struct step *s, int64_t chat);
/* Another device of mine leaves: we do, too. said: the epoch our removal was proposed in, plus 1;
 * 0: it was not. */
MUST_CHECK enum err own_leave_too(struct own *o, struct step *s, const struct store_chat *c,
                                  uint64_t said);
/* The wish of a group we leave, when it is its turn. */
MUST_CHECK enum err own_leave_work(struct own *o, struct step *s, const struct store_chat *c,
                                   const struct store_wish *w);
/* We are out: what was still to be sent has failed. A deleted chat goes. */
MUST_CHECK enum err own_group_left(struct own *o, struct step *s, int64_t chat);
/* What was said up to that time (server's, ms) goes. A group is left; a chat of two goes on and is
 * listed again when something is said. ERR_STATE: notes to self. */
MUST_CHECK enum err own_chat_delete(struct own *o, struct step *s, int64_t chat, int64_t upto_ms);

const struct mls_policy *own_policy(struct own *o, struct step *s);
/* Rows of a chat as mls/group.h wants them; rows lives as long as the storage. */
void own_group_storage(struct mls_storage *out, struct own_rows *rows);
/* Builds the external commit into the chat's rows; and the frame that carries it. */
MUST_CHECK enum err own_group_external(struct own *o, struct step *s, int64_t chat,
                                       struct mls_external_params *p, struct mls_group **out,
                                       struct slice *commit);
MUST_CHECK enum err own_group_external_frame(struct own *o, struct step *s,
                                             const struct store_chat *c, struct mls_group *g,
                                             struct slice commit, uint64_t epoch,
                                             const uint8_t outer_key[32],
                                             const uint8_t write_seed[32], struct slice branch);
/* Account of a leaf (its credential). */
MUST_CHECK enum err own_leaf_person(struct own *o, struct step *s, const struct mls_leaf_view *leaf,
                                    int64_t *person);

/* Outer layer: out = nonce 12 || ciphertext || tag 16. kind as frame_kind. */
MUST_CHECK enum err own_outer_seal(struct arena *a, const uint8_t key[32],
                                   const uint8_t mailbox[16], uint64_t epoch, uint8_t kind,
                                   struct slice in, struct slice *out);
MUST_CHECK enum err own_outer_open(struct arena *a, const uint8_t key[32],
                                   const uint8_t mailbox[16], uint64_t epoch, uint8_t kind,
                                   struct slice in, struct slice *out);

/* ---- own_send.c ----------------------------------------------------------------------------- */

/* Queues content for a chat and tries to send it. message 0: silent. */
MUST_CHECK enum err own_send(struct own *o, struct step *s, int64_t chat, int64_t message,
                             struct slice content, const uint8_t mid[32], bool hold);
MUST_CHECK enum err own_send_work(struct own *o, struct step *s, const struct store_chat *c,
                                  struct own_box *box);
MUST_CHECK enum err own_send_answer(struct own *o, struct step *s, const struct own_ask *ask,
                                    uint8_t type, struct slice body, uint64_t failure);
MUST_CHECK enum err own_typing(struct own *o, struct step *s, int64_t chat, bool on);

/* ---- own_receive.c -------------------------------------------------------------------------- */

MUST_CHECK enum err own_deliver(struct own *o, struct step *s, const struct frame_deliver *d);
MUST_CHECK enum err own_ephemeral(struct own *o, struct step *s, const struct frame_ephemeral *e);

/* ---- own_content.c -------------------------------------------------------------------------- */

/* Message id of content in a chat as sent by `account`. */
MUST_CHECK enum err own_mid(struct step *s, const uint8_t account[32], const uint8_t room[16],
                            struct slice content, uint8_t out[32]);
bool own_type_is(struct slice type, const char *name);
/* The chat whose timeline shows what arrives in c. */
int64_t own_shown_in(const struct store_chat *c);
/* Silent content of one of our types. */
MUST_CHECK enum err own_send_private(struct own *o, struct step *s, int64_t chat, const char *type,
                                     struct slice body);
void own_statuses_soon(struct own *o, struct step *s);
MUST_CHECK enum err own_status_take(struct step *s, int64_t chat, int64_t from, struct slice in);
/* Takes one opened message: stores and shows it. from: person. */
MUST_CHECK enum err own_content_take(struct own *o, struct step *s, const struct store_chat *c,
                                     int64_t from, uint64_t server_ms, struct slice data);
MUST_CHECK enum err own_content_text(struct own *o, struct step *s, int64_t chat, struct slice text,
                                     int64_t reply_to, const uint64_t *mentions, size_t mention_n,
                                     int64_t *message);
MUST_CHECK enum err own_content_edit(struct own *o, struct step *s, int64_t message,
                                     struct slice text);
MUST_CHECK enum err own_content_delete(struct own *o, struct step *s, int64_t message,
                                       bool everyone);
MUST_CHECK enum err own_content_react(struct own *o, struct step *s, int64_t message,
                                      struct slice emoji);
MUST_CHECK enum err own_content_profile(struct own *o, struct step *s, int64_t chat);
MUST_CHECK enum err own_content_picture(struct own *o, struct step *s, int64_t chat);
MUST_CHECK enum err own_content_read(struct own *o, struct step *s, int64_t chat, int64_t message);
MUST_CHECK enum err own_content_statuses(struct own *o, struct step *s);
MUST_CHECK enum err own_content_sync(struct own *o, struct step *s, struct slice body);
/* A line of the timeline about what happened. text: who or what; may be empty. */
MUST_CHECK enum err own_notice(struct step *s, int64_t chat, int notice, int64_t person,
                               struct slice text, uint64_t at_ms);
/* Deletes what has expired; *next: when the next one does (0 none). */
MUST_CHECK enum err own_content_expire(struct own *o, struct step *s, uint64_t *next_ms);

/* ---- own_people.c --------------------------------------------------------------------------- */

/* Adds the person of a link: a pair chat that waits for their answer. ERR_STATE_OWN: my own. */
/* Somebody who knows us came by the link of a group. */
MUST_CHECK enum err own_join_take(struct own *o, struct step *s, int64_t from, struct slice in);
MUST_CHECK enum err own_add(struct own *o, struct step *s, struct slice link, int64_t *chat);
void own_account_guess(uint8_t out[32], const uint8_t fingerprint[20]);
MUST_CHECK enum err own_account_known(struct own *o, struct step *s, int64_t *person,
                                      const uint8_t account[32]);
/* name NULL and timer_s UINT64_MAX keep. ERR_AUTH_POLICY when only admins may. */
MUST_CHECK enum err own_room_change(struct own *o, struct step *s, int64_t chat,
                                    const struct slice *name, uint64_t timer_s);
MUST_CHECK enum err own_room_role(struct own *o, struct step *s, int64_t chat, int64_t person,
                                  bool admin);
MUST_CHECK enum err own_device_revoke(struct own *o, struct step *s, struct slice device);
MUST_CHECK enum err own_devices_everywhere(struct own *o, struct step *s);

/* Asks the gateway for the chains of others that are due: never seen, or their devices changed. */
MUST_CHECK enum err own_chains_work(struct own *o, struct step *s);
MUST_CHECK enum err own_chains_answer(struct own *o, struct step *s, int64_t person,
                                      struct slice body, uint64_t failure);

/* ---- own_record.c --------------------------------------------------------------------------- */

MUST_CHECK enum err own_record_person(struct step *s, struct buf *b, int64_t id, bool with_picture);
MUST_CHECK enum err own_record_chat(struct step *s, struct buf *b, int64_t id, bool keys);
MUST_CHECK enum err own_record_message(struct step *s, struct buf *b, int64_t id);
/* A sealed chunk of a file of the message with this id in this room. */
MUST_CHECK enum err own_record_chunk(struct step *s, struct slice room, struct slice mid,
                                     uint64_t n, struct slice bytes, struct slice *out);
/* Imports one. What is there already stays. */
MUST_CHECK enum err own_record_take(struct own *o, struct step *s, struct slice record);

/* ---- own_sync.c: to my other devices -------------------------------------------------------- */

MUST_CHECK enum err own_sync_read(struct own *o, struct step *s, const uint8_t room[16],
                                  const uint8_t mid[32]);
MUST_CHECK enum err own_sync_person(struct own *o, struct step *s, int64_t person);
MUST_CHECK enum err own_sync_chat(struct own *o, struct step *s, int64_t chat, struct slice column,
                                  uint64_t value);
MUST_CHECK enum err own_sync_request(struct own *o, struct step *s, struct slice room,
                                     uint64_t answer);
MUST_CHECK enum err own_sync_profile(struct own *o, struct step *s);
MUST_CHECK enum err own_sync_device(struct own *o, struct step *s, struct slice name);
/* "UPDATE chat SET x=? WHERE id=?" of a column the page may set; NULL when unknown. */
const char *own_chat_column(struct slice name);

/* ---- own_file.c ----------------------------------------------------------------------------- */

MUST_CHECK enum err own_file_begin(struct own *o, struct step *s,
                                   const struct abi_op_file_begin *op, int64_t *message);
MUST_CHECK enum err own_file_chunk(struct own *o, struct step *s,
                                   const struct abi_op_file_chunk *op);
MUST_CHECK enum err own_file_cancel(struct own *o, struct step *s, int64_t message);
MUST_CHECK enum err own_file_fetch(struct own *o, struct step *s, int64_t message);
/* Emits `chunk` effects from `offset` on, a bounded number a step; *more when not at the end. */
MUST_CHECK enum err own_file_read(struct own *o, struct step *s, int64_t message, uint64_t offset);
/* Moves uploads and downloads on. */
MUST_CHECK enum err own_file_work(struct own *o, struct step *s);
MUST_CHECK enum err own_file_answer(struct own *o, struct step *s, const struct own_ask *ask,
                                    uint8_t type, struct slice body, uint64_t failure);
/* Chunk n of a file that is not here, from elsewhere than the gateway; the last one settles it. */
MUST_CHECK enum err own_file_give(struct step *s, int64_t message, int64_t n, struct slice bytes);

/* ---- own_link.c, own_recover.c -------------------------------------------------------------- */

/* New device: makes keys and the code to show. */
MUST_CHECK enum err own_link_begin(struct own *o, struct step *s, struct slice gateway,
                                   struct slice device_name, struct slice *code);
/* Old device: the code was scanned or typed. */
MUST_CHECK enum err own_link_accept(struct own *o, struct step *s, struct slice code);
void own_link_cancel(struct own *o, struct step *s);
/* Frames and state of a link under way; *taken when the frame belonged to it. */
MUST_CHECK enum err own_link_deliver(struct own *o, struct step *s, const struct frame_deliver *d,
                                     bool *taken);
MUST_CHECK enum err own_link_answer(struct own *o, struct step *s, const struct own_ask *ask,
                                    uint8_t type, struct slice body, uint64_t failure);
MUST_CHECK enum err own_link_work(struct own *o, struct step *s);

/* Recovery: the record on the gateway (chat list, contacts, account seed) sealed under the code. */
MUST_CHECK enum err own_recover_begin(struct own *o, struct step *s, struct slice code,
                                      struct slice gateway, struct slice device_name);
MUST_CHECK enum err own_recover_answer(struct own *o, struct step *s, const struct own_ask *ask,
                                       uint8_t type, struct slice body, uint64_t failure);
/* ANON is ready and a recovery is under way: asks for the record. */
MUST_CHECK enum err own_recover_ask(struct own *o, struct step *s);
MUST_CHECK enum err own_recover_chain(struct own *o, struct step *s, const struct wire_chain *w);
/* Uploads the record when something in it changed. */
MUST_CHECK enum err own_recover_work(struct own *o, struct step *s);
void own_recover_touch(struct step *s);

#endif
