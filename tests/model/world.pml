/*
 * What exists: the trees of entries, the rooms' epochs, what each device knows. A word is not a step of the
 * model: the properties ask in every state who may seal one now, who could open it and who would show it.
 */

#ifndef ENTRIES
#define ENTRIES 6 /* the three entries 0 and three more, which is the most: a tree of at most four for one person */
#endif
#if ENTRIES > 6
#error "no step asks for a seventh entry"
#endif
byte e_up[ENTRIES];   /* the entry and all before it, as bits: this is the tree */
byte e_devs[ENTRIES], e_rec[ENTRIES], e_sig[ENTRIES], e_acct[ENTRIES];
byte e_ever[ENTRIES]; /* all keys listed up to it */
byte e_loud[ENTRIES]; /* those of e_up that end "verified" */
byte e_bad[ENTRIES];  /* the same by the letter, whatever rule is taken out */
byte entries;
#ifdef LATE /* a search for long chains need not try short ones first: the owner, commits and Welcomes wait for them */
#define IN_TIME (entries >= ENTRIES - 1)
#else
#define IN_TIME true
#endif
byte owned[3]; /* the newest entry that the owner herself made */

/* Recovery keys: even ones are the owner's, in the order she makes them; the odd one is the attackers'. */
#define REC_FIRST 0
#define REC_EVIL 1
#define REC_REVOKED 2
#define REC_RECOVERED 4

/*
 * Epochs of the room, the log: next[n] is the one commit that won epoch n. A Welcome into an epoch that
 * grew out of none is a room made up; it has a log of its own.
 */
#define EPOCHS 7 /* 0 is "none" */
#ifndef LAST_EPOCH
#define LAST_EPOCH 6
#endif
byte le[EPOCHS * 8];
byte lv[EPOCHS * 3], re[EPOCHS * 3], seat[EPOCHS], adm[EPOCHS], ep[EPOCHS];
byte by[EPOCHS], name[EPOCHS]; /* the leaf that committed or signed the GroupInfo, and in whose name it sits */
byte from[EPOCHS], next[EPOCHS];
byte welcome[EPOCHS]; /* devices for whom a Welcome is on the way */
byte mark[EPOCHS];
byte epochs;
#define FOLLOWED 1 /* some honest device went through this commit */
#define REFUSED 2  /* some honest device stopped at it */
#define EVIL_MADE 4
#define MADE_UP 8  /* grew out of a Welcome of the attackers */
#define NONSENSE 64 /* a commit that every honest device refuses, whatever was in it */
#define NEW_ROOM 32 /* another group that honest people put in the place of the room, with epochs of its own */
#define GONE 16    /* an honest admin has removed the third account */

/* Devices. */
byte kn[24];                 /* newest entry known, by device and account */
byte forked[7], settled[7];  /* accounts: a fork in hand; the person has looked at it */
byte verified[7];            /* accounts */
byte at[7], last[7];         /* my epoch now; the last one, or what my record says */
byte highest[7];             /* the floor */
byte off[7];                 /* follows from the others: same.pml */
hidden byte owner[8];
byte in;                     /* devices that sit in a room */
byte on, stopped, left;      /* devices that are honest and in use; stopped by a commit; removed alive */
byte knows_gone;             /* devices that went through the removal of the third account */
byte budget;                 /* what the attackers may still commit or make up */
bit renewed;                 /* honest people have made a new room in its place: once is enough */
/* What never changes after the start. */
hidden byte evil;            /* keys the attackers hold */
hidden byte holds_code;      /* devices whose store holds the owner's first recovery code */

#ifdef NO_RULE_1_FORK
byte saw_fork[7];
#endif

bit P1, P2, P3, P4, P5, REACHED; /* stay 0: names for the assertions */

hidden byte made, entry, some, keys; /* scratch inside one step */

inline make_entry(acct, parent, devices, recovery, signers)
{
    entry = entries;
    e_acct[entry] = acct;
    e_up[entry] = e_up[parent] | BIT(entry);
    e_devs[entry] = devices;
    e_ever[entry] = e_ever[parent] | e_devs[entry];
    e_rec[entry] = recovery;
    e_sig[entry] = signers;
    e_loud[entry] = e_loud[parent] | (LOUD(parent, e_rec[entry], signers) -> BIT(entry) : 0);
    e_bad[entry] = e_bad[parent] |
        (((signers) & SIG_DEVICE) == 0 || (e_rec[entry] != e_rec[parent] && ((signers) & SIG_CODE) == 0) -> BIT(entry) : 0);
    entries++
}

/* the entry is the owner's last word against every key that is not hers, or stands behind it */
#define IS_CLEAN(n) ((e_sig[n] & CLEAN) != 0)

/* Once a fork was looked at, what its signer makes later is only told. */
#define TAKEN_AFTER_A_FORK(d, n) (!HAS(settled[d], e_acct[n]) || (e_sig[n] & MADE_BY_OWNER))

/* Entry n would be news to d. */
#define NEWS(d, n) \
    (HAS(on, d) && (n) < entries && !ON_CHAIN(n, KN(d, e_acct[n])) && \
     ((ON_CHAIN(KN(d, e_acct[n]), n) && TAKEN_AFTER_A_FORK(d, n)) || !HAS(forked[d] | settled[d], e_acct[n])))

/* d reads entry n of account a (and what stands before it). */
inline learn(dev, acct, new)
{
    if
    :: ON_CHAIN(new, KN(dev, acct)) -> skip
    :: else ->
        if
        :: ON_CHAIN(KN(dev, acct), new) && TAKEN_AFTER_A_FORK(dev, new) ->
            verified[dev] = (LOUD_AFTER(KN(dev, acct), new) -> verified[dev] & ~BIT(acct) : verified[dev]);
            KN(dev, acct) = new
        :: else ->
            if
            :: HAS(settled[dev], acct) -> skip
            :: else ->
#ifdef NO_RULE_1_FORK
                saw_fork[dev] = saw_fork[dev] | BIT(acct)
#else
                forked[dev] = forked[dev] | BIT(acct);
                verified[dev] = verified[dev] & ~BIT(acct)
#endif
            fi
        fi
    fi
}

inline leave(dev)
{
    at[dev] = 0;
    in = in & ~BIT(dev)
}

/* A device that is no longer used: what it knew is nobody's any more. */
inline gone_for_good(dev)
{
#ifdef MAY_RECOVER_DROPPED
    last[A3] = (dev == A1 -> last[A1] : last[A3]);
#endif
    leave(dev);
    on = on & ~BIT(dev);
    stopped = stopped & ~BIT(dev);
    left = left & ~BIT(dev);
    knows_gone = knows_gone & ~BIT(dev);
    last[dev] = 0; highest[dev] = 0;
    KN(dev, ANA) = ANA; KN(dev, BEN) = BEN;
    forked[dev] = 0; settled[dev] = 0; verified[dev] = 0
}

/* A device that a signed entry of its own account leaves out stops. */
inline stop_if_dropped(dev)
{
    if
    :: HAS(e_devs[KN(dev, OWNER(dev))], dev) || !HAS(on, dev) -> skip
    :: else -> gone_for_good(dev)
    fi
}

inline learn_of(dev, new)
{
    learn(dev, ANA, RE(new, ANA));
    learn(dev, BEN, RE(new, BEN))
}

inline sit(dev, new)
{
    at[dev] = new;
    in = in | BIT(dev);
    last[dev] = new;
    highest[dev] = (ep[new] > highest[dev] -> ep[new] : highest[dev]);
    /* put out for good: none of the honest brings that account back, nor can the attackers be entitled to */
    if
    :: mark[new] & GONE -> knows_gone = knows_gone | BIT(dev)
    :: else -> skip
    fi
}

/* A commit of leaf k in epoch n: a copy that the caller changes between the two. */
inline begin_commit(old, key)
{
    made = epochs;
    epochs++;
    LV(made, ANA) = LV(old, ANA); LV(made, BEN) = LV(old, BEN); LV(made, MAL) = LV(old, MAL);
    RE(made, ANA) = RE(old, ANA); RE(made, BEN) = RE(old, BEN); RE(made, MAL) = MAL;
    LE(made, A1) = LE(old, A1); LE(made, A2) = LE(old, A2); LE(made, A3) = LE(old, A3);
    LE(made, M) = LE(old, M); LE(made, G) = LE(old, G);
    seat[made] = seat[old]; adm[made] = adm[old];
    ep[made] = ep[old] + 1;
    by[made] = key;
    name[made] = (HAS(LV(old, ANA), key) -> ANA : (HAS(LV(old, BEN), key) -> BEN : MAL));
#ifdef NO_RULE_3_REMOVED
    from[made] = old;
#endif
    mark[made] = mark[old] & (MADE_UP | NEW_ROOM | GONE)
}

inline end_commit(old)
{
#ifdef NO_RULE_2_2_SEAT
    /* the old rule: an account without a leaf has left */
    seat[made] = seat[made] & ((LV(made, ANA) -> 1 : 0) | (LV(made, BEN) -> 2 : 0) | (LV(made, MAL) -> 4 : 0));
    adm[made] = adm[made] & seat[made];
#endif
    next[old] = made
}

/* What was begun and cannot be: the tables are as before. */
inline unmake_epoch(new)
{
    LV(new, ANA) = 0; LV(new, BEN) = 0; LV(new, MAL) = 0;
    LE(new, A1) = 0; LE(new, A2) = 0; LE(new, A3) = 0; LE(new, M) = 0; LE(new, G) = 0;
    RE(new, ANA) = 0; RE(new, BEN) = 0; RE(new, MAL) = 0;
    seat[new] = 0; adm[new] = 0; ep[new] = 0; by[new] = G; name[new] = 0; from[new] = 0;
    welcome[new] = 0; mark[new] = 0;
    epochs--
}

inline unmake_entry(new)
{
    e_acct[new] = 0; e_up[new] = 0; e_devs[new] = 0; e_ever[new] = 0; e_rec[new] = 0; e_sig[new] = 0;
    e_loud[new] = 0; e_bad[new] = 0;
    entries--
}

/* The room of the first epoch, with everybody in it. */
inline found(ana, ben, mal, seats, admins)
{
    LV(1, ANA) = ana; LV(1, BEN) = ben; LV(1, MAL) = mal;
    RE(1, ANA) = ANA; RE(1, BEN) = BEN; RE(1, MAL) = MAL;
    seat[1] = seats; adm[1] = admins; ep[1] = 1; by[1] = A1;
    epochs = 2
}

inline people(ana, ben, mal)
{
    owner[A1] = ANA; owner[A2] = ANA; owner[A3] = ANA; owner[B1] = BEN; owner[B2] = BEN; owner[B3] = BEN; owner[M] = MAL;
    e_acct[ANA] = ANA; e_up[ANA] = BIT(ANA); e_devs[ANA] = ana; e_ever[ANA] = ana; e_sig[ANA] = MADE_BY_OWNER;
    e_acct[BEN] = BEN; e_up[BEN] = BIT(BEN); e_devs[BEN] = ben; e_ever[BEN] = ben; e_sig[BEN] = MADE_BY_OWNER;
    e_acct[MAL] = MAL; e_up[MAL] = BIT(MAL); e_devs[MAL] = mal; e_ever[MAL] = mal; e_sig[MAL] = MADE_BY_OWNER;
    entries = 3;
#ifdef NO_RULE_1_CODE
    holds_code = ana | ben;
#endif
    owned[ANA] = ANA; owned[BEN] = BEN; owned[MAL] = MAL;
    keys = 0;
    do
    :: keys < 7 ->
        KN(keys, ANA) = ANA; KN(keys, BEN) = BEN; KN(keys, MAL) = MAL;
        verified[keys] = (OWNER(keys) == ANA -> BIT(BEN) : BIT(ANA));
        keys++
    :: else -> break
    od
}

/* d is used from now on; starts_in: and sits in epoch n of the room */
inline starts(dev)
{
    on = on | BIT(dev)
}

inline starts_in(dev, new)
{
    starts(dev);
    sit(dev, new)
}
