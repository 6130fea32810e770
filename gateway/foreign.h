/* h2o and OpenSSL. OpenSSL has a type ERR_STATE, our base a code of that name: theirs is renamed
 * while its headers are read. Include this instead of <h2o.h>. */
#ifndef SOTTO_GATEWAY_FOREIGN_H
#define SOTTO_GATEWAY_FOREIGN_H
#define ERR_STATE openssl_ERR_STATE
#include <h2o.h>
#include <h2o/http1.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#undef ERR_STATE
#endif
