#include "lib/sim_play.h"

#include <stdio.h>
#include <string.h>

#include "engine/own/group.h"
#include "engine/own/group_cache.h"
#include "lib/check.h"

#define TICK_MS 500

void sim_pass(struct sim *s, uint64_t ms)
{
    uint64_t end = s->now_ms + ms;
    while (s->now_ms < end) {
        sim_run(s, end - s->now_ms);
        sim_tick(s, TICK_MS);
    }
}

int64_t sim_number(struct sim_device *d, const char *sql)
{
    return sim_count(d, sql, NULL);
}

int64_t sim_heard(struct sim_device *d, const char *text)
{
    return sim_count(d, "SELECT count(*) FROM message WHERE text=?", text);
}

int64_t sim_state(struct sim_device *d, const char *text)
{
    return sim_count(d, "SELECT state FROM message WHERE text=?", text);
}

int64_t sim_person(struct sim_device *d, const char *name)
{
    int64_t id =
        sim_count(d, "SELECT id FROM person WHERE name=? AND id>1 ORDER BY contact DESC", name);
    return id < 0 ? 0 : id;
}

uint64_t sim_chat_with(struct sim_device *d, const char *name)
{
    int64_t chat =
        sim_count(d, "SELECT chat FROM person WHERE name=? AND id>1 ORDER BY contact DESC", name);
    return chat < 0 ? 0 : (uint64_t)chat;
}

int64_t sim_verified(struct sim_device *d, const char *name)
{
    return sim_count(d, "SELECT verified FROM person WHERE name=? AND id>1 ORDER BY contact DESC",
                     name);
}

int64_t sim_said(struct sim_device *d, int notice)
{
    char sql[80];
    (void)snprintf(sql, sizeof sql, "SELECT count(*) FROM message WHERE type=2 AND notice=%d",
                   notice);
    return sim_number(d, sql);
}

int64_t sim_said_of(struct sim_device *d, int notice, const char *name)
{
    char sql[160];
    (void)snprintf(sql, sizeof sql,
                   "SELECT count(*) FROM message m JOIN person p ON p.id=m.sender WHERE m.type=2 "
                   "AND m.notice=%d AND p.name=?",
                   notice);
    return sim_count(d, sql, name);
}

static void start(struct abi_op *op, enum abi_op_kind kind)
{
    memset(op, 0, sizeof *op);
    op->kind = kind;
}

enum err sim_ask_again(struct sim_device *d)
{
    struct abi_op op;
    start(&op, ABI_OP_RETRY);
    op.op_retry.message = (uint64_t)sim_number(d, "SELECT id FROM message WHERE type=5 LIMIT 1");
    return sim_op(d, &op);
}

uint64_t sim_note(struct sim_device *d, uint64_t chat)
{
    const struct abi_chats *l = sim_chats(d);
    for (size_t i = 0; l != NULL && i < l->list_n; i++) {
        if (l->list[i].id == chat) {
            return l->list[i].note;
        }
    }
    return UINT64_MAX;
}

static enum err compared(struct sim_device *d, const char *name, bool on)
{
    struct abi_op op;
    start(&op, ABI_OP_VERIFY);
    op.op_verify.person = (uint64_t)sim_person(d, name);
    op.op_verify.on = on;
    return sim_op(d, &op);
}

enum err sim_verify(struct sim_device *d, const char *name)
{
    return compared(d, name, true);
}

enum err sim_unverify(struct sim_device *d, const char *name)
{
    return compared(d, name, false);
}

enum err sim_scan(struct sim_device *d, const char *name, struct sim_device *other, const char *me)
{
    uint8_t code[4 * 32];
    struct abi_op op;
    start(&op, ABI_OP_SAFETY);
    op.op_safety.person = (uint64_t)sim_person(other, me);
    TRY(sim_op(other, &op));
    struct slice shown = other->reply.result.safety.code;
    if (shown.n != sizeof code) {
        return ERR_BUG;
    }
    memcpy(code, shown.p, sizeof code);
    start(&op, ABI_OP_VERIFY);
    op.op_verify.person = (uint64_t)sim_person(d, name);
    op.op_verify.on = true;
    op.op_verify.has_scanned = true;
    op.op_verify.scanned = SLICE_ARRAY(code);
    return sim_op(d, &op);
}

void sim_safety(struct sim_device *d, const char *name, char out[61])
{
    struct abi_op op;
    start(&op, ABI_OP_SAFETY);
    op.op_safety.person = (uint64_t)sim_person(d, name);
    out[0] = 0;
    if (sim_op(d, &op) == OK && d->reply.result.safety.digits.n == 60) {
        memcpy(out, d->reply.result.safety.digits.p, 60);
        out[60] = 0;
    }
}

uint64_t sim_group(struct sim_device *d, const char *title, const char *const *names, size_t n)
{
    struct abi_op op;
    uint64_t people[16];
    start(&op, ABI_OP_GROUP_MAKE);
    for (size_t i = 0; i < n; i++) {
        people[i] = (uint64_t)sim_person(d, names[i]);
    }
    op.op_group_make.name = slice_of_string(title);
    op.op_group_make.people = people;
    op.op_group_make.people_n = n;
    return sim_op(d, &op) == OK ? d->reply.result.made.id : 0;
}

enum err sim_group_remove(struct sim_device *d, uint64_t chat, const char *name)
{
    struct abi_op op;
    start(&op, ABI_OP_GROUP_REMOVE);
    op.op_group_remove.chat = chat;
    op.op_group_remove.person = (uint64_t)sim_person(d, name);
    return sim_op(d, &op);
}

enum err sim_group_add(struct sim_device *d, uint64_t chat, const char *name)
{
    struct abi_op op;
    uint64_t person = (uint64_t)sim_person(d, name);
    start(&op, ABI_OP_GROUP_ADD);
    op.op_group_add.chat = chat;
    op.op_group_add.people = &person;
    op.op_group_add.people_n = 1;
    return sim_op(d, &op);
}

enum err sim_revoke(struct sim_device *d, const struct sim_device *other)
{
    struct abi_op op;
    uint8_t id[32];
    memcpy(id, other->core->account.own.device, sizeof id);
    start(&op, ABI_OP_DEVICE_REVOKE);
    op.op_device_revoke.device = SLICE_ARRAY(id);
    return sim_op(d, &op);
}

enum err sim_edit(struct sim_device *d, uint64_t message, const char *text)
{
    struct abi_op op;
    start(&op, ABI_OP_EDIT);
    op.op_edit.message = message;
    op.op_edit.text = slice_of_string(text);
    return sim_op(d, &op);
}

enum err sim_delete(struct sim_device *d, uint64_t message, bool everyone)
{
    struct abi_op op;
    start(&op, ABI_OP_DELETE);
    op.op_delete.message = message;
    op.op_delete.everyone = everyone;
    return sim_op(d, &op);
}

enum err sim_read(struct sim_device *d, uint64_t chat)
{
    struct abi_op op;
    const struct abi_messages *m = sim_messages(d, chat);
    if (m == NULL || m->list_n == 0) {
        return ERR_GONE;
    }
    start(&op, ABI_OP_READ);
    op.op_read.chat = chat;
    op.op_read.message = m->list[m->list_n - 1].id;
    return sim_op(d, &op);
}

enum err sim_settle_room(struct sim_device *d, uint64_t chat, uint64_t how)
{
    struct abi_op op;
    start(&op, ABI_OP_ROOM_SETTLE);
    op.op_room_settle.chat = chat;
    op.op_room_settle.how = how;
    return sim_op(d, &op);
}

size_t sim_settle_all(struct sim_device *d)
{
    size_t n = 0;
    int64_t chat = 0;
    while ((chat = sim_number(d, "SELECT min(id) FROM chat WHERE aside<>0")) > 0 &&
           sim_settle_room(d, (uint64_t)chat, ABI_SETTLE_ASIDE) == OK) {
        n++;
    }
    return n;
}

bool sim_recovered(struct sim_device *d, const char *code)
{
    if (sim_recover(d, code) != OK) {
        return false;
    }
    for (int i = 0; i < 30; i++) {
        sim_run(d->sim, 2000);
        if (sim_recover_choose(d, false) == OK) {
            return true;
        }
    }
    return false;
}

bool sim_link_text(struct sim_device *d, char *out, size_t n)
{
    struct slice link;
    if (sim_link(d, &link) != OK || link.n >= n) {
        return false;
    }
    memcpy(out, link.p, link.n);
    out[link.n] = 0;
    return true;
}

int sim_place(struct sim_device *d, uint64_t chat, const char *text)
{
    const struct abi_messages *m = sim_messages(d, chat);
    for (size_t i = 0; m != NULL && i < m->list_n; i++) {
        if (slice_equal(m->list[i].text, slice_of_string(text))) {
            return (int)i;
        }
    }
    return -1;
}

/* ---- groups -------------------------------------------------------------------------------- */

struct look {
    int64_t chat;
    const uint8_t *key, *account;
    size_t n;
    uint64_t epoch;
};

static enum err look(struct own *o, struct step *s, void *user)
{
    struct look *l = user;
    struct mls_group *g = NULL;
    struct mls_leaf_view leaf;
    uint32_t next = 0;
    TRY(own_group(o, s, l->chat, &g));
    l->epoch = mls_group_epoch(g);
    while (mls_group_next_member(g, &next, &leaf)) {
        l->n += l->key != NULL && slice_equal(leaf.signature_key, slice_make(l->key, 32));
        l->n += l->account != NULL && slice_equal(leaf.credential, slice_make(l->account, 32));
    }
    return OK;
}

uint64_t sim_epoch(struct sim_device *d, uint64_t chat)
{
    struct look l = {.chat = (int64_t)chat};
    return sim_try(d, look, &l) == OK ? l.epoch : UINT64_MAX;
}

size_t sim_leaves(struct sim_device *d, uint64_t chat, const uint8_t key[32])
{
    struct look l = {.chat = (int64_t)chat, .key = key};
    return sim_try(d, look, &l) == OK ? l.n : SIZE_MAX;
}

size_t sim_leaves_of(struct sim_device *d, uint64_t chat, const uint8_t account[32])
{
    struct look l = {.chat = (int64_t)chat, .account = account};
    return sim_try(d, look, &l) == OK ? l.n : SIZE_MAX;
}

struct ids {
    int64_t chat;
    uint8_t *room, *mailbox;
};

static enum err ids(struct own *o, struct step *s, void *user)
{
    const struct ids *i = user;
    struct store_chat c;
    (void)o;
    TRY(store_chat_get(s->store, s->arena, i->chat, &c));
    memcpy(i->room, c.room, 16);
    memcpy(i->mailbox, c.mailbox, 16);
    return OK;
}

bool sim_room(struct sim_device *d, uint64_t chat, uint8_t room[16], uint8_t mailbox[16])
{
    struct ids i = {(int64_t)chat, room, mailbox};
    return sim_try(d, ids, &i) == OK;
}

static enum err group_id(struct own *o, struct step *s, void *user)
{
    const struct ids *i = user;
    struct mls_group *g = NULL;
    TRY(own_group(o, s, i->chat, &g));
    struct slice id = mls_group_id(g);
    if (id.n != 16) {
        return ERR_BUG;
    }
    memcpy(i->room, id.p, id.n);
    return OK;
}

bool sim_group_id(struct sim_device *d, uint64_t chat, uint8_t id[16])
{
    struct ids i = {(int64_t)chat, id, NULL};
    return sim_try(d, group_id, &i) == OK;
}

/* ---- showing ------------------------------------------------------------------------------- */

void sim_show(struct sim_device *d)
{
    const struct abi_chats *l = sim_chats(d);
    struct abi_chat_view v[16];
    size_t n = l == NULL ? 0 : l->list_n < 16 ? l->list_n : 16;
    for (size_t i = 0; i < n; i++) {
        v[i] = l->list[i];
    }
    for (size_t i = 0; i < n; i++) {
        check_printf("  [%s] chat %u type %u \"%.*s\" members %u state %u note %u verified %u\n",
                     d->name, (unsigned)v[i].id, (unsigned)v[i].type, (int)v[i].title.n,
                     (const char *)v[i].title.p, (unsigned)v[i].members, (unsigned)v[i].state,
                     (unsigned)v[i].note, (unsigned)v[i].verified);
        uint64_t chat = v[i].id;
        for (size_t k = i + 1; k < n; k++) {
            v[k].title = SLICE_EMPTY; /* gone with the next question */
        }
        const struct abi_messages *m = sim_messages(d, chat);
        for (size_t k = 0; m != NULL && k < m->list_n; k++) {
            check_printf("      type %u notice %u state %u %.*s: %.*s\n", (unsigned)m->list[k].type,
                         (unsigned)m->list[k].notice, (unsigned)m->list[k].state,
                         (int)m->list[k].sender_name.n, (const char *)m->list[k].sender_name.p,
                         (int)m->list[k].text.n, (const char *)m->list[k].text.p);
        }
    }
}
