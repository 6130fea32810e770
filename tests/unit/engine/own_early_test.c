/* Edits and deletions that were faster than their message. */
#include "engine/own/early.h"

#include <string.h>

#include "lib/check.h"
#include "lib/own_world.h"
#include "store/chat.h"
#include "store/order.h"

static struct own_world w;
static struct own_world_account me;
static int64_t chat;
static struct store_message m;

static void begin(void)
{
    if (me.n == 0) {
        own_world_account(&me, 1, 101);
    }
    own_world_begin(&w);
    own_world_be(&w, &me, 1);
    chat = own_world_chat(&w, STORE_CHAT_GROUP, 0);
    memset(&m, 0, sizeof m);
    m.chat = chat;
    m.sender = 7;
    m.type = STORE_MESSAGE_TEXT;
    m.text = SLICE_LITERAL("as it was said");
    memset(m.mid, 1, sizeof m.mid);
    CHECK_ERR(store_message_add(w.store, &m), OK);
}

static void end(void)
{
    own_world_end(&w);
}

static void early(enum store_early_kind kind, int64_t person, int64_t n, uint8_t mid, bool removed)
{
    struct store_early v = {.chat = chat,
                            .person = person,
                            .n = n,
                            .at_ms = 50,
                            .kind = (int)kind,
                            .text = SLICE_LITERAL("edited"),
                            .removed = removed};
    memset(v.mid, 1, sizeof v.mid);
    memset(v.edit_mid, mid, sizeof v.edit_mid);
    CHECK_ERR(store_early_put(w.store, &w.arena, &v), OK);
}

static void apply(void)
{
    struct store_message got = m;
    CHECK_ERR(own_early_apply(&w.s, &got), OK);
    CHECK_ERR(store_message_get(w.store, &w.arena, m.id, &m), OK);
}

TEST(without_any_the_message_stays_as_it_is)
{
    begin();
    apply();
    CHECK_BYTES(m.text, SLICE_LITERAL("as it was said"));
    CHECK(m.edit_n == 0 && m.type == STORE_MESSAGE_TEXT);
    end();
}

TEST(an_edit_of_its_author_is_applied_and_kept_no_longer)
{
    begin();
    early(STORE_EARLY_EDIT, 7, 2, 3, true);
    apply();
    CHECK_BYTES(m.text, SLICE_LITERAL("edited"));
    CHECK(m.edit_n == 2 && m.edit_mid[0] == 3 && m.edited_ms == 50 && m.removed);
    CHECK(own_world_int(&w, "SELECT count(*) FROM early") == 0);
    end();
}

TEST(nobody_else_edits_or_deletes_it)
{
    begin();
    early(STORE_EARLY_EDIT, 8, 2, 3, false);
    early(STORE_EARLY_DELETE, 8, 1, 4, false);
    apply();
    CHECK_BYTES(m.text, SLICE_LITERAL("as it was said"));
    CHECK(m.type == STORE_MESSAGE_TEXT && m.edit_n == 0);
    end();
}

TEST(a_deletion_wins_over_every_edit)
{
    begin();
    early(STORE_EARLY_EDIT, 7, 9, 3, false);
    early(STORE_EARLY_DELETE, 7, 1, 4, true);
    apply();
    CHECK(m.type == STORE_MESSAGE_DELETED && m.text.n == 0 && m.removed);
    CHECK(own_world_int(&w, "SELECT count(*) FROM early") == 0);
    end();
}

/* With the history the message may come with an edit already: number, then id. */
TEST(a_lower_edit_than_the_one_that_is_shown_is_dropped)
{
    static const struct {
        int64_t n;
        uint8_t mid;
        bool wins;
    } cases[] = {{4, 9, false}, {5, 4, false}, {5, 5, false}, {5, 6, true}, {6, 1, true}};
    uint8_t shown[32];
    memset(shown, 5, sizeof shown);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin();
        CHECK_ERR(store_message_set_text(w.store, m.id, SLICE_LITERAL("shown"), 9, 5, shown), OK);
        CHECK_ERR(store_message_get(w.store, &w.arena, m.id, &m), OK);
        early(STORE_EARLY_EDIT, 7, cases[i].n, cases[i].mid, false);
        apply();
        CHECK_BYTES(m.text, cases[i].wins ? SLICE_LITERAL("edited") : SLICE_LITERAL("shown"));
        CHECK(own_world_int(&w, "SELECT count(*) FROM early") == 0);
        end();
    }
}

TEST_MAIN(TEST_ROW(without_any_the_message_stays_as_it_is),
          TEST_ROW(an_edit_of_its_author_is_applied_and_kept_no_longer),
          TEST_ROW(nobody_else_edits_or_deletes_it), TEST_ROW(a_deletion_wins_over_every_edit),
          TEST_ROW(a_lower_edit_than_the_one_that_is_shown_is_dropped))
