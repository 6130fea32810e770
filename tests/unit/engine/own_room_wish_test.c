/* Wishes for what all in a room have of it (own/room_wish.h): name, timer, who runs it. */
#include "engine/own/room_wish.h"

#include <string.h>

#include "engine/own/due.h"
#include "engine/own/make.h"
#include "engine/own/room.h"
#include "engine/own/wish.h"
#include "lib/check.h"
#include "lib/own_world.h"
#include "store/chat.h"
#include "store/outbox.h"
#include "store/people.h"

#define YEAR_S (365ull * 86400)

static const uint8_t code_of_now[RECOVERY_CODE_BYTES] = {1, 2, 3};

static struct own_world w;
static struct own_world_account ben;
static int64_t chat, ben_is;

static void begin(int type)
{
    struct store_chat c;
    own_world_begin(&w);
    own_world_found(&w, code_of_now);
    own_world_account(&ben, 2, 102);
    ben_is = own_world_know(&w, &ben, 1);
    CHECK_ERR(own_chat_make(w.o, &w.s, type, SLICE_LITERAL("Crew"),
                            type == STORE_CHAT_PAIR ? ben_is : 0, NULL, &c),
              OK);
    chat = c.id;
    own_world_sql(&w, "DELETE FROM wish");
}

static void end(void)
{
    own_world_end(&w);
}

static int64_t wishes(void)
{
    return own_world_int(&w, "SELECT count(*) FROM wish");
}

/* What the room is to be, as it was wished last. */
static struct own_room wished(void)
{
    struct store_wish *v = NULL;
    struct own_room r;
    size_t n = 0;
    memset(&r, 0, sizeof r);
    CHECK_ERR(store_wish_list(w.store, &w.arena, chat, &v, &n), OK);
    CHECK(n > 0 && v[n - 1].kind == OWN_WISH_ROOM);
    if (n > 0) {
        CHECK_ERR(own_room_decode(&w.arena, v[n - 1].data, &r), OK);
    }
    return r;
}

static enum err change(const char *name, uint64_t timer_s)
{
    struct slice text = slice_of_string(name == NULL ? "" : name);
    return own_room_change(w.o, &w.s, chat, name == NULL ? NULL : &text, timer_s);
}

static enum err role(int64_t person, bool admin)
{
    return own_room_role(w.o, &w.s, chat, person, admin);
}

TEST(what_is_not_named_stays_and_wishes_add_up)
{
    struct own_due due;
    begin(STORE_CHAT_GROUP);
    own_due_take(w.o, &due);
    CHECK_ERR(change("Ship", UINT64_MAX), OK);
    CHECK_BYTES(wished().name, SLICE_LITERAL("Ship"));
    CHECK(wished().timer_s == 0);
    CHECK_ERR(change(NULL, 60), OK);
    CHECK_BYTES(wished().name, SLICE_LITERAL("Ship"));
    CHECK(wished().timer_s == 60);
    CHECK_ERR(role(ben_is, true), OK);
    CHECK_BYTES(wished().name, SLICE_LITERAL("Ship"));
    CHECK(wished().timer_s == 60 && wished().admin_n == 2);
    own_due_take(w.o, &due);
    CHECK(due.n == 1 && due.chats[0] == chat);
    end();
}

TEST(a_timer_is_a_year_at_most)
{
    begin(STORE_CHAT_GROUP);
    CHECK_ERR(change(NULL, YEAR_S + 1), ERR_INPUT);
    CHECK(wishes() == 0);
    CHECK_ERR(change(NULL, YEAR_S), OK);
    CHECK(wished().timer_s == YEAR_S);
    end();
}

TEST(who_runs_a_group_is_said_by_name)
{
    begin(STORE_CHAT_GROUP);
    CHECK_ERR(role(ben_is, true), OK);
    struct own_room r = wished();
    CHECK(r.admin_n == 2 && own_room_is_admin(&r, ben.id) && own_room_is_admin(&r, w.o->account));
    CHECK_ERR(role(ben_is, true), OK); /* once */
    CHECK(wished().admin_n == 2);
    CHECK_ERR(role(STORE_PERSON_ME, false), OK);
    r = wished();
    CHECK(r.admin_n == 1 && own_room_is_admin(&r, ben.id));
    CHECK_ERR(role(ben_is, false), ERR_STATE); /* a group keeps one */
    CHECK_ERR(role(999, true), ERR_GONE);
    end();
}

TEST(the_last_who_runs_it_stays)
{
    begin(STORE_CHAT_GROUP);
    CHECK_ERR(role(STORE_PERSON_ME, false), ERR_STATE);
    CHECK(wishes() == 0);
    CHECK_ERR(role(ben_is, false), OK); /* who does not run it: nothing changes */
    CHECK(wished().admin_n == 1);
    end();
}

TEST(so_many_run_a_group_and_no_more)
{
    static uint8_t admins[OWN_ADMINS_MAX][32];
    begin(STORE_CHAT_GROUP);
    CHECK_ERR(change("Ship", UINT64_MAX), OK);
    struct own_room r = wished();
    for (size_t i = 0; i < OWN_ADMINS_MAX; i++) {
        admins[i][0] = (uint8_t)i;
        admins[i][1] = 1;
    }
    r.admins = (const uint8_t(*)[32])admins;
    r.admin_n = OWN_ADMINS_MAX;
    struct slice data;
    CHECK_ERR(own_room_encode(&w.arena, &r, &data), OK);
    CHECK_ERR(own_wish(w.o, &w.s, chat, OWN_WISH_ROOM, data), OK);
    CHECK_ERR(role(ben_is, true), ERR_LIMIT);
    memcpy(admins[5], ben.id, 32); /* one of them already */
    CHECK_ERR(own_room_encode(&w.arena, &r, &data), OK);
    CHECK_ERR(own_wish(w.o, &w.s, chat, OWN_WISH_ROOM, data), OK);
    CHECK_ERR(role(ben_is, true), OK);
    CHECK(wished().admin_n == OWN_ADMINS_MAX);
    end();
}

TEST(only_who_runs_it_may_and_only_where_something_can_be_said)
{
    static const enum store_chat_state shut[] = {STORE_CHAT_LEFT, STORE_CHAT_JOINING,
                                                 STORE_CHAT_LEAVING, STORE_CHAT_REQUEST};
    begin(STORE_CHAT_GROUP);
    own_world_sql(&w, "UPDATE chat SET role=0");
    CHECK_ERR(change("Ship", UINT64_MAX), ERR_AUTH_POLICY);
    CHECK_ERR(role(ben_is, true), ERR_AUTH_POLICY);
    own_world_sql(&w, "UPDATE chat SET role=1");
    for (size_t i = 0; i < sizeof shut / sizeof shut[0]; i++) {
        CHECK_ERR(store_chat_set_state(w.store, chat, shut[i]), OK);
        CHECK_ERR(change("Ship", UINT64_MAX), ERR_STATE);
        CHECK_ERR(role(ben_is, true), ERR_STATE);
    }
    CHECK(wishes() == 0);
    end();
    begin(STORE_CHAT_PAIR); /* there both may */
    CHECK_ERR(change(NULL, 60), OK);
    CHECK(wished().timer_s == 60);
    end();
}

TEST_MAIN(TEST_ROW(what_is_not_named_stays_and_wishes_add_up), TEST_ROW(a_timer_is_a_year_at_most),
          TEST_ROW(who_runs_a_group_is_said_by_name), TEST_ROW(the_last_who_runs_it_stays),
          TEST_ROW(so_many_run_a_group_and_no_more),
          TEST_ROW(only_who_runs_it_may_and_only_where_something_can_be_said))
