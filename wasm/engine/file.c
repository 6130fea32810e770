#include "engine/file.h"

#include <string.h>

#include "base/limits.h"
#include "crypto/rand.h"
#include "engine/timeline.h"
#include "store/chat.h"

#define CHUNKS_A_STEP 24 /* given to the page per file_read_from */
#define SHOWN_SEALED 8   /* progress is shown every so many chunks */
#define SHOWN_KEPT 16

uint64_t file_chunks(const struct file_cipher *c, uint64_t bytes)
{
    return bytes == 0 ? 1 : (bytes + c->chunk - 1) / c->chunk;
}

/* ---- on its way out ------------------------------------------------------------------------- */

static enum err check_op(const struct abi_op_file_begin *op)
{
    if (op->bytes > FILE_BYTES_MAX) {
        return ERR_LIMIT;
    }
    return op->name.n > FILE_NAME_MAX || op->type.n > FILE_TYPE_MAX ||
                   op->preview.n > FILE_PREVIEW_MAX || op->caption.n > LIMIT_TEXT_BYTES
               ? ERR_INPUT
               : OK;
}

enum err file_begin(struct step *s, const struct abi_op_file_begin *op, struct store_file *f)
{
    struct store_chat c;
    struct store_message m;
    TRY(check_op(op));
    TRY(store_chat_get(s->store, s->arena, (int64_t)op->chat, &c));
    if (c.state != STORE_CHAT_OPEN && c.state != STORE_CHAT_WAITING) {
        return ERR_STATE;
    }
    memset(&m, 0, sizeof m);
    m.chat = c.id;
    crypto_rand(m.mid, sizeof m.mid); /* until the content is known */
    m.type = STORE_MESSAGE_FILE;
    m.text = op->caption;
    TRY(timeline_answers(s, &m, (int64_t)op->reply_to));
    TRY(timeline_say(s, &m));
    memset(f, 0, sizeof *f);
    f->message = m.id;
    f->chat = c.id;
    f->state = STORE_FILE_GOING;
    f->sent = -1;
    f->name = op->name;
    f->type = op->type;
    f->bytes = (int64_t)op->bytes;
    f->width = (int64_t)op->width;
    f->height = (int64_t)op->height;
    f->preview = op->preview;
    return store_file_add(s->store, f);
}

enum err file_chunk(struct step *s, const struct file_cipher *c, const struct abi_op_file_chunk *op)
{
    struct store_file f;
    TRY(store_file_get(s->store, s->arena, (int64_t)op->message, &f));
    if (f.state != STORE_FILE_GOING || (uint64_t)f.sealed == file_chunks(c, (uint64_t)f.bytes)) {
        return ERR_STATE;
    }
    if (op->offset != (uint64_t)f.done) {
        return ERR_STATE_REPLAY;
    }
    bool end = op->offset + op->data.n == (uint64_t)f.bytes;
    if (op->last != end || (!end && op->data.n != c->chunk) || op->data.n > c->chunk) {
        return ERR_INPUT;
    }
    uint8_t *sealed = arena_alloc(s->arena, op->data.n + c->overhead);
    if (sealed == NULL) {
        return ERR_HOST_MEMORY;
    }
    s->durable = true;
    TRY(c->seal(s, f.message, op->data, op->last, sealed));
    TRY(store_file_chunk_put(s->store, f.message, f.sealed,
                             slice_make(sealed, op->data.n + c->overhead)));
    TRY(store_file_took(s->store, f.message, (int64_t)op->data.n));
    if (op->last || f.sealed % SHOWN_SEALED == 0) {
        effects_message(s->out, f.message, false);
    }
    return OK;
}

enum err file_announced(struct step *s, int64_t message)
{
    return store_file_announced(s->store, message);
}

enum err file_sent(struct step *s, int64_t message, int64_t chunks)
{
    return store_file_raise_sent(s->store, message, chunks);
}

enum err file_gone_out(struct step *s, int64_t message)
{
    effects_message(s->out, message, false);
    return store_file_set_state(s->store, message, STORE_FILE_HERE);
}

/* ---- on its way in -------------------------------------------------------------------------- */

enum err file_known(struct step *s, const struct store_file *f, bool *fresh)
{
    struct store_file away = *f;
    bool had = false;
    *fresh = false;
    TRY(store_file_has(s->store, f->message, &had));
    if (had) {
        return OK;
    }
    *fresh = true;
    away.state = STORE_FILE_AWAY;
    return store_file_add(s->store, &away);
}

enum err file_fetch(struct step *s, int64_t message, bool *fresh)
{
    struct store_file f;
    *fresh = false;
    TRY(store_file_get(s->store, s->arena, message, &f));
    if (f.state == STORE_FILE_HERE || f.state == STORE_FILE_COMING) {
        return OK;
    }
    if (f.state == STORE_FILE_GOING) {
        return ERR_STATE;
    }
    *fresh = true;
    effects_message(s->out, message, false);
    return store_file_set_state(s->store, message, STORE_FILE_COMING);
}

enum err file_keep(struct step *s, const struct file_cipher *c, struct store_file *f, int64_t n,
                   struct slice bytes, bool *all)
{
    uint64_t total = file_chunks(c, (uint64_t)f->bytes);
    uint64_t plain =
        (uint64_t)n + 1 < total ? c->chunk : (uint64_t)f->bytes - (total - 1) * c->chunk;
    *all = false;
    if ((uint64_t)n >= total || bytes.n != plain + c->overhead) {
        effects_message(s->out, f->message, false);
        return store_file_set_state(s->store, f->message, STORE_FILE_FAILED);
    }
    TRY(store_file_chunk_take(s->store, f->message, n, bytes, &f->sealed));
    /* chunks are requested in order, so the counted ones are the first ones, up to the window */
    int64_t done = f->sealed * (int64_t)c->chunk;
    TRY(store_file_set_done(s->store, f->message, done < f->bytes ? done : f->bytes,
                            f->sealed > FILE_WINDOW ? f->sealed - FILE_WINDOW : 0));
    *all = (uint64_t)f->sealed == total;
    if (!*all && f->sealed % SHOWN_KEPT == 1) {
        effects_message(s->out, f->message, false);
    }
    return OK;
}

enum err file_settle(struct step *s, const struct store_file *f, bool good)
{
    effects_message(s->out, f->message, false);
    if (good) {
        return store_file_settle(s->store, f->message, STORE_FILE_HERE, f->bytes, f->sealed);
    }
    TRY(store_file_chunks_drop(s->store, f->message));
    return store_file_settle(s->store, f->message, STORE_FILE_FAILED, 0, 0);
}

/* ---- both ways ------------------------------------------------------------------------------ */

enum err file_fail(struct step *s, int64_t message)
{
    effects_message(s->out, message, false);
    return store_file_fail(s->store, message);
}

enum err file_cancel(struct step *s, int64_t message)
{
    struct store_file f;
    TRY(store_file_get(s->store, s->arena, message, &f));
    if (f.state == STORE_FILE_GOING) {
        return timeline_drop(s, f.chat, message);
    }
    if (f.state != STORE_FILE_COMING) {
        return OK;
    }
    effects_message(s->out, message, false);
    return store_file_set_state(s->store, message, STORE_FILE_AWAY);
}

static enum err read_chunk(struct step *s, const struct file_cipher *c, struct file_reader *r,
                           const struct store_file *f, bool give)
{
    struct slice sealed;
    struct abi_effect e;
    bool last = false;
    TRY(store_file_chunk_get(s->store, s->arena, f->message, (int64_t)r->next, &sealed));
    if (sealed.n < c->overhead) {
        return ERR_STORE_CORRUPT;
    }
    uint8_t *plain = arena_alloc(s->arena, sealed.n);
    if (plain == NULL) {
        return ERR_HOST_MEMORY;
    }
    TRY(c->open(s, r, sealed, plain, &last));
    if (give) {
        memset(&e, 0, sizeof e);
        e.kind = ABI_CHUNK;
        e.chunk.message = (uint64_t)f->message;
        e.chunk.offset = r->next * c->chunk;
        e.chunk.data = slice_make(plain, sealed.n - c->overhead);
        e.chunk.last = last;
        effects_put(s->out, &e);
    }
    r->next++;
    return OK;
}

/* What comes before chunk n is opened too, but not shown: a stream cannot skip it. */
static enum err read_on(struct step *s, const struct file_cipher *c, struct file_reader *r,
                        const struct store_file *f, uint64_t n)
{
    uint64_t total = file_chunks(c, (uint64_t)f->bytes);
    if (r->message != f->message || r->next != n) {
        TRY(c->rewind(s, r, f->message));
        r->message = f->message;
        r->next = 0;
        while (r->next < n) {
            TRY(read_chunk(s, c, r, f, false));
        }
    }
    for (uint64_t i = 0; i < CHUNKS_A_STEP && r->next < total; i++) {
        TRY(read_chunk(s, c, r, f, true));
    }
    return OK;
}

enum err file_read_from(struct step *s, const struct file_cipher *c, struct file_reader *r,
                        int64_t message, uint64_t offset)
{
    struct store_file f;
    TRY(store_file_get(s->store, s->arena, message, &f));
    uint64_t total = file_chunks(c, (uint64_t)f.bytes), n = offset / c->chunk;
    bool whole = f.state == STORE_FILE_GOING && (uint64_t)f.sealed == total;
    if (f.state != STORE_FILE_HERE && !whole) {
        return ERR_STATE;
    }
    if (offset % c->chunk != 0 || n >= total) {
        return ERR_INPUT;
    }
    enum err e = read_on(s, c, r, &f, n);
    if (e != OK || r->next == total) {
        *r = (struct file_reader){0, 0};
    }
    return e;
}
