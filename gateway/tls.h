/* The certificate: an SSL_CTX of OpenSSL. What it allows: gateway/README.md "Sockets". */
#ifndef SOTTO_GATEWAY_TLS_H
#define SOTTO_GATEWAY_TLS_H
#include "gateway/config.h"
#include "gateway/foreign.h"

/* NULL and a sentence when certificate and key cannot be used together. */
SSL_CTX *gw_tls_create(const struct gw_config *c, char *why, size_t n);
/* Whole days until the certificate ends; below zero once it has. */
int64_t gw_tls_days(SSL_CTX *ctx);

#endif
