/* What a hostile gateway does, standing between the devices and the real one: it sees every frame
 * on both ways and everything the store holds. A world is honest until sim_hostile() was asked for
 * its switches; all are off in the beginning. */
#ifndef SOTTO_TESTS_SIM_HOSTILE_H
#define SOTTO_TESTS_SIM_HOSTILE_H
#include "lib/sim.h"
#include "schema/frame.h"

#define SIM_SWAPS 4

struct sim_line;

struct sim_hostile {
    /* Who asks (asked_by; NULL: anybody) for key packages of `of` gets those of `by`, under the
     * name of a device of `of` and with the chain of `of`; the Welcome goes to `by`. */
    struct {
        struct sim_device *of, *by, *asked_by;
    } swap[SIM_SWAPS];
    unsigned swaps;         /* how often that happened */
    bool no_info;           /* there is no join bundle, says it */
    bool last_resort_only;  /* one-time packages are never given */
    unsigned swallow_posts; /* so many are answered and forgotten */
    unsigned hold_posts;    /* so many are answered and stored behind the next one */
    unsigned refuse_takes;  /* so many are refused with WIRE_CODE_RATE */
    unsigned refuse_posts;  /* so many are refused with WIRE_CODE_STALE, */
    unsigned limit_posts;   /* or with WIRE_CODE_LIMIT: too large       */
    unsigned garble;  /* so many messages reach `garble_for` with another branch tag and body  */
    bool garble_body; /* with another body only                                               */
    struct sim_device *garble_for;
    struct sim_device *say_revoked; /* is told that it was revoked                           */
    bool no_chains;                 /* there is no chain of anybody, says it                 */
    bool short_chains;              /* of each chain only the first entry is given           */
    bool no_hpke;                   /* the sealing key of no code is given                   */
    unsigned chain_gets;            /* chains asked for ...                                  */
    unsigned record_puts;           /* parts of records that were put                        */
    unsigned records_given;         /* parts of recovery records                             */
    unsigned info_gets;             /* bundles asked for                                     */
    unsigned chain_gets_beside;     /* ... where a mailbox is open, or was                   */
    unsigned kp_takes;              /* key packages asked for                                */
    unsigned kp_takes_beside;       /* ... where a mailbox is open, or was                   */
    int64_t shift_ms;               /* added to the time of what is delivered */
    bool has_ms;                    /* or this is the time of what is delivered */
    uint64_t ms;
    uint64_t ready_ms;             /* what time it is, says it to who connects; 0: as it is */
    uint64_t more;                 /* so many more entries are in each log, says it         */
    struct sim_device *begins_for; /* to this one it says that each log begins so far ...    */
    uint64_t begins;               /* ... behind where it is                                 */
    struct sim_device *no_tag;     /* may open no mailbox, says it                           */
    struct sim_device *no_commits; /* its commits are refused, "later"                       */
    struct sim_device *mute;   /* gets no deliveries of mailboxes: a client that does not listen */
    struct sim_device *no_box; /* gets no deliveries of its inbox */
    struct sim_device *meddle_for;    /* of deliveries of mailboxes to this one, so many ...   */
    unsigned drop;                    /* ... never arrive                                      */
    unsigned twice;                   /* ... come twice                                        */
    unsigned late;                    /* ... come behind the next one                          */
    unsigned turn;                    /* ... change numbers with the next one                  */
    unsigned again;                   /* ... come once more, as if they were the next ones too */
    struct sim_device *leave_out_for; /* the next entries of logs that come for this one ...  */
    unsigned leave_out;               /* ... so many, it never gets, whenever it asks         */
    bool gap_instead;                 /* it is told that they are lost                        */
    uint8_t left_out[8][32];          /* hashes of their bodies                               */
    size_t left_out_n;
    struct sim_hostile_post *late_one;
    struct sim_hostile_kept *kept;   /* inbox deliveries */
    struct sim_hostile_kept *stolen; /* key packages     */
    struct sim_hostile_post *held;
    uint8_t withheld[32][32]; /* hashes of bodies that `of` does not get */
    size_t withheld_n;
};

struct sim_hostile *sim_hostile(struct sim *s);
void sim_hostile_destroy(struct sim_hostile *h);

/* Called by the gateway for every frame; true: it goes no further. */
bool sim_hostile_up(struct sim_gateway *g, struct sim_line *line, uint8_t type, uint32_t request,
                    struct slice body);
bool sim_hostile_down(struct sim_gateway *g, struct sim_line *line, uint8_t type, uint32_t request,
                      struct slice body);

/* Keeps the one-time packages of a device for swaps, whatever the store does to them. */
void sim_hostile_steal(struct sim_device *d);
/* A package that it gives for the device before all others. */
void sim_hostile_offer(struct sim_device *d, struct slice package);
/* Of what was kept, all that the store does not have any more: packages that somebody took. */
void sim_hostile_spend(struct sim_device *d);
/* Tells a device that each of its mailboxes has lost everything. */
void sim_hostile_gap(struct sim_device *d);
/* Everything that the device ever got into its inbox, once more. */
void sim_hostile_replay_inbox(struct sim_device *d);
/* Any body into the inbox of the device's account, as no sender could without a token. */
void sim_hostile_put_inbox(struct sim_device *d, struct slice body);
/* The join bundle of a mailbox, as if a commit had brought it. */
void sim_hostile_put_info(struct sim *s, const uint8_t mailbox[16], struct slice info);
/* All join bundles as they are now are kept; those that were kept are given from now on, until a
 * commit brings another. */
void sim_hostile_keep_infos(struct sim *s);
void sim_hostile_old_infos(struct sim *s);
/* The join bundle; entry number k (from 0) of a log: what any reader may have. Copies in `a`. */
bool sim_hostile_info(struct sim *s, struct arena *a, const uint8_t mailbox[16],
                      struct slice *info);
bool sim_hostile_log(struct sim *s, struct arena *a, const uint8_t mailbox[16], size_t k,
                     struct frame_deliver *entry);

#endif
