/* Proposals on the wire and PreSharedKeyIDs.
 * Source: RFC 9420, 8.4, 12.1, 12.1.1-12.1.7. */
#ifndef SOTTO_MLS_PROPOSAL_H
#define SOTTO_MLS_PROPOSAL_H
#include "mls/key_package.h"

enum mls_psk_type { MLS_PSK_EXTERNAL = 1, MLS_PSK_RESUMPTION = 2 };
enum mls_psk_usage { MLS_PSK_APPLICATION = 1, MLS_PSK_REINIT = 2, MLS_PSK_BRANCH = 3 };

/* PreSharedKeyID, read without copying. */
struct mls_psk_id {
    struct slice raw; /* with the nonce */
    struct slice id;  /* without it: what lookups take */
    uint8_t type;
    struct slice external_id;
    uint8_t usage;
    struct slice group_id;
    uint64_t epoch;
    struct slice nonce;
};

/* A proposal, read without copying. */
struct mls_proposal_body {
    uint16_t type;
    struct slice raw;
    struct mls_package package; /* add; update: package.leaf */
    uint32_t removed;           /* remove */
    struct mls_psk_id psk;      /* psk */
    struct slice group_id;      /* reinit */
    uint16_t version, suite;    /* reinit */
    struct slice extensions;    /* reinit, group_context_extensions */
    struct slice kem_output;    /* external_init */
};

/* V2-V4. Unknown types cannot be delimited: ERR_INPUT. */
MUST_CHECK enum err mls_proposal_read(struct slice *s, struct mls_proposal_body *out);
/* with_nonce: a whole PreSharedKeyID; else only its id part. */
MUST_CHECK enum err mls_proposal_read_psk(struct slice *s, struct mls_psk_id *out, bool with_nonce);
/* The id part of a resumption PSK. */
void mls_proposal_put_resumption(struct buf *b, enum mls_psk_usage usage, struct slice group_id,
                                 uint64_t epoch);
/* Well-formed content of every extension we know that a group context may have (V2). */
MUST_CHECK enum err mls_proposal_check_context_extensions(struct slice list);
/* An external sender of a group context. ERR_GONE: none has that index. */
MUST_CHECK enum err mls_proposal_external_sender(struct slice context_extensions, uint32_t index,
                                                 struct slice *signature_key,
                                                 uint16_t *credential_type,
                                                 struct slice *credential);

#endif
