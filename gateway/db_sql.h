/* Every statement of the writer, prepared once at the start. */
#ifndef SOTTO_GATEWAY_DB_SQL_H
#define SOTTO_GATEWAY_DB_SQL_H

#define GW_DB_SQL_LIST(X)                                                                          \
    X(BEGIN, "BEGIN IMMEDIATE")                                                                    \
    X(COMMIT, "COMMIT")                                                                            \
    X(ROLLBACK, "ROLLBACK")                                                                        \
    X(SAVE, "SAVEPOINT job")                                                                       \
    X(SAVE_BACK, "ROLLBACK TO job")                                                                \
    X(SAVE_END, "RELEASE job")                                                                     \
    X(PAGES, "PRAGMA page_count")                                                                  \
    X(PAGES_FREE, "PRAGMA freelist_count")                                                         \
    X(META_GET, "SELECT value FROM meta WHERE name = ?1")                                          \
    X(META_SET, "INSERT INTO meta VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2")    \
    X(ACCOUNT_BY_HASH, "SELECT id, inbox, head, hpke FROM account WHERE hash = ?1")                \
    X(ACCOUNT_BY_INBOX, "SELECT id, hash, head FROM account WHERE inbox = ?1")                     \
    X(ACCOUNT_BY_ID, "SELECT hash, inbox, head FROM account WHERE id = ?1")                        \
    X(ACCOUNT_BY_RECOVERY, "SELECT id FROM account WHERE recovery = ?1")                           \
    X(ACCOUNT_NEW, "INSERT INTO account (hash, inbox, head, recovery, hpke, day) "                 \
                   "VALUES (?1, ?2, 0, ?3, ?4, ?5)")                                               \
    X(ACCOUNT_HEAD, "UPDATE account SET head = ?2, recovery = ?3, "                                \
                    "hpke = CASE recovery WHEN ?3 THEN hpke END WHERE id = ?1")                    \
    X(ACCOUNT_HPKE, "UPDATE account SET hpke = ?2 WHERE id = ?1")                                  \
    X(ACCOUNT_WRITTEN, "SELECT chain_day, chain_n FROM account WHERE id = ?1")                     \
    X(ACCOUNT_WRITTEN_SET, "UPDATE account SET chain_day = ?2, chain_n = ?3 WHERE id = ?1")        \
    X(ACCOUNT_GRANTS, "SELECT grants_day, grants_n FROM account WHERE id = ?1")                    \
    X(ACCOUNT_GRANTS_SET, "UPDATE account SET grants_day = ?2, grants_n = ?3 WHERE id = ?1")       \
    X(CHAIN_NEW, "INSERT INTO chain VALUES (?1, ?2, ?3)")                                          \
    X(CHAIN_AT, "SELECT entry FROM chain WHERE account = ?1 AND version = ?2")                     \
    X(CHAIN_FROM, "SELECT entry FROM chain WHERE account = ?1 AND version >= ?2 ORDER BY version") \
    X(BOX_BY_DEVICE, "SELECT id, account, next, day, gap FROM box WHERE device = ?1")              \
    X(BOX_OF_ACCOUNT, "SELECT id, device, day, next FROM box WHERE account = ?1 ORDER BY id")      \
    X(BOX_QUEUES, "SELECT id, day, coalesce((SELECT min(seq) FROM q WHERE box = b.id), 0), next "  \
                  "FROM box b WHERE account = ?1 ORDER BY id")                                     \
    X(BOX_NEW, "INSERT INTO box (account, device, next, day) VALUES (?1, ?2, 1, ?3)")              \
    X(BOX_NEXT, "UPDATE box SET next = next + 1, tip = ?2 WHERE id = ?1 RETURNING next - 1")       \
    X(BOX_TIP, "SELECT tip FROM box WHERE id = ?1")                                                \
    X(BOX_DAY, "UPDATE box SET day = ?2 WHERE id = ?1")                                            \
    X(BOX_GAP, "UPDATE box SET gap = max(gap, ?2) WHERE id = ?1")                                  \
    X(BOX_GAP_END, "UPDATE box SET gap = 0 WHERE id = ?1 AND gap > 0 AND gap <= ?2")               \
    X(BOX_DROP, "DELETE FROM box WHERE id = ?1")                                                   \
    X(LISTED_IS, "SELECT 1 FROM listed WHERE key = ?1")                                            \
    X(LISTED_NEW, "INSERT OR IGNORE INTO listed VALUES (?1, ?2)")                                  \
    X(Q_NEW, "INSERT INTO q VALUES (?1, ?2, ?3)")                                                  \
    X(Q_FIRST, "SELECT min(seq) FROM q WHERE box = ?1")                                            \
    X(Q_ACK, "DELETE FROM q WHERE box = ?1 AND seq <= ?2")                                         \
    X(Q_DROP, "DELETE FROM q WHERE box = ?1")                                                      \
    X(Q_COUNT, "SELECT count(*) FROM q")                                                           \
    X(Q_OF_BODY, "SELECT box, seq FROM q WHERE body = ?1")                                         \
    X(Q_ONE, "DELETE FROM q WHERE box = ?1 AND seq = ?2")                                          \
    X(BODY_NEW, "INSERT INTO body (ms, b) VALUES (?1, ?2)")                                        \
    X(BODY_SWEEP, "DELETE FROM body WHERE id IN (SELECT id FROM body WHERE id > ?1 AND id <= ?2 "  \
                  "AND NOT EXISTS (SELECT 1 FROM q WHERE q.body = body.id))")                      \
    X(BODY_SPAN, "SELECT max(id) FROM (SELECT id FROM body WHERE id > ?1 ORDER BY id LIMIT ?2)")   \
    X(BODY_OLD, "SELECT id FROM body WHERE id > ?1 AND id <= ?2 AND ms < ?3")                      \
    X(INBOX_POST, "SELECT a.id, EXISTS (SELECT 1 FROM seen WHERE account = a.id AND mid = ?3), "   \
                  "t.hash IS NOT NULL, t.uses, t.expires FROM account a LEFT JOIN token t ON "     \
                  "t.account = a.id AND t.hash = ?2 WHERE a.inbox = ?1")                           \
    X(SEEN_NEW, "INSERT INTO seen (account, mid, day) VALUES (?1, ?2, ?3)")                        \
    X(SEEN_SWEEP, "DELETE FROM seen WHERE id IN "                                                  \
                  "(SELECT id FROM (SELECT id, day FROM seen ORDER BY id LIMIT 512) "              \
                  "WHERE day < ?1)")                                                               \
    X(KP_NEW, "INSERT INTO kp (box, ref, suite, expires, last, package) "                          \
              "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (box, ref) DO NOTHING")                 \
    X(KP_LAST_DROP, "DELETE FROM kp WHERE box = ?1 AND suite = ?2 AND last = 1")                   \
    X(KP_LEVELS, "SELECT suite, sum(last = 0 AND expires > ?2), "                                  \
                 "max(CASE WHEN last = 1 AND expires > ?2 THEN expires ELSE 0 END) "               \
                 "FROM kp WHERE box = ?1 GROUP BY suite ORDER BY suite")                           \
    X(KP_ROOM, "SELECT count(*) FROM kp WHERE box = ?1 AND suite = ?2 AND last = 0")               \
    X(KP_SUITES, "SELECT count(DISTINCT suite) FROM kp WHERE box = ?1 AND suite <> ?2")            \
    X(KP_PICK, "SELECT id, package, last FROM kp WHERE box = ?1 AND suite = ?2 AND expires > ?3 "  \
               "ORDER BY last, id LIMIT 1")                                                        \
    X(KP_TAKE, "DELETE FROM kp WHERE id = ?1")                                                     \
    X(KP_EXPIRED, "DELETE FROM kp WHERE id IN "                                                    \
                  "(SELECT id FROM kp WHERE id > ?1 AND id <= ?2 AND expires <= ?3)")              \
    X(KP_SPAN, "SELECT max(id) FROM (SELECT id FROM kp WHERE id > ?1 ORDER BY id LIMIT ?2)")       \
    X(KP_DROP, "DELETE FROM kp WHERE box = ?1")                                                    \
    X(TOKEN_GET, "SELECT uses, expires FROM token WHERE account = ?1 AND hash = ?2")               \
    X(TOKEN_SET, "INSERT INTO token VALUES (?1, ?2, ?3, ?4) ON CONFLICT (account, hash) "          \
                 "DO UPDATE SET uses = ?3, expires = ?4")                                          \
    X(TOKEN_COUNT, "SELECT count(*) FROM token WHERE account = ?1 AND hash <> ?2 "                 \
                   "AND (expires = 0 OR expires > ?3)")                                            \
    X(TOKEN_OLD, "DELETE FROM token WHERE account = ?1 AND expires > 0 AND expires <= ?2")         \
    X(TOKEN_USE, "UPDATE token SET uses = uses - 1 WHERE account = ?1 AND hash = ?2 "              \
                 "AND uses IS NOT NULL")                                                           \
    X(TOKEN_SPENT, "DELETE FROM token WHERE account = ?1 AND hash = ?2 AND uses <= 0")             \
    X(TOKEN_DROP, "DELETE FROM token WHERE account = ?1 AND hash = ?2")                            \
    X(PUSH_SET, "INSERT INTO push VALUES (?1, ?2, ?3, ?4) ON CONFLICT (box) "                      \
                "DO UPDATE SET endpoint = ?2, key = ?3, secret = ?4")                              \
    X(PUSH_DROP, "DELETE FROM push WHERE box = ?1")                                                \
    X(INVITE_GET, "SELECT uses, expires FROM invite WHERE hash = ?1")                              \
    X(INVITE_USE, "UPDATE invite SET uses = uses - 1 WHERE hash = ?1")                             \
    X(INVITE_SPENT, "DELETE FROM invite WHERE hash IN (SELECT hash FROM invite "                   \
                    "WHERE uses <= 0 OR (expires > 0 AND expires <= ?1) LIMIT 256)")               \
    X(ALLOWED_NEW, "INSERT INTO allowed VALUES (?1, ?2, ?3)")                                      \
    X(ALLOWED_TAKE, "DELETE FROM allowed WHERE hash = ?1 AND bytes >= ?2 RETURNING bytes")         \
    X(ALLOWED_SWEEP, "DELETE FROM allowed WHERE hash IN "                                          \
                     "(SELECT hash FROM allowed WHERE day < ?1 LIMIT 256)")                        \
    X(GRP_BY_MAILBOX,                                                                              \
      "SELECT id, mailbox, read_hash, epoch, next, bytes, day, sum FROM grp WHERE mailbox = ?1")   \
    X(GRP_BY_ID,                                                                                   \
      "SELECT id, mailbox, read_hash, epoch, next, bytes, day, sum FROM grp WHERE id = ?1")        \
    X(GRP_NEW, "INSERT INTO grp (mailbox, read_hash, epoch, next, bytes, day) "                    \
               "VALUES (?1, ?2, ?3, 1, 0, ?4)")                                                    \
    X(GRP_SAVE,                                                                                    \
      "UPDATE grp SET epoch = ?2, next = ?3, bytes = ?4, day = ?5, sum = ?6 WHERE id = ?1")        \
    X(GRP_LATE, "SELECT max(l.seq), sum(length(b.b)), max(l.ms) FROM glog l JOIN gbody b "         \
                "ON b.id = l.body WHERE l.grp = ?1 AND l.seq >= ?2")                               \
    X(GRP_IDLE, "SELECT id FROM grp WHERE id > ?1 AND id <= ?2 AND day < ?3 AND NOT EXISTS "       \
                "(SELECT 1 FROM glog WHERE glog.grp = grp.id AND glog.seq >= grp.next)")           \
    X(GRP_SPAN, "SELECT max(id) FROM (SELECT id FROM grp WHERE id > ?1 ORDER BY id LIMIT ?2)")     \
    X(GRP_DROP, "DELETE FROM grp WHERE id = ?1")                                                   \
    X(INFO_SET, "INSERT INTO info VALUES (?1, ?2) ON CONFLICT (grp) DO UPDATE SET info = ?2")      \
    X(INFO_GET, "SELECT info FROM info WHERE grp = ?1")                                            \
    X(INFO_DROP, "DELETE FROM info WHERE grp = ?1")                                                \
    X(GRP_TAG, "UPDATE grp SET read_hash = ?2 WHERE id = ?1")                                      \
    X(RTAG_NEW, "INSERT OR REPLACE INTO rtag VALUES (?1, ?2, ?3)")                                 \
    X(RTAG_GET, "SELECT until FROM rtag WHERE grp = ?1 AND hash = ?2")                             \
    X(RTAG_DROP, "DELETE FROM rtag WHERE grp = ?1")                                                \
    X(WKEY_NEW, "INSERT INTO wkey VALUES (?1, ?2, ?3)")                                            \
    X(WKEY_ALL, "SELECT epoch, key FROM wkey WHERE grp = ?1 ORDER BY epoch DESC LIMIT 6")          \
    X(WKEY_OLD, "DELETE FROM wkey WHERE grp = ?1 AND epoch < ?2")                                  \
    X(GLOG_NEW, "INSERT INTO glog VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")                    \
    X(GLOG_FIRST, "SELECT min(seq) FROM glog WHERE grp = ?1")                                      \
    X(GLOG_SUM, "SELECT sum FROM glog WHERE grp = ?1 AND seq = ?2")                                \
    X(GLOG_RECENT, "SELECT seq, mid, kind FROM glog WHERE grp = ?1 ORDER BY seq DESC LIMIT 4096")  \
    X(GLOG_COMMIT, "SELECT seq, mid FROM glog WHERE grp = ?1 AND epoch = ?2 AND kind = 1")         \
    X(GLOG_DROP, "DELETE FROM glog WHERE grp = ?1 AND seq = ?2")                                   \
    X(GLOG_DROP_ALL, "DELETE FROM glog WHERE grp = ?1")                                            \
    X(GBODY_NEW, "INSERT INTO gbody (grp, seq, ms, b) VALUES (?1, ?2, ?3, ?4)")                    \
    X(GBODY_OLD, "SELECT id, grp, seq, length(b), ms FROM gbody ORDER BY id LIMIT 256")            \
    X(WKEY_DROP, "DELETE FROM wkey WHERE grp = ?1")                                                \
    X(GBODY_DROP, "DELETE FROM gbody WHERE id = ?1")                                               \
    X(BLOB_NEW, "INSERT INTO blob VALUES (?1, ?2, ?3, 0, ?4, ?5, ?6)")                             \
    X(BLOB_GET, "SELECT bytes, chunk, have, day, drop_hash, grp FROM blob WHERE id = ?1")          \
    X(BLOB_HAVE, "UPDATE blob SET have = ?2 WHERE id = ?1 AND have < ?2")                          \
    X(BLOB_DROP, "DELETE FROM blob WHERE id = ?1")                                                 \
    X(BLOB_SUM, "SELECT coalesce(sum(bytes), 0) FROM blob")                                        \
    X(BLOB_SUM_GRP, "SELECT coalesce(sum(bytes), 0) FROM blob WHERE grp = ?1")                     \
    X(BLOB_OLD, "SELECT id, bytes FROM blob WHERE day < ?1 LIMIT 64")                              \
    X(RECORD_OF, "SELECT number, body FROM record WHERE account = ?1 AND device = ?2")             \
    X(RECORD_SET, "INSERT INTO record (account, device, number, head, body, day) "                 \
                  "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (account, device) "                 \
                  "DO UPDATE SET number = ?3, head = ?4, body = ?5, day = ?6")                     \
    X(RECORD_DROPPED, "DELETE FROM record WHERE account = ?1 AND device NOT IN "                   \
                      "(SELECT device FROM box WHERE account = ?1)")                               \
    X(RECORD_COUNT, "SELECT count(*) FROM record WHERE account = ?1")                              \
    X(RECORD_GET, "SELECT device, number, head, body FROM record WHERE account = ?1 "              \
                  "ORDER BY id LIMIT 1 OFFSET ?2")

#define GW_DB_SQL_ROW(name, text) GW_DB_SQL_##name,
enum gw_db_sql { GW_DB_SQL_LIST(GW_DB_SQL_ROW) GW_DB_SQL_COUNT };
#undef GW_DB_SQL_ROW

#endif
