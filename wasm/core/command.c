#include "core/command.h"

#include <string.h>

#include "base/limits.h"
#include "engine/chats.h"
#include "engine/roster.h"
#include "engine/timeline.h"
#include "store/chat.h"
#include "store/message.h"
#include "store/people.h"
#include "store/setting.h"

/* The change is made here; the network tells those concerned. */
static enum err decided(struct core *c, struct step *s, const struct abi_op *op)
{
    struct account *a = &c->account.base;
    return a->network->decided(a, s, op);
}

/* ---- me and people -------------------------------------------------------------------------- */

static enum err profile_set(struct core *c, struct step *s, const struct abi_op *all)
{
    const struct abi_op_profile_set *op = &all->op_profile_set;
    if (op->name.n == 0 || op->name.n > LIMIT_NAME_BYTES ||
        (op->has_picture && op->picture.n > 32768)) {
        return ERR_INPUT;
    }
    struct store_person me;
    TRY(store_person_get(s->store, s->arena, STORE_PERSON_ME, &me));
    int64_t ms = (int64_t)s->now_ms; /* the newer profile counts, whatever the clock says */
    TRY(roster_profile(s, STORE_PERSON_ME, op->name, op->has_picture ? op->picture : SLICE_EMPTY,
                       ms > me.profile_ms ? ms : me.profile_ms + 1));
    return decided(c, s, all);
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

static enum err block(struct core *c, struct step *s, const struct abi_op *all)
{
    const struct abi_op_block *op = &all->op_block;
    if (op->person == STORE_PERSON_ME) {
        return ERR_INPUT;
    }
    TRY(roster_block(s, (int64_t)op->person, op->on));
    s->durable = true;
    return decided(c, s, all);
}

/* ---- chats and messages --------------------------------------------------------------------- */

static enum err chat_set(struct core *c, struct step *s, const struct abi_op *all,
                         struct abi_result *r)
{
    const struct abi_op_chat_set *op = &all->op_chat_set;
    struct account *a = &c->account.base;
    struct store_chat row;
    int64_t chat = (int64_t)op->chat;
    TRY(store_chat_get(s->store, s->arena, chat, &row));
    if (slice_equal(op->key, SLICE_LITERAL("timer"))) {
        effects_chat(s->out, chat);
        return a->network->command(a, s, all, r); /* of all in the room */
    }
    if (slice_equal(op->key, SLICE_LITERAL("unread"))) {
        return chats_unread(s, chat, op->value != 0);
    }
    enum store_chat_choice choice = STORE_CHAT_PINNED;
    if (!store_chat_choice_named(op->key, &choice)) {
        return ERR_INPUT;
    }
    TRY(chats_choose(s, chat, choice, (int64_t)op->value));
    return decided(c, s, all);
}

static enum err draft(struct step *s, const struct abi_op_draft *op)
{
    if (op->text.n > LIMIT_TEXT_BYTES) {
        return ERR_LIMIT;
    }
    s->durable = true; /* survives a crash */
    return chats_draft(s, (int64_t)op->chat, op->text, (int64_t)op->reply_to);
}

static enum err star(struct step *s, const struct abi_op_star *op)
{
    return timeline_star(s, (int64_t)op->message, op->on);
}

enum err core_command(struct core *c, struct step *s, const struct abi_op *op, struct abi_result *r)
{
    switch (op->kind) {
    case ABI_OP_PROFILE_SET:
        return profile_set(c, s, op);
    case ABI_OP_SETTING_SET:
        return setting_set(s, &op->op_setting_set);
    case ABI_OP_BLOCK:
        return block(c, s, op);
    case ABI_OP_CHAT_SET:
        return chat_set(c, s, op, r);
    case ABI_OP_DRAFT:
        return draft(s, &op->op_draft);
    case ABI_OP_STAR:
        return star(s, &op->op_star);
    default:
        return ERR_INPUT;
    }
}
