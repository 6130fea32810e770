/* What a person asks of the own network (own/command.h): bounds, who may, and what becomes of it.
 */
#include "engine/own/command.h"

#include <string.h>

#include "base/limits.h"
#include "engine/own/wish.h"
#include "lib/check.h"
#include "lib/own_world.h"
#include "store/admit.h"
#include "store/chat.h"
#include "store/message.h"
#include "store/outbox.h"
#include "store/people.h"
#include "store/own_setting.h"

#define PICTURE_BYTES_MAX 32768u

static const uint8_t code_of_now[RECOVERY_CODE_BYTES] = {1, 2, 3};
static const uint8_t code_of_then[RECOVERY_CODE_BYTES] = {4, 5, 6};

static struct own_world w;
static struct own_world_account bela, cyd;
static struct abi_result r;
static char many[PICTURE_BYTES_MAX + 1];

static void begin(void)
{
    if (bela.n == 0) {
        own_world_account(&bela, 2, 102);
        own_world_account(&cyd, 3, 103);
        memset(many, 'x', sizeof many);
    }
    own_world_begin(&w);
    own_world_found(&w, code_of_now);
}

static void end(void)
{
    own_world_end(&w);
}

static struct abi_op op_of(enum abi_op_kind kind)
{
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = kind;
    return op;
}

static enum err ask(const struct abi_op *op)
{
    memset(&r, 0, sizeof r);
    effects_init(&w.out, &w.arena);
    w.s.durable = false;
    return own_command(w.o, &w.s, op, &r);
}

static struct slice text_of(const uint8_t code[RECOVERY_CODE_BYTES])
{
    struct slice out = SLICE_EMPTY;
    CHECK_ERR(recovery_code_text(&w.arena, code, &out), OK);
    return out;
}

/* The chat with Bela, who came by a link and whose chain is known. */
static int64_t meet(const struct own_world_account *a)
{
    struct abi_op op = op_of(ABI_OP_ADD);
    op.op_add.link = own_world_link(&w, a, SLICE_EMPTY);
    CHECK_ERR(ask(&op), OK);
    (void)own_world_know(&w, a, 1);
    CHECK(r.kind == ABI_MADE && r.made.id != 0);
    return (int64_t)r.made.id;
}

static int64_t person_of(const struct own_world_account *a)
{
    struct store_person p;
    CHECK_ERR(store_person_find(w.store, &w.arena, a->id, &p), OK);
    return p.id;
}

static enum err make_group(struct slice name, bool has_picture, struct slice picture,
                           const uint64_t *people, size_t n)
{
    struct abi_op op = op_of(ABI_OP_GROUP_MAKE);
    op.op_group_make.name = name;
    op.op_group_make.has_picture = has_picture;
    op.op_group_make.picture = picture;
    op.op_group_make.people = people;
    op.op_group_make.people_n = n;
    return ask(&op);
}

/* A group of ours. */
static int64_t group(void)
{
    CHECK_ERR(make_group(SLICE_LITERAL("Crew"), false, SLICE_EMPTY, NULL, 0), OK);
    return (int64_t)r.made.id;
}

static int64_t wishes(int64_t chat, enum own_wish kind)
{
    struct store_wish *list = NULL;
    size_t n = 0;
    int64_t k = 0;
    CHECK_ERR(store_wish_list(w.store, &w.arena, chat, &list, &n), OK);
    for (size_t i = 0; i < n; i++) {
        k += list[i].kind == (int)kind;
    }
    return k;
}

/* ---- groups --------------------------------------------------------------------------------- */

TEST(a_group_is_made_within_its_bounds)
{
    begin();
    int64_t before = own_world_int(&w, "SELECT count(*) FROM chat");
    CHECK_ERR(make_group(SLICE_EMPTY, false, SLICE_EMPTY, NULL, 0), ERR_INPUT);
    CHECK_ERR(make_group(slice_make(many, LIMIT_NAME_BYTES + 1), false, SLICE_EMPTY, NULL, 0),
              ERR_INPUT);
    CHECK_ERR(make_group(SLICE_LITERAL("Crew"), true, SLICE_ARRAY(many), NULL, 0), ERR_INPUT);
    uint64_t person = 2;
    CHECK_ERR(make_group(SLICE_LITERAL("Crew"), false, SLICE_EMPTY, &person, LIMIT_MEMBERS + 1),
              ERR_INPUT);
    person = 999; /* nobody */
    CHECK_ERR(make_group(SLICE_LITERAL("Crew"), false, SLICE_EMPTY, &person, 1), ERR_GONE);
    person = (uint64_t)own_world_know(&w, &cyd, 1); /* whose inbox is not known */
    CHECK_ERR(make_group(SLICE_LITERAL("Crew"), false, SLICE_EMPTY, &person, 1), ERR_STATE);
    CHECK(own_world_int(&w, "SELECT count(*) FROM chat") == before);

    meet(&bela);
    person = (uint64_t)person_of(&bela);
    CHECK_ERR(make_group(slice_make(many, LIMIT_NAME_BYTES), true,
                         slice_make(many, PICTURE_BYTES_MAX), &person, 1),
              OK);
    CHECK(own_world_int(&w, "SELECT length(picture) FROM chat WHERE type=2") == PICTURE_BYTES_MAX);
    CHECK(wishes((int64_t)r.made.id, OWN_WISH_ADD_PERSON) == 1);
    CHECK(own_world_int(&w, "SELECT role FROM chat WHERE type=2") == ABI_ROLE_ADMIN);
    CHECK(own_world_int(&w, "SELECT count(*) FROM message WHERE notice=1") == 1);
    end();
}

static enum err add(int64_t chat, int64_t person)
{
    uint64_t people = (uint64_t)person;
    struct abi_op op = op_of(ABI_OP_GROUP_ADD);
    op.op_group_add.chat = (uint64_t)chat;
    op.op_group_add.people = &people;
    op.op_group_add.people_n = 1;
    return ask(&op);
}

static enum err out(int64_t chat, int64_t person)
{
    struct abi_op op = op_of(ABI_OP_GROUP_REMOVE);
    op.op_group_remove.chat = (uint64_t)chat;
    op.op_group_remove.person = (uint64_t)person;
    return ask(&op);
}

TEST(who_runs_a_group_says_who_comes_and_goes)
{
    begin();
    int64_t pair = meet(&bela), crew = group(), who = person_of(&bela);
    CHECK_ERR(add(999, who), ERR_GONE);
    CHECK_ERR(add(pair, who), ERR_STATE); /* no group */
    CHECK_ERR(add(crew, 999), ERR_GONE);
    int64_t stranger = own_world_know(&w, &cyd, 1); /* whose inbox is not known */
    CHECK_ERR(add(crew, stranger), ERR_STATE);
    CHECK(wishes(crew, OWN_WISH_ADD_PERSON) == 0);
    CHECK_ERR(add(crew, who), OK);
    CHECK(wishes(crew, OWN_WISH_ADD_PERSON) == 1);
    CHECK_ERR(out(crew, stranger), OK); /* that takes no inbox */
    CHECK(wishes(crew, OWN_WISH_REMOVE_PERSON) == 1);
    own_world_sql(&w, "UPDATE chat SET role=0 WHERE type=2");
    CHECK_ERR(add(crew, who), ERR_AUTH_POLICY);
    CHECK_ERR(out(crew, who), ERR_AUTH_POLICY);
    own_world_sql(&w, "UPDATE chat SET role=1,state=2 WHERE type=2");
    CHECK_ERR(out(crew, who), ERR_STATE);
    end();
}

static enum err set(int64_t chat, struct slice name, bool has_picture, struct slice picture)
{
    struct abi_op op = op_of(ABI_OP_GROUP_SET);
    op.op_group_set.chat = (uint64_t)chat;
    op.op_group_set.name = name;
    op.op_group_set.has_picture = has_picture;
    op.op_group_set.picture = picture;
    return ask(&op);
}

TEST(a_group_is_renamed_within_its_bounds)
{
    begin();
    int64_t crew = group();
    CHECK_ERR(set(crew, SLICE_EMPTY, false, SLICE_EMPTY), ERR_INPUT);
    CHECK_ERR(set(crew, slice_make(many, LIMIT_NAME_BYTES + 1), false, SLICE_EMPTY), ERR_INPUT);
    CHECK_ERR(set(crew, SLICE_LITERAL("Crew"), true, SLICE_ARRAY(many)), ERR_INPUT);
    CHECK(wishes(crew, OWN_WISH_ROOM) == 0);
    CHECK_ERR(set(crew, SLICE_LITERAL("Ship"), true, slice_make(many, PICTURE_BYTES_MAX)), OK);
    CHECK(wishes(crew, OWN_WISH_ROOM) == 1 && w.out.chats.n == 1);
    CHECK(own_world_int(&w, "SELECT length(picture) FROM chat WHERE type=2") == PICTURE_BYTES_MAX);
    own_world_sql(&w, "UPDATE chat SET role=0 WHERE type=2");
    CHECK_ERR(set(crew, SLICE_LITERAL("Boat"), false, SLICE_EMPTY), ERR_AUTH_POLICY);
    own_world_sql(&w, "UPDATE chat SET state=2 WHERE type=2");
    CHECK_ERR(set(crew, SLICE_LITERAL("Boat"), false, SLICE_EMPTY), ERR_STATE);
    end();
}

static enum err timer(int64_t chat, const char *key, uint64_t value)
{
    struct abi_op op = op_of(ABI_OP_CHAT_SET);
    op.op_chat_set.chat = (uint64_t)chat;
    op.op_chat_set.key = slice_of_string(key);
    op.op_chat_set.value = value;
    return ask(&op);
}

TEST(the_timer_of_a_room_is_at_most_a_year)
{
    begin();
    int64_t crew = group();
    CHECK_ERR(timer(crew, "timer", 365ull * 86400 + 1), ERR_INPUT);
    CHECK_ERR(timer(crew, "pinned", 1), ERR_INPUT); /* of the store alone */
    CHECK_ERR(timer(crew, "timer", 365ull * 86400), OK);
    CHECK(wishes(crew, OWN_WISH_ROOM) == 1);
    end();
}

static enum err role(int64_t chat, int64_t person, uint64_t what)
{
    struct abi_op op = op_of(ABI_OP_GROUP_ROLE);
    op.op_group_role.chat = (uint64_t)chat;
    op.op_group_role.person = (uint64_t)person;
    op.op_group_role.role = what;
    return ask(&op);
}

TEST(a_group_keeps_an_admin)
{
    begin();
    int64_t crew = group();
    meet(&bela);
    CHECK_ERR(role(crew, STORE_PERSON_ME, ABI_ROLE_MEMBER), ERR_STATE);
    CHECK_ERR(role(crew, 999, ABI_ROLE_ADMIN), ERR_GONE);
    CHECK_ERR(role(crew, person_of(&bela), ABI_ROLE_ADMIN), OK);
    CHECK_ERR(role(crew, STORE_PERSON_ME, ABI_ROLE_MEMBER), OK); /* as it will be then */
    CHECK_ERR(role(crew, person_of(&bela), ABI_ROLE_MEMBER), ERR_STATE);
    CHECK(wishes(crew, OWN_WISH_ROOM) == 2);
    end();
}

/* ---- people --------------------------------------------------------------------------------- */

static enum err verify(int64_t person, bool on, bool has_scanned, struct slice scanned)
{
    struct abi_op op = op_of(ABI_OP_VERIFY);
    op.op_verify.person = (uint64_t)person;
    op.op_verify.on = on;
    op.op_verify.has_scanned = has_scanned;
    op.op_verify.scanned = scanned;
    return ask(&op);
}

static int64_t verified(void)
{
    return own_world_int(&w, "SELECT verified FROM person WHERE id=2");
}

TEST(comparing_is_kept_said_and_taken_back)
{
    begin();
    int64_t pair = meet(&bela), who = person_of(&bela);
    CHECK_ERR(verify(999, true, false, SLICE_EMPTY), ERR_GONE);
    CHECK_ERR(verify(who, true, false, SLICE_EMPTY), OK);
    CHECK(verified() == ABI_VERIFIED_NOW && w.s.durable);
    CHECK(own_world_int(&w, "SELECT count(*) FROM message WHERE notice=12") == 1);
    CHECK(w.out.people.n == 1 && w.out.chats.n >= 1 && w.out.chats.v[0].id == pair);
    CHECK_ERR(verify(who, false, false, SLICE_EMPTY), OK);
    CHECK(verified() == ABI_VERIFIED_KNOWN);
    CHECK(own_world_int(&w, "SELECT count(*) FROM message WHERE notice=12") == 1);
    end();
}

TEST(the_digits_of_a_fork_prove_nothing)
{
    begin();
    meet(&bela);
    own_world_sql(&w, "UPDATE person SET fork=1 WHERE id=2");
    CHECK_ERR(verify(person_of(&bela), true, false, SLICE_EMPTY), ERR_STATE);
    CHECK(verified() == ABI_VERIFIED_KNOWN);
    CHECK_ERR(verify(person_of(&bela), true, true, SLICE_LITERAL("no code")), ERR_AUTH);
    CHECK(verified() == ABI_VERIFIED_KNOWN);
    struct abi_op op = op_of(ABI_OP_FORK_SETTLE);
    op.op_fork_settle.person = 999;
    CHECK_ERR(ask(&op), ERR_GONE);
    op.op_fork_settle.person = (uint64_t)person_of(&bela);
    CHECK_ERR(ask(&op), OK); /* looked at: what we have is kept */
    CHECK(own_world_int(&w, "SELECT fork FROM person WHERE id=2") == 0 && w.out.chats.n == 1);
    CHECK_ERR(verify(person_of(&bela), true, false, SLICE_EMPTY), OK);
    end();
}

TEST(a_link_is_made_and_dropped)
{
    begin();
    struct abi_op op = op_of(ABI_OP_LINK_MAKE);
    op.op_link_make.label = SLICE_LITERAL("card");
    CHECK_ERR(ask(&op), OK);
    CHECK(r.kind == ABI_TEXT && r.text.value.n > 0);
    int64_t id = own_world_int(&w, "SELECT id FROM link WHERE label='card'");
    op = op_of(ABI_OP_LINK_DROP);
    op.op_link_drop.id = (uint64_t)id;
    CHECK_ERR(ask(&op), OK);
    CHECK(own_world_int(&w, "SELECT gone FROM link WHERE label='card'") == 1 && w.s.durable);
    end();
}

TEST(an_answer_is_one_of_three_and_to_somebody)
{
    begin();
    struct abi_op op = op_of(ABI_OP_REQUEST_ANSWER);
    op.op_request_answer.id = 1;
    op.op_request_answer.answer = ABI_REQUEST_ANSWER_BLOCK + 1;
    CHECK_ERR(ask(&op), ERR_INPUT);
    op.op_request_answer.answer = ABI_REQUEST_ANSWER_ACCEPT;
    CHECK_ERR(ask(&op), ERR_GONE);
    end();
}

/* ---- rooms and messages ---------------------------------------------------------------------- */

TEST(nothing_is_settled_where_nothing_is_wrong)
{
    begin();
    int64_t crew = group();
    static const struct {
        uint64_t how;
        enum err e;
    } rows[] = {{ABI_SETTLE_ANEW, ERR_STATE},
                {ABI_SETTLE_ASIDE, ERR_GONE},
                {ABI_SETTLE_AGAIN, ERR_STATE},
                {ABI_SETTLE_GO_ON, ERR_STATE},
                {ABI_SETTLE_GO_ON + 1, ERR_INPUT}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct abi_op op = op_of(ABI_OP_ROOM_SETTLE);
        op.op_room_settle.chat = (uint64_t)crew;
        op.op_room_settle.how = rows[i].how;
        CHECK_ERR(ask(&op), rows[i].e);
    }
    end();
}

static enum err retry(int64_t message)
{
    struct abi_op op = op_of(ABI_OP_RETRY);
    op.op_retry.message = (uint64_t)message;
    return ask(&op);
}

static int64_t say(int64_t chat, const char *text, int64_t reply)
{
    struct abi_op op = op_of(ABI_OP_SEND);
    op.op_send.chat = (uint64_t)chat;
    op.op_send.text = slice_of_string(text);
    op.op_send.reply_to = (uint64_t)reply;
    CHECK_ERR(ask(&op), OK);
    return (int64_t)r.made.id;
}

TEST(an_answer_goes_to_something_in_the_same_chat)
{
    struct abi_op op = op_of(ABI_OP_SEND);
    begin();
    int64_t pair = meet(&bela), crew = group(), id = say(pair, "hello", 0);
    op.op_send.chat = (uint64_t)crew;
    op.op_send.text = SLICE_LITERAL("what you said there");
    op.op_send.reply_to = (uint64_t)id;
    CHECK_ERR(ask(&op), ERR_GONE);
    op.op_send.reply_to = 999;
    CHECK_ERR(ask(&op), ERR_GONE);
    CHECK(own_world_int(&w, "SELECT count(*) FROM message WHERE type=0") == 1);
    CHECK(say(pair, "again", id) != id);
    end();
}

TEST(only_what_failed_and_is_mine_is_said_again)
{
    begin();
    int64_t pair = meet(&bela), id = say(pair, "hello", 0);
    CHECK_ERR(retry(999), ERR_GONE);
    CHECK_ERR(retry(id), ERR_STATE); /* it waits */
    CHECK_ERR(store_message_set_state(w.store, id, STORE_STATE_FAILED, ERR_LIMIT), OK);
    own_world_sql(&w, "UPDATE message SET sender=2,mine=0 WHERE text='hello'");
    CHECK_ERR(retry(id), ERR_STATE);
    own_world_sql(&w, "UPDATE message SET sender=1,mine=1 WHERE text='hello'");
    CHECK_ERR(retry(id), OK);
    CHECK(own_world_int(&w, "SELECT count(*) FROM message WHERE text='hello'") == 1);
    CHECK(own_world_int(&w, "SELECT state FROM message WHERE text='hello'") == STORE_STATE_QUEUED);
    CHECK(own_world_int(&w, "SELECT id FROM message WHERE text='hello'") != id);
    end();
}

TEST(an_answer_that_is_said_again_is_an_answer_still)
{
    struct store_message first, m;
    begin();
    int64_t pair = meet(&bela), one = say(pair, "shall we?", 0), id = say(pair, "yes", one);
    CHECK_ERR(store_message_set_state(w.store, id, STORE_STATE_FAILED, ERR_LIMIT), OK);
    CHECK_ERR(retry(id), OK);
    CHECK_ERR(store_message_get(w.store, &w.arena, one, &first), OK);
    id = own_world_int(&w, "SELECT id FROM message WHERE text='yes'");
    CHECK_ERR(store_message_get(w.store, &w.arena, id, &m), OK);
    CHECK(m.has_reply);
    CHECK_BYTES(SLICE_ARRAY(m.reply), SLICE_ARRAY(first.mid));
    /* what it answered may have gone meanwhile */
    CHECK_ERR(store_message_set_state(w.store, id, STORE_STATE_FAILED, ERR_LIMIT), OK);
    CHECK_ERR(store_message_drop(w.store, one), OK);
    CHECK_ERR(retry(id), OK);
    CHECK(own_world_int(&w, "SELECT count(*) FROM message WHERE text='yes'") == 1);
    end();
}

TEST(what_could_not_be_read_lets_the_room_be_entered_again)
{
    begin();
    int64_t pair = meet(&bela), id = say(pair, "hello", 0);
    own_world_sql(&w, "UPDATE message SET type=3 WHERE text='hello'");
    CHECK_ERR(retry(id), OK);
    CHECK(own_world_int(&w, "SELECT note FROM chat WHERE type=1") == ABI_CHAT_NOTE_FORKED);
    CHECK(w.out.chats.n == 1 && w.out.chats.v[0].id == pair);
    end();
}

TEST(what_was_read_is_read_once)
{
    begin();
    int64_t pair = meet(&bela), id = say(pair, "hello", 0);
    struct abi_op op = op_of(ABI_OP_READ);
    op.op_read.chat = (uint64_t)pair;
    op.op_read.message = 999;
    CHECK_ERR(ask(&op), ERR_GONE);
    op.op_read.chat = 999;
    op.op_read.message = (uint64_t)id;
    CHECK_ERR(ask(&op), ERR_GONE);
    op.op_read.chat = (uint64_t)pair;
    own_world_sql(&w, "UPDATE chat SET unread=1 WHERE type=1");
    CHECK_ERR(ask(&op), OK);
    CHECK(own_world_int(&w, "SELECT unread FROM chat WHERE type=1") == 0);
    end();
}

/* ---- devices and the recovery code ----------------------------------------------------------- */

TEST(a_device_has_a_name_within_its_bounds)
{
    begin();
    struct abi_op op = op_of(ABI_OP_DEVICE_NAME);
    CHECK_ERR(ask(&op), ERR_INPUT);
    op.op_device_name.name = slice_make(many, LIMIT_NAME_BYTES + 1);
    CHECK_ERR(ask(&op), ERR_INPUT);
    op.op_device_name.name = SLICE_LITERAL("tablet");
    CHECK_ERR(ask(&op), OK);
    CHECK(own_world_int(&w, "SELECT count(*) FROM device WHERE name='tablet'") == 1);
    CHECK(w.out.devices);
    end();
}

static bool is_code_of_now(struct slice text)
{
    struct abi_op op = op_of(ABI_OP_RECOVERY_CHECK);
    op.op_recovery_check.code = text;
    CHECK_ERR(ask(&op), OK);
    CHECK(r.kind == ABI_FLAG);
    return r.flag.on;
}

TEST(the_code_of_now_is_known_from_any_other)
{
    int64_t checked = 0;
    begin();
    CHECK(!is_code_of_now(SLICE_LITERAL("no code")) && !is_code_of_now(SLICE_EMPTY));
    CHECK(!is_code_of_now(text_of(code_of_then)));
    CHECK_ERR(store_own_setting_int(w.store, "recovery-checked", 0, &checked), OK);
    CHECK(checked == 0);
    CHECK(is_code_of_now(text_of(code_of_now)) && w.out.state);
    CHECK_ERR(store_own_setting_int(w.store, "recovery-checked", 0, &checked), OK);
    CHECK(checked == 1);
    end();
}

TEST(a_new_code_is_taken_with_the_old_one_or_without)
{
    for (int with_old = 0; with_old < 2; with_old++) {
        begin();
        struct abi_op op = op_of(ABI_OP_RECOVERY_SET);
        CHECK_ERR(ask(&op), ERR_INPUT);
        op.op_recovery_set.code = SLICE_LITERAL("no code");
        CHECK_ERR(ask(&op), ERR_INPUT);
        op.op_recovery_set.code = text_of(code_of_then);
        op.op_recovery_set.old = SLICE_LITERAL("no code");
        CHECK_ERR(ask(&op), ERR_INPUT);
        op.op_recovery_set.old = text_of(code_of_then); /* a code, and not the one of now */
        CHECK_ERR(ask(&op), ERR_AUTH);
        CHECK(own_world_int(&w, "SELECT count(*) FROM chain_wish") == 0);
        op.op_recovery_set.old = with_old ? text_of(code_of_now) : SLICE_EMPTY;
        CHECK_ERR(ask(&op), OK);
        CHECK(own_world_int(&w, "SELECT count(*) FROM chain_wish") == 1);
        CHECK(w.o->codes.has_fresh && w.o->codes.has_old == (with_old != 0));
        CHECK(is_code_of_now(text_of(code_of_now))); /* until the gateway has acknowledged it */
        end();
    }
}

TEST(only_another_device_of_mine_can_be_dropped)
{
    begin();
    struct abi_op op = op_of(ABI_OP_DEVICE_REVOKE);
    op.op_device_revoke.device = SLICE_LITERAL("short");
    CHECK_ERR(ask(&op), ERR_INPUT);
    op.op_device_revoke.device = SLICE_ARRAY(w.o->device);
    CHECK_ERR(ask(&op), ERR_INPUT);
    op.op_device_revoke.device = slice_make(own_world_key(9), CHAIN_KEY_SIZE);
    CHECK_ERR(ask(&op), ERR_GONE);
    op.op_device_revoke.code = SLICE_LITERAL("no code");
    CHECK_ERR(ask(&op), ERR_INPUT);
    CHECK(own_world_int(&w, "SELECT count(*) FROM chain_wish") == 0);
    end();
}

TEST(without_a_recovery_there_is_nothing_to_go_on_with)
{
    begin();
    struct abi_op op = op_of(ABI_OP_RECOVERY_AGAIN);
    op.op_recovery_again.code = SLICE_LITERAL("no code");
    CHECK_ERR(ask(&op), ERR_INPUT);
    op.op_recovery_again.code = text_of(code_of_now);
    CHECK_ERR(ask(&op), ERR_STATE);
    op = op_of(ABI_OP_RECOVERY_FINISH);
    op.op_recovery_finish.code = SLICE_LITERAL("no code");
    CHECK_ERR(ask(&op), ERR_INPUT);
    op.op_recovery_finish.code = text_of(code_of_then);
    CHECK_ERR(ask(&op), ERR_STATE);
    CHECK(!w.o->recovering);
    end();
}

TEST(a_link_that_is_not_under_way_can_be_cancelled_and_not_answered)
{
    begin();
    struct abi_op op = op_of(ABI_OP_LINK_CANCEL);
    CHECK_ERR(ask(&op), OK);
    op = op_of(ABI_OP_LINK_CONFIRM);
    op.op_link_confirm.yes = true;
    CHECK_ERR(ask(&op), ERR_STATE);
    end();
}

/* ---- decided -------------------------------------------------------------------------------- */

TEST(what_was_decided_goes_to_whom_it_concerns)
{
    begin();
    own_world_sql(&w, "INSERT INTO device(id,name,added_ms) VALUES(x'03','b',1)");
    meet(&bela);
    own_world_sql(&w, "DELETE FROM outbox");
    struct abi_op op = op_of(ABI_OP_PROFILE_SET); /* to my devices, and into each chat */
    CHECK_ERR(own_decided(w.o, &w.s, &op), OK);
    CHECK(own_world_int(&w, "SELECT count(*) FROM outbox WHERE chat IN (SELECT id FROM chat WHERE "
                            "type=0)") >= 1);
    CHECK(own_world_int(&w, "SELECT count(*) FROM outbox WHERE chat IN (SELECT id FROM chat WHERE "
                            "type=1)") == 1);
    own_world_sql(&w, "DELETE FROM outbox");
    op = op_of(ABI_OP_BLOCK);
    op.op_block.person = (uint64_t)person_of(&bela);
    op.op_block.on = true;
    CHECK_ERR(own_decided(w.o, &w.s, &op), OK);
    CHECK(own_world_int(&w, "SELECT count(*) FROM outbox") == 1); /* my devices alone */
    op.op_block.person = 999;
    CHECK_ERR(own_decided(w.o, &w.s, &op), ERR_GONE);
    op = op_of(ABI_OP_SEND);
    CHECK_ERR(own_decided(w.o, &w.s, &op), ERR_INPUT);
    end();
}

TEST_MAIN(TEST_ROW(a_group_is_made_within_its_bounds),
          TEST_ROW(who_runs_a_group_says_who_comes_and_goes),
          TEST_ROW(a_group_is_renamed_within_its_bounds),
          TEST_ROW(the_timer_of_a_room_is_at_most_a_year), TEST_ROW(a_group_keeps_an_admin),
          TEST_ROW(comparing_is_kept_said_and_taken_back),
          TEST_ROW(the_digits_of_a_fork_prove_nothing), TEST_ROW(a_link_is_made_and_dropped),
          TEST_ROW(an_answer_is_one_of_three_and_to_somebody),
          TEST_ROW(nothing_is_settled_where_nothing_is_wrong),
          TEST_ROW(an_answer_goes_to_something_in_the_same_chat),
          TEST_ROW(only_what_failed_and_is_mine_is_said_again),
          TEST_ROW(an_answer_that_is_said_again_is_an_answer_still),
          TEST_ROW(what_could_not_be_read_lets_the_room_be_entered_again),
          TEST_ROW(what_was_read_is_read_once), TEST_ROW(a_device_has_a_name_within_its_bounds),
          TEST_ROW(the_code_of_now_is_known_from_any_other),
          TEST_ROW(a_new_code_is_taken_with_the_old_one_or_without),
          TEST_ROW(only_another_device_of_mine_can_be_dropped),
          TEST_ROW(without_a_recovery_there_is_nothing_to_go_on_with),
          TEST_ROW(a_link_that_is_not_under_way_can_be_cancelled_and_not_answered),
          TEST_ROW(what_was_decided_goes_to_whom_it_concerns))
