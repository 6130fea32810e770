#include "fuzz/fuzz.h"
#include "release/checkpoint.h"
#include "release/line.h"

/* A note that is accepted is its text, an empty line and its signature lines, each of which can be
 * read again; so is a key. A checkpoint that is accepted has one form. */
static void check_key(struct slice line)
{
    static uint8_t bytes[8192];
    struct release_key key;
    struct buf b = buf_fixed(bytes, sizeof bytes);
    if (release_key_parse(&key, line) != OK) {
        FUZZ_CHECK(key.name.n == 0 && key.kind == 0);
        return;
    }
    FUZZ_CHECK(release_key_name_is_valid(key.name));
    release_key_put(&b, &key);
    FUZZ_CHECK(slice_equal(buf_view(&b), line));
}

static void check_lines(const struct release_note *note)
{
    struct crypto_sign_public public_key = {{1}};
    struct release_signature s;
    struct slice rest = note->signatures;
    size_t n = 0;
    uint64_t time;
    while (release_note_next(&rest, &s)) {
        struct release_key key;
        n++;
        FUZZ_CHECK(release_key_name_is_valid(s.name) && s.base64.n >= 8);
        /* Whoever it says it is of: nobody signed these. */
        release_key_make(&key, n % 2 == 0 ? RELEASE_KEY_ED25519 : RELEASE_KEY_COSIGNATURE, s.name,
                         &public_key);
        FUZZ_CHECK(release_note_verify(note, &key, &time) != OK && time == 0);
        FUZZ_CHECK(release_signature_verify(&s, &key, note->text, &time) != OK && time == 0);
    }
    FUZZ_CHECK(rest.n == 0 && n == note->signature_n && n <= RELEASE_SIGNATURES_MAX);
}

FUZZ(input)
{
    static uint8_t bytes[RELEASE_CHECKPOINT_BYTES_MAX];
    struct release_note note;
    struct release_checkpoint c;
    struct slice rest = input, line;
    struct buf b = buf_fixed(bytes, sizeof bytes);
    check_key(input);
    if (release_line_next(&rest, &line)) {
        check_key(line);
    }
    if (release_note_split(&note, input) != OK) {
        FUZZ_CHECK(note.text.n == 0 && note.signatures.n == 0 && note.signature_n == 0);
        FUZZ_CHECK(release_checkpoint_parse(&c, input) != OK && c.origin.n == 0);
        return;
    }
    FUZZ_CHECK(note.text.p == input.p && note.text.p[note.text.n - 1] == '\n');
    FUZZ_CHECK(note.signatures.p == input.p + note.text.n + 1);
    FUZZ_CHECK(note.text.n + 1 + note.signatures.n == input.n);
    FUZZ_CHECK(release_note_is_plain(input));
    check_lines(&note);
    if (release_checkpoint_parse(&c, input) == OK) {
        release_checkpoint_put(&b, c.origin, c.size, &c.root);
        FUZZ_CHECK(slice_equal(buf_view(&b), note.text));
    }
}
