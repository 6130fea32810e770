/* The core's seven functions; everything else is internal. Bytes in, bytes out: see
 * wasm/schema/abi.cddl. One instance per process or worker. */
#ifndef SOTTO_H
#define SOTTO_H
#include <stdint.h>

#define SOTTO_ABI_VERSION 3

#ifdef __wasm__
#define SOTTO_EXPORT(name) __attribute__((used, visibility("default"), export_name(name)))
#else
#define SOTTO_EXPORT(name)
#endif

SOTTO_EXPORT("sotto_abi_version") uint32_t sotto_abi_version(void);
/* 0, or an error of base.h. */
SOTTO_EXPORT("sotto_core_create") int32_t sotto_core_create(void);
SOTTO_EXPORT("sotto_core_destroy") void sotto_core_destroy(void);
/* Room for n bytes of input, or NULL (too large, no memory). Valid until the next call. */
SOTTO_EXPORT("sotto_core_input") uint8_t *sotto_core_input(uint32_t n);
/* Runs one event of n bytes written to that room. 0, or an error: then there is no output. */
SOTTO_EXPORT("sotto_core_step") int32_t sotto_core_step(uint32_t n);
/* The encoded effects of the last step; valid until the next call of step. */
SOTTO_EXPORT("sotto_core_output") const uint8_t *sotto_core_output(void);
SOTTO_EXPORT("sotto_core_output_size") uint32_t sotto_core_output_size(void);

#endif
