/* Which errors are our own. */
#include "engine/own/grave.h"

bool own_grave(enum err e)
{
    return e == ERR_STORE || e == ERR_STORE_CORRUPT || e == ERR_STORE_FULL || e == ERR_HOST ||
           e == ERR_HOST_MEMORY || e == ERR_BUG;
}
