/* What a hostile gateway, a stolen device or one that was dropped makes by itself: entries of
 * chains and parts of a recovery record, signed with what it has. */
#ifndef SOTTO_TESTS_SIM_FORGE_H
#define SOTTO_TESTS_SIM_FORGE_H
#include "lib/sim.h"
#include "schema/chain.h"

/* An entry and its bytes. */
struct sim_forge {
    struct chain_entry e;
    uint8_t p[CHAIN_ENTRY_BYTES_MAX];
    size_t n;
};

/* Entry n of the chain of `account` as the device knows it. */
bool sim_forge_at(struct sim_device *d, const uint8_t account[32], uint64_t n,
                  struct chain_entry *out);
/* The same with its bytes. */
bool sim_forge_copy(struct sim_device *d, const uint8_t account[32], uint64_t n,
                    struct sim_forge *out);
/* An entry that the device keeps of a branch that is not, or no more, its own. */
bool sim_forge_kept(struct sim_device *d, const uint8_t account[32], struct sim_forge *out);
/* Plans, signs and encodes f->e behind `last`: the author first. Who is planned and has not given a
 * secret here (NULL: none) signs with garbage. */
bool sim_forge_sign(struct sim_forge *f, const struct chain_entry *last, const uint8_t author[32],
                    bool old_recovery, const struct crypto_sign_secret *one,
                    const struct crypto_sign_secret *two);
/* The entry reaches the device in a room, with a commit of somebody. */
bool sim_forge_hear(struct sim_device *d, const struct sim_forge *f);
/* The device asks the gateway to take it; true: it stands there afterwards. */
bool sim_forge_put(struct sim_device *d, const struct sim_forge *f);
/* It stands at the gateway as the newest, whoever checked it; hpke (may be empty): the key beside
 * it. */
void sim_forge_store(struct sim *s, const struct sim_forge *f, struct slice hpke);
/* Number of the newest entry at the gateway; -1 no such account. */
int64_t sim_forge_head(struct sim *s, const uint8_t account[32]);
/* Whoever shows this recovery key gets no account by it any more. */
void sim_forge_hide(struct sim *s, const uint8_t account[32]);

/* A part of a recovery record, as a device would write it: of all people that the row `person` of
 * `by` holds, under the name of `device`, signed with the key of `by`, sealed to `hpke`. */
struct sim_forge_part {
    const uint8_t *account, *device;
    struct slice hpke;
    int64_t person;
    uint64_t number;
};
/* ... and put beside the account at the gateway. */
bool sim_forge_record(struct sim_device *by, const struct sim_forge_part *part);
/* The part that stands there has this number. */
void sim_forge_number(struct sim *s, const struct sim_forge_part *part, uint64_t number);
/* The device writes its own part with its next connection. */
bool sim_forge_write(struct sim_device *d);
/* How many parts of the account the gateway holds. */
int64_t sim_forge_parts(struct sim *s, const uint8_t account[32]);

#endif
