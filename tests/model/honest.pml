/*
 * What an honest device does, each step one transaction. The gateway gives entries, commits and Welcomes when
 * it likes or never; a step not taken is a message held back.
 */

#define WELCOMED(d, n) (HAS(on, d) && HAS(welcome[n], d) && !HAS(left, d))

/* d can commit: it is where the log ends, and its entries are ones that the room may be brought. */
#define CAN_COMMIT(d) \
    (IN_ROOM(d) && !HAS(stopped, d) && next[at[d]] == 0 && epochs < EPOCHS && ep[at[d]] < LAST_EPOCH && forked[d] == 0 && \
     ENTRY_GROWS(RE(at[d], ANA), KN(d, ANA)) && ENTRY_GROWS(RE(at[d], BEN), KN(d, BEN)))

#ifdef NO_RULE_2_2_ANY
/* the old rule: its account's other devices or an admin */
#define MAY_REMOVE(d, x) (OWNER(d) == (x) || HAS(adm[at[d]], OWNER(d)))
#else
#define MAY_REMOVE(d, x) true
#endif
#define TO_REMOVE(d, x) (MAY_REMOVE(d, x) -> OTHERS_LEFT(d, at[d], x) : 0)

/* Devices that the newest entry of x lists, that wait outside and have a package at the gateway. */
#define OUTSIDE ((on & ~in & ~left) | evil)
/* a package names what its device knows: it is taken once that is on the chain I know */
#define BEHIND(d, k) (HAS(on, k) && !ON_CHAIN(KN(k, ANA), KN(d, ANA)) -> BIT(k) : 0)
#define AHEAD(d, x) ((x) == ANA -> BEHIND(d, A1) | BEHIND(d, A2) | BEHIND(d, A3) : 0)
/* 6: a leaf that gives no sign, as its device refused the Welcome, is taken in again by another package */
#define ON_THE_WAY (welcome[1] | welcome[2] | welcome[3] | welcome[4] | welcome[5] | welcome[6])
#define SILENT (on & ~in & ~left & ~ON_THE_WAY)
#define TO_ADD(d, x) (e_devs[KN(d, x)] & ~AHEAD(d, x) & ((OUTSIDE & ~LV(at[d], x)) | (SILENT & LV(at[d], x))))
#define MAY_SEAT(d, x) (HAS(seat[at[d]], x) || HAS(adm[at[d]], OWNER(d)))
#if defined(NO_RULE_2_1)
#define CAN_ADD(d, x) (CAN_COMMIT(d) && MAY_SEAT(d, x) && TO_ADD(d, x) != 0)
#else
#ifdef NO_RULE_6_AGAIN
#define OFF_FOR_GOOD(d, x) off[d]
#else
/* a leaf of another branch is made anew by its device, or by this */
#define OFF_FOR_GOOD(d, x) (off[d] & ~TO_ADD(d, x))
#endif
#define CAN_ADD(d, x) \
    (CAN_COMMIT(d) && MAY_SEAT(d, x) && TO_ADD(d, x) != 0 && NOT_THEIRS(d, at[d]) == 0 && OFF_FOR_GOOD(d, x) == 0)
#endif

inline commit_begins(dev)
{
    begin_commit(at[dev], dev);
    RE(made, ANA) = KN(dev, ANA);
    RE(made, BEN) = KN(dev, BEN);
    LE(made, dev) = (OWNER(dev) == ANA -> KN(dev, ANA) : 0)
}

/* the entries that packages of Ana's name */
inline package_name(tree, key, head)
{
    LE(tree, key) = (HAS(on, key) -> KN(key, ANA) : head)
}

inline package_names(tree, mask, head)
{
    if :: HAS(mask, A1) -> package_name(tree, A1, head) :: else -> skip fi;
    if :: HAS(mask, A2) -> package_name(tree, A2, head) :: else -> skip fi;
    if :: HAS(mask, A3) -> package_name(tree, A3, head) :: else -> skip fi;
    if :: HAS(mask, G) -> package_name(tree, G, head) :: else -> skip fi
}

inline commit_ends(dev)
{
    end_commit(at[dev]);
    mark[made] = mark[made] | FOLLOWED;
    sit(dev, made)
}

/* d adds what mask holds under account a. */
inline add(dev, acct, mask)
{
    commit_begins(dev);
    seat[made] = seat[made] | BIT(acct);
    welcome[made] = mask & ~evil;
    LV(made, acct) = LV(made, acct) | mask;
    if
    :: acct == ANA -> package_names(made, mask, KN(dev, ANA))
    :: else -> skip
    fi;
    commit_ends(dev)
}

#define CAN_SWAP(d, k, x) (HAS(evil, k) && !HAS(LEAVES(at[d]), k) && PACKAGE_IS_THEIRS(d, k, x))

#define NOBODY_SITS ((on & in & ~stopped) == 0 && (on & ON_THE_WAY) == 0)
/* A new room in the place of the last one, which is named in it; the person has tapped, on each side. */
#define CAN_RENEW(d) \
    (HAS(on, d) && at[d] == 0 && last[d] != 0 && !HAS(left, d) && NOBODY_SITS && stopped == 0 && forked[d] == 0 && \
     epochs < EPOCHS && !renewed)
inline renew(dev)
{
    renewed = 1;
    begin_commit(last[dev], dev);
    name[made] = OWNER(dev);
    mark[made] = NEW_ROOM;
    ep[made] = 1;
    RE(made, ANA) = KN(dev, ANA);
    RE(made, BEN) = KN(dev, BEN);
    LV(made, ANA) = e_devs[KN(dev, ANA)] & on;
    LV(made, BEN) = e_devs[KN(dev, BEN)] & on;
    LV(made, MAL) = 0;
    package_names(made, LV(made, ANA), KN(dev, ANA));
    welcome[made] = LEAVES(made) & ~BIT(dev);
    highest[dev] = 0;
    sit(dev, made);
    made = 0
}

/* The gateway has something for d. */
#define ENTRY_WAITS(d) (NEWS(d, 3) || NEWS(d, 4) || NEWS(d, 5))
#define COMMIT_WAITS(d) (IN_ROOM(d) && !HAS(stopped, d) && next[at[d]] != 0)
#define WELCOME_WAITS(d) \
    (WELCOMED(d, 1) || WELCOMED(d, 2) || WELCOMED(d, 3) || WELCOMED(d, 4) || WELCOMED(d, 5) || WELCOMED(d, 6))

#define FORKED(d) (HAS(forked[d], ANA) -> ANA : BEN)
/* The owner knows which branch is hers; the other compares with her once she has dropped what is not. */
#define CAN_LOOK(d) (HAS(on, d) && forked[d] != 0 && (HAS(forked[d], OWNER(d)) || IS_CLEAN(owned[FORKED(d)])))
#define CAN_REMOVE(d) (CAN_COMMIT(d) && ALL_THEIRS(d, at[d]) == false && (TO_REMOVE(d, ANA) | TO_REMOVE(d, BEN)) != 0)
/* a leaf of mine that names an entry of another branch names mine from now on */
#define CAN_NAME(d) (HAS(off[d], d) && CAN_COMMIT(d))

/* d has nothing to do, whatever an honest gateway gives it. */
#define RESTS(d) \
    (!ENTRY_WAITS(d) && !COMMIT_WAITS(d) && !WELCOME_WAITS(d) && !CAN_LOOK(d) && !CAN_NAME(d) && !CAN_REMOVE(d) && !CAN_ADD(d, ANA) && \
     !CAN_ADD(d, BEN) && !CAN_RENEW(d))

/* 2: d reads the commit that won its epoch. */
inline take_commit(dev)
{
    made = next[at[dev]];
    if
    :: FOLLOWS(dev, at[dev], made) ->
        STEP(STEP_FOLLOW)
        mark[made] = mark[made] | FOLLOWED;
        learn_of(dev, made);
        stop_if_dropped(dev);
        if
        :: !HAS(on, dev) -> skip
        :: HAS(on, dev) && HAS(LV(made, OWNER(dev)), dev) -> sit(dev, made)
        :: else -> STEP(STEP_PUT_OUT) leave(dev); left = (HAS(seat[made], OWNER(dev)) -> left : left | BIT(dev))
        fi
    :: else ->
        STEP(STEP_REFUSE)
        mark[made] = mark[made] | REFUSED;
        stopped = stopped | BIT(dev)
    fi;
    made = 0
}

/* PROTOCOL.md 10.5, 11.1: d reads a Welcome or bundle, and the entries in it. */
inline take_welcome(dev, new)
{
    STEP(STEP_WELCOMED)
    welcome[new] = welcome[new] & ~BIT(dev);
    learn_of(dev, new);
    stop_if_dropped(dev);
    if
    :: HAS(on, dev) && MAY_ENTER(dev, new) ->
        STEP(STEP_ENTER)
        highest[dev] = ((mark[new] & NEW_ROOM) -> 0 : highest[dev]);
        sit(dev, new);
        stopped = stopped & ~BIT(dev)
    :: else -> skip
    fi
}

proctype device(byte d)
{
    byte n, k, s;
end:
    do
    /* 1: the gateway hands over an entry of anybody's chain */
    :: atomic {
        if
        :: NEWS(d, 3) -> n = 3
        :: NEWS(d, 4) -> n = 4
        :: NEWS(d, 5) -> n = 5
        fi;
        d_step { STEP(STEP_GIVEN) some = e_acct[n]; learn(d, some, n); stop_if_dropped(d); some = 0; n = 0; SETTLE }
    }

    /* 1, fork: its owner compares with the other, who has dropped what is not hers, and keeps that branch */
    :: d_step {
        CAN_LOOK(d) ->
        STEP(STEP_LOOK)
        some = FORKED(d);
        KN(d, some) = owned[some];
        settled[d] = settled[d] | BIT(some);
        forked[d] = forked[d] & ~BIT(some);
        stop_if_dropped(d);
        some = 0;
        SETTLE
    }

    :: d_step { COMMIT_WAITS(d) -> take_commit(d); SETTLE }
    :: atomic {
        if
        :: WELCOMED(d, 1) -> n = 1
        :: WELCOMED(d, 2) -> n = 2
        :: WELCOMED(d, 3) -> n = 3
        :: WELCOMED(d, 4) -> n = 4
        :: WELCOMED(d, 5) -> n = 5
        :: WELCOMED(d, 6) -> n = 6
        fi;
        d_step { take_welcome(d, n); n = 0; SETTLE }
    }

    /* PROTOCOL.md 10.3: remove what is not theirs, the entries going along */
    :: d_step {
        CAN_REMOVE(d) ->
        STEP(STEP_REMOVE)
        some = TO_REMOVE(d, ANA);
        keys = TO_REMOVE(d, BEN);
        commit_begins(d);
        LV(made, ANA) = LV(made, ANA) & ~some;
        LV(made, BEN) = LV(made, BEN) & ~keys;
        commit_ends(d);
        made = 0; some = 0; keys = 0;
        SETTLE
    }

    :: d_step { CAN_NAME(d) -> STEP(STEP_NAME) commit_begins(d); commit_ends(d); made = 0; SETTLE }

    /* PROTOCOL.md 10.1: add devices, with the packages the gateway gives: theirs, or another under their name */
    :: d_step { CAN_ADD(d, ANA) -> STEP(STEP_ADD) keys = TO_ADD(d, ANA); add(d, ANA, keys); made = 0; keys = 0; SETTLE }
    :: d_step { CAN_ADD(d, BEN) -> STEP(STEP_ADD) keys = TO_ADD(d, BEN); add(d, BEN, keys); made = 0; keys = 0; SETTLE }
    :: d_step { CAN_ADD(d, ANA) && CAN_SWAP(d, G, ANA) -> STEP(STEP_SWAPPED) add(d, ANA, BIT(G)); made = 0; SETTLE }
    :: d_step { CAN_ADD(d, BEN) && CAN_SWAP(d, G, BEN) -> STEP(STEP_SWAPPED) add(d, BEN, BIT(G)); made = 0; SETTLE }

    /* Nobody is left in the room; a tap makes it again from what the record says */
    :: d_step { CAN_RENEW(d) -> STEP(STEP_RENEW) renew(d); SETTLE }

    /* what the attackers make: attackers.pml */
#ifdef FORGE_ENTRIES
    :: atomic { CAN_FORGE_ENTRY(d) -> forge_entry(d) }
#endif
#ifdef FORGE_COMMITS
    :: d_step { CAN_FORGE_COMMIT(d) -> forge_nonsense(d); SETTLE }
    :: atomic { CAN_FORGE_COMMIT(d) -> forge_commit(d) }
#endif
#ifdef FORGE_WELCOMES
    :: atomic { CAN_FORGE_WELCOME(d) -> forge_welcome(d) }
#endif

    /* the properties, asked in every state */
    :: ASKED(ASK_P1) && P1_BROKEN(d) -> assert(P1)
    :: ASKED(ASK_P2) && P2_BROKEN(d) -> assert(P2)
    :: ASKED(ASK_P3) && (P3_BROKEN(d, ANA) || P3_BROKEN(d, BEN)) -> assert(P3)
    od
}
