/*
 * P1 to P5, without the switches of rules.pml, so that a rule that is taken out makes them fall. Where they can they
 * ask who holds a key and who made an entry; the rest repeats the rule.
 */

/* -DASK=: one property alone, to see whether a rule that is taken out lets that one fall, too. */
#define ASK_P1 1
#define ASK_P2 2
#define ASK_P3 4
#define ASK_P4 8
#define ASK_P5 16
#ifdef ASK
#define ASKED(p) (ASK == (p))
#else
#define ASKED(p) true
#endif

#define EVIL_LEAF(d, x) ((LV(at[d], x) & evil) != 0)

/*
 * P1: a word an honest device would seal now is readable only by keys listed in the newest entries that device
 * knows, of accounts that nobody entitled has put out; and by no key of the attackers once the device knows
 * the owner's entry that drops them.
 */
#define P1_BROKEN(d) \
    (MAY_SPEAK(d) && (NOT_THEIRS(d, at[d]) != 0 || (HAS(knows_gone, d) && LV(at[d], MAL) != 0) || \
                      (!GROUP && LV(at[d], MAL) != 0) || \
     (IS_CLEAN(KN(d, ANA)) && EVIL_LEAF(d, ANA)) || \
     (IS_CLEAN(KN(d, BEN)) && EVIL_LEAF(d, BEN))))

/* P2: a word shown as x's was sealed by a key that is theirs to the device that shows it. */
#define FALSELY_SHOWN(d, x) \
    ((SHOWN(d, x) & ~e_devs[KN(d, x)]) != 0 || (IS_CLEAN(KN(d, x)) && (SHOWN(d, x) & evil) != 0))
#define P2_BROKEN(d) \
    (IN_ROOM(d) && forked[d] == 0 && (FALSELY_SHOWN(d, ANA) || FALSELY_SHOWN(d, BEN) || \
     (SHOWN(d, MAL) & ~e_devs[KN(d, MAL)]) != 0 || (HAS(knows_gone, d) && SHOWN(d, MAL) != 0)))

/* P3: verified survives no recovery, no new code without the old key, no fork, and never covers a code that is not the owner's. */
#ifdef NO_RULE_1_FORK
#define HAS_A_FORK(d, x) HAS(saw_fork[d], x)
#else
#define HAS_A_FORK(d, x) HAS(forked[d], x)
#endif
#define P3_BROKEN(d, x) \
    (HAS(on, d) && HAS(verified[d], x) && (e_bad[KN(d, x)] != 0 || HAS_A_FORK(d, x) || e_rec[KN(d, x)] == REC_EVIL))

/* P4: honest devices that were given the same log are in the same epoch with the same tree. */
#define PARTED(n) ((mark[n] & (FOLLOWED | REFUSED)) == (FOLLOWED | REFUSED))

/*
 * P5: with an honest gateway and nothing left to do, nobody honest waits: each device that its account lists
 * sits in the room, may speak and be heard, and they are all in one epoch. Not asked where a commit of a
 * hostile member stopped the room (PROTOCOL.md 10.1 names it), where an attacker's Welcome was rightly entered, where a
 * hostile admin put somebody out, or where the model's tables are full.
 */
#define STOPPED_BY_EVIL(d) (HAS(stopped, d) && (mark[next[at[d]]] & EVIL_MADE))
/* nor can anybody outside be let in there */
#define ROOM_STOPPED \
    (STOPPED_BY_EVIL(A1) || STOPPED_BY_EVIL(A2) || STOPPED_BY_EVIL(A3) || STOPPED_BY_EVIL(B1) || STOPPED_BY_EVIL(B2) || \
     STOPPED_BY_EVIL(B3))
/* in a room that the attackers made up: rightly entered, and its floor stays; whom it took is missed by the others */
#define LURED(d) (IN_ROOM(d) && (mark[at[d]] & MADE_UP) != 0)
#define SOMEBODY_LURED (LURED(A1) || LURED(A2) || LURED(A3) || LURED(B1) || LURED(B2) || LURED(B3))
#define MISSES(d) (at[d] == 0 || !OTHER_SITS(d, at[d]))
/* the owner had no room in the model's table left to say which branch is hers */
#define UNDECIDED(d) (!IS_CLEAN(owned[ANA]) && (forked[d] | settled[d]) != 0)
#define WHY_EPOCHS 1
#define WHY_MADE_UP 2
#define WHY_STOPPED 4
#define WHY_UNDECIDED 8
#define WHY_LEFT 16
#define EXCUSES(d) \
    ((IN_ROOM(d) && ep[at[d]] == LAST_EPOCH && !(mark[at[d]] & MADE_UP) -> WHY_EPOCHS : 0) | (LURED(d) || (MISSES(d) && SOMEBODY_LURED) -> WHY_MADE_UP : 0) | \
     (STOPPED_BY_EVIL(d) || (at[d] == 0 && ROOM_STOPPED) -> WHY_STOPPED : 0) | (UNDECIDED(d) -> WHY_UNDECIDED : 0) | (HAS(left, d) -> WHY_LEFT : 0))

/* What an honest run must be able to come to, so that nothing above holds for want of cases (-DREACH=...). */
#define BOTH_READ (MAY_SPEAK(A1) && MAY_SPEAK(B1) && HAS(SHOWN(A1, BEN), B1) && HAS(SHOWN(B1, ANA), A1))
#define REVOKED_AND_REMOVED (MAY_SPEAK(A1) && MAY_SPEAK(B1) && IS_CLEAN(KN(B1, ANA)) && !HAS(LEAVES(at[B1]), A2))
#define RECOVERED_AND_IN_AGAIN (MAY_SPEAK(A3) && MAY_SPEAK(B1) && at[A3] == at[B1])
#define BOTH_RECOVERED_AND_IN_AGAIN (MAY_SPEAK(A3) && MAY_SPEAK(B3) && at[A3] == at[B3])
#define PUT_OUT_AND_QUIET (MAY_SPEAK(A1) && MAY_SPEAK(B1) && !HAS(LEAVES(at[B1]), M))
#define CHAIN_OF_FOUR (FOUR(KN(A1, ANA)) && FOUR(KN(B1, ANA)) && MAY_SPEAK(A1) && MAY_SPEAK(B1) && at[A1] == at[B1])
#define FOUR(n) (HAS(e_up[n], 3) + HAS(e_up[n], 4) + HAS(e_up[n], 5) == 3)
#define DROPPED_AND_BACK (!HAS(on, A1) && MAY_SPEAK(A3) && MAY_SPEAK(B1) && at[A3] == at[B1] && IS_CLEAN(KN(B1, ANA)))
/* What the attackers must be able to come to (-DMEET=..., in any state), with all rules. */
#define STOLEN_LEAF_WAITED_FOR (IS_CLEAN(KN(B1, ANA)) && EVIL_LEAF(B1, ANA) && !MAY_SPEAK(B1))
#define HOSTILE_WORD_READ (MAY_SPEAK(B1) && EVIL_LEAF(B1, ANA) && HAS(LV(at[B1], ANA), G))
#define FORK_IN_HAND (HAS(forked[B1], ANA) && !HAS(verified[B1], ANA))
#define ACCOUNT_TAKEN (!HAS(on, A1) && e_rec[KN(B1, ANA)] == REC_EVIL && !HAS(verified[B1], ANA) && MAY_SPEAK(B1))
#define OFF_THE_BRANCH (HAS(on, A1) && off[A1] != 0)
/* Ben's two devices change places (same.pml): a goal that tells them apart asks both ways */
#define TWO_ROOMS (IN_ROOM(B1) && IN_ROOM(B2) && LURED(B1) != LURED(B2))
#define STOPPED_BY_A_MEMBER STOPPED_BY_EVIL(B1)
#define REMOVED_MEMBER_TRIES ((LURED(B1) && HAS(LV(at[B1], MAL), M)) || (LURED(B2) && HAS(LV(at[B2], MAL), M)))
#define FORK_SETTLED (MAY_SPEAK(A1) && MAY_SPEAK(B1) && HAS(settled[B1], ANA) && at[A1] == at[B1])
