#include "engine/own/command.h"

#include <string.h>

#include "base/ct.h"
#include "base/limits.h"
#include "base/rule.h"
#include "engine/own/alive.h"
#include "engine/own/chain.h"
#include "engine/own/contact_link.h"
#include "engine/own/content.h"
#include "engine/own/due.h"
#include "engine/own/file.h"
#include "engine/own/leave.h"
#include "engine/own/link.h"
#include "engine/own/make.h"
#include "engine/own/missing.h"
#include "engine/own/people.h"
#include "engine/own/record_due.h"
#include "engine/own/recover.h"
#include "engine/own/repair.h"
#include "engine/own/request.h"
#include "engine/own/room_wish.h"
#include "engine/own/safety.h"
#include "engine/own/send.h"
#include "engine/own/status.h"
#include "engine/own/still.h"
#include "engine/own/sync.h"
#include "engine/own/token.h"
#include "engine/own/wish.h"
#include "engine/chats.h"
#include "engine/timeline.h"
#include "store/chain.h"
#include "store/chat.h"
#include "store/message.h"
#include "store/own_device.h"
#include "store/own_person.h"
#include "store/request.h"
#include "store/own_setting.h"
#include "store/own_token.h"
#include "store/people.h"

static void made(struct abi_result *r, int64_t id)
{
    r->kind = ABI_MADE;
    r->made.id = (uint64_t)id;
}

static struct slice number(struct step *s, int64_t v)
{
    struct slice out = SLICE_EMPTY;
    if (arena_copy(s->arena, slice_make(&v, sizeof v), &out) != OK) {
        s->out->err = ERR_HOST_MEMORY;
    }
    return out;
}

/* ---- people --------------------------------------------------------------------------------- */

static enum err link_make(struct own *o, struct step *s, const struct abi_op_link_make *op,
                          struct abi_result *r)
{
    struct slice token, secret;
    int64_t id = 0;
    TRY(own_token_make(o, s, op->label, op->uses, op->days, 0, &id));
    TRY(store_own_token_get(s->store, s->arena, id, &token, &secret));
    r->kind = ABI_TEXT;
    return token.n == 16 ? own_link_text(o, s, token.p, SLICE_EMPTY, &r->text.value)
                         : ERR_STORE_CORRUPT;
}

static enum err link_drop(struct own *o, struct step *s, int64_t id)
{
    TRY(store_own_token_close(s->store, id));
    s->durable = true;
    return own_token_sync(o, s);
}

static enum err answer(struct own *o, struct step *s, const struct abi_op_request_answer *op,
                       struct abi_result *r)
{
    struct store_request asked;
    int64_t chat = 0;
    if (op->answer > ABI_REQUEST_ANSWER_BLOCK) {
        return ERR_INPUT;
    }
    TRY(store_request_get(s->store, s->arena, (int64_t)op->id, &asked));
    TRY(own_request_answer(o, s, (int64_t)op->id, op->answer, &chat));
    TRY(own_sync_request(o, s, SLICE_ARRAY(asked.room), op->answer));
    own_record_due(s);
    made(r, chat);
    return OK;
}

static enum err room_settle(struct own *o, struct step *s, const struct abi_op_room_settle *op,
                            struct abi_result *r)
{
    int64_t id = 0;
    int64_t chat = (int64_t)op->chat;
    enum err e = op->how == ABI_SETTLE_ANEW    ? own_repair_room(o, s, chat, &id)
                 : op->how == ABI_SETTLE_ASIDE ? own_request_aside(o, s, chat, &id)
                 : op->how == ABI_SETTLE_AGAIN ? own_alive_again(o, s, chat)
                 : op->how == ABI_SETTLE_GO_ON ? own_still_go_on(o, s, chat)
                                               : ERR_INPUT;
    r->kind = ABI_MADE;
    r->made.id = (uint64_t)id;
    return e;
}

static enum err verify(struct own *o, struct step *s, const struct abi_op_verify *op)
{
    struct store_person p;
    TRY(store_person_get(s->store, s->arena, (int64_t)op->person, &p));
    if (op->has_scanned) {
        TRY(own_safety_scanned(o, s, p.id, op->scanned));
    } else if (op->on && p.fork && RULE(FORK_NEEDS_CODE)) {
        return ERR_STATE; /* the digits are the same for both branches */
    }
    TRY(own_person_verify(o, s, p.id, op->on));
    if (p.chat != 0) {
        effects_chat(s->out, p.chat);
        if (op->on) {
            TRY(own_notice(s, p.chat, ABI_NOTICE_VERIFIED, p.id, SLICE_EMPTY, 0));
        }
    }
    s->durable = true;
    return own_sync_person(o, s, p.id);
}

/* ---- chats ---------------------------------------------------------------------------------- */

static enum err chat_delete(struct own *o, struct step *s, int64_t chat)
{
    int64_t upto = 0;
    TRY(store_message_end(s->store, chat, &upto));
    /* tell my other devices first: it may be gone afterwards */
    TRY(own_sync_chat(o, s, chat, SLICE_LITERAL("deleted"), (uint64_t)upto));
    return own_chat_delete(o, s, chat, STORE_PLACE_PENDING);
}

static enum err read_upto(struct own *o, struct step *s, const struct abi_op_read *op)
{
    struct store_chat row;
    struct store_message m;
    TRY(store_chat_get(s->store, s->arena, (int64_t)op->chat, &row));
    TRY(store_message_get(s->store, s->arena, (int64_t)op->message, &m));
    bool had = row.unread > 0;
    TRY(own_content_read(o, s, row.id, m.id));
    return had ? own_sync_read(o, s, row.room, m.mid) : OK;
}

/* What a message answers; 0: nothing, or it is no longer here. */
static enum err answered(struct step *s, const struct store_message *m, int64_t *id)
{
    struct store_message first;
    *id = 0;
    if (!m->has_reply) {
        return OK;
    }
    enum err e = store_message_find(s->store, s->arena, m->chat, m->reply, &first);
    *id = e == OK ? first.id : 0;
    return e == ERR_GONE ? OK : e;
}

/* Retries a message that failed, or the placeholder of one that could not be read. */
static enum err retry(struct own *o, struct step *s, int64_t message)
{
    struct store_message m;
    struct store_chat row;
    int64_t id = 0, reply = 0;
    TRY(store_message_get(s->store, s->arena, message, &m));
    if (m.type == STORE_MESSAGE_MISSING) {
        return own_missing_ask(o, s, message);
    }
    if (m.type == STORE_MESSAGE_UNREADABLE) {
        TRY(store_chat_get(s->store, s->arena, m.chat, &row));
        TRY(chats_note(s, m.chat, ABI_CHAT_NOTE_FORKED));
        own_due_chat(o, m.chat);
        return OK;
    }
    if (m.state != STORE_STATE_FAILED || !m.mine) {
        return ERR_STATE;
    }
    TRY(answered(s, &m, &reply));
    TRY(timeline_drop(s, m.chat, message));
    return own_content_text(o, s, m.chat, m.text, reply, NULL, 0, &id);
}

/* ---- groups --------------------------------------------------------------------------------- */

/* ERR_GONE: no such person. ERR_STATE: we do not know how to reach them, or it is me. */
static enum err reachable(struct step *s, int64_t person)
{
    struct store_own_person_door door;
    TRY(store_own_person_door(s->store, person, &door));
    return door.has_inbox && door.has_token ? OK : ERR_STATE;
}

static enum err group_make(struct own *o, struct step *s, const struct abi_op_group_make *op,
                           struct abi_result *r)
{
    struct store_chat chat;
    if (op->name.n == 0 || op->name.n > LIMIT_NAME_BYTES || op->people_n > LIMIT_MEMBERS ||
        (op->has_picture && op->picture.n > 32768)) {
        return ERR_INPUT;
    }
    for (size_t i = 0; i < op->people_n; i++) {
        TRY(reachable(s, (int64_t)op->people[i]));
    }
    TRY(own_chat_make(o, s, STORE_CHAT_GROUP, op->name, 0, NULL, &chat));
    TRY(own_notice(s, chat.id, ABI_NOTICE_MADE, STORE_PERSON_ME, op->name, 0));
    if (op->has_picture) {
        TRY(chats_picture(s, chat.id, op->picture));
    }
    for (size_t i = 0; i < op->people_n; i++) {
        TRY(own_wish(o, s, chat.id, OWN_WISH_ADD_PERSON, number(s, (int64_t)op->people[i])));
    }
    own_record_due(s);
    made(r, chat.id);
    own_due_chat(o, chat.id);
    return OK;
}

static enum err group_people(struct own *o, struct step *s, int64_t chat, const uint64_t *people,
                             size_t n, enum own_wish wish)
{
    struct store_chat row;
    TRY(store_chat_get(s->store, s->arena, chat, &row));
    if (row.type != STORE_CHAT_GROUP || row.state != STORE_CHAT_OPEN) {
        return ERR_STATE;
    }
    if (row.role != ABI_ROLE_ADMIN) {
        return ERR_AUTH_POLICY;
    }
    for (size_t i = 0; i < n; i++) {
        int64_t person = (int64_t)people[i];
        enum err e = reachable(s, person);
        TRY(e == ERR_STATE && wish != OWN_WISH_ADD_PERSON ? OK : e);
        TRY(own_wish(o, s, chat, wish, number(s, person)));
    }
    own_due_chat(o, chat);
    return OK;
}

static enum err group_set(struct own *o, struct step *s, const struct abi_op_group_set *op)
{
    int64_t chat = (int64_t)op->chat;
    if (op->name.n == 0 || op->name.n > LIMIT_NAME_BYTES ||
        (op->has_picture && op->picture.n > 32768)) {
        return ERR_INPUT;
    }
    TRY(own_room_change(o, s, chat, &op->name, UINT64_MAX));
    if (op->has_picture) {
        TRY(chats_picture(s, chat, op->picture));
        TRY(own_content_picture(o, s, chat));
    }
    effects_chat(s->out, chat);
    return OK;
}

/* ---- the recovery code ---------------------------------------------------------------------- */

/* A new code, shown and written down before; and the one it replaces, if at hand. */
struct codes {
    struct recovery_code fresh, old;
    bool has_fresh, has_old;
};

static enum err is_mine(struct step *s, const struct recovery_code *code, bool *out)
{
    struct chain_entry head;
    TRY(store_chain_head(s->store, STORE_PERSON_ME, &head));
    *out = slice_equal(SLICE_ARRAY(head.recovery), SLICE_ARRAY(code->sign.b));
    return OK;
}

/* ERR_AUTH: the old one is not the current code. */
static enum err read_codes(struct step *s, struct slice fresh, struct slice old, struct codes *out)
{
    bool mine = false;
    memset(out, 0, sizeof *out);
    if (fresh.n == 0) {
        return OK; /* not now */
    }
    TRY(recovery_code_read(fresh, &out->fresh));
    out->has_fresh = true;
    if (old.n == 0) {
        return OK;
    }
    TRY(recovery_code_read(old, &out->old));
    out->has_old = true;
    TRY(is_mine(s, &out->old, &mine));
    return mine ? OK : ERR_AUTH;
}

static enum err device_revoke(struct own *o, struct step *s, const struct abi_op_device_revoke *op)
{
    struct codes k;
    enum err e = read_codes(s, op->code, op->old, &k);
    e = e != OK ? e
                : own_device_revoke(o, s, op->device, k.has_fresh ? &k.fresh : NULL,
                                    k.has_old ? &k.old : NULL);
    wipe(&k, sizeof k);
    return e;
}

static enum err recovery_set(struct own *o, struct step *s, const struct abi_op_recovery_set *op)
{
    struct codes k;
    enum err e = op->code.n == 0 ? ERR_INPUT : read_codes(s, op->code, op->old, &k);
    e = e != OK ? e : own_chain_code(o, s, &k.fresh, k.has_old ? &k.old : NULL);
    wipe(&k, sizeof k);
    return e;
}

static enum err recovery_again(struct own *o, struct step *s, struct slice text)
{
    struct recovery_code code;
    TRY(recovery_code_read(text, &code));
    enum err e = own_recover_again(o, s, &code);
    wipe(&code, sizeof code);
    return e;
}

static enum err recovery_finish(struct own *o, struct step *s,
                                const struct abi_op_recovery_finish *op)
{
    struct recovery_code fresh;
    TRY(recovery_code_read(op->code, &fresh));
    enum err e = own_recover_finish(o, s, &fresh, op->keep, op->keep_n, op->take, op->take_n);
    wipe(&fresh, sizeof fresh);
    return e;
}

static enum err recovery_check(struct step *s, const struct abi_op_recovery_check *op,
                               struct abi_result *result)
{
    struct recovery_code code;
    result->kind = ABI_FLAG;
    result->flag.on = false;
    enum err e = recovery_code_read(op->code, &code);
    if (e != OK) {
        return e == ERR_INPUT ? OK : e;
    }
    e = is_mine(s, &code, &result->flag.on);
    wipe(&code, sizeof code);
    TRY(e);
    if (result->flag.on) {
        s->out->state = true;
        return store_own_setting_put_int(s->store, "recovery-checked", 1);
    }
    return OK;
}

/* ---- devices -------------------------------------------------------------------------------- */

static enum err device_name(struct own *o, struct step *s, struct slice name)
{
    if (name.n == 0 || name.n > LIMIT_NAME_BYTES) {
        return ERR_INPUT;
    }
    TRY(store_own_device_set_name(s->store, o->device, name));
    s->out->devices = true;
    return own_sync_device(o, s, SLICE_ARRAY(o->device), name);
}

/* ---- table ---------------------------------------------------------------------------------- */

static enum err message_op(struct own *o, struct step *s, const struct abi_op *op,
                           struct abi_result *r)
{
    int64_t id = 0;
    switch (op->kind) {
    case ABI_OP_SEND:
        TRY(own_content_text(o, s, (int64_t)op->op_send.chat, op->op_send.text,
                             (int64_t)op->op_send.reply_to, op->op_send.mentions,
                             op->op_send.mentions_n, &id));
        made(r, id);
        return OK;
    case ABI_OP_EDIT:
        return own_content_edit(o, s, (int64_t)op->op_edit.message, op->op_edit.text);
    case ABI_OP_DELETE:
        return own_content_delete(o, s, (int64_t)op->op_delete.message, op->op_delete.everyone);
    case ABI_OP_REACT:
        return own_content_react(o, s, (int64_t)op->op_react.message, op->op_react.emoji);
    case ABI_OP_RETRY:
        return retry(o, s, (int64_t)op->op_retry.message);
    case ABI_OP_READ:
        return read_upto(o, s, &op->op_read);
    case ABI_OP_TYPING:
        return own_typing(o, s, (int64_t)op->op_typing.chat, op->op_typing.on);
    case ABI_OP_FILE_BEGIN:
        TRY(own_file_begin(o, s, &op->op_file_begin, &id));
        made(r, id);
        return OK;
    case ABI_OP_FILE_CHUNK:
        return own_file_chunk(o, s, &op->op_file_chunk);
    case ABI_OP_FILE_CANCEL:
        return own_file_cancel(o, s, (int64_t)op->op_file_cancel.message);
    case ABI_OP_FILE_FETCH:
        return own_file_fetch(o, s, (int64_t)op->op_file_fetch.message);
    case ABI_OP_FILE_READ:
        return own_file_read(o, s, (int64_t)op->op_file_read.message, op->op_file_read.offset);
    default:
        return ERR_INPUT;
    }
}

static enum err group_op(struct own *o, struct step *s, const struct abi_op *op,
                         struct abi_result *r)
{
    switch (op->kind) {
    case ABI_OP_GROUP_MAKE:
        return group_make(o, s, &op->op_group_make, r);
    case ABI_OP_GROUP_SET:
        return group_set(o, s, &op->op_group_set);
    case ABI_OP_GROUP_ADD:
        return group_people(o, s, (int64_t)op->op_group_add.chat, op->op_group_add.people,
                            op->op_group_add.people_n, OWN_WISH_ADD_PERSON);
    case ABI_OP_GROUP_REMOVE:
        return group_people(o, s, (int64_t)op->op_group_remove.chat, &op->op_group_remove.person, 1,
                            OWN_WISH_REMOVE_PERSON);
    case ABI_OP_GROUP_ROLE:
        return own_room_role(o, s, (int64_t)op->op_group_role.chat,
                             (int64_t)op->op_group_role.person,
                             op->op_group_role.role == ABI_ROLE_ADMIN);
    case ABI_OP_GROUP_LINK:
        r->kind = ABI_TEXT;
        return own_group_link(o, s, (int64_t)op->op_group_link.chat, op->op_group_link.on,
                              &r->text.value);
    case ABI_OP_GROUP_LEAVE:
        return own_group_leave(o, s, (int64_t)op->op_group_leave.chat);
    case ABI_OP_CHAT_SET: /* what everybody in the room shares */
        return slice_equal(op->op_chat_set.key, SLICE_LITERAL("timer"))
                   ? own_room_change(o, s, (int64_t)op->op_chat_set.chat, NULL,
                                     op->op_chat_set.value)
                   : ERR_INPUT;
    case ABI_OP_CHAT_DELETE:
        return chat_delete(o, s, (int64_t)op->op_chat_delete.chat);
    default:
        return message_op(o, s, op, r);
    }
}

enum err own_command(struct own *o, struct step *s, const struct abi_op *op, struct abi_result *r)
{
    int64_t id = 0;
    switch (op->kind) {
    case ABI_OP_LINK_CANCEL:
        own_link_cancel(o, s);
        return OK;
    case ABI_OP_LINK_CONFIRM:
        return own_link_confirm(o, s, op->op_link_confirm.yes);
    case ABI_OP_RECOVERY_AGAIN:
        return recovery_again(o, s, op->op_recovery_again.code);
    case ABI_OP_RECOVERY_FINISH:
        return recovery_finish(o, s, &op->op_recovery_finish);
    case ABI_OP_RECOVERY_CHECK:
        return recovery_check(s, &op->op_recovery_check, r);
    case ABI_OP_LINK_MAKE:
        return link_make(o, s, &op->op_link_make, r);
    case ABI_OP_LINK_DROP:
        return link_drop(o, s, (int64_t)op->op_link_drop.id);
    case ABI_OP_ADD:
        TRY(own_add(o, s, op->op_add.link, &id));
        own_record_due(s);
        made(r, id);
        return OK;
    case ABI_OP_GROUP_JOIN:
        TRY(own_add(o, s, op->op_group_join.link, &id));
        own_record_due(s);
        made(r, id);
        return OK;
    case ABI_OP_REQUEST_ANSWER:
        return answer(o, s, &op->op_request_answer, r);
    case ABI_OP_VERIFY:
        return verify(o, s, &op->op_verify);
    case ABI_OP_ROOM_SETTLE:
        return room_settle(o, s, &op->op_room_settle, r);
    case ABI_OP_FORK_SETTLE:
        return own_person_keep_ours(s, (int64_t)op->op_fork_settle.person);
    case ABI_OP_DEVICE_REVOKE:
        return device_revoke(o, s, &op->op_device_revoke);
    case ABI_OP_RECOVERY_SET:
        return recovery_set(o, s, &op->op_recovery_set);
    case ABI_OP_DEVICE_NAME:
        return device_name(o, s, op->op_device_name.name);
    case ABI_OP_LINK_ACCEPT:
        return own_link_accept(o, s, op->op_link_accept.code);
    default:
        return group_op(o, s, op, r);
    }
}

/* ---- decided -------------------------------------------------------------------------------- */

static enum err profile(struct own *o, struct step *s)
{
    int64_t *ids = NULL;
    size_t n = 0;
    TRY(own_sync_profile(o, s));
    own_record_due(s);
    TRY(store_chat_ids(s->store, s->arena, true, &ids, &n));
    for (size_t i = 0; i < n; i++) {
        TRY(own_content_profile(o, s, ids[i]));
    }
    return OK;
}

static enum err blocked(struct own *o, struct step *s, int64_t person, bool on)
{
    if (on) { /* their own token to reach me is closed too */
        TRY(store_own_token_close_person(s->store, person));
        TRY(own_token_sync(o, s));
    }
    return own_sync_person(o, s, person);
}

enum err own_decided(struct own *o, struct step *s, const struct abi_op *op)
{
    switch (op->kind) {
    case ABI_OP_PROFILE_SET:
        return profile(o, s);
    case ABI_OP_BLOCK:
        return blocked(o, s, (int64_t)op->op_block.person, op->op_block.on);
    case ABI_OP_CHAT_SET:
        return own_sync_chat(o, s, (int64_t)op->op_chat_set.chat, op->op_chat_set.key,
                             op->op_chat_set.value);
    default:
        return ERR_INPUT;
    }
}
