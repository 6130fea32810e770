#include "engine/own/roster.h"

#include "engine/own/group.h"
#include "engine/own/notice.h"
#include "schema/chain.h"
#include "store/chain.h"
#include "store/people.h"

static bool leaf_left(const struct mls_group *g, struct slice account)
{
    struct mls_leaf_view leaf;
    uint32_t next = 0;
    while (mls_group_next_member(g, &next, &leaf)) {
        if (slice_equal(leaf.credential, account)) {
            return true;
        }
    }
    return false;
}

/* Was this person in the chat before this commit? (Member rows are of the old epoch still.) */
static enum err was_member(struct step *s, int64_t chat, int64_t person, bool *out)
{
    int64_t n = 0;
    TRY(store_sql_get_int(s->store, &n,
                          "SELECT count(*) FROM member WHERE chat=? AND person=? AND gone=0", "ii",
                          chat, person));
    *out = n > 0;
    return OK;
}

/* A device came or went: is it so in the chain of its account? */
static enum err chain_due(struct own *o, struct step *s, int64_t person, struct slice device,
                          bool came)
{
    struct chain_entry head;
    (void)o;
    enum err e = person == STORE_PERSON_ME ? ERR_GONE : store_chain_head(s->store, person, &head);
    if (e != OK) {
        return e == ERR_GONE ? OK : e; /* due anyhow */
    }
    return device.n == CHAIN_KEY_SIZE && chain_has_device(&head, device.p) == came
               ? OK
               : store_person_set(s->store, person, "UPDATE person SET chain_due=? WHERE id=?", 1);
}

/* A person is told of once, however many devices come or go with them. */
static bool told(const struct mls_commit_view *v, size_t i, struct slice credential)
{
    for (size_t k = 0; k < i; k++) {
        const struct mls_proposal_view *p = &v->proposals[k];
        const struct mls_leaf_view *leaf =
            p->type == MLS_PROPOSAL_ADD ? &p->leaf : &p->removed_leaf;
        if (p->type == v->proposals[i].type && slice_equal(leaf->credential, credential)) {
            return true;
        }
    }
    return false;
}

/* again: of a person who was told of. */
static enum err tell_add(struct own *o, struct step *s, const struct store_chat *c,
                         const struct mls_leaf_view *leaf, bool again, bool *newcomer)
{
    int64_t person = 0;
    bool was = false;
    TRY(own_leaf_person(o, s, leaf, &person));
    TRY(chain_due(o, s, person, leaf->signature_key, true));
    TRY(was_member(s, c->id, person, &was));
    if (!was) {
        *newcomer = true;
        return c->type == STORE_CHAT_GROUP && !again
                   ? own_notice(s, c->id, 2, person, SLICE_EMPTY, 0)
                   : OK;
    }
    return c->type == STORE_CHAT_SELF ? OK : own_notice(s, c->id, 8, person, SLICE_EMPTY, 0);
}

static enum err tell_remove(struct own *o, struct step *s, const struct store_chat *c,
                            const struct mls_group *g, const struct mls_proposal_view *p,
                            bool again)
{
    int64_t person = 0;
    struct mls_leaf_view by;
    TRY(own_leaf_person(o, s, &p->removed_leaf, &person));
    TRY(chain_due(o, s, person, p->removed_leaf.signature_key, false));
    if (leaf_left(g, p->removed_leaf.credential)) {
        return c->type == STORE_CHAT_SELF ? OK : own_notice(s, c->id, 9, person, SLICE_EMPTY, 0);
    }
    if (again) {
        return OK;
    }
    bool self = p->sender_type == MLS_SENDER_MEMBER && mls_group_member(g, p->sender, &by) != OK;
    return own_notice(s, c->id, self ? 3 : 4, person, SLICE_EMPTY, 0);
}

/* Who may run the group now and who may not any more (member rows are of the old epoch still). */
static enum err tell_roles(struct own *o, struct step *s, const struct store_chat *c,
                           const struct mls_group *g, const struct own_room *room)
{
    struct mls_leaf_view leaf;
    uint32_t next = 0;
    int64_t person = 0, role = 0;
    while (mls_group_next_member(g, &next, &leaf)) {
        TRY(own_leaf_person(o, s, &leaf, &person));
        enum err e = store_sql_get_int(
            s->store, &role, "SELECT role FROM member WHERE chat=? AND person=? AND gone=0", "ii",
            c->id, person);
        if (e == ERR_GONE) {
            continue; /* new here */
        }
        TRY(e);
        bool runs = own_room_is_admin(room, leaf.credential.p);
        if (runs != (role == 1)) {
            TRY(store_member_put(s->store, c->id, person, runs)); /* told once a person */
            TRY(own_notice(s, c->id, runs ? 6 : 7, person, SLICE_EMPTY, 0));
        }
    }
    return OK;
}

/* A device that could not follow any more came back by an external commit: nobody is new. */
static bool came_back(const struct mls_commit_view *v)
{
    for (size_t i = 0; i < v->proposal_count; i++) {
        if (v->sender_type == MLS_SENDER_NEW_MEMBER_COMMIT &&
            v->proposals[i].type == MLS_PROPOSAL_REMOVE &&
            slice_equal(v->proposals[i].removed_leaf.signature_key,
                        v->committer_leaf.signature_key)) {
            return true;
        }
    }
    return false;
}

/* Out and in again in one commit: no news either. */
static bool taken_in_again(const struct mls_commit_view *v, const struct mls_proposal_view *p)
{
    const struct mls_leaf_view *mine = p->type == MLS_PROPOSAL_ADD ? &p->leaf : &p->removed_leaf;
    for (size_t i = 0; i < v->proposal_count; i++) {
        const struct mls_proposal_view *q = &v->proposals[i];
        const struct mls_leaf_view *theirs =
            q->type == MLS_PROPOSAL_ADD ? &q->leaf : &q->removed_leaf;
        if (p->type != q->type && (p->type == MLS_PROPOSAL_ADD || p->type == MLS_PROPOSAL_REMOVE) &&
            (q->type == MLS_PROPOSAL_ADD || q->type == MLS_PROPOSAL_REMOVE) &&
            slice_equal(mine->signature_key, theirs->signature_key)) {
            return true;
        }
    }
    return false;
}

enum err own_roster_commit(struct own *o, struct step *s, const struct store_chat *c,
                           const struct mls_group *g, const struct own_room *room,
                           const struct mls_commit_view *view, bool *newcomer)
{
    if (!came_back(view)) {
        for (size_t i = 0; i < view->proposal_count; i++) {
            const struct mls_proposal_view *p = &view->proposals[i];
            if (taken_in_again(view, p)) {
                continue;
            }
            if (p->type == MLS_PROPOSAL_ADD) {
                TRY(tell_add(o, s, c, &p->leaf, told(view, i, p->leaf.credential), newcomer));
            } else if (p->type == MLS_PROPOSAL_REMOVE) {
                TRY(tell_remove(o, s, c, g, p, told(view, i, p->removed_leaf.credential)));
            }
        }
        if (view->sender_type == MLS_SENDER_NEW_MEMBER_COMMIT) {
            TRY(tell_add(o, s, c, &view->committer_leaf, false, newcomer));
        }
    }
    return c->type == STORE_CHAT_GROUP ? tell_roles(o, s, c, g, room) : OK;
}

enum err own_roster_room(struct step *s, const struct store_chat *c, const struct own_room *room,
                         int64_t by)
{
    if (!slice_equal(c->title, room->name)) {
        TRY(store_sql_run(s->store, "UPDATE chat SET title=? WHERE id=?", "ti", room->name, c->id));
        if (c->type == STORE_CHAT_GROUP && c->title.n > 0) {
            TRY(own_notice(s, c->id, 5, by, room->name, 0));
        }
    }
    if (c->timer_s != (int64_t)room->timer_s) {
        TRY(store_chat_set(s->store, "UPDATE chat SET timer_s=? WHERE id=?", (int64_t)room->timer_s,
                           c->id));
        TRY(own_notice(s, c->id, 14, by, SLICE_EMPTY, 0));
    }
    return OK;
}
