/* One frame to the gateway: whether its line is ready, the gateway's name in signatures,
 * sending. */
#ifndef SOTTO_ENGINE_OWN_FRAME_H
#define SOTTO_ENGINE_OWN_FRAME_H
#include "engine/engine.h"
#include "engine/own/state.h"
#include "schema/frame.h"
#include "schema/gen/wire.h"

/* host[:port] of the gateway, which the signature of AUTH names. */
struct slice own_frame_origin(struct own *o);
bool own_ready(const struct own *o, int conn);
/* Sends one frame; encode with the put functions into `body` of the arena. */
MUST_CHECK enum err own_frame(struct own *o, struct step *s, int conn, enum frame_type type,
                              uint32_t request, struct slice body);

#endif
