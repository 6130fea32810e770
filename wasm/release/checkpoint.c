#include "release/checkpoint.h"

#include <string.h>

#include "base/text.h"
#include "release/line.h"

enum err release_checkpoint_hash_get(struct release_hash *out, struct slice in)
{
    struct buf b = buf_fixed(out->b, sizeof out->b);
    TRY(release_line_base64_get(&b, in));
    return b.n == sizeof out->b ? OK : ERR_INPUT;
}

static enum err get_text(struct release_checkpoint *out, struct slice text)
{
    struct slice size, root;
    (void)release_line_next(&text, &out->origin); /* a signed text has a line, maybe an empty one */
    if (out->origin.n == 0 || !release_line_next(&text, &size) ||
        !release_line_next(&text, &root) || text.n != 0) {
        return ERR_INPUT;
    }
    TRY(release_line_decimal_get(&out->size, size));
    return release_checkpoint_hash_get(&out->root, root);
}

enum err release_checkpoint_parse(struct release_checkpoint *out, struct slice in)
{
    struct release_checkpoint c;
    memset(out, 0, sizeof *out);
    memset(&c, 0, sizeof c);
    if (in.n > RELEASE_CHECKPOINT_BYTES_MAX) {
        return ERR_LIMIT;
    }
    TRY(release_note_split(&c.note, in));
    TRY(get_text(&c, c.note.text));
    *out = c;
    return OK;
}

void release_checkpoint_put(struct buf *b, struct slice origin, uint64_t size,
                            const struct release_hash *root)
{
    buf_slice(b, origin);
    buf_u8(b, '\n');
    release_line_decimal_put(b, size);
    buf_u8(b, '\n');
    release_line_base64_put(b, SLICE_ARRAY(root->b));
    buf_u8(b, '\n');
}
