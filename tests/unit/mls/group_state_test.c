/* What a group keeps of its past, for how long, and for whom. */
#include "mls/group_state.h"

#include <string.h>

#include "lib/check.h"
#include "lib/mls_forge.h"

#define N 4
static struct mls_world_member m[N];

static bool begin(size_t n)
{
    memset(m, 0, sizeof m);
    return mls_world_group(m, n, crypto_suite_find(CRYPTO_SUITE_X25519_CHACHA)) == OK;
}

static void end(void)
{
    for (size_t i = 0; i < N; i++) {
        mls_world_end(&m[i]);
    }
}

static size_t row_count(char kind)
{
    size_t n = 0;
    for (size_t i = 0; i < m[0].store.n; i++) {
        n += m[0].store.rows[i].key.p[0] == (uint8_t)kind;
    }
    return n;
}

TEST(the_secrets_of_the_last_epochs_are_known)
{
    uint8_t secrets[16][32];
    REQUIRE(begin(2));
    for (uint64_t now = 1; now < 16; now++) {
        struct slice got;
        CHECK(mls_group_epoch(m[0].g) == now);
        memcpy(secrets[now], m[0].g->epoch->secrets.resumption.b, 32);
        if (now % 4 == 0) {
            CHECK_ERR(mls_world_reload(&m[0]), OK);
        }
        for (uint64_t at = 0; at <= now + 1; at++) {
            /* The first epoch of all was the creator's alone. */
            bool known = at <= now && at + LIMIT_MLS_RESUMPTION > now;
            const struct mls_secret *s = mls_group_state_resumption(m[0].g, at);
            CHECK((s != NULL) == known);
            CHECK(s == NULL || at == 0 || memcmp(s->b, secrets[at], 32) == 0);
            CHECK_ERR(mls_group_resumption_psk(m[0].g, at, &m[0].arena, &got),
                      known ? OK : ERR_GONE);
        }
        CHECK_ERR(mls_world_round(m, 2, now % 2, NULL, 0, true, NULL), OK);
    }
    end();
}

TEST(a_row_of_too_many_secrets_is_corrupt)
{
    REQUIRE(begin(2));
    struct mls_storage storage = mls_world_storage(&m[0].store);
    static const uint8_t bytes[(LIMIT_MLS_RESUMPTION + 1) * 40];
    const size_t most = LIMIT_MLS_RESUMPTION * 40;
    struct mls_rows_key key = mls_rows_resumption();
    for (size_t n = most - 41; n <= sizeof bytes; n++) {
        CHECK_ERR(storage.put(storage.user, slice_make(key.b, key.n), slice_make(bytes, n)), OK);
        CHECK_ERR(mls_world_reload(&m[0]), n % 40 == 0 && n <= most ? OK : ERR_STORE_CORRUPT);
    }
    CHECK_ERR(storage.del(storage.user, slice_make(key.b, key.n)), OK);
    CHECK_ERR(mls_world_reload(&m[0]), OK);
    CHECK(m[0].g->resumption_count == 0);
    end();
}

TEST(who_is_alone_keeps_nothing_for_late_messages)
{
    struct slice late;
    REQUIRE(begin(1));
    for (int i = 0; i < 3; i++) {
        CHECK_ERR(mls_world_round(m, 1, 0, NULL, 0, true, NULL), OK);
        CHECK(row_count('M') == 0 && row_count('L') == 0 && m[0].g->past_count == 0);
        CHECK(row_count('T') == 1); /* of this epoch alone */
    }
    end();
    /* What was kept before goes when its time has come. */
    REQUIRE(begin(2));
    CHECK_ERR(mls_world_say(&m[1], "late", &late), OK);
    struct mls_proposal remove = mls_world_remove(1);
    CHECK_ERR(mls_world_round(m, 2, 0, &remove, 1, true, NULL), OK);
    for (int i = 1; i < LIMIT_MLS_EPOCHS_KEPT; i++) {
        CHECK(row_count('M') == 1 && m[0].g->past_count == 1);
        CHECK_ERR(mls_world_round(m, 1, 0, NULL, 0, true, NULL), OK);
    }
    CHECK(row_count('M') == 1);
    CHECK_ERR(mls_world_take(&m[0], late, NULL), OK);
    CHECK_ERR(mls_world_round(m, 1, 0, NULL, 0, true, NULL), OK);
    CHECK(row_count('M') == 0 && row_count('L') == 0 && m[0].g->past_count == 0);
    CHECK_ERR(mls_world_take(&m[0], late, NULL), ERR_STATE_EPOCH);
    end();
}

TEST(a_past_epoch_knows_which_leaves_it_had)
{
    struct mls_past_state past;
    struct mls_leaf leaf;
    REQUIRE(begin(N));
    uint64_t first = mls_group_epoch(m[0].g);
    struct slice names[N];
    for (uint32_t i = 0; i < N; i++) {
        CHECK_ERR(arena_copy(&m[0].arena, mls_tree_leaf(&m[0].g->epoch->tree, i)->raw, &names[i]),
                  OK);
    }
    struct mls_proposal remove = mls_world_remove(2);
    CHECK_ERR(mls_world_round(m, N, 0, &remove, 1, true, NULL), OK);
    CHECK_ERR(mls_world_round(m, N, 1, NULL, 0, true, NULL), OK);
    CHECK_ERR(mls_world_round(m, N, 1, NULL, 0, true, NULL), OK);
    CHECK_ERR(mls_group_state_past(m[0].g, first, &past, &m[0].arena), OK);
    CHECK(past.width == N && past.leaves.n == 1 && past.leaves.p[0] == 0x0f);
    for (uint32_t i = 0; i < N; i++) {
        CHECK_ERR(mls_group_state_past_leaf(m[0].g, &past, first, i, &leaf, &m[0].arena), OK);
        CHECK_BYTES(leaf.raw, names[i]);
    }
    CHECK_ERR(mls_group_state_past_leaf(m[0].g, &past, first, N, &leaf, &m[0].arena), ERR_GONE);
    CHECK_ERR(mls_group_state_past_leaf(m[0].g, &past, first, UINT32_MAX, &leaf, &m[0].arena),
              ERR_GONE);
    CHECK_ERR(mls_group_state_past(m[0].g, first + 1, &past, &m[0].arena), OK);
    CHECK(past.leaves.p[0] == 0x0b);
    CHECK_ERR(mls_group_state_past_leaf(m[0].g, &past, first + 1, 2, &leaf, &m[0].arena), ERR_GONE);
    CHECK_ERR(mls_group_state_past_leaf(m[0].g, &past, first + 1, 3, &leaf, &m[0].arena), OK);
    CHECK_BYTES(leaf.raw, names[3]);
    CHECK_ERR(mls_group_state_past_leaf(m[0].g, &past, first + 1, 1, &leaf, &m[0].arena), OK);
    CHECK_BYTES(leaf.raw, names[1]); /* as it was, though it changed twice since */
    CHECK_ERR(mls_group_state_past(m[0].g, first + 3, &past, &m[0].arena), ERR_GONE);
    end();
}

TEST(a_newcomer_in_the_place_of_a_member_did_not_send_its_late_message)
{
    struct slice late;
    struct mls_event event;
    struct mls_world_member guest;
    REQUIRE(begin(N));
    CHECK_ERR(mls_world_say(&m[2], "late", &late), OK);
    struct mls_proposal remove = mls_world_remove(2);
    CHECK_ERR(mls_world_round(m, N, 0, &remove, 1, true, NULL), OK);
    mls_world_init(&guest, "guest", m[0].suite);
    CHECK_ERR(mls_world_package(&guest), OK);
    struct mls_proposal add = mls_world_add(&guest);
    CHECK_ERR(mls_world_round(m, N, 0, &add, 1, true, NULL), OK);
    CHECK_ERR(mls_world_take(&m[0], late, &event), OK);
    CHECK_BYTES(event.sender_leaf.credential, SLICE_LITERAL("member 2"));
    mls_world_end(&guest);
    end();
}

TEST(who_was_removed_keeps_no_secret)
{
    static const struct mls_epoch_secrets none;
    REQUIRE(begin(N));
    struct mls_proposal remove = mls_world_remove(0);
    CHECK_ERR(mls_world_round(m, N, 1, NULL, 0, true, NULL), OK);
    CHECK_ERR(mls_world_round(m, N, 2, NULL, 0, true, NULL), OK);
    CHECK(row_count('M') == 2 && row_count('P') == 1 && row_count('U') == 1);
    CHECK_ERR(mls_world_round(m, N, 1, &remove, 1, true, NULL), OK);
    for (int reloaded = 0; reloaded < 2; reloaded++) {
        const struct mls_group *g = m[0].g;
        CHECK(mls_group_state(g) == MLS_REMOVED && !g->epoch->member);
        CHECK(g->past_count == 0 && g->resumption_count == 0 && g->queue.total == 0);
        CHECK(memcmp(&g->epoch->secrets, &none, sizeof none) == 0);
        CHECK(row_count('G') == 1 && m[0].store.n == 1 + row_count('N'));
        CHECK_ERR(mls_world_reload(&m[0]), OK);
    }
    end();
}

TEST(stored_proposals_come_back_and_are_found_by_their_reference)
{
    REQUIRE(begin(N));
    struct mls_secret refs[20];
    for (uint32_t i = 0; i < 20; i++) {
        char id[] = {'p', (char)('a' + i), 0};
        struct mls_forge_message f =
            mls_forge_message_of(&m[1], MLS_CONTENT_PROPOSAL,
                                 mls_forge_psk(&m[1], mls_forge_external_psk_id(&m[1], id), 32));
        CHECK_ERR(mls_world_take(&m[0], mls_forge_put_message(&m[1], &f), NULL), OK);
        CHECK(mls_group_proposal_count(m[0].g) == i + 1 && row_count('O') == i + 1);
        refs[i] = m[0].g->proposals[i]->ref;
    }
    for (int reloaded = 0; reloaded < 2; reloaded++) {
        CHECK(mls_group_proposal_count(m[0].g) == 20);
        for (uint32_t i = 0; i < 20; i++) {
            struct slice ref = slice_make(refs[i].b, 32);
            const struct mls_stored_proposal *p = mls_group_state_find_proposal(m[0].g, ref);
            REQUIRE(p != NULL);
            CHECK(p == m[0].g->proposals[i] && p->sender == 1 && !p->own_update);
            CHECK(p->sender_type == MLS_SENDER_MEMBER && p->body.type == MLS_PROPOSAL_PSK);
            CHECK(p->body.psk.external_id.n == 2 && p->body.psk.external_id.p[1] == 'a' + i);
            CHECK(mls_group_state_find_proposal(m[0].g, slice_make(refs[i].b, 31)) == NULL);
        }
        refs[0].b[31] ^= 1;
        CHECK(mls_group_state_find_proposal(m[0].g, slice_make(refs[0].b, 32)) == NULL);
        refs[0].b[31] ^= 1;
        CHECK_ERR(mls_world_reload(&m[0]), OK);
    }
    CHECK_ERR(mls_world_round(m, 1, 0, NULL, 0, true, NULL), ERR_GONE); /* keys nobody knows */
    CHECK_ERR(mls_group_clear_proposals(m[0].g), OK);
    CHECK(mls_group_proposal_count(m[0].g) == 0 && row_count('O') == 0);
    CHECK_ERR(mls_world_round(m, N, 0, NULL, 0, true, NULL), OK);
    end();
}

TEST(a_proposal_that_was_cut_is_corrupt)
{
    REQUIRE(begin(N));
    struct slice message;
    struct mls_process_params params = {0};
    struct mls_proposal update = {.type = MLS_PROPOSAL_UPDATE};
    CHECK_ERR(mls_group_propose(m[0].g, &m[0].arena, &params, &update, NULL, &message), OK);
    struct mls_world_row *row = NULL;
    for (size_t i = 0; i < m[0].store.n; i++) {
        row = m[0].store.rows[i].key.p[0] == 'O' ? &m[0].store.rows[i] : row;
    }
    REQUIRE(row != NULL);
    struct mls_storage storage = mls_world_storage(&m[0].store);
    struct slice whole = row->value;
    for (row->value.n = 0; row->value.n < whole.n; row->value.n++) {
        struct mls_group *g = NULL;
        CHECK_ERR(mls_group_load(&g, &storage), ERR_STORE_CORRUPT);
    }
    CHECK_ERR(mls_world_reload(&m[0]), OK);
    CHECK(mls_group_proposal_count(m[0].g) == 1);
    end();
}

TEST_MAIN(TEST_ROW(a_proposal_that_was_cut_is_corrupt),
          TEST_ROW(the_secrets_of_the_last_epochs_are_known),
          TEST_ROW(a_row_of_too_many_secrets_is_corrupt),
          TEST_ROW(who_is_alone_keeps_nothing_for_late_messages),
          TEST_ROW(a_past_epoch_knows_which_leaves_it_had),
          TEST_ROW(a_newcomer_in_the_place_of_a_member_did_not_send_its_late_message),
          TEST_ROW(who_was_removed_keeps_no_secret),
          TEST_ROW(stored_proposals_come_back_and_are_found_by_their_reference))
