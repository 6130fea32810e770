/* What two people compared, as it is shown: whom it is valid for, since when, and whether it must
 * be done again. What is compared (numbers, emoji or a code) and how is up to the network, which
 * reports the outcome here. These calls tell the page about the person and their chat, if they have
 * one, unless stated otherwise.
 *
 * person: the id of a row. Slices stay the caller's. A missing person is no error, unless
 * stated. */
#ifndef SOTTO_ENGINE_VERIFY_H
#define SOTTO_ENGINE_VERIFY_H
#include "engine/engine.h"

/* What was compared, when, and on which device of mine, in bytes only the network understands. */
struct verify_word {
    struct slice of, by;
    int64_t ms;
};
/* Compared here: it is valid from now on, and of two keys we know which is theirs. */
MUST_CHECK enum err verify_done(struct step *s, int64_t person, const struct verify_word *w);
/* The same on another device of mine: taken only if nothing must be compared again and there are no
 * two keys. */
MUST_CHECK enum err verify_done_there(struct step *s, int64_t person, const struct verify_word *w);
/* The person says that it is no longer valid. */
MUST_CHECK enum err verify_undo(struct step *s, int64_t person);
/* The same on another device of mine; has no effect if they must be compared again. */
MUST_CHECK enum err verify_undo_there(struct step *s, int64_t person);
/* What this device of mine compared is no longer valid. Does not tell the page. */
MUST_CHECK enum err verify_device_gone(struct step *s, struct slice by);

/* Their keys have changed: if they were ever compared, it must be done again. */
MUST_CHECK enum err verify_again(struct step *s, int64_t person);
/* Two keys claim to be theirs: nothing is sent to them until we know which is; on false: we do. */
MUST_CHECK enum err verify_fork(struct step *s, int64_t person, bool on);
/* As another device of mine had it. how: enum abi_verified. */
MUST_CHECK enum err verify_brought(struct step *s, int64_t person, enum abi_verified how,
                                   const struct verify_word *w);

#endif
