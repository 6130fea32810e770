#include "cli/session.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/host.h"
#include "cli/json.h"
#include "store/outbox.h"

static void on_message_changed(const struct abi_message_changed *m)
{
    json_begin(stdout, m->fresh ? "message" : "update");
    json_number(stdout, "id", m->message.id);
    json_number(stdout, "chat", m->message.chat);
    json_text(stdout, "from", m->message.sender_name);
    json_bool(stdout, "mine", m->message.mine);
    json_number(stdout, "at_ms", m->message.at_ms);
    json_number(stdout, "kind", m->message.type);
    json_text(stdout, "text", m->message.text);
    json_number(stdout, "state", m->message.state);
    json_end(stdout);
}

static void keep_text(char *out, size_t size, struct slice text)
{
    size_t n = text.n < size ? text.n : size - 1;
    memcpy(out, text.p, n);
    out[n] = 0;
}

static void on_link(struct session *s, const struct abi_link_progress *p)
{
    s->link_phase = p->phase;
    s->link_asks = p->asks;
    keep_text(s->link_words, sizeof s->link_words, p->words);
    keep_text(s->link_name, sizeof s->link_name, p->name);
}

static void on_change(struct session *s, const struct abi_change *c)
{
    switch (c->kind) {
    case ABI_STATE_CHANGED:
        s->line = c->state_changed.state.line;
        s->waiting = c->state_changed.state.waiting;
        break;
    case ABI_LINK_PROGRESS:
        on_link(s, &c->link_progress);
        break;
    case ABI_MESSAGE_CHANGED:
        if (s->tell) {
            on_message_changed(&c->message_changed);
        }
        break;
    case ABI_REQUEST_CHANGED:
        if (s->tell) {
            json_begin(stdout, "requests");
            json_number(stdout, "count", c->request_changed.count);
            json_end(stdout);
        }
        break;
    default:
        break;
    }
}

static bool text(struct slice in, char *out, size_t cap)
{
    if (in.n >= cap) {
        return false;
    }
    memcpy(out, in.p, in.n);
    out[in.n] = 0;
    return true;
}

static void on_effect(struct session *s, const struct abi_effect *e)
{
    char url[512], protocol[64];
    switch (e->kind) {
    case ABI_REPLY:
        s->reply = e->reply;
        break;
    case ABI_DIAL:
        if (text(e->dial.url, url, sizeof url) &&
            text(e->dial.protocol, protocol, sizeof protocol)) {
            wire_dial(s->wire, e->dial.conn, url, protocol);
        }
        break;
    case ABI_SEND:
        wire_send(s->wire, e->send.conn, e->send.data);
        break;
    case ABI_HANG_UP:
        wire_hang_up(s->wire, e->hang_up.conn);
        break;
    case ABI_ALARM_SET:
        wire_alarm(s->wire, e->alarm_set.at_ms);
        break;
    case ABI_PATCH:
        on_change(s, &e->patch.change);
        break;
    case ABI_CHUNK:
        if (s->chunks != NULL) {
            fwrite(e->chunk.data.p, 1, e->chunk.data.n, s->chunks);
            s->chunk_end = e->chunk.offset + e->chunk.data.n;
        }
        break;
    default:
        break;
    }
}

/* One event; effects are decoded into an arena of their own, since they may cause more events. */
static void step(struct session *s, const struct abi_event *ev, struct arena *keep)
{
    struct abi_input in;
    struct abi_effects out;
    struct slice bytes, copy;
    struct arena scratch;
    arena_init(&scratch, 0);
    struct buf b = buf_arena(&scratch, 1024);
    in.now_ms = wire_now_ms();
    in.event = *ev;
    abi_input_put(&b, &in);
    if (buf_finish(&b, &bytes) == OK && core_step(s->core, bytes) == OK &&
        arena_copy(keep != NULL ? keep : &scratch, s->core->output, &copy) == OK &&
        abi_effects_decode(keep != NULL ? keep : &scratch, copy, &out) == OK) {
        for (size_t i = 0; i < out.list_n; i++) {
            on_effect(s, &out.list[i]);
        }
    }
    arena_wipe(&scratch);
}

static void net(struct session *s, enum abi_event_kind kind, uint64_t conn, struct slice data)
{
    struct abi_event ev;
    memset(&ev, 0, sizeof ev);
    ev.kind = kind;
    if (kind == ABI_NET_OPEN) {
        ev.net_open.conn = conn;
    } else if (kind == ABI_NET_CLOSE) {
        ev.net_close.conn = conn;
    } else {
        ev.net_message.conn = conn;
        ev.net_message.data = data;
    }
    step(s, &ev, NULL);
}

static void opened(void *user, uint64_t conn)
{
    net(user, ABI_NET_OPEN, conn, SLICE_EMPTY);
}

static void message(void *user, uint64_t conn, struct slice data)
{
    net(user, ABI_NET_MESSAGE, conn, data);
}

static void closed(void *user, uint64_t conn)
{
    net(user, ABI_NET_CLOSE, conn, SLICE_EMPTY);
}

static void alarm_rang(void *user)
{
    struct abi_event ev;
    memset(&ev, 0, sizeof ev);
    ev.kind = ABI_ALARM;
    step(user, &ev, NULL);
}

enum err session_open(struct session *s, const char *home)
{
    struct wire_events events = {s, opened, message, closed, alarm_rang};
    memset(s, 0, sizeof *s);
    s->next_request = 1;
    arena_init(&s->arena, 0);
    mkdir(home, 0700);
    host_native_dir(home);
    TRY(core_create(&s->core));
    s->wire = wire_create(&events);
    return s->wire == NULL ? ERR_HOST : OK;
}

void session_close(struct session *s)
{
    core_destroy(s->core);
    wire_destroy(s->wire);
    arena_wipe(&s->arena);
    host_native_close();
}

enum err session_op(struct session *s, const struct abi_op *op)
{
    struct abi_event ev;
    memset(&ev, 0, sizeof ev);
    ev.kind = ABI_COMMAND;
    ev.command.request = s->next_request++;
    ev.command.op = *op;
    memset(&s->reply, 0, sizeof s->reply);
    arena_reset(&s->arena);
    step(s, &ev, &s->arena);
    return s->reply.request == ev.command.request ? (enum err)s->reply.error : ERR_BUG;
}

void session_run(struct session *s, uint64_t ms)
{
    wire_run(s->wire, ms);
}

/* Nothing is queued and no wish of a group is open. */
static bool quiet(struct session *s)
{
    bool idle = false;
    if (s->core->store == NULL || s->line != ABI_LINE_ONLINE) {
        return false;
    }
    return store_outbox_idle(s->core->store, &idle) == OK && idle;
}

void session_settle(struct session *s, uint64_t ms)
{
    uint64_t end = wire_now_ms() + ms;
    int calm = 0;
    while (wire_now_ms() < end && calm < 3) {
        wire_run(s->wire, 150);
        calm = quiet(s) ? calm + 1 : 0;
    }
}
