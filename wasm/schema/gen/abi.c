/* Made by gen.py from abi.cddl; do not edit. */
#include "schema/gen/abi.h"

#include <string.h>

void abi_op_status_put(struct buf *b, const struct abi_op_status *v)
{
    cbor_put_array(b, 1);
    cbor_put_uint(b, 1);
    (void)v;
}

enum err abi_op_status_get(struct arena *a, struct slice *s, struct abi_op_status *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 1) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 1) {
        return ERR_INPUT;
    }
    (void)a;
    for (size_t i = 1; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_status_decode(struct arena *a, struct slice s, struct abi_op_status *v)
{
    TRY(abi_op_status_get(a, &s, v));
    return slice_end(s);
}

void abi_slot_put(struct buf *b, const struct abi_slot *v)
{
    cbor_put_array(b, 5);
    cbor_put_uint(b, v->slot_kind);
    cbor_put_bytes(b, v->salt);
    cbor_put_uint(b, v->ops);
    cbor_put_uint(b, v->memory);
    cbor_put_bytes(b, v->label);
}

enum err abi_slot_get(struct arena *a, struct slice *s, struct abi_slot *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 5) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->slot_kind));
    TRY(cbor_get_bytes(s, &v->salt));
    TRY(cbor_get_uint(s, &v->ops));
    TRY(cbor_get_uint(s, &v->memory));
    TRY(cbor_get_bytes(s, &v->label));
    (void)a;
    for (size_t i = 5; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_slot_decode(struct arena *a, struct slice s, struct abi_slot *v)
{
    TRY(abi_slot_get(a, &s, v));
    return slice_end(s);
}

void abi_op_create_put(struct buf *b, const struct abi_op_create *v)
{
    cbor_put_array(b, 7);
    cbor_put_uint(b, 2);
    cbor_put_text(b, v->name);
    cbor_put_text(b, v->gateway);
    abi_slot_put(b, &v->slot);
    cbor_put_bytes(b, v->secret);
    cbor_put_text(b, v->device);
    cbor_put_text(b, v->invitation);
}

enum err abi_op_create_get(struct arena *a, struct slice *s, struct abi_op_create *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 7) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 2) {
        return ERR_INPUT;
    }
    TRY(cbor_get_text(s, &v->name));
    TRY(cbor_get_text(s, &v->gateway));
    TRY(abi_slot_get(a, s, &v->slot));
    TRY(cbor_get_bytes(s, &v->secret));
    TRY(cbor_get_text(s, &v->device));
    TRY(cbor_get_text(s, &v->invitation));
    for (size_t i = 7; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_create_decode(struct arena *a, struct slice s, struct abi_op_create *v)
{
    TRY(abi_op_create_get(a, &s, v));
    return slice_end(s);
}

void abi_op_unlock_put(struct buf *b, const struct abi_op_unlock *v)
{
    cbor_put_array(b, 3);
    cbor_put_uint(b, 3);
    cbor_put_uint(b, v->kind);
    cbor_put_bytes(b, v->secret);
}

enum err abi_op_unlock_get(struct arena *a, struct slice *s, struct abi_op_unlock *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 3) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 3) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->kind));
    TRY(cbor_get_bytes(s, &v->secret));
    (void)a;
    for (size_t i = 3; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_unlock_decode(struct arena *a, struct slice s, struct abi_op_unlock *v)
{
    TRY(abi_op_unlock_get(a, &s, v));
    return slice_end(s);
}

void abi_op_lock_put(struct buf *b, const struct abi_op_lock *v)
{
    cbor_put_array(b, 1);
    cbor_put_uint(b, 4);
    (void)v;
}

enum err abi_op_lock_get(struct arena *a, struct slice *s, struct abi_op_lock *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 1) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 4) {
        return ERR_INPUT;
    }
    (void)a;
    for (size_t i = 1; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_lock_decode(struct arena *a, struct slice s, struct abi_op_lock *v)
{
    TRY(abi_op_lock_get(a, &s, v));
    return slice_end(s);
}

void abi_op_slot_put_put(struct buf *b, const struct abi_op_slot_put *v)
{
    cbor_put_array(b, 3);
    cbor_put_uint(b, 5);
    abi_slot_put(b, &v->slot);
    cbor_put_bytes(b, v->secret);
}

enum err abi_op_slot_put_get(struct arena *a, struct slice *s, struct abi_op_slot_put *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 3) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 5) {
        return ERR_INPUT;
    }
    TRY(abi_slot_get(a, s, &v->slot));
    TRY(cbor_get_bytes(s, &v->secret));
    for (size_t i = 3; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_slot_put_decode(struct arena *a, struct slice s, struct abi_op_slot_put *v)
{
    TRY(abi_op_slot_put_get(a, &s, v));
    return slice_end(s);
}

void abi_op_slot_drop_put(struct buf *b, const struct abi_op_slot_drop *v)
{
    cbor_put_array(b, 2);
    cbor_put_uint(b, 6);
    cbor_put_uint(b, v->slot_kind);
}

enum err abi_op_slot_drop_get(struct arena *a, struct slice *s, struct abi_op_slot_drop *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 2) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 6) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->slot_kind));
    (void)a;
    for (size_t i = 2; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_slot_drop_decode(struct arena *a, struct slice s, struct abi_op_slot_drop *v)
{
    TRY(abi_op_slot_drop_get(a, &s, v));
    return slice_end(s);
}

void abi_op_recover_put(struct buf *b, const struct abi_op_recover *v)
{
    cbor_put_array(b, 6);
    cbor_put_uint(b, 7);
    cbor_put_text(b, v->code);
    cbor_put_text(b, v->gateway);
    abi_slot_put(b, &v->slot);
    cbor_put_bytes(b, v->secret);
    cbor_put_text(b, v->device);
}

enum err abi_op_recover_get(struct arena *a, struct slice *s, struct abi_op_recover *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 6) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 7) {
        return ERR_INPUT;
    }
    TRY(cbor_get_text(s, &v->code));
    TRY(cbor_get_text(s, &v->gateway));
    TRY(abi_slot_get(a, s, &v->slot));
    TRY(cbor_get_bytes(s, &v->secret));
    TRY(cbor_get_text(s, &v->device));
    for (size_t i = 6; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_recover_decode(struct arena *a, struct slice s, struct abi_op_recover *v)
{
    TRY(abi_op_recover_get(a, &s, v));
    return slice_end(s);
}

void abi_op_recovery_new_put(struct buf *b, const struct abi_op_recovery_new *v)
{
    cbor_put_array(b, 1);
    cbor_put_uint(b, 8);
    (void)v;
}

enum err abi_op_recovery_new_get(struct arena *a, struct slice *s, struct abi_op_recovery_new *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 1) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 8) {
        return ERR_INPUT;
    }
    (void)a;
    for (size_t i = 1; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_recovery_new_decode(struct arena *a, struct slice s, struct abi_op_recovery_new *v)
{
    TRY(abi_op_recovery_new_get(a, &s, v));
    return slice_end(s);
}

void abi_op_recovery_check_put(struct buf *b, const struct abi_op_recovery_check *v)
{
    cbor_put_array(b, 2);
    cbor_put_uint(b, 9);
    cbor_put_text(b, v->code);
}

enum err abi_op_recovery_check_get(struct arena *a, struct slice *s, struct abi_op_recovery_check *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 2) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 9) {
        return ERR_INPUT;
    }
    TRY(cbor_get_text(s, &v->code));
    (void)a;
    for (size_t i = 2; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_recovery_check_decode(struct arena *a, struct slice s, struct abi_op_recovery_check *v)
{
    TRY(abi_op_recovery_check_get(a, &s, v));
    return slice_end(s);
}

void abi_op_recovery_set_put(struct buf *b, const struct abi_op_recovery_set *v)
{
    cbor_put_array(b, 3);
    cbor_put_uint(b, 14);
    cbor_put_text(b, v->code);
    cbor_put_text(b, v->old);
}

enum err abi_op_recovery_set_get(struct arena *a, struct slice *s, struct abi_op_recovery_set *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 3) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 14) {
        return ERR_INPUT;
    }
    TRY(cbor_get_text(s, &v->code));
    TRY(cbor_get_text(s, &v->old));
    (void)a;
    for (size_t i = 3; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_recovery_set_decode(struct arena *a, struct slice s, struct abi_op_recovery_set *v)
{
    TRY(abi_op_recovery_set_get(a, &s, v));
    return slice_end(s);
}

void abi_op_recovery_again_put(struct buf *b, const struct abi_op_recovery_again *v)
{
    cbor_put_array(b, 2);
    cbor_put_uint(b, 15);
    cbor_put_text(b, v->code);
}

enum err abi_op_recovery_again_get(struct arena *a, struct slice *s, struct abi_op_recovery_again *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 2) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 15) {
        return ERR_INPUT;
    }
    TRY(cbor_get_text(s, &v->code));
    (void)a;
    for (size_t i = 2; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_recovery_again_decode(struct arena *a, struct slice s, struct abi_op_recovery_again *v)
{
    TRY(abi_op_recovery_again_get(a, &s, v));
    return slice_end(s);
}

void abi_op_wipe_put(struct buf *b, const struct abi_op_wipe *v)
{
    cbor_put_array(b, 1);
    cbor_put_uint(b, 10);
    (void)v;
}

enum err abi_op_wipe_get(struct arena *a, struct slice *s, struct abi_op_wipe *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 1) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 10) {
        return ERR_INPUT;
    }
    (void)a;
    for (size_t i = 1; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_wipe_decode(struct arena *a, struct slice s, struct abi_op_wipe *v)
{
    TRY(abi_op_wipe_get(a, &s, v));
    return slice_end(s);
}

void abi_op_profile_set_put(struct buf *b, const struct abi_op_profile_set *v)
{
    cbor_put_array(b, 3);
    cbor_put_uint(b, 11);
    cbor_put_text(b, v->name);
    if (v->has_picture) {
        cbor_put_bytes(b, v->picture);
    } else {
        cbor_put_null(b);
    }
}

enum err abi_op_profile_set_get(struct arena *a, struct slice *s, struct abi_op_profile_set *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 3) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 11) {
        return ERR_INPUT;
    }
    TRY(cbor_get_text(s, &v->name));
    v->has_picture = !cbor_take_null(s);
    if (v->has_picture) {
        TRY(cbor_get_bytes(s, &v->picture));
    }
    (void)a;
    for (size_t i = 3; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_profile_set_decode(struct arena *a, struct slice s, struct abi_op_profile_set *v)
{
    TRY(abi_op_profile_set_get(a, &s, v));
    return slice_end(s);
}

void abi_op_setting_set_put(struct buf *b, const struct abi_op_setting_set *v)
{
    cbor_put_array(b, 3);
    cbor_put_uint(b, 12);
    cbor_put_text(b, v->key);
    cbor_put_text(b, v->value);
}

enum err abi_op_setting_set_get(struct arena *a, struct slice *s, struct abi_op_setting_set *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 3) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 12) {
        return ERR_INPUT;
    }
    TRY(cbor_get_text(s, &v->key));
    TRY(cbor_get_text(s, &v->value));
    (void)a;
    for (size_t i = 3; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_setting_set_decode(struct arena *a, struct slice s, struct abi_op_setting_set *v)
{
    TRY(abi_op_setting_set_get(a, &s, v));
    return slice_end(s);
}

void abi_op_settings_put(struct buf *b, const struct abi_op_settings *v)
{
    cbor_put_array(b, 1);
    cbor_put_uint(b, 13);
    (void)v;
}

enum err abi_op_settings_get(struct arena *a, struct slice *s, struct abi_op_settings *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 1) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 13) {
        return ERR_INPUT;
    }
    (void)a;
    for (size_t i = 1; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_settings_decode(struct arena *a, struct slice s, struct abi_op_settings *v)
{
    TRY(abi_op_settings_get(a, &s, v));
    return slice_end(s);
}

void abi_op_link_make_put(struct buf *b, const struct abi_op_link_make *v)
{
    cbor_put_array(b, 4);
    cbor_put_uint(b, 16);
    cbor_put_text(b, v->label);
    cbor_put_uint(b, v->uses);
    cbor_put_uint(b, v->days);
}

enum err abi_op_link_make_get(struct arena *a, struct slice *s, struct abi_op_link_make *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 4) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 16) {
        return ERR_INPUT;
    }
    TRY(cbor_get_text(s, &v->label));
    TRY(cbor_get_uint(s, &v->uses));
    TRY(cbor_get_uint(s, &v->days));
    (void)a;
    for (size_t i = 4; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_link_make_decode(struct arena *a, struct slice s, struct abi_op_link_make *v)
{
    TRY(abi_op_link_make_get(a, &s, v));
    return slice_end(s);
}

void abi_op_link_list_put(struct buf *b, const struct abi_op_link_list *v)
{
    cbor_put_array(b, 1);
    cbor_put_uint(b, 17);
    (void)v;
}

enum err abi_op_link_list_get(struct arena *a, struct slice *s, struct abi_op_link_list *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 1) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 17) {
        return ERR_INPUT;
    }
    (void)a;
    for (size_t i = 1; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_link_list_decode(struct arena *a, struct slice s, struct abi_op_link_list *v)
{
    TRY(abi_op_link_list_get(a, &s, v));
    return slice_end(s);
}

void abi_op_link_drop_put(struct buf *b, const struct abi_op_link_drop *v)
{
    cbor_put_array(b, 2);
    cbor_put_uint(b, 18);
    cbor_put_uint(b, v->id);
}

enum err abi_op_link_drop_get(struct arena *a, struct slice *s, struct abi_op_link_drop *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 2) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 18) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->id));
    (void)a;
    for (size_t i = 2; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_link_drop_decode(struct arena *a, struct slice s, struct abi_op_link_drop *v)
{
    TRY(abi_op_link_drop_get(a, &s, v));
    return slice_end(s);
}

void abi_op_add_put(struct buf *b, const struct abi_op_add *v)
{
    cbor_put_array(b, 2);
    cbor_put_uint(b, 19);
    cbor_put_text(b, v->link);
}

enum err abi_op_add_get(struct arena *a, struct slice *s, struct abi_op_add *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 2) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 19) {
        return ERR_INPUT;
    }
    TRY(cbor_get_text(s, &v->link));
    (void)a;
    for (size_t i = 2; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_add_decode(struct arena *a, struct slice s, struct abi_op_add *v)
{
    TRY(abi_op_add_get(a, &s, v));
    return slice_end(s);
}

void abi_op_link_read_put(struct buf *b, const struct abi_op_link_read *v)
{
    cbor_put_array(b, 2);
    cbor_put_uint(b, 20);
    cbor_put_text(b, v->link);
}

enum err abi_op_link_read_get(struct arena *a, struct slice *s, struct abi_op_link_read *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 2) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 20) {
        return ERR_INPUT;
    }
    TRY(cbor_get_text(s, &v->link));
    (void)a;
    for (size_t i = 2; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_link_read_decode(struct arena *a, struct slice s, struct abi_op_link_read *v)
{
    TRY(abi_op_link_read_get(a, &s, v));
    return slice_end(s);
}

void abi_op_requests_put(struct buf *b, const struct abi_op_requests *v)
{
    cbor_put_array(b, 1);
    cbor_put_uint(b, 21);
    (void)v;
}

enum err abi_op_requests_get(struct arena *a, struct slice *s, struct abi_op_requests *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 1) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 21) {
        return ERR_INPUT;
    }
    (void)a;
    for (size_t i = 1; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_requests_decode(struct arena *a, struct slice s, struct abi_op_requests *v)
{
    TRY(abi_op_requests_get(a, &s, v));
    return slice_end(s);
}

void abi_op_request_answer_put(struct buf *b, const struct abi_op_request_answer *v)
{
    cbor_put_array(b, 3);
    cbor_put_uint(b, 22);
    cbor_put_uint(b, v->id);
    cbor_put_uint(b, v->answer);
}

enum err abi_op_request_answer_get(struct arena *a, struct slice *s, struct abi_op_request_answer *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 3) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 22) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->id));
    TRY(cbor_get_uint(s, &v->answer));
    (void)a;
    for (size_t i = 3; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_request_answer_decode(struct arena *a, struct slice s, struct abi_op_request_answer *v)
{
    TRY(abi_op_request_answer_get(a, &s, v));
    return slice_end(s);
}

void abi_op_block_put(struct buf *b, const struct abi_op_block *v)
{
    cbor_put_array(b, 3);
    cbor_put_uint(b, 23);
    cbor_put_uint(b, v->person);
    cbor_put_bool(b, v->on);
}

enum err abi_op_block_get(struct arena *a, struct slice *s, struct abi_op_block *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 3) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 23) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->person));
    TRY(cbor_get_bool(s, &v->on));
    (void)a;
    for (size_t i = 3; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_block_decode(struct arena *a, struct slice s, struct abi_op_block *v)
{
    TRY(abi_op_block_get(a, &s, v));
    return slice_end(s);
}

void abi_op_chats_put(struct buf *b, const struct abi_op_chats *v)
{
    cbor_put_array(b, 1);
    cbor_put_uint(b, 32);
    (void)v;
}

enum err abi_op_chats_get(struct arena *a, struct slice *s, struct abi_op_chats *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 1) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 32) {
        return ERR_INPUT;
    }
    (void)a;
    for (size_t i = 1; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_chats_decode(struct arena *a, struct slice s, struct abi_op_chats *v)
{
    TRY(abi_op_chats_get(a, &s, v));
    return slice_end(s);
}

void abi_op_chat_put(struct buf *b, const struct abi_op_chat *v)
{
    cbor_put_array(b, 2);
    cbor_put_uint(b, 33);
    cbor_put_uint(b, v->chat);
}

enum err abi_op_chat_get(struct arena *a, struct slice *s, struct abi_op_chat *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 2) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 33) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->chat));
    (void)a;
    for (size_t i = 2; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_chat_decode(struct arena *a, struct slice s, struct abi_op_chat *v)
{
    TRY(abi_op_chat_get(a, &s, v));
    return slice_end(s);
}

void abi_op_chat_set_put(struct buf *b, const struct abi_op_chat_set *v)
{
    cbor_put_array(b, 4);
    cbor_put_uint(b, 34);
    cbor_put_uint(b, v->chat);
    cbor_put_text(b, v->key);
    cbor_put_uint(b, v->value);
}

enum err abi_op_chat_set_get(struct arena *a, struct slice *s, struct abi_op_chat_set *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 4) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 34) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->chat));
    TRY(cbor_get_text(s, &v->key));
    TRY(cbor_get_uint(s, &v->value));
    (void)a;
    for (size_t i = 4; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_chat_set_decode(struct arena *a, struct slice s, struct abi_op_chat_set *v)
{
    TRY(abi_op_chat_set_get(a, &s, v));
    return slice_end(s);
}

void abi_op_chat_delete_put(struct buf *b, const struct abi_op_chat_delete *v)
{
    cbor_put_array(b, 2);
    cbor_put_uint(b, 35);
    cbor_put_uint(b, v->chat);
}

enum err abi_op_chat_delete_get(struct arena *a, struct slice *s, struct abi_op_chat_delete *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 2) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 35) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->chat));
    (void)a;
    for (size_t i = 2; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_chat_delete_decode(struct arena *a, struct slice s, struct abi_op_chat_delete *v)
{
    TRY(abi_op_chat_delete_get(a, &s, v));
    return slice_end(s);
}

void abi_op_members_put(struct buf *b, const struct abi_op_members *v)
{
    cbor_put_array(b, 2);
    cbor_put_uint(b, 36);
    cbor_put_uint(b, v->chat);
}

enum err abi_op_members_get(struct arena *a, struct slice *s, struct abi_op_members *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 2) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 36) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->chat));
    (void)a;
    for (size_t i = 2; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_members_decode(struct arena *a, struct slice s, struct abi_op_members *v)
{
    TRY(abi_op_members_get(a, &s, v));
    return slice_end(s);
}

void abi_op_people_put(struct buf *b, const struct abi_op_people *v)
{
    cbor_put_array(b, 1);
    cbor_put_uint(b, 37);
    (void)v;
}

enum err abi_op_people_get(struct arena *a, struct slice *s, struct abi_op_people *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 1) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 37) {
        return ERR_INPUT;
    }
    (void)a;
    for (size_t i = 1; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_people_decode(struct arena *a, struct slice s, struct abi_op_people *v)
{
    TRY(abi_op_people_get(a, &s, v));
    return slice_end(s);
}

void abi_op_person_put(struct buf *b, const struct abi_op_person *v)
{
    cbor_put_array(b, 2);
    cbor_put_uint(b, 38);
    cbor_put_uint(b, v->person);
}

enum err abi_op_person_get(struct arena *a, struct slice *s, struct abi_op_person *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 2) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 38) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->person));
    (void)a;
    for (size_t i = 2; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_person_decode(struct arena *a, struct slice s, struct abi_op_person *v)
{
    TRY(abi_op_person_get(a, &s, v));
    return slice_end(s);
}

void abi_op_safety_put(struct buf *b, const struct abi_op_safety *v)
{
    cbor_put_array(b, 2);
    cbor_put_uint(b, 39);
    cbor_put_uint(b, v->person);
}

enum err abi_op_safety_get(struct arena *a, struct slice *s, struct abi_op_safety *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 2) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 39) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->person));
    (void)a;
    for (size_t i = 2; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_safety_decode(struct arena *a, struct slice s, struct abi_op_safety *v)
{
    TRY(abi_op_safety_get(a, &s, v));
    return slice_end(s);
}

void abi_op_verify_put(struct buf *b, const struct abi_op_verify *v)
{
    cbor_put_array(b, 4);
    cbor_put_uint(b, 40);
    cbor_put_uint(b, v->person);
    cbor_put_bool(b, v->on);
    if (v->has_scanned) {
        cbor_put_bytes(b, v->scanned);
    } else {
        cbor_put_null(b);
    }
}

enum err abi_op_verify_get(struct arena *a, struct slice *s, struct abi_op_verify *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 4) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 40) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->person));
    TRY(cbor_get_bool(s, &v->on));
    v->has_scanned = !cbor_take_null(s);
    if (v->has_scanned) {
        TRY(cbor_get_bytes(s, &v->scanned));
    }
    (void)a;
    for (size_t i = 4; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_verify_decode(struct arena *a, struct slice s, struct abi_op_verify *v)
{
    TRY(abi_op_verify_get(a, &s, v));
    return slice_end(s);
}

void abi_op_fork_settle_put(struct buf *b, const struct abi_op_fork_settle *v)
{
    cbor_put_array(b, 2);
    cbor_put_uint(b, 41);
    cbor_put_uint(b, v->person);
}

enum err abi_op_fork_settle_get(struct arena *a, struct slice *s, struct abi_op_fork_settle *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 2) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 41) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->person));
    (void)a;
    for (size_t i = 2; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_fork_settle_decode(struct arena *a, struct slice s, struct abi_op_fork_settle *v)
{
    TRY(abi_op_fork_settle_get(a, &s, v));
    return slice_end(s);
}

void abi_op_messages_put(struct buf *b, const struct abi_op_messages *v)
{
    cbor_put_array(b, 6);
    cbor_put_uint(b, 48);
    cbor_put_uint(b, v->chat);
    cbor_put_uint(b, v->before);
    cbor_put_uint(b, v->after);
    cbor_put_uint(b, v->around);
    cbor_put_uint(b, v->limit);
}

enum err abi_op_messages_get(struct arena *a, struct slice *s, struct abi_op_messages *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 6) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 48) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->chat));
    TRY(cbor_get_uint(s, &v->before));
    TRY(cbor_get_uint(s, &v->after));
    TRY(cbor_get_uint(s, &v->around));
    TRY(cbor_get_uint(s, &v->limit));
    (void)a;
    for (size_t i = 6; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_messages_decode(struct arena *a, struct slice s, struct abi_op_messages *v)
{
    TRY(abi_op_messages_get(a, &s, v));
    return slice_end(s);
}

void abi_op_message_put(struct buf *b, const struct abi_op_message *v)
{
    cbor_put_array(b, 2);
    cbor_put_uint(b, 49);
    cbor_put_uint(b, v->id);
}

enum err abi_op_message_get(struct arena *a, struct slice *s, struct abi_op_message *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 2) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 49) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->id));
    (void)a;
    for (size_t i = 2; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_message_decode(struct arena *a, struct slice s, struct abi_op_message *v)
{
    TRY(abi_op_message_get(a, &s, v));
    return slice_end(s);
}

void abi_op_search_put(struct buf *b, const struct abi_op_search *v)
{
    cbor_put_array(b, 5);
    cbor_put_uint(b, 50);
    cbor_put_text(b, v->text);
    cbor_put_uint(b, v->chat);
    cbor_put_uint(b, v->before);
    cbor_put_uint(b, v->limit);
}

enum err abi_op_search_get(struct arena *a, struct slice *s, struct abi_op_search *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 5) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 50) {
        return ERR_INPUT;
    }
    TRY(cbor_get_text(s, &v->text));
    TRY(cbor_get_uint(s, &v->chat));
    TRY(cbor_get_uint(s, &v->before));
    TRY(cbor_get_uint(s, &v->limit));
    (void)a;
    for (size_t i = 5; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_search_decode(struct arena *a, struct slice s, struct abi_op_search *v)
{
    TRY(abi_op_search_get(a, &s, v));
    return slice_end(s);
}

void abi_op_starred_put(struct buf *b, const struct abi_op_starred *v)
{
    cbor_put_array(b, 3);
    cbor_put_uint(b, 51);
    cbor_put_uint(b, v->before);
    cbor_put_uint(b, v->limit);
}

enum err abi_op_starred_get(struct arena *a, struct slice *s, struct abi_op_starred *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 3) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 51) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->before));
    TRY(cbor_get_uint(s, &v->limit));
    (void)a;
    for (size_t i = 3; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_starred_decode(struct arena *a, struct slice s, struct abi_op_starred *v)
{
    TRY(abi_op_starred_get(a, &s, v));
    return slice_end(s);
}

void abi_op_send_put(struct buf *b, const struct abi_op_send *v)
{
    cbor_put_array(b, 5);
    cbor_put_uint(b, 64);
    cbor_put_uint(b, v->chat);
    cbor_put_text(b, v->text);
    cbor_put_uint(b, v->reply_to);
    cbor_put_array(b, v->mentions_n);
    for (size_t i = 0; i < v->mentions_n; i++) {
        cbor_put_uint(b, v->mentions[i]);
    }
}

enum err abi_op_send_get(struct arena *a, struct slice *s, struct abi_op_send *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 5) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 64) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->chat));
    TRY(cbor_get_text(s, &v->text));
    TRY(cbor_get_uint(s, &v->reply_to));
    TRY(cbor_get_array(s, &v->mentions_n));
    if (v->mentions_n > 0) {
        uint64_t *list = arena_array(a, v->mentions_n, sizeof *list);
        if (list == NULL) {
            return ERR_HOST_MEMORY;
        }
        for (size_t i = 0; i < v->mentions_n; i++) {
            TRY(cbor_get_uint(s, &list[i]));
        }
        v->mentions = list;
    }
    for (size_t i = 5; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_send_decode(struct arena *a, struct slice s, struct abi_op_send *v)
{
    TRY(abi_op_send_get(a, &s, v));
    return slice_end(s);
}

void abi_op_edit_put(struct buf *b, const struct abi_op_edit *v)
{
    cbor_put_array(b, 3);
    cbor_put_uint(b, 65);
    cbor_put_uint(b, v->message);
    cbor_put_text(b, v->text);
}

enum err abi_op_edit_get(struct arena *a, struct slice *s, struct abi_op_edit *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 3) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 65) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->message));
    TRY(cbor_get_text(s, &v->text));
    (void)a;
    for (size_t i = 3; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_edit_decode(struct arena *a, struct slice s, struct abi_op_edit *v)
{
    TRY(abi_op_edit_get(a, &s, v));
    return slice_end(s);
}

void abi_op_delete_put(struct buf *b, const struct abi_op_delete *v)
{
    cbor_put_array(b, 3);
    cbor_put_uint(b, 66);
    cbor_put_uint(b, v->message);
    cbor_put_bool(b, v->everyone);
}

enum err abi_op_delete_get(struct arena *a, struct slice *s, struct abi_op_delete *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 3) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 66) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->message));
    TRY(cbor_get_bool(s, &v->everyone));
    (void)a;
    for (size_t i = 3; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_delete_decode(struct arena *a, struct slice s, struct abi_op_delete *v)
{
    TRY(abi_op_delete_get(a, &s, v));
    return slice_end(s);
}

void abi_op_react_put(struct buf *b, const struct abi_op_react *v)
{
    cbor_put_array(b, 3);
    cbor_put_uint(b, 67);
    cbor_put_uint(b, v->message);
    cbor_put_text(b, v->emoji);
}

enum err abi_op_react_get(struct arena *a, struct slice *s, struct abi_op_react *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 3) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 67) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->message));
    TRY(cbor_get_text(s, &v->emoji));
    (void)a;
    for (size_t i = 3; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_react_decode(struct arena *a, struct slice s, struct abi_op_react *v)
{
    TRY(abi_op_react_get(a, &s, v));
    return slice_end(s);
}

void abi_op_star_put(struct buf *b, const struct abi_op_star *v)
{
    cbor_put_array(b, 3);
    cbor_put_uint(b, 68);
    cbor_put_uint(b, v->message);
    cbor_put_bool(b, v->on);
}

enum err abi_op_star_get(struct arena *a, struct slice *s, struct abi_op_star *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 3) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 68) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->message));
    TRY(cbor_get_bool(s, &v->on));
    (void)a;
    for (size_t i = 3; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_star_decode(struct arena *a, struct slice s, struct abi_op_star *v)
{
    TRY(abi_op_star_get(a, &s, v));
    return slice_end(s);
}

void abi_op_retry_put(struct buf *b, const struct abi_op_retry *v)
{
    cbor_put_array(b, 2);
    cbor_put_uint(b, 69);
    cbor_put_uint(b, v->message);
}

enum err abi_op_retry_get(struct arena *a, struct slice *s, struct abi_op_retry *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 2) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 69) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->message));
    (void)a;
    for (size_t i = 2; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_retry_decode(struct arena *a, struct slice s, struct abi_op_retry *v)
{
    TRY(abi_op_retry_get(a, &s, v));
    return slice_end(s);
}

void abi_op_draft_put(struct buf *b, const struct abi_op_draft *v)
{
    cbor_put_array(b, 4);
    cbor_put_uint(b, 70);
    cbor_put_uint(b, v->chat);
    cbor_put_text(b, v->text);
    cbor_put_uint(b, v->reply_to);
}

enum err abi_op_draft_get(struct arena *a, struct slice *s, struct abi_op_draft *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 4) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 70) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->chat));
    TRY(cbor_get_text(s, &v->text));
    TRY(cbor_get_uint(s, &v->reply_to));
    (void)a;
    for (size_t i = 4; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_draft_decode(struct arena *a, struct slice s, struct abi_op_draft *v)
{
    TRY(abi_op_draft_get(a, &s, v));
    return slice_end(s);
}

void abi_op_read_put(struct buf *b, const struct abi_op_read *v)
{
    cbor_put_array(b, 3);
    cbor_put_uint(b, 71);
    cbor_put_uint(b, v->chat);
    cbor_put_uint(b, v->message);
}

enum err abi_op_read_get(struct arena *a, struct slice *s, struct abi_op_read *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 3) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 71) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->chat));
    TRY(cbor_get_uint(s, &v->message));
    (void)a;
    for (size_t i = 3; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_read_decode(struct arena *a, struct slice s, struct abi_op_read *v)
{
    TRY(abi_op_read_get(a, &s, v));
    return slice_end(s);
}

void abi_op_typing_put(struct buf *b, const struct abi_op_typing *v)
{
    cbor_put_array(b, 3);
    cbor_put_uint(b, 72);
    cbor_put_uint(b, v->chat);
    cbor_put_bool(b, v->on);
}

enum err abi_op_typing_get(struct arena *a, struct slice *s, struct abi_op_typing *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 3) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 72) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->chat));
    TRY(cbor_get_bool(s, &v->on));
    (void)a;
    for (size_t i = 3; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_typing_decode(struct arena *a, struct slice s, struct abi_op_typing *v)
{
    TRY(abi_op_typing_get(a, &s, v));
    return slice_end(s);
}

void abi_op_group_make_put(struct buf *b, const struct abi_op_group_make *v)
{
    cbor_put_array(b, 4);
    cbor_put_uint(b, 80);
    cbor_put_text(b, v->name);
    if (v->has_picture) {
        cbor_put_bytes(b, v->picture);
    } else {
        cbor_put_null(b);
    }
    cbor_put_array(b, v->people_n);
    for (size_t i = 0; i < v->people_n; i++) {
        cbor_put_uint(b, v->people[i]);
    }
}

enum err abi_op_group_make_get(struct arena *a, struct slice *s, struct abi_op_group_make *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 4) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 80) {
        return ERR_INPUT;
    }
    TRY(cbor_get_text(s, &v->name));
    v->has_picture = !cbor_take_null(s);
    if (v->has_picture) {
        TRY(cbor_get_bytes(s, &v->picture));
    }
    TRY(cbor_get_array(s, &v->people_n));
    if (v->people_n > 0) {
        uint64_t *list = arena_array(a, v->people_n, sizeof *list);
        if (list == NULL) {
            return ERR_HOST_MEMORY;
        }
        for (size_t i = 0; i < v->people_n; i++) {
            TRY(cbor_get_uint(s, &list[i]));
        }
        v->people = list;
    }
    for (size_t i = 4; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_group_make_decode(struct arena *a, struct slice s, struct abi_op_group_make *v)
{
    TRY(abi_op_group_make_get(a, &s, v));
    return slice_end(s);
}

void abi_op_group_set_put(struct buf *b, const struct abi_op_group_set *v)
{
    cbor_put_array(b, 4);
    cbor_put_uint(b, 81);
    cbor_put_uint(b, v->chat);
    cbor_put_text(b, v->name);
    if (v->has_picture) {
        cbor_put_bytes(b, v->picture);
    } else {
        cbor_put_null(b);
    }
}

enum err abi_op_group_set_get(struct arena *a, struct slice *s, struct abi_op_group_set *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 4) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 81) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->chat));
    TRY(cbor_get_text(s, &v->name));
    v->has_picture = !cbor_take_null(s);
    if (v->has_picture) {
        TRY(cbor_get_bytes(s, &v->picture));
    }
    (void)a;
    for (size_t i = 4; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_group_set_decode(struct arena *a, struct slice s, struct abi_op_group_set *v)
{
    TRY(abi_op_group_set_get(a, &s, v));
    return slice_end(s);
}

void abi_op_group_add_put(struct buf *b, const struct abi_op_group_add *v)
{
    cbor_put_array(b, 3);
    cbor_put_uint(b, 82);
    cbor_put_uint(b, v->chat);
    cbor_put_array(b, v->people_n);
    for (size_t i = 0; i < v->people_n; i++) {
        cbor_put_uint(b, v->people[i]);
    }
}

enum err abi_op_group_add_get(struct arena *a, struct slice *s, struct abi_op_group_add *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 3) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 82) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->chat));
    TRY(cbor_get_array(s, &v->people_n));
    if (v->people_n > 0) {
        uint64_t *list = arena_array(a, v->people_n, sizeof *list);
        if (list == NULL) {
            return ERR_HOST_MEMORY;
        }
        for (size_t i = 0; i < v->people_n; i++) {
            TRY(cbor_get_uint(s, &list[i]));
        }
        v->people = list;
    }
    for (size_t i = 3; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_group_add_decode(struct arena *a, struct slice s, struct abi_op_group_add *v)
{
    TRY(abi_op_group_add_get(a, &s, v));
    return slice_end(s);
}

void abi_op_group_remove_put(struct buf *b, const struct abi_op_group_remove *v)
{
    cbor_put_array(b, 3);
    cbor_put_uint(b, 83);
    cbor_put_uint(b, v->chat);
    cbor_put_uint(b, v->person);
}

enum err abi_op_group_remove_get(struct arena *a, struct slice *s, struct abi_op_group_remove *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 3) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 83) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->chat));
    TRY(cbor_get_uint(s, &v->person));
    (void)a;
    for (size_t i = 3; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_group_remove_decode(struct arena *a, struct slice s, struct abi_op_group_remove *v)
{
    TRY(abi_op_group_remove_get(a, &s, v));
    return slice_end(s);
}

void abi_op_group_role_put(struct buf *b, const struct abi_op_group_role *v)
{
    cbor_put_array(b, 4);
    cbor_put_uint(b, 84);
    cbor_put_uint(b, v->chat);
    cbor_put_uint(b, v->person);
    cbor_put_uint(b, v->role);
}

enum err abi_op_group_role_get(struct arena *a, struct slice *s, struct abi_op_group_role *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 4) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 84) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->chat));
    TRY(cbor_get_uint(s, &v->person));
    TRY(cbor_get_uint(s, &v->role));
    (void)a;
    for (size_t i = 4; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_group_role_decode(struct arena *a, struct slice s, struct abi_op_group_role *v)
{
    TRY(abi_op_group_role_get(a, &s, v));
    return slice_end(s);
}

void abi_op_group_leave_put(struct buf *b, const struct abi_op_group_leave *v)
{
    cbor_put_array(b, 2);
    cbor_put_uint(b, 85);
    cbor_put_uint(b, v->chat);
}

enum err abi_op_group_leave_get(struct arena *a, struct slice *s, struct abi_op_group_leave *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 2) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 85) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->chat));
    (void)a;
    for (size_t i = 2; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_group_leave_decode(struct arena *a, struct slice s, struct abi_op_group_leave *v)
{
    TRY(abi_op_group_leave_get(a, &s, v));
    return slice_end(s);
}

void abi_op_group_link_put(struct buf *b, const struct abi_op_group_link *v)
{
    cbor_put_array(b, 3);
    cbor_put_uint(b, 86);
    cbor_put_uint(b, v->chat);
    cbor_put_bool(b, v->on);
}

enum err abi_op_group_link_get(struct arena *a, struct slice *s, struct abi_op_group_link *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 3) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 86) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->chat));
    TRY(cbor_get_bool(s, &v->on));
    (void)a;
    for (size_t i = 3; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_group_link_decode(struct arena *a, struct slice s, struct abi_op_group_link *v)
{
    TRY(abi_op_group_link_get(a, &s, v));
    return slice_end(s);
}

void abi_op_group_join_put(struct buf *b, const struct abi_op_group_join *v)
{
    cbor_put_array(b, 2);
    cbor_put_uint(b, 87);
    cbor_put_text(b, v->link);
}

enum err abi_op_group_join_get(struct arena *a, struct slice *s, struct abi_op_group_join *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 2) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 87) {
        return ERR_INPUT;
    }
    TRY(cbor_get_text(s, &v->link));
    (void)a;
    for (size_t i = 2; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_group_join_decode(struct arena *a, struct slice s, struct abi_op_group_join *v)
{
    TRY(abi_op_group_join_get(a, &s, v));
    return slice_end(s);
}

void abi_op_room_settle_put(struct buf *b, const struct abi_op_room_settle *v)
{
    cbor_put_array(b, 3);
    cbor_put_uint(b, 88);
    cbor_put_uint(b, v->chat);
    cbor_put_uint(b, v->how);
}

enum err abi_op_room_settle_get(struct arena *a, struct slice *s, struct abi_op_room_settle *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 3) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 88) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->chat));
    TRY(cbor_get_uint(s, &v->how));
    (void)a;
    for (size_t i = 3; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_room_settle_decode(struct arena *a, struct slice s, struct abi_op_room_settle *v)
{
    TRY(abi_op_room_settle_get(a, &s, v));
    return slice_end(s);
}

void abi_op_file_begin_put(struct buf *b, const struct abi_op_file_begin *v)
{
    cbor_put_array(b, 10);
    cbor_put_uint(b, 96);
    cbor_put_uint(b, v->chat);
    cbor_put_text(b, v->name);
    cbor_put_text(b, v->type);
    cbor_put_uint(b, v->bytes);
    cbor_put_uint(b, v->width);
    cbor_put_uint(b, v->height);
    cbor_put_bytes(b, v->preview);
    cbor_put_text(b, v->caption);
    cbor_put_uint(b, v->reply_to);
}

enum err abi_op_file_begin_get(struct arena *a, struct slice *s, struct abi_op_file_begin *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 10) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 96) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->chat));
    TRY(cbor_get_text(s, &v->name));
    TRY(cbor_get_text(s, &v->type));
    TRY(cbor_get_uint(s, &v->bytes));
    TRY(cbor_get_uint(s, &v->width));
    TRY(cbor_get_uint(s, &v->height));
    TRY(cbor_get_bytes(s, &v->preview));
    TRY(cbor_get_text(s, &v->caption));
    TRY(cbor_get_uint(s, &v->reply_to));
    (void)a;
    for (size_t i = 10; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_file_begin_decode(struct arena *a, struct slice s, struct abi_op_file_begin *v)
{
    TRY(abi_op_file_begin_get(a, &s, v));
    return slice_end(s);
}

void abi_op_file_chunk_put(struct buf *b, const struct abi_op_file_chunk *v)
{
    cbor_put_array(b, 5);
    cbor_put_uint(b, 97);
    cbor_put_uint(b, v->message);
    cbor_put_uint(b, v->offset);
    cbor_put_bytes(b, v->data);
    cbor_put_bool(b, v->last);
}

enum err abi_op_file_chunk_get(struct arena *a, struct slice *s, struct abi_op_file_chunk *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 5) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 97) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->message));
    TRY(cbor_get_uint(s, &v->offset));
    TRY(cbor_get_bytes(s, &v->data));
    TRY(cbor_get_bool(s, &v->last));
    (void)a;
    for (size_t i = 5; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_file_chunk_decode(struct arena *a, struct slice s, struct abi_op_file_chunk *v)
{
    TRY(abi_op_file_chunk_get(a, &s, v));
    return slice_end(s);
}

void abi_op_file_cancel_put(struct buf *b, const struct abi_op_file_cancel *v)
{
    cbor_put_array(b, 2);
    cbor_put_uint(b, 98);
    cbor_put_uint(b, v->message);
}

enum err abi_op_file_cancel_get(struct arena *a, struct slice *s, struct abi_op_file_cancel *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 2) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 98) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->message));
    (void)a;
    for (size_t i = 2; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_file_cancel_decode(struct arena *a, struct slice s, struct abi_op_file_cancel *v)
{
    TRY(abi_op_file_cancel_get(a, &s, v));
    return slice_end(s);
}

void abi_op_file_fetch_put(struct buf *b, const struct abi_op_file_fetch *v)
{
    cbor_put_array(b, 2);
    cbor_put_uint(b, 99);
    cbor_put_uint(b, v->message);
}

enum err abi_op_file_fetch_get(struct arena *a, struct slice *s, struct abi_op_file_fetch *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 2) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 99) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->message));
    (void)a;
    for (size_t i = 2; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_file_fetch_decode(struct arena *a, struct slice s, struct abi_op_file_fetch *v)
{
    TRY(abi_op_file_fetch_get(a, &s, v));
    return slice_end(s);
}

void abi_op_file_read_put(struct buf *b, const struct abi_op_file_read *v)
{
    cbor_put_array(b, 3);
    cbor_put_uint(b, 100);
    cbor_put_uint(b, v->message);
    cbor_put_uint(b, v->offset);
}

enum err abi_op_file_read_get(struct arena *a, struct slice *s, struct abi_op_file_read *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 3) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 100) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->message));
    TRY(cbor_get_uint(s, &v->offset));
    (void)a;
    for (size_t i = 3; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_file_read_decode(struct arena *a, struct slice s, struct abi_op_file_read *v)
{
    TRY(abi_op_file_read_get(a, &s, v));
    return slice_end(s);
}

void abi_op_devices_put(struct buf *b, const struct abi_op_devices *v)
{
    cbor_put_array(b, 1);
    cbor_put_uint(b, 112);
    (void)v;
}

enum err abi_op_devices_get(struct arena *a, struct slice *s, struct abi_op_devices *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 1) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 112) {
        return ERR_INPUT;
    }
    (void)a;
    for (size_t i = 1; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_devices_decode(struct arena *a, struct slice s, struct abi_op_devices *v)
{
    TRY(abi_op_devices_get(a, &s, v));
    return slice_end(s);
}

void abi_op_device_revoke_put(struct buf *b, const struct abi_op_device_revoke *v)
{
    cbor_put_array(b, 4);
    cbor_put_uint(b, 113);
    cbor_put_bytes(b, v->device);
    cbor_put_text(b, v->code);
    cbor_put_text(b, v->old);
}

enum err abi_op_device_revoke_get(struct arena *a, struct slice *s, struct abi_op_device_revoke *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 4) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 113) {
        return ERR_INPUT;
    }
    TRY(cbor_get_bytes(s, &v->device));
    TRY(cbor_get_text(s, &v->code));
    TRY(cbor_get_text(s, &v->old));
    (void)a;
    for (size_t i = 4; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_device_revoke_decode(struct arena *a, struct slice s, struct abi_op_device_revoke *v)
{
    TRY(abi_op_device_revoke_get(a, &s, v));
    return slice_end(s);
}

void abi_op_device_name_put(struct buf *b, const struct abi_op_device_name *v)
{
    cbor_put_array(b, 2);
    cbor_put_uint(b, 114);
    cbor_put_text(b, v->name);
}

enum err abi_op_device_name_get(struct arena *a, struct slice *s, struct abi_op_device_name *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 2) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 114) {
        return ERR_INPUT;
    }
    TRY(cbor_get_text(s, &v->name));
    (void)a;
    for (size_t i = 2; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_device_name_decode(struct arena *a, struct slice s, struct abi_op_device_name *v)
{
    TRY(abi_op_device_name_get(a, &s, v));
    return slice_end(s);
}

void abi_op_link_device_put(struct buf *b, const struct abi_op_link_device *v)
{
    cbor_put_array(b, 5);
    cbor_put_uint(b, 115);
    cbor_put_text(b, v->gateway);
    abi_slot_put(b, &v->slot);
    cbor_put_bytes(b, v->secret);
    cbor_put_text(b, v->device);
}

enum err abi_op_link_device_get(struct arena *a, struct slice *s, struct abi_op_link_device *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 5) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 115) {
        return ERR_INPUT;
    }
    TRY(cbor_get_text(s, &v->gateway));
    TRY(abi_slot_get(a, s, &v->slot));
    TRY(cbor_get_bytes(s, &v->secret));
    TRY(cbor_get_text(s, &v->device));
    for (size_t i = 5; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_link_device_decode(struct arena *a, struct slice s, struct abi_op_link_device *v)
{
    TRY(abi_op_link_device_get(a, &s, v));
    return slice_end(s);
}

void abi_op_link_accept_put(struct buf *b, const struct abi_op_link_accept *v)
{
    cbor_put_array(b, 2);
    cbor_put_uint(b, 116);
    cbor_put_text(b, v->code);
}

enum err abi_op_link_accept_get(struct arena *a, struct slice *s, struct abi_op_link_accept *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 2) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 116) {
        return ERR_INPUT;
    }
    TRY(cbor_get_text(s, &v->code));
    (void)a;
    for (size_t i = 2; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_link_accept_decode(struct arena *a, struct slice s, struct abi_op_link_accept *v)
{
    TRY(abi_op_link_accept_get(a, &s, v));
    return slice_end(s);
}

void abi_op_link_cancel_put(struct buf *b, const struct abi_op_link_cancel *v)
{
    cbor_put_array(b, 1);
    cbor_put_uint(b, 117);
    (void)v;
}

enum err abi_op_link_cancel_get(struct arena *a, struct slice *s, struct abi_op_link_cancel *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 1) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 117) {
        return ERR_INPUT;
    }
    (void)a;
    for (size_t i = 1; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_link_cancel_decode(struct arena *a, struct slice s, struct abi_op_link_cancel *v)
{
    TRY(abi_op_link_cancel_get(a, &s, v));
    return slice_end(s);
}

void abi_op_state_put(struct buf *b, const struct abi_op_state *v)
{
    cbor_put_array(b, 1);
    cbor_put_uint(b, 118);
    (void)v;
}

enum err abi_op_state_get(struct arena *a, struct slice *s, struct abi_op_state *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 1) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 118) {
        return ERR_INPUT;
    }
    (void)a;
    for (size_t i = 1; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_state_decode(struct arena *a, struct slice s, struct abi_op_state *v)
{
    TRY(abi_op_state_get(a, &s, v));
    return slice_end(s);
}

void abi_op_recovery_choices_put(struct buf *b, const struct abi_op_recovery_choices *v)
{
    cbor_put_array(b, 1);
    cbor_put_uint(b, 119);
    (void)v;
}

enum err abi_op_recovery_choices_get(struct arena *a, struct slice *s, struct abi_op_recovery_choices *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 1) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 119) {
        return ERR_INPUT;
    }
    (void)a;
    for (size_t i = 1; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_recovery_choices_decode(struct arena *a, struct slice s, struct abi_op_recovery_choices *v)
{
    TRY(abi_op_recovery_choices_get(a, &s, v));
    return slice_end(s);
}

void abi_op_recovery_finish_put(struct buf *b, const struct abi_op_recovery_finish *v)
{
    cbor_put_array(b, 4);
    cbor_put_uint(b, 120);
    cbor_put_text(b, v->code);
    cbor_put_array(b, v->keep_n);
    for (size_t i = 0; i < v->keep_n; i++) {
        cbor_put_bytes(b, v->keep[i]);
    }
    cbor_put_array(b, v->take_n);
    for (size_t i = 0; i < v->take_n; i++) {
        cbor_put_bytes(b, v->take[i]);
    }
}

enum err abi_op_recovery_finish_get(struct arena *a, struct slice *s, struct abi_op_recovery_finish *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 4) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 120) {
        return ERR_INPUT;
    }
    TRY(cbor_get_text(s, &v->code));
    TRY(cbor_get_array(s, &v->keep_n));
    if (v->keep_n > 0) {
        struct slice *list = arena_array(a, v->keep_n, sizeof *list);
        if (list == NULL) {
            return ERR_HOST_MEMORY;
        }
        for (size_t i = 0; i < v->keep_n; i++) {
            TRY(cbor_get_bytes(s, &list[i]));
        }
        v->keep = list;
    }
    TRY(cbor_get_array(s, &v->take_n));
    if (v->take_n > 0) {
        struct slice *list = arena_array(a, v->take_n, sizeof *list);
        if (list == NULL) {
            return ERR_HOST_MEMORY;
        }
        for (size_t i = 0; i < v->take_n; i++) {
            TRY(cbor_get_bytes(s, &list[i]));
        }
        v->take = list;
    }
    for (size_t i = 4; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_recovery_finish_decode(struct arena *a, struct slice s, struct abi_op_recovery_finish *v)
{
    TRY(abi_op_recovery_finish_get(a, &s, v));
    return slice_end(s);
}

void abi_op_confirm_put(struct buf *b, const struct abi_op_confirm *v)
{
    cbor_put_array(b, 4);
    cbor_put_uint(b, 121);
    cbor_put_uint(b, v->what);
    cbor_put_uint(b, v->kind);
    cbor_put_bytes(b, v->secret);
}

enum err abi_op_confirm_get(struct arena *a, struct slice *s, struct abi_op_confirm *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 4) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 121) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->what));
    TRY(cbor_get_uint(s, &v->kind));
    TRY(cbor_get_bytes(s, &v->secret));
    (void)a;
    for (size_t i = 4; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_confirm_decode(struct arena *a, struct slice s, struct abi_op_confirm *v)
{
    TRY(abi_op_confirm_get(a, &s, v));
    return slice_end(s);
}

void abi_op_export_put(struct buf *b, const struct abi_op_export *v)
{
    cbor_put_array(b, 1);
    cbor_put_uint(b, 122);
    (void)v;
}

enum err abi_op_export_get(struct arena *a, struct slice *s, struct abi_op_export *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 1) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 122) {
        return ERR_INPUT;
    }
    (void)a;
    for (size_t i = 1; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_export_decode(struct arena *a, struct slice s, struct abi_op_export *v)
{
    TRY(abi_op_export_get(a, &s, v));
    return slice_end(s);
}

void abi_op_release_put(struct buf *b, const struct abi_op_release *v)
{
    cbor_put_array(b, 3);
    cbor_put_uint(b, 123);
    cbor_put_uint(b, v->seq);
    cbor_put_bytes(b, v->hash);
}

enum err abi_op_release_get(struct arena *a, struct slice *s, struct abi_op_release *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 3) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 123) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->seq));
    TRY(cbor_get_bytes(s, &v->hash));
    (void)a;
    for (size_t i = 3; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_release_decode(struct arena *a, struct slice s, struct abi_op_release *v)
{
    TRY(abi_op_release_get(a, &s, v));
    return slice_end(s);
}

void abi_op_link_confirm_put(struct buf *b, const struct abi_op_link_confirm *v)
{
    cbor_put_array(b, 2);
    cbor_put_uint(b, 124);
    cbor_put_bool(b, v->yes);
}

enum err abi_op_link_confirm_get(struct arena *a, struct slice *s, struct abi_op_link_confirm *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 2) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 124) {
        return ERR_INPUT;
    }
    TRY(cbor_get_bool(s, &v->yes));
    (void)a;
    for (size_t i = 2; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_op_link_confirm_decode(struct arena *a, struct slice s, struct abi_op_link_confirm *v)
{
    TRY(abi_op_link_confirm_get(a, &s, v));
    return slice_end(s);
}

void abi_op_put(struct buf *b, const struct abi_op *v)
{
    switch (v->kind) {
    case ABI_OP_STATUS:
        abi_op_status_put(b, &v->op_status);
        return;
    case ABI_OP_CREATE:
        abi_op_create_put(b, &v->op_create);
        return;
    case ABI_OP_UNLOCK:
        abi_op_unlock_put(b, &v->op_unlock);
        return;
    case ABI_OP_LOCK:
        abi_op_lock_put(b, &v->op_lock);
        return;
    case ABI_OP_SLOT_PUT:
        abi_op_slot_put_put(b, &v->op_slot_put);
        return;
    case ABI_OP_SLOT_DROP:
        abi_op_slot_drop_put(b, &v->op_slot_drop);
        return;
    case ABI_OP_RECOVER:
        abi_op_recover_put(b, &v->op_recover);
        return;
    case ABI_OP_RECOVERY_NEW:
        abi_op_recovery_new_put(b, &v->op_recovery_new);
        return;
    case ABI_OP_RECOVERY_CHECK:
        abi_op_recovery_check_put(b, &v->op_recovery_check);
        return;
    case ABI_OP_RECOVERY_SET:
        abi_op_recovery_set_put(b, &v->op_recovery_set);
        return;
    case ABI_OP_RECOVERY_AGAIN:
        abi_op_recovery_again_put(b, &v->op_recovery_again);
        return;
    case ABI_OP_WIPE:
        abi_op_wipe_put(b, &v->op_wipe);
        return;
    case ABI_OP_PROFILE_SET:
        abi_op_profile_set_put(b, &v->op_profile_set);
        return;
    case ABI_OP_SETTING_SET:
        abi_op_setting_set_put(b, &v->op_setting_set);
        return;
    case ABI_OP_SETTINGS:
        abi_op_settings_put(b, &v->op_settings);
        return;
    case ABI_OP_LINK_MAKE:
        abi_op_link_make_put(b, &v->op_link_make);
        return;
    case ABI_OP_LINK_LIST:
        abi_op_link_list_put(b, &v->op_link_list);
        return;
    case ABI_OP_LINK_DROP:
        abi_op_link_drop_put(b, &v->op_link_drop);
        return;
    case ABI_OP_ADD:
        abi_op_add_put(b, &v->op_add);
        return;
    case ABI_OP_LINK_READ:
        abi_op_link_read_put(b, &v->op_link_read);
        return;
    case ABI_OP_REQUESTS:
        abi_op_requests_put(b, &v->op_requests);
        return;
    case ABI_OP_REQUEST_ANSWER:
        abi_op_request_answer_put(b, &v->op_request_answer);
        return;
    case ABI_OP_BLOCK:
        abi_op_block_put(b, &v->op_block);
        return;
    case ABI_OP_CHATS:
        abi_op_chats_put(b, &v->op_chats);
        return;
    case ABI_OP_CHAT:
        abi_op_chat_put(b, &v->op_chat);
        return;
    case ABI_OP_CHAT_SET:
        abi_op_chat_set_put(b, &v->op_chat_set);
        return;
    case ABI_OP_CHAT_DELETE:
        abi_op_chat_delete_put(b, &v->op_chat_delete);
        return;
    case ABI_OP_MEMBERS:
        abi_op_members_put(b, &v->op_members);
        return;
    case ABI_OP_PEOPLE:
        abi_op_people_put(b, &v->op_people);
        return;
    case ABI_OP_PERSON:
        abi_op_person_put(b, &v->op_person);
        return;
    case ABI_OP_SAFETY:
        abi_op_safety_put(b, &v->op_safety);
        return;
    case ABI_OP_VERIFY:
        abi_op_verify_put(b, &v->op_verify);
        return;
    case ABI_OP_FORK_SETTLE:
        abi_op_fork_settle_put(b, &v->op_fork_settle);
        return;
    case ABI_OP_MESSAGES:
        abi_op_messages_put(b, &v->op_messages);
        return;
    case ABI_OP_MESSAGE:
        abi_op_message_put(b, &v->op_message);
        return;
    case ABI_OP_SEARCH:
        abi_op_search_put(b, &v->op_search);
        return;
    case ABI_OP_STARRED:
        abi_op_starred_put(b, &v->op_starred);
        return;
    case ABI_OP_SEND:
        abi_op_send_put(b, &v->op_send);
        return;
    case ABI_OP_EDIT:
        abi_op_edit_put(b, &v->op_edit);
        return;
    case ABI_OP_DELETE:
        abi_op_delete_put(b, &v->op_delete);
        return;
    case ABI_OP_REACT:
        abi_op_react_put(b, &v->op_react);
        return;
    case ABI_OP_STAR:
        abi_op_star_put(b, &v->op_star);
        return;
    case ABI_OP_RETRY:
        abi_op_retry_put(b, &v->op_retry);
        return;
    case ABI_OP_DRAFT:
        abi_op_draft_put(b, &v->op_draft);
        return;
    case ABI_OP_READ:
        abi_op_read_put(b, &v->op_read);
        return;
    case ABI_OP_TYPING:
        abi_op_typing_put(b, &v->op_typing);
        return;
    case ABI_OP_GROUP_MAKE:
        abi_op_group_make_put(b, &v->op_group_make);
        return;
    case ABI_OP_GROUP_SET:
        abi_op_group_set_put(b, &v->op_group_set);
        return;
    case ABI_OP_GROUP_ADD:
        abi_op_group_add_put(b, &v->op_group_add);
        return;
    case ABI_OP_GROUP_REMOVE:
        abi_op_group_remove_put(b, &v->op_group_remove);
        return;
    case ABI_OP_GROUP_ROLE:
        abi_op_group_role_put(b, &v->op_group_role);
        return;
    case ABI_OP_GROUP_LEAVE:
        abi_op_group_leave_put(b, &v->op_group_leave);
        return;
    case ABI_OP_GROUP_LINK:
        abi_op_group_link_put(b, &v->op_group_link);
        return;
    case ABI_OP_GROUP_JOIN:
        abi_op_group_join_put(b, &v->op_group_join);
        return;
    case ABI_OP_ROOM_SETTLE:
        abi_op_room_settle_put(b, &v->op_room_settle);
        return;
    case ABI_OP_FILE_BEGIN:
        abi_op_file_begin_put(b, &v->op_file_begin);
        return;
    case ABI_OP_FILE_CHUNK:
        abi_op_file_chunk_put(b, &v->op_file_chunk);
        return;
    case ABI_OP_FILE_CANCEL:
        abi_op_file_cancel_put(b, &v->op_file_cancel);
        return;
    case ABI_OP_FILE_FETCH:
        abi_op_file_fetch_put(b, &v->op_file_fetch);
        return;
    case ABI_OP_FILE_READ:
        abi_op_file_read_put(b, &v->op_file_read);
        return;
    case ABI_OP_DEVICES:
        abi_op_devices_put(b, &v->op_devices);
        return;
    case ABI_OP_DEVICE_REVOKE:
        abi_op_device_revoke_put(b, &v->op_device_revoke);
        return;
    case ABI_OP_DEVICE_NAME:
        abi_op_device_name_put(b, &v->op_device_name);
        return;
    case ABI_OP_LINK_DEVICE:
        abi_op_link_device_put(b, &v->op_link_device);
        return;
    case ABI_OP_LINK_ACCEPT:
        abi_op_link_accept_put(b, &v->op_link_accept);
        return;
    case ABI_OP_LINK_CANCEL:
        abi_op_link_cancel_put(b, &v->op_link_cancel);
        return;
    case ABI_OP_STATE:
        abi_op_state_put(b, &v->op_state);
        return;
    case ABI_OP_RECOVERY_CHOICES:
        abi_op_recovery_choices_put(b, &v->op_recovery_choices);
        return;
    case ABI_OP_RECOVERY_FINISH:
        abi_op_recovery_finish_put(b, &v->op_recovery_finish);
        return;
    case ABI_OP_CONFIRM:
        abi_op_confirm_put(b, &v->op_confirm);
        return;
    case ABI_OP_EXPORT:
        abi_op_export_put(b, &v->op_export);
        return;
    case ABI_OP_RELEASE:
        abi_op_release_put(b, &v->op_release);
        return;
    case ABI_OP_LINK_CONFIRM:
        abi_op_link_confirm_put(b, &v->op_link_confirm);
        return;
    }
    buf_fail(b, ERR_BUG);
}

enum err abi_op_get(struct arena *a, struct slice *s, struct abi_op *v)
{
    struct slice look = *s;
    size_t items = 0;
    uint64_t kind = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(&look, &items));
    TRY(cbor_get_uint(&look, &kind));
    switch (kind) {
    case ABI_OP_STATUS:
        v->kind = ABI_OP_STATUS;
        return abi_op_status_get(a, s, &v->op_status);
    case ABI_OP_CREATE:
        v->kind = ABI_OP_CREATE;
        return abi_op_create_get(a, s, &v->op_create);
    case ABI_OP_UNLOCK:
        v->kind = ABI_OP_UNLOCK;
        return abi_op_unlock_get(a, s, &v->op_unlock);
    case ABI_OP_LOCK:
        v->kind = ABI_OP_LOCK;
        return abi_op_lock_get(a, s, &v->op_lock);
    case ABI_OP_SLOT_PUT:
        v->kind = ABI_OP_SLOT_PUT;
        return abi_op_slot_put_get(a, s, &v->op_slot_put);
    case ABI_OP_SLOT_DROP:
        v->kind = ABI_OP_SLOT_DROP;
        return abi_op_slot_drop_get(a, s, &v->op_slot_drop);
    case ABI_OP_RECOVER:
        v->kind = ABI_OP_RECOVER;
        return abi_op_recover_get(a, s, &v->op_recover);
    case ABI_OP_RECOVERY_NEW:
        v->kind = ABI_OP_RECOVERY_NEW;
        return abi_op_recovery_new_get(a, s, &v->op_recovery_new);
    case ABI_OP_RECOVERY_CHECK:
        v->kind = ABI_OP_RECOVERY_CHECK;
        return abi_op_recovery_check_get(a, s, &v->op_recovery_check);
    case ABI_OP_RECOVERY_SET:
        v->kind = ABI_OP_RECOVERY_SET;
        return abi_op_recovery_set_get(a, s, &v->op_recovery_set);
    case ABI_OP_RECOVERY_AGAIN:
        v->kind = ABI_OP_RECOVERY_AGAIN;
        return abi_op_recovery_again_get(a, s, &v->op_recovery_again);
    case ABI_OP_WIPE:
        v->kind = ABI_OP_WIPE;
        return abi_op_wipe_get(a, s, &v->op_wipe);
    case ABI_OP_PROFILE_SET:
        v->kind = ABI_OP_PROFILE_SET;
        return abi_op_profile_set_get(a, s, &v->op_profile_set);
    case ABI_OP_SETTING_SET:
        v->kind = ABI_OP_SETTING_SET;
        return abi_op_setting_set_get(a, s, &v->op_setting_set);
    case ABI_OP_SETTINGS:
        v->kind = ABI_OP_SETTINGS;
        return abi_op_settings_get(a, s, &v->op_settings);
    case ABI_OP_LINK_MAKE:
        v->kind = ABI_OP_LINK_MAKE;
        return abi_op_link_make_get(a, s, &v->op_link_make);
    case ABI_OP_LINK_LIST:
        v->kind = ABI_OP_LINK_LIST;
        return abi_op_link_list_get(a, s, &v->op_link_list);
    case ABI_OP_LINK_DROP:
        v->kind = ABI_OP_LINK_DROP;
        return abi_op_link_drop_get(a, s, &v->op_link_drop);
    case ABI_OP_ADD:
        v->kind = ABI_OP_ADD;
        return abi_op_add_get(a, s, &v->op_add);
    case ABI_OP_LINK_READ:
        v->kind = ABI_OP_LINK_READ;
        return abi_op_link_read_get(a, s, &v->op_link_read);
    case ABI_OP_REQUESTS:
        v->kind = ABI_OP_REQUESTS;
        return abi_op_requests_get(a, s, &v->op_requests);
    case ABI_OP_REQUEST_ANSWER:
        v->kind = ABI_OP_REQUEST_ANSWER;
        return abi_op_request_answer_get(a, s, &v->op_request_answer);
    case ABI_OP_BLOCK:
        v->kind = ABI_OP_BLOCK;
        return abi_op_block_get(a, s, &v->op_block);
    case ABI_OP_CHATS:
        v->kind = ABI_OP_CHATS;
        return abi_op_chats_get(a, s, &v->op_chats);
    case ABI_OP_CHAT:
        v->kind = ABI_OP_CHAT;
        return abi_op_chat_get(a, s, &v->op_chat);
    case ABI_OP_CHAT_SET:
        v->kind = ABI_OP_CHAT_SET;
        return abi_op_chat_set_get(a, s, &v->op_chat_set);
    case ABI_OP_CHAT_DELETE:
        v->kind = ABI_OP_CHAT_DELETE;
        return abi_op_chat_delete_get(a, s, &v->op_chat_delete);
    case ABI_OP_MEMBERS:
        v->kind = ABI_OP_MEMBERS;
        return abi_op_members_get(a, s, &v->op_members);
    case ABI_OP_PEOPLE:
        v->kind = ABI_OP_PEOPLE;
        return abi_op_people_get(a, s, &v->op_people);
    case ABI_OP_PERSON:
        v->kind = ABI_OP_PERSON;
        return abi_op_person_get(a, s, &v->op_person);
    case ABI_OP_SAFETY:
        v->kind = ABI_OP_SAFETY;
        return abi_op_safety_get(a, s, &v->op_safety);
    case ABI_OP_VERIFY:
        v->kind = ABI_OP_VERIFY;
        return abi_op_verify_get(a, s, &v->op_verify);
    case ABI_OP_FORK_SETTLE:
        v->kind = ABI_OP_FORK_SETTLE;
        return abi_op_fork_settle_get(a, s, &v->op_fork_settle);
    case ABI_OP_MESSAGES:
        v->kind = ABI_OP_MESSAGES;
        return abi_op_messages_get(a, s, &v->op_messages);
    case ABI_OP_MESSAGE:
        v->kind = ABI_OP_MESSAGE;
        return abi_op_message_get(a, s, &v->op_message);
    case ABI_OP_SEARCH:
        v->kind = ABI_OP_SEARCH;
        return abi_op_search_get(a, s, &v->op_search);
    case ABI_OP_STARRED:
        v->kind = ABI_OP_STARRED;
        return abi_op_starred_get(a, s, &v->op_starred);
    case ABI_OP_SEND:
        v->kind = ABI_OP_SEND;
        return abi_op_send_get(a, s, &v->op_send);
    case ABI_OP_EDIT:
        v->kind = ABI_OP_EDIT;
        return abi_op_edit_get(a, s, &v->op_edit);
    case ABI_OP_DELETE:
        v->kind = ABI_OP_DELETE;
        return abi_op_delete_get(a, s, &v->op_delete);
    case ABI_OP_REACT:
        v->kind = ABI_OP_REACT;
        return abi_op_react_get(a, s, &v->op_react);
    case ABI_OP_STAR:
        v->kind = ABI_OP_STAR;
        return abi_op_star_get(a, s, &v->op_star);
    case ABI_OP_RETRY:
        v->kind = ABI_OP_RETRY;
        return abi_op_retry_get(a, s, &v->op_retry);
    case ABI_OP_DRAFT:
        v->kind = ABI_OP_DRAFT;
        return abi_op_draft_get(a, s, &v->op_draft);
    case ABI_OP_READ:
        v->kind = ABI_OP_READ;
        return abi_op_read_get(a, s, &v->op_read);
    case ABI_OP_TYPING:
        v->kind = ABI_OP_TYPING;
        return abi_op_typing_get(a, s, &v->op_typing);
    case ABI_OP_GROUP_MAKE:
        v->kind = ABI_OP_GROUP_MAKE;
        return abi_op_group_make_get(a, s, &v->op_group_make);
    case ABI_OP_GROUP_SET:
        v->kind = ABI_OP_GROUP_SET;
        return abi_op_group_set_get(a, s, &v->op_group_set);
    case ABI_OP_GROUP_ADD:
        v->kind = ABI_OP_GROUP_ADD;
        return abi_op_group_add_get(a, s, &v->op_group_add);
    case ABI_OP_GROUP_REMOVE:
        v->kind = ABI_OP_GROUP_REMOVE;
        return abi_op_group_remove_get(a, s, &v->op_group_remove);
    case ABI_OP_GROUP_ROLE:
        v->kind = ABI_OP_GROUP_ROLE;
        return abi_op_group_role_get(a, s, &v->op_group_role);
    case ABI_OP_GROUP_LEAVE:
        v->kind = ABI_OP_GROUP_LEAVE;
        return abi_op_group_leave_get(a, s, &v->op_group_leave);
    case ABI_OP_GROUP_LINK:
        v->kind = ABI_OP_GROUP_LINK;
        return abi_op_group_link_get(a, s, &v->op_group_link);
    case ABI_OP_GROUP_JOIN:
        v->kind = ABI_OP_GROUP_JOIN;
        return abi_op_group_join_get(a, s, &v->op_group_join);
    case ABI_OP_ROOM_SETTLE:
        v->kind = ABI_OP_ROOM_SETTLE;
        return abi_op_room_settle_get(a, s, &v->op_room_settle);
    case ABI_OP_FILE_BEGIN:
        v->kind = ABI_OP_FILE_BEGIN;
        return abi_op_file_begin_get(a, s, &v->op_file_begin);
    case ABI_OP_FILE_CHUNK:
        v->kind = ABI_OP_FILE_CHUNK;
        return abi_op_file_chunk_get(a, s, &v->op_file_chunk);
    case ABI_OP_FILE_CANCEL:
        v->kind = ABI_OP_FILE_CANCEL;
        return abi_op_file_cancel_get(a, s, &v->op_file_cancel);
    case ABI_OP_FILE_FETCH:
        v->kind = ABI_OP_FILE_FETCH;
        return abi_op_file_fetch_get(a, s, &v->op_file_fetch);
    case ABI_OP_FILE_READ:
        v->kind = ABI_OP_FILE_READ;
        return abi_op_file_read_get(a, s, &v->op_file_read);
    case ABI_OP_DEVICES:
        v->kind = ABI_OP_DEVICES;
        return abi_op_devices_get(a, s, &v->op_devices);
    case ABI_OP_DEVICE_REVOKE:
        v->kind = ABI_OP_DEVICE_REVOKE;
        return abi_op_device_revoke_get(a, s, &v->op_device_revoke);
    case ABI_OP_DEVICE_NAME:
        v->kind = ABI_OP_DEVICE_NAME;
        return abi_op_device_name_get(a, s, &v->op_device_name);
    case ABI_OP_LINK_DEVICE:
        v->kind = ABI_OP_LINK_DEVICE;
        return abi_op_link_device_get(a, s, &v->op_link_device);
    case ABI_OP_LINK_ACCEPT:
        v->kind = ABI_OP_LINK_ACCEPT;
        return abi_op_link_accept_get(a, s, &v->op_link_accept);
    case ABI_OP_LINK_CANCEL:
        v->kind = ABI_OP_LINK_CANCEL;
        return abi_op_link_cancel_get(a, s, &v->op_link_cancel);
    case ABI_OP_STATE:
        v->kind = ABI_OP_STATE;
        return abi_op_state_get(a, s, &v->op_state);
    case ABI_OP_RECOVERY_CHOICES:
        v->kind = ABI_OP_RECOVERY_CHOICES;
        return abi_op_recovery_choices_get(a, s, &v->op_recovery_choices);
    case ABI_OP_RECOVERY_FINISH:
        v->kind = ABI_OP_RECOVERY_FINISH;
        return abi_op_recovery_finish_get(a, s, &v->op_recovery_finish);
    case ABI_OP_CONFIRM:
        v->kind = ABI_OP_CONFIRM;
        return abi_op_confirm_get(a, s, &v->op_confirm);
    case ABI_OP_EXPORT:
        v->kind = ABI_OP_EXPORT;
        return abi_op_export_get(a, s, &v->op_export);
    case ABI_OP_RELEASE:
        v->kind = ABI_OP_RELEASE;
        return abi_op_release_get(a, s, &v->op_release);
    case ABI_OP_LINK_CONFIRM:
        v->kind = ABI_OP_LINK_CONFIRM;
        return abi_op_link_confirm_get(a, s, &v->op_link_confirm);
    default:
        return ERR_INPUT;
    }
}

enum err abi_op_decode(struct arena *a, struct slice s, struct abi_op *v)
{
    TRY(abi_op_get(a, &s, v));
    return slice_end(s);
}

void abi_command_put(struct buf *b, const struct abi_command *v)
{
    cbor_put_array(b, 3);
    cbor_put_uint(b, 1);
    cbor_put_uint(b, v->request);
    abi_op_put(b, &v->op);
}

enum err abi_command_get(struct arena *a, struct slice *s, struct abi_command *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 3) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 1) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->request));
    TRY(abi_op_get(a, s, &v->op));
    for (size_t i = 3; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_command_decode(struct arena *a, struct slice s, struct abi_command *v)
{
    TRY(abi_command_get(a, &s, v));
    return slice_end(s);
}

void abi_net_open_put(struct buf *b, const struct abi_net_open *v)
{
    cbor_put_array(b, 2);
    cbor_put_uint(b, 2);
    cbor_put_uint(b, v->conn);
}

enum err abi_net_open_get(struct arena *a, struct slice *s, struct abi_net_open *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 2) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 2) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->conn));
    (void)a;
    for (size_t i = 2; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_net_open_decode(struct arena *a, struct slice s, struct abi_net_open *v)
{
    TRY(abi_net_open_get(a, &s, v));
    return slice_end(s);
}

void abi_net_message_put(struct buf *b, const struct abi_net_message *v)
{
    cbor_put_array(b, 3);
    cbor_put_uint(b, 3);
    cbor_put_uint(b, v->conn);
    cbor_put_bytes(b, v->data);
}

enum err abi_net_message_get(struct arena *a, struct slice *s, struct abi_net_message *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 3) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 3) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->conn));
    TRY(cbor_get_bytes(s, &v->data));
    (void)a;
    for (size_t i = 3; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_net_message_decode(struct arena *a, struct slice s, struct abi_net_message *v)
{
    TRY(abi_net_message_get(a, &s, v));
    return slice_end(s);
}

void abi_net_close_put(struct buf *b, const struct abi_net_close *v)
{
    cbor_put_array(b, 2);
    cbor_put_uint(b, 4);
    cbor_put_uint(b, v->conn);
}

enum err abi_net_close_get(struct arena *a, struct slice *s, struct abi_net_close *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 2) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 4) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->conn));
    (void)a;
    for (size_t i = 2; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_net_close_decode(struct arena *a, struct slice s, struct abi_net_close *v)
{
    TRY(abi_net_close_get(a, &s, v));
    return slice_end(s);
}

void abi_alarm_put(struct buf *b, const struct abi_alarm *v)
{
    cbor_put_array(b, 1);
    cbor_put_uint(b, 5);
    (void)v;
}

enum err abi_alarm_get(struct arena *a, struct slice *s, struct abi_alarm *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 1) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 5) {
        return ERR_INPUT;
    }
    (void)a;
    for (size_t i = 1; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_alarm_decode(struct arena *a, struct slice s, struct abi_alarm *v)
{
    TRY(abi_alarm_get(a, &s, v));
    return slice_end(s);
}

void abi_life_put(struct buf *b, const struct abi_life *v)
{
    cbor_put_array(b, 2);
    cbor_put_uint(b, 6);
    cbor_put_uint(b, v->state);
}

enum err abi_life_get(struct arena *a, struct slice *s, struct abi_life *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 2) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 6) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->state));
    (void)a;
    for (size_t i = 2; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_life_decode(struct arena *a, struct slice s, struct abi_life *v)
{
    TRY(abi_life_get(a, &s, v));
    return slice_end(s);
}

void abi_event_put(struct buf *b, const struct abi_event *v)
{
    switch (v->kind) {
    case ABI_COMMAND:
        abi_command_put(b, &v->command);
        return;
    case ABI_NET_OPEN:
        abi_net_open_put(b, &v->net_open);
        return;
    case ABI_NET_MESSAGE:
        abi_net_message_put(b, &v->net_message);
        return;
    case ABI_NET_CLOSE:
        abi_net_close_put(b, &v->net_close);
        return;
    case ABI_ALARM:
        abi_alarm_put(b, &v->alarm);
        return;
    case ABI_LIFE:
        abi_life_put(b, &v->life);
        return;
    }
    buf_fail(b, ERR_BUG);
}

enum err abi_event_get(struct arena *a, struct slice *s, struct abi_event *v)
{
    struct slice look = *s;
    size_t items = 0;
    uint64_t kind = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(&look, &items));
    TRY(cbor_get_uint(&look, &kind));
    switch (kind) {
    case ABI_COMMAND:
        v->kind = ABI_COMMAND;
        return abi_command_get(a, s, &v->command);
    case ABI_NET_OPEN:
        v->kind = ABI_NET_OPEN;
        return abi_net_open_get(a, s, &v->net_open);
    case ABI_NET_MESSAGE:
        v->kind = ABI_NET_MESSAGE;
        return abi_net_message_get(a, s, &v->net_message);
    case ABI_NET_CLOSE:
        v->kind = ABI_NET_CLOSE;
        return abi_net_close_get(a, s, &v->net_close);
    case ABI_ALARM:
        v->kind = ABI_ALARM;
        return abi_alarm_get(a, s, &v->alarm);
    case ABI_LIFE:
        v->kind = ABI_LIFE;
        return abi_life_get(a, s, &v->life);
    default:
        return ERR_INPUT;
    }
}

enum err abi_event_decode(struct arena *a, struct slice s, struct abi_event *v)
{
    TRY(abi_event_get(a, &s, v));
    return slice_end(s);
}

void abi_input_put(struct buf *b, const struct abi_input *v)
{
    cbor_put_array(b, 2);
    cbor_put_uint(b, v->now_ms);
    abi_event_put(b, &v->event);
}

enum err abi_input_get(struct arena *a, struct slice *s, struct abi_input *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 2) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->now_ms));
    TRY(abi_event_get(a, s, &v->event));
    for (size_t i = 2; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_input_decode(struct arena *a, struct slice s, struct abi_input *v)
{
    TRY(abi_input_get(a, &s, v));
    return slice_end(s);
}

void abi_ok_put(struct buf *b, const struct abi_ok *v)
{
    cbor_put_array(b, 1);
    cbor_put_uint(b, 1);
    (void)v;
}

enum err abi_ok_get(struct arena *a, struct slice *s, struct abi_ok *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 1) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 1) {
        return ERR_INPUT;
    }
    (void)a;
    for (size_t i = 1; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_ok_decode(struct arena *a, struct slice s, struct abi_ok *v)
{
    TRY(abi_ok_get(a, &s, v));
    return slice_end(s);
}

void abi_status_put(struct buf *b, const struct abi_status *v)
{
    cbor_put_array(b, 5);
    cbor_put_uint(b, 2);
    cbor_put_bool(b, v->exists);
    cbor_put_bool(b, v->unlocked);
    cbor_put_array(b, v->slots_n);
    for (size_t i = 0; i < v->slots_n; i++) {
        abi_slot_put(b, &v->slots[i]);
    }
    cbor_put_uint(b, v->wait_ms);
}

enum err abi_status_get(struct arena *a, struct slice *s, struct abi_status *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 5) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 2) {
        return ERR_INPUT;
    }
    TRY(cbor_get_bool(s, &v->exists));
    TRY(cbor_get_bool(s, &v->unlocked));
    TRY(cbor_get_array(s, &v->slots_n));
    if (v->slots_n > 0) {
        struct abi_slot *list = arena_array(a, v->slots_n, sizeof *list);
        if (list == NULL) {
            return ERR_HOST_MEMORY;
        }
        for (size_t i = 0; i < v->slots_n; i++) {
            TRY(abi_slot_get(a, s, &list[i]));
        }
        v->slots = list;
    }
    TRY(cbor_get_uint(s, &v->wait_ms));
    for (size_t i = 5; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_status_decode(struct arena *a, struct slice s, struct abi_status *v)
{
    TRY(abi_status_get(a, &s, v));
    return slice_end(s);
}

void abi_recovery_put(struct buf *b, const struct abi_recovery *v)
{
    cbor_put_array(b, 2);
    cbor_put_uint(b, 3);
    cbor_put_text(b, v->code);
}

enum err abi_recovery_get(struct arena *a, struct slice *s, struct abi_recovery *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 2) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 3) {
        return ERR_INPUT;
    }
    TRY(cbor_get_text(s, &v->code));
    (void)a;
    for (size_t i = 2; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_recovery_decode(struct arena *a, struct slice s, struct abi_recovery *v)
{
    TRY(abi_recovery_get(a, &s, v));
    return slice_end(s);
}

void abi_flag_put(struct buf *b, const struct abi_flag *v)
{
    cbor_put_array(b, 2);
    cbor_put_uint(b, 4);
    cbor_put_bool(b, v->on);
}

enum err abi_flag_get(struct arena *a, struct slice *s, struct abi_flag *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 2) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 4) {
        return ERR_INPUT;
    }
    TRY(cbor_get_bool(s, &v->on));
    (void)a;
    for (size_t i = 2; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_flag_decode(struct arena *a, struct slice s, struct abi_flag *v)
{
    TRY(abi_flag_get(a, &s, v));
    return slice_end(s);
}

void abi_setting_put(struct buf *b, const struct abi_setting *v)
{
    cbor_put_array(b, 2);
    cbor_put_text(b, v->key);
    cbor_put_text(b, v->value);
}

enum err abi_setting_get(struct arena *a, struct slice *s, struct abi_setting *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 2) {
        return ERR_INPUT;
    }
    TRY(cbor_get_text(s, &v->key));
    TRY(cbor_get_text(s, &v->value));
    (void)a;
    for (size_t i = 2; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_setting_decode(struct arena *a, struct slice s, struct abi_setting *v)
{
    TRY(abi_setting_get(a, &s, v));
    return slice_end(s);
}

void abi_settings_put(struct buf *b, const struct abi_settings *v)
{
    cbor_put_array(b, 2);
    cbor_put_uint(b, 5);
    cbor_put_array(b, v->list_n);
    for (size_t i = 0; i < v->list_n; i++) {
        abi_setting_put(b, &v->list[i]);
    }
}

enum err abi_settings_get(struct arena *a, struct slice *s, struct abi_settings *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 2) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 5) {
        return ERR_INPUT;
    }
    TRY(cbor_get_array(s, &v->list_n));
    if (v->list_n > 0) {
        struct abi_setting *list = arena_array(a, v->list_n, sizeof *list);
        if (list == NULL) {
            return ERR_HOST_MEMORY;
        }
        for (size_t i = 0; i < v->list_n; i++) {
            TRY(abi_setting_get(a, s, &list[i]));
        }
        v->list = list;
    }
    for (size_t i = 2; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_settings_decode(struct arena *a, struct slice s, struct abi_settings *v)
{
    TRY(abi_settings_get(a, &s, v));
    return slice_end(s);
}

void abi_text_put(struct buf *b, const struct abi_text *v)
{
    cbor_put_array(b, 2);
    cbor_put_uint(b, 6);
    cbor_put_text(b, v->value);
}

enum err abi_text_get(struct arena *a, struct slice *s, struct abi_text *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 2) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 6) {
        return ERR_INPUT;
    }
    TRY(cbor_get_text(s, &v->value));
    (void)a;
    for (size_t i = 2; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_text_decode(struct arena *a, struct slice s, struct abi_text *v)
{
    TRY(abi_text_get(a, &s, v));
    return slice_end(s);
}

void abi_link_view_put(struct buf *b, const struct abi_link_view *v)
{
    cbor_put_array(b, 7);
    cbor_put_uint(b, v->id);
    cbor_put_text(b, v->label);
    cbor_put_text(b, v->link);
    cbor_put_uint(b, v->uses_left);
    cbor_put_uint(b, v->expires_ms);
    cbor_put_uint(b, v->made_ms);
    cbor_put_uint(b, v->chat);
}

enum err abi_link_view_get(struct arena *a, struct slice *s, struct abi_link_view *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 7) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->id));
    TRY(cbor_get_text(s, &v->label));
    TRY(cbor_get_text(s, &v->link));
    TRY(cbor_get_uint(s, &v->uses_left));
    TRY(cbor_get_uint(s, &v->expires_ms));
    TRY(cbor_get_uint(s, &v->made_ms));
    TRY(cbor_get_uint(s, &v->chat));
    (void)a;
    for (size_t i = 7; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_link_view_decode(struct arena *a, struct slice s, struct abi_link_view *v)
{
    TRY(abi_link_view_get(a, &s, v));
    return slice_end(s);
}

void abi_links_put(struct buf *b, const struct abi_links *v)
{
    cbor_put_array(b, 2);
    cbor_put_uint(b, 7);
    cbor_put_array(b, v->list_n);
    for (size_t i = 0; i < v->list_n; i++) {
        abi_link_view_put(b, &v->list[i]);
    }
}

enum err abi_links_get(struct arena *a, struct slice *s, struct abi_links *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 2) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 7) {
        return ERR_INPUT;
    }
    TRY(cbor_get_array(s, &v->list_n));
    if (v->list_n > 0) {
        struct abi_link_view *list = arena_array(a, v->list_n, sizeof *list);
        if (list == NULL) {
            return ERR_HOST_MEMORY;
        }
        for (size_t i = 0; i < v->list_n; i++) {
            TRY(abi_link_view_get(a, s, &list[i]));
        }
        v->list = list;
    }
    for (size_t i = 2; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_links_decode(struct arena *a, struct slice s, struct abi_links *v)
{
    TRY(abi_links_get(a, &s, v));
    return slice_end(s);
}

void abi_made_put(struct buf *b, const struct abi_made *v)
{
    cbor_put_array(b, 2);
    cbor_put_uint(b, 8);
    cbor_put_uint(b, v->id);
}

enum err abi_made_get(struct arena *a, struct slice *s, struct abi_made *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 2) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 8) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->id));
    (void)a;
    for (size_t i = 2; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_made_decode(struct arena *a, struct slice s, struct abi_made *v)
{
    TRY(abi_made_get(a, &s, v));
    return slice_end(s);
}

void abi_link_info_put(struct buf *b, const struct abi_link_info *v)
{
    cbor_put_array(b, 4);
    cbor_put_uint(b, 9);
    cbor_put_uint(b, v->what);
    cbor_put_text(b, v->gateway);
    cbor_put_uint(b, v->known);
}

enum err abi_link_info_get(struct arena *a, struct slice *s, struct abi_link_info *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 4) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 9) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->what));
    TRY(cbor_get_text(s, &v->gateway));
    TRY(cbor_get_uint(s, &v->known));
    (void)a;
    for (size_t i = 4; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_link_info_decode(struct arena *a, struct slice s, struct abi_link_info *v)
{
    TRY(abi_link_info_get(a, &s, v));
    return slice_end(s);
}

void abi_request_view_put(struct buf *b, const struct abi_request_view *v)
{
    cbor_put_array(b, 4);
    cbor_put_uint(b, v->id);
    cbor_put_uint(b, v->at_ms);
    cbor_put_text(b, v->fingerprint);
    cbor_put_text(b, v->label);
}

enum err abi_request_view_get(struct arena *a, struct slice *s, struct abi_request_view *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 4) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->id));
    TRY(cbor_get_uint(s, &v->at_ms));
    TRY(cbor_get_text(s, &v->fingerprint));
    TRY(cbor_get_text(s, &v->label));
    (void)a;
    for (size_t i = 4; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_request_view_decode(struct arena *a, struct slice s, struct abi_request_view *v)
{
    TRY(abi_request_view_get(a, &s, v));
    return slice_end(s);
}

void abi_requests_put(struct buf *b, const struct abi_requests *v)
{
    cbor_put_array(b, 2);
    cbor_put_uint(b, 10);
    cbor_put_array(b, v->list_n);
    for (size_t i = 0; i < v->list_n; i++) {
        abi_request_view_put(b, &v->list[i]);
    }
}

enum err abi_requests_get(struct arena *a, struct slice *s, struct abi_requests *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 2) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 10) {
        return ERR_INPUT;
    }
    TRY(cbor_get_array(s, &v->list_n));
    if (v->list_n > 0) {
        struct abi_request_view *list = arena_array(a, v->list_n, sizeof *list);
        if (list == NULL) {
            return ERR_HOST_MEMORY;
        }
        for (size_t i = 0; i < v->list_n; i++) {
            TRY(abi_request_view_get(a, s, &list[i]));
        }
        v->list = list;
    }
    for (size_t i = 2; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_requests_decode(struct arena *a, struct slice s, struct abi_requests *v)
{
    TRY(abi_requests_get(a, &s, v));
    return slice_end(s);
}

void abi_chat_view_put(struct buf *b, const struct abi_chat_view *v)
{
    cbor_put_array(b, 26);
    cbor_put_uint(b, v->id);
    cbor_put_uint(b, v->type);
    cbor_put_text(b, v->title);
    if (v->has_picture) {
        cbor_put_bytes(b, v->picture);
    } else {
        cbor_put_null(b);
    }
    cbor_put_uint(b, v->person);
    cbor_put_uint(b, v->members);
    cbor_put_uint(b, v->state);
    cbor_put_uint(b, v->role);
    cbor_put_text(b, v->last_text);
    cbor_put_text(b, v->last_sender);
    cbor_put_uint(b, v->last_ms);
    cbor_put_bool(b, v->last_mine);
    cbor_put_uint(b, v->last_state);
    cbor_put_uint(b, v->unread);
    cbor_put_bool(b, v->mentioned);
    cbor_put_bool(b, v->pinned);
    cbor_put_bool(b, v->archived);
    cbor_put_uint(b, v->muted_until_ms);
    cbor_put_text(b, v->draft);
    cbor_put_uint(b, v->draft_reply);
    cbor_put_uint(b, v->timer_s);
    cbor_put_uint(b, v->verified);
    cbor_put_uint(b, v->first_unread);
    cbor_put_uint(b, v->note);
    cbor_put_uint(b, v->devices);
    cbor_put_uint(b, v->silent);
}

enum err abi_chat_view_get(struct arena *a, struct slice *s, struct abi_chat_view *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 26) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->id));
    TRY(cbor_get_uint(s, &v->type));
    TRY(cbor_get_text(s, &v->title));
    v->has_picture = !cbor_take_null(s);
    if (v->has_picture) {
        TRY(cbor_get_bytes(s, &v->picture));
    }
    TRY(cbor_get_uint(s, &v->person));
    TRY(cbor_get_uint(s, &v->members));
    TRY(cbor_get_uint(s, &v->state));
    TRY(cbor_get_uint(s, &v->role));
    TRY(cbor_get_text(s, &v->last_text));
    TRY(cbor_get_text(s, &v->last_sender));
    TRY(cbor_get_uint(s, &v->last_ms));
    TRY(cbor_get_bool(s, &v->last_mine));
    TRY(cbor_get_uint(s, &v->last_state));
    TRY(cbor_get_uint(s, &v->unread));
    TRY(cbor_get_bool(s, &v->mentioned));
    TRY(cbor_get_bool(s, &v->pinned));
    TRY(cbor_get_bool(s, &v->archived));
    TRY(cbor_get_uint(s, &v->muted_until_ms));
    TRY(cbor_get_text(s, &v->draft));
    TRY(cbor_get_uint(s, &v->draft_reply));
    TRY(cbor_get_uint(s, &v->timer_s));
    TRY(cbor_get_uint(s, &v->verified));
    TRY(cbor_get_uint(s, &v->first_unread));
    TRY(cbor_get_uint(s, &v->note));
    TRY(cbor_get_uint(s, &v->devices));
    TRY(cbor_get_uint(s, &v->silent));
    (void)a;
    for (size_t i = 26; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_chat_view_decode(struct arena *a, struct slice s, struct abi_chat_view *v)
{
    TRY(abi_chat_view_get(a, &s, v));
    return slice_end(s);
}

void abi_chats_put(struct buf *b, const struct abi_chats *v)
{
    cbor_put_array(b, 2);
    cbor_put_uint(b, 11);
    cbor_put_array(b, v->list_n);
    for (size_t i = 0; i < v->list_n; i++) {
        abi_chat_view_put(b, &v->list[i]);
    }
}

enum err abi_chats_get(struct arena *a, struct slice *s, struct abi_chats *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 2) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 11) {
        return ERR_INPUT;
    }
    TRY(cbor_get_array(s, &v->list_n));
    if (v->list_n > 0) {
        struct abi_chat_view *list = arena_array(a, v->list_n, sizeof *list);
        if (list == NULL) {
            return ERR_HOST_MEMORY;
        }
        for (size_t i = 0; i < v->list_n; i++) {
            TRY(abi_chat_view_get(a, s, &list[i]));
        }
        v->list = list;
    }
    for (size_t i = 2; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_chats_decode(struct arena *a, struct slice s, struct abi_chats *v)
{
    TRY(abi_chats_get(a, &s, v));
    return slice_end(s);
}

void abi_member_view_put(struct buf *b, const struct abi_member_view *v)
{
    cbor_put_array(b, 8);
    cbor_put_uint(b, v->person);
    cbor_put_text(b, v->name);
    cbor_put_uint(b, v->role);
    cbor_put_bool(b, v->me);
    if (v->has_picture) {
        cbor_put_bytes(b, v->picture);
    } else {
        cbor_put_null(b);
    }
    cbor_put_uint(b, v->verified);
    cbor_put_uint(b, v->devices);
    cbor_put_uint(b, v->silent);
}

enum err abi_member_view_get(struct arena *a, struct slice *s, struct abi_member_view *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 8) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->person));
    TRY(cbor_get_text(s, &v->name));
    TRY(cbor_get_uint(s, &v->role));
    TRY(cbor_get_bool(s, &v->me));
    v->has_picture = !cbor_take_null(s);
    if (v->has_picture) {
        TRY(cbor_get_bytes(s, &v->picture));
    }
    TRY(cbor_get_uint(s, &v->verified));
    TRY(cbor_get_uint(s, &v->devices));
    TRY(cbor_get_uint(s, &v->silent));
    (void)a;
    for (size_t i = 8; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_member_view_decode(struct arena *a, struct slice s, struct abi_member_view *v)
{
    TRY(abi_member_view_get(a, &s, v));
    return slice_end(s);
}

void abi_members_put(struct buf *b, const struct abi_members *v)
{
    cbor_put_array(b, 2);
    cbor_put_uint(b, 12);
    cbor_put_array(b, v->list_n);
    for (size_t i = 0; i < v->list_n; i++) {
        abi_member_view_put(b, &v->list[i]);
    }
}

enum err abi_members_get(struct arena *a, struct slice *s, struct abi_members *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 2) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 12) {
        return ERR_INPUT;
    }
    TRY(cbor_get_array(s, &v->list_n));
    if (v->list_n > 0) {
        struct abi_member_view *list = arena_array(a, v->list_n, sizeof *list);
        if (list == NULL) {
            return ERR_HOST_MEMORY;
        }
        for (size_t i = 0; i < v->list_n; i++) {
            TRY(abi_member_view_get(a, s, &list[i]));
        }
        v->list = list;
    }
    for (size_t i = 2; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_members_decode(struct arena *a, struct slice s, struct abi_members *v)
{
    TRY(abi_members_get(a, &s, v));
    return slice_end(s);
}

void abi_person_view_put(struct buf *b, const struct abi_person_view *v)
{
    cbor_put_array(b, 10);
    cbor_put_uint(b, v->id);
    cbor_put_text(b, v->name);
    if (v->has_picture) {
        cbor_put_bytes(b, v->picture);
    } else {
        cbor_put_null(b);
    }
    cbor_put_text(b, v->fingerprint);
    cbor_put_uint(b, v->verified);
    cbor_put_bool(b, v->blocked);
    cbor_put_uint(b, v->chat);
    cbor_put_uint(b, v->devices);
    cbor_put_uint(b, v->verified_ms);
    cbor_put_bool(b, v->fork);
}

enum err abi_person_view_get(struct arena *a, struct slice *s, struct abi_person_view *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 10) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->id));
    TRY(cbor_get_text(s, &v->name));
    v->has_picture = !cbor_take_null(s);
    if (v->has_picture) {
        TRY(cbor_get_bytes(s, &v->picture));
    }
    TRY(cbor_get_text(s, &v->fingerprint));
    TRY(cbor_get_uint(s, &v->verified));
    TRY(cbor_get_bool(s, &v->blocked));
    TRY(cbor_get_uint(s, &v->chat));
    TRY(cbor_get_uint(s, &v->devices));
    TRY(cbor_get_uint(s, &v->verified_ms));
    TRY(cbor_get_bool(s, &v->fork));
    (void)a;
    for (size_t i = 10; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_person_view_decode(struct arena *a, struct slice s, struct abi_person_view *v)
{
    TRY(abi_person_view_get(a, &s, v));
    return slice_end(s);
}

void abi_people_put(struct buf *b, const struct abi_people *v)
{
    cbor_put_array(b, 2);
    cbor_put_uint(b, 13);
    cbor_put_array(b, v->list_n);
    for (size_t i = 0; i < v->list_n; i++) {
        abi_person_view_put(b, &v->list[i]);
    }
}

enum err abi_people_get(struct arena *a, struct slice *s, struct abi_people *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 2) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 13) {
        return ERR_INPUT;
    }
    TRY(cbor_get_array(s, &v->list_n));
    if (v->list_n > 0) {
        struct abi_person_view *list = arena_array(a, v->list_n, sizeof *list);
        if (list == NULL) {
            return ERR_HOST_MEMORY;
        }
        for (size_t i = 0; i < v->list_n; i++) {
            TRY(abi_person_view_get(a, s, &list[i]));
        }
        v->list = list;
    }
    for (size_t i = 2; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_people_decode(struct arena *a, struct slice s, struct abi_people *v)
{
    TRY(abi_people_get(a, &s, v));
    return slice_end(s);
}

void abi_safety_device_put(struct buf *b, const struct abi_safety_device *v)
{
    cbor_put_array(b, 3);
    cbor_put_text(b, v->fingerprint);
    cbor_put_uint(b, v->added);
    cbor_put_uint(b, v->here);
}

enum err abi_safety_device_get(struct arena *a, struct slice *s, struct abi_safety_device *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 3) {
        return ERR_INPUT;
    }
    TRY(cbor_get_text(s, &v->fingerprint));
    TRY(cbor_get_uint(s, &v->added));
    TRY(cbor_get_uint(s, &v->here));
    (void)a;
    for (size_t i = 3; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_safety_device_decode(struct arena *a, struct slice s, struct abi_safety_device *v)
{
    TRY(abi_safety_device_get(a, &s, v));
    return slice_end(s);
}

void abi_safety_put(struct buf *b, const struct abi_safety *v)
{
    cbor_put_array(b, 5);
    cbor_put_uint(b, 14);
    cbor_put_text(b, v->digits);
    cbor_put_bytes(b, v->code);
    cbor_put_uint(b, v->verified);
    cbor_put_array(b, v->devices_n);
    for (size_t i = 0; i < v->devices_n; i++) {
        abi_safety_device_put(b, &v->devices[i]);
    }
}

enum err abi_safety_get(struct arena *a, struct slice *s, struct abi_safety *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 5) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 14) {
        return ERR_INPUT;
    }
    TRY(cbor_get_text(s, &v->digits));
    TRY(cbor_get_bytes(s, &v->code));
    TRY(cbor_get_uint(s, &v->verified));
    TRY(cbor_get_array(s, &v->devices_n));
    if (v->devices_n > 0) {
        struct abi_safety_device *list = arena_array(a, v->devices_n, sizeof *list);
        if (list == NULL) {
            return ERR_HOST_MEMORY;
        }
        for (size_t i = 0; i < v->devices_n; i++) {
            TRY(abi_safety_device_get(a, s, &list[i]));
        }
        v->devices = list;
    }
    for (size_t i = 5; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_safety_decode(struct arena *a, struct slice s, struct abi_safety *v)
{
    TRY(abi_safety_get(a, &s, v));
    return slice_end(s);
}

void abi_reply_view_put(struct buf *b, const struct abi_reply_view *v)
{
    cbor_put_array(b, 3);
    cbor_put_uint(b, v->id);
    cbor_put_text(b, v->sender_name);
    cbor_put_text(b, v->text);
}

enum err abi_reply_view_get(struct arena *a, struct slice *s, struct abi_reply_view *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 3) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->id));
    TRY(cbor_get_text(s, &v->sender_name));
    TRY(cbor_get_text(s, &v->text));
    (void)a;
    for (size_t i = 3; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_reply_view_decode(struct arena *a, struct slice s, struct abi_reply_view *v)
{
    TRY(abi_reply_view_get(a, &s, v));
    return slice_end(s);
}

void abi_reaction_view_put(struct buf *b, const struct abi_reaction_view *v)
{
    cbor_put_array(b, 5);
    cbor_put_text(b, v->emoji);
    cbor_put_uint(b, v->count);
    cbor_put_bool(b, v->mine);
    cbor_put_text(b, v->who);
    cbor_put_bool(b, v->removed);
}

enum err abi_reaction_view_get(struct arena *a, struct slice *s, struct abi_reaction_view *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 5) {
        return ERR_INPUT;
    }
    TRY(cbor_get_text(s, &v->emoji));
    TRY(cbor_get_uint(s, &v->count));
    TRY(cbor_get_bool(s, &v->mine));
    TRY(cbor_get_text(s, &v->who));
    TRY(cbor_get_bool(s, &v->removed));
    (void)a;
    for (size_t i = 5; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_reaction_view_decode(struct arena *a, struct slice s, struct abi_reaction_view *v)
{
    TRY(abi_reaction_view_get(a, &s, v));
    return slice_end(s);
}

void abi_file_view_put(struct buf *b, const struct abi_file_view *v)
{
    cbor_put_array(b, 8);
    cbor_put_text(b, v->name);
    cbor_put_text(b, v->type);
    cbor_put_uint(b, v->bytes);
    cbor_put_uint(b, v->width);
    cbor_put_uint(b, v->height);
    cbor_put_bytes(b, v->preview);
    cbor_put_uint(b, v->state);
    cbor_put_uint(b, v->done);
}

enum err abi_file_view_get(struct arena *a, struct slice *s, struct abi_file_view *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 8) {
        return ERR_INPUT;
    }
    TRY(cbor_get_text(s, &v->name));
    TRY(cbor_get_text(s, &v->type));
    TRY(cbor_get_uint(s, &v->bytes));
    TRY(cbor_get_uint(s, &v->width));
    TRY(cbor_get_uint(s, &v->height));
    TRY(cbor_get_bytes(s, &v->preview));
    TRY(cbor_get_uint(s, &v->state));
    TRY(cbor_get_uint(s, &v->done));
    (void)a;
    for (size_t i = 8; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_file_view_decode(struct arena *a, struct slice s, struct abi_file_view *v)
{
    TRY(abi_file_view_get(a, &s, v));
    return slice_end(s);
}

void abi_message_view_put(struct buf *b, const struct abi_message_view *v)
{
    cbor_put_array(b, 27);
    cbor_put_uint(b, v->id);
    cbor_put_uint(b, v->chat);
    cbor_put_uint(b, v->sender);
    cbor_put_text(b, v->sender_name);
    cbor_put_bool(b, v->mine);
    cbor_put_uint(b, v->at_ms);
    cbor_put_uint(b, v->type);
    cbor_put_text(b, v->text);
    if (v->has_reply) {
        abi_reply_view_put(b, &v->reply);
    } else {
        cbor_put_null(b);
    }
    cbor_put_bool(b, v->edited);
    cbor_put_uint(b, v->state);
    cbor_put_array(b, v->reactions_n);
    for (size_t i = 0; i < v->reactions_n; i++) {
        abi_reaction_view_put(b, &v->reactions[i]);
    }
    if (v->has_file) {
        abi_file_view_put(b, &v->file);
    } else {
        cbor_put_null(b);
    }
    cbor_put_uint(b, v->notice);
    cbor_put_bool(b, v->starred);
    cbor_put_bool(b, v->mentions_me);
    cbor_put_uint(b, v->expires_ms);
    cbor_put_uint(b, v->reason);
    cbor_put_uint(b, v->place);
    cbor_put_uint(b, v->said_ms);
    cbor_put_uint(b, v->server_ms);
    cbor_put_bool(b, v->twice);
    cbor_put_bool(b, v->asked);
    cbor_put_bool(b, v->removed);
    cbor_put_uint(b, v->by);
    cbor_put_text(b, v->by_name);
    cbor_put_uint(b, v->by_how);
}

enum err abi_message_view_get(struct arena *a, struct slice *s, struct abi_message_view *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 27) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->id));
    TRY(cbor_get_uint(s, &v->chat));
    TRY(cbor_get_uint(s, &v->sender));
    TRY(cbor_get_text(s, &v->sender_name));
    TRY(cbor_get_bool(s, &v->mine));
    TRY(cbor_get_uint(s, &v->at_ms));
    TRY(cbor_get_uint(s, &v->type));
    TRY(cbor_get_text(s, &v->text));
    v->has_reply = !cbor_take_null(s);
    if (v->has_reply) {
        TRY(abi_reply_view_get(a, s, &v->reply));
    }
    TRY(cbor_get_bool(s, &v->edited));
    TRY(cbor_get_uint(s, &v->state));
    TRY(cbor_get_array(s, &v->reactions_n));
    if (v->reactions_n > 0) {
        struct abi_reaction_view *list = arena_array(a, v->reactions_n, sizeof *list);
        if (list == NULL) {
            return ERR_HOST_MEMORY;
        }
        for (size_t i = 0; i < v->reactions_n; i++) {
            TRY(abi_reaction_view_get(a, s, &list[i]));
        }
        v->reactions = list;
    }
    v->has_file = !cbor_take_null(s);
    if (v->has_file) {
        TRY(abi_file_view_get(a, s, &v->file));
    }
    TRY(cbor_get_uint(s, &v->notice));
    TRY(cbor_get_bool(s, &v->starred));
    TRY(cbor_get_bool(s, &v->mentions_me));
    TRY(cbor_get_uint(s, &v->expires_ms));
    TRY(cbor_get_uint(s, &v->reason));
    TRY(cbor_get_uint(s, &v->place));
    TRY(cbor_get_uint(s, &v->said_ms));
    TRY(cbor_get_uint(s, &v->server_ms));
    TRY(cbor_get_bool(s, &v->twice));
    TRY(cbor_get_bool(s, &v->asked));
    TRY(cbor_get_bool(s, &v->removed));
    TRY(cbor_get_uint(s, &v->by));
    TRY(cbor_get_text(s, &v->by_name));
    TRY(cbor_get_uint(s, &v->by_how));
    for (size_t i = 27; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_message_view_decode(struct arena *a, struct slice s, struct abi_message_view *v)
{
    TRY(abi_message_view_get(a, &s, v));
    return slice_end(s);
}

void abi_messages_put(struct buf *b, const struct abi_messages *v)
{
    cbor_put_array(b, 4);
    cbor_put_uint(b, 15);
    cbor_put_array(b, v->list_n);
    for (size_t i = 0; i < v->list_n; i++) {
        abi_message_view_put(b, &v->list[i]);
    }
    cbor_put_bool(b, v->more_before);
    cbor_put_bool(b, v->more_after);
}

enum err abi_messages_get(struct arena *a, struct slice *s, struct abi_messages *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 4) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 15) {
        return ERR_INPUT;
    }
    TRY(cbor_get_array(s, &v->list_n));
    if (v->list_n > 0) {
        struct abi_message_view *list = arena_array(a, v->list_n, sizeof *list);
        if (list == NULL) {
            return ERR_HOST_MEMORY;
        }
        for (size_t i = 0; i < v->list_n; i++) {
            TRY(abi_message_view_get(a, s, &list[i]));
        }
        v->list = list;
    }
    TRY(cbor_get_bool(s, &v->more_before));
    TRY(cbor_get_bool(s, &v->more_after));
    for (size_t i = 4; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_messages_decode(struct arena *a, struct slice s, struct abi_messages *v)
{
    TRY(abi_messages_get(a, &s, v));
    return slice_end(s);
}

void abi_hit_view_put(struct buf *b, const struct abi_hit_view *v)
{
    cbor_put_array(b, 2);
    abi_message_view_put(b, &v->message);
    cbor_put_text(b, v->chat_title);
}

enum err abi_hit_view_get(struct arena *a, struct slice *s, struct abi_hit_view *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 2) {
        return ERR_INPUT;
    }
    TRY(abi_message_view_get(a, s, &v->message));
    TRY(cbor_get_text(s, &v->chat_title));
    for (size_t i = 2; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_hit_view_decode(struct arena *a, struct slice s, struct abi_hit_view *v)
{
    TRY(abi_hit_view_get(a, &s, v));
    return slice_end(s);
}

void abi_hits_put(struct buf *b, const struct abi_hits *v)
{
    cbor_put_array(b, 2);
    cbor_put_uint(b, 16);
    cbor_put_array(b, v->list_n);
    for (size_t i = 0; i < v->list_n; i++) {
        abi_hit_view_put(b, &v->list[i]);
    }
}

enum err abi_hits_get(struct arena *a, struct slice *s, struct abi_hits *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 2) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 16) {
        return ERR_INPUT;
    }
    TRY(cbor_get_array(s, &v->list_n));
    if (v->list_n > 0) {
        struct abi_hit_view *list = arena_array(a, v->list_n, sizeof *list);
        if (list == NULL) {
            return ERR_HOST_MEMORY;
        }
        for (size_t i = 0; i < v->list_n; i++) {
            TRY(abi_hit_view_get(a, s, &list[i]));
        }
        v->list = list;
    }
    for (size_t i = 2; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_hits_decode(struct arena *a, struct slice s, struct abi_hits *v)
{
    TRY(abi_hits_get(a, &s, v));
    return slice_end(s);
}

void abi_device_view_put(struct buf *b, const struct abi_device_view *v)
{
    cbor_put_array(b, 5);
    cbor_put_bytes(b, v->id);
    cbor_put_text(b, v->name);
    cbor_put_bool(b, v->current);
    cbor_put_uint(b, v->added_ms);
    cbor_put_uint(b, v->seen_ms);
}

enum err abi_device_view_get(struct arena *a, struct slice *s, struct abi_device_view *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 5) {
        return ERR_INPUT;
    }
    TRY(cbor_get_bytes(s, &v->id));
    TRY(cbor_get_text(s, &v->name));
    TRY(cbor_get_bool(s, &v->current));
    TRY(cbor_get_uint(s, &v->added_ms));
    TRY(cbor_get_uint(s, &v->seen_ms));
    (void)a;
    for (size_t i = 5; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_device_view_decode(struct arena *a, struct slice s, struct abi_device_view *v)
{
    TRY(abi_device_view_get(a, &s, v));
    return slice_end(s);
}

void abi_devices_put(struct buf *b, const struct abi_devices *v)
{
    cbor_put_array(b, 2);
    cbor_put_uint(b, 17);
    cbor_put_array(b, v->list_n);
    for (size_t i = 0; i < v->list_n; i++) {
        abi_device_view_put(b, &v->list[i]);
    }
}

enum err abi_devices_get(struct arena *a, struct slice *s, struct abi_devices *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 2) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 17) {
        return ERR_INPUT;
    }
    TRY(cbor_get_array(s, &v->list_n));
    if (v->list_n > 0) {
        struct abi_device_view *list = arena_array(a, v->list_n, sizeof *list);
        if (list == NULL) {
            return ERR_HOST_MEMORY;
        }
        for (size_t i = 0; i < v->list_n; i++) {
            TRY(abi_device_view_get(a, s, &list[i]));
        }
        v->list = list;
    }
    for (size_t i = 2; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_devices_decode(struct arena *a, struct slice s, struct abi_devices *v)
{
    TRY(abi_devices_get(a, &s, v));
    return slice_end(s);
}

void abi_state_put(struct buf *b, const struct abi_state *v)
{
    cbor_put_array(b, 19);
    cbor_put_uint(b, 18);
    cbor_put_uint(b, v->line);
    cbor_put_uint(b, v->waiting);
    cbor_put_text(b, v->name);
    cbor_put_uint(b, v->me);
    cbor_put_text(b, v->fingerprint);
    if (v->has_picture) {
        cbor_put_bytes(b, v->picture);
    } else {
        cbor_put_null(b);
    }
    cbor_put_uint(b, v->requests);
    cbor_put_bool(b, v->recovery_checked);
    cbor_put_bool(b, v->server_known);
    cbor_put_uint(b, v->recovering);
    cbor_put_bool(b, v->dropped);
    cbor_put_uint(b, v->record_ms);
    cbor_put_bool(b, v->undone);
    cbor_put_uint(b, v->clock_off_ms);
    cbor_put_bool(b, v->clock_fast);
    cbor_put_text(b, v->dropped_by);
    cbor_put_bool(b, v->skipped);
    cbor_put_bool(b, v->code_opens);
}

enum err abi_state_get(struct arena *a, struct slice *s, struct abi_state *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 19) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 18) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->line));
    TRY(cbor_get_uint(s, &v->waiting));
    TRY(cbor_get_text(s, &v->name));
    TRY(cbor_get_uint(s, &v->me));
    TRY(cbor_get_text(s, &v->fingerprint));
    v->has_picture = !cbor_take_null(s);
    if (v->has_picture) {
        TRY(cbor_get_bytes(s, &v->picture));
    }
    TRY(cbor_get_uint(s, &v->requests));
    TRY(cbor_get_bool(s, &v->recovery_checked));
    TRY(cbor_get_bool(s, &v->server_known));
    TRY(cbor_get_uint(s, &v->recovering));
    TRY(cbor_get_bool(s, &v->dropped));
    TRY(cbor_get_uint(s, &v->record_ms));
    TRY(cbor_get_bool(s, &v->undone));
    TRY(cbor_get_uint(s, &v->clock_off_ms));
    TRY(cbor_get_bool(s, &v->clock_fast));
    TRY(cbor_get_text(s, &v->dropped_by));
    TRY(cbor_get_bool(s, &v->skipped));
    TRY(cbor_get_bool(s, &v->code_opens));
    (void)a;
    for (size_t i = 19; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_state_decode(struct arena *a, struct slice s, struct abi_state *v)
{
    TRY(abi_state_get(a, &s, v));
    return slice_end(s);
}

void abi_choice_view_put(struct buf *b, const struct abi_choice_view *v)
{
    cbor_put_array(b, 5);
    cbor_put_bytes(b, v->device);
    cbor_put_text(b, v->name);
    cbor_put_bool(b, v->listed);
    cbor_put_uint(b, v->part);
    cbor_put_uint(b, v->part_ms);
}

enum err abi_choice_view_get(struct arena *a, struct slice *s, struct abi_choice_view *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 5) {
        return ERR_INPUT;
    }
    TRY(cbor_get_bytes(s, &v->device));
    TRY(cbor_get_text(s, &v->name));
    TRY(cbor_get_bool(s, &v->listed));
    TRY(cbor_get_uint(s, &v->part));
    TRY(cbor_get_uint(s, &v->part_ms));
    (void)a;
    for (size_t i = 5; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_choice_view_decode(struct arena *a, struct slice s, struct abi_choice_view *v)
{
    TRY(abi_choice_view_get(a, &s, v));
    return slice_end(s);
}

void abi_choices_put(struct buf *b, const struct abi_choices *v)
{
    cbor_put_array(b, 2);
    cbor_put_uint(b, 19);
    cbor_put_array(b, v->list_n);
    for (size_t i = 0; i < v->list_n; i++) {
        abi_choice_view_put(b, &v->list[i]);
    }
}

enum err abi_choices_get(struct arena *a, struct slice *s, struct abi_choices *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 2) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 19) {
        return ERR_INPUT;
    }
    TRY(cbor_get_array(s, &v->list_n));
    if (v->list_n > 0) {
        struct abi_choice_view *list = arena_array(a, v->list_n, sizeof *list);
        if (list == NULL) {
            return ERR_HOST_MEMORY;
        }
        for (size_t i = 0; i < v->list_n; i++) {
            TRY(abi_choice_view_get(a, s, &list[i]));
        }
        v->list = list;
    }
    for (size_t i = 2; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_choices_decode(struct arena *a, struct slice s, struct abi_choices *v)
{
    TRY(abi_choices_get(a, &s, v));
    return slice_end(s);
}

void abi_result_put(struct buf *b, const struct abi_result *v)
{
    switch (v->kind) {
    case ABI_OK:
        abi_ok_put(b, &v->ok);
        return;
    case ABI_STATUS:
        abi_status_put(b, &v->status);
        return;
    case ABI_RECOVERY:
        abi_recovery_put(b, &v->recovery);
        return;
    case ABI_FLAG:
        abi_flag_put(b, &v->flag);
        return;
    case ABI_SETTINGS:
        abi_settings_put(b, &v->settings);
        return;
    case ABI_TEXT:
        abi_text_put(b, &v->text);
        return;
    case ABI_LINKS:
        abi_links_put(b, &v->links);
        return;
    case ABI_MADE:
        abi_made_put(b, &v->made);
        return;
    case ABI_LINK_INFO:
        abi_link_info_put(b, &v->link_info);
        return;
    case ABI_REQUESTS:
        abi_requests_put(b, &v->requests);
        return;
    case ABI_CHATS:
        abi_chats_put(b, &v->chats);
        return;
    case ABI_MEMBERS:
        abi_members_put(b, &v->members);
        return;
    case ABI_PEOPLE:
        abi_people_put(b, &v->people);
        return;
    case ABI_SAFETY:
        abi_safety_put(b, &v->safety);
        return;
    case ABI_MESSAGES:
        abi_messages_put(b, &v->messages);
        return;
    case ABI_HITS:
        abi_hits_put(b, &v->hits);
        return;
    case ABI_DEVICES:
        abi_devices_put(b, &v->devices);
        return;
    case ABI_STATE:
        abi_state_put(b, &v->state);
        return;
    case ABI_CHOICES:
        abi_choices_put(b, &v->choices);
        return;
    }
    buf_fail(b, ERR_BUG);
}

enum err abi_result_get(struct arena *a, struct slice *s, struct abi_result *v)
{
    struct slice look = *s;
    size_t items = 0;
    uint64_t kind = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(&look, &items));
    TRY(cbor_get_uint(&look, &kind));
    switch (kind) {
    case ABI_OK:
        v->kind = ABI_OK;
        return abi_ok_get(a, s, &v->ok);
    case ABI_STATUS:
        v->kind = ABI_STATUS;
        return abi_status_get(a, s, &v->status);
    case ABI_RECOVERY:
        v->kind = ABI_RECOVERY;
        return abi_recovery_get(a, s, &v->recovery);
    case ABI_FLAG:
        v->kind = ABI_FLAG;
        return abi_flag_get(a, s, &v->flag);
    case ABI_SETTINGS:
        v->kind = ABI_SETTINGS;
        return abi_settings_get(a, s, &v->settings);
    case ABI_TEXT:
        v->kind = ABI_TEXT;
        return abi_text_get(a, s, &v->text);
    case ABI_LINKS:
        v->kind = ABI_LINKS;
        return abi_links_get(a, s, &v->links);
    case ABI_MADE:
        v->kind = ABI_MADE;
        return abi_made_get(a, s, &v->made);
    case ABI_LINK_INFO:
        v->kind = ABI_LINK_INFO;
        return abi_link_info_get(a, s, &v->link_info);
    case ABI_REQUESTS:
        v->kind = ABI_REQUESTS;
        return abi_requests_get(a, s, &v->requests);
    case ABI_CHATS:
        v->kind = ABI_CHATS;
        return abi_chats_get(a, s, &v->chats);
    case ABI_MEMBERS:
        v->kind = ABI_MEMBERS;
        return abi_members_get(a, s, &v->members);
    case ABI_PEOPLE:
        v->kind = ABI_PEOPLE;
        return abi_people_get(a, s, &v->people);
    case ABI_SAFETY:
        v->kind = ABI_SAFETY;
        return abi_safety_get(a, s, &v->safety);
    case ABI_MESSAGES:
        v->kind = ABI_MESSAGES;
        return abi_messages_get(a, s, &v->messages);
    case ABI_HITS:
        v->kind = ABI_HITS;
        return abi_hits_get(a, s, &v->hits);
    case ABI_DEVICES:
        v->kind = ABI_DEVICES;
        return abi_devices_get(a, s, &v->devices);
    case ABI_STATE:
        v->kind = ABI_STATE;
        return abi_state_get(a, s, &v->state);
    case ABI_CHOICES:
        v->kind = ABI_CHOICES;
        return abi_choices_get(a, s, &v->choices);
    default:
        return ERR_INPUT;
    }
}

enum err abi_result_decode(struct arena *a, struct slice s, struct abi_result *v)
{
    TRY(abi_result_get(a, &s, v));
    return slice_end(s);
}

void abi_reply_put(struct buf *b, const struct abi_reply *v)
{
    cbor_put_array(b, 5);
    cbor_put_uint(b, 1);
    cbor_put_uint(b, v->request);
    cbor_put_uint(b, v->error);
    cbor_put_uint(b, v->detail);
    abi_result_put(b, &v->result);
}

enum err abi_reply_get(struct arena *a, struct slice *s, struct abi_reply *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 5) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 1) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->request));
    TRY(cbor_get_uint(s, &v->error));
    TRY(cbor_get_uint(s, &v->detail));
    TRY(abi_result_get(a, s, &v->result));
    for (size_t i = 5; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_reply_decode(struct arena *a, struct slice s, struct abi_reply *v)
{
    TRY(abi_reply_get(a, &s, v));
    return slice_end(s);
}

void abi_chat_changed_put(struct buf *b, const struct abi_chat_changed *v)
{
    cbor_put_array(b, 2);
    cbor_put_uint(b, 1);
    abi_chat_view_put(b, &v->chat);
}

enum err abi_chat_changed_get(struct arena *a, struct slice *s, struct abi_chat_changed *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 2) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 1) {
        return ERR_INPUT;
    }
    TRY(abi_chat_view_get(a, s, &v->chat));
    for (size_t i = 2; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_chat_changed_decode(struct arena *a, struct slice s, struct abi_chat_changed *v)
{
    TRY(abi_chat_changed_get(a, &s, v));
    return slice_end(s);
}

void abi_chat_gone_put(struct buf *b, const struct abi_chat_gone *v)
{
    cbor_put_array(b, 2);
    cbor_put_uint(b, 2);
    cbor_put_uint(b, v->chat);
}

enum err abi_chat_gone_get(struct arena *a, struct slice *s, struct abi_chat_gone *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 2) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 2) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->chat));
    (void)a;
    for (size_t i = 2; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_chat_gone_decode(struct arena *a, struct slice s, struct abi_chat_gone *v)
{
    TRY(abi_chat_gone_get(a, &s, v));
    return slice_end(s);
}

void abi_message_changed_put(struct buf *b, const struct abi_message_changed *v)
{
    cbor_put_array(b, 3);
    cbor_put_uint(b, 3);
    abi_message_view_put(b, &v->message);
    cbor_put_bool(b, v->fresh);
}

enum err abi_message_changed_get(struct arena *a, struct slice *s, struct abi_message_changed *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 3) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 3) {
        return ERR_INPUT;
    }
    TRY(abi_message_view_get(a, s, &v->message));
    TRY(cbor_get_bool(s, &v->fresh));
    for (size_t i = 3; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_message_changed_decode(struct arena *a, struct slice s, struct abi_message_changed *v)
{
    TRY(abi_message_changed_get(a, &s, v));
    return slice_end(s);
}

void abi_message_gone_put(struct buf *b, const struct abi_message_gone *v)
{
    cbor_put_array(b, 3);
    cbor_put_uint(b, 4);
    cbor_put_uint(b, v->chat);
    cbor_put_uint(b, v->message);
}

enum err abi_message_gone_get(struct arena *a, struct slice *s, struct abi_message_gone *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 3) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 4) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->chat));
    TRY(cbor_get_uint(s, &v->message));
    (void)a;
    for (size_t i = 3; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_message_gone_decode(struct arena *a, struct slice s, struct abi_message_gone *v)
{
    TRY(abi_message_gone_get(a, &s, v));
    return slice_end(s);
}

void abi_person_changed_put(struct buf *b, const struct abi_person_changed *v)
{
    cbor_put_array(b, 2);
    cbor_put_uint(b, 5);
    abi_person_view_put(b, &v->person);
}

enum err abi_person_changed_get(struct arena *a, struct slice *s, struct abi_person_changed *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 2) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 5) {
        return ERR_INPUT;
    }
    TRY(abi_person_view_get(a, s, &v->person));
    for (size_t i = 2; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_person_changed_decode(struct arena *a, struct slice s, struct abi_person_changed *v)
{
    TRY(abi_person_changed_get(a, &s, v));
    return slice_end(s);
}

void abi_request_changed_put(struct buf *b, const struct abi_request_changed *v)
{
    cbor_put_array(b, 2);
    cbor_put_uint(b, 6);
    cbor_put_uint(b, v->count);
}

enum err abi_request_changed_get(struct arena *a, struct slice *s, struct abi_request_changed *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 2) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 6) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->count));
    (void)a;
    for (size_t i = 2; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_request_changed_decode(struct arena *a, struct slice s, struct abi_request_changed *v)
{
    TRY(abi_request_changed_get(a, &s, v));
    return slice_end(s);
}

void abi_typing_changed_put(struct buf *b, const struct abi_typing_changed *v)
{
    cbor_put_array(b, 4);
    cbor_put_uint(b, 7);
    cbor_put_uint(b, v->chat);
    cbor_put_text(b, v->name);
    cbor_put_bool(b, v->on);
}

enum err abi_typing_changed_get(struct arena *a, struct slice *s, struct abi_typing_changed *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 4) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 7) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->chat));
    TRY(cbor_get_text(s, &v->name));
    TRY(cbor_get_bool(s, &v->on));
    (void)a;
    for (size_t i = 4; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_typing_changed_decode(struct arena *a, struct slice s, struct abi_typing_changed *v)
{
    TRY(abi_typing_changed_get(a, &s, v));
    return slice_end(s);
}

void abi_state_changed_put(struct buf *b, const struct abi_state_changed *v)
{
    cbor_put_array(b, 2);
    cbor_put_uint(b, 8);
    abi_state_put(b, &v->state);
}

enum err abi_state_changed_get(struct arena *a, struct slice *s, struct abi_state_changed *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 2) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 8) {
        return ERR_INPUT;
    }
    TRY(abi_state_get(a, s, &v->state));
    for (size_t i = 2; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_state_changed_decode(struct arena *a, struct slice s, struct abi_state_changed *v)
{
    TRY(abi_state_changed_get(a, &s, v));
    return slice_end(s);
}

void abi_link_progress_put(struct buf *b, const struct abi_link_progress *v)
{
    cbor_put_array(b, 7);
    cbor_put_uint(b, 9);
    cbor_put_uint(b, v->phase);
    cbor_put_uint(b, v->done);
    cbor_put_uint(b, v->total);
    cbor_put_text(b, v->words);
    cbor_put_uint(b, v->asks);
    cbor_put_text(b, v->name);
}

enum err abi_link_progress_get(struct arena *a, struct slice *s, struct abi_link_progress *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 7) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 9) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->phase));
    TRY(cbor_get_uint(s, &v->done));
    TRY(cbor_get_uint(s, &v->total));
    TRY(cbor_get_text(s, &v->words));
    TRY(cbor_get_uint(s, &v->asks));
    TRY(cbor_get_text(s, &v->name));
    (void)a;
    for (size_t i = 7; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_link_progress_decode(struct arena *a, struct slice s, struct abi_link_progress *v)
{
    TRY(abi_link_progress_get(a, &s, v));
    return slice_end(s);
}

void abi_locked_changed_put(struct buf *b, const struct abi_locked_changed *v)
{
    cbor_put_array(b, 2);
    cbor_put_uint(b, 10);
    cbor_put_bool(b, v->unlocked);
}

enum err abi_locked_changed_get(struct arena *a, struct slice *s, struct abi_locked_changed *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 2) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 10) {
        return ERR_INPUT;
    }
    TRY(cbor_get_bool(s, &v->unlocked));
    (void)a;
    for (size_t i = 2; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_locked_changed_decode(struct arena *a, struct slice s, struct abi_locked_changed *v)
{
    TRY(abi_locked_changed_get(a, &s, v));
    return slice_end(s);
}

void abi_devices_changed_put(struct buf *b, const struct abi_devices_changed *v)
{
    cbor_put_array(b, 1);
    cbor_put_uint(b, 11);
    (void)v;
}

enum err abi_devices_changed_get(struct arena *a, struct slice *s, struct abi_devices_changed *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 1) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 11) {
        return ERR_INPUT;
    }
    (void)a;
    for (size_t i = 1; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_devices_changed_decode(struct arena *a, struct slice s, struct abi_devices_changed *v)
{
    TRY(abi_devices_changed_get(a, &s, v));
    return slice_end(s);
}

void abi_change_put(struct buf *b, const struct abi_change *v)
{
    switch (v->kind) {
    case ABI_CHAT_CHANGED:
        abi_chat_changed_put(b, &v->chat_changed);
        return;
    case ABI_CHAT_GONE:
        abi_chat_gone_put(b, &v->chat_gone);
        return;
    case ABI_MESSAGE_CHANGED:
        abi_message_changed_put(b, &v->message_changed);
        return;
    case ABI_MESSAGE_GONE:
        abi_message_gone_put(b, &v->message_gone);
        return;
    case ABI_PERSON_CHANGED:
        abi_person_changed_put(b, &v->person_changed);
        return;
    case ABI_REQUEST_CHANGED:
        abi_request_changed_put(b, &v->request_changed);
        return;
    case ABI_TYPING_CHANGED:
        abi_typing_changed_put(b, &v->typing_changed);
        return;
    case ABI_STATE_CHANGED:
        abi_state_changed_put(b, &v->state_changed);
        return;
    case ABI_LINK_PROGRESS:
        abi_link_progress_put(b, &v->link_progress);
        return;
    case ABI_LOCKED_CHANGED:
        abi_locked_changed_put(b, &v->locked_changed);
        return;
    case ABI_DEVICES_CHANGED:
        abi_devices_changed_put(b, &v->devices_changed);
        return;
    }
    buf_fail(b, ERR_BUG);
}

enum err abi_change_get(struct arena *a, struct slice *s, struct abi_change *v)
{
    struct slice look = *s;
    size_t items = 0;
    uint64_t kind = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(&look, &items));
    TRY(cbor_get_uint(&look, &kind));
    switch (kind) {
    case ABI_CHAT_CHANGED:
        v->kind = ABI_CHAT_CHANGED;
        return abi_chat_changed_get(a, s, &v->chat_changed);
    case ABI_CHAT_GONE:
        v->kind = ABI_CHAT_GONE;
        return abi_chat_gone_get(a, s, &v->chat_gone);
    case ABI_MESSAGE_CHANGED:
        v->kind = ABI_MESSAGE_CHANGED;
        return abi_message_changed_get(a, s, &v->message_changed);
    case ABI_MESSAGE_GONE:
        v->kind = ABI_MESSAGE_GONE;
        return abi_message_gone_get(a, s, &v->message_gone);
    case ABI_PERSON_CHANGED:
        v->kind = ABI_PERSON_CHANGED;
        return abi_person_changed_get(a, s, &v->person_changed);
    case ABI_REQUEST_CHANGED:
        v->kind = ABI_REQUEST_CHANGED;
        return abi_request_changed_get(a, s, &v->request_changed);
    case ABI_TYPING_CHANGED:
        v->kind = ABI_TYPING_CHANGED;
        return abi_typing_changed_get(a, s, &v->typing_changed);
    case ABI_STATE_CHANGED:
        v->kind = ABI_STATE_CHANGED;
        return abi_state_changed_get(a, s, &v->state_changed);
    case ABI_LINK_PROGRESS:
        v->kind = ABI_LINK_PROGRESS;
        return abi_link_progress_get(a, s, &v->link_progress);
    case ABI_LOCKED_CHANGED:
        v->kind = ABI_LOCKED_CHANGED;
        return abi_locked_changed_get(a, s, &v->locked_changed);
    case ABI_DEVICES_CHANGED:
        v->kind = ABI_DEVICES_CHANGED;
        return abi_devices_changed_get(a, s, &v->devices_changed);
    default:
        return ERR_INPUT;
    }
}

enum err abi_change_decode(struct arena *a, struct slice s, struct abi_change *v)
{
    TRY(abi_change_get(a, &s, v));
    return slice_end(s);
}

void abi_patch_put(struct buf *b, const struct abi_patch *v)
{
    cbor_put_array(b, 2);
    cbor_put_uint(b, 2);
    abi_change_put(b, &v->change);
}

enum err abi_patch_get(struct arena *a, struct slice *s, struct abi_patch *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 2) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 2) {
        return ERR_INPUT;
    }
    TRY(abi_change_get(a, s, &v->change));
    for (size_t i = 2; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_patch_decode(struct arena *a, struct slice s, struct abi_patch *v)
{
    TRY(abi_patch_get(a, &s, v));
    return slice_end(s);
}

void abi_dial_put(struct buf *b, const struct abi_dial *v)
{
    cbor_put_array(b, 4);
    cbor_put_uint(b, 3);
    cbor_put_uint(b, v->conn);
    cbor_put_text(b, v->url);
    cbor_put_text(b, v->protocol);
}

enum err abi_dial_get(struct arena *a, struct slice *s, struct abi_dial *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 4) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 3) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->conn));
    TRY(cbor_get_text(s, &v->url));
    TRY(cbor_get_text(s, &v->protocol));
    (void)a;
    for (size_t i = 4; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_dial_decode(struct arena *a, struct slice s, struct abi_dial *v)
{
    TRY(abi_dial_get(a, &s, v));
    return slice_end(s);
}

void abi_send_put(struct buf *b, const struct abi_send *v)
{
    cbor_put_array(b, 3);
    cbor_put_uint(b, 4);
    cbor_put_uint(b, v->conn);
    cbor_put_bytes(b, v->data);
}

enum err abi_send_get(struct arena *a, struct slice *s, struct abi_send *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 3) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 4) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->conn));
    TRY(cbor_get_bytes(s, &v->data));
    (void)a;
    for (size_t i = 3; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_send_decode(struct arena *a, struct slice s, struct abi_send *v)
{
    TRY(abi_send_get(a, &s, v));
    return slice_end(s);
}

void abi_hang_up_put(struct buf *b, const struct abi_hang_up *v)
{
    cbor_put_array(b, 2);
    cbor_put_uint(b, 5);
    cbor_put_uint(b, v->conn);
}

enum err abi_hang_up_get(struct arena *a, struct slice *s, struct abi_hang_up *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 2) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 5) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->conn));
    (void)a;
    for (size_t i = 2; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_hang_up_decode(struct arena *a, struct slice s, struct abi_hang_up *v)
{
    TRY(abi_hang_up_get(a, &s, v));
    return slice_end(s);
}

void abi_alarm_set_put(struct buf *b, const struct abi_alarm_set *v)
{
    cbor_put_array(b, 2);
    cbor_put_uint(b, 6);
    cbor_put_uint(b, v->at_ms);
}

enum err abi_alarm_set_get(struct arena *a, struct slice *s, struct abi_alarm_set *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 2) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 6) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->at_ms));
    (void)a;
    for (size_t i = 2; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_alarm_set_decode(struct arena *a, struct slice s, struct abi_alarm_set *v)
{
    TRY(abi_alarm_set_get(a, &s, v));
    return slice_end(s);
}

void abi_notify_put(struct buf *b, const struct abi_notify *v)
{
    cbor_put_array(b, 4);
    cbor_put_uint(b, 7);
    cbor_put_uint(b, v->chat);
    cbor_put_text(b, v->title);
    cbor_put_text(b, v->body);
}

enum err abi_notify_get(struct arena *a, struct slice *s, struct abi_notify *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 4) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 7) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->chat));
    TRY(cbor_get_text(s, &v->title));
    TRY(cbor_get_text(s, &v->body));
    (void)a;
    for (size_t i = 4; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_notify_decode(struct arena *a, struct slice s, struct abi_notify *v)
{
    TRY(abi_notify_get(a, &s, v));
    return slice_end(s);
}

void abi_chunk_put(struct buf *b, const struct abi_chunk *v)
{
    cbor_put_array(b, 5);
    cbor_put_uint(b, 8);
    cbor_put_uint(b, v->message);
    cbor_put_uint(b, v->offset);
    cbor_put_bytes(b, v->data);
    cbor_put_bool(b, v->last);
}

enum err abi_chunk_get(struct arena *a, struct slice *s, struct abi_chunk *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 5) {
        return ERR_INPUT;
    }
    uint64_t kind = 0;
    TRY(cbor_get_uint(s, &kind));
    if (kind != 8) {
        return ERR_INPUT;
    }
    TRY(cbor_get_uint(s, &v->message));
    TRY(cbor_get_uint(s, &v->offset));
    TRY(cbor_get_bytes(s, &v->data));
    TRY(cbor_get_bool(s, &v->last));
    (void)a;
    for (size_t i = 5; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_chunk_decode(struct arena *a, struct slice s, struct abi_chunk *v)
{
    TRY(abi_chunk_get(a, &s, v));
    return slice_end(s);
}

void abi_effect_put(struct buf *b, const struct abi_effect *v)
{
    switch (v->kind) {
    case ABI_REPLY:
        abi_reply_put(b, &v->reply);
        return;
    case ABI_PATCH:
        abi_patch_put(b, &v->patch);
        return;
    case ABI_DIAL:
        abi_dial_put(b, &v->dial);
        return;
    case ABI_SEND:
        abi_send_put(b, &v->send);
        return;
    case ABI_HANG_UP:
        abi_hang_up_put(b, &v->hang_up);
        return;
    case ABI_ALARM_SET:
        abi_alarm_set_put(b, &v->alarm_set);
        return;
    case ABI_NOTIFY:
        abi_notify_put(b, &v->notify);
        return;
    case ABI_CHUNK:
        abi_chunk_put(b, &v->chunk);
        return;
    }
    buf_fail(b, ERR_BUG);
}

enum err abi_effect_get(struct arena *a, struct slice *s, struct abi_effect *v)
{
    struct slice look = *s;
    size_t items = 0;
    uint64_t kind = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(&look, &items));
    TRY(cbor_get_uint(&look, &kind));
    switch (kind) {
    case ABI_REPLY:
        v->kind = ABI_REPLY;
        return abi_reply_get(a, s, &v->reply);
    case ABI_PATCH:
        v->kind = ABI_PATCH;
        return abi_patch_get(a, s, &v->patch);
    case ABI_DIAL:
        v->kind = ABI_DIAL;
        return abi_dial_get(a, s, &v->dial);
    case ABI_SEND:
        v->kind = ABI_SEND;
        return abi_send_get(a, s, &v->send);
    case ABI_HANG_UP:
        v->kind = ABI_HANG_UP;
        return abi_hang_up_get(a, s, &v->hang_up);
    case ABI_ALARM_SET:
        v->kind = ABI_ALARM_SET;
        return abi_alarm_set_get(a, s, &v->alarm_set);
    case ABI_NOTIFY:
        v->kind = ABI_NOTIFY;
        return abi_notify_get(a, s, &v->notify);
    case ABI_CHUNK:
        v->kind = ABI_CHUNK;
        return abi_chunk_get(a, s, &v->chunk);
    default:
        return ERR_INPUT;
    }
}

enum err abi_effect_decode(struct arena *a, struct slice s, struct abi_effect *v)
{
    TRY(abi_effect_get(a, &s, v));
    return slice_end(s);
}

void abi_effects_put(struct buf *b, const struct abi_effects *v)
{
    cbor_put_array(b, 1);
    cbor_put_array(b, v->list_n);
    for (size_t i = 0; i < v->list_n; i++) {
        abi_effect_put(b, &v->list[i]);
    }
}

enum err abi_effects_get(struct arena *a, struct slice *s, struct abi_effects *v)
{
    size_t items = 0;
    memset(v, 0, sizeof *v);
    TRY(cbor_get_array(s, &items));
    if (items < 1) {
        return ERR_INPUT;
    }
    TRY(cbor_get_array(s, &v->list_n));
    if (v->list_n > 0) {
        struct abi_effect *list = arena_array(a, v->list_n, sizeof *list);
        if (list == NULL) {
            return ERR_HOST_MEMORY;
        }
        for (size_t i = 0; i < v->list_n; i++) {
            TRY(abi_effect_get(a, s, &list[i]));
        }
        v->list = list;
    }
    for (size_t i = 1; i < items; i++) {
        TRY(cbor_skip(s, NULL));
    }
    return OK;
}

enum err abi_effects_decode(struct arena *a, struct slice s, struct abi_effects *v)
{
    TRY(abi_effects_get(a, &s, v));
    return slice_end(s);
}
