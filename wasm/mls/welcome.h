/* GroupInfo, GroupSecrets and Welcome: written by a committer, opened by a joiner.
 * Source: RFC 9420, 12.4.3, 12.4.3.1. */
#ifndef SOTTO_MLS_WELCOME_H
#define SOTTO_MLS_WELCOME_H
#include "mls/stage.h"

/* GroupInfo, read without copying. */
struct mls_group_info {
    struct slice tbs; /* everything but the signature */
    struct slice context_raw;
    struct mls_group_context context;
    uint16_t suite;
    struct slice extension_list;
    struct slice confirmation_tag;
    uint32_t signer;
    struct slice signature;
};

/* What goes into the GroupInfo of an epoch. */
struct mls_welcome_info {
    bool with_tree, external_pub;
    struct mls_extensions extra;
};

/* Signed with the epoch's own signature key. GroupInfo without a header. */
MUST_CHECK enum err mls_welcome_put_info(struct arena *arena, struct slice *out,
                                         const struct mls_epoch *e,
                                         const struct mls_welcome_info *info);
/* V2-V4: one GroupInfo and nothing after it. */
MUST_CHECK enum err mls_welcome_get_info(struct slice in, struct mls_group_info *out);
/* V81: the signer's leaf in this tree. */
MUST_CHECK enum err mls_welcome_verify_info(struct arena *scratch,
                                            const struct mls_group_info *info,
                                            const struct mls_tree *tree);
/* MLSMessage(welcome) for everyone the staged commit adds; empty if it adds nobody. */
MUST_CHECK enum err mls_welcome_create(struct arena *arena, struct slice *out,
                                       const struct mls_stage *s, struct slice group_info);

/* A Welcome opened with our key package. */
struct mls_welcome_opened {
    const struct crypto_suite *suite;
    struct mls_package package;
    struct mls_package_secret secret;
    struct mls_secret joiner;
    bool has_path_secret;
    struct mls_secret path_secret;
    struct mls_psk_id *psk_ids;
    size_t psk_n;
    struct mls_secret psk_secret;
    struct mls_group_info info;
};
/* V80, V75, V91 (at most one reinit or branch PSK). Wipe the result. */
MUST_CHECK enum err mls_welcome_open(struct arena *arena, struct mls_welcome_opened *out,
                                     const struct mls_join_params *params);

/* ---- the interface ---- */

/* Finds which of our KeyPackageRefs this Welcome names: its index, or ERR_GONE. */
MUST_CHECK enum err mls_welcome_find(struct slice welcome, const struct slice *refs, size_t n,
                                     size_t *index);
/* The same Welcome, but with the secrets of these joiners only (one Welcome per account). */
MUST_CHECK enum err mls_welcome_split(struct arena *arena, struct slice welcome,
                                      const struct slice *refs, size_t n, struct slice *out);
/* GroupInfo extensions of a Welcome, decrypted with our package, before joining. */
MUST_CHECK enum err mls_welcome_peek(struct arena *arena, const struct mls_join_params *params,
                                     struct mls_extensions *group_info_extensions,
                                     struct slice *group_id);

#endif
