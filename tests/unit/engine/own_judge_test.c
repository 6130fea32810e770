/* May a commit be followed (own/judge.h, through the policy of own/admit.h)? Every commit here is
 * well made: a real one, by a member that obeys no rule. */
#include "engine/own/judge.h"

#include <string.h>

#include "lib/check.h"
#include "lib/own_world.h"
#include "store/chat.h"

/* Devices by number: Ana 1, 2, 3; Ben 11, 12, 13; Cat 21; Dan 31. */
struct table {
    struct own_world w;
    struct own_world_account ana, ben, cat, dan;
    struct own_world_member a1, a2, a3, b1, b2, b3, c1, d1;
    struct own_world_room room;
    struct own_room context;
    uint8_t admins[1][32];
    struct own_admit admit; /* of what was judged last */
};
static struct table t;

/* Ana, who runs it, and Ben, and Cat, by whose device all is judged; each leaf names entry 0. */
static void begin(int type)
{
    memset(&t, 0, sizeof t);
    own_world_begin(&t.w);
    own_world_account(&t.ana, 1, 101);
    own_world_account(&t.ben, 11, 111);
    own_world_account(&t.cat, 21, 121);
    own_world_account(&t.dan, 31, 131);
    own_world_sit(&t.a1, &t.ana, 1, 0);
    own_world_sit(&t.b1, &t.ben, 11, 0);
    own_world_sit(&t.c1, &t.cat, 21, 0);
    own_world_sit(&t.d1, &t.dan, 31, 0);
    own_world_hold(&t.w, &t.ana, 1);
    own_world_hold(&t.w, &t.ben, 1);
    own_world_hold(&t.w, &t.cat, 1);
    t.context = own_world_context(type);
    memcpy(t.admins[0], t.ana.id, 32);
    t.context.admins = (const uint8_t(*)[32])t.admins;
    t.context.admin_n = 1;
}

static void begin_group(void)
{
    begin(STORE_CHAT_GROUP);
    own_world_open(&t.room, &t.a1, &t.context);
    own_world_take_in(&t.room, &t.a1, &t.b1);
    own_world_take_in(&t.room, &t.a1, &t.c1);
}

static void end(void)
{
    struct own_world_member *all[] = {&t.a1, &t.a2, &t.a3, &t.b1, &t.b2, &t.b3, &t.c1, &t.d1};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (all[i]->m.suite != NULL) {
            mls_world_end(&all[i]->m);
        }
    }
    own_world_end(&t.w);
}

/* What Cat's device says to this commit of `by`; when it follows, so do all. */
static enum err judge(struct own_world_member *by, const struct mls_proposal *v, size_t n,
                      bool path, const struct own_entries_group *brought, size_t brought_n)
{
    struct mls_commit c = own_world_stage(by, v, n, path);
    enum err e = own_world_follow(&t.w, &t.c1, c.commit, brought, brought_n, &t.admit);
    if (e != OK) {
        CHECK_ERR(mls_group_discard(by->m.g), OK);
        return e;
    }
    CHECK_ERR(mls_world_merge(&by->m), OK);
    for (size_t i = 0; i < t.room.n; i++) {
        if (t.room.m[i] != by && t.room.m[i] != &t.c1 &&
            mls_group_state(t.room.m[i]->m.g) != MLS_REMOVED) {
            CHECK_ERR(mls_world_take(&t.room.m[i]->m, c.commit, NULL), OK);
        }
    }
    return OK;
}

static bool refused_of(const struct own_world_account *a)
{
    return t.admit.refused && memcmp(t.admit.refused_by, a->id, 32) == 0;
}

static uint32_t leaf_of(const struct own_world_member *m)
{
    struct mls_leaf_view v;
    uint32_t next = 0;
    while (mls_group_next_member(t.c1.m.g, &next, &v)) {
        if (slice_equal(v.signature_key, slice_make(own_world_key(m->device), 32))) {
            return v.index;
        }
    }
    CHECK(next == 0); /* it sits there */
    return 0;
}

/* The room with this account's seat saying entry n. */
static struct mls_proposal with_seat(const struct own_world_account *a, size_t n)
{
    static struct own_room_seat seat;
    struct own_room r = t.context;
    memcpy(seat.account, a->id, 32);
    seat.n = a->e[n].n;
    memcpy(seat.hash, a->e[n].hash, 32);
    r.seats = &seat;
    r.seat_n = 1;
    return own_world_rewrite(&t.w, &r);
}

/* ---- who is brought in ---------------------------------------------------------------------- */

TEST(an_add_brings_the_entries_its_leaf_names)
{
    begin_group();
    own_world_added(&t.dan, 32, 31);
    own_world_sit(&t.a2, &t.dan, 32, 1);
    struct mls_proposal add = own_world_add(&t.a2);
    struct own_entries_group less = own_world_bring(&t.dan, 0, 0),
                             late = own_world_bring(&t.dan, 1, 1),
                             whole = own_world_bring(&t.dan, 0, 1);
    CHECK_ERR(judge(&t.a1, &add, 1, false, NULL, 0), ERR_AUTH_POLICY);
    CHECK(refused_of(&t.ana));
    CHECK_ERR(judge(&t.a1, &add, 1, false, &less, 1), ERR_AUTH_POLICY);
    CHECK_ERR(judge(&t.a1, &add, 1, false, &late, 1), ERR_AUTH_POLICY);
    CHECK(refused_of(&t.ana));
    CHECK_ERR(judge(&t.a1, &add, 1, false, &whole, 1), OK);
    CHECK(!t.admit.refused);
    end();
}

TEST(a_foreign_leaf_is_refused)
{
    begin_group();
    /* the gateway's key under Dan's name; a key that only comes later; no name of an entry */
    own_world_added(&t.dan, 32, 31);
    own_world_sit(&t.a2, &t.dan, 99, 0);
    own_world_sit(&t.a3, &t.dan, 32, 0);
    struct mls_proposal add = own_world_add(&t.a2), early = own_world_add(&t.a3);
    struct own_entries_group whole = own_world_bring(&t.dan, 0, 1);
    CHECK_ERR(judge(&t.a1, &add, 1, false, &whole, 1), ERR_AUTH_POLICY);
    CHECK(refused_of(&t.ana));
    CHECK_ERR(judge(&t.a1, &early, 1, false, &whole, 1), ERR_AUTH_POLICY);
    t.d1.m.id.leaf_extensions.n = 0;
    struct mls_proposal bare = own_world_add(&t.d1);
    CHECK_ERR(judge(&t.a1, &bare, 1, false, &whole, 1), ERR_AUTH_POLICY);
    end();
}

TEST(nobody_is_brought_in_whom_the_entries_drop)
{
    begin_group();
    own_world_added(&t.dan, 32, 31);
    own_world_dropped(&t.dan, 31, 32);
    /* names entry 0, which lists it; the seat says what no leaf does, so that only this is wrong */
    struct mls_proposal add[] = {own_world_add(&t.d1), with_seat(&t.dan, 2)};
    struct own_entries_group whole = own_world_bring(&t.dan, 0, 2),
                             old = own_world_bring(&t.dan, 0, 0);
    CHECK_ERR(judge(&t.a1, add, 2, false, &whole, 1), ERR_AUTH_POLICY);
    CHECK(refused_of(&t.ana));
    /* who does not know entry 2 has to be followed: the room does not know it either */
    CHECK_ERR(judge(&t.a1, add, 1, false, &old, 1), OK);
    end();
}

TEST(a_new_account_comes_by_who_runs_the_group)
{
    begin_group();
    struct mls_proposal add = own_world_add(&t.d1);
    struct own_entries_group whole = own_world_bring(&t.dan, 0, 0);
    CHECK_ERR(judge(&t.b1, &add, 1, false, &whole, 1), ERR_AUTH_POLICY);
    CHECK(refused_of(&t.ben));
    CHECK_ERR(judge(&t.a1, &add, 1, false, &whole, 1), OK);
    end();
}

TEST(a_device_of_who_has_a_place_comes_by_any_member)
{
    begin_group();
    own_world_added(&t.ana, 2, 1);
    own_world_sit(&t.a2, &t.ana, 2, 1);
    struct mls_proposal add = own_world_add(&t.a2);
    struct own_entries_group more = own_world_bring(&t.ana, 1, 1);
    CHECK_ERR(judge(&t.b1, &add, 1, false, &more, 1), OK);
    end();
}

TEST(nothing_is_brought_of_who_has_no_business_here)
{
    begin_group();
    struct own_entries_group dan = own_world_bring(&t.dan, 0, 0);
    CHECK_ERR(judge(&t.a1, NULL, 0, true, &dan, 1), ERR_AUTH_POLICY);
    CHECK(refused_of(&t.ana));
    CHECK_ERR(judge(&t.a1, NULL, 0, true, NULL, 0), OK);
    end();
}

/* A branch beside the line of the room: members who took it would part ways with the others. */
TEST(a_commit_brings_no_other_branch)
{
    static struct own_world_account beside;
    begin_group();
    own_world_added(&t.ben, 12, 11);
    own_world_branch(&beside, &t.ben, 1);
    own_world_added(&beside, 13, 11);
    own_world_sit(&t.b2, &t.ben, 12, 1);
    struct mls_proposal add = own_world_add(&t.b2);
    struct own_entries_group more = own_world_bring(&t.ben, 1, 1),
                             other = own_world_bring(&beside, 1, 1);
    CHECK_ERR(judge(&t.b1, &add, 1, false, &other, 1), ERR_AUTH_POLICY);
    CHECK_ERR(judge(&t.b1, &add, 1, false, &more, 1), OK);
    own_world_sit(&t.b3, &beside, 13, 1);
    add = own_world_add(&t.b3);
    CHECK_ERR(judge(&t.b1, &add, 1, false, &other, 1), ERR_AUTH_POLICY);
    CHECK(refused_of(&t.ben));
    end();
}

/* ---- paths ---------------------------------------------------------------------------------- */

TEST(a_path_keeps_the_key_and_names_what_it_brings)
{
    begin_group();
    own_world_added(&t.ben, 12, 11);
    own_world_renew(&t.b1, &t.ben, 1);
    struct own_entries_group more = own_world_bring(&t.ben, 1, 1);
    CHECK_ERR(judge(&t.b1, NULL, 0, true, NULL, 0), ERR_AUTH_POLICY);
    CHECK(refused_of(&t.ben));
    CHECK_ERR(judge(&t.b1, NULL, 0, true, &more, 1), OK);
    /* another key of the same account, listed by the entry it names */
    t.b1.m.id.signature = own_world_secret(12);
    CHECK_ERR(judge(&t.b1, NULL, 0, true, NULL, 0), ERR_AUTH_POLICY);
    t.b1.m.id.signature = own_world_secret(11);
    /* the name of somebody else */
    t.b1.m.id.credential = SLICE_ARRAY(t.ana.id);
    CHECK_ERR(judge(&t.b1, NULL, 0, true, NULL, 0), ERR_AUTH_POLICY);
    end();
}

/* A device may be listed by two accounts that one person made: it does not turn into the other. */
TEST(a_path_keeps_the_account)
{
    static struct own_world_account twin;
    begin_group();
    own_world_account(&twin, 1, 151);
    struct own_entries_group whole = own_world_bring(&twin, 0, 0);
    struct mls_proposal said = with_seat(&t.ana, 0);
    t.a1.m.id.credential = SLICE_ARRAY(twin.id);
    own_world_renew(&t.a1, &twin, 0);
    CHECK_ERR(judge(&t.a1, &said, 1, true, &whole, 1), ERR_AUTH_POLICY);
    t.a1.m.id.credential = SLICE_ARRAY(t.ana.id);
    own_world_renew(&t.a1, &t.ana, 0);
    CHECK_ERR(judge(&t.a1, NULL, 0, true, NULL, 0), OK);
    end();
}

TEST(a_path_may_name_an_older_entry_that_lists_the_key)
{
    begin_group();
    own_world_added(&t.ben, 12, 11);
    own_world_renew(&t.b1, &t.ben, 1);
    struct own_entries_group more = own_world_bring(&t.ben, 1, 1);
    CHECK_ERR(judge(&t.b1, NULL, 0, true, &more, 1), OK);
    own_world_renew(&t.b1, &t.ben, 0);
    /* then no leaf says any more what the room knows of Ben: a seat has to */
    CHECK_ERR(judge(&t.b1, NULL, 0, true, NULL, 0), ERR_AUTH_POLICY);
    struct mls_proposal said = with_seat(&t.ben, 1);
    CHECK_ERR(judge(&t.b1, &said, 1, true, NULL, 0), OK);
    end();
}

/* ---- removals ------------------------------------------------------------------------------- */

TEST(a_listed_device_goes_by_its_account_or_who_runs_the_group)
{
    begin_group();
    struct mls_proposal out[] = {mls_world_remove(leaf_of(&t.b1)),
                                 own_world_rewrite(&t.w, &t.context)};
    own_world_added(&t.ben, 12, 11);
    own_world_sit(&t.b2, &t.ben, 12, 1);
    struct own_entries_group more = own_world_bring(&t.ben, 1, 1);
    struct mls_proposal add = own_world_add(&t.b2);
    CHECK_ERR(judge(&t.a1, &add, 1, false, &more, 1), OK);
    struct mls_proposal ana = mls_world_remove(leaf_of(&t.a1));
    CHECK_ERR(judge(&t.b1, &ana, 1, true, NULL, 0), ERR_AUTH_POLICY);
    CHECK(refused_of(&t.ben));
    /* no leaf says entry 1 any more: a seat does, who else goes on is alike for all */
    struct mls_proposal mine[] = {mls_world_remove(leaf_of(&t.b2)), with_seat(&t.ben, 1)};
    CHECK_ERR(judge(&t.b1, mine, 1, true, NULL, 0), ERR_AUTH_POLICY);
    CHECK_ERR(judge(&t.b1, mine, 2, true, NULL, 0), OK);
    CHECK_ERR(judge(&t.a1, out, 1, true, NULL, 0), ERR_AUTH_POLICY); /* his seat stays behind */
    CHECK_ERR(judge(&t.a1, out, 2, true, NULL, 0), OK);
    end();
}

/* The proof goes along, and an account that loses its last leaf so keeps its place. */
TEST(any_member_removes_a_dropped_device_with_the_proof)
{
    begin_group();
    own_world_added(&t.ana, 2, 1);
    own_world_dropped(&t.ana, 1, 2);
    struct mls_proposal v[] = {mls_world_remove(leaf_of(&t.a1)), with_seat(&t.ana, 2)};
    struct own_entries_group proof = own_world_bring(&t.ana, 1, 2),
                             less = own_world_bring(&t.ana, 1, 1);
    CHECK_ERR(judge(&t.b1, v, 2, true, NULL, 0), ERR_AUTH_POLICY);
    CHECK_ERR(judge(&t.b1, v, 2, true, &less, 1), ERR_AUTH_POLICY);
    CHECK(refused_of(&t.ben));
    CHECK_ERR(judge(&t.b1, v, 1, true, &proof, 1), ERR_AUTH_POLICY); /* no seat is left */
    CHECK_ERR(judge(&t.b1, v, 2, true, &proof, 1), OK);
    /* and any member takes in what its newest entry lists */
    own_world_sit(&t.a2, &t.ana, 2, 2);
    t.context.seat_n = 0;
    struct mls_proposal back[] = {own_world_add(&t.a2), own_world_rewrite(&t.w, &t.context)};
    CHECK_ERR(judge(&t.b1, back, 2, false, NULL, 0), OK);
    end();
}

TEST(a_device_that_the_room_knows_to_be_dropped_has_no_voice)
{
    begin_group();
    own_world_added(&t.ana, 2, 1);
    own_world_dropped(&t.ana, 1, 2);
    own_world_sit(&t.a2, &t.ana, 2, 2);
    struct own_entries_group proof = own_world_bring(&t.ana, 1, 2);
    struct mls_proposal add = own_world_add(&t.a2);
    CHECK_ERR(judge(&t.b1, &add, 1, false, &proof, 1), OK); /* now the room knows */
    struct own_entries_group dan = own_world_bring(&t.dan, 0, 0);
    struct mls_proposal more = own_world_add(&t.d1), out = mls_world_remove(leaf_of(&t.b1));
    CHECK_ERR(judge(&t.a1, &more, 1, false, &dan, 1), ERR_AUTH_POLICY);
    CHECK(refused_of(&t.ana));
    CHECK_ERR(judge(&t.a1, &out, 1, true, NULL, 0), ERR_AUTH_POLICY);
    struct own_room renamed = t.context;
    renamed.name = SLICE_LITERAL("mine");
    struct mls_proposal name = own_world_rewrite(&t.w, &renamed);
    CHECK_ERR(judge(&t.a1, &name, 1, true, NULL, 0), ERR_AUTH_POLICY);
    end();
}

/* What one member knows decides nothing: the room does (or members part ways). */
TEST(a_commit_is_followed_whatever_we_know_beyond_the_room)
{
    begin_group();
    own_world_added(&t.ana, 2, 1);
    own_world_dropped(&t.ana, 1, 2);
    CHECK(own_world_know(&t.w, &t.ana, 3) > 0); /* Cat knows that Ana dropped device 1 */
    struct own_entries_group dan = own_world_bring(&t.dan, 0, 0);
    struct mls_proposal add = own_world_add(&t.d1);
    CHECK_ERR(judge(&t.a1, &add, 1, false, &dan, 1), OK);
    CHECK_ERR(judge(&t.a1, NULL, 0, true, NULL, 0), OK);
    end();
}

/* ---- what the room agrees on ---------------------------------------------------------------- */

TEST(no_commit_moves_the_room)
{
    begin_group();
    for (int i = 0; i < 5; i++) {
        struct own_room r = t.context;
        r.room[0] ^= (uint8_t)(i == 0);
        r.mailbox[0] ^= (uint8_t)(i == 1);
        r.type = i == 2 ? STORE_CHAT_PAIR : r.type;
        r.has_replaces = i == 3;
        r.has_pair = i == 4;
        r.type = i == 4 ? STORE_CHAT_PAIR : r.type;
        struct mls_proposal p = own_world_rewrite(&t.w, &r);
        CHECK_ERR(judge(&t.a1, &p, 1, true, NULL, 0), ERR_AUTH_POLICY);
        CHECK(refused_of(&t.ana));
    }
    end();
}

TEST(a_plain_member_changes_nothing_but_secrets_when_somebody_goes)
{
    begin_group();
    own_world_added(&t.ben, 12, 11);
    own_world_sit(&t.b2, &t.ben, 12, 1);
    struct own_entries_group more = own_world_bring(&t.ben, 1, 1);
    struct mls_proposal add = own_world_add(&t.b2);
    CHECK_ERR(judge(&t.b1, &add, 1, false, &more, 1), OK);
    static struct own_room_seat seat;
    memcpy(seat.account, t.ben.id, 32);
    seat.n = 1;
    memcpy(seat.hash, t.ben.e[1].hash, 32);
    t.context.seats = &seat; /* once b2 is gone no leaf says it */
    t.context.seat_n = 1;
    struct own_room renamed = t.context, fresh = t.context, takeover = t.context;
    renamed.name = SLICE_LITERAL("mine");
    fresh.join_secret[0] ^= 1;
    fresh.read_tag[0] ^= 1;
    takeover.admins = (const uint8_t(*)[32]) & t.ben.id;
    struct mls_proposal v[] = {mls_world_remove(leaf_of(&t.b2)), own_world_rewrite(&t.w, &renamed)};
    CHECK_ERR(judge(&t.b1, v + 1, 1, true, NULL, 0), ERR_AUTH_POLICY);
    CHECK_ERR(judge(&t.b1, v, 2, true, NULL, 0), ERR_AUTH_POLICY);
    v[1] = own_world_rewrite(&t.w, &takeover);
    CHECK_ERR(judge(&t.b1, v, 2, true, NULL, 0), ERR_AUTH_POLICY);
    v[1] = own_world_rewrite(&t.w, &fresh);
    CHECK_ERR(judge(&t.b1, v + 1, 1, true, NULL, 0), ERR_AUTH_POLICY); /* nobody goes */
    CHECK_ERR(judge(&t.b1, v, 2, true, NULL, 0), OK);
    v[1] = own_world_rewrite(&t.w, &renamed); /* who runs it may: and the secrets too */
    CHECK_ERR(judge(&t.a1, v + 1, 1, true, NULL, 0), OK);
    end();
}

TEST(a_seat_says_what_the_room_knows_and_nothing_else)
{
    begin_group();
    struct mls_proposal false_seat = with_seat(&t.ben, 0); /* Ben's leaf says it */
    CHECK_ERR(judge(&t.a1, &false_seat, 1, true, NULL, 0), ERR_AUTH_POLICY);
    false_seat = with_seat(&t.dan, 0); /* nobody of here */
    CHECK_ERR(judge(&t.a1, &false_seat, 1, true, NULL, 0), ERR_AUTH_POLICY);
    own_world_added(&t.ben, 12, 11);
    struct own_entries_group more = own_world_bring(&t.ben, 1, 1);
    struct mls_proposal right = with_seat(&t.ben, 1);
    CHECK_ERR(judge(&t.a1, &right, 1, true, NULL, 0), ERR_AUTH_POLICY); /* not brought */
    CHECK_ERR(judge(&t.a1, NULL, 0, true, &more, 1), ERR_AUTH_POLICY);  /* not said    */
    CHECK_ERR(judge(&t.a1, &right, 1, true, &more, 1), OK);
    end();
}

TEST(a_chat_of_two_has_two_accounts_and_the_self_chat_one)
{
    begin(STORE_CHAT_PAIR);
    own_world_open(&t.room, &t.b1, &t.context);
    own_world_take_in(&t.room, &t.b1, &t.c1);
    struct own_entries_group dan = own_world_bring(&t.dan, 0, 0);
    struct mls_proposal add = own_world_add(&t.d1);
    CHECK_ERR(judge(&t.b1, &add, 1, false, &dan, 1), ERR_AUTH_POLICY);
    CHECK(refused_of(&t.ben));
    end();
    begin(STORE_CHAT_SELF);
    own_world_added(&t.cat, 22, 21);
    own_world_sit(&t.a2, &t.cat, 22, 1);
    own_world_hold(&t.w, &t.cat, 2);
    own_world_open(&t.room, &t.a2, &t.context);
    own_world_take_in(&t.room, &t.a2, &t.c1);
    struct own_entries_group ben = own_world_bring(&t.ben, 0, 0);
    add = own_world_add(&t.b1);
    CHECK_ERR(judge(&t.a2, &add, 1, false, &ben, 1), ERR_AUTH_POLICY);
    end();
}

/* The two accounts are written into the room: not even in the place of one that has gone. */
TEST(a_chat_of_two_stays_that_of_the_same_two)
{
    begin(STORE_CHAT_PAIR);
    bool first = memcmp(t.ben.id, t.cat.id, 32) < 0;
    t.context.has_pair = true;
    memcpy(t.context.pair[first ? 0 : 1], t.ben.id, 32);
    memcpy(t.context.pair[first ? 1 : 0], t.cat.id, 32);
    own_world_open(&t.room, &t.c1, &t.context);
    struct own_entries_group dan = own_world_bring(&t.dan, 0, 0),
                             ben = own_world_bring(&t.ben, 0, 0);
    struct mls_proposal add = own_world_add(&t.d1), right = own_world_add(&t.b1);
    own_world_added(&t.cat, 22, 21);
    own_world_sit(&t.a2, &t.cat, 22, 1);
    own_world_hold(&t.w, &t.cat, 2);
    own_world_take_in(&t.room, &t.c1, &t.a2);
    CHECK_ERR(judge(&t.a2, &add, 1, false, &dan, 1), ERR_AUTH_POLICY);
    CHECK(refused_of(&t.cat));
    CHECK_ERR(judge(&t.a2, &right, 1, false, &ben, 1), OK);
    end();
}

/* ---- from outside --------------------------------------------------------------------------- */

static struct slice come_in(struct own_world_member *m, bool again)
{
    struct slice info, tree, commit = SLICE_EMPTY;
    struct mls_storage storage = mls_world_storage(&m->m.store);
    struct mls_external_params params = {.suite = m->m.suite,
                                         .identity = m->m.id,
                                         .resync = again,
                                         .resync_key = again,
                                         .resync_leaf = UINT32_MAX};
    CHECK_ERR(mls_group_info(t.a1.m.g, &m->m.arena, false, true, (struct mls_extensions){NULL, 0},
                             &info, &tree),
              OK);
    params.group_info = info;
    params.ratchet_tree = tree;
    mls_group_destroy(m->m.g);
    m->m.g = NULL;
    mls_world_store_wipe(&m->m.store);
    CHECK_ERR(mls_group_join_external(&m->m.g, &storage, &params, &m->m.arena, &commit), OK);
    return commit;
}

TEST(nobody_comes_in_by_himself_who_has_no_place)
{
    begin_group();
    struct own_entries_group dan = own_world_bring(&t.dan, 0, 0);
    CHECK_ERR(own_world_follow(&t.w, &t.c1, come_in(&t.d1, false), &dan, 1, &t.admit),
              ERR_AUTH_POLICY);
    CHECK(refused_of(&t.dan));
    own_world_sit(&t.b2, &t.ben, 99, 0); /* under Ben's name */
    CHECK_ERR(own_world_follow(&t.w, &t.c1, come_in(&t.b2, false), NULL, 0, &t.admit),
              ERR_AUTH_POLICY);
    own_world_added(&t.ben, 12, 11);
    struct own_entries_group more = own_world_bring(&t.ben, 1, 1);
    own_world_sit(&t.b3, &t.ben, 12, 1);
    CHECK_ERR(own_world_follow(&t.w, &t.c1, come_in(&t.b3, false), NULL, 0, &t.admit),
              ERR_AUTH_POLICY);
    CHECK_ERR(own_world_follow(&t.w, &t.c1, come_in(&t.b3, false), &more, 1, &t.admit), OK);
    end();
}

TEST(a_device_comes_back_by_itself_in_place_of_its_leaf)
{
    begin_group();
    CHECK_ERR(own_world_follow(&t.w, &t.c1, come_in(&t.b1, true), NULL, 0, &t.admit), OK);
    CHECK(mls_group_member_count(t.c1.m.g) == 3);
    end();
}

TEST(a_dropped_device_does_not_come_back_by_itself)
{
    begin_group();
    own_world_added(&t.ben, 12, 11);
    own_world_dropped(&t.ben, 11, 12);
    own_world_sit(&t.b2, &t.ben, 12, 2);
    struct own_entries_group proof = own_world_bring(&t.ben, 1, 2);
    struct mls_proposal v[] = {mls_world_remove(leaf_of(&t.b1)), own_world_add(&t.b2)};
    CHECK_ERR(judge(&t.a1, v, 2, true, &proof, 1), OK);
    own_world_sit(&t.b3, &t.ben, 11, 1); /* entry 1 lists it, and is on the line */
    CHECK_ERR(own_world_follow(&t.w, &t.c1, come_in(&t.b3, false), NULL, 0, &t.admit),
              ERR_AUTH_POLICY);
    CHECK(refused_of(&t.ben));
    end();
}

/* ---- proposals ------------------------------------------------------------------------------ */

static struct slice propose(struct own_world_member *by, const struct mls_proposal *p)
{
    struct mls_process_params params = {.now_ms = 0};
    struct slice message = SLICE_EMPTY;
    CHECK_ERR(mls_group_propose(by->m.g, &by->m.arena, &params, p, NULL, &message), OK);
    return message;
}

TEST(only_removals_are_proposed_and_only_what_may_be_done)
{
    begin_group();
    struct mls_proposal add = own_world_add(&t.d1), update = {.type = MLS_PROPOSAL_UPDATE},
                        ana = mls_world_remove(leaf_of(&t.a1)),
                        ben = mls_world_remove(leaf_of(&t.b1));
    struct own_room renamed = t.context;
    renamed.name = SLICE_LITERAL("mine");
    struct mls_proposal name = own_world_rewrite(&t.w, &renamed);
    struct own_entries_group dan = own_world_bring(&t.dan, 0, 0);
    CHECK_ERR(own_world_follow(&t.w, &t.c1, propose(&t.a1, &add), &dan, 1, &t.admit),
              ERR_AUTH_POLICY);
    CHECK_ERR(own_world_follow(&t.w, &t.c1, propose(&t.b1, &update), NULL, 0, &t.admit),
              ERR_AUTH_POLICY);
    CHECK_ERR(own_world_follow(&t.w, &t.c1, propose(&t.a1, &name), NULL, 0, &t.admit),
              ERR_AUTH_POLICY);
    CHECK_ERR(own_world_follow(&t.w, &t.c1, propose(&t.b1, &ana), NULL, 0, &t.admit),
              ERR_AUTH_POLICY);
    CHECK(mls_group_proposal_count(t.c1.m.g) == 0); /* what is refused is not kept */
    CHECK_ERR(own_world_follow(&t.w, &t.c1, propose(&t.b1, &ben), NULL, 0, &t.admit), OK);
    CHECK(mls_group_proposal_count(t.c1.m.g) == 1);
    CHECK(!t.admit.refused);
    end();
}

TEST(what_a_dropped_leaf_proposes_is_not_kept)
{
    begin_group();
    own_world_added(&t.ana, 2, 1);
    own_world_dropped(&t.ana, 1, 2);
    own_world_sit(&t.a2, &t.ana, 2, 2);
    struct own_entries_group proof = own_world_bring(&t.ana, 1, 2);
    struct mls_proposal add = own_world_add(&t.a2), out = mls_world_remove(leaf_of(&t.b1));
    CHECK_ERR(judge(&t.b1, &add, 1, false, &proof, 1), OK);
    CHECK_ERR(own_world_follow(&t.w, &t.c1, propose(&t.a1, &out), NULL, 0, &t.admit),
              ERR_AUTH_POLICY);
    CHECK(mls_group_proposal_count(t.c1.m.g) == 0);
    end();
}

/* A commit that takes along what its proposer had no right to is refused as if it were its own. */
TEST(what_may_not_be_proposed_does_not_ride_along)
{
    begin_group();
    struct mls_proposal ana = mls_world_remove(leaf_of(&t.a1));
    struct slice message = propose(&t.b1, &ana);
    own_world_added(&t.cat, 22, 21);
    CHECK_ERR(mls_world_take(&t.c1.m, message, NULL), OK); /* kept, without a question */
    struct mls_commit c = own_world_stage(&t.b1, NULL, 0, true);
    CHECK_ERR(own_world_follow(&t.w, &t.c1, c.commit, NULL, 0, &t.admit), ERR_AUTH_POLICY);
    CHECK(refused_of(&t.ben));
    end();
}

/* An add goes by value only, by who may: not as something that somebody else takes along. */
TEST(an_add_of_another_does_not_ride_along)
{
    begin_group();
    struct mls_proposal add = own_world_add(&t.d1);
    struct slice message = propose(&t.a1, &add);
    struct own_entries_group dan = own_world_bring(&t.dan, 0, 0);
    CHECK_ERR(mls_world_take(&t.c1.m, message, NULL), OK); /* kept, without a question */
    CHECK_ERR(mls_world_take(&t.b1.m, message, NULL), OK);
    struct mls_commit c = own_world_stage(&t.b1, NULL, 0, true);
    CHECK_ERR(own_world_follow(&t.w, &t.c1, c.commit, &dan, 1, &t.admit), ERR_AUTH_POLICY);
    CHECK(refused_of(&t.ben));
    end();
}

/* ---- asked by themselves ----------------------------------------------------------------------
 */

static struct own_hall hall(void)
{
    struct own_hall h;
    CHECK_ERR(own_hall_begin(&h, &t.w.s, t.c1.m.g, 4), OK);
    return h;
}

/* The room knows this of Ben. */
static void bring(struct own_hall *h, size_t from, size_t to)
{
    struct own_entries_group g = own_world_bring(&t.ben, from, to);
    CHECK_ERR(own_hall_bring(h, &(struct own_entries){&g, 1}), OK);
}

TEST(a_leaf_is_listed_by_an_entry_that_the_room_knows)
{
    begin_group();
    own_world_added(&t.ben, 12, 11);
    own_world_dropped(&t.ben, 12, 11);
    own_world_sit(&t.b2, &t.ben, 12, 1);
    own_world_sit(&t.b3, &t.ben, 13, 1);
    struct own_hall h = hall();
    struct mls_leaf_view second = own_world_leaf(&t.b2), foreign = own_world_leaf(&t.b3),
                         first = own_world_leaf(&t.b1);
    CHECK_ERR(own_judge_leaf(&h, &second, false),
              ERR_AUTH_POLICY); /* less is known than it names */
    CHECK_ERR(own_judge_leaf(&h, &first, true), OK);
    bring(&h, 1, 1);
    CHECK_ERR(own_judge_leaf(&h, &second, true), OK);
    CHECK_ERR(own_judge_leaf(&h, &foreign, false), ERR_AUTH_POLICY);
    h = hall();
    bring(&h, 1, 2); /* it was dropped since: it may sit, and not come in */
    CHECK_ERR(own_judge_leaf(&h, &second, false), OK);
    CHECK_ERR(own_judge_leaf(&h, &second, true), ERR_AUTH_POLICY);
    second.credential.n--;
    CHECK_ERR(own_judge_leaf(&h, &second, false), ERR_AUTH_POLICY);
    end();
}

static struct mls_proposal_view removal_of(const struct own_world_member *m)
{
    struct mls_proposal_view p = {.type = MLS_PROPOSAL_REMOVE, .removed_leaf = own_world_leaf(m)};
    p.removed = leaf_of(m);
    return p;
}

TEST(who_may_propose_a_removal)
{
    begin_group();
    struct own_hall h = hall();
    struct mls_leaf_view ana = own_world_leaf(&t.a1), ben = own_world_leaf(&t.b1),
                         cat = own_world_leaf(&t.c1), dan = own_world_leaf(&t.d1);
    struct mls_proposal_view of_ben = removal_of(&t.b1);
    CHECK_ERR(own_judge_removal(&h, &ana, &of_ben), OK); /* who runs it      */
    CHECK_ERR(own_judge_removal(&h, &ben, &of_ben), OK); /* themselves       */
    CHECK_ERR(own_judge_removal(&h, &cat, &of_ben), ERR_AUTH_POLICY);
    CHECK_ERR(own_judge_removal(&h, &dan, &of_ben), ERR_AUTH_POLICY); /* has no place here */
    end();
    begin_group();
    own_world_added(&t.ben, 12, 11);
    own_world_dropped(&t.ben, 11, 12);
    h = hall();
    bring(&h, 1, 2);
    of_ben = removal_of(&t.b1);
    cat = own_world_leaf(&t.c1);
    ben = own_world_leaf(&t.b1);
    CHECK_ERR(own_judge_removal(&h, &cat, &of_ben), OK); /* a dropped device: any member */
    struct mls_proposal_view of_cat = removal_of(&t.c1);
    CHECK_ERR(own_judge_removal(&h, &ben, &of_cat), ERR_AUTH_POLICY);
    CHECK_ERR(own_judge_removal(&h, &ben, &of_ben), ERR_AUTH_POLICY); /* it has no voice */
    end();
}

static enum err judged(const struct own_hall_deed *d, const struct own_entries *brought,
                       const struct own_world_member *by)
{
    struct own_hall h = hall();
    struct mls_leaf_view leaf = own_world_leaf(by);
    return own_judge_commit(&h, d, brought, &leaf);
}

TEST(a_whole_commit_is_judged_by_what_it_does)
{
    const struct own_entries none = {NULL, 0};
    begin_group();
    struct mls_proposal_view of_ben = removal_of(&t.b1);
    struct own_hall_deed d = {.sender_type = MLS_SENDER_MEMBER, .committer = leaf_of(&t.b1)};
    CHECK_ERR(judged(&d, &none, &t.b1), OK); /* nothing */
    struct own_entries_group of_dan = own_world_bring(&t.dan, 0, 0);
    CHECK_ERR(judged(&d, &(struct own_entries){&of_dan, 1}, &t.b1), ERR_AUTH_POLICY);
    d.proposals = &of_ben;
    d.proposal_n = 1;
    of_ben.sender_type = MLS_SENDER_MEMBER;
    of_ben.sender = d.committer = leaf_of(&t.c1);
    CHECK_ERR(judged(&d, &none, &t.c1), ERR_AUTH_POLICY);
    of_ben.sender = d.committer = leaf_of(&t.a1);
    CHECK_ERR(judged(&d, &none, &t.a1), OK);
    of_ben.sender = leaf_of(&t.c1); /* it rides along, and was nobody's to propose */
    CHECK_ERR(judged(&d, &none, &t.a1), ERR_AUTH_POLICY);
    end();
}

TEST(from_outside_comes_who_has_a_place)
{
    const struct own_entries none = {NULL, 0};
    begin_group();
    struct mls_leaf_view ben = own_world_leaf(&t.b1), dan = own_world_leaf(&t.d1);
    struct own_hall_deed d = {
        .sender_type = MLS_SENDER_NEW_MEMBER_COMMIT, .committer = UINT32_MAX, .path = &ben};
    CHECK_ERR(judged(&d, &none, &t.b1), OK);
    d.path = &dan;
    struct own_entries_group of_dan = own_world_bring(&t.dan, 0, 0);
    CHECK_ERR(judged(&d, &(struct own_entries){&of_dan, 1}, &t.d1), ERR_AUTH_POLICY);
    end();
}

TEST_MAIN(TEST_ROW(an_add_brings_the_entries_its_leaf_names), TEST_ROW(a_foreign_leaf_is_refused),
          TEST_ROW(nobody_is_brought_in_whom_the_entries_drop),
          TEST_ROW(a_new_account_comes_by_who_runs_the_group),
          TEST_ROW(a_device_of_who_has_a_place_comes_by_any_member),
          TEST_ROW(nothing_is_brought_of_who_has_no_business_here),
          TEST_ROW(a_commit_brings_no_other_branch),
          TEST_ROW(a_path_keeps_the_key_and_names_what_it_brings),
          TEST_ROW(a_path_keeps_the_account),
          TEST_ROW(a_path_may_name_an_older_entry_that_lists_the_key),
          TEST_ROW(a_listed_device_goes_by_its_account_or_who_runs_the_group),
          TEST_ROW(any_member_removes_a_dropped_device_with_the_proof),
          TEST_ROW(a_device_that_the_room_knows_to_be_dropped_has_no_voice),
          TEST_ROW(a_commit_is_followed_whatever_we_know_beyond_the_room),
          TEST_ROW(no_commit_moves_the_room),
          TEST_ROW(a_plain_member_changes_nothing_but_secrets_when_somebody_goes),
          TEST_ROW(a_seat_says_what_the_room_knows_and_nothing_else),
          TEST_ROW(a_chat_of_two_has_two_accounts_and_the_self_chat_one),
          TEST_ROW(a_chat_of_two_stays_that_of_the_same_two),
          TEST_ROW(nobody_comes_in_by_himself_who_has_no_place),
          TEST_ROW(a_device_comes_back_by_itself_in_place_of_its_leaf),
          TEST_ROW(a_dropped_device_does_not_come_back_by_itself),
          TEST_ROW(only_removals_are_proposed_and_only_what_may_be_done),
          TEST_ROW(what_a_dropped_leaf_proposes_is_not_kept),
          TEST_ROW(what_may_not_be_proposed_does_not_ride_along),
          TEST_ROW(an_add_of_another_does_not_ride_along),
          TEST_ROW(a_leaf_is_listed_by_an_entry_that_the_room_knows),
          TEST_ROW(who_may_propose_a_removal), TEST_ROW(a_whole_commit_is_judged_by_what_it_does),
          TEST_ROW(from_outside_comes_who_has_a_place))
