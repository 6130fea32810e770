/* The index (FTS5, detail=none) answers "which messages may match"; the text itself decides.
 *
 * A message is cut into every three neighbouring characters, also the one and two characters at
 * each place where a short query may match, and a mark of its chat. All are exact tokens, told
 * apart by length (the mark begins with a control character, which no text yields). So a query
 * reads a few sorted lists, newest first, and stops as soon as a page is full. */
#include "store/search.h"

#include <string.h>

#include "base/buf.h"
#include "store/db.h"
#include "store/fold.h"
#include "store/sql.h"

#define CHAT_MARK 0x02 /* "\x02CHAT\x03" stands before the text in the index's copy */
#define CHAT_END 0x03
#define CHAT_BYTES_MAX 24
#define TOKENS_MAX 24      /* lists read for one query */
#define TOKENS_WORD_MAX 8  /* and at most for one word */
#define TOKEN_BYTES_MAX 12 /* three characters */

/* ---- cutting, called by FTS5 ---- */

typedef int (*token_to)(void *to, int flags, const char *token, int n, int from, int end);

struct window {
    struct store_fold_char c[3];
    size_t n;
    bool in_word; /* the character before c[0] belongs to a word */
    token_to give;
    void *to;
};

static int give_first(const struct window *w, size_t count)
{
    uint8_t token[TOKEN_BYTES_MAX];
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        n += store_fold_utf8(token + n, w->c[i].c);
    }
    return w->give(w->to, 0, (const char *)token, (int)n, (int)w->c[0].from,
                   (int)w->c[count - 1].to);
}

/* Gives every token that starts at c[0], which then leaves the window. */
static int shift(struct window *w)
{
    int rc = SQLITE_OK;
    if (w->n == 3) {
        rc = give_first(w, 3);
    }
    if (!w->in_word || w->c[0].kind != STORE_FOLD_WORD) {
        if (rc == SQLITE_OK) {
            rc = give_first(w, 1);
        }
        if (rc == SQLITE_OK && w->n >= 2) {
            rc = give_first(w, 2);
        }
    }
    w->in_word = w->c[0].kind == STORE_FOLD_WORD;
    w->c[0] = w->c[1];
    w->c[1] = w->c[2];
    w->n--;
    return rc;
}

static int cut_text(struct slice text, token_to give, void *to)
{
    struct window w = {.give = give, .to = to};
    struct store_fold fold = store_fold_begin(text);
    struct store_fold_char c;
    int rc = SQLITE_OK;
    while (rc == SQLITE_OK && store_fold_next(&fold, &c)) {
        if (c.kind == STORE_FOLD_SPACE) {
            while (rc == SQLITE_OK && w.n > 0) {
                rc = shift(&w);
            }
            w.n = 0;
            w.in_word = false;
            continue;
        }
        w.c[w.n++] = c;
        if (w.n == 3) {
            rc = shift(&w);
        }
    }
    while (rc == SQLITE_OK && w.n > 0) {
        rc = shift(&w);
    }
    return rc;
}

/* Size of the chat mark at the start of a stored text, end included; 0: none. */
static size_t mark_size(struct slice stored)
{
    if (stored.n == 0 || stored.p[0] != CHAT_MARK) {
        return 0;
    }
    for (size_t i = 1; i < stored.n && i < CHAT_BYTES_MAX; i++) {
        if (stored.p[i] == CHAT_END) {
            return i + 1;
        }
    }
    return 0;
}

static int tokenizer_cut(Fts5Tokenizer *self, void *to, int flags, const char *text, int n,
                         token_to give)
{
    struct slice in = slice_make(text, n < 0 ? 0 : (size_t)n);
    (void)self;
    if ((flags & FTS5_TOKENIZE_QUERY) != 0) {
        return give(to, 0, text, n, 0, n); /* store_search_find asks for ready tokens */
    }
    size_t mark = mark_size(in);
    if (mark > 0) {
        int rc = give(to, 0, text, (int)mark - 1, 0, (int)mark);
        if (rc != SQLITE_OK) {
            return rc;
        }
    }
    return cut_text(slice_make(in.p + mark, in.n - mark), give, to);
}

/* It has no state, but FTS5 wants a pointer that is not NULL. */
static int tokenizer_create(void *user, const char **args, int n, Fts5Tokenizer **out)
{
    (void)args;
    *out = user;
    return n == 0 ? SQLITE_OK : SQLITE_ERROR;
}

static void tokenizer_delete(Fts5Tokenizer *self)
{
    (void)self;
}

enum err store_search_register(struct store *s)
{
    fts5_tokenizer cutter = {tokenizer_create, tokenizer_delete, tokenizer_cut};
    fts5_api *api = NULL;
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(s->db, "SELECT fts5(?1)", -1, &stmt, NULL);
    if (rc == SQLITE_OK) {
        rc = sqlite3_bind_pointer(stmt, 1, (void *)&api, "fts5_api_ptr", NULL);
    }
    if (rc == SQLITE_OK) {
        rc = sqlite3_step(stmt);
        rc = rc == SQLITE_ROW ? SQLITE_OK : rc;
    }
    (void)sqlite3_finalize(stmt);
    if (rc != SQLITE_OK) {
        return store_db_error(s, rc);
    }
    return api == NULL ? ERR_STORE
                       : store_db_error(s, api->xCreateTokenizer(api, "sotto", s, &cutter, NULL));
}

/* FTS5 (3.53) marks its row count as read even if reading failed after SQLite had told it to roll
 * back; the next commit would store a wrong count. Taking part in a transaction that is rolled back
 * clears the mark. Found by tests/unit/store/fault_test.c. */
void store_search_forget(struct store *s)
{
    (void)sqlite3_exec(s->db, "BEGIN; DELETE FROM search WHERE rowid=-1; ROLLBACK", NULL, NULL,
                       NULL);
    if (!sqlite3_get_autocommit(s->db)) {
        (void)sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
    }
}

/* ---- putting and dropping ---- */

static size_t chat_mark(char out[CHAT_BYTES_MAX], int64_t chat)
{
    struct buf b = buf_fixed(out, CHAT_BYTES_MAX);
    buf_u8(&b, CHAT_MARK);
    buf_decimal(&b, (uint64_t)chat);
    return b.n;
}

enum err store_search_drop(struct store *s, int64_t id)
{
    return store_sql_run(s, "DELETE FROM search WHERE rowid=?1", "i", id);
}

enum err store_search_put(struct store *s, int64_t id, int64_t chat, struct slice text)
{
    char mark[CHAT_BYTES_MAX];
    if (text.n == 0) {
        return store_search_drop(s, id);
    }
    if (text.n > STORE_SEARCH_TEXT_BYTES_MAX) {
        return ERR_LIMIT;
    }
    size_t n = chat_mark(mark, chat);
    mark[n++] = CHAT_END;
    return store_sql_run(s, "INSERT OR REPLACE INTO search(rowid, text) VALUES (?1, ?2 || ?3)",
                         "itt", id, slice_make(mark, n), text);
}

/* ---- the query ---- */

struct word {
    struct store_fold_char c[STORE_SEARCH_WORD_MAX];
    size_t n;
};
struct query {
    struct word words[STORE_SEARCH_WORDS_MAX];
    size_t count;
};

/* Punctuation that a sentence or a quotation leaves on a word: nobody looks for it. */
static bool is_clutter(uint32_t c)
{
    return c < 0x80 ? c != 0 && strchr("\"'()[]{}<>,;:.!?", (int)c) != NULL
                    : c == 0xab || c == 0xbb || (c >= 0x3001 && c <= 0x3003) ||
                          (c >= 0x3008 && c <= 0x3011);
}

static void trim(struct word *w)
{
    size_t from = 0;
    size_t to = w->n;
    while (from < to && is_clutter(w->c[from].c)) {
        from++;
    }
    while (to > from && is_clutter(w->c[to - 1].c)) {
        to--;
    }
    if (from < to) {
        memmove(w->c, w->c + from, (to - from) * sizeof *w->c);
        w->n = to - from;
    }
}

static void query_parse(struct query *q, struct slice text)
{
    struct store_fold fold = store_fold_begin(text);
    struct store_fold_char c;
    bool more = true;
    while (more && q->count < STORE_SEARCH_WORDS_MAX) {
        struct word *w = &q->words[q->count];
        w->n = 0;
        while ((more = store_fold_next(&fold, &c)) && c.kind != STORE_FOLD_SPACE) {
            if (w->n < STORE_SEARCH_WORD_MAX) {
                w->c[w->n++] = c;
            }
        }
        trim(w);
        q->count += w->n > 0;
    }
}

/* "token" in FTS5's syntax, with AND before all but the first. */
static void put_token(struct buf *b, const struct store_fold_char *c, size_t n)
{
    if (b->n > 0) {
        buf_slice(b, SLICE_LITERAL(" AND "));
    }
    buf_u8(b, '"');
    for (size_t i = 0; i < n; i++) {
        uint8_t utf8[4];
        size_t size = store_fold_utf8(utf8, c[i].c);
        if (c[i].c == '"') {
            buf_u8(b, '"');
        }
        buf_put(b, utf8, size);
    }
    buf_u8(b, '"');
}

/* The lists to read, as an FTS5 expression: for a long word only some of its threes, including the
 * first and the last. */
static enum err query_expression(struct slice *out, struct arena *arena, const struct query *q,
                                 int64_t chat)
{
    struct buf b = buf_arena(arena, 256);
    size_t share = q->count == 0 ? 0 : TOKENS_MAX / q->count;
    share = share > TOKENS_WORD_MAX ? TOKENS_WORD_MAX : share;
    _Static_assert(TOKENS_MAX >= STORE_SEARCH_WORDS_MAX, "a list for each word");
    if (chat != 0) {
        char mark[CHAT_BYTES_MAX];
        size_t n = chat_mark(mark, chat);
        buf_u8(&b, '"');
        buf_put(&b, mark, n);
        buf_u8(&b, '"');
    }
    for (size_t i = 0; i < q->count; i++) {
        const struct word *w = &q->words[i];
        if (w->n < 3) {
            put_token(&b, w->c, w->n);
            continue;
        }
        size_t threes = w->n - 2;
        size_t take = threes < share ? threes : share;
        for (size_t k = 0; k < take; k++) {
            put_token(&b, w->c + (take == 1 ? 0 : k * (threes - 1) / (take - 1)), 3);
        }
    }
    return buf_finish(&b, out);
}

/* ---- looking at the text ---- */

struct scratch {
    struct arena *arena;
    struct store_fold_char *c; /* folded text, grown for a longer one */
    size_t cap, n;
    struct store_search_span spans[STORE_SEARCH_SPANS_MAX];
    size_t span_count;
};

static enum err fold_text(struct scratch *s, struct slice text)
{
    /* Two bytes fold to at most three characters. */
    size_t need = text.n * 3 / 2 + 3;
    struct store_fold fold = store_fold_begin(text);
    if (need > s->cap) {
        s->c = arena_array(s->arena, need * 2, sizeof *s->c);
        s->cap = s->c == NULL ? 0 : need * 2;
    }
    s->n = 0;
    if (s->c == NULL) {
        return ERR_HOST_MEMORY;
    }
    while (s->n < s->cap && store_fold_next(&fold, &s->c[s->n])) {
        s->n++;
    }
    return OK;
}

static bool matches_at(const struct scratch *s, const struct word *w, size_t at)
{
    if (w->n < 3 && at > 0 && s->c[at].kind == STORE_FOLD_WORD &&
        s->c[at - 1].kind == STORE_FOLD_WORD) {
        return false;
    }
    for (size_t i = 0; i < w->n; i++) {
        if (s->c[at + i].c != w->c[i].c) {
            return false;
        }
    }
    return true;
}

/* Keeps spans in order and apart. When full, later ones are dropped. */
static void add_span(struct scratch *s, uint32_t from, uint32_t to)
{
    size_t i = 0;
    while (i < s->span_count && s->spans[i].from + s->spans[i].n < from) {
        i++;
    }
    size_t end = i;
    while (end < s->span_count && s->spans[end].from <= to) {
        uint32_t span_to = s->spans[end].from + s->spans[end].n;
        from = s->spans[end].from < from ? s->spans[end].from : from;
        to = span_to > to ? span_to : to;
        end++;
    }
    if (end == i) {
        if (s->span_count == STORE_SEARCH_SPANS_MAX) {
            return;
        }
        memmove(s->spans + i + 1, s->spans + i, (s->span_count - i) * sizeof *s->spans);
        s->span_count++;
    } else {
        memmove(s->spans + i + 1, s->spans + end, (s->span_count - end) * sizeof *s->spans);
        s->span_count -= end - i - 1;
    }
    s->spans[i] = (struct store_search_span){from, to - from};
}

/* Does every word occur in the folded text? Fills spans. */
static bool text_matches(struct scratch *s, const struct query *q)
{
    s->span_count = 0;
    for (size_t k = 0; k < q->count; k++) {
        const struct word *w = &q->words[k];
        bool found = false;
        for (size_t at = 0; at + w->n <= s->n; at++) {
            if (matches_at(s, w, at)) {
                found = true;
                add_span(s, s->c[at].from, s->c[at + w->n - 1].to);
            }
        }
        if (!found) {
            return false;
        }
    }
    return true;
}

static enum err add_hit(struct scratch *s, struct store_search_page *page, int64_t id,
                        struct slice text)
{
    struct store_search_hit *hit = &page->hits[page->count];
    struct slice spans;
    *hit = (struct store_search_hit){.id = id, .span_count = s->span_count};
    TRY(arena_copy(s->arena, text, &hit->text));
    TRY(arena_copy(s->arena, slice_make(s->spans, s->span_count * sizeof *s->spans), &spans));
    hit->spans = (const struct store_search_span *)(const void *)spans.p;
    page->count++;
    return OK;
}

static enum err read_rows(struct store_rows *rows, struct scratch *s, const struct query *q,
                          int64_t chat, size_t limit, struct store_search_page *page)
{
    char mark[CHAT_BYTES_MAX];
    size_t mark_n = chat == 0 ? 0 : chat_mark(mark, chat);
    for (size_t tries = 0;; tries++) {
        bool has_row = false;
        TRY(store_rows_next(rows, &has_row));
        if (!has_row) {
            page->next = 0;
            return OK;
        }
        if (page->count == limit || tries == STORE_SEARCH_TRIES_MAX) {
            return OK;
        }
        int64_t id = store_rows_int(rows, 0);
        struct slice stored = store_rows_bytes(rows, 1);
        TRY(rows->err);
        page->next = id;
        if (stored.p == NULL) {
            continue; /* NULL: only in a forged database */
        }
        size_t skip = mark_size(stored);
        struct slice text = slice_make(stored.p + skip, stored.n - skip);
        if (chat != 0 && (skip != mark_n + 1 ||
                          !slice_equal(slice_make(stored.p, mark_n), slice_make(mark, mark_n)))) {
            continue;
        }
        TRY(fold_text(s, text));
        if (text_matches(s, q)) {
            TRY(add_hit(s, page, id, text));
        }
    }
}

enum err store_search_find(struct store *s, struct arena *arena, struct slice query, int64_t chat,
                           int64_t before, size_t limit, struct store_search_page *out)
{
    struct scratch scratch = {.arena = arena};
    struct store_rows rows;
    struct slice expression;
    *out = (struct store_search_page){.next = 0};
    limit = limit > STORE_SEARCH_PAGE_MAX ? STORE_SEARCH_PAGE_MAX : limit;
    struct query *q = arena_alloc(arena, sizeof *q);
    out->hits = arena_array(arena, limit == 0 ? 1 : limit, sizeof *out->hits);
    if (q == NULL || out->hits == NULL) {
        return ERR_HOST_MEMORY;
    }
    query_parse(q, query);
    if (q->count == 0 || limit == 0) {
        return OK;
    }
    TRY(query_expression(&expression, arena, q, chat));
    enum err e = store_rows_open(s, &rows,
                                 "SELECT rowid, text FROM search WHERE search MATCH ?1"
                                 " AND rowid < ?2 ORDER BY rowid DESC",
                                 "ti", expression, before <= 0 ? INT64_MAX : before);
    if (e == OK) {
        e = read_rows(&rows, &scratch, q, chat, limit, out);
    }
    store_rows_close(&rows);
    if (e != OK) {
        out->count = 0;
        out->next = 0;
    }
    return e;
}
