/* A core on an empty disk, asked as the page asks it, with encoded events, and nothing at the other
 * end of its lines: what unit tests of room core need. What others said is put into its store by
 * the test.
 *
 * One test has one world; an answer lives until the next step. */
#ifndef SOTTO_TESTS_CORE_WORLD_H
#define SOTTO_TESTS_CORE_WORLD_H
#include "core/core.h"

#define CORE_WORLD_NOW_MS 1700000000000ull
#define CORE_WORLD_CODE_SIZE 64

struct core_world {
    struct core *core;
    uint64_t now_ms;
    uint64_t request;
    struct arena arena;
    struct abi_effects out;          /* of the last step */
    struct abi_reply reply;          /* of the last op */
    char code[CORE_WORLD_CODE_SIZE]; /* the recovery code of core_world_create */
};

/* Locked, and there is no vault. */
void core_world_begin(struct core_world *w);
void core_world_end(struct core_world *w);
/* The core ends without a goodbye; the next one starts on the same disk. */
void core_world_restart(struct core_world *w);

enum err core_world_step(struct core_world *w, const struct abi_event *ev);
/* The error of the reply, of which there must be one. */
enum err core_world_op(struct core_world *w, const struct abi_op *op);
/* An op without fields, or all of them zero. */
enum err core_world_ask(struct core_world *w, enum abi_op_kind kind);
/* The secret again, for the next op of this kind. */
enum err core_world_confirm(struct core_world *w, enum abi_op_kind what);
/* Both. */
enum err core_world_op_confirmed(struct core_world *w, const struct abi_op *op);

/* 32 times k; core_world_create takes number 1. */
struct slice core_world_secret(uint8_t k);
struct abi_slot core_world_slot(enum abi_slot_kind kind, struct slice label);
/* An op that makes an account of this name: the test may spoil it first. */
struct abi_op core_world_create_op(const char *name);
/* The account of "Ana", unlocked. */
void core_world_create(struct core_world *w);
enum err core_world_unlock(struct core_world *w, enum abi_slot_kind kind, struct slice secret);

/* The first change of this kind that the last step told; NULL: none. */
const struct abi_change *core_world_change(const struct core_world *w, enum abi_change_kind kind);
size_t core_world_effects(const struct core_world *w, enum abi_effect_kind kind);

/* ---- what lies in the store ------------------------------------------------------------------ */

/* A contact of this name, and a chat of two with them. */
int64_t core_world_person(struct core_world *w, const char *name, uint8_t k);
int64_t core_world_pair(struct core_world *w, int64_t person, uint8_t k);
/* Said in that chat by this person; mid: 32 times k. */
int64_t core_world_message(struct core_world *w, int64_t chat, int64_t sender, uint8_t k,
                           const char *text);
/* A number out of the store; -1: no row. */
int64_t core_world_int(struct core_world *w, const char *sql);
void core_world_sql(struct core_world *w, const char *sql);
/* With a number as ?1. */
void core_world_sql_of(struct core_world *w, const char *sql, int64_t n);

#endif
