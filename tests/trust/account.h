/* What the programs about an account's identity share. */
#ifndef SOTTO_TESTS_TRUST_ACCOUNT_H
#define SOTTO_TESTS_TRUST_ACCOUNT_H
#include "engine/recovery_code.h"
#include "lib/sim_forge.h"
#include "trust.h"

/* Ana with two devices, Ben, their chat; each has compared. */
struct account_pair {
    struct sim_device *a, *a2, *b;
    uint64_t ab, ba;
};

static inline bool account_pair(struct account_pair *p)
{
    p->a = trust_person("ana", "Ana");
    p->b = trust_person("ben", "Ben");
    if (p->a == NULL || p->b == NULL) {
        return false;
    }
    sim_run(world, 5000);
    p->a2 = sim_device(world, "ana2");
    if (!sim_meet(p->a, p->b, &p->ab, &p->ba) || !sim_second_device(p->a, p->a2)) {
        return false;
    }
    sim_pass(world, TRUST_MINUTE);
    bool fine = sim_verify(p->b, "Ana") == OK && sim_verify(p->a, "Ben") == OK;
    sim_pass(world, TRUST_MINUTE);
    return fine;
}

static inline bool account_code(const char *text, struct recovery_code *out)
{
    uint8_t raw[RECOVERY_CODE_BYTES];
    return recovery_code_parse(raw, slice_of_string(text)) == OK &&
           recovery_code_derive(raw, out) == OK;
}

/* Behind `last`, an entry that says nothing of devices and is signed by `by`. */
static inline bool account_entry_behind(const struct chain_entry *last, struct sim_device *by,
                                        uint8_t mark, struct sim_forge *f)
{
    chain_begin(&f->e, last);
    f->e.why = CHAIN_WHY_HOME;
    f->e.home[0] ^= mark;
    return sim_forge_sign(f, last, by->core->account.own.device, false,
                          &by->core->account.own.device_secret, NULL);
}

static inline bool account_heard(struct sim_device *by, uint64_t chat, const char *text,
                                 struct sim_device *who)
{
    bool sent = sim_send(by, chat, text, NULL) == OK;
    sim_pass(world, TRUST_MINUTE);
    return sent && sim_heard(who, text) == 1;
}

#endif
