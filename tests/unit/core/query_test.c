/* What the page asks to see (core/query.h; abi.cddl, the ops with an answer). */
#include "core/query.h"

#include <stdio.h>
#include <string.h>

#include "lib/check.h"
#include "lib/core_world.h"
#include "store/people.h"

#define PAGE 50      /* when the page does not say how many */
#define PAGE_MAX 200 /* more are not given */
#define MANY 210

static struct abi_op op_of(enum abi_op_kind kind)
{
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = kind;
    return op;
}

/* ---- people and chats ------------------------------------------------------------------------ */

TEST(people_are_listed_by_name_and_asked_for_one_by_one)
{
    struct core_world w;
    core_world_begin(&w);
    core_world_create(&w);
    int64_t cyd = core_world_person(&w, "Cyd", 5), bela = core_world_person(&w, "Bela", 6);
    int64_t nameless = core_world_person(&w, "", 7);
    CHECK_ERR(core_world_ask(&w, ABI_OP_PEOPLE), OK);
    const struct abi_people *all = &w.reply.result.people;
    REQUIRE(w.reply.result.kind == ABI_PEOPLE && all->list_n == 3);
    size_t at_bela = 3, at_cyd = 3;
    for (size_t i = 0; i < 3; i++) {
        at_bela = all->list[i].id == (uint64_t)bela ? i : at_bela;
        at_cyd = all->list[i].id == (uint64_t)cyd ? i : at_cyd;
        CHECK(all->list[i].fingerprint.n > 0 && all->list[i].devices == 0);
        if (all->list[i].id == (uint64_t)nameless) { /* who has no name goes by the account */
            CHECK_BYTES(all->list[i].name, all->list[i].fingerprint);
        }
    }
    CHECK(at_bela < at_cyd && at_cyd < 3);

    struct abi_op op = op_of(ABI_OP_PERSON);
    op.op_person.person = (uint64_t)cyd;
    CHECK_ERR(core_world_op(&w, &op), OK);
    REQUIRE(w.reply.result.people.list_n == 1);
    CHECK_BYTES(w.reply.result.people.list[0].name, SLICE_LITERAL("Cyd"));
    op.op_person.person = STORE_PERSON_ME;
    CHECK_ERR(core_world_op(&w, &op), OK);
    CHECK(w.reply.result.people.list[0].devices == 1);
    op.op_person.person = 999;
    CHECK_ERR(core_world_op(&w, &op), ERR_GONE);
    CHECK(w.reply.result.kind == ABI_OK);
    core_world_end(&w);
}

TEST(chats_are_listed_and_asked_for_one_by_one)
{
    struct core_world w;
    core_world_begin(&w);
    core_world_create(&w);
    int64_t bela = core_world_person(&w, "Bela", 5), chat = core_world_pair(&w, bela, 6);
    core_world_message(&w, chat, bela, 8, "hello");
    CHECK_ERR(core_world_ask(&w, ABI_OP_CHATS), OK);
    const struct abi_chats *all = &w.reply.result.chats;
    REQUIRE(w.reply.result.kind == ABI_CHATS && all->list_n == 2); /* and my notes */
    CHECK((all->list[0].type == ABI_CHAT_TYPE_SELF) != (all->list[1].type == ABI_CHAT_TYPE_SELF));

    struct abi_op op = op_of(ABI_OP_CHAT);
    op.op_chat.chat = (uint64_t)chat;
    CHECK_ERR(core_world_op(&w, &op), OK);
    REQUIRE(w.reply.result.chats.list_n == 1);
    const struct abi_chat_view *v = &w.reply.result.chats.list[0];
    CHECK(v->id == (uint64_t)chat && v->person == (uint64_t)bela && v->members == 2);
    CHECK_BYTES(v->title, SLICE_LITERAL("Bela"));
    CHECK_BYTES(v->last_text, SLICE_LITERAL("hello"));
    CHECK_BYTES(v->last_sender, SLICE_LITERAL("Bela"));
    CHECK(!v->last_mine && v->last_ms == w.now_ms);
    op.op_chat.chat = 999;
    CHECK_ERR(core_world_op(&w, &op), ERR_GONE);
    core_world_end(&w);
}

/* One is asked for: that there is no number 0 makes it none, and not all of them. */
TEST(number_nought_is_nobody_and_no_chat)
{
    struct core_world w;
    core_world_begin(&w);
    core_world_create(&w);
    core_world_person(&w, "Bela", 5);
    CHECK_ERR(core_world_ask(&w, ABI_OP_CHAT), ERR_GONE);
    CHECK_ERR(core_world_ask(&w, ABI_OP_PERSON), ERR_GONE);
    CHECK_ERR(core_world_ask(&w, ABI_OP_MESSAGE), ERR_GONE);
    core_world_end(&w);
}

TEST(members_come_with_their_role_and_their_devices)
{
    struct core_world w;
    core_world_begin(&w);
    core_world_create(&w);
    int64_t bela = core_world_person(&w, "Bela", 5), chat = core_world_pair(&w, bela, 6);
    core_world_sql_of(&w, "UPDATE member SET role=1 WHERE person=?1", bela);
    /* one of two gave a sign of life */
    core_world_sql_of(&w,
                      "INSERT INTO sign(chat,device,person,heard) SELECT ?1,x'01',person,1 "
                      "FROM chat WHERE id=?1",
                      chat);
    core_world_sql_of(&w,
                      "INSERT INTO sign(chat,device,person,heard) SELECT ?1,x'02',person,0 "
                      "FROM chat WHERE id=?1",
                      chat);
    struct abi_op op = op_of(ABI_OP_MEMBERS);
    op.op_members.chat = (uint64_t)chat;
    CHECK_ERR(core_world_op(&w, &op), OK);
    const struct abi_members *all = &w.reply.result.members;
    REQUIRE(w.reply.result.kind == ABI_MEMBERS && all->list_n == 2);
    for (size_t i = 0; i < 2; i++) {
        const struct abi_member_view *m = &all->list[i];
        CHECK(m->me == (m->person == STORE_PERSON_ME));
        CHECK(m->role == (m->me ? ABI_ROLE_MEMBER : ABI_ROLE_ADMIN));
        CHECK_BYTES(m->name, m->me ? SLICE_LITERAL("Ana") : SLICE_LITERAL("Bela"));
        CHECK(m->devices == (m->me ? 0 : 2) && m->silent == (m->me ? 0 : 1));
    }
    op.op_members.chat = 999; /* nobody is in it */
    CHECK_ERR(core_world_op(&w, &op), OK);
    CHECK(w.reply.result.members.list_n == 0);
    core_world_end(&w);
}

static void ask_me(struct core_world *w, int n)
{
    for (int i = 0; i < n; i++) {
        core_world_sql_of(w,
                          "INSERT INTO request(account,at_ms,address,label,room) VALUES"
                          "(1,?1,zeroblob(32),'card',randomblob(16))",
                          42 + i);
    }
}

TEST(requests_are_listed_by_who_asks_the_newest_first)
{
    struct core_world w;
    core_world_begin(&w);
    core_world_create(&w);
    CHECK_ERR(core_world_ask(&w, ABI_OP_REQUESTS), OK);
    CHECK(w.reply.result.kind == ABI_REQUESTS && w.reply.result.requests.list_n == 0);
    ask_me(&w, 2);
    CHECK_ERR(core_world_ask(&w, ABI_OP_REQUESTS), OK);
    const struct abi_requests *all = &w.reply.result.requests;
    REQUIRE(all->list_n == 2);
    CHECK(all->list[0].at_ms == 43 && all->list[1].at_ms == 42);
    CHECK(all->list[0].id > all->list[1].id && all->list[0].fingerprint.n > 0);
    CHECK_BYTES(all->list[0].label, SLICE_LITERAL("card"));
    CHECK_ERR(core_world_ask(&w, ABI_OP_STATE), OK);
    CHECK(w.reply.result.state.requests == 2);
    ask_me(&w, MANY);
    CHECK_ERR(core_world_ask(&w, ABI_OP_REQUESTS), OK);
    CHECK(w.reply.result.requests.list_n == PAGE_MAX);
    core_world_sql(&w, "UPDATE request SET address=x'00'");
    CHECK_ERR(core_world_ask(&w, ABI_OP_REQUESTS), ERR_STORE_CORRUPT);
    core_world_end(&w);
}

/* ---- messages ------------------------------------------------------------------------------- */

/* A chat of 210 messages, the ids of which follow each other; the first id. */
static int64_t many(struct core_world *w, int64_t *chat)
{
    int64_t bela = core_world_person(w, "Bela", 5), first = 0;
    *chat = core_world_pair(w, bela, 6);
    for (int i = 0; i < MANY; i++) {
        char text[32];
        snprintf(text, sizeof text, "heron %d", i);
        w->now_ms++;
        int64_t id = core_world_message(w, *chat, bela, (uint8_t)(i + 1), text);
        first = i == 0 ? id : first;
    }
    return first;
}

static const struct abi_messages *page(struct core_world *w, const struct abi_op *op)
{
    CHECK_ERR(core_world_op(w, op), OK);
    CHECK(w->reply.result.kind == ABI_MESSAGES);
    const struct abi_messages *m = &w->reply.result.messages;
    for (size_t i = 1; i < m->list_n; i++) {
        CHECK(m->list[i - 1].id < m->list[i].id); /* the oldest first */
    }
    return m;
}

TEST(a_page_of_messages_is_as_long_as_asked_for_and_never_too_long)
{
    struct core_world w;
    int64_t chat = 0;
    core_world_begin(&w);
    core_world_create(&w);
    uint64_t first = (uint64_t)many(&w, &chat), last = first + MANY - 1;
    struct abi_op op = op_of(ABI_OP_MESSAGES);
    op.op_messages.chat = (uint64_t)chat;
    static const uint64_t asked[] = {0, 1, PAGE_MAX, PAGE_MAX + 1, UINT64_MAX};
    static const size_t given[] = {PAGE, 1, PAGE_MAX, PAGE, PAGE};
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        op.op_messages.limit = asked[i];
        const struct abi_messages *m = page(&w, &op);
        CHECK(m->list_n == given[i] && m->list[m->list_n - 1].id == last);
        CHECK(m->more_before && !m->more_after);
    }
    op.op_messages.limit = 10;
    op.op_messages.before = first + 10;
    const struct abi_messages *m = page(&w, &op);
    CHECK(m->list_n == 10 && m->list[0].id == first && !m->more_before && m->more_after);
    op.op_messages.before = 0;
    op.op_messages.after = last - 10;
    m = page(&w, &op);
    CHECK(m->list_n == 10 && m->list[0].id == last - 9 && m->more_before && !m->more_after);
    op.op_messages.after = 0;
    op.op_messages.around = first + 100;
    m = page(&w, &op);
    REQUIRE(m->list_n > 0);
    CHECK(m->list[0].id < first + 100 && m->list[m->list_n - 1].id > first + 100);
    CHECK(m->more_before && m->more_after);
    op.op_messages.chat = 999;
    op.op_messages.around = 0;
    CHECK(page(&w, &op)->list_n == 0);
    core_world_end(&w);
}

TEST(one_message_is_given_by_its_number)
{
    struct core_world w;
    core_world_begin(&w);
    core_world_create(&w);
    int64_t bela = core_world_person(&w, "Bela", 5), chat = core_world_pair(&w, bela, 6);
    struct abi_op op = op_of(ABI_OP_MESSAGE);
    op.op_message.id = (uint64_t)core_world_message(&w, chat, STORE_PERSON_ME, 8, "hello");
    CHECK_ERR(core_world_op(&w, &op), OK);
    REQUIRE(w.reply.result.kind == ABI_MESSAGES && w.reply.result.messages.list_n == 1);
    CHECK_BYTES(w.reply.result.messages.list[0].text, SLICE_LITERAL("hello"));
    CHECK(w.reply.result.messages.list[0].mine &&
          w.reply.result.messages.list[0].id == op.op_message.id);
    op.op_message.id++;
    CHECK_ERR(core_world_op(&w, &op), ERR_GONE);
    core_world_end(&w);
}

TEST(what_is_found_comes_with_its_chat_a_page_at_a_time)
{
    struct core_world w;
    int64_t chat = 0;
    core_world_begin(&w);
    core_world_create(&w);
    uint64_t first = (uint64_t)many(&w, &chat), last = first + MANY - 1;
    int64_t cyd = core_world_person(&w, "Cyd", 250), other = core_world_pair(&w, cyd, 251);
    core_world_message(&w, other, cyd, 252, "a heron too");
    struct abi_op op = op_of(ABI_OP_SEARCH);
    op.op_search.text = SLICE_LITERAL("heron");
    CHECK_ERR(core_world_op(&w, &op), OK);
    const struct abi_hits *hits = &w.reply.result.hits;
    REQUIRE(w.reply.result.kind == ABI_HITS && hits->list_n == PAGE);
    CHECK(hits->list[0].message.id == last + 1 && hits->list[1].message.id == last);
    CHECK_BYTES(hits->list[0].chat_title, SLICE_LITERAL("Cyd"));
    CHECK_BYTES(hits->list[1].chat_title, SLICE_LITERAL("Bela"));
    op.op_search.chat = (uint64_t)chat;
    op.op_search.limit = PAGE_MAX;
    CHECK_ERR(core_world_op(&w, &op), OK);
    hits = &w.reply.result.hits;
    REQUIRE(hits->list_n == PAGE_MAX && hits->list[0].message.id == last);
    op.op_search.before = hits->list[PAGE_MAX - 1].message.id;
    CHECK_ERR(core_world_op(&w, &op), OK);
    CHECK(w.reply.result.hits.list_n == MANY - PAGE_MAX);
    op.op_search.text = SLICE_LITERAL("bittern");
    CHECK_ERR(core_world_op(&w, &op), OK);
    CHECK(w.reply.result.hits.list_n == 0);
    core_world_end(&w);
}

TEST(what_has_a_star_comes_newest_first_a_page_at_a_time)
{
    struct core_world w;
    int64_t chat = 0;
    core_world_begin(&w);
    core_world_create(&w);
    uint64_t first = (uint64_t)many(&w, &chat), last = first + MANY - 1;
    CHECK_ERR(core_world_ask(&w, ABI_OP_STARRED), OK);
    CHECK(w.reply.result.kind == ABI_HITS && w.reply.result.hits.list_n == 0);
    core_world_sql(&w, "UPDATE message SET starred=1 WHERE type=0");
    CHECK_ERR(core_world_ask(&w, ABI_OP_STARRED), OK);
    CHECK(w.reply.result.hits.list_n == PAGE);
    struct abi_op op = op_of(ABI_OP_STARRED);
    op.op_starred.limit = PAGE_MAX;
    CHECK_ERR(core_world_op(&w, &op), OK);
    const struct abi_hits *hits = &w.reply.result.hits;
    REQUIRE(hits->list_n == PAGE_MAX && hits->list[0].message.id == last);
    CHECK_BYTES(hits->list[0].chat_title, SLICE_LITERAL("Bela"));
    op.op_starred.before = hits->list[PAGE_MAX - 1].message.id;
    CHECK_ERR(core_world_op(&w, &op), OK);
    CHECK(w.reply.result.hits.list_n == MANY - PAGE_MAX &&
          w.reply.result.hits.list[MANY - PAGE_MAX - 1].message.id == first);
    op.op_starred.before = 0;
    op.op_starred.limit = PAGE_MAX + 1;
    CHECK_ERR(core_world_op(&w, &op), OK);
    CHECK(w.reply.result.hits.list_n == PAGE);
    core_world_end(&w);
}

/* A row whose chat is not there any more is left out, and the rest is given. */
TEST(a_hit_without_its_chat_is_left_out)
{
    struct core_world w;
    core_world_begin(&w);
    core_world_create(&w);
    int64_t bela = core_world_person(&w, "Bela", 5), chat = core_world_pair(&w, bela, 6);
    core_world_message(&w, chat, bela, 8, "heron one");
    core_world_message(&w, chat, bela, 9, "heron two");
    core_world_sql(&w, "UPDATE message SET chat=999 WHERE text='heron two'");
    struct abi_op op = op_of(ABI_OP_SEARCH);
    op.op_search.text = SLICE_LITERAL("heron");
    CHECK_ERR(core_world_op(&w, &op), OK);
    REQUIRE(w.reply.result.hits.list_n == 1);
    CHECK_BYTES(w.reply.result.hits.list[0].message.text, SLICE_LITERAL("heron one"));
    core_world_end(&w);
}

/* ---- the state ------------------------------------------------------------------------------ */

TEST(the_state_says_who_i_am_and_what_waits)
{
    struct core_world w;
    core_world_begin(&w);
    core_world_create(&w);
    int64_t bela = core_world_person(&w, "Bela", 5), chat = core_world_pair(&w, bela, 6);
    CHECK_ERR(core_world_ask(&w, ABI_OP_STATE), OK);
    const struct abi_state *st = &w.reply.result.state;
    CHECK(w.reply.result.kind == ABI_STATE && st->me == STORE_PERSON_ME && st->waiting == 0);
    CHECK_BYTES(st->name, SLICE_LITERAL("Ana"));
    CHECK(st->fingerprint.n > 0 && !st->has_picture && st->code_opens && !st->dropped);
    CHECK(st->line != ABI_LINE_ONLINE && st->recovering == ABI_RECOVERING_NO);
    core_world_message(&w, chat, STORE_PERSON_ME, 8, "hello");
    core_world_sql(&w, "UPDATE message SET state=0");
    CHECK_ERR(core_world_ask(&w, ABI_OP_STATE), OK);
    CHECK(w.reply.result.state.waiting == 1);
    core_world_end(&w);
}

TEST(an_op_of_another_is_no_question)
{
    struct abi_op op = op_of(ABI_OP_SEND);
    CHECK_ERR(core_query(NULL, NULL, &op, NULL), ERR_INPUT);
}

TEST(the_view_of_the_state_is_made_of_the_store)
{
    struct core_world w;
    struct effects out;
    struct abi_state st;
    struct step s;
    core_world_begin(&w);
    core_world_create(&w);
    memset(&s, 0, sizeof s);
    effects_init(&out, &w.arena);
    s = (struct step){&w.arena, w.core->store, &out, w.now_ms, false, false};
    memset(&st, 0xa5, sizeof st);
    CHECK_ERR(core_state_view(w.core, &s, &st), OK);
    CHECK_BYTES(st.name, SLICE_LITERAL("Ana"));
    CHECK(st.me == 1 && !st.has_picture && st.waiting == 0 && st.fingerprint.n > 0 &&
          st.code_opens);
    int64_t chat = core_world_pair(&w, core_world_person(&w, "Bela", 5), 6);
    int64_t id = core_world_message(&w, chat, 1, 7, "mine");
    core_world_sql_of(&w, "UPDATE message SET mine=1,state=0 WHERE id=?1", id);
    core_world_sql(&w, "UPDATE person SET picture=x'01' WHERE id=1");
    CHECK_ERR(core_state_view(w.core, &s, &st), OK);
    CHECK(st.waiting == 1 && st.has_picture && st.picture.n == 1);
    core_world_end(&w);
}

/* Nobody is there yet: a device that is being linked. */
TEST(the_state_without_an_account_names_nobody)
{
    struct core_world w;
    struct effects out;
    struct abi_state st;
    struct step s;
    core_world_begin(&w);
    core_world_create(&w);
    core_world_sql(&w, "UPDATE person SET id=99 WHERE id=1");
    effects_init(&out, &w.arena);
    s = (struct step){&w.arena, w.core->store, &out, w.now_ms, false, false};
    CHECK_ERR(core_state_view(w.core, &s, &st), OK);
    CHECK(st.me == 0 && st.name.n == 0 && st.fingerprint.n == 0);
    core_world_end(&w);
}

TEST_MAIN(TEST_ROW(people_are_listed_by_name_and_asked_for_one_by_one),
          TEST_ROW(chats_are_listed_and_asked_for_one_by_one),
          TEST_ROW(number_nought_is_nobody_and_no_chat),
          TEST_ROW(members_come_with_their_role_and_their_devices),
          TEST_ROW(requests_are_listed_by_who_asks_the_newest_first),
          TEST_ROW(a_page_of_messages_is_as_long_as_asked_for_and_never_too_long),
          TEST_ROW(one_message_is_given_by_its_number),
          TEST_ROW(what_is_found_comes_with_its_chat_a_page_at_a_time),
          TEST_ROW(what_has_a_star_comes_newest_first_a_page_at_a_time),
          TEST_ROW(a_hit_without_its_chat_is_left_out),
          TEST_ROW(the_state_says_who_i_am_and_what_waits),
          TEST_ROW(an_op_of_another_is_no_question),
          TEST_ROW(the_view_of_the_state_is_made_of_the_store),
          TEST_ROW(the_state_without_an_account_names_nobody))
