#include "cli/note.h"

static const char *const settles[] = {"new", "other", "again", "on"}; /* by op_room_settle.how */
#define UNSETTLED (-1)

static const struct note {
    const char *says;
    int how;
} notes[] = {
    [1] = {"a change could not be followed; this device comes in again", UNSETTLED},
    [2] = {"the account was recovered, or has a new code: compare again", UNSETTLED},
    [3] = {"this device cannot come in again by itself; others have been asked", UNSETTLED},
    [4] = {"there are two versions of their devices; nothing is sent until it was looked at",
           UNSETTLED},
    [5] = {"messages are kept until a device of theirs is there", UNSETTLED},
    [6] = {"a device that was removed is taken out first; then messages go", UNSETTLED},
    [7] = {"the room is stopped; what was said is safe", 0},
    [8] = {"somebody tried to put another room in the place of this one", 1},
    [9] = {"this device cannot come in again by itself; what was said is safe", 0},
    [10] = {"no device of theirs has answered for three days; what was said is kept", 2},
    [11] = {"a new room was made in the place of this one", 1},
    [12] = {"the gateway leaves something out, and nothing behind it is shown", 3},
};

static const struct note *find(uint64_t note)
{
    return note > 0 && note < sizeof notes / sizeof notes[0] ? &notes[note] : NULL;
}

struct slice cli_note_says(uint64_t note)
{
    const struct note *n = find(note);
    return n == NULL ? SLICE_LITERAL("") : slice_of_string(n->says);
}

struct slice cli_note_settle(uint64_t note)
{
    const struct note *n = find(note);
    return n == NULL || n->how == UNSETTLED ? SLICE_LITERAL("") : slice_of_string(settles[n->how]);
}

bool cli_note_how(struct slice word, uint64_t *how)
{
    for (*how = 0; *how < sizeof settles / sizeof settles[0]; (*how)++) {
        if (slice_equal(word, slice_of_string(settles[*how]))) {
            return true;
        }
    }
    return false;
}
