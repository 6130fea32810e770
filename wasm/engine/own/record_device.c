#include "engine/own/record_device.h"

#include "base/cbor.h"
#include "base/limits.h"
#include "schema/chain.h"
#include "store/sql.h"

enum err own_record_devices(struct step *s, struct buf *b, size_t *count)
{
    struct store_rows r;
    bool has = false;
    TRY(store_rows_open(s->store, &r, "SELECT id,name FROM device WHERE gone=0 AND name<>''", ""));
    enum err e = OK;
    while ((e = store_rows_next(&r, &has)) == OK && has) {
        cbor_put_array(b, 3);
        cbor_put_uint(b, OWN_RECORD_DEVICE);
        cbor_put_bytes(b, store_rows_bytes(&r, 0));
        cbor_put_text(b, store_rows_bytes(&r, 1));
        (*count)++;
    }
    store_rows_close(&r);
    return e;
}

enum err own_record_device_take(struct step *s, struct slice in)
{
    struct slice key, name;
    TRY(cbor_get_bytes(&in, &key));
    TRY(cbor_get_text(&in, &name));
    if (key.n != CHAIN_KEY_SIZE || name.n > LIMIT_NAME_BYTES) {
        return ERR_INPUT;
    }
    s->out->devices = true;
    return store_sql_run(s->store, "UPDATE device SET name=? WHERE id=? AND name=''", "tb", name,
                         key);
}
