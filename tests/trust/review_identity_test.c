/* Rows of the review about who an account is: its record, and coming back by it. */
#include "account.h"

/* ---- the record ------------------------------------------------------------------------------ */

struct choice {
    uint8_t device[32];
    char name[32];
    bool listed;
    uint64_t part;
};

/* What a device that recovers shows, until the person chooses. */
static size_t choices(struct sim_device *d, struct choice *out, size_t cap)
{
    struct abi_op op;
    size_t n = 0;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_RECOVERY_CHOICES;
    if (sim_op(d, &op) != OK) {
        return 0;
    }
    const struct abi_choices *l = &d->reply.result.choices;
    for (; n < l->list_n && n < cap; n++) {
        const struct abi_choice_view *v = &l->list[n];
        memset(&out[n], 0, sizeof out[n]);
        memcpy(out[n].device, v->device.p, 32);
        memcpy(out[n].name, v->name.p,
               v->name.n < sizeof out[n].name ? v->name.n : sizeof out[n].name - 1);
        out[n].listed = v->listed;
        out[n].part = v->part;
    }
    return n;
}

static const struct choice *choice_of(const struct choice *l, size_t n, const struct sim_device *d)
{
    for (size_t i = 0; i < n; i++) {
        if (slice_equal(SLICE_ARRAY(l[i].device), SLICE_ARRAY(d->core->account.own.device))) {
            return &l[i];
        }
    }
    return NULL;
}

/* No device stays; the parts of these two (NULL: none) are read. */
static enum err finish(struct sim_device *d, const struct sim_device *one,
                       const struct sim_device *two)
{
    struct abi_op op;
    uint8_t keys[2][32];
    struct slice take[2];
    char code[64];
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_RECOVERY_FINISH;
    op.op_recovery_finish.take = take;
    for (int i = 0; i < 2; i++) {
        const struct sim_device *who = i == 0 ? one : two;
        if (who != NULL) {
            memcpy(keys[i], who->core->account.own.device, 32);
            take[op.op_recovery_finish.take_n++] = SLICE_ARRAY(keys[i]);
        }
    }
    TRY(sim_new_code(d, code));
    op.op_recovery_finish.code = slice_of_string(code);
    enum err e = sim_op(d, &op);
    memcpy(d->code, code, sizeof code);
    return e;
}

/* A person of the attacker's store whom it says to be Ben, verified. */
static int64_t false_ben(struct sim_device *d)
{
    return sim_evil_sql(d, "INSERT INTO person(account,address,name,contact,verified) "
                           "VALUES(1,randomblob(32),'False Ben',1,1)") == OK &&
                   sim_evil_sql(d, "INSERT INTO own_person(person,inbox) SELECT max(id),"
                                   "randomblob(16) FROM person") == OK
               ? sim_count(d, "SELECT id FROM person WHERE name=?", "False Ben")
               : 0;
}

static void forged_record(uint64_t seed, bool own_name)
{
    struct account_pair p;
    struct recovery_code code;
    struct choice list[8];
    struct sim *s = trust_world(seed);
    SETUP(account_pair(&p) && account_code(p.a->code, &code));
    struct sim_device *m = trust_person("gateway", "Mal"), *n = sim_device(s, "new");
    SETUP(m != NULL && sim_forge_parts(s, p.a->core->account.own.account) == 2);
    const struct sim_forge_part part = {
        .account = p.a->core->account.own.account,
        .device = own_name ? m->core->account.own.device : p.a->core->account.own.device,
        .hpke = recovery_code_hpke(&code), /* stands beside the chain */
        .person = false_ben(m),
        .number = (uint64_t)INT64_MAX - 1,
    };
    SETUP(part.person != 0 && sim_forge_record(m, &part));
    SETUP(sim_recover(n, p.a->code) == OK);
    sim_run(s, 20000);
    size_t count = choices(n, list, 8);
    const struct choice *forged = choice_of(list, count, own_name ? m : p.a);
    SETUP(forged != NULL);
    CHECK(forged->part == ABI_PART_UNREADABLE); /* it cannot be read: said */
    CHECK(!own_name || !forged->listed);
    CHECK(finish(n, own_name ? m : p.a, p.a2) == OK); /* even if it is asked for */
    sim_pass(s, TRUST_MINUTE);
    CHECK(sim_person(n, "False Ben") == 0);
    CHECK(sim_person(n, "Ben") != 0 &&
          sim_verified(n, "Ben") == ABI_VERIFIED_ONCE); /* the other part */
    CHECK(sim_said(n, ABI_NOTICE_SKIPPED) == 1);        /* not all could be brought back */
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_STATE;
    CHECK(sim_op(n, &op) == OK && n->reply.result.state.skipped);
}

TEST(row_a1_the_gateway_forges_the_record_of_a_listed_device)
{
    forged_record(7401, false);
}

TEST(row_a1_the_gateway_writes_a_record_of_its_own)
{
    forged_record(7411, true);
}

/* Entry 1 lists a key of the gateway and Ana's recovery key, behind an entry 0 of its own; or entry
 * 0 does so at once. */
static void forged_chain(uint64_t seed, bool first)
{
    struct account_pair p;
    struct recovery_code code;
    struct sim_forge f;
    struct sim *s = trust_world(seed);
    SETUP(account_pair(&p) && account_code(p.a->code, &code));
    struct sim_device *m = trust_person("gateway", "Mal"), *n = sim_device(s, "new");
    struct chain_entry zero;
    sim_run(s, 5000); /* it has entry 0 of that account, too */
    SETUP(m != NULL && sim_forge_at(m, m->core->account.own.account, 0, &zero));
    SETUP(sim_forge_head(s, m->core->account.own.account) == 0);
    const struct crypto_sign_secret *mine = &m->core->account.own.device_secret;
    chain_begin(&f.e, first ? NULL : &zero);
    if (first) {
        SETUP(chain_add(&f.e, m->core->account.own.device) == OK);
    }
    memcpy(f.e.recovery, code.sign.b, sizeof f.e.recovery);
    memcpy(f.e.recovery_hpke, code.hpke_hash, sizeof f.e.recovery_hpke);
    SETUP(sim_forge_sign(&f, first ? NULL : &zero, m->core->account.own.device, false, mine, NULL));
    sim_forge_hide(s, p.a->core->account.own.account);
    sim_forge_store(s, &f, recovery_code_hpke(&code));
    const struct sim_forge_part part = {f.e.id, m->core->account.own.device,
                                        recovery_code_hpke(&code), false_ben(m), 1};
    SETUP(sim_forge_record(m, &part));
    SETUP(sim_recover(n, p.a->code) == OK);
    sim_run(s, 20000);
    CHECK(n->link_phase == ABI_LINK_PHASE_FAILED); /* not found: the code, or the gateway */
    CHECK(sim_recover_choose(n, false) != OK && !n->core->account.own.base.ready);
    sim_pass(s, TRUST_HOUR);
    CHECK(sim_person(n, "False Ben") == 0 && sim_leaves_of(p.b, p.ba, f.e.id) == 0);
    CHECK(account_heard(p.b, p.ba, "to Ana", p.a));
}

TEST(row_a2_a_chain_of_its_own_that_takes_the_code_over)
{
    forged_chain(7402, false);
}

TEST(row_a2_a_chain_of_its_own_from_the_start)
{
    forged_chain(7412, true);
}

static void stolen_record(uint64_t seed, bool taken)
{
    struct account_pair p;
    struct choice list[8];
    struct sim *s = trust_world(seed);
    SETUP(account_pair(&p));
    SETUP(false_ben(p.a2) != 0); /* it is Ana's own phone, and writes what it likes */
    SETUP(sim_forge_write(p.a2));
    int64_t verified_ms = sim_number(p.a, "SELECT verified_ms FROM person WHERE name='Ben'");
    sim_hang_up(p.a2, 1);
    sim_pass(s, TRUST_MINUTE);
    struct sim_device *n = sim_device(s, "new");
    SETUP(sim_recover(n, p.a->code) == OK);
    sim_run(s, 20000);
    size_t count = choices(n, list, 8);
    const struct choice *phone = choice_of(list, count, p.a2);
    SETUP(phone != NULL && phone->part == ABI_PART_READABLE && strcmp(phone->name, "ana2") == 0);
    CHECK(finish(n, p.a, taken ? p.a2 : NULL) == OK);
    sim_pass(s, TRUST_MINUTE);
    CHECK(sim_person(n, "Ben") != 0);
    CHECK((sim_person(n, "False Ben") != 0) == taken);
    CHECK(sim_number(n, "SELECT count(*) FROM person WHERE verified=1") == 0);
    CHECK(sim_verified(n, "Ben") == ABI_VERIFIED_ONCE);
    CHECK(sim_number(n, "SELECT verified_ms FROM person WHERE name='Ben'") == verified_ms &&
          verified_ms > 0);
}

TEST(row_a5_what_a_stolen_device_wrote_is_left_out)
{
    stolen_record(7405, false);
}

TEST(row_a5_and_where_it_is_not_nobody_is_verified)
{
    stolen_record(7415, true);
}

TEST(row_b15_a_part_a_device_and_less_overwrites_no_more)
{
    struct account_pair p;
    uint64_t x, y;
    struct sim *s = trust_world(7425);
    SETUP(account_pair(&p));
    sim_offline(p.a2, true);
    struct sim_device *c = trust_person("cem", "Cem"), *n = sim_device(s, "new");
    SETUP(c != NULL && sim_meet(p.a, c, &x, &y));
    sim_pass(s, TRUST_DAY);
    sim_offline(p.a, true);
    /* it has been away, knows less, and writes later */
    SETUP(sim_evil_sql(p.a2, "UPDATE person SET contact=0 WHERE name='Ben'") == OK);
    SETUP(sim_forge_write(p.a2));
    s->hostile->mute = s->hostile->no_box = p.a2;
    sim_offline(p.a2, false);
    sim_pass(s, TRUST_MINUTE);
    SETUP(sim_person(p.a2, "Cem") == 0);
    s->hostile->mute = s->hostile->no_box = NULL;
    CHECK(sim_forge_parts(s, p.a->core->account.own.account) == 2);
    SETUP(sim_recovered(n, p.a->code));
    sim_pass(s, TRUST_MINUTE);
    CHECK(sim_person(n, "Cem") != 0 && sim_person(n, "Ben") != 0);
}

TEST(row_b16_names_are_there_for_the_question_and_then_one_entry)
{
    struct account_pair p;
    struct choice list[8];
    struct chain_entry e;
    struct sim *s = trust_world(7426);
    SETUP(account_pair(&p));
    struct sim_device *n = sim_device(s, "new");
    int64_t head = sim_forge_head(s, p.a->core->account.own.account);
    SETUP(sim_recover(n, p.a->code) == OK);
    sim_run(s, 20000);
    size_t count = choices(n, list, 8);
    const struct choice *one = choice_of(list, count, p.a), *two = choice_of(list, count, p.a2);
    CHECK(count == 2 && one != NULL && two != NULL);
    CHECK(strcmp(one->name, "ana") == 0 && strcmp(two->name, "ana2") == 0);
    CHECK(one->listed && two->listed && one->part == ABI_PART_READABLE &&
          two->part == ABI_PART_READABLE);
    CHECK(sim_forge_head(s, p.a->core->account.own.account) ==
          head); /* nothing is written before */
    CHECK(finish(n, p.a, NULL) == OK);
    sim_pass(s, TRUST_MINUTE);
    CHECK(sim_forge_head(s, p.a->core->account.own.account) == head + 1);
    CHECK(sim_forge_at(n, p.a->core->account.own.account, (uint64_t)head + 1, &e));
    CHECK(e.device_n == 1 && chain_has_device(&e, n->core->account.own.device));
    struct recovery_code before, after;
    CHECK(account_code(p.b->code, &before) && account_code(n->code, &after));
    CHECK(slice_equal(SLICE_ARRAY(e.recovery), SLICE_ARRAY(after.sign.b)));
    sim_pass(s, TRUST_MINUTE);
    CHECK(sim_verified(p.b, "Ana") == ABI_VERIFIED_CHANGED &&
          sim_said(p.b, ABI_NOTICE_RECOVERED) == 1);
    /* the lost devices were the last to change both rooms: she comes into them all the same */
    uint64_t nb = sim_chat_with(n, "Ben");
    SETUP(nb != 0);
    CHECK(account_heard(n, nb, "I am back", p.b) && account_heard(p.b, p.ba, "welcome", n));
    CHECK(sim_heard(p.a, "I am back") == 0 && sim_heard(p.a2, "welcome") == 0);
    CHECK(sim_number(n, "SELECT count(*) FROM chat WHERE state<>0") == 0);
}

/* ---- lines on my own devices ----------------------------------------------------------------- */

TEST(by_reading_what_one_device_does_is_said_on_the_others)
{
    struct account_pair p;
    struct abi_op op;
    struct sim *s = trust_world(7427);
    SETUP(account_pair(&p));
    struct sim_device *a3 = sim_device(s, "ana3");
    SETUP(sim_second_device(p.a, a3));
    sim_pass(s, TRUST_MINUTE);
    sim_hang_up(p.a2, 1);
    sim_pass(s, TRUST_MINUTE);
    CHECK(sim_said(p.a2, ABI_NOTICE_MY_DEVICE) == 1 && sim_said(p.a, ABI_NOTICE_MY_DEVICE) == 0 &&
          sim_said(a3, ABI_NOTICE_MY_DEVICE) == 0);
    CHECK(sim_number(p.a2, "SELECT count(*) FROM device WHERE gone=0 AND name IN "
                           "('ana','ana2','ana3')") == 3);
    CHECK(sim_count(p.a2, "SELECT count(*) FROM message WHERE notice=19 AND text LIKE ?",
                    "%\nana") == 1); /* by whom */
    SETUP(sim_revoke(p.a, a3) == OK);
    sim_pass(s, TRUST_MINUTE);
    sim_hang_up(p.a2, 1);
    sim_pass(s, TRUST_MINUTE);
    CHECK(sim_said(p.a2, ABI_NOTICE_MY_DEVICE_GONE) == 1 &&
          sim_said(p.a, ABI_NOTICE_MY_DEVICE_GONE) == 0);
    CHECK(sim_count(p.a2, "SELECT count(*) FROM message WHERE notice=20 AND text=?", "ana3\nana") ==
          1);
    CHECK(sim_said(p.b, ABI_NOTICE_DEVICE) == 2 &&
          sim_said(p.b, ABI_NOTICE_DEVICE_GONE) == 1); /* and in the chat */
    /* the one that is out says by whom, and keeps what it has */
    CHECK(a3->core->account.own.dropped && sim_person(a3, "Ben") != 0);
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_STATE;
    SETUP(sim_op(a3, &op) == OK);
    CHECK(a3->reply.result.state.dropped &&
          slice_equal(a3->reply.result.state.dropped_by, SLICE_LITERAL("ana")));
}

/* ---- writing it ------------------------------------------------------------------------------ */

/* A number of parts that stands there from a clock that was years ahead: it is passed in strides,
 * and nobody asks in a circle. */
TEST(by_reading_a_record_of_a_clock_that_was_ahead)
{
    struct account_pair p;
    struct choice list[8];
    struct sim *s = trust_world(7437);
    SETUP(account_pair(&p));
    const struct sim_forge_part part = {p.a->core->account.own.account,
                                        p.a->core->account.own.device, SLICE_LITERAL("?"), 1, 0};
    sim_forge_number(s, &part, s->now_ms + 3650 * TRUST_DAY);
    unsigned before = s->hostile->record_puts;
    SETUP(sim_forge_write(p.a));
    sim_hang_up(p.a, 1);
    sim_pass(s, 10 * TRUST_MINUTE);
    CHECK(s->hostile->record_puts - before < 5);
    sim_pass(s, 6 * TRUST_HOUR);
    CHECK(s->hostile->record_puts - before < 40);
    struct sim_device *n = sim_device(s, "new");
    SETUP(sim_recover(n, p.a->code) == OK);
    sim_run(s, 20000);
    const struct choice *own = choice_of(list, choices(n, list, 8), p.a);
    CHECK(own != NULL && own->part == ABI_PART_READABLE);
    CHECK(sim_number(p.a, "SELECT count(*) FROM setting WHERE key='record-step'") == 0);
}

TEST_MAIN(TEST_ROW(row_a1_the_gateway_forges_the_record_of_a_listed_device),
          TEST_ROW(row_a1_the_gateway_writes_a_record_of_its_own),
          TEST_ROW(row_a2_a_chain_of_its_own_that_takes_the_code_over),
          TEST_ROW(row_a2_a_chain_of_its_own_from_the_start),
          TEST_ROW(row_a5_what_a_stolen_device_wrote_is_left_out),
          TEST_ROW(row_a5_and_where_it_is_not_nobody_is_verified),
          TEST_ROW(row_b15_a_part_a_device_and_less_overwrites_no_more),
          TEST_ROW(row_b16_names_are_there_for_the_question_and_then_one_entry),
          TEST_ROW(by_reading_what_one_device_does_is_said_on_the_others),
          TEST_ROW(by_reading_a_record_of_a_clock_that_was_ahead))
