#include "engine/own/query.h"

#include <string.h>

#include "engine/fingerprint.h"
#include "engine/own/clock.h"
#include "engine/own/contact_link.h"
#include "engine/own/frame.h"
#include "engine/own/line.h"
#include "engine/own/recover.h"
#include "engine/own/safety.h"
#include "schema/chain.h"
#include "store/own_device.h"
#include "store/own_recover.h"
#include "store/own_setting.h"
#include "store/own_token.h"
#include "store/people.h"

enum err own_query_state(struct own *o, struct step *s, struct abi_state *out)
{
    int64_t checked = 0, read_ms = 0, undone = 0, stage = 0, skipped = 0;
    out->dropped_by = SLICE_LITERAL("");
    out->line = (uint64_t)own_line_state(o);
    int64_t ahead = own_clock_ahead(o);
    out->clock_fast = ahead > 0;
    ahead = ahead < 0 ? -ahead : ahead;
    out->clock_off_ms = ahead > OWN_CLOCK_WRONG_MS ? (uint64_t)ahead : 0;
    TRY(store_own_setting_int(s->store, "recovery-checked", 0, &checked));
    TRY(store_own_setting_int(s->store, "record-read-ms", 0, &read_ms));
    TRY(store_own_setting_int(s->store, "chain-undone", 0, &undone));
    TRY(store_own_setting_int(s->store, "recovering", OWN_RECOVER_NONE, &stage));
    out->record_ms = (uint64_t)read_ms;
    out->undone = undone != 0;
    out->dropped = o->dropped;
    TRY(store_own_setting_int(s->store, "recover-skipped", 0, &skipped));
    out->skipped = skipped != 0;
    if (out->dropped) {
        enum err by = store_own_setting_get(s->store, s->arena, "dropped-by", &out->dropped_by);
        TRY(by == ERR_GONE ? OK : by);
        out->dropped_by = by == OK ? out->dropped_by : SLICE_LITERAL("");
    }
    out->recovering = stage == OWN_RECOVER_NONE     ? ABI_RECOVERING_NO
                      : !o->codes.has_old           ? ABI_RECOVERING_CODE
                      : stage == OWN_RECOVER_CHOOSE ? ABI_RECOVERING_CHOOSE
                                                    : ABI_RECOVERING_UNDER_WAY;
    out->recovery_checked = checked != 0;
    out->server_known = own_ready(o, OWN_CONN_DEVICE);
    return OK;
}

static enum err links(struct own *o, struct step *s, struct abi_result *r)
{
    enum { MAX = 100 };
    struct store_own_token_link *rows = arena_array(s->arena, MAX, sizeof *rows);
    struct abi_link_view *list = arena_array(s->arena, MAX, sizeof *list);
    size_t n = 0;
    if (rows == NULL || list == NULL) {
        return ERR_HOST_MEMORY;
    }
    TRY(store_own_token_links(s->store, s->arena, rows, MAX, &n));
    for (size_t i = 0; i < n; i++) {
        if (rows[i].token.n != STORE_OWN_TOKEN_SIZE) {
            return ERR_STORE_CORRUPT;
        }
        list[i].id = (uint64_t)rows[i].id;
        list[i].label = rows[i].label;
        list[i].uses_left = (uint64_t)rows[i].uses;
        list[i].expires_ms = (uint64_t)rows[i].expires_s * 1000;
        list[i].made_ms = (uint64_t)rows[i].made_ms;
        list[i].chat = (uint64_t)rows[i].chat;
        TRY(own_link_text(o, s, rows[i].token.p, rows[i].secret, &list[i].link));
    }
    r->kind = ABI_LINKS;
    r->links.list = list;
    r->links.list_n = n;
    return OK;
}

static enum err devices(struct own *o, struct step *s, struct abi_result *r)
{
    enum { MAX = CHAIN_DEVICES_MAX };
    struct store_own_device_times *rows = arena_array(s->arena, MAX, sizeof *rows);
    struct abi_device_view *list = arena_array(s->arena, MAX, sizeof *list);
    size_t n = 0;
    if (rows == NULL || list == NULL) {
        return ERR_HOST_MEMORY;
    }
    TRY(store_own_device_times(s->store, s->arena, rows, MAX, &n));
    for (size_t i = 0; i < n; i++) {
        list[i].id = rows[i].key;
        list[i].name = rows[i].name;
        list[i].added_ms = (uint64_t)rows[i].added_ms;
        list[i].seen_ms = (uint64_t)rows[i].seen_ms;
        list[i].current = slice_equal(rows[i].key, SLICE_ARRAY(o->device));
    }
    r->kind = ABI_DEVICES;
    r->devices.list = list;
    r->devices.list_n = n;
    return OK;
}

static enum err link_read(struct own *o, struct step *s, struct slice text, struct abi_result *r)
{
    struct own_link_parts p;
    struct store_person who;
    TRY(own_link_parse(s->arena, text, &p));
    r->kind = ABI_LINK_INFO;
    r->link_info.what = (uint64_t)p.what;
    r->link_info.gateway = p.gateway;
    if (p.what == ABI_LINK_WHAT_PERSON &&
        slice_equal(SLICE_ARRAY(o->account), SLICE_ARRAY(p.account))) {
        r->link_info.what = ABI_LINK_WHAT_MINE;
        return OK;
    }
    enum err e = store_person_find(s->store, s->arena, p.account, &who);
    if (e == OK && who.contact != 0) {
        r->link_info.known = (uint64_t)who.id;
    }
    return e == ERR_GONE ? OK : e;
}

/* The devices a recovered account has, and the parts of its record. */
static enum err choices(struct step *s, struct abi_result *r)
{
    enum { MAX = CHAIN_DEVICES_MAX * 2 };
    struct store_own_recover_choice *rows = arena_array(s->arena, MAX, sizeof *rows);
    struct abi_choice_view *list = arena_array(s->arena, MAX, sizeof *list);
    size_t n = 0;
    if (rows == NULL || list == NULL) {
        return ERR_HOST_MEMORY;
    }
    TRY(store_own_recover_choices(s->store, s->arena, rows, MAX, &n));
    for (size_t i = 0; i < n; i++) {
        list[i].device = rows[i].device;
        list[i].name = rows[i].name;
        list[i].listed = rows[i].listed;
        list[i].part = (uint64_t)rows[i].state;
        list[i].part_ms = (uint64_t)rows[i].ms;
    }
    r->kind = ABI_CHOICES;
    r->choices.list = list;
    r->choices.list_n = n;
    return OK;
}

enum err own_query(struct own *o, struct step *s, const struct abi_op *op, struct abi_result *r)
{
    switch (op->kind) {
    case ABI_OP_LINK_LIST:
        return links(o, s, r);
    case ABI_OP_LINK_READ:
        return link_read(o, s, op->op_link_read.link, r);
    case ABI_OP_SAFETY:
        r->kind = ABI_SAFETY;
        return own_safety(o, s, (int64_t)op->op_safety.person, &r->safety);
    case ABI_OP_DEVICES:
        return devices(o, s, r);
    case ABI_OP_RECOVERY_CHOICES:
        return choices(s, r);
    default:
        return ERR_INPUT;
    }
}
