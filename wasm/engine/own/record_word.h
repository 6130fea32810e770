/* The part of a message's record (record.h) that says where it stands and which word it is: place,
 * the sender's and the gateway's time, number and id of the edit shown, leaf; for a notice about
 * the room, who caused it. */
#ifndef SOTTO_ENGINE_OWN_RECORD_WORD_H
#define SOTTO_ENGINE_OWN_RECORD_WORD_H
#include "base/buf.h"
#include "engine/engine.h"
#include "store/chat.h"
#include "store/message.h"

#define OWN_RECORD_WORD_ITEMS 11

struct own_record_word {
    uint64_t place, said_ms, server_ms, edit_n, run, counter;
    struct slice edit_mid, device, by;
    uint64_t by_how;
    bool removed;
};

MUST_CHECK enum err own_record_word_put(struct step *s, struct buf *b,
                                        const struct store_message *m);
MUST_CHECK enum err own_record_word_read(struct slice *in, struct own_record_word *w);
/* From now on the word is known, so it is not shown again; m gets what the record says. */
MUST_CHECK enum err own_record_word_know(struct step *s, const struct store_chat *c,
                                         const struct own_record_word *r, struct store_message *m);

#endif
