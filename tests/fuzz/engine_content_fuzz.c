/* What another member, another device of ours or the gateway's inbox may hand to the engine once
 * the ciphertext is open: MIMI content and our private types, records of a device link, rooms,
 * links, items of the inbox. The first byte chooses. Whatever it is: an error or a change, no more.
 */
#include <string.h>

#include "engine/own/contact_link.h"
#include "engine/own/order.h"
#include "engine/own/receive.h"
#include "engine/own/record.h"
#include "engine/own/room.h"
#include "engine/own/take.h"
#include "fuzz/fuzz.h"
#include "lib/sim.h"
#include "store/people.h"

static struct sim *world;
static struct sim_device *ana;
static int64_t chats[3]; /* by store_chat_type */

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    uint64_t ab = 0, ba = 0;
    (void)argc;
    (void)argv;
    world = sim_create(9);
    world->cheap = true;
    ana = sim_device(world, "ana");
    struct sim_device *ben = sim_device(world, "ben");
    FUZZ_CHECK(sim_make(ana, "Ana") == OK && sim_make(ben, "Ben") == OK);
    sim_run(world, 3000);
    FUZZ_CHECK(sim_meet(ana, ben, &ab, &ba));
    FUZZ_CHECK(sim_send(ana, ab, "one", NULL) == OK && sim_send(ben, ba, "two", NULL) == OK);
    sim_run(world, 5000);
    chats[0] = (int64_t)sim_chat_of_type(ana, ABI_CHAT_TYPE_SELF);
    chats[1] = (int64_t)ab;
    return 0;
}

/* The content of a word whose numbers are as they should be. */
static enum err content(struct own *o, struct step *s, const struct store_chat *c, int64_t from,
                        struct slice in)
{
    struct own_word w;
    memset(&w, 0, sizeof w);
    w.ms = w.server_ms = s->now_ms;
    w.place = 1 << 20;
    w.content = in;
    return own_content_take(o, s, c, from, &w);
}

/* A whole word of the other side of a pair. */
static enum err word(struct own *o, struct step *s, const struct store_chat *c, struct slice in)
{
    static const uint8_t device[32] = {7};
    struct own_word w;
    struct store_person who;
    struct mls_leaf_view leaf;
    TRY(own_order_read(in, &w));
    TRY(store_person_get(s->store, s->arena, c->person, &who));
    memset(&leaf, 0, sizeof leaf);
    leaf.credential_type = 1;
    leaf.credential = SLICE_ARRAY(who.account);
    leaf.signature_key = SLICE_ARRAY(device);
    w.server_ms = s->now_ms;
    TRY(own_order_take(o, s, c, 1u << 20, &leaf, c->person, &w));
    return w.known || w.empty ? OK : own_content_take(o, s, c, c->person, &w);
}

static enum err take(struct own *o, struct step *s, void *user)
{
    struct slice in = *(struct slice *)user;
    struct store_chat c;
    struct own_room room;
    struct own_link_parts parts;
    struct frame_deliver d;
    uint8_t what = 0;
    TRY(slice_u8(&in, &what));
    switch (what % 7) {
    case 0: /* from the other side of a pair */
        TRY(store_chat_get(s->store, s->arena, chats[1], &c));
        return content(o, s, &c, c.person, in);
    case 1: /* from another device of ours, in the chat with ourselves */
        TRY(store_chat_get(s->store, s->arena, chats[0], &c));
        return content(o, s, &c, STORE_PERSON_ME, in);
    case 2:
        return own_record_take(o, s, in, false);
    case 3:
        return own_room_decode(s->arena, in, &room);
    case 4:
        return own_link_parse(s->arena, in, &parts);
    case 6:
        TRY(store_chat_get(s->store, s->arena, chats[1], &c));
        return word(o, s, &c, in);
    default:
        memset(&d, 0, sizeof d);
        d.seq = 1u << 20;
        d.kind = WIRE_KIND_APPLICATION;
        d.server_ms = s->now_ms;
        d.body = in;
        return own_deliver(o, s, &d);
    }
}

FUZZ(input)
{
    enum err e = sim_try(ana, take, &input);
    FUZZ_CHECK(e != ERR_BUG && e != ERR_STORE && e != ERR_STORE_CORRUPT);
}
