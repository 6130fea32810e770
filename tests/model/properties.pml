/*
 * P1 to P5. They are written over what the state means (who holds a key, who made an entry), not over the
 * rules, so that a rule that is taken out makes them fall.
 */

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
#define WAS_LOUD(n) ((n) > MAL && ((e_sig[n] & SIG_DEVICE) == 0 || (e_rec[n] != e_rec[PAR(n)] && (e_sig[n] & SIG_CODE) == 0)))
#define HAS_A_LOUD(n) (WAS_LOUD(n) || WAS_LOUD(PAR(n)) || WAS_LOUD(PAR2(n)))
#ifdef NO_RULE_1_FORK
#define HAS_A_FORK(d, x) HAS(saw_fork[d], x)
#else
#define HAS_A_FORK(d, x) HAS(forked[d], x)
#endif
#define P3_BROKEN(d, x) \
    (HAS(on, d) && HAS(verified[d], x) && (HAS_A_LOUD(KN(d, x)) || HAS_A_FORK(d, x) || e_rec[KN(d, x)] == REC_EVIL))

/* P4: honest devices that were given the same log are in the same epoch with the same tree. */
#define PARTED(n) ((mark[n] & (FOLLOWED | REFUSED)) == (FOLLOWED | REFUSED))

/*
 * P5: with an honest gateway and nothing left to do, nobody honest waits: each device that its account lists
 * sits in the room, may speak and be heard, and they are all in one epoch. Not asked where a commit of a
 * hostile member stopped the room (2.8 names it), where an attacker's Welcome was rightly entered, where a
 * hostile admin put somebody out, or where the model's tables are full.
 */
#define STOPPED_BY_EVIL(d) (HAS(stopped, d) && (mark[next[at[d]]] & EVIL_MADE))
#define WAITS(d) (HAS(on, d) && !MAY_SPEAK(d))
#define FULL (epochs == EPOCHS || (IN_ROOM(A1) && ep[at[A1]] == LAST_EPOCH) || (IN_ROOM(A3) && ep[at[A3]] == LAST_EPOCH) || \
              (IN_ROOM(B1) && ep[at[B1]] == LAST_EPOCH) || (IN_ROOM(B2) && ep[at[B2]] == LAST_EPOCH) || \
              (IN_ROOM(B3) && ep[at[B3]] == LAST_EPOCH))
#define IN_MADE_UP(d) (IN_ROOM(d) && (mark[at[d]] & MADE_UP))
#define ANY_MADE_UP (IN_MADE_UP(A1) || IN_MADE_UP(A2) || IN_MADE_UP(A3) || IN_MADE_UP(B1) || IN_MADE_UP(B2) || IN_MADE_UP(B3))
#define ANY_STOPPED_BY_EVIL \
    (STOPPED_BY_EVIL(A1) || STOPPED_BY_EVIL(A2) || STOPPED_BY_EVIL(A3) || STOPPED_BY_EVIL(B1) || STOPPED_BY_EVIL(B2) || STOPPED_BY_EVIL(B3))
#define ANY_WAITS (WAITS(A1) || WAITS(A2) || WAITS(A3) || WAITS(B1) || WAITS(B2) || WAITS(B3))
#define APART(d) (IN_ROOM(d) && IN_ROOM(FIRST_IN) && at[d] != at[FIRST_IN])
#define FIRST_IN (HAS(on, A1) -> A1 : (HAS(on, A2) -> A2 : (HAS(on, A3) -> A3 : (HAS(on, B1) -> B1 : B3))))
#define ANY_APART (APART(A2) || APART(A3) || APART(B1) || APART(B2) || APART(B3))
/* the owner had no room in the model's table left to say which branch is hers */
#define UNDECIDED (!IS_CLEAN(owned[ANA]) && (forked[A1] | forked[A3] | forked[B1] | forked[B2] | forked[B3] | settled[A1] | settled[A3]) != 0)
#define EXCUSED (FULL || UNDECIDED || left != 0 || ANY_MADE_UP || ANY_STOPPED_BY_EVIL)
#define P5_BROKEN (!EXCUSED && (ANY_WAITS || ANY_APART))

#define WATCH(d) \
    :: P1_BROKEN(d) -> assert(P1) \
    :: P2_BROKEN(d) -> assert(P2) \
    :: P3_BROKEN(d, ANA) -> assert(P3) \
    :: P3_BROKEN(d, BEN) -> assert(P3)

proctype watch()
{
end:
    do
    WATCH(A1)
    WATCH(A2)
    WATCH(A3)
    WATCH(B1)
    WATCH(B2)
    WATCH(B3)
    :: PARTED(2) || PARTED(3) || PARTED(4) || PARTED(5) || PARTED(6) -> assert(P4)
    :: timeout ->
        if
        :: P5_BROKEN -> assert(P5)
        :: else -> skip
        fi;
#ifdef REACH
        if
        :: REACH -> assert(REACHED)
        :: else -> skip
        fi;
#endif
        break
    od
}
