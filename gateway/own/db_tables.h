/* The own network's tables, for the writer. */
#ifndef SOTTO_GATEWAY_OWN_DB_TABLES_H
#define SOTTO_GATEWAY_OWN_DB_TABLES_H
#include "gateway/db_tables.h"

extern const struct gw_db_tables gw_own_db_tables;

#endif
