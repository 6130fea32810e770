/* Words and writing after somebody has gone: nothing of a removed leaf is taken, however late it
 * comes; no word of ours is given up because of an epoch; what stands beside sealed bytes cannot be
 * changed. The gateway's side of it: tests/gateway/flow.mjs. */
#include <string.h>

#include "base/cbor.h"
#include "engine/own/ask.h"
#include "engine/own/group_cache.h"
#include "engine/own/order.h"
#include "engine/own/box.h"
#include "engine/own/receive.h"
#include "engine/own/typing.h"
#include "engine/own/room.h"
#include "engine/own/send.h"
#include "lib/check.h"
#include "lib/sim.h"
#include "store/chat.h"
#include "store/outbox.h"
#include "store/protocol.h"
#include "store/sql.h"

struct world {
    struct sim *s;
    struct sim_device *a, *a2, *b;
    uint64_t ab, ba;
};

static uint64_t number(struct sim_device *d, const char *sql)
{
    return (uint64_t)sim_count(d, sql, NULL);
}

/* Ana with two devices, Ben with one. */
static bool build(struct world *w, uint64_t seed)
{
    memset(w, 0, sizeof *w);
    w->s = sim_create(seed);
    w->s->cheap = true;
    w->a = sim_device(w->s, "ana");
    w->a2 = sim_device(w->s, "ana2");
    w->b = sim_device(w->s, "ben");
    if (sim_make(w->a, "Ana") != OK || sim_make(w->b, "Ben") != OK) {
        return false;
    }
    sim_run(w->s, 3000);
    bool met = sim_meet(w->a, w->b, &w->ab, &w->ba) && sim_second_device(w->a, w->a2);
    sim_run(w->s, 20000); /* all that follows from it */
    return met;
}

static enum err revoke(struct sim_device *by, struct sim_device *lost)
{
    struct abi_op op;
    uint8_t id[32];
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_DEVICE_REVOKE;
    memcpy(id, lost->core->account.own.device, 32);
    op.op_device_revoke.device = SLICE_ARRAY(id);
    return sim_op(by, &op);
}

static int64_t pair_of(struct sim_device *d)
{
    return (int64_t)sim_chat_of_type(d, STORE_CHAT_PAIR);
}

/* ---- what comes late ------------------------------------------------------------------------ */

/* A word as the gateway has it, that it brings when it likes. */
struct late {
    int64_t chat;
    struct frame_deliver d;
    uint8_t bytes[8192];
    uint8_t typing[256];
    size_t n, typing_n;
};

/* What the device has to say, sealed for the epoch it knows, and a typing notice. */
static enum err seal_words(struct own *o, struct step *s, void *user)
{
    struct late *l = user;
    struct store_chat c;
    struct store_epoch e;
    struct store_out *out = NULL;
    struct mls_group *g = NULL;
    struct slice message, sealed, plain, word;
    int64_t leaf = 0;
    size_t n = 0;
    struct buf p = buf_arena(s->arena, 64);
    TRY(store_chat_get(s->store, s->arena, l->chat, &c));
    TRY(own_group(o, s, l->chat, &g));
    TRY(store_epoch_get(s->store, l->chat, mls_group_epoch(g), &e));
    TRY(store_outbox_list(s->store, s->arena, l->chat, 0, 1, &out, &n));
    if (n != 1) {
        return ERR_STATE;
    }
    TRY(own_order_seal(o, s, l->chat, out, e.n, &word, &leaf));
    TRY(mls_group_protect(g, s->arena, SLICE_EMPTY, word, &message));
    TRY(own_outer_seal(s->arena, e.outer_key, c.mailbox, e.n, WIRE_KIND_APPLICATION, e.branch,
                       message, &sealed));
    memset(&l->d, 0, sizeof l->d);
    l->d.epoch = e.n;
    memcpy(l->d.branch, e.branch, sizeof e.branch);
    memcpy(l->bytes, sealed.p, sealed.n);
    l->n = sealed.n;
    cbor_put_array(&p, 2);
    cbor_put_bytes(&p, SLICE_ARRAY(o->account));
    cbor_put_bool(&p, true);
    TRY(buf_finish(&p, &plain));
    TRY(own_outer_seal(s->arena, e.typing_key, c.mailbox, e.n, 3, e.branch, plain, &sealed));
    memcpy(l->typing, sealed.p, sealed.n);
    l->typing_n = sealed.n;
    return OK;
}

/* The next entry of the log, as far as this device can tell. */
static enum err hear(struct own *o, struct step *s, void *user)
{
    struct late *l = user;
    struct store_chat c;
    struct own_box *box = own_box(o, l->chat, false);
    TRY(store_chat_get(s->store, s->arena, l->chat, &c));
    if (box == NULL || !box->opened) {
        return ERR_STATE;
    }
    l->d.handle = box->handle;
    l->d.seq = (uint64_t)c.cursor + 1;
    l->d.server_ms = s->now_ms;
    l->d.kind = WIRE_KIND_APPLICATION;
    l->d.body = slice_make(l->bytes, l->n);
    return own_deliver(o, s, &l->d);
}

static enum err hear_typing(struct own *o, struct step *s, void *user)
{
    struct late *l = user;
    struct own_box *box = own_box(o, l->chat, false);
    struct frame_ephemeral e;
    if (box == NULL) {
        return ERR_STATE;
    }
    size_t before = s->out->n;
    memset(&e, 0, sizeof e);
    e.handle = box->handle;
    e.epoch = l->d.epoch;
    e.body = slice_make(l->typing, l->typing_n);
    TRY(own_ephemeral(o, s, &e));
    return s->out->n > before ? OK : ERR_GONE; /* shown or not */
}

TEST(nothing_is_taken_of_a_removed_leaf_however_late_it_comes)
{
    for (int removed = 0; removed < 2; removed++) {
        struct world w;
        struct late l;
        REQUIRE(build(&w, 120));
        memset(&l, 0, sizeof l);
        sim_offline(w.a2, true);
        l.chat = pair_of(w.a2);
        CHECK_ERR(sim_send(w.a2, (uint64_t)l.chat, "of the lost device", NULL), OK);
        CHECK_ERR(sim_keep(w.a2, seal_words, &l), OK);
        if (removed) {
            CHECK_ERR(revoke(w.a, w.a2), OK);
            sim_run(w.s, 20000);
        }
        uint64_t lines = number(w.b, "SELECT count(*) FROM message");
        l.chat = pair_of(w.b);
        CHECK_ERR(sim_try(w.b, hear_typing, &l), removed ? ERR_GONE : OK);
        CHECK_ERR(sim_keep(w.b, hear, &l), OK);
        CHECK(sim_has_text(w.b, w.ba, "of the lost device") == (removed == 0));
        CHECK(number(w.b, "SELECT count(*) FROM message") == lines + (removed == 0));
        CHECK(number(w.b, "SELECT count(*) FROM message WHERE type=3") == 0);
        CHECK(number(w.b, "SELECT note FROM chat WHERE type=1") == 0);
        sim_destroy(w.s);
    }
}

/* Under the old rule a commit of somebody else left the lost device its write key for five epochs:
 * here it does not obey, and goes on to post. */
TEST(a_revoked_device_that_does_not_obey_posts_to_nobody)
{
    struct world w;
    REQUIRE(build(&w, 121));
    sim_offline(w.a2, true);
    CHECK_ERR(revoke(w.a, w.a2), OK);
    sim_run(w.s, 20000);
    CHECK_ERR(sim_send(w.a2, (uint64_t)pair_of(w.a2), "as Ana", NULL), OK);
    sim_offline(w.a2, false);
    sim_run(w.s, 60000);
    CHECK(!sim_has_text(w.b, w.ba, "as Ana") && !sim_has_text(w.a, w.ab, "as Ana"));
    CHECK(number(w.b, "SELECT count(*) FROM message WHERE type=3") == 0);
    sim_destroy(w.s);
}

/* ---- what we say ---------------------------------------------------------------------------- */

struct refusal {
    int64_t chat;
    uint64_t code;
    bool sent_again;
};

/* The gateway refuses the oldest word that waits. */
static enum err refuse(struct own *o, struct step *s, void *user)
{
    struct refusal *r = user;
    struct own_ask ask = {.type = FRAME_POST, .conn = OWN_CONN_ANON};
    TRY(store_sql_get_int(s->store, &ask.b, "SELECT min(id) FROM outbox WHERE chat=?", "i",
                          r->chat));
    ask.a = r->chat;
    memset(o->asks, 0, sizeof o->asks); /* what was asked before is answered by this */
    TRY(own_send_answer(o, s, &ask, FRAME_FAILURE, SLICE_EMPTY, r->code));
    r->sent_again = own_asked(o, FRAME_POST, r->chat);
    return OK;
}

TEST(no_word_is_given_up_because_of_an_epoch)
{
    static const uint64_t codes[] = {WIRE_CODE_STALE, WIRE_CODE_EPOCH, WIRE_CODE_AUTH};
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        struct world w;
        REQUIRE(build(&w, 122));
        struct refusal r = {pair_of(w.b), codes[i], false};
        CHECK_ERR(sim_send(w.b, w.ba, "not lost", NULL), OK);
        for (int k = 0; k < 12; k++) {
            CHECK_ERR(sim_keep(w.b, refuse, &r), OK);
            CHECK(!r.sent_again); /* the same epoch again would be refused again */
        }
        CHECK(number(w.b, "SELECT count(*) FROM message WHERE state=4") == 0);
        CHECK(number(w.b, "SELECT count(*) FROM outbox") == 1);
        sim_cut(w.b, OWN_CONN_ANON);
        sim_run(w.s, 120000); /* a dead line is noticed after 65 s */
        CHECK(sim_has_text(w.a, w.ab, "not lost"));
        CHECK(number(w.b, "SELECT count(*) FROM outbox") == 0);
        sim_destroy(w.s);
    }
}

/* Sealed in the epoch that a removal ended: sealed again in the one it began, and there once. */
TEST(what_a_removal_made_stale_is_sealed_again)
{
    struct world w;
    REQUIRE(build(&w, 123));
    CHECK_ERR(sim_send(w.b, w.ba, "after a new path", NULL), OK);
    sim_run(w.s, 20000);
    CHECK_ERR(sim_send(w.b, w.ba, "across the removal", NULL), OK);
    CHECK(number(w.b, "SELECT count(*) FROM outbox WHERE sealed IS NOT NULL") == 1);
    sim_cut(w.b, OWN_CONN_ANON); /* it never left */
    uint64_t epoch = number(w.b, "SELECT epoch FROM outbox");
    sim_offline(w.b, true);
    CHECK_ERR(revoke(w.a, w.a2), OK);
    sim_run(w.s, 20000);
    sim_offline(w.b, false);
    sim_run(w.s, 60000);
    CHECK(number(w.b, "SELECT count(*) FROM outbox") == 0);
    CHECK(number(w.a, "SELECT count(*) FROM message WHERE text='across the removal'") == 1);
    CHECK(number(w.b, "SELECT max(n) FROM epoch WHERE chat=(SELECT id FROM chat WHERE type=1)") >
          epoch);
    CHECK(number(w.a, "SELECT count(*) FROM message WHERE type=3") == 0);
    sim_destroy(w.s);
}

/* ---- what stands beside --------------------------------------------------------------------- */

TEST(a_changed_branch_tag_opens_nothing_and_starts_nothing)
{
    struct world w;
    struct late l;
    REQUIRE(build(&w, 124));
    memset(&l, 0, sizeof l);
    sim_offline(w.a2, true);
    l.chat = pair_of(w.a2);
    CHECK_ERR(sim_send(w.a2, (uint64_t)l.chat, "with another tag", NULL), OK);
    CHECK_ERR(sim_keep(w.a2, seal_words, &l), OK);
    l.chat = pair_of(w.b);
    l.d.branch[3] ^= 1;
    CHECK_ERR(sim_keep(w.b, hear, &l), OK);
    CHECK(!sim_has_text(w.b, w.ba, "with another tag"));
    memset(l.bytes, 7, l.n); /* and with a body that nobody sealed */
    CHECK_ERR(sim_keep(w.b, hear, &l), OK);
    CHECK(number(w.b, "SELECT count(*) FROM message WHERE notice=13") == 1); /* said once */
    CHECK(number(w.b, "SELECT note FROM chat WHERE type=1") == 0);
    sim_destroy(w.s);
}

TEST_MAIN(TEST_ROW(nothing_is_taken_of_a_removed_leaf_however_late_it_comes),
          TEST_ROW(a_revoked_device_that_does_not_obey_posts_to_nobody),
          TEST_ROW(no_word_is_given_up_because_of_an_epoch),
          TEST_ROW(what_a_removal_made_stale_is_sealed_again),
          TEST_ROW(a_changed_branch_tag_opens_nothing_and_starts_nothing))
