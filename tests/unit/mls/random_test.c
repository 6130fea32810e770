/* Random lives of groups: adds, removes, updates, paths, external joins, reloads. Everyone agrees
 * after every commit, and every joiner finds the tree valid (mls-rs PR 352). */
#include <stdio.h>
#include <string.h>

#include "lib/check.h"
#include "lib/mls_world.h"

#define N 14
static struct mls_world_member m[N];
static uint64_t seed;

static uint32_t draw(uint32_t below)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (uint32_t)(seed >> 33) % below;
}

static bool in(size_t i)
{
    return m[i].g != NULL && mls_group_state(m[i].g) == MLS_IDLE;
}

static size_t members(void)
{
    size_t n = 0;
    for (size_t i = 0; i < N; i++) {
        n += in(i);
    }
    return n;
}

static size_t pick(void)
{
    size_t i = draw(N);
    while (!in(i)) {
        i = (i + 1) % N;
    }
    return i;
}

static void fresh(size_t i, const struct crypto_suite *suite)
{
    static unsigned births;
    char name[32];
    mls_world_end(&m[i]);
    (void)snprintf(name, sizeof name, "client %u", births++);
    mls_world_init(&m[i], name, suite);
    m[i].encrypt = draw(2) == 0;
    CHECK_ERR(mls_world_package(&m[i]), OK);
}

/* Some members propose by reference; everyone takes it. */
static void propose(size_t by)
{
    struct slice message;
    struct mls_process_params params = {0};
    struct mls_proposal p = {.type = MLS_PROPOSAL_UPDATE};
    if (draw(3) == 0) {
        p.type = MLS_PROPOSAL_REMOVE;
        p.removed = mls_group_own_leaf(m[pick()].g);
    }
    CHECK_ERR(mls_group_propose(m[by].g, &m[by].arena, &params, &p, NULL, &message), OK);
    for (size_t i = 0; i < N; i++) {
        if (i != by && in(i)) {
            enum err e = mls_world_take(&m[i], message, NULL);
            CHECK(e == OK || e == ERR_STATE_REPLAY); /* the same Remove said twice */
        }
    }
}

static bool spread(size_t by, const struct mls_commit *out)
{
    bool good = true;
    for (size_t i = 0; i < N; i++) {
        if (i != by && in(i)) {
            enum err e = mls_world_take(&m[i], out->commit, NULL);
            if (e != OK) {
                check_printf("  %s takes a commit of %s: %s\n", m[i].name, m[by].name, err_name(e));
                good = false;
            }
        }
    }
    return good;
}

static bool commit(const struct crypto_suite *suite)
{
    struct mls_proposal list[6];
    size_t newcomers[3];
    size_t n = 0;
    size_t joining = 0;
    struct mls_commit out;
    size_t by = pick();
    for (uint32_t k = draw(4); k > 0 && joining < 3; k--) {
        size_t i = draw(N);
        bool taken = in(i);
        for (size_t j = 0; j < joining; j++) {
            taken = taken || newcomers[j] == i;
        }
        if (!taken) {
            fresh(i, suite);
            newcomers[joining++] = i;
            list[n++] = mls_world_add(&m[i]);
        }
    }
    if (members() > 3 && draw(2) == 0) {
        size_t gone = pick();
        if (gone != by) {
            list[n++] = mls_world_remove(mls_group_own_leaf(m[gone].g));
        }
    }
    enum err e = mls_world_stage(&m[by], list, n, draw(3) == 0, &out);
    if (draw(4) == 0 && e == OK) {
        e = mls_world_reload(&m[by]);
    }
    if (e == OK) {
        e = mls_world_merge(&m[by]);
    }
    if (e != OK) {
        check_printf("  %s commits: %s\n", m[by].name, err_name(e));
        return false;
    }
    if (!spread(by, &out)) {
        return false;
    }
    for (size_t i = 0; i < joining; i++) {
        e = mls_world_join(&m[newcomers[i]], out.welcome, out.ratchet_tree);
        if (e != OK) {
            check_printf("  %s joins: %s\n", m[newcomers[i]].name, err_name(e));
            return false;
        }
    }
    return true;
}

static bool join_external(const struct crypto_suite *suite)
{
    struct slice info, tree;
    struct mls_commit out;
    size_t i = draw(N);
    size_t by = pick();
    if (in(i)) {
        return true;
    }
    fresh(i, suite);
    struct mls_storage storage = mls_world_storage(&m[i].store);
    CHECK_ERR(mls_group_info(m[by].g, &m[by].arena, true, true, (struct mls_extensions){NULL, 0},
                             &info, &tree),
              OK);
    struct mls_external_params params = {.group_info = info, .identity = m[i].id};
    enum err e = mls_group_join_external(&m[i].g, &storage, &params, &m[i].arena, &out.commit);
    if (e == OK && draw(2) == 0) {
        e = mls_world_reload(&m[i]);
    }
    if (e != OK || !spread(i, &out)) {
        check_printf("  %s joins by itself: %s\n", m[i].name, err_name(e));
        return false;
    }
    return mls_world_merge(&m[i]) == OK;
}

static bool talk(void)
{
    struct slice message;
    size_t by = pick();
    enum err e = mls_world_say(&m[by], "hello", &message);
    if (e == ERR_STATE) {
        return true; /* proposals wait */
    }
    for (size_t i = 0; i < N && e == OK; i++) {
        if (i != by && in(i)) {
            e = mls_world_take(&m[i], message, NULL);
        }
    }
    return e == OK;
}

static bool step(const struct crypto_suite *suite)
{
    for (size_t i = 0; i < N; i++) {
        if (m[i].g != NULL) {
            arena_reset(&m[i].arena);
        }
        if (m[i].g != NULL && mls_group_state(m[i].g) == MLS_REMOVED) {
            mls_world_end(&m[i]);
        } else if (in(i) && draw(8) == 0) {
            CHECK_ERR(mls_world_reload(&m[i]), OK);
        }
    }
    for (uint32_t k = draw(3); k > 0; k--) {
        propose(pick());
    }
    bool good = draw(6) == 0 ? join_external(suite) : commit(suite);
    return good && mls_world_agree(m, N) && talk();
}

static void live(const struct crypto_suite *suite, uint64_t start, unsigned steps)
{
    memset(m, 0, sizeof m);
    seed = start;
    fresh(0, suite);
    CHECK_ERR(mls_world_create(&m[0], "random"), OK);
    for (unsigned i = 0; i < steps; i++) {
        if (!step(suite)) {
            check_printf("  seed %llu, step %u\n", (unsigned long long)start, i);
            check_fail(__FILE__, __LINE__, "step");
            break;
        }
    }
    for (size_t i = 0; i < N; i++) {
        mls_world_end(&m[i]);
    }
}

TEST(random_lives_on_the_classical_suite_end_in_agreement)
{
    for (uint64_t s = 1; s <= 6; s++) {
        live(crypto_suite_find(CRYPTO_SUITE_X25519_CHACHA), 0x9e3779b97f4a7c15u * s, 60);
    }
}

TEST(random_lives_on_every_suite_end_in_agreement)
{
    size_t n = 0;
    const struct crypto_suite *suites = crypto_suite_list(&n);
    for (size_t i = 0; i < n; i++) {
        live(&suites[i], 0xd1342543de82ef95u * (i + 1), 15);
    }
}

TEST_MAIN(TEST_ROW(random_lives_on_the_classical_suite_end_in_agreement),
          TEST_ROW(random_lives_on_every_suite_end_in_agreement))
