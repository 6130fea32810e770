#include "gateway/tls.h"

#include <stdio.h>

SSL_CTX *gw_tls_create(const struct gw_config *c, char *why, size_t n)
{
    static const h2o_iovec_t protocols[] = {{(char *)(uintptr_t) "http/1.1", 8}, {NULL, 0}};
    SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
    if (ctx == NULL) {
        snprintf(why, n, "out of memory");
        return NULL;
    }
    SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
    SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                 SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
    SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(ctx, 1);
    if (SSL_CTX_use_certificate_chain_file(ctx, c->tls_cert) != 1 ||
        SSL_CTX_use_PrivateKey_file(ctx, c->tls_key, SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(ctx) != 1 ||
        SSL_CTX_set_cipher_list(ctx, "ECDHE+CHACHA20:ECDHE+AESGCM:!aNULL") != 1 ||
        SSL_CTX_set1_groups_list(ctx, "X25519:P-256") != 1) {
        snprintf(why, n, "the certificate %s and the key %s cannot be used together", c->tls_cert,
                 c->tls_key);
        SSL_CTX_free(ctx);
        return NULL;
    }
    h2o_ssl_register_alpn_protocols(ctx, protocols);
    return ctx;
}

int64_t gw_tls_days(SSL_CTX *ctx)
{
    int days = 0, seconds = 0;
    X509 *cert = SSL_CTX_get0_certificate(ctx);
    if (cert == NULL || ASN1_TIME_diff(&days, &seconds, NULL, X509_get0_notAfter(cert)) != 1) {
        return 0;
    }
    return seconds < 0 ? days - 1 : days; /* both have the sign of what is left */
}
