/* What must hold in a hostile world, asked of what the devices keep and of their MLS state, never
 * of what an attacker says. The world's program says who is honest, what was said and what was
 * compared; whatever does not hold is reported with its claim. */
#ifndef SOTTO_TESTS_SIM_JUDGE_H
#define SOTTO_TESTS_SIM_JUDGE_H
#include "lib/sim.h"

#define SIM_JUDGE_WORDS 512
#define SIM_JUDGE_TEXT 40
#define SIM_JUDGE_COMPARED 64
#define SIM_JUDGE_KEYS 4 /* device keys of one device, one after the other */

/* The invariants, in the order of their lines. */
enum sim_judge_claim {
    SIM_JUDGE_OUTSIDER, /* a word opens for no key that is not in the newest entries its speaker
                           knew                                                               */
    SIM_JUDGE_STATE,    /* the same log: the same epoch, the same tree                         */
    SIM_JUDGE_FORGED,   /* no word under a name whose device did not say it                    */
    SIM_JUDGE_ORDER,    /* the same order, the same edits of one author                        */
    SIM_JUDGE_ARRIVES,  /* what was delayed is there; a room that does not go on names who did it */
    SIM_JUDGE_VERIFIED, /* verified does not stay over a change of identity                    */
    SIM_JUDGE_CLAIMS
};

struct sim_judge_word {
    char text[SIM_JUDGE_TEXT];
    const struct sim_device *by;
    int type;         /* of the chat it was said in: store_chat_type                   */
    uint8_t room[16]; /* the room that the chat stood for then                         */
    size_t of;        /* the word that it is an edit of; itself                        */
    uint64_t readers; /* devices in the trees it was sealed for, bit: index of device  */
    uint64_t told;    /* devices that knew already that `by` was dropped               */
    bool excused;     /* said in a room that a hostile member stopped: it may not arrive   */
    bool sealed;      /* by the device that said it, at least once                     */
};

struct sim_judge {
    struct sim *s;
    uint64_t honest; /* bit: index of device */
    struct sim_judge_word words[SIM_JUDGE_WORDS];
    size_t word_n;
    struct {
        uint8_t owner[32], account[32]; /* whose device compared, with whom          */
        uint64_t n;                     /* newest entry of that account then          */
    } compared[SIM_JUDGE_COMPARED];
    size_t compared_n;
    struct {
        uint8_t key[SIM_JUDGE_KEYS][32];
        size_t n;
    } keys[SIM_DEVICES];
    void (*violated)(void *user, enum sim_judge_claim claim, const char *what);
    void *user;
};

/* From here on every word that a device of this world seals is looked at; one world at a time. */
void sim_judge_begin(struct sim_judge *j, struct sim *s, uint64_t honest);
void sim_judge_end(struct sim_judge *j);

/* `by` is about to say this. NULL: no room for more words. */
struct sim_judge_word *sim_judge_says(struct sim_judge *j, const struct sim_device *by, int type,
                                      const uint8_t room[16], const char *text);
/* What was said in this room may not arrive from here on: it does not go on. */
void sim_judge_stops(struct sim_judge *j, const uint8_t room[16]);
/* It did not. */
void sim_judge_unsaid(struct sim_judge *j);
/* Both persons have compared; `d` says so. */
void sim_judge_compares(struct sim_judge *j, struct sim_device *d, struct sim_device *with);
/* Does `d` know that this device is in its account no more? */
bool sim_judge_knows_dropped(struct sim_device *d, const struct sim_device *dropped);

/* ---- when all has settled; each says what it finds through `violated` ------------------------ */

/* Nobody but those a word was sealed for has it. */
void sim_judge_readers(struct sim_judge *j);
/* Two honest devices and their chats of one room. */
void sim_judge_state(struct sim_judge *j, struct sim_device *a, uint64_t chat_a,
                     struct sim_device *b, uint64_t chat_b);
void sim_judge_shown(struct sim_judge *j, struct sim_device *d);
void sim_judge_order(struct sim_judge *j, struct sim_device *a, struct sim_device *b);
/* Is the word, or an edit of it, shown here exactly once? */
void sim_judge_arrived(struct sim_judge *j, const struct sim_judge_word *word,
                       struct sim_device *d);
void sim_judge_verified(struct sim_judge *j, struct sim_device *d);

#endif
