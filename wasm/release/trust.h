/* Whom a client trusts: release keys and their threshold, the log, the witnesses and their quorum
 * (the lines of C2SP tlog-policy), and the one release line it follows. It is compiled into the
 * loader and pinned by Guard and sotto-verify; it never comes from the gateway.
 *
 *   sotto-trust/v1
 *   line <name>                                one: printable ASCII without spaces
 *   release <vkey>                             1 to 16, Ed25519
 *   threshold <k>                              1 to the number of release keys
 *   log <vkey> [url]                           one, Ed25519; its name is the origin
 *   witness <name> <vkey> [url]                0 to 16, kind 4
 *   group <name> all|any|<k> <member>...       0 to 16; members were named before
 *   quorum <name>|none
 *
 * Lines in this order, one space between fields, LF, no comments, at most 8,192 bytes. The same key
 * or name twice is refused. A line named local/... is a build on one's own machine. */
#ifndef SOTTO_RELEASE_TRUST_H
#define SOTTO_RELEASE_TRUST_H
#include "release/note.h"

#define RELEASE_TRUST_BYTES_MAX 8192
#define RELEASE_KEYS_MAX 16
#define RELEASE_WITNESSES_MAX 16
#define RELEASE_GROUPS_MAX 16

struct release_witness {
    struct slice name; /* in this text; the key has its own */
    struct release_key key;
    struct slice url; /* may be empty */
};
struct release_group {
    struct slice name;
    size_t need;      /* members that must hold */
    uint32_t members; /* bit i: witness i       */
    uint32_t groups;  /* bit i: group i, earlier than this one */
};
struct release_trust {
    struct slice line;
    size_t release_n, threshold, witness_n, group_n;
    struct release_key release[RELEASE_KEYS_MAX];
    struct release_key log;
    struct slice log_url; /* may be empty */
    struct release_witness witness[RELEASE_WITNESSES_MAX];
    struct release_group group[RELEASE_GROUPS_MAX];
    uint32_t quorum_witness; /* bit of the one witness, or 0 */
    uint32_t quorum_group;   /* bit of the group, or 0; both 0: none */
};
/* ERR_INPUT, ERR_LIMIT, ERR_AUTH or ERR_INPUT_VERSION (a vkey). Borrows from the text. */
MUST_CHECK enum err release_trust_parse(struct release_trust *out, struct slice text);
/* Do these witnesses (bits) satisfy the quorum? Always true when it is none. */
bool release_trust_quorum(const struct release_trust *t, uint32_t witnesses);
bool release_trust_has_quorum(const struct release_trust *t);
#endif
