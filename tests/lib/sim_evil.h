/* A device that does not obey its own rules: a hostile member, a stranger, a device that was
 * revoked. It runs the tree's engine and reaches into it; what it may do beyond that is switched on
 * here. Programs that use it are linked with the options of SOTTO_EVIL in tests/CMakeLists.txt,
 * which put its functions before those of the same name. */
#ifndef SOTTO_TESTS_SIM_EVIL_H
#define SOTTO_TESTS_SIM_EVIL_H
#include "engine/own/identity.h"
#include "lib/sim_forge.h"
#include "lib/sim.h"
#include "mls/group.h"

struct sim_evil {
    bool lawless; /* its own commits and what others do are judged by nobody; it speaks to all    */
    bool together; /* adds nobody before it has the packages of all it wants to add               */
    bool path_key; /* its next path carries the device key of now, not the one of its leaf        */
    bool bad_entry; /* its next path names an entry of its account that there is not            */
    bool replaces;  /* rooms it writes name this one as the one they replace                     */
    uint8_t replaced[16];
    bool few_chains; /* its Welcomes and bundles bring no chain but its own                      */
    bool false_name; /* its leaves name an entry of its chain that is none      */
    unsigned false_names; /* so many did                                                          */
    bool has_admin; /* rooms it writes are run by this account                                    */
    uint8_t admin[32];
    bool claims; /* its leaves say that they are of this account, and name this entry           */
    uint8_t account[32];
    struct own_identity_name entry;
    struct sim_device *says_as; /* its words say that the leaf of this one sealed them           */
    uint32_t says_at;           /* ... with its key number so much                               */
    bool has_room; /* the next 16 random bytes it asks for, i.e. the id of the room it makes, are */
    uint8_t room[16];
    bool has_group; /* and the 16 bytes after its mailbox, i.e. the id of its group, are these */
    uint8_t group[16];
    unsigned draws;                 /* of 16 bytes since that of the room */
    const struct sim_forge *brings; /* its commits bring this entry, too, which nobody need have
                                       signed */
};

/* Makes the device hostile (nothing is switched on yet). */
struct sim_evil *sim_evil(struct sim_device *d);
/* For sim_native.c. */
bool sim_evil_random(struct sim_device *d, uint8_t *p, size_t n);

/* A new device key, of no chain, with all that the old one has. */
enum err sim_evil_new_key(struct sim_device *d);
/* From now on its leaves claim to be of `account`, by entry n of its chain as the device knows it
 * (UINT64_MAX: the newest). ERR_GONE: it knows no such entry. */
enum err sim_evil_claim(struct sim_device *d, const uint8_t account[32], uint64_t n);
/* A key package of such a leaf, which a gateway that swaps gives first (sim_hostile.h). */
enum err sim_evil_package(struct sim_device *d);
/* Says something of a type that no screen sends, engine/own/content_types.h. */
enum err sim_evil_say(struct sim_device *d, uint64_t chat, const char *type, struct slice body);
/* Wants a new path in each of its chats. */
enum err sim_evil_heal(struct sim_device *d);
/* Makes a room of this type with these people of the device's store (0: nobody), and with the id
 * `room` if it is not NULL: what the device knows of a room of that id is put away. Gives the
 * chat, 0 on failure. */
uint64_t sim_evil_make_room(struct sim_device *d, int type, const char *title, int64_t one,
                            int64_t two, const uint8_t *room);
/* Wants this person in a chat, whatever the rules of its type. */
enum err sim_evil_add(struct sim_device *d, uint64_t chat, int64_t person);
/* A person of the device's store from the text of a contact link alone: 0 on failure. */
int64_t sim_evil_person(struct sim_device *d, const char *link, const char *name);
/* Proposals to remove the leaf of `account` are sent into the chat, as a member may say them. */
enum err sim_evil_propose_removal(struct sim_device *d, uint64_t chat, const uint8_t account[32]);
/* A fresh device that was told to link itself takes the code of another link for its own. */
enum err sim_evil_link_code(struct sim_device *d, const char *code);
/* SQL in the device's own store. */
enum err sim_evil_sql(struct sim_device *d, const char *sql);
/* Posts a commit of the chat's epoch that nobody can follow: signed with the write key, garbage
 * inside, and a next write key that nobody has. */
enum err sim_evil_garbage(struct sim_device *d, uint64_t chat);
/* The chain of `of`, as `d` has it, grows by n entries that say nothing new, each signed as it
 * should be. */
enum err sim_evil_long_chain(struct sim_device *d, const struct sim_device *of, int n);

/* A group of the device's own beside the true one, of the same epoch, and a join bundle of the true
 * mailbox that leads into it. */
struct sim_evil_bundle {
    uint64_t chat;           /* in: of the true group                             */
    bool same_id;            /* in: under its group id, else under another         */
    bool same_admins;        /* in: run by whoever runs it, else by the device     */
    struct sim_device *with; /* in: a chat of two, of the device's account and this one's, which
                                sits in it; NULL: of those whom the true one names */
    bool unnamed;            /* in: a chat of two that names nobody, and holds the device alone */
    uint8_t mailbox[16], outer[32], info[60000];
    size_t info_n;
    uint64_t epoch;
};
/* Makes both, and posts an entry of "another branch" into the true log, which once sent the others
 * to the bundle; now it is for whoever lost the group. */
enum err sim_evil_bundle_make(struct sim_device *d, struct sim_evil_bundle *b);
/* How many of the log's messages can be read in that group of its own. */
size_t sim_evil_bundle_read(struct sim_device *d, const struct sim_evil_bundle *b);

/* Called for each word that any device seals, with the group as it is. */
extern void (*sim_evil_sealed)(struct sim_device *d, const struct mls_group *g, struct slice plain);
/* Two rules are taken out, to see that they are missed: all leaves of all rooms are found to be
 * theirs, and no device that was dropped is removed. */
extern bool sim_evil_gate_open;

#endif
