/* What people do in tests of several steps, and what they are shown. */
#ifndef SOTTO_TESTS_SIM_PLAY_H
#define SOTTO_TESTS_SIM_PLAY_H
#include "lib/sim.h"

/* Time passes to the end, also when nothing happens. */
void sim_pass(struct sim *s, uint64_t ms);
/* A number from the store of a device, without arguments; as sim_count. */
int64_t sim_number(struct sim_device *d, const char *sql);
/* How often a message with this text stands in its store, in whatever chat. */
int64_t sim_heard(struct sim_device *d, const char *text);
/* State of the message with this text (abi.cddl), -1 none. */
int64_t sim_state(struct sim_device *d, const char *text);
/* Row of the person of this name, 0 none; where their chat is shown, 0 nowhere. */
int64_t sim_person(struct sim_device *d, const char *name);
uint64_t sim_chat_with(struct sim_device *d, const char *name);
/* 0 known 1 verified 2 changed, -1 nobody. */
int64_t sim_verified(struct sim_device *d, const char *name);
/* How often this line stands in the device's chats (abi.cddl, message_view.notice). */
int64_t sim_said(struct sim_device *d, int notice);
/* The same, about the person of this name. */
int64_t sim_said_of(struct sim_device *d, int notice, const char *name);
/* The person taps the first row that says what is missing. */
enum err sim_ask_again(struct sim_device *d);
/* What the chat says above its messages (abi.cddl, chat_view.note); UINT64_MAX: not listed. */
uint64_t sim_note(struct sim_device *d, uint64_t chat);
/* "Mark as verified" by the digits, and "remove verification". */
enum err sim_verify(struct sim_device *d, const char *name);
enum err sim_unverify(struct sim_device *d, const char *name);
/* d scans the code that `other`, whom it knows by `name`, shows for it, known there by `me`. */
enum err sim_scan(struct sim_device *d, const char *name, struct sim_device *other, const char *me);
/* 60 digits; empty when there are none. */
void sim_safety(struct sim_device *d, const char *name, char out[61]);
/* Makes a group with these people by name; 0 on failure. */
uint64_t sim_group(struct sim_device *d, const char *title, const char *const *names, size_t n);
enum err sim_group_remove(struct sim_device *d, uint64_t chat, const char *name);
enum err sim_group_add(struct sim_device *d, uint64_t chat, const char *name);
/* `d` says that `other`, of the same account, is lost. */
enum err sim_revoke(struct sim_device *d, const struct sim_device *other);
enum err sim_edit(struct sim_device *d, uint64_t message, const char *text);
enum err sim_delete(struct sim_device *d, uint64_t message, bool everyone);
/* Reads all of a chat. */
enum err sim_read(struct sim_device *d, uint64_t chat);
/* The person settles what became of a room, as op_room_settle says. */
enum err sim_settle_room(struct sim_device *d, uint64_t chat, uint64_t how);
/* Takes every room that waits for a tap to take the place of another; how many. */
size_t sim_settle_all(struct sim_device *d);
/* Recovers with what stands on paper; no other device stays. False: it did not come so far. */
bool sim_recovered(struct sim_device *d, const char *code);
/* The text of a link of this device; false on failure. */
bool sim_link_text(struct sim_device *d, char *out, size_t n);
/* Position (from 0) of a text in what the chat shows, -1 not there. */
int sim_place(struct sim_device *d, uint64_t chat, const char *text);
/* Epoch of the chat's group; how many of its leaves carry this signature key, or belong to this
 * account. UINT64_MAX, SIZE_MAX: the group cannot be read. */
uint64_t sim_epoch(struct sim_device *d, uint64_t chat);
size_t sim_leaves(struct sim_device *d, uint64_t chat, const uint8_t key[32]);
size_t sim_leaves_of(struct sim_device *d, uint64_t chat, const uint8_t account[32]);
/* The room id and the mailbox of a chat. */
bool sim_room(struct sim_device *d, uint64_t chat, uint8_t room[16], uint8_t mailbox[16]);
/* The id of its group. */
bool sim_group_id(struct sim_device *d, uint64_t chat, uint8_t id[16]);
/* Prints the chats of a device and what they show. */
void sim_show(struct sim_device *d);

#endif
