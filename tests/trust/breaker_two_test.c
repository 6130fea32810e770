/* More attacks that were found by reading the engine against the rules of trust: whose word is it?
 */
#include "account.h"
#include "base/cbor.h"
#include "engine/own/box.h"
#include "engine/own/content.h"
#include "engine/own/group.h"
#include "engine/own/group_cache.h"
#include "engine/own/typing.h"
#include "engine/own/room.h"
#include "engine/own/send.h"
#include "schema/chain.h"
#include "store/protocol.h"
#include "store/sql.h"

/* Behind `last`, an entry that names another head too. */
static bool entry_of_both(const struct chain_entry *last, const uint8_t other[CHAIN_HASH_SIZE],
                          struct sim_device *by, struct sim_forge *f)
{
    chain_begin(&f->e, last);
    f->e.why = CHAIN_WHY_FORK;
    f->e.has_other = true;
    memcpy(f->e.other, other, sizeof f->e.other);
    return sim_forge_sign(f, last, by->core->account.own.device, false,
                          &by->core->account.own.device_secret, NULL);
}

TEST(breaker_a_device_of_a_branch_that_was_given_up_speaks)
{
    struct account_pair p;
    struct chain_entry first, second;
    struct sim_forge f, end;
    struct sim *s = trust_world(8201);
    SETUP(account_pair(&p));
    uint64_t a2b = sim_chat_of_type(p.a2, ABI_CHAT_TYPE_PAIR);
    const uint8_t *account = p.a->core->account.own.account;
    SETUP(sim_forge_at(p.b, account, 0, &first) && sim_forge_at(p.b, account, 1, &second));
    SETUP(account_heard(p.a2, a2b, "listed", p.b));
    /* Ana never let that device in, says her own one: Ben goes by its entries */
    SETUP(account_entry_behind(&first, p.a, 1, &f) && sim_forge_hear(p.b, &f));
    SETUP(entry_of_both(&f.e, second.hash, p.a, &end) && sim_forge_hear(p.b, &end));
    SETUP(sim_number(p.b, "SELECT count(*) FROM person WHERE fork<>0") == 0);
    SETUP(sim_forge_at(p.b, account, 2, &second) && second.device_n == 1);
    SETUP(sim_leaves(p.b, p.ba, p.a2->core->account.own.device) == 1);
    SETUP(sim_send(p.a2, a2b, "it is me, Ana", NULL) == OK);
    sim_pass(s, TRUST_MINUTE);
    SETUP(sim_heard(p.a, "it is me, Ana") == 1); /* she does not know what Ben knows */
    CHECK(sim_heard(p.b, "it is me, Ana") == 0);
    SETUP(sim_send(p.a, p.ab, "no, it is me", NULL) == OK);
    sim_pass(s, TRUST_MINUTE);
    CHECK(sim_heard(p.b, "no, it is me") == 1);
}

TEST(breaker_a_branch_with_a_new_code_is_taken_quietly)
{
    struct account_pair p;
    struct chain_entry last, ours;
    struct crypto_sign_secret secret;
    struct crypto_sign_public key;
    struct sim_forge f, end;
    struct abi_op op;
    (void)trust_world(8202);
    SETUP(account_pair(&p));
    const uint8_t *account = p.a->core->account.own.account;
    SETUP(sim_forge_at(p.b, account, 1, &last));
    SETUP(account_entry_behind(&last, p.a, 1, &f) && sim_forge_hear(p.b, &f));
    SETUP(sim_forge_at(p.b, account, 2, &ours));
    /* the stolen device forks once, and Ben looks and compares */
    SETUP(account_entry_behind(&last, p.a2, 2, &f) && sim_forge_hear(p.b, &f));
    SETUP(sim_verified(p.b, "Ana") == ABI_VERIFIED_CHANGED);
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_FORK_SETTLE;
    op.op_fork_settle.person = (uint64_t)sim_person(p.b, "Ana");
    SETUP(sim_op(p.b, &op) == OK && sim_verify(p.b, "Ana") == OK);
    SETUP(sim_verified(p.b, "Ana") == ABI_VERIFIED_NOW);
    /* another branch of its: a code of its own, which the old one did not sign, then both heads */
    crypto_sign_generate(&secret, &key);
    chain_begin(&f.e, &last);
    f.e.why = CHAIN_WHY_CODE;
    memcpy(f.e.recovery, key.b, sizeof f.e.recovery);
    SETUP(sim_forge_sign(&f, &last, p.a2->core->account.own.device, false,
                         &p.a2->core->account.own.device_secret, &secret));
    SETUP(sim_forge_hear(p.b, &f) && sim_verified(p.b, "Ana") == ABI_VERIFIED_NOW);
    SETUP(entry_of_both(&f.e, ours.hash, p.a2, &end) && sim_forge_hear(p.b, &end));
    SETUP(sim_forge_at(p.b, account, 3, &last)); /* it is what Ben goes by */
    CHECK(sim_verified(p.b, "Ana") == ABI_VERIFIED_CHANGED);
    CHECK(sim_said(p.b, ABI_NOTICE_RECOVERED) == 1);
}

/* ---- typing --------------------------------------------------------------------------------- */

struct typing {
    int64_t chat;
    const uint8_t *account; /* who types, says whoever has the key of the epoch */
};

static enum err hear_typing(struct own *o, struct step *s, void *user)
{
    struct typing *t = user;
    struct store_chat c;
    struct store_epoch e;
    struct slice plain;
    struct own_box *box = own_box(o, t->chat, false);
    struct frame_ephemeral f;
    struct buf p = buf_arena(s->arena, 64);
    size_t before = s->out->n;
    int64_t n = 0;
    if (box == NULL) {
        return ERR_STATE;
    }
    memset(&f, 0, sizeof f);
    TRY(store_chat_get(s->store, s->arena, t->chat, &c));
    TRY(store_sql_get_int(s->store, &n, "SELECT max(n) FROM epoch WHERE chat=?", "i", t->chat));
    TRY(store_epoch_get(s->store, t->chat, (uint64_t)n, &e));
    cbor_put_array(&p, 2);
    cbor_put_bytes(&p, slice_make(t->account, CHAIN_HASH_SIZE));
    cbor_put_bool(&p, true);
    TRY(buf_finish(&p, &plain));
    f.handle = box->handle;
    f.epoch = e.n;
    TRY(own_outer_seal(s->arena, e.typing_key, c.mailbox, e.n, 3, e.branch, plain, &f.body));
    TRY(own_ephemeral(o, s, &f));
    return s->out->n > before ? OK : ERR_GONE; /* shown or not */
}

static enum err type(struct own *o, struct step *s, void *user)
{
    struct typing *t = user;
    size_t before = s->out->n;
    TRY(own_typing(o, s, t->chat, true));
    return s->out->n > before ? OK : ERR_GONE; /* sent or not */
}

TEST(breaker_somebody_who_does_not_sit_there_types)
{
    struct account_pair p;
    uint64_t x = 0, y = 0;
    struct sim *s = trust_world(8203);
    SETUP(account_pair(&p));
    struct sim_device *c = trust_person("cem", "Cem");
    SETUP(c != NULL && sim_meet(c, p.b, &x, &y));
    sim_pass(s, TRUST_MINUTE);
    struct typing t = {(int64_t)y, c->core->account.own.account};
    SETUP(sim_try(p.b, hear_typing, &t) == OK);
    t.account = p.a->core->account.own.account; /* known to Ben, and not of this chat */
    CHECK(sim_try(p.b, hear_typing, &t) == ERR_GONE);
}

TEST(breaker_a_dropped_leaf_is_told_that_somebody_types)
{
    struct account_pair p;
    struct sim_forge f;
    struct chain_entry last;
    struct sim *s = trust_world(8204);
    SETUP(account_pair(&p));
    struct typing t = {(int64_t)p.ba, NULL};
    SETUP(sim_try(p.b, type, &t) == OK);
    s->hostile->no_commits = p.b;
    SETUP(sim_forge_at(p.b, p.a->core->account.own.account, 1, &last));
    chain_begin(&f.e, &last);
    f.e.why = CHAIN_WHY_DROPPED;
    SETUP(chain_drop(&f.e, p.a2->core->account.own.device) == OK);
    SETUP(sim_forge_sign(&f, &last, p.a->core->account.own.device, false,
                         &p.a->core->account.own.device_secret, NULL));
    SETUP(sim_forge_hear(p.b, &f));
    sim_pass(s, 5000); /* said again after three seconds */
    SETUP(sim_leaves(p.b, p.ba, p.a2->core->account.own.device) == 1);
    CHECK(sim_try(p.b, type, &t) == ERR_GONE);
}

/* ---- a dropped device ----------------------------------------------------------------------- */

static enum err key_under_another(struct own *o, struct step *s, void *user)
{
    struct account_pair *p = user;
    struct mls_group *g = NULL;
    struct slice key = SLICE_ARRAY(p->a2->core->account.own.device);
    TRY(own_group(o, s, (int64_t)p->ba, &g));
    return own_group_seats(g, SLICE_ARRAY(p->a->core->account.own.account), key) &&
                   own_group_seats(g, SLICE_EMPTY, key) &&
                   !own_group_seats(g, SLICE_ARRAY(o->account), key)
               ? OK
               : ERR_AUTH;
}

TEST(breaker_a_key_that_came_in_again_under_another_account_speaks_for_the_first)
{
    struct account_pair p;
    (void)trust_world(8205);
    SETUP(account_pair(&p));
    CHECK_ERR(sim_try(p.b, key_under_another, &p), OK);
}

static int64_t row_of(struct sim_device *d, const char *text)
{
    return sim_count(d, "SELECT id FROM message WHERE text=?", text);
}

static enum err react(struct sim_device *d, uint64_t message)
{
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_REACT;
    op.op_react.message = message;
    op.op_react.emoji = SLICE_LITERAL("+");
    return sim_op(d, &op);
}

/* Its account has another name. */
static enum err say_name(struct own *o, struct step *s, void *user)
{
    const uint64_t *chat = user;
    TRY(store_sql_run(s->store, "UPDATE person SET name='Not Ana',profile_ms=? WHERE id=1", "i",
                      (int64_t)s->now_ms));
    return own_content_profile(o, s, (int64_t)*chat);
}

TEST(breaker_a_dropped_device_is_obeyed_beside_its_words)
{
    struct account_pair p;
    struct sim_forge f;
    struct chain_entry last;
    struct sim *s = trust_world(8206);
    SETUP(account_pair(&p));
    uint64_t a2b = sim_chat_of_type(p.a2, ABI_CHAT_TYPE_PAIR);
    SETUP(account_heard(p.a, p.ab, "of Ana", p.b) && account_heard(p.a, p.ab, "hers", p.b));
    SETUP(account_heard(p.a2, a2b, "of the device", p.b));
    SETUP(account_heard(p.a2, a2b, "taken back", p.b) && account_heard(p.b, p.ba, "of Ben", p.a2));
    (void)sim_evil(p.a2);
    s->hostile->no_commits = p.b;
    SETUP(sim_forge_at(p.b, p.a->core->account.own.account, 1, &last));
    chain_begin(&f.e, &last);
    f.e.why = CHAIN_WHY_DROPPED;
    SETUP(chain_drop(&f.e, p.a2->core->account.own.device) == OK);
    SETUP(sim_forge_sign(&f, &last, p.a->core->account.own.device, false,
                         &p.a->core->account.own.device_secret, NULL));
    SETUP(sim_forge_hear(p.b, &f));
    SETUP(sim_leaves(p.b, p.ba, p.a2->core->account.own.device) == 1);
    SETUP(sim_delete(p.a2, (uint64_t)row_of(p.a2, "of Ana"), true) == OK);
    SETUP(sim_edit(p.a2, (uint64_t)row_of(p.a2, "hers"), "not hers") == OK);
    SETUP(react(p.a2, (uint64_t)row_of(p.a2, "of Ben")) == OK);
    SETUP(sim_keep(p.a2, say_name, &a2b) == OK);
    SETUP(sim_edit(p.a2, (uint64_t)row_of(p.a2, "of the device"), "edited") == OK);
    SETUP(sim_delete(p.a2, (uint64_t)row_of(p.a2, "taken back"), true) == OK);
    SETUP(sim_send(p.a2, a2b, "a word", NULL) == OK);
    sim_hang_up(p.a2, 2);
    sim_pass(s, TRUST_MINUTE);
    CHECK(sim_person(p.b, "Ana") != 0 && sim_person(p.b, "Not Ana") == 0);
    /* what it says stands until its removal, on all screens alike, whoever heard of the entry when;
     * that it is a dropped one stands beside its words */
    CHECK(sim_heard(p.b, "of Ana") == 0 && sim_heard(p.b, "not hers") == 1);
    CHECK(sim_number(p.b, "SELECT count(*) FROM reaction") == 1);
    CHECK(sim_heard(p.b, "edited") == 1 && sim_heard(p.b, "taken back") == 0);
    CHECK(sim_heard(p.b, "a word") == 1);
    CHECK(sim_number(p.b, "SELECT removed FROM message WHERE text='a word'") == 1);
    CHECK(sim_number(p.b, "SELECT removed FROM message WHERE text='not hers'") == 1);
    CHECK(sim_number(p.b, "SELECT removed FROM message WHERE text='edited'") == 1);
    CHECK(sim_number(p.b, "SELECT count(*) FROM message WHERE type=4 AND removed=1") == 2);
    CHECK(sim_number(p.b, "SELECT removed FROM reaction") == 1);
    /* what the owner says of it later stands without */
    SETUP(sim_edit(p.a, (uint64_t)row_of(p.a, "not hers"), "hers again") == OK);
    sim_pass(s, TRUST_MINUTE);
    CHECK(sim_number(p.b, "SELECT removed FROM message WHERE text='hers again'") == 0);
}

TEST_MAIN(TEST_ROW(breaker_a_device_of_a_branch_that_was_given_up_speaks),
          TEST_ROW(breaker_a_branch_with_a_new_code_is_taken_quietly),
          TEST_ROW(breaker_somebody_who_does_not_sit_there_types),
          TEST_ROW(breaker_a_dropped_leaf_is_told_that_somebody_types),
          TEST_ROW(breaker_a_key_that_came_in_again_under_another_account_speaks_for_the_first),
          TEST_ROW(breaker_a_dropped_device_is_obeyed_beside_its_words))
