#include "gateway/admin.h"

int gw_admin_doctor(const struct gw_config *c, const struct gw_admin_options *o)
{
    (void)c;
    (void)o;
    return 1;
}
int gw_admin_invite(const struct gw_config *c, const struct gw_admin_options *o)
{
    (void)c;
    (void)o;
    return 1;
}
int gw_admin_backup(const struct gw_config *c, const struct gw_admin_options *o)
{
    (void)c;
    (void)o;
    return 1;
}
int gw_admin_stats(const struct gw_config *c, const struct gw_admin_options *o)
{
    (void)c;
    (void)o;
    return 1;
}
