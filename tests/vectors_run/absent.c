/* Vectors of what this tree has no code for: they are read and counted as not applicable, so that
 * no file passes in silence. SFrame (RFC 9605): there are no calls. */
#include "vectors_run/vector.h"

static void sframe(const struct json *root, struct vector_result *r)
{
    if (!json_is(root, JSON_OBJECT)) {
        r->unknown = true;
        return;
    }
    for (const struct json *list = root->first; list != NULL; list = list->next) {
        for (const struct json *v = list->first; v != NULL; v = v->next) {
            vector_begin(r, "%.*s", (int)list->key.n, (const char *)list->key.p);
            vector_skip(r, "SFrame");
            vector_end(r);
        }
    }
}

const struct vector_kind vector_kinds_absent[] = {
    {"sframe", "*sframe*.json", sframe},
    {"sframe", "*.json", sframe},
    {NULL, NULL, NULL},
};
