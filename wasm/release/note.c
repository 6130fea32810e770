#include "release/note.h"

#include <string.h>

#include "base/text.h"
#include "release/line.h"

static const char dash[] = "\xe2\x80\x94 "; /* em dash, space */

#define SIGNATURE_BYTES_MIN 5 /* a key id and something */

bool release_note_is_plain(struct slice s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < 0x20 && s.p[i] != '\n') {
            return false;
        }
    }
    return text_is_utf8(s);
}

/* Well-formed base64 of any length: signatures of kinds that we do not know may be large. Keeps the
 * first six bytes. */
static enum err check_base64(uint8_t head[6], size_t *n, struct slice in)
{
    *n = 0;
    for (size_t i = 0; i < in.n; i += 4) {
        uint8_t group[3];
        struct buf b = buf_fixed(i < 8 ? head + *n : group, 3);
        TRY(release_line_base64_get(&b, slice_make(in.p + i, in.n - i < 4 ? in.n - i : 4)));
        if (b.n < 3 && i + 4 < in.n) {
            return ERR_INPUT; /* padding in the middle */
        }
        *n += b.n;
    }
    return OK;
}

/* `— name base64`, the base64 of at least 5 bytes, of which the first 4 are the key's id. */
static enum err get_line(struct release_signature *out, struct slice line)
{
    struct slice rest = line, begin;
    uint8_t head[6];
    size_t space = 0, n;
    TRY(slice_take(&rest, sizeof dash - 1, &begin));
    while (space < rest.n && rest.p[space] != ' ') {
        space++;
    }
    if (!slice_equal(begin, SLICE_LITERAL(dash)) || space == rest.n) {
        return ERR_INPUT;
    }
    out->name = slice_make(rest.p, space);
    out->base64 = slice_make(rest.p + space + 1, rest.n - space - 1);
    TRY(check_base64(head, &n, out->base64));
    if (!release_key_name_is_valid(out->name) || n < SIGNATURE_BYTES_MIN) {
        return ERR_INPUT;
    }
    memcpy(out->id, head, sizeof out->id);
    return OK;
}

bool release_note_next(struct slice *rest, struct release_signature *out)
{
    struct slice line;
    memset(out, 0, sizeof *out);
    return release_line_next(rest, &line) && get_line(out, line) == OK;
}

enum err release_note_split(struct release_note *out, struct slice in)
{
    struct release_signature s;
    memset(out, 0, sizeof *out);
    if (in.n > RELEASE_NOTE_BYTES_MAX) {
        return ERR_LIMIT;
    }
    /* The last empty line: the text may have some of its own. */
    size_t at = in.n;
    while (at >= 2 && !(in.p[at - 1] == '\n' && in.p[at - 2] == '\n')) {
        at--;
    }
    if (at < 2 || !release_note_is_plain(in)) {
        return ERR_INPUT;
    }
    struct slice rest = slice_make(in.p + at, in.n - at);
    size_t n = 0;
    while (rest.n > 0) {
        if (n == RELEASE_SIGNATURES_MAX) {
            return ERR_LIMIT;
        }
        if (!release_note_next(&rest, &s)) {
            return ERR_INPUT;
        }
        n++;
    }
    if (n == 0) {
        return ERR_INPUT;
    }
    out->text = slice_make(in.p, at - 1);
    out->signatures = slice_make(in.p + at, in.n - at);
    out->signature_n = n;
    return OK;
}

enum err release_note_verify(const struct release_note *note, const struct release_key *key,
                             uint64_t *time)
{
    struct release_signature s;
    struct slice rest = note->signatures;
    bool found = false;
    uint64_t newest = 0, one;
    *time = 0;
    while (release_note_next(&rest, &s)) {
        if (!release_signature_is_of(&s, key)) {
            continue;
        }
        if (release_signature_verify(&s, key, note->text, &one) != OK) {
            return ERR_AUTH;
        }
        found = true;
        newest = one > newest ? one : newest;
    }
    *time = newest;
    return found ? OK : ERR_GONE;
}
