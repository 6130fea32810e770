/* Random schedules in a hostile world. Ana with two devices, Ben, Dora and Cem have a group; Ana
 * and Ben a chat of two, compared. The gateway drops, repeats, reorders, gives packages of its own
 * under Ben's name, replays Welcomes and bundles, lies about the time, opens gaps and goes back to
 * a backup; one of Ana's devices is stolen, and revoked on the way; Cem obeys no rule. Then the
 * gateway is honest, people make the taps that their screens ask for, and what must hold
 * (lib/sim_judge.h) is asked of the stores. Clocks are up to a year apart in a tenth of the worlds.
 *
 *   flow_hostile [SCHEDULES [FIRST_SEED]]     some schedules run one after another in each world; a
 *                                             failing world prints its seed: give it to replay it
 *   flow_hostile --seconds N [FIRST_SEED]     as many as fit
 *   flow_hostile --plant I3                   puts a violation of this kind in: it must be reported
 *   flow_hostile --self-test                  that, for each kind
 *
 * HOSTILE_SAY=1 says all that is found, and what was done. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/own/group_cache.h"
#include "lib/check.h"
#include "lib/sim_evil.h"
#include "lib/sim_hostile.h"
#include "lib/sim_judge.h"
#include "lib/sim_play.h"
#include "store/admit.h"
#include "store/chat.h"

#define PER_WORLD 4 /* schedules run one after another in a world: state builds up */
#define STEPS 20
#define MINUTE 60000ull
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)
#define SETTLE_MS (5 * HOUR) /* others are asked to take one in again after one */
#define SHOWN_MAX 8          /* seeds printed for a claim */

enum who { ANA, BEN, DORA, STOLEN, CEM, FORGER, DEVICES };
#define HONEST 3 /* the first of them */
enum room { PAIR, GROUP, ROOMS };
static const int type_of[ROOMS] = {STORE_CHAT_PAIR, STORE_CHAT_GROUP};

static const char *const claims[SIM_JUDGE_CLAIMS] = {"no_word_opens_for_a_key_that_is_not_listed",
                                                     "the_same_log_the_same_epoch_and_tree",
                                                     "no_word_under_a_name_that_did_not_say_it",
                                                     "the_same_order_and_edits_on_all_screens",
                                                     "what_was_delayed_arrives",
                                                     "verified_never_stays_over_a_change"};

struct world {
    struct sim *s;
    struct sim_device *d[DEVICES];
    struct sim_judge judge;
    uint8_t room[16];              /* of the group, as Ana has it */
    uint64_t mine[DEVICES][ROOMS]; /* chats of the devices that obey nobody */
    bool revoked, no_group, bad;
    bool thief_commits; /* the stolen device did something that may stop a room */
    uint64_t seed;
};

static unsigned broken[SIM_JUDGE_CLAIMS]; /* worlds in which it did not hold */
static uint64_t last_broken[SIM_JUDGE_CLAIMS], shown[SIM_JUDGE_CLAIMS][SHOWN_MAX];
static unsigned schedules, stops, revocations;

/* What hostile devices try, and how often it was done: a step that always fails shows nothing. */
enum act { ACT_SAY, ACT_EDIT, ACT_HEAL, ACT_ROOM, ACT_REMOVE, ACTS };
static const char *const act_names[ACTS] = {"words", "edits", "commits", "rooms", "removals"};
static unsigned tried[ACTS], went[ACTS];

static bool act(enum act what, bool done)
{
    tried[what]++;
    went[what] += done;
    return done;
}
static int planted = -1; /* claim */

static bool talks(void)
{
    return getenv("HOSTILE_SAY") != NULL;
}

__attribute__((format(printf, 2, 3))) static void did(const struct world *w, const char *format,
                                                      ...)
{
    va_list args;
    if (talks()) {
        va_start(args, format);
        printf("  %llu s: ", (unsigned long long)(w->s->now_ms / 1000 - 1700000000));
        vprintf(format, args);
        printf("\n");
        va_end(args);
    }
}

static void violated(void *user, enum sim_judge_claim c, const char *what)
{
    struct world *w = user;
    w->bad = true;
    if (broken[c] == 0 || last_broken[c] != w->seed) {
        if (broken[c] < SHOWN_MAX) {
            shown[c][broken[c]] = w->seed;
        }
        broken[c]++;
        last_broken[c] = w->seed;
    }
    if (talks()) {
        printf("seed %llu: %s: %s\n", (unsigned long long)w->seed, claims[c], what);
    }
}

/* ---- the world ----------------------------------------------------------------------------- */

static bool meet(struct world *w, enum who a, enum who b)
{
    uint64_t x, y;
    return sim_meet(w->d[a], w->d[b], &x, &y);
}

/* Both compare, if what they see is the same. */
static bool compare(struct world *w)
{
    char a[61], b[61];
    sim_safety(w->d[ANA], "Ben", a);
    sim_safety(w->d[BEN], "Ana", b);
    if (a[0] == 0 || strcmp(a, b) != 0 || sim_verify(w->d[BEN], "Ana") != OK ||
        sim_verify(w->d[ANA], "Ben") != OK) {
        return false;
    }
    sim_judge_compares(&w->judge, w->d[ANA], w->d[BEN]);
    sim_judge_compares(&w->judge, w->d[BEN], w->d[ANA]);
    return true;
}

static bool build(struct world *w, uint64_t seed)
{
    static const char *const names[] = {"ana", "ben", "dora", "stolen", "cem", "gateway"};
    static const char *const owners[] = {"Ana", "Ben", "Dora", NULL, "Cem", "Ben"};
    static const char *const people[] = {"Ben", "Cem", "Dora"};
    uint8_t mailbox[16];
    w->seed = seed;
    w->s = sim_create(seed);
    w->s->cheap = true;
    w->judge.violated = violated;
    w->judge.user = w;
    sim_judge_begin(&w->judge, w->s, (1u << HONEST) - 1);
    for (int i = 0; i < DEVICES; i++) {
        w->d[i] = sim_device(w->s, names[i]);
    }
    for (int i = 0; seed % 10 == 0 && i < DEVICES; i++) {
        w->d[i]->clock_ms = ((int64_t)sim_rand(w->s, 365) - 182) * (int64_t)DAY;
    }
    for (int i = 0; i < DEVICES; i++) {
        if (owners[i] != NULL && sim_make(w->d[i], owners[i]) != OK) {
            return false;
        }
    }
    sim_run(w->s, 3000);
    if (!meet(w, ANA, BEN) || !meet(w, ANA, CEM) || !meet(w, CEM, BEN) || !meet(w, ANA, DORA) ||
        !sim_second_device(w->d[ANA], w->d[STOLEN])) {
        return false;
    }
    uint64_t group = sim_group(w->d[ANA], "the group", people, 3);
    sim_run(w->s, MINUTE);
    if (group == 0 || !sim_room(w->d[ANA], group, w->room, mailbox) || !compare(w)) {
        return false;
    }
    w->mine[STOLEN][PAIR] = sim_chat_with(w->d[STOLEN], "Ben");
    w->mine[STOLEN][GROUP] = sim_chat_of_type(w->d[STOLEN], STORE_CHAT_GROUP);
    w->mine[CEM][GROUP] = sim_chat_of_type(w->d[CEM], STORE_CHAT_GROUP);
    (void)sim_hostile(w->s);
    (void)sim_evil(w->d[STOLEN]);
    (void)sim_evil(w->d[CEM]);
    sim_hostile_keep_infos(w->s);
    return w->mine[STOLEN][GROUP] != 0 && w->mine[CEM][GROUP] != 0 && w->mine[STOLEN][PAIR] != 0;
}

static void hex(char *out, const uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        (void)snprintf(out + 2 * i, 3, "%02x", p[i]);
    }
}

/* A number from the store of a device, about something that is named by its bytes. */
static int64_t of(struct world *w, enum who who, const char *sql, const uint8_t *p, size_t n)
{
    char name[65];
    hex(name, p, n);
    return sim_count(w->d[who], sql, name);
}

/* The chat of a device that stands for this room now; 0 none. */
static uint64_t now_chat(struct world *w, enum who who, enum room room)
{
    int64_t chat;
    if (who >= HONEST) {
        return w->mine[who][room];
    }
    if (room == GROUP) {
        chat = of(w, who, "SELECT coalesce(alias_of,id) FROM chat WHERE lower(hex(room))=?",
                  w->room, sizeof w->room);
    } else {
        const struct sim_device *with = w->d[who == BEN ? ANA : BEN];
        chat = of(w, who, "SELECT chat FROM person WHERE lower(hex(address))=?",
                  with->core->account.own.account, 32);
    }
    return chat > 0 ? (uint64_t)chat : 0;
}

static bool sits(const struct world *w, enum who who, enum room room)
{
    return room == PAIR ? who == ANA || who == BEN : who < HONEST && !w->no_group;
}

static void say(struct world *w, enum who who, enum room room)
{
    char text[SIM_JUDGE_TEXT];
    uint8_t id[16], mailbox[16];
    uint64_t chat = now_chat(w, who, room);
    snprintf(text, sizeof text, "word %zu of %s", w->judge.word_n, w->d[who]->name);
    if (chat == 0 || !sim_room(w->d[who], chat, id, mailbox) ||
        sim_judge_says(&w->judge, w->d[who], type_of[room], id, text) == NULL) {
        return;
    }
    enum err e = sim_send(w->d[who], chat, text, NULL);
    did(w, "%s: %s%s", text, room == PAIR ? "pair" : "group", e == OK ? "" : " (refused)");
    if (who >= HONEST) {
        (void)act(ACT_SAY, e == OK);
    }
    if (e != OK) {
        sim_judge_unsaid(&w->judge);
    }
}

/* One of the last words of this device gets other words. */
static void edit(struct world *w, enum who who)
{
    char text[SIM_JUDGE_TEXT];
    size_t back = sim_rand(w->s, 3);
    for (size_t i = w->judge.word_n; i > 0; i--) {
        const struct sim_judge_word *old = &w->judge.words[i - 1];
        if (old->by != w->d[who] || back-- > 0) {
            continue;
        }
        int64_t id =
            sim_count(w->d[who], "SELECT id FROM message WHERE type=0 AND text=?", old->text);
        snprintf(text, sizeof text, "edit %zu of %s", w->judge.word_n, w->d[who]->name);
        enum room room = old->type == STORE_CHAT_PAIR ? PAIR : GROUP;
        uint8_t at[16], mailbox[16];
        bool there = sim_room(w->d[who], now_chat(w, who, room), at, mailbox);
        struct sim_judge_word *now =
            there ? sim_judge_says(&w->judge, w->d[who], old->type, at, text) : NULL;
        if (now == NULL) {
            return;
        }
        now->of = old->of;
        did(w, "%s: %s", text, old->text);
        bool done = id > 0 && sim_edit(w->d[who], (uint64_t)id, text) == OK;
        if (!done) {
            sim_judge_unsaid(&w->judge);
        }
        if (who >= HONEST) {
            (void)act(ACT_EDIT, done);
        }
        return;
    }
}

/* ---- what is done to it -------------------------------------------------------------------- */

static void gateway_meddles(struct world *w, enum who victim)
{
    struct sim_hostile *h = w->s->hostile;
    unsigned n = 1 + sim_rand(w->s, 2);
    h->meddle_for = w->d[victim];
    switch (sim_rand(w->s, 5)) {
    case 0:
        h->drop = n;
        break;
    case 1:
        h->twice = n;
        break;
    case 2:
        h->late = n;
        break;
    case 3:
        h->again = n;
        break;
    default:
        h->garble_for = w->d[victim];
        h->garble = n;
        break;
    }
    did(w, "gateway: %s gets entries: %u less, %u twice, %u late, %u again, %u garbled",
        w->d[victim]->name, h->drop, h->twice, h->late, h->again, h->garble);
}

static void gateway_lies_about_time(struct world *w)
{
    static const uint64_t times[] = {0, 1, INT64_MAX, UINT64_MAX};
    struct sim_hostile *h = w->s->hostile;
    h->has_ms = sim_rand(w->s, 3) == 0;
    h->ms = times[sim_rand(w->s, 4)];
    h->shift_ms = (int64_t)sim_rand(w->s, 2000000) - 1000000;
    if (sim_rand(w->s, 3) == 0) {
        h->shift_ms *= 20000; /* two thirds of a year */
    }
    did(w, "gateway: the time is %s", h->has_ms ? "absurd" : "shifted");
}

static void gateway_acts(struct world *w)
{
    struct sim *s = w->s;
    struct sim_hostile *h = s->hostile;
    enum who victim = (enum who)sim_rand(s, HONEST);
    uint32_t what = sim_rand(s, 16);
    switch (what) {
    case 0:
        s->loss_percent = sim_rand(s, 40);
        s->dup_percent = sim_rand(s, 200);
        break;
    case 1:
        h->swallow_posts = 1 + sim_rand(s, 2);
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
        gateway_lies_about_time(w);
        return;
    case 7:
        sim_hostile_gap(w->d[victim]);
        break;
    case 8:
        sim_gateway_backup(s);
        break;
    case 9:
        (void)sim_gateway_restore(s);
        break;
    case 10:
        sim_hostile_keep_infos(s);
        break;
    case 11:
        sim_hostile_old_infos(s);
        break;
    case 12:
        h->refuse_posts = 1 + sim_rand(s, 3);
        break;
    case 13:
        h->no_commits = h->no_commits == NULL ? w->d[victim] : NULL;
        break;
    default:
        gateway_meddles(w, victim);
        return;
    }
    did(w, "gateway: %u (%s)", what, w->d[victim]->name);
}

static void thief_acts(struct world *w)
{
    struct sim_device *t = w->d[STOLEN];
    static const uint8_t low[16] = {[15] = 9};
    uint32_t what = sim_rand(w->s, 6);
    did(w, "thief: %u", what);
    switch (what) {
    case 0:
    case 1:
        say(w, STOLEN, sim_rand(w->s, 2) == 0 ? PAIR : GROUP);
        break;
    case 2:
        w->s->hostile->mute = w->s->hostile->mute == t ? NULL : t;
        break;
    case 3:
        w->thief_commits |= act(ACT_HEAL, sim_evil_heal(t) == OK);
        break;
    case 4:
        edit(w, STOLEN);
        break;
    default:
        if (w->revoked && !t->evil->lawless) {
            t->evil->lawless = t->evil->together = true;
            uint64_t made =
                sim_evil_make_room(t, STORE_CHAT_PAIR, "", sim_person(t, "Ben"), 0, low);
            w->thief_commits |= act(ACT_ROOM, made != 0);
        }
        break;
    }
}

static void cem_acts(struct world *w)
{
    struct sim_device *c = w->d[CEM];
    uint32_t what = sim_rand(w->s, 6);
    did(w, "cem: %u", what);
    switch (what) {
    case 0:
    case 1:
        say(w, CEM, GROUP);
        break;
    case 2:
        (void)act(ACT_REMOVE, sim_evil_propose_removal(
                                  c, w->mine[CEM][GROUP],
                                  w->d[sim_rand(w->s, HONEST)]->core->account.own.account) == OK);
        break;
    case 3: /* a room of its own under the name of the group */
        if (!c->evil->lawless) {
            c->evil->lawless = c->evil->together = true;
            (void)act(ACT_ROOM,
                      sim_evil_make_room(c, STORE_CHAT_GROUP, "the group", sim_person(c, "Ana"),
                                         sim_person(c, "Ben"), w->room) != 0);
        }
        break;
    case 4: /* two others in a chat of two */
        if (!c->evil->lawless) {
            static const uint8_t low[16] = {[15] = 1};
            c->evil->lawless = c->evil->together = true;
            (void)act(ACT_ROOM, sim_evil_make_room(c, STORE_CHAT_PAIR, "", sim_person(c, "Ana"),
                                                   sim_person(c, "Ben"), low) != 0);
        }
        break;
    default:
        (void)act(ACT_HEAL, sim_evil_heal(c) == OK);
        break;
    }
}

/* Ben has a new recovery code; the old one may not be at hand: then nobody holds him for compared.
 */
static void new_code(struct world *w)
{
    struct abi_op op;
    char code[64];
    if (sim_new_code(w->d[BEN], code) != OK) {
        return;
    }
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_RECOVERY_SET;
    op.op_recovery_set.code = slice_of_string(code);
    op.op_recovery_set.old = slice_of_string(sim_rand(w->s, 2) == 0 ? "" : w->d[BEN]->code);
    enum err e = sim_op(w->d[BEN], &op);
    did(w, "ben: a new code, the old one %sat hand (%s)",
        op.op_recovery_set.old.n == 0 ? "not " : "", err_name(e));
    if (e == OK) {
        memcpy(w->d[BEN]->code, code, sizeof code);
    }
}

static void revoke(struct world *w)
{
    if (!w->revoked) {
        w->revoked = sim_revoke(w->d[ANA], w->d[STOLEN]) == OK;
        revocations += w->revoked;
        did(w, "ana: revokes the stolen device");
    }
}

static void honest_act(struct world *w)
{
    enum who who = (enum who)sim_rand(w->s, HONEST);
    switch (sim_rand(w->s, 14)) {
    case 0:
    case 1:
        edit(w, who);
        break;
    case 2:
        did(w, "%s: offline for a while", w->d[who]->name);
        sim_offline(w->d[who], true);
        sim_run(w->s, sim_rand(w->s, 40000));
        sim_offline(w->d[who], false);
        break;
    case 3:
        if (sim_rand(w->s, 2) == 0) {
            revoke(w);
        }
        break;
    case 4:
        did(w, "%s: crash", w->d[who]->name);
        sim_crash(w->d[who]);
        (void)sim_unlock(w->d[who]);
        break;
    case 5:
        if (sim_rand(w->s, 4) == 0) {
            new_code(w);
        }
        break;
    case 6:
        did(w, "ana and ben compare: %s", compare(w) ? "yes" : "no");
        break;
    default:
        say(w, who, who != DORA && sim_rand(w->s, 2) == 0 ? PAIR : GROUP);
        break;
    }
}

/* ---- the taps that screens ask for --------------------------------------------------------- */

static int64_t of_chat(struct world *w, enum who who, const char *sql, uint64_t chat)
{
    char id[24];
    snprintf(id, sizeof id, "%llu", (unsigned long long)chat);
    return sim_count(w->d[who], sql, id);
}

static bool tap(struct world *w, enum who who, enum abi_op_kind kind, uint64_t about)
{
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = kind;
    if (kind == ABI_OP_RETRY) {
        op.op_retry.message = about;
    } else if (kind == ABI_OP_FORK_SETTLE) {
        op.op_fork_settle.person = about;
    } else {
        op.op_room_settle.chat = about;
    }
    enum err e = sim_op(w->d[who], &op);
    did(w, "%s taps: %d of %llu (%s)", w->d[who]->name, (int)kind, (unsigned long long)about,
        err_name(e));
    return e == OK;
}

/* "A message is missing", "not sent": ask again, send again. */
static void tap_messages(struct world *w, enum who who)
{
    for (int64_t last = 0; last >= 0;) {
        last = of_chat(w, who,
                       "SELECT id FROM message WHERE (type=5 OR (state=4 AND sender=1)) AND id>? "
                       "ORDER BY id LIMIT 1",
                       (uint64_t)last);
        if (last > 0) {
            (void)tap(w, who, ABI_OP_RETRY, (uint64_t)last);
        }
    }
}

/* Of the room that was stopped: whose commit it was, and has a device of that account done anything
 * that may stop one? */
static bool named(struct world *w, enum who who, uint64_t chat)
{
    char account[65];
    struct sim_device *liars[] = {w->d[CEM], w->d[STOLEN]};
    for (size_t i = 0; i < (w->thief_commits ? 2u : 1u); i++) {
        hex(account, liars[i]->core->account.own.account, 32);
        char sql[200];
        snprintf(sql, sizeof sql,
                 "SELECT count(*) FROM chat c JOIN person p ON p.id=c.stopped_by WHERE c.id=? AND "
                 "lower(hex(p.address))='%s'",
                 account);
        if (of_chat(w, who, sql, chat) == 1) {
            return true;
        }
    }
    return false;
}

/* A new room in the place of one: what is said from here on is said there. */
static void tap_new_room(struct world *w, enum who who, const struct abi_chat_view *v)
{
    uint8_t mailbox[16];
    if (tap(w, who, ABI_OP_ROOM_SETTLE, v->id) && v->type == STORE_CHAT_GROUP &&
        !sim_room(w->d[who], w->d[who]->reply.result.made.id, w->room, mailbox)) {
        w->no_group = true;
    }
}

/* Stopped for this device, by somebody hostile whom it names (tap_chat): it reads no further, also
 * where others, who had missed something else in that epoch, came in again and went on. */
static bool is_stopped(struct world *w, enum who who, uint64_t chat)
{
    char sql[80];
    snprintf(sql, sizeof sql, "SELECT count(*) FROM chat WHERE id=%llu AND hold=%d",
             (unsigned long long)chat, STORE_HOLD_STOPPED);
    return sim_number(w->d[who], sql) > 0;
}

/* What a chat asks for (chat_view.note). */
static void tap_chat(struct world *w, enum who who, const struct abi_chat_view *v)
{
    uint8_t room[16], mailbox[16];
    switch (v->note) {
    case ABI_CHAT_NOTE_FORK: /* two branches: the person has looked, ours is right */
        (void)tap(w, who, ABI_OP_FORK_SETTLE, v->person);
        break;
    case ABI_CHAT_NOTE_LEFT_OUT: /* the gateway leaves something out: on without it */
        did(w, "%s goes on in %llu (%s)", w->d[who]->name, (unsigned long long)v->id,
            err_name(sim_settle_room(w->d[who], v->id, ABI_SETTLE_GO_ON)));
        break;
    case ABI_CHAT_NOTE_STOPPED: /* stopped, or on a branch that is none of ours: who may makes a
                                   room in its place */
        if (is_stopped(w, who, v->id) && !named(w, who, v->id)) {
            violated(w, SIM_JUDGE_ARRIVES, "a room is stopped, and nobody hostile is named");
        }
        if (is_stopped(w, who, v->id) && sim_room(w->d[who], v->id, room, mailbox)) {
            sim_judge_stops(&w->judge, room);
        }
        stops += v->role == ABI_ROLE_ADMIN ||
                 v->type != STORE_CHAT_GROUP; /* one a room: others only see it */
        tap_new_room(w, who, v);
        break;
    case ABI_CHAT_NOTE_LOST: /* it cannot be entered again: a new room is offered */
        tap_new_room(w, who, v);
        break;
    case ABI_CHAT_NOTE_NO_LIFE: /* nobody of theirs gave a sign: another package */
        (void)sim_settle_room(w->d[who], v->id, ABI_SETTLE_AGAIN);
        break;
    case ABI_CHAT_NOTE_NEW_ROOM: /* a room was made in the place of this one */
        (void)sim_settle_room(w->d[who], v->id, ABI_SETTLE_ASIDE);
        break;
    default:
        break;
    }
}

static void taps(struct world *w)
{
    for (int who = 0; who < HONEST; who++) {
        const struct abi_chats *l = sim_chats(w->d[who]);
        struct abi_chat_view v[16];
        size_t n = l == NULL ? 0 : l->list_n < 16 ? l->list_n : 16;
        for (size_t i = 0; i < n; i++) {
            v[i] = l->list[i];
        }
        for (size_t i = 0; i < n; i++) {
            tap_chat(w, (enum who)who, &v[i]);
        }
        tap_messages(w, (enum who)who);
    }
}

/* ---- in the end ---------------------------------------------------------------------------- */

static void honest_gateway(struct world *w)
{
    struct sim_hostile *h = w->s->hostile;
    w->s->loss_percent = w->s->dup_percent = 0;
    h->swallow_posts = h->hold_posts = h->garble = h->refuse_posts = 0;
    h->drop = h->twice = h->late = h->again = 0;
    memset(h->swap, 0, sizeof h->swap);
    h->no_info = h->has_ms = false;
    h->shift_ms = 0;
    h->mute = h->no_commits = NULL;
    for (int i = 0; i < DEVICES; i++) {
        sim_offline(w->d[i], true);
        sim_offline(w->d[i], false);
    }
}

static int64_t waits(struct world *w)
{
    int64_t n = 0;
    for (int i = 0; i < HONEST; i++) {
        n += sim_number(
            w->d[i], "SELECT (SELECT count(*) FROM outbox o JOIN chat c ON c.id=o.chat WHERE "
                     "c.state=0 AND c.hold<>5)+(SELECT count(*) FROM wish w JOIN chat c ON "
                     "c.id=w.chat WHERE c.state=0 AND c.hold<>5)+(SELECT count(*) FROM pending)+"
                     "(SELECT count(*) FROM chat WHERE (note=1 OR aside<>0) AND state=0)+(SELECT "
                     "count(*) FROM message WHERE type=5)");
    }
    return n;
}

static void settle(struct world *w)
{
    uint64_t end = w->s->now_ms + SETTLE_MS;
    sim_run(w->s, 5 * MINUTE);
    taps(w);
    sim_run(w->s, 5 * MINUTE);
    while (waits(w) > 0 && w->s->now_ms < end) {
        taps(w);
        sim_run(w->s, 15 * MINUTE);
    }
}

static void last_words(struct world *w)
{
    for (int room = PAIR; room < ROOMS; room++) {
        for (int who = 0; who < HONEST; who++) {
            if (sits(w, (enum who)who, (enum room)room)) {
                say(w, (enum who)who, (enum room)room);
            }
        }
    }
}

/* A state of one's own beside the true one: an epoch that nobody else is in. */
static enum err plant_state(struct own *o, struct step *s, void *user)
{
    struct mls_commit_params p = {.force_path = true, .now_ms = s->now_ms};
    struct mls_commit_view view;
    struct mls_commit c;
    struct mls_group *g = NULL;
    TRY(own_group(o, s, *(const int64_t *)user, &g));
    TRY(mls_group_commit(g, s->arena, &p, &c));
    return mls_group_merge(g, s->arena, &view);
}

static bool plant(struct world *w)
{
    switch (planted) {
    case SIM_JUDGE_STATE: /* the same number, another tree */
        for (int who = ANA; who <= BEN; who++) {
            int64_t chat = (int64_t)now_chat(w, (enum who)who, PAIR);
            if (sim_keep(w->d[who], plant_state, &chat) != OK) {
                return false;
            }
        }
        return true;
    case SIM_JUDGE_FORGED:
        return sim_evil_sql(w->d[BEN],
                            "UPDATE message SET sender=(SELECT id FROM person WHERE name='Dora') "
                            "WHERE id=(SELECT max(id) FROM message WHERE type=0 AND text LIKE "
                            "'word % of ana')") == OK;
    case SIM_JUDGE_ORDER:
        return sim_evil_sql(w->d[BEN], "UPDATE message SET place=-place WHERE type=0") == OK;
    case SIM_JUDGE_ARRIVES:
        return sim_evil_sql(w->d[DORA], "DELETE FROM message WHERE id=(SELECT max(id) FROM message "
                                        "WHERE type=0 AND sender>1)") == OK;
    case SIM_JUDGE_VERIFIED:
        return sim_evil_sql(w->d[ANA], "UPDATE person SET verified=1 WHERE name='Dora'") == OK;
    default:
        return true;
    }
}

/* Put out of the group by a commit that stopped it here, and that one of the others, who had to
 * come in again, could not judge: it is told there who is gone (ABI_NOTICE_GONE), and the room that
 * is made in the place of the stopped one is without this device. */
static bool is_put_out(struct world *w, enum who who, enum room room)
{
    bool gone = false;
    for (int other = 0; other < HONEST; other++) {
        gone = gone || of(w, (enum who)other,
                          "SELECT count(*) FROM message m JOIN person p ON p.id=m.sender WHERE "
                          "m.type=2 AND m.notice=37 AND lower(hex(p.address))=?",
                          w->d[who]->core->account.own.account, 32) > 0;
    }
    return gone && room == GROUP && now_chat(w, who, room) == 0 &&
           sim_number(w->d[who], "SELECT count(*) FROM chat WHERE type=2 AND hold=4") > 0;
}

/* Given the same log, in the same state? */
static void judge_room(struct world *w, enum who a, enum who b, enum room room)
{
    uint64_t in_a = now_chat(w, a, room), in_b = now_chat(w, b, room);
    if (sits(w, a, room) && sits(w, b, room) && !is_stopped(w, a, in_a) &&
        !is_stopped(w, b, in_b) && !is_put_out(w, a, room) && !is_put_out(w, b, room)) {
        sim_judge_state(&w->judge, w->d[a], in_a, w->d[b], in_b);
    }
}

static void judge(struct world *w)
{
    struct sim_judge *j = &w->judge;
    sim_judge_readers(j);
    for (int a = 0; a < HONEST; a++) {
        sim_judge_shown(j, w->d[a]);
        sim_judge_verified(j, w->d[a]);
        for (int b = a + 1; b < HONEST; b++) {
            sim_judge_order(j, w->d[a], w->d[b]);
            for (int room = PAIR; room < ROOMS; room++) {
                judge_room(w, (enum who)a, (enum who)b, (enum room)room);
            }
        }
    }
    for (size_t i = 0; i < j->word_n; i++) {
        const struct sim_judge_word *word = &j->words[i];
        bool honest = (j->honest >> word->by->index & 1) != 0;
        for (int who = 0; honest && !word->excused && word->of == i && who < HONEST; who++) {
            bool reads = word->type == STORE_CHAT_GROUP ? !is_put_out(w, (enum who)who, GROUP)
                                                        : who == ANA || who == BEN;
            if (reads) {
                sim_judge_arrived(j, word, w->d[who]);
            }
        }
    }
}

static void schedule(struct world *w, bool last)
{
    for (int i = 0; i < STEPS; i++) {
        switch (sim_rand(w->s, 6)) {
        case 0:
            gateway_acts(w);
            break;
        case 1:
            thief_acts(w);
            break;
        case 2:
            cem_acts(w);
            break;
        default:
            honest_act(w);
            break;
        }
        sim_run(w->s, sim_rand(w->s, 5000));
    }
    if (last) {
        revoke(w);
    }
    did(w, "from here on the gateway is honest");
    honest_gateway(w);
    settle(w);
    last_words(w);
    settle(w);
    if (!plant(w)) {
        violated(w, SIM_JUDGE_CLAIMS - 1, "nothing could be planted");
    }
    judge(w);
    schedules++;
}

static bool run(uint64_t seed)
{
    struct world *w = calloc(1, sizeof *w);
    bool fine = build(w, seed);
    sim_evil_gate_open = planted == SIM_JUDGE_OUTSIDER;
    for (int k = 0; fine && !w->bad && k < PER_WORLD; k++) {
        schedule(w, k == PER_WORLD - 1);
    }
    if (w->bad && talks()) {
        for (int i = 0; i < HONEST; i++) {
            sim_show(w->d[i]);
        }
    }
    sim_evil_gate_open = false;
    sim_judge_end(&w->judge);
    sim_destroy(w->s);
    free(w);
    return fine;
}

static int self_test(void)
{
    int missed = 0;
    for (planted = 0; planted < SIM_JUDGE_CLAIMS; planted++) {
        memset(broken, 0, sizeof broken);
        for (uint64_t seed = 1; seed <= 8 && broken[planted] == 0; seed++) {
            (void)run(seed);
        }
        bool seen = broken[planted] > 0;
        printf("%s a_planted_violation_is_reported: I%d %s\n", seen ? "ok" : "not ok", planted + 1,
               claims[planted]);
        missed += !seen;
    }
    return missed != 0;
}

static int report(unsigned worlds, unsigned unbuilt, uint64_t first)
{
    unsigned bad = unbuilt;
    for (int c = 0; c < SIM_JUDGE_CLAIMS; c++) {
        printf("%s %s: violated in %u of %u worlds", broken[c] == 0 ? "ok" : "not ok", claims[c],
               broken[c], worlds);
        for (unsigned i = 0; i < broken[c] && i < SHOWN_MAX; i++) {
            printf("%s %llu", i == 0 ? ", seeds" : "", (unsigned long long)shown[c][i]);
        }
        printf("\n");
        bad += broken[c];
    }
    printf("%s every_hostile_world_is_built: %u schedules in %u worlds, seeds %llu to %llu; %u "
           "devices revoked, %u rooms stopped by a hostile member\n",
           unbuilt == 0 ? "ok" : "not ok", schedules, worlds, (unsigned long long)first,
           (unsigned long long)(first + worlds - 1), revocations, stops);
    enum { ENOUGH = 20 }; /* worlds in which each act should have been done */
    bool idle = false;
    for (int i = 0; i < ACTS; i++) {
        idle |= went[i] == 0;
    }
    bad += idle && worlds >= ENOUGH;
    printf("%s hostile_devices_do_what_they_try:", idle && worlds >= ENOUGH ? "not ok" : "ok");
    for (int i = 0; i < ACTS; i++) {
        printf(" %s %u of %u%s", act_names[i], went[i], tried[i], i + 1 < ACTS ? "," : "\n");
    }
    return bad == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
    unsigned n = 20, unbuilt = 0, worlds = 0;
    time_t seconds = 0, began = time(NULL);
    (void)setvbuf(stdout, NULL, _IOLBF, 0);
    if (argc > 1 && strcmp(argv[1], "--self-test") == 0) {
        return self_test();
    }
    if (argc > 2 && strcmp(argv[1], "--plant") == 0 && argv[2][0] == 'I') {
        planted = atoi(argv[2] + 1) - 1;
        argc -= 2;
        argv += 2;
    }
    if (argc > 2 && strcmp(argv[1], "--seconds") == 0) {
        seconds = atoi(argv[2]);
        argc--;
        argv++;
    } else if (argc > 1) {
        n = (unsigned)strtoul(argv[1], NULL, 10);
    }
    uint64_t first = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    while (seconds > 0 ? time(NULL) - began < seconds : worlds * PER_WORLD < n) {
        if (!run(first + worlds)) {
            printf("seed %llu: the world could not be built\n",
                   (unsigned long long)(first + worlds));
            unbuilt++;
        }
        worlds++;
    }
    return report(worlds, unbuilt, first);
}
