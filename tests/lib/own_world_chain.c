#include "lib/own_world_chain.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/rand.h"
#include "lib/check.h"

struct crypto_sign_secret own_world_secret(uint8_t k)
{
    struct crypto_sign_secret s;
    memset(s.seed, k, sizeof s.seed);
    return s;
}

const uint8_t *own_world_key(uint8_t k)
{
    static uint8_t out[256][CHAIN_KEY_SIZE];
    struct crypto_sign_secret s = own_world_secret(k);
    struct crypto_sign_public pub;
    crypto_sign_public_of(&pub, &s);
    memcpy(out[k], pub.b, CHAIN_KEY_SIZE);
    return out[k];
}

/* ---- chains --------------------------------------------------------------------------------- */

/* Signs with all of these, encodes, judges. */
static void write_entry(struct own_world_account *a, struct chain_entry *e, const uint8_t *keys)
{
    const struct chain_entry *last = a->n == 0 ? NULL : &a->e[a->n - 1];
    struct buf b;
    if (a->n == OWN_WORLD_ENTRIES) {
        abort();
    }
    b = buf_fixed(a->room[a->n], sizeof a->room[a->n]);
    for (; *keys != 0; keys++) {
        struct crypto_sign_secret s = own_world_secret(*keys);
        CHECK_ERR(chain_sign(last, e, &s), OK);
    }
    CHECK_ERR(chain_encode(&b, e), OK);
    CHECK_ERR(buf_finish(&b, &a->bytes[a->n]), OK);
    a->e[a->n] = *e;
    memcpy(a->id, e->id, sizeof a->id);
    a->n++;
}

void own_world_account(struct own_world_account *a, uint8_t device, uint8_t code)
{
    struct chain_entry e;
    CHECK_ERR(crypto_init(), OK);
    memset(a, 0, sizeof *a);
    chain_begin(&e, NULL);
    CHECK_ERR(chain_add(&e, own_world_key(device)), OK);
    memcpy(e.recovery, own_world_key(code), sizeof e.recovery);
    memset(e.recovery_hpke, code, sizeof e.recovery_hpke);
    CHECK_ERR(chain_plan(NULL, &e, own_world_key(device), false), OK);
    write_entry(a, &e, (const uint8_t[]){device, code, 0});
}

void own_world_added(struct own_world_account *a, uint8_t device, uint8_t author)
{
    struct chain_entry e;
    chain_begin(&e, &a->e[a->n - 1]);
    e.why = CHAIN_WHY_ADDED;
    CHECK_ERR(chain_add(&e, own_world_key(device)), OK);
    CHECK_ERR(chain_plan(&a->e[a->n - 1], &e, own_world_key(author), false), OK);
    write_entry(a, &e, (const uint8_t[]){device, author, 0});
}

void own_world_dropped(struct own_world_account *a, uint8_t device, uint8_t author)
{
    struct chain_entry e;
    chain_begin(&e, &a->e[a->n - 1]);
    e.why = CHAIN_WHY_DROPPED;
    CHECK_ERR(chain_drop(&e, own_world_key(device)), OK);
    CHECK_ERR(chain_plan(&a->e[a->n - 1], &e, own_world_key(author), false), OK);
    write_entry(a, &e, (const uint8_t[]){author, 0});
}

void own_world_recovered(struct own_world_account *a, uint8_t device, uint8_t old, uint8_t code)
{
    struct chain_entry e;
    const struct chain_entry *last = &a->e[a->n - 1];
    chain_begin(&e, last);
    e.why = CHAIN_WHY_RECOVERED;
    for (size_t i = 0; i < last->device_n; i++) {
        CHECK_ERR(chain_drop(&e, last->devices[i].key), OK);
    }
    CHECK_ERR(chain_add(&e, own_world_key(device)), OK);
    memcpy(e.recovery, own_world_key(code), sizeof e.recovery);
    memset(e.recovery_hpke, code, sizeof e.recovery_hpke);
    CHECK_ERR(chain_plan(last, &e, own_world_key(old), true), OK);
    write_entry(a, &e, (const uint8_t[]){old, device, code, 0});
}

void own_world_branch(struct own_world_account *to, const struct own_world_account *from, size_t n)
{
    memset(to, 0, sizeof *to);
    memcpy(to->id, from->id, sizeof to->id);
    for (size_t i = 0; i < n; i++) {
        to->e[i] = from->e[i];
        memcpy(to->room[i], from->room[i], sizeof to->room[i]);
        to->bytes[i] = slice_make(to->room[i], from->bytes[i].n);
    }
    to->n = n;
}
