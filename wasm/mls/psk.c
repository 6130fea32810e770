#include "mls/psk.h"

#include "base/ct.h"

static enum err find(const struct mls_psk_source *source, const struct mls_psk_id *id,
                     struct arena *scratch, struct slice *secret)
{
    const struct mls_group *g = source->group;
    if (g != NULL && id->type == MLS_PSK_RESUMPTION &&
        slice_equal(id->group_id, g->epoch->group_id)) {
        const struct mls_secret *own = mls_group_state_resumption(g, id->epoch);
        if (own != NULL) {
            *secret = mls_epoch_slice(g->epoch, own);
            return OK;
        }
    }
    if (source->lookup == NULL || source->lookup->find == NULL) {
        return ERR_GONE;
    }
    return source->lookup->find(source->lookup->user, id->id, scratch, secret);
}

enum err mls_psk_chain(const struct crypto_suite *suite, struct mls_secret *out,
                       const struct mls_psk_source *source, const struct mls_psk_id *ids, size_t n,
                       struct arena *scratch)
{
    *out = (struct mls_secret){{0}};
    if (n > UINT16_MAX) {
        return ERR_LIMIT;
    }
    for (size_t i = 0; i < n; i++) {
        struct slice psk = SLICE_EMPTY;
        enum err e = find(source, &ids[i], scratch, &psk);
        if (e == OK) {
            e = mls_key_schedule_psk(suite, out, ids[i].raw, psk, (uint16_t)i, (uint16_t)n);
        }
        if (e != OK) {
            wipe(out, sizeof *out);
            return e;
        }
    }
    return OK;
}
