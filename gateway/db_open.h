/* Opening the database: the file or memory, its layout, its statements. */
#ifndef SOTTO_GATEWAY_DB_OPEN_H
#define SOTTO_GATEWAY_DB_OPEN_H
#include "gateway/db_notice.h"

struct gw_db_tables;
struct gw_gateway;

/* In place of `dir`: the database lives in memory, for one thread. */
#define GW_DB_MEMORY ":memory:"

/* Opens (and creates, migrates) DIR/sotto.db; NULL and a sentence in `why` (n bytes) when it
 * cannot. `gw` and `tables` must outlive it; ends with gw_db_close. */
struct gw_db *gw_db_open(struct gw_gateway *gw, const struct gw_db_tables *tables,
                         gw_db_on_notice on_notice, char *why, size_t n);

#endif
