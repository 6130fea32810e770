/* What two people compared, as it is shown: of whom it holds, since when, and whether it is to be
 * done again. What is compared, numbers, emoji or a code, and how, is the network's own; it says
 * here what came of it. The page is told of the person and of their chat, if they have one, unless
 * it says otherwise.
 *
 * person: the id of a row. Slices stay the caller's. A person who is not there is no error, unless
 * it says so. */
#ifndef SOTTO_ENGINE_VERIFY_H
#define SOTTO_ENGINE_VERIFY_H
#include "engine/engine.h"

/* What was compared, when, and on which device of mine: of the network's own making. */
struct verify_word {
    struct slice of, by;
    int64_t ms;
};
/* Compared here: it holds from now on, and of two keys it is known which is theirs. */
MUST_CHECK enum err verify_done(struct step *s, int64_t person, const struct verify_word *w);
/* The same on another device of mine: taken only where nothing is to be compared again and there
 * are no two keys. */
MUST_CHECK enum err verify_done_there(struct step *s, int64_t person, const struct verify_word *w);
/* The person says that it holds no more. */
MUST_CHECK enum err verify_undo(struct step *s, int64_t person);
/* The same on another device of mine: what is to be compared again stays so. */
MUST_CHECK enum err verify_undo_there(struct step *s, int64_t person);
/* What this device of mine compared holds no more. Nobody is told. */
MUST_CHECK enum err verify_device_gone(struct step *s, struct slice by);

/* Their keys are others now: to be compared again, if it ever was. */
MUST_CHECK enum err verify_again(struct step *s, int64_t person);
/* Two keys claim to be theirs: nothing is said to them until it is known which is; on false it is.
 */
MUST_CHECK enum err verify_fork(struct step *s, int64_t person, bool on);
/* As it stood with another device of mine. how: enum abi_verified. */
MUST_CHECK enum err verify_brought(struct step *s, int64_t person, enum abi_verified how,
                                   const struct verify_word *w);

#endif
