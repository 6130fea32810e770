/* Parts of a step that may fail alone. */
#ifndef SOTTO_ENGINE_OWN_PART_H
#define SOTTO_ENGINE_OWN_PART_H
#include "engine/engine.h"
#include "engine/own/grave.h"
#include "engine/own/state.h"

/* A part of a step that may fail alone (one frame, one message): if it ends with an error that is
 * not grave, what it wrote and sent is undone, its questions count as never asked, and open groups
 * are loaded again. */
struct own_part {
    size_t effects;
    uint32_t first; /* number of the first question it may ask */
};

MUST_CHECK enum err own_part_begin(const struct own *o, struct step *s, struct own_part *part);
MUST_CHECK enum err own_part_end(struct own *o, struct step *s, const struct own_part *part,
                                 enum err e);

#endif
