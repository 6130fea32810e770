#include "gateway/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"

static struct gw_config c;
static char why[300];

static bool set(const char *name, const char *value)
{
    why[0] = 0;
    return gw_config_set(&c, name, value, why, sizeof why);
}

static bool says(const char *part)
{
    return strstr(why, part) != NULL;
}

/* Reads a file of settings with this text. */
static bool file(const char *text)
{
    char path[] = "/tmp/sotto-config-XXXXXX";
    int fd = mkstemp(path);
    why[0] = 0;
    if (fd < 0) {
        return false;
    }
    bool wrote = write(fd, text, strlen(text)) == (ssize_t)strlen(text);
    (void)close(fd);
    bool fine = gw_config_file(&c, path, why, sizeof why);
    (void)unlink(path);
    CHECK(wrote);
    return fine;
}

TEST(the_defaults_are_taken_and_fit_each_other)
{
    gw_config_default(&c);
    CHECK(c.app_port == 8480 && c.blob_bytes == 100u << 20 && !c.limit_loopback);
    CHECK(gw_config_check(&c, why, sizeof why));
    CHECK(c.registration == WIRE_REGISTRATION_OPEN); /* on one's own machine */
    for (size_t i = 0; gw_config_name(i) != NULL; i++) {
        char shown[GW_CONFIG_TEXT_MAX];
        gw_config_show(&c, i, shown, sizeof shown);
        CHECK(set(gw_config_name(i), shown)); /* what is shown is what can be set */
        CHECK(gw_config_help(i)[0] != 0);
    }
    CHECK(gw_config_is_flag("limit-loopback") && !gw_config_is_flag("loops"));
    CHECK(!gw_config_is_flag("nothing"));
}

TEST(numbers_have_units_and_bounds)
{
    gw_config_default(&c);
    CHECK(set("blob-bytes", "64k") && c.blob_bytes == 65536);
    CHECK(set("blob-bytes", "2m") && c.blob_bytes == 2u << 20);
    CHECK(set("blob-bytes", "1g") && c.blob_bytes == 1u << 30);
    static const char *const bad[] = {"",
                                      "-1",
                                      " 1",
                                      "1 ",
                                      "0x10000",
                                      "1t",
                                      "1kk",
                                      "k",
                                      "1.5m",
                                      "65535",
                                      "99999999999999999999",
                                      "18446744073709551615k"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        CHECK(!set("blob-bytes", bad[i]) && says("blob-bytes") && says("not a number from 65536"));
    }
    CHECK(c.blob_bytes == 1u << 30);
    CHECK(set("app-port", "65535") && !set("app-port", "65536") && !set("app-port", "0"));
    CHECK(set("metrics-port", "0"));
}

TEST(a_value_that_is_refused_changes_nothing)
{
    char longer[GW_CONFIG_TEXT_MAX + 1];
    gw_config_default(&c);
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = 0;
    CHECK(set("limit-loopback", "yes") && c.limit_loopback);
    CHECK(!set("limit-loopback", "true") && says("say yes or no") && c.limit_loopback);
    CHECK(set("dir", "/srv/state") && !set("dir", longer) && says("too long"));
    CHECK(strcmp(c.dir, "/srv/state") == 0);
    longer[GW_CONFIG_TEXT_MAX - 1] = 0;
    CHECK(set("dir", longer));
}

TEST(an_unknown_setting_names_the_nearest_one)
{
    gw_config_default(&c);
    CHECK(!set("app-prot", "1") && says("did you mean 'app-port'"));
    CHECK(!set("", "1") && says("there is no setting ''"));
    CHECK(!set("registrations", "open") && says("'registration'"));
}

TEST(a_file_is_read_line_by_line)
{
    gw_config_default(&c);
    CHECK(file("# comment\n\n  app-port = 9000 \r\n\tdir=/a b\nlimit-loopback = yes"));
    CHECK(c.app_port == 9000 && strcmp(c.dir, "/a b") == 0 && c.limit_loopback);
    CHECK(!file("dir = /x\nnonsense\n") && says(":2:") && says("name = value"));
    CHECK(!file("app-port = 9001\napp-port = x\n") && says(":2:"));
    CHECK(!gw_config_file(&c, "/nowhere/at/all", why, sizeof why) && says("cannot read"));
}

/* The rest of it would be read as another line. */
TEST(a_line_that_is_too_long_is_refused_whole)
{
    static char text[4096];
    gw_config_default(&c);
    size_t n = (size_t)snprintf(text, sizeof text, "# ");
    memset(text + n, '-', 1200);
    n += 1200;
    snprintf(text + n, sizeof text - n, "app-port = 9002\ngw-port = 9003\n");
    CHECK(file(text)); /* a comment may be as long as it likes */
    CHECK(c.app_port == 8480 && c.gw_port == 9003);
    n = (size_t)snprintf(text, sizeof text, "dir = ");
    memset(text + n, ' ', 1200);
    snprintf(text + n + 1200, sizeof text - n - 1200, "app-port = 9004\n");
    CHECK(!file(text) && says("too long") && c.app_port == 8480);
}

TEST(the_environment_overrides_by_upper_case_names)
{
    gw_config_default(&c);
    CHECK(setenv("SOTTO_APP_PORT", "9005", 1) == 0);
    CHECK(gw_config_environment(&c, why, sizeof why) && c.app_port == 9005);
    CHECK(setenv("SOTTO_APP_PORT", "x", 1) == 0);
    CHECK(!gw_config_environment(&c, why, sizeof why) && says("app-port"));
    CHECK(unsetenv("SOTTO_APP_PORT") == 0);
}

TEST(settings_that_do_not_fit_each_other_are_refused)
{
    static const struct {
        const char *name, *value, *part;
    } bad[] = {
        {"registration", "maybe", "open, invitation or closed"},
        {"tls-cert", "/c.pem", "go together"},
        {"public-app", "chat.example", "look like https://"},
        {"public-app", "https://chat.example/path", "look like https://"},
        {"public-gateway", "https://a@b", "look like https://"},
        {"listen", "0.0.0.0", "set public-app and public-gateway"},
        {"gw-port", "8480", "must differ"},
        {"metrics-port", "8481", "must differ"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        gw_config_default(&c);
        CHECK(set(bad[i].name, bad[i].value));
        CHECK(!gw_config_check(&c, why, sizeof why) && says(bad[i].part));
    }
    gw_config_default(&c);
    CHECK(set("listen", "0.0.0.0") && set("public-app", "https://chat.example") &&
          set("public-gateway", "https://gw.chat.example:8443"));
    CHECK(gw_config_check(&c, why, sizeof why));
    CHECK(c.registration == WIRE_REGISTRATION_INVITATION); /* who can be reached asks for one */
    CHECK(set("registration", "closed") && gw_config_check(&c, why, sizeof why));
    CHECK(c.registration == WIRE_REGISTRATION_CLOSED);
}

TEST_MAIN(TEST_ROW(the_defaults_are_taken_and_fit_each_other),
          TEST_ROW(numbers_have_units_and_bounds),
          TEST_ROW(a_value_that_is_refused_changes_nothing),
          TEST_ROW(an_unknown_setting_names_the_nearest_one), TEST_ROW(a_file_is_read_line_by_line),
          TEST_ROW(a_line_that_is_too_long_is_refused_whole),
          TEST_ROW(the_environment_overrides_by_upper_case_names),
          TEST_ROW(settings_that_do_not_fit_each_other_are_refused))
