#include "engine/roster.h"

#include "store/member.h"
#include "store/people.h"

/* ---- people --------------------------------------------------------------------------------- */

enum err roster_person(struct step *s, const uint8_t address[32], int64_t *person)
{
    return store_person_ensure(s->store, address, person);
}

/* I myself am shown as part of the state. */
static void changed(struct step *s, int64_t person)
{
    if (person == STORE_PERSON_ME) {
        s->out->state = true;
    } else {
        effects_person(s->out, person);
    }
}

enum err roster_profile(struct step *s, int64_t person, struct slice name, struct slice picture,
                        int64_t ms)
{
    changed(s, person);
    return store_person_set_profile(s->store, person, name, picture, ms);
}

enum err roster_contact(struct step *s, int64_t person)
{
    return store_person_set_contact(s->store, person, true);
}

enum err roster_block(struct step *s, int64_t person, bool on)
{
    struct store_person p;
    TRY(store_person_get(s->store, s->arena, person, &p));
    changed(s, person);
    if (p.chat != 0) {
        effects_chat(s->out, p.chat);
    }
    return store_person_set_blocked(s->store, person, on);
}

enum err roster_told(struct step *s, int64_t person, bool contact, bool blocked, struct slice name)
{
    return store_person_told(s->store, person, contact, blocked, name);
}

enum err roster_brought(struct step *s, int64_t person, bool contact, bool blocked)
{
    return store_person_bring(s->store, person, contact, blocked);
}

enum err roster_chat(struct step *s, int64_t person, int64_t chat)
{
    return store_person_set_chat(s->store, person, chat);
}

/* ---- requests ------------------------------------------------------------------------------- */

enum err roster_request(struct step *s, const struct store_request *r)
{
    s->out->requests = true;
    return store_request_add(s->store, r);
}

enum err roster_answered(struct step *s, int64_t request)
{
    s->out->requests = true;
    return store_request_drop(s->store, request);
}

/* ---- who sits in a chat --------------------------------------------------------------------- */

enum err roster_begin(struct step *s, int64_t chat)
{
    return store_member_begin(s->store, chat);
}

enum err roster_end(struct step *s, int64_t chat)
{
    return store_member_end(s->store, chat);
}

enum err roster_member(struct step *s, int64_t chat, int64_t person, bool admin)
{
    return store_member_put(s->store, chat, person, admin);
}
