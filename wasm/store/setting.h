/* Small named values: what the person chose, what this device keeps. Shared by all accounts, except
 * those stored under an account's number (account.h). */
#ifndef SOTTO_STORE_SETTING_H
#define SOTTO_STORE_SETTING_H
#include "store/sql.h"

/* ERR_GONE: never set. */
MUST_CHECK enum err store_setting_get(struct store *s, struct arena *a, const char *key,
                                      struct slice *out);
MUST_CHECK enum err store_setting_put(struct store *s, const char *key, struct slice value);
MUST_CHECK enum err store_setting_drop(struct store *s, const char *key);
/* Integers, stored as 8 bytes; `fallback` when never set. */
MUST_CHECK enum err store_setting_int(struct store *s, const char *key, int64_t fallback,
                                      int64_t *out);
MUST_CHECK enum err store_setting_put_int(struct store *s, const char *key, int64_t value);

/* The same for one account. */
MUST_CHECK enum err store_setting_of_get(struct store *s, struct arena *a, int64_t account,
                                         const char *key, struct slice *out);
MUST_CHECK enum err store_setting_of_put(struct store *s, int64_t account, const char *key,
                                         struct slice value);
MUST_CHECK enum err store_setting_of_drop(struct store *s, int64_t account, const char *key);
MUST_CHECK enum err store_setting_of_int(struct store *s, int64_t account, const char *key,
                                         int64_t fallback, int64_t *out);

#define STORE_SETTING_CHOICE "u:" /* prefix of the keys of what the page keeps */
struct store_setting_choice {
    struct slice key, value; /* in the arena; the key without the prefix */
};
/* What the page keeps, at most `max`. */
MUST_CHECK enum err store_setting_choices(struct store *s, struct arena *a,
                                          struct store_setting_choice *out, size_t max, size_t *n);

#endif
