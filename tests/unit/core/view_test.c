/* What the page may see (core/view.h; abi.cddl, the views and the changes). */
#include "core/view.h"

#include <string.h>

#include "lib/check.h"
#include "lib/core_world.h"
#include "store/chat.h"
#include "store/message.h"
#include "store/own_file.h"
#include "store/people.h"
#include "store/reaction.h"

/* Ana and Bela, their chat, and a step on the store of the core. */
struct view_world {
    struct core_world w;
    struct effects out;
    struct step s;
    int64_t bela, chat;
};

static void step_again(struct view_world *v)
{
    effects_init(&v->out, &v->w.arena);
    v->s = (struct step){&v->w.arena, v->w.core->store, &v->out, v->w.now_ms, false, false};
}

static void begin(struct view_world *v)
{
    memset(v, 0, sizeof *v);
    core_world_begin(&v->w);
    core_world_create(&v->w);
    v->bela = core_world_person(&v->w, "Bela", 5);
    v->chat = core_world_pair(&v->w, v->bela, 6);
    step_again(v);
}

static void end(struct view_world *v)
{
    core_world_end(&v->w);
}

/* SQL with one number in it. */
static void sql(struct view_world *v, const char *text, int64_t n)
{
    core_world_sql_of(&v->w, text, n);
}

static struct abi_message_view message(struct view_world *v, int64_t id)
{
    struct abi_message_view m;
    CHECK_ERR(core_view_message(&v->s, id, &m), OK);
    return m;
}

static struct abi_chat_view chat(struct view_world *v)
{
    struct abi_chat_view c;
    CHECK_ERR(core_view_chat(v->w.core, &v->s, v->chat, &c), OK);
    return c;
}

/* A file of Bela's that was not fetched. */
static void file_of(struct view_world *v, int64_t id, const char *name)
{
    struct store_own_file f;
    memset(&f, 0, sizeof f);
    f.file.message = id;
    f.file.name = slice_of_string(name);
    f.file.type = SLICE_LITERAL("image/png");
    f.file.bytes = 4711;
    f.file.width = 30;
    f.file.height = 20;
    f.file.preview = SLICE_LITERAL("thumb");
    f.blob = slice_make(core_world_secret(1).p, 16);
    f.key = core_world_secret(2);
    f.header = slice_make(core_world_secret(3).p, 24);
    f.hash = core_world_secret(4);
    sql(v, "UPDATE message SET type=1, text='' WHERE id=?1", id);
    CHECK_ERR(store_begin(v->w.core->store), OK);
    CHECK_ERR(store_file_add(v->w.core->store, &f.file), OK);
    CHECK_ERR(store_own_file_put(v->w.core->store, &f), OK);
    CHECK_ERR(store_commit(v->w.core->store, false), OK);
}

/* ---- messages ------------------------------------------------------------------------------- */

TEST(a_message_says_whose_it_is_and_how_it_stands)
{
    struct view_world v;
    begin(&v);
    int64_t theirs = core_world_message(&v.w, v.chat, v.bela, 8, "hello");
    int64_t mine = core_world_message(&v.w, v.chat, STORE_PERSON_ME, 9, "hi");
    struct abi_message_view m = message(&v, theirs);
    CHECK(!m.mine && m.sender == (uint64_t)v.bela && m.chat == (uint64_t)v.chat);
    CHECK(m.at_ms == v.w.now_ms && m.type == ABI_MESSAGE_TYPE_TEXT && !m.edited && !m.starred);
    CHECK(!m.has_reply && !m.has_file && m.reactions_n == 0 && !m.removed && !m.twice);
    CHECK_BYTES(m.text, SLICE_LITERAL("hello"));
    CHECK_BYTES(m.sender_name, SLICE_LITERAL("Bela"));
    sql(&v, "UPDATE message SET edited_ms=5,starred=1,mentions_me=1,removed=1,twice=1 WHERE id=?1",
        mine);
    m = message(&v, mine);
    CHECK(m.mine && m.state == ABI_MESSAGE_STATE_SENT && m.edited && m.starred && m.mentions_me);
    CHECK(m.removed && m.twice);
    CHECK_BYTES(m.sender_name, SLICE_LITERAL("Ana"));
    CHECK_ERR(core_view_message(&v.s, 999, &m), ERR_GONE);
    end(&v);
}

/* Of somebody whose row is not here any more nothing is said; who never gave a name goes by the
 * account. */
TEST(a_sender_has_a_name_or_a_fingerprint_or_nothing)
{
    struct view_world v;
    begin(&v);
    int64_t id = core_world_message(&v.w, v.chat, v.bela, 8, "hello");
    struct abi_person_view p;
    core_world_sql(&v.w, "UPDATE person SET name='' WHERE id>1");
    CHECK_ERR(core_view_person(&v.s, v.bela, &p), OK);
    CHECK(p.fingerprint.n > 0);
    CHECK_BYTES(message(&v, id).sender_name, p.fingerprint);
    core_world_sql(&v.w, "UPDATE message SET sender=999");
    CHECK(message(&v, id).sender_name.n == 0);
    core_world_sql(&v.w, "UPDATE message SET sender=0");
    CHECK(message(&v, id).sender_name.n == 0);
    end(&v);
}

TEST(an_answer_shows_what_it_answers_and_that_it_is_not_here)
{
    struct view_world v;
    begin(&v);
    int64_t first = core_world_message(&v.w, v.chat, v.bela, 8, "shall we?");
    int64_t answer = core_world_message(&v.w, v.chat, STORE_PERSON_ME, 9, "yes");
    sql(&v,
        "UPDATE message SET reply=(SELECT mid FROM message WHERE text='shall we?') "
        "WHERE id=?1",
        answer);
    struct abi_message_view m = message(&v, answer);
    CHECK(m.has_reply && m.reply.id == (uint64_t)first);
    CHECK_BYTES(m.reply.text, SLICE_LITERAL("shall we?"));
    CHECK_BYTES(m.reply.sender_name, SLICE_LITERAL("Bela"));

    file_of(&v, first, "plan.png"); /* one without words goes by its name */
    m = message(&v, answer);
    CHECK_BYTES(m.reply.text, SLICE_LITERAL("plan.png"));
    sql(&v, "DELETE FROM file WHERE message=?1", first);
    m = message(&v, answer);
    CHECK(m.has_reply && m.reply.text.n == 0);
    sql(&v, "DELETE FROM message WHERE id=?1", first);
    m = message(&v, answer);
    CHECK(m.has_reply && m.reply.id == 0 && m.reply.text.n == 0 && m.reply.sender_name.n == 0);
    end(&v);
}

TEST(reactions_are_counted_by_kind)
{
    struct view_world v;
    begin(&v);
    int64_t id = core_world_message(&v.w, v.chat, v.bela, 8, "hello");
    struct store_reaction r;
    memset(&r, 0, sizeof r);
    r.chat = v.chat;
    memset(r.mid, 8, sizeof r.mid);
    CHECK_ERR(store_begin(v.w.core->store), OK);
    r.emoji = SLICE_LITERAL("+");
    r.person = v.bela;
    CHECK_ERR(store_reaction_set(v.w.core->store, &r), OK);
    r.person = STORE_PERSON_ME;
    r.own[0] = 1;
    CHECK_ERR(store_reaction_set(v.w.core->store, &r), OK);
    CHECK_ERR(store_commit(v.w.core->store, false), OK);
    struct abi_message_view m = message(&v, id);
    REQUIRE(m.reactions_n == 1);
    CHECK(m.reactions[0].count == 2 && m.reactions[0].mine && !m.reactions[0].removed);
    CHECK_BYTES(m.reactions[0].emoji, SLICE_LITERAL("+"));
    CHECK_BYTES(m.reactions[0].who, SLICE_LITERAL("Bela"));
    end(&v);
}

TEST(a_file_is_shown_without_its_key)
{
    struct view_world v;
    begin(&v);
    int64_t id = core_world_message(&v.w, v.chat, v.bela, 8, "hello");
    file_of(&v, id, "plan.png");
    struct abi_message_view m = message(&v, id);
    REQUIRE(m.has_file);
    CHECK(m.file.bytes == 4711 && m.file.width == 30 && m.file.height == 20);
    CHECK(m.file.state == ABI_FILE_STATE_AWAY && m.file.done == 0);
    CHECK_BYTES(m.file.name, SLICE_LITERAL("plan.png"));
    CHECK_BYTES(m.file.type, SLICE_LITERAL("image/png"));
    CHECK_BYTES(m.file.preview, SLICE_LITERAL("thumb"));
    CHECK_BYTES(chat(&v).last_text, SLICE_LITERAL("plan.png"));
    sql(&v, "DELETE FROM file WHERE message=?1", id);
    CHECK(!message(&v, id).has_file && chat(&v).last_text.n == 0);
    end(&v);
}

/* ---- chats and people ------------------------------------------------------------------------ */

TEST(a_chats_last_line_is_what_was_said_and_not_what_happened)
{
    struct view_world v;
    begin(&v);
    struct abi_chat_view c = chat(&v);
    CHECK(c.last_text.n == 0 && c.last_sender.n == 0);
    core_world_message(&v.w, v.chat, STORE_PERSON_ME, 8, "hello");
    int64_t notice = core_world_message(&v.w, v.chat, v.bela, 9, "Bela");
    sql(&v, "UPDATE message SET type=2 WHERE id=?1", notice);
    c = chat(&v);
    CHECK(c.last_mine && c.last_state == ABI_MESSAGE_STATE_SENT);
    CHECK_BYTES(c.last_text, SLICE_LITERAL("hello"));
    CHECK_BYTES(c.last_sender, SLICE_LITERAL("Ana"));
    sql(&v, "DELETE FROM message WHERE id<?1", notice);
    CHECK(chat(&v).last_text.n == 0); /* nothing was said */
    CHECK_ERR(core_view_chat(v.w.core, &v.s, 999, &c), ERR_GONE);
    end(&v);
}

TEST(a_chat_of_two_is_shown_as_its_person_is)
{
    struct view_world v;
    begin(&v);
    CHECK(chat(&v).note == ABI_CHAT_NOTE_NONE && chat(&v).state == ABI_CHAT_STATE_OPEN);
    core_world_sql(&v.w, "UPDATE person SET verified=2,picture=x'01' WHERE id>1");
    struct abi_chat_view c = chat(&v);
    CHECK(c.note == ABI_CHAT_NOTE_KEY_CHANGED && c.verified == ABI_VERIFIED_CHANGED);
    CHECK(c.has_picture && c.picture.n == 1);
    core_world_sql(&v.w, "UPDATE person SET fork=1,blocked=1 WHERE id>1");
    c = chat(&v);
    CHECK(c.note == ABI_CHAT_NOTE_FORK && c.state == ABI_CHAT_STATE_BLOCKED);
    /* of a group only its own row counts */
    sql(&v, "UPDATE chat SET type=2,person=NULL,title='Crew' WHERE id=?1", v.chat);
    c = chat(&v);
    CHECK(c.note == ABI_CHAT_NOTE_NONE && c.state == ABI_CHAT_STATE_OPEN && !c.has_picture);
    CHECK_BYTES(c.title, SLICE_LITERAL("Crew"));
    end(&v);
}

TEST(leaving_is_shown_as_left_and_every_role_as_one_of_two)
{
    struct view_world v;
    begin(&v);
    sql(&v, "UPDATE chat SET state=7,role=1 WHERE id=?1", v.chat);
    CHECK(chat(&v).state == ABI_CHAT_STATE_LEFT && chat(&v).role == ABI_ROLE_ADMIN);
    sql(&v, "UPDATE chat SET state=2,role=0 WHERE id=?1", v.chat);
    CHECK(chat(&v).state == ABI_CHAT_STATE_LEFT && chat(&v).role == ABI_ROLE_MEMBER);
    end(&v);
}

TEST(a_chat_of_two_counts_devices_and_those_that_are_silent)
{
    struct view_world v;
    begin(&v);
    sql(&v, "INSERT INTO sign(chat,device,person,heard) VALUES(?1,x'01',2,1)", v.chat);
    sql(&v, "INSERT INTO sign(chat,device,person,heard) VALUES(?1,x'02',2,0)", v.chat);
    sql(&v, "INSERT INTO sign(chat,device,person,heard) VALUES(?1,x'03',1,0)", v.chat); /* mine */
    CHECK(chat(&v).devices == 2 && chat(&v).silent == 1);
    end(&v);
}

/* ---- changes -------------------------------------------------------------------------------- */

static const struct abi_change *told(const struct view_world *v, enum abi_change_kind kind)
{
    for (size_t i = 0; i < v->out.n; i++) {
        const struct abi_effect *e = &v->out.v[i];
        if (e->kind == ABI_PATCH && e->patch.change.kind == kind) {
            return &e->patch.change;
        }
    }
    return NULL;
}

static const struct abi_notify *notified(const struct view_world *v)
{
    for (size_t i = 0; i < v->out.n; i++) {
        if (v->out.v[i].kind == ABI_NOTIFY) {
            return &v->out.v[i].notify;
        }
    }
    return NULL;
}

/* A fresh message is told, in a step of its own. */
static void come(struct view_world *v, int64_t id)
{
    step_again(v);
    effects_message(&v->out, id, true);
    CHECK_ERR(core_view_patches(v->w.core, &v->s), OK);
    const struct abi_change *ch = told(v, ABI_MESSAGE_CHANGED);
    CHECK(ch != NULL && ch->message_changed.fresh);
}

TEST(what_is_marked_is_told_once)
{
    struct view_world v;
    begin(&v);
    int64_t id = core_world_message(&v.w, v.chat, v.bela, 8, "hello");
    for (int twice = 0; twice < 2; twice++) {
        effects_person(&v.out, v.bela);
        effects_chat(&v.out, v.chat);
        effects_message(&v.out, id, false);
    }
    v.out.requests = v.out.devices = true;
    CHECK_ERR(core_view_patches(v.w.core, &v.s), OK);
    CHECK(v.out.n == 5 && notified(&v) == NULL);
    CHECK(told(&v, ABI_PERSON_CHANGED) != NULL && told(&v, ABI_CHAT_CHANGED) != NULL);
    const struct abi_change *ch = told(&v, ABI_MESSAGE_CHANGED);
    CHECK(ch != NULL && !ch->message_changed.fresh &&
          ch->message_changed.message.id == (uint64_t)id);
    ch = told(&v, ABI_REQUEST_CHANGED);
    CHECK(ch != NULL && ch->request_changed.count == 0 && told(&v, ABI_DEVICES_CHANGED) != NULL);
    end(&v);
}

TEST(what_is_not_there_any_more_is_told_as_gone)
{
    struct view_world v;
    begin(&v);
    effects_person(&v.out, 999); /* of a person there is nothing to take away */
    effects_chat(&v.out, 998);
    effects_message(&v.out, 997, false);
    effects_message_gone(&v.out, v.chat, 996);
    CHECK_ERR(core_view_patches(v.w.core, &v.s), OK);
    CHECK(v.out.n == 3);
    const struct abi_change *ch = told(&v, ABI_CHAT_GONE);
    CHECK(ch != NULL && ch->chat_gone.chat == 998);
    ch = told(&v, ABI_MESSAGE_GONE);
    CHECK(ch != NULL && ch->message_gone.message == 997);
    const struct abi_change *last = &v.out.v[v.out.n - 1].patch.change;
    CHECK(last->kind == ABI_MESSAGE_GONE && last->message_gone.message == 996 &&
          last->message_gone.chat == (uint64_t)v.chat);
    end(&v);
}

TEST(nothing_of_a_stranger_is_shown_and_what_is_hidden_is_gone)
{
    struct view_world v;
    begin(&v);
    static const int strangers[] = {STORE_CHAT_REQUEST, STORE_CHAT_DECLINED};
    for (size_t i = 0; i < 2; i++) {
        sql(&v, "UPDATE chat SET state=?1 WHERE type=1", strangers[i]);
        step_again(&v);
        effects_chat(&v.out, v.chat);
        CHECK_ERR(core_view_patches(v.w.core, &v.s), OK);
        CHECK(v.out.n == 0);
    }
    static const char *const away[] = {"UPDATE chat SET state=0,hidden=1 WHERE id=?1",
                                       "UPDATE chat SET hidden=0,alias_of=1 WHERE id=?1"};
    for (size_t i = 0; i < 2; i++) {
        sql(&v, away[i], v.chat);
        step_again(&v);
        effects_chat(&v.out, v.chat);
        CHECK_ERR(core_view_patches(v.w.core, &v.s), OK);
        CHECK(v.out.n == 1 && told(&v, ABI_CHAT_GONE) != NULL);
    }
    end(&v);
}

TEST(what_others_say_is_announced_and_nothing_else)
{
    struct view_world v;
    begin(&v);
    int64_t theirs = core_world_message(&v.w, v.chat, v.bela, 8, "hello");
    int64_t mine = core_world_message(&v.w, v.chat, STORE_PERSON_ME, 9, "hi");
    come(&v, mine);
    CHECK(notified(&v) == NULL);
    come(&v, theirs);
    const struct abi_notify *n = notified(&v);
    REQUIRE(n != NULL);
    CHECK(n->chat == (uint64_t)v.chat);
    CHECK_BYTES(n->title, SLICE_LITERAL("Bela"));
    CHECK_BYTES(n->body, SLICE_LITERAL("hello"));
    sql(&v, "UPDATE message SET type=2 WHERE id=?1", theirs); /* a line of what happened */
    come(&v, theirs);
    CHECK(notified(&v) == NULL);
    file_of(&v, theirs, "plan.png");
    come(&v, theirs);
    n = notified(&v);
    REQUIRE(n != NULL);
    CHECK_BYTES(n->body, SLICE_LITERAL("plan.png"));
    end(&v);
}

TEST(a_muted_chat_is_silent_but_for_who_means_me)
{
    struct view_world v;
    begin(&v);
    int64_t id = core_world_message(&v.w, v.chat, v.bela, 8, "hello");
    sql(&v, "UPDATE chat SET muted_until=?1 WHERE type=1", (int64_t)v.w.now_ms + 1);
    come(&v, id);
    CHECK(notified(&v) == NULL);
    v.w.now_ms++; /* over */
    come(&v, id);
    CHECK(notified(&v) != NULL);
    v.w.now_ms--;
    core_world_sql(&v.w, "UPDATE message SET mentions_me=1");
    come(&v, id);
    CHECK(notified(&v) != NULL);
    end(&v);
}

/* In a chat of two it goes by the other one, whoever is shown as the sender. */
TEST(an_announcement_goes_by_the_person_or_by_the_group)
{
    struct view_world v;
    begin(&v);
    int64_t cyd = core_world_person(&v.w, "Cyd", 7);
    int64_t id = core_world_message(&v.w, v.chat, cyd, 8, "hello");
    come(&v, id);
    const struct abi_notify *n = notified(&v);
    REQUIRE(n != NULL);
    CHECK_BYTES(n->title, SLICE_LITERAL("Bela"));
    sql(&v, "UPDATE chat SET type=2,person=NULL,title='Crew' WHERE id=?1", v.chat);
    come(&v, id);
    n = notified(&v);
    REQUIRE(n != NULL);
    CHECK_BYTES(n->title, SLICE_LITERAL("Crew"));
    end(&v);
}

TEST_MAIN(TEST_ROW(a_message_says_whose_it_is_and_how_it_stands),
          TEST_ROW(a_sender_has_a_name_or_a_fingerprint_or_nothing),
          TEST_ROW(an_answer_shows_what_it_answers_and_that_it_is_not_here),
          TEST_ROW(reactions_are_counted_by_kind), TEST_ROW(a_file_is_shown_without_its_key),
          TEST_ROW(a_chats_last_line_is_what_was_said_and_not_what_happened),
          TEST_ROW(a_chat_of_two_is_shown_as_its_person_is),
          TEST_ROW(leaving_is_shown_as_left_and_every_role_as_one_of_two),
          TEST_ROW(a_chat_of_two_counts_devices_and_those_that_are_silent),
          TEST_ROW(what_is_marked_is_told_once),
          TEST_ROW(what_is_not_there_any_more_is_told_as_gone),
          TEST_ROW(nothing_of_a_stranger_is_shown_and_what_is_hidden_is_gone),
          TEST_ROW(what_others_say_is_announced_and_nothing_else),
          TEST_ROW(a_muted_chat_is_silent_but_for_who_means_me),
          TEST_ROW(an_announcement_goes_by_the_person_or_by_the_group))
