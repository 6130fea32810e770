/*
 * The rules (wasm/schema/PROTOCOL.md 2, 10, 11), as questions over the state of world.pml. Every rule has a
 * switch that takes it out (-DNO_RULE_...); run.sh says which attack then works. Nothing here knows who is hostile.
 */

/* Keys are devices. D is Ana's second device once it is stolen, M the removed member's, G the gateway's own. */
#define A1 0
#define A2 1
#define A3 2 /* where Ana recovers */
#define B1 3
#define B2 4
#define B3 5 /* where Ben recovers */
#define M 6
#define G 7
#define DEVICES 7 /* that may be honest */
#define BIT(k) (1 << (k))

/* Accounts; their number is also the entry 0 of each. */
#define ANA 0
#define BEN 1
#define MAL 2
#define OWNER(k) owner[k]

/* ---- 1: chains. An entry is {account, parent, devices, recovery key, signers}. ---- */

#define SIG_DEVICE 1  /* a device of the parent signed */
#define SIG_CODE 2    /* the parent's recovery key signed */
#define MADE_BY_OWNER 4 /* only the properties and the person look at these two */
#define CLEAN 8         /* the owner dropped every key that is not hers, here or before */

/* a is b or stands before b on its chain */
#define ON_CHAIN(a, b) HAS(e_up[b], a)
/* every key that the chain up to e ever listed */
#define EVER(e) e_ever[e]

/* on the parent p: devices, recovery key and signers of an entry that may follow; a dropped key is never listed again */
#define VALID(p, devices) (((devices) & ~e_devs[p] & e_ever[p]) == 0)

#ifdef NO_RULE_1_RECOVERY
#define RECOVERY(signers) false
#else
#define RECOVERY(signers) (((signers) & SIG_DEVICE) == 0)
#endif
#ifdef NO_RULE_1_NEW_CODE
#define CODE_TAKEN(p, recovery, signers) false
#else
#define CODE_TAKEN(p, recovery, signers) ((recovery) != e_rec[p] && ((signers) & SIG_CODE) == 0)
#endif
/* an entry that ends "verified" */
#define LOUD(p, recovery, signers) (RECOVERY(signers) || CODE_TAKEN(p, recovery, signers))
/* one stands after a, up to b */
#define LOUD_AFTER(a, b) ((e_loud[b] & ~e_up[a]) != 0)

/* ---- 2: the gate. lv: leaves by account they claim; re: newest entry the tree names; kn: newest I know. ---- */

#define LV(n, x) lv[(n) * 3 + (x)]
#define RE(n, x) re[(n) * 3 + (x)]
#define KN(d, x) kn[(d) * 3 + (x)]
#define LEAVES(n) (LV(n, ANA) | LV(n, BEN) | LV(n, MAL))
#define HAS(mask, k) (((mask) >> (k)) & 1)
/* the account in whose name the signer of c sits */
#define SIGNER(c) name[c]

/* what I know of a leaf: theirs, dropped, foreign */
/* the entry that a leaf of Ana's account names; the other chains have no branches, so there it is one of theirs */
#define LE(n, k) le[(n) * 8 + (k)]
#define OTHERS_LEFT(d, n, x) (LV(n, x) & ~e_devs[KN(d, x)])
#define NOT_THEIRS(d, n) (OTHERS_LEFT(d, n, ANA) | OTHERS_LEFT(d, n, BEN) | OTHERS_LEFT(d, n, MAL))
#define FOREIGN(d, n) ((LV(n, ANA) & ~EVER(KN(d, ANA))) | (LV(n, BEN) & ~EVER(KN(d, BEN))) | (LV(n, MAL) & ~EVER(KN(d, MAL))))

/* May this commit c of epoch n be followed? Only the epoch answers. */
#define BROUGHT(n, c, x) (LV(c, x) & ~LV(n, x))
#define TAKEN(n, c, x) (LV(n, x) & ~LV(c, x))
#define BY_ADMIN(n, c) HAS(adm[n], SIGNER(c))

#ifdef NO_RULE_2_1
#define BROUGHT_ARE_LISTED(n, c) true
#else
#define BROUGHT_ARE_LISTED(n, c) \
    ((BROUGHT(n, c, ANA) & ~e_devs[RE(c, ANA)]) == 0 && (BROUGHT(n, c, BEN) & ~e_devs[RE(c, BEN)]) == 0 && \
     (BROUGHT(n, c, MAL) & ~e_devs[RE(c, MAL)]) == 0)
#endif
/* an entry that goes on from the one the room names, or one of another branch: which of them is hers the epoch cannot say */
#ifdef NO_RULE_2_1_BRANCH
#define ENTRY_GROWS(a, b) ON_CHAIN(a, b)
#else
#define ENTRY_GROWS(a, b) (ON_CHAIN(a, b) || !ON_CHAIN(b, a))
#endif
/* a leaf that is brought, or made anew by its path, names an entry that the commit brings, or the room has, and that lists it */
#define NAME_HOLDS(n, c, k) \
    (!HAS(LV(c, ANA), k) || (HAS(LV(n, ANA), k) && by[c] != k) || (ON_CHAIN(LE(c, k), RE(c, ANA)) && HAS(e_devs[LE(c, k)], k)))
#if defined(NO_RULE_2_1) || !defined(FORGE_ENTRIES)
#define NAMES_HOLD(n, c) true /* where no chain branches, what is listed is named */
#else
#define NAMES_HOLD(n, c) \
    (NAME_HOLDS(n, c, A1) && NAME_HOLDS(n, c, A2) && NAME_HOLDS(n, c, A3) && NAME_HOLDS(n, c, M) && NAME_HOLDS(n, c, G))
#endif
#define ENTRIES_GROW(n, c) (ENTRY_GROWS(RE(n, ANA), RE(c, ANA)) && ENTRY_GROWS(RE(n, BEN), RE(c, BEN)))
#define MAY_ADD(n, c, x) (BROUGHT(n, c, x) == 0 || HAS(seat[n], x) || BY_ADMIN(n, c))
#ifdef NO_RULE_2_2_ANY
#define MAY_DROP(n, c, x) (SIGNER(c) == (x) || BY_ADMIN(n, c))
#else
#define MAY_DROP(n, c, x) true
#endif
/* leaves that go: dropped by the entries the room then has, or all of an account an admin removes */
#define MAY_TAKE(n, c, x) \
    (TAKEN(n, c, x) == 0 || ((TAKEN(n, c, x) & e_devs[RE(c, x)]) == 0 && MAY_DROP(n, c, x)) || \
     (GROUP && BY_ADMIN(n, c) && LV(c, x) == 0 && !HAS(seat[c], x)))
#ifdef NO_RULE_2_2_SEAT
#define SEATS_HOLD(n, c) true
#else
#define SEATS_HOLD(n, c) ((seat[c] == seat[n] && adm[c] == adm[n]) || (GROUP && BY_ADMIN(n, c)))
#endif
#ifdef NO_RULE_2_3
#define TWO_ACCOUNTS(c) true
#else
#define TWO_ACCOUNTS(c) (GROUP || LV(c, MAL) == 0)
#endif
#define EPOCH_ALLOWS(n, c) \
    ((mark[c] & NONSENSE) == 0 && BROUGHT_ARE_LISTED(n, c) && NAMES_HOLD(n, c) && ENTRIES_GROW(n, c) && MAY_ADD(n, c, ANA) && MAY_ADD(n, c, BEN) && \
     MAY_ADD(n, c, MAL) && MAY_TAKE(n, c, ANA) && MAY_TAKE(n, c, BEN) && MAY_TAKE(n, c, MAL) && \
     SEATS_HOLD(n, c) && TWO_ACCOUNTS(c))
#ifdef NO_RULE_2_TWO_QUESTIONS
/* the old rule: what I know decides about a commit as well */
#define FOLLOWS(d, n, c) (EPOCH_ALLOWS(n, c) && HAS(e_devs[KN(d, SIGNER(c))], by[c]))
#else
#define FOLLOWS(d, n, c) EPOCH_ALLOWS(n, c)
#endif

/* May I take this package, of key k under account x, into a room of mine? */
#if defined(NO_RULE_2_1) || defined(NO_RULE_2_1_OWN)
#define PACKAGE_IS_THEIRS(d, k, x) true
#else
#define PACKAGE_IS_THEIRS(d, k, x) HAS(e_devs[KN(d, x)], k)
#endif

/* May this Welcome (or bundle) c be entered? The entries it carries were read before. */
#ifdef NO_RULE_2_1
#define ALL_KNOWN(d, c) true
#define SIGNER_IS_THEIRS(d, c) true
#else
#ifdef NO_RULE_2_2_ENTER
#define ALL_KNOWN(d, c) (NOT_THEIRS(d, c) == 0)
#else
#define ALL_KNOWN(d, c) (FOREIGN(d, c) == 0)
#endif
#define SIGNER_IS_THEIRS(d, c) \
    (HAS(e_devs[KN(d, SIGNER(c))], by[c]) && (SIGNER(c) != ANA || ON_CHAIN(LE(c, by[c]), KN(d, ANA))))
#endif
/* what all leaves of one account name lies on one line */
#define ON_LINE(c, k) (!HAS(LV(c, ANA), k) || ON_CHAIN(LE(c, k), RE(c, ANA)))
#ifdef NO_RULE_2_1
#define ALL_ON_LINE(c) true
#else
#define ALL_ON_LINE(c) (ON_LINE(c, A1) && ON_LINE(c, A2) && ON_LINE(c, A3) && ON_LINE(c, M) && ON_LINE(c, G))
#endif
#define ABOVE_FLOOR(d, c) (ep[c] > highest[d] || (mark[c] & NEW_ROOM))
#ifdef NO_RULE_2_5
#define SIGNER_MAY(d, c) true
#else
/* last[d]: the epoch I was in, or what my record says of the room */
#define SIGNER_MAY(d, c) \
    (last[d] == 0 || SIGNER(c) == OWNER(d) || HAS(adm[last[d]], SIGNER(c)) || \
     (HAS(seat[last[d]], SIGNER(c)) && (seat[c] & ~seat[last[d]]) == 0 && (adm[c] & ~adm[last[d]]) == 0))
#endif
#define MAY_ENTER(d, c) \
    (ALL_KNOWN(d, c) && ALL_ON_LINE(c) && SIGNER_IS_THEIRS(d, c) && ABOVE_FLOOR(d, c) && SIGNER_MAY(d, c) && TWO_ACCOUNTS(c))

/* May I speak here, whose word is this? The newest entries I know answer. */
#define OTHER_SITS(d, n) (GROUP || LV(n, (OWNER(d) == ANA -> BEN : ANA)) != 0)
#if defined(NO_RULE_2_1) || defined(NO_RULE_2_2_SEAL)
#define ALL_THEIRS(d, n) true
#else
/* off: leaves of my room that name an entry of another branch than mine */
#define ALL_THEIRS(d, n) (NOT_THEIRS(d, n) == 0 && off[d] == 0)
#endif
#define IN_ROOM(d) (HAS(on, d) && at[d] != 0)
#define MAY_SPEAK(d) (IN_ROOM(d) && !HAS(stopped, d) && forked[d] == 0 && ALL_THEIRS(d, at[d]) && OTHER_SITS(d, at[d]))
/* the leaves whose words, of this epoch or the one before, are shown plainly as x's */
#ifdef NO_RULE_3_REMOVED
#define HEARD(n, x) (LV(n, x) | LV(from[n], x))
#else
#define HEARD(n, x) LV(n, x)
#endif
#if defined(NO_RULE_2_1) || defined(NO_RULE_2_SPEAKER)
#define SHOWN(d, x) HEARD(at[d], x)
#else
#define SHOWN(d, x) (HEARD(at[d], x) & e_devs[KN(d, x)] & ~((x) == ANA -> off[d] : 0))
#endif
