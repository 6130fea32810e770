#include "lib/core_world.h"

#include <stdlib.h>
#include <string.h>

#include "lib/check.h"
#include "lib/scratch.h"
#include "store/account.h"
#include "store/chat.h"
#include "store/member.h"
#include "store/message.h"
#include "store/people.h"

void core_world_begin(struct core_world *w)
{
    memset(w, 0, sizeof *w);
    scratch_begin();
    arena_init(&w->arena, 0);
    w->now_ms = CORE_WORLD_NOW_MS;
    w->request = 1;
    CHECK_ERR(core_create(&w->core), OK);
}

void core_world_end(struct core_world *w)
{
    core_destroy(w->core);
    arena_wipe(&w->arena);
    scratch_end();
    memset(w, 0, sizeof *w);
}

void core_world_restart(struct core_world *w)
{
    core_destroy(w->core);
    CHECK_ERR(core_create(&w->core), OK);
}

/* ---- steps ---------------------------------------------------------------------------------- */

enum err core_world_step(struct core_world *w, const struct abi_event *ev)
{
    struct abi_input in = {w->now_ms, *ev};
    struct arena coding;
    struct slice bytes;
    arena_init(&coding, 0);
    struct buf b = buf_arena(&coding, 1024);
    abi_input_put(&b, &in);
    CHECK_ERR(buf_finish(&b, &bytes), OK);
    enum err e = core_step(w->core, bytes);
    arena_wipe(&coding);
    arena_reset(&w->arena);
    memset(&w->out, 0, sizeof w->out);
    if (e == OK) {
        struct slice copy;
        CHECK_ERR(arena_copy(&w->arena, w->core->output, &copy), OK);
        CHECK_ERR(abi_effects_decode(&w->arena, copy, &w->out), OK);
    }
    return e;
}

enum err core_world_op(struct core_world *w, const struct abi_op *op)
{
    struct abi_event ev;
    size_t replies = 0;
    memset(&ev, 0, sizeof ev);
    ev.kind = ABI_COMMAND;
    ev.command.request = w->request++;
    ev.command.op = *op;
    memset(&w->reply, 0, sizeof w->reply);
    CHECK_ERR(core_world_step(w, &ev), OK);
    for (size_t i = 0; i < w->out.list_n; i++) {
        if (w->out.list[i].kind == ABI_REPLY) {
            w->reply = w->out.list[i].reply;
            replies++;
        }
    }
    CHECK(replies == 1 && w->reply.request == ev.command.request);
    return (enum err)w->reply.error;
}

enum err core_world_ask(struct core_world *w, enum abi_op_kind kind)
{
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = kind;
    return core_world_op(w, &op);
}

enum err core_world_confirm(struct core_world *w, enum abi_op_kind what)
{
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_CONFIRM;
    op.op_confirm.what = what;
    op.op_confirm.kind = ABI_SLOT_KIND_PASSPHRASE;
    op.op_confirm.secret = core_world_secret(1);
    return core_world_op(w, &op);
}

enum err core_world_op_confirmed(struct core_world *w, const struct abi_op *op)
{
    CHECK_ERR(core_world_confirm(w, op->kind), OK);
    return core_world_op(w, op);
}

/* ---- the account ---------------------------------------------------------------------------- */

struct slice core_world_secret(uint8_t k)
{
    static uint8_t secrets[256][32];
    memset(secrets[k], k, sizeof secrets[k]);
    return SLICE_ARRAY(secrets[k]);
}

struct abi_slot core_world_slot(enum abi_slot_kind kind, struct slice label)
{
    static const uint8_t salt[16] = {1};
    return (struct abi_slot){kind, SLICE_ARRAY(salt), 3, 64u << 20, label};
}

struct abi_op core_world_create_op(const char *name)
{
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_CREATE;
    op.op_create.name = slice_of_string(name);
    op.op_create.gateway = SLICE_LITERAL("http://gw.test");
    op.op_create.slot = core_world_slot(ABI_SLOT_KIND_PASSPHRASE, SLICE_LITERAL(""));
    op.op_create.secret = core_world_secret(1);
    op.op_create.device = SLICE_LITERAL("laptop");
    op.op_create.invitation = SLICE_LITERAL("");
    return op;
}

void core_world_create(struct core_world *w)
{
    struct abi_op op = core_world_create_op("Ana");
    CHECK_ERR(core_world_op(w, &op), OK);
    struct slice code = w->reply.result.recovery.code;
    if (w->reply.result.kind != ABI_RECOVERY || code.n >= sizeof w->code) {
        check_fail(__FILE__, __LINE__, "a new account shows its recovery code");
        return;
    }
    memcpy(w->code, code.p, code.n);
    w->code[code.n] = 0;
}

enum err core_world_unlock(struct core_world *w, enum abi_slot_kind kind, struct slice secret)
{
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_UNLOCK;
    op.op_unlock.kind = kind;
    op.op_unlock.secret = secret;
    return core_world_op(w, &op);
}

/* ---- what it told --------------------------------------------------------------------------- */

const struct abi_change *core_world_change(const struct core_world *w, enum abi_change_kind kind)
{
    for (size_t i = 0; i < w->out.list_n; i++) {
        const struct abi_effect *e = &w->out.list[i];
        if (e->kind == ABI_PATCH && e->patch.change.kind == kind) {
            return &e->patch.change;
        }
    }
    return NULL;
}

size_t core_world_effects(const struct core_world *w, enum abi_effect_kind kind)
{
    size_t n = 0;
    for (size_t i = 0; i < w->out.list_n; i++) {
        n += w->out.list[i].kind == kind;
    }
    return n;
}

/* ---- what lies in the store ------------------------------------------------------------------ */

static struct store *begin(struct core_world *w)
{
    if (w->core->store == NULL) {
        check_fail(__FILE__, __LINE__, "the store is open");
        abort();
    }
    CHECK_ERR(store_begin(w->core->store), OK);
    return w->core->store;
}

int64_t core_world_person(struct core_world *w, const char *name, uint8_t k)
{
    struct store *store = begin(w);
    int64_t person = 0;
    CHECK_ERR(store_person_ensure(store, core_world_secret(k).p, &person), OK);
    CHECK_ERR(store_person_set_contact(store, person, true), OK);
    CHECK_ERR(store_person_set_profile(store, person, slice_of_string(name), SLICE_EMPTY, 1), OK);
    CHECK_ERR(store_commit(store, false), OK);
    return person;
}

int64_t core_world_pair(struct core_world *w, int64_t person, uint8_t k)
{
    struct store *store = begin(w);
    struct store_chat c;
    memset(&c, 0, sizeof c);
    c.account = STORE_ACCOUNT_OWN;
    memset(c.room, k, sizeof c.room);
    c.type = STORE_CHAT_PAIR;
    c.state = STORE_CHAT_OPEN;
    c.person = person;
    c.made = true;
    c.cursor = -1;
    CHECK_ERR(store_chat_add(store, &c), OK);
    CHECK_ERR(store_person_set_chat(store, person, c.id), OK);
    CHECK_ERR(store_member_put(store, c.id, STORE_PERSON_ME, ABI_ROLE_MEMBER), OK);
    CHECK_ERR(store_member_put(store, c.id, person, ABI_ROLE_MEMBER), OK);
    CHECK_ERR(store_commit(store, false), OK);
    return c.id;
}

int64_t core_world_message(struct core_world *w, int64_t chat, int64_t sender, uint8_t k,
                           const char *text)
{
    struct store *store = begin(w);
    struct store_message m;
    memset(&m, 0, sizeof m);
    memset(m.mid, k, sizeof m.mid);
    m.chat = chat;
    m.sender = sender;
    m.mine = sender == STORE_PERSON_ME;
    m.at_ms = m.said_ms = (int64_t)w->now_ms;
    m.type = STORE_MESSAGE_TEXT;
    m.state = STORE_STATE_SENT;
    m.text = slice_of_string(text);
    CHECK_ERR(store_message_add(store, &m), OK);
    CHECK_ERR(store_message_touch_chat(store, chat), OK);
    CHECK_ERR(store_commit(store, false), OK);
    return m.id;
}

int64_t core_world_int(struct core_world *w, const char *sql)
{
    int64_t n = 0;
    struct store *store = begin(w);
    enum err e = store_sql_get_int(store, &n, sql, "");
    CHECK(e == OK || e == ERR_GONE);
    CHECK_ERR(store_commit(store, false), OK);
    return e == OK ? n : -1;
}

void core_world_sql(struct core_world *w, const char *sql)
{
    struct store *store = begin(w);
    CHECK_ERR(store_sql_run(store, sql, ""), OK);
    CHECK_ERR(store_commit(store, false), OK);
}

void core_world_sql_of(struct core_world *w, const char *sql, int64_t n)
{
    struct store *store = begin(w);
    CHECK_ERR(store_sql_run(store, sql, "i", n), OK);
    CHECK_ERR(store_commit(store, false), OK);
}
