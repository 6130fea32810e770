/* What a step is, and the engines it can run.
 *
 * A step handles one event of the host inside one store transaction and one arena. Handlers write
 * to the store and append effects; if the step succeeds the transaction is committed, and only then
 * do the effects leave. If a handler fails, everything is rolled back and only an error reply
 * leaves; if run-time state of an engine was touched (`dirty`), the engine is reset and rebuilt
 * from the store. */
#ifndef SOTTO_ENGINE_ENGINE_H
#define SOTTO_ENGINE_ENGINE_H
#include "base/arena.h"
#include "engine/effect.h"
#include "schema/gen/abi.h"
#include "store/store.h"

struct step {
    struct arena *arena;
    struct store *store; /* NULL while locked */
    struct effects *out;
    uint64_t now_ms;
    bool durable; /* this step moved a ratchet or promises something: flush before effects */
    bool dirty;   /* run-time state of an engine changed: reset it if the step fails */
};

#endif
