/* What the variants share: people, and what a stolen or hostile device is given. */
#ifndef SOTTO_TESTS_TRUST_VARIANT_H
#define SOTTO_TESTS_TRUST_VARIANT_H
#include "engine/own/content_types.h"
#include "trust.h"

/* Ana with a second device, Ben, Cem whom both know; all have met. `ana2` is hostile from here on.
 */
struct variant {
    struct sim *s;
    struct sim_device *a, *a2, *b, *c, *m;
    uint64_t ab, ba, ac, ca, bc, cb;
    uint64_t ga, gb, gc; /* Ana's group with Ben and Cem, 0 none */
};

#define VARIANT_STOLEN 1 /* with ana2          */
#define VARIANT_GROUP 2  /* with the group     */
#define VARIANT_MAL 4    /* with a stranger, m */

static inline bool variant_group(struct variant *v)
{
    static const char *const people[] = {"Ben", "Cem"};
    v->ga = sim_group(v->a, "the group", people, 2);
    sim_pass(v->s, TRUST_MINUTE);
    v->gb = sim_chat_of_type(v->b, ABI_CHAT_TYPE_GROUP);
    v->gc = sim_chat_of_type(v->c, ABI_CHAT_TYPE_GROUP);
    if (v->ga == 0 || v->gb == 0 || v->gc == 0) {
        return false;
    }
    bool said = sim_send(v->a, v->ga, "from Ana, before", NULL) == OK &&
                sim_send(v->b, v->gb, "from Ben, before", NULL) == OK;
    sim_pass(v->s, TRUST_MINUTE);
    return said && sim_heard(v->c, "from Ana, before") == 1 &&
           sim_heard(v->a, "from Ben, before") == 1;
}

static inline bool variant_make(struct variant *v, uint64_t seed, unsigned what)
{
    memset(v, 0, sizeof *v);
    v->s = trust_world(seed);
    v->a = trust_person("ana", "Ana");
    v->b = trust_person("ben", "Ben");
    v->c = trust_person("cem", "Cem");
    v->m = (what & VARIANT_MAL) != 0 ? trust_person("mal", "Mal") : NULL;
    if (v->a == NULL || v->b == NULL || v->c == NULL) {
        return false;
    }
    sim_run(v->s, 5000);
    if (!sim_meet(v->a, v->b, &v->ab, &v->ba) || !sim_meet(v->a, v->c, &v->ac, &v->ca) ||
        !sim_meet(v->b, v->c, &v->bc, &v->cb)) {
        return false;
    }
    sim_pass(v->s, TRUST_MINUTE);
    if ((what & VARIANT_STOLEN) != 0) {
        v->a2 = sim_device(v->s, "ana2");
        if (!sim_second_device(v->a, v->a2)) {
            return false;
        }
        sim_pass(v->s, TRUST_MINUTE);
        (void)sim_evil(v->a2);
    }
    return (what & VARIANT_GROUP) == 0 || variant_group(v);
}

/* Ana revokes ana2, everywhere; it goes on as if it were nothing. */
static inline bool variant_revoke(struct variant *v)
{
    if (sim_revoke(v->a, v->a2) != OK) {
        return false;
    }
    sim_pass(v->s, TRUST_MINUTE);
    bool said = sim_send(v->a, v->ab, "after the revocation", NULL) == OK;
    sim_pass(v->s, 20000);
    v->a2->core->account.own.dropped = false;
    return said && sim_heard(v->b, "after the revocation") == 1 &&
           sim_heard(v->a2, "after the revocation") == 0;
}

/* The gateway gives `by` for `of` to whoever asks (NULL: anybody). */
static inline void variant_swap(struct variant *v, struct sim_device *of, struct sim_device *by,
                                struct sim_device *asked_by)
{
    v->s->hostile->swap[0].of = of;
    v->s->hostile->swap[0].by = by;
    v->s->hostile->swap[0].asked_by = asked_by;
}

/* What Ana and Ben say to each other from now on. */
static inline void variant_say(struct variant *v)
{
    SETUP(sim_send(v->a, sim_chat_with(v->a, "Ben"), "secret of Ana", NULL) == OK);
    SETUP(sim_send(v->b, sim_chat_with(v->b, "Ana"), "secret of Ben", NULL) == OK);
    sim_pass(v->s, 10 * TRUST_MINUTE);
}

/* Is this word shown under that name? */
static inline bool variant_under(struct sim_device *d, const char *name, const char *text)
{
    int64_t person = sim_person(d, name);
    int64_t by = sim_count(d, "SELECT max(sender) FROM message WHERE text=?", text);
    return sim_heard(d, text) > 0 && by == person;
}

/* The room was stopped at this device, and `name` is named, or the room goes on without him. */
static inline bool variant_named(struct sim_device *d, const char *name)
{
    return sim_count(d,
                     "SELECT count(*) FROM message m JOIN person p ON p.id=m.sender WHERE "
                     "m.notice=32 AND p.name=?",
                     name) > 0;
}

#endif
