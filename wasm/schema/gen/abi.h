/* Made by gen.py from abi.cddl; do not edit. Decoded slices and lists borrow from the input
 * and the arena. An optional field that is absent has has_NAME false. */
#ifndef SOTTO_SCHEMA_ABI_H
#define SOTTO_SCHEMA_ABI_H
#include "base/cbor.h"
#include "schema/gen/abi_enum.h"

struct abi_op_status {
    uint8_t empty;
};
void abi_op_status_put(struct buf *b, const struct abi_op_status *v);
MUST_CHECK enum err abi_op_status_get(struct arena *a, struct slice *s, struct abi_op_status *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_status_decode(struct arena *a, struct slice s, struct abi_op_status *v);

struct abi_slot {
    uint64_t slot_kind; /* enum abi_slot_kind */
    struct slice salt;
    uint64_t ops;
    uint64_t memory;
    struct slice label;
};
void abi_slot_put(struct buf *b, const struct abi_slot *v);
MUST_CHECK enum err abi_slot_get(struct arena *a, struct slice *s, struct abi_slot *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_slot_decode(struct arena *a, struct slice s, struct abi_slot *v);

struct abi_op_create {
    struct slice name;
    struct slice gateway;
    struct abi_slot slot;
    struct slice secret;
    struct slice device;
    struct slice invitation;
};
void abi_op_create_put(struct buf *b, const struct abi_op_create *v);
MUST_CHECK enum err abi_op_create_get(struct arena *a, struct slice *s, struct abi_op_create *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_create_decode(struct arena *a, struct slice s, struct abi_op_create *v);

struct abi_op_unlock {
    uint64_t kind; /* enum abi_slot_kind */
    struct slice secret;
};
void abi_op_unlock_put(struct buf *b, const struct abi_op_unlock *v);
MUST_CHECK enum err abi_op_unlock_get(struct arena *a, struct slice *s, struct abi_op_unlock *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_unlock_decode(struct arena *a, struct slice s, struct abi_op_unlock *v);

struct abi_op_lock {
    uint8_t empty;
};
void abi_op_lock_put(struct buf *b, const struct abi_op_lock *v);
MUST_CHECK enum err abi_op_lock_get(struct arena *a, struct slice *s, struct abi_op_lock *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_lock_decode(struct arena *a, struct slice s, struct abi_op_lock *v);

struct abi_op_slot_put {
    struct abi_slot slot;
    struct slice secret;
};
void abi_op_slot_put_put(struct buf *b, const struct abi_op_slot_put *v);
MUST_CHECK enum err abi_op_slot_put_get(struct arena *a, struct slice *s, struct abi_op_slot_put *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_slot_put_decode(struct arena *a, struct slice s, struct abi_op_slot_put *v);

struct abi_op_slot_drop {
    uint64_t slot_kind; /* enum abi_slot_kind */
};
void abi_op_slot_drop_put(struct buf *b, const struct abi_op_slot_drop *v);
MUST_CHECK enum err abi_op_slot_drop_get(struct arena *a, struct slice *s, struct abi_op_slot_drop *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_slot_drop_decode(struct arena *a, struct slice s, struct abi_op_slot_drop *v);

struct abi_op_recover {
    struct slice code;
    struct slice gateway;
    struct abi_slot slot;
    struct slice secret;
    struct slice device;
};
void abi_op_recover_put(struct buf *b, const struct abi_op_recover *v);
MUST_CHECK enum err abi_op_recover_get(struct arena *a, struct slice *s, struct abi_op_recover *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_recover_decode(struct arena *a, struct slice s, struct abi_op_recover *v);

struct abi_op_recovery_new {
    uint8_t empty;
};
void abi_op_recovery_new_put(struct buf *b, const struct abi_op_recovery_new *v);
MUST_CHECK enum err abi_op_recovery_new_get(struct arena *a, struct slice *s, struct abi_op_recovery_new *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_recovery_new_decode(struct arena *a, struct slice s, struct abi_op_recovery_new *v);

struct abi_op_recovery_check {
    struct slice code;
};
void abi_op_recovery_check_put(struct buf *b, const struct abi_op_recovery_check *v);
MUST_CHECK enum err abi_op_recovery_check_get(struct arena *a, struct slice *s, struct abi_op_recovery_check *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_recovery_check_decode(struct arena *a, struct slice s, struct abi_op_recovery_check *v);

struct abi_op_recovery_set {
    struct slice code;
    struct slice old;
};
void abi_op_recovery_set_put(struct buf *b, const struct abi_op_recovery_set *v);
MUST_CHECK enum err abi_op_recovery_set_get(struct arena *a, struct slice *s, struct abi_op_recovery_set *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_recovery_set_decode(struct arena *a, struct slice s, struct abi_op_recovery_set *v);

struct abi_op_recovery_again {
    struct slice code;
};
void abi_op_recovery_again_put(struct buf *b, const struct abi_op_recovery_again *v);
MUST_CHECK enum err abi_op_recovery_again_get(struct arena *a, struct slice *s, struct abi_op_recovery_again *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_recovery_again_decode(struct arena *a, struct slice s, struct abi_op_recovery_again *v);

struct abi_op_wipe {
    uint8_t empty;
};
void abi_op_wipe_put(struct buf *b, const struct abi_op_wipe *v);
MUST_CHECK enum err abi_op_wipe_get(struct arena *a, struct slice *s, struct abi_op_wipe *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_wipe_decode(struct arena *a, struct slice s, struct abi_op_wipe *v);

struct abi_op_profile_set {
    struct slice name;
    bool has_picture;
    struct slice picture;
};
void abi_op_profile_set_put(struct buf *b, const struct abi_op_profile_set *v);
MUST_CHECK enum err abi_op_profile_set_get(struct arena *a, struct slice *s, struct abi_op_profile_set *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_profile_set_decode(struct arena *a, struct slice s, struct abi_op_profile_set *v);

struct abi_op_setting_set {
    struct slice key;
    struct slice value;
};
void abi_op_setting_set_put(struct buf *b, const struct abi_op_setting_set *v);
MUST_CHECK enum err abi_op_setting_set_get(struct arena *a, struct slice *s, struct abi_op_setting_set *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_setting_set_decode(struct arena *a, struct slice s, struct abi_op_setting_set *v);

struct abi_op_settings {
    uint8_t empty;
};
void abi_op_settings_put(struct buf *b, const struct abi_op_settings *v);
MUST_CHECK enum err abi_op_settings_get(struct arena *a, struct slice *s, struct abi_op_settings *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_settings_decode(struct arena *a, struct slice s, struct abi_op_settings *v);

struct abi_op_link_make {
    struct slice label;
    uint64_t uses;
    uint64_t days;
};
void abi_op_link_make_put(struct buf *b, const struct abi_op_link_make *v);
MUST_CHECK enum err abi_op_link_make_get(struct arena *a, struct slice *s, struct abi_op_link_make *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_link_make_decode(struct arena *a, struct slice s, struct abi_op_link_make *v);

struct abi_op_link_list {
    uint8_t empty;
};
void abi_op_link_list_put(struct buf *b, const struct abi_op_link_list *v);
MUST_CHECK enum err abi_op_link_list_get(struct arena *a, struct slice *s, struct abi_op_link_list *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_link_list_decode(struct arena *a, struct slice s, struct abi_op_link_list *v);

struct abi_op_link_drop {
    uint64_t id;
};
void abi_op_link_drop_put(struct buf *b, const struct abi_op_link_drop *v);
MUST_CHECK enum err abi_op_link_drop_get(struct arena *a, struct slice *s, struct abi_op_link_drop *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_link_drop_decode(struct arena *a, struct slice s, struct abi_op_link_drop *v);

struct abi_op_add {
    struct slice link;
};
void abi_op_add_put(struct buf *b, const struct abi_op_add *v);
MUST_CHECK enum err abi_op_add_get(struct arena *a, struct slice *s, struct abi_op_add *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_add_decode(struct arena *a, struct slice s, struct abi_op_add *v);

struct abi_op_link_read {
    struct slice link;
};
void abi_op_link_read_put(struct buf *b, const struct abi_op_link_read *v);
MUST_CHECK enum err abi_op_link_read_get(struct arena *a, struct slice *s, struct abi_op_link_read *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_link_read_decode(struct arena *a, struct slice s, struct abi_op_link_read *v);

struct abi_op_requests {
    uint8_t empty;
};
void abi_op_requests_put(struct buf *b, const struct abi_op_requests *v);
MUST_CHECK enum err abi_op_requests_get(struct arena *a, struct slice *s, struct abi_op_requests *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_requests_decode(struct arena *a, struct slice s, struct abi_op_requests *v);

struct abi_op_request_answer {
    uint64_t id;
    uint64_t answer; /* enum abi_request_answer */
};
void abi_op_request_answer_put(struct buf *b, const struct abi_op_request_answer *v);
MUST_CHECK enum err abi_op_request_answer_get(struct arena *a, struct slice *s, struct abi_op_request_answer *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_request_answer_decode(struct arena *a, struct slice s, struct abi_op_request_answer *v);

struct abi_op_block {
    uint64_t person;
    bool on;
};
void abi_op_block_put(struct buf *b, const struct abi_op_block *v);
MUST_CHECK enum err abi_op_block_get(struct arena *a, struct slice *s, struct abi_op_block *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_block_decode(struct arena *a, struct slice s, struct abi_op_block *v);

struct abi_op_chats {
    uint8_t empty;
};
void abi_op_chats_put(struct buf *b, const struct abi_op_chats *v);
MUST_CHECK enum err abi_op_chats_get(struct arena *a, struct slice *s, struct abi_op_chats *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_chats_decode(struct arena *a, struct slice s, struct abi_op_chats *v);

struct abi_op_chat {
    uint64_t chat;
};
void abi_op_chat_put(struct buf *b, const struct abi_op_chat *v);
MUST_CHECK enum err abi_op_chat_get(struct arena *a, struct slice *s, struct abi_op_chat *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_chat_decode(struct arena *a, struct slice s, struct abi_op_chat *v);

struct abi_op_chat_set {
    uint64_t chat;
    struct slice key;
    uint64_t value;
};
void abi_op_chat_set_put(struct buf *b, const struct abi_op_chat_set *v);
MUST_CHECK enum err abi_op_chat_set_get(struct arena *a, struct slice *s, struct abi_op_chat_set *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_chat_set_decode(struct arena *a, struct slice s, struct abi_op_chat_set *v);

struct abi_op_chat_delete {
    uint64_t chat;
};
void abi_op_chat_delete_put(struct buf *b, const struct abi_op_chat_delete *v);
MUST_CHECK enum err abi_op_chat_delete_get(struct arena *a, struct slice *s, struct abi_op_chat_delete *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_chat_delete_decode(struct arena *a, struct slice s, struct abi_op_chat_delete *v);

struct abi_op_members {
    uint64_t chat;
};
void abi_op_members_put(struct buf *b, const struct abi_op_members *v);
MUST_CHECK enum err abi_op_members_get(struct arena *a, struct slice *s, struct abi_op_members *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_members_decode(struct arena *a, struct slice s, struct abi_op_members *v);

struct abi_op_people {
    uint8_t empty;
};
void abi_op_people_put(struct buf *b, const struct abi_op_people *v);
MUST_CHECK enum err abi_op_people_get(struct arena *a, struct slice *s, struct abi_op_people *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_people_decode(struct arena *a, struct slice s, struct abi_op_people *v);

struct abi_op_person {
    uint64_t person;
};
void abi_op_person_put(struct buf *b, const struct abi_op_person *v);
MUST_CHECK enum err abi_op_person_get(struct arena *a, struct slice *s, struct abi_op_person *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_person_decode(struct arena *a, struct slice s, struct abi_op_person *v);

struct abi_op_safety {
    uint64_t person;
};
void abi_op_safety_put(struct buf *b, const struct abi_op_safety *v);
MUST_CHECK enum err abi_op_safety_get(struct arena *a, struct slice *s, struct abi_op_safety *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_safety_decode(struct arena *a, struct slice s, struct abi_op_safety *v);

struct abi_op_verify {
    uint64_t person;
    bool on;
    bool has_scanned;
    struct slice scanned;
};
void abi_op_verify_put(struct buf *b, const struct abi_op_verify *v);
MUST_CHECK enum err abi_op_verify_get(struct arena *a, struct slice *s, struct abi_op_verify *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_verify_decode(struct arena *a, struct slice s, struct abi_op_verify *v);

struct abi_op_fork_settle {
    uint64_t person;
};
void abi_op_fork_settle_put(struct buf *b, const struct abi_op_fork_settle *v);
MUST_CHECK enum err abi_op_fork_settle_get(struct arena *a, struct slice *s, struct abi_op_fork_settle *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_fork_settle_decode(struct arena *a, struct slice s, struct abi_op_fork_settle *v);

struct abi_op_messages {
    uint64_t chat;
    uint64_t before;
    uint64_t after;
    uint64_t around;
    uint64_t limit;
};
void abi_op_messages_put(struct buf *b, const struct abi_op_messages *v);
MUST_CHECK enum err abi_op_messages_get(struct arena *a, struct slice *s, struct abi_op_messages *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_messages_decode(struct arena *a, struct slice s, struct abi_op_messages *v);

struct abi_op_message {
    uint64_t id;
};
void abi_op_message_put(struct buf *b, const struct abi_op_message *v);
MUST_CHECK enum err abi_op_message_get(struct arena *a, struct slice *s, struct abi_op_message *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_message_decode(struct arena *a, struct slice s, struct abi_op_message *v);

struct abi_op_search {
    struct slice text;
    uint64_t chat;
    uint64_t before;
    uint64_t limit;
};
void abi_op_search_put(struct buf *b, const struct abi_op_search *v);
MUST_CHECK enum err abi_op_search_get(struct arena *a, struct slice *s, struct abi_op_search *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_search_decode(struct arena *a, struct slice s, struct abi_op_search *v);

struct abi_op_starred {
    uint64_t before;
    uint64_t limit;
};
void abi_op_starred_put(struct buf *b, const struct abi_op_starred *v);
MUST_CHECK enum err abi_op_starred_get(struct arena *a, struct slice *s, struct abi_op_starred *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_starred_decode(struct arena *a, struct slice s, struct abi_op_starred *v);

struct abi_op_send {
    uint64_t chat;
    struct slice text;
    uint64_t reply_to;
    const uint64_t *mentions;
    size_t mentions_n;
};
void abi_op_send_put(struct buf *b, const struct abi_op_send *v);
MUST_CHECK enum err abi_op_send_get(struct arena *a, struct slice *s, struct abi_op_send *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_send_decode(struct arena *a, struct slice s, struct abi_op_send *v);

struct abi_op_edit {
    uint64_t message;
    struct slice text;
};
void abi_op_edit_put(struct buf *b, const struct abi_op_edit *v);
MUST_CHECK enum err abi_op_edit_get(struct arena *a, struct slice *s, struct abi_op_edit *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_edit_decode(struct arena *a, struct slice s, struct abi_op_edit *v);

struct abi_op_delete {
    uint64_t message;
    bool everyone;
};
void abi_op_delete_put(struct buf *b, const struct abi_op_delete *v);
MUST_CHECK enum err abi_op_delete_get(struct arena *a, struct slice *s, struct abi_op_delete *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_delete_decode(struct arena *a, struct slice s, struct abi_op_delete *v);

struct abi_op_react {
    uint64_t message;
    struct slice emoji;
};
void abi_op_react_put(struct buf *b, const struct abi_op_react *v);
MUST_CHECK enum err abi_op_react_get(struct arena *a, struct slice *s, struct abi_op_react *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_react_decode(struct arena *a, struct slice s, struct abi_op_react *v);

struct abi_op_star {
    uint64_t message;
    bool on;
};
void abi_op_star_put(struct buf *b, const struct abi_op_star *v);
MUST_CHECK enum err abi_op_star_get(struct arena *a, struct slice *s, struct abi_op_star *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_star_decode(struct arena *a, struct slice s, struct abi_op_star *v);

struct abi_op_retry {
    uint64_t message;
};
void abi_op_retry_put(struct buf *b, const struct abi_op_retry *v);
MUST_CHECK enum err abi_op_retry_get(struct arena *a, struct slice *s, struct abi_op_retry *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_retry_decode(struct arena *a, struct slice s, struct abi_op_retry *v);

struct abi_op_draft {
    uint64_t chat;
    struct slice text;
    uint64_t reply_to;
};
void abi_op_draft_put(struct buf *b, const struct abi_op_draft *v);
MUST_CHECK enum err abi_op_draft_get(struct arena *a, struct slice *s, struct abi_op_draft *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_draft_decode(struct arena *a, struct slice s, struct abi_op_draft *v);

struct abi_op_read {
    uint64_t chat;
    uint64_t message;
};
void abi_op_read_put(struct buf *b, const struct abi_op_read *v);
MUST_CHECK enum err abi_op_read_get(struct arena *a, struct slice *s, struct abi_op_read *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_read_decode(struct arena *a, struct slice s, struct abi_op_read *v);

struct abi_op_typing {
    uint64_t chat;
    bool on;
};
void abi_op_typing_put(struct buf *b, const struct abi_op_typing *v);
MUST_CHECK enum err abi_op_typing_get(struct arena *a, struct slice *s, struct abi_op_typing *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_typing_decode(struct arena *a, struct slice s, struct abi_op_typing *v);

struct abi_op_group_make {
    struct slice name;
    bool has_picture;
    struct slice picture;
    const uint64_t *people;
    size_t people_n;
};
void abi_op_group_make_put(struct buf *b, const struct abi_op_group_make *v);
MUST_CHECK enum err abi_op_group_make_get(struct arena *a, struct slice *s, struct abi_op_group_make *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_group_make_decode(struct arena *a, struct slice s, struct abi_op_group_make *v);

struct abi_op_group_set {
    uint64_t chat;
    struct slice name;
    bool has_picture;
    struct slice picture;
};
void abi_op_group_set_put(struct buf *b, const struct abi_op_group_set *v);
MUST_CHECK enum err abi_op_group_set_get(struct arena *a, struct slice *s, struct abi_op_group_set *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_group_set_decode(struct arena *a, struct slice s, struct abi_op_group_set *v);

struct abi_op_group_add {
    uint64_t chat;
    const uint64_t *people;
    size_t people_n;
};
void abi_op_group_add_put(struct buf *b, const struct abi_op_group_add *v);
MUST_CHECK enum err abi_op_group_add_get(struct arena *a, struct slice *s, struct abi_op_group_add *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_group_add_decode(struct arena *a, struct slice s, struct abi_op_group_add *v);

struct abi_op_group_remove {
    uint64_t chat;
    uint64_t person;
};
void abi_op_group_remove_put(struct buf *b, const struct abi_op_group_remove *v);
MUST_CHECK enum err abi_op_group_remove_get(struct arena *a, struct slice *s, struct abi_op_group_remove *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_group_remove_decode(struct arena *a, struct slice s, struct abi_op_group_remove *v);

struct abi_op_group_role {
    uint64_t chat;
    uint64_t person;
    uint64_t role; /* enum abi_role */
};
void abi_op_group_role_put(struct buf *b, const struct abi_op_group_role *v);
MUST_CHECK enum err abi_op_group_role_get(struct arena *a, struct slice *s, struct abi_op_group_role *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_group_role_decode(struct arena *a, struct slice s, struct abi_op_group_role *v);

struct abi_op_group_leave {
    uint64_t chat;
};
void abi_op_group_leave_put(struct buf *b, const struct abi_op_group_leave *v);
MUST_CHECK enum err abi_op_group_leave_get(struct arena *a, struct slice *s, struct abi_op_group_leave *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_group_leave_decode(struct arena *a, struct slice s, struct abi_op_group_leave *v);

struct abi_op_group_link {
    uint64_t chat;
    bool on;
};
void abi_op_group_link_put(struct buf *b, const struct abi_op_group_link *v);
MUST_CHECK enum err abi_op_group_link_get(struct arena *a, struct slice *s, struct abi_op_group_link *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_group_link_decode(struct arena *a, struct slice s, struct abi_op_group_link *v);

struct abi_op_group_join {
    struct slice link;
};
void abi_op_group_join_put(struct buf *b, const struct abi_op_group_join *v);
MUST_CHECK enum err abi_op_group_join_get(struct arena *a, struct slice *s, struct abi_op_group_join *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_group_join_decode(struct arena *a, struct slice s, struct abi_op_group_join *v);

struct abi_op_room_settle {
    uint64_t chat;
    uint64_t how; /* enum abi_settle */
};
void abi_op_room_settle_put(struct buf *b, const struct abi_op_room_settle *v);
MUST_CHECK enum err abi_op_room_settle_get(struct arena *a, struct slice *s, struct abi_op_room_settle *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_room_settle_decode(struct arena *a, struct slice s, struct abi_op_room_settle *v);

struct abi_op_file_begin {
    uint64_t chat;
    struct slice name;
    struct slice type;
    uint64_t bytes;
    uint64_t width;
    uint64_t height;
    struct slice preview;
    struct slice caption;
    uint64_t reply_to;
};
void abi_op_file_begin_put(struct buf *b, const struct abi_op_file_begin *v);
MUST_CHECK enum err abi_op_file_begin_get(struct arena *a, struct slice *s, struct abi_op_file_begin *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_file_begin_decode(struct arena *a, struct slice s, struct abi_op_file_begin *v);

struct abi_op_file_chunk {
    uint64_t message;
    uint64_t offset;
    struct slice data;
    bool last;
};
void abi_op_file_chunk_put(struct buf *b, const struct abi_op_file_chunk *v);
MUST_CHECK enum err abi_op_file_chunk_get(struct arena *a, struct slice *s, struct abi_op_file_chunk *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_file_chunk_decode(struct arena *a, struct slice s, struct abi_op_file_chunk *v);

struct abi_op_file_cancel {
    uint64_t message;
};
void abi_op_file_cancel_put(struct buf *b, const struct abi_op_file_cancel *v);
MUST_CHECK enum err abi_op_file_cancel_get(struct arena *a, struct slice *s, struct abi_op_file_cancel *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_file_cancel_decode(struct arena *a, struct slice s, struct abi_op_file_cancel *v);

struct abi_op_file_fetch {
    uint64_t message;
};
void abi_op_file_fetch_put(struct buf *b, const struct abi_op_file_fetch *v);
MUST_CHECK enum err abi_op_file_fetch_get(struct arena *a, struct slice *s, struct abi_op_file_fetch *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_file_fetch_decode(struct arena *a, struct slice s, struct abi_op_file_fetch *v);

struct abi_op_file_read {
    uint64_t message;
    uint64_t offset;
};
void abi_op_file_read_put(struct buf *b, const struct abi_op_file_read *v);
MUST_CHECK enum err abi_op_file_read_get(struct arena *a, struct slice *s, struct abi_op_file_read *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_file_read_decode(struct arena *a, struct slice s, struct abi_op_file_read *v);

struct abi_op_devices {
    uint8_t empty;
};
void abi_op_devices_put(struct buf *b, const struct abi_op_devices *v);
MUST_CHECK enum err abi_op_devices_get(struct arena *a, struct slice *s, struct abi_op_devices *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_devices_decode(struct arena *a, struct slice s, struct abi_op_devices *v);

struct abi_op_device_revoke {
    struct slice device;
    struct slice code;
    struct slice old;
};
void abi_op_device_revoke_put(struct buf *b, const struct abi_op_device_revoke *v);
MUST_CHECK enum err abi_op_device_revoke_get(struct arena *a, struct slice *s, struct abi_op_device_revoke *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_device_revoke_decode(struct arena *a, struct slice s, struct abi_op_device_revoke *v);

struct abi_op_device_name {
    struct slice name;
};
void abi_op_device_name_put(struct buf *b, const struct abi_op_device_name *v);
MUST_CHECK enum err abi_op_device_name_get(struct arena *a, struct slice *s, struct abi_op_device_name *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_device_name_decode(struct arena *a, struct slice s, struct abi_op_device_name *v);

struct abi_op_link_device {
    struct slice gateway;
    struct abi_slot slot;
    struct slice secret;
    struct slice device;
};
void abi_op_link_device_put(struct buf *b, const struct abi_op_link_device *v);
MUST_CHECK enum err abi_op_link_device_get(struct arena *a, struct slice *s, struct abi_op_link_device *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_link_device_decode(struct arena *a, struct slice s, struct abi_op_link_device *v);

struct abi_op_link_accept {
    struct slice code;
};
void abi_op_link_accept_put(struct buf *b, const struct abi_op_link_accept *v);
MUST_CHECK enum err abi_op_link_accept_get(struct arena *a, struct slice *s, struct abi_op_link_accept *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_link_accept_decode(struct arena *a, struct slice s, struct abi_op_link_accept *v);

struct abi_op_link_cancel {
    uint8_t empty;
};
void abi_op_link_cancel_put(struct buf *b, const struct abi_op_link_cancel *v);
MUST_CHECK enum err abi_op_link_cancel_get(struct arena *a, struct slice *s, struct abi_op_link_cancel *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_link_cancel_decode(struct arena *a, struct slice s, struct abi_op_link_cancel *v);

struct abi_op_state {
    uint8_t empty;
};
void abi_op_state_put(struct buf *b, const struct abi_op_state *v);
MUST_CHECK enum err abi_op_state_get(struct arena *a, struct slice *s, struct abi_op_state *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_state_decode(struct arena *a, struct slice s, struct abi_op_state *v);

struct abi_op_recovery_choices {
    uint8_t empty;
};
void abi_op_recovery_choices_put(struct buf *b, const struct abi_op_recovery_choices *v);
MUST_CHECK enum err abi_op_recovery_choices_get(struct arena *a, struct slice *s, struct abi_op_recovery_choices *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_recovery_choices_decode(struct arena *a, struct slice s, struct abi_op_recovery_choices *v);

struct abi_op_recovery_finish {
    struct slice code;
    const struct slice *keep;
    size_t keep_n;
    const struct slice *take;
    size_t take_n;
};
void abi_op_recovery_finish_put(struct buf *b, const struct abi_op_recovery_finish *v);
MUST_CHECK enum err abi_op_recovery_finish_get(struct arena *a, struct slice *s, struct abi_op_recovery_finish *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_recovery_finish_decode(struct arena *a, struct slice s, struct abi_op_recovery_finish *v);

struct abi_op_confirm {
    uint64_t what;
    uint64_t kind; /* enum abi_slot_kind */
    struct slice secret;
};
void abi_op_confirm_put(struct buf *b, const struct abi_op_confirm *v);
MUST_CHECK enum err abi_op_confirm_get(struct arena *a, struct slice *s, struct abi_op_confirm *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_confirm_decode(struct arena *a, struct slice s, struct abi_op_confirm *v);

struct abi_op_export {
    uint8_t empty;
};
void abi_op_export_put(struct buf *b, const struct abi_op_export *v);
MUST_CHECK enum err abi_op_export_get(struct arena *a, struct slice *s, struct abi_op_export *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_export_decode(struct arena *a, struct slice s, struct abi_op_export *v);

struct abi_op_release {
    uint64_t seq;
    struct slice hash;
};
void abi_op_release_put(struct buf *b, const struct abi_op_release *v);
MUST_CHECK enum err abi_op_release_get(struct arena *a, struct slice *s, struct abi_op_release *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_release_decode(struct arena *a, struct slice s, struct abi_op_release *v);

struct abi_op_link_confirm {
    bool yes;
};
void abi_op_link_confirm_put(struct buf *b, const struct abi_op_link_confirm *v);
MUST_CHECK enum err abi_op_link_confirm_get(struct arena *a, struct slice *s, struct abi_op_link_confirm *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_link_confirm_decode(struct arena *a, struct slice s, struct abi_op_link_confirm *v);

enum abi_op_kind {
    ABI_OP_STATUS = 1,
    ABI_OP_CREATE = 2,
    ABI_OP_UNLOCK = 3,
    ABI_OP_LOCK = 4,
    ABI_OP_SLOT_PUT = 5,
    ABI_OP_SLOT_DROP = 6,
    ABI_OP_RECOVER = 7,
    ABI_OP_RECOVERY_NEW = 8,
    ABI_OP_RECOVERY_CHECK = 9,
    ABI_OP_RECOVERY_SET = 14,
    ABI_OP_RECOVERY_AGAIN = 15,
    ABI_OP_WIPE = 10,
    ABI_OP_PROFILE_SET = 11,
    ABI_OP_SETTING_SET = 12,
    ABI_OP_SETTINGS = 13,
    ABI_OP_LINK_MAKE = 16,
    ABI_OP_LINK_LIST = 17,
    ABI_OP_LINK_DROP = 18,
    ABI_OP_ADD = 19,
    ABI_OP_LINK_READ = 20,
    ABI_OP_REQUESTS = 21,
    ABI_OP_REQUEST_ANSWER = 22,
    ABI_OP_BLOCK = 23,
    ABI_OP_CHATS = 32,
    ABI_OP_CHAT = 33,
    ABI_OP_CHAT_SET = 34,
    ABI_OP_CHAT_DELETE = 35,
    ABI_OP_MEMBERS = 36,
    ABI_OP_PEOPLE = 37,
    ABI_OP_PERSON = 38,
    ABI_OP_SAFETY = 39,
    ABI_OP_VERIFY = 40,
    ABI_OP_FORK_SETTLE = 41,
    ABI_OP_MESSAGES = 48,
    ABI_OP_MESSAGE = 49,
    ABI_OP_SEARCH = 50,
    ABI_OP_STARRED = 51,
    ABI_OP_SEND = 64,
    ABI_OP_EDIT = 65,
    ABI_OP_DELETE = 66,
    ABI_OP_REACT = 67,
    ABI_OP_STAR = 68,
    ABI_OP_RETRY = 69,
    ABI_OP_DRAFT = 70,
    ABI_OP_READ = 71,
    ABI_OP_TYPING = 72,
    ABI_OP_GROUP_MAKE = 80,
    ABI_OP_GROUP_SET = 81,
    ABI_OP_GROUP_ADD = 82,
    ABI_OP_GROUP_REMOVE = 83,
    ABI_OP_GROUP_ROLE = 84,
    ABI_OP_GROUP_LEAVE = 85,
    ABI_OP_GROUP_LINK = 86,
    ABI_OP_GROUP_JOIN = 87,
    ABI_OP_ROOM_SETTLE = 88,
    ABI_OP_FILE_BEGIN = 96,
    ABI_OP_FILE_CHUNK = 97,
    ABI_OP_FILE_CANCEL = 98,
    ABI_OP_FILE_FETCH = 99,
    ABI_OP_FILE_READ = 100,
    ABI_OP_DEVICES = 112,
    ABI_OP_DEVICE_REVOKE = 113,
    ABI_OP_DEVICE_NAME = 114,
    ABI_OP_LINK_DEVICE = 115,
    ABI_OP_LINK_ACCEPT = 116,
    ABI_OP_LINK_CANCEL = 117,
    ABI_OP_STATE = 118,
    ABI_OP_RECOVERY_CHOICES = 119,
    ABI_OP_RECOVERY_FINISH = 120,
    ABI_OP_CONFIRM = 121,
    ABI_OP_EXPORT = 122,
    ABI_OP_RELEASE = 123,
    ABI_OP_LINK_CONFIRM = 124,
};
struct abi_op {
    enum abi_op_kind kind;
    union {
        struct abi_op_status op_status;
        struct abi_op_create op_create;
        struct abi_op_unlock op_unlock;
        struct abi_op_lock op_lock;
        struct abi_op_slot_put op_slot_put;
        struct abi_op_slot_drop op_slot_drop;
        struct abi_op_recover op_recover;
        struct abi_op_recovery_new op_recovery_new;
        struct abi_op_recovery_check op_recovery_check;
        struct abi_op_recovery_set op_recovery_set;
        struct abi_op_recovery_again op_recovery_again;
        struct abi_op_wipe op_wipe;
        struct abi_op_profile_set op_profile_set;
        struct abi_op_setting_set op_setting_set;
        struct abi_op_settings op_settings;
        struct abi_op_link_make op_link_make;
        struct abi_op_link_list op_link_list;
        struct abi_op_link_drop op_link_drop;
        struct abi_op_add op_add;
        struct abi_op_link_read op_link_read;
        struct abi_op_requests op_requests;
        struct abi_op_request_answer op_request_answer;
        struct abi_op_block op_block;
        struct abi_op_chats op_chats;
        struct abi_op_chat op_chat;
        struct abi_op_chat_set op_chat_set;
        struct abi_op_chat_delete op_chat_delete;
        struct abi_op_members op_members;
        struct abi_op_people op_people;
        struct abi_op_person op_person;
        struct abi_op_safety op_safety;
        struct abi_op_verify op_verify;
        struct abi_op_fork_settle op_fork_settle;
        struct abi_op_messages op_messages;
        struct abi_op_message op_message;
        struct abi_op_search op_search;
        struct abi_op_starred op_starred;
        struct abi_op_send op_send;
        struct abi_op_edit op_edit;
        struct abi_op_delete op_delete;
        struct abi_op_react op_react;
        struct abi_op_star op_star;
        struct abi_op_retry op_retry;
        struct abi_op_draft op_draft;
        struct abi_op_read op_read;
        struct abi_op_typing op_typing;
        struct abi_op_group_make op_group_make;
        struct abi_op_group_set op_group_set;
        struct abi_op_group_add op_group_add;
        struct abi_op_group_remove op_group_remove;
        struct abi_op_group_role op_group_role;
        struct abi_op_group_leave op_group_leave;
        struct abi_op_group_link op_group_link;
        struct abi_op_group_join op_group_join;
        struct abi_op_room_settle op_room_settle;
        struct abi_op_file_begin op_file_begin;
        struct abi_op_file_chunk op_file_chunk;
        struct abi_op_file_cancel op_file_cancel;
        struct abi_op_file_fetch op_file_fetch;
        struct abi_op_file_read op_file_read;
        struct abi_op_devices op_devices;
        struct abi_op_device_revoke op_device_revoke;
        struct abi_op_device_name op_device_name;
        struct abi_op_link_device op_link_device;
        struct abi_op_link_accept op_link_accept;
        struct abi_op_link_cancel op_link_cancel;
        struct abi_op_state op_state;
        struct abi_op_recovery_choices op_recovery_choices;
        struct abi_op_recovery_finish op_recovery_finish;
        struct abi_op_confirm op_confirm;
        struct abi_op_export op_export;
        struct abi_op_release op_release;
        struct abi_op_link_confirm op_link_confirm;
    };
};
void abi_op_put(struct buf *b, const struct abi_op *v);
MUST_CHECK enum err abi_op_get(struct arena *a, struct slice *s, struct abi_op *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_op_decode(struct arena *a, struct slice s, struct abi_op *v);

struct abi_command {
    uint64_t request;
    struct abi_op op;
};
void abi_command_put(struct buf *b, const struct abi_command *v);
MUST_CHECK enum err abi_command_get(struct arena *a, struct slice *s, struct abi_command *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_command_decode(struct arena *a, struct slice s, struct abi_command *v);

struct abi_net_open {
    uint64_t conn;
};
void abi_net_open_put(struct buf *b, const struct abi_net_open *v);
MUST_CHECK enum err abi_net_open_get(struct arena *a, struct slice *s, struct abi_net_open *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_net_open_decode(struct arena *a, struct slice s, struct abi_net_open *v);

struct abi_net_message {
    uint64_t conn;
    struct slice data;
};
void abi_net_message_put(struct buf *b, const struct abi_net_message *v);
MUST_CHECK enum err abi_net_message_get(struct arena *a, struct slice *s, struct abi_net_message *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_net_message_decode(struct arena *a, struct slice s, struct abi_net_message *v);

struct abi_net_close {
    uint64_t conn;
};
void abi_net_close_put(struct buf *b, const struct abi_net_close *v);
MUST_CHECK enum err abi_net_close_get(struct arena *a, struct slice *s, struct abi_net_close *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_net_close_decode(struct arena *a, struct slice s, struct abi_net_close *v);

struct abi_alarm {
    uint8_t empty;
};
void abi_alarm_put(struct buf *b, const struct abi_alarm *v);
MUST_CHECK enum err abi_alarm_get(struct arena *a, struct slice *s, struct abi_alarm *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_alarm_decode(struct arena *a, struct slice s, struct abi_alarm *v);

struct abi_life {
    uint64_t state; /* enum abi_life_state */
};
void abi_life_put(struct buf *b, const struct abi_life *v);
MUST_CHECK enum err abi_life_get(struct arena *a, struct slice *s, struct abi_life *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_life_decode(struct arena *a, struct slice s, struct abi_life *v);

enum abi_event_kind {
    ABI_COMMAND = 1,
    ABI_NET_OPEN = 2,
    ABI_NET_MESSAGE = 3,
    ABI_NET_CLOSE = 4,
    ABI_ALARM = 5,
    ABI_LIFE = 6,
};
struct abi_event {
    enum abi_event_kind kind;
    union {
        struct abi_command command;
        struct abi_net_open net_open;
        struct abi_net_message net_message;
        struct abi_net_close net_close;
        struct abi_alarm alarm;
        struct abi_life life;
    };
};
void abi_event_put(struct buf *b, const struct abi_event *v);
MUST_CHECK enum err abi_event_get(struct arena *a, struct slice *s, struct abi_event *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_event_decode(struct arena *a, struct slice s, struct abi_event *v);

struct abi_input {
    uint64_t now_ms;
    struct abi_event event;
};
void abi_input_put(struct buf *b, const struct abi_input *v);
MUST_CHECK enum err abi_input_get(struct arena *a, struct slice *s, struct abi_input *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_input_decode(struct arena *a, struct slice s, struct abi_input *v);

struct abi_ok {
    uint8_t empty;
};
void abi_ok_put(struct buf *b, const struct abi_ok *v);
MUST_CHECK enum err abi_ok_get(struct arena *a, struct slice *s, struct abi_ok *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_ok_decode(struct arena *a, struct slice s, struct abi_ok *v);

struct abi_status {
    bool exists;
    bool unlocked;
    const struct abi_slot *slots;
    size_t slots_n;
    uint64_t wait_ms;
};
void abi_status_put(struct buf *b, const struct abi_status *v);
MUST_CHECK enum err abi_status_get(struct arena *a, struct slice *s, struct abi_status *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_status_decode(struct arena *a, struct slice s, struct abi_status *v);

struct abi_recovery {
    struct slice code;
};
void abi_recovery_put(struct buf *b, const struct abi_recovery *v);
MUST_CHECK enum err abi_recovery_get(struct arena *a, struct slice *s, struct abi_recovery *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_recovery_decode(struct arena *a, struct slice s, struct abi_recovery *v);

struct abi_flag {
    bool on;
};
void abi_flag_put(struct buf *b, const struct abi_flag *v);
MUST_CHECK enum err abi_flag_get(struct arena *a, struct slice *s, struct abi_flag *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_flag_decode(struct arena *a, struct slice s, struct abi_flag *v);

struct abi_setting {
    struct slice key;
    struct slice value;
};
void abi_setting_put(struct buf *b, const struct abi_setting *v);
MUST_CHECK enum err abi_setting_get(struct arena *a, struct slice *s, struct abi_setting *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_setting_decode(struct arena *a, struct slice s, struct abi_setting *v);

struct abi_settings {
    const struct abi_setting *list;
    size_t list_n;
};
void abi_settings_put(struct buf *b, const struct abi_settings *v);
MUST_CHECK enum err abi_settings_get(struct arena *a, struct slice *s, struct abi_settings *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_settings_decode(struct arena *a, struct slice s, struct abi_settings *v);

struct abi_text {
    struct slice value;
};
void abi_text_put(struct buf *b, const struct abi_text *v);
MUST_CHECK enum err abi_text_get(struct arena *a, struct slice *s, struct abi_text *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_text_decode(struct arena *a, struct slice s, struct abi_text *v);

struct abi_link_view {
    uint64_t id;
    struct slice label;
    struct slice link;
    uint64_t uses_left;
    uint64_t expires_ms;
    uint64_t made_ms;
    uint64_t chat;
};
void abi_link_view_put(struct buf *b, const struct abi_link_view *v);
MUST_CHECK enum err abi_link_view_get(struct arena *a, struct slice *s, struct abi_link_view *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_link_view_decode(struct arena *a, struct slice s, struct abi_link_view *v);

struct abi_links {
    const struct abi_link_view *list;
    size_t list_n;
};
void abi_links_put(struct buf *b, const struct abi_links *v);
MUST_CHECK enum err abi_links_get(struct arena *a, struct slice *s, struct abi_links *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_links_decode(struct arena *a, struct slice s, struct abi_links *v);

struct abi_made {
    uint64_t id;
};
void abi_made_put(struct buf *b, const struct abi_made *v);
MUST_CHECK enum err abi_made_get(struct arena *a, struct slice *s, struct abi_made *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_made_decode(struct arena *a, struct slice s, struct abi_made *v);

struct abi_link_info {
    uint64_t what; /* enum abi_link_what */
    struct slice gateway;
    uint64_t known;
};
void abi_link_info_put(struct buf *b, const struct abi_link_info *v);
MUST_CHECK enum err abi_link_info_get(struct arena *a, struct slice *s, struct abi_link_info *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_link_info_decode(struct arena *a, struct slice s, struct abi_link_info *v);

struct abi_request_view {
    uint64_t id;
    uint64_t at_ms;
    struct slice fingerprint;
    struct slice label;
};
void abi_request_view_put(struct buf *b, const struct abi_request_view *v);
MUST_CHECK enum err abi_request_view_get(struct arena *a, struct slice *s, struct abi_request_view *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_request_view_decode(struct arena *a, struct slice s, struct abi_request_view *v);

struct abi_requests {
    const struct abi_request_view *list;
    size_t list_n;
};
void abi_requests_put(struct buf *b, const struct abi_requests *v);
MUST_CHECK enum err abi_requests_get(struct arena *a, struct slice *s, struct abi_requests *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_requests_decode(struct arena *a, struct slice s, struct abi_requests *v);

struct abi_chat_view {
    uint64_t id;
    uint64_t type; /* enum abi_chat_type */
    struct slice title;
    bool has_picture;
    struct slice picture;
    uint64_t person;
    uint64_t members;
    uint64_t state; /* enum abi_chat_state */
    uint64_t role; /* enum abi_role */
    struct slice last_text;
    struct slice last_sender;
    uint64_t last_ms;
    bool last_mine;
    uint64_t last_state; /* enum abi_message_state */
    uint64_t unread;
    bool mentioned;
    bool pinned;
    bool archived;
    uint64_t muted_until_ms;
    struct slice draft;
    uint64_t draft_reply;
    uint64_t timer_s;
    uint64_t verified; /* enum abi_verified */
    uint64_t first_unread;
    uint64_t note; /* enum abi_chat_note */
    uint64_t devices;
    uint64_t silent;
};
void abi_chat_view_put(struct buf *b, const struct abi_chat_view *v);
MUST_CHECK enum err abi_chat_view_get(struct arena *a, struct slice *s, struct abi_chat_view *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_chat_view_decode(struct arena *a, struct slice s, struct abi_chat_view *v);

struct abi_chats {
    const struct abi_chat_view *list;
    size_t list_n;
};
void abi_chats_put(struct buf *b, const struct abi_chats *v);
MUST_CHECK enum err abi_chats_get(struct arena *a, struct slice *s, struct abi_chats *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_chats_decode(struct arena *a, struct slice s, struct abi_chats *v);

struct abi_member_view {
    uint64_t person;
    struct slice name;
    uint64_t role; /* enum abi_role */
    bool me;
    bool has_picture;
    struct slice picture;
    uint64_t verified; /* enum abi_verified */
    uint64_t devices;
    uint64_t silent;
};
void abi_member_view_put(struct buf *b, const struct abi_member_view *v);
MUST_CHECK enum err abi_member_view_get(struct arena *a, struct slice *s, struct abi_member_view *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_member_view_decode(struct arena *a, struct slice s, struct abi_member_view *v);

struct abi_members {
    const struct abi_member_view *list;
    size_t list_n;
};
void abi_members_put(struct buf *b, const struct abi_members *v);
MUST_CHECK enum err abi_members_get(struct arena *a, struct slice *s, struct abi_members *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_members_decode(struct arena *a, struct slice s, struct abi_members *v);

struct abi_person_view {
    uint64_t id;
    struct slice name;
    bool has_picture;
    struct slice picture;
    struct slice fingerprint;
    uint64_t verified; /* enum abi_verified */
    bool blocked;
    uint64_t chat;
    uint64_t devices;
    uint64_t verified_ms;
    bool fork;
};
void abi_person_view_put(struct buf *b, const struct abi_person_view *v);
MUST_CHECK enum err abi_person_view_get(struct arena *a, struct slice *s, struct abi_person_view *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_person_view_decode(struct arena *a, struct slice s, struct abi_person_view *v);

struct abi_people {
    const struct abi_person_view *list;
    size_t list_n;
};
void abi_people_put(struct buf *b, const struct abi_people *v);
MUST_CHECK enum err abi_people_get(struct arena *a, struct slice *s, struct abi_people *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_people_decode(struct arena *a, struct slice s, struct abi_people *v);

struct abi_safety_device {
    struct slice fingerprint;
    uint64_t added;
    uint64_t here; /* enum abi_presence */
};
void abi_safety_device_put(struct buf *b, const struct abi_safety_device *v);
MUST_CHECK enum err abi_safety_device_get(struct arena *a, struct slice *s, struct abi_safety_device *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_safety_device_decode(struct arena *a, struct slice s, struct abi_safety_device *v);

struct abi_safety {
    struct slice digits;
    struct slice code;
    uint64_t verified;
    const struct abi_safety_device *devices;
    size_t devices_n;
};
void abi_safety_put(struct buf *b, const struct abi_safety *v);
MUST_CHECK enum err abi_safety_get(struct arena *a, struct slice *s, struct abi_safety *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_safety_decode(struct arena *a, struct slice s, struct abi_safety *v);

struct abi_reply_view {
    uint64_t id;
    struct slice sender_name;
    struct slice text;
};
void abi_reply_view_put(struct buf *b, const struct abi_reply_view *v);
MUST_CHECK enum err abi_reply_view_get(struct arena *a, struct slice *s, struct abi_reply_view *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_reply_view_decode(struct arena *a, struct slice s, struct abi_reply_view *v);

struct abi_reaction_view {
    struct slice emoji;
    uint64_t count;
    bool mine;
    struct slice who;
    bool removed;
};
void abi_reaction_view_put(struct buf *b, const struct abi_reaction_view *v);
MUST_CHECK enum err abi_reaction_view_get(struct arena *a, struct slice *s, struct abi_reaction_view *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_reaction_view_decode(struct arena *a, struct slice s, struct abi_reaction_view *v);

struct abi_file_view {
    struct slice name;
    struct slice type;
    uint64_t bytes;
    uint64_t width;
    uint64_t height;
    struct slice preview;
    uint64_t state; /* enum abi_file_state */
    uint64_t done;
};
void abi_file_view_put(struct buf *b, const struct abi_file_view *v);
MUST_CHECK enum err abi_file_view_get(struct arena *a, struct slice *s, struct abi_file_view *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_file_view_decode(struct arena *a, struct slice s, struct abi_file_view *v);

struct abi_message_view {
    uint64_t id;
    uint64_t chat;
    uint64_t sender;
    struct slice sender_name;
    bool mine;
    uint64_t at_ms;
    uint64_t type; /* enum abi_message_type */
    struct slice text;
    bool has_reply;
    struct abi_reply_view reply;
    bool edited;
    uint64_t state; /* enum abi_message_state */
    const struct abi_reaction_view *reactions;
    size_t reactions_n;
    bool has_file;
    struct abi_file_view file;
    uint64_t notice; /* enum abi_notice */
    bool starred;
    bool mentions_me;
    uint64_t expires_ms;
    uint64_t reason;
    uint64_t place;
    uint64_t said_ms;
    uint64_t server_ms;
    bool twice;
    bool asked;
    bool removed;
    uint64_t by;
    struct slice by_name;
    uint64_t by_how; /* enum abi_by_how */
};
void abi_message_view_put(struct buf *b, const struct abi_message_view *v);
MUST_CHECK enum err abi_message_view_get(struct arena *a, struct slice *s, struct abi_message_view *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_message_view_decode(struct arena *a, struct slice s, struct abi_message_view *v);

struct abi_messages {
    const struct abi_message_view *list;
    size_t list_n;
    bool more_before;
    bool more_after;
};
void abi_messages_put(struct buf *b, const struct abi_messages *v);
MUST_CHECK enum err abi_messages_get(struct arena *a, struct slice *s, struct abi_messages *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_messages_decode(struct arena *a, struct slice s, struct abi_messages *v);

struct abi_hit_view {
    struct abi_message_view message;
    struct slice chat_title;
};
void abi_hit_view_put(struct buf *b, const struct abi_hit_view *v);
MUST_CHECK enum err abi_hit_view_get(struct arena *a, struct slice *s, struct abi_hit_view *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_hit_view_decode(struct arena *a, struct slice s, struct abi_hit_view *v);

struct abi_hits {
    const struct abi_hit_view *list;
    size_t list_n;
};
void abi_hits_put(struct buf *b, const struct abi_hits *v);
MUST_CHECK enum err abi_hits_get(struct arena *a, struct slice *s, struct abi_hits *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_hits_decode(struct arena *a, struct slice s, struct abi_hits *v);

struct abi_device_view {
    struct slice id;
    struct slice name;
    bool current;
    uint64_t added_ms;
    uint64_t seen_ms;
};
void abi_device_view_put(struct buf *b, const struct abi_device_view *v);
MUST_CHECK enum err abi_device_view_get(struct arena *a, struct slice *s, struct abi_device_view *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_device_view_decode(struct arena *a, struct slice s, struct abi_device_view *v);

struct abi_devices {
    const struct abi_device_view *list;
    size_t list_n;
};
void abi_devices_put(struct buf *b, const struct abi_devices *v);
MUST_CHECK enum err abi_devices_get(struct arena *a, struct slice *s, struct abi_devices *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_devices_decode(struct arena *a, struct slice s, struct abi_devices *v);

struct abi_state {
    uint64_t line; /* enum abi_line */
    uint64_t waiting;
    struct slice name;
    uint64_t me;
    struct slice fingerprint;
    bool has_picture;
    struct slice picture;
    uint64_t requests;
    bool recovery_checked;
    bool server_known;
    uint64_t recovering; /* enum abi_recovering */
    bool dropped;
    uint64_t record_ms;
    bool undone;
    uint64_t clock_off_ms;
    bool clock_fast;
    struct slice dropped_by;
    bool skipped;
    bool code_opens;
};
void abi_state_put(struct buf *b, const struct abi_state *v);
MUST_CHECK enum err abi_state_get(struct arena *a, struct slice *s, struct abi_state *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_state_decode(struct arena *a, struct slice s, struct abi_state *v);

struct abi_choice_view {
    struct slice device;
    struct slice name;
    bool listed;
    uint64_t part; /* enum abi_part */
    uint64_t part_ms;
};
void abi_choice_view_put(struct buf *b, const struct abi_choice_view *v);
MUST_CHECK enum err abi_choice_view_get(struct arena *a, struct slice *s, struct abi_choice_view *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_choice_view_decode(struct arena *a, struct slice s, struct abi_choice_view *v);

struct abi_choices {
    const struct abi_choice_view *list;
    size_t list_n;
};
void abi_choices_put(struct buf *b, const struct abi_choices *v);
MUST_CHECK enum err abi_choices_get(struct arena *a, struct slice *s, struct abi_choices *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_choices_decode(struct arena *a, struct slice s, struct abi_choices *v);

enum abi_result_kind {
    ABI_OK = 1,
    ABI_STATUS = 2,
    ABI_RECOVERY = 3,
    ABI_FLAG = 4,
    ABI_SETTINGS = 5,
    ABI_TEXT = 6,
    ABI_LINKS = 7,
    ABI_MADE = 8,
    ABI_LINK_INFO = 9,
    ABI_REQUESTS = 10,
    ABI_CHATS = 11,
    ABI_MEMBERS = 12,
    ABI_PEOPLE = 13,
    ABI_SAFETY = 14,
    ABI_MESSAGES = 15,
    ABI_HITS = 16,
    ABI_DEVICES = 17,
    ABI_STATE = 18,
    ABI_CHOICES = 19,
};
struct abi_result {
    enum abi_result_kind kind;
    union {
        struct abi_ok ok;
        struct abi_status status;
        struct abi_recovery recovery;
        struct abi_flag flag;
        struct abi_settings settings;
        struct abi_text text;
        struct abi_links links;
        struct abi_made made;
        struct abi_link_info link_info;
        struct abi_requests requests;
        struct abi_chats chats;
        struct abi_members members;
        struct abi_people people;
        struct abi_safety safety;
        struct abi_messages messages;
        struct abi_hits hits;
        struct abi_devices devices;
        struct abi_state state;
        struct abi_choices choices;
    };
};
void abi_result_put(struct buf *b, const struct abi_result *v);
MUST_CHECK enum err abi_result_get(struct arena *a, struct slice *s, struct abi_result *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_result_decode(struct arena *a, struct slice s, struct abi_result *v);

struct abi_reply {
    uint64_t request;
    uint64_t error;
    uint64_t detail;
    struct abi_result result;
};
void abi_reply_put(struct buf *b, const struct abi_reply *v);
MUST_CHECK enum err abi_reply_get(struct arena *a, struct slice *s, struct abi_reply *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_reply_decode(struct arena *a, struct slice s, struct abi_reply *v);

struct abi_chat_changed {
    struct abi_chat_view chat;
};
void abi_chat_changed_put(struct buf *b, const struct abi_chat_changed *v);
MUST_CHECK enum err abi_chat_changed_get(struct arena *a, struct slice *s, struct abi_chat_changed *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_chat_changed_decode(struct arena *a, struct slice s, struct abi_chat_changed *v);

struct abi_chat_gone {
    uint64_t chat;
};
void abi_chat_gone_put(struct buf *b, const struct abi_chat_gone *v);
MUST_CHECK enum err abi_chat_gone_get(struct arena *a, struct slice *s, struct abi_chat_gone *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_chat_gone_decode(struct arena *a, struct slice s, struct abi_chat_gone *v);

struct abi_message_changed {
    struct abi_message_view message;
    bool fresh;
};
void abi_message_changed_put(struct buf *b, const struct abi_message_changed *v);
MUST_CHECK enum err abi_message_changed_get(struct arena *a, struct slice *s, struct abi_message_changed *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_message_changed_decode(struct arena *a, struct slice s, struct abi_message_changed *v);

struct abi_message_gone {
    uint64_t chat;
    uint64_t message;
};
void abi_message_gone_put(struct buf *b, const struct abi_message_gone *v);
MUST_CHECK enum err abi_message_gone_get(struct arena *a, struct slice *s, struct abi_message_gone *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_message_gone_decode(struct arena *a, struct slice s, struct abi_message_gone *v);

struct abi_person_changed {
    struct abi_person_view person;
};
void abi_person_changed_put(struct buf *b, const struct abi_person_changed *v);
MUST_CHECK enum err abi_person_changed_get(struct arena *a, struct slice *s, struct abi_person_changed *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_person_changed_decode(struct arena *a, struct slice s, struct abi_person_changed *v);

struct abi_request_changed {
    uint64_t count;
};
void abi_request_changed_put(struct buf *b, const struct abi_request_changed *v);
MUST_CHECK enum err abi_request_changed_get(struct arena *a, struct slice *s, struct abi_request_changed *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_request_changed_decode(struct arena *a, struct slice s, struct abi_request_changed *v);

struct abi_typing_changed {
    uint64_t chat;
    struct slice name;
    bool on;
};
void abi_typing_changed_put(struct buf *b, const struct abi_typing_changed *v);
MUST_CHECK enum err abi_typing_changed_get(struct arena *a, struct slice *s, struct abi_typing_changed *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_typing_changed_decode(struct arena *a, struct slice s, struct abi_typing_changed *v);

struct abi_state_changed {
    struct abi_state state;
};
void abi_state_changed_put(struct buf *b, const struct abi_state_changed *v);
MUST_CHECK enum err abi_state_changed_get(struct arena *a, struct slice *s, struct abi_state_changed *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_state_changed_decode(struct arena *a, struct slice s, struct abi_state_changed *v);

struct abi_link_progress {
    uint64_t phase; /* enum abi_link_phase */
    uint64_t done;
    uint64_t total;
    struct slice words;
    uint64_t asks; /* enum abi_link_asks */
    struct slice name;
};
void abi_link_progress_put(struct buf *b, const struct abi_link_progress *v);
MUST_CHECK enum err abi_link_progress_get(struct arena *a, struct slice *s, struct abi_link_progress *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_link_progress_decode(struct arena *a, struct slice s, struct abi_link_progress *v);

struct abi_locked_changed {
    bool unlocked;
};
void abi_locked_changed_put(struct buf *b, const struct abi_locked_changed *v);
MUST_CHECK enum err abi_locked_changed_get(struct arena *a, struct slice *s, struct abi_locked_changed *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_locked_changed_decode(struct arena *a, struct slice s, struct abi_locked_changed *v);

struct abi_devices_changed {
    uint8_t empty;
};
void abi_devices_changed_put(struct buf *b, const struct abi_devices_changed *v);
MUST_CHECK enum err abi_devices_changed_get(struct arena *a, struct slice *s, struct abi_devices_changed *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_devices_changed_decode(struct arena *a, struct slice s, struct abi_devices_changed *v);

enum abi_change_kind {
    ABI_CHAT_CHANGED = 1,
    ABI_CHAT_GONE = 2,
    ABI_MESSAGE_CHANGED = 3,
    ABI_MESSAGE_GONE = 4,
    ABI_PERSON_CHANGED = 5,
    ABI_REQUEST_CHANGED = 6,
    ABI_TYPING_CHANGED = 7,
    ABI_STATE_CHANGED = 8,
    ABI_LINK_PROGRESS = 9,
    ABI_LOCKED_CHANGED = 10,
    ABI_DEVICES_CHANGED = 11,
};
struct abi_change {
    enum abi_change_kind kind;
    union {
        struct abi_chat_changed chat_changed;
        struct abi_chat_gone chat_gone;
        struct abi_message_changed message_changed;
        struct abi_message_gone message_gone;
        struct abi_person_changed person_changed;
        struct abi_request_changed request_changed;
        struct abi_typing_changed typing_changed;
        struct abi_state_changed state_changed;
        struct abi_link_progress link_progress;
        struct abi_locked_changed locked_changed;
        struct abi_devices_changed devices_changed;
    };
};
void abi_change_put(struct buf *b, const struct abi_change *v);
MUST_CHECK enum err abi_change_get(struct arena *a, struct slice *s, struct abi_change *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_change_decode(struct arena *a, struct slice s, struct abi_change *v);

struct abi_patch {
    struct abi_change change;
};
void abi_patch_put(struct buf *b, const struct abi_patch *v);
MUST_CHECK enum err abi_patch_get(struct arena *a, struct slice *s, struct abi_patch *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_patch_decode(struct arena *a, struct slice s, struct abi_patch *v);

struct abi_dial {
    uint64_t conn;
    struct slice url;
    struct slice protocol;
};
void abi_dial_put(struct buf *b, const struct abi_dial *v);
MUST_CHECK enum err abi_dial_get(struct arena *a, struct slice *s, struct abi_dial *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_dial_decode(struct arena *a, struct slice s, struct abi_dial *v);

struct abi_send {
    uint64_t conn;
    struct slice data;
};
void abi_send_put(struct buf *b, const struct abi_send *v);
MUST_CHECK enum err abi_send_get(struct arena *a, struct slice *s, struct abi_send *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_send_decode(struct arena *a, struct slice s, struct abi_send *v);

struct abi_hang_up {
    uint64_t conn;
};
void abi_hang_up_put(struct buf *b, const struct abi_hang_up *v);
MUST_CHECK enum err abi_hang_up_get(struct arena *a, struct slice *s, struct abi_hang_up *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_hang_up_decode(struct arena *a, struct slice s, struct abi_hang_up *v);

struct abi_alarm_set {
    uint64_t at_ms;
};
void abi_alarm_set_put(struct buf *b, const struct abi_alarm_set *v);
MUST_CHECK enum err abi_alarm_set_get(struct arena *a, struct slice *s, struct abi_alarm_set *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_alarm_set_decode(struct arena *a, struct slice s, struct abi_alarm_set *v);

struct abi_notify {
    uint64_t chat;
    struct slice title;
    struct slice body;
};
void abi_notify_put(struct buf *b, const struct abi_notify *v);
MUST_CHECK enum err abi_notify_get(struct arena *a, struct slice *s, struct abi_notify *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_notify_decode(struct arena *a, struct slice s, struct abi_notify *v);

struct abi_chunk {
    uint64_t message;
    uint64_t offset;
    struct slice data;
    bool last;
};
void abi_chunk_put(struct buf *b, const struct abi_chunk *v);
MUST_CHECK enum err abi_chunk_get(struct arena *a, struct slice *s, struct abi_chunk *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_chunk_decode(struct arena *a, struct slice s, struct abi_chunk *v);

enum abi_effect_kind {
    ABI_REPLY = 1,
    ABI_PATCH = 2,
    ABI_DIAL = 3,
    ABI_SEND = 4,
    ABI_HANG_UP = 5,
    ABI_ALARM_SET = 6,
    ABI_NOTIFY = 7,
    ABI_CHUNK = 8,
};
struct abi_effect {
    enum abi_effect_kind kind;
    union {
        struct abi_reply reply;
        struct abi_patch patch;
        struct abi_dial dial;
        struct abi_send send;
        struct abi_hang_up hang_up;
        struct abi_alarm_set alarm_set;
        struct abi_notify notify;
        struct abi_chunk chunk;
    };
};
void abi_effect_put(struct buf *b, const struct abi_effect *v);
MUST_CHECK enum err abi_effect_get(struct arena *a, struct slice *s, struct abi_effect *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_effect_decode(struct arena *a, struct slice s, struct abi_effect *v);

struct abi_effects {
    const struct abi_effect *list;
    size_t list_n;
};
void abi_effects_put(struct buf *b, const struct abi_effects *v);
MUST_CHECK enum err abi_effects_get(struct arena *a, struct slice *s, struct abi_effects *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err abi_effects_decode(struct arena *a, struct slice s, struct abi_effects *v);

#endif
