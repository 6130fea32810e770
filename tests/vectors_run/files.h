/* Where vector files come from: a folder (native), or the test host's file system (WebAssembly),
 * where run.mjs puts the list under "vectors/list" and each file under "vectors/PATH". */
#ifndef SOTTO_TESTS_VECTOR_FILES_H
#define SOTTO_TESTS_VECTOR_FILES_H
#include "base/arena.h"

#ifndef __wasm__
void files_dir(const char *dir);
#endif
/* Paths below the folder, sorted, one a line. Notes (README*, SOURCES, LICENSE*) and dot files are
 * left out. */
MUST_CHECK enum err files_list(struct arena *arena, struct slice *out);
#endif
