#include "release/trust.h"
#include "release/line.h"

#include <string.h>

/* Printable ASCII without spaces. */
static bool is_word(struct slice s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] <= 0x20 || s.p[i] >= 0x7f) {
            return false;
        }
    }
    return s.n > 0;
}

/* The next field; empty when there is none or when the spaces are wrong, which no caller takes
 * for a field. */
static struct slice next_field(struct slice *rest)
{
    struct slice all = *rest;
    for (size_t i = 0; i < all.n; i++) {
        if (all.p[i] == ' ' && i + 1 < all.n) {
            *rest = slice_make(all.p + i + 1, all.n - i - 1);
            return slice_make(all.p, i);
        }
    }
    *rest = SLICE_EMPTY;
    return all;
}

/* Takes the next line if its first field is this word; what follows it in *rest. */
static bool take_line(struct slice *text, const char *word, struct slice *rest)
{
    struct slice after = *text, line;
    if (!release_line_next(&after, &line) ||
        !slice_equal(next_field(&line), slice_of_string(word))) {
        return false;
    }
    *text = after;
    *rest = line;
    return true;
}

/* A line that must be there and has one field after its word. */
static enum err take_one(struct slice *text, const char *word, struct slice *out)
{
    struct slice rest;
    if (!take_line(text, word, &rest)) {
        return ERR_INPUT;
    }
    *out = next_field(&rest);
    return rest.n == 0 && is_word(*out) ? OK : ERR_INPUT;
}

/* vkey [url], to the end of the line. */
static enum err get_key(struct release_key *key, struct slice *url, enum release_key_kind kind,
                        struct slice rest)
{
    TRY(release_key_parse(key, next_field(&rest)));
    bool has_url = rest.n > 0;
    *url = next_field(&rest);
    if (key->kind != kind || rest.n != 0 || (has_url && !is_word(*url))) {
        return ERR_INPUT;
    }
    return OK;
}

static bool is_same_key(const struct release_key *a, const struct release_key *b)
{
    return slice_equal(a->name, b->name) ||
           slice_equal(SLICE_ARRAY(a->public_key.b), SLICE_ARRAY(b->public_key.b));
}

/* Nobody may appear twice: no log that is also a witness, no maintainer who counts twice. */
static bool has_twice(const struct release_trust *t)
{
    const struct release_key *all[RELEASE_KEYS_MAX + 1 + RELEASE_WITNESSES_MAX];
    size_t n = 0;
    for (size_t i = 0; i < t->release_n; i++) {
        all[n++] = &t->release[i];
    }
    all[n++] = &t->log;
    for (size_t i = 0; i < t->witness_n; i++) {
        all[n++] = &t->witness[i].key;
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < i; k++) {
            if (is_same_key(all[i], all[k])) {
                return true;
            }
        }
    }
    return false;
}

/* The bit of a witness or group of this name; both 0 when there is none. */
static void find(const struct release_trust *t, struct slice name, uint32_t *witness,
                 uint32_t *group)
{
    *witness = 0;
    *group = 0;
    for (size_t i = 0; i < t->witness_n; i++) {
        if (slice_equal(t->witness[i].name, name)) {
            *witness = (uint32_t)1 << i;
        }
    }
    for (size_t i = 0; i < t->group_n; i++) {
        if (slice_equal(t->group[i].name, name)) {
            *group = (uint32_t)1 << i;
        }
    }
}

/* A name that a witness or group may have: not taken, and not the word for no quorum. */
static bool is_free(const struct release_trust *t, struct slice name)
{
    uint32_t witness, group;
    find(t, name, &witness, &group);
    return is_word(name) && (witness | group) == 0 && !slice_equal(name, SLICE_LITERAL("none"));
}

static enum err get_releases(struct release_trust *t, struct slice *text)
{
    struct slice rest, none;
    uint64_t k;
    while (take_line(text, "release", &rest)) {
        if (t->release_n == RELEASE_KEYS_MAX) {
            return ERR_LIMIT;
        }
        TRY(get_key(&t->release[t->release_n], &none, RELEASE_KEY_ED25519, rest));
        if (none.n != 0) {
            return ERR_INPUT;
        }
        t->release_n++;
    }
    TRY(take_one(text, "threshold", &rest));
    TRY(release_line_decimal_get(&k, rest));
    t->threshold = (size_t)k;
    return k >= 1 && k <= t->release_n ? OK : ERR_INPUT;
}

static enum err get_witnesses(struct release_trust *t, struct slice *text)
{
    struct slice rest;
    while (take_line(text, "witness", &rest)) {
        if (t->witness_n == RELEASE_WITNESSES_MAX) {
            return ERR_LIMIT;
        }
        struct release_witness *w = &t->witness[t->witness_n];
        struct slice name = next_field(&rest);
        if (!is_free(t, name)) {
            return ERR_INPUT;
        }
        w->name = name;
        TRY(get_key(&w->key, &w->url, RELEASE_KEY_COSIGNATURE, rest));
        t->witness_n++;
    }
    return OK;
}

/* Members up to the end of the line, and their number. */
static enum err get_members(struct release_trust *t, struct release_group *g, struct slice rest,
                            size_t *n)
{
    uint32_t witness, group;
    for (*n = 0; rest.n > 0; (*n)++) {
        find(t, next_field(&rest), &witness, &group);
        /* Unknown, or named twice: it would count twice. */
        if ((witness | group) == 0 || ((g->members & witness) | (g->groups & group)) != 0) {
            return ERR_INPUT;
        }
        g->members |= witness;
        g->groups |= group;
    }
    return *n > 0 ? OK : ERR_INPUT;
}

static enum err get_groups(struct release_trust *t, struct slice *text)
{
    struct slice rest;
    while (take_line(text, "group", &rest)) {
        if (t->group_n == RELEASE_GROUPS_MAX) {
            return ERR_LIMIT;
        }
        struct release_group *g = &t->group[t->group_n];
        struct slice name = next_field(&rest);
        struct slice need = next_field(&rest);
        size_t n;
        uint64_t k = 1;
        if (!is_free(t, name)) {
            return ERR_INPUT;
        }
        TRY(get_members(t, g, rest, &n));
        if (slice_equal(need, SLICE_LITERAL("all"))) {
            k = n;
        } else if (!slice_equal(need, SLICE_LITERAL("any"))) {
            TRY(release_line_decimal_get(&k, need));
        }
        if (k < 1 || k > n) {
            return ERR_INPUT;
        }
        g->name = name;
        g->need = (size_t)k;
        t->group_n++;
    }
    return OK;
}

static enum err get_trust(struct release_trust *t, struct slice text)
{
    struct slice line, rest;
    if (!release_line_next(&text, &line) || !slice_equal(line, SLICE_LITERAL("sotto-trust/v1"))) {
        return ERR_INPUT;
    }
    TRY(take_one(&text, "line", &t->line));
    TRY(get_releases(t, &text));
    if (!take_line(&text, "log", &rest)) {
        return ERR_INPUT;
    }
    TRY(get_key(&t->log, &t->log_url, RELEASE_KEY_ED25519, rest));
    TRY(get_witnesses(t, &text));
    TRY(get_groups(t, &text));
    TRY(take_one(&text, "quorum", &rest));
    find(t, rest, &t->quorum_witness, &t->quorum_group);
    bool is_none = slice_equal(rest, SLICE_LITERAL("none"));
    if (is_none == release_trust_has_quorum(t) || text.n != 0 || has_twice(t)) {
        return ERR_INPUT;
    }
    return OK;
}

enum err release_trust_parse(struct release_trust *out, struct slice text)
{
    memset(out, 0, sizeof *out);
    enum err e = text.n > RELEASE_TRUST_BYTES_MAX ? ERR_LIMIT : get_trust(out, text);
    if (e != OK) {
        memset(out, 0, sizeof *out);
    }
    return e;
}

static size_t count_bits(uint32_t v)
{
    size_t n = 0;
    for (; v != 0; v &= v - 1) {
        n++;
    }
    return n;
}

bool release_trust_quorum(const struct release_trust *t, uint32_t witnesses)
{
    uint32_t held = 0;
    if (!release_trust_has_quorum(t)) {
        return true;
    }
    /* A group's members come before it, so one pass is enough. */
    for (size_t i = 0; i < t->group_n; i++) {
        const struct release_group *g = &t->group[i];
        if (count_bits(g->members & witnesses) + count_bits(g->groups & held) >= g->need) {
            held |= (uint32_t)1 << i;
        }
    }
    return ((t->quorum_witness & witnesses) | (t->quorum_group & held)) != 0;
}

bool release_trust_has_quorum(const struct release_trust *t)
{
    return (t->quorum_witness | t->quorum_group) != 0;
}
