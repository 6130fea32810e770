/* The effects of a step: the only way out. Replies, sends and dials are kept in order; changes of
 * chats, messages and people are only noted (by id), and their views are built once, at the end,
 * from what the store holds then. */
#ifndef SOTTO_ENGINE_EFFECT_H
#define SOTTO_ENGINE_EFFECT_H
#include "base/arena.h"
#include "schema/gen/abi.h"

struct effect_mark {
    int64_t id;
    bool fresh; /* messages: new */
    bool gone;
    int64_t chat;
};
struct effect_marks {
    struct effect_mark *v;
    size_t n, cap;
};
/* Connections of one account. The host knows them as slot * EFFECTS_CONNS + k, the account by k, 1
 * .. EFFECTS_CONNS - 1, so that no account can name another's. */
#define EFFECTS_CONNS 64
struct effects {
    struct arena *arena;
    unsigned slot; /* of the account being called; core sets it, effects_init clears it */
    struct abi_effect *v;
    size_t n, cap;
    struct effect_marks chats, messages, people;
    bool state, requests, devices;
    enum err err; /* first failure (memory); sticks: the step fails */
};

void effects_init(struct effects *e, struct arena *arena);
/* Appends a copy; slices in it must outlive the step (arena). */
void effects_put(struct effects *e, const struct abi_effect *effect);
void effects_reply(struct effects *e, uint64_t request, enum err error, uint64_t detail,
                   const struct abi_result *result);
void effects_dial(struct effects *e, unsigned k, struct slice url, struct slice protocol);
void effects_send(struct effects *e, unsigned k, struct slice data);
void effects_hang_up(struct effects *e, unsigned k);
void effects_change(struct effects *e, const struct abi_change *change);
void effects_chat(struct effects *e, int64_t chat);
void effects_message(struct effects *e, int64_t message, bool fresh);
void effects_message_gone(struct effects *e, int64_t chat, int64_t message);
void effects_person(struct effects *e, int64_t person);

#endif
