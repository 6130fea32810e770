#include "core/command.h"

#include <string.h>

#include "base/ct.h"
#include "base/limits.h"
#include "base/rule.h"
#include "engine/own/safety.h"
#include "core/vault.h"
#include "engine/own/alive.h"
#include "engine/own/chain.h"
#include "engine/own/contact_link.h"
#include "engine/own/content.h"
#include "engine/own/due.h"
#include "engine/own/file.h"
#include "engine/own/make.h"
#include "engine/own/record_due.h"
#include "engine/own/request.h"
#include "engine/own/leave.h"
#include "engine/own/link.h"
#include "engine/own/people.h"
#include "engine/own/repair.h"
#include "engine/own/recover.h"
#include "engine/own/room_wish.h"
#include "engine/own/send.h"
#include "engine/own/status.h"
#include "engine/own/still.h"
#include "engine/own/sync.h"
#include "store/chat.h"
#include "store/message.h"
#include "store/own_device.h"
#include "store/own_request.h"
#include "store/own_token.h"
#include "store/people.h"
#include "store/setting.h"
#include "store/unread.h"
#include "engine/own/missing.h"
#include "engine/own/token.h"
#include "engine/own/wish.h"

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

/* ---- me ------------------------------------------------------------------------------------- */

static enum err profile_set(struct core *c, struct step *s, const struct abi_op_profile_set *op)
{
    int64_t *ids = NULL;
    size_t n = 0;
    if (op->name.n == 0 || op->name.n > LIMIT_NAME_BYTES ||
        (op->has_picture && op->picture.n > 32768)) {
        return ERR_INPUT;
    }
    struct store_person me;
    TRY(store_person_get(s->store, s->arena, STORE_PERSON_ME, &me));
    int64_t ms = (int64_t)s->now_ms; /* the newer profile counts, whatever the clock says */
    TRY(store_person_set_profile(s->store, STORE_PERSON_ME, op->name,
                                 op->has_picture ? op->picture : SLICE_EMPTY,
                                 ms > me.profile_ms ? ms : me.profile_ms + 1));
    s->out->state = true;
    TRY(own_sync_profile(&c->account.own, s));
    own_record_due(s);
    TRY(store_chat_ids(s->store, s->arena, true, &ids, &n));
    for (size_t i = 0; i < n; i++) {
        TRY(own_content_profile(&c->account.own, s, ids[i]));
    }
    return OK;
}

/* Settings the page keeps; some the engine reads too. */
static enum err setting_set(struct step *s, const struct abi_op_setting_set *op)
{
    char key[40] = STORE_SETTING_CHOICE;
    if (op->key.n == 0 || op->key.n > 32 || op->value.n > 1024) {
        return ERR_INPUT;
    }
    memcpy(key + 2, op->key.p, op->key.n);
    key[2 + op->key.n] = 0;
    bool off = slice_equal(op->value, SLICE_LITERAL("off"));
    if (slice_equal(op->key, SLICE_LITERAL("read-notices"))) {
        TRY(store_setting_put_int(s->store, "read-on", !off));
    } else if (slice_equal(op->key, SLICE_LITERAL("typing-notices"))) {
        TRY(store_setting_put_int(s->store, "typing-on", !off));
    }
    return store_setting_put(s->store, key, op->value);
}

/* ---- people --------------------------------------------------------------------------------- */

static enum err link_make(struct core *c, struct step *s, const struct abi_op_link_make *op,
                          struct abi_result *r)
{
    struct slice token, secret;
    int64_t id = 0;
    TRY(own_token_make(&c->account.own, s, op->label, op->uses, op->days, 0, &id));
    TRY(store_own_token_get(s->store, s->arena, id, &token, &secret));
    r->kind = ABI_TEXT;
    return token.n == 16 ? own_link_text(&c->account.own, s, token.p, SLICE_EMPTY, &r->text.value)
                         : ERR_STORE_CORRUPT;
}

static enum err link_drop(struct core *c, struct step *s, int64_t id)
{
    TRY(store_own_token_close(s->store, id));
    s->durable = true;
    return own_token_sync(&c->account.own, s);
}

static enum err answer(struct core *c, struct step *s, const struct abi_op_request_answer *op,
                       struct abi_result *r)
{
    struct store_own_request asked;
    int64_t chat = 0;
    if (op->answer > ABI_REQUEST_ANSWER_BLOCK) {
        return ERR_INPUT;
    }
    TRY(store_own_request_get(s->store, s->arena, (int64_t)op->id, &asked));
    TRY(own_request_answer(&c->account.own, s, (int64_t)op->id, op->answer, &chat));
    TRY(own_sync_request(&c->account.own, s, SLICE_ARRAY(asked.room), op->answer));
    own_record_due(s);
    made(r, chat);
    return OK;
}

static enum err block(struct core *c, struct step *s, const struct abi_op_block *op)
{
    struct store_person p;
    if (op->person == STORE_PERSON_ME) {
        return ERR_INPUT;
    }
    TRY(store_person_get(s->store, s->arena, (int64_t)op->person, &p));
    TRY(store_person_set_blocked(s->store, p.id, op->on));
    if (op->on) { /* their own door to me is closed too */
        TRY(store_own_token_close_person(s->store, p.id));
        TRY(own_token_sync(&c->account.own, s));
    }
    effects_person(s->out, p.id);
    if (p.chat != 0) {
        effects_chat(s->out, p.chat);
    }
    s->durable = true;
    return own_sync_person(&c->account.own, s, p.id);
}

static enum err room_settle(struct core *c, struct step *s, const struct abi_op_room_settle *op,
                            struct abi_result *r)
{
    int64_t id = 0;
    int64_t chat = (int64_t)op->chat;
    enum err e = op->how == ABI_SETTLE_ANEW    ? own_repair_room(&c->account.own, s, chat, &id)
                 : op->how == ABI_SETTLE_ASIDE ? own_request_aside(&c->account.own, s, chat, &id)
                 : op->how == ABI_SETTLE_AGAIN ? own_alive_again(&c->account.own, s, chat)
                 : op->how == ABI_SETTLE_GO_ON ? own_still_go_on(&c->account.own, s, chat)
                                               : ERR_INPUT;
    r->kind = ABI_MADE;
    r->made.id = (uint64_t)id;
    return e;
}

static enum err verify(struct core *c, struct step *s, const struct abi_op_verify *op)
{
    struct store_person p;
    TRY(store_person_get(s->store, s->arena, (int64_t)op->person, &p));
    if (op->has_scanned) {
        TRY(own_safety_scanned(&c->account.own, s, p.id, op->scanned));
    } else if (op->on && p.fork && RULE(FORK_NEEDS_CODE)) {
        return ERR_STATE; /* the digits are those of both branches */
    }
    TRY(own_person_verify(&c->account.own, s, p.id, op->on));
    if (p.chat != 0) {
        effects_chat(s->out, p.chat);
        if (op->on) {
            TRY(own_notice(s, p.chat, ABI_NOTICE_VERIFIED, p.id, SLICE_EMPTY, 0));
        }
    }
    s->durable = true;
    return own_sync_person(&c->account.own, s, p.id);
}

/* ---- chats ---------------------------------------------------------------------------------- */

static enum err chat_set(struct core *c, struct step *s, const struct abi_op_chat_set *op)
{
    struct store_chat row;
    int64_t chat = (int64_t)op->chat;
    TRY(store_chat_get(s->store, s->arena, chat, &row));
    effects_chat(s->out, chat);
    if (slice_equal(op->key, SLICE_LITERAL("timer"))) {
        return own_room_change(&c->account.own, s, chat, NULL, op->value);
    }
    if (slice_equal(op->key, SLICE_LITERAL("unread"))) {
        return store_unread_mark(s->store, chat, op->value != 0);
    }
    enum store_chat_choice choice = STORE_CHAT_PINNED;
    if (!own_sync_choice(op->key, &choice)) {
        return ERR_INPUT;
    }
    TRY(store_chat_choose(s->store, chat, choice, (int64_t)op->value));
    return own_sync_chat(&c->account.own, s, chat, op->key, op->value);
}

static enum err chat_delete(struct core *c, struct step *s, int64_t chat)
{
    int64_t upto = 0;
    TRY(store_message_end(s->store, chat, &upto));
    /* told to my other devices first: it may be gone afterwards */
    TRY(own_sync_chat(&c->account.own, s, chat, SLICE_LITERAL("deleted"), (uint64_t)upto));
    return own_chat_delete(&c->account.own, s, chat, STORE_PLACE_PENDING);
}

static enum err draft(struct step *s, const struct abi_op_draft *op)
{
    if (op->text.n > LIMIT_TEXT_BYTES) {
        return ERR_LIMIT;
    }
    s->durable = true; /* survives a crash */
    effects_chat(s->out, (int64_t)op->chat);
    return store_chat_set_draft(s->store, (int64_t)op->chat, op->text, (int64_t)op->reply_to);
}

static enum err read_upto(struct core *c, struct step *s, const struct abi_op_read *op)
{
    struct store_chat row;
    struct store_message m;
    TRY(store_chat_get(s->store, s->arena, (int64_t)op->chat, &row));
    TRY(store_message_get(s->store, s->arena, (int64_t)op->message, &m));
    bool had = row.unread > 0;
    TRY(own_content_read(&c->account.own, s, row.id, m.id));
    return had ? own_sync_read(&c->account.own, s, row.room, m.mid) : OK;
}

static enum err star(struct step *s, const struct abi_op_star *op)
{
    effects_message(s->out, (int64_t)op->message, false);
    return store_message_set_starred(s->store, (int64_t)op->message, op->on);
}

/* A message that failed, or a place holder of one that could not be read. */
static enum err retry(struct core *c, struct step *s, int64_t message)
{
    struct store_message m;
    struct store_chat row;
    int64_t id = 0;
    TRY(store_message_get(s->store, s->arena, message, &m));
    if (m.type == STORE_MESSAGE_MISSING) {
        return own_missing_ask(&c->account.own, s, message);
    }
    if (m.type == STORE_MESSAGE_UNREADABLE) {
        TRY(store_chat_get(s->store, s->arena, m.chat, &row));
        TRY(store_chat_set_note(s->store, m.chat, 1));
        effects_chat(s->out, m.chat);
        own_due_chat(&c->account.own, m.chat);
        return OK;
    }
    if (m.state != STORE_STATE_FAILED || m.sender != STORE_PERSON_ME) {
        return ERR_STATE;
    }
    TRY(store_message_drop(s->store, message));
    effects_message_gone(s->out, m.chat, message);
    return own_content_text(&c->account.own, s, m.chat, m.text, 0, NULL, 0, &id);
}

/* ---- groups --------------------------------------------------------------------------------- */

static enum err group_make(struct core *c, struct step *s, const struct abi_op_group_make *op,
                           struct abi_result *r)
{
    struct store_chat chat;
    if (op->name.n == 0 || op->name.n > LIMIT_NAME_BYTES || op->people_n > LIMIT_MEMBERS ||
        (op->has_picture && op->picture.n > 32768)) {
        return ERR_INPUT;
    }
    TRY(own_chat_make(&c->account.own, s, STORE_CHAT_GROUP, op->name, 0, NULL, &chat));
    TRY(own_notice(s, chat.id, ABI_NOTICE_MADE, STORE_PERSON_ME, op->name, 0));
    if (op->has_picture) {
        TRY(store_chat_set_picture(s->store, chat.id, op->picture));
    }
    for (size_t i = 0; i < op->people_n; i++) {
        TRY(own_wish(&c->account.own, s, chat.id, OWN_WISH_ADD_PERSON,
                     number(s, (int64_t)op->people[i])));
    }
    own_record_due(s);
    made(r, chat.id);
    own_due_chat(&c->account.own, chat.id);
    return OK;
}

static enum err group_people(struct core *c, struct step *s, int64_t chat, const uint64_t *people,
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
        struct store_person p;
        TRY(store_person_get(s->store, s->arena, (int64_t)people[i], &p));
        if (wish == OWN_WISH_ADD_PERSON && (!p.has_inbox || !p.has_token)) {
            return ERR_STATE;
        }
        TRY(own_wish(&c->account.own, s, chat, wish, number(s, p.id)));
    }
    own_due_chat(&c->account.own, chat);
    return OK;
}

static enum err group_set(struct core *c, struct step *s, const struct abi_op_group_set *op)
{
    int64_t chat = (int64_t)op->chat;
    if (op->name.n == 0 || op->name.n > LIMIT_NAME_BYTES ||
        (op->has_picture && op->picture.n > 32768)) {
        return ERR_INPUT;
    }
    TRY(own_room_change(&c->account.own, s, chat, &op->name, UINT64_MAX));
    if (op->has_picture) {
        TRY(store_chat_set_picture(s->store, chat, op->picture));
        TRY(own_content_picture(&c->account.own, s, chat));
    }
    effects_chat(s->out, chat);
    return OK;
}

/* ---- the recovery code ---------------------------------------------------------------------- */

/* A new code, shown and written down before; and the one it replaces, when it is at hand. */
struct codes {
    struct recovery_code fresh, old;
    bool has_fresh, has_old;
};

/* ERR_AUTH: the new one is not what was shown, or the old one is not the code of now. */
static enum err read_codes(struct core *c, struct step *s, struct slice fresh, struct slice old,
                           struct codes *out)
{
    bool mine = false;
    memset(out, 0, sizeof *out);
    if (fresh.n == 0) {
        return OK; /* not now */
    }
    TRY(core_fresh_code(c, fresh, &out->fresh));
    out->has_fresh = true;
    if (old.n == 0) {
        return OK;
    }
    TRY(core_code(old, &out->old));
    out->has_old = true;
    TRY(core_code_is_mine(s, &out->old, &mine));
    return mine ? OK : ERR_AUTH;
}

static enum err device_revoke(struct core *c, struct step *s, const struct abi_op_device_revoke *op)
{
    struct codes k;
    enum err e = read_codes(c, s, op->code, op->old, &k);
    e = e != OK ? e
                : own_device_revoke(&c->account.own, s, op->device, k.has_fresh ? &k.fresh : NULL,
                                    k.has_old ? &k.old : NULL);
    wipe(&k, sizeof k);
    return e;
}

static enum err recovery_set(struct core *c, struct step *s, const struct abi_op_recovery_set *op)
{
    struct codes k;
    enum err e = op->code.n == 0 ? ERR_INPUT : read_codes(c, s, op->code, op->old, &k);
    e = e != OK ? e : own_chain_code(&c->account.own, s, &k.fresh, k.has_old ? &k.old : NULL);
    wipe(&k, sizeof k);
    return e;
}

static enum err recovery_again(struct core *c, struct step *s, struct slice text)
{
    struct recovery_code code;
    TRY(core_code(text, &code));
    enum err e = own_recover_again(&c->account.own, s, &code);
    wipe(&code, sizeof code);
    return e;
}

static enum err recovery_finish(struct core *c, struct step *s,
                                const struct abi_op_recovery_finish *op)
{
    struct recovery_code fresh;
    TRY(core_fresh_code(c, op->code, &fresh));
    enum err e =
        own_recover_finish(&c->account.own, s, &fresh, op->keep, op->keep_n, op->take, op->take_n);
    wipe(&fresh, sizeof fresh);
    return e;
}

/* ---- devices -------------------------------------------------------------------------------- */

static enum err device_name(struct core *c, struct step *s, struct slice name)
{
    if (name.n == 0 || name.n > LIMIT_NAME_BYTES) {
        return ERR_INPUT;
    }
    TRY(store_own_device_set_name(s->store, c->account.own.device, name));
    s->out->devices = true;
    return own_sync_device(&c->account.own, s, SLICE_ARRAY(c->account.own.device), name);
}

/* ---- table ---------------------------------------------------------------------------------- */

static enum err message_op(struct core *c, struct step *s, const struct abi_op *op,
                           struct abi_result *r)
{
    int64_t id = 0;
    switch (op->kind) {
    case ABI_OP_SEND:
        TRY(own_content_text(&c->account.own, s, (int64_t)op->op_send.chat, op->op_send.text,
                             (int64_t)op->op_send.reply_to, op->op_send.mentions,
                             op->op_send.mentions_n, &id));
        made(r, id);
        return OK;
    case ABI_OP_EDIT:
        return own_content_edit(&c->account.own, s, (int64_t)op->op_edit.message, op->op_edit.text);
    case ABI_OP_DELETE:
        return own_content_delete(&c->account.own, s, (int64_t)op->op_delete.message,
                                  op->op_delete.everyone);
    case ABI_OP_REACT:
        return own_content_react(&c->account.own, s, (int64_t)op->op_react.message,
                                 op->op_react.emoji);
    case ABI_OP_STAR:
        return star(s, &op->op_star);
    case ABI_OP_RETRY:
        return retry(c, s, (int64_t)op->op_retry.message);
    case ABI_OP_DRAFT:
        return draft(s, &op->op_draft);
    case ABI_OP_READ:
        return read_upto(c, s, &op->op_read);
    case ABI_OP_TYPING:
        return own_typing(&c->account.own, s, (int64_t)op->op_typing.chat, op->op_typing.on);
    case ABI_OP_FILE_BEGIN:
        TRY(own_file_begin(&c->account.own, s, &op->op_file_begin, &id));
        made(r, id);
        return OK;
    case ABI_OP_FILE_CHUNK:
        return own_file_chunk(&c->account.own, s, &op->op_file_chunk);
    case ABI_OP_FILE_CANCEL:
        return own_file_cancel(&c->account.own, s, (int64_t)op->op_file_cancel.message);
    case ABI_OP_FILE_FETCH:
        return own_file_fetch(&c->account.own, s, (int64_t)op->op_file_fetch.message);
    case ABI_OP_FILE_READ:
        return own_file_read(&c->account.own, s, (int64_t)op->op_file_read.message,
                             op->op_file_read.offset);
    default:
        return ERR_INPUT;
    }
}

static enum err group_op(struct core *c, struct step *s, const struct abi_op *op,
                         struct abi_result *r)
{
    switch (op->kind) {
    case ABI_OP_GROUP_MAKE:
        return group_make(c, s, &op->op_group_make, r);
    case ABI_OP_GROUP_SET:
        return group_set(c, s, &op->op_group_set);
    case ABI_OP_GROUP_ADD:
        return group_people(c, s, (int64_t)op->op_group_add.chat, op->op_group_add.people,
                            op->op_group_add.people_n, OWN_WISH_ADD_PERSON);
    case ABI_OP_GROUP_REMOVE:
        return group_people(c, s, (int64_t)op->op_group_remove.chat, &op->op_group_remove.person, 1,
                            OWN_WISH_REMOVE_PERSON);
    case ABI_OP_GROUP_ROLE:
        return own_room_role(&c->account.own, s, (int64_t)op->op_group_role.chat,
                             (int64_t)op->op_group_role.person,
                             op->op_group_role.role == ABI_ROLE_ADMIN);
    case ABI_OP_GROUP_LINK:
        r->kind = ABI_TEXT;
        return own_group_link(&c->account.own, s, (int64_t)op->op_group_link.chat,
                              op->op_group_link.on, &r->text.value);
    case ABI_OP_GROUP_LEAVE:
        return own_group_leave(&c->account.own, s, (int64_t)op->op_group_leave.chat);
    case ABI_OP_CHAT_SET:
        return chat_set(c, s, &op->op_chat_set);
    case ABI_OP_CHAT_DELETE:
        return chat_delete(c, s, (int64_t)op->op_chat_delete.chat);
    default:
        return message_op(c, s, op, r);
    }
}

enum err core_command(struct core *c, struct step *s, const struct abi_op *op, struct abi_result *r)
{
    int64_t id = 0;
    if (op->kind == ABI_OP_LINK_CANCEL) {
        own_link_cancel(&c->account.own, s);
        return OK;
    }
    if (op->kind == ABI_OP_LINK_CONFIRM) {
        return own_link_confirm(&c->account.own, s, op->op_link_confirm.yes);
    }
    if (op->kind == ABI_OP_RECOVERY_AGAIN) {
        return recovery_again(c, s, op->op_recovery_again.code);
    }
    if (op->kind == ABI_OP_RECOVERY_FINISH) {
        return recovery_finish(c, s, &op->op_recovery_finish);
    }
    if (!c->account.base.ready) {
        return ERR_STATE; /* linking or recovering: no account yet */
    }
    switch (op->kind) {
    case ABI_OP_PROFILE_SET:
        return profile_set(c, s, &op->op_profile_set);
    case ABI_OP_SETTING_SET:
        return setting_set(s, &op->op_setting_set);
    case ABI_OP_LINK_MAKE:
        return link_make(c, s, &op->op_link_make, r);
    case ABI_OP_LINK_DROP:
        return link_drop(c, s, (int64_t)op->op_link_drop.id);
    case ABI_OP_ADD:
        TRY(own_add(&c->account.own, s, op->op_add.link, &id));
        own_record_due(s);
        made(r, id);
        return OK;
    case ABI_OP_GROUP_JOIN:
        TRY(own_add(&c->account.own, s, op->op_group_join.link, &id));
        own_record_due(s);
        made(r, id);
        return OK;
    case ABI_OP_REQUEST_ANSWER:
        return answer(c, s, &op->op_request_answer, r);
    case ABI_OP_BLOCK:
        return block(c, s, &op->op_block);
    case ABI_OP_VERIFY:
        return verify(c, s, &op->op_verify);
    case ABI_OP_ROOM_SETTLE:
        return room_settle(c, s, &op->op_room_settle, r);
    case ABI_OP_FORK_SETTLE:
        return own_person_keep_ours(s, (int64_t)op->op_fork_settle.person);
    case ABI_OP_DEVICE_REVOKE:
        return device_revoke(c, s, &op->op_device_revoke);
    case ABI_OP_RECOVERY_SET:
        return recovery_set(c, s, &op->op_recovery_set);
    case ABI_OP_DEVICE_NAME:
        return device_name(c, s, op->op_device_name.name);
    case ABI_OP_LINK_ACCEPT:
        return own_link_accept(&c->account.own, s, op->op_link_accept.code);
    default:
        return group_op(c, s, op, r);
    }
}
