#include "engine/own/hall.h"
#include "base/rule.h"

#include <string.h>

/* ---- accounts of a room --------------------------------------------------------------------- */

struct own_hall_seat *own_hall_find(struct own_hall *h, const uint8_t account[32])
{
    for (size_t i = 0; i < h->n; i++) {
        if (slice_equal(slice_make(h->v[i].account, 32), slice_make(account, 32))) {
            return &h->v[i];
        }
    }
    return NULL;
}

enum err own_hall_seat(struct own_hall *h, const uint8_t account[32], struct own_hall_seat **out)
{
    *out = own_hall_find(h, account);
    if (*out != NULL) {
        return OK;
    }
    if (h->v == NULL || h->n == h->cap) {
        return ERR_LIMIT;
    }
    *out = &h->v[h->n++];
    memset(*out, 0, sizeof **out);
    memcpy((*out)->account, account, 32);
    return OK;
}

static void raise_line(struct own_entries_line *line, const struct own_identity_name *name)
{
    if (!line->known || name->n > line->name.n) {
        line->known = true;
        line->name = *name;
    }
}

enum err own_hall_leaf(const struct mls_leaf_view *leaf, struct own_identity_name *name)
{
    return leaf->credential_type == 1 && leaf->credential.n == 32 && leaf->signature_key.n == 32 &&
                   own_identity_name_of(leaf, name) == OK
               ? OK
               : ERR_AUTH_POLICY;
}

enum err own_hall_begin(struct own_hall *h, struct step *s, const struct mls_group *g, size_t more)
{
    struct mls_leaf_view leaf;
    struct own_identity_name name;
    struct own_hall_seat *seat = NULL;
    uint32_t next = 0;
    memset(h, 0, sizeof *h);
    h->s = s;
    h->g = g;
    TRY(own_room_of(s->arena, g, &h->room));
    h->cap = mls_group_member_count(g) + h->room.seat_n + more;
    h->v = arena_array(s->arena, h->cap + 1, sizeof *h->v);
    if (h->v == NULL) {
        return ERR_HOST_MEMORY;
    }
    while (mls_group_next_member(g, &next, &leaf)) {
        TRY(own_hall_leaf(&leaf, &name));
        TRY(own_hall_seat(h, leaf.credential.p, &seat));
        seat->leaf_before = true;
        raise_line(&seat->line, &name);
    }
    for (size_t i = 0; i < h->room.seat_n; i++) {
        const struct own_room_seat *r = &h->room.seats[i];
        name.n = r->n;
        memcpy(name.hash, r->hash, 32);
        TRY(own_hall_seat(h, r->account, &seat));
        seat->seat_before = true;
        raise_line(&seat->line, &name);
    }
    return OK;
}

enum err own_hall_bring(struct own_hall *h, const struct own_entries *brought)
{
    for (size_t i = 0; i < brought->n; i++) {
        const struct own_entries_group *g = &brought->v[i];
        struct own_hall_seat *seat = NULL;
        TRY(own_hall_seat(h, g->account, &seat));
        TRY(own_entries_extend(h->s, g->account, &seat->line, g->entries, g->n));
    }
    return OK;
}

enum err own_hall_lists(struct own_hall *h, const struct own_hall_seat *seat, const uint8_t key[32],
                        bool *out)
{
    *out = false;
    if (!seat->line.known) {
        return OK;
    }
    enum err e = own_entries_lists(h->s, &seat->line.name, key, out);
    if (e == OK && *out && !RULE(FOLLOWED_BY_THE_EPOCH)) {
        TRY(own_identity_lists_now(h->s, seat->account, key, out));
    }
    return e == ERR_GONE ? ERR_STORE_CORRUPT : e;
}

/* ---- after a commit ------------------------------------------------------------------------- */

size_t own_hall_adds(const struct mls_proposal_view *v, size_t n)
{
    size_t k = 0;
    for (size_t i = 0; i < n; i++) {
        k += v[i].type == MLS_PROPOSAL_ADD;
    }
    return k;
}

static bool goes(const struct own_hall_deed *d, uint32_t leaf)
{
    for (size_t i = 0; i < d->proposal_n; i++) {
        if (d->proposals[i].type == MLS_PROPOSAL_REMOVE && d->proposals[i].removed == leaf) {
            return true;
        }
    }
    return false;
}

static enum err sits(struct own_hall *h, const struct mls_leaf_view *leaf)
{
    struct own_identity_name name;
    struct own_hall_seat *seat = NULL;
    TRY(own_hall_leaf(leaf, &name));
    TRY(own_hall_seat(h, leaf->credential.p, &seat));
    seat->leaves++;
    if (!seat->has_named || name.n > seat->named) {
        seat->has_named = true;
        seat->named = name.n;
    }
    return OK;
}

enum err own_hall_after(struct own_hall *h, const struct own_hall_deed *d)
{
    struct mls_leaf_view leaf;
    uint32_t next = 0;
    while (mls_group_next_member(h->g, &next, &leaf)) {
        struct own_hall_seat *seat = NULL;
        bool listed = false;
        if (!goes(d, leaf.index)) {
            TRY(sits(h, leaf.index == d->committer && d->path != NULL ? d->path : &leaf));
            continue;
        }
        TRY(own_hall_seat(h, leaf.credential.p, &seat));
        TRY(own_hall_lists(h, seat, leaf.signature_key.p, &listed));
        seat->put_out = seat->put_out || listed;
    }
    for (size_t i = 0; i < d->proposal_n; i++) {
        if (d->proposals[i].type == MLS_PROPOSAL_ADD) {
            TRY(sits(h, &d->proposals[i].leaf));
        }
    }
    return d->committer == UINT32_MAX && d->path != NULL ? sits(h, d->path) : OK;
}

bool own_hall_stays(const struct own_hall_seat *seat)
{
    return seat->leaves > 0 || (seat->leaf_before ? !seat->put_out : seat->seat_before);
}

bool own_hall_is_said(const struct own_hall_seat *seat)
{
    return own_hall_stays(seat) && seat->line.known &&
           (seat->leaves == 0 || seat->line.name.n > seat->named);
}

static bool same_name(const struct own_room_seat *r, const struct own_identity_name *name)
{
    return r->n == name->n && slice_equal(slice_make(r->hash, 32), slice_make(name->hash, 32));
}

static const struct own_room_seat *seat_in(const struct own_room *r, const uint8_t account[32])
{
    for (size_t i = 0; i < r->seat_n; i++) {
        if (slice_equal(slice_make(r->seats[i].account, 32), slice_make(account, 32))) {
            return &r->seats[i];
        }
    }
    return NULL;
}

bool own_hall_seats_right(struct own_hall *h, const struct own_room *after, bool strict, bool admin)
{
    size_t said = 0;
    for (size_t i = 0; i < h->n; i++) {
        const struct own_hall_seat *seat = &h->v[i];
        const struct own_room_seat *r = seat_in(after, seat->account);
        if (own_hall_is_said(seat)) {
            bool dropped = r == NULL && seat->leaves == 0 && admin && strict;
            if (!dropped && (r == NULL || !same_name(r, &seat->line.name))) {
                return false;
            }
            said += r != NULL;
        } else if (r != NULL && (strict || !own_hall_stays(seat))) {
            return false;
        }
    }
    return !strict || said == after->seat_n;
}
