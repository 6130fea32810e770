/* Rows about order, completeness and bad luck:
 * what a hostile member asks or says, and what the person sees of whom was never heard of. */
#include <stdio.h>

#include "base/cbor.h"
#include "crypto/hpke.h"
#include "crypto/rand.h"
#include "engine/own/chains.h"
#include "engine/own/content.h"
#include "engine/own/content_types.h"
#include "engine/own/group_cache.h"
#include "engine/own/identity_take.h"
#include "engine/own/send.h"
#include "schema/content.h"
#include "store/chain.h"
#include "store/message.h"
#include "store/people.h"
#include "store/sql.h"
#include "trust.h"

/* Words that a device has said in a chat, shown or not. */
static int64_t said(struct sim_device *d, uint64_t chat)
{
    char sql[80];
    (void)snprintf(sql, sizeof sql, "SELECT next_counter FROM chat WHERE id=%u", (unsigned)chat);
    return sim_number(d, sql);
}

/* ---- A14: history by asking -------------------------------------------------------------------
 */

struct question {
    int64_t chat, person;
    uint64_t first, last;
};

/* Asks for words of a person as if they were missed, whether they are or not. */
static enum err ask(struct own *o, struct step *s, void *user)
{
    const struct question *q = user;
    struct mls_group *g = NULL;
    struct crypto_hpke_secret secret;
    struct crypto_hpke_public key;
    struct slice device, body;
    int64_t run = 0;
    void *outs[] = {&device, &run};
    struct buf b = buf_arena(s->arena, 2048);
    TRY(own_group(o, s, q->chat, &g));
    const struct crypto_suite *suite = mls_group_suite(g);
    TRY(crypto_hpke_generate(suite, &secret, &key));
    TRY(store_sql_get(s->store, s->arena,
                      "SELECT device,run FROM leaf WHERE chat=? AND person=? LIMIT 1", "bi", outs,
                      "ii", q->chat, q->person));
    cbor_put_array(&b, 7);
    cbor_put_uint(&b, 1);
    cbor_put_bytes(&b, device);
    cbor_put_uint(&b, (uint64_t)run);
    cbor_put_uint(&b, q->first);
    cbor_put_uint(&b, q->last);
    cbor_put_uint(&b, suite->code);
    cbor_put_bytes(&b, slice_make(key.b, suite->npk));
    TRY(buf_finish(&b, &body));
    return own_send_private(o, s, q->chat, OWN_TYPE_AGAIN, body);
}

TEST(row_a14_history_by_asking)
{
    static const char *const people[] = {"Ben"};
    uint64_t x, y;
    struct sim *s = trust_world(7314);
    struct sim_device *a = trust_person("ana", "Ana"), *b = trust_person("ben", "Ben"),
                      *c = trust_person("cem", "Cem");
    SETUP(a != NULL && b != NULL && c != NULL);
    sim_run(s, 5000);
    SETUP(sim_meet(a, b, &x, &y) && sim_meet(a, c, &x, &y));
    uint64_t ga = sim_group(a, "the group", people, 1);
    sim_pass(s, TRUST_MINUTE);
    for (int i = 0; i < 5; i++) {
        SETUP(sim_send(a, ga, "before Cem", NULL) == OK);
    }
    sim_pass(s, TRUST_MINUTE);
    SETUP(sim_heard(b, "before Cem") == 5 && sim_group_add(a, ga, "Cem") == OK);
    sim_pass(s, TRUST_MINUTE);
    uint64_t gb = sim_chat_of_type(b, ABI_CHAT_TYPE_GROUP),
             gc = sim_chat_of_type(c, ABI_CHAT_TYPE_GROUP);
    SETUP(gb != 0 && gc != 0 && sim_send(a, ga, "with Cem", NULL) == OK);
    sim_pass(s, TRUST_MINUTE);
    SETUP(sim_heard(c, "with Cem") == 1);
    /* counters 1 to 50, he was not there: of them only what was said since he came */
    const struct question q = {(int64_t)gc, sim_person(c, "Ana"), 1, 50};
    int64_t before = said(a, ga), since = before - 6;
    SETUP(sim_keep(c, ask, (void *)(uintptr_t)&q) == OK);
    sim_hang_up(c, 2);
    sim_pass(s, TRUST_MINUTE);
    /* and who she is, once more: what is not shown may have been that */
    CHECK(said(a, ga) - before <= since + 1 && sim_heard(c, "before Cem") == 0);
    /* Ben was, and is answered: the check above can fail */
    before = said(a, ga);
    const struct question qb = {(int64_t)gb, sim_person(b, "Ana"), 1, 5};
    SETUP(sim_keep(b, ask, (void *)(uintptr_t)&qb) == OK);
    sim_hang_up(b, 2);
    sim_pass(s, TRUST_MINUTE);
    CHECK(said(a, ga) - before == 5);
}

TEST(row_a14_what_was_deleted_or_has_expired_is_not_sent_again)
{
    struct abi_op op;
    struct sim_device *a, *b;
    uint64_t ab, ba, id = 0;
    struct sim *s = trust_world(7324);
    SETUP(trust_pair(&a, &b, &ab, &ba));
    s->hostile->swallow_posts = 1;
    SETUP(sim_send(a, ab, "taken back", &id) == OK);
    sim_pass(s, 10000);
    SETUP(sim_delete(a, id, true) == OK);
    sim_pass(s, 10000);
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_CHAT_SET;
    op.op_chat_set.chat = ab;
    op.op_chat_set.key = SLICE_LITERAL("timer");
    op.op_chat_set.value = 60;
    SETUP(sim_op(a, &op) == OK);
    sim_pass(s, 20000);
    s->hostile->swallow_posts = 1;
    SETUP(sim_send(a, ab, "for a minute", NULL) == OK);
    sim_pass(s, 2 * TRUST_MINUTE);
    SETUP(sim_heard(a, "for a minute") == 0 && sim_send(a, ab, "still here", NULL) == OK);
    sim_pass(s, 2 * TRUST_MINUTE);
    int64_t rows = sim_number(b, "SELECT count(*) FROM message WHERE type=5");
    CHECK(rows > 0);
    for (int64_t i = 0; i < rows; i++) {
        CHECK(sim_ask_again(b) == OK);
        sim_pass(s, TRUST_MINUTE);
    }
    CHECK(sim_heard(b, "taken back") == 0 && sim_heard(b, "for a minute") == 0);
    CHECK(sim_number(b, "SELECT count(*) FROM message WHERE type=5") == 0); /* said to be gone */
    CHECK(sim_number(b, "SELECT count(*) FROM message WHERE type=4") == 2);
}

/* ---- A21: others who were never told ----------------------------------------------------------
 */

static const struct abi_member_view *member(struct sim_device *d, uint64_t chat, const char *name)
{
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_MEMBERS;
    op.op_members.chat = chat;
    if (sim_op(d, &op) != OK) {
        return NULL;
    }
    const struct abi_members *m = &d->reply.result.members;
    for (size_t i = 0; i < m->list_n; i++) {
        if (slice_equal(m->list[i].name, slice_of_string(name))) {
            return &m->list[i];
        }
    }
    return NULL;
}

static uint64_t silent(struct sim_device *d, uint64_t chat, const char *name)
{
    const struct abi_member_view *m = member(d, chat, name);
    return m == NULL ? UINT64_MAX : m->silent;
}

static const struct abi_chat_view *chat_of(struct sim_device *d, uint64_t chat)
{
    const struct abi_chats *l = sim_chats(d);
    for (size_t i = 0; l != NULL && i < l->list_n; i++) {
        if (l->list[i].id == chat) {
            return &l->list[i];
        }
    }
    return NULL;
}

TEST(row_a21_a_room_per_victim)
{
    static const char *const people[] = {"Ben", "Cem"};
    uint64_t mb, bm, mc, cm, bc, cb;
    struct sim *s = trust_world(7321);
    struct sim_device *m = trust_person("mal", "Mal"), *b = trust_person("ben", "Ben"),
                      *c = trust_person("cem", "Cem");
    SETUP(m != NULL && b != NULL && c != NULL);
    sim_run(s, 5000);
    SETUP(sim_meet(m, b, &mb, &bm) && sim_meet(m, c, &mc, &cm) && sim_meet(b, c, &bc, &cb));
    sim_pass(s, TRUST_MINUTE);
    s->hostile->no_box = c; /* Cem's package is used, its Welcome kept back */
    SETUP(sim_group(m, "all of us", people, 2) != 0);
    sim_pass(s, TRUST_DAY);
    uint64_t gb = sim_chat_of_type(b, ABI_CHAT_TYPE_GROUP);
    SETUP(gb != 0 && sim_send(b, gb, "are all here?", NULL) == OK);
    sim_pass(s, TRUST_MINUTE);
    const struct abi_member_view *v = member(b, gb, "Cem");
    CHECK(v != NULL && v->devices == 1 && v->silent == 1); /* "not here yet" */
    CHECK(silent(b, gb, "Mal") == 0);
    s->hostile->no_box = NULL;
    sim_hang_up(c, 1);
    sim_pass(s, TRUST_HOUR);
    CHECK(sim_heard(c, "are all here?") == 1 && silent(b, gb, "Cem") == 0);
}

/* How many devices of a person the safety screen shows as so much `here`. */
static size_t safety_here(struct sim_device *d, const char *name, uint64_t here)
{
    struct abi_op op;
    size_t n = 0;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_SAFETY;
    op.op_safety.person = (uint64_t)sim_person(d, name);
    if (sim_op(d, &op) != OK) {
        return SIZE_MAX;
    }
    const struct abi_safety *v = &d->reply.result.safety;
    for (size_t i = 0; i < v->devices_n; i++) {
        n += v->devices[i].here == here;
    }
    return n;
}

TEST(row_a21_a_chat_of_two_shows_how_many_devices_and_who_is_not_here)
{
    struct sim_device *a, *b;
    uint64_t ab, ba;
    struct sim *s = trust_world(7331);
    SETUP(trust_pair(&a, &b, &ab, &ba));
    struct sim_device *b2 = sim_device(s, "ben2");
    const struct abi_chat_view *v = chat_of(a, ab);
    CHECK(v != NULL && v->devices == 1 && v->silent == 0);
    s->hostile->no_box = b2;
    SETUP(sim_second_device(b, b2));
    sim_pass(s, TRUST_MINUTE);
    v = chat_of(a, ab);
    CHECK(v != NULL && v->devices == 2 && v->silent == 1);
    CHECK(safety_here(a, "Ben", 2) == 1 && safety_here(a, "Ben", 1) == 1); /* and which */
    s->hostile->no_box = NULL;
    sim_hang_up(b2, 1);
    sim_pass(s, TRUST_MINUTE);
    SETUP(sim_send(b2, sim_chat_of_type(b2, ABI_CHAT_TYPE_PAIR), "and I", NULL) == OK);
    sim_pass(s, TRUST_MINUTE);
    v = chat_of(a, ab);
    CHECK(v != NULL && v->devices == 2 && v->silent == 0 && sim_heard(a, "and I") == 1);
}

/* ---- B10: of a device that was removed since --------------------------------------
 */

static bool shown_removed(struct sim_device *d, uint64_t chat, const char *text)
{
    const struct abi_messages *m = sim_messages(d, chat);
    for (size_t i = 0; m != NULL && i < m->list_n; i++) {
        if (slice_equal(m->list[i].text, slice_of_string(text))) {
            return m->list[i].removed;
        }
    }
    return false;
}

#define ENTRIES_MAX 8
struct chain_copy {
    uint8_t account[32], bytes[ENTRIES_MAX][CHAIN_ENTRY_BYTES_MAX];
    struct slice entries[ENTRIES_MAX];
    size_t n;
};

static enum err copy_chain(struct own *o, struct step *s, void *user)
{
    struct chain_copy *c = user;
    memcpy(c->account, o->account, sizeof c->account);
    TRY(store_chain_entries(s->store, s->arena, STORE_PERSON_ME, 0, ENTRIES_MAX - 1, c->entries,
                            ENTRIES_MAX, &c->n));
    for (size_t i = 0; i < c->n; i++) {
        memcpy(c->bytes[i], c->entries[i].p, c->entries[i].n);
        c->entries[i].p = c->bytes[i];
    }
    return OK;
}

static enum err take_chain(struct own *o, struct step *s, void *user)
{
    const struct chain_copy *c = user;
    struct own_identity_change change;
    struct store_person who;
    TRY(store_person_find(s->store, s->arena, c->account, &who));
    return own_chains_take(o, s, &who, c->entries, c->n, &change);
}

TEST(row_b10_what_is_read_after_is_said_to_be_of_a_removed_device)
{
    struct sim_device *a, *b;
    uint64_t ab, ba;
    static struct chain_copy chain;
    struct sim *s = trust_world(7310);
    SETUP(trust_pair(&a, &b, &ab, &ba));
    struct sim_device *a2 = sim_device(s, "ana2");
    SETUP(sim_second_device(a, a2));
    sim_pass(s, TRUST_MINUTE);
    uint64_t a2b = sim_chat_of_type(a2, ABI_CHAT_TYPE_PAIR);
    SETUP(sim_send(a2, a2b, "read before", NULL) == OK);
    sim_pass(s, TRUST_MINUTE);
    sim_offline(b, true);
    SETUP(sim_send(a2, a2b, "read after", NULL) == OK);
    sim_pass(s, TRUST_MINUTE);
    SETUP(sim_revoke(a, a2) == OK);
    sim_pass(s, TRUST_MINUTE);
    /* Ben hears of that first, by whatever way */
    SETUP(sim_try(a, copy_chain, &chain) == OK && sim_keep(b, take_chain, &chain) == OK);
    sim_offline(b, false);
    sim_pass(s, TRUST_HOUR);
    CHECK(sim_heard(b, "read before") == 1 && sim_heard(b, "read after") == 1);
    CHECK(!shown_removed(b, ba, "read before") && shown_removed(b, ba, "read after"));
    CHECK(!shown_removed(a, ab, "read after")); /* Ana had read it */
}

/* ---- B14: a word that was given up ------------------------------------------------------------
 */

TEST(row_b14_a_word_that_was_given_up_is_not_missing_for_ever)
{
    struct sim_device *a, *b;
    uint64_t ab, ba;
    struct sim *s = trust_world(7341);
    SETUP(trust_pair(&a, &b, &ab, &ba));
    s->hostile->limit_posts = 1;
    SETUP(sim_send(a, ab, "too large, it says", NULL) == OK);
    sim_pass(s, TRUST_MINUTE);
    CHECK(sim_state(a, "too large, it says") ==
          ABI_MESSAGE_STATE_FAILED); /* not sent: she is told */
    SETUP(sim_send(a, ab, "behind it", NULL) == OK);
    sim_pass(s, 2 * TRUST_HOUR);
    CHECK(sim_heard(b, "behind it") == 1 && sim_heard(b, "too large, it says") == 0);
    CHECK(sim_number(b, "SELECT count(*) FROM message WHERE type=5") == 0);
    CHECK(sim_number(b, "SELECT count(*) FROM hole") == 0);
    CHECK(sim_state(a, "behind it") >= 1);
}

/* ---- B19: what goes along ---------------------------------------------------------------------
 */

TEST(row_b19_heads_that_the_gateway_keeps_back_come_with_a_commit)
{
    static const char *const people[] = {"P0", "P1", "P2", "P3", "P4",
                                         "P5", "P6", "P7", "P8", "P9"};
    enum { N = 10 };
    struct sim_device *p[N];
    uint64_t x, y;
    struct sim *s = trust_world(7319);
    struct sim_device *a = trust_person("ana", "Ana");
    SETUP(a != NULL);
    for (size_t i = 0; i < N; i++) {
        p[i] = trust_person(people[i], people[i]);
        SETUP(p[i] != NULL);
        sim_run(s, 2000);
        SETUP(sim_meet(a, p[i], &x, &y));
    }
    uint64_t ga = sim_group(a, "all", people, N);
    SETUP(ga != 0);
    sim_pass(s, 10 * TRUST_MINUTE);
    uint64_t g0 = sim_chat_of_type(p[0], ABI_CHAT_TYPE_GROUP);
    SETUP(g0 != 0 && sim_leaves_of(p[0], g0, a->core->account.own.account) == 1);
    s->hostile->short_chains = true;
    for (size_t i = 1; i < N; i++) {
        SETUP(sim_evil_long_chain(a, p[i], 2) == OK);
    }
    const char *const newest = "SELECT count(*) FROM (SELECT person FROM chain WHERE person>1 AND "
                               "n>0 GROUP BY person)";
    SETUP(sim_number(a, newest) == N - 1 && sim_number(p[0], newest) == 0);
    (void)sim_evil(a);
    SETUP(sim_evil_heal(a) == OK);
    for (int i = 0; i < 120 && sim_number(p[0], newest) == 0; i++) {
        sim_pass(s, 1000);
    }
    CHECK(sim_number(p[0], newest) == 8); /* no more at once */
    SETUP(sim_evil_heal(a) == OK);
    sim_pass(s, 10 * TRUST_MINUTE);
    CHECK(sim_number(p[0], newest) == N - 1);
    SETUP(sim_send(a, ga, "and all goes on", NULL) == OK);
    sim_pass(s, TRUST_MINUTE);
    CHECK(sim_heard(p[0], "and all goes on") == 1 && sim_heard(p[9], "and all goes on") == 1);
}

TEST(row_b19_in_a_group_above_sixteen_sent_is_all)
{
    enum { N = 16 };
    static char name[N][8];
    const char *people[N];
    struct sim_device *p[N];
    uint64_t x, y;
    struct sim *s = trust_world(7329);
    struct sim_device *a = trust_person("ana", "Ana");
    SETUP(a != NULL);
    for (size_t i = 0; i < N; i++) {
        (void)snprintf(name[i], sizeof name[i], "Q%u", (unsigned)i);
        people[i] = name[i];
        p[i] = trust_person(name[i], name[i]);
        SETUP(p[i] != NULL);
        sim_run(s, 2000);
        SETUP(sim_meet(a, p[i], &x, &y));
    }
    uint64_t ga = sim_group(a, "many", people, N);
    SETUP(ga != 0);
    sim_pass(s, 20 * TRUST_MINUTE);
    SETUP(sim_send(a, ga, "to seventeen", NULL) == OK);
    sim_pass(s, TRUST_MINUTE);
    int64_t before = 0, after = 0;
    for (size_t i = 0; i < N; i++) {
        uint64_t g = sim_chat_of_type(p[i], ABI_CHAT_TYPE_GROUP);
        SETUP(sim_heard(p[i], "to seventeen") == 1 && g != 0);
        before += said(p[i], g);
        SETUP(sim_read(p[i], g) == OK);
    }
    sim_pass(s, TRUST_MINUTE);
    for (size_t i = 0; i < N; i++) {
        after += said(p[i], sim_chat_of_type(p[i], ABI_CHAT_TYPE_GROUP));
    }
    CHECK(sim_state(a, "to seventeen") == ABI_MESSAGE_STATE_SENT && after == before);
}

/* ---- B21: edits, deletions, counters ----------------------------------------------------------
 */

struct edit {
    const char *text;
    uint8_t mid[32];
};

static enum err edit_of(struct own *o, struct step *s, void *user)
{
    struct edit *e = user;
    struct store_message m;
    int64_t id = 0;
    (void)o;
    TRY(store_sql_get_int(s->store, &id, "SELECT id FROM message WHERE text=?", "t",
                          slice_of_string(e->text)));
    TRY(store_message_get(s->store, s->arena, id, &m));
    memcpy(e->mid, m.edit_mid, sizeof e->mid);
    return OK;
}

TEST(row_b21_of_two_edits_of_one_number_the_larger_hash_is_shown)
{
    struct sim_device *a, *b;
    uint64_t ab, ba, id = 0;
    struct sim *s = trust_world(7351);
    SETUP(trust_pair(&a, &b, &ab, &ba));
    struct sim_device *a2 = sim_device(s, "ana2");
    SETUP(sim_second_device(a, a2) && sim_send(a, ab, "version 1", &id) == OK);
    sim_pass(s, TRUST_MINUTE);
    uint64_t id2 = (uint64_t)sim_number(a2, "SELECT id FROM message WHERE text='version 1'");
    for (int round = 0; round < 3; round++) {
        struct edit one = {round == 0 ? "one 0" : round == 1 ? "one 1" : "one 2", {0}};
        struct edit two = {round == 0 ? "two 0" : round == 1 ? "two 1" : "two 2", {0}};
        sim_offline(a, true);
        sim_offline(a2, true);
        SETUP(sim_edit(a, id, one.text) == OK && sim_edit(a2, id2, two.text) == OK);
        SETUP(sim_try(a, edit_of, &one) == OK && sim_try(a2, edit_of, &two) == OK);
        bool first = slice_compare(SLICE_ARRAY(one.mid), SLICE_ARRAY(two.mid)) > 0;
        sim_offline(round % 2 == 0 ? a : a2, false);
        sim_pass(s, TRUST_MINUTE);
        sim_offline(round % 2 == 0 ? a2 : a, false);
        sim_pass(s, TRUST_MINUTE);
        const char *wins = first ? one.text : two.text;
        CHECK(sim_heard(a, wins) == 1 && sim_heard(a2, wins) == 1 && sim_heard(b, wins) == 1);
    }
}

/* Deletions of what was never said. */
static enum err delete_nothing(struct own *o, struct step *s, void *user)
{
    const int64_t *chat = user;
    for (uint32_t i = 0; i < 110; i++) {
        struct content content;
        struct slice bytes;
        struct store_chat c;
        uint8_t mid[32];
        content_init(&content);
        crypto_rand(mid, sizeof mid);
        mid[0] = 1;
        content_set_replaces(&content, mid);
        content.part = content_null(CONTENT_RENDER);
        TRY(content_encode(s->arena, &content, &bytes));
        TRY(store_chat_get(s->store, s->arena, *chat, &c));
        TRY(content_message_id(mid, SLICE_ARRAY(o->account), SLICE_ARRAY(c.room), bytes));
        TRY(own_send(o, s, *chat, 0, 0, bytes, mid));
    }
    return OK;
}

TEST(row_b21_deletions_that_come_first_are_bounded)
{
    struct sim_device *a, *b;
    uint64_t ab, ba;
    struct sim *s = trust_world(7361);
    SETUP(trust_pair(&a, &b, &ab, &ba));
    for (int i = 0; i < 10; i++) {
        SETUP(sim_keep(b, delete_nothing, &ba) == OK);
        sim_hang_up(b, 2);
        sim_pass(s, 5 * TRUST_MINUTE);
    }
    CHECK(sim_number(a, "SELECT count(*) FROM early") == 1000);
    CHECK(sim_number(a, "SELECT max(id)-min(id) FROM early") < 1100); /* the oldest went */
    SETUP(sim_send(b, ba, "and a word", NULL) == OK);
    sim_pass(s, TRUST_MINUTE);
    CHECK(sim_heard(a, "and a word") == 1);
}

TEST(row_b21_one_counter_and_two_contents)
{
    struct sim_device *a, *b;
    uint64_t ab, ba;
    struct sim *s = trust_world(7371);
    SETUP(trust_pair(&a, &b, &ab, &ba));
    (void)sim_evil(b);
    SETUP(sim_send(b, ba, "I owe you 1000", NULL) == OK);
    sim_pass(s, 20000);
    SETUP(sim_heard(a, "I owe you 1000") == 1);
    SETUP(sim_number(a, "SELECT twice FROM message WHERE text='I owe you 1000'") == 0);
    /* he takes the number of his last word once more */
    SETUP(sim_evil_sql(b,
                       "UPDATE chat SET word_hash=(SELECT prev FROM word w JOIN leaf l ON "
                       "l.id=w.leaf WHERE l.chat=chat.id AND l.person=1 AND "
                       "w.counter=next_counter-1),next_counter=next_counter-1 WHERE type=1") == OK);
    SETUP(sim_evil_sql(b, "DELETE FROM word WHERE counter>=(SELECT next_counter FROM chat WHERE "
                          "type=1) AND leaf IN (SELECT id FROM leaf WHERE person=1)") == OK);
    SETUP(sim_send(b, ba, "I owe you 10", NULL) == OK);
    sim_pass(s, TRUST_MINUTE);
    CHECK(sim_number(a, "SELECT twice FROM message WHERE text='I owe you 1000'") == 1);
    CHECK(sim_number(a, "SELECT twice FROM message WHERE text='I owe you 10'") == 1);
}

/* ---- what is kept for a log that was put back -------------------------------------
 */

/* Day by day: what a device was shown is forgotten when it is asked something. */
static void days(struct sim_device *a, struct sim_device *b, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        sim_pass(world, TRUST_DAY);
        sim_hang_up(a, 1); /* the gateway says its time with each connection */
        sim_hang_up(b, 1);
        (void)sim_chats(a);
        (void)sim_chats(b);
    }
}

TEST(bad_luck_what_went_out_is_kept_for_thirty_days)
{
    struct sim_device *a, *b;
    uint64_t ab, ba;
    (void)trust_world(7381);
    SETUP(trust_pair(&a, &b, &ab, &ba));
    days(a, b, 20);
    SETUP(sim_number(a, "SELECT count(*) FROM sent WHERE kind=0") > 0);
    SETUP(sim_send(a, ab, "three weeks later", NULL) == OK);
    days(a, b, 15);
    CHECK(sim_number(a, "SELECT count(*) FROM sent WHERE at_ms<(SELECT at_ms FROM message WHERE "
                        "text='three weeks later')-1296000000") == 0);
    CHECK(sim_number(a, "SELECT count(*) FROM sent WHERE kind=0") > 0);
    CHECK(sim_number(a, "SELECT count(*) FROM seen") > 0);
    CHECK(sim_number(a, "SELECT count(*) FROM said") >= 2); /* who misses a word may ask for it */
}

/* ---- somebody who did not answer was there after all ------------------------------
 */

TEST(bad_luck_who_was_only_slow_is_taken_in_again)
{
    char link[600];
    uint64_t ab = 0;
    struct sim *s = trust_world(7391);
    struct sim_device *a = trust_person("ana", "Ana"), *b = trust_person("ben", "Ben");
    SETUP(a != NULL && b != NULL && sim_link_text(b, link, sizeof link));
    sim_pass(s, 5000);
    SETUP(sim_add(a, slice_of_string(link), &ab) == OK);
    SETUP(sim_send(a, ab, "hello Ben", NULL) == OK);
    sim_pass(s, 4 * TRUST_DAY); /* Ben has not looked at his requests yet */
    CHECK(sim_note(a, ab) == ABI_CHAT_NOTE_NO_LIFE &&
          sim_state(a, "hello Ben") == ABI_MESSAGE_STATE_QUEUED);
    SETUP(sim_settle_room(a, ab, ABI_SETTLE_AGAIN) == OK &&
          sim_settle_room(a, ab, ABI_SETTLE_AGAIN) == ERR_STATE);
    sim_pass(s, TRUST_HOUR);
    CHECK(sim_number(b, "SELECT count(*) FROM request") == 1);
    uint64_t ba = sim_accept_first(b);
    SETUP(ba != 0);
    sim_pass(s, TRUST_MINUTE);
    CHECK(sim_heard(b, "hello Ben") == 1 &&
          sim_state(a, "hello Ben") == ABI_MESSAGE_STATE_DELIVERED &&
          sim_note(a, ab) == ABI_CHAT_NOTE_NONE);
    SETUP(sim_send(b, ba, "hello Ana", NULL) == OK);
    sim_pass(s, TRUST_MINUTE);
    CHECK(sim_heard(a, "hello Ana") == 1);
    CHECK(sim_number(a, "SELECT count(*) FROM outbox") == 0);
}

TEST(bad_luck_who_was_on_holiday_is_taken_in_again)
{
    struct sim_device *a, *b;
    uint64_t ab, ba;
    struct sim *s = trust_world(7392);
    SETUP(trust_pair(&a, &b, &ab, &ba));
    sim_offline(b, true);
    SETUP(sim_lose_group(a, ab) == OK); /* she comes in again, and cannot know who is there */
    sim_pass(s, TRUST_HOUR);
    SETUP(sim_note(a, ab) == ABI_CHAT_NOTE_NONE &&
          sim_send(a, ab, "while you were away", NULL) == OK);
    sim_pass(s, 4 * TRUST_DAY);
    CHECK(sim_note(a, ab) == ABI_CHAT_NOTE_NO_LIFE);
    SETUP(sim_settle_room(a, ab, ABI_SETTLE_AGAIN) == OK);
    sim_pass(s, TRUST_HOUR);
    SETUP(sim_send(a, ab, "and then", NULL) == OK);
    sim_pass(s, TRUST_HOUR);
    sim_offline(b, false);
    sim_pass(s, TRUST_HOUR);
    CHECK(sim_heard(b, "while you were away") == 1 && sim_heard(b, "and then") == 1);
    CHECK(sim_note(b, ba) == ABI_CHAT_NOTE_NONE &&
          sim_state(a, "and then") == ABI_MESSAGE_STATE_DELIVERED);
    SETUP(sim_send(b, ba, "back again", NULL) == OK);
    sim_pass(s, TRUST_MINUTE);
    CHECK(sim_heard(a, "back again") == 1);
}

TEST_MAIN(TEST_ROW(row_a14_history_by_asking),
          TEST_ROW(row_a14_what_was_deleted_or_has_expired_is_not_sent_again),
          TEST_ROW(row_a21_a_room_per_victim),
          TEST_ROW(row_a21_a_chat_of_two_shows_how_many_devices_and_who_is_not_here),
          TEST_ROW(row_b10_what_is_read_after_is_said_to_be_of_a_removed_device),
          TEST_ROW(row_b14_a_word_that_was_given_up_is_not_missing_for_ever),
          TEST_ROW(row_b19_heads_that_the_gateway_keeps_back_come_with_a_commit),
          TEST_ROW(row_b19_in_a_group_above_sixteen_sent_is_all),
          TEST_ROW(row_b21_of_two_edits_of_one_number_the_larger_hash_is_shown),
          TEST_ROW(row_b21_deletions_that_come_first_are_bounded),
          TEST_ROW(row_b21_one_counter_and_two_contents),
          TEST_ROW(bad_luck_what_went_out_is_kept_for_thirty_days),
          TEST_ROW(bad_luck_who_was_only_slow_is_taken_in_again),
          TEST_ROW(bad_luck_who_was_on_holiday_is_taken_in_again))
