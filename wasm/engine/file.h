/* Attachments, as far as they are the same on every network: taken from the page chunk by chunk,
 * kept sealed until and after they are sent, so that a crash loses nothing and nothing is sealed
 * twice; shown; kept as they come; given to the page in order. How a chunk is sealed, where it is
 * put and what the other side is told is the network's; what it needs for that stands in a table of
 * its own.
 *
 * message: the id of a row, which has at most one file. Slices stay the caller's. ERR_GONE: the
 * message has none; where only what is shown of it changes, that is no error. */
#ifndef SOTTO_ENGINE_FILE_H
#define SOTTO_ENGINE_FILE_H
#include "engine/engine.h"
#include "store/file.h"

#define FILE_BYTES_MAX (100ull << 20)
#define FILE_NAME_MAX 255
#define FILE_TYPE_MAX 127
#define FILE_PREVIEW_MAX 4096
#define FILE_WINDOW 6 /* chunks that come at once, at most: they are asked for in order */

/* The file that the page reads, and its next chunk; message 0: none. A network has it as the first
 * member of what opens that chunk. */
struct file_reader {
    int64_t message;
    uint64_t next;
};

/* How a network seals. A file has at least one chunk; all but the last are full. */
struct file_cipher {
    size_t chunk, overhead; /* bytes of a full chunk; how many more it is sealed */
    /* The next chunk of a file that is going, to chunk + overhead bytes at most. last: it is all
     * sealed. */
    enum err (*seal)(struct step *s, int64_t message, struct slice plain, bool last,
                     uint8_t *sealed);
    /* Chunk 0 of this file is opened next. */
    enum err (*rewind)(struct step *s, struct file_reader *r, int64_t message);
    /* The next chunk, to sealed.n - overhead bytes. *last: no more come. */
    enum err (*open)(struct step *s, struct file_reader *r, struct slice sealed, uint8_t *plain,
                     bool *last);
};
/* How many chunks a file of that many bytes has. */
uint64_t file_chunks(const struct file_cipher *c, uint64_t bytes);

/* ---- on its way out -------------------------------------------------------------------------- */

/* Its message is said (timeline_say), with the caption and with what it answers; f is its row.
 * ERR_LIMIT: too large. ERR_INPUT: what is said of it is too long. ERR_STATE: nothing is said in
 * this chat now. ERR_GONE: no such chat, or what it answers is not in it. */
MUST_CHECK enum err file_begin(struct step *s, const struct abi_op_file_begin *op,
                               struct store_file *f);
/* Sealed and kept. ERR_STATE: it is not going, or all of it is here. ERR_STATE_REPLAY: another one
 * is next. ERR_INPUT: not a full chunk and not the last. */
MUST_CHECK enum err file_chunk(struct step *s, const struct file_cipher *c,
                               const struct abi_op_file_chunk *op);
/* The server knows it; has that many of its chunks, or more as we know. Nobody is told. */
MUST_CHECK enum err file_announced(struct step *s, int64_t message);
MUST_CHECK enum err file_sent(struct step *s, int64_t message, int64_t chunks);
/* The server has all, and the others are told. */
MUST_CHECK enum err file_gone_out(struct step *s, int64_t message);

/* ---- on its way in --------------------------------------------------------------------------- */

/* Somebody said it, and it is not here yet; of f all is read but chat and how far it is. *fresh:
 * the message had none, else that one stays. */
MUST_CHECK enum err file_known(struct step *s, const struct store_file *f, bool *fresh);
/* The person wants it. *fresh: it is to be asked for from now on. ERR_STATE: it is going out. */
MUST_CHECK enum err file_fetch(struct step *s, int64_t message, bool *fresh);
/* Chunk n, whoever gave it; one of another size ends it. f->sealed: how many are here now. *all:
 * that is all of them, to be checked and settled. */
MUST_CHECK enum err file_keep(struct step *s, const struct file_cipher *c, struct store_file *f,
                              int64_t n, struct slice bytes, bool *all);
/* All chunks are here, f as file_keep left it. good: it is what was said; else they go again, and
 * it has failed. */
MUST_CHECK enum err file_settle(struct step *s, const struct store_file *f, bool good);

/* ---- both ways ------------------------------------------------------------------------------- */

/* The server refused, going or coming. One that is neither stays as it is. */
MUST_CHECK enum err file_fail(struct step *s, int64_t message);
/* Going: the message goes. Coming: no more is asked for, and what is here stays. Else nothing. */
MUST_CHECK enum err file_cancel(struct step *s, int64_t message);
/* Gives the page what stands from `offset` on, a bounded part a step; r goes on from there with the
 * next one, and is over (message 0) at the end and after an error. ERR_STATE: not all of it is
 * here. ERR_INPUT: no chunk begins there. */
MUST_CHECK enum err file_read_from(struct step *s, const struct file_cipher *c,
                                   struct file_reader *r, int64_t message, uint64_t offset);

#endif
