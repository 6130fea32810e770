/* What the person decides and the store alone keeps (core/command.h). */
#include "core/command.h"

#include <string.h>

#include "base/limits.h"
#include "lib/check.h"
#include "lib/core_world.h"
#include "store/chat.h"
#include "store/message.h"
#include "store/people.h"
#include "store/setting.h"

#define PICTURE_BYTES_MAX 32768u
#define KEY_BYTES_MAX 32u
#define VALUE_BYTES_MAX 1024u

static struct abi_op op_of(enum abi_op_kind kind)
{
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = kind;
    return op;
}

/* n times 'x'. */
static struct slice text_of(size_t n)
{
    static char long_text[PICTURE_BYTES_MAX + 1];
    CHECK(n <= sizeof long_text);
    memset(long_text, 'x', sizeof long_text);
    return slice_make(long_text, n);
}

/* ---- me ------------------------------------------------------------------------------------- */

static enum err profile(struct core_world *w, struct slice name, bool has_picture,
                        struct slice picture)
{
    struct abi_op op = op_of(ABI_OP_PROFILE_SET);
    op.op_profile_set.name = name;
    op.op_profile_set.has_picture = has_picture;
    op.op_profile_set.picture = picture;
    return core_world_op(w, &op);
}

TEST(a_profile_is_taken_within_its_bounds_and_told)
{
    struct core_world w;
    core_world_begin(&w);
    core_world_create(&w);
    CHECK_ERR(profile(&w, SLICE_EMPTY, false, SLICE_EMPTY), ERR_INPUT);
    CHECK_ERR(profile(&w, text_of(LIMIT_NAME_BYTES + 1), false, SLICE_EMPTY), ERR_INPUT);
    CHECK_ERR(profile(&w, SLICE_LITERAL("Ann"), true, text_of(PICTURE_BYTES_MAX + 1)), ERR_INPUT);
    CHECK_ERR(core_world_ask(&w, ABI_OP_STATE), OK);
    CHECK_BYTES(w.reply.result.state.name, SLICE_LITERAL("Ana"));

    CHECK_ERR(profile(&w, text_of(LIMIT_NAME_BYTES), true, text_of(PICTURE_BYTES_MAX)), OK);
    const struct abi_change *ch = core_world_change(&w, ABI_STATE_CHANGED);
    REQUIRE(ch != NULL);
    CHECK_BYTES(ch->state_changed.state.name, text_of(LIMIT_NAME_BYTES));
    CHECK(ch->state_changed.state.has_picture);
    CHECK_ERR(profile(&w, SLICE_LITERAL("Ann"), false, SLICE_EMPTY), OK);
    CHECK_ERR(core_world_ask(&w, ABI_OP_STATE), OK);
    CHECK_BYTES(w.reply.result.state.name, SLICE_LITERAL("Ann"));
    CHECK(!w.reply.result.state.has_picture);
    core_world_end(&w);
}

/* Other devices of mine take the newest: a clock that went back makes none older. */
TEST(a_newer_profile_counts_whatever_the_clock_says)
{
    struct core_world w;
    core_world_begin(&w);
    core_world_create(&w);
    w.now_ms += 1000;
    CHECK_ERR(profile(&w, SLICE_LITERAL("Ann"), false, SLICE_EMPTY), OK);
    int64_t first = core_world_int(&w, "SELECT profile_ms FROM person WHERE id=1");
    CHECK(first == (int64_t)w.now_ms);
    w.now_ms -= 86400000;
    CHECK_ERR(profile(&w, SLICE_LITERAL("Anne"), false, SLICE_EMPTY), OK);
    CHECK(core_world_int(&w, "SELECT profile_ms FROM person WHERE id=1") == first + 1);
    core_world_end(&w);
}

/* ---- settings ------------------------------------------------------------------------------- */

static enum err choose(struct core_world *w, struct slice key, struct slice value)
{
    struct abi_op op = op_of(ABI_OP_SETTING_SET);
    op.op_setting_set.key = key;
    op.op_setting_set.value = value;
    return core_world_op(w, &op);
}

TEST(a_setting_is_kept_within_its_bounds)
{
    struct core_world w;
    core_world_begin(&w);
    core_world_create(&w);
    CHECK_ERR(choose(&w, SLICE_EMPTY, SLICE_LITERAL("on")), ERR_INPUT);
    CHECK_ERR(choose(&w, text_of(KEY_BYTES_MAX + 1), SLICE_LITERAL("on")), ERR_INPUT);
    CHECK_ERR(choose(&w, SLICE_LITERAL("theme"), text_of(VALUE_BYTES_MAX + 1)), ERR_INPUT);
    CHECK_ERR(core_world_ask(&w, ABI_OP_SETTINGS), OK);
    CHECK(w.reply.result.kind == ABI_SETTINGS && w.reply.result.settings.list_n == 0);

    CHECK_ERR(choose(&w, text_of(KEY_BYTES_MAX), text_of(VALUE_BYTES_MAX)), OK);
    CHECK_ERR(choose(&w, SLICE_LITERAL("theme"), SLICE_LITERAL("dark")), OK);
    CHECK_ERR(choose(&w, SLICE_LITERAL("theme"), SLICE_LITERAL("light")), OK);
    CHECK_ERR(core_world_ask(&w, ABI_OP_SETTINGS), OK);
    const struct abi_settings *all = &w.reply.result.settings;
    REQUIRE(all->list_n == 2);
    for (size_t i = 0; i < all->list_n; i++) {
        bool theme = slice_equal(all->list[i].key, SLICE_LITERAL("theme"));
        CHECK_BYTES(all->list[i].key, theme ? SLICE_LITERAL("theme") : text_of(KEY_BYTES_MAX));
        CHECK_BYTES(all->list[i].value, theme ? SLICE_LITERAL("light") : text_of(VALUE_BYTES_MAX));
    }
    core_world_end(&w);
}

/* Kept as 8 bytes, as the engine reads them; -1: never set. */
static int64_t switched(struct core_world *w, const char *key)
{
    int64_t on = -1;
    CHECK_ERR(store_begin(w->core->store), OK);
    CHECK_ERR(store_setting_int(w->core->store, key, -1, &on), OK);
    CHECK_ERR(store_commit(w->core->store, false), OK);
    return on;
}

TEST(what_the_engine_reads_of_the_settings_goes_on_and_off)
{
    static const struct {
        const char *page, *engine;
    } both[] = {{"read-notices", "read-on"}, {"typing-notices", "typing-on"}};
    struct core_world w;
    core_world_begin(&w);
    core_world_create(&w);
    for (size_t i = 0; i < sizeof both / sizeof both[0]; i++) {
        CHECK(switched(&w, both[i].engine) == -1);
        CHECK_ERR(choose(&w, slice_of_string(both[i].page), SLICE_LITERAL("off")), OK);
        CHECK(switched(&w, both[i].engine) == 0);
        CHECK_ERR(choose(&w, slice_of_string(both[i].page), SLICE_LITERAL("on")), OK);
        CHECK(switched(&w, both[i].engine) == 1);
    }
    core_world_end(&w);
}

/* ---- people and chats ------------------------------------------------------------------------ */

TEST(others_can_be_blocked_and_i_cannot)
{
    struct core_world w;
    core_world_begin(&w);
    core_world_create(&w);
    int64_t bela = core_world_person(&w, "Bela", 5), chat = core_world_pair(&w, bela, 6);
    struct abi_op op = op_of(ABI_OP_BLOCK);
    op.op_block.on = true;
    op.op_block.person = STORE_PERSON_ME;
    CHECK_ERR(core_world_op(&w, &op), ERR_INPUT);
    op.op_block.person = 999;
    CHECK_ERR(core_world_op(&w, &op), ERR_GONE);
    op.op_block.person = (uint64_t)bela;
    CHECK_ERR(core_world_op(&w, &op), OK);
    const struct abi_change *person = core_world_change(&w, ABI_PERSON_CHANGED);
    const struct abi_change *shown = core_world_change(&w, ABI_CHAT_CHANGED);
    CHECK(person != NULL && person->person_changed.person.blocked);
    CHECK(shown != NULL && shown->chat_changed.chat.id == (uint64_t)chat &&
          shown->chat_changed.chat.state == ABI_CHAT_STATE_BLOCKED);
    op.op_block.on = false;
    CHECK_ERR(core_world_op(&w, &op), OK);
    shown = core_world_change(&w, ABI_CHAT_CHANGED);
    CHECK(shown != NULL && shown->chat_changed.chat.state == ABI_CHAT_STATE_OPEN);
    /* one without a chat */
    op.op_block.person = (uint64_t)core_world_person(&w, "Cyd", 7);
    op.op_block.on = true;
    CHECK_ERR(core_world_op(&w, &op), OK);
    CHECK(core_world_change(&w, ABI_CHAT_CHANGED) == NULL);
    core_world_end(&w);
}

static enum err set(struct core_world *w, int64_t chat, const char *key, uint64_t value)
{
    struct abi_op op = op_of(ABI_OP_CHAT_SET);
    op.op_chat_set.chat = (uint64_t)chat;
    op.op_chat_set.key = slice_of_string(key);
    op.op_chat_set.value = value;
    return core_world_op(w, &op);
}

TEST(what_is_chosen_of_a_chat_is_shown)
{
    struct core_world w;
    core_world_begin(&w);
    core_world_create(&w);
    int64_t bela = core_world_person(&w, "Bela", 5), chat = core_world_pair(&w, bela, 6);
    CHECK_ERR(set(&w, 999, "pinned", 1), ERR_GONE);
    CHECK_ERR(set(&w, chat, "painted", 1), ERR_INPUT);
    CHECK_ERR(set(&w, chat, "pinned", 1), OK);
    CHECK_ERR(set(&w, chat, "archived", 1), OK);
    CHECK_ERR(set(&w, chat, "muted-until", w.now_ms + 1000), OK);
    CHECK_ERR(set(&w, chat, "unread", 1), OK);
    const struct abi_change *ch = core_world_change(&w, ABI_CHAT_CHANGED);
    REQUIRE(ch != NULL);
    const struct abi_chat_view *v = &ch->chat_changed.chat;
    CHECK(v->pinned && v->archived && v->muted_until_ms == w.now_ms + 1000 && v->unread > 0);
    CHECK_ERR(set(&w, chat, "pinned", 0), OK);
    ch = core_world_change(&w, ABI_CHAT_CHANGED);
    CHECK(ch != NULL && !ch->chat_changed.chat.pinned && ch->chat_changed.chat.unread > 0);
    CHECK_ERR(set(&w, chat, "unread", 0), OK);
    ch = core_world_change(&w, ABI_CHAT_CHANGED);
    CHECK(ch != NULL && ch->chat_changed.chat.unread == 0);
    CHECK_ERR(set(&w, chat, "hidden", 1), OK);
    CHECK(core_world_change(&w, ABI_CHAT_GONE) != NULL);
    core_world_end(&w);
}

TEST(a_draft_is_kept_over_a_restart_and_within_its_bounds)
{
    struct core_world w;
    core_world_begin(&w);
    core_world_create(&w);
    int64_t bela = core_world_person(&w, "Bela", 5), chat = core_world_pair(&w, bela, 6);
    int64_t message = core_world_message(&w, chat, bela, 8, "hello");
    struct abi_op op = op_of(ABI_OP_DRAFT);
    op.op_draft.chat = (uint64_t)chat;
    op.op_draft.reply_to = (uint64_t)message;
    op.op_draft.text = text_of(LIMIT_TEXT_BYTES + 1);
    CHECK_ERR(core_world_op(&w, &op), ERR_LIMIT);
    op.op_draft.text = text_of(LIMIT_TEXT_BYTES);
    CHECK_ERR(core_world_op(&w, &op), OK);
    core_world_restart(&w);
    CHECK_ERR(core_world_unlock(&w, ABI_SLOT_KIND_PASSPHRASE, core_world_secret(1)), OK);
    struct abi_op ask = op_of(ABI_OP_CHAT);
    ask.op_chat.chat = (uint64_t)chat;
    CHECK_ERR(core_world_op(&w, &ask), OK);
    REQUIRE(w.reply.result.chats.list_n == 1);
    CHECK_BYTES(w.reply.result.chats.list[0].draft, text_of(LIMIT_TEXT_BYTES));
    CHECK(w.reply.result.chats.list[0].draft_reply == (uint64_t)message);
    core_world_end(&w);
}

TEST(a_star_comes_and_goes)
{
    struct core_world w;
    core_world_begin(&w);
    core_world_create(&w);
    int64_t bela = core_world_person(&w, "Bela", 5), chat = core_world_pair(&w, bela, 6);
    struct abi_op op = op_of(ABI_OP_STAR);
    op.op_star.message = (uint64_t)core_world_message(&w, chat, bela, 8, "hello");
    for (int on = 1; on >= 0; on--) {
        op.op_star.on = on != 0;
        CHECK_ERR(core_world_op(&w, &op), OK);
        const struct abi_change *ch = core_world_change(&w, ABI_MESSAGE_CHANGED);
        CHECK(ch != NULL && ch->message_changed.message.starred == (on != 0));
        CHECK(ch != NULL && !ch->message_changed.fresh);
        CHECK_ERR(core_world_ask(&w, ABI_OP_STARRED), OK);
        CHECK(w.reply.result.hits.list_n == (size_t)on);
    }
    core_world_end(&w);
}

TEST(an_op_of_another_is_no_command)
{
    struct abi_op op = op_of(ABI_OP_SEARCH);
    CHECK_ERR(core_command(NULL, NULL, &op, NULL), ERR_INPUT);
}

TEST_MAIN(TEST_ROW(a_profile_is_taken_within_its_bounds_and_told),
          TEST_ROW(a_newer_profile_counts_whatever_the_clock_says),
          TEST_ROW(a_setting_is_kept_within_its_bounds),
          TEST_ROW(what_the_engine_reads_of_the_settings_goes_on_and_off),
          TEST_ROW(others_can_be_blocked_and_i_cannot), TEST_ROW(what_is_chosen_of_a_chat_is_shown),
          TEST_ROW(a_draft_is_kept_over_a_restart_and_within_its_bounds),
          TEST_ROW(a_star_comes_and_goes), TEST_ROW(an_op_of_another_is_no_command))
