#include "schema/content.h"
#include "fuzz/fuzz.h"

/* Whatever is accepted is written back byte for byte. */
FUZZ(input)
{
    struct arena arena;
    struct content content;
    struct slice again;
    struct slice value;
    uint8_t id[CONTENT_ID_SIZE];
    arena_init(&arena, 0);
    if (content_decode(&arena, input, &content) == OK) {
        FUZZ_CHECK(content_encode(&arena, &content, &again) == OK && slice_equal(again, input));
        FUZZ_CHECK(content_message_id(id, SLICE_EMPTY, SLICE_EMPTY, input) == OK);
        size_t n = 0;
        while (content_part_at(&content.part, n) != NULL) {
            n++;
        }
        FUZZ_CHECK(n >= 1 && n <= CONTENT_PARTS_MAX);
        for (int64_t key = -2; key < 4; key++) {
            enum err e = content_extension(content.extensions, key, &value);
            FUZZ_CHECK((e == OK && value.n > 0) || (e == ERR_GONE && value.n == 0));
        }
    } else {
        FUZZ_CHECK(content.part.parts == NULL && content.topic.n == 0);
    }
    arena_wipe(&arena);
}
