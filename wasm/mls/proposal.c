#include "mls/proposal.h"

enum err mls_proposal_read_psk(struct slice *s, struct mls_psk_id *out, bool with_nonce)
{
    const uint8_t *start = s->p;
    *out = (struct mls_psk_id){0};
    TRY(slice_u8(s, &out->type));
    if (out->type == MLS_PSK_EXTERNAL) {
        TRY(mls_codec_vector(s, &out->external_id));
    } else if (out->type == MLS_PSK_RESUMPTION) {
        TRY(slice_u8(s, &out->usage));
        if (out->usage < MLS_PSK_APPLICATION || out->usage > MLS_PSK_BRANCH) {
            return ERR_INPUT;
        }
        TRY(mls_codec_vector(s, &out->group_id));
        TRY(slice_u64(s, &out->epoch));
    } else {
        return ERR_INPUT;
    }
    out->id = slice_make(start, (size_t)(s->p - start));
    if (with_nonce) {
        TRY(mls_codec_vector(s, &out->nonce));
    }
    out->raw = slice_make(start, (size_t)(s->p - start));
    return OK;
}

void mls_proposal_put_resumption(struct buf *b, enum mls_psk_usage usage, struct slice group_id,
                                 uint64_t epoch)
{
    buf_u8(b, MLS_PSK_RESUMPTION);
    buf_u8(b, (uint8_t)usage);
    mls_codec_put_vector(b, group_id);
    buf_u64(b, epoch);
}

enum err mls_proposal_read(struct slice *s, struct mls_proposal_body *out)
{
    const uint8_t *start = s->p;
    *out = (struct mls_proposal_body){0};
    TRY(slice_u16(s, &out->type));
    switch (out->type) {
    case MLS_PROPOSAL_ADD:
        TRY(mls_key_package_parse(s, &out->package));
        break;
    case MLS_PROPOSAL_UPDATE:
        TRY(mls_leaf_read(s, &out->package.leaf));
        break;
    case MLS_PROPOSAL_REMOVE:
        TRY(slice_u32(s, &out->removed));
        break;
    case MLS_PROPOSAL_PSK:
        TRY(mls_proposal_read_psk(s, &out->psk, true));
        break;
    case MLS_PROPOSAL_REINIT:
        TRY(mls_codec_vector(s, &out->group_id));
        TRY(slice_u16(s, &out->version));
        TRY(slice_u16(s, &out->suite));
        TRY(mls_codec_extension_list(s, &out->extensions));
        break;
    case MLS_PROPOSAL_EXTERNAL_INIT:
        TRY(mls_codec_vector(s, &out->kem_output));
        break;
    case MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS:
        TRY(mls_codec_extension_list(s, &out->extensions));
        break;
    default:
        return ERR_INPUT;
    }
    out->raw = slice_make(start, (size_t)(s->p - start));
    return OK;
}

/* ExternalSender. */
static enum err read_sender(struct slice *s, struct slice *key, uint16_t *type,
                            struct slice *credential)
{
    TRY(mls_codec_vector(s, key));
    TRY(slice_u16(s, type));
    return mls_codec_vector(s, credential);
}

enum err mls_proposal_external_sender(struct slice context_extensions, uint32_t index,
                                      struct slice *signature_key, uint16_t *credential_type,
                                      struct slice *credential)
{
    struct slice data;
    struct slice list;
    *signature_key = SLICE_EMPTY;
    *credential_type = 0;
    *credential = SLICE_EMPTY;
    if (!mls_codec_extension_find(context_extensions, MLS_EXTENSION_EXTERNAL_SENDERS, &data)) {
        return ERR_GONE;
    }
    TRY(mls_codec_vector(&data, &list));
    for (uint32_t i = 0; list.n > 0; i++) {
        TRY(read_sender(&list, signature_key, credential_type, credential));
        if (i == index) {
            return OK;
        }
    }
    return ERR_GONE;
}

static enum err check_external_senders(struct slice data)
{
    struct slice list, key, credential;
    uint16_t type = 0;
    TRY(mls_codec_vector(&data, &list));
    TRY(slice_end(data));
    while (list.n > 0) {
        TRY(read_sender(&list, &key, &type, &credential));
    }
    return OK;
}

static enum err check_required_capabilities(struct slice data)
{
    struct slice list;
    TRY(mls_codec_u16s(&data, &list));
    TRY(mls_codec_u16s(&data, &list));
    TRY(mls_codec_u16s(&data, &list));
    return slice_end(data);
}

enum err mls_proposal_check_context_extensions(struct slice list)
{
    struct slice rest = list;
    while (rest.n > 0) {
        struct mls_extension e;
        TRY(mls_codec_extension(&rest, &e));
        switch (e.type) {
        case MLS_EXTENSION_REQUIRED_CAPABILITIES:
            TRY(check_required_capabilities(e.data));
            break;
        case MLS_EXTENSION_EXTERNAL_SENDERS:
            TRY(check_external_senders(e.data));
            break;
        case MLS_EXTENSION_RATCHET_TREE:
        case MLS_EXTENSION_EXTERNAL_PUB:
        case MLS_EXTENSION_APPLICATION_ID:
        case MLS_EXTENSION_LAST_RESORT:
            return ERR_INPUT; /* not of the group context */
        default:
            break;
        }
    }
    return OK;
}
