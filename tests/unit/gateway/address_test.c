#include "gateway/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "check.h"
#include "crypto/rand.h"

#define MINUTE 60000u

static struct sockaddr_storage from(const char *text)
{
    struct sockaddr_storage out;
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
    memset(&out, 0, sizeof out);
    if (inet_pton(AF_INET, text, &v4.sin_addr) == 1) {
        memcpy(&out, &v4, sizeof v4);
    } else {
        CHECK(inet_pton(AF_INET6, text, &v6.sin6_addr) == 1);
        memcpy(&out, &v6, sizeof v6);
    }
    return out;
}

static bool enter(struct gw_address *a, const char *text, uint64_t at_ms,
                  struct gw_address_entry **e)
{
    struct sockaddr_storage s = from(text);
    return gw_address_enter(a, (const struct sockaddr *)&s, at_ms, e);
}

TEST(an_address_has_so_many_connections_and_others_have_theirs)
{
    CHECK_ERR(crypto_init(), OK);
    struct gw_address *a = gw_address_create(2, 0, false);
    struct gw_address_entry *e[3], *other;
    REQUIRE(a != NULL);
    CHECK(enter(a, "192.0.2.1", 0, &e[0]) && enter(a, "192.0.2.1", 0, &e[1]));
    CHECK(!enter(a, "192.0.2.1", 0, &e[2]) && e[2] == NULL);
    CHECK(enter(a, "192.0.2.2", 0, &other));
    gw_address_leave(e[0]);
    CHECK(enter(a, "192.0.2.1", 0, &e[0]));
    gw_address_leave(e[0]);
    gw_address_leave(e[1]);
    gw_address_leave(other);
    gw_address_destroy(a);
}

TEST(an_ipv6_address_counts_by_its_64_bits)
{
    CHECK_ERR(crypto_init(), OK);
    struct gw_address *a = gw_address_create(1, 0, false);
    struct gw_address_entry *one, *same, *next, *mapped, *plain;
    REQUIRE(a != NULL);
    CHECK(enter(a, "2001:db8:1:1::1", 0, &one));
    CHECK(!enter(a, "2001:db8:1:1:ffff::2", 0, &same));
    CHECK(enter(a, "2001:db8:1:2::1", 0, &next));
    CHECK(enter(a, "::ffff:192.0.2.1", 0, &mapped)); /* by all of it: half the net would be one */
    CHECK(enter(a, "::ffff:192.0.2.2", 0, &plain));
    gw_address_leave(one);
    gw_address_leave(next);
    gw_address_leave(mapped);
    gw_address_leave(plain);
    gw_address_destroy(a);
}

TEST(so_many_begin_in_a_minute_and_the_next_one_is_new)
{
    CHECK_ERR(crypto_init(), OK);
    struct gw_address *a = gw_address_create(0, 2, false);
    struct gw_address_entry *e;
    REQUIRE(a != NULL);
    for (int i = 0; i < 2; i++) {
        CHECK(enter(a, "192.0.2.1", 5 * MINUTE, &e));
        gw_address_leave(e);
    }
    CHECK(!enter(a, "192.0.2.1", 6 * MINUTE - 1, &e));
    CHECK(enter(a, "192.0.2.1", 6 * MINUTE, &e));
    gw_address_leave(e);
    gw_address_destroy(a);
}

TEST(a_loopback_address_counts_only_if_that_is_wanted)
{
    CHECK_ERR(crypto_init(), OK);
    static const char *const own[] = {"127.0.0.1", "127.8.8.8", "::1"};
    struct gw_address *free_of_it = gw_address_create(1, 1, false);
    struct gw_address *counts = gw_address_create(1, 0, true);
    struct gw_address_entry *e, *again;
    REQUIRE(free_of_it != NULL && counts != NULL);
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
        for (int k = 0; k < 3; k++) {
            CHECK(enter(free_of_it, own[i], 0, &e) && e == NULL);
        }
        CHECK(enter(counts, own[i], 0, &e) && e != NULL);
        CHECK(!enter(counts, own[i], 0, &again));
        gw_address_leave(e);
    }
    gw_address_destroy(free_of_it);
    gw_address_destroy(counts);
}

TEST(zero_is_no_limit)
{
    CHECK_ERR(crypto_init(), OK);
    struct gw_address *a = gw_address_create(0, 0, false);
    struct gw_address_entry *e[100];
    REQUIRE(a != NULL);
    for (size_t i = 0; i < 100; i++) {
        CHECK(enter(a, "192.0.2.1", 0, &e[i]));
    }
    for (size_t i = 0; i < 100; i++) {
        gw_address_leave(e[i]);
    }
    gw_address_destroy(a);
    gw_address_destroy(NULL);
}

TEST_MAIN(TEST_ROW(an_address_has_so_many_connections_and_others_have_theirs),
          TEST_ROW(an_ipv6_address_counts_by_its_64_bits),
          TEST_ROW(so_many_begin_in_a_minute_and_the_next_one_is_new),
          TEST_ROW(a_loopback_address_counts_only_if_that_is_wanted), TEST_ROW(zero_is_no_limit))
