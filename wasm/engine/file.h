/* Attachments, as far as all networks treat them alike: taken from the page chunk by chunk, kept
 * sealed until and after they are sent, so that a crash loses nothing and nothing is sealed twice;
 * shown; kept as they come in; given to the page in order. How a chunk is sealed, where it goes and
 * what the other side is told is up to the network, which keeps what it needs for that in its own
 * table.
 *
 * message: the id of a row, which has at most one file. Slices stay the caller's. ERR_GONE: the
 * message has none; not an error if only what is shown would change. */
#ifndef SOTTO_ENGINE_FILE_H
#define SOTTO_ENGINE_FILE_H
#include "engine/engine.h"
#include "store/file.h"

#define FILE_BYTES_MAX (100ull << 20)
#define FILE_NAME_MAX 255
#define FILE_TYPE_MAX 127
#define FILE_PREVIEW_MAX 4096
#define FILE_WINDOW 6 /* chunks requested at once, at most, in order */

/* The file the page is reading, and its next chunk; message 0: none. It is the first member of what
 * a network needs to open that chunk. */
struct file_reader {
    int64_t message;
    uint64_t next;
};

/* How a network seals. A file has at least one chunk; all but the last are full. */
struct file_cipher {
    size_t chunk, overhead; /* bytes of a full chunk; how many sealing adds */
    /* Seals the next chunk of a file that is going, to chunk + overhead bytes at most. last: then
     * all is sealed. */
    enum err (*seal)(struct step *s, int64_t message, struct slice plain, bool last,
                     uint8_t *sealed);
    /* Chunk 0 of this file will be opened next. */
    enum err (*rewind)(struct step *s, struct file_reader *r, int64_t message);
    /* Opens the next chunk, to sealed.n - overhead bytes. *last: there are no more. */
    enum err (*open)(struct step *s, struct file_reader *r, struct slice sealed, uint8_t *plain,
                     bool *last);
};
/* How many chunks a file of that many bytes has. */
uint64_t file_chunks(const struct file_cipher *c, uint64_t bytes);

/* ---- on its way out -------------------------------------------------------------------------- */

/* Says its message (timeline_say), with the caption and what it answers; f is its row. ERR_LIMIT:
 * too large. ERR_INPUT: name, type or preview is too long. ERR_STATE: nothing can be said in this
 * chat now. ERR_GONE: no such chat, or what it answers is not in it. */
MUST_CHECK enum err file_begin(struct step *s, const struct abi_op_file_begin *op,
                               struct store_file *f);
/* Seals and keeps a chunk. ERR_STATE: the file is not going, or all of it is here.
 * ERR_STATE_REPLAY: another chunk is next. ERR_INPUT: neither a full chunk nor the last. */
MUST_CHECK enum err file_chunk(struct step *s, const struct file_cipher *c,
                               const struct abi_op_file_chunk *op);
/* The server knows it; it has that many chunks, or more if we know of them. Does not tell the
 * page. */
MUST_CHECK enum err file_announced(struct step *s, int64_t message);
MUST_CHECK enum err file_sent(struct step *s, int64_t message, int64_t chunks);
/* The server has all of it, and the others have been told. */
MUST_CHECK enum err file_gone_out(struct step *s, int64_t message);

/* ---- on its way in --------------------------------------------------------------------------- */

/* Somebody sent it, and it is not here yet; reads all of f but the chat and the progress. *fresh:
 * the message had none; otherwise that one stays. */
MUST_CHECK enum err file_known(struct step *s, const struct store_file *f, bool *fresh);
/* The person wants it. *fresh: request it from now on. ERR_STATE: it is going out. */
MUST_CHECK enum err file_fetch(struct step *s, int64_t message, bool *fresh);
/* Keeps chunk n, whoever gave it; one of a wrong size ends the file. f->sealed: how many are here
 * now. *all: that is all of them, to be checked and settled. */
MUST_CHECK enum err file_keep(struct step *s, const struct file_cipher *c, struct store_file *f,
                              int64_t n, struct slice bytes, bool *all);
/* All chunks are here, f as file_keep left it. good: it is what was sent; otherwise the chunks are
 * dropped, and it has failed. */
MUST_CHECK enum err file_settle(struct step *s, const struct store_file *f, bool good);

/* ---- both ways ------------------------------------------------------------------------------- */

/* The server refused it, going or coming. In any other state it is left alone. */
MUST_CHECK enum err file_fail(struct step *s, int64_t message);
/* Going: drops the message. Coming: requests no more, and what is here stays. Otherwise no
 * effect. */
MUST_CHECK enum err file_cancel(struct step *s, int64_t message);
/* Gives the page the file from `offset` on, a bounded part per step; r continues from there with
 * the next one, and is finished (message 0) at the end and after an error. ERR_STATE: not all of it
 * is here. ERR_INPUT: no chunk begins there. */
MUST_CHECK enum err file_read_from(struct step *s, const struct file_cipher *c,
                                   struct file_reader *r, int64_t message, uint64_t offset);

#endif
