/* XMPP over WebSocket (RFC 7395), as far as the load needs it: anonymous login, messages. */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>

#include "load.h"

#define PING                                                                                       \
    "<iq xmlns='jabber:client' type='get' to='localhost' id='p'><ping "                            \
    "xmlns='urn:xmpp:ping'/></iq>"

void xmpp_open(struct conn *c)
{
    put_text(c, "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='localhost' version='1.0'/>");
}

/* To itself; or to somebody who is not there, with a ping of the server behind it, since nothing
 * else says that a message is stored. */
static void keep_stanza(struct conn *c, const char *jid)
{
    static const char end[] = "</body></message>";
    char stanza[BODY_MAX + 1000];
    bool store = load.mode == XMPP_STORE;
    int k = store
                ? snprintf(stanza, sizeof stanza,
                           "<message xmlns='jabber:client' type='chat' to='user%u@store.localhost' "
                           "id='m'><body>",
                           c->id)
                : snprintf(stanza, sizeof stanza,
                           "<message xmlns='jabber:client' type='chat' to='%s' id='m'><body>", jid);
    size_t n = (size_t)k;
    memset(stanza + n, 'a', load.size);
    memcpy(stanza + n + load.size, end, sizeof end);
    keep_message(c, 1, slice_of_string(stanza), 0);
    if (store) {
        keep_message(c, 1, SLICE_LITERAL(PING), 0);
    }
}

void xmpp_text(struct conn *c, char *p, size_t n)
{
    char *end = p + n;
    char save = *end;
    *end = 0;
    if (c->state == READY) {
        bool mine = load.mode == XMPP_STORE ? strstr(p, "type='result'") != NULL
                                            : strstr(p, "<message") != NULL;
        if (mine) {
            answered(c);
        }
    } else if (c->step == 0 && strstr(p, "features") != NULL) {
        c->step = 1;
        put_text(c, "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='ANONYMOUS'/>");
    } else if (c->step == 1 && strstr(p, "<success") != NULL) {
        c->step = 2;
        xmpp_open(c);
    } else if (c->step == 2 && strstr(p, "features") != NULL) {
        c->step = 3;
        put_text(c, "<iq xmlns='jabber:client' type='set' id='b'><bind "
                    "xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>");
    } else if (c->step == 3 && strstr(p, "<jid>") != NULL) {
        char jid[200];
        const char *from = strstr(p, "<jid>") + 5;
        (void)snprintf(jid, sizeof jid, "%.*s", (int)strcspn(from, "<"), from);
        put_text(c, "<presence xmlns='jabber:client'/>");
        keep_stanza(c, jid);
        set_ready(c);
    }
    *end = save;
}
