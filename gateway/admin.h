/* The commands of the operator that work beside a running gateway, on its database. */
#ifndef SOTTO_GATEWAY_ADMIN_H
#define SOTTO_GATEWAY_ADMIN_H
#include <stdio.h>

#include "gateway/config.h"

struct gw_admin_options {
    long uses, days;
    bool json;
    const char *file;
    FILE *out;
};

/* Each returns an exit code: 0 fine, 1 failed, 2 wrong usage. */
int gw_admin_invite(const struct gw_config *c, const struct gw_admin_options *o);
int gw_admin_backup(const struct gw_config *c, const struct gw_admin_options *o);
int gw_admin_stats(const struct gw_config *c, const struct gw_admin_options *o);

#endif
