/* Entries of a chain that somebody made who may not: whoever brings them, they are not taken. The
 * forger holds the keys that the test says, no more. */
#include "crypto/rand.h"
#include "engine/own/chains.h"
#include "engine/own/identity_take.h"
#include "store/chain.h"
#include "store/people.h"
#include "variant.h"

enum forgery {
    UNSIGNED,    /* by a device of Ana's, whose key the forger does not have    */
    BY_ITSELF,   /* the new device is its own author                            */
    UNKNOWING,   /* a new device that did not sign                              */
    AGAIN,       /* a dropped device listed again, by a stolen key of Ana's     */
    HALF_A_CODE, /* another HPKE key under the recovery key of before           */
    BY_DEVICE,   /* a device's entry                                            */
    SIBLING      /* of the revocation, by the device that it dropped            */
};

struct forge {
    enum forgery kind;
    const struct own *ana, *thief;
    struct own_identity_change change;
    uint64_t before, after;
};

static enum err forge(struct own *o, struct step *s, void *user)
{
    struct forge *f = user;
    struct store_person who;
    struct chain_entry last, next;
    struct crypto_sign_secret fresh;
    struct crypto_sign_public pub;
    struct slice bytes;
    struct buf b = buf_arena(s->arena, CHAIN_ENTRY_BYTES_MAX);
    (void)o;
    TRY(store_person_find(s->store, s->arena, f->ana->account, &who));
    TRY(store_chain_head(s->store, who.id, &last));
    f->before = last.n;
    if (f->kind == SIBLING) {
        TRY(store_chain_at(s->store, who.id, last.n - 1, &last));
    }
    crypto_sign_generate(&fresh, &pub);
    chain_begin(&next, &last);
    next.why = CHAIN_WHY_ADDED;
    if (f->kind == AGAIN) {
        TRY(chain_add(&next, f->thief->device));
    } else if (f->kind == HALF_A_CODE) {
        crypto_rand(next.recovery_hpke, sizeof next.recovery_hpke);
    } else if (f->kind != BY_DEVICE) {
        TRY(chain_add(&next, pub.b));
    } else {
        crypto_rand(next.home, sizeof next.home);
    }
    TRY(chain_plan(&last, &next, f->kind == SIBLING ? f->thief->device : f->ana->device, false));
    if (f->kind == BY_ITSELF) {
        next.signers[0] = (uint8_t)(next.device_n - 1);
        next.signer_n = 1;
    } else if (f->kind == UNKNOWING) {
        next.signer_n = 1;
    }
    if (f->kind != UNSIGNED) {
        TRY(chain_sign(&last, &next, &f->ana->device_secret));
        TRY(chain_sign(&last, &next, &f->thief->device_secret));
    }
    TRY(chain_sign(&last, &next, &fresh));
    TRY(chain_encode(&b, &next));
    TRY(buf_finish(&b, &bytes));
    TRY(store_person_get(s->store, s->arena, who.id, &who));
    TRY(own_chains_take(o, s, &who, &bytes, 1, &f->change));
    TRY(store_chain_head(s->store, who.id, &last));
    f->after = last.n;
    return OK;
}

/* Ben is given the entry. */
static bool given(struct variant *v, struct forge *f, enum forgery kind)
{
    memset(f, 0, sizeof *f);
    f->kind = kind;
    f->ana = &v->a->core->account.own;
    f->thief = v->a2 != NULL ? &v->a2->core->account.own : &v->c->core->account.own;
    return sim_keep(v->b, forge, f) == OK;
}

static void refused(uint64_t seed, enum forgery kind)
{
    struct variant v;
    struct forge f;
    SETUP(variant_make(&v, seed, 0) && given(&v, &f, kind));
    CHECK(f.change.news == OWN_IDENTITY_INVALID && f.after == f.before);
    variant_say(&v); /* and nothing else has happened */
    CHECK(sim_heard(v.b, "secret of Ana") == 1 && sim_heard(v.a, "secret of Ben") == 1);
}

TEST(variant_entry_that_a_device_did_not_sign)
{
    refused(7841, UNSIGNED);
}

TEST(variant_entry_whose_author_is_the_device_it_adds)
{
    refused(7842, BY_ITSELF);
}

TEST(variant_entry_that_lists_a_key_which_does_not_know)
{
    refused(7843, UNKNOWING);
}

TEST(variant_entry_with_half_a_new_code)
{
    refused(7844, HALF_A_CODE);
}

TEST(variant_entry_that_lists_a_dropped_device_again)
{
    struct variant v;
    struct forge f;
    SETUP(variant_make(&v, 7845, VARIANT_STOLEN) && variant_revoke(&v));
    SETUP(given(&v, &f, AGAIN));
    CHECK(f.change.news == OWN_IDENTITY_INVALID && f.after == f.before);
}

TEST(variant_entry_960_by_a_device)
{
    struct variant v;
    struct forge f;
    SETUP(variant_make(&v, 7846, 0));
    SETUP(sim_evil_long_chain(v.b, v.a, (int)CHAIN_DEVICE_ENTRIES - 1) == OK);
    SETUP(given(&v, &f, BY_DEVICE));
    CHECK(f.before == CHAIN_DEVICE_ENTRIES - 1 && f.after == f.before);
}

TEST(variant_fork_by_a_revoked_device_nothing_is_sent_until_the_owner_has_looked)
{
    struct variant v;
    struct forge f;
    SETUP(variant_make(&v, 7847, VARIANT_STOLEN) && sim_verify(v.b, "Ana") == OK);
    SETUP(variant_revoke(&v));
    SETUP(given(&v, &f, SIBLING));
    CHECK(f.change.news == OWN_IDENTITY_FORK && f.after == f.before);
    SETUP(sim_send(v.b, v.ba, "after the fork", NULL) == OK);
    sim_pass(v.s, 10 * TRUST_MINUTE);
    CHECK(sim_heard(v.a, "after the fork") == 0 &&
          sim_state(v.b, "after the fork") == ABI_MESSAGE_STATE_QUEUED);
    CHECK(sim_number(v.b, "SELECT count(*) FROM message WHERE notice=15") == 1);
    CHECK(sim_verified(v.b, "Ana") == ABI_VERIFIED_CHANGED);
    SETUP(sim_scan(v.b, "Ana", v.a, "Ben") == OK); /* compared */
    sim_hang_up(v.b, 2);
    sim_pass(v.s, 10 * TRUST_MINUTE);
    CHECK(sim_heard(v.a, "after the fork") == 1);
}

TEST(variant_fork_once_more_by_the_same_device_is_only_told)
{
    struct variant v;
    struct forge f;
    SETUP(variant_make(&v, 7848, VARIANT_STOLEN) && variant_revoke(&v));
    SETUP(given(&v, &f, SIBLING) && sim_scan(v.b, "Ana", v.a, "Ben") == OK);
    SETUP(given(&v, &f, SIBLING));
    CHECK(f.change.news != OWN_IDENTITY_FORK && f.change.told);
    SETUP(sim_send(v.b, v.ba, "not silenced", NULL) == OK);
    sim_pass(v.s, 10 * TRUST_MINUTE);
    CHECK(sim_heard(v.a, "not silenced") == 1);
}

TEST(variant_recovered_what_was_verified_was_compared_once)
{
    struct variant v;
    SETUP(variant_make(&v, 7849, 0) && sim_verify(v.a, "Ben") == OK);
    sim_pass(v.s, TRUST_HOUR);
    sim_offline(v.a, true);
    struct sim_device *n = sim_device(v.s, "new");
    SETUP(sim_recovered(n, v.a->code));
    sim_pass(v.s, 5 * TRUST_MINUTE);
    CHECK(sim_verified(n, "Ben") ==
          ABI_VERIFIED_ONCE); /* compared on that day, by a device that is gone */
}

TEST(variant_the_open_window_alone_hands_nothing_over)
{
    struct abi_op op;
    struct variant v;
    SETUP(variant_make(&v, 7850, VARIANT_STOLEN));
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_DEVICE_REVOKE;
    op.op_device_revoke.device = SLICE_ARRAY(v.a2->core->account.own.device);
    op.op_device_revoke.code = op.op_device_revoke.old = SLICE_LITERAL("");
    CHECK(sim_op_bare(v.a, &op) == ERR_AUTH);
    sim_pass(v.s, TRUST_MINUTE);
    CHECK(sim_number(v.a, "SELECT count(*) FROM device WHERE gone=0") == 2);
}

TEST(variant_a_link_code_of_a_quarter_of_an_hour_ago)
{
    struct abi_op op;
    struct slice code;
    char text[64] = "";
    struct variant v;
    SETUP(variant_make(&v, 7851, 0));
    struct sim_device *n = sim_device(v.s, "new");
    SETUP(sim_link_device(n, &code) == OK && code.n < sizeof text);
    memcpy(text, code.p, code.n);
    sim_pass(v.s, 15 * TRUST_MINUTE);
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_LINK_ACCEPT;
    op.op_link_accept.code = slice_of_string(text);
    SETUP(sim_op(v.a, &op) == OK);
    sim_pass(v.s, TRUST_MINUTE);
    CHECK(n->link_words[0] == 0 && v.a->link_words[0] == 0); /* nobody is there any more */
}

TEST_MAIN(TEST_ROW(variant_entry_that_a_device_did_not_sign),
          TEST_ROW(variant_entry_whose_author_is_the_device_it_adds),
          TEST_ROW(variant_entry_that_lists_a_key_which_does_not_know),
          TEST_ROW(variant_entry_with_half_a_new_code),
          TEST_ROW(variant_entry_that_lists_a_dropped_device_again),
          TEST_ROW(variant_entry_960_by_a_device),
          TEST_ROW(variant_fork_by_a_revoked_device_nothing_is_sent_until_the_owner_has_looked),
          TEST_ROW(variant_fork_once_more_by_the_same_device_is_only_told),
          TEST_ROW(variant_recovered_what_was_verified_was_compared_once),
          TEST_ROW(variant_the_open_window_alone_hands_nothing_over),
          TEST_ROW(variant_a_link_code_of_a_quarter_of_an_hour_ago))
