/* Random schedules in a hostile world. Ana with two devices, Ben and Cem have a group, and chats of
 * two. The gateway drops, repeats, reorders, gives packages of its own under their names, replays
 * Welcomes, withholds bundles, lies about the time, opens gaps and goes back to a backup; one of
 * Ana's devices is stolen, and revoked on the way; Cem obeys no rule. Then the gateway is honest.
 * Clocks are up to a year apart in a tenth of the worlds.
 *
 *   flow_hostile [SCHEDULES [FIRST_SEED]]     a failing seed is printed; give it to replay it
 *
 * What must hold after each is in `claims`; one line each. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/check.h"
#include "lib/sim_evil.h"
#include "lib/sim_hostile.h"
#include "lib/sim_play.h"
#include "store/chat.h"

#define STEPS 24
#define TEXTS_MAX 64
#define MINUTE 60000ull
#define HOUR (60 * MINUTE)
#define SHOWN_MAX 6 /* seeds printed for a claim */

enum who { ANA, STOLEN, BEN, CEM, FORGER, DEVICES };
enum room { PAIR, GROUP, ROOMS };

/* The invariants. */
enum claim {
    OUTSIDER, /* nobody reads a word who was in no entry that the speaking device knew   */
    FORGED,   /* no word is shown under a name whose device did not say it               */
    STATE,    /* honest devices that were given the same log are in the same state       */
    ORDER,    /* the same order, the same edits of one author on all screens             */
    ARRIVES,  /* what was only delayed is there in the end                               */
    VERIFIED, /* verified does not stay over a change of identity                        */
    CLAIMS
};
static const char *const claims[] = {
    "nobody_reads_what_was_not_for_them", "no_word_under_a_name_that_did_not_say_it",
    "the_same_log_the_same_state",        "the_same_order_and_edits_on_all_screens",
    "what_was_delayed_arrives",           "verified_never_stays_over_a_change_of_identity"};

struct text {
    char words[32];
    enum who by;
    enum room room;
    bool told_of_theft; /* its speaker knew then that the device was revoked */
    bool forged;        /* it must be shown to nobody                        */
    uint64_t id;        /* row at its speaker                                */
    bool edited;
    char edit[32];
};
struct world {
    struct sim *s;
    struct sim_device *d[DEVICES];
    uint64_t chat[DEVICES][ROOMS];
    struct text text[TEXTS_MAX];
    size_t text_n;
    bool revoked, locked, cem_out, stopped; /* stopped: Cem has spoilt the group */
    uint64_t seed;
};

static unsigned broken[CLAIMS]; /* schedules in which it did not hold */
static uint64_t last_broken[CLAIMS];
static uint64_t shown[CLAIMS][SHOWN_MAX];

static void violated(const struct world *w, enum claim c, const char *what)
{
    if (broken[c] == 0 || last_broken[c] != w->seed) {
        if (broken[c] < SHOWN_MAX) {
            shown[c][broken[c]] = w->seed;
        }
        broken[c]++;
        last_broken[c] = w->seed;
    }
    if (getenv("HOSTILE_SAY") != NULL) {
        printf("seed %llu: %s: %s\n", (unsigned long long)w->seed, claims[c], what);
    }
}

/* ---- the world ----------------------------------------------------------------------------- */

static bool build(struct world *w, uint64_t seed)
{
    static const char *const names[] = {"ana", "stolen", "ben", "cem", "gateway"};
    static const char *const people[] = {"Ben", "Cem"};
    uint64_t x, y;
    memset(w, 0, sizeof *w);
    w->seed = seed;
    w->s = sim_create(seed);
    w->s->cheap = true;
    for (int i = 0; i < DEVICES; i++) {
        w->d[i] = sim_device(w->s, names[i]);
    }
    if (seed % 10 == 0) {
        for (int i = 0; i < DEVICES; i++) {
            int64_t days = (int64_t)sim_rand(w->s, 365) - 182;
            w->d[i]->clock_ms = days * 24 * (int64_t)HOUR;
        }
    }
    if (sim_make(w->d[ANA], "Ana") != OK || sim_make(w->d[BEN], "Ben") != OK ||
        sim_make(w->d[CEM], "Cem") != OK || sim_make(w->d[FORGER], "Ben") != OK) {
        return false;
    }
    sim_run(w->s, 3000);
    if (!sim_meet(w->d[ANA], w->d[BEN], &w->chat[ANA][PAIR], &w->chat[BEN][PAIR]) ||
        !sim_meet(w->d[ANA], w->d[CEM], &x, &y) || !sim_meet(w->d[CEM], w->d[BEN], &x, &y) ||
        !sim_second_device(w->d[ANA], w->d[STOLEN])) {
        return false;
    }
    w->chat[ANA][GROUP] = sim_group(w->d[ANA], "the group", people, 2);
    sim_pass(w->s, MINUTE);
    for (int i = STOLEN; i <= CEM; i++) {
        w->chat[i][GROUP] = sim_chat_of_type(w->d[i], STORE_CHAT_GROUP);
    }
    w->chat[STOLEN][PAIR] = sim_chat_with(w->d[STOLEN], "Ben");
    (void)sim_hostile(w->s);
    (void)sim_evil(w->d[STOLEN]);
    (void)sim_evil(w->d[CEM]);
    return w->chat[ANA][GROUP] != 0 && w->chat[BEN][GROUP] != 0 && w->chat[CEM][GROUP] != 0 &&
           w->chat[STOLEN][GROUP] != 0 && w->chat[STOLEN][PAIR] != 0 &&
           sim_verify(w->d[BEN], "Ana") == OK && sim_verify(w->d[ANA], "Ben") == OK;
}

/* Does this device know the entry that drops the stolen one? */
static bool knows(struct world *w, enum who who)
{
    if (who == ANA) {
        return w->revoked;
    }
    return w->revoked &&
           sim_count(w->d[who],
                     "SELECT count(*) FROM chain c JOIN person p ON p.id=c.person WHERE p.name=?",
                     "Ana") >= 3;
}

/* The chat that stands for this room now: another may have taken its place. */
static uint64_t now_chat(struct world *w, enum who who, enum room room)
{
    uint64_t chat =
        room == GROUP ? w->chat[who][GROUP] : sim_chat_with(w->d[who], who == BEN ? "Ana" : "Ben");
    return chat != 0 ? chat : w->chat[who][room];
}

static void say(struct world *w, enum who who, enum room room, bool forged)
{
    if (w->text_n == TEXTS_MAX) {
        return;
    }
    struct text *t = &w->text[w->text_n];
    memset(t, 0, sizeof *t);
    snprintf(t->words, sizeof t->words, "word %zu of %s", w->text_n, w->d[who]->name);
    t->by = who;
    t->room = room;
    t->told_of_theft = knows(w, who);
    t->forged = forged;
    if (sim_send(w->d[who], now_chat(w, who, room), t->words, &t->id) == OK) {
        w->text_n++;
    }
}

static void edit(struct world *w, enum who who)
{
    for (size_t i = w->text_n; i > 0; i--) {
        struct text *t = &w->text[i - 1];
        if (t->by == who && !t->forged && t->id != 0) {
            char next[32];
            snprintf(next, sizeof next, "edit %u of %s", sim_rand(w->s, 100000), w->d[who]->name);
            if (sim_edit(w->d[who], t->id, next) == OK) {
                memcpy(t->edit, next, sizeof next);
                t->edited = true;
            }
            return;
        }
    }
}

/* ---- what is done to it -------------------------------------------------------------------- */

static void gateway_acts(struct world *w)
{
    struct sim *s = w->s;
    struct sim_hostile *h = s->hostile;
    enum who victim = sim_rand(s, 2) == 0 ? ANA : BEN;
    switch (sim_rand(s, 11)) {
    case 0:
        s->loss_percent = sim_rand(s, 40);
        s->dup_percent = sim_rand(s, 200);
        break;
    case 1:
        h->swallow_posts = 1;
        break;
    case 2:
        h->hold_posts = 1;
        break;
    case 3: /* packages of its own for Ben's, asked for by whom it likes */
        h->swap[0].of = w->d[BEN];
        h->swap[0].by = w->d[FORGER];
        h->swap[0].asked_by = sim_rand(s, 2) == 0 ? NULL : w->d[ANA];
        break;
    case 4:
        sim_hostile_replay_inbox(w->d[victim]);
        break;
    case 5:
        h->no_info = !h->no_info;
        break;
    case 6:
        h->shift_ms = (int64_t)sim_rand(s, 2000000) - 1000000;
        break;
    case 7:
        sim_hostile_gap(w->d[victim]);
        break;
    case 8:
        sim_gateway_backup(s);
        break;
    case 9:
        (void)sim_gateway_restore(s);
        break;
    default:
        h->garble_for = w->d[victim];
        h->garble = 1;
        break;
    }
}

static void thief_acts(struct world *w)
{
    struct sim_device *t = w->d[STOLEN];
    static const uint8_t low[16] = {[15] = 9};
    /* shown or not: what it says before Ben knows may be, and what it says after may not */
    switch (sim_rand(w->s, 4)) {
    case 0:
        say(w, STOLEN, sim_rand(w->s, 2) == 0 ? PAIR : GROUP, knows(w, BEN));
        break;
    case 1:
        w->s->hostile->mute = w->s->hostile->mute == t ? NULL : t;
        break;
    case 2:
        (void)sim_evil_heal(t);
        break;
    default:
        if (w->revoked && !t->evil->lawless) {
            t->evil->lawless = t->evil->together = true;
            (void)sim_evil_make_room(t, STORE_CHAT_PAIR, "", sim_person(t, "Ben"), 0, low);
        }
        break;
    }
}

static void cem_acts(struct world *w)
{
    struct sim_device *c = w->d[CEM];
    uint8_t room[16], mailbox[16];
    switch (sim_rand(w->s, 5)) {
    case 0:
        say(w, CEM, GROUP, false);
        break;
    case 1:
        (void)sim_evil_propose_removal(c, w->chat[CEM][GROUP],
                                       w->d[sim_rand(w->s, 2) == 0 ? ANA : BEN]->core->own.account);
        break;
    case 2:
        if (!c->evil->lawless && sim_room(c, w->chat[CEM][GROUP], room, mailbox)) {
            c->evil->lawless = c->evil->together = true;
            (void)sim_evil_make_room(c, STORE_CHAT_GROUP, "the group", sim_person(c, "Ana"),
                                     sim_person(c, "Ben"), room);
        }
        break;
    case 3:
        if (w->seed % 8 == 7) { /* not in each: today all members run in a circle from then on */
            w->stopped = sim_evil_garbage(c, w->chat[CEM][GROUP]) == OK || w->stopped;
        }
        break;
    default:
        (void)sim_evil_heal(c);
        break;
    }
}

static void honest_act(struct world *w)
{
    enum who who = sim_rand(w->s, 2) == 0 ? ANA : BEN;
    switch (sim_rand(w->s, 8)) {
    case 0:
        edit(w, who);
        break;
    case 1:
        sim_offline(w->d[who], true);
        sim_run(w->s, sim_rand(w->s, 20000));
        sim_offline(w->d[who], false);
        break;
    case 2:
        if (!w->revoked && sim_rand(w->s, 2) == 0) {
            w->revoked = sim_revoke(w->d[ANA], w->d[STOLEN]) == OK;
        }
        break;
    default:
        say(w, who, sim_rand(w->s, 2) == 0 ? PAIR : GROUP, false);
        break;
    }
}

/* ---- in the end ---------------------------------------------------------------------------- */

static void honest_gateway(struct world *w)
{
    struct sim_hostile *h = w->s->hostile;
    w->s->loss_percent = w->s->dup_percent = 0;
    h->swallow_posts = h->hold_posts = h->garble = 0;
    memset(h->swap, 0, sizeof h->swap);
    h->no_info = false;
    h->shift_ms = 0;
    h->mute = NULL;
    if (!w->revoked) {
        w->revoked = sim_revoke(w->d[ANA], w->d[STOLEN]) == OK;
    }
    for (int i = 0; i < DEVICES; i++) {
        sim_offline(w->d[i], true);
        sim_offline(w->d[i], false);
    }
    sim_pass(w->s, w->stopped ? MINUTE : 3 * HOUR);
    say(w, ANA, PAIR, false);
    say(w, BEN, PAIR, false);
    say(w, ANA, GROUP, false);
    say(w, BEN, GROUP, false);
    sim_pass(w->s, w->stopped ? MINUTE : HOUR);
}

static const char *last_words(const struct text *t)
{
    return t->edited ? t->edit : t->words;
}

static int64_t has(struct world *w, enum who who, const struct text *t)
{
    int64_t n = sim_heard(w->d[who], t->words);
    return t->edited ? n + sim_heard(w->d[who], t->edit) : n;
}

static void judge_text(struct world *w, const struct text *t)
{
    bool honest = t->by == ANA || t->by == BEN;
    if (honest && has(w, FORGER, t) != 0) {
        violated(w, OUTSIDER, t->words);
    }
    if (honest && t->told_of_theft && has(w, STOLEN, t) != 0) {
        violated(w, OUTSIDER, t->words);
    }
    if (honest && t->room == PAIR && has(w, CEM, t) != 0) {
        violated(w, OUTSIDER, t->words);
    }
    if (t->forged && (has(w, ANA, t) != 0 || has(w, BEN, t) != 0)) {
        violated(w, FORGED, t->words);
    }
    if (!honest || (t->room == GROUP && w->stopped)) {
        return;
    }
    if (sim_heard(w->d[ANA], last_words(t)) != 1 || sim_heard(w->d[BEN], last_words(t)) != 1) {
        violated(w, has(w, ANA, t) == 1 && has(w, BEN, t) == 1 ? ORDER : ARRIVES, t->words);
    }
}

static void judge_order(struct world *w, enum room room)
{
    int place_a[TEXTS_MAX], place_b[TEXTS_MAX];
    uint64_t chat_a = now_chat(w, ANA, room), chat_b = now_chat(w, BEN, room);
    for (size_t i = 0; i < w->text_n; i++) {
        place_a[i] = sim_place(w->d[ANA], chat_a, last_words(&w->text[i]));
        place_b[i] = sim_place(w->d[BEN], chat_b, last_words(&w->text[i]));
    }
    for (size_t i = 0; i < w->text_n; i++) {
        for (size_t k = 0; k < i; k++) {
            if (place_a[i] < 0 || place_a[k] < 0 || place_b[i] < 0 || place_b[k] < 0) {
                continue;
            }
            if ((place_a[i] < place_a[k]) != (place_b[i] < place_b[k])) {
                violated(w, ORDER, w->text[i].words);
                return;
            }
        }
    }
}

static void judge(struct world *w)
{
    char safe_a[61], safe_b[61];
    for (size_t i = 0; i < w->text_n; i++) {
        judge_text(w, &w->text[i]);
    }
    for (int room = PAIR; room < ROOMS; room++) {
        judge_order(w, (enum room)room);
        if (room == GROUP && w->stopped) {
            continue;
        }
        uint64_t a = sim_epoch(w->d[ANA], now_chat(w, ANA, (enum room)room));
        uint64_t b = sim_epoch(w->d[BEN], now_chat(w, BEN, (enum room)room));
        if (a != b || a == UINT64_MAX) {
            violated(w, STATE, room == PAIR ? "pair" : "group");
        }
    }
    sim_safety(w->d[ANA], "Ben", safe_a);
    sim_safety(w->d[BEN], "Ana", safe_b);
    if (strcmp(safe_a, safe_b) != 0 &&
        (sim_verified(w->d[ANA], "Ben") == 1 || sim_verified(w->d[BEN], "Ana") == 1)) {
        violated(w, VERIFIED, safe_a);
    }
}

static bool run(uint64_t seed)
{
    struct world w;
    bool fine = build(&w, seed);
    for (int i = 0; fine && i < STEPS && !w.stopped; i++) {
        switch (sim_rand(w.s, 6)) {
        case 0:
            gateway_acts(&w);
            break;
        case 1:
            thief_acts(&w);
            break;
        case 2:
            cem_acts(&w);
            break;
        default:
            honest_act(&w);
            break;
        }
        sim_run(w.s, sim_rand(w.s, 5000));
    }
    if (fine) {
        honest_gateway(&w);
        judge(&w);
    }
    sim_destroy(w.s);
    return fine;
}

int main(int argc, char **argv)
{
    unsigned n = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 20, unbuilt = 0;
    (void)setvbuf(stdout, NULL, _IOLBF, 0);
    uint64_t first = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    for (unsigned i = 0; i < n; i++) {
        if (!run(first + i)) {
            printf("seed %llu: the world could not be built\n", (unsigned long long)(first + i));
            unbuilt++;
        }
    }
    unsigned bad = unbuilt;
    for (int c = 0; c < CLAIMS; c++) {
        printf("%s %s: violated in %u of %u hostile schedules", broken[c] == 0 ? "ok" : "not ok",
               claims[c], broken[c], n);
        for (unsigned i = 0; i < broken[c] && i < SHOWN_MAX; i++) {
            printf("%s %llu", i == 0 ? ", seeds" : "", (unsigned long long)shown[c][i]);
        }
        printf("\n");
        bad += broken[c];
    }
    printf("%s every_world_is_built: %u of %u\n", unbuilt == 0 ? "ok" : "not ok", n - unbuilt, n);
    return bad == 0 ? 0 : 1;
}
