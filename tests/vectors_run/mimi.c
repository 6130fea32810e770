/* Worked examples of draft-ietf-mimi-content: decode, encode again byte for byte, message id. */
#include "crypto/hash.h"
#include "schema/content.h"
#include "vectors_run/vector.h"

static void run_entry(struct vector_result *r, const struct json *v)
{
    struct slice cbor = vector_hex(r, v, "cbor");
    struct slice sender = vector_text(r, v, "sender_uri");
    struct slice room = vector_text(r, v, "room_uri");
    struct content content;
    struct slice again;
    struct slice text;
    uint8_t id[CONTENT_ID_SIZE];
    if (!VECTOR_CHECK(r, content_decode(&r->arena, cbor, &content) == OK)) {
        return;
    }
    VECTOR_CHECK(r, content_encode(&r->arena, &content, &again) == OK);
    VECTOR_BYTES(r, again, cbor);
    VECTOR_CHECK(r, content_message_id(id, sender, room, cbor) == OK);
    VECTOR_BYTES(r, SLICE_ARRAY(id), vector_hex(r, v, "message_id"));
    if (content_extension_text(content.extensions, CONTENT_EXT_SENDER, &text) == OK) {
        VECTOR_BYTES(r, text, sender);
    }
    if (content_extension_text(content.extensions, CONTENT_EXT_ROOM, &text) == OK) {
        VECTOR_BYTES(r, text, room);
    }
}

static void run(const struct json *root, struct vector_result *r)
{
    if (!json_is(root, JSON_ARRAY)) {
        r->unknown = true;
        return;
    }
    for (const struct json *v = root->first; v != NULL; v = v->next) {
        struct slice name = json_text(json_get(v, "name"));
        vector_begin(r, "%.*s", (int)name.n, (const char *)name.p);
        run_entry(r, v);
        vector_end(r);
    }
}

const struct vector_kind vector_kinds_mimi[] = {
    {"mimi", "*content*.json", run},
    {"mimi", "*.json", run},
    {NULL, NULL, NULL},
};
