#include "gateway/address.h"

#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/slice.h"
#include "crypto/rand.h"

#define SLOTS 16384
#define BEGUN 65536 /* counters of begun connections; addresses may share one */

struct gw_address_entry {
    struct gw_address *of;
    struct gw_address_entry *next;
    uint32_t slot, n;
    uint8_t key[16];
};

struct gw_address {
    pthread_mutex_t mutex;
    uint64_t connections, handshakes, minute;
    bool loopback;
    uint64_t secret[2];
    struct gw_address_entry *slots[SLOTS];
    uint16_t begun[BEGUN];
};

struct gw_address *gw_address_create(uint64_t connections, uint64_t handshakes, bool loopback)
{
    struct gw_address *a = calloc(1, sizeof *a);
    if (a != NULL) {
        pthread_mutex_init(&a->mutex, NULL);
        a->connections = connections;
        a->handshakes = handshakes;
        a->loopback = loopback;
        crypto_rand(a->secret, sizeof a->secret);
    }
    return a;
}

void gw_address_destroy(struct gw_address *a)
{
    if (a == NULL) {
        return;
    }
    for (size_t i = 0; i < SLOTS; i++) {
        while (a->slots[i] != NULL) {
            struct gw_address_entry *e = a->slots[i];
            a->slots[i] = e->next;
            free(e);
        }
    }
    pthread_mutex_destroy(&a->mutex);
    free(a);
}

/* False for addresses that are not counted (no IP, or loopback). */
static bool key_of(uint8_t key[16], const struct sockaddr *from, bool loopback)
{
    memset(key, 0, 16);
    if (from->sa_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, from, sizeof in);
        memcpy(key + 12, &in.sin_addr, 4);
        return loopback || key[12] != 127;
    }
    if (from->sa_family == AF_INET6) {
        struct sockaddr_in6 in;
        memcpy(&in, from, sizeof in);
        bool own = IN6_IS_ADDR_LOOPBACK(&in.sin6_addr);
        memcpy(key, &in.sin6_addr, IN6_IS_ADDR_V4MAPPED(&in.sin6_addr) ? 16 : 8);
        return loopback || !own;
    }
    return false;
}

static uint64_t mix(const struct gw_address *a, const uint8_t key[16])
{
    uint64_t v[2];
    memcpy(v, key, sizeof v);
    uint64_t h = (v[0] ^ a->secret[0]) * 0x9e3779b97f4a7c15u;
    h = (h ^ (h >> 32) ^ v[1] ^ a->secret[1]) * 0xff51afd7ed558ccdu;
    return h ^ (h >> 29);
}

static bool begin(struct gw_address *a, uint64_t hash, uint64_t steady_ms)
{
    if (steady_ms / 60000 != a->minute) {
        a->minute = steady_ms / 60000;
        memset(a->begun, 0, sizeof a->begun);
    }
    uint16_t *n = &a->begun[hash % BEGUN];
    if (a->handshakes > 0 && *n >= a->handshakes) {
        return false;
    }
    *n = (uint16_t)(*n + (*n < UINT16_MAX ? 1 : 0));
    return true;
}

static struct gw_address_entry *count(struct gw_address *a, uint64_t hash, const uint8_t key[16])
{
    uint32_t slot = (uint32_t)(hash >> 32) % SLOTS;
    struct gw_address_entry *e = a->slots[slot];
    while (e != NULL && !slice_equal(SLICE_ARRAY(e->key), slice_make(key, 16))) {
        e = e->next;
    }
    if (e == NULL) {
        e = calloc(1, sizeof *e);
        if (e == NULL) {
            return NULL;
        }
        e->of = a;
        e->slot = slot;
        memcpy(e->key, key, sizeof e->key);
        e->next = a->slots[slot];
        a->slots[slot] = e;
    }
    if (a->connections > 0 && e->n >= a->connections) {
        return NULL;
    }
    e->n++;
    return e;
}

bool gw_address_enter(struct gw_address *a, const struct sockaddr *from, uint64_t steady_ms,
                      struct gw_address_entry **out)
{
    uint8_t key[16];
    *out = NULL;
    if (!key_of(key, from, a->loopback)) {
        return true;
    }
    uint64_t hash = mix(a, key);
    pthread_mutex_lock(&a->mutex);
    if (begin(a, hash, steady_ms)) {
        *out = count(a, hash, key);
    }
    pthread_mutex_unlock(&a->mutex);
    return *out != NULL;
}

void gw_address_leave(struct gw_address_entry *e)
{
    struct gw_address *a = e->of;
    pthread_mutex_lock(&a->mutex);
    if (--e->n == 0) {
        struct gw_address_entry **at = &a->slots[e->slot];
        while (*at != e) {
            at = &(*at)->next;
        }
        *at = e->next;
        free(e);
    }
    pthread_mutex_unlock(&a->mutex);
}
