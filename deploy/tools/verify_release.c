#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "crypto/hash.h"
#include "verify.h"

bool verify_trust(struct verify *v)
{
    if (v->trust_path == NULL) {
        fprintf(stderr, "sotto-verify: --trust FILE says whom to believe; without it nothing can "
                        "be checked\n");
        return false;
    }
    if (!verify_file_read(&v->trust_text, v->trust_path)) {
        fprintf(stderr, "sotto-verify: %s cannot be read\n", v->trust_path);
        return false;
    }
    enum err e = release_trust_parse(&v->trust, verify_bytes_slice(&v->trust_text));
    if (e != OK) {
        fprintf(stderr, "sotto-verify: %s is not a trust file (%s)\n", v->trust_path, err_name(e));
    }
    return e == OK;
}

void verify_text(char *out, size_t n, struct slice s)
{
    size_t k = s.n < n - 1 ? s.n : n - 1;
    if (k > 0) {
        memcpy(out, s.p, k);
    }
    out[k] = 0;
}

void verify_hash(char out[44], struct slice bytes)
{
    uint8_t hash[32];
    char text[44];
    struct buf b = buf_fixed(text, sizeof text);
    crypto_sha256(hash, bytes);
    text_put_base64url(&b, SLICE_ARRAY(hash));
    verify_text(out, 44, buf_view(&b));
}

static void hash_text(char out[44], const struct release_hash *h)
{
    char text[44];
    struct buf b = buf_fixed(text, sizeof text);
    text_put_base64url(&b, SLICE_ARRAY(h->b));
    verify_text(out, 44, buf_view(&b));
}

bool verify_release(struct verify *v, const char *name, bool signatures_only)
{
    char version[80];
    struct release_evidence e = {verify_bytes_slice(&v->note), verify_bytes_slice(&v->recent),
                                 verify_bytes_slice(&v->first)};
    struct release_state nothing;
    memset(&nothing, 0, sizeof nothing);
    enum release_verdict verdict =
        signatures_only ? release_accept_check(&v->result, &v->trust, &e)
                        : release_accept(&v->result, &v->trust, &nothing, &e, v->now);
    /* Without a proof the check ends at the log: the signatures and the line were right. */
    bool fine = verdict == RELEASE_OK ||
                (signatures_only && v->recent.n == 0 && verdict == RELEASE_BAD_PROOF);
    if (!fine) {
        verify_differs(v, "release", name, "%s", release_verdict_name(verdict));
        return false;
    }
    verify_text(version, sizeof version, v->result.text.version);
    printf("release %llu version %s: %zu signatures, log entry %llu of %llu, %zu witnesses\n",
           (unsigned long long)v->result.text.seq, version, v->result.signed_n,
           (unsigned long long)v->result.index, (unsigned long long)v->result.tree_size,
           v->result.witness_n);
    verify_ok(v, "release", name);
    return true;
}

void verify_listed(struct verify *v, const char *kind, const char *path, struct slice bytes)
{
    char want[44], got[44];
    const struct release_file *f = release_text_file(&v->result.text, slice_of_string(path));
    bool loader = strcmp(path, "/sw.js") == 0;
    if (f == NULL && !loader) {
        verify_differs(v, kind, path, "is not listed in the note");
        return;
    }
    verify_hash(got, bytes);
    hash_text(want, f != NULL ? &f->hash : &v->result.text.loader);
    if (strcmp(want, got) != 0) {
        verify_differs(v, kind, path, "has SHA-256 %s, %s is listed (%zu bytes)", got, want,
                       bytes.n);
    } else if (f != NULL && release_text_file_check(f, bytes) != RELEASE_OK) {
        verify_differs(v, kind, path, "has %zu bytes, %llu are listed", bytes.n,
                       (unsigned long long)f->size);
    } else {
        verify_ok(v, kind, path);
    }
}

size_t verify_headers(const char *const **names, const char *const **values)
{
    static const char *const n[] = {"integrity-policy", "cross-origin-opener-policy",
                                    "cross-origin-resource-policy", "x-content-type-options",
                                    "referrer-policy"};
    static const char *const t[] = {"blocked-destinations=(script)", "same-origin", "same-origin",
                                    "nosniff", "no-referrer"};
    *names = n;
    *values = t;
    return sizeof n / sizeof n[0];
}
