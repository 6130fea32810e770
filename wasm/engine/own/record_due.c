/* Marks this device's part of the record to be written again. */
#include "engine/own/record_due.h"
#include "store/own_setting.h"

void own_record_due(struct step *s)
{
    if (store_own_setting_put_int(s->store, "record-due", 1) != OK) {
        s->out->err = ERR_STORE;
    }
}
