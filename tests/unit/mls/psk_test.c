/* Pre-shared keys: where each is looked for, and how they are chained. */
#include "mls/psk.h"

#include <string.h>

#include "lib/check.h"
#include "lib/mls_forge.h"

static struct mls_world_member m[1];
static size_t lookups;
static struct mls_secret zeros;

static bool begin(void)
{
    memset(m, 0, sizeof m);
    lookups = 0;
    return mls_world_warm_group(m, 1, crypto_suite_find(CRYPTO_SUITE_X25519_CHACHA)) == OK;
}

/* Every secret is the id itself; `user` names one that is not known. */
static enum err find(void *user, struct slice id, struct arena *arena, struct slice *out)
{
    const struct slice *unknown = user;
    lookups++;
    if (unknown != NULL && slice_equal(id, *unknown)) {
        return ERR_GONE;
    }
    return arena_copy(arena, id, out);
}

static struct mls_psk_id read_id(struct slice id)
{
    struct slice whole, nonce = SLICE_LITERAL("0123456789abcdef0123456789abcdef");
    struct mls_psk_id out;
    whole = mls_forge_join(m, id, mls_forge_vector(m, nonce));
    CHECK_ERR(mls_proposal_read_psk(&whole, &out, true), OK);
    return out;
}

static struct mls_psk_id resumption(const char *group, uint64_t epoch)
{
    struct slice id;
    struct buf b = buf_arena(&m->arena, 64);
    mls_proposal_put_resumption(&b, MLS_PSK_APPLICATION, slice_of_string(group), epoch);
    CHECK_ERR(buf_finish(&b, &id), OK);
    return read_id(id);
}

TEST(keys_are_chained_in_their_order)
{
    struct mls_secret got, want = {{0}}, swapped;
    REQUIRE(begin());
    struct mls_psk_lookup lookup = {NULL, find};
    struct mls_psk_source source = {NULL, &lookup};
    struct mls_psk_id ids[3] = {read_id(mls_forge_external_psk_id(m, "one")),
                                read_id(mls_forge_external_psk_id(m, "two")),
                                read_id(mls_forge_external_psk_id(m, "three"))};
    CHECK_ERR(mls_psk_chain(m->suite, &got, &source, ids, 0, &m->arena), OK);
    CHECK(memcmp(&got, &zeros, sizeof got) == 0 && lookups == 0);
    for (uint16_t i = 0; i < 3; i++) {
        CHECK_ERR(mls_key_schedule_psk(m->suite, &want, ids[i].raw, ids[i].id, i, 3), OK);
    }
    memset(&got, 0x55, sizeof got); /* what was there does not count */
    CHECK_ERR(mls_psk_chain(m->suite, &got, &source, ids, 3, &m->arena), OK);
    CHECK(memcmp(&got, &want, sizeof got) == 0 && lookups == 3);
    struct mls_psk_id first = ids[0];
    ids[0] = ids[2];
    ids[2] = first;
    CHECK_ERR(mls_psk_chain(m->suite, &swapped, &source, ids, 3, &m->arena), OK);
    CHECK(memcmp(&got, &swapped, sizeof got) != 0);
    CHECK_ERR(mls_psk_chain(m->suite, &swapped, &source, ids, 2, &m->arena), OK);
    CHECK(memcmp(&got, &swapped, sizeof got) != 0);
    mls_world_end(m);
}

TEST(one_unknown_key_leaves_nothing)
{
    struct mls_secret got;
    REQUIRE(begin());
    struct mls_psk_id ids[2] = {read_id(mls_forge_external_psk_id(m, "one")),
                                read_id(mls_forge_external_psk_id(m, "two"))};
    for (size_t i = 0; i < 2; i++) {
        struct mls_psk_lookup lookup = {&ids[i].id, find};
        struct mls_psk_source source = {m->g, &lookup};
        CHECK_ERR(mls_psk_chain(m->suite, &got, &source, ids, 2, &m->arena), ERR_GONE);
        CHECK(memcmp(&got, &zeros, sizeof got) == 0);
    }
    struct mls_psk_lookup empty = {NULL, NULL};
    struct mls_psk_source source = {m->g, &empty};
    CHECK_ERR(mls_psk_chain(m->suite, &got, &source, ids, 1, &m->arena), ERR_GONE);
    source.lookup = NULL;
    CHECK_ERR(mls_psk_chain(m->suite, &got, &source, ids, 1, &m->arena), ERR_GONE);
    /* As many as the count can say, and one more. */
    CHECK_ERR(mls_psk_chain(m->suite, &got, &source, ids, UINT16_MAX, &m->arena), ERR_GONE);
    CHECK_ERR(mls_psk_chain(m->suite, &got, &source, ids, UINT16_MAX + 1, &m->arena), ERR_LIMIT);
    mls_world_end(m);
}

TEST(the_group_knows_its_own_past_and_no_other)
{
    struct mls_secret got, want = {{0}};
    struct slice own;
    REQUIRE(begin());
    struct mls_psk_source source = {m->g, NULL};
    uint64_t now = mls_group_epoch(m->g);
    struct mls_psk_id id = resumption("group", now);
    CHECK_ERR(mls_group_resumption_psk(m->g, now, &m->arena, &own), OK);
    CHECK(own.n == 32);
    CHECK_ERR(mls_key_schedule_psk(m->suite, &want, id.raw, own, 0, 1), OK);
    CHECK_ERR(mls_psk_chain(m->suite, &got, &source, &id, 1, &m->arena), OK);
    CHECK(memcmp(&got, &want, sizeof got) == 0);
    id = resumption("group", now + 1);
    CHECK_ERR(mls_psk_chain(m->suite, &got, &source, &id, 1, &m->arena), ERR_GONE);
    id = resumption("other", now);
    CHECK_ERR(mls_psk_chain(m->suite, &got, &source, &id, 1, &m->arena), ERR_GONE);
    id = resumption("group", now);
    source.group = NULL;
    CHECK_ERR(mls_psk_chain(m->suite, &got, &source, &id, 1, &m->arena), ERR_GONE);
    source.group = m->g;
    id.type = MLS_PSK_EXTERNAL; /* whatever else it says */
    CHECK_ERR(mls_psk_chain(m->suite, &got, &source, &id, 1, &m->arena), ERR_GONE);
    /* The application is asked for what the group does not know, and for nothing else. */
    struct mls_psk_lookup lookup = {NULL, find};
    source.lookup = &lookup;
    id = resumption("group", now);
    CHECK_ERR(mls_psk_chain(m->suite, &got, &source, &id, 1, &m->arena), OK);
    CHECK(lookups == 0 && memcmp(&got, &want, sizeof got) == 0);
    id = resumption("group", now + 1);
    CHECK_ERR(mls_psk_chain(m->suite, &got, &source, &id, 1, &m->arena), OK);
    CHECK(lookups == 1);
    mls_world_end(m);
}

TEST_MAIN(TEST_ROW(keys_are_chained_in_their_order), TEST_ROW(one_unknown_key_leaves_nothing),
          TEST_ROW(the_group_knows_its_own_past_and_no_other))
