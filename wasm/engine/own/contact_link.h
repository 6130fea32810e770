/* The text of contact links, which names the gateway, the account, its inbox and a token. */
#ifndef SOTTO_ENGINE_OWN_CONTACT_LINK_H
#define SOTTO_ENGINE_OWN_CONTACT_LINK_H
#include "engine/engine.h"
#include "engine/own/state.h"

#define OWN_LINK_FIRST 3 /* kinds in the text: 3 person, 4 group; 1 and 2 had fingerprints */
#define OWN_LINK_SECRET_SIZE 16

struct own_link_parts {
    enum abi_link_what what; /* PERSON, GROUP or DEVICE */
    struct slice gateway;
    uint8_t account[32], inbox[16], token[16];
    uint8_t mailbox[16], read_tag[32], join_secret[32];
    uint8_t code[16];
    uint8_t secret[OWN_LINK_SECRET_SIZE]; /* of a group's link */
};

/* secret: OWN_LINK_SECRET_SIZE bytes of a group's link, which the gateway never sees; none for a
 * person's link. */
MUST_CHECK enum err own_link_text(struct own *o, struct step *s, const uint8_t token[16],
                                  struct slice secret, struct slice *out);
/* Proves to the maker of a group's link that `account` holds it. `about`: the room it asks in. */
MUST_CHECK enum err own_link_proof(struct arena *a, struct slice secret, struct slice about,
                                   const uint8_t account[32], uint8_t out[32]);
MUST_CHECK enum err own_link_parse(struct arena *a, struct slice text, struct own_link_parts *out);

#endif
