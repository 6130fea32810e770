/* Sizes of a store: its key and the name of its files. */
#ifndef SOTTO_STORE_SIZE_H
#define SOTTO_STORE_SIZE_H

#define STORE_KEY_SIZE 32
#define STORE_NAME_BYTES_MAX 32 /* keeps the host file name with "-wal" short */

#endif
