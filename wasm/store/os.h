/* What SQLite needs from the process (SQLITE_OS_OTHER), and the file layer's calls that are the
 * same for every store. */
#ifndef SOTTO_STORE_OS_H
#define SOTTO_STORE_OS_H

#include <sqlite3.h>

/* Members of sqlite3_vfs (https://sqlite.org/c3ref/vfs.html). Names are already full paths; nobody
 * sleeps, since there is one connection. */
int store_os_full_name(sqlite3_vfs *base, const char *name, int n, char *out);
int store_os_random(sqlite3_vfs *base, int n, char *out);
int store_os_sleep(sqlite3_vfs *base, int us);
int store_os_error(sqlite3_vfs *base, int n, char *out);

#endif
