/* Lines of the timeline about what happened. */
#ifndef SOTTO_ENGINE_OWN_NOTICE_H
#define SOTTO_ENGINE_OWN_NOTICE_H
#include "engine/engine.h"
#include "store/chat.h"
#include "store/message.h"

/* The chat whose timeline shows what arrives in c. */
int64_t own_shown_in(const struct store_chat *c);
/* A line of the timeline about what happened. text: who or what; may be empty. */
#define OWN_NOTICE_RECOVERED 10
#define OWN_NOTICE_MISSED 13 /* we come in again: what was said meanwhile may be missing */
#define OWN_NOTICE_FORK 15
#define OWN_NOTICE_RECORD 16
#define OWN_NOTICE_SKIPPED 17   /* not all of a recovery record could be read                     */
#define OWN_NOTICE_FORGED 18    /* again, by a key that raised a fork before                      */
#define OWN_NOTICE_MY_DEVICE 19 /* another device of mine, or my code, has linked one; text: */
#define OWN_NOTICE_MY_DEVICE_GONE                                                                  \
    20 /* has dropped one; its name, a newline, the name of who did                                \
        */
/* Lines about a room: 36 many changes at once, 37 somebody is not in it any more. */
#define OWN_NOTICE_ROSTER                                                                          \
    36 /* text: who came, who went, devices in, devices out, roles: five numbers */
#define OWN_NOTICE_GONE 37
/* Whose doing something is. */
struct own_by {
    int64_t person;    /* 0: not known */
    enum store_by how; /* store/message.h */
    bool removed;      /* a device that its account has dropped since */
};
MUST_CHECK enum err own_notice_by(struct step *s, int64_t chat, int notice, int64_t person,
                                  struct slice text, const struct own_by *by);
MUST_CHECK enum err own_notice(struct step *s, int64_t chat, int notice, int64_t person,
                               struct slice text, uint64_t at_ms);

#endif
