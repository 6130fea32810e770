/* Made by gen.py from wire.cddl; do not edit. */
#include "schema/gen/wire.h"

#include <string.h>

void wire_hello_put(struct buf *b, const struct wire_hello *v)
{
    cbor_put_array(b, 3);
    cbor_put_uint(b, v->version);
    cbor_put_uint(b, v->mode);
    if (v->has_key) {
        cbor_put_bytes(b, v->key);
    } else {
        cbor_put_null(b);
    }
}

enum err wire_hello_get(struct arena *a, struct slice *s, struct wire_hello *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 3) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->version));
    TRY(cbor_get_uint(s, &v->mode));
    v->has_key = !cbor_take_null(s);
    if (v->has_key) {
        TRY(cbor_get_bytes(s, &v->key));
    }
    (void)a;
    for (size_t i = 3; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err wire_hello_decode(struct arena *a, struct slice s, struct wire_hello *v)
{
    TRY(wire_hello_get(a, &s, v));
    return slice_end(s);
}

void wire_challenge_put(struct buf *b, const struct wire_challenge *v)
{
    cbor_put_array(b, 1);
    cbor_put_bytes(b, v->nonce);
}

enum err wire_challenge_get(struct arena *a, struct slice *s, struct wire_challenge *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 1) {
        return ERR_INPUT;
    }
    TRY(cbor_get_bytes(s, &v->nonce));
    (void)a;
    for (size_t i = 1; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err wire_challenge_decode(struct arena *a, struct slice s, struct wire_challenge *v)
{
    TRY(wire_challenge_get(a, &s, v));
    return slice_end(s);
}

void wire_auth_put(struct buf *b, const struct wire_auth *v)
{
    cbor_put_array(b, 1);
    cbor_put_bytes(b, v->signature);
}

enum err wire_auth_get(struct arena *a, struct slice *s, struct wire_auth *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 1) {
        return ERR_INPUT;
    }
    TRY(cbor_get_bytes(s, &v->signature));
    (void)a;
    for (size_t i = 1; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err wire_auth_decode(struct arena *a, struct slice s, struct wire_auth *v)
{
    TRY(wire_auth_get(a, &s, v));
    return slice_end(s);
}

void wire_ready_put(struct buf *b, const struct wire_ready *v)
{
    cbor_put_array(b, 13);
    cbor_put_uint(b, v->server_ms);
    cbor_put_bool(b, v->known);
    cbor_put_uint(b, v->registration);
    if (v->has_inbox) {
        cbor_put_bytes(b, v->inbox);
    } else {
        cbor_put_null(b);
    }
    cbor_put_uint(b, v->frame_bytes);
    cbor_put_uint(b, v->blob_bytes);
    cbor_put_uint(b, v->queue_first);
    if (v->has_nonce) {
        cbor_put_bytes(b, v->nonce);
    } else {
        cbor_put_null(b);
    }
    if (v->has_account) {
        cbor_put_bytes(b, v->account);
    } else {
        cbor_put_null(b);
    }
    cbor_put_uint(b, v->head);
    if (v->has_head_hash) {
        cbor_put_bytes(b, v->head_hash);
    } else {
        cbor_put_null(b);
    }
    cbor_put_uint(b, v->queue_last);
    if (v->has_queue_hash) {
        cbor_put_bytes(b, v->queue_hash);
    } else {
        cbor_put_null(b);
    }
}

enum err wire_ready_get(struct arena *a, struct slice *s, struct wire_ready *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 13) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->server_ms));
    TRY(cbor_get_bool(s, &v->known));
    TRY(cbor_get_uint(s, &v->registration));
    v->has_inbox = !cbor_take_null(s);
    if (v->has_inbox) {
        TRY(cbor_get_bytes(s, &v->inbox));
    }
    TRY(cbor_get_uint(s, &v->frame_bytes));
    TRY(cbor_get_uint(s, &v->blob_bytes));
    TRY(cbor_get_uint(s, &v->queue_first));
    v->has_nonce = !cbor_take_null(s);
    if (v->has_nonce) {
        TRY(cbor_get_bytes(s, &v->nonce));
    }
    v->has_account = !cbor_take_null(s);
    if (v->has_account) {
        TRY(cbor_get_bytes(s, &v->account));
    }
    TRY(cbor_get_uint(s, &v->head));
    v->has_head_hash = !cbor_take_null(s);
    if (v->has_head_hash) {
        TRY(cbor_get_bytes(s, &v->head_hash));
    }
    TRY(cbor_get_uint(s, &v->queue_last));
    v->has_queue_hash = !cbor_take_null(s);
    if (v->has_queue_hash) {
        TRY(cbor_get_bytes(s, &v->queue_hash));
    }
    (void)a;
    for (size_t i = 13; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err wire_ready_decode(struct arena *a, struct slice s, struct wire_ready *v)
{
    TRY(wire_ready_get(a, &s, v));
    return slice_end(s);
}

void wire_failure_put(struct buf *b, const struct wire_failure *v)
{
    cbor_put_array(b, 3);
    cbor_put_uint(b, v->code);
    cbor_put_uint(b, v->retry_ms);
    if (v->has_detail) {
        cbor_put_bytes(b, v->detail);
    } else {
        cbor_put_null(b);
    }
}

enum err wire_failure_get(struct arena *a, struct slice *s, struct wire_failure *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 3) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->code));
    TRY(cbor_get_uint(s, &v->retry_ms));
    v->has_detail = !cbor_take_null(s);
    if (v->has_detail) {
        TRY(cbor_get_bytes(s, &v->detail));
    }
    (void)a;
    for (size_t i = 3; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err wire_failure_decode(struct arena *a, struct slice s, struct wire_failure *v)
{
    TRY(wire_failure_get(a, &s, v));
    return slice_end(s);
}

void wire_done_put(struct buf *b, const struct wire_done *v)
{
    cbor_put_array(b, 0);
    (void)v;
}

enum err wire_done_get(struct arena *a, struct slice *s, struct wire_done *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    (void)a;
    for (size_t i = 0; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err wire_done_decode(struct arena *a, struct slice s, struct wire_done *v)
{
    TRY(wire_done_get(a, &s, v));
    return slice_end(s);
}

void wire_ping_put(struct buf *b, const struct wire_ping *v)
{
    cbor_put_array(b, 0);
    (void)v;
}

enum err wire_ping_get(struct arena *a, struct slice *s, struct wire_ping *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    (void)a;
    for (size_t i = 0; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err wire_ping_decode(struct arena *a, struct slice s, struct wire_ping *v)
{
    TRY(wire_ping_get(a, &s, v));
    return slice_end(s);
}

void wire_bye_put(struct buf *b, const struct wire_bye *v)
{
    cbor_put_array(b, 2);
    cbor_put_uint(b, v->code);
    cbor_put_uint(b, v->after_ms);
}

enum err wire_bye_get(struct arena *a, struct slice *s, struct wire_bye *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 2) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->code));
    TRY(cbor_get_uint(s, &v->after_ms));
    (void)a;
    for (size_t i = 2; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err wire_bye_decode(struct arena *a, struct slice s, struct wire_bye *v)
{
    TRY(wire_bye_get(a, &s, v));
    return slice_end(s);
}

void wire_register_put(struct buf *b, const struct wire_register *v)
{
    cbor_put_array(b, 4);
    cbor_put_bytes(b, v->entry);
    cbor_put_bytes(b, v->hpke);
    cbor_put_bytes(b, v->inbox);
    if (v->has_invitation) {
        cbor_put_text(b, v->invitation);
    } else {
        cbor_put_null(b);
    }
}

enum err wire_register_get(struct arena *a, struct slice *s, struct wire_register *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 4) {
        return ERR_INPUT;
    }
    TRY(cbor_get_bytes(s, &v->entry));
    TRY(cbor_get_bytes(s, &v->hpke));
    TRY(cbor_get_bytes(s, &v->inbox));
    v->has_invitation = !cbor_take_null(s);
    if (v->has_invitation) {
        TRY(cbor_get_text(s, &v->invitation));
    }
    (void)a;
    for (size_t i = 4; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err wire_register_decode(struct arena *a, struct slice s, struct wire_register *v)
{
    TRY(wire_register_get(a, &s, v));
    return slice_end(s);
}

void wire_chain_put_put(struct buf *b, const struct wire_chain_put *v)
{
    cbor_put_array(b, 3);
    cbor_put_bytes(b, v->account);
    cbor_put_bytes(b, v->entry);
    if (v->has_hpke) {
        cbor_put_bytes(b, v->hpke);
    } else {
        cbor_put_null(b);
    }
}

enum err wire_chain_put_get(struct arena *a, struct slice *s, struct wire_chain_put *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 3) {
        return ERR_INPUT;
    }
    TRY(cbor_get_bytes(s, &v->account));
    TRY(cbor_get_bytes(s, &v->entry));
    v->has_hpke = !cbor_take_null(s);
    if (v->has_hpke) {
        TRY(cbor_get_bytes(s, &v->hpke));
    }
    (void)a;
    for (size_t i = 3; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err wire_chain_put_decode(struct arena *a, struct slice s, struct wire_chain_put *v)
{
    TRY(wire_chain_put_get(a, &s, v));
    return slice_end(s);
}

void wire_kp_item_put(struct buf *b, const struct wire_kp_item *v)
{
    cbor_put_array(b, 5);
    cbor_put_bytes(b, v->ref);
    cbor_put_uint(b, v->suite);
    cbor_put_uint(b, v->expires_s);
    cbor_put_bool(b, v->last_resort);
    cbor_put_bytes(b, v->package);
}

enum err wire_kp_item_get(struct arena *a, struct slice *s, struct wire_kp_item *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 5) {
        return ERR_INPUT;
    }
    TRY(cbor_get_bytes(s, &v->ref));
    TRY(cbor_get_uint(s, &v->suite));
    TRY(cbor_get_uint(s, &v->expires_s));
    TRY(cbor_get_bool(s, &v->last_resort));
    TRY(cbor_get_bytes(s, &v->package));
    (void)a;
    for (size_t i = 5; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err wire_kp_item_decode(struct arena *a, struct slice s, struct wire_kp_item *v)
{
    TRY(wire_kp_item_get(a, &s, v));
    return slice_end(s);
}

void wire_kp_put_put(struct buf *b, const struct wire_kp_put *v)
{
    cbor_put_array(b, 1);
    cbor_put_array(b, v->packages_n);
    for (size_t i = 0; i < v->packages_n; i++) {
        wire_kp_item_put(b, &v->packages[i]);
    }
}

enum err wire_kp_put_get(struct arena *a, struct slice *s, struct wire_kp_put *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 1) {
        return ERR_INPUT;
    }
    TRY(cbor_get_array(s, &v->packages_n));
    if (v->packages_n > 0) {
        struct wire_kp_item *list = arena_array(a, v->packages_n, sizeof *list);
        if (list == NULL) {
            return ERR_HOST_MEMORY;
        }
        for (size_t i = 0; i < v->packages_n; i++) {
            TRY(wire_kp_item_get(a, s, &list[i]));
        }
        v->packages = list;
    }
    for (size_t i = 1; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err wire_kp_put_decode(struct arena *a, struct slice s, struct wire_kp_put *v)
{
    TRY(wire_kp_put_get(a, &s, v));
    return slice_end(s);
}

void wire_kp_count_put(struct buf *b, const struct wire_kp_count *v)
{
    cbor_put_array(b, 0);
    (void)v;
}

enum err wire_kp_count_get(struct arena *a, struct slice *s, struct wire_kp_count *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    (void)a;
    for (size_t i = 0; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err wire_kp_count_decode(struct arena *a, struct slice s, struct wire_kp_count *v)
{
    TRY(wire_kp_count_get(a, &s, v));
    return slice_end(s);
}

void wire_kp_level_put(struct buf *b, const struct wire_kp_level *v)
{
    cbor_put_array(b, 3);
    cbor_put_uint(b, v->suite);
    cbor_put_uint(b, v->left);
    cbor_put_uint(b, v->last_resort_s);
}

enum err wire_kp_level_get(struct arena *a, struct slice *s, struct wire_kp_level *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 3) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->suite));
    TRY(cbor_get_uint(s, &v->left));
    TRY(cbor_get_uint(s, &v->last_resort_s));
    (void)a;
    for (size_t i = 3; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err wire_kp_level_decode(struct arena *a, struct slice s, struct wire_kp_level *v)
{
    TRY(wire_kp_level_get(a, &s, v));
    return slice_end(s);
}

void wire_kp_counts_put(struct buf *b, const struct wire_kp_counts *v)
{
    cbor_put_array(b, 1);
    cbor_put_array(b, v->items_n);
    for (size_t i = 0; i < v->items_n; i++) {
        wire_kp_level_put(b, &v->items[i]);
    }
}

enum err wire_kp_counts_get(struct arena *a, struct slice *s, struct wire_kp_counts *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 1) {
        return ERR_INPUT;
    }
    TRY(cbor_get_array(s, &v->items_n));
    if (v->items_n > 0) {
        struct wire_kp_level *list = arena_array(a, v->items_n, sizeof *list);
        if (list == NULL) {
            return ERR_HOST_MEMORY;
        }
        for (size_t i = 0; i < v->items_n; i++) {
            TRY(wire_kp_level_get(a, s, &list[i]));
        }
        v->items = list;
    }
    for (size_t i = 1; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err wire_kp_counts_decode(struct arena *a, struct slice s, struct wire_kp_counts *v)
{
    TRY(wire_kp_counts_get(a, &s, v));
    return slice_end(s);
}

void wire_token_set_put(struct buf *b, const struct wire_token_set *v)
{
    cbor_put_array(b, 3);
    cbor_put_bytes(b, v->hash);
    cbor_put_uint(b, v->uses);
    cbor_put_uint(b, v->expires_s);
}

enum err wire_token_set_get(struct arena *a, struct slice *s, struct wire_token_set *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 3) {
        return ERR_INPUT;
    }
    TRY(cbor_get_bytes(s, &v->hash));
    TRY(cbor_get_uint(s, &v->uses));
    TRY(cbor_get_uint(s, &v->expires_s));
    (void)a;
    for (size_t i = 3; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err wire_token_set_decode(struct arena *a, struct slice s, struct wire_token_set *v)
{
    TRY(wire_token_set_get(a, &s, v));
    return slice_end(s);
}

void wire_token_drop_put(struct buf *b, const struct wire_token_drop *v)
{
    cbor_put_array(b, 1);
    cbor_put_bytes(b, v->hash);
}

enum err wire_token_drop_get(struct arena *a, struct slice *s, struct wire_token_drop *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 1) {
        return ERR_INPUT;
    }
    TRY(cbor_get_bytes(s, &v->hash));
    (void)a;
    for (size_t i = 1; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err wire_token_drop_decode(struct arena *a, struct slice s, struct wire_token_drop *v)
{
    TRY(wire_token_drop_get(a, &s, v));
    return slice_end(s);
}

void wire_push_set_put(struct buf *b, const struct wire_push_set *v)
{
    cbor_put_array(b, 3);
    cbor_put_text(b, v->endpoint);
    cbor_put_bytes(b, v->key);
    cbor_put_bytes(b, v->secret);
}

enum err wire_push_set_get(struct arena *a, struct slice *s, struct wire_push_set *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 3) {
        return ERR_INPUT;
    }
    TRY(cbor_get_text(s, &v->endpoint));
    TRY(cbor_get_bytes(s, &v->key));
    TRY(cbor_get_bytes(s, &v->secret));
    (void)a;
    for (size_t i = 3; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err wire_push_set_decode(struct arena *a, struct slice s, struct wire_push_set *v)
{
    TRY(wire_push_set_get(a, &s, v));
    return slice_end(s);
}

void wire_quota_get_put(struct buf *b, const struct wire_quota_get *v)
{
    cbor_put_array(b, 0);
    (void)v;
}

enum err wire_quota_get_get(struct arena *a, struct slice *s, struct wire_quota_get *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    (void)a;
    for (size_t i = 0; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err wire_quota_get_decode(struct arena *a, struct slice s, struct wire_quota_get *v)
{
    TRY(wire_quota_get_get(a, &s, v));
    return slice_end(s);
}

void wire_grant_put(struct buf *b, const struct wire_grant *v)
{
    cbor_put_array(b, 2);
    cbor_put_array(b, v->grants_n);
    for (size_t i = 0; i < v->grants_n; i++) {
        cbor_put_bytes(b, v->grants[i]);
    }
    cbor_put_uint(b, v->bytes);
}

enum err wire_grant_get(struct arena *a, struct slice *s, struct wire_grant *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 2) {
        return ERR_INPUT;
    }
    TRY(cbor_get_array(s, &v->grants_n));
    if (v->grants_n > 0) {
        struct slice *list = arena_array(a, v->grants_n, sizeof *list);
        if (list == NULL) {
            return ERR_HOST_MEMORY;
        }
        for (size_t i = 0; i < v->grants_n; i++) {
            TRY(cbor_get_bytes(s, &list[i]));
        }
        v->grants = list;
    }
    TRY(cbor_get_uint(s, &v->bytes));
    for (size_t i = 2; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err wire_grant_decode(struct arena *a, struct slice s, struct wire_grant *v)
{
    TRY(wire_grant_get(a, &s, v));
    return slice_end(s);
}

void wire_kp_take_put(struct buf *b, const struct wire_kp_take *v)
{
    cbor_put_array(b, 3);
    cbor_put_bytes(b, v->inbox);
    cbor_put_bytes(b, v->token);
    cbor_put_array(b, v->suites_n);
    for (size_t i = 0; i < v->suites_n; i++) {
        cbor_put_uint(b, v->suites[i]);
    }
}

enum err wire_kp_take_get(struct arena *a, struct slice *s, struct wire_kp_take *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 3) {
        return ERR_INPUT;
    }
    TRY(cbor_get_bytes(s, &v->inbox));
    TRY(cbor_get_bytes(s, &v->token));
    TRY(cbor_get_array(s, &v->suites_n));
    if (v->suites_n > 0) {
        uint64_t *list = arena_array(a, v->suites_n, sizeof *list);
        if (list == NULL) {
            return ERR_HOST_MEMORY;
        }
        for (size_t i = 0; i < v->suites_n; i++) {
            TRY(cbor_get_uint(s, &list[i]));
        }
        v->suites = list;
    }
    for (size_t i = 3; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err wire_kp_take_decode(struct arena *a, struct slice s, struct wire_kp_take *v)
{
    TRY(wire_kp_take_get(a, &s, v));
    return slice_end(s);
}

void wire_kp_of_put(struct buf *b, const struct wire_kp_of *v)
{
    cbor_put_array(b, 3);
    cbor_put_bytes(b, v->device);
    cbor_put_uint(b, v->suite);
    cbor_put_bytes(b, v->package);
}

enum err wire_kp_of_get(struct arena *a, struct slice *s, struct wire_kp_of *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 3) {
        return ERR_INPUT;
    }
    TRY(cbor_get_bytes(s, &v->device));
    TRY(cbor_get_uint(s, &v->suite));
    TRY(cbor_get_bytes(s, &v->package));
    (void)a;
    for (size_t i = 3; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err wire_kp_of_decode(struct arena *a, struct slice s, struct wire_kp_of *v)
{
    TRY(wire_kp_of_get(a, &s, v));
    return slice_end(s);
}

void wire_kp_taken_put(struct buf *b, const struct wire_kp_taken *v)
{
    cbor_put_array(b, 3);
    cbor_put_bytes(b, v->account);
    cbor_put_array(b, v->chain_n);
    for (size_t i = 0; i < v->chain_n; i++) {
        cbor_put_bytes(b, v->chain[i]);
    }
    cbor_put_array(b, v->packages_n);
    for (size_t i = 0; i < v->packages_n; i++) {
        wire_kp_of_put(b, &v->packages[i]);
    }
}

enum err wire_kp_taken_get(struct arena *a, struct slice *s, struct wire_kp_taken *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 3) {
        return ERR_INPUT;
    }
    TRY(cbor_get_bytes(s, &v->account));
    TRY(cbor_get_array(s, &v->chain_n));
    if (v->chain_n > 0) {
        struct slice *list = arena_array(a, v->chain_n, sizeof *list);
        if (list == NULL) {
            return ERR_HOST_MEMORY;
        }
        for (size_t i = 0; i < v->chain_n; i++) {
            TRY(cbor_get_bytes(s, &list[i]));
        }
        v->chain = list;
    }
    TRY(cbor_get_array(s, &v->packages_n));
    if (v->packages_n > 0) {
        struct wire_kp_of *list = arena_array(a, v->packages_n, sizeof *list);
        if (list == NULL) {
            return ERR_HOST_MEMORY;
        }
        for (size_t i = 0; i < v->packages_n; i++) {
            TRY(wire_kp_of_get(a, s, &list[i]));
        }
        v->packages = list;
    }
    for (size_t i = 3; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err wire_kp_taken_decode(struct arena *a, struct slice s, struct wire_kp_taken *v)
{
    TRY(wire_kp_taken_get(a, &s, v));
    return slice_end(s);
}

void wire_inbox_post_put(struct buf *b, const struct wire_inbox_post *v)
{
    cbor_put_array(b, 4);
    cbor_put_bytes(b, v->inbox);
    cbor_put_bytes(b, v->token);
    cbor_put_bytes(b, v->mid);
    cbor_put_bytes(b, v->body);
}

enum err wire_inbox_post_get(struct arena *a, struct slice *s, struct wire_inbox_post *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 4) {
        return ERR_INPUT;
    }
    TRY(cbor_get_bytes(s, &v->inbox));
    TRY(cbor_get_bytes(s, &v->token));
    TRY(cbor_get_bytes(s, &v->mid));
    TRY(cbor_get_bytes(s, &v->body));
    (void)a;
    for (size_t i = 4; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err wire_inbox_post_decode(struct arena *a, struct slice s, struct wire_inbox_post *v)
{
    TRY(wire_inbox_post_get(a, &s, v));
    return slice_end(s);
}

void wire_chain_get_put(struct buf *b, const struct wire_chain_get *v)
{
    cbor_put_array(b, 3);
    cbor_put_bytes(b, v->account);
    cbor_put_uint(b, v->from);
    cbor_put_bool(b, v->key);
}

enum err wire_chain_get_get(struct arena *a, struct slice *s, struct wire_chain_get *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 3) {
        return ERR_INPUT;
    }
    TRY(cbor_get_bytes(s, &v->account));
    TRY(cbor_get_uint(s, &v->from));
    TRY(cbor_get_bool(s, &v->key));
    (void)a;
    for (size_t i = 3; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err wire_chain_get_decode(struct arena *a, struct slice s, struct wire_chain_get *v)
{
    TRY(wire_chain_get_get(a, &s, v));
    return slice_end(s);
}

void wire_chain_put(struct buf *b, const struct wire_chain *v)
{
    cbor_put_array(b, 3);
    cbor_put_bytes(b, v->account);
    cbor_put_array(b, v->entries_n);
    for (size_t i = 0; i < v->entries_n; i++) {
        cbor_put_bytes(b, v->entries[i]);
    }
    if (v->has_hpke) {
        cbor_put_bytes(b, v->hpke);
    } else {
        cbor_put_null(b);
    }
}

enum err wire_chain_get(struct arena *a, struct slice *s, struct wire_chain *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 3) {
        return ERR_INPUT;
    }
    TRY(cbor_get_bytes(s, &v->account));
    TRY(cbor_get_array(s, &v->entries_n));
    if (v->entries_n > 0) {
        struct slice *list = arena_array(a, v->entries_n, sizeof *list);
        if (list == NULL) {
            return ERR_HOST_MEMORY;
        }
        for (size_t i = 0; i < v->entries_n; i++) {
            TRY(cbor_get_bytes(s, &list[i]));
        }
        v->entries = list;
    }
    v->has_hpke = !cbor_take_null(s);
    if (v->has_hpke) {
        TRY(cbor_get_bytes(s, &v->hpke));
    }
    for (size_t i = 3; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err wire_chain_decode(struct arena *a, struct slice s, struct wire_chain *v)
{
    TRY(wire_chain_get(a, &s, v));
    return slice_end(s);
}

void wire_box_new_put(struct buf *b, const struct wire_box_new *v)
{
    cbor_put_array(b, 6);
    cbor_put_bytes(b, v->mailbox);
    cbor_put_bytes(b, v->read_hash);
    cbor_put_bytes(b, v->write_key);
    cbor_put_uint(b, v->epoch);
    if (v->has_grant) {
        cbor_put_bytes(b, v->grant);
    } else {
        cbor_put_null(b);
    }
    if (v->has_info) {
        cbor_put_bytes(b, v->info);
    } else {
        cbor_put_null(b);
    }
}

enum err wire_box_new_get(struct arena *a, struct slice *s, struct wire_box_new *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 6) {
        return ERR_INPUT;
    }
    TRY(cbor_get_bytes(s, &v->mailbox));
    TRY(cbor_get_bytes(s, &v->read_hash));
    TRY(cbor_get_bytes(s, &v->write_key));
    TRY(cbor_get_uint(s, &v->epoch));
    v->has_grant = !cbor_take_null(s);
    if (v->has_grant) {
        TRY(cbor_get_bytes(s, &v->grant));
    }
    v->has_info = !cbor_take_null(s);
    if (v->has_info) {
        TRY(cbor_get_bytes(s, &v->info));
    }
    (void)a;
    for (size_t i = 6; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err wire_box_new_decode(struct arena *a, struct slice s, struct wire_box_new *v)
{
    TRY(wire_box_new_get(a, &s, v));
    return slice_end(s);
}

void wire_open_put(struct buf *b, const struct wire_open *v)
{
    cbor_put_array(b, 4);
    cbor_put_bytes(b, v->mailbox);
    cbor_put_bytes(b, v->read_tag);
    if (v->has_cursor) {
        cbor_put_uint(b, v->cursor);
    } else {
        cbor_put_null(b);
    }
    cbor_put_uint(b, v->epoch);
}

enum err wire_open_get(struct arena *a, struct slice *s, struct wire_open *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 4) {
        return ERR_INPUT;
    }
    TRY(cbor_get_bytes(s, &v->mailbox));
    TRY(cbor_get_bytes(s, &v->read_tag));
    v->has_cursor = !cbor_take_null(s);
    if (v->has_cursor) {
        TRY(cbor_get_uint(s, &v->cursor));
    }
    TRY(cbor_get_uint(s, &v->epoch));
    (void)a;
    for (size_t i = 4; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err wire_open_decode(struct arena *a, struct slice s, struct wire_open *v)
{
    TRY(wire_open_get(a, &s, v));
    return slice_end(s);
}

void wire_opened_put(struct buf *b, const struct wire_opened *v)
{
    cbor_put_array(b, 5);
    cbor_put_uint(b, v->handle);
    cbor_put_uint(b, v->head);
    cbor_put_uint(b, v->epoch);
    cbor_put_uint(b, v->first);
    if (v->has_at) {
        cbor_put_bytes(b, v->at);
    } else {
        cbor_put_null(b);
    }
}

enum err wire_opened_get(struct arena *a, struct slice *s, struct wire_opened *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 5) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->handle));
    TRY(cbor_get_uint(s, &v->head));
    TRY(cbor_get_uint(s, &v->epoch));
    TRY(cbor_get_uint(s, &v->first));
    v->has_at = !cbor_take_null(s);
    if (v->has_at) {
        TRY(cbor_get_bytes(s, &v->at));
    }
    (void)a;
    for (size_t i = 5; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err wire_opened_decode(struct arena *a, struct slice s, struct wire_opened *v)
{
    TRY(wire_opened_get(a, &s, v));
    return slice_end(s);
}

void wire_close_put(struct buf *b, const struct wire_close *v)
{
    cbor_put_array(b, 1);
    cbor_put_uint(b, v->handle);
}

enum err wire_close_get(struct arena *a, struct slice *s, struct wire_close *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 1) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->handle));
    (void)a;
    for (size_t i = 1; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err wire_close_decode(struct arena *a, struct slice s, struct wire_close *v)
{
    TRY(wire_close_get(a, &s, v));
    return slice_end(s);
}

void wire_welcome_put(struct buf *b, const struct wire_welcome *v)
{
    cbor_put_array(b, 3);
    cbor_put_bytes(b, v->inbox);
    cbor_put_bytes(b, v->token);
    cbor_put_bytes(b, v->body);
}

enum err wire_welcome_get(struct arena *a, struct slice *s, struct wire_welcome *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 3) {
        return ERR_INPUT;
    }
    TRY(cbor_get_bytes(s, &v->inbox));
    TRY(cbor_get_bytes(s, &v->token));
    TRY(cbor_get_bytes(s, &v->body));
    (void)a;
    for (size_t i = 3; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err wire_welcome_decode(struct arena *a, struct slice s, struct wire_welcome *v)
{
    TRY(wire_welcome_get(a, &s, v));
    return slice_end(s);
}

void wire_commit_put(struct buf *b, const struct wire_commit *v)
{
    cbor_put_array(b, 10);
    cbor_put_uint(b, v->handle);
    cbor_put_bytes(b, v->mid);
    cbor_put_uint(b, v->epoch);
    cbor_put_bytes(b, v->branch);
    cbor_put_bytes(b, v->body);
    cbor_put_bytes(b, v->next_key);
    if (v->has_read_hash) {
        cbor_put_bytes(b, v->read_hash);
    } else {
        cbor_put_null(b);
    }
    if (v->has_info) {
        cbor_put_bytes(b, v->info);
    } else {
        cbor_put_null(b);
    }
    cbor_put_array(b, v->welcomes_n);
    for (size_t i = 0; i < v->welcomes_n; i++) {
        wire_welcome_put(b, &v->welcomes[i]);
    }
    cbor_put_bytes(b, v->signature);
}

enum err wire_commit_get(struct arena *a, struct slice *s, struct wire_commit *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 10) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->handle));
    TRY(cbor_get_bytes(s, &v->mid));
    TRY(cbor_get_uint(s, &v->epoch));
    TRY(cbor_get_bytes(s, &v->branch));
    TRY(cbor_get_bytes(s, &v->body));
    TRY(cbor_get_bytes(s, &v->next_key));
    v->has_read_hash = !cbor_take_null(s);
    if (v->has_read_hash) {
        TRY(cbor_get_bytes(s, &v->read_hash));
    }
    v->has_info = !cbor_take_null(s);
    if (v->has_info) {
        TRY(cbor_get_bytes(s, &v->info));
    }
    TRY(cbor_get_array(s, &v->welcomes_n));
    if (v->welcomes_n > 0) {
        struct wire_welcome *list = arena_array(a, v->welcomes_n, sizeof *list);
        if (list == NULL) {
            return ERR_HOST_MEMORY;
        }
        for (size_t i = 0; i < v->welcomes_n; i++) {
            TRY(wire_welcome_get(a, s, &list[i]));
        }
        v->welcomes = list;
    }
    TRY(cbor_get_bytes(s, &v->signature));
    for (size_t i = 10; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err wire_commit_decode(struct arena *a, struct slice s, struct wire_commit *v)
{
    TRY(wire_commit_get(a, &s, v));
    return slice_end(s);
}

void wire_info_get_put(struct buf *b, const struct wire_info_get *v)
{
    cbor_put_array(b, 2);
    cbor_put_bytes(b, v->mailbox);
    cbor_put_bytes(b, v->read_tag);
}

enum err wire_info_get_get(struct arena *a, struct slice *s, struct wire_info_get *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 2) {
        return ERR_INPUT;
    }
    TRY(cbor_get_bytes(s, &v->mailbox));
    TRY(cbor_get_bytes(s, &v->read_tag));
    (void)a;
    for (size_t i = 2; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err wire_info_get_decode(struct arena *a, struct slice s, struct wire_info_get *v)
{
    TRY(wire_info_get_get(a, &s, v));
    return slice_end(s);
}

void wire_info_put(struct buf *b, const struct wire_info *v)
{
    cbor_put_array(b, 3);
    if (v->has_info) {
        cbor_put_bytes(b, v->info);
    } else {
        cbor_put_null(b);
    }
    cbor_put_uint(b, v->epoch);
    cbor_put_uint(b, v->head);
}

enum err wire_info_get(struct arena *a, struct slice *s, struct wire_info *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 3) {
        return ERR_INPUT;
    }
    v->has_info = !cbor_take_null(s);
    if (v->has_info) {
        TRY(cbor_get_bytes(s, &v->info));
    }
    TRY(cbor_get_uint(s, &v->epoch));
    TRY(cbor_get_uint(s, &v->head));
    (void)a;
    for (size_t i = 3; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err wire_info_decode(struct arena *a, struct slice s, struct wire_info *v)
{
    TRY(wire_info_get(a, &s, v));
    return slice_end(s);
}

void wire_blob_new_put(struct buf *b, const struct wire_blob_new *v)
{
    cbor_put_array(b, 6);
    cbor_put_bytes(b, v->blob);
    cbor_put_uint(b, v->bytes);
    cbor_put_uint(b, v->chunk);
    if (v->has_grant) {
        cbor_put_bytes(b, v->grant);
    } else {
        cbor_put_null(b);
    }
    if (v->has_mailbox) {
        cbor_put_bytes(b, v->mailbox);
    } else {
        cbor_put_null(b);
    }
    cbor_put_bytes(b, v->drop_hash);
}

enum err wire_blob_new_get(struct arena *a, struct slice *s, struct wire_blob_new *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 6) {
        return ERR_INPUT;
    }
    TRY(cbor_get_bytes(s, &v->blob));
    TRY(cbor_get_uint(s, &v->bytes));
    TRY(cbor_get_uint(s, &v->chunk));
    v->has_grant = !cbor_take_null(s);
    if (v->has_grant) {
        TRY(cbor_get_bytes(s, &v->grant));
    }
    v->has_mailbox = !cbor_take_null(s);
    if (v->has_mailbox) {
        TRY(cbor_get_bytes(s, &v->mailbox));
    }
    TRY(cbor_get_bytes(s, &v->drop_hash));
    (void)a;
    for (size_t i = 6; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err wire_blob_new_decode(struct arena *a, struct slice s, struct wire_blob_new *v)
{
    TRY(wire_blob_new_get(a, &s, v));
    return slice_end(s);
}

void wire_blob_stat_put(struct buf *b, const struct wire_blob_stat *v)
{
    cbor_put_array(b, 1);
    cbor_put_bytes(b, v->blob);
}

enum err wire_blob_stat_get(struct arena *a, struct slice *s, struct wire_blob_stat *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 1) {
        return ERR_INPUT;
    }
    TRY(cbor_get_bytes(s, &v->blob));
    (void)a;
    for (size_t i = 1; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err wire_blob_stat_decode(struct arena *a, struct slice s, struct wire_blob_stat *v)
{
    TRY(wire_blob_stat_get(a, &s, v));
    return slice_end(s);
}

void wire_blob_state_put(struct buf *b, const struct wire_blob_state *v)
{
    cbor_put_array(b, 4);
    cbor_put_uint(b, v->bytes);
    cbor_put_uint(b, v->chunk);
    cbor_put_uint(b, v->have);
    cbor_put_uint(b, v->expires_s);
}

enum err wire_blob_state_get(struct arena *a, struct slice *s, struct wire_blob_state *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 4) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->bytes));
    TRY(cbor_get_uint(s, &v->chunk));
    TRY(cbor_get_uint(s, &v->have));
    TRY(cbor_get_uint(s, &v->expires_s));
    (void)a;
    for (size_t i = 4; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err wire_blob_state_decode(struct arena *a, struct slice s, struct wire_blob_state *v)
{
    TRY(wire_blob_state_get(a, &s, v));
    return slice_end(s);
}

void wire_blob_drop_put(struct buf *b, const struct wire_blob_drop *v)
{
    cbor_put_array(b, 2);
    cbor_put_bytes(b, v->blob);
    cbor_put_bytes(b, v->secret);
}

enum err wire_blob_drop_get(struct arena *a, struct slice *s, struct wire_blob_drop *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 2) {
        return ERR_INPUT;
    }
    TRY(cbor_get_bytes(s, &v->blob));
    TRY(cbor_get_bytes(s, &v->secret));
    (void)a;
    for (size_t i = 2; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err wire_blob_drop_decode(struct arena *a, struct slice s, struct wire_blob_drop *v)
{
    TRY(wire_blob_drop_get(a, &s, v));
    return slice_end(s);
}

void wire_record_put_put(struct buf *b, const struct wire_record_put *v)
{
    cbor_put_array(b, 3);
    cbor_put_uint(b, v->number);
    cbor_put_bytes(b, v->head);
    cbor_put_bytes(b, v->body);
}

enum err wire_record_put_get(struct arena *a, struct slice *s, struct wire_record_put *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 3) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->number));
    TRY(cbor_get_bytes(s, &v->head));
    TRY(cbor_get_bytes(s, &v->body));
    (void)a;
    for (size_t i = 3; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err wire_record_put_decode(struct arena *a, struct slice s, struct wire_record_put *v)
{
    TRY(wire_record_put_get(a, &s, v));
    return slice_end(s);
}

void wire_record_get_put(struct buf *b, const struct wire_record_get *v)
{
    cbor_put_array(b, 1);
    cbor_put_uint(b, v->from);
}

enum err wire_record_get_get(struct arena *a, struct slice *s, struct wire_record_get *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 1) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->from));
    (void)a;
    for (size_t i = 1; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err wire_record_get_decode(struct arena *a, struct slice s, struct wire_record_get *v)
{
    TRY(wire_record_get_get(a, &s, v));
    return slice_end(s);
}

void wire_record_put(struct buf *b, const struct wire_record *v)
{
    cbor_put_array(b, 5);
    cbor_put_bytes(b, v->device);
    cbor_put_uint(b, v->number);
    cbor_put_bytes(b, v->head);
    cbor_put_bytes(b, v->body);
    cbor_put_uint(b, v->left);
}

enum err wire_record_get(struct arena *a, struct slice *s, struct wire_record *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 5) {
        return ERR_INPUT;
    }
    TRY(cbor_get_bytes(s, &v->device));
    TRY(cbor_get_uint(s, &v->number));
    TRY(cbor_get_bytes(s, &v->head));
    TRY(cbor_get_bytes(s, &v->body));
    TRY(cbor_get_uint(s, &v->left));
    (void)a;
    for (size_t i = 5; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err wire_record_decode(struct arena *a, struct slice s, struct wire_record *v)
{
    TRY(wire_record_get(a, &s, v));
    return slice_end(s);
}

void wire_write_put(struct buf *b, const struct wire_write *v)
{
    cbor_put_array(b, 3);
    cbor_put_uint(b, v->handle);
    cbor_put_uint(b, v->epoch);
    cbor_put_bytes(b, v->signature);
}

enum err wire_write_get(struct arena *a, struct slice *s, struct wire_write *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 3) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->handle));
    TRY(cbor_get_uint(s, &v->epoch));
    TRY(cbor_get_bytes(s, &v->signature));
    (void)a;
    for (size_t i = 3; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err wire_write_decode(struct arena *a, struct slice s, struct wire_write *v)
{
    TRY(wire_write_get(a, &s, v));
    return slice_end(s);
}
