/* What happens to people, and what they do with their own account. A scenario says which of these may happen. */

#ifdef NO_RULE_1_REVOKE
#define NEW_CODE e_rec[KN(A1, ANA)]
#else
#define NEW_CODE REC_REVOKED
#endif
#define CAN_REVOKE (IN_TIME && HAS(on, A1) && (e_devs[KN(A1, ANA)] & evil) != 0 && forked[A1] == 0 && entries < ENTRIES)
#define REVOKES(signers) \
    d_step { CAN_REVOKE -> \
        STEP(STEP_REVOKE) \
        keys = KN(A1, ANA); \
        make_entry(ANA, keys, e_devs[keys] & ~evil, NEW_CODE, signers | MADE_BY_OWNER | CLEAN); \
        owned[ANA] = entry; KN(A1, ANA) = entry; entry = 0; keys = 0; SETTLE }
#ifdef MAY_RECOVER_DROPPED
/* A device of hers has dropped the other one: she recovers, on whatever the gateway shows of her chain that her code still signs for. */
#define HERS_STILL(n) ((n) < entries && e_acct[n] == ANA && e_rec[n] == REC_FIRST)
#define CAN_TAKE_BACK (!HAS(on, A1) && !HAS(on, A3) && !IS_CLEAN(owned[ANA]) && entries < ENTRIES)
#else
#define CAN_TAKE_BACK false
#endif
#define CAN_MAKE (epochs == 1)
#define CAN_PUT_MAL_OUT (CAN_COMMIT(A1) && HAS(seat[at[A1]], MAL) && HAS(adm[at[A1]], ANA) && (LV(at[A1], MAL) != 0))
#define CAN_RECOVER_ANA (!HAS(on, A1) && !HAS(on, A2) && !HAS(on, A3) && entries < ENTRIES && owned[ANA] == ANA)
#define CAN_RECOVER_BEN (!HAS(on, B1) && !HAS(on, B2) && !HAS(on, B3) && entries < ENTRIES && owned[BEN] == BEN)

/* Something that people will do before all is quiet. */
#ifdef MAY_MAKE
#define PEOPLE_REST (!CAN_MAKE)
#elif defined(MAY_REVOKE)
#define PEOPLE_REST (!CAN_REVOKE && !CAN_TAKE_BACK)
#elif defined(MAY_REMOVE_MAL)
#define PEOPLE_REST (!CAN_PUT_MAL_OUT)
#else
#define PEOPLE_REST (!CAN_RECOVER_ANA && !CAN_RECOVER_BEN)
#endif
proctype fate()
{
end:
    do
#ifdef MAY_MAKE
    /* Ana's first device makes the chat; nobody else is in it yet */
    :: d_step {
        CAN_MAKE ->
        STEP(STEP_MAKE)
        found(BIT(A1), 0, 0, FIRST_SEATS, FIRST_ADMINS);
        mark[1] = FOLLOWED;
        sit(A1, 1);
        SETTLE
    }
#endif
#ifdef MAY_REVOKE
    /* Ana drops it, and all she does not know, on the first one, with a new code; the old one at hand, or not */
    :: REVOKES(SIG_DEVICE | SIG_CODE)
    :: REVOKES(SIG_DEVICE)
#endif
#ifdef MAY_RECOVER_DROPPED
    :: atomic {
        CAN_TAKE_BACK ->
        if
        :: keys = ANA
        :: HERS_STILL(3) -> keys = 3
        :: HERS_STILL(4) -> keys = 4
        fi;
        d_step {
            STEP(STEP_RECOVER)
            make_entry(ANA, keys, BIT(A3), REC_RECOVERED, SIG_CODE | MADE_BY_OWNER | CLEAN);
            owned[ANA] = entry;
            KN(A3, ANA) = entry;
            on = on | BIT(A3);
            entry = 0;
            SETTLE
        }
    }
#endif
#ifdef MAY_REMOVE_MAL
    /* an admin puts the third account out */
    :: d_step {
        CAN_PUT_MAL_OUT ->
        STEP(STEP_PUT_MAL_OUT)
        commit_begins(A1);
        LV(made, MAL) = 0;
        seat[made] = seat[made] & ~BIT(MAL);
        adm[made] = adm[made] & ~BIT(MAL);
        mark[made] = mark[made] | GONE;
        commit_ends(A1);
        made = 0;
        SETTLE
    }
#endif
#ifdef MAY_LOSE_A1
    /* the device that revoked is gone before it got any further */
    :: d_step { HAS(on, A1) && !HAS(on, A2) -> STEP(STEP_LOSE) gone_for_good(A1); SETTLE }
#endif
#ifdef MAY_LOSE_ANA
    :: d_step {
        HAS(on, A1) ->
        STEP(STEP_LOSE)
        if
        :: last[A3] = last[A1]
        :: last[A3] = last[A2]
        fi;
        gone_for_good(A1); gone_for_good(A2);
        SETTLE
    }
    /* with the code: one entry, a new device, a new code, no other device kept */
    :: d_step {
        CAN_RECOVER_ANA ->
        STEP(STEP_RECOVER)
        make_entry(ANA, ANA, BIT(A3), REC_RECOVERED, SIG_CODE | MADE_BY_OWNER | CLEAN);
        owned[ANA] = entry;
        KN(A3, ANA) = entry;
        on = on | BIT(A3);
        entry = 0;
        SETTLE
    }
#endif
#ifdef MAY_LOSE_BEN
    :: d_step {
        HAS(on, B1) ->
        STEP(STEP_LOSE)
        if
        :: last[B3] = last[B1]
        :: last[B3] = last[B2]
        fi;
        gone_for_good(B1); gone_for_good(B2);
        SETTLE
    }
    :: d_step {
        CAN_RECOVER_BEN ->
        STEP(STEP_RECOVER)
        make_entry(BEN, BEN, BIT(B3), REC_RECOVERED, SIG_CODE | MADE_BY_OWNER | CLEAN);
        owned[BEN] = entry;
        KN(B3, BEN) = entry;
        on = on | BIT(B3);
        entry = 0;
        SETTLE
    }
#endif
    :: false
    od
}
