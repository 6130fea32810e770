/* One answer of the origin, however it was fetched. */
#ifndef SOTTO_TOOLS_VERIFY_SERVED_H
#define SOTTO_TOOLS_VERIFY_SERVED_H
#include "verify.h"

#define VERIFY_OTHER_BYTES_MAX (256u << 10) /* of what no release pins */
struct verify_served {
    const char *path;
    const char *cache; /* the whole Cache-Control; NULL: any with no-transform */
    unsigned status;   /* 0: any */
    bool any_body;     /* data that no release pins */
};
/* Status, headers, type and (decoded) body. False: why. */
MUST_CHECK bool verify_served_check(struct verify *v, const struct verify_served *want,
                                    unsigned status, struct slice head, struct slice body,
                                    char why[VERIFY_WHY_MAX]);
/* What is wanted of a path when a browser asks for it. */
void verify_served_of(struct verify_served *out, const struct verify *v, const char *path);
/* No more than this is taken in. */
size_t verify_served_max(const struct verify *v, const struct verify_served *want);
#endif
