/* Incoming messages: application data, proposals, commits.
 *
 *   read -> group, epoch -> sender -> (open) -> signature -> by content:
 *     application  the key is marked used, data goes out
 *     proposal     verified and stored
 *     commit       on a copy (stage.h), then mls_group_state_advance
 *
 * Source: RFC 9420, 6, 12.1, 12.4.2. */
#ifndef SOTTO_MLS_RECEIVE_H
#define SOTTO_MLS_RECEIVE_H
#include "mls/stage.h"

/* The work of mls_group_process. */
MUST_CHECK enum err mls_receive_message(struct mls_group *g, struct arena *arena,
                                        const struct mls_process_params *params,
                                        struct slice message, struct mls_event *event);

#endif
