#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "crypto/hash.h"
#include "sign_note.h"
#include "tool.h"
#include "tool_key.h"

/* Text and signature lines of a file that may have none yet. */
struct loaded {
    struct tool_bytes bytes;
    struct release_note note; /* signature_n 0: a bare text */
    struct release_text text;
};

static enum err load(struct loaded *out, const char *path)
{
    memset(out, 0, sizeof *out);
    TRY(tool_read(&out->bytes, path, RELEASE_NOTE_BYTES_MAX));
    struct slice all = tool_bytes_slice(&out->bytes);
    if (release_note_split(&out->note, all) != OK) {
        out->note = (struct release_note){.text = all};
    }
    enum err e = release_text_parse(&out->text, out->note.text);
    if (e != OK) {
        tool_say("%s: not a release note (%s)", path, err_name(e));
        tool_bytes_wipe(&out->bytes);
    }
    return e;
}

static void print_text(const struct release_text *t)
{
    printf("line %.*s\nversion %.*s\nseq %llu\ncommit %.*s\n%zu files, %zu modules\n",
           (int)t->line.n, (const char *)t->line.p, (int)t->version.n, (const char *)t->version.p,
           (unsigned long long)t->seq, (int)t->commit.n, (const char *)t->commit.p, t->file_n,
           t->wasm_n);
}

/* Adds the line of one key; every line so far is in `all`. */
static enum err add_signature(struct buf *all, const struct loaded *l, const char *key_file)
{
    struct tool_key k;
    struct release_note so_far;
    uint64_t time;
    TRY(tool_key_read(&k, key_file));
    enum err e = ERR_INPUT;
    if (k.key.kind != RELEASE_KEY_ED25519) {
        tool_say("%s: a witness's key signs no notes", key_file);
        goto out;
    }
    e = release_note_split(&so_far, buf_view(all)) == OK
            ? release_note_verify(&so_far, &k.key, &time)
            : ERR_GONE;
    if (e != ERR_GONE) {
        tool_say("%s: this key %s", key_file,
                 e == OK ? "signed already" : "has a signature there that does not verify");
        e = e == OK ? ERR_STATE : e;
        goto out;
    }
    release_signature_sign(all, l->note.text, &k.key, &k.secret, 0);
    printf("signed by %.*s\n", (int)k.key.name.n, (const char *)k.key.name.p);
    e = all->err;
out:
    tool_key_wipe(&k);
    return e;
}

enum err sign_note(const char *path, char **key_files, size_t n)
{
    uint8_t bytes[RELEASE_NOTE_BYTES_MAX];
    struct buf all = buf_fixed(bytes, sizeof bytes);
    struct release_note check;
    struct loaded l;
    TRY(load(&l, path));
    print_text(&l.text);
    buf_slice(&all, l.note.text);
    buf_u8(&all, '\n');
    buf_slice(&all, l.note.signatures);
    enum err e = all.err;
    for (size_t i = 0; e == OK && i < n; i++) {
        e = add_signature(&all, &l, key_files[i]);
    }
    if (e == OK) {
        e = release_note_split(&check, buf_view(&all));
    }
    if (e == OK) {
        e = tool_replace(path, buf_view(&all), 0644);
    } else {
        tool_say("%s: nothing was signed (%s)", path, err_name(e));
    }
    tool_bytes_wipe(&l.bytes);
    return e;
}

static void print_hash(const struct release_hash *h)
{
    char text[64];
    struct buf b = buf_fixed(text, sizeof text);
    text_put_base64url(&b, SLICE_ARRAY(h->b));
    printf("%.*s\n", (int)b.n, text);
}

enum err sign_hash(const char *path)
{
    struct loaded l;
    struct release_hash h;
    TRY(load(&l, path));
    crypto_sha256(h.b, l.note.text);
    print_hash(&h);
    tool_bytes_wipe(&l.bytes);
    return OK;
}

/* All files that were named; those that were not stay empty. */
static enum err read_all(const struct sign_check *c, struct tool_bytes files[4])
{
    TRY(tool_read(&files[0], c->trust, RELEASE_TRUST_BYTES_MAX));
    TRY(tool_read(&files[1], c->note, RELEASE_NOTE_BYTES_MAX));
    if (c->recent != NULL) {
        TRY(tool_read(&files[2], c->recent, RELEASE_PROOF_BYTES_MAX));
    }
    if (c->first != NULL) {
        TRY(tool_read(&files[3], c->first, RELEASE_PROOF_BYTES_MAX));
    }
    return OK;
}

static enum release_verdict judge(struct release_result *r, const struct sign_check *c,
                                  const struct tool_bytes files[4])
{
    struct release_trust trust;
    struct release_state nothing = {.any = false};
    struct release_evidence e = {tool_bytes_slice(&files[1]), tool_bytes_slice(&files[2]),
                                 tool_bytes_slice(&files[3])};
    if (release_trust_parse(&trust, tool_bytes_slice(&files[0])) != OK) {
        return RELEASE_BAD_TRUST;
    }
    enum release_verdict v = release_accept(r, &trust, &nothing, &e, c->now);
    /* No proof was given: everything up to there was right. */
    return c->recent == NULL && v == RELEASE_BAD_PROOF ? RELEASE_OK : v;
}

enum err sign_check(const struct sign_check *c)
{
    struct release_result r;
    struct tool_bytes files[4] = {{NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}};
    memset(&r, 0, sizeof r);
    enum err e = read_all(c, files);
    if (e == OK) {
        enum release_verdict v = judge(&r, c, files);
        if (r.text.file_n > 0) {
            print_text(&r.text);
            printf("%zu release signatures\n", r.signed_n);
        }
        if (v == RELEASE_OK && c->recent != NULL) {
            printf("entry %llu of %llu, %zu witnesses, seen %llu, logged %llu\n",
                   (unsigned long long)r.index, (unsigned long long)r.tree_size, r.witness_n,
                   (unsigned long long)r.recent_time, (unsigned long long)r.first_time);
        }
        printf("%s\n", release_verdict_name(v));
        e = v == RELEASE_OK ? OK : ERR_AUTH;
    }
    for (size_t i = 0; i < 4; i++) {
        tool_bytes_wipe(&files[i]);
    }
    return e;
}
