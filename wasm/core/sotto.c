/* sotto.h over core.h: the untrusted sizes are checked here. */
#include "core/sotto.h"

#include "base/ct.h"
#include "base/limits.h"
#include "core/core.h"

/* The one instance; the only mutable file-scope state of the core. */
static struct {
    struct core *core;
    uint8_t *input;
    uint32_t input_cap;
} sotto_instance;

uint32_t sotto_abi_version(void)
{
    return SOTTO_ABI_VERSION;
}

int32_t sotto_core_create(void)
{
    if (sotto_instance.core != NULL) {
        return (int32_t)ERR_STATE;
    }
    return (int32_t)core_create(&sotto_instance.core);
}

void sotto_core_destroy(void)
{
    core_destroy(sotto_instance.core);
    sotto_instance.core = NULL;
    if (sotto_instance.input != NULL) {
        wipe(sotto_instance.input, sotto_instance.input_cap);
        mem_free(sotto_instance.input);
        sotto_instance.input = NULL;
        sotto_instance.input_cap = 0;
    }
}

uint8_t *sotto_core_input(uint32_t n)
{
    if (n > LIMIT_EVENT_BYTES) {
        return NULL;
    }
    if (n > sotto_instance.input_cap) {
        uint32_t cap = n < 65536 ? 65536 : n;
        uint8_t *p = mem_alloc(cap);
        if (p == NULL) {
            return NULL;
        }
        if (sotto_instance.input != NULL) {
            wipe(sotto_instance.input, sotto_instance.input_cap);
            mem_free(sotto_instance.input);
        }
        sotto_instance.input = p;
        sotto_instance.input_cap = cap;
    }
    return sotto_instance.input;
}

int32_t sotto_core_step(uint32_t n)
{
    if (sotto_instance.core == NULL || n > sotto_instance.input_cap) {
        return (int32_t)ERR_STATE;
    }
    enum err e = core_step(sotto_instance.core, slice_make(sotto_instance.input, n));
    wipe(sotto_instance.input, n); /* it may have held a secret */
    return (int32_t)e;
}

const uint8_t *sotto_core_output(void)
{
    return sotto_instance.core == NULL ? NULL : sotto_instance.core->output.p;
}

uint32_t sotto_core_output_size(void)
{
    return sotto_instance.core == NULL ? 0 : (uint32_t)sotto_instance.core->output.n;
}
