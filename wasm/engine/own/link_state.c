/* The state of a device link: how it begins, what is shown of it, how it ends. See link.c. */
#include "engine/own/link_state.h"

#include <string.h>

#include "base/buf.h"
#include "base/ct.h"
#include "base/limits.h"
#include "base/text.h"
#include "base/rule.h"
#include "crypto/kdf.h"
#include "crypto/sign.h"
#include "engine/own/due.h"
#include "store/own_setting.h"

#define LINK_PATIENCE_MS (10 * 60 * 1000)

enum err own_link_load(struct step *s, struct own_link *l)
{
    struct slice code;
    uint8_t room[112];
    memset(l, 0, sizeof *l);
    TRY(store_own_setting_int(s->store, "link-role", ROLE_NONE, &l->role));
    if (l->role == ROLE_NONE) {
        return OK;
    }
    TRY(store_own_setting_int(s->store, "link-phase", PHASE_PAIRING, &l->phase));
    TRY(store_own_setting_int(s->store, "link-sent", 0, &l->sent));
    TRY(store_own_setting_int(s->store, "link-heard", 0, &l->heard));
    TRY(store_own_setting_int(s->store, "link-position", 0, &l->position));
    TRY(store_own_setting_int(s->store, "link-cursor", 0, &l->cursor));
    TRY(store_own_setting_int(s->store, "link-made", 0, &l->made));
    TRY(store_own_setting_int(s->store, "link-until", 0, &l->until));
    TRY(store_own_setting_get(s->store, s->arena, "link-secret", &code));
    TRY(crypto_hkdf(CRYPTO_SHA256, room, sizeof room,
                    l->phase == PHASE_PAIRING ? SLICE_LITERAL("sotto link code 2")
                                              : SLICE_LITERAL("sotto link session 2"),
                    code, SLICE_LITERAL("mailbox, tag, seed, key")));
    memcpy(l->mailbox, room, 16);
    memcpy(l->read_tag, room + 16, 32);
    memcpy(l->write_seed, room + 48, 32);
    memcpy(l->key, room + 80, 32);
    wipe(room, sizeof room);
    return OK;
}

enum err own_link_set(struct step *s, const char *key, int64_t *field, int64_t value)
{
    *field = value;
    s->durable = true;
    return store_own_setting_put_int(s->store, key, value);
}

void own_link_progress(struct step *s, enum abi_link_phase phase, uint64_t done, uint64_t total)
{
    struct abi_change c;
    memset(&c, 0, sizeof c);
    c.kind = ABI_LINK_PROGRESS;
    c.link_progress.phase = phase;
    c.link_progress.done = done;
    c.link_progress.total = total;
    c.link_progress.words = SLICE_LITERAL("");
    c.link_progress.name = SLICE_LITERAL("");
    effects_change(s->out, &c);
}

enum err own_link_show(struct step *s, const struct own_link *l)
{
    struct abi_change c;
    memset(&c, 0, sizeof c);
    c.kind = ABI_LINK_PROGRESS;
    c.link_progress.phase = ABI_LINK_PHASE_WORDS;
    c.link_progress.name = SLICE_LITERAL("");
    TRY(store_own_setting_get(s->store, s->arena, "link-words", &c.link_progress.words));
    if (l->phase == PHASE_CONFIRM) {
        bool old = l->role == ROLE_OLD;
        c.link_progress.asks = old ? ABI_LINK_ASKS_DEVICE : ABI_LINK_ASKS_ACCOUNT;
        TRY(store_own_setting_get(s->store, s->arena, old ? "link-name" : "link-owner",
                                  &c.link_progress.name));
    }
    effects_change(s->out, &c);
    return OK;
}

enum err own_link_clear(struct own *o, struct step *s)
{
    static const char *const keys[] = {"link-role",     "link-phase",  "link-sent",  "link-heard",
                                       "link-position", "link-cursor", "link-made",  "link-secret",
                                       "link-until",    "link-device", "link-name",  "link-draft",
                                       "link-account",  "link-owner",  "link-words", "link-why"};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        TRY(store_own_setting_drop(s->store, keys[i]));
    }
    memset(&o->link, 0, sizeof o->link);
    wipe(&o->pair, sizeof o->pair);
    s->dirty = true;
    s->durable = true;
    return OK;
}

enum err own_link_settled(struct own *o, struct step *s, struct own_link *l)
{
    o->pair.until_ms = 0;
    return own_link_set(s, "link-until", &l->until, 0);
}

static enum err put_words(struct own *o, struct step *s)
{
    uint16_t words[OWN_PAIRING_WORDS];
    char text[OWN_PAIRING_WORDS * 6];
    struct buf b = buf_fixed(text, sizeof text);
    struct slice said;
    TRY(own_pairing_words(&o->pair.p, words));
    for (size_t i = 0; i < OWN_PAIRING_WORDS; i++) {
        buf_put(&b, " ", i == 0 ? 0 : 1);
        buf_decimal(&b, words[i]);
    }
    TRY(buf_finish(&b, &said));
    return store_own_setting_put(s->store, "link-words", said);
}

enum err own_link_enter(struct own *o, struct step *s, struct own_link *l)
{
    uint8_t key[OWN_PAIRING_KEY_SIZE];
    TRY(put_words(o, s));
    TRY(own_pairing_finish(&o->pair.p, key));
    enum err e = store_own_setting_put(s->store, "link-secret", SLICE_ARRAY(key));
    wipe(key, sizeof key);
    TRY(e);
    wipe(o->pair.said, sizeof o->pair.said);
    o->pair.said_n = 0;
    memset(&o->link, 0, sizeof o->link);
    s->dirty = true;
    TRY(own_link_set(s, "link-sent", &l->sent, 0));
    TRY(own_link_set(s, "link-heard", &l->heard, 0));
    TRY(own_link_set(s, "link-cursor", &l->cursor, 0));
    TRY(own_link_set(s, "link-made", &l->made, 0));
    TRY(own_link_set(s, "link-phase", &l->phase, PHASE_HELLO));
    own_due_rest(o);
    return own_link_show(s, l);
}

enum err own_link_end(struct own *o, struct step *s, struct own_link *l, enum abi_link_phase why)
{
    int64_t ignored = 0;
    own_link_progress(s, why, 0, 0);
    if (l->phase == PHASE_PAIRING || l->phase == PHASE_NO) {
        return own_link_clear(o, s);
    }
    TRY(own_link_settled(o, s, l));
    TRY(own_link_set(s, "link-why", &ignored, why));
    own_due_rest(o);
    return own_link_set(s, "link-phase", &l->phase, PHASE_NO);
}

enum err own_link_start(struct own *o, struct step *s)
{
    struct own_link l;
    TRY(own_link_load(s, &l));
    enum err e = OK;
    if (l.role != ROLE_NONE && l.phase == PHASE_PAIRING && o->pair.p.state == OWN_PAIRING_NONE) {
        e = own_link_end(o, s, &l, ABI_LINK_PHASE_OVER);
    } else if (l.role != ROLE_NONE) {
        o->pair.until_ms = (uint64_t)l.until;
        e = l.phase == PHASE_CONFIRM ? own_link_show(s, &l) : OK;
    }
    wipe(&l, sizeof l);
    return e;
}

enum err own_link_late(struct own *o, struct step *s)
{
    struct own_link l;
    if (o->pair.until_ms == 0 || o->pair.until_ms > s->now_ms) {
        return OK;
    }
    TRY(own_link_load(s, &l));
    enum err e =
        l.role == ROLE_NONE ? own_link_clear(o, s) : own_link_end(o, s, &l, ABI_LINK_PHASE_OVER);
    wipe(&l, sizeof l);
    return e;
}

/* ---- beginning ------------------------------------------------------------------------------ */

static enum err code_text(struct step *s, const uint8_t code[OWN_PAIRING_CODE_SIZE],
                          struct slice *out)
{
    struct buf raw = buf_arena(s->arena, 32), b = buf_arena(s->arena, 40);
    struct slice text;
    text_put_base32(&raw, slice_make(code, OWN_PAIRING_CODE_SIZE));
    TRY(buf_finish(&raw, &text));
    for (size_t i = 0; i < text.n; i++) {
        if (i > 0 && i % 4 == 0) {
            buf_u8(&b, '-');
        }
        buf_u8(&b, text.p[i]);
    }
    return buf_finish(&b, out);
}

/* Sets the time limit: somebody else must have little time to try codes. */
static enum err begin(struct own *o, struct step *s, const uint8_t code[OWN_PAIRING_CODE_SIZE],
                      enum own_link_role role)
{
    int64_t ignored = 0;
    o->pair.until_ms = s->now_ms + (RULE(LINK_TEN_MINUTES) ? LINK_PATIENCE_MS : UINT32_MAX);
    TRY(store_own_setting_put(s->store, "link-secret", slice_make(code, OWN_PAIRING_CODE_SIZE)));
    TRY(own_link_set(s, "link-until", &ignored, (int64_t)o->pair.until_ms));
    return own_link_set(s, "link-role", &ignored, role);
}

enum err own_link_begin(struct own *o, struct step *s, struct slice gateway,
                        struct slice device_name, struct slice *code)
{
    struct crypto_sign_public pub;
    uint8_t secret[OWN_PAIRING_CODE_SIZE];
    if (gateway.n >= sizeof o->gateway || device_name.n > LIMIT_NAME_BYTES) {
        return ERR_INPUT;
    }
    TRY(own_pairing_show(&o->pair.p, secret));
    crypto_sign_generate(&o->device_secret, &pub);
    TRY(store_own_setting_put(s->store, "device-secret", SLICE_ARRAY(o->device_secret.seed)));
    TRY(store_own_setting_put(s->store, "gateway", gateway));
    TRY(store_own_setting_put(s->store, "link-name", device_name));
    TRY(begin(o, s, secret, ROLE_NEW));
    return code_text(s, secret, code);
}

enum err own_link_accept(struct own *o, struct step *s, struct slice code)
{
    uint8_t secret[OWN_PAIRING_CODE_SIZE];
    int64_t role = 0;
    struct slice mark = SLICE_LITERAL("#/device/");
    for (size_t i = 0; i + mark.n <= code.n; i++) { /* a scanned link holds the same code */
        if (slice_equal(slice_make(code.p + i, mark.n), mark)) {
            code = slice_make(code.p + i + mark.n, code.n - i - mark.n);
            break;
        }
    }
    TRY(text_get_base32(secret, sizeof secret, code));
    TRY(store_own_setting_int(s->store, "link-role", ROLE_NONE, &role));
    if (role != ROLE_NONE) {
        TRY(own_link_clear(o, s));
    }
    TRY(own_pairing_given(&o->pair.p, secret));
    TRY(begin(o, s, secret, ROLE_OLD));
    own_link_progress(s, ABI_LINK_PHASE_WAITING, 0, 0);
    own_due_rest(o);
    return OK;
}

enum err own_link_confirm(struct own *o, struct step *s, bool yes)
{
    struct own_link l;
    TRY(own_link_load(s, &l));
    enum err e = OK;
    if (l.role == ROLE_NONE || l.phase != PHASE_CONFIRM) {
        e = ERR_STATE;
    } else if (!yes) {
        e = own_link_end(o, s, &l, ABI_LINK_PHASE_NO);
    } else {
        e = l.role == ROLE_NEW ? own_link_settled(o, s, &l) : OK;
        e = e != OK ? e
                    : own_link_set(s, "link-phase", &l.phase,
                                   l.role == ROLE_OLD ? PHASE_DRAFT : PHASE_SIGNED);
        e = e != OK ? e : own_link_show(s, &l);
        own_due_rest(o);
    }
    wipe(&l, sizeof l);
    return e;
}

void own_link_cancel(struct own *o, struct step *s)
{
    if (own_link_clear(o, s) != OK) {
        s->out->err = ERR_STORE;
    }
}
