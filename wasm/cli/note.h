/* What a chat says above its messages (abi.cddl, chat_view.note), in English. */
#ifndef SOTTO_CLI_NOTE_H
#define SOTTO_CLI_NOTE_H
#include "base/slice.h"

/* Empty: nothing, or a note that is not known here. */
struct slice cli_note_says(uint64_t note);
/* What `sotto settle CHAT` takes for it; empty: there is nothing to be said to it here. */
struct slice cli_note_settle(uint64_t note);
/* How op_room_settle names that. False: no such word. */
bool cli_note_how(struct slice word, uint64_t *how);

#endif
