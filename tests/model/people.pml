/* What happens to people, and what they do with their own account. A scenario says which of these may happen. */

#ifdef NO_RULE_1_REVOKE
#define NEW_CODE e_rec[KN(A1, ANA)]
#else
#define NEW_CODE REC_REVOKED
#endif
#define REVOKES(signers) \
    d_step { HAS(on, A1) && (e_devs[KN(A1, ANA)] & evil) != 0 && forked[A1] == 0 && entries < ENTRIES -> \
        STEP(STEP_REVOKE) \
        keys = KN(A1, ANA); \
        make_entry(ANA, keys, e_devs[keys] & ~evil, NEW_CODE, signers | MADE_BY_OWNER | CLEAN); \
        owned[ANA] = entry; KN(A1, ANA) = entry; entry = 0; keys = 0 }

proctype fate()
{
end:
    do
#ifdef MAY_MAKE
    /* Ana's first device makes the chat; nobody else is in it yet */
    :: d_step {
        epochs == 1 ->
        STEP(STEP_MAKE)
        found(BIT(A1), 0, 0, MAY_MAKE, MAY_MAKE);
        mark[1] = FOLLOWED;
        sit(A1, 1)
    }
#endif
#ifdef MAY_REVOKE
    /* Ana drops it, and all she does not know, on the first one, with a new code; the old one at hand, or not */
    :: REVOKES(SIG_DEVICE | SIG_CODE)
    :: REVOKES(SIG_DEVICE)
#endif
#ifdef MAY_REMOVE_MAL
    /* an admin puts the third account out */
    :: d_step {
        CAN_COMMIT(A1) && HAS(seat[at[A1]], MAL) && HAS(adm[at[A1]], ANA) && (LV(at[A1], MAL) != 0) ->
        STEP(STEP_PUT_MAL_OUT)
        commit_begins(A1);
        LV(made, MAL) = 0;
        seat[made] = seat[made] & ~BIT(MAL);
        adm[made] = adm[made] & ~BIT(MAL);
        mark[made] = mark[made] | GONE;
        commit_ends(A1);
        made = 0
    }
#endif
#ifdef MAY_LOSE_A1
    /* the device that revoked is gone before it got any further */
    :: d_step { !calm && HAS(on, A1) && !HAS(on, A2) -> STEP(STEP_LOSE) on = on & ~BIT(A1); leave(A1) }
#endif
#ifdef MAY_LOSE_ANA
    :: d_step {
        !calm && HAS(on, A1) ->
        STEP(STEP_LOSE)
        on = on & ~(BIT(A1) | BIT(A2));
        last[A3] = last[A1];
        leave(A1); leave(A2)
    }
    /* with the code: one entry, a new device, a new code, no other device kept */
    :: d_step {
        !HAS(on, A1) && !HAS(on, A2) && !HAS(on, A3) && entries < ENTRIES && owned[ANA] == ANA ->
        STEP(STEP_RECOVER)
        make_entry(ANA, ANA, BIT(A3), REC_RECOVERED, SIG_CODE | MADE_BY_OWNER | CLEAN);
        owned[ANA] = entry;
        KN(A3, ANA) = entry;
        on = on | BIT(A3);
        entry = 0
    }
#endif
#ifdef MAY_LOSE_BEN
    :: d_step {
        !calm && HAS(on, B1) ->
        STEP(STEP_LOSE)
        on = on & ~(BIT(B1) | BIT(B2));
        last[B3] = last[B1];
        leave(B1); leave(B2)
    }
    :: d_step {
        !HAS(on, B1) && !HAS(on, B2) && !HAS(on, B3) && entries < ENTRIES && owned[BEN] == BEN ->
        STEP(STEP_RECOVER)
        make_entry(BEN, BEN, BIT(B3), REC_RECOVERED, SIG_CODE | MADE_BY_OWNER | CLEAN);
        owned[BEN] = entry;
        KN(B3, BEN) = entry;
        on = on | BIT(B3);
        entry = 0
    }
#endif
    :: d_step { !calm -> STEP(STEP_CALM) calm = 1 }
    od
}
