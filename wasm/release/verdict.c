#include "release/verdict.h"

const char *release_verdict_name(enum release_verdict v)
{
#define NAME_ROW(code, name) name,
    static const char *const names[] = {RELEASE_VERDICT_LIST(NAME_ROW)};
#undef NAME_ROW
    return (unsigned)v < RELEASE_VERDICT_COUNT ? names[v] : "unknown";
}
