#include "mls/proposal_list.h"

#include "base/ct.h"
#include "mls/tree_check.h"

#define VERSION_MLS10 1

/* ---- one proposal -------------------------------------------------------------------------- */

/* Who may send what (V13, V14). */
static bool sender_may(enum mls_sender_type sender, uint16_t type)
{
    switch (sender) {
    case MLS_SENDER_MEMBER:
        return type != MLS_PROPOSAL_EXTERNAL_INIT;
    case MLS_SENDER_EXTERNAL:
        return type == MLS_PROPOSAL_ADD || type == MLS_PROPOSAL_REMOVE ||
               type == MLS_PROPOSAL_PSK || type == MLS_PROPOSAL_REINIT ||
               type == MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS;
    case MLS_SENDER_NEW_MEMBER_PROPOSAL:
        return type == MLS_PROPOSAL_ADD;
    case MLS_SENDER_NEW_MEMBER_COMMIT:
        return type == MLS_PROPOSAL_EXTERNAL_INIT || type == MLS_PROPOSAL_REMOVE ||
               type == MLS_PROPOSAL_PSK;
    }
    return false;
}

static enum err verify_update(const struct mls_epoch *e, const struct mls_leaf *leaf,
                              uint32_t sender, const struct mls_policy *policy,
                              struct arena *scratch)
{
    const struct mls_leaf *old = mls_tree_leaf(&e->tree, sender);
    if (old == NULL || slice_equal(old->encryption_key, leaf->encryption_key)) {
        return ERR_INPUT;
    }
    TRY(mls_leaf_check(leaf, e->suite, MLS_LEAF_UPDATE));
    TRY(mls_leaf_verify(scratch, leaf, e->group_id, sender));
    TRY(mls_leaf_allowed(scratch, policy, leaf, sender));
    return mls_leaf_may_replace(scratch, policy, old, leaf, sender);
}

static enum err verify_psk(const struct mls_epoch *e, const struct mls_psk_id *psk)
{
    if (psk->nonce.n != e->suite->nh) {
        return ERR_INPUT;
    }
    /* Ties to a predecessor only in the first commit of a successor, which nobody receives. */
    if (psk->type == MLS_PSK_RESUMPTION && psk->usage != MLS_PSK_APPLICATION &&
        (e->epoch != 0 || mls_tree_leaf_count(&e->tree) != 1)) {
        return ERR_INPUT;
    }
    return OK;
}

enum err mls_proposal_list_verify(const struct mls_epoch *e, const struct mls_proposal_body *body,
                                  enum mls_sender_type sender_type, uint32_t sender,
                                  const struct mls_policy *policy, struct arena *scratch)
{
    if (!sender_may(sender_type, body->type)) {
        return ERR_INPUT;
    }
    switch (body->type) {
    case MLS_PROPOSAL_ADD:
        TRY(mls_key_package_verify(scratch, &body->package, e->suite, policy));
        return mls_leaf_allowed(scratch, policy, &body->package.leaf, UINT32_MAX);
    case MLS_PROPOSAL_UPDATE:
        return verify_update(e, &body->package.leaf, sender, policy, scratch);
    case MLS_PROPOSAL_REMOVE:
        return mls_tree_leaf(&e->tree, body->removed) == NULL ? ERR_INPUT : OK;
    case MLS_PROPOSAL_PSK:
        return verify_psk(e, &body->psk);
    case MLS_PROPOSAL_REINIT:
        return body->version < VERSION_MLS10 ? ERR_INPUT_VERSION : OK;
    case MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS:
        return mls_proposal_check_context_extensions(body->extensions);
    default:
        return OK;
    }
}

/* ---- the list ------------------------------------------------------------------------------ */

const struct mls_proposal_item *mls_proposal_list_find(const struct mls_proposal_list *list,
                                                       enum mls_proposal_type type)
{
    for (size_t i = 0; i < list->n; i++) {
        if (list->v[i].body.type == type) {
            return &list->v[i];
        }
    }
    return NULL;
}

static size_t count(const struct mls_proposal_list *list, enum mls_proposal_type type)
{
    size_t n = 0;
    for (size_t i = 0; i < list->n; i++) {
        n += list->v[i].body.type == type;
    }
    return n;
}

/* The leaf an Update or Remove is about; false for the others. */
static bool target(const struct mls_proposal_item *item, uint32_t *leaf)
{
    *leaf = item->body.type == MLS_PROPOSAL_REMOVE ? item->body.removed : item->sender;
    return item->body.type == MLS_PROPOSAL_REMOVE || item->body.type == MLS_PROPOSAL_UPDATE;
}

/* V53, V58: the same client twice. */
static bool same_client(const struct mls_package *a, const struct mls_package *b)
{
    return slice_equal(a->leaf.signature_key, b->leaf.signature_key) ||
           slice_equal(a->leaf.encryption_key, b->leaf.encryption_key) ||
           slice_equal(a->init_key, b->init_key);
}

/* V52, V53, V54: do two proposals exclude each other? */
static bool conflict(const struct mls_proposal_item *a, const struct mls_proposal_item *b)
{
    uint32_t leaf_a = 0;
    uint32_t leaf_b = 0;
    if (target(a, &leaf_a) && target(b, &leaf_b)) {
        return leaf_a == leaf_b;
    }
    if (a->body.type != b->body.type) {
        return false;
    }
    switch (a->body.type) {
    case MLS_PROPOSAL_ADD:
        return same_client(&a->body.package, &b->body.package);
    case MLS_PROPOSAL_PSK:
        return slice_equal(a->body.psk.raw, b->body.psk.raw);
    case MLS_PROPOSAL_REINIT:
    case MLS_PROPOSAL_EXTERNAL_INIT:
    case MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS:
        return true;
    default:
        return false;
    }
}

/* Rules of a member's commit that one item can break, alone or with the first n. */
static bool fits_member(const struct mls_proposal_list *list, size_t n,
                        const struct mls_proposal_item *item)
{
    uint32_t leaf = 0;
    bool reinit = item->body.type == MLS_PROPOSAL_REINIT;
    for (size_t i = 0; i < n; i++) {
        reinit = reinit || list->v[i].body.type == MLS_PROPOSAL_REINIT;
    }
    if (item->body.type == MLS_PROPOSAL_EXTERNAL_INIT || (reinit && n > 0)) {
        return false;
    }
    return !target(item, &leaf) || leaf != list->committer;
}

static enum err check_external(const struct mls_proposal_list *list)
{
    size_t inits = count(list, MLS_PROPOSAL_EXTERNAL_INIT);
    size_t removes = count(list, MLS_PROPOSAL_REMOVE);
    if (inits != 1 || removes > 1 || inits + removes + count(list, MLS_PROPOSAL_PSK) != list->n) {
        return ERR_INPUT;
    }
    for (size_t i = 0; i < list->n; i++) {
        if (list->v[i].stored != NULL) {
            return ERR_INPUT;
        }
    }
    return OK;
}

/* V39, V53: an Add of a client that is in the group and not removed or rekeyed by this list. */
static bool present(const struct mls_epoch *e, const struct mls_proposal_list *list,
                    const struct mls_leaf *leaf)
{
    for (uint32_t i = 0; i < e->tree.width; i++) {
        const struct mls_leaf *other = mls_tree_leaf(&e->tree, i);
        uint32_t about = 0;
        bool changed = false;
        if (other == NULL || !slice_equal(other->signature_key, leaf->signature_key)) {
            continue;
        }
        for (size_t k = 0; k < list->n; k++) {
            changed = changed || (target(&list->v[k], &about) && about == i);
        }
        if (!changed) {
            return true;
        }
    }
    return false;
}

static bool fits(const struct mls_epoch *e, const struct mls_proposal_list *list, size_t n,
                 const struct mls_proposal_item *item)
{
    for (size_t i = 0; i < n; i++) {
        if (conflict(&list->v[i], item)) {
            return false;
        }
    }
    if (list->committer_type == MLS_SENDER_MEMBER && !fits_member(list, n, item)) {
        return false;
    }
    return item->body.type != MLS_PROPOSAL_ADD || !present(e, list, &item->body.package.leaf);
}

enum err mls_proposal_list_check(const struct mls_epoch *e, const struct mls_proposal_list *list)
{
    if (list->committer_type != MLS_SENDER_MEMBER) {
        TRY(check_external(list));
    }
    for (size_t i = 0; i < list->n; i++) {
        if (!fits(e, list, i, &list->v[i])) {
            return ERR_INPUT;
        }
    }
    return OK;
}

/* V57 from the sender's side: would everyone support the extensions of this list? */
static bool supported(const struct mls_epoch *e, const struct mls_proposal_list *list,
                      const struct mls_proposal_item *item)
{
    const struct mls_proposal_item *context =
        mls_proposal_list_find(list, MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS);
    struct slice extensions = context != NULL ? context->body.extensions : e->extension_list;
    if (item->body.type == MLS_PROPOSAL_ADD) {
        return mls_leaf_supports(&item->body.package.leaf, extensions) == OK;
    }
    for (uint32_t i = 0;
         item->body.type == MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS && i < e->tree.width; i++) {
        const struct mls_leaf *leaf = mls_tree_leaf(&e->tree, i);
        if (leaf != NULL && !mls_proposal_list_removes(list, i) &&
            mls_leaf_supports(leaf, item->body.extensions) != OK) {
            return false;
        }
    }
    return true;
}

bool mls_proposal_list_add(const struct mls_epoch *e, struct mls_proposal_list *list,
                           const struct mls_proposal_item *item)
{
    if (!fits(e, list, list->n, item) || !supported(e, list, item)) {
        return false;
    }
    list->v[list->n++] = *item;
    return true;
}

bool mls_proposal_list_needs_path(const struct mls_proposal_list *list)
{
    for (size_t i = 0; i < list->n; i++) {
        switch (list->v[i].body.type) {
        case MLS_PROPOSAL_UPDATE:
        case MLS_PROPOSAL_REMOVE:
        case MLS_PROPOSAL_EXTERNAL_INIT:
        case MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS:
            return true;
        default:
            break;
        }
    }
    return list->n == 0;
}

bool mls_proposal_list_removes(const struct mls_proposal_list *list, uint32_t leaf)
{
    for (size_t i = 0; i < list->n; i++) {
        if (list->v[i].body.type == MLS_PROPOSAL_REMOVE && list->v[i].body.removed == leaf) {
            return true;
        }
    }
    return false;
}

/* ---- applying ------------------------------------------------------------------------------ */

static enum err apply_update(struct mls_epoch *next, const struct mls_proposal_item *item)
{
    TRY(mls_tree_update(&next->tree, item->sender, &item->body.package.leaf));
    if (next->member && item->sender == next->priv.leaf) {
        if (item->stored == NULL || !item->stored->own_update) {
            return ERR_GONE; /* an Update of ours whose key we no longer have */
        }
        next->priv.key[0] = item->stored->leaf_secret;
        crypto_sign_pair_of(&next->signature, &item->stored->signature);
    }
    return OK;
}

static enum err apply_adds(struct mls_epoch *next, struct mls_proposal_list *list, bool **added,
                           struct arena *scratch)
{
    for (size_t i = 0; i < list->n; i++) {
        struct mls_proposal_item *item = &list->v[i];
        if (item->body.type == MLS_PROPOSAL_ADD) {
            TRY(mls_tree_add(&next->tree, &item->body.package.leaf, &item->leaf));
        }
    }
    *added = arena_array(scratch, next->tree.width, sizeof **added);
    if (*added == NULL) {
        return ERR_HOST_MEMORY;
    }
    for (size_t i = 0; i < list->n; i++) {
        if (list->v[i].body.type == MLS_PROPOSAL_ADD) {
            (*added)[list->v[i].leaf] = true;
        }
    }
    return OK;
}

enum err mls_proposal_list_apply(struct mls_epoch *next, struct mls_proposal_list *list,
                                 bool **added, struct arena *scratch)
{
    const struct mls_proposal_item *context =
        mls_proposal_list_find(list, MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS);
    if (context != NULL) {
        TRY(mls_epoch_set_extensions(next, context->body.extensions));
    }
    for (size_t i = 0; i < list->n; i++) {
        if (list->v[i].body.type == MLS_PROPOSAL_UPDATE) {
            TRY(apply_update(next, &list->v[i]));
        }
    }
    for (size_t i = 0; i < list->n; i++) {
        if (list->v[i].body.type == MLS_PROPOSAL_REMOVE) {
            mls_tree_remove(&next->tree, list->v[i].body.removed);
        }
    }
    TRY(apply_adds(next, list, added, scratch));
    mls_treekem_prune(&next->tree, &next->priv);
    return OK;
}

/* ---- for the application ------------------------------------------------------------------- */

static enum err keep_view(struct arena *arena, struct mls_leaf_view *out,
                          const struct mls_leaf *leaf, uint32_t index)
{
    struct mls_leaf kept;
    TRY(mls_leaf_keep(arena, &kept, leaf));
    *out = mls_leaf_view(&kept, index);
    return OK;
}

static enum err view_extensions(struct arena *arena, struct mls_extensions *out, struct slice list)
{
    struct slice kept;
    TRY(arena_copy(arena, list, &kept));
    return mls_codec_extensions(arena, kept, out);
}

enum err mls_proposal_list_view(struct arena *arena, struct mls_proposal_view *out,
                                const struct mls_epoch *before,
                                const struct mls_proposal_item *item)
{
    const struct mls_leaf *removed;
    *out = (struct mls_proposal_view){
        .type = (enum mls_proposal_type)item->body.type,
        .sender_type = item->sender_type,
        .sender = item->sender,
    };
    switch (item->body.type) {
    case MLS_PROPOSAL_ADD:
        return keep_view(arena, &out->leaf, &item->body.package.leaf, item->leaf);
    case MLS_PROPOSAL_UPDATE:
        return keep_view(arena, &out->leaf, &item->body.package.leaf, item->sender);
    case MLS_PROPOSAL_REMOVE:
        out->removed = item->body.removed;
        removed = mls_tree_leaf(&before->tree, item->body.removed);
        return removed == NULL ? OK
                               : keep_view(arena, &out->removed_leaf, removed, item->body.removed);
    case MLS_PROPOSAL_PSK:
        return arena_copy(arena, item->body.psk.id, &out->psk_id);
    case MLS_PROPOSAL_REINIT:
        out->reinit_suite = item->body.suite;
        TRY(arena_copy(arena, item->body.group_id, &out->reinit_group_id));
        return view_extensions(arena, &out->extensions, item->body.extensions);
    case MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS:
        return view_extensions(arena, &out->extensions, item->body.extensions);
    default:
        return OK;
    }
}
