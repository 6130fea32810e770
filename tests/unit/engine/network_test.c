/* What engine/network.h promises, asked of every network that there is. */
#include "engine/network.h"

#include <stdlib.h>
#include <limits.h>
#include <string.h>

#include "core/accounts.h"
#include "engine/own/network.h"
#include "engine/own/state.h"
#include "lib/check.h"
#include "own_world.h"
#include "store/transaction.h"

static const struct network *const networks[] = {&own_network};
#define NETWORKS (sizeof networks / sizeof networks[0])

static union core_account *account_new(const struct network *n)
{
    union core_account *a = malloc(sizeof *a);
    if (a == NULL) {
        abort();
    }
    memset(a, 0xa5, sizeof *a); /* init begins with whatever was there */
    n->init(&a->base);
    return a;
}

static void account_free(union core_account *a)
{
    a->base.network->wipe(&a->base);
    free(a);
}

static size_t count(const struct own_world *w, enum abi_effect_kind kind)
{
    size_t n = 0;
    for (size_t i = 0; i < w->out.n; i++) {
        n += w->out.v[i].kind == kind;
    }
    return n;
}

static struct abi_op op_create(void)
{
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_CREATE;
    op.op_create.name = SLICE_LITERAL("Ana");
    op.op_create.gateway = SLICE_LITERAL("http://localhost:1");
    op.op_create.device = SLICE_LITERAL("phone");
    return op;
}

/* A new account, open and dialling. */
static union core_account *account_made(struct own_world *w, const struct network *n)
{
    static const uint8_t raw[RECOVERY_CODE_BYTES] = {1, 2, 3};
    struct recovery_code code;
    struct abi_op op = op_create();
    union core_account *a = account_new(n);
    CHECK_ERR(recovery_code_derive(raw, &code), OK);
    CHECK_ERR(n->setup(&a->base, &w->s, &op, &code), OK);
    CHECK_ERR(n->open(&a->base, &w->s), OK);
    CHECK(a->base.ready);
    return a;
}

static enum err say(union core_account *a, struct own_world *w, enum network_event kind, unsigned k,
                    struct slice data)
{
    struct network_input in;
    memset(&in, 0, sizeof in);
    in.kind = kind;
    in.k = k;
    in.data = data;
    return a->base.network->input(&a->base, &w->s, &in);
}

TEST(the_core_has_an_account_of_a_network_from_the_start)
{
    union core_account *a = malloc(sizeof *a);
    REQUIRE(a != NULL);
    memset(a, 0xa5, sizeof *a);
    core_account_init(a);
    CHECK(a->base.network == &own_network && !a->base.ready);
    account_free(a);
}

TEST(what_was_begun_is_wiped_once_or_twice_and_is_as_begun)
{
    for (size_t i = 0; i < NETWORKS; i++) {
        union core_account *a = account_new(networks[i]);
        for (int times = 0; times < 2; times++) {
            CHECK(a->base.network == networks[i] && !a->base.ready && !a->base.slot_due);
            a->base.network->wipe(&a->base);
        }
        account_free(a);
    }
}

TEST(wiping_forgets_the_account_and_opening_finds_it_again)
{
    for (size_t i = 0; i < NETWORKS; i++) {
        struct own_world w;
        own_world_begin(&w);
        union core_account *a = account_made(&w, networks[i]);
        a->base.network->wipe(&a->base);
        CHECK(a->base.network == networks[i] && !a->base.ready);
        CHECK_ERR(a->base.network->open(&a->base, &w.s), OK);
        CHECK(a->base.ready);
        account_free(a);
        own_world_end(&w);
    }
}

TEST(after_a_reset_every_line_is_down_and_dialled_again)
{
    for (size_t i = 0; i < NETWORKS; i++) {
        struct own_world w;
        own_world_begin(&w);
        union core_account *a = account_made(&w, networks[i]);
        const struct network *n = a->base.network;
        size_t dialled = count(&w, ABI_DIAL);
        REQUIRE(dialled > 0);
        unsigned conn = 0;
        for (size_t k = 0; k < w.out.n && conn == 0; k++) {
            conn = w.out.v[k].kind == ABI_DIAL ? (unsigned)w.out.v[k].dial.conn : 0;
        }
        CHECK_ERR(say(a, &w, NETWORK_OPEN, conn, SLICE_EMPTY), OK);
        CHECK(w.s.dirty);

        effects_init(&w.out, &w.arena); /* as core does for a step that failed */
        n->reset(&a->base, &w.s);
        CHECK(count(&w, ABI_HANG_UP) == dialled && a->base.ready);
        /* what still comes on the line that is gone does no harm */
        CHECK_ERR(say(a, &w, NETWORK_MESSAGE, conn, SLICE_LITERAL("late")), OK);
        CHECK_ERR(say(a, &w, NETWORK_CLOSE, conn, SLICE_EMPTY), OK);
        CHECK_ERR(n->work(&a->base, &w.s), OK);

        effects_init(&w.out, &w.arena);
        for (int tries = 0; tries < 8 && count(&w, ABI_DIAL) < dialled; tries++) {
            uint64_t at = 0;
            CHECK_ERR(n->next_alarm(&a->base, &w.s, &at), OK);
            REQUIRE(at != 0);
            w.s.now_ms = at > w.s.now_ms ? at : w.s.now_ms + 250;
            CHECK_ERR(say(a, &w, NETWORK_ALARM, 0, SLICE_EMPTY), OK);
            CHECK_ERR(n->work(&a->base, &w.s), OK);
        }
        CHECK(count(&w, ABI_DIAL) == dialled);
        account_free(a);
        own_world_end(&w);
    }
}

TEST(hanging_up_leaves_no_line)
{
    for (size_t i = 0; i < NETWORKS; i++) {
        struct own_world w;
        own_world_begin(&w);
        union core_account *a = account_made(&w, networks[i]);
        size_t dialled = count(&w, ABI_DIAL);
        a->base.network->hang_up(&a->base, &w.s);
        CHECK(count(&w, ABI_HANG_UP) >= dialled);
        account_free(a);
        own_world_end(&w);
    }
}

/* Ops that are never for a network: of the vault, of the store, and of nobody. */
TEST(an_op_that_is_not_for_it_is_refused_and_changes_nothing)
{
    static const enum abi_op_kind foreign[] = {ABI_OP_STATUS, ABI_OP_UNLOCK, ABI_OP_SEARCH,
                                               ABI_OP_DRAFT, ABI_OP_RELEASE};
    for (size_t i = 0; i < NETWORKS; i++) {
        struct own_world w;
        own_world_begin(&w);
        union core_account *a = account_made(&w, networks[i]);
        const struct network *n = a->base.network;
        w.s.dirty = w.s.durable = false;
        effects_init(&w.out, &w.arena);
        for (size_t k = 0; k < sizeof foreign / sizeof foreign[0]; k++) {
            struct abi_result r;
            struct abi_op op;
            struct recovery_code code;
            memset(&op, 0, sizeof op);
            memset(&r, 0, sizeof r);
            memset(&code, 0, sizeof code);
            op.kind = foreign[k];
            CHECK_ERR(n->command(&a->base, &w.s, &op, &r), ERR_INPUT);
            CHECK_ERR(n->query(&a->base, &w.s, &op, &r), ERR_INPUT);
            CHECK_ERR(n->decided(&a->base, &w.s, &op), ERR_INPUT);
            CHECK_ERR(n->setup(&a->base, &w.s, &op, &code), ERR_INPUT);
        }
        struct abi_op choice;
        struct abi_result r;
        memset(&choice, 0, sizeof choice);
        memset(&r, 0, sizeof r);
        choice.kind = ABI_OP_CHAT_SET; /* of a choice: decided, and no command */
        choice.op_chat_set.key = SLICE_LITERAL("pinned");
        CHECK_ERR(n->command(&a->base, &w.s, &choice, &r), ERR_INPUT);
        CHECK(!w.s.dirty && !w.s.durable && w.out.n == 0 && a->base.ready);
        account_free(a);
        own_world_end(&w);
    }
}

TEST(a_connection_that_it_never_dialled_is_no_input)
{
    for (size_t i = 0; i < NETWORKS; i++) {
        struct own_world w;
        own_world_begin(&w);
        union core_account *a = account_made(&w, networks[i]);
        CHECK_ERR(say(a, &w, NETWORK_OPEN, 0, SLICE_EMPTY), ERR_INPUT);
        CHECK_ERR(say(a, &w, NETWORK_MESSAGE, 1u << 20, SLICE_LITERAL("x")), ERR_INPUT);
        CHECK_ERR(say(a, &w, NETWORK_CLOSE, UINT_MAX, SLICE_EMPTY), ERR_INPUT);
        account_free(a);
        own_world_end(&w);
    }
}

TEST(the_recovery_key_of_a_new_account_is_that_of_its_code)
{
    static const uint8_t raw[RECOVERY_CODE_BYTES] = {1, 2, 3};
    for (size_t i = 0; i < NETWORKS; i++) {
        struct own_world w;
        struct recovery_code code;
        struct slice key;
        own_world_begin(&w);
        union core_account *a = account_made(&w, networks[i]);
        CHECK_ERR(recovery_code_derive(raw, &code), OK);
        CHECK_ERR(a->base.network->recovery_key(&a->base, &w.s, &key), OK);
        CHECK_BYTES(key, recovery_code_hpke(&code));
        account_free(a);
        own_world_end(&w);
    }
}

TEST_MAIN(TEST_ROW(the_core_has_an_account_of_a_network_from_the_start),
          TEST_ROW(what_was_begun_is_wiped_once_or_twice_and_is_as_begun),
          TEST_ROW(wiping_forgets_the_account_and_opening_finds_it_again),
          TEST_ROW(after_a_reset_every_line_is_down_and_dialled_again),
          TEST_ROW(hanging_up_leaves_no_line),
          TEST_ROW(an_op_that_is_not_for_it_is_refused_and_changes_nothing),
          TEST_ROW(a_connection_that_it_never_dialled_is_no_input),
          TEST_ROW(the_recovery_key_of_a_new_account_is_that_of_its_code))
