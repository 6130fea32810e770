/* Counters and lines (log.h), and the text that Prometheus and `stats` read (metrics.h). */
#include "gateway/log.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gateway/metrics.h"
#include "lib/check.h"

static struct gw_gateway gw;

TEST(counters_add_up_and_levels_are_set)
{
    struct gw_log l;
    memset(&l, 0, sizeof l);
    gw_log_add(&l, GW_LOG_POSTS, 2);
    gw_log_add(&l, GW_LOG_POSTS, 3);
    gw_log_add(&l, GW_LOG_QUEUED, -1);
    gw_log_set(&l, GW_LOG_WAL_BYTES, 7);
    gw_log_set(&l, GW_LOG_WAL_BYTES, 4);
    CHECK(gw_log_get(&l, GW_LOG_POSTS) == 5);
    CHECK(gw_log_get(&l, GW_LOG_QUEUED) == -1);
    CHECK(gw_log_get(&l, GW_LOG_WAL_BYTES) == 4);
    CHECK(gw_log_get(&l, GW_LOG_COMMITS) == 0);
}

/* As Prometheus wants it: names of a-z and _, a total ends with _total, no name stands twice. */
TEST(each_counter_has_a_name_a_kind_and_words)
{
    for (unsigned i = 0; i < GW_LOG_COUNTER_COUNT; i++) {
        enum gw_log_counter c = (enum gw_log_counter)i;
        const char *name = gw_log_metric(c), *kind = gw_log_kind(c);
        bool counts = strcmp(kind, "counter") == 0;
        CHECK(strncmp(name, "sotto_", 6) == 0 && gw_log_help(c)[0] != 0);
        CHECK(counts || strcmp(kind, "gauge") == 0);
        CHECK(counts == (strlen(name) > 6 && strcmp(name + strlen(name) - 6, "_total") == 0));
        for (const char *p = name; *p != 0; p++) {
            CHECK(islower((unsigned char)*p) || *p == '_');
        }
        for (unsigned k = 0; k < i; k++) {
            CHECK(strcmp(name, gw_log_metric((enum gw_log_counter)k)) != 0);
        }
    }
}

/* What `say` writes on stderr. */
static char *written(void (*say)(void))
{
    static char text[1000];
    memset(text, 0, sizeof text);
    FILE *f = tmpfile();
    int was = dup(STDERR_FILENO);
    CHECK(f != NULL && was >= 0);
    if (f != NULL && was >= 0) {
        (void)fflush(stderr);
        CHECK(dup2(fileno(f), STDERR_FILENO) >= 0);
        say();
        (void)fflush(stderr);
        CHECK(dup2(was, STDERR_FILENO) >= 0);
        (void)close(was);
        rewind(f);
        text[fread(text, 1, sizeof text - 1, f)] = 0;
        (void)fclose(f);
    }
    return text;
}

static void say_all(void)
{
    gw_log_info("starts", "loops=%d", 2);
    gw_log_warn("full", "%s", "");
    gw_log_error("broken", "code=%d", 13);
}

TEST(a_line_is_a_priority_a_level_an_event_and_counts)
{
    CHECK(strcmp(written(say_all), "<6>level=info event=starts loops=2\n"
                                   "<4>level=warn event=full\n"
                                   "<3>level=error event=broken code=13\n") == 0);
}

static void say_long(void)
{
    char many[2000];
    memset(many, 'x', sizeof many - 1);
    many[sizeof many - 1] = 0;
    gw_log_info("long", "text=%s", many);
}

TEST(a_long_line_is_cut_and_ends)
{
    const char *text = written(say_long);
    CHECK(strlen(text) < 500 && text[strlen(text) - 1] == '\n');
    CHECK(strchr(text, '\n') == text + strlen(text) - 1);
}

/* Each metric has three lines: HELP, TYPE, its value. */
TEST(metrics_are_text_for_prometheus)
{
    static char out[16384];
    memset(&gw, 0, sizeof gw);
    (void)snprintf(gw.config.dir, sizeof gw.config.dir, "/");
    gw_log_add(&gw.log, GW_LOG_POSTS, 12);
    gw_metrics_write(&gw, 30, out, sizeof out);
    CHECK(strstr(out, "# HELP sotto_posts_total messages made durable\n"
                      "# TYPE sotto_posts_total counter\nsotto_posts_total 12\n") != NULL);
    CHECK(strstr(out, "\nsotto_certificate_days 30\n") != NULL);
    CHECK(strstr(out, "\nsotto_disk_free_bytes ") != NULL);
    CHECK(strstr(out, "\nsotto_build_info{version=\"" GW_GATEWAY_VERSION "\"} 1\n") != NULL);
    CHECK(out[strlen(out) - 1] == '\n');
    gw_metrics_write(&gw, INT64_MAX, out, sizeof out); /* without TLS */
    CHECK(strstr(out, "certificate") == NULL);
    (void)snprintf(gw.config.dir, sizeof gw.config.dir, "/no such folder");
    gw_metrics_write(&gw, 30, out, sizeof out);
    CHECK(strstr(out, "disk_free") == NULL && strstr(out, "certificate_days 30\n") != NULL);
}

TEST(what_does_not_fit_is_left_out_whole)
{
    static char out[16384], part[16384];
    memset(&gw, 0, sizeof gw);
    gw_metrics_write(&gw, 30, out, sizeof out);
    for (size_t n = 1; n < strlen(out); n += 97) {
        char *exact = malloc(n);
        REQUIRE(exact != NULL);
        gw_metrics_write(&gw, 30, exact, n);
        memcpy(part, exact, n);
        free(exact);
        CHECK(strlen(part) < n && (part[0] == 0 || part[strlen(part) - 1] == '\n'));
    }
}

TEST_MAIN(TEST_ROW(counters_add_up_and_levels_are_set),
          TEST_ROW(each_counter_has_a_name_a_kind_and_words),
          TEST_ROW(a_line_is_a_priority_a_level_an_event_and_counts),
          TEST_ROW(a_long_line_is_cut_and_ends), TEST_ROW(metrics_are_text_for_prometheus),
          TEST_ROW(what_does_not_fit_is_left_out_whole))
