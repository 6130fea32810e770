/* Made by gen.py from wire.cddl; do not edit. Decoded slices and lists borrow from the input
 * and the arena. An optional field that is absent has has_NAME false. */
#ifndef SOTTO_SCHEMA_WIRE_H
#define SOTTO_SCHEMA_WIRE_H
#include "base/cbor.h"
#include "schema/gen/wire_enum.h"

struct wire_hello {
    uint64_t version;
    uint64_t mode; /* enum wire_mode */
    bool has_key;
    struct slice key;
};
void wire_hello_put(struct buf *b, const struct wire_hello *v);
MUST_CHECK enum err wire_hello_get(struct arena *a, struct slice *s, struct wire_hello *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err wire_hello_decode(struct arena *a, struct slice s, struct wire_hello *v);

struct wire_challenge {
    struct slice nonce;
};
void wire_challenge_put(struct buf *b, const struct wire_challenge *v);
MUST_CHECK enum err wire_challenge_get(struct arena *a, struct slice *s, struct wire_challenge *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err wire_challenge_decode(struct arena *a, struct slice s, struct wire_challenge *v);

struct wire_auth {
    struct slice signature;
};
void wire_auth_put(struct buf *b, const struct wire_auth *v);
MUST_CHECK enum err wire_auth_get(struct arena *a, struct slice *s, struct wire_auth *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err wire_auth_decode(struct arena *a, struct slice s, struct wire_auth *v);

struct wire_ready {
    uint64_t server_ms;
    bool known;
    uint64_t registration; /* enum wire_registration */
    bool has_inbox;
    struct slice inbox;
    uint64_t frame_bytes;
    uint64_t blob_bytes;
    uint64_t queue_first;
    bool has_nonce;
    struct slice nonce;
    bool has_account;
    struct slice account;
    uint64_t head;
    bool has_head_hash;
    struct slice head_hash;
    uint64_t queue_last;
    bool has_queue_hash;
    struct slice queue_hash;
};
void wire_ready_put(struct buf *b, const struct wire_ready *v);
MUST_CHECK enum err wire_ready_get(struct arena *a, struct slice *s, struct wire_ready *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err wire_ready_decode(struct arena *a, struct slice s, struct wire_ready *v);

struct wire_failure {
    uint64_t code; /* enum wire_code */
    uint64_t retry_ms;
    bool has_detail;
    struct slice detail;
};
void wire_failure_put(struct buf *b, const struct wire_failure *v);
MUST_CHECK enum err wire_failure_get(struct arena *a, struct slice *s, struct wire_failure *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err wire_failure_decode(struct arena *a, struct slice s, struct wire_failure *v);

struct wire_done {
    uint8_t empty;
};
void wire_done_put(struct buf *b, const struct wire_done *v);
MUST_CHECK enum err wire_done_get(struct arena *a, struct slice *s, struct wire_done *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err wire_done_decode(struct arena *a, struct slice s, struct wire_done *v);

struct wire_ping {
    uint8_t empty;
};
void wire_ping_put(struct buf *b, const struct wire_ping *v);
MUST_CHECK enum err wire_ping_get(struct arena *a, struct slice *s, struct wire_ping *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err wire_ping_decode(struct arena *a, struct slice s, struct wire_ping *v);

struct wire_bye {
    uint64_t code; /* enum wire_code */
    uint64_t after_ms;
};
void wire_bye_put(struct buf *b, const struct wire_bye *v);
MUST_CHECK enum err wire_bye_get(struct arena *a, struct slice *s, struct wire_bye *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err wire_bye_decode(struct arena *a, struct slice s, struct wire_bye *v);

struct wire_register {
    struct slice entry;
    struct slice hpke;
    struct slice inbox;
    bool has_invitation;
    struct slice invitation;
};
void wire_register_put(struct buf *b, const struct wire_register *v);
MUST_CHECK enum err wire_register_get(struct arena *a, struct slice *s, struct wire_register *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err wire_register_decode(struct arena *a, struct slice s, struct wire_register *v);

struct wire_chain_put {
    struct slice account;
    struct slice entry;
    bool has_hpke;
    struct slice hpke;
};
void wire_chain_put_put(struct buf *b, const struct wire_chain_put *v);
MUST_CHECK enum err wire_chain_put_get(struct arena *a, struct slice *s, struct wire_chain_put *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err wire_chain_put_decode(struct arena *a, struct slice s, struct wire_chain_put *v);

struct wire_kp_item {
    struct slice ref;
    uint64_t suite;
    uint64_t expires_s;
    bool last_resort;
    struct slice package;
};
void wire_kp_item_put(struct buf *b, const struct wire_kp_item *v);
MUST_CHECK enum err wire_kp_item_get(struct arena *a, struct slice *s, struct wire_kp_item *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err wire_kp_item_decode(struct arena *a, struct slice s, struct wire_kp_item *v);

struct wire_kp_put {
    const struct wire_kp_item *packages;
    size_t packages_n;
};
void wire_kp_put_put(struct buf *b, const struct wire_kp_put *v);
MUST_CHECK enum err wire_kp_put_get(struct arena *a, struct slice *s, struct wire_kp_put *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err wire_kp_put_decode(struct arena *a, struct slice s, struct wire_kp_put *v);

struct wire_kp_count {
    uint8_t empty;
};
void wire_kp_count_put(struct buf *b, const struct wire_kp_count *v);
MUST_CHECK enum err wire_kp_count_get(struct arena *a, struct slice *s, struct wire_kp_count *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err wire_kp_count_decode(struct arena *a, struct slice s, struct wire_kp_count *v);

struct wire_kp_level {
    uint64_t suite;
    uint64_t left;
    uint64_t last_resort_s;
};
void wire_kp_level_put(struct buf *b, const struct wire_kp_level *v);
MUST_CHECK enum err wire_kp_level_get(struct arena *a, struct slice *s, struct wire_kp_level *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err wire_kp_level_decode(struct arena *a, struct slice s, struct wire_kp_level *v);

struct wire_kp_counts {
    const struct wire_kp_level *items;
    size_t items_n;
};
void wire_kp_counts_put(struct buf *b, const struct wire_kp_counts *v);
MUST_CHECK enum err wire_kp_counts_get(struct arena *a, struct slice *s, struct wire_kp_counts *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err wire_kp_counts_decode(struct arena *a, struct slice s, struct wire_kp_counts *v);

struct wire_token_set {
    struct slice hash;
    uint64_t uses;
    uint64_t expires_s;
};
void wire_token_set_put(struct buf *b, const struct wire_token_set *v);
MUST_CHECK enum err wire_token_set_get(struct arena *a, struct slice *s, struct wire_token_set *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err wire_token_set_decode(struct arena *a, struct slice s, struct wire_token_set *v);

struct wire_token_drop {
    struct slice hash;
};
void wire_token_drop_put(struct buf *b, const struct wire_token_drop *v);
MUST_CHECK enum err wire_token_drop_get(struct arena *a, struct slice *s, struct wire_token_drop *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err wire_token_drop_decode(struct arena *a, struct slice s, struct wire_token_drop *v);

struct wire_push_set {
    struct slice endpoint;
    struct slice key;
    struct slice secret;
};
void wire_push_set_put(struct buf *b, const struct wire_push_set *v);
MUST_CHECK enum err wire_push_set_get(struct arena *a, struct slice *s, struct wire_push_set *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err wire_push_set_decode(struct arena *a, struct slice s, struct wire_push_set *v);

struct wire_quota_get {
    uint8_t empty;
};
void wire_quota_get_put(struct buf *b, const struct wire_quota_get *v);
MUST_CHECK enum err wire_quota_get_get(struct arena *a, struct slice *s, struct wire_quota_get *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err wire_quota_get_decode(struct arena *a, struct slice s, struct wire_quota_get *v);

struct wire_grant {
    const struct slice *grants;
    size_t grants_n;
    uint64_t bytes;
};
void wire_grant_put(struct buf *b, const struct wire_grant *v);
MUST_CHECK enum err wire_grant_get(struct arena *a, struct slice *s, struct wire_grant *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err wire_grant_decode(struct arena *a, struct slice s, struct wire_grant *v);

struct wire_kp_take {
    struct slice inbox;
    struct slice token;
    const uint64_t *suites;
    size_t suites_n;
};
void wire_kp_take_put(struct buf *b, const struct wire_kp_take *v);
MUST_CHECK enum err wire_kp_take_get(struct arena *a, struct slice *s, struct wire_kp_take *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err wire_kp_take_decode(struct arena *a, struct slice s, struct wire_kp_take *v);

struct wire_kp_of {
    struct slice device;
    uint64_t suite;
    struct slice package;
};
void wire_kp_of_put(struct buf *b, const struct wire_kp_of *v);
MUST_CHECK enum err wire_kp_of_get(struct arena *a, struct slice *s, struct wire_kp_of *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err wire_kp_of_decode(struct arena *a, struct slice s, struct wire_kp_of *v);

struct wire_kp_taken {
    struct slice account;
    const struct slice *chain;
    size_t chain_n;
    const struct wire_kp_of *packages;
    size_t packages_n;
};
void wire_kp_taken_put(struct buf *b, const struct wire_kp_taken *v);
MUST_CHECK enum err wire_kp_taken_get(struct arena *a, struct slice *s, struct wire_kp_taken *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err wire_kp_taken_decode(struct arena *a, struct slice s, struct wire_kp_taken *v);

struct wire_inbox_post {
    struct slice inbox;
    struct slice token;
    struct slice mid;
    struct slice body;
};
void wire_inbox_post_put(struct buf *b, const struct wire_inbox_post *v);
MUST_CHECK enum err wire_inbox_post_get(struct arena *a, struct slice *s, struct wire_inbox_post *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err wire_inbox_post_decode(struct arena *a, struct slice s, struct wire_inbox_post *v);

struct wire_chain_get {
    struct slice account;
    uint64_t from;
    bool key;
};
void wire_chain_get_put(struct buf *b, const struct wire_chain_get *v);
MUST_CHECK enum err wire_chain_get_get(struct arena *a, struct slice *s, struct wire_chain_get *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err wire_chain_get_decode(struct arena *a, struct slice s, struct wire_chain_get *v);

struct wire_chain {
    struct slice account;
    const struct slice *entries;
    size_t entries_n;
    bool has_hpke;
    struct slice hpke;
};
void wire_chain_put(struct buf *b, const struct wire_chain *v);
MUST_CHECK enum err wire_chain_get(struct arena *a, struct slice *s, struct wire_chain *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err wire_chain_decode(struct arena *a, struct slice s, struct wire_chain *v);

struct wire_box_new {
    struct slice mailbox;
    struct slice read_hash;
    struct slice write_key;
    uint64_t epoch;
    bool has_grant;
    struct slice grant;
    bool has_info;
    struct slice info;
};
void wire_box_new_put(struct buf *b, const struct wire_box_new *v);
MUST_CHECK enum err wire_box_new_get(struct arena *a, struct slice *s, struct wire_box_new *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err wire_box_new_decode(struct arena *a, struct slice s, struct wire_box_new *v);

struct wire_open {
    struct slice mailbox;
    struct slice read_tag;
    bool has_cursor;
    uint64_t cursor;
    uint64_t epoch;
};
void wire_open_put(struct buf *b, const struct wire_open *v);
MUST_CHECK enum err wire_open_get(struct arena *a, struct slice *s, struct wire_open *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err wire_open_decode(struct arena *a, struct slice s, struct wire_open *v);

struct wire_opened {
    uint64_t handle;
    uint64_t head;
    uint64_t epoch;
    uint64_t first;
    bool has_at;
    struct slice at;
};
void wire_opened_put(struct buf *b, const struct wire_opened *v);
MUST_CHECK enum err wire_opened_get(struct arena *a, struct slice *s, struct wire_opened *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err wire_opened_decode(struct arena *a, struct slice s, struct wire_opened *v);

struct wire_close {
    uint64_t handle;
};
void wire_close_put(struct buf *b, const struct wire_close *v);
MUST_CHECK enum err wire_close_get(struct arena *a, struct slice *s, struct wire_close *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err wire_close_decode(struct arena *a, struct slice s, struct wire_close *v);

struct wire_welcome {
    struct slice inbox;
    struct slice token;
    struct slice body;
};
void wire_welcome_put(struct buf *b, const struct wire_welcome *v);
MUST_CHECK enum err wire_welcome_get(struct arena *a, struct slice *s, struct wire_welcome *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err wire_welcome_decode(struct arena *a, struct slice s, struct wire_welcome *v);

struct wire_commit {
    uint64_t handle;
    struct slice mid;
    uint64_t epoch;
    struct slice branch;
    struct slice body;
    struct slice next_key;
    bool has_read_hash;
    struct slice read_hash;
    bool has_info;
    struct slice info;
    const struct wire_welcome *welcomes;
    size_t welcomes_n;
    struct slice signature;
};
void wire_commit_put(struct buf *b, const struct wire_commit *v);
MUST_CHECK enum err wire_commit_get(struct arena *a, struct slice *s, struct wire_commit *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err wire_commit_decode(struct arena *a, struct slice s, struct wire_commit *v);

struct wire_info_get {
    struct slice mailbox;
    struct slice read_tag;
};
void wire_info_get_put(struct buf *b, const struct wire_info_get *v);
MUST_CHECK enum err wire_info_get_get(struct arena *a, struct slice *s, struct wire_info_get *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err wire_info_get_decode(struct arena *a, struct slice s, struct wire_info_get *v);

struct wire_info {
    bool has_info;
    struct slice info;
    uint64_t epoch;
    uint64_t head;
};
void wire_info_put(struct buf *b, const struct wire_info *v);
MUST_CHECK enum err wire_info_get(struct arena *a, struct slice *s, struct wire_info *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err wire_info_decode(struct arena *a, struct slice s, struct wire_info *v);

struct wire_blob_new {
    struct slice blob;
    uint64_t bytes;
    uint64_t chunk;
    bool has_grant;
    struct slice grant;
    bool has_mailbox;
    struct slice mailbox;
    struct slice drop_hash;
};
void wire_blob_new_put(struct buf *b, const struct wire_blob_new *v);
MUST_CHECK enum err wire_blob_new_get(struct arena *a, struct slice *s, struct wire_blob_new *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err wire_blob_new_decode(struct arena *a, struct slice s, struct wire_blob_new *v);

struct wire_blob_stat {
    struct slice blob;
};
void wire_blob_stat_put(struct buf *b, const struct wire_blob_stat *v);
MUST_CHECK enum err wire_blob_stat_get(struct arena *a, struct slice *s, struct wire_blob_stat *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err wire_blob_stat_decode(struct arena *a, struct slice s, struct wire_blob_stat *v);

struct wire_blob_state {
    uint64_t bytes;
    uint64_t chunk;
    uint64_t have;
    uint64_t expires_s;
};
void wire_blob_state_put(struct buf *b, const struct wire_blob_state *v);
MUST_CHECK enum err wire_blob_state_get(struct arena *a, struct slice *s, struct wire_blob_state *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err wire_blob_state_decode(struct arena *a, struct slice s, struct wire_blob_state *v);

struct wire_blob_drop {
    struct slice blob;
    struct slice secret;
};
void wire_blob_drop_put(struct buf *b, const struct wire_blob_drop *v);
MUST_CHECK enum err wire_blob_drop_get(struct arena *a, struct slice *s, struct wire_blob_drop *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err wire_blob_drop_decode(struct arena *a, struct slice s, struct wire_blob_drop *v);

struct wire_record_put {
    uint64_t number;
    struct slice head;
    struct slice body;
};
void wire_record_put_put(struct buf *b, const struct wire_record_put *v);
MUST_CHECK enum err wire_record_put_get(struct arena *a, struct slice *s, struct wire_record_put *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err wire_record_put_decode(struct arena *a, struct slice s, struct wire_record_put *v);

struct wire_record_get {
    uint64_t from;
};
void wire_record_get_put(struct buf *b, const struct wire_record_get *v);
MUST_CHECK enum err wire_record_get_get(struct arena *a, struct slice *s, struct wire_record_get *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err wire_record_get_decode(struct arena *a, struct slice s, struct wire_record_get *v);

struct wire_record {
    struct slice device;
    uint64_t number;
    struct slice head;
    struct slice body;
    uint64_t left;
};
void wire_record_put(struct buf *b, const struct wire_record *v);
MUST_CHECK enum err wire_record_get(struct arena *a, struct slice *s, struct wire_record *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err wire_record_decode(struct arena *a, struct slice s, struct wire_record *v);

struct wire_write {
    uint64_t handle;
    uint64_t epoch;
    struct slice signature;
};
void wire_write_put(struct buf *b, const struct wire_write *v);
MUST_CHECK enum err wire_write_get(struct arena *a, struct slice *s, struct wire_write *v);
/* One whole item; ERR_INPUT when bytes are left. */
MUST_CHECK enum err wire_write_decode(struct arena *a, struct slice s, struct wire_write *v);

#endif
