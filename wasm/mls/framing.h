/* Framing: MLSMessage, FramedContent and its authentication, PublicMessage and PrivateMessage.
 *
 * Everything here is pure: bytes, keys and a group context in; bytes or parsed views out.
 * Source: RFC 9420, 6, 6.1, 6.2, 6.3, 6.3.1, 6.3.2. */
#ifndef SOTTO_MLS_FRAMING_H
#define SOTTO_MLS_FRAMING_H
#include "mls/types.h"
#include "mls/secret_tree.h"

enum mls_wire_format {
    MLS_WIRE_PUBLIC = 1,
    MLS_WIRE_PRIVATE = 2,
    MLS_WIRE_WELCOME = 3,
    MLS_WIRE_GROUP_INFO = 4,
    MLS_WIRE_KEY_PACKAGE = 5
};
enum mls_content_type {
    MLS_CONTENT_APPLICATION = 1,
    MLS_CONTENT_PROPOSAL = 2,
    MLS_CONTENT_COMMIT = 3
};

/* FramedContent. body: application data without its length, or the Proposal or Commit. */
struct mls_content {
    struct slice group_id;
    uint64_t epoch;
    enum mls_sender_type sender_type;
    uint32_t sender; /* leaf of a member, index of an external sender */
    struct slice authenticated_data;
    enum mls_content_type type;
    struct slice body;
};
/* FramedContentAuthData. */
struct mls_content_auth {
    struct slice signature;
    struct slice confirmation_tag; /* commits only */
};
struct mls_public_message {
    struct mls_content content;
    struct slice content_raw; /* FramedContent as sent         */
    struct mls_content_auth auth;
    struct slice auth_raw;
    struct slice membership_tag; /* members only              */
};
struct mls_private_message {
    struct slice group_id;
    uint64_t epoch;
    enum mls_content_type type;
    struct slice authenticated_data;
    struct slice encrypted_sender_data;
    struct slice ciphertext;
};
struct mls_message {
    enum mls_wire_format wire_format;
    struct mls_public_message public_message;
    struct mls_private_message private_message;
    struct slice body; /* welcome, group_info, key_package: the rest, unread */
};
struct mls_sender_data {
    uint32_t leaf, generation;
    uint8_t reuse_guard[4];
};

/* A whole MLSMessage; nothing may follow. ERR_INPUT, ERR_INPUT_VERSION, ERR_LIMIT. (V1-V3, V15) */
MUST_CHECK enum err mls_framing_read(struct slice message, struct mls_message *out);
void mls_framing_put_header(struct buf *b, enum mls_wire_format wire_format);
/* The body of one format, with or without the header in front (Welcome, GroupInfo). */
MUST_CHECK enum err mls_framing_unwrap(struct slice message, enum mls_wire_format wire_format,
                                       struct slice *body);

void mls_framing_put_content(struct buf *b, const struct mls_content *content);
/* signature, and the tag of a commit. */
void mls_framing_put_auth(struct buf *b, enum mls_content_type type,
                          const struct mls_content_auth *auth);
MUST_CHECK enum err mls_framing_get_auth(struct slice *s, enum mls_content_type type,
                                         struct mls_content_auth *auth);
/* FramedContentTBS: content as sent; the context for senders member and new_member_commit. */
MUST_CHECK enum err mls_framing_tbs(struct arena *arena, struct slice *tbs,
                                    enum mls_wire_format wire_format, struct slice content,
                                    enum mls_sender_type sender_type, struct slice group_context);
/* MAC(membership_key, FramedContentTBS || FramedContentAuthData). */
void mls_framing_membership_tag(const struct crypto_suite *suite, struct mls_secret *tag,
                                const struct mls_secret *membership_key, struct slice tbs,
                                struct slice auth);
/* A PublicMessage after its MLSMessage header; tag for members only (n 0: none). */
MUST_CHECK enum err mls_framing_public(struct arena *arena, struct slice *message,
                                       struct slice content, struct slice auth, struct slice tag);

/* What seals a PrivateMessage. */
struct mls_framing_seal {
    const struct crypto_suite *suite;
    const struct mls_secret *sender_data_secret;
    const struct mls_message_key *key;
    uint32_t leaf, generation;
    bool pad; /* application data up to the buckets */
};
/* The reuse guard is drawn at random. */
MUST_CHECK enum err mls_framing_seal_private(struct arena *arena, struct slice *message,
                                             const struct mls_framing_seal *seal,
                                             const struct mls_content *content,
                                             const struct mls_content_auth *auth);
/* Who sent it, with which generation. ERR_AUTH. */
MUST_CHECK enum err mls_framing_open_sender(const struct crypto_suite *suite,
                                            const struct mls_secret *sender_data_secret,
                                            const struct mls_private_message *message,
                                            struct mls_sender_data *out);
/* Content and authentication; views into the arena. ERR_AUTH, ERR_INPUT (padding, V19). */
MUST_CHECK enum err mls_framing_open_content(const struct mls_message_key *key,
                                             const struct mls_private_message *message,
                                             const struct mls_sender_data *sender,
                                             struct arena *arena, struct mls_content *content,
                                             struct mls_content_auth *auth);

#endif
