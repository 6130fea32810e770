/* Full text over messages, inside the database (table "search", migration 0002).
 *
 * A query is words with white space between; every word must occur, in any order. There is no
 * syntax: whatever is typed is searched. Case, accents, width and the like are folded (fold.h).
 *   three characters and more   anywhere, also inside a word
 *   one or two                  at the start of a word; in scripts without spaces (Chinese,
 *                               Japanese, Korean, Thai ...) and for signs and emoji anywhere
 * The index keeps its own copy of the text, so put and drop need no order towards the message's
 * row. Words dropped are gone from the index itself (FTS5 secure-delete); the file forgets them
 * with the next store_idle. */
#ifndef SOTTO_STORE_SEARCH_H
#define SOTTO_STORE_SEARCH_H

#include "base/arena.h"
#include "base/slice.h"

struct store;

#define STORE_SEARCH_WORDS_MAX 16 /* more words of a query are ignored                   */
#define STORE_SEARCH_WORD_MAX 64  /* characters of a word that count                     */
#define STORE_SEARCH_SPANS_MAX 32 /* highlights of one message                           */
#define STORE_SEARCH_PAGE_MAX 200 /* hits of one answer                                  */
#define STORE_SEARCH_TEXT_BYTES_MAX (1u << 20) /* a message is far below; ERR_LIMIT      */
#define STORE_SEARCH_TRIES_MAX 5000 /* messages looked at in one call: keeps a step short */

/* Puts the text of a message, replacing what was there. text: UTF-8; invalid bytes are skipped.
 * Empty text drops it. */
MUST_CHECK enum err store_search_put(struct store *s, int64_t id, int64_t chat, struct slice text);
/* Nothing to drop is no error. */
MUST_CHECK enum err store_search_drop(struct store *s, int64_t id);

/* Bytes of the text that match, in order, not overlapping. */
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
    struct store_search_hit *hits; /* newest (largest id) first, in the arena              */
    size_t count;
    int64_t next; /* `before` of the next page, also when count is 0; 0: there is no more */
};
/* Hits with an id below `before` (0: from the newest), in one chat (0: in all), at most `limit`. */
MUST_CHECK enum err store_search_find(struct store *s, struct arena *arena, struct slice query,
                                      int64_t chat, int64_t before, size_t limit,
                                      struct store_search_page *out);

/* For this room: tells SQLite how to cut messages; before anything reads table "search". */
MUST_CHECK enum err store_search_register(struct store *s);
/* For this room: makes FTS5 read anew what it keeps in memory, after a doomed transaction. */
void store_search_forget(struct store *s);

#endif
