/* Settings of the own network's account (store/setting.h): who this device is, what it has read,
 * what is under way. Errors as in setting.h. */
#ifndef SOTTO_STORE_OWN_SETTING_H
#define SOTTO_STORE_OWN_SETTING_H
#include "store/sql.h"

MUST_CHECK enum err store_own_setting_get(struct store *s, struct arena *a, const char *key,
                                          struct slice *out);
MUST_CHECK enum err store_own_setting_put(struct store *s, const char *key, struct slice value);
MUST_CHECK enum err store_own_setting_drop(struct store *s, const char *key);
MUST_CHECK enum err store_own_setting_int(struct store *s, const char *key, int64_t fallback,
                                          int64_t *out);
MUST_CHECK enum err store_own_setting_put_int(struct store *s, const char *key, int64_t value);

#endif
