#include "cli/note.h"

#include "schema/gen/abi_enum.h"

static const char *const settles[] = {
    [ABI_SETTLE_ANEW] = "new",
    [ABI_SETTLE_ASIDE] = "other",
    [ABI_SETTLE_AGAIN] = "again",
    [ABI_SETTLE_GO_ON] = "on",
};
#define UNSETTLED (-1)

static const struct note {
    const char *says;
    int how;
} notes[] = {
    [ABI_CHAT_NOTE_FORKED] = {"a change could not be followed; this device comes in again",
                              UNSETTLED},
    [ABI_CHAT_NOTE_KEY_CHANGED] = {"the account was recovered, or has a new code: compare again",
                                   UNSETTLED},
    [ABI_CHAT_NOTE_READD_ASKED] =
        {"this device cannot come in again by itself; others have been asked", UNSETTLED},
    [ABI_CHAT_NOTE_FORK] =
        {"there are two versions of their devices; nothing is sent until it was looked at",
         UNSETTLED},
    [ABI_CHAT_NOTE_ALONE] = {"messages are kept until a device of theirs is there", UNSETTLED},
    [ABI_CHAT_NOTE_REMOVAL] = {"a device that was removed is taken out first; then messages go",
                               UNSETTLED},
    [ABI_CHAT_NOTE_STOPPED] = {"the room is stopped; what was said is safe", ABI_SETTLE_ANEW},
    [ABI_CHAT_NOTE_OTHER_ROOM] = {"somebody tried to put another room in the place of this one",
                                  ABI_SETTLE_ASIDE},
    [ABI_CHAT_NOTE_LOST] = {"this device cannot come in again by itself; what was said is safe",
                            ABI_SETTLE_ANEW},
    [ABI_CHAT_NOTE_NO_LIFE] =
        {"no device of theirs has answered for three days; what was said is kept",
         ABI_SETTLE_AGAIN},
    [ABI_CHAT_NOTE_NEW_ROOM] = {"a new room was made in the place of this one", ABI_SETTLE_ASIDE},
    [ABI_CHAT_NOTE_LEFT_OUT] = {"the gateway leaves something out, and nothing behind it is shown",
                                ABI_SETTLE_GO_ON},
};

static const struct note *find(uint64_t note)
{
    return note != ABI_CHAT_NOTE_NONE && note < sizeof notes / sizeof notes[0] ? &notes[note]
                                                                               : NULL;
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
