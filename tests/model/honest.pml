/*
 * What an honest device does, each step one transaction. The gateway gives entries, commits and Welcomes when
 * it likes or never; a step not taken is a message held back.
 */

/* Entry n would be news to d. */
#define NEWS(d, n) \
    (HAS(on, d) && (n) < entries && !ON_CHAIN(n, KN(d, e_acct[n])) && \
     ((ON_CHAIN(KN(d, e_acct[n]), n) && TAKEN_AFTER_A_FORK(d, n)) || !HAS(forked[d] | settled[d], e_acct[n])))
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
#define TO_ADD(d, x) (e_devs[KN(d, x)] & ~LV(at[d], x) & OUTSIDE)
#define MAY_SEAT(d, x) (HAS(seat[at[d]], x) || HAS(adm[at[d]], OWNER(d)))
#if defined(NO_RULE_2_1)
#define CAN_ADD(d, x) (CAN_COMMIT(d) && MAY_SEAT(d, x) && TO_ADD(d, x) != 0)
#else
#define CAN_ADD(d, x) (CAN_COMMIT(d) && MAY_SEAT(d, x) && TO_ADD(d, x) != 0 && NOT_THEIRS(d, at[d]) == 0)
#endif

inline commit_begins(dev)
{
    begin_commit(at[dev], dev);
    RE(made, ANA) = KN(dev, ANA);
    RE(made, BEN) = KN(dev, BEN)
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
    commit_ends(dev)
}

#define CAN_SWAP(d, k, x) (!calm && HAS(evil, k) && !HAS(LEAVES(at[d]), k) && PACKAGE_IS_THEIRS(d, k, x))

/* A new room in the place of the last one, which is named in it; the person has tapped, on each side. */
#define CAN_RENEW(d) (stopped == 0 && forked[d] == 0 && epochs < EPOCHS && !renewed)
inline renew(dev)
{
    renewed = 1;
    begin_commit(last[dev], dev);
    from[made] = 0;
    name[made] = OWNER(dev);
    mark[made] = NEW_ROOM;
    ep[made] = 1;
    RE(made, ANA) = KN(dev, ANA);
    RE(made, BEN) = KN(dev, BEN);
    LV(made, ANA) = e_devs[KN(dev, ANA)] & on;
    LV(made, BEN) = e_devs[KN(dev, BEN)] & on;
    LV(made, MAL) = 0;
    welcome[made] = LEAVES(made) & ~BIT(dev);
    highest[dev] = 0;
    sit(dev, made);
    made = 0
}

#define NOBODY_SITS ((on & in & ~stopped) == 0)
#define FORKED(d) (HAS(forked[d], ANA) -> ANA : BEN)

proctype device(byte d)
{
    byte n;
end:
    do
    /* 1: the gateway hands over an entry of anybody's chain */
    :: atomic {
        if
        :: NEWS(d, 3) -> n = 3
        :: NEWS(d, 4) -> n = 4
        :: NEWS(d, 5) -> n = 5
        fi;
        d_step { STEP(STEP_GIVEN) some = e_acct[n]; learn(d, some, n); stop_if_dropped(d); some = 0; n = 0 }
    }

    /* 1, fork: once all is quiet its owner compares with the other, who has dropped what is not hers, and keeps that branch */
    :: d_step {
        calm && HAS(on, d) && forked[d] != 0 && (HAS(forked[d], OWNER(d)) || IS_CLEAN(owned[FORKED(d)])) ->
        STEP(STEP_LOOK)
        some = FORKED(d);
        KN(d, some) = owned[some];
        settled[d] = settled[d] | BIT(some);
        forked[d] = forked[d] & ~BIT(some);
        stop_if_dropped(d);
        some = 0
    }

    /* 2: the commit that won my epoch */
    :: d_step {
        IN_ROOM(d) && !HAS(stopped, d) && next[at[d]] != 0 ->
        made = next[at[d]];
        if
        :: FOLLOWS(d, at[d], made) ->
            STEP(STEP_FOLLOW)
            mark[made] = mark[made] | FOLLOWED;
            learn_of(d, made);
            stop_if_dropped(d);
            if
            :: !HAS(on, d) -> skip
            :: HAS(on, d) && HAS(LV(made, OWNER(d)), d) -> sit(d, made)
            :: else -> STEP(STEP_PUT_OUT) leave(d); left = (HAS(seat[made], OWNER(d)) -> left : left | BIT(d))
            fi
        :: else ->
            STEP(STEP_REFUSE)
            mark[made] = mark[made] | REFUSED;
            stopped = stopped | BIT(d)
        fi;
        made = 0
    }

    /* 2.4 to 2.7: Welcomes and bundles */
    :: atomic {
        if
        :: WELCOMED(d, 2) -> n = 2
        :: WELCOMED(d, 3) -> n = 3
        :: WELCOMED(d, 4) -> n = 4
        :: WELCOMED(d, 5) -> n = 5
        :: WELCOMED(d, 6) -> n = 6
        fi;
        d_step {
            STEP(STEP_WELCOMED)
            welcome[n] = welcome[n] & ~BIT(d);
            learn_of(d, n);
            stop_if_dropped(d);
            if
            :: HAS(on, d) && MAY_ENTER(d, n) ->
                STEP(STEP_ENTER)
                highest[d] = ((mark[n] & NEW_ROOM) -> 0 : highest[d]);
                sit(d, n);
                stopped = stopped & ~BIT(d)
            :: else -> skip
            fi;
            n = 0
        }
    }

    /* 2.2: remove what is not theirs, the entries going along */
    :: d_step {
        CAN_COMMIT(d) && ALL_THEIRS(d, at[d]) == false && (TO_REMOVE(d, ANA) | TO_REMOVE(d, BEN)) != 0 ->
        STEP(STEP_REMOVE)
        some = TO_REMOVE(d, ANA);
        keys = TO_REMOVE(d, BEN);
        commit_begins(d);
        LV(made, ANA) = LV(made, ANA) & ~some;
        LV(made, BEN) = LV(made, BEN) & ~keys;
        commit_ends(d);
        made = 0; some = 0; keys = 0
    }

    /* 2.1, 2.2: add devices, with the packages the gateway gives: theirs, or another under their name */
    :: d_step { CAN_ADD(d, ANA) -> STEP(STEP_ADD) keys = TO_ADD(d, ANA); add(d, ANA, keys); made = 0; keys = 0 }
    :: d_step { CAN_ADD(d, BEN) -> STEP(STEP_ADD) keys = TO_ADD(d, BEN); add(d, BEN, keys); made = 0; keys = 0 }
    :: d_step { CAN_ADD(d, ANA) && CAN_SWAP(d, G, ANA) -> STEP(STEP_SWAPPED) add(d, ANA, BIT(G)); made = 0 }
    :: d_step { CAN_ADD(d, BEN) && CAN_SWAP(d, G, BEN) -> STEP(STEP_SWAPPED) add(d, BEN, BIT(G)); made = 0 }

    /* 2.5: nobody is left in the room; a tap makes it again from what the record says */
    :: d_step { calm && HAS(on, d) && at[d] == 0 && last[d] != 0 && !HAS(left, d) && NOBODY_SITS && CAN_RENEW(d) -> STEP(STEP_RENEW) renew(d) }
    /* the properties, asked in every state */
    :: P1_BROKEN(d) -> assert(P1)
    :: P2_BROKEN(d) -> assert(P2)
    :: P3_BROKEN(d, ANA) || P3_BROKEN(d, BEN) -> assert(P3)
    od
}
