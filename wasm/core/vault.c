#include "core/vault.h"

#include <string.h>

#include "base/ct.h"
#include "base/rule.h"
#include "core/lock.h"
#include "crypto/rand.h"
#include "engine/recovery_code.h"
#include "store/setting.h"
#include "store/chain.h"
#include "store/people.h"
#include "store/vault.h"

/* ---- the recovery code ---------------------------------------------------------------------- */

/* The way in by the recovery code, which no device keeps: a random secret, sealed to the public
 * half of the code, lies in the slot's label. */
static enum err put_recovery_slot(struct core *c, struct step *s, struct slice hpke,
                                  const uint8_t key[32])
{
    struct store_vault_params p;
    struct slice sealed;
    uint8_t secret[STORE_VAULT_SECRET_SIZE], hash[CRYPTO_SHA256_SIZE];
    memset(&p, 0, sizeof p);
    crypto_rand(secret, sizeof secret);
    enum err e =
        recovery_code_seal(s->arena, hpke, RECOVERY_CODE_SLOT, SLICE_ARRAY(secret), &sealed);
    if (e == OK && sealed.n > sizeof p.label) {
        e = ERR_BUG;
    }
    if (e == OK) {
        memcpy(p.label, sealed.p, sealed.n);
        p.label_n = sealed.n;
        c->code_slot = CORE_SLOT_UNKNOWN;
        e = store_vault_put(STORE_VAULT_RECOVERY, secret, &p, key);
    }
    wipe(secret, sizeof secret);
    TRY(e);
    crypto_sha256(hash, hpke);
    return store_setting_put(s->store, "slot-for", SLICE_ARRAY(hash));
}

/* Cached, because the state line asks with every message: the file is read and hashed again only
 * after this slot may have changed. */
static enum err slot_is_there(struct core *c, bool *out)
{
    struct store_vault_params p;
    *out = false;
    if (c->code_slot == CORE_SLOT_UNKNOWN) {
        enum err e = store_vault_params(STORE_VAULT_RECOVERY, &p);
        TRY(e == ERR_GONE ? OK : e);
        c->code_slot = e == OK ? CORE_SLOT_THERE : CORE_SLOT_NONE;
    }
    *out = c->code_slot == CORE_SLOT_THERE;
    return OK;
}

/* Whether there is a slot for a recovery code, and whether it is for the current one. */
static enum err slot_stands(struct core *c, struct step *s, bool *is_there, bool *is_right)
{
    struct chain_entry head;
    struct slice made_for;
    *is_right = false;
    TRY(slot_is_there(c, is_there));
    if (!*is_there) {
        return OK;
    }
    enum err e = store_chain_head(s->store, STORE_PERSON_ME, &head);
    e = e != OK ? e : store_setting_get(s->store, s->arena, "slot-for", &made_for);
    *is_right = e == OK && slice_equal(made_for, SLICE_ARRAY(head.recovery_hpke));
    return e == ERR_GONE ? OK : e;
}

enum err core_code_opens(struct core *c, struct step *s, bool *out)
{
    bool is_there = false;
    return slot_stands(c, s, &is_there, out);
}

enum err core_recovery_slot(struct core *c, struct step *s)
{
    struct account *a = &c->account.base;
    struct slice hpke;
    bool is_there = false, is_right = false;
    a->slot_due = false;
    c->code_slot = CORE_SLOT_UNKNOWN; /* decide by the file itself, not the cache */
    TRY(slot_stands(c, s, &is_there, &is_right));
    if (is_right || !RULE(SLOT_ANEW_WITH_CODE)) {
        return OK;
    }
    s->out->state = true;
    enum err e = a->network->recovery_key(a, s, &hpke);
    if (e == ERR_GONE) { /* asked for; slot_due is set again once it is here */
        c->code_slot = CORE_SLOT_UNKNOWN;
        return is_there && RULE(OLD_SLOT_GOES_AT_ONCE)
                   ? store_vault_drop(STORE_VAULT_RECOVERY, SLICE_EMPTY)
                   : OK;
    }
    return e != OK ? e : put_recovery_slot(c, s, hpke, c->vault_key);
}

/* Opens the slot with a code. A wrong one is tried all the same, so that it counts. */
static enum err recovery_secret(struct step *s, struct slice text,
                                uint8_t out[STORE_VAULT_SECRET_SIZE])
{
    struct store_vault_params p;
    struct recovery_code code;
    struct slice secret;
    uint8_t raw[RECOVERY_CODE_BYTES];
    memset(out, 0, STORE_VAULT_SECRET_SIZE);
    TRY(recovery_code_parse(raw, text));
    TRY(store_vault_params(STORE_VAULT_RECOVERY, &p));
    enum err e = recovery_code_derive(raw, &code);
    wipe(raw, sizeof raw);
    e = e != OK ? e
                : recovery_code_open(s->arena, &code, RECOVERY_CODE_SLOT,
                                     slice_make(p.label, p.label_n), &secret);
    wipe(&code, sizeof code);
    if (e == OK && secret.n == STORE_VAULT_SECRET_SIZE) {
        memcpy(out, secret.p, secret.n);
        wipe((void *)(uintptr_t)secret.p, secret.n);
    }
    return e == ERR_AUTH ? OK : e;
}

/* ---- making --------------------------------------------------------------------------------- */

static enum err slot_params(const struct abi_slot *slot, struct slice secret,
                            struct store_vault_params *p)
{
    memset(p, 0, sizeof *p);
    if ((slot->slot_kind != STORE_VAULT_PASSPHRASE && slot->slot_kind != STORE_VAULT_PASSKEY) ||
        slot->label.n > STORE_VAULT_LABEL_BYTES_MAX || secret.n != 32 || slot->ops > UINT32_MAX ||
        slot->salt.n != STORE_VAULT_SALT_SIZE) {
        return ERR_INPUT;
    }
    memcpy(p->salt, slot->salt.p, STORE_VAULT_SALT_SIZE);
    p->ops = (uint32_t)slot->ops;
    p->memory_bytes = slot->memory;
    if (slot->label.n > 0) {
        memcpy(p->label, slot->label.p, slot->label.n);
    }
    p->label_n = slot->label.n;
    return OK;
}

/* A new store with what the network puts into it; the vault is written last, so that a crash in
 * between leaves nothing that looks like an account. The store stays open with a transaction begun.
 */
static enum err make_store(struct core *c, struct step *s, const struct abi_op *op,
                           const struct abi_slot *slot, struct slice secret,
                           const struct recovery_code *code)
{
    struct account *a = &c->account.base;
    struct store_vault_params p;
    uint8_t key[STORE_VAULT_KEY_SIZE];
    bool exists = false;
    TRY(slot_params(slot, secret, &p));
    TRY(store_vault_exists(&exists));
    if (exists || c->store != NULL) {
        return ERR_STATE;
    }
    TRY(store_erase("main"));
    TRY(store_vault_create(key));
    enum err e = store_open(&c->store, key, "main", s->now_ms);
    s->store = c->store;
    e = e != OK ? e : store_begin(c->store);
    e = e != OK ? e : a->network->setup(a, s, op, code);
    e = e != OK ? e : store_commit(c->store, true);
    e = e != OK ? e : store_vault_put((enum store_vault_kind)slot->slot_kind, secret.p, &p, key);
    e = e != OK ? e : store_begin(c->store);
    if (e == OK && op->kind == ABI_OP_CREATE) { /* else once the network has the key */
        e = put_recovery_slot(c, s, recovery_code_hpke(code), key);
    }
    memcpy(c->vault_key, key, sizeof key);
    wipe(key, sizeof key);
    if (e != OK) {
        if (c->store != NULL) {
            store_rollback(c->store);
        }
        core_lock(c);
        s->store = NULL;
        /* report the first failure; a half-made vault must not stay */
        enum err left = store_vault_erase();
        left = left != OK ? left : store_erase("main");
        return left == OK || e != OK ? e : left;
    }
    return OK;
}

static enum err start(struct core *c, struct step *s)
{
    struct abi_change ch;
    memset(&ch, 0, sizeof ch);
    ch.kind = ABI_LOCKED_CHANGED;
    ch.locked_changed.unlocked = true;
    effects_change(s->out, &ch);
    s->out->state = true;
    return c->account.base.network->open(&c->account.base, s);
}

/* ---- opening -------------------------------------------------------------------------------- */

static uint64_t wait_ms(const struct core *c, uint64_t now_ms)
{
    static const uint32_t steps_ms[] = {0, 0, 0, 2000, 5000, 15000, 30000, 60000};
    size_t n = sizeof steps_ms / sizeof steps_ms[0] - 1;
    uint64_t until = c->wrong_at_ms + steps_ms[c->wrong_count < n ? c->wrong_count : n];
    return c->wrong_count > 0 && until > now_ms ? until - now_ms : 0;
}

/* Wrong tries are counted on disk, so that a reload does not help: after one the wait begins anew.
 */
static void count_kept(struct core *c, const struct store_vault_list *list, uint64_t now_ms)
{
    if (list->attempts > 0 && c->wrong_count == 0 && c->store == NULL) {
        c->wrong_count = list->attempts;
        c->wrong_at_ms = now_ms;
    }
}

/* Opens the vault with what the person gave; wrong tries are answered slower. */
static enum err open_vault(struct core *c, struct step *s, uint64_t kind, struct slice given,
                           uint8_t key[STORE_VAULT_KEY_SIZE], uint64_t *detail)
{
    uint8_t secret[32];
    struct store_vault_list *list = arena_array(s->arena, 1, sizeof *list);
    if (list == NULL) {
        return ERR_HOST_MEMORY;
    }
    TRY(store_vault_list(list)); /* nobody may have asked for the status before */
    count_kept(c, list, s->now_ms);
    *detail = wait_ms(c, s->now_ms);
    if (*detail > 0) {
        return ERR_LIMIT_RATE;
    }
    if (kind == STORE_VAULT_RECOVERY) {
        TRY(recovery_secret(s, given, secret));
    } else if (given.n == 32) {
        memcpy(secret, given.p, 32);
    } else {
        return ERR_INPUT;
    }
    enum err e = store_vault_open((enum store_vault_kind)kind, secret, key);
    wipe(secret, sizeof secret);
    if (e == ERR_AUTH_PASSPHRASE) {
        c->wrong_count++;
        c->wrong_at_ms = s->now_ms;
        *detail = wait_ms(c, s->now_ms);
    }
    if (e == OK) {
        c->wrong_count = 0;
    }
    return e;
}

static enum err unlock(struct core *c, struct step *s, const struct abi_op_unlock *op,
                       uint64_t *detail)
{
    uint8_t key[STORE_VAULT_KEY_SIZE];
    if (c->store != NULL) {
        return OK;
    }
    TRY(open_vault(c, s, op->kind, op->secret, key, detail));
    enum err e = store_open(&c->store, key, "main", s->now_ms);
    if (e == OK) {
        memcpy(c->vault_key, key, sizeof key);
    }
    wipe(key, sizeof key);
    TRY(e);
    s->store = c->store;
    TRY(store_begin(c->store));
    e = start(c, s);
    c->account.base.slot_due = true; /* a crash may have come between a new key and its slot */
    if (e != OK) {
        store_rollback(c->store);
        core_lock(c);
        s->store = NULL;
    }
    return e;
}

/* ---- the secret again ------------------------------------------------------------------------ */

#define CONFIRMED_MS 120000u

/* A moment at someone's open window must not be enough to take over the account. */
static enum err confirm(struct core *c, struct step *s, const struct abi_op_confirm *op,
                        uint64_t *detail)
{
    uint8_t key[STORE_VAULT_KEY_SIZE];
    c->confirmed = 0;
    TRY(open_vault(c, s, op->kind, op->secret, key, detail));
    bool is_ours = ct_equal(key, c->vault_key, sizeof key);
    wipe(key, sizeof key);
    if (!is_ours) {
        return ERR_STORE_CORRUPT;
    }
    c->confirmed = op->what;
    c->confirmed_ms = s->now_ms;
    return OK;
}

enum err core_take_confirmed(struct core *c, uint64_t op, uint64_t now_ms)
{
    bool is_fresh =
        c->confirmed == op && now_ms >= c->confirmed_ms && now_ms - c->confirmed_ms <= CONFIRMED_MS;
    c->confirmed = 0;
    return is_fresh || !RULE(SECRET_AGAIN) ? OK : ERR_AUTH;
}

/* ---- the release that runs ------------------------------------------------------------------- */

#define RELEASE_SETTING "release"
#define RELEASE_HASH_BYTES 32

/* Any script of the loader's origin can overwrite what the loader keeps. This record is in the
 * sealed store, so the first unlock after a rollback notices the older release. */
static enum err release(struct step *s, const struct abi_op_release *op, struct abi_result *result)
{
    struct slice kept;
    int64_t seq = 0;
    if (op->seq == 0 || op->seq > INT64_MAX || op->hash.n != RELEASE_HASH_BYTES) {
        return ERR_INPUT;
    }
    TRY(store_setting_int(s->store, RELEASE_SETTING "-seq", 0, &seq));
    enum err e = store_setting_get(s->store, s->arena, RELEASE_SETTING "-hash", &kept);
    if (e != OK && e != ERR_GONE) {
        return e;
    }
    result->kind = ABI_FLAG;
    result->flag.on = (int64_t)op->seq > seq ||
                      ((int64_t)op->seq == seq && e == OK && slice_equal(kept, op->hash));
    if ((int64_t)op->seq <= seq) {
        return OK;
    }
    s->durable = true;
    TRY(store_setting_put_int(s->store, RELEASE_SETTING "-seq", (int64_t)op->seq));
    return store_setting_put(s->store, RELEASE_SETTING "-hash", op->hash);
}

static enum err status(struct core *c, struct step *s, struct abi_result *result)
{
    struct store_vault_list *list = arena_array(s->arena, 1, sizeof *list);
    struct abi_slot *slots = arena_array(s->arena, STORE_VAULT_SLOTS_MAX, sizeof *slots);
    if (list == NULL || slots == NULL) {
        return ERR_HOST_MEMORY;
    }
    result->kind = ABI_STATUS;
    TRY(store_vault_exists(&result->status.exists));
    result->status.unlocked = c->store != NULL;
    TRY(store_vault_list(list));
    for (size_t i = 0; i < list->count; i++) {
        const struct store_vault_slot *v = &list->slots[i];
        slots[i].slot_kind = (uint64_t)v->kind;
        slots[i].salt = SLICE_ARRAY(v->params.salt);
        slots[i].ops = v->params.ops;
        slots[i].memory = v->params.memory_bytes;
        slots[i].label = v->kind == STORE_VAULT_RECOVERY
                             ? SLICE_LITERAL("")
                             : slice_make(v->params.label, v->params.label_n);
    }
    result->status.slots = slots;
    result->status.slots_n = list->count;
    count_kept(c, list, s->now_ms);
    result->status.wait_ms = wait_ms(c, s->now_ms);
    return OK;
}

static enum err lock(struct core *c, struct step *s)
{
    struct abi_change ch;
    if (c->store == NULL) {
        return OK;
    }
    c->account.base.network->hang_up(&c->account.base, s);
    TRY(store_commit(c->store, true));
    core_lock(c);
    s->store = NULL;
    memset(&ch, 0, sizeof ch);
    ch.kind = ABI_LOCKED_CHANGED;
    effects_change(s->out, &ch);
    return OK;
}

static enum err forget(struct core *c, struct step *s)
{
    if (c->store != NULL) {
        TRY(lock(c, s));
    }
    TRY(store_vault_erase());
    return store_erase("main");
}

/* ---- slots while unlocked ------------------------------------------------------------------- */

static enum err slot_put(struct core *c, const struct abi_op_slot_put *op)
{
    struct store_vault_params p;
    TRY(slot_params(&op->slot, op->secret, &p));
    return store_vault_put((enum store_vault_kind)op->slot.slot_kind, op->secret.p, &p,
                           c->vault_key);
}

/* The recovery slot comes and goes with the code; of the other slots one must remain. */
static enum err slot_drop(const struct abi_op_slot_drop *op)
{
    struct store_vault_list list;
    size_t left = 0;
    TRY(store_vault_list(&list));
    for (size_t i = 0; i < list.count; i++) {
        left += list.slots[i].kind != STORE_VAULT_RECOVERY &&
                (uint64_t)list.slots[i].kind != op->slot_kind;
    }
    return op->slot_kind == STORE_VAULT_RECOVERY || left == 0
               ? ERR_STATE
               : store_vault_drop((enum store_vault_kind)op->slot_kind, SLICE_EMPTY);
}

/* A code to write down, kept only in memory until it is used. */
static enum err recovery_new(struct core *c, struct step *s, struct abi_result *result)
{
    crypto_rand(c->fresh_code, sizeof c->fresh_code);
    c->has_fresh_code = true;
    result->kind = ABI_RECOVERY;
    return recovery_code_text(s->arena, c->fresh_code, &result->recovery.code);
}

enum err core_code_was_shown(const struct core *c, struct slice text)
{
    uint8_t given[RECOVERY_CODE_BYTES];
    TRY(recovery_code_parse(given, text));
    bool same = (c->has_fresh_code && ct_equal(given, c->fresh_code, sizeof given)) ||
                !RULE(CODE_WAS_SHOWN);
    wipe(given, sizeof given);
    return same ? OK : ERR_AUTH;
}

/* ---- table ---------------------------------------------------------------------------------- */

static enum err make(struct core *c, struct step *s, const struct abi_op *op,
                     struct abi_result *result)
{
    uint8_t raw[RECOVERY_CODE_BYTES];
    struct recovery_code code;
    enum err e = OK;
    memset(&code, 0, sizeof code);
    if (op->kind == ABI_OP_CREATE) {
        crypto_rand(raw, sizeof raw);
        TRY(recovery_code_derive(raw, &code));
        e = make_store(c, s, op, &op->op_create.slot, op->op_create.secret, &code);
        result->kind = ABI_RECOVERY; /* shown once, kept nowhere */
        e = e != OK ? e : recovery_code_text(s->arena, raw, &result->recovery.code);
        wipe(raw, sizeof raw);
    } else if (op->kind == ABI_OP_RECOVER) {
        TRY(recovery_code_read(op->op_recover.code, &code));
        e = make_store(c, s, op, &op->op_recover.slot, op->op_recover.secret, &code);
    } else {
        e = make_store(c, s, op, &op->op_link_device.slot, op->op_link_device.secret, &code);
        if (e == OK) {
            result->kind = ABI_TEXT;
            e = store_setting_get(s->store, s->arena, NETWORK_LINK_CODE, &result->text.value);
            e = e != OK ? e : store_setting_drop(s->store, NETWORK_LINK_CODE); /* once, now */
        }
    }
    wipe(&code, sizeof code);
    return e != OK ? e : start(c, s);
}

enum err core_vault(struct core *c, struct step *s, const struct abi_op *op, struct abi_result *r,
                    uint64_t *detail)
{
    switch (op->kind) {
    case ABI_OP_STATUS:
        return status(c, s, r);
    case ABI_OP_CREATE:
    case ABI_OP_RECOVER:
    case ABI_OP_LINK_DEVICE:
        return make(c, s, op, r);
    case ABI_OP_UNLOCK:
        return unlock(c, s, &op->op_unlock, detail);
    case ABI_OP_LOCK:
        return lock(c, s);
    case ABI_OP_WIPE:
        return forget(c, s);
    case ABI_OP_CONFIRM:
        return confirm(c, s, &op->op_confirm, detail);
    case ABI_OP_EXPORT:
        return OK;
    case ABI_OP_RELEASE:
        return release(s, &op->op_release, r);
    case ABI_OP_SLOT_PUT:
        return slot_put(c, &op->op_slot_put);
    case ABI_OP_SLOT_DROP:
        return slot_drop(&op->op_slot_drop);
    case ABI_OP_RECOVERY_NEW:
        return recovery_new(c, s, r);
    default:
        return ERR_INPUT;
    }
}
