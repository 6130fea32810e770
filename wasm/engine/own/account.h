/* Who we are on the own network: keys, registration, key packages. */
#ifndef SOTTO_ENGINE_OWN_ACCOUNT_H
#define SOTTO_ENGINE_OWN_ACCOUNT_H
#include "engine/engine.h"
#include "engine/recovery_code.h"
#include "engine/own/state.h"
#include "schema/gen/wire.h"

#define OWN_KP_LOW 20 /* refill one-time key packages below this */
#define OWN_KP_FULL 50
#define OWN_LAST_RESORT_DAYS 90

/* First run: keys, person 1, chain entry 0, self chat. The code stays the caller's and is not
 * kept. */
MUST_CHECK enum err own_account_create(struct own *o, struct step *s, struct slice name,
                                       struct slice gateway, struct slice device_name,
                                       struct slice invitation, const struct recovery_code *code);
MUST_CHECK enum err own_account_load(struct own *o, struct step *s);
/* Loads this device's key from the store into o, also for a device being linked. ERR_STORE_CORRUPT:
 * it has another length. ERR_GONE: there is none yet. */
MUST_CHECK enum err own_account_device(struct own *o, struct step *s);
/* DEVICE is ready: register if needed, refill key packages, sync tokens. */
MUST_CHECK enum err own_account_ready(struct own *o, struct step *s, const struct wire_ready *r);
MUST_CHECK enum err own_account_refill(struct own *o, struct step *s,
                                       const struct wire_kp_counts *levels);
MUST_CHECK enum err own_account_answer(struct own *o, struct step *s, const struct own_ask *ask,
                                       uint8_t type, struct slice body, uint64_t failure);

#endif
