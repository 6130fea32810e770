/* Who an account is (own/identity.h): what of a chain is taken, whoever brings it; where a key and
 * a name stand in it; branches, and how they end. */
#include "engine/own/identity.h"
#include "engine/own/identity_take.h"

#include <string.h>

#include "lib/check.h"
#include "lib/own_world.h"
#include "store/people.h"

/* Devices 1 and 2 of Ben, recovery key 101; entry 1 adds the second. */
struct table {
    struct own_world w;
    struct own_world_account me, ben, other;
    int64_t person;
    struct own_identity_change c;
};
static struct table t;

static void begin(void)
{
    memset(&t, 0, sizeof t);
    own_world_begin(&t.w);
    own_world_account(&t.me, 51, 151);
    own_world_be(&t.w, &t.me, 51);
    own_world_account(&t.ben, 1, 101);
    own_world_added(&t.ben, 2, 1);
    t.person = own_world_know(&t.w, &t.ben, 2);
}

static void end(void)
{
    own_world_end(&t.w);
}

/* Entries from..to of this account, or branch of it, are brought. */
static enum own_identity_news bring(const struct own_world_account *a, size_t from, size_t to)
{
    CHECK_ERR(own_identity_take(&t.w.s, a->id, &a->bytes[from], to - from + 1, &t.c), OK);
    return t.c.news;
}

static bool head_is(const struct own_world_account *a, size_t n)
{
    struct own_identity_name head;
    CHECK_ERR(own_identity_head(&t.w.s, a->id, &head), OK);
    return head.n == n && slice_equal(SLICE_ARRAY(head.hash), SLICE_ARRAY(a->e[n].hash));
}

static enum own_identity_key stands(uint8_t device)
{
    enum own_identity_key k = OWN_IDENTITY_FOREIGN;
    CHECK_ERR(own_identity_key(&t.w.s, t.ben.id, own_world_key(device), &k), OK);
    return k;
}

static enum own_identity_place place(const struct own_world_account *a, size_t n)
{
    enum own_identity_place p = OWN_IDENTITY_BEYOND;
    struct own_identity_name name = own_world_name(a, n);
    CHECK_ERR(own_identity_place(&t.w.s, t.ben.id, &name, &p), OK);
    return p;
}

static bool forked(void)
{
    bool yes = false;
    CHECK_ERR(own_identity_forked(&t.w.s, t.ben.id, &yes), OK);
    return yes;
}

/* What is said of Ben, as if his owner had been compared. */
static void verify(void)
{
    own_world_sql(&t.w, "UPDATE person SET verified=1 WHERE id>1");
}

static int64_t verified(void)
{
    return own_world_int(&t.w, "SELECT verified FROM person WHERE id>1");
}

/* Behind the newest of a, an entry that names the newest of the other branch, too. */
static void join(struct own_world_account *a, const struct own_world_account *other, uint8_t author)
{
    struct chain_entry e;
    const struct chain_entry *last = &a->e[a->n - 1];
    struct crypto_sign_secret secret = own_world_secret(author);
    struct buf b = buf_fixed(a->room[a->n], sizeof a->room[a->n]);
    chain_begin(&e, last);
    e.why = CHAIN_WHY_FORK;
    e.has_other = true;
    memcpy(e.other, other->e[other->n - 1].hash, sizeof e.other);
    CHECK_ERR(chain_plan(last, &e, own_world_key(author), false), OK);
    CHECK_ERR(chain_sign(last, &e, &secret), OK);
    CHECK_ERR(chain_encode(&b, &e), OK);
    CHECK_ERR(buf_finish(&b, &a->bytes[a->n]), OK);
    a->e[a->n++] = e;
}

/* ---- taking --------------------------------------------------------------------------------- */

TEST(a_chain_grows_by_what_continues_it)
{
    begin();
    own_world_added(&t.ben, 3, 2);
    own_world_dropped(&t.ben, 1, 2);
    CHECK(bring(&t.ben, 0, 1) == OWN_IDENTITY_NOTHING); /* a shorter one is no news */
    CHECK(bring(&t.ben, 3, 3) == OWN_IDENTITY_GAP && head_is(&t.ben, 1));
    CHECK(bring(&t.ben, 2, 2) == OWN_IDENTITY_GREW && t.c.devices && !t.c.dropped);
    CHECK(bring(&t.ben, 0, 3) == OWN_IDENTITY_GREW && t.c.devices && t.c.dropped);
    CHECK(!t.c.recovered && !t.c.ended && !t.c.told && head_is(&t.ben, 3));
    CHECK(bring(&t.ben, 0, 3) == OWN_IDENTITY_NOTHING);
    end();
}

TEST(what_is_none_of_it_is_not_taken_and_what_was_good_before_it_is)
{
    begin();
    own_world_account(&t.other, 31, 131);
    own_world_added(&t.ben, 3, 2);
    own_world_added(&t.ben, 4, 2);
    t.ben.room[3][t.ben.bytes[3].n - 1] ^= 1; /* a signature */
    CHECK(bring(&t.ben, 2, 3) == OWN_IDENTITY_GREW && head_is(&t.ben, 2));
    CHECK(bring(&t.ben, 3, 3) == OWN_IDENTITY_INVALID && head_is(&t.ben, 2));
    CHECK_ERR(own_identity_take(&t.w.s, t.ben.id, t.other.bytes, 1, &t.c), OK);
    CHECK(t.c.news == OWN_IDENTITY_INVALID && head_is(&t.ben, 2));
    struct slice garbage = SLICE_LITERAL("no entry");
    CHECK_ERR(own_identity_take(&t.w.s, t.ben.id, &garbage, 1, &t.c), OK);
    CHECK(t.c.news == OWN_IDENTITY_INVALID);
    CHECK_ERR(own_identity_take(&t.w.s, t.ben.id, &garbage, 0, &t.c), OK);
    CHECK(t.c.news == OWN_IDENTITY_NOTHING && head_is(&t.ben, 2) && !forked());
    end();
}

TEST(a_recovery_ends_verified)
{
    begin();
    verify();
    own_world_added(&t.ben, 3, 2);
    CHECK(bring(&t.ben, 2, 2) == OWN_IDENTITY_GREW && verified() == 1);
    own_world_recovered(&t.ben, 4, 101, 102);
    CHECK(bring(&t.ben, 3, 3) == OWN_IDENTITY_GREW);
    CHECK(t.c.recovered && t.c.devices && t.c.dropped && verified() == 2);
    end();
}

/* ---- questions ------------------------------------------------------------------------------ */

TEST(a_key_is_theirs_or_was_or_never)
{
    bool yes = true;
    enum own_identity_key k = OWN_IDENTITY_THEIRS;
    begin();
    own_world_dropped(&t.ben, 2, 1);
    CHECK(stands(2) == OWN_IDENTITY_THEIRS);
    CHECK(bring(&t.ben, 2, 2) == OWN_IDENTITY_GREW);
    CHECK(stands(1) == OWN_IDENTITY_THEIRS && stands(2) == OWN_IDENTITY_DROPPED);
    CHECK(stands(3) == OWN_IDENTITY_FOREIGN);
    CHECK(stands(101) == OWN_IDENTITY_FOREIGN); /* the recovery key is no device */
    for (uint64_t n = 0; n < 4; n++) {
        CHECK_ERR(own_identity_lists(&t.w.s, t.ben.id, n, own_world_key(2), &yes), OK);
        CHECK(yes == (n == 1)); /* and there is no entry 3 */
    }
    CHECK_ERR(own_identity_lists_now(&t.w.s, t.ben.id, own_world_key(2), &yes), OK);
    CHECK(!yes);
    /* of an account that nobody knows */
    struct own_identity_name head;
    own_world_account(&t.other, 31, 131);
    CHECK_ERR(own_identity_key(&t.w.s, t.other.id, own_world_key(31), &k), OK);
    CHECK(k == OWN_IDENTITY_FOREIGN);
    CHECK_ERR(own_identity_head(&t.w.s, t.other.id, &head), ERR_GONE);
    CHECK_ERR(own_identity_forked(&t.w.s, t.other.id, &yes), OK);
    CHECK(!yes);
    end();
}

TEST(a_leaf_names_one_entry)
{
    struct own_identity_name out, name;
    uint8_t data[OWN_IDENTITY_NAME_SIZE];
    begin();
    name = own_world_name(&t.ben, 1);
    own_identity_name_put(data, &name);
    struct mls_extension v[] = {{OWN_EXT_ENTRY, SLICE_ARRAY(data)},
                                {OWN_EXT_ENTRY, SLICE_ARRAY(data)}};
    struct mls_leaf_view leaf = {.extensions = {v, 1}};
    CHECK_ERR(own_identity_name_of(&leaf, &out), OK);
    CHECK(out.n == 1 && slice_equal(SLICE_ARRAY(out.hash), SLICE_ARRAY(t.ben.e[1].hash)));
    leaf.extensions.n = 2;
    CHECK_ERR(own_identity_name_of(&leaf, &out), ERR_INPUT);
    leaf.extensions.n = 0;
    CHECK_ERR(own_identity_name_of(&leaf, &out), ERR_INPUT);
    leaf.extensions.n = 1;
    v[0].data.n--;
    CHECK_ERR(own_identity_name_of(&leaf, &out), ERR_INPUT);
    v[0].data.n++;
    name.n = CHAIN_ENTRIES_MAX;
    own_identity_name_put(data, &name);
    CHECK_ERR(own_identity_name_of(&leaf, &out), ERR_INPUT);
    end();
}

TEST(a_leaf_is_theirs_by_its_account_its_key_and_its_entry)
{
    struct own_world_member m;
    struct own_identity_leaf l;
    int64_t person = 0;
    begin();
    own_world_sit(&m, &t.ben, 2, 1);
    struct mls_leaf_view leaf = own_world_leaf(&m);
    CHECK_ERR(own_identity_leaf(&t.w.s, &leaf, &l), OK);
    CHECK(l.well_formed && l.known && l.listed && l.place == OWN_IDENTITY_ON);
    CHECK(own_identity_is_theirs(&l));
    CHECK_ERR(own_identity_person(&t.w.s, &leaf, &person), OK);
    CHECK(person == t.person);
    own_world_renew(&m, &t.ben, 0); /* which does not list it */
    CHECK_ERR(own_identity_leaf(&t.w.s, &leaf, &l), OK);
    CHECK(l.place == OWN_IDENTITY_ON && !l.listed && !own_identity_is_theirs(&l));
    own_world_renew(&m, &t.ben, 1);
    leaf.credential.n--;
    CHECK_ERR(own_identity_leaf(&t.w.s, &leaf, &l), OK);
    CHECK(!l.well_formed && !own_identity_is_theirs(&l));
    CHECK_ERR(own_identity_person(&t.w.s, &leaf, &person), ERR_INPUT);
    leaf.credential.n++;
    own_world_dropped(&t.ben, 2, 1);
    CHECK(bring(&t.ben, 2, 2) == OWN_IDENTITY_GREW);
    CHECK_ERR(own_identity_leaf(&t.w.s, &leaf, &l), OK);
    CHECK(l.listed && l.stands == OWN_IDENTITY_DROPPED && !own_identity_is_theirs(&l));
    enum own_identity_key k = OWN_IDENTITY_FOREIGN;
    CHECK_ERR(own_identity_leaf_key(&t.w.s, &leaf, &k), OK);
    CHECK(k == OWN_IDENTITY_DROPPED);
    mls_world_end(&m.m);
    end();
}

TEST(entries_are_given_up_to_a_bound)
{
    struct slice v[2];
    size_t n = 0;
    begin();
    CHECK_ERR(own_identity_entries(&t.w.s, t.ben.id, 0, 1, v, 2, &n), OK);
    CHECK(n == 2 && slice_equal(v[0], t.ben.bytes[0]) && slice_equal(v[1], t.ben.bytes[1]));
    CHECK_ERR(own_identity_entries(&t.w.s, t.ben.id, 0, 1, v, 1, &n), ERR_LIMIT);
    end();
}

/* ---- branches ------------------------------------------------------------------------------- */

/* Ben's entry 2 adds device 3; on the other branch, device 4. */
static void branch(uint8_t author)
{
    own_world_branch(&t.other, &t.ben, 2);
    own_world_added(&t.ben, 3, 1);
    own_world_added(&t.other, 4, author);
    CHECK(bring(&t.ben, 2, 2) == OWN_IDENTITY_GREW);
    verify();
}

TEST(another_entry_of_a_number_is_a_fork_and_ours_stays)
{
    begin();
    branch(2);
    CHECK(place(&t.other, 2) == OWN_IDENTITY_ELSEWHERE && place(&t.ben, 2) == OWN_IDENTITY_ON);
    CHECK(bring(&t.other, 2, 2) == OWN_IDENTITY_FORK && !t.c.told && forked() && verified() == 2);
    CHECK(slice_equal(SLICE_ARRAY(t.c.other), SLICE_ARRAY(t.other.e[2].hash)));
    CHECK(head_is(&t.ben, 2) && stands(4) == OWN_IDENTITY_FOREIGN);
    CHECK(place(&t.other, 2) == OWN_IDENTITY_ELSEWHERE);
    CHECK(bring(&t.other, 2, 2) == OWN_IDENTITY_NOTHING); /* known by now */
    /* it is looked at; what the same key makes up later is only told */
    own_world_sql(&t.w, "UPDATE person SET fork=0,verified=1 WHERE id>1");
    own_world_branch(&t.other, &t.ben, 2);
    own_world_added(&t.other, 5, 2);
    CHECK(bring(&t.other, 2, 2) != OWN_IDENTITY_FORK && t.c.told && !forked() && verified() == 1);
    /* another's is a fork again */
    own_world_branch(&t.other, &t.ben, 2);
    own_world_added(&t.other, 6, 1);
    CHECK(bring(&t.other, 2, 2) == OWN_IDENTITY_FORK && forked() && verified() == 2);
    end();
}

TEST(of_mine_a_fork_is_marked_at_nobody)
{
    begin();
    own_world_branch(&t.other, &t.me, 1);
    own_world_added(&t.me, 52, 51);
    own_world_added(&t.other, 53, 51);
    CHECK(bring(&t.me, 1, 1) == OWN_IDENTITY_GREW && bring(&t.other, 1, 1) == OWN_IDENTITY_FORK);
    CHECK(own_world_int(&t.w, "SELECT count(*) FROM person WHERE fork<>0") == 0);
    CHECK_ERR(own_identity_choose(&t.w.s, STORE_PERSON_ME, t.other.e[1].hash, &t.c), ERR_INPUT);
    CHECK(head_is(&t.me, 1));
    end();
}

TEST(an_entry_of_ours_that_names_both_ends_it)
{
    struct slice rest[4];
    size_t n = 9;
    uint64_t common = 9;
    begin();
    branch(2);
    own_world_added(&t.other, 5, 2);
    CHECK(bring(&t.other, 2, 3) == OWN_IDENTITY_FORK && forked());
    struct own_identity_name first = own_world_name(&t.other, 2);
    CHECK_ERR(own_identity_common(&t.w.s, t.ben.id, &first, &common), ERR_GONE);
    CHECK_ERR(own_identity_rest(&t.w.s, t.ben.id, &first, rest, 4, &n), OK);
    CHECK(n == 0);
    join(&t.ben, &t.other, 1);
    CHECK(bring(&t.ben, 3, 3) == OWN_IDENTITY_GREW && t.c.ended && !forked());
    CHECK(verified() == 2 && head_is(&t.ben, 3)); /* until compared again */
    /* both branches lie before it, up to the head that was given up */
    CHECK(place(&t.other, 2) == OWN_IDENTITY_ON && place(&t.other, 3) == OWN_IDENTITY_ON);
    CHECK_ERR(own_identity_common(&t.w.s, t.ben.id, &first, &common), OK);
    CHECK(common == 1);
    struct own_identity_name ours = own_world_name(&t.ben, 2);
    CHECK_ERR(own_identity_common(&t.w.s, t.ben.id, &ours, &common), OK);
    CHECK(common == 2);
    CHECK_ERR(own_identity_rest(&t.w.s, t.ben.id, &first, rest, 4, &n), OK);
    CHECK(n == 1 && slice_equal(rest[0], t.other.bytes[3]));
    CHECK_ERR(own_identity_rest(&t.w.s, t.ben.id, &first, rest, 0, &n), ERR_LIMIT);
    CHECK_ERR(own_identity_rest(&t.w.s, t.ben.id, &ours, rest, 4, &n), OK);
    CHECK(n == 0);
    /* what somebody writes behind that head is on neither */
    own_world_added(&t.other, 6, 2);
    (void)bring(&t.other, 4, 4);
    CHECK(place(&t.other, 4) != OWN_IDENTITY_ON && place(&t.other, 3) == OWN_IDENTITY_ON);
    own_world_added(&t.ben, 7, 1);
    CHECK(bring(&t.ben, 4, 4) == OWN_IDENTITY_GREW);
    CHECK(place(&t.other, 4) == OWN_IDENTITY_ELSEWHERE && place(&t.other, 3) == OWN_IDENTITY_ON);
    CHECK(head_is(&t.ben, 4) && !forked());
    end();
}

TEST(an_entry_of_theirs_that_names_both_takes_us_along)
{
    begin();
    branch(2);
    join(&t.other, &t.ben, 1);
    CHECK(bring(&t.other, 2, 3) == OWN_IDENTITY_GREW && t.c.ended && !forked());
    CHECK(head_is(&t.other, 3) && verified() == 2);
    CHECK(stands(4) == OWN_IDENTITY_THEIRS && stands(3) != OWN_IDENTITY_THEIRS);
    CHECK(place(&t.ben, 2) == OWN_IDENTITY_ON);
    end();
}

/* The key that signs it must be one of both: here the one that the other branch dropped. */
TEST(who_is_in_one_branch_alone_ends_nothing)
{
    begin();
    own_world_branch(&t.other, &t.ben, 2);
    own_world_dropped(&t.ben, 2, 1);
    own_world_dropped(&t.other, 1, 2);
    CHECK(bring(&t.ben, 2, 2) == OWN_IDENTITY_GREW);
    CHECK(bring(&t.other, 2, 2) == OWN_IDENTITY_FORK);
    join(&t.ben, &t.other, 1);
    CHECK(bring(&t.ben, 3, 3) == OWN_IDENTITY_GREW && !t.c.ended && forked());
    CHECK(place(&t.other, 2) == OWN_IDENTITY_ELSEWHERE);
    end();
}

TEST(who_has_seen_their_code_goes_by_that_branch)
{
    begin();
    branch(2);
    CHECK_ERR(own_identity_choose(&t.w.s, t.person, t.other.e[2].hash, &t.c), ERR_GONE);
    CHECK(head_is(&t.ben, 2) && !forked());
    CHECK(bring(&t.other, 2, 2) == OWN_IDENTITY_FORK);
    CHECK_ERR(own_identity_choose(&t.w.s, t.person, t.other.e[2].hash, &t.c), OK);
    CHECK(t.c.news == OWN_IDENTITY_GREW && t.c.ended && t.c.devices && t.c.dropped);
    CHECK(head_is(&t.other, 2) && !forked() && verified() == 2);
    CHECK(stands(4) == OWN_IDENTITY_THEIRS && place(&t.ben, 2) == OWN_IDENTITY_ELSEWHERE);
    end();
}

TEST(the_head_of_a_branch_that_ours_has_joined_is_given_up)
{
    struct store_person who;
    bool yes = true;
    begin();
    own_world_branch(&t.other, &t.ben, 2);
    own_world_added(&t.other, 7, 2);
    own_world_added(&t.ben, 3, 2);
    CHECK(bring(&t.ben, 2, 2) == OWN_IDENTITY_GREW);
    CHECK_ERR(store_person_find(t.w.store, &t.w.arena, t.ben.id, &who), OK);
    CHECK_ERR(own_identity_given_up(&t.w.s, who.id, &t.other.e[2], &yes), OK);
    CHECK(!yes);
    join(&t.ben, &t.other, 2);
    CHECK(bring(&t.ben, 3, 3) == OWN_IDENTITY_GREW);
    CHECK_ERR(own_identity_given_up(&t.w.s, who.id, &t.other.e[2], &yes), OK);
    CHECK(yes);
    CHECK_ERR(own_identity_given_up(&t.w.s, who.id, &t.ben.e[2], &yes), OK);
    CHECK(!yes); /* of ours */
    own_world_added(&t.other, 8, 2);
    CHECK_ERR(own_identity_given_up(&t.w.s, who.id, &t.other.e[3], &yes), OK);
    CHECK(!yes); /* what was named is the one before */
    CHECK_ERR(own_identity_given_up(&t.w.s, 999, &t.other.e[2], &yes), ERR_GONE);
    end();
}

TEST_MAIN(TEST_ROW(a_chain_grows_by_what_continues_it),
          TEST_ROW(what_is_none_of_it_is_not_taken_and_what_was_good_before_it_is),
          TEST_ROW(a_recovery_ends_verified), TEST_ROW(a_key_is_theirs_or_was_or_never),
          TEST_ROW(a_leaf_names_one_entry),
          TEST_ROW(a_leaf_is_theirs_by_its_account_its_key_and_its_entry),
          TEST_ROW(entries_are_given_up_to_a_bound),
          TEST_ROW(another_entry_of_a_number_is_a_fork_and_ours_stays),
          TEST_ROW(of_mine_a_fork_is_marked_at_nobody),
          TEST_ROW(an_entry_of_ours_that_names_both_ends_it),
          TEST_ROW(an_entry_of_theirs_that_names_both_takes_us_along),
          TEST_ROW(who_is_in_one_branch_alone_ends_nothing),
          TEST_ROW(who_has_seen_their_code_goes_by_that_branch),
          TEST_ROW(the_head_of_a_branch_that_ours_has_joined_is_given_up))
