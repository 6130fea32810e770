/* Writes to SQLite's log in one piece. SQLite hands each frame to the system in two writes, of 24
 * and 4,096 bytes, which costs the writer more than the sync, although the frames of a commit lie
 * side by side. This VFS holds them back until they matter: before a sync, a read, a change of
 * length and the close they have all gone to the file, so nobody sees a difference. Other files and
 * other connections use the system's VFS. */
#ifndef SOTTO_GATEWAY_DB_WAL_H
#define SOTTO_GATEWAY_DB_WAL_H

/* The name for sqlite3_open_v2, registered when first asked for; NULL (the default) without
 * memory. Not from two threads at once. */
const char *gw_db_wal_vfs(void);

#endif
