/* Attachments on their way to and from the gateway (engine/file.h has what is kept and shown of
 * them). */
#ifndef SOTTO_ENGINE_OWN_FILE_H
#define SOTTO_ENGINE_OWN_FILE_H
#include "engine/engine.h"
#include "engine/own/state.h"

MUST_CHECK enum err own_file_begin(struct own *o, struct step *s,
                                   const struct abi_op_file_begin *op, int64_t *message);
MUST_CHECK enum err own_file_chunk(struct own *o, struct step *s,
                                   const struct abi_op_file_chunk *op);
/* On its way out: drops the message and the blob. Coming: requests no more until it is fetched
 * again. Otherwise no effect. */
MUST_CHECK enum err own_file_cancel(struct own *o, struct step *s, int64_t message);
MUST_CHECK enum err own_file_fetch(struct own *o, struct step *s, int64_t message);
/* As file_read_from. */
MUST_CHECK enum err own_file_read(struct own *o, struct step *s, int64_t message, uint64_t offset);
/* Continues uploads and downloads. */
MUST_CHECK enum err own_file_work(struct own *o, struct step *s);
MUST_CHECK enum err own_file_answer(struct own *o, struct step *s, const struct own_ask *ask,
                                    uint8_t type, struct slice body, uint64_t failure);
/* Takes chunk n of a file that is not here, from elsewhere than the gateway; the last one settles
 * it. */
MUST_CHECK enum err own_file_give(struct step *s, int64_t message, int64_t n, struct slice bytes);

#endif
