/* Who we are on the own network: keys, chain, registration, key packages, contact tokens. */
#ifndef SOTTO_ENGINE_OWN_ACCOUNT_H
#define SOTTO_ENGINE_OWN_ACCOUNT_H
#include "engine/engine.h"
#include "engine/own/state.h"
#include "mls/group.h"
#include "schema/gen/wire.h"

#define OWN_KP_LOW 20 /* refill one-time key packages below this                       */
#define OWN_KP_FULL 50
#define OWN_LAST_RESORT_DAYS 90

/* First run: keys, person 1, chain entry 0, self chat. The recovery code is made by the caller. */
MUST_CHECK enum err own_account_create(struct own *o, struct step *s, struct slice name,
                                       struct slice gateway, struct slice device_name,
                                       struct slice invitation);
MUST_CHECK enum err own_account_load(struct own *o, struct step *s);
/* DEVICE is ready: register what is not registered, refill key packages, sync tokens. */
MUST_CHECK enum err own_account_ready(struct own *o, struct step *s, const struct wire_ready *r);
MUST_CHECK enum err own_account_refill(struct own *o, struct step *s,
                                       const struct wire_kp_counts *levels);
MUST_CHECK enum err own_account_sync_links(struct own *o, struct step *s);
MUST_CHECK enum err own_account_answer(struct own *o, struct step *s, const struct own_ask *ask,
                                       uint8_t type, struct slice body, uint64_t failure);
/* The identity for MLS; slices borrow from o and the arena. */
MUST_CHECK enum err own_identity(struct own *o, struct step *s, struct mls_identity *out);
/* Contact link text. kind 0 person. */
MUST_CHECK enum err own_link_make(struct own *o, struct step *s, struct slice label, uint64_t uses,
                                  uint64_t days, int64_t person, int64_t *id);
/* A token for one person to reach me with, made once. */
MUST_CHECK enum err own_token_for(struct own *o, struct step *s, int64_t person, uint8_t out[16]);
/* Adds chain entries of a person in order; *changed when devices changed; ERR_AUTH on a fork. */
MUST_CHECK enum err own_chain_take(struct own *o, struct step *s, int64_t person,
                                   const struct slice *entries, size_t n, bool *changed);
/* New entry of my chain with this list of devices. */
MUST_CHECK enum err own_chain_extend(struct own *o, struct step *s, const uint8_t (*devices)[32],
                                     size_t n, bool recovery);
MUST_CHECK enum err own_chain_publish(struct own *o, struct step *s);

#endif
