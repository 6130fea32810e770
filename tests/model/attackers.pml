/*
 * The attackers: one will, all keys of `evil`. What they make is chosen freely among all terms these keys can
 * sign; how many they make is bounded by `budget` and the size of the tables.
 *
 * What they make is made when the first honest device takes it. Until then nobody can tell whether it is there: an entry
 * that was given to nobody, a commit that nobody has read, a Welcome that nobody may enter change nothing for anybody,
 * so every order of making and giving is an order of giving. For the same reason the entries that a Welcome names are given
 * to its reader before it (the gateway may), and a commit that every honest device refuses is one and the same to all.
 */

#define KNOWN_CODE(r) ((r) == REC_EVIL || ((holds_code & evil) != 0 && (r) == REC_FIRST))
#define CAN_SIGN(n) ((e_devs[n] & evil) != 0 || KNOWN_CODE(e_rec[n]))

/* The last room in the table is kept for what the owner says against a stolen device: else a fork ends undecided. */
#ifdef MAY_REVOKE
#define RESERVED (IS_CLEAN(owned[ANA]) -> 0 : 1)
#else
#define RESERVED 0
#endif

/* any leaf of theirs in epoch n */
#define THEIR_LEAVES(n) (LEAVES(n) & evil)

/*
 * One key in or out of a tree that is being made (a Welcome: s), theirs under any name. What EPOCH_ALLOWS, or in a Welcome
 * MAY_ENTER, would refuse for this key alone is not begun.
 */
#ifdef NO_RULE_2_1
#define MAY_COME(tree, key, x) true
#else
#define MAY_COME(tree, key, x) HAS((s -> EVER(KN(d, x)) : e_devs[RE(tree, x)]), key)
#endif
#define MAY_GO(tree, key, x) (HAS(LV(tree, x), key) && (!HAS(e_devs[RE(tree, x)], key) || (GROUP && HAS(adm[n], name[tree]))))
inline choose_leaf(tree, key)
{
    if
    :: !HAS(KEYS, key) || HAS(LEAVES(tree), key) || !(s && key == d) -> skip
    :: HAS(KEYS, key) && key != by[tree] && (MAY_GO(tree, key, ANA) || MAY_GO(tree, key, BEN) || MAY_GO(tree, key, MAL)) ->
        LV(tree, ANA) = LV(tree, ANA) & ~BIT(key);
        LV(tree, BEN) = LV(tree, BEN) & ~BIT(key);
        LV(tree, MAL) = LV(tree, MAL) & ~BIT(key)
    :: HAS(KEYS, key) && !HAS(LEAVES(tree), key) && HAS(on, key) && MAY_COME(tree, key, OWNER(key)) ->
        LV(tree, OWNER(key)) = LV(tree, OWNER(key)) | BIT(key);
        LE(tree, key) = (OWNER(key) == ANA -> KN(key, ANA) : 0);
        welcome[tree] = welcome[tree] | BIT(key)
    :: !HAS(LEAVES(tree), key) && HAS(evil, key) && MAY_COME(tree, key, ANA) -> LV(tree, ANA) = LV(tree, ANA) | BIT(key)
    :: !HAS(LEAVES(tree), key) && HAS(evil, key) && MAY_COME(tree, key, BEN) -> LV(tree, BEN) = LV(tree, BEN) | BIT(key)
    :: THIRD && !HAS(LEAVES(tree), key) && HAS(evil, key) && MAY_COME(tree, key, MAL) -> LV(tree, MAL) = LV(tree, MAL) | BIT(key)
    :: else -> skip
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
    :: skip
    :: key < entries && !(s && NEWS(d, key)) -> RE(tree, e_acct[key]) = key
    fi
}

inline choose_entries(tree)
{
    choose_entry(tree, 3);
    choose_entry(tree, 4);
    choose_entry(tree, 5)
}

/*
 * The entry that a leaf of theirs names: any on the chain that the tree names, in a commit one that lists it: another would be
 * refused. A leaf that was there before names what it named, unless it is the signer's.
 */
#define MAY_NAME(tree, key, e) (ON_CHAIN(e, RE(tree, ANA)) && (s || HAS(e_devs[e], key)))
inline choose_name(tree, key, old)
{
    if
    :: BRANCHES == 0 || !HAS(evil, key) || !HAS(LV(tree, ANA), key) || (HAS(LV(old, ANA), key) && by[tree] != key) -> skip
    :: else ->
        if
        :: MAY_NAME(tree, key, ANA) -> LE(tree, key) = ANA
        :: entries > 3 && MAY_NAME(tree, key, 3) -> LE(tree, key) = 3
        :: entries > 4 && MAY_NAME(tree, key, 4) -> LE(tree, key) = 4
        :: entries > 5 && MAY_NAME(tree, key, 5) -> LE(tree, key) = 5
        :: else -> skip
        fi
    fi
}

inline choose_names(tree, old)
{
    choose_name(tree, A2, old);
    choose_name(tree, G, old)
}

/* Seats and admins as they would like them. */
#ifdef NO_RULE_2_2_SEAT
#define MAY_SAY_ROLES(tree) true
#else
#define MAY_SAY_ROLES(tree) (s || HAS(adm[n], name[tree]))
#endif
inline choose_roles(tree)
{
    if
    :: skip
    :: GROUP && MAY_SAY_ROLES(tree) -> seat[tree] = (LV(tree, ANA) -> 1 : 0) | (LV(tree, BEN) -> 2 : 0) | (LV(tree, MAL) -> 4 : 0)
    fi;
    if
    :: skip
    :: GROUP && MAY_SAY_ROLES(tree) -> adm[tree] = seat[tree]
    :: GROUP && THIRD && MAY_SAY_ROLES(tree) -> adm[tree] = BIT(MAL)
    fi
}

inline choose_signer(tree, theirs)
{
    if
    :: HAS(theirs, A2) -> by[tree] = A2
    :: HAS(theirs, M) -> by[tree] = M
    :: HAS(theirs, G) -> by[tree] = G
    fi
}

/* A next entry of Ana, on any that they can sign after. */
#define CAN_FORGE_ENTRY(d) (entries < ENTRIES - RESERVED && (evil & ~BIT(G)) != 0 && HAS(on, d))
inline forge_entry(dev)
{
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
    :: k != e_devs[n] -> some = e_rec[n]
    :: some = REC_EVIL
    fi;
    d_step {
        if
        :: k != 0 && VALID(n, k) ->
            made = entries;
            make_entry(ANA, n, k, some, s | (e_sig[n] & CLEAN));
            if
            :: NEWS(dev, made) ->
                STEP(STEP_FORGE_ENTRY)
                learn(dev, ANA, made);
                stop_if_dropped(dev)
            :: else -> unmake_entry(made)
            fi
        :: else -> skip
        fi;
        made = 0; entry = 0; some = 0; n = 0; k = 0; s = 0;
        SETTLE
    }
}

/* A commit in an epoch where a leaf of theirs sits, if it wins. */
#ifdef NO_COMMITS
#define CAN_FORGE_COMMIT(d) false
#else
#define CAN_FORGE_COMMIT(d) \
    (IN_TIME && IN_ROOM(d) && !HAS(stopped, d) && next[at[d]] == 0 && ep[at[d]] < LAST_EPOCH && budget > 0 && epochs < EPOCHS && \
     THEIR_LEAVES(at[d]) != 0)
#endif
inline forge_nonsense(dev)
{
    STEP(STEP_FORGE_NONSENSE)
    begin_commit(at[dev], G);
    by[made] = (HAS(THEIR_LEAVES(at[dev]), A2) -> A2 : (HAS(THEIR_LEAVES(at[dev]), M) -> M : G));
    name[made] = MAL;
    LV(made, ANA) = 0; LV(made, BEN) = 0; LV(made, MAL) = BIT(by[made]);
    RE(made, ANA) = ANA; RE(made, BEN) = BEN;
    seat[made] = 0; adm[made] = 0;
    mark[made] = EVIL_MADE | NONSENSE;
    end_commit(at[dev]);
    budget--;
    take_commit(dev)
}

inline forge_commit(dev)
{
    d_step {
        n = at[dev];
        k = epochs;
        begin_commit(n, G);
        mark[k] = mark[k] | EVIL_MADE;
        made = 0
    };
    choose_signer(k, THEIR_LEAVES(n));
    name[k] = (HAS(LV(n, ANA), by[k]) -> ANA : (HAS(LV(n, BEN), by[k]) -> BEN : MAL));
    choose_entries(k);
    choose_leaves(k);
    choose_names(k, n);
    choose_roles(k);
    d_step {
        made = k;
        if
        :: EPOCH_ALLOWS(n, k) ->
            STEP(STEP_FORGE_COMMIT)
            end_commit(n);
            budget--;
            take_commit(dev)
        :: else -> unmake_epoch(k)
        fi;
        made = 0; n = 0; k = 0; s = 0;
        SETTLE
    }
}

/* A room made up under the identity of the real one, at any epoch. */
#define CAN_FORGE_WELCOME(d) (IN_TIME && budget > 0 && epochs < EPOCHS && epochs > 1 && HAS(on, d) && !HAS(left, d))
#ifdef NO_RULE_2_1
#define MAY_SIGN(tree, x) true
#else
#define MAY_SIGN(tree, x) HAS(e_devs[KN(d, x)], by[tree])
#endif
inline forge_welcome(dev)
{
    d_step {
        k = epochs; epochs++; s = 1;
        mark[k] = EVIL_MADE | MADE_UP;
        RE(k, ANA) = ANA; RE(k, BEN) = BEN; RE(k, MAL) = MAL;
        seat[k] = FIRST_SEATS; adm[k] = FIRST_ADMINS
    };
    if
    :: highest[dev] < 1 -> ep[k] = 1
    :: highest[dev] < 2 -> ep[k] = 2
    :: highest[dev] < LAST_EPOCH -> ep[k] = LAST_EPOCH
    :: else -> unmake_epoch(k); k = 0; s = 0; goto end
    fi;
    choose_signer(k, evil);
    if
    :: MAY_SIGN(k, ANA) -> LV(k, ANA) = BIT(by[k]); name[k] = ANA
    :: MAY_SIGN(k, BEN) -> LV(k, BEN) = BIT(by[k]); name[k] = BEN
    :: THIRD && MAY_SIGN(k, MAL) -> LV(k, MAL) = BIT(by[k]); name[k] = MAL
    :: else -> unmake_epoch(k); k = 0; s = 0; goto end
    fi;
    choose_entries(k);
    choose_leaves(k);
    choose_names(k, 0);
    choose_roles(k);
    d_step {
        if
        :: HAS(welcome[k], dev) && !NEWS(dev, RE(k, ANA)) && !NEWS(dev, RE(k, BEN)) && MAY_ENTER(dev, k) ->
            STEP(STEP_FORGE_WELCOME)
            budget--;
            take_welcome(dev, k)
        :: else -> unmake_epoch(k)
        fi;
        n = 0; k = 0; s = 0;
        SETTLE
    }
}
