/* Certificates, and what a connection with one allows: a client of this process talks with the
 * context through memory. */
#include "gateway/tls.h"

#include <stdio.h>
#include <string.h>

#include "lib/check.h"
#include "lib/gateway_house_native.h"

#define DAY_S 86400L

static char dir[GATEWAY_HOUSE_PATH];
static struct gw_config c;
static char why[700];

/* Two certificates, "a" and "b". */
static bool begin(void)
{
    if (!gateway_house_folder(dir)) {
        return false;
    }
    gateway_house_certificate(dir, "a", 30 * DAY_S + 3600);
    gateway_house_certificate(dir, "b", 30 * DAY_S);
    gw_config_default(&c);
    why[0] = 0;
    return true;
}

static SSL_CTX *create(const char *cert, const char *key)
{
    (void)snprintf(c.tls_cert, sizeof c.tls_cert, "%s/%s", dir, cert);
    (void)snprintf(c.tls_key, sizeof c.tls_key, "%s/%s", dir, key);
    return gw_tls_create(&c, why, sizeof why);
}

TEST(certificate_and_key_that_belong_together_are_taken)
{
    REQUIRE(begin());
    SSL_CTX *ctx = create("a.pem", "a.key");
    CHECK(ctx != NULL);
    SSL_CTX_free(ctx);
    gateway_house_folder_end(dir);
}

TEST(what_cannot_be_used_together_is_told_in_a_sentence)
{
    static const char *const pairs[][2] = {
        {"a.pem", "b.key"},   {"a.pem", "none.key"}, {"none.pem", "a.key"}, {"bad.pem", "a.key"},
        {"a.pem", "bad.pem"}, {"a.key", "a.pem"},    {"empty.pem", "a.key"}};
    REQUIRE(begin());
    gateway_house_put(dir, "bad.pem", "-----BEGIN CERTIFICATE-----\nno\n");
    gateway_house_put(dir, "empty.pem", "");
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        why[0] = 0;
        CHECK(create(pairs[i][0], pairs[i][1]) == NULL);
        CHECK(strstr(why, pairs[i][0]) != NULL && strstr(why, pairs[i][1]) != NULL);
    }
    char few[10]; /* the sentence is cut where there is no room */
    CHECK(gw_tls_create(&c, few, sizeof few) == NULL && memchr(few, 0, sizeof few) != NULL);
    ERR_clear_error();
    gateway_house_folder_end(dir);
}

/* Whole days that are left, none begun: what ended an hour ago has ended. */
TEST(days_until_the_end_are_whole_ones)
{
    static const struct {
        long seconds;
        int64_t days;
    } cases[] = {{10 * DAY_S + 3600, 10},
                 {10 * DAY_S - 3600, 9},
                 {3600, 0},
                 {-3600, -1},
                 {-2 * DAY_S - 3600, -3}};
    REQUIRE(begin());
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        gateway_house_certificate(dir, "x", cases[i].seconds);
        SSL_CTX *ctx = create("x.pem", "x.key");
        REQUIRE(ctx != NULL);
        CHECK(gw_tls_days(ctx) == cases[i].days);
        SSL_CTX_free(ctx);
    }
    gateway_house_folder_end(dir);
}

/* ---- what is allowed ------------------------------------------------------------------------ */

static SSL *server, *client;

/* A client that has been told what to offer, and the server of certificate "a". */
static bool meet(void (*offer)(SSL_CTX *ctx))
{
    SSL_CTX *ours = create("a.pem", "a.key"), *theirs = SSL_CTX_new(TLS_client_method());
    BIO *one = NULL, *other = NULL;
    CHECK(ours != NULL && theirs != NULL && BIO_new_bio_pair(&one, 0, &other, 0) == 1);
    SSL_CTX_set_security_level(theirs, 0); /* it offers what ours must not take */
    offer(theirs);
    server = SSL_new(ours);
    client = SSL_new(theirs);
    SSL_CTX_free(ours);
    SSL_CTX_free(theirs);
    SSL_set_bio(server, one, one);
    SSL_set_bio(client, other, other);
    SSL_set_accept_state(server);
    SSL_set_connect_state(client);
    for (int i = 0; i < 20; i++) {
        (void)SSL_do_handshake(client);
        (void)SSL_do_handshake(server);
    }
    ERR_clear_error();
    return SSL_is_init_finished(client) && SSL_is_init_finished(server);
}

static void part(void)
{
    SSL_free(server);
    SSL_free(client);
}

static void anything(SSL_CTX *ctx)
{
    (void)ctx;
}
static void only_1_1(SSL_CTX *ctx)
{
    SSL_CTX_set_max_proto_version(ctx, TLS1_1_VERSION);
}
static void only_1_2(SSL_CTX *ctx)
{
    SSL_CTX_set_max_proto_version(ctx, TLS1_2_VERSION);
}
static void no_forward_secrecy(SSL_CTX *ctx)
{
    only_1_2(ctx);
    SSL_CTX_set_cipher_list(ctx, "AES128-GCM-SHA256:AES256-SHA");
}
static void no_aead(SSL_CTX *ctx)
{
    only_1_2(ctx);
    SSL_CTX_set_cipher_list(ctx, "ECDHE-ECDSA-AES128-SHA:ECDHE-ECDSA-AES256-SHA384");
}
static void nobody(SSL_CTX *ctx)
{
    only_1_2(ctx);
    SSL_CTX_set_cipher_list(ctx, "AECDH-AES128-SHA:ADH-AES128-GCM-SHA256");
}
static void only_p521(SSL_CTX *ctx)
{
    SSL_CTX_set1_groups_list(ctx, "P-521");
}
static void only_p256(SSL_CTX *ctx)
{
    SSL_CTX_set1_groups_list(ctx, "P-256");
}
static void p384_before_x25519(SSL_CTX *ctx)
{
    SSL_CTX_set1_groups_list(ctx, "P-384:X25519");
}

TEST(old_versions_and_weak_ciphers_and_other_groups_are_refused)
{
    static void (*const refused[])(SSL_CTX *) = {only_1_1, no_forward_secrecy, no_aead, nobody,
                                                 only_p521};
    static void (*const taken[])(SSL_CTX *) = {anything, only_1_2, only_p256, p384_before_x25519};
    REQUIRE(begin());
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        CHECK(!meet(refused[i]));
        part();
    }
    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++) {
        CHECK(meet(taken[i]));
        CHECK(SSL_version(server) == (taken[i] == only_1_2 ? TLS1_2_VERSION : TLS1_3_VERSION));
        CHECK(SSL_get_negotiated_group(server) ==
              (taken[i] == only_p256 ? NID_X9_62_prime256v1 : NID_X25519));
        part();
    }
    gateway_house_folder_end(dir);
}

static void offers_h2(SSL_CTX *ctx)
{
    SSL_CTX_set_alpn_protos(ctx, (const unsigned char *)"\x02h2\x08http/1.1", 12);
}
static void offers_h2_alone(SSL_CTX *ctx)
{
    SSL_CTX_set_alpn_protos(ctx, (const unsigned char *)"\x02h2", 3);
}

TEST(only_http_1_1_is_spoken)
{
    const unsigned char *name = NULL;
    unsigned n = 0;
    REQUIRE(begin());
    CHECK(meet(offers_h2));
    SSL_get0_alpn_selected(client, &name, &n);
    CHECK_BYTES(slice_make(name, n), SLICE_LITERAL("http/1.1"));
    part();
    (void)meet(offers_h2_alone);
    SSL_get0_alpn_selected(client, &name, &n);
    CHECK(n == 0);
    part();
    gateway_house_folder_end(dir);
}

TEST(nothing_is_negotiated_anew_and_no_session_is_kept)
{
    REQUIRE(begin());
    CHECK(meet(only_1_2));
    CHECK(SSL_renegotiate(client) == 1);
    for (int i = 0; i < 10; i++) {
        char byte;
        (void)SSL_do_handshake(client);
        (void)SSL_read(server, &byte, 1);
    }
    CHECK(!SSL_is_init_finished(client));
    /* nor may the server ask for it, nor does any of this hang on the library's defaults */
    CHECK((SSL_get_options(server) & SSL_OP_NO_RENEGOTIATION) != 0);
    CHECK((SSL_get_options(server) & SSL_OP_NO_COMPRESSION) != 0);
    CHECK(SSL_get_min_proto_version(server) == TLS1_2_VERSION);
    CHECK(SSL_CTX_get_session_cache_mode(SSL_get_SSL_CTX(server)) == SSL_SESS_CACHE_OFF);
    CHECK(SSL_CTX_sess_number(SSL_get_SSL_CTX(server)) == 0);
    CHECK(SSL_get_current_compression(server) == NULL);
    ERR_clear_error();
    part();
    gateway_house_folder_end(dir);
}

TEST_MAIN(TEST_ROW(certificate_and_key_that_belong_together_are_taken),
          TEST_ROW(what_cannot_be_used_together_is_told_in_a_sentence),
          TEST_ROW(days_until_the_end_are_whole_ones),
          TEST_ROW(old_versions_and_weak_ciphers_and_other_groups_are_refused),
          TEST_ROW(only_http_1_1_is_spoken),
          TEST_ROW(nothing_is_negotiated_anew_and_no_session_is_kept))
