#include "fuzz/fuzz.h"
#include "release/trust.h"

static void check_groups(const struct release_trust *t)
{
    for (size_t i = 0; i < t->group_n; i++) {
        const struct release_group *g = &t->group[i];
        size_t members = 0;
        for (uint32_t bit = 0; bit < 32; bit++) {
            members += (g->members >> bit & 1) + (g->groups >> bit & 1);
        }
        FUZZ_CHECK(g->need >= 1 && g->need <= members);
        FUZZ_CHECK(g->members >> t->witness_n == 0); /* of the witnesses there are */
        FUZZ_CHECK(g->groups >> i == 0);             /* and of earlier groups      */
    }
}

/* More witnesses never take a quorum away; all of them have it, and nobody alone has more. */
static void check_quorum(const struct release_trust *t)
{
    uint32_t all = (uint32_t)(((uint64_t)1 << t->witness_n) - 1);
    bool has = release_trust_has_quorum(t);
    uint32_t some = 0;
    bool held = release_trust_quorum(t, 0);
    FUZZ_CHECK(held == !has);
    for (size_t i = 0; i < t->witness_n; i++) {
        some |= (uint32_t)1 << i;
        bool holds = release_trust_quorum(t, some);
        FUZZ_CHECK(holds || !held);
        held = holds;
    }
    FUZZ_CHECK(release_trust_quorum(t, all));
}

FUZZ(input)
{
    static struct release_trust trust;
    if (release_trust_parse(&trust, input) != OK) {
        FUZZ_CHECK(trust.release_n == 0 && trust.witness_n == 0 && trust.line.n == 0);
        return;
    }
    FUZZ_CHECK(input.n <= RELEASE_TRUST_BYTES_MAX);
    FUZZ_CHECK(trust.release_n >= 1 && trust.release_n <= RELEASE_KEYS_MAX);
    FUZZ_CHECK(trust.threshold >= 1 && trust.threshold <= trust.release_n);
    FUZZ_CHECK(trust.witness_n <= RELEASE_WITNESSES_MAX && trust.group_n <= RELEASE_GROUPS_MAX);
    FUZZ_CHECK(trust.log.kind == RELEASE_KEY_ED25519);
    for (size_t i = 0; i < trust.release_n; i++) {
        FUZZ_CHECK(trust.release[i].kind == RELEASE_KEY_ED25519);
        FUZZ_CHECK(!slice_equal(trust.release[i].name, trust.log.name));
    }
    for (size_t i = 0; i < trust.witness_n; i++) {
        FUZZ_CHECK(trust.witness[i].key.kind == RELEASE_KEY_COSIGNATURE);
    }
    check_groups(&trust);
    check_quorum(&trust);
}
