/* sotto: the messenger on the command line, on the same core as the page. JSON lines in and out.
 *
 *   sotto --home DIR [--seconds N] COMMAND ...
 * The passphrase is read from the file named by SOTTO_PASSPHRASE_FILE, or from the terminal's
 * standard input, first line. Exit: 0 fine, 1 failed (one JSON line with the error), 2 usage. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ct.h"
#include "cli/json.h"
#include "cli/note.h"
#include "cli/passphrase.h"
#include "cli/session.h"
#include "cli/words.h"
#include "store/message.h"
#include "schema/chain.h"
#include "store/vault.h"

struct cli {
    struct session s;
    uint64_t wait_ms;
    int argc;
    char **argv; /* behind the command */
};

static struct slice arg(const struct cli *c, int i)
{
    return i < c->argc ? slice_of_string(c->argv[i]) : SLICE_LITERAL("");
}

static uint64_t arg_number(const struct cli *c, int i)
{
    return i < c->argc ? strtoull(c->argv[i], NULL, 10) : 0;
}

/* ---- unlocking ------------------------------------------------------------------------------ */

/* Unlocks, or gives the passphrase again for the op `what` (not 0). */
static enum err give_passphrase(struct cli *c, uint64_t what)
{
    struct abi_op op;
    uint8_t secret[32];
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_STATUS;
    TRY(session_op(&c->s, &op));
    const struct abi_status *st = &c->s.reply.result.status;
    for (size_t i = 0; i < st->slots_n; i++) {
        if (st->slots[i].slot_kind == STORE_VAULT_PASSPHRASE) {
            TRY(passphrase_derive(&st->slots[i], secret));
            memset(&op, 0, sizeof op);
            if (what == 0) {
                op.kind = ABI_OP_UNLOCK;
                op.op_unlock.kind = STORE_VAULT_PASSPHRASE;
                op.op_unlock.secret = SLICE_ARRAY(secret);
            } else {
                op.kind = ABI_OP_CONFIRM;
                op.op_confirm.what = what;
                op.op_confirm.kind = STORE_VAULT_PASSPHRASE;
                op.op_confirm.secret = SLICE_ARRAY(secret);
            }
            enum err e = session_op(&c->s, &op);
            wipe(secret, sizeof secret);
            return e;
        }
    }
    return ERR_GONE;
}

static enum err unlock(struct cli *c)
{
    return give_passphrase(c, 0);
}

/* ---- commands ------------------------------------------------------------------------------- */

/* init NAME GATEWAY [INVITATION] */
static enum err cmd_init(struct cli *c)
{
    struct abi_op op;
    uint8_t salt[16], secret[32];
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_CREATE;
    op.op_create.name = arg(c, 0);
    op.op_create.gateway = arg(c, 1);
    op.op_create.invitation = arg(c, 2);
    op.op_create.device = SLICE_LITERAL("command line");
    TRY(passphrase_slot(&op.op_create.slot, salt, secret));
    op.op_create.secret = SLICE_ARRAY(secret);
    enum err e = session_op(&c->s, &op);
    wipe(secret, sizeof secret);
    TRY(e);
    json_begin(stdout, "account");
    json_text(stdout, "recovery", c->s.reply.result.recovery.code);
    json_end(stdout);
    session_settle(&c->s, c->wait_ms);
    return OK;
}

/* The entry of a recovery: no other device stays, all parts that can be read are; the new code is
 * printed first. */
static enum err recover_finish(struct cli *c)
{
    struct abi_op op, finish;
    uint8_t parts[CHAIN_DEVICES_MAX][CHAIN_KEY_SIZE];
    struct slice take[CHAIN_DEVICES_MAX];
    char code[64] = "";
    memset(&op, 0, sizeof op);
    memset(&finish, 0, sizeof finish);
    op.kind = ABI_OP_RECOVERY_NEW;
    TRY(session_op(&c->s, &op));
    struct slice text = c->s.reply.result.recovery.code;
    if (text.n >= sizeof code) {
        return ERR_BUG;
    }
    memcpy(code, text.p, text.n);
    json_begin(stdout, "account");
    json_text(stdout, "recovery", text);
    json_end(stdout);
    op.kind = ABI_OP_RECOVERY_CHOICES;
    TRY(session_op(&c->s, &op));
    const struct abi_choices *l = &c->s.reply.result.choices;
    finish.kind = ABI_OP_RECOVERY_FINISH;
    finish.op_recovery_finish.code = slice_of_string(code);
    finish.op_recovery_finish.take = take;
    for (size_t i = 0; i < l->list_n && finish.op_recovery_finish.take_n < CHAIN_DEVICES_MAX; i++) {
        size_t k = finish.op_recovery_finish.take_n;
        if (l->list[i].part == ABI_PART_READABLE && l->list[i].device.n == CHAIN_KEY_SIZE) {
            memcpy(parts[k], l->list[i].device.p, CHAIN_KEY_SIZE);
            take[k] = SLICE_ARRAY(parts[k]);
            finish.op_recovery_finish.take_n++;
        }
    }
    enum err e = give_passphrase(c, ABI_OP_RECOVERY_FINISH);
    e = e != OK ? e : session_op(&c->s, &finish);
    wipe(code, sizeof code);
    return e;
}

/* recover CODE GATEWAY: prints the new code; the old one is over */
static enum err cmd_recover(struct cli *c)
{
    struct abi_op op;
    uint8_t salt[16], secret[32];
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_RECOVER;
    op.op_recover.code = arg(c, 0);
    op.op_recover.gateway = arg(c, 1);
    op.op_recover.device = SLICE_LITERAL("command line");
    TRY(passphrase_slot(&op.op_recover.slot, salt, secret));
    op.op_recover.secret = SLICE_ARRAY(secret);
    enum err e = session_op(&c->s, &op);
    wipe(secret, sizeof secret);
    TRY(e);
    for (uint64_t end = wire_now_ms() + c->wait_ms; wire_now_ms() < end &&
                                                    c->s.link_phase != ABI_LINK_PHASE_FAILED &&
                                                    c->s.link_phase != ABI_LINK_PHASE_CHOOSE;) {
        session_run(&c->s, 200);
    }
    if (c->s.link_phase != ABI_LINK_PHASE_CHOOSE) {
        return ERR_AUTH;
    }
    TRY(recover_finish(c));
    session_settle(&c->s, c->wait_ms);
    return c->s.link_phase == ABI_LINK_PHASE_DONE ? OK : ERR_STATE;
}

/* Says what is asked, and takes a line of the standard input for the answer: "yes" is yes. */
static enum err link_answer(struct cli *c)
{
    struct abi_op op;
    char line[16] = "", words[CLI_WORDS_TEXT_MAX];
    TRY(cli_words(slice_of_string(c->s.link_words), words, sizeof words));
    json_begin(stdout, c->s.link_asks == 1 ? "let in this device?" : "enter this account?");
    json_text(stdout, "name", slice_of_string(c->s.link_name));
    json_text(stdout, "both_show", slice_of_string(words));
    json_end(stdout);
    fflush(stdout);
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_LINK_CONFIRM;
    op.op_link_confirm.yes =
        fgets(line, sizeof line, stdin) != NULL && strncmp(line, "yes", strlen("yes")) == 0;
    c->s.link_asks = 0;
    return session_op(&c->s, &op);
}

static enum err link_wait(struct cli *c)
{
    for (uint64_t end = wire_now_ms() + c->wait_ms; wire_now_ms() < end && c->s.link_phase < 4;) {
        session_run(&c->s, 200);
        if (c->s.link_asks != 0) {
            TRY(link_answer(c));
        }
    }
    session_run(&c->s, 200); /* a "no" goes out */
    return c->s.link_phase == 4 ? OK : ERR_STATE;
}

/* link-device GATEWAY: a new device; prints the code the old one takes, waits for the history */
static enum err cmd_link_device(struct cli *c)
{
    struct abi_op op;
    uint8_t salt[16], secret[32];
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_LINK_DEVICE;
    op.op_link_device.gateway = arg(c, 0);
    op.op_link_device.device = SLICE_LITERAL("command line");
    TRY(passphrase_slot(&op.op_link_device.slot, salt, secret));
    op.op_link_device.secret = SLICE_ARRAY(secret);
    enum err e = session_op(&c->s, &op);
    wipe(secret, sizeof secret);
    TRY(e);
    json_begin(stdout, "code");
    json_text(stdout, "code", c->s.reply.result.text.value);
    json_end(stdout);
    return link_wait(c);
}

/* link-accept CODE: the old device */
static enum err cmd_link_accept(struct cli *c)
{
    struct abi_op op;
    TRY(give_passphrase(c, ABI_OP_LINK_ACCEPT));
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_LINK_ACCEPT;
    op.op_link_accept.code = arg(c, 0);
    TRY(session_op(&c->s, &op));
    return link_wait(c);
}

/* link [LABEL [USES [DAYS]]] */
static enum err cmd_link(struct cli *c)
{
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_LINK_MAKE;
    op.op_link_make.label = arg(c, 0);
    op.op_link_make.uses = arg_number(c, 1);
    op.op_link_make.days = arg_number(c, 2);
    TRY(session_op(&c->s, &op));
    json_begin(stdout, "link");
    json_text(stdout, "link", c->s.reply.result.text.value);
    json_end(stdout);
    session_settle(&c->s, c->wait_ms);
    return OK;
}

static void print_made(struct cli *c, const char *what)
{
    json_begin(stdout, what);
    json_number(stdout, "id", c->s.reply.result.made.id);
    json_end(stdout);
}

/* add LINK */
static enum err cmd_add(struct cli *c)
{
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_ADD;
    op.op_add.link = arg(c, 0);
    TRY(session_op(&c->s, &op));
    print_made(c, "chat");
    session_settle(&c->s, c->wait_ms);
    return OK;
}

/* requests */
static enum err cmd_requests(struct cli *c)
{
    struct abi_op op;
    session_settle(&c->s, c->wait_ms);
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_REQUESTS;
    TRY(session_op(&c->s, &op));
    const struct abi_requests *r = &c->s.reply.result.requests;
    for (size_t i = 0; i < r->list_n; i++) {
        json_begin(stdout, "request");
        json_number(stdout, "id", r->list[i].id);
        json_text(stdout, "fingerprint", r->list[i].fingerprint);
        json_end(stdout);
    }
    return OK;
}

/* accept ID | decline ID | block ID */
static enum err answer(struct cli *c, uint64_t how)
{
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_REQUEST_ANSWER;
    op.op_request_answer.id = arg_number(c, 0);
    op.op_request_answer.answer = how;
    TRY(session_op(&c->s, &op));
    print_made(c, "chat");
    session_settle(&c->s, c->wait_ms);
    return OK;
}

static enum err cmd_accept(struct cli *c)
{
    return answer(c, 1);
}

static enum err cmd_decline(struct cli *c)
{
    return answer(c, 0);
}

/* chats */
static enum err cmd_chats(struct cli *c)
{
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_CHATS;
    TRY(session_op(&c->s, &op));
    const struct abi_chats *r = &c->s.reply.result.chats;
    for (size_t i = 0; i < r->list_n; i++) {
        json_begin(stdout, "chat");
        json_number(stdout, "id", r->list[i].id);
        json_number(stdout, "kind", r->list[i].type);
        json_number(stdout, "state", r->list[i].state);
        json_text(stdout, "title", r->list[i].title);
        json_number(stdout, "person", r->list[i].person);
        json_number(stdout, "unread", r->list[i].unread);
        json_number(stdout, "note", r->list[i].note);
        json_text(stdout, "says", cli_note_says(r->list[i].note));
        json_text(stdout, "settle", cli_note_settle(r->list[i].note));
        json_end(stdout);
    }
    return OK;
}

/* send CHAT TEXT */
static enum err cmd_send(struct cli *c)
{
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_SEND;
    op.op_send.chat = arg_number(c, 0);
    op.op_send.text = arg(c, 1);
    TRY(session_op(&c->s, &op));
    print_made(c, "sent");
    session_settle(&c->s, c->wait_ms);
    return OK;
}

static void print_message(const struct abi_message_view *m)
{
    json_begin(stdout, "message");
    json_number(stdout, "id", m->id);
    json_number(stdout, "chat", m->chat);
    json_text(stdout, "from", m->sender_name);
    json_bool(stdout, "mine", m->mine);
    json_number(stdout, "at_ms", m->at_ms);
    json_number(stdout, "kind", m->type);
    json_text(stdout, "text", m->text);
    json_number(stdout, "state", m->state);
    if (m->has_file) {
        json_text(stdout, "file", m->file.name);
        json_number(stdout, "bytes", m->file.bytes);
    }
    json_end(stdout);
}

/* All of a chat, from the oldest. */
static enum err print_chat(struct cli *c, uint64_t chat)
{
    struct abi_op op;
    uint64_t after = 0;
    bool more = true;
    int64_t first = 0;
    enum err e = store_message_first(c->s.core->store, (int64_t)chat, &first);
    if (e != OK) {
        return e == ERR_GONE ? OK : e;
    }
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_MESSAGE;
    op.op_message.id = (uint64_t)first;
    TRY(session_op(&c->s, &op));
    print_message(&c->s.reply.result.messages.list[0]);
    after = (uint64_t)first;
    while (more) {
        memset(&op, 0, sizeof op);
        op.kind = ABI_OP_MESSAGES;
        op.op_messages.chat = chat;
        op.op_messages.after = after;
        op.op_messages.limit = 100;
        TRY(session_op(&c->s, &op));
        const struct abi_messages *m = &c->s.reply.result.messages;
        for (size_t i = 0; i < m->list_n; i++) {
            print_message(&m->list[i]);
            after = m->list[i].id;
        }
        more = m->more_after && m->list_n > 0;
    }
    return OK;
}

/* read CHAT */
static enum err cmd_read(struct cli *c)
{
    session_settle(&c->s, c->wait_ms);
    return print_chat(c, arg_number(c, 0));
}

/* export: every chat, every message */
static enum err cmd_export(struct cli *c)
{
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_CHATS;
    TRY(cmd_chats(c));
    TRY(session_op(&c->s, &op));
    size_t n = c->s.reply.result.chats.list_n;
    uint64_t ids[512];
    for (size_t i = 0; i < n && i < 512; i++) {
        ids[i] = c->s.reply.result.chats.list[i].id;
    }
    for (size_t i = 0; i < n && i < 512; i++) {
        TRY(print_chat(c, ids[i]));
    }
    return OK;
}

/* group NAME PERSON... */
static enum err cmd_group(struct cli *c)
{
    struct abi_op op;
    uint64_t people[64];
    size_t n = 0;
    for (int i = 1; i < c->argc && n < 64; i++) {
        people[n++] = arg_number(c, i);
    }
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_GROUP_MAKE;
    op.op_group_make.name = arg(c, 0);
    op.op_group_make.people = people;
    op.op_group_make.people_n = n;
    TRY(session_op(&c->s, &op));
    print_made(c, "chat");
    session_settle(&c->s, c->wait_ms);
    return OK;
}

/* remove CHAT PERSON: out of a group that we run */
static enum err cmd_remove(struct cli *c)
{
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_GROUP_REMOVE;
    op.op_group_remove.chat = arg_number(c, 0);
    op.op_group_remove.person = arg_number(c, 1);
    TRY(session_op(&c->s, &op));
    session_settle(&c->s, c->wait_ms);
    return OK;
}

/* leave CHAT: done when somebody of the group has taken us out */
static enum err cmd_leave(struct cli *c)
{
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_GROUP_LEAVE;
    op.op_group_leave.chat = arg_number(c, 0);
    TRY(session_op(&c->s, &op));
    session_settle(&c->s, c->wait_ms);
    return OK;
}

/* settle CHAT new | other | again | on: a room that was stopped or lost gets one in its place; the
 * one that was set aside is taken as a chat of its own, and this one ends; who does not answer is
 * taken in again; the chat goes on without what the gateway leaves out. Prints the chat that goes
 * on, if it is another. */
static enum err cmd_settle(struct cli *c)
{
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_ROOM_SETTLE;
    op.op_room_settle.chat = arg_number(c, 0);
    if (!cli_note_how(arg(c, 1), &op.op_room_settle.how)) {
        return ERR_INPUT;
    }
    TRY(session_op(&c->s, &op));
    if (c->s.reply.result.made.id != 0) {
        print_made(c, "chat");
    }
    session_settle(&c->s, c->wait_ms);
    return OK;
}

/* watch: tells what comes, for --seconds */
static enum err cmd_watch(struct cli *c)
{
    c->s.tell = true;
    session_run(&c->s, c->wait_ms);
    return OK;
}

/* ---- table ---------------------------------------------------------------------------------- */

static const struct command {
    const char *name;
    int args;   /* at least */
    bool makes; /* works on a home without an account */
    enum err (*run)(struct cli *c);
    const char *usage;
} commands[] = {
    {"init", 2, true, cmd_init, "init NAME GATEWAY [INVITATION]"},
    {"recover", 2, true, cmd_recover, "recover CODE GATEWAY"},
    {"link-device", 1, true, cmd_link_device, "link-device GATEWAY"},
    {"link-accept", 1, false, cmd_link_accept, "link-accept CODE"},
    {"link", 0, false, cmd_link, "link [LABEL [USES [DAYS]]]"},
    {"add", 1, false, cmd_add, "add LINK"},
    {"requests", 0, false, cmd_requests, "requests"},
    {"accept", 1, false, cmd_accept, "accept REQUEST"},
    {"decline", 1, false, cmd_decline, "decline REQUEST"},
    {"chats", 0, false, cmd_chats, "chats"},
    {"send", 2, false, cmd_send, "send CHAT TEXT"},
    {"read", 1, false, cmd_read, "read CHAT"},
    {"group", 1, false, cmd_group, "group NAME PERSON..."},
    {"remove", 2, false, cmd_remove, "remove CHAT PERSON"},
    {"leave", 1, false, cmd_leave, "leave CHAT"},
    {"settle", 2, false, cmd_settle, "settle CHAT new|other|again|on"},
    {"watch", 0, false, cmd_watch, "watch"},
    {"export", 0, false, cmd_export, "export"},
};

static int usage(void)
{
    fputs("usage: sotto --home DIR [--seconds N] COMMAND ...\n", stderr);
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        fprintf(stderr, "  %s\n", commands[i].usage);
    }
    return 2;
}

static int run(struct cli *c, const struct command *k, const char *home)
{
    enum err e = session_open(&c->s, home);
    if (e == OK && !k->makes) {
        e = unlock(c);
    }
    e = e != OK ? e : k->run(c);
    if (e != OK) {
        json_begin(stdout, "error");
        json_text(stdout, "error", slice_of_string(err_name(e)));
        json_end(stdout);
    }
    session_close(&c->s);
    return e != OK;
}

int main(int argc, char **argv)
{
    const char *home = NULL;
    struct cli c;
    int i = 1;
    memset(&c, 0, sizeof c);
    c.wait_ms = 15000;
    for (; i + 1 < argc && strncmp(argv[i], "--", 2) == 0; i += 2) {
        if (strcmp(argv[i], "--home") == 0) {
            home = argv[i + 1];
        } else if (strcmp(argv[i], "--seconds") == 0) {
            c.wait_ms = strtoull(argv[i + 1], NULL, 10) * 1000;
        } else {
            return usage();
        }
    }
    if (home == NULL || i >= argc) {
        return usage();
    }
    c.argc = argc - i - 1;
    c.argv = argv + i + 1;
    for (size_t k = 0; k < sizeof commands / sizeof commands[0]; k++) {
        if (strcmp(argv[i], commands[k].name) == 0) {
            return c.argc < commands[k].args ? usage() : run(&c, &commands[k], home);
        }
    }
    return usage();
}
