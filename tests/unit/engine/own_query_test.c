/* What the page asks the own network to show (own/query.h; abi.cddl). Nothing of it changes
 * anything. */
#include "engine/own/query.h"

#include <string.h>

#include "engine/own/contact_link.h"
#include "engine/own/people.h"
#include "engine/own/token.h"
#include "lib/check.h"
#include "lib/own_world.h"
#include "store/own_recover.h"
#include "store/people.h"
#include "store/own_setting.h"

static const uint8_t code_of_now[RECOVERY_CODE_BYTES] = {1, 2, 3};

static struct own_world w;
static struct own_world_account bela;
static struct abi_result r;

static void begin(void)
{
    if (bela.n == 0) {
        own_world_account(&bela, 2, 102);
    }
    own_world_begin(&w);
    own_world_found(&w, code_of_now);
}

static void end(void)
{
    own_world_end(&w);
}

static enum err ask(const struct abi_op *op)
{
    memset(&r, 0, sizeof r);
    enum err e = own_query(w.o, &w.s, op, &r);
    CHECK(!w.s.durable && !w.s.dirty && w.out.n == 0);
    return e;
}

static enum err ask_for(enum abi_op_kind kind)
{
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = kind;
    return ask(&op);
}

static enum err read_link(struct slice link)
{
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_LINK_READ;
    op.op_link_read.link = link;
    return ask(&op);
}

/* What was done for a test is no doing of the question. */
static void quiet(void)
{
    effects_init(&w.out, &w.arena);
    w.s.durable = w.s.dirty = false;
}

TEST(links_are_listed_with_what_is_left_of_them)
{
    struct own_link_parts p;
    int64_t id = 0;
    begin();
    CHECK_ERR(ask_for(ABI_OP_LINK_LIST), OK);
    CHECK(r.kind == ABI_LINKS && r.links.list_n == 0);
    CHECK_ERR(own_token_make(w.o, &w.s, SLICE_LITERAL("card"), 3, 7, 0, &id), OK);
    quiet();
    CHECK_ERR(ask_for(ABI_OP_LINK_LIST), OK);
    REQUIRE(r.links.list_n == 1);
    const struct abi_link_view *v = &r.links.list[0];
    CHECK(v->id == (uint64_t)id && v->uses_left == 3 && v->chat == 0);
    CHECK(v->made_ms == w.s.now_ms && v->expires_ms > w.s.now_ms);
    CHECK_BYTES(v->label, SLICE_LITERAL("card"));
    CHECK_ERR(own_link_parse(&w.arena, v->link, &p), OK);
    CHECK(p.what == ABI_LINK_WHAT_PERSON);
    CHECK_BYTES(SLICE_ARRAY(p.account), SLICE_ARRAY(w.o->account));
    own_world_sql(&w, "UPDATE link SET token=x'00'");
    CHECK_ERR(ask_for(ABI_OP_LINK_LIST), ERR_STORE_CORRUPT);
    end();
}

TEST(a_link_says_what_it_is_before_anything_is_done)
{
    static const uint8_t secret[OWN_LINK_SECRET_SIZE] = {9}, token[16] = {1};
    struct slice mine = SLICE_EMPTY;
    int64_t chat = 0;
    begin();
    CHECK_ERR(read_link(SLICE_LITERAL("no link")), ERR_INPUT);
    CHECK_ERR(own_link_text(w.o, &w.s, token, SLICE_EMPTY, &mine), OK);
    CHECK_ERR(read_link(mine), OK);
    CHECK(r.kind == ABI_LINK_INFO && r.link_info.what == ABI_LINK_WHAT_MINE);
    CHECK_ERR(read_link(own_world_link(&w, &bela, SLICE_EMPTY)), OK);
    CHECK(r.link_info.what == ABI_LINK_WHAT_PERSON && r.link_info.known == 0);
    CHECK_BYTES(r.link_info.gateway, slice_of_string(w.o->gateway));
    CHECK(own_world_int(&w, "SELECT count(*) FROM person") == 1); /* nobody was added by it */
    CHECK_ERR(read_link(own_world_link(&w, &bela, SLICE_ARRAY(secret))), OK);
    CHECK(r.link_info.what == ABI_LINK_WHAT_GROUP);
    CHECK_ERR(own_add(w.o, &w.s, own_world_link(&w, &bela, SLICE_EMPTY), &chat), OK);
    quiet();
    CHECK_ERR(read_link(own_world_link(&w, &bela, SLICE_EMPTY)), OK);
    CHECK(r.link_info.known == 2);
    own_world_sql(&w, "UPDATE person SET contact=0 WHERE id=2"); /* seen in a group only */
    CHECK_ERR(read_link(own_world_link(&w, &bela, SLICE_EMPTY)), OK);
    CHECK(r.link_info.known == 0);
    end();
}

TEST(devices_are_listed_and_this_one_is_marked)
{
    begin();
    own_world_sql(&w, "INSERT INTO device(id,name,added_ms,seen_ms,gone) VALUES"
                      "(zeroblob(32),'tablet',5,6,0),(x'01','gone',5,6,1)");
    CHECK_ERR(ask_for(ABI_OP_DEVICES), OK);
    REQUIRE(r.kind == ABI_DEVICES && r.devices.list_n == 2);
    for (size_t i = 0; i < 2; i++) {
        const struct abi_device_view *d = &r.devices.list[i];
        bool me = slice_equal(d->id, SLICE_ARRAY(w.o->device));
        CHECK(d->current == me);
        CHECK_BYTES(d->name, me ? SLICE_LITERAL("laptop") : SLICE_LITERAL("tablet"));
        CHECK(me || (d->added_ms == 5 && d->seen_ms == 6));
    }
    end();
}

TEST(a_recovery_shows_devices_and_their_parts)
{
    begin();
    const struct store_own_recover part = {SLICE_ARRAY(w.o->device), SLICE_LITERAL("laptop"), 77,
                                           SLICE_LITERAL("part")};
    CHECK_ERR(store_own_recover_put(w.store, &part), OK);
    CHECK_ERR(store_own_recover_unreadable(w.store, SLICE_ARRAY(bela.id)), OK);
    CHECK_ERR(ask_for(ABI_OP_RECOVERY_CHOICES), OK);
    REQUIRE(r.kind == ABI_CHOICES && r.choices.list_n == 2);
    for (size_t i = 0; i < 2; i++) {
        const struct abi_choice_view *c = &r.choices.list[i];
        bool me = slice_equal(c->device, SLICE_ARRAY(w.o->device));
        CHECK(c->listed == me && c->part_ms == (me ? 77u : 0u));
        CHECK(c->part == (me ? ABI_PART_READABLE : ABI_PART_UNREADABLE));
    }
    end();
}

TEST(the_state_says_how_a_recovery_stands)
{
    struct abi_state st;
    begin();
    memset(&st, 0, sizeof st);
    CHECK_ERR(own_query_state(w.o, &w.s, &st), OK);
    CHECK(st.recovering == ABI_RECOVERING_NO && !st.dropped && st.server_known);
    CHECK(!st.recovery_checked && st.dropped_by.n == 0);
    CHECK_ERR(store_own_setting_put_int(w.store, "recovering", 1), OK);
    CHECK_ERR(own_query_state(w.o, &w.s, &st), OK);
    CHECK(st.recovering == ABI_RECOVERING_CODE); /* after a restart */
    w.o->codes.has_old = true;
    CHECK_ERR(own_query_state(w.o, &w.s, &st), OK);
    CHECK(st.recovering == ABI_RECOVERING_UNDER_WAY);
    CHECK_ERR(store_own_setting_put_int(w.store, "recovering", 2), OK);
    CHECK_ERR(own_query_state(w.o, &w.s, &st), OK);
    CHECK(st.recovering == ABI_RECOVERING_CHOOSE);
    w.o->dropped = true;
    CHECK_ERR(store_own_setting_put(w.store, "dropped-by", SLICE_LITERAL("tablet")), OK);
    CHECK_ERR(own_query_state(w.o, &w.s, &st), OK);
    CHECK(st.dropped);
    CHECK_BYTES(st.dropped_by, SLICE_LITERAL("tablet"));
    end();
}

TEST(what_is_no_question_to_it_is_refused)
{
    begin();
    CHECK_ERR(ask_for(ABI_OP_CHATS), ERR_INPUT);
    CHECK_ERR(ask_for(ABI_OP_SEND), ERR_INPUT);
    CHECK_ERR(ask_for(ABI_OP_SAFETY), ERR_GONE); /* with nobody */
    end();
}

TEST_MAIN(TEST_ROW(links_are_listed_with_what_is_left_of_them),
          TEST_ROW(a_link_says_what_it_is_before_anything_is_done),
          TEST_ROW(devices_are_listed_and_this_one_is_marked),
          TEST_ROW(a_recovery_shows_devices_and_their_parts),
          TEST_ROW(the_state_says_how_a_recovery_stands),
          TEST_ROW(what_is_no_question_to_it_is_refused))
