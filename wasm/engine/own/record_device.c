#include "engine/own/record_device.h"

#include "base/cbor.h"
#include "base/limits.h"
#include "schema/chain.h"
#include "store/own_device.h"

enum err own_record_devices(struct step *s, struct buf *b, size_t *count)
{
    struct store_own_device *list = NULL;
    size_t n = 0;
    TRY(store_own_device_list(s->store, s->arena, &list, &n));
    for (size_t i = 0; i < n; i++) {
        if (list[i].name.n == 0) {
            continue;
        }
        cbor_put_array(b, 3);
        cbor_put_uint(b, OWN_RECORD_DEVICE);
        cbor_put_bytes(b, SLICE_ARRAY(list[i].key));
        cbor_put_text(b, list[i].name);
        (*count)++;
    }
    return OK;
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
    return store_own_device_name_once(s->store, key.p, name);
}
