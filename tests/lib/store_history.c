#include "store_history.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "check.h"
#include "own_world_chain.h"
#include "store/account.h"
#include "store/chain.h"
#include "store/chat.h"
#include "store/db.h"
#include "store/member.h"
#include "store/message.h"
#include "store/migrate.h"
#include "store/outbox.h"
#include "store/own_file.h"
#include "store/own_package.h"
#include "store/own_person.h"
#include "store/request.h"
#include "store/own_setting.h"
#include "store/people.h"
#include "store/reaction.h"
#include "store/search.h"
#include "store/setting.h"
#include "store/sql.h"

#define NEWEST 0 /* in the lists: there to this day */
#define B16(n) "CAST(printf('%016d'," #n ") AS BLOB)"
#define B32(n) "CAST(printf('%032d'," #n ") AS BLOB)"

#define GROUP 1
#define PAIR 2
#define OTHER 2
#define TEXT "a lantern, an umbrella and \xe6\xbc\xa2\xe5\xad\x97"

/* From the layout `from` on, up to and without `past`. :entry and :hash are those of a chain. */
static const struct {
    unsigned from, past;
    const char *sql;
} rows[] = {
    {10, 39,
     "INSERT INTO setting(key,value) VALUES('u:theme',x'6461726b'),('slot-for',x'42'),"
     "('registered',x'0100000000000000')"},
    {39, NEWEST,
     "INSERT INTO setting(account,key,value) VALUES(0,'u:theme',x'6461726b'),(0,'slot-for',x'42'),"
     "(1,'registered',x'0100000000000000')"},
    {10, 39,
     "INSERT INTO person(id,account,name,inbox,contact) VALUES(1," B32(1) ",'Ada'," B16(1) ",1)"},
    {10, 39,
     "INSERT INTO person(id,account,name,picture,inbox,token,verified,contact,chat,profile_ms,"
     "chain_due,verified_head,verified_by,verified_ms) VALUES(2," B32(2) ",'Ben',x'ff00'," B16(
         2) "," B16(3) ",1,1,2,5000,0," B32(21) "," B32(22) ",6000)"},
    {10, 39,
     "INSERT INTO person(id,account,blocked,fork) VALUES(3," B32(3) ",1,1),(9," B32(9) ",0,0)"},
    {39, NEWEST, "INSERT INTO account(id,network,address,me) VALUES(1,0," B32(1) ",1)"},
    {39, NEWEST,
     "INSERT INTO person(id,account,address,name,picture,verified,contact,chat,profile_ms,"
     "verified_head,verified_by,verified_ms) VALUES(1,1," B32(
         1) ",'Ada',NULL,0,1,NULL,0,NULL,NULL,"
            "0),(2,1," B32(2) ",'Ben',x'ff00',1,1,2,5000," B32(21) "," B32(22) ",6000)"},
    {39, NEWEST,
     "INSERT INTO person(id,account,address,blocked,fork) VALUES(3,1," B32(3) ",1,1),(9,1," B32(
         9) ",0,0)"},
    {42, NEWEST, "INSERT INTO own_person(person) SELECT id FROM person"},
    {39, NEWEST, "UPDATE own_person SET inbox=" B16(1) " WHERE person=1"},
    {39, NEWEST,
     "UPDATE own_person SET inbox=" B16(2) ",token=" B16(
         3) ",chain_due=0,chain_ask_ms=8000,chain_ms=7000 WHERE person=2"},
    {39, NEWEST, "DELETE FROM own_person WHERE person=9"},
    {10, NEWEST, "DELETE FROM person WHERE id=9"},
    {10, NEWEST,
     "INSERT INTO chain(person,n,hash,entry) VALUES(2,0,:hash,:entry),(3,0," B32(30) ",NULL)"},
    {10, NEWEST,
     "INSERT INTO chain_key(person,key,kind,added,dropped) VALUES(2," B32(23) ",0,0,NULL),"
                                                                              "(2," B32(
                                                                                  24) ",1,0,1)"},
    {10, NEWEST,
     "INSERT INTO chain_fork(person,hash,n,entry,author) VALUES(3," B32(31) ",1,zeroblob(300)," B32(
         32) ")"},
    {10, NEWEST, "INSERT INTO chain_forker(person,key) VALUES(3," B32(32) ")"},
    {10, NEWEST, "INSERT INTO chain_wish(kind,data,entry,hpke) VALUES(1,x'01',NULL,x'02')"},
    {10, NEWEST,
     "INSERT INTO recover_part(device,state,name,ms,payload,taken) VALUES(" B32(
         4) ",1,'phone',7,x'03',1)"},
    {10, NEWEST, "INSERT INTO device(id,name,added_ms) VALUES(" B32(5) ",'laptop',1000)"},
    {10, NEWEST,
     "INSERT INTO chat(id,room,type,state,title,picture,role,mailbox,read_tag,join_secret,made,"
     "cursor,first_epoch,heal_ms,heal_sent,note,last_message,last_ms,unread,first_unread,pinned,"
     "draft,timer_s,stuck,stuck_ms) VALUES(1," B16(10) ",2,0,'Walkers',x'89',1," B16(11) "," B32(
         12) "," B32(13) ",1,41,3,9000,7,0,3,3000,1,3,1,'about',60,2,8000)"},
    {10, NEWEST,
     "INSERT INTO chat(id,room,type,state,person,mailbox,read_tag,join_secret,read_mid) "
     "VALUES(2," B16(20) ",1,0,2," B16(21) "," B32(22) "," B32(23) "," B32(104) ")"},
    {10, NEWEST,
     "INSERT INTO chat(id,room,type,state,alias_of,hidden) VALUES(3," B16(30) ",1,5,2,1),(9," B16(
         90) ",2,0,NULL,0)"},
    {10, NEWEST, "DELETE FROM chat WHERE id=9"},
    {10, NEWEST, "INSERT INTO member(chat,person,role,gone) VALUES(1,1,1,0),(1,2,0,0),(1,3,0,1)"},
    {10, NEWEST,
     "INSERT INTO message(id,chat,mid,sender,at_ms,type,text,state) VALUES(1,1," B32(
         101) ",1,1000,0,'the first',1),(2,1," B32(102) ",2,2000,0,'" TEXT
                                                        "',1),(4,2," B32(
                                                            104) ",2,4000,0,'for "
                                                                 "two',1),(5,2," B32(
                                                                     105) ",1,5000,0,'"
                                                                          "not "
                                                                          "sent',0),("
                                                                          "9,1," B32(
                                                                              109) ",1,9,0,'',0)"},
    {10, NEWEST,
     "INSERT INTO message(id,chat,mid,sender,at_ms,type,text,state,reply,starred,mentions_me,"
     "expires_ms,timer_s,edited_ms) VALUES(3,1," B32(103) ",2,3000,1,'',1," B32(
         102) ",1,1,99000,60,3500)"},
    {10, NEWEST, "DELETE FROM message WHERE id=9"},
    {10, 11,
     "INSERT INTO reaction(chat,mid,person,emoji,own_mid,at_ms) VALUES(1," B32(102) ",1,'+'," B32(
         201) ",2100),(1," B32(102) ",2,'-'," B32(202) ",2200)"},
    {11, NEWEST,
     "INSERT INTO reaction(chat,mid,person,emoji,own_mid,place) VALUES(1," B32(102) ",1,'+'," B32(
         201) ",2100),(1," B32(102) ",2,'-'," B32(202) ",2200)"},
    {10, 11, "INSERT INTO receipt(chat,person,got_ms,read_ms) VALUES(1,2,2000,1000)"},
    {11, NEWEST,
     "INSERT INTO receipt(leaf,person,got,got_but,red) VALUES(1,2,5,x'0000000000000003',4)"},
    {10, 43,
     "INSERT INTO file(message,name,type,bytes,width,height,preview,blob,key,drop_secret,header,"
     "hash,state,done,sealed,sent) VALUES(3,'map.png','image/png',5,2,1,x'01'," B16(50) "," B32(
         51) "," B16(52) ",x'05'," B32(53) ",2,5,1,1)"},
    {43, NEWEST,
     "INSERT INTO file(message,name,type,bytes,width,height,preview,state,done,sealed,sent) "
     "VALUES(3,'map.png','image/png',5,2,1,x'01',2,5,1,1)"},
    {43, NEWEST,
     "INSERT INTO own_file(message,blob,key,drop_secret,header,hash) VALUES(3," B16(50) "," B32(
         51) "," B16(52) ",x'05'," B32(53) ")"},
    {10, NEWEST, "INSERT INTO file_chunk(message,n,b) VALUES(3,0,zeroblob(1500))"},
    {10, NEWEST, "INSERT INTO protocol(grp,key,value) VALUES(1,x'01',zeroblob(2000))"},
    {10, NEWEST,
     "INSERT INTO epoch(chat,n,outer_key,write_seed,typing_key,branch,at_ms) VALUES(1,3," B32(
         60) "," B32(61) "," B32(62) ",x'0102030405060708',1000)"},
    {10, NEWEST, "INSERT INTO wish(chat,kind,data,stage,extra) VALUES(1,2,x'07',1,x'08')"},
    {10, NEWEST,
     "INSERT INTO pending(chat,epoch,frame,body_hash,wishes) VALUES(1,3,zeroblob(700)," B32(
         63) ",x'')"},
    {10, NEWEST,
     "INSERT INTO outbox(chat,message,content,mid,epoch,sealed,branch,sealed_ms,tries) VALUES(2,5,"
     "x'0102'," B32(105) ",1,x'0a',x'0102030405060708',5000,1),(1,NULL,x'03'," B32(
         106) ",NULL,NULL,NULL,0,0)"},
    {10, NEWEST, "INSERT INTO echo(chat,hash) VALUES(1," B32(64) ")"},
    {10, NEWEST,
     "INSERT INTO key_package(ref,suite,package,secret,expires_s,last_resort,published) "
     "VALUES(" B32(65) ",2,x'0b',x'0c',99,1,1)"},
    {10, NEWEST,
     "INSERT INTO link(token,kind,label,person,chat,made_ms) VALUES(" B16(
         66) ",1,'Ben',2,NULL,1000),(" B16(67) ",2,'',NULL,1,2000)"},
    {10, 39,
     "INSERT INTO request(at_ms,account,welcome,ref,label,room) VALUES(7000," B32(
         3) ",x'',x'','card'," B16(30) ")"},
    {39, NEWEST,
     "INSERT INTO request(account,at_ms,address,label,room) VALUES(1,7000," B32(3) ",'card'," B16(
         30) ")"},
    {10, NEWEST,
     "INSERT INTO parcel(chat,state,why,blob,key,at_ms) VALUES(1,0,1," B16(68) "," B32(
         69) ",1000)"},
    {10, NEWEST, "INSERT INTO parcel_chunk(parcel,n,b) VALUES(1,0,zeroblob(900))"},
    {11, NEWEST,
     "UPDATE message SET place=id*1024,said_ms=at_ms,server_ms=at_ms+1,leaf=1,counter=id WHERE "
     "chat=1"},
    {11, NEWEST,
     "UPDATE chat SET place_base=5,run=3,next_counter=2,word_hash=" B32(70) ",cursor_hash=" B32(
         71) ",reading=1 WHERE id=1"},
    {11, NEWEST,
     "UPDATE outbox SET counter=0,prev=" B32(72) ",said_ms=5000,hash=" B32(
         73) ",about=5 WHERE chat=2"},
    {11, NEWEST, "INSERT INTO leaf(chat,device,run,person,next) VALUES(1," B32(74) ",3,2,4)"},
    {11, NEWEST,
     "INSERT INTO word(leaf,counter,hash,prev,place,reading,message) VALUES(1,2," B32(75) "," B32(
         76) ",2048,1,2),(1,3,NULL,NULL,4503599627370497,1,3)"},
    {11, NEWEST,
     "INSERT INTO said(leaf,counter,ms,content,message,at_ms) VALUES(1,2,2000,x'0d',2,2000)"},
    {11, NEWEST, "INSERT INTO hole(leaf,first,last,place,at_ms) VALUES(1,0,1,1024,1000)"},
    {11, NEWEST, "INSERT INTO seen(chat,hash,leaf,counter,at_ms) VALUES(1," B16(77) ",1,2,2000)"},
    {11, NEWEST,
     "INSERT INTO early(chat,mid,person,kind,n,edit_mid,text,at_ms) VALUES(1," B32(
         110) ",2,1,1," B32(111) ",'later',2000)"},
    {11, NEWEST, "INSERT INTO seat(chat,person,first,past) VALUES(1,2,0,NULL),(1,3,0,2)"},
    {11, NEWEST,
     "INSERT INTO sent(chat,kind,hash,epoch,mid,branch,body,reading,at_ms) VALUES(1,0," B32(
         78) ",3," B32(101) ",x'0102030405060708',x'0e',1,1000)"},
    {20, NEWEST,
     "INSERT INTO room_entry(hash,account,n,entry) VALUES(" B32(79) "," B32(2) ",0,x'0f')"},
    {20, NEWEST, "INSERT INTO floor(group_id,epoch) VALUES(" B16(10) ",3)"},
    {20, NEWEST, "INSERT INTO welcome_taken(hash,ref) VALUES(" B32(80) "," B32(65) ")"},
    {20, NEWEST, "INSERT INTO package_used(ref,expires_s) VALUES(" B32(81) ",99)"},
    {20, NEWEST,
     "UPDATE chat SET clear_epoch=3,stopped_by=2,door_token=" B16(82) ",door_secret=" B32(
         83) " WHERE id=1"},
    {20, 21, "INSERT INTO sign(chat,device) VALUES(1," B32(74) ")"},
    {21, NEWEST, "INSERT INTO sign(chat,device,person,heard) VALUES(1," B32(74) ",2,1)"},
    {21, NEWEST, "UPDATE message SET removed=1 WHERE id=2"},
    {24, NEWEST,
     "INSERT INTO checking(hash,welcome,token,ref,server_ms,at_ms,signer) VALUES(" B32(
         84) ",x'10'," B16(66) "," B32(65) ",1000,1000,2)"},
    {24, NEWEST, "INSERT INTO checking_for(checking,person) VALUES(1,3)"},
    {24, 39, "UPDATE person SET chain_ask_ms=8000,chain_ms=7000 WHERE id=2"},
    {26, NEWEST, "INSERT INTO old_tag(chat,tag,at_ms) VALUES(1," B32(85) ",1000)"},
    {31, NEWEST, "UPDATE chat SET still=1,go_on=1 WHERE id=1"},
    {32, NEWEST, "UPDATE message SET by_person=2,by_how=1 WHERE id=1"},
    {33, NEWEST, "UPDATE reaction SET removed=1 WHERE person=2"},
    {34, NEWEST, "UPDATE receipt SET got_from=1,red_from=2"},
    {35, NEWEST, "UPDATE chat SET log_sum=" B32(86) ",log_first=1,log_read=40 WHERE id=1"},
    {36, NEWEST, "UPDATE chat SET hello=2 WHERE id=1"},
    {37, NEWEST, "UPDATE chat SET read_ms=9000 WHERE id=1"},
    {40, NEWEST, "UPDATE message SET mine=1 WHERE sender=1"},
    {42, NEWEST, "UPDATE chat SET account=1"},
    {42, NEWEST, "UPDATE person SET handle='@ben:here' WHERE id=2"},
};

/* Columns whose values stand elsewhere, or nowhere, since a layout. */
static const struct {
    unsigned since;
    const char *was, *is; /* is NULL: gone with what they said */
} moved[] = {
    {11, "reaction.at_ms", "reaction.place"}, /* the order of two of one person stays     */
    {11, "receipt.chat", NULL},               /* times; since then by words, not asked of */
    {11, "receipt.person", NULL},
    {11, "receipt.got_ms", NULL},
    {11, "receipt.read_ms", NULL},
    {21, "sign.chat", NULL}, /* nobody was named; a device gives the next sign by itself */
    {21, "sign.device", NULL},
    {39, "person.account", "person.address"},
    {39, "request.account", "request.address"},
    {39, "request.welcome", NULL}, /* the room came in before it is asked for */
    {39, "request.ref", NULL},
    {39, "person.inbox", "own_person.inbox"},
    {39, "person.token", "own_person.token"},
    {39, "person.chain_due", "own_person.chain_due"},
    {39, "person.chain_ask_ms", "own_person.chain_ask_ms"},
    {39, "person.chain_ms", "own_person.chain_ms"},
    {43, "file.blob", "own_file.blob"},
    {43, "file.key", "own_file.key"},
    {43, "file.drop_secret", "own_file.drop_secret"},
    {43, "file.header", "own_file.header"},
    {43, "file.stream", "own_file.stream"},
    {43, "file.digest", "own_file.digest"},
    {43, "file.hash", "own_file.hash"},
};

static bool is_in(unsigned layout, unsigned from, unsigned past)
{
    return layout >= from && (past == NEWEST || layout < past);
}

bool store_history_is(struct store *s, unsigned layout)
{
    int64_t at = -1;
    CHECK_ERR(store_sql_get_int(s, &at, "PRAGMA user_version", ""), OK);
    return at == (int64_t)layout;
}

/* ---- filling -------------------------------------------------------------------------------- */

static void bind(sqlite3_stmt *stmt, const char *name, struct slice value)
{
    int i = sqlite3_bind_parameter_index(stmt, name);
    if (i > 0) {
        CHECK(sqlite3_bind_blob(stmt, i, value.p, (int)value.n, SQLITE_STATIC) == SQLITE_OK);
    }
}

static sqlite3_stmt *prepare(struct store *s, const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(s->db, sql, -1, &stmt, NULL) != SQLITE_OK) {
        check_printf("  %s: %s\n", sql, sqlite3_errmsg(s->db));
        CHECK(false);
    }
    return stmt;
}

static void run(struct store *s, const char *sql, const struct own_world_account *account)
{
    sqlite3_stmt *stmt = prepare(s, sql);
    bind(stmt, ":entry", account->bytes[0]);
    bind(stmt, ":hash", SLICE_ARRAY(account->e[0].hash));
    if (stmt != NULL && sqlite3_step(stmt) != SQLITE_DONE) {
        check_printf("  %s: %s\n", sql, sqlite3_errmsg(s->db));
        CHECK(false);
    }
    (void)sqlite3_finalize(stmt);
}

/* All but the index of the search, which is looked at by searching. */
#define TABLES                                                                                     \
    "SELECT name FROM sqlite_schema WHERE type='table' AND name NOT GLOB 'search*' AND name NOT "  \
    "GLOB 'sqlite_*' ORDER BY name"

static void all_tables_have_rows(struct store *s)
{
    sqlite3_stmt *tables = prepare(s, TABLES);
    while (tables != NULL && sqlite3_step(tables) == SQLITE_ROW) {
        const char *table = (const char *)sqlite3_column_text(tables, 0);
        char sql[80];
        (void)snprintf(sql, sizeof sql, "SELECT 1 FROM %s", table);
        sqlite3_stmt *any = prepare(s, sql);
        if (any == NULL || sqlite3_step(any) != SQLITE_ROW) {
            check_printf("  no rows for %s\n", table);
            CHECK(false);
        }
        (void)sqlite3_finalize(any);
    }
    (void)sqlite3_finalize(tables);
}

void store_history_fill(struct store *s, unsigned layout)
{
    static struct own_world_account account;
    if (account.n == 0) {
        own_world_account(&account, 1, 2);
    }
    CHECK_ERR(store_begin(s), OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (is_in(layout, rows[i].from, rows[i].past)) {
            run(s, rows[i].sql, &account);
        }
    }
    CHECK_ERR(store_search_put(s, 1, GROUP, SLICE_LITERAL("the first")), OK);
    CHECK_ERR(store_search_put(s, 2, GROUP, SLICE_LITERAL(TEXT)), OK);
    CHECK_ERR(store_commit(s, true), OK);
    all_tables_have_rows(s);
}

/* ---- reading -------------------------------------------------------------------------------- */

static uint64_t add(uint64_t hash, const void *p, size_t n)
{
    const uint8_t *b = p;
    for (size_t i = 0; i < n; i++) {
        hash = (hash ^ b[i]) * 0x100000001b3u; /* FNV-1a */
    }
    return hash;
}

static uint64_t text_sum(const char *text)
{
    return add(0xcbf29ce484222325u, text, strlen(text) + 1);
}

static uint64_t value_sum(sqlite3_stmt *row, int column)
{
    uint8_t type = (uint8_t)sqlite3_column_type(row, column);
    int64_t number = sqlite3_column_int64(row, column);
    uint64_t sum = add(0xcbf29ce484222325u, &type, sizeof type);
    if (type == SQLITE_INTEGER) {
        return add(sum, &number, sizeof number);
    }
    const void *p = sqlite3_column_blob(row, column);
    return add(sum, p, (size_t)sqlite3_column_bytes(row, column));
}

static struct store_history_column *column(struct store_history *h, const char *table,
                                           const char *name)
{
    static struct store_history_column spare;
    if (h->n == STORE_HISTORY_COLUMNS_MAX) {
        CHECK(h->n < STORE_HISTORY_COLUMNS_MAX);
        return &spare;
    }
    struct store_history_column *c = &h->columns[h->n++];
    (void)snprintf(c->name, sizeof c->name, "%s.%s", table, name);
    c->sum = 0;
    return c;
}

static void read_table(struct store_history *out, struct store *s, const char *table)
{
    char sql[80];
    (void)snprintf(sql, sizeof sql, "SELECT * FROM %s", table);
    sqlite3_stmt *row = prepare(s, sql);
    struct store_history_column *first = &out->columns[out->n];
    int n = row == NULL ? 0 : sqlite3_column_count(row);
    for (int i = 0; i < n; i++) {
        (void)column(out, table, sqlite3_column_name(row, i));
    }
    while (row != NULL && sqlite3_step(row) == SQLITE_ROW) {
        uint64_t sum = text_sum(table);
        for (int i = 0; i < n; i++) {
            uint64_t value = value_sum(row, i);
            first[i].sum += value;
            sum = add(sum, &value, sizeof value);
        }
        out->whole += sum;
    }
    (void)sqlite3_finalize(row);
}

void store_history_read(struct store_history *out, struct store *s)
{
    memset(out, 0, sizeof *out);
    sqlite3_stmt *row = prepare(s, TABLES);
    while (row != NULL && sqlite3_step(row) == SQLITE_ROW) {
        read_table(out, s, (const char *)sqlite3_column_text(row, 0));
    }
    (void)sqlite3_finalize(row);
    row = prepare(s, "SELECT name,seq FROM sqlite_sequence");
    while (row != NULL && sqlite3_step(row) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(row, 0);
        struct store_history_column *c = column(out, "sequence", name);
        c->sum = value_sum(row, 1);
        out->whole += add(text_sum(c->name), &c->sum, sizeof c->sum);
    }
    (void)sqlite3_finalize(row);
    row = prepare(s, "SELECT type||name||coalesce(sql,'') FROM sqlite_schema");
    while (row != NULL && sqlite3_step(row) == SQLITE_ROW) {
        out->whole += text_sum((const char *)sqlite3_column_text(row, 0));
    }
    (void)sqlite3_finalize(row);
}

static const char *name_now(const char *name, unsigned from)
{
    for (size_t i = 0; name != NULL && i < sizeof moved / sizeof *moved; i++) {
        if (from < moved[i].since && strcmp(moved[i].was, name) == 0) {
            name = moved[i].is;
        }
    }
    return name;
}

void store_history_compare(const struct store_history *old, unsigned from,
                           const struct store_history *now)
{
    for (size_t i = 0; i < old->n; i++) {
        const char *name = name_now(old->columns[i].name, from);
        size_t k = 0;
        while (name != NULL && k < now->n && strcmp(now->columns[k].name, name) != 0) {
            k++;
        }
        if (name != NULL && (k == now->n || now->columns[k].sum != old->columns[i].sum)) {
            check_printf("  layout %u: %s is not what it was\n", from, old->columns[i].name);
            CHECK(false);
        }
    }
}

/* ---- using ---------------------------------------------------------------------------------- */

static void number_of(uint8_t out[32], int64_t n)
{
    char text[33];
    (void)snprintf(text, sizeof text, "%032lld", (long long)n);
    memcpy(out, text, 32);
}

static void finds(struct store *s, struct arena *a, const char *query, int64_t id)
{
    struct store_search_page page;
    CHECK_ERR(store_search_find(s, a, slice_of_string(query), 0, 0, 10, &page), OK);
    CHECK(page.count == 1 && page.hits[0].id == id);
    CHECK_ERR(store_search_find(s, a, slice_of_string(query), GROUP, 0, 10, &page), OK);
    CHECK(page.count == 1 && page.hits[0].id == id);
}

static void lists(struct store *s, struct arena *a, int64_t chat, int64_t first, int64_t last)
{
    int64_t *ids = NULL;
    size_t n = 0;
    bool before = true, after = true;
    CHECK_ERR(store_message_page(s, a, chat, 0, 0, 0, 50, &ids, &n, &before, &after), OK);
    CHECK(!before && !after);
    CHECK(n > 1 && ids[0] == first && ids[n - 1] == last);
}

static void people_are_there(struct store *s, struct arena *a)
{
    struct store_person p;
    struct store_own_person_door door;
    struct slice address = SLICE_EMPTY;
    int64_t network = -1, me = 0;
    void *own[] = {&address, &network, &me};
    struct chain_entry entry;
    uint8_t id[32];
    int64_t ids[4], again = 0;
    size_t n = 0;
    CHECK_ERR(store_person_get(s, a, STORE_PERSON_ME, &p), OK);
    CHECK_BYTES(p.name, SLICE_LITERAL("Ada"));
    CHECK_ERR(store_sql_get(s, a,
                            "SELECT address,network,me FROM account WHERE id=1 AND (SELECT "
                            "count(*) FROM account)=1",
                            "bii", own, ""),
              OK);
    CHECK_BYTES(address, SLICE_ARRAY(p.account));
    CHECK(network == ABI_NETWORK_OWN && me == STORE_PERSON_ME);
    number_of(id, OTHER);
    CHECK_ERR(store_person_find(s, a, id, &p), OK);
    CHECK(p.id == OTHER && p.verified == ABI_VERIFIED_NOW && p.contact == 1 && p.chat == PAIR);
    CHECK_ERR(store_own_person_door(s, OTHER, &door), OK);
    CHECK(door.has_inbox && door.has_token);
    CHECK(p.profile_ms == 5000 && p.verified_ms == 6000 && !p.fork);
    CHECK_BYTES(p.name, SLICE_LITERAL("Ben"));
    CHECK_ERR(store_person_ensure(s, id, &again), OK);
    CHECK(again == OTHER);
    CHECK_ERR(store_person_list(s, ids, 4, &n), OK);
    CHECK(n == 2);
    CHECK_ERR(store_chain_head(s, OTHER, &entry), OK);
    CHECK(entry.n == 0 && entry.device_n == 1);
    CHECK_ERR(store_chain_head(s, 3, &entry), ERR_GONE); /* only its hash is known */
    number_of(id, 99);
    CHECK_ERR(store_person_ensure(s, id, &again), OK);
    CHECK(again > 9); /* the number of one who was deleted is not given again */
}

static void chats_are_there(struct store *s, struct arena *a)
{
    struct store_chat c;
    int64_t n = 0;
    bool has = false;
    CHECK_ERR(store_chat_get(s, a, GROUP, &c), OK);
    CHECK(c.type == STORE_CHAT_GROUP && c.has_mailbox && c.made && c.cursor == 41);
    CHECK(c.account == STORE_ACCOUNT_OWN);
    CHECK(c.first_epoch == 3 && c.heal_ms == 9000 && c.heal_sent == 7 && c.stuck == 2);
    CHECK(c.unread == 1 && c.pinned == 1 && c.timer_s == 60 && c.role == ABI_ROLE_ADMIN &&
          c.last_message == 3);
    CHECK_BYTES(c.title, SLICE_LITERAL("Walkers"));
    CHECK_BYTES(c.draft, SLICE_LITERAL("about"));
    CHECK_ERR(store_chat_find(s, a, c.room, &c), OK);
    CHECK(c.id == GROUP);
    CHECK_ERR(store_chat_get(s, a, PAIR, &c), OK);
    CHECK(c.type == STORE_CHAT_PAIR && c.person == OTHER && c.has_mailbox && c.cursor == -1);
    CHECK_ERR(store_chat_get(s, a, 3, &c), OK);
    CHECK(c.alias_of == PAIR && c.hidden && c.state == STORE_CHAT_REQUEST && !c.has_mailbox);
    CHECK_ERR(store_member_count(s, GROUP, &n), OK);
    CHECK(n == 2);
    CHECK_ERR(store_member_has(s, GROUP, OTHER, &has), OK);
    CHECK(has);
}

static void the_rest_is_there(struct store *s, struct arena *a)
{
    struct store_reaction_kind *kinds = NULL;
    struct store_request request[2];
    struct store_own_file f;
    struct store_out *out = NULL;
    struct slice value;
    uint8_t id[32];
    int64_t all = 0, unpublished = 0;
    size_t n = 0;
    number_of(id, 102);
    CHECK_ERR(store_reaction_list(s, a, GROUP, id, &kinds, &n), OK);
    CHECK(n == 2 && kinds[0].mine && kinds[1].who == OTHER);
    CHECK_ERR(store_request_list(s, a, request, 2, &n), OK);
    CHECK(n == 1 && request[0].at_ms == 7000);
    number_of(id, 3);
    CHECK(n == 1 && memcmp(request[0].address, id, sizeof id) == 0);
    CHECK_ERR(store_own_file_get(s, a, 3, &f), OK);
    CHECK(f.file.state == STORE_FILE_HERE && f.file.bytes == 5 && f.drop_secret.n == 16);
    CHECK_BYTES(f.file.name, SLICE_LITERAL("map.png"));
    CHECK_ERR(store_outbox_list(s, a, PAIR, 0, 4, &out, &n), OK);
    CHECK(n == 1 && out[0].message == 5 && out[0].is_sealed && out[0].epoch == 1);
    CHECK(n == 1 && out[0].sealed_ms == 5000 && out[0].tries == 1);
    CHECK_ERR(store_own_package_count(s, &all, &unpublished), OK);
    CHECK(all == 1 && unpublished == 0);
    CHECK_ERR(store_setting_get(s, a, "u:theme", &value), OK);
    CHECK_BYTES(value, SLICE_LITERAL("dark"));
    CHECK_ERR(store_setting_get(s, a, "slot-for", &value), OK);
    CHECK_BYTES(value, SLICE_LITERAL("B"));
    CHECK_ERR(store_own_setting_int(s, "registered", 0, &all), OK);
    CHECK(all == 1);
    CHECK_ERR(store_setting_get(s, a, "registered", &value), ERR_GONE);
}

void store_history_use(struct store *s)
{
    struct store_message m;
    struct arena a;
    arena_init(&a, 0);
    people_are_there(s, &a);
    chats_are_there(s, &a);
    the_rest_is_there(s, &a);
    lists(s, &a, GROUP, 1, 3);
    lists(s, &a, PAIR, 4, 5);
    CHECK_ERR(store_message_get(s, &a, 1, &m), OK);
    CHECK(m.sender == STORE_PERSON_ME && m.mine);
    CHECK_ERR(store_message_get(s, &a, 2, &m), OK);
    CHECK(m.sender == OTHER && !m.mine && m.at_ms == 2000 && m.chat == GROUP);
    CHECK_BYTES(m.text, SLICE_LITERAL(TEXT));
    CHECK_ERR(store_message_get(s, &a, 3, &m), OK);
    CHECK(m.has_reply && m.starred && m.mentions_me && m.expires_ms == 99000 && m.timer_s == 60);
    finds(s, &a, "antern", 2);
    finds(s, &a, "\xe6\xbc\xa2", 2);

    memset(&m, 0, sizeof m);
    number_of(m.mid, 120);
    m.chat = GROUP;
    m.sender = STORE_PERSON_ME;
    m.mine = true;
    m.at_ms = 10000;
    m.text = SLICE_LITERAL("a new kettle");
    CHECK_ERR(store_begin(s), OK);
    CHECK_ERR(store_message_add(s, &m), OK);
    CHECK_ERR(store_message_touch_chat(s, GROUP), OK);
    CHECK_ERR(store_commit(s, true), OK);
    int64_t id = m.id;
    CHECK(id > 9); /* as of people */
    lists(s, &a, GROUP, 1, id);
    CHECK_ERR(store_message_get(s, &a, id, &m), OK);
    CHECK_BYTES(m.text, SLICE_LITERAL("a new kettle"));
    finds(s, &a, "kettle", id);
    arena_wipe(&a);
}
