/*
 * The attackers: one will, all keys of `evil`. What they make is chosen freely among all terms these keys can
 * sign; how many they make is bounded by `budget` and the size of the tables. They stop when the gateway turns
 * honest; what they did stays.
 */

#define KNOWN_CODE(r) ((r) == REC_EVIL || (code_leaked && (r) == REC_FIRST))
#define CAN_SIGN(n) ((e_devs[n] & evil) != 0 || KNOWN_CODE(e_rec[n]))

/*
 * The last room in the table is kept for what the owner says against a stolen device: else most runs would
 * end with a fork that nobody can decide, and P5 would not be asked there.
 */
#ifdef MAY_REVOKE
#define RESERVED (IS_CLEAN(owned[ANA]) -> 0 : 1)
#else
#define RESERVED 0
#endif

/* any leaf of theirs in epoch n */
#define THEIR_LEAVES(n) (LEAVES(n) & evil)

/* One key in or out of a tree that is being made; theirs under any name. */
inline choose_leaf(tree, key)
{
    if
    :: !HAS(KEYS, key) -> skip
    :: HAS(LEAVES(tree), key) -> skip
    :: HAS(LEAVES(tree), key) && key != by[tree] ->
        LV(tree, ANA) = LV(tree, ANA) & ~BIT(key);
        LV(tree, BEN) = LV(tree, BEN) & ~BIT(key);
        LV(tree, MAL) = LV(tree, MAL) & ~BIT(key)
    :: !HAS(LEAVES(tree), key) -> skip
    :: !HAS(LEAVES(tree), key) && HAS(on, key) ->
        LV(tree, OWNER(key)) = LV(tree, OWNER(key)) | BIT(key);
        welcome[tree] = welcome[tree] | BIT(key)
    :: !HAS(LEAVES(tree), key) && HAS(evil, key) -> LV(tree, ANA) = LV(tree, ANA) | BIT(key)
    :: !HAS(LEAVES(tree), key) && HAS(evil, key) -> LV(tree, BEN) = LV(tree, BEN) | BIT(key)
    :: THIRD && !HAS(LEAVES(tree), key) && HAS(evil, key) -> LV(tree, MAL) = LV(tree, MAL) | BIT(key)
    fi
}

inline choose_leaves(tree)
{
    choose_leaf(tree, A1);
    choose_leaf(tree, A2);
    choose_leaf(tree, A3);
    choose_leaf(tree, B1);
    choose_leaf(tree, B2);
    choose_leaf(tree, B3);
    choose_leaf(tree, M);
    choose_leaf(tree, G)
}

/* The entries that the tree names. */
inline choose_entry(tree, key)
{
    if
    :: key >= entries -> skip
    :: key < entries -> skip
    :: key < entries -> RE(tree, e_acct[key]) = key
    fi
}

inline choose_entries(tree)
{
    choose_entry(tree, 3);
    choose_entry(tree, 4);
    choose_entry(tree, 5)
}

/* Seats and admins as they would like them. */
inline choose_roles(tree)
{
    if
    :: skip
    :: GROUP -> seat[tree] = (LV(tree, ANA) -> 1 : 0) | (LV(tree, BEN) -> 2 : 0) | (LV(tree, MAL) -> 4 : 0)
    fi;
    if
    :: skip
    :: GROUP -> adm[tree] = seat[tree]
    :: GROUP && THIRD -> adm[tree] = BIT(MAL)
    fi
}

/* A commit that every honest device refuses is one and the same to all: what is in it does not matter. */
inline forget_refused(tree)
{
    if
    :: EPOCH_ALLOWS(from[tree], tree) -> skip
    :: else ->
        LV(tree, ANA) = 0; LV(tree, BEN) = 0; LV(tree, MAL) = BIT(by[tree]);
        RE(tree, ANA) = ANA; RE(tree, BEN) = BEN;
        seat[tree] = 0; adm[tree] = 0; welcome[tree] = 0;
        mark[tree] = EVIL_MADE | NONSENSE
    fi
}

proctype attackers()
{
    byte n, k, s;
end:
    do
#ifdef FORGE_ENTRIES
    /* a next entry of Ana on any that they can sign after */
    :: atomic {
        !calm && entries < ENTRIES - RESERVED && (evil & ~BIT(G)) != 0 ->
        if
        :: n = ANA
        :: entries > 3 && e_acct[3] == ANA -> n = 3
        :: entries > 4 && e_acct[4] == ANA -> n = 4
        fi;
        if :: CAN_SIGN(n) :: else -> n = 0; goto end fi;
        k = e_devs[n];
        if :: skip :: HAS(k, A1) -> k = k & ~BIT(A1) fi;
        if :: skip :: HAS(k, A2) && HAS(evil, A2) -> k = k & ~BIT(A2) fi;
        if :: skip :: HAS(k, A3) -> k = k & ~BIT(A3) fi;
        if :: skip :: k = k | BIT(G) fi;
        if
        :: (e_devs[n] & evil) != 0 -> s = SIG_DEVICE
        :: KNOWN_CODE(e_rec[n]) -> s = SIG_CODE
        :: (e_devs[n] & evil) != 0 && KNOWN_CODE(e_rec[n]) -> s = SIG_DEVICE | SIG_CODE
        fi;
        if
        :: k == 0 || !VALID(n, k) -> n = 0; k = 0; s = 0
        :: d_step { k != 0 && k != e_devs[n] && VALID(n, k) -> STEP(STEP_FORGE_ENTRY) make_entry(ANA, n, k, e_rec[n], s | (e_sig[n] & CLEAN)); entry = 0; n = 0; k = 0; s = 0 }
        :: d_step { k != 0 && VALID(n, k) -> STEP(STEP_FORGE_ENTRY) make_entry(ANA, n, k, REC_EVIL, s | (e_sig[n] & CLEAN)); entry = 0; n = 0; k = 0; s = 0 }
        fi
    }
#endif
#ifdef FORGE_COMMITS
    /* a commit in an epoch where a leaf of theirs sits, if it wins */
    :: atomic {
        !calm && budget > 0 && epochs < EPOCHS ->
        if
        :: n = 1
        :: epochs > 2 -> n = 2
        :: epochs > 3 -> n = 3
        :: epochs > 4 -> n = 4
        fi;
        if
        :: next[n] == 0 && ep[n] > 0 && ep[n] < LAST_EPOCH && THEIR_LEAVES(n) != 0
        :: else -> n = 0; goto end
        fi;
        if
        :: HAS(THEIR_LEAVES(n), A2) -> s = A2
        :: HAS(THEIR_LEAVES(n), M) -> s = M
        :: HAS(THEIR_LEAVES(n), G) -> s = G
        fi;
        d_step { begin_commit(n, s); mark[made] = mark[made] | EVIL_MADE; k = made; made = 0 };
        choose_leaves(k);
        choose_entries(k);
        choose_roles(k);
        d_step {
            STEP(STEP_FORGE_COMMIT)
            made = k;
            end_commit(n);
            mark[k] = (BY_ADMIN(n, k) && LV(k, MAL) != 0 -> mark[k] & ~GONE : mark[k]);
            forget_refused(k);
            budget--;
            made = 0; n = 0; k = 0; s = 0
        }
    }
#endif
#ifdef FORGE_WELCOMES
    /* a room made up under the identity of the real one, at any epoch */
    :: atomic {
        !calm && budget > 0 && epochs < EPOCHS && epochs > 1 && evil != 0 ->
        if
        :: HAS(evil, A2) -> s = A2
        :: HAS(evil, M) -> s = M
        :: HAS(evil, G) -> s = G
        fi;
        d_step {
            k = epochs; epochs++;
            by[k] = s; mark[k] = EVIL_MADE | MADE_UP;
            RE(k, ANA) = ANA; RE(k, BEN) = BEN; RE(k, MAL) = MAL;
            seat[k] = seat[1]; adm[k] = adm[1]
        };
        if
        :: LV(k, ANA) = BIT(s); name[k] = ANA
        :: LV(k, BEN) = BIT(s); name[k] = BEN
        :: THIRD -> LV(k, MAL) = BIT(s); name[k] = MAL
        fi;
        choose_leaves(k);
        choose_entries(k);
        choose_roles(k);
        if
        :: ep[k] = 1
        :: ep[k] = 2
        :: ep[k] = LAST_EPOCH
        fi;
        d_step { STEP(STEP_FORGE_WELCOME) budget--; n = 0; k = 0; s = 0 }
    }
#endif
    :: false
    od
}
