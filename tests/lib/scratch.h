/* An empty disk for a test of the store, natively (in memory) and as WebAssembly alike. */
#ifndef SOTTO_TESTS_SCRATCH_H
#define SOTTO_TESTS_SCRATCH_H

/* Empties the files "main", "main-wal" and "vault". */
void scratch_begin(void);
/* Gives the disk back. */
void scratch_end(void);

#endif
