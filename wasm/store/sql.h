/* Typed access to the tables of this room. A statement is prepared once, kept, and found again by
 * its SQL literal; one that is in use is prepared a second time, so calls may nest.
 *
 * `types` has one letter per value, in the order of ?1, ?2 ...:
 *   i  int64_t (cast: an int in its place is undefined)
 *   b  struct slice, stored as a blob; p NULL is NULL
 *   t  struct slice, stored as text (valid UTF-8); p NULL is the empty text
 *   n  NULL, takes no argument
 * An empty slice with p set is the empty blob; SLICE_EMPTY is NULL.
 *
 * Errors besides those of store.h: ERR_STATE a constraint forbids it (UNIQUE, NOT NULL, CHECK);
 * ERR_LIMIT a value is too big; ERR_BUG wrong letters or SQL that does not compile. */
#ifndef SOTTO_STORE_SQL_H
#define SOTTO_STORE_SQL_H

#include "base/arena.h"
#include "base/slice.h"

struct store;
struct sqlite3_stmt;

/* Runs one statement and ignores any rows. Arguments are borrowed for the call. */
MUST_CHECK enum err store_sql_run(struct store *s, const char *sql, const char *types, ...);
/* Rows changed by the last statement. Never fails. */
MUST_CHECK enum err store_sql_changes(struct store *s, int64_t *n);
/* Row number of the last insert. */
int64_t store_sql_last_id(struct store *s);

struct store_rows {
    struct store *store;
    struct sqlite3_stmt *stmt; /* NULL: closed */
    uint32_t slot;             /* where it is kept, or STORE_SQL_UNKEPT */
    enum err err;              /* first error; sticks */
};
#define STORE_SQL_UNKEPT UINT32_MAX

/* Arguments are copied. Always end with store_rows_close, also after an error. */
MUST_CHECK enum err store_rows_open(struct store *s, struct store_rows *rows, const char *sql,
                                    const char *types, ...);
/* *has_row false at the end. */
MUST_CHECK enum err store_rows_next(struct store_rows *rows, bool *has_row);
/* Columns count from 0. NULL reads as 0 and as SLICE_EMPTY. */
int64_t store_rows_int(struct store_rows *rows, int column);
bool store_rows_is_null(struct store_rows *rows, int column);
/* Blob or text, borrowed until the next store_rows_next or store_rows_close. When memory runs out
 * it is SLICE_EMPTY, and the next store_rows_next fails. */
struct slice store_rows_bytes(struct store_rows *rows, int column);
MUST_CHECK enum err store_rows_copy(struct store_rows *rows, int column, struct arena *arena,
                                    struct slice *out);
/* Accepts the zero state and closed rows. */
void store_rows_close(struct store_rows *rows);

/* One row. outs[k] takes column k by out_types[k]: i int64_t *, b and t struct slice * (copied into
 * the arena, which may be NULL without any b or t), n skips (outs[k] not used). NULL reads as
 * 0 and SLICE_EMPTY. ERR_GONE when there is no row; outs are zero after any error. Further rows
 * are ignored. */
MUST_CHECK enum err store_sql_get(struct store *s, struct arena *arena, const char *sql,
                                  const char *out_types, void *const *outs, const char *types, ...);
/* The same for a single number. */
MUST_CHECK enum err store_sql_get_int(struct store *s, int64_t *out, const char *sql,
                                      const char *types, ...);

/* For this room: finalizes every kept statement. */
void store_sql_forget(struct store *s);

#endif
