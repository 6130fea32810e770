/* A simulated disk behind host_native_set (native only): power cuts, failing calls, no room.
 *
 * What a program writes is seen by its own reads at once, but reaches the medium only with
 * host_flush of that file. At a power cut each write and truncation since then is, by seeded
 * chance, lost, kept, or torn at 512-byte sectors, whatever became of those after it.
 * Randomness of the host comes from the same seed, so a run can be repeated exactly.
 *
 *   fault_disk_create -> fault_disk_use -> fault_disk_cut_at(n) -> run until it fails ->
 *   fault_disk_power_on -> open again and look -> fault_disk_destroy */
#ifndef SOTTO_TESTS_FAULT_H
#define SOTTO_TESTS_FAULT_H

#include "base/base.h"
#include "base/slice.h"

struct fault_disk;

struct fault_disk *fault_disk_create(uint64_t seed);
/* Accepts NULL; restores the default host when it was in use. */
void fault_disk_destroy(struct fault_disk *d);
/* The same bytes on the medium, nothing pending, no faults. */
struct fault_disk *fault_disk_copy(const struct fault_disk *d, uint64_t seed);
/* From now on the host's files lie here. */
void fault_disk_use(struct fault_disk *d);

/* Calls that change something (write, truncate, flush), and all calls, so far. */
uint64_t fault_disk_changes(const struct fault_disk *d);
uint64_t fault_disk_calls(const struct fault_disk *d);

/* At the nth change from now (0: never) the power goes: it and every later call fail. */
void fault_disk_cut_at(struct fault_disk *d, uint64_t nth);
bool fault_disk_is_cut(const struct fault_disk *d);
/* Decides what became of everything unflushed; then the disk works again. */
void fault_disk_power_on(struct fault_disk *d);

/* The nth call from now (0: never) fails with -1; `stays`: and every later one. */
void fault_disk_fail_at(struct fault_disk *d, uint64_t nth, bool stays);
bool fault_disk_has_failed(const struct fault_disk *d);
/* Bytes that all files together may take; writes beyond it answer -2. */
void fault_disk_room(struct fault_disk *d, uint64_t bytes);
uint64_t fault_disk_used(const struct fault_disk *d);

/* A file as the program sees it. Borrowed until its next change. */
struct slice fault_disk_file(const struct fault_disk *d, const char *name);
/* Replaces a file, on the medium too. */
void fault_disk_set_file(struct fault_disk *d, const char *name, struct slice bytes);

/* A small seeded generator for tests: never the same state for different seeds. */
uint64_t fault_next(uint64_t *state);

#endif
