/* Outgoing messages: application data, proposals, commits.
 *
 * A message key is durable before its ciphertext leaves: the ratchet row is written first.
 * Source: RFC 9420, 6, 12.1, 12.4.1. */
#ifndef SOTTO_MLS_SEND_H
#define SOTTO_MLS_SEND_H
#include "mls/stage.h"

/* The work of mls_group_protect. */
MUST_CHECK enum err mls_send_application(struct mls_group *g, struct arena *arena,
                                         struct slice authenticated_data, struct slice data,
                                         struct slice *message);
/* The work of mls_group_propose. */
MUST_CHECK enum err mls_send_proposal(struct mls_group *g, struct arena *arena,
                                      const struct mls_process_params *params,
                                      const struct mls_proposal *proposal,
                                      const struct mls_identity *identity, struct slice *message);
/* The work of mls_group_commit. */
MUST_CHECK enum err mls_send_commit(struct mls_group *g, struct arena *arena,
                                    const struct mls_commit_params *params, struct mls_commit *out);
/* The work of mls_group_external_propose. */
MUST_CHECK enum err mls_send_external_proposal(struct arena *arena,
                                               const struct mls_external_proposal *params,
                                               struct slice *message);

/* A Proposal that needs no key of ours (everything but Update), encoded. */
MUST_CHECK enum err mls_send_put_proposal(struct arena *arena, struct slice *out,
                                          const struct crypto_suite *suite,
                                          const struct mls_proposal *proposal);
/* Content and signature of a message from a leaf of this epoch. */
MUST_CHECK enum err mls_send_sign(struct arena *arena, struct mls_content_auth *auth,
                                  struct slice *content_raw, struct slice *tbs,
                                  const struct mls_content *content,
                                  enum mls_wire_format wire_format, struct slice context,
                                  const struct crypto_sign_pair *key);

#endif
