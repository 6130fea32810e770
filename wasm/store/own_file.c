#include "store/own_file.h"

#include <string.h>

enum err store_own_file_get(struct store *s, struct arena *a, int64_t message,
                            struct store_own_file *f)
{
    void *outs[] = {&f->blob,   &f->key,    &f->drop_secret, &f->header,
                    &f->stream, &f->digest, &f->hash};
    memset(f, 0, sizeof *f);
    TRY(store_file_get(s, a, message, &f->file));
    TRY(store_sql_get(s, a,
                      "SELECT blob,key,drop_secret,header,stream,digest,hash FROM own_file WHERE "
                      "message=?",
                      "bbbbbbb", outs, "i", message));
    return f->blob.n == 16 && f->key.n == 32 ? OK : ERR_STORE_CORRUPT;
}

enum err store_own_file_put(struct store *s, const struct store_own_file *f)
{
    return store_sql_run(
        s,
        "INSERT INTO own_file(message,blob,key,drop_secret,header,stream,digest,hash) "
        "VALUES(?,?,?,?,?,?,?,?)",
        "ibbbbbbb", f->file.message, f->blob, f->key, f->drop_secret, f->header, f->stream,
        f->digest, f->hash);
}

enum err store_own_file_set_stream(struct store *s, int64_t message, struct slice stream,
                                   struct slice digest)
{
    return store_sql_run(s, "UPDATE own_file SET stream=?,digest=? WHERE message=?", "bbi", stream,
                         digest, message);
}

enum err store_own_file_set_hash(struct store *s, int64_t message,
                                 const uint8_t hash[STORE_FILE_HASH])
{
    return store_sql_run(s, "UPDATE own_file SET hash=?,stream=NULL,digest=NULL WHERE message=?",
                         "bi", slice_make(hash, STORE_FILE_HASH), message);
}
