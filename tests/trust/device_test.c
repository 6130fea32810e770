/* A device that was stolen, and revoked. */
#include <stdio.h>

#include "base/text.h"
#include "crypto/hash.h"
#include "crypto/kdf.h"
#include "engine/recovery_code.h"
#include "engine/own/pairing.h"
#include "engine/own/room.h"
#include "schema/frame.h"
#include "trust.h"
#include "store/own_setting.h"

/* Ana with two devices, Ben, their chat; Ben has compared. */
struct stolen {
    struct sim_device *a, *a2, *b;
    uint64_t ab, ba, a2b, person;
};

static bool stolen_make(struct stolen *w)
{
    w->a = trust_person("ana", "Ana");
    w->b = trust_person("ben", "Ben");
    if (w->a == NULL || w->b == NULL) {
        return false;
    }
    w->a2 = sim_device(world, "ana2");
    sim_run(world, 5000);
    if (!sim_meet(w->a, w->b, &w->ab, &w->ba) || !sim_second_device(w->a, w->a2)) {
        return false;
    }
    sim_pass(world, TRUST_MINUTE);
    w->a2b = sim_chat_of_type(w->a2, ABI_CHAT_TYPE_PAIR);
    (void)sim_evil(w->a2);
    return w->a2b != 0 && sim_verify(w->b, "Ana") == OK;
}

/* Ana revokes it; what she says then it does not read, being honest so far. */
static bool revoke(struct stolen *w)
{
    if (sim_revoke(w->a, w->a2) != OK) {
        return false;
    }
    sim_pass(world, TRUST_MINUTE);
    bool said = sim_send(w->a, w->ab, "after the revocation", NULL) == OK;
    sim_pass(world, 10000);
    return said && sim_heard(w->a2, "after the revocation") == 0 &&
           sim_heard(w->b, "after the revocation") == 1;
}

TEST(row_4a_it_changes_its_key_in_a_path_before)
{
    struct stolen w;
    struct abi_op op;
    uint8_t id[32];
    static const char *const people[] = {"Ben"};
    struct sim *s = trust_world(7011);
    SETUP(stolen_make(&w));
    uint64_t ga = sim_group(w.a, "the group", people, 1);
    sim_pass(s, TRUST_MINUTE);
    SETUP(ga != 0);
    memcpy(id, w.a2->core->account.own.device, 32);
    w.a2->evil->lawless = w.a2->evil->path_key = true;
    SETUP(sim_evil_new_key(w.a2) == OK && sim_evil_heal(w.a2) == OK);
    sim_pass(s, TRUST_MINUTE);
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_DEVICE_REVOKE;
    op.op_device_revoke.device = SLICE_ARRAY(id);
    SETUP(sim_op(w.a, &op) == OK);
    sim_pass(s, 2 * TRUST_MINUTE);
    /* such a commit stops each room, as one of Ana's: she makes another one in its place */
    const uint64_t rooms[] = {sim_chat_of_type(w.a, ABI_CHAT_TYPE_SELF), w.ab, ga};
    CHECK(sim_note(w.b, w.ba) == ABI_CHAT_NOTE_STOPPED &&
          sim_note(w.b, sim_chat_of_type(w.b, ABI_CHAT_TYPE_GROUP)) == ABI_CHAT_NOTE_STOPPED);
    for (size_t i = 0; i < 3; i++) {
        CHECK(sim_note(w.a, rooms[i]) == ABI_CHAT_NOTE_STOPPED &&
              sim_settle_room(w.a, rooms[i], ABI_SETTLE_ANEW) == OK);
        ga = w.a->reply.result.made.id;
    }
    sim_pass(s, TRUST_MINUTE);
    CHECK(sim_settle_all(w.b) == 2); /* he says so, too: nothing takes a place by itself */
    sim_pass(s, TRUST_MINUTE);
    w.ab = sim_chat_with(w.a, "Ben");
    w.ba = sim_chat_with(w.b, "Ana");
    SETUP(sim_send(w.a, w.ab, "after it, Ana", NULL) == OK);
    SETUP(sim_send(w.b, w.ba, "after it, Ben", NULL) == OK);
    SETUP(sim_send(w.a, ga, "after it, group", NULL) == OK);
    sim_pass(s, TRUST_MINUTE);
    CHECK(sim_leaves(w.a, w.ab, w.a2->core->account.own.device) == 0);
    CHECK(sim_leaves(w.a, ga, w.a2->core->account.own.device) == 0);
    CHECK(sim_heard(w.a2, "after it, Ana") == 0 && sim_heard(w.a2, "after it, Ben") == 0);
    CHECK(sim_heard(w.a2, "after it, group") == 0);
    CHECK(sim_heard(w.b, "after it, Ana") == 1 && sim_heard(w.a, "after it, Ben") == 1);
    CHECK(sim_heard(w.b, "after it, group") == 1);
}

TEST(row_4b_it_speaks_with_a_key_of_no_chain)
{
    static const uint8_t lowest[16] = {[15] = 2};
    struct stolen w;
    struct sim *s = trust_world(7006);
    SETUP(stolen_make(&w) && revoke(&w));
    SETUP(sim_evil_new_key(w.a2) == OK);
    w.a2->evil->lawless = w.a2->evil->together = true;
    w.a2->core->account.own.dropped = false; /* it does not stop by itself */
    uint64_t chat =
        sim_evil_make_room(w.a2, STORE_CHAT_PAIR, "", sim_person(w.a2, "Ben"), 0, lowest);
    SETUP(chat != 0);
    sim_pass(s, 2 * TRUST_MINUTE);
    SETUP(sim_send(w.b, sim_chat_with(w.b, "Ana"), "secret of Ben to Ana", NULL) == OK);
    (void)sim_send(w.a2, chat, "it is me, Ana", NULL);
    sim_pass(s, TRUST_MINUTE);
    CHECK(sim_heard(w.b, "it is me, Ana") == 0);
    CHECK(sim_heard(w.a2, "secret of Ben to Ana") == 0);
    CHECK(sim_heard(w.a, "secret of Ben to Ana") == 1);
}

/* What it can read off is no code and no secret of the account: every setting it has, tried. */
TEST(row_4c_it_reads_the_recovery_code_off)
{
    struct stolen w;
    uint8_t raw[RECOVERY_CODE_BYTES];
    char text[2 * RECOVERY_CODE_BYTES + 1], sql[200];
    struct sim *s = trust_world(7005);
    SETUP(stolen_make(&w) && recovery_code_parse(raw, slice_of_string(w.a->code)) == OK);
    for (size_t i = 0; i < sizeof raw; i++) {
        (void)snprintf(text + 2 * i, 3, "%02X", raw[i]);
    }
    struct sim_device *all[] = {w.a, w.a2};
    for (size_t i = 0; i < 2; i++) {
        (void)snprintf(sql, sizeof sql,
                       "SELECT count(*) FROM setting WHERE instr(hex(value),'%s')>0", text);
        CHECK(sim_number(all[i], sql) == 0);
        (void)snprintf(sql, sizeof sql,
                       "SELECT count(*) FROM setting WHERE instr(CAST(value AS TEXT),'%s')>0",
                       w.a->code);
        CHECK(sim_number(all[i], sql) == 0);
        CHECK(sim_number(all[i], "SELECT count(*) FROM setting WHERE key IN "
                                 "('recovery-code','account-secret')") == 0);
    }
    SETUP(revoke(&w));
    struct sim_device *thief = sim_device(s, "thief");
    (void)sim_recover(thief, "AAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAA");
    sim_pass(s, 5 * TRUST_MINUTE);
    SETUP(sim_send(w.a, w.ab, "secret of Ana", NULL) == OK);
    SETUP(sim_send(w.b, w.ba, "secret of Ben", NULL) == OK);
    sim_pass(s, TRUST_MINUTE);
    CHECK(sim_heard(thief, "secret of Ana") == 0 && sim_heard(thief, "secret of Ben") == 0);
    CHECK(sim_heard(w.b, "secret of Ana") == 1 && sim_heard(w.a, "secret of Ben") == 1);
}

TEST(row_5_it_goes_on_speaking_as_ana)
{
    struct stolen w;
    struct sim *s = trust_world(7014);
    SETUP(stolen_make(&w));
    SETUP(sim_send(w.a2, w.a2b, "before", NULL) == OK); /* its healing is done */
    sim_pass(s, 20000);
    SETUP(sim_heard(w.b, "before") == 1);
    s->hostile->mute = w.a2; /* its client reads nothing; the gateway is honest */
    SETUP(sim_revoke(w.a, w.a2) == OK);
    sim_pass(s, TRUST_MINUTE);
    SETUP(sim_send(w.a, w.ab, "my phone was stolen", NULL) == OK);
    sim_pass(s, 50 * TRUST_MINUTE);
    w.a2->core->account.own.dropped = false; /* nor does it stop by itself */
    (void)sim_send(w.a2, w.a2b, "all well, send the money here", NULL);
    sim_pass(s, TRUST_MINUTE);
    CHECK(sim_heard(w.b, "my phone was stolen") == 1);
    CHECK(sim_heard(w.b, "all well, send the money here") == 0);
}

TEST(by_reading_its_package_under_the_name_of_a_valid_device)
{
    static const char *const people[] = {"Ana"};
    struct stolen w;
    struct sim *s = trust_world(7032);
    SETUP(stolen_make(&w));
    sim_hostile_steal(w.a2);
    SETUP(revoke(&w));
    s->hostile->swap[0].of = w.a;
    s->hostile->swap[0].by = w.a2;
    s->hostile->swap[0].asked_by = w.b;
    uint64_t gb = sim_group(w.b, "Ben's group", people, 1);
    sim_pass(s, TRUST_MINUTE);
    SETUP(gb != 0 && s->hostile->swaps > 0);
    CHECK(sim_leaves(w.b, gb, w.a2->core->account.own.device) == 0);
    memset(s->hostile->swap, 0, sizeof s->hostile->swap);
    sim_pass(s, 2 * TRUST_HOUR);
    SETUP(sim_send(w.b, gb, "to Ana alone", NULL) == OK);
    sim_pass(s, TRUST_MINUTE);
    CHECK(sim_heard(w.a, "to Ana alone") == 1);
}

TEST(by_reading_it_sits_in_a_group_whose_members_know_the_chain)
{
    static const char *const people[] = {"Ben"}, *const other[] = {"Ana"};
    struct stolen w;
    struct sim *s = trust_world(7033);
    SETUP(stolen_make(&w));
    uint64_t ga = sim_group(w.a, "the group", people, 1);
    sim_pass(s, TRUST_MINUTE);
    uint64_t gb = sim_chat_of_type(w.b, ABI_CHAT_TYPE_GROUP);
    SETUP(ga != 0 && gb != 0 && sim_send(w.b, gb, "before", NULL) == OK);
    sim_pass(s, TRUST_MINUTE);
    SETUP(sim_heard(w.a2, "before") == 1);
    s->hostile->no_commits = w.a; /* the entry goes out, the removals do not */
    SETUP(sim_revoke(w.a, w.a2) == OK);
    sim_pass(s, TRUST_MINUTE);
    /* Ben meets the entry with her packages */
    SETUP(sim_group(w.b, "another group", other, 1) != 0);
    sim_pass(s, TRUST_MINUTE);
    SETUP(sim_count(w.b,
                    "SELECT count(*) FROM chain c JOIN person p ON p.id=c.person WHERE p.name=?",
                    "Ana") == 3);
    SETUP(sim_send(w.b, gb, "the safe is behind the picture", NULL) == OK);
    SETUP(sim_send(w.b, w.ba, "and its code is 1234", NULL) == OK);
    sim_pass(s, 10 * TRUST_MINUTE); /* any member removes it first */
    CHECK(sim_heard(w.a2, "the safe is behind the picture") == 0);
    CHECK(sim_heard(w.a2, "and its code is 1234") == 0);
    CHECK(sim_heard(w.a, "the safe is behind the picture") == 1);
}

TEST(by_reading_a_sync_record_of_it_clears_an_alarm)
{
    struct stolen w;
    struct sim *s = trust_world(7034);
    SETUP(stolen_make(&w));
    SETUP(sim_evil_sql(w.a, "UPDATE person SET verified=2 WHERE name='Ben'") == OK);
    SETUP(sim_verify(w.a2, "Ben") == OK);
    sim_pass(s, TRUST_MINUTE);
    CHECK(sim_verified(w.a, "Ben") ==
          ABI_VERIFIED_CHANGED); /* until its owner has looked at it here */
}

/* What a gateway keeps of a link, and what it can open of it with a secret that it gets later, used
 * as the code and as the key of the session. */
struct reader {
    struct sim *sim;
    uint8_t secret[64];
    size_t secret_n;
    size_t code_opened, opened, kept; /* of the mailbox of the code; of all; of all that are kept */
    bool history;                     /* a word of the history stood in what was opened           */
};

/* Every message that is kept in the mailbox, tried with this key and every number there may be. */
static enum err read_mailbox(struct step *s, struct reader *r, const uint8_t room[112],
                             const char *word, size_t *opened)
{
    enum { NUMBERS = 64, MAILBOX = 0, KEY = 80 };
    struct frame_deliver d;
    struct slice plain;
    for (size_t k = 0; sim_hostile_log(r->sim, s->arena, room + MAILBOX, k, &d); k++) {
        bool found = false;
        r->kept++;
        for (uint64_t n = 1; n < NUMBERS && !found; n++) {
            for (uint8_t role = 1; role <= 2 && !found; role++) {
                found = own_outer_open(s->arena, room + KEY, room + MAILBOX, n, role, NULL, d.body,
                                       &plain) == OK;
            }
        }
        *opened += found;
        for (size_t i = 0; found && i + strlen(word) <= plain.n; i++) {
            r->history = r->history ||
                         slice_equal(slice_make(plain.p + i, strlen(word)), slice_of_string(word));
        }
    }
    return OK;
}

static enum err read_link(struct own *o, struct step *s, void *user)
{
    static const char *const labels[] = {"sotto link code 2", "sotto link session 2"};
    struct reader *r = user;
    uint8_t room[112];
    (void)o;
    for (size_t i = 0; i < 2; i++) {
        size_t opened = 0;
        TRY(crypto_hkdf(CRYPTO_SHA256, room, sizeof room, slice_of_string(labels[i]),
                        slice_make(r->secret, r->secret_n),
                        SLICE_LITERAL("mailbox, tag, seed, key")));
        TRY(read_mailbox(s, r, room, "our history", &opened));
        r->opened += opened;
        r->code_opened += i == 0 ? opened : 0;
    }
    return OK;
}

static enum err session_secret(struct own *o, struct step *s, void *user)
{
    struct reader *r = user;
    struct slice v;
    (void)o;
    TRY(store_own_setting_get(s->store, s->arena, "link-secret", &v));
    if (v.n > sizeof r->secret) {
        return ERR_LIMIT;
    }
    memcpy(r->secret, v.p, v.n);
    r->secret_n = v.n;
    return OK;
}

TEST(by_reading_a_link_code_that_leaks_later)
{
    enum { PAIRING_MESSAGES = 5 };
    struct slice code;
    char text[64] = "";
    uint8_t raw[OWN_PAIRING_CODE_SIZE];
    uint64_t ab, ba;
    struct sim *s = trust_world(7035);
    struct sim_device *a = trust_person("ana", "Ana"), *b = trust_person("ben", "Ben");
    SETUP(a != NULL && b != NULL);
    sim_run(s, 5000);
    SETUP(sim_meet(a, b, &ab, &ba) && sim_send(a, ab, "our history", NULL) == OK);
    sim_pass(s, TRUST_MINUTE);
    struct sim_device *a2 = sim_device(s, "ana2"), *thief = sim_device(s, "thief");
    SETUP(sim_link_device(a2, &code) == OK && code.n < sizeof text);
    memcpy(text, code.p, code.n);
    sim_run(s, 1000);
    SETUP(sim_link_accept(a, text) == OK);
    /* the same eyes with the true key of the session, to see that they can read */
    struct reader passive = {.sim = s}, control = {.sim = s};
    for (int i = 0; i < 100 && control.secret_n != OWN_PAIRING_KEY_SIZE; i++) {
        sim_run(s, 500);
        SETUP(sim_try(a2, session_secret, &control) == OK);
    }
    SETUP(control.secret_n == OWN_PAIRING_KEY_SIZE);
    SETUP(sim_link_run(a, a2) && sim_heard(a2, "our history") == 1);
    SETUP(sim_try(b, read_link, &control) == OK && control.opened > PAIRING_MESSAGES);
    SETUP(control.history);
    sim_pass(s, TRUST_HOUR);
    /* the gateway kept everything, and gets the code now */
    SETUP(text_get_base32(raw, sizeof raw, slice_of_string(text)) == OK);
    memcpy(passive.secret, raw, sizeof raw);
    passive.secret_n = sizeof raw;
    SETUP(sim_try(b, read_link, &passive) == OK);
    CHECK(passive.kept == PAIRING_MESSAGES && passive.code_opened == PAIRING_MESSAGES);
    CHECK(passive.opened == PAIRING_MESSAGES && !passive.history);
    /* and to take part with it is too late */
    (void)sim_evil(thief);
    SETUP(sim_link_device(thief, &code) == OK);
    SETUP(sim_evil_link_code(thief, text) == OK);
    sim_pass(s, TRUST_HOUR);
    CHECK(sim_person(thief, "Ben") == 0);
    CHECK(sim_heard(thief, "our history") == 0);
}

TEST_MAIN(TEST_ROW(row_4a_it_changes_its_key_in_a_path_before),
          TEST_ROW(row_4b_it_speaks_with_a_key_of_no_chain),
          TEST_ROW(row_4c_it_reads_the_recovery_code_off),
          TEST_ROW(row_5_it_goes_on_speaking_as_ana),
          TEST_ROW(by_reading_its_package_under_the_name_of_a_valid_device),
          TEST_ROW(by_reading_it_sits_in_a_group_whose_members_know_the_chain),
          TEST_ROW(by_reading_a_sync_record_of_it_clears_an_alarm),
          TEST_ROW(by_reading_a_link_code_that_leaks_later))
