#include "base/base.h"

const char *err_name(enum err e)
{
    static const char *const names[] = {
#define ERR_NAME_ROW(code, name) [code] = (name),
        ERR_LIST(ERR_NAME_ROW)
#undef ERR_NAME_ROW
    };
    if ((unsigned)e >= (unsigned)ERR_COUNT) {
        return "unknown";
    }
    return names[e];
}
