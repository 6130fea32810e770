/* Random schedules: two people with two devices each, their chat and a group, while the line
 * fails, packets double, devices crash, sleep for weeks, change the group at the same time and
 * revoke each other. Afterwards everyone has every message exactly once and nothing is unreadable;
 * a revoked device reads nothing that is said then, and its successor has the whole history. All
 * devices show the same order and the same edits, and none says that something is missing. In each
 * tenth world the clocks of the devices are up to a year apart.
 *
 *   flow_schedule [SCHEDULES [FIRST_SEED]]     a failing seed is printed; give it to replay it
 *
 * Two builds that do the same print the same digest for the same seeds; SCHEDULE_DIGESTS=1 prints
 * one for each world.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/hash.h"
#include "lib/check.h"
#include "lib/sim.h"
#include "store/sql.h"

#define PER_WORLD 25 /* schedules run one after another in a world: state builds up */
#define TEXTS_MAX 4096
#define QUARTER_MS 900000
#define DAY_MS 86400000ll

struct world {
    struct sim *s;
    uint64_t rng;            /* of what people do: the same whatever the devices draw */
    struct sim_device *d[4]; /* ana, ana2, ben, ben2 */
    bool locked_up[4];
    bool revoked[4];
    char texts[TEXTS_MAX][24];
    bool note[TEXTS_MAX]; /* to self: only the own devices have it */
    int owner[TEXTS_MAX];
    int by[TEXTS_MAX];
    bool maybe[TEXTS_MAX]; /* said by a device that was revoked before it was sent, perhaps */
    size_t text_n;
};

static unsigned revocations; /* of all worlds */

static uint32_t pick(struct world *w, uint32_t below)
{
    w->rng = w->rng * 6364136223846793005ull + 1442695040888963407ull;
    return (uint32_t)((w->rng >> 33) % below);
}

static bool build(struct world *w, uint64_t seed)
{
    static const char *const names[] = {"ana", "ana2", "ben", "ben2"};
    struct abi_op op;
    uint64_t ab = 0, ba = 0, person;
    memset(w, 0, sizeof *w);
    w->s = sim_create(seed);
    w->rng = seed;
    w->s->cheap = seed % 8 != 0;               /* each eighth: X-Wing, all key packages */
    w->s->tree_inline = seed % 3 == 0 ? 1 : 0; /* each third: every tree is a parcel    */
    for (int i = 0; i < 4; i++) {
        w->d[i] = sim_device(w->s, names[i]);
        if (seed % 10 == 0) { /* clocks up to a year apart */
            w->d[i]->clock_ms = ((int64_t)pick(w, 365) - 182) * DAY_MS;
        }
    }
    if (sim_make(w->d[0], "Ana") != OK || sim_make(w->d[2], "Ben") != OK) {
        return false;
    }
    sim_run(w->s, 3000);
    if (!sim_meet(w->d[0], w->d[2], &ab, &ba)) {
        return false;
    }
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_PEOPLE;
    if (sim_op(w->d[0], &op) != OK || w->d[0]->reply.result.people.list_n != 1) {
        return false;
    }
    person = w->d[0]->reply.result.people.list[0].id;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_GROUP_MAKE;
    op.op_group_make.name = SLICE_LITERAL("group");
    op.op_group_make.people = &person;
    op.op_group_make.people_n = 1;
    if (sim_op(w->d[0], &op) != OK) {
        return false;
    }
    sim_run(w->s, 10000);
    return sim_second_device(w->d[0], w->d[1]) && sim_second_device(w->d[2], w->d[3]);
}

static void say(struct world *w, int who)
{
    uint64_t type = pick(w, 5);
    uint64_t chat;
    type = type == 0 ? 0 : type < 3 ? 1 : 2;
    chat = sim_chat_of_type(w->d[who], type);
    if (chat == 0 || w->text_n == TEXTS_MAX) {
        return;
    }
    snprintf(w->texts[w->text_n], sizeof w->texts[0], "text %zu by %d", w->text_n, who);
    if (sim_send(w->d[who], chat, w->texts[w->text_n], NULL) == OK) {
        w->note[w->text_n] = type == 0;
        w->owner[w->text_n] = who / 2;
        w->by[w->text_n] = who;
        w->maybe[w->text_n] = false;
        w->text_n++;
    }
}

/* `who` changes something that its person said, on whatever device. */
static void edit(struct world *w, int who)
{
    struct abi_op op;
    char text[24 + 16];
    if (w->text_n == 0) {
        return;
    }
    size_t t = w->text_n - 1 - pick(w, w->text_n < 20 ? (uint32_t)w->text_n : 20);
    int64_t id = w->owner[t] != who / 2
                     ? -1
                     : sim_count(w->d[who],
                                 "SELECT id FROM message WHERE sender=1 AND type=0 AND state<4 AND "
                                 "(text=?1 OR text LIKE ?1 || ', %')",
                                 w->texts[t]);
    if (id <= 0) {
        return;
    }
    snprintf(text, sizeof text, "%s, %u", w->texts[t], pick(w, 1000));
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_EDIT;
    op.op_edit.message = (uint64_t)id;
    op.op_edit.text = slice_of_string(text);
    (void)sim_op(w->d[who], &op);
}

static void rename_group(struct world *w, int who)
{
    struct abi_op op;
    char name[32];
    uint64_t chat = sim_chat_of_type(w->d[who], ABI_CHAT_TYPE_GROUP);
    snprintf(name, sizeof name, "name %u", pick(w, 1000));
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_GROUP_SET;
    op.op_group_set.chat = chat;
    op.op_group_set.name = slice_of_string(name);
    (void)sim_op(w->d[who], &op); /* Ben may not: that is an answer too */
}

static void set_timer(struct world *w, int who, uint64_t seconds)
{
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_CHAT_SET;
    op.op_chat_set.chat = sim_chat_of_type(w->d[who], ABI_CHAT_TYPE_PAIR);
    op.op_chat_set.key = SLICE_LITERAL("archived");
    op.op_chat_set.value = seconds & 1;
    (void)sim_op(w->d[who], &op);
}

/* `who` says that the other device of the account is lost. */
static void revoke(struct world *w, int who)
{
    struct abi_op op;
    int other = who ^ 1;
    uint8_t id[32];
    if (w->revoked[0] || w->revoked[1] || w->revoked[2] || w->revoked[3]) {
        return;
    }
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_DEVICE_REVOKE;
    memcpy(id, w->d[other]->core->account.own.device, 32);
    op.op_device_revoke.device = SLICE_ARRAY(id);
    if (sim_op(w->d[who], &op) != OK) {
        return;
    }
    w->revoked[other] = true;
    for (size_t t = 0; t < w->text_n; t++) {
        w->maybe[t] = w->maybe[t] || w->by[t] == other;
    }
}

static void act(struct world *w)
{
    struct sim *s = w->s;
    int who = (int)pick(w, 4);
    who = w->revoked[who] ? who ^ 1 : who;
    switch (pick(w, 16)) {
    case 0:
    case 1:
    case 2:
    case 3:
    case 4:
    case 5:
    case 6:
        say(w, who);
        break;
    case 7:
        sim_offline(w->d[who], true);
        break;
    case 8:
        sim_offline(w->d[who], false);
        break;
    case 9:
        sim_crash(w->d[who]);
        if (sim_unlock(w->d[who]) != OK) {
            w->locked_up[who] = true;
        }
        break;
    case 10: /* everyone changes the group at once */
        rename_group(w, w->revoked[0] ? 1 : 0);
        rename_group(w, w->revoked[1] ? 0 : 1);
        say(w, w->revoked[2] ? 3 : 2);
        say(w, w->revoked[3] ? 2 : 3);
        break;
    case 11:
        sim_cut(w->d[who], 1 + (int)pick(w, 2));
        break;
    case 12:                    /* weeks */
        if (pick(w, 10) == 0) { /* asleep, all of them */
            for (int i = 0; i < 4; i++) {
                sim_offline(w->d[i], true);
            }
            sim_run(s, 20ull * 86400000);
            for (int i = 0; i < 4; i++) {
                sim_offline(w->d[i], false);
            }
        } else {
            sim_run(s, 600000);
        }
        break;
    case 13:
        set_timer(w, who, pick(w, 100));
        edit(w, who);
        edit(w, w->revoked[who ^ 1] ? who : who ^ 1); /* both at once */
        break;
    case 14:
        if (pick(w, 12) == 0) {
            revoke(w, who);
        }
        sim_run(s, pick(w, 3000));
        break;
    default:
        sim_run(s, pick(w, 3000));
        break;
    }
}

static void settle(struct world *w)
{
    struct sim *s = w->s;
    s->loss_percent = s->dup_percent = 0;
    for (int i = 0; i < 4; i++) {
        sim_offline(w->d[i], true);
        sim_offline(w->d[i], false);
    }
    for (int round = 0; round < 60; round++) {
        int64_t waiting = 0;
        sim_run(s, 5000);
        for (int i = 0; i < 4; i++) {
            if (w->revoked[i]) {
                continue;
            }
            waiting += sim_count(w->d[i],
                                 "SELECT (SELECT count(*) FROM outbox)+(SELECT count(*) "
                                 "FROM wish)+(SELECT count(*) FROM pending)+(SELECT "
                                 "count(*) FROM chat WHERE note=1)",
                                 NULL);
        }
        if (waiting == 0 && round > 16) { /* a dead line is noticed after 65 s */
            break;
        }
    }
    /* What comes next begins on the full quarter of an hour, however long this took. */
    sim_run(s, QUARTER_MS - s->now_ms % QUARTER_MS);
}

static void describe(struct world *w)
{
    static const char *const counts[] = {"outbox", "wish", "pending", "request"};
    for (int i = 0; i < 4; i++) {
        char sql[128];
        printf("  %s: line %d/%d", w->d[i]->name, w->d[i]->core->account.own.conn[1].line,
               w->d[i]->core->account.own.conn[2].line);
        for (size_t k = 0; k < 4; k++) {
            snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", counts[k]);
            printf(" %s %lld", counts[k], (long long)sim_count(w->d[i], sql, NULL));
        }
        for (int type = 0; type < 3; type++) {
            snprintf(sql, sizeof sql, "SELECT max(note) FROM chat WHERE type=%d", type);
            printf(" note%d %lld", type, (long long)sim_count(w->d[i], sql, NULL));
            snprintf(sql, sizeof sql, "SELECT max(cursor) FROM chat WHERE type=%d", type);
            printf(" cursor%d %lld", type, (long long)sim_count(w->d[i], sql, NULL));
            snprintf(sql, sizeof sql,
                     "SELECT max(n) FROM epoch WHERE chat=(SELECT id FROM chat WHERE type=%d)",
                     type);
            printf(" epoch%d %lld", type, (long long)sim_count(w->d[i], sql, NULL));
        }
        const struct own *o = &w->d[i]->core->account.own;
        size_t asks = 0;
        for (size_t k = 0; k < OWN_ASKS_MAX; k++) {
            asks += o->asks[k].request != 0;
        }
        printf(" asks %zu boxes", asks);
        for (size_t k = 0; k < o->box_n; k++) {
            printf(" [%lld h%u o%d head %llu posts %u]", (long long)o->boxes[k].chat,
                   o->boxes[k].handle, o->boxes[k].opened, (unsigned long long)o->boxes[k].head,
                   o->boxes[k].posts);
        }
        printf("\n");
    }
}

/* What a device shows of a kind of chat, in order. */
struct shown {
    int type;
    size_t n;
    struct {
        uint8_t mid[32];
        char text[40];
    } list[TEXTS_MAX];
};

static enum err collect(struct own *o, struct step *s, void *user)
{
    struct shown *out = user;
    struct store_rows r;
    bool has = false;
    (void)o;
    out->n = 0;
    TRY(store_rows_open(s->store, &r,
                        "SELECT m.mid,m.text FROM message m JOIN chat c ON c.id=m.chat WHERE "
                        "c.type=? AND m.type=0 ORDER BY m.chat,m.place,m.id",
                        "i", (int64_t)out->type));
    enum err e = OK;
    while (out->n < TEXTS_MAX && (e = store_rows_next(&r, &has)) == OK && has) {
        struct slice mid = store_rows_bytes(&r, 0), text = store_rows_bytes(&r, 1);
        memcpy(out->list[out->n].mid, mid.p, 32);
        snprintf(out->list[out->n++].text, sizeof out->list[0].text, "%.*s", (int)text.n,
                 (const char *)text.p);
    }
    store_rows_close(&r);
    return e;
}

static size_t find(const struct shown *in, const uint8_t mid[32])
{
    size_t i = 0;
    while (i < in->n && memcmp(in->list[i].mid, mid, 32) != 0) {
        i++;
    }
    return i;
}

/* Two devices: what both show stands in the same order, in the same words. */
static int judge_two(struct world *w, int a, int b, int type, uint64_t seed)
{
    static struct shown list[2];
    size_t last = 0;
    list[0].type = list[1].type = type;
    (void)sim_try(w->d[a], collect, &list[0]);
    (void)sim_try(w->d[b], collect, &list[1]);
    for (size_t i = 0; i < list[0].n; i++) {
        size_t at = find(&list[1], list[0].list[i].mid);
        if (at == list[1].n) {
            continue; /* counted by judge */
        }
        if (at + 1 <= last) {
            printf("seed %llu: %s and %s differ in the order of \"%s\" (chat %d)\n",
                   (unsigned long long)seed, w->d[a]->name, w->d[b]->name, list[0].list[i].text,
                   type);
            return 1;
        }
        if (strcmp(list[0].list[i].text, list[1].list[at].text) != 0) {
            printf("seed %llu: %s shows \"%s\", %s \"%s\"\n", (unsigned long long)seed,
                   w->d[a]->name, list[0].list[i].text, w->d[b]->name, list[1].list[at].text);
            return 1;
        }
        last = at + 1;
    }
    return 0;
}

static int judge_order(struct world *w, uint64_t seed)
{
    int bad = 0;
    for (int a = 0; a < 4; a++) {
        for (int b = a + 1; b < 4; b++) {
            for (int type = a / 2 == b / 2 ? 0 : 1; type < 3; type++) {
                bad += w->revoked[a] || w->revoked[b] ? 0 : judge_two(w, a, b, type, seed);
            }
        }
    }
    return bad;
}

/* Messages of this world that are missing, doubled or unreadable. */
static int judge(struct world *w, uint64_t seed)
{
    int bad = judge_order(w, seed);
    for (int i = 0; i < 4; i++) {
        if (w->revoked[i]) {
            continue;
        }
        int64_t n =
            sim_count(w->d[i], "SELECT count(*) FROM message WHERE type IN (3,5) OR state=4", NULL);
        if (n != 0 || w->locked_up[i]) {
            printf("seed %llu: %s has %lld unreadable, missing or failed\n",
                   (unsigned long long)seed, w->d[i]->name, (long long)n);
            bad++;
        }
        for (size_t t = 0; t < w->text_n; t++) {
            if (w->maybe[t]) {
                continue;
            }
            int64_t want = w->note[t] && w->owner[t] != i / 2 ? 0 : 1;
            n = sim_count(w->d[i],
                          "SELECT count(*) FROM message WHERE text=?1 OR text LIKE ?1 || ', %'",
                          w->texts[t]);
            if (n != want) {
                printf("seed %llu: %s has \"%s\" %lld times, not %lld\n", (unsigned long long)seed,
                       w->d[i]->name, w->texts[t], (long long)n, (long long)want);
                if (++bad > 8) {
                    return bad;
                }
            }
        }
    }
    return bad;
}

/* ---- digests: what people read at the end, to compare two builds by the same seeds ----------- */

struct digests {
    struct crypto_sha256 said, order; /* who reads what; the same in the order it is shown in */
};

static enum err add_rows(struct step *s, struct crypto_sha256 *h, const char *sql)
{
    struct store_rows r;
    bool has = false;
    TRY(store_rows_open(s->store, &r, sql, ""));
    enum err e = OK;
    while ((e = store_rows_next(&r, &has)) == OK && has) {
        uint8_t type = (uint8_t)store_rows_int(&r, 0);
        crypto_sha256_update(h, slice_make(&type, 1));
        crypto_sha256_update(h, store_rows_bytes(&r, 1));
    }
    store_rows_close(&r);
    return e;
}

#define READ                                                                                       \
    "SELECT c.type,m.text||';' FROM message m JOIN chat c ON c.id=m.chat WHERE m.text LIKE 'text " \
    "% by %' ORDER BY c.type,"

static enum err add_device(struct own *o, struct step *s, void *user)
{
    struct digests *d = user;
    (void)o;
    TRY(add_rows(s, &d->said, READ "m.text"));
    return add_rows(s, &d->order, READ "m.at_ms,m.id");
}

static struct digests all; /* of all worlds */

static void print_digests(const char *what, const struct digests *d)
{
    struct crypto_sha256 said = d->said, order = d->order;
    uint8_t a[32], b[32];
    crypto_sha256_final(&said, a);
    crypto_sha256_final(&order, b);
    printf("%s: read %02x%02x%02x%02x%02x%02x%02x%02x in order %02x%02x%02x%02x%02x%02x%02x%02x\n",
           what, a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], b[0], b[1], b[2], b[3], b[4], b[5],
           b[6], b[7]);
}

static void digest(struct world *w, uint64_t seed)
{
    struct digests d;
    char what[32];
    crypto_sha256_init(&d.said);
    crypto_sha256_init(&d.order);
    for (int i = 0; i < 4; i++) {
        if (sim_try(w->d[i], add_device, &d) != OK || sim_try(w->d[i], add_device, &all) != OK) {
            abort();
        }
    }
    if (getenv("SCHEDULE_DIGESTS") != NULL) {
        snprintf(what, sizeof what, "seed %llu", (unsigned long long)seed);
        print_digests(what, &d);
    }
}

/* The revoked one hears nothing of what is said now; a new device takes its place. */
static int replace_revoked(struct world *w, uint64_t seed)
{
    char name[16];
    for (int i = 0; i < 4; i++) {
        if (!w->revoked[i]) {
            continue;
        }
        size_t first = w->text_n;
        for (int k = 0; k < 4; k++) {
            if (!w->revoked[k]) {
                say(w, k);
                say(w, k);
            }
        }
        settle(w);
        for (size_t t = first; t < w->text_n; t++) {
            if (sim_count(w->d[i], "SELECT count(*) FROM message WHERE text=?", w->texts[t]) != 0) {
                printf("seed %llu: %s was revoked and reads \"%s\"\n", (unsigned long long)seed,
                       w->d[i]->name, w->texts[t]);
                return 1;
            }
        }
        sim_offline(w->d[i], true);
        snprintf(name, sizeof name, "dev%zu", w->s->dev_n);
        w->d[i] = sim_device(w->s, name);
        if (!sim_second_device(w->d[i ^ 1], w->d[i])) {
            printf("seed %llu: %s could not be linked\n", (unsigned long long)seed, name);
            return 1;
        }
        w->revoked[i] = false;
        revocations++;
        settle(w);
        return judge(w, seed);
    }
    return 0;
}

static int run_world(uint64_t seed, int schedules)
{
    struct world *w = calloc(1, sizeof *w);
    int bad = 0;
    if (!build(w, seed)) {
        printf("seed %llu: the world could not be built\n", (unsigned long long)seed);
        bad = 1;
    }
    for (int k = 0; bad == 0 && k < schedules; k++) {
        w->s->loss_percent = pick(w, 3) * 10;
        w->s->dup_percent = pick(w, 3) * 30;
        for (uint32_t n = 6 + pick(w, 14); n > 0; n--) {
            act(w);
        }
        settle(w);
        bad = judge(w, seed);
        bad = bad != 0 ? bad : replace_revoked(w, seed);
        if (bad != 0) {
            describe(w);
            printf("seed %llu: schedule %d of its world; replay: flow_schedule %d %llu\n",
                   (unsigned long long)seed, k, PER_WORLD, (unsigned long long)seed);
        }
    }
    if (bad == 0) {
        digest(w, seed);
    }
    sim_destroy(w->s);
    free(w);
    return bad;
}

int main(int argc, char **argv)
{
    int schedules = argc > 1 ? atoi(argv[1]) : 50;
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    int passed = 0, failed = 0;
    crypto_sha256_init(&all.said);
    crypto_sha256_init(&all.order);
    for (int done = 0; done < schedules; done += PER_WORLD, seed++) {
        int n = schedules - done < PER_WORLD ? schedules - done : PER_WORLD;
        int bad = run_world(seed, n);
        passed += bad == 0 ? n : 0;
        failed += bad == 0 ? 0 : n;
    }
    printf("%s %d of %d random schedules, %u devices revoked and replaced: 0 unreadable, 0 lost, "
           "0 shown twice, one order, the same edits\n",
           failed == 0 ? "ok" : "not ok", passed, schedules, revocations);
    print_digests("digest of all timelines", &all);
    printf("%d passed, %d failed\n", passed, failed);
    return failed != 0;
}
