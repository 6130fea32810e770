/* The release that is looked for: its trust, its signatures, what belongs at which path. */
#ifndef SOTTO_TOOLS_VERIFY_RELEASE_H
#define SOTTO_TOOLS_VERIFY_RELEASE_H
#include "verify.h"

/* Reads and parses the trust file; false and a line on stderr. */
MUST_CHECK bool verify_trust(struct verify *v, const char *path);
/* Judges v->note by its signatures alone, or with v->recent and v->first. A line either way. */
bool verify_signatures(struct verify *v, const char *name);
struct verify_names {
    const char *note, *recent, *first; /* for the lines; what is not there has no name */
};
bool verify_release(struct verify *v, const struct verify_names *names);
/* The same, by the paths that a gateway serves them at; the note is in v. */
bool verify_release_served(struct verify *v);
/* Are these bytes what belongs at this path ("/", "/sw.js", "/app.js", a generated list under
 * /.well-known)? `why` says what is wrong. */
MUST_CHECK bool verify_content(struct verify *v, const char *path, struct slice bytes,
                               char why[VERIFY_WHY_MAX]);
/* Does the note say something about this path? */
bool verify_is_listed(const struct verify *v, const char *path);
/* The media type that the note gives a path; empty when it gives none. */
struct slice verify_type(const struct verify *v, const char *path);
#endif
