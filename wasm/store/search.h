/* Full text over messages, inside the database (table "search", migration 0002).
 *
 * A query is words with white space between; every word must occur, in any order. There is no
 * syntax: whatever is typed is searched. Case, accents, width and the like are folded (fold.h).
 *   three characters and more   anywhere, also inside a word
 *   one or two                  at the start of a word; in scripts without spaces (Chinese,
 *                               Japanese, Korean, Thai ...) and for signs and emoji anywhere
 * The index keeps its own copy of the text, so put and drop may come before or after the change of
 * the message's row. Dropped words are gone from the index itself (FTS5 secure-delete); the file
 * forgets them at the next store_idle. */
#ifndef SOTTO_STORE_SEARCH_H
#define SOTTO_STORE_SEARCH_H

#include "base/arena.h"
#include "base/slice.h"

struct store;

#define STORE_SEARCH_WORDS_MAX 16              /* further words of a query are ignored */
#define STORE_SEARCH_WORD_MAX 64               /* further characters of a word are ignored */
#define STORE_SEARCH_SPANS_MAX 32              /* highlights in one message */
#define STORE_SEARCH_PAGE_MAX 200              /* hits in one answer */
#define STORE_SEARCH_TEXT_BYTES_MAX (1u << 20) /* far above any message; ERR_LIMIT */
#define STORE_SEARCH_TRIES_MAX 5000 /* messages examined in one call: keeps a step short */

/* Indexes the text of a message, replacing what was there. text: UTF-8; invalid bytes are skipped.
 * Empty text drops it. */
MUST_CHECK enum err store_search_put(struct store *s, int64_t id, int64_t chat, struct slice text);
/* Having nothing to drop is no error. */
MUST_CHECK enum err store_search_drop(struct store *s, int64_t id);

/* A matching range of the text's bytes; in order, not overlapping. */
struct store_search_span {
    uint32_t from;
    uint32_t n;
};
struct store_search_hit {
    int64_t id;
    struct slice text; /* as it was put */
    const struct store_search_span *spans;
    size_t span_count;
};
struct store_search_page {
    struct store_search_hit *hits; /* newest (largest id) first, in the arena */
    size_t count;
    int64_t next; /* `before` of the next page, even when count is 0; 0: no more */
};
/* Hits with an id below `before` (0: from the newest), in one chat (0: in all), at most `limit`. */
MUST_CHECK enum err store_search_find(struct store *s, struct arena *arena, struct slice query,
                                      int64_t chat, int64_t before, size_t limit,
                                      struct store_search_page *out);

/* For this room: tells SQLite how to cut messages; call before anything reads table "search". */
MUST_CHECK enum err store_search_register(struct store *s);
/* For this room: makes FTS5 reread what it keeps in memory, after a doomed transaction. */
void store_search_forget(struct store *s);

#endif
