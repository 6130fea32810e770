/* A simulated world: devices (real cores on files in memory) and the real gateway's delivery and
 * store (sim_gateway.h), in one thread, with a scripted clock, network and randomness. Everything
 * follows from the seed. */
#ifndef SOTTO_TESTS_SIM_H
#define SOTTO_TESTS_SIM_H
#include "core/core.h"

#define SIM_DEVICES 256
#define SIM_FILES 8
#define SIM_CONNS 6 /* numbers of connections of a device are 1 and up */

struct sim_file {
    char name[32];
    uint8_t *p;
    size_t n, cap;
    uint64_t reads;
};
struct sim_packet {
    struct sim_packet *next;
    uint64_t at_ms; /* when it arrives */
    size_t n;
    uint8_t p[];
};
struct gw_peer;
struct sim_gateway;
struct sim_hostile;
struct sim_evil;
struct sim_conn {
    bool open, dialled;
    uint64_t open_at_ms;
    struct sim_packet *first; /* to the device; an empty one is the end */
    struct sim_packet *up;    /* to the gateway                         */
    struct gw_peer *peer;     /* the gateway's side                     */
};
struct sim_device {
    char name[16];
    int index;
    struct sim *sim;
    struct core *core;
    struct sim_file files[SIM_FILES];
    struct sim_conn conn[SIM_CONNS];
    struct sim_line {
        struct sim_device *device;
        int conn;
    } line[SIM_CONNS];    /* by which the gateway names a connection */
    uint64_t alarm_at_ms; /* by the world's clock                      */
    int64_t clock_ms;     /* its clock goes ahead of the world's by so much */
    struct sim_evil *evil;
    bool offline;
    uint64_t rng; /* of its host */
    uint64_t next_request;
    /* the last reply */
    struct arena arena;
    struct abi_reply reply;
    uint64_t notifications;
    uint64_t link_phase;
    uint64_t link_asks;  /* the person is asked, until sim_link_answer */
    char link_words[20]; /* shown last                                 */
    char link_name[64];  /* with link_asks                             */
    size_t fresh;        /* fresh messages shown */
    char code[64];       /* recovery code: what the person has on paper */
    uint8_t *chunks;     /* of op_file_read */
    size_t chunk_n;
};

struct sim {
    uint64_t seed, rng;
    uint64_t now_ms;
    struct sim_device *dev[SIM_DEVICES];
    size_t dev_n;
    struct sim_gateway *gw;
    struct sim_hostile *hostile; /* NULL: honest */
    unsigned loss_percent, delay_ms, dup_percent;
    uint64_t delivered; /* entries of logs and inboxes that the gateway has sent to devices */
    uint64_t later;     /* questions it has put off: over some rate                         */
    bool trace;
    bool cheap;           /* suite 3 and few key packages, for devices made from here on */
    uint32_t tree_inline; /* leaves whose tree goes without a parcel; 0: as the engine says */
};

struct sim *sim_create(uint64_t seed);
void sim_destroy(struct sim *s);
uint32_t sim_rand(struct sim *s, uint32_t below);
/* What the network does to a connection now. Follows from the seed and the moment alone, and not
 * from how much was said or drawn before, so that two builds which say the same in other portions
 * meet the same weather. salt: what is asked. */
uint32_t sim_weather(const struct sim_device *d, int conn, uint64_t salt, uint32_t below);
struct sim_device *sim_device(struct sim *s, const char *name);
/* Ends the core without any goodbye, keeping its files as they are; then starts a new one. */
void sim_crash(struct sim_device *d);
/* A copy of the device's files as they are now; and back to it: the core that ran is gone, its
 * successor is locked. The copy may be used again; sim_files_free. */
struct sim_file *sim_files_copy(const struct sim_device *d);
void sim_files_back(struct sim_device *d, const struct sim_file *copy);
void sim_files_free(struct sim_file *copy);
/* Runs an op; the reply stays in d->reply until the next. Returns its error. */
enum err sim_op(struct sim_device *d, const struct abi_op *op);
/* The same without the secret of the person, which sim_op gives where it is needed again. */
enum err sim_op_bare(struct sim_device *d, const struct abi_op *op);
/* The secret again for the op `what`, right or wrong. */
enum err sim_confirm(struct sim_device *d, uint64_t what, bool right);
void sim_offline(struct sim_device *d, bool offline);
/* Lets time pass until nothing is under way, at most max_ms. */
void sim_run(struct sim *s, uint64_t max_ms);
/* One unit of time. */
void sim_tick(struct sim *s, uint64_t ms);
/* Cuts a connection. */
void sim_cut(struct sim_device *d, int conn);
/* The same, and the device notices. */
void sim_hang_up(struct sim_device *d, int conn);
/* Attachments on the gateway that were not dropped. */
size_t sim_gateway_blobs(const struct sim *s);
/* How often the pattern stands in what the gateway keeps now. */
size_t sim_gateway_bytes(const struct sim *s, struct slice pattern);
/* A copy of the whole database; and back to it: every connection ends. False: there is no copy. */
void sim_gateway_backup(struct sim *s);
bool sim_gateway_restore(struct sim *s);

/* The gateway's operator makes a copy of its database, and goes back to it: every connection ends.
 * False: there is no copy. */
void sim_gateway_backup(struct sim *s);
bool sim_gateway_restore(struct sim *s);
/* Puts a packet of the gateway on its way to a device. */
void sim_to_device(struct sim_device *d, int conn, struct slice data);
/* A packet to the gateway that the device's core knows nothing of. */
void sim_from_device(struct sim_device *d, int conn, struct slice data);
/* The device whose core runs, or ran last. */
struct sim_device *sim_running(void);

/* Shorthands. */
enum err sim_make(struct sim_device *d, const char *name);
enum err sim_unlock(struct sim_device *d);
enum err sim_link_device(struct sim_device *d, struct slice *code);
/* Begins a recovery with what stands on paper. */
enum err sim_recover(struct sim_device *d, const char *code);
/* The person has seen which devices there are: none stays, or all; all parts are read. The new code
 * is in d->code. ERR_STATE: not so far yet. */
enum err sim_recover_choose(struct sim_device *d, bool keep);
/* A new code, written down: d->code, when the core has taken it. */
enum err sim_new_code(struct sim_device *d, char out[64]);
enum err sim_link(struct sim_device *d, struct slice *link);
enum err sim_add(struct sim_device *d, struct slice link, uint64_t *chat);
enum err sim_send(struct sim_device *d, uint64_t chat, const char *text, uint64_t *message);
/* Messages of a chat, oldest first, as decoded views in d->arena. */
const struct abi_messages *sim_messages(struct sim_device *d, uint64_t chat);
const struct abi_chats *sim_chats(struct sim_device *d);
bool sim_has_text(struct sim_device *d, uint64_t chat, const char *text);
uint64_t sim_accept_first(struct sim_device *d);
/* One made a link, the other used it, it was accepted; ids of the chat on both sides. */
bool sim_meet(struct sim_device *a, struct sim_device *b, uint64_t *ab, uint64_t *ba);
/* The old device is given the code. */
enum err sim_link_accept(struct sim_device *d, const char *code);
/* The person answers what link_asks says. */
enum err sim_link_answer(struct sim_device *d, bool yes);
/* `second` shows a code, `first` is given it. */
enum err sim_link_pair(struct sim_device *first, struct sim_device *second);
/* Goes on from there: both persons say yes when both devices show the same words. */
bool sim_link_run(struct sim_device *first, struct sim_device *second);
/* Links `second` to the account of `first` and waits until the history is there. */
bool sim_second_device(struct sim_device *first, struct sim_device *second);
/* A number straight from the store of a device: types and one argument as in store/sql.h. */
int64_t sim_count(struct sim_device *d, const char *sql, const char *text);
/* Runs f inside a transaction of the device's core and takes all of it back. Gives what f gave. */
enum err sim_try(struct sim_device *d, enum err (*f)(struct own *o, struct step *s, void *user),
                 void *user);
/* As sim_try, and what f did stays. */
enum err sim_keep(struct sim_device *d, enum err (*f)(struct own *o, struct step *s, void *user),
                  void *user);
/* The device finds that it cannot follow the group of this chat any more. */
enum err sim_lose_group(struct sim_device *d, uint64_t chat);
/* First chat of a type; 0 none. */
uint64_t sim_chat_of_type(struct sim_device *d, uint64_t type);

#endif
