/* Rows of the review about who an account is: its record, coming back by it, entries that somebody
 * forges, and branches that end. */
#include "engine/own/code.h"
#include "lib/sim_forge.h"
#include "schema/chain.h"
#include "trust.h"

enum { COMPARED = 3, AGAIN = 2, VERIFIED = 1 };

/* Ana with two devices, Ben, their chat; each has compared. */
struct pair {
    struct sim_device *a, *a2, *b;
    uint64_t ab, ba;
};

static bool pair(struct pair *p)
{
    p->a = trust_person("ana", "Ana");
    p->b = trust_person("ben", "Ben");
    if (p->a == NULL || p->b == NULL) {
        return false;
    }
    sim_run(world, 5000);
    p->a2 = sim_device(world, "ana2");
    if (!sim_meet(p->a, p->b, &p->ab, &p->ba) || !sim_second_device(p->a, p->a2)) {
        return false;
    }
    sim_pass(world, TRUST_MINUTE);
    bool fine = sim_verify(p->b, "Ana") == OK && sim_verify(p->a, "Ben") == OK;
    sim_pass(world, TRUST_MINUTE);
    return fine;
}

static bool code_of(const char *text, struct own_code *out)
{
    uint8_t raw[OWN_CODE_BYTES];
    return own_code_parse(raw, slice_of_string(text)) == OK && own_code_derive(raw, out) == OK;
}

static bool heard(struct sim_device *by, uint64_t chat, const char *text, struct sim_device *who)
{
    bool sent = sim_send(by, chat, text, NULL) == OK;
    sim_pass(world, TRUST_MINUTE);
    return sent && sim_heard(who, text) == 1;
}

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
        if (slice_equal(SLICE_ARRAY(l[i].device), SLICE_ARRAY(d->core->own.device))) {
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
            memcpy(keys[i], who->core->own.device, 32);
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
    return sim_evil_sql(d, "INSERT INTO person(account,name,inbox,contact,verified) "
                           "VALUES(randomblob(32),'False Ben',randomblob(16),1,1)") == OK
               ? sim_count(d, "SELECT id FROM person WHERE name=?", "False Ben")
               : 0;
}

static void forged_record(uint64_t seed, bool own_name)
{
    struct pair p;
    struct own_code code;
    struct choice list[8];
    struct sim *s = trust_world(seed);
    SETUP(pair(&p) && code_of(p.a->code, &code));
    struct sim_device *m = trust_person("gateway", "Mal"), *n = sim_device(s, "new");
    SETUP(m != NULL && sim_forge_parts(s, p.a->core->own.account) == 2);
    const struct sim_forge_part part = {
        .account = p.a->core->own.account,
        .device = own_name ? m->core->own.device : p.a->core->own.device,
        .hpke = own_code_hpke(&code), /* stands beside the chain */
        .person = false_ben(m),
        .number = (uint64_t)INT64_MAX - 1,
    };
    SETUP(part.person != 0 && sim_forge_record(m, &part));
    SETUP(sim_recover(n, p.a->code) == OK);
    sim_run(s, 20000);
    size_t count = choices(n, list, 8);
    const struct choice *forged = choice_of(list, count, own_name ? m : p.a);
    SETUP(forged != NULL);
    CHECK(forged->part == 2); /* it cannot be read: said */
    CHECK(!own_name || !forged->listed);
    CHECK(finish(n, own_name ? m : p.a, p.a2) == OK); /* even if it is asked for */
    sim_pass(s, TRUST_MINUTE);
    CHECK(sim_person(n, "False Ben") == 0);
    CHECK(sim_person(n, "Ben") != 0 && sim_verified(n, "Ben") == COMPARED); /* the other part */
    CHECK(sim_said(n, 17) == 1); /* not all could be brought back */
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
    struct pair p;
    struct own_code code;
    struct sim_forge f;
    struct sim *s = trust_world(seed);
    SETUP(pair(&p) && code_of(p.a->code, &code));
    struct sim_device *m = trust_person("gateway", "Mal"), *n = sim_device(s, "new");
    struct chain_entry zero;
    SETUP(m != NULL && sim_forge_at(m, m->core->own.account, 0, &zero));
    const struct crypto_sign_secret *mine = &m->core->own.device_secret;
    chain_begin(&f.e, first ? NULL : &zero);
    if (first) {
        SETUP(chain_add(&f.e, m->core->own.device) == OK);
    }
    memcpy(f.e.recovery, code.sign.b, sizeof f.e.recovery);
    memcpy(f.e.recovery_hpke, code.hpke_hash, sizeof f.e.recovery_hpke);
    SETUP(sim_forge_sign(&f, first ? NULL : &zero, m->core->own.device, false, mine, NULL));
    sim_forge_hide(s, p.a->core->own.account);
    sim_forge_store(s, &f, own_code_hpke(&code));
    const struct sim_forge_part part = {f.e.id, m->core->own.device, own_code_hpke(&code),
                                        false_ben(m), 1};
    SETUP(sim_forge_record(m, &part));
    SETUP(sim_recover(n, p.a->code) == OK);
    sim_run(s, 20000);
    CHECK(n->link_phase == 5); /* not found: the code, or the gateway */
    CHECK(sim_recover_choose(n, false) != OK && !n->core->own.loaded);
    sim_pass(s, TRUST_HOUR);
    CHECK(sim_person(n, "False Ben") == 0 && sim_leaves_of(p.b, p.ba, f.e.id) == 0);
    CHECK(heard(p.b, p.ba, "to Ana", p.a));
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
    struct pair p;
    struct choice list[8];
    struct sim *s = trust_world(seed);
    SETUP(pair(&p));
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
    SETUP(phone != NULL && phone->part == 1 && strcmp(phone->name, "ana2") == 0);
    CHECK(finish(n, p.a, taken ? p.a2 : NULL) == OK);
    sim_pass(s, TRUST_MINUTE);
    CHECK(sim_person(n, "Ben") != 0);
    CHECK((sim_person(n, "False Ben") != 0) == taken);
    CHECK(sim_number(n, "SELECT count(*) FROM person WHERE verified=1") == 0);
    CHECK(sim_verified(n, "Ben") == COMPARED);
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
    struct pair p;
    uint64_t x, y;
    struct sim *s = trust_world(7425);
    SETUP(pair(&p));
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
    CHECK(sim_forge_parts(s, p.a->core->own.account) == 2);
    SETUP(sim_recovered(n, p.a->code));
    sim_pass(s, TRUST_MINUTE);
    CHECK(sim_person(n, "Cem") != 0 && sim_person(n, "Ben") != 0);
}

TEST(row_b16_names_are_there_for_the_question_and_then_one_entry)
{
    struct pair p;
    struct choice list[8];
    struct chain_entry e;
    struct sim *s = trust_world(7426);
    SETUP(pair(&p));
    struct sim_device *n = sim_device(s, "new");
    int64_t head = sim_forge_head(s, p.a->core->own.account);
    SETUP(sim_recover(n, p.a->code) == OK);
    sim_run(s, 20000);
    size_t count = choices(n, list, 8);
    const struct choice *one = choice_of(list, count, p.a), *two = choice_of(list, count, p.a2);
    CHECK(count == 2 && one != NULL && two != NULL);
    CHECK(strcmp(one->name, "ana") == 0 && strcmp(two->name, "ana2") == 0);
    CHECK(one->listed && two->listed && one->part == 1 && two->part == 1);
    CHECK(sim_forge_head(s, p.a->core->own.account) == head); /* nothing is written before */
    CHECK(finish(n, p.a, NULL) == OK);
    sim_pass(s, TRUST_MINUTE);
    CHECK(sim_forge_head(s, p.a->core->own.account) == head + 1);
    CHECK(sim_forge_at(n, p.a->core->own.account, (uint64_t)head + 1, &e));
    CHECK(e.device_n == 1 && chain_has_device(&e, n->core->own.device));
    struct own_code before, after;
    CHECK(code_of(p.b->code, &before) && code_of(n->code, &after));
    CHECK(slice_equal(SLICE_ARRAY(e.recovery), SLICE_ARRAY(after.sign.b)));
    sim_pass(s, TRUST_MINUTE);
    CHECK(sim_verified(p.b, "Ana") == AGAIN && sim_said(p.b, 10) == 1);
}

/* ---- entries that somebody forges ------------------------------------------------------------ */

/* An entry n of Ana's chain, beside the one that everybody has: her second device alone is listed,
 * and signs. */
static bool sibling(const struct pair *p, uint64_t n, uint8_t mark, struct sim_forge *f)
{
    struct chain_entry last;
    if (!sim_forge_at(p->b, p->a->core->own.account, n - 1, &last)) {
        return false;
    }
    chain_begin(&f->e, &last);
    f->e.home[0] = mark; /* whatever it likes */
    return chain_drop(&f->e, p->a->core->own.device) == OK &&
           sim_forge_sign(f, &last, p->a2->core->own.device, false, &p->a2->core->own.device_secret,
                          NULL);
}

TEST(row_a8_a_revoked_device_raises_a_fork_once)
{
    struct pair p;
    struct sim_forge f;
    struct abi_op op;
    struct sim *s = trust_world(7408);
    SETUP(pair(&p) && sim_revoke(p.a, p.a2) == OK);
    sim_pass(s, TRUST_MINUTE);
    sim_tick(s, 365 * TRUST_DAY);
    sim_pass(s, TRUST_HOUR);
    SETUP(heard(p.a, p.ab, "a year later", p.b) && sim_verified(p.b, "Ana") == VERIFIED);
    SETUP(sibling(&p, 2, 1, &f) && sim_forge_hear(p.b, &f));
    CHECK(sim_said(p.b, 15) == 1 && sim_verified(p.b, "Ana") == AGAIN);
    SETUP(sim_send(p.b, p.ba, "waits", NULL) == OK);
    sim_pass(s, 10 * TRUST_MINUTE);
    CHECK(sim_heard(p.a, "waits") == 0 && sim_state(p.b, "waits") == 0);
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_FORK_SETTLE;
    op.op_fork_settle.person = (uint64_t)sim_person(p.b, "Ana");
    SETUP(sim_op(p.b, &op) == OK); /* looked: what he has is kept */
    sim_pass(s, 10 * TRUST_MINUTE);
    CHECK(sim_heard(p.a, "waits") == 1 && sim_heard(p.a2, "waits") == 0);
    SETUP(sim_verify(p.b, "Ana") == OK);
    /* again, and more of them than he keeps: only told */
    for (uint8_t i = 0; i < 20; i++) {
        SETUP(sibling(&p, 2, (uint8_t)(i + 2), &f) && sim_forge_hear(p.b, &f));
    }
    CHECK(sim_verified(p.b, "Ana") == VERIFIED && sim_said(p.b, 15) == 1);
    CHECK(sim_said(p.b, 18) >= 1 && sim_said(p.b, 18) <= 16);
    CHECK(heard(p.b, p.ba, "does not wait", p.a));
}

TEST(row_a8_who_has_filled_the_store_hides_no_fork_of_others)
{
    struct pair p;
    struct sim_forge f;
    struct chain_entry last;
    struct sim *s = trust_world(7418);
    SETUP(pair(&p) && sim_revoke(p.a, p.a2) == OK);
    sim_pass(s, TRUST_MINUTE);
    for (uint8_t i = 0; i < 20; i++) {
        SETUP(sibling(&p, 2, (uint8_t)(i + 1), &f) && sim_forge_hear(p.b, &f));
    }
    SETUP(sim_said(p.b, 15) == 1);
    SETUP(sim_forge_at(p.b, p.a->core->own.account, 1, &last));
    chain_begin(&f.e, &last);
    f.e.why = CHAIN_WHY_HOME;
    f.e.home[0]++;
    SETUP(sim_forge_sign(&f, &last, p.a->core->own.device, false, &p.a->core->own.device_secret,
                         NULL));
    SETUP(sim_forge_hear(p.b, &f)); /* another signer */
    CHECK(sim_said(p.b, 15) == 2);
}

TEST(row_a8_a_bare_hash_raises_nothing)
{
    struct pair p;
    struct sim *s = trust_world(7428);
    SETUP(pair(&p));
    sim_evil(p.a2)->lawless = sim_evil(p.a2)->false_name = true; /* its leaf names an entry 1 that
                                                                    is none */
    SETUP(sim_evil_heal(p.a2) == OK);
    sim_pass(s, 10 * TRUST_MINUTE);
    SETUP(sim_evil(p.a2)->false_names > 0);
    CHECK(sim_number(p.b, "SELECT count(*) FROM person WHERE fork<>0") == 0);
    CHECK(sim_verified(p.b, "Ana") == VERIFIED && sim_said(p.b, 15) == 0);
}

/* ---- the chain as a resource ----------------------------------------------------------------- */

/* Entries that change nothing, by the stolen device, from the newest at the gateway to number
 * `upto`: as if it had taken its time. */
static bool fill(const struct pair *p, uint64_t upto, struct sim_forge *f, struct slice hpke)
{
    const uint8_t *account = p->a->core->own.account;
    if (!sim_forge_at(p->a2, account, (uint64_t)sim_forge_head(world, account), &f->e)) {
        return false;
    }
    while (f->e.n < upto) {
        struct chain_entry last = f->e;
        chain_begin(&f->e, &last);
        f->e.why = CHAIN_WHY_HOME;
        f->e.home[0]++;
        if (!sim_forge_sign(f, &last, p->a2->core->own.device, false,
                            &p->a2->core->own.device_secret, NULL)) {
            return false;
        }
        sim_forge_store(world, f, hpke);
    }
    return true;
}

TEST(row_a10_a_stolen_device_writes_twenty_a_day)
{
    struct pair p;
    struct sim_forge f;
    const struct sim *s = trust_world(7410);
    SETUP(pair(&p));
    const uint8_t *account = p.a->core->own.account;
    int64_t first = sim_forge_head(world, account);
    SETUP(sim_forge_at(p.a2, account, (uint64_t)first, &f.e));
    (void)s;
    for (int i = 0; i < 30; i++) {
        struct chain_entry last = f.e;
        chain_begin(&f.e, &last);
        f.e.why = CHAIN_WHY_HOME;
        f.e.home[0]++;
        SETUP(sim_forge_sign(&f, &last, p.a2->core->own.device, false,
                             &p.a2->core->own.device_secret, NULL));
        (void)sim_forge_put(p.a2, &f);
    }
    CHECK(sim_forge_head(world, account) <= CHAIN_DEVICE_ENTRIES_A_DAY);
    SETUP(sim_forge_head(world, account) > first);
    /* with the code at hand nobody need wait for tomorrow */
    struct abi_op op;
    uint8_t id[32];
    char code[64];
    memset(&op, 0, sizeof op);
    memcpy(id, p.a2->core->own.device, sizeof id);
    SETUP(sim_new_code(p.a, code) == OK);
    op.kind = ABI_OP_DEVICE_REVOKE;
    op.op_device_revoke.device = SLICE_ARRAY(id);
    op.op_device_revoke.code = slice_of_string(code);
    op.op_device_revoke.old = slice_of_string(p.a->code);
    CHECK(sim_op(p.a, &op) == OK);
    sim_pass(world, TRUST_MINUTE);
    CHECK(p.a2->core->own.dropped && !p.a->core->own.dropped);
}

TEST(row_a10_a_full_chain_is_the_recovery_keys)
{
    struct pair p;
    struct own_code code;
    struct sim_forge f;
    struct sim *s = trust_world(7420);
    SETUP(pair(&p) && code_of(p.a->code, &code));
    const uint8_t *account = p.a->core->own.account;
    SETUP(fill(&p, CHAIN_DEVICE_ENTRIES - 1, &f, own_code_hpke(&code)));
    sim_tick(s, TRUST_DAY);
    sim_pass(s, TRUST_MINUTE);
    struct chain_entry last = f.e;
    chain_begin(&f.e, &last);
    f.e.home[0]++;
    SETUP(sim_forge_sign(&f, &last, p.a2->core->own.device, false, &p.a2->core->own.device_secret,
                         NULL));
    CHECK(!sim_forge_put(p.a2, &f)); /* no more by a device */
    struct sim_device *n = sim_device(s, "new");
    CHECK(sim_recovered(n, p.a->code));
    sim_pass(s, 10 * TRUST_MINUTE);
    CHECK(sim_forge_head(s, account) == CHAIN_DEVICE_ENTRIES);
    CHECK(n->core->own.loaded && !n->core->own.dropped);
    CHECK(p.a2->core->own.dropped);
    uint64_t nb = sim_chat_with(n, "Ben");
    SETUP(nb != 0);
    sim_pass(s, TRUST_HOUR);
    CHECK(heard(n, nb, "I am back", p.b) && sim_heard(p.a2, "I am back") == 0);
}

TEST(row_a18_a_dropped_key_is_never_listed_again)
{
    struct pair p;
    struct sim_forge f;
    struct chain_entry last;
    struct sim *s = trust_world(7418);
    SETUP(pair(&p) && sim_revoke(p.a, p.a2) == OK);
    sim_pass(s, TRUST_MINUTE);
    const uint8_t *account = p.a->core->own.account;
    SETUP(sim_forge_at(p.b, account, 2, &last));
    chain_begin(&f.e, &last);
    f.e.why = CHAIN_WHY_ADDED;
    SETUP(chain_add(&f.e, p.a2->core->own.device) == OK);
    SETUP(sim_forge_sign(&f, &last, p.a->core->own.device, false, &p.a->core->own.device_secret,
                         &p.a2->core->own.device_secret));
    CHECK(!sim_forge_put(p.a, &f));
    SETUP(sim_forge_hear(p.b, &f));
    CHECK(!sim_forge_at(p.b, account, 3, &last)); /* he has not taken it either */
    CHECK(sim_leaves(p.b, p.ba, p.a2->core->own.device) == 0);
    CHECK(heard(p.b, p.ba, "to Ana", p.a) && sim_heard(p.a2, "to Ana") == 0);
}

TEST_MAIN(TEST_ROW(row_a1_the_gateway_forges_the_record_of_a_listed_device),
          TEST_ROW(row_a1_the_gateway_writes_a_record_of_its_own),
          TEST_ROW(row_a2_a_chain_of_its_own_that_takes_the_code_over),
          TEST_ROW(row_a2_a_chain_of_its_own_from_the_start),
          TEST_ROW(row_a5_what_a_stolen_device_wrote_is_left_out),
          TEST_ROW(row_a5_and_where_it_is_not_nobody_is_verified),
          TEST_ROW(row_a8_a_revoked_device_raises_a_fork_once),
          TEST_ROW(row_a8_who_has_filled_the_store_hides_no_fork_of_others),
          TEST_ROW(row_a8_a_bare_hash_raises_nothing),
          TEST_ROW(row_a10_a_stolen_device_writes_twenty_a_day),
          TEST_ROW(row_a10_a_full_chain_is_the_recovery_keys),
          TEST_ROW(row_a18_a_dropped_key_is_never_listed_again),
          TEST_ROW(row_b15_a_part_a_device_and_less_overwrites_no_more),
          TEST_ROW(row_b16_names_are_there_for_the_question_and_then_one_entry))
