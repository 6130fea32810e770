#include "check.h"
#include "scratch.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "store/db.h"
#include "store/search.h"
#include "store/store.h"
#include "store/sql.h"

static const uint8_t key[32] = {9};
static struct arena arena;

static struct store *begin(void)
{
    struct store *s = NULL;
    scratch_begin();
    arena_init(&arena, 0);
    CHECK_ERR(store_open(&s, key, "main", 0), OK);
    return s;
}

static void end(struct store *s)
{
    CHECK_ERR(
        store_sql_run(s, "INSERT INTO search(search, rank) VALUES ('integrity-check', 1)", ""), OK);
    store_close(s);
    arena_wipe(&arena);
    scratch_end();
}

static void put(struct store *s, int64_t id, int64_t chat, const char *text)
{
    CHECK_ERR(store_search_put(s, id, chat, slice_of_string(text)), OK);
}

static struct store_search_page find(struct store *s, const char *query, int64_t chat)
{
    struct store_search_page page;
    CHECK_ERR(store_search_find(s, &arena, slice_of_string(query), chat, 0, 100, &page), OK);
    return page;
}

/* Ids found, as "3 2 1". */
static void finds(struct store *s, int line, const char *query, int64_t chat, const char *want)
{
    struct store_search_page page = find(s, query, chat);
    char got[512] = "";
    size_t n = 0;
    for (size_t i = 0; i < page.count; i++) {
        n += (size_t)snprintf(got + n, sizeof got - n, "%s%lld", i > 0 ? " " : "",
                              (long long)page.hits[i].id);
    }
    if (strcmp(got, want) != 0) {
        check_printf("  query '%s' found '%s', not '%s'\n", query, got, want);
        check_fail(__FILE__, line, "finds");
    }
}
#define FINDS(query, want) finds(s, __LINE__, query, 0, want)

TEST(finds_words_and_parts_of_words_newest_first)
{
    struct store *s = begin();
    put(s, 1, 1, "The quick brown fox");
    put(s, 2, 1, "jumps over the lazy dog");
    put(s, 3, 2, "Unquickly, a foxglove");
    FINDS("quick", "3 1");
    FINDS("QUICK", "3 1");
    FINDS("uic", "3 1");
    FINDS("fox quick", "3 1");
    FINDS("quick the", "1");
    FINDS("the", "2 1");
    FINDS("lazy dog jumps", "2");
    FINDS("quickfox", "");
    FINDS("glov", "3");
    FINDS("absent", "");
    end(s);
}

TEST(short_queries_match_the_start_of_words)
{
    struct store *s = begin();
    put(s, 1, 1, "Go north");
    put(s, 2, 1, "cargo");
    put(s, 3, 1, "no-go area");
    put(s, 4, 1, "7 days, 42 hours");
    FINDS("g", "3 1");
    FINDS("go", "3 1");
    FINDS("n", "3 1");
    FINDS("4", "4");
    FINDS("42", "4");
    FINDS("a go", "3");
    FINDS("-", "3");
    FINDS("-g", "3");
    end(s);
}

TEST(scripts_without_spaces_are_found_anywhere)
{
    struct store *s = begin();
    put(s, 1, 1, "今天天气很好");
    put(s, 2, 1, "私は日本語を勉強します");
    put(s, 3, 1, "ฉันกินข้าวแล้ว");
    put(s, 4, 1, "오늘은 날씨가 좋다");
    put(s, 5, 1, "混ぜるmixed文字");
    FINDS("天", "1");
    FINDS("天气", "1");
    FINDS("天气很", "1");
    FINDS("日本", "2");
    FINDS("勉強", "2");
    FINDS("勉強 日本", "2");
    FINDS("ข้าว", "3");
    FINDS("กิ", "3");
    FINDS("날씨", "4");
    FINDS("씨", "4");
    FINDS("mi", "5");
    FINDS("d文", "");
    FINDS("ed文", "5");
    FINDS("字", "5");
    end(s);
}

TEST(case_accents_and_forms_do_not_matter)
{
    struct store *s = begin();
    put(s, 1, 1, "Café Größe");
    put(s, 2, 1, "CAFE GROSSE");
    put(s, 3, 1, "cafe\xcc\x81");
    put(s, 4, 1, "don\xe2\x80\x99t ＰＡＮＩＣ 👍🏽");
    FINDS("café", "3 2 1");
    FINDS("cafe", "3 2 1");
    FINDS("größe", "2 1");
    FINDS("GROSSE", "2 1");
    FINDS("don't panic", "4");
    FINDS("👍", "4");
    end(s);
}

TEST(clutter_around_words_is_ignored_but_signs_alone_are_searched)
{
    struct store *s = begin();
    put(s, 1, 1, "Is it true? :)");
    put(s, 2, 1, "mail bob@example.org, c++ & C#");
    FINDS("\"true\"", "1");
    FINDS("(true)!", "1");
    FINDS(":)", "1");
    FINDS("bob@example.org", "2");
    FINDS("c++", "2");
    FINDS("c#", "2");
    FINDS("&", "2");
    FINDS("example.org,", "2");
    end(s);
}

TEST(no_query_is_an_error)
{
    static const char *const hostile[] = {
        "",
        " ",
        "\"",
        "\"\"",
        "\"\"\"",
        "'",
        "''",
        "*",
        "a*",
        "abc*",
        "^abc",
        "abc AND",
        "AND",
        "OR OR",
        "NOT",
        "NEAR(a b)",
        "NEAR(",
        "text:abc",
        "{text}:abc",
        "- text",
        "abc + def",
        "(",
        ")",
        "((((",
        "a\"b\"c",
        "abc\"def",
        "\\",
        "\x02"
        "1",
        "\x02"
        "1\x03",
        "%",
        "_",
        "%%%",
        ";",
        "--",
        "/*",
        "?1",
        ":a",
        "$x",
        "@y",
        "\xff\xfe",
        "\xf0\x9f",
        "rank:abc",
        "search",
        "integrity-check",
        "'; DROP TABLE search; --",
        "\"abc\" AND \"def\"",
        "\xe2\x80\x8b\xe2\x80\x8b",
        "\xcc\x81\xcc\x81\xcc\x81",
    };
    struct store *s = begin();
    put(s, 1, 1, "abc def \"quoted\" text");
    for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
        struct store_search_page page;
        enum err e = store_search_find(s, &arena, slice_of_string(hostile[i]), 0, 0, 10, &page);
        if (e != OK) {
            check_printf("  query %u: %s\n", (unsigned)i, err_name(e));
            CHECK(false);
        }
    }
    FINDS("abc\"def", "");
    FINDS("\"quoted\"", "1");
    FINDS("d\" t", "1");
    FINDS("abc AND", "");
    FINDS("\x02"
          "1",
          ""); /* the mark of a chat cannot be asked for */
    end(s);
}

TEST(long_queries_are_bounded)
{
    static char query[20000];
    struct store *s = begin();
    put(s, 1, 1, "abcdefghij");
    memset(query, 'a', sizeof query - 1);
    CHECK(find(s, query, 0).count == 0);
    for (size_t i = 0; i < sizeof query - 1; i++) {
        query[i] = i % 4 == 3 ? ' ' : (char)('a' + i % 4);
    }
    CHECK(find(s, query, 0).count == 1); /* "abc" thousands of times */
    end(s);
}

TEST(a_chat_narrows_and_cannot_be_forged)
{
    struct store *s = begin();
    put(s, 1, 1, "apple pie");
    put(s, 2, 12, "apple tart");
    put(s, 3, 2,
        "apple \x02"
        "1\x03 juice");
    put(s, 4, 1, "plum pie");
    finds(s, __LINE__, "apple", 1, "1");
    finds(s, __LINE__, "apple", 12, "2");
    finds(s, __LINE__, "apple", 2, "3");
    finds(s, __LINE__, "apple", 3, "");
    finds(s, __LINE__, "apple", 0, "3 2 1");
    finds(s, __LINE__, "pie", 1, "4 1");
    end(s);
}

TEST(replacing_and_dropping_forget_the_old_text)
{
    struct store *s = begin();
    put(s, 1, 1, "first words");
    put(s, 1, 1, "second text");
    FINDS("first", "");
    FINDS("second", "1");
    put(s, 1, 2, "moved text");
    finds(s, __LINE__, "moved", 1, "");
    finds(s, __LINE__, "moved", 2, "1");
    put(s, 1, 2, "");
    FINDS("moved", "");
    put(s, 2, 1, "gone soon");
    CHECK_ERR(store_search_drop(s, 2), OK);
    CHECK_ERR(store_search_drop(s, 2), OK);
    CHECK_ERR(store_search_drop(s, 999), OK);
    FINDS("gone", "");
    int64_t rows = -1;
    CHECK_ERR(store_sql_get_int(s, &rows, "SELECT count(*) FROM search", ""), OK);
    CHECK(rows == 0);
    end(s);
}

TEST(pages_follow_each_other_without_gap_or_repeat)
{
    struct store *s = begin();
    char text[64];
    for (int i = 1; i <= 100; i++) {
        (void)snprintf(text, sizeof text, "%s number %d", i % 3 == 0 ? "apple" : "pear", i);
        put(s, i, 1 + i % 2, text);
    }
    int64_t expected = 99;
    int64_t before = 0;
    int pages = 0;
    do {
        struct store_search_page page;
        CHECK_ERR(store_search_find(s, &arena, SLICE_LITERAL("apple"), 0, before, 7, &page), OK);
        CHECK(page.count == 7 || page.next == 0);
        for (size_t i = 0; i < page.count; i++, expected -= 3) {
            CHECK(page.hits[i].id == expected);
        }
        before = page.next;
        pages++;
    } while (before != 0 && pages < 20);
    CHECK(expected == 0 && pages == 5);
    end(s);
}

/* Every entry has the threes of the query, none the query: the call ends by itself and says where
 * to go on. */
TEST(a_query_that_nearly_matches_everything_ends)
{
    struct store *s = begin();
    CHECK_ERR(store_begin(s), OK);
    for (int i = 1; i <= STORE_SEARCH_TRIES_MAX + 50; i++) {
        put(s, i, 1, i == 10 ? "abcabd" : "abca bcab cabd");
    }
    CHECK_ERR(store_commit(s, false), OK);
    struct store_search_page page;
    CHECK_ERR(store_search_find(s, &arena, SLICE_LITERAL("abcabd"), 0, 0, 10, &page), OK);
    CHECK(page.count == 0 && page.next != 0);
    CHECK_ERR(store_search_find(s, &arena, SLICE_LITERAL("abcabd"), 0, page.next, 10, &page), OK);
    CHECK(page.count == 1 && page.hits[0].id == 10 && page.next == 0);
    end(s);
}

static void spans(struct store *s, int line, const char *query, const char *want)
{
    struct store_search_page page = find(s, query, 0);
    char got[256] = "";
    size_t n = 0;
    if (page.count == 1) {
        for (size_t i = 0; i < page.hits[0].span_count; i++) {
            const struct store_search_span *span = &page.hits[0].spans[i];
            n += (size_t)snprintf(got + n, sizeof got - n, "[%.*s]", (int)span->n,
                                  (const char *)page.hits[0].text.p + span->from);
        }
    }
    if (strcmp(got, want) != 0) {
        check_printf("  query '%s' marks '%s', not '%s'\n", query, got, want);
        check_fail(__FILE__, line, "spans");
    }
}

TEST(highlights_point_into_the_original_text)
{
    struct store *s = begin();
    put(s, 1, 1, "Größe café GRÖSSER 漢字 go cargo banana");
    spans(s, __LINE__, "grosse", "[Größe][GRÖSSE]");
    spans(s, __LINE__, "CAFE", "[café]");
    spans(s, __LINE__, "漢 caf", "[caf][漢]");
    spans(s, __LINE__, "go", "[go]");
    spans(s, __LINE__, "ana", "[anana]"); /* overlapping ones join */
    spans(s, __LINE__, "ban nan", "[banan]");
    CHECK_BYTES(find(s, "banana", 0).hits[0].text,
                SLICE_LITERAL("Größe café GRÖSSER 漢字 go cargo banana"));
    put(s, 2, 1,
        "xyz xyz xyz xyz xyz xyz xyz xyz xyz xyz xyz xyz xyz xyz xyz xyz xyz xyz xyz xyz "
        "xyz xyz xyz xyz xyz xyz xyz xyz xyz xyz xyz xyz xyz xyz xyz xyz xyz xyz");
    CHECK(find(s, "xyz", 0).hits[0].span_count == STORE_SEARCH_SPANS_MAX);
    end(s);
}

TEST(odd_texts_are_kept)
{
    struct store *s = begin();
    static const uint8_t odd[] = {'o', 'd', 'd', 0, 'x', 'y', 'z', 0xff, 0xc3, 'e', 'n', 'd', 3, 2};
    CHECK_ERR(store_search_put(s, 1, -5, SLICE_ARRAY(odd)), OK);
    FINDS("odd xyz", "1");
    FINDS("zend", "1"); /* bytes that are no UTF-8 are not there */
    CHECK_BYTES(find(s, "odd", 0).hits[0].text, SLICE_ARRAY(odd));
    finds(s, __LINE__, "odd", -5, "1");
    put(s, 2, 1, " \n\t ");
    put(s, 3, 1, "z");
    FINDS("z", "3");
    put(s, INT64_MAX - 1, 1, "edge of the numbers");
    FINDS("numbers", "9223372036854775806");
    static char large[(1u << 20) + 1];
    memset(large, 'q', sizeof large);
    CHECK_ERR(store_search_put(s, 5, 1, slice_make(large, sizeof large)), ERR_LIMIT);
    CHECK_ERR(store_search_put(s, 5, 1, slice_make(large, sizeof large - 1)), OK);
    FINDS("qqqq", "5");
    end(s);
}

/* Found by store_page_fuzz: a forged page without a text. */
TEST(an_entry_without_text_is_passed_over)
{
    struct store *s = begin();
    put(s, 1, 1, "apple one");
    put(s, 2, 1, "apple two");
    CHECK(sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 0, NULL) == SQLITE_OK);
    CHECK_ERR(store_sql_run(s, "UPDATE search_content SET c0=NULL WHERE id=2", ""), OK);
    FINDS("apple", "1");
    CHECK_ERR(store_sql_run(s, "UPDATE search_content SET c0='' WHERE id=2", ""), OK);
    FINDS("apple", "1");
    CHECK_ERR(store_sql_run(s, "INSERT INTO search(search) VALUES ('rebuild')", ""), OK);
    end(s);
}

TEST_MAIN(TEST_ROW(finds_words_and_parts_of_words_newest_first),
          TEST_ROW(short_queries_match_the_start_of_words),
          TEST_ROW(scripts_without_spaces_are_found_anywhere),
          TEST_ROW(case_accents_and_forms_do_not_matter),
          TEST_ROW(clutter_around_words_is_ignored_but_signs_alone_are_searched),
          TEST_ROW(no_query_is_an_error), TEST_ROW(long_queries_are_bounded),
          TEST_ROW(a_chat_narrows_and_cannot_be_forged),
          TEST_ROW(replacing_and_dropping_forget_the_old_text),
          TEST_ROW(pages_follow_each_other_without_gap_or_repeat),
          TEST_ROW(a_query_that_nearly_matches_everything_ends),
          TEST_ROW(highlights_point_into_the_original_text), TEST_ROW(odd_texts_are_kept),
          TEST_ROW(an_entry_without_text_is_passed_over))
