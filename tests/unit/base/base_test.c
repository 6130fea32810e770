#include "base/base.h"

#include <string.h>

#include "lib/check.h"

TEST(names_every_error_once)
{
    CHECK(strcmp(err_name(OK), "ok") == 0);
    CHECK(strcmp(err_name(ERR_AUTH_PASSPHRASE), "auth-passphrase") == 0);
    for (int a = 0; a < ERR_COUNT; a++) {
        REQUIRE(err_name((enum err)a) != NULL);
        for (int b = 0; b < a; b++) {
            CHECK(strcmp(err_name((enum err)a), err_name((enum err)b)) != 0);
        }
    }
}

TEST(names_a_foreign_number_unknown)
{
    CHECK(strcmp(err_name(ERR_COUNT), "unknown") == 0);
    CHECK(strcmp(err_name((enum err)12345), "unknown") == 0);
}

static enum err fails(int *after)
{
    TRY(OK);
    TRY(ERR_GONE);
    *after = 1;
    return OK;
}

TEST(try_returns_the_first_error)
{
    int after = 0;
    CHECK_ERR(fails(&after), ERR_GONE);
    CHECK(after == 0);
}

TEST_MAIN(TEST_ROW(names_every_error_once), TEST_ROW(names_a_foreign_number_unknown),
          TEST_ROW(try_returns_the_first_error))
