/* What is still to be sent or done: sealed messages, wishes about groups, the pending commit. */
#ifndef SOTTO_STORE_OUTBOX_H
#define SOTTO_STORE_OUTBOX_H
#include "store/sql.h"

struct store_out {
    int64_t id, chat, message; /* message 0: silent */
    struct slice content;      /* MIMI content */
    uint8_t mid[32];
    bool is_sealed;
    uint64_t epoch;
    struct slice sealed; /* outer ciphertext */
    uint8_t branch[8];
    int64_t sealed_ms;
    int64_t tries;   /* how often it was resealed */
    int64_t about;   /* the message it shows or changes; 0 none */
    int64_t said_ms; /* when the person said it */
    int64_t counter; /* of the word, the same at every sealing; -1: none yet */
    bool has_prev;   /* prev: hash of the word before it */
    uint8_t prev[32];
    uint8_t hash[32]; /* of the content, set at the first sealing; content is empty when the word
                         was given up */
};
MUST_CHECK enum err store_outbox_put(struct store *s, int64_t chat, int64_t message,
                                     struct slice content, const uint8_t mid[32], bool hold,
                                     int64_t about, int64_t said_ms, int64_t *id);
/* Its position among the words of our leaf: counter, prev, hash. */
MUST_CHECK enum err store_outbox_number(struct store *s, const struct store_out *o);
/* Given up: it goes out empty, or not at all if it has no counter. */
MUST_CHECK enum err store_outbox_empty(struct store *s, int64_t id);
/* We come in as a new leaf, so what waits loses its counter. */
MUST_CHECK enum err store_outbox_anew(struct store *s, int64_t chat);
MUST_CHECK enum err store_outbox_seal(struct store *s, int64_t id, uint64_t epoch,
                                      struct slice sealed, const uint8_t branch[8], int64_t now_ms);
/* Unseals it: the gateway refused the bytes for good (stale epoch). */
MUST_CHECK enum err store_outbox_unseal(struct store *s, int64_t id);
/* The first entries of a chat after `after_id`, in order, without those held or kept. */
MUST_CHECK enum err store_outbox_list(struct store *s, struct arena *a, int64_t chat,
                                      int64_t after_id, size_t limit, struct store_out **out,
                                      size_t *n);
/* The chat's next entry after `after_id` whose content contains these bytes. ERR_GONE: none. */
MUST_CHECK enum err store_outbox_next_with(struct store *s, struct arena *a, int64_t chat,
                                           int64_t after_id, struct slice bytes, int64_t *id,
                                           struct slice *content);
/* Replaces the content; only before it is first sealed. */
MUST_CHECK enum err store_outbox_set_content(struct store *s, int64_t id, struct slice content);
MUST_CHECK enum err store_outbox_done(struct store *s, int64_t id);
/* It was posted. A word in a chat of two is kept (*kept), and no longer listed, while no device of
 * the other side has given a sign of life; for all else the caller calls done. */
MUST_CHECK enum err store_outbox_keep(struct store *s, int64_t id, int64_t now_ms, bool *kept);
/* Sends kept words again, resealed as the same words. *n: how many. */
MUST_CHECK enum err store_outbox_release(struct store *s, int64_t chat, int64_t *n);
/* Drops what was kept and returns the messages it showed, at most `max`; call again until *n is
 * below it. */
MUST_CHECK enum err store_outbox_heard(struct store *s, int64_t chat, int64_t *messages, size_t max,
                                       size_t *n);
/* Restarts the time since which things are kept. */
MUST_CHECK enum err store_outbox_keep_on(struct store *s, int64_t chat, int64_t now_ms);
/* The entry sealed as these bytes, and the message it shows (0: none). ERR_GONE. */
MUST_CHECK enum err store_outbox_sealed_as(struct store *s, int64_t chat, struct slice sealed,
                                           int64_t *id, int64_t *message);
/* The message it shows, 0: none. ERR_GONE: no longer in the outbox. */
MUST_CHECK enum err store_outbox_message(struct store *s, int64_t id, int64_t *message);
/* Drops everything still to be sent in the chat. */
MUST_CHECK enum err store_outbox_clear(struct store *s, int64_t chat);
/* How many wait to be posted; and how many of those show or change a message. */
MUST_CHECK enum err store_outbox_waiting(struct store *s, int64_t chat, int64_t *n);
MUST_CHECK enum err store_outbox_waiting_words(struct store *s, int64_t chat, int64_t *n);
/* How many contents there are that are not held; one-byte marks do not count. */
MUST_CHECK enum err store_outbox_contents(struct store *s, int64_t chat, int64_t *n);
/* Do we want nothing more from the gateway: no posts, wishes about groups or my chain, files under
 * way, packages and links to tell it of, registering? */
MUST_CHECK enum err store_outbox_idle(struct store *s, bool *idle);

struct store_wish {
    int64_t id, chat;
    int kind, stage;
    struct slice data, extra;
    int64_t tries, not_before;
};
MUST_CHECK enum err store_wish_add(struct store *s, int64_t chat, int kind, struct slice data,
                                   int64_t *id);
MUST_CHECK enum err store_wish_list(struct store *s, struct arena *a, int64_t chat,
                                    struct store_wish **out, size_t *n);
MUST_CHECK enum err store_wish_set(struct store *s, int64_t id, int stage, struct slice extra);
MUST_CHECK enum err store_wish_delay(struct store *s, int64_t id, int64_t tries,
                                     int64_t not_before);
MUST_CHECK enum err store_wish_drop(struct store *s, int64_t id);

struct store_pending {
    uint64_t epoch;
    struct slice frame; /* body of the COMMIT frame */
    uint8_t body_hash[32];
    struct slice wishes; /* ids of the wishes it fulfils, 8 bytes each */
};
MUST_CHECK enum err store_pending_put(struct store *s, int64_t chat, const struct store_pending *p);
MUST_CHECK enum err store_pending_get(struct store *s, struct arena *a, int64_t chat,
                                      struct store_pending *out);
MUST_CHECK enum err store_pending_drop(struct store *s, int64_t chat);

/* Hashes of our own posts, to recognise them in the log. e: NULL for what is no word. */
struct store_echo {
    bool known;
    int64_t leaf, counter;
    uint8_t mid[32]; /* of a word */
};
MUST_CHECK enum err store_echo_put(struct store *s, int64_t chat, const uint8_t hash[32],
                                   const struct store_echo *e);
/* Takes it out; out->known: it was there. */
MUST_CHECK enum err store_echo_take(struct store *s, int64_t chat, const uint8_t hash[32],
                                    struct store_echo *out);
#endif
