#define _GNU_SOURCE /* memmem */
#include "lib/sim_judge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/hash.h"
#include "engine/own/group_cache.h"
#include "lib/sim_evil.h"
#include "schema/chain.h"
#include "store/chain.h"
#include "store/chat.h"
#include "store/people.h"
#include "store/sql.h"

#define SHOWN_MAX 1024

static struct sim_judge *judging; /* whose world runs */

static void say(struct sim_judge *j, enum sim_judge_claim claim, const struct sim_device *d,
                const char *what, const char *text)
{
    char line[200];
    snprintf(line, sizeof line, "%s %s%s%s%s", d->name, what, text[0] == 0 ? "" : " \"", text,
             text[0] == 0 ? "" : "\"");
    j->violated(j->user, claim, line);
}

static uint64_t bit(const struct sim_device *d)
{
    return 1ull << d->index;
}

static bool same32(const uint8_t *a, const uint8_t *b)
{
    return slice_equal(slice_make(a, 32), slice_make(b, 32));
}

/* ---- who has which key ---------------------------------------------------------------------- */

static void keep_keys(struct sim_judge *j)
{
    for (size_t i = 0; i < j->s->dev_n; i++) {
        const uint8_t *now = j->s->dev[i]->core->account.own.device;
        size_t n = j->keys[i].n;
        if ((n == 0 || !same32(j->keys[i].key[n - 1], now)) && n < SIM_JUDGE_KEYS) {
            memcpy(j->keys[i].key[n], now, 32);
            j->keys[i].n++;
        }
    }
}

static uint64_t holder(const struct sim_judge *j, struct slice key)
{
    for (size_t i = 0; i < j->s->dev_n; i++) {
        for (size_t k = 0; k < j->keys[i].n; k++) {
            if (slice_equal(SLICE_ARRAY(j->keys[i].key[k]), key)) {
                return 1ull << i;
            }
        }
    }
    return 0;
}

/* ---- while they speak ----------------------------------------------------------------------- */

/* Is this key in the newest entry of its account that the device knows? */
static bool listed(struct sim_device *d, const struct mls_leaf_view *leaf)
{
    struct chain_entry head;
    int64_t person = 0;
    return store_sql_get_int(d->core->store, &person, "SELECT id FROM person WHERE address=?", "b",
                             leaf->credential) == OK &&
           store_chain_head(d->core->store, person, &head) == OK && leaf->signature_key.n == 32 &&
           chain_has_device(&head, leaf->signature_key.p);
}

static void sealed(struct sim_device *d, const struct mls_group *g, struct slice plain)
{
    struct sim_judge *j = judging;
    struct mls_leaf_view leaf;
    uint32_t next = 0;
    uint64_t readers = 0;
    if (j == NULL || j->s != d->sim) {
        return;
    }
    keep_keys(j);
    while (mls_group_next_member(g, &next, &leaf)) {
        uint64_t who = holder(j, leaf.signature_key);
        readers |= who;
        if ((j->honest & bit(d)) != 0 && !listed(d, &leaf)) {
            int i = who == 0 ? -1 : __builtin_ctzll(who);
            say(j, SIM_JUDGE_OUTSIDER, d, "seals a word, as it knows, for a key not listed:",
                i < 0 ? "of nobody" : j->s->dev[i]->name);
        }
    }
    for (size_t i = 0; i < j->word_n; i++) {
        struct sim_judge_word *w = &j->words[i];
        if (memmem(plain.p, plain.n, w->text, strlen(w->text)) != NULL) {
            w->readers |= readers;
            w->sealed = w->sealed || w->by == d;
        }
    }
}

void sim_judge_begin(struct sim_judge *j, struct sim *s, uint64_t honest)
{
    j->s = s;
    j->honest = honest;
    judging = j;
    sim_evil_sealed = sealed;
}

void sim_judge_end(struct sim_judge *j)
{
    if (judging == j) {
        judging = NULL;
        sim_evil_sealed = NULL;
    }
}

bool sim_judge_knows_dropped(struct sim_device *d, const struct sim_device *dropped)
{
    struct chain_entry head;
    struct store_chain_key k;
    int64_t person = 0;
    (void)sim_count(d, "SELECT 1", NULL); /* its store is the one in use */
    return d->core->store != NULL &&
           store_sql_get_int(d->core->store, &person, "SELECT id FROM person WHERE address=?", "b",
                             SLICE_ARRAY(dropped->core->account.own.account)) == OK &&
           store_chain_head(d->core->store, person, &head) == OK &&
           store_chain_key(d->core->store, person, dropped->core->account.own.device, &k) == OK &&
           k.dropped;
}

struct sim_judge_word *sim_judge_says(struct sim_judge *j, const struct sim_device *by, int type,
                                      const uint8_t room[16], const char *text)
{
    if (j->word_n == SIM_JUDGE_WORDS) {
        return NULL;
    }
    struct sim_judge_word *w = &j->words[j->word_n];
    memset(w, 0, sizeof *w);
    snprintf(w->text, sizeof w->text, "%s", text);
    w->by = by;
    w->type = type;
    memcpy(w->room, room, sizeof w->room);
    w->of = j->word_n++;
    for (size_t i = 0; i < j->s->dev_n; i++) {
        struct sim_device *d = j->s->dev[i];
        if (d != by && (j->honest & bit(d)) != 0 && sim_judge_knows_dropped(d, by)) {
            w->told |= bit(d);
        }
    }
    return w;
}

void sim_judge_stops(struct sim_judge *j, const uint8_t room[16])
{
    for (size_t i = 0; i < j->word_n; i++) {
        j->words[i].excused |= slice_equal(SLICE_ARRAY(j->words[i].room), slice_make(room, 16));
    }
}

void sim_judge_unsaid(struct sim_judge *j)
{
    j->word_n--;
}

void sim_judge_compares(struct sim_judge *j, struct sim_device *d, struct sim_device *with)
{
    int64_t n = sim_count(with, "SELECT max(n) FROM chain WHERE person=1", NULL);
    if (j->compared_n < SIM_JUDGE_COMPARED && n >= 0) {
        memcpy(j->compared[j->compared_n].owner, d->core->account.own.account, 32);
        memcpy(j->compared[j->compared_n].account, with->core->account.own.account, 32);
        j->compared[j->compared_n++].n = (uint64_t)n;
    }
}

/* ---- who has a word ------------------------------------------------------------------------- */

static int64_t has(struct sim_device *d, const struct sim_judge_word *w)
{
    return sim_count(d, "SELECT count(*) FROM message WHERE text=?", w->text);
}

void sim_judge_readers(struct sim_judge *j)
{
    for (size_t i = 0; i < j->s->dev_n; i++) {
        struct sim_device *d = j->s->dev[i];
        for (size_t k = 0; (j->honest & bit(d)) == 0 && k < j->word_n; k++) {
            const struct sim_judge_word *w = &j->words[k];
            if ((j->honest & bit(w->by)) != 0 && (w->readers & bit(d)) == 0 && has(d, w) > 0) {
                say(j, SIM_JUDGE_OUTSIDER, d, "has a word that was sealed for others:", w->text);
            }
        }
    }
}

static const struct sim_judge_word *find(const struct sim_judge *j, struct slice text)
{
    for (size_t i = 0; i < j->word_n; i++) {
        if (slice_equal(slice_of_string(j->words[i].text), text)) {
            return &j->words[i];
        }
    }
    return NULL;
}

void sim_judge_arrived(struct sim_judge *j, const struct sim_judge_word *word, struct sim_device *d)
{
    int64_t n = 0;
    for (size_t i = word->of; i < j->word_n; i++) {
        n += j->words[i].of == word->of ? has(d, &j->words[i]) : 0;
    }
    if (n != 1) {
        say(j, SIM_JUDGE_ARRIVES, d, n == 0 ? "does not have" : "has more than once", word->text);
    }
}

/* ---- states of groups ----------------------------------------------------------------------- */

struct state {
    int64_t chat, cursor;
    uint64_t epoch;
    uint8_t id[64], authenticator[64];
    size_t id_n, authenticator_n;
    uint8_t leaves[32]; /* hash of what the leaves say, in order */
};

static enum err look(struct own *o, struct step *s, void *user)
{
    struct state *st = user;
    struct mls_group *g = NULL;
    struct mls_leaf_view leaf;
    struct crypto_sha256 h;
    uint32_t next = 0;
    TRY(store_sql_get_int(s->store, &st->cursor, "SELECT cursor FROM chat WHERE id=?", "i",
                          st->chat));
    TRY(own_group(o, s, st->chat, &g));
    struct slice id = mls_group_id(g), a = mls_group_epoch_authenticator(g);
    st->epoch = mls_group_epoch(g);
    st->id_n = id.n < sizeof st->id ? id.n : sizeof st->id;
    memcpy(st->id, id.p, st->id_n);
    st->authenticator_n = a.n < sizeof st->authenticator ? a.n : sizeof st->authenticator;
    memcpy(st->authenticator, a.p, st->authenticator_n);
    crypto_sha256_init(&h);
    while (mls_group_next_member(g, &next, &leaf)) {
        uint8_t index = (uint8_t)leaf.index;
        crypto_sha256_update(&h, slice_make(&index, 1));
        crypto_sha256_update(&h, leaf.credential);
        crypto_sha256_update(&h, leaf.signature_key);
        crypto_sha256_update(&h, leaf.encryption_key);
    }
    crypto_sha256_final(&h, st->leaves);
    return OK;
}

/* The epoch's authenticator follows from its secrets and its context, and in that from the tree's
 * hash and all commits before (RFC 9420 8.7); the leaves are compared for themselves. */
void sim_judge_state(struct sim_judge *j, struct sim_device *a, uint64_t chat_a,
                     struct sim_device *b, uint64_t chat_b)
{
    struct state x, y;
    char what[80];
    memset(&x, 0, sizeof x);
    memset(&y, 0, sizeof y);
    x.chat = (int64_t)chat_a;
    y.chat = (int64_t)chat_b;
    enum err ex = sim_try(a, look, &x), ey = sim_try(b, look, &y);
    if (ex != OK || ey != OK) {
        say(j, SIM_JUDGE_ARRIVES, ex != OK ? a : b, "has no group for", "the chat");
        return;
    }
    if (x.cursor != y.cursor) {
        snprintf(what, sizeof what, "and %s have read to %lld and %lld", b->name,
                 (long long)x.cursor, (long long)y.cursor);
        say(j, SIM_JUDGE_ARRIVES, a, what, "");
        return;
    }
    bool same = x.epoch == y.epoch &&
                slice_equal(slice_make(x.id, x.id_n), slice_make(y.id, y.id_n)) &&
                slice_equal(slice_make(x.authenticator, x.authenticator_n),
                            slice_make(y.authenticator, y.authenticator_n)) &&
                same32(x.leaves, y.leaves);
    if (!same) {
        snprintf(what, sizeof what, "and %s: epochs %llu and %llu, %s trees", b->name,
                 (unsigned long long)x.epoch, (unsigned long long)y.epoch,
                 same32(x.leaves, y.leaves) ? "the same" : "different");
        say(j, SIM_JUDGE_STATE, a, what, "");
    }
}

/* ---- what is shown -------------------------------------------------------------------------- */

struct row {
    uint8_t mid[32], sender[32], other[32];
    int64_t chat;
    int type;
    bool has_other;
    char text[SIM_JUDGE_TEXT];
};
struct shown {
    size_t n;
    struct row v[SHOWN_MAX];
};

static void copy32(uint8_t out[32], struct slice in)
{
    if (in.n > 0) { /* a sender that is nobody has none */
        memcpy(out, in.p, in.n < 32 ? in.n : 32);
    }
}

static enum err collect(struct own *o, struct step *s, void *user)
{
    struct shown *out = user;
    struct store_rows r;
    bool more = false;
    (void)o;
    out->n = 0;
    TRY(store_rows_open(s->store, &r,
                        "SELECT m.mid,m.text,m.chat,c.type,p.address,q.address FROM message m JOIN "
                        "chat c ON c.id=m.chat LEFT JOIN person p ON p.id=m.sender LEFT JOIN "
                        "person q ON q.id=c.person WHERE m.type=0 ORDER BY m.chat,m.place,m.id",
                        ""));
    enum err e = OK;
    while (out->n < SHOWN_MAX && (e = store_rows_next(&r, &more)) == OK && more) {
        struct row *row = &out->v[out->n++];
        struct slice text = store_rows_bytes(&r, 1), other = store_rows_bytes(&r, 5);
        memset(row, 0, sizeof *row);
        copy32(row->mid, store_rows_bytes(&r, 0));
        snprintf(row->text, sizeof row->text, "%.*s", (int)text.n, (const char *)text.p);
        row->chat = store_rows_int(&r, 2);
        row->type = (int)store_rows_int(&r, 3);
        copy32(row->sender, store_rows_bytes(&r, 4));
        row->has_other = other.n == 32;
        copy32(row->other, other);
    }
    store_rows_close(&r);
    return e;
}

void sim_judge_shown(struct sim_judge *j, struct sim_device *d)
{
    static struct shown all;
    if (sim_try(d, collect, &all) != OK) {
        say(j, SIM_JUDGE_FORGED, d, "cannot be looked into", "");
        return;
    }
    for (size_t i = 0; i < all.n; i++) {
        const struct row *r = &all.v[i];
        const struct sim_judge_word *w = find(j, slice_of_string(r->text));
        const uint8_t *me = d->core->account.own.account;
        if (w == NULL) {
            say(j, SIM_JUDGE_FORGED, d, "shows what nobody said:", r->text);
        } else if (!same32(r->sender, w->by->core->account.own.account)) {
            say(j, SIM_JUDGE_FORGED, d, "shows under another name:", r->text);
        } else if ((w->told & bit(d)) != 0) {
            say(j, SIM_JUDGE_FORGED, d, "knew that this device was dropped, and shows", r->text);
        } else if (r->type != w->type) {
            say(j, SIM_JUDGE_FORGED, d, "shows in another chat:", r->text);
        } else if (r->type == STORE_CHAT_PAIR &&
                   (!r->has_other || (!same32(r->sender, me) && !same32(r->sender, r->other)))) {
            say(j, SIM_JUDGE_FORGED, d, "shows the word of a third in a chat of two:", r->text);
        }
    }
}

static size_t find_row(const struct shown *in, const uint8_t mid[32])
{
    size_t i = 0;
    while (i < in->n && !same32(in->v[i].mid, mid)) {
        i++;
    }
    return i;
}

/* An edit of what was said in a room that does not go on arrives nowhere. */
static bool excused(const struct sim_judge *j, const char *text)
{
    const struct sim_judge_word *w = find(j, slice_of_string(text));
    return w != NULL && (w->excused || j->words[w->of].excused);
}

/* A word of a hostile device in a room that was stopped: that log is read no further, and what of
 * it was asked for again stands where its next one was met. */
static bool has_no_place(const struct sim_judge *j, const char *text)
{
    const struct sim_judge_word *w = find(j, slice_of_string(text));
    return w != NULL && excused(j, text) && (j->honest & bit(w->by)) == 0;
}

void sim_judge_order(struct sim_judge *j, struct sim_device *a, struct sim_device *b)
{
    static struct shown x, y;
    int64_t chat_a = 0, chat_b = 0;
    size_t last = 0;
    if (sim_try(a, collect, &x) != OK || sim_try(b, collect, &y) != OK) {
        say(j, SIM_JUDGE_ORDER, a, "cannot be looked into", "");
        return;
    }
    for (size_t i = 0; i < x.n; i++) {
        size_t at = find_row(&y, x.v[i].mid);
        if (at == y.n || has_no_place(j, x.v[i].text)) {
            continue; /* whether it had to come: sim_judge_arrived */
        }
        if (x.v[i].chat == chat_a && y.v[at].chat == chat_b && at < last) {
            say(j, SIM_JUDGE_ORDER, a, "and another differ in the order of", x.v[i].text);
            return;
        }
        if (strcmp(x.v[i].text, y.v[at].text) != 0 && !excused(j, x.v[i].text)) {
            say(j, SIM_JUDGE_ORDER, a, "shows another edit than others:", x.v[i].text);
            return;
        }
        chat_a = x.v[i].chat;
        chat_b = y.v[at].chat;
        last = at;
    }
}

/* ---- verified ------------------------------------------------------------------------------- */

struct verified {
    struct sim_judge *j;
    struct sim_device *d;
};

/* The newest entry that was compared with this account from the account of the device. */
static bool compared(const struct verified *u, const uint8_t account[32], uint64_t *n)
{
    bool found = false;
    for (size_t i = 0; i < u->j->compared_n; i++) {
        if (same32(u->j->compared[i].owner, u->d->core->account.own.account) &&
            same32(u->j->compared[i].account, account)) {
            *n = !found || u->j->compared[i].n > *n ? u->j->compared[i].n : *n;
            found = true;
        }
    }
    return found;
}

static enum err one_verified(struct step *s, const struct verified *u, int64_t person,
                             const uint8_t account[32], struct slice by, bool fork)
{
    struct chain_entry last, next, mine;
    uint64_t n = 0;
    if (!compared(u, account, &n)) {
        say(u->j, SIM_JUDGE_VERIFIED, u->d, "holds somebody for verified who never was", "");
        return OK;
    }
    if (fork) {
        say(u->j, SIM_JUDGE_VERIFIED, u->d, "holds somebody with a fork for verified", "");
    }
    TRY(store_chain_head(s->store, STORE_PERSON_ME, &mine));
    if (by.n != 32 || !chain_has_device(&mine, by.p)) {
        say(u->j, SIM_JUDGE_VERIFIED, u->d, "holds on to what a lost device compared", "");
    }
    for (;; n++) {
        enum err e = store_chain_at(s->store, person, n + 1, &next);
        e = e != OK ? e : store_chain_at(s->store, person, n, &last);
        if (e != OK) {
            return e == ERR_GONE ? OK : e;
        }
        if (chain_recovers(&last, &next)) {
            say(u->j, SIM_JUDGE_VERIFIED, u->d, "stays with verified over a recovery", "");
            return OK;
        }
    }
}

static enum err all_verified(struct own *o, struct step *s, void *user)
{
    const struct verified *u = user;
    struct store_rows r;
    bool more = false;
    (void)o;
    TRY(store_rows_open(s->store, &r,
                        "SELECT id,address,verified_by,fork FROM person WHERE verified=1 AND id>1",
                        ""));
    enum err e = OK;
    while (e == OK && (e = store_rows_next(&r, &more)) == OK && more) {
        uint8_t account[32] = {0}, by[32];
        struct slice v = store_rows_bytes(&r, 2);
        copy32(account, store_rows_bytes(&r, 1));
        copy32(by, v);
        e = one_verified(s, u, store_rows_int(&r, 0), account, slice_make(by, v.n),
                         store_rows_int(&r, 3) != 0);
    }
    store_rows_close(&r);
    return e;
}

void sim_judge_verified(struct sim_judge *j, struct sim_device *d)
{
    struct verified u = {j, d};
    if (sim_try(d, all_verified, &u) != OK) {
        say(j, SIM_JUDGE_VERIFIED, d, "cannot be looked into", "");
    }
}
