/* An empty disk for a test of the store, natively (in memory) and as WebAssembly alike. */
#ifndef SOTTO_TESTS_SCRATCH_H
#define SOTTO_TESTS_SCRATCH_H

/* Empties the files "main", "main-wal" and "vault". */
void scratch_begin(void);
/* The disk as `make` leaves it when it begins empty. Natively it is made once in a program, and a
 * copy begins every test: so it is always the same `make`. */
void scratch_begin_made(void (*make)(void));
/* Gives the disk back. */
void scratch_end(void);

#endif
