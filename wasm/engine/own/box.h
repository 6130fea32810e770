/* The chats' mailboxes that are open on the anonymous line. */
#ifndef SOTTO_ENGINE_OWN_BOX_H
#define SOTTO_ENGINE_OWN_BOX_H
#include "engine/engine.h"
#include "engine/own/state.h"

void own_boxes_forget(struct own *o);
struct own_box *own_box(struct own *o, int64_t chat, bool make);
struct own_box *own_box_of_handle(struct own *o, uint32_t handle);
/* Closes it; the next work of the chat opens it again and gets everything after the cursor
 * again. */
MUST_CHECK enum err own_box_reopen(struct own *o, struct step *s, struct own_box *box);
/* The same, because what came does not follow what we have: at once, but not over and over. */
MUST_CHECK enum err own_box_again(struct own *o, struct step *s, struct own_box *box);
/* Where the log has been read to. */
void own_box_at(struct own_box *box, const struct step *s, int64_t cursor);
/* At an alarm: those that were not done at once. */
MUST_CHECK enum err own_boxes_again(struct own *o, struct step *s);
/* Signs for posts of this epoch (frame.h, write), unless this connection has done so. Posts may
 * follow at once; they get the answers. */
MUST_CHECK enum err own_box_may_write(struct own *o, struct step *s, struct own_box *box,
                                      const uint8_t mailbox[16], uint64_t epoch,
                                      const uint8_t write_seed[32]);
/* The same for a mailbox that belongs to no chat. */
MUST_CHECK enum err own_write(struct own *o, struct step *s, uint32_t handle,
                              const uint8_t mailbox[16], uint64_t epoch,
                              const uint8_t write_seed[32]);

#endif
