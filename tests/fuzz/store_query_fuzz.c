#include <string.h>

#include "base/arena.h"
#include "fuzz/fuzz.h"
#include "lib/scratch.h"
#include "store/fold.h"
#include "store/search.h"
#include "store/store.h"
#include "store/transaction.h"

/* Text and query, parted by the first zero byte. Neither is ever an error; highlights lie inside
 * the text, in order and apart; and a text is found by itself, if it has something to be found. */
FUZZ(input)
{
    static const uint8_t key[32] = {1};
    static struct store *s;
    static struct arena arena;
    struct store_search_page page;
    if (s == NULL) {
        scratch_begin();
        arena_init(&arena, 0);
        FUZZ_CHECK(store_open(&s, key, "main", 0) == OK);
        FUZZ_CHECK(store_search_put(s, 1, 1, SLICE_LITERAL("some text that is there")) == OK);
    }
    const uint8_t *zero = input.n == 0 ? NULL : memchr(input.p, 0, input.n);
    struct slice text = zero == NULL ? input : slice_make(input.p, (size_t)(zero - input.p));
    struct slice query =
        zero == NULL ? input : slice_make(zero + 1, input.n - (size_t)(zero - input.p) - 1);
    if (text.n > 4096 || query.n > 4096) {
        return;
    }
    FUZZ_CHECK(store_begin(s) == OK);
    FUZZ_CHECK(store_search_put(s, 2, 7, text) == OK);
    FUZZ_CHECK(store_search_find(s, &arena, query, 0, 0, 10, &page) == OK);
    for (size_t i = 0; i < page.count; i++) {
        const struct store_search_hit *hit = &page.hits[i];
        uint32_t end = 0;
        FUZZ_CHECK(hit->id == 1 || (hit->id == 2 && slice_equal(hit->text, text)));
        FUZZ_CHECK(hit->span_count <= STORE_SEARCH_SPANS_MAX && hit->span_count > 0);
        for (size_t k = 0; k < hit->span_count; k++) {
            FUZZ_CHECK(hit->spans[k].n > 0 && hit->spans[k].from >= end);
            end = hit->spans[k].from + hit->spans[k].n;
            FUZZ_CHECK(end <= hit->text.n);
        }
    }
    bool has_words = false;
    struct store_fold fold = store_fold_begin(text);
    struct store_fold_char c;
    while (!has_words && store_fold_next(&fold, &c)) {
        has_words = c.kind != STORE_FOLD_SPACE;
    }
    FUZZ_CHECK(store_search_find(s, &arena, text, 7, 0, 10, &page) == OK);
    FUZZ_CHECK(page.count == (has_words ? 1 : 0));
    FUZZ_CHECK(store_search_find(s, &arena, text, 8, 0, 10, &page) == OK && page.count == 0);
    store_rollback(s);
    arena_reset(&arena);
}
