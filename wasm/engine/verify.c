#include "engine/verify.h"

#include "store/people.h"

/* Their chat shows it too. */
static enum err changed(struct step *s, int64_t person)
{
    struct store_person p;
    effects_person(s->out, person);
    enum err e = store_person_get(s->store, s->arena, person, &p);
    if (e == OK && p.chat != 0) {
        effects_chat(s->out, p.chat);
    }
    return e == ERR_GONE ? OK : e;
}

enum err verify_done(struct step *s, int64_t person, const struct verify_word *w)
{
    TRY(changed(s, person));
    return store_person_verify(s->store, person, w->of, w->by, w->ms);
}

enum err verify_done_there(struct step *s, int64_t person, const struct verify_word *w)
{
    TRY(changed(s, person));
    return store_person_verify_too(s->store, person, w->of, w->by, w->ms);
}

enum err verify_undo(struct step *s, int64_t person)
{
    TRY(changed(s, person));
    return store_person_unverify(s->store, person);
}

enum err verify_undo_there(struct step *s, int64_t person)
{
    TRY(changed(s, person));
    return store_person_unverify_too(s->store, person);
}

enum err verify_device_gone(struct step *s, struct slice by)
{
    return store_person_unverify_by(s->store, by);
}

enum err verify_again(struct step *s, int64_t person)
{
    TRY(changed(s, person));
    return store_person_compare_again(s->store, person);
}

enum err verify_fork(struct step *s, int64_t person, bool on)
{
    TRY(changed(s, person));
    return store_person_set_fork(s->store, person, on);
}

enum err verify_brought(struct step *s, int64_t person, enum abi_verified how,
                        const struct verify_word *w)
{
    TRY(changed(s, person));
    return store_person_bring_verified(s->store, person, (int64_t)how, w->of, w->by, w->ms);
}
