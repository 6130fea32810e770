/* The words that two devices show while one is linked: web/data/words.txt, the list of the page. */
#ifndef SOTTO_CLI_WORDS_H
#define SOTTO_CLI_WORDS_H
#include <stddef.h>

#include "base/base.h"
#include "base/slice.h"

#define CLI_WORDS_TEXT_MAX 32 /* three of at most eight letters, and what stands between */

/* numbers: "n n n", as link_progress.words (abi.cddl). The words with spaces between them, and a 0
 * at the end, into n bytes (CLI_WORDS_TEXT_MAX are enough). ERR_INPUT: not three numbers of words.
 */
MUST_CHECK enum err cli_words(struct slice numbers, char *out, size_t n);

#endif
