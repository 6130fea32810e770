/* Two attackers together (the gateway with a member, with somebody removed, with a revoked device,
 * with a stranger), and the ways in by oneself: external commits, bundles, re-adds, repair. */
#include "base/cbor.h"
#include "crypto/kdf.h"
#include "engine/own/pairing.h"
#include "variant.h"

/* ---- by oneself: external commits and bundles ------------------------------------------------ */

TEST(variant_external_commit_of_a_key_of_no_chain)
{
    struct variant v;
    SETUP(variant_make(&v, 7821, VARIANT_GROUP));
    uint8_t old[32];
    memcpy(old, v.c->core->account.own.device, sizeof old);
    sim_evil(v.c)->lawless = true;
    SETUP(sim_evil_new_key(v.c) == OK && sim_lose_group(v.c, v.gc) == OK);
    sim_cut(v.c, 2);
    sim_pass(v.s, 5 * TRUST_MINUTE);
    (void)sim_send(v.c, v.gc, "with a key of nobody", NULL);
    sim_pass(v.s, 5 * TRUST_MINUTE);
    CHECK(sim_leaves(v.a, v.ga, v.c->core->account.own.device) == 0);
    CHECK(sim_leaves(v.b, v.gb, old) == 1);
    CHECK(sim_heard(v.a, "with a key of nobody") == 0);
}

/* The removal is withheld, the entry is not: it comes in again by its bundle. By the epoch that may
 * be followed; whoever knows the entry seals nothing before it is out. */
TEST(variant_external_commit_of_a_revoked_device_whose_removal_is_withheld)
{
    static const char *const other[] = {"Ana"};
    struct variant v;
    SETUP(variant_make(&v, 7822, VARIANT_GROUP | VARIANT_STOLEN));
    sim_pass(v.s, TRUST_MINUTE);
    v.s->hostile->no_commits = v.a;
    SETUP(sim_revoke(v.a, v.a2) == OK);
    sim_pass(v.s, TRUST_MINUTE);
    v.a2->core->account.own.dropped = false;
    v.a2->evil->lawless = true;
    SETUP(sim_group(v.b, "another group", other, 1) != 0); /* Ben meets the entry */
    SETUP(sim_lose_group(v.a2, sim_chat_of_type(v.a2, ABI_CHAT_TYPE_GROUP)) == OK);
    sim_cut(v.a2, 2);
    sim_pass(v.s, 5 * TRUST_MINUTE);
    SETUP(sim_send(v.b, v.gb, "not for thieves", NULL) == OK);
    sim_pass(v.s, TRUST_HOUR);
    CHECK(sim_heard(v.a2, "not for thieves") == 0);
    /* it is out by then; or its commit, which brings the entry that drops it, has stopped the room,
     * and nobody is named: it is Ana's no more */
    CHECK((sim_said(v.c, ABI_NOTICE_UNREAD_COMMIT) == 1 && !variant_named(v.c, "Ana")) ||
          (sim_heard(v.c, "not for thieves") == 1 &&
           sim_leaves(v.c, v.gc, v.a2->core->account.own.device) == 0));
}

static void own_bundle(uint64_t seed, bool same_admins)
{
    static struct sim_evil_bundle bundle;
    struct variant v;
    SETUP(variant_make(&v, seed, VARIANT_GROUP));
    memset(&bundle, 0, sizeof bundle);
    bundle.chat = v.gc;
    bundle.same_id = true;
    bundle.same_admins = same_admins;
    (void)sim_evil(v.c);
    SETUP(sim_evil_bundle_make(v.c, &bundle) == OK);
    v.s->hostile->mute = v.c;
    SETUP(sim_lose_group(v.b, v.gb) == OK);
    sim_pass(v.s, 5 * TRUST_MINUTE);
    SETUP(sim_send(v.b, v.gb, "secret of Ben", NULL) == OK);
    SETUP(sim_send(v.a, v.ga, "secret of Ana", NULL) == OK);
    sim_pass(v.s, 5 * TRUST_MINUTE);
    CHECK(sim_evil_bundle_read(v.c, &bundle) == 0);
    sim_pass(v.s, 3 * TRUST_HOUR);
    CHECK(sim_heard(v.b, "secret of Ana") == 1 && sim_heard(v.a, "secret of Ben") == 1);
    CHECK(v.s->hostile->info_gets < 300);
}

TEST(variant_bundle_under_the_same_group_id_run_by_its_maker)
{
    own_bundle(7823, false);
}

TEST(variant_bundle_under_the_same_group_id_with_the_admins_of_before)
{
    own_bundle(7824, true);
}

/* ---- re-adds -------------------------------------------------------------------------------- */

TEST(variant_readd_of_a_foreign_key_as_a_device_of_who_asks)
{
    struct variant v;
    uint64_t x, y;
    uint8_t room[16], mailbox[16], body[80];
    struct slice said;
    SETUP(variant_make(&v, 7825, VARIANT_GROUP | VARIANT_MAL) && sim_meet(v.m, v.c, &x, &y));
    SETUP(sim_room(v.a, v.ga, room, mailbox));
    SETUP(sim_evil_claim(v.m, v.c->core->account.own.account, UINT64_MAX) == OK);
    SETUP(sim_evil_package(v.m) == OK);
    variant_swap(&v, v.c, v.m, v.a);
    struct buf b = buf_fixed(body, sizeof body);
    cbor_put_array(&b, 3);
    cbor_put_uint(&b, 1);
    cbor_put_bytes(&b, SLICE_ARRAY(room));
    cbor_put_bytes(&b, SLICE_ARRAY(v.m->core->account.own.device));
    SETUP(buf_finish(&b, &said) == OK);
    SETUP(sim_evil_say(v.c, v.ca, OWN_TYPE_READD, said) == OK);
    sim_pass(v.s, 2 * TRUST_MINUTE);
    SETUP(v.s->hostile->swaps > 0);
    SETUP(sim_send(v.b, v.gb, "said in the group", NULL) == OK);
    sim_pass(v.s, 2 * TRUST_MINUTE);
    CHECK(sim_leaves(v.a, v.ga, v.m->core->account.own.device) == 0);
    CHECK(sim_heard(v.m, "said in the group") == 0 && sim_heard(v.a, "said in the group") == 1);
}

/* ---- repair --------------------------------------------------------------------------------- */

TEST(variant_a_gap_and_a_contact_who_makes_a_room_under_the_same_id)
{
    struct variant v;
    uint8_t room[16], mailbox[16];
    SETUP(variant_make(&v, 7826, 0));
    SETUP(sim_room(v.a, v.ab, room, mailbox));
    v.s->hostile->no_info = true;
    sim_hostile_gap(v.a); /* Ana cannot read on, and the room of her chat with Ben comes anew */
    sim_pass(v.s, TRUST_MINUTE);
    sim_evil(v.c)->lawless = sim_evil(v.c)->together = true;
    SETUP(sim_evil_make_room(v.c, STORE_CHAT_PAIR, "", sim_person(v.c, "Ana"), 0, room) != 0);
    sim_pass(v.s, 2 * TRUST_MINUTE);
    (void)sim_send(v.a, v.ab, "secret of Ana", NULL);
    sim_pass(v.s, 10 * TRUST_MINUTE);
    CHECK(sim_heard(v.c, "secret of Ana") == 0);
    CHECK(sim_number(v.a, "SELECT count(*) FROM message WHERE notice=31") ==
          1); /* somebody tried */
    v.s->hostile->no_info = false;
    sim_pass(v.s, 3 * TRUST_HOUR);
    CHECK(sim_heard(v.b, "secret of Ana") == 1);
}

/* ---- the gateway with a member, and with one who was removed ----------------------------------
 */

TEST(variant_gateway_and_removed_a_word_held_back_until_the_removal)
{
    struct variant v;
    SETUP(variant_make(&v, 7827, VARIANT_GROUP));
    v.s->hostile->hold_posts = 1;
    SETUP(sim_send(v.c, v.gc, "held back, then told", NULL) == OK);
    sim_pass(v.s, 20000);
    SETUP(sim_heard(v.a, "held back, then told") == 0);
    SETUP(sim_group_remove(v.a, v.ga, "Cem") == OK);
    sim_pass(v.s, TRUST_MINUTE);
    SETUP(sim_leaves_of(v.b, v.gb, v.c->core->account.own.account) == 0);
    SETUP(sim_send(v.a, v.ga, "he is out", NULL) == OK); /* it comes behind this one */
    sim_pass(v.s, 2 * TRUST_MINUTE);
    CHECK(sim_heard(v.b, "he is out") == 1);
    CHECK(sim_heard(v.b, "held back, then told") == 0 &&
          sim_heard(v.a, "held back, then told") == 0);
}

TEST(variant_gateway_and_removed_he_posts_by_the_key_of_before)
{
    struct variant v;
    SETUP(variant_make(&v, 7828, VARIANT_GROUP));
    v.s->hostile->mute = v.c; /* he does not hear that he is out */
    SETUP(sim_group_remove(v.a, v.ga, "Cem") == OK);
    sim_pass(v.s, TRUST_MINUTE);
    SETUP(sim_send(v.c, v.gc, "still here", NULL) == OK);
    sim_pass(v.s, 2 * TRUST_MINUTE);
    CHECK(sim_heard(v.a, "still here") == 0 && sim_heard(v.b, "still here") == 0);
    CHECK(sim_state(v.c, "still here") == ABI_MESSAGE_STATE_QUEUED); /* it was not stored either */
}

TEST(variant_gateway_and_removed_he_comes_back_by_the_bundle_of_before)
{
    struct variant v;
    struct slice old;
    struct arena a;
    uint8_t room[16], mailbox[16];
    SETUP(variant_make(&v, 7829, VARIANT_GROUP) && sim_room(v.c, v.gc, room, mailbox));
    arena_init(&a, 0);
    bool has = sim_hostile_info(v.s, &a, mailbox, &old);
    SETUP(has);
    v.s->hostile->mute = v.c;
    SETUP(sim_group_remove(v.a, v.ga, "Cem") == OK);
    sim_pass(v.s, TRUST_MINUTE);
    sim_hostile_put_info(v.s, mailbox, old);
    arena_wipe(&a);
    sim_evil(v.c)->lawless = true;
    SETUP(sim_lose_group(v.c, v.gc) == OK);
    v.s->hostile->mute = NULL;
    sim_cut(v.c, 2);
    sim_pass(v.s, 5 * TRUST_MINUTE);
    SETUP(sim_send(v.a, v.ga, "without him", NULL) == OK);
    sim_pass(v.s, 5 * TRUST_MINUTE);
    CHECK(sim_leaves_of(v.a, v.ga, v.c->core->account.own.account) == 0);
    CHECK(sim_heard(v.b, "without him") == 1 && sim_heard(v.c, "without him") == 0);
}

/* ---- the gateway with a revoked device --------------------------------------------------------
 */

TEST(variant_gateway_and_revoked_it_asks_for_what_was_said_after)
{
    struct variant v;
    SETUP(variant_make(&v, 7831, VARIANT_STOLEN));
    v.s->hostile->mute = v.a2;
    SETUP(variant_revoke(&v));
    v.a2->evil->lawless = true;
    v.s->hostile->mute = NULL; /* the log is given to it, whatever the rules of a gateway */
    sim_cut(v.a2, 2);
    variant_say(&v);
    (void)sim_ask_again(v.a2);
    sim_pass(v.s, TRUST_HOUR);
    CHECK(sim_heard(v.a2, "secret of Ana") == 0 && sim_heard(v.a2, "secret of Ben") == 0);
    CHECK(sim_heard(v.b, "secret of Ana") == 1 && sim_heard(v.a, "secret of Ben") == 1);
}

TEST(variant_gateway_and_revoked_its_words_of_before_are_read_after)
{
    static const char *const other[] = {"Ana"};
    struct variant v;
    SETUP(variant_make(&v, 7832, VARIANT_STOLEN));
    v.s->hostile->mute = v.b; /* Ben hears nothing for a day ... */
    SETUP(sim_send(v.a2, sim_chat_with(v.a2, "Ben"), "from the phone", NULL) == OK);
    sim_pass(v.s, TRUST_MINUTE);
    SETUP(sim_revoke(v.a, v.a2) == OK);
    sim_pass(v.s, TRUST_MINUTE);
    SETUP(sim_group(v.b, "another group", other, 1) != 0); /* ... and meets the entry first */
    sim_pass(v.s, TRUST_MINUTE);
    v.s->hostile->mute = NULL;
    sim_hang_up(v.b, 2);
    sim_pass(v.s, TRUST_HOUR);
    CHECK(sim_heard(v.b, "from the phone") == 1); /* it was hers then */
    variant_say(&v);
    CHECK(sim_heard(v.a2, "secret of Ben") == 0 && sim_heard(v.a, "secret of Ben") == 1);
}

/* ---- a link code that is read by the way ------------------------------------------------------
 */

TEST(variant_link_code_and_all_that_the_gateway_saw)
{
    struct abi_op op;
    struct slice code;
    char text[64] = "";
    struct variant v;
    uint8_t secret[32] = {0}, room[112];
    SETUP(variant_make(&v, 7833, 0));
    struct sim_device *a2 = sim_device(v.s, "ana2");
    SETUP(sim_link_device(a2, &code) == OK && code.n < sizeof text);
    memcpy(text, code.p, code.n);
    memcpy(secret, a2->core->account.own.pair.p.code, OWN_PAIRING_CODE_SIZE);
    sim_run(v.s, 1000);
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_LINK_ACCEPT;
    op.op_link_accept.code = slice_of_string(text);
    SETUP(sim_op(v.a, &op) == OK);
    sim_run(v.s, 20000);
    /* whoever has the code finds the mailbox of the pairing, and not that of what follows */
    SETUP(crypto_hkdf(CRYPTO_SHA256, room, sizeof room, SLICE_LITERAL("sotto link code 2"),
                      slice_make(secret, OWN_PAIRING_CODE_SIZE),
                      SLICE_LITERAL("mailbox, tag, seed, key")) == OK);
    SETUP(sim_gateway_bytes(v.s, slice_make(room, 16)) > 0);
    SETUP(sim_link_run(v.a, a2));
    SETUP(crypto_hkdf(CRYPTO_SHA256, room, sizeof room, SLICE_LITERAL("sotto link session 2"),
                      SLICE_ARRAY(secret), SLICE_LITERAL("mailbox, tag, seed, key")) == OK);
    CHECK(sim_gateway_bytes(v.s, slice_make(room, 16)) == 0);
}

TEST_MAIN(TEST_ROW(variant_external_commit_of_a_key_of_no_chain),
          TEST_ROW(variant_external_commit_of_a_revoked_device_whose_removal_is_withheld),
          TEST_ROW(variant_bundle_under_the_same_group_id_run_by_its_maker),
          TEST_ROW(variant_bundle_under_the_same_group_id_with_the_admins_of_before),
          TEST_ROW(variant_readd_of_a_foreign_key_as_a_device_of_who_asks),
          TEST_ROW(variant_a_gap_and_a_contact_who_makes_a_room_under_the_same_id),
          TEST_ROW(variant_gateway_and_removed_a_word_held_back_until_the_removal),
          TEST_ROW(variant_gateway_and_removed_he_posts_by_the_key_of_before),
          TEST_ROW(variant_gateway_and_removed_he_comes_back_by_the_bundle_of_before),
          TEST_ROW(variant_gateway_and_revoked_it_asks_for_what_was_said_after),
          TEST_ROW(variant_gateway_and_revoked_its_words_of_before_are_read_after),
          TEST_ROW(variant_link_code_and_all_that_the_gateway_saw))
