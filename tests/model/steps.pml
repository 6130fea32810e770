/* How often each step was taken, printed at the end of a search: a step that never is has not been searched. */
#define STEP_GIVEN 0
#define STEP_LOOK 1
#define STEP_FOLLOW 2
#define STEP_REFUSE 3
#define STEP_PUT_OUT 4
#define STEP_WELCOMED 5
#define STEP_ENTER 6
#define STEP_REMOVE 7
#define STEP_ADD 8
#define STEP_SWAPPED 9
#define STEP_RENEW 10
#define STEP_MAKE 11
#define STEP_REVOKE 12
#define STEP_PUT_MAL_OUT 13
#define STEP_LOSE 14
#define STEP_RECOVER 15
#define STEP_FORGE_ENTRY 16
#define STEP_FORGE_NONSENSE 17
#define STEP_FORGE_COMMIT 18
#define STEP_FORGE_WELCOME 19
#define STEP_NAME 20
#define STEP_FOUR 21 /* after it some device knows a chain of four of Ana's */
#define STEP_END 22
#define STEP_EXCUSED 23
#define STEP_UNASKED 24
#define STEP_WHY 25

c_decl {
    static unsigned long steps_taken[30];
    static const char *const steps_named[30] = {
        "given", "look", "follow", "refuse", "put_out", "welcomed", "enter", "remove", "add", "swapped", "renew", "make", "revoke", "put_mal_out", "lose", "recover", "forge_entry", "forge_nonsense", "forge_commit", "forge_welcome", "name", "four", "end", "excused", "unasked",
        /* ends that are excused, by whatever holds of some device in them */
        "epochs", "made_up", "stopped", "undecided", "left",
    };
    static void steps_print(void)
    {
        for (unsigned i = 0; i < sizeof steps_taken / sizeof *steps_taken; i++)
            printf("%s %s %lu\n", i < STEP_WHY ? "step" : "why", steps_named[i], steps_taken[i]);
    }
}
#define STEP(n) c_code { steps_taken[n]++; };
