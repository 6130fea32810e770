#include "store/own_setting.h"

#include "store/account.h"
#include "store/setting.h"

enum err store_own_setting_get(struct store *s, struct arena *a, const char *key, struct slice *out)
{
    return store_setting_of_get(s, a, STORE_ACCOUNT_OWN, key, out);
}

enum err store_own_setting_put(struct store *s, const char *key, struct slice value)
{
    return store_setting_of_put(s, STORE_ACCOUNT_OWN, key, value);
}

enum err store_own_setting_drop(struct store *s, const char *key)
{
    return store_setting_of_drop(s, STORE_ACCOUNT_OWN, key);
}

enum err store_own_setting_int(struct store *s, const char *key, int64_t fallback, int64_t *out)
{
    return store_setting_of_int(s, STORE_ACCOUNT_OWN, key, fallback, out);
}

enum err store_own_setting_put_int(struct store *s, const char *key, int64_t value)
{
    return store_setting_of_put(s, STORE_ACCOUNT_OWN, key, slice_make(&value, sizeof value));
}
