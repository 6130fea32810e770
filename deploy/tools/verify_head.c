#include "verify_head.h"

#include <stdio.h>
#include <string.h>

const struct verify_fixed verify_head_fixed[VERIFY_FIXED_N] = {
    {"Integrity-Policy", "blocked-destinations=(script)"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
};

/* Headers that load, leave, wipe or remember: refused by name, because of what they do.
 * Alt-Svc sends browsers, but not us, to another server for the next answers. */
static const char *const refused[] = {
    "alt-svc",
    "link",
    "refresh",
    "location",
    "speculation-rules",
    "clear-site-data",
    "service-worker-allowed",
    "set-cookie",
    "set-cookie2",
    "content-security-policy-report-only",
    "integrity-policy-report-only",
    "report-to",
    "reporting-endpoints",
    "nel",
};

/* Headers that carry the answer and nothing else. What is neither here nor in the release is not
 * known to be harmless in every browser. */
static const char *const carriers[] = {
    "accept-ranges",
    "age",
    "allow",
    "cache-control",
    "connection",
    "content-encoding",
    "content-language",
    "content-length",
    "content-type",
    "date",
    "etag",
    "expires",
    "keep-alive",
    "last-modified",
    "server",
    "strict-transport-security",
    "transfer-encoding",
    "vary",
    "via",
    "integrity-policy-waict-v1",
};

void verify_text(char *out, size_t n, struct slice s)
{
    size_t k = 0;
    for (; k < s.n && k + 1 < n; k++) {
        out[k] = (char)(s.p[k] >= 0x20 && s.p[k] < 0x7f ? s.p[k] : '?');
    }
    out[k] = 0;
}

static bool is_token(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != 0 && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

enum err verify_head_next(struct slice *rest, struct slice *name, struct slice *value)
{
    *name = *value = SLICE_EMPTY;
    if (rest->n == 0) {
        return ERR_GONE;
    }
    size_t n = 0;
    while (n < rest->n && rest->p[n] != '\n') {
        n++;
    }
    struct slice line = slice_make(rest->p, n);
    *rest = slice_make(rest->p + n + (n < rest->n), rest->n - n - (n < rest->n));
    if (line.n > 0 && line.p[line.n - 1] == '\r') {
        line.n--;
    }
    size_t colon = 0;
    while (colon < line.n && is_token(line.p[colon])) {
        colon++;
    }
    if (colon == 0 || colon == line.n || line.p[colon] != ':') {
        return ERR_INPUT; /* folded, or without a name */
    }
    size_t from = colon + 1, to = line.n;
    while (from < to && (line.p[from] == ' ' || line.p[from] == '\t')) {
        from++;
    }
    while (to > from && (line.p[to - 1] == ' ' || line.p[to - 1] == '\t')) {
        to--;
    }
    for (size_t i = from; i < to; i++) {
        if ((line.p[i] < 0x20 && line.p[i] != '\t') || line.p[i] == 0x7f) {
            return ERR_INPUT;
        }
    }
    *name = slice_make(line.p, colon);
    *value = slice_make(line.p + from, to - from);
    return OK;
}

bool verify_head_is(struct slice name, const char *lower)
{
    for (size_t i = 0; i < name.n; i++) {
        uint8_t c = name.p[i];
        c = (uint8_t)(c >= 'A' && c <= 'Z' ? c + 32 : c);
        if (lower[i] == 0 || c != (uint8_t)lower[i]) {
            return false;
        }
    }
    return lower[name.n] == 0;
}

bool verify_head_find(struct slice head, const char *lower, struct slice *value)
{
    struct slice name;
    enum err e;
    while ((e = verify_head_next(&head, &name, value)) != ERR_GONE) {
        if (e == OK && verify_head_is(name, lower)) {
            return true;
        }
    }
    return false;
}

static bool is_among(struct slice name, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (verify_head_is(name, list[i])) {
            return true;
        }
    }
    return false;
}

/* Which of the release's headers: 0 the policy, 1.. the fixed ones; -1 none of them. */
static int which(struct slice name)
{
    char lower[64];
    if (verify_head_is(name, "content-security-policy")) {
        return 0;
    }
    for (int i = 0; i < VERIFY_FIXED_N; i++) {
        size_t n = 0;
        for (const char *p = verify_head_fixed[i].name; *p != 0; p++) {
            lower[n++] = (char)(*p >= 'A' && *p <= 'Z' ? *p + 32 : *p);
        }
        lower[n] = 0;
        if (verify_head_is(name, lower)) {
            return i + 1;
        }
    }
    return -1;
}

static bool check_one(struct slice name, struct slice value, struct slice csp,
                      unsigned seen[VERIFY_FIXED_N + 1], char why[VERIFY_WHY_MAX])
{
    char shown[128], said[256];
    int at = which(name);
    verify_text(shown, sizeof shown, name);
    verify_text(said, sizeof said, value);
    if (at < 0) {
        if (is_among(name, refused, sizeof refused / sizeof refused[0])) {
            snprintf(why, VERIFY_WHY_MAX, "carries the refused header %s: %s", shown, said);
            return false;
        }
        if (!is_among(name, carriers, sizeof carriers / sizeof carriers[0])) {
            snprintf(why, VERIFY_WHY_MAX, "carries a header that no release has, %s: %s", shown,
                     said);
            return false;
        }
        return true;
    }
    seen[at]++;
    struct slice want = at == 0 ? csp : slice_of_string(verify_head_fixed[at - 1].value);
    if (seen[at] > 1) {
        snprintf(why, VERIFY_WHY_MAX, "carries %s twice", shown);
        return false;
    }
    if (!slice_equal(value, want)) {
        bool joined = at == 0 && value.n > 0 && memchr(value.p, ',', value.n) != NULL;
        snprintf(why, VERIFY_WHY_MAX, "carries another %s%s: %s", shown,
                 joined ? " (joined by a comma)" : "", said);
        return false;
    }
    return true;
}

bool verify_head_check(struct slice head, struct slice csp, char why[VERIFY_WHY_MAX])
{
    unsigned seen[VERIFY_FIXED_N + 1] = {0};
    struct slice name, value;
    enum err e;
    while ((e = verify_head_next(&head, &name, &value)) != ERR_GONE) {
        if (e != OK) {
            snprintf(why, VERIFY_WHY_MAX, "has a header line that is not `name: value`");
            return false;
        }
        if (!check_one(name, value, csp, seen, why)) {
            return false;
        }
    }
    for (size_t i = 0; i <= VERIFY_FIXED_N; i++) {
        if (seen[i] == 0) {
            snprintf(why, VERIFY_WHY_MAX, "has no %s",
                     i == 0 ? "Content-Security-Policy" : verify_head_fixed[i - 1].name);
            return false;
        }
    }
    return true;
}
