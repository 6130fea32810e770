/* An end: whatever an honest gateway gives, nobody honest has anything to do. The attackers might; that is asked of other states. */
#define QUIET \
    (RESTS(A1) && RESTS(A2) && RESTS(A3) && RESTS(B1) && RESTS(B2) && RESTS(B3) && PEOPLE_REST)

proctype watch()
{
    byte d, excused, first;
    bit waits, asked;
end:
    do
    :: ASKED(ASK_P4) && (PARTED(1) || PARTED(2) || PARTED(3) || PARTED(4) || PARTED(5) || PARTED(6)) -> assert(P4)
#ifdef MEET
    :: MEET -> assert(REACHED)
#endif
    :: atomic {
        ASKED(ASK_P5) && QUIET ->
        d_step {
            STEP(STEP_END)
            do
            :: d < DEVICES ->
                if
                :: !HAS(on, d) -> skip
                :: HAS(on, d) && EXCUSES(d) != 0 -> excused = excused | EXCUSES(d)
                :: else ->
                    waits = waits || !MAY_SPEAK(d) || (first != 0 && at[d] != first);
                    first = at[d];
                    asked = 1
                fi;
                d++
            :: else -> break
            od;
            /* no room in the table for what comes next: nobody can be asked */
            asked = asked && (excused & WHY_EPOCHS) == 0;
            waits = waits && asked;
            c_code {
                steps_taken[STEP_EXCUSED] += Pwatch->excused != 0;
                steps_taken[STEP_UNASKED] += !Pwatch->asked;
                for (unsigned i = 0; i < 5; i++)
                    steps_taken[STEP_WHY + i] += (Pwatch->excused >> i) & 1;
            }
        };
        if
#ifndef REACH
        :: waits -> assert(P5)
#else
        :: !waits && excused == 0 && (REACH) -> assert(REACHED)
#endif
        :: else -> skip
        fi;
        d_step { d = 0; excused = 0; waits = 0; asked = 0; first = 0 }
    }
    od
}
