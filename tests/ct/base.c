/* Constant time of wasm/base: comparisons, choice, text forms of secrets. */
#include "base/ct.h"
#include "base/text.h"
#include "lib/check.h"

#include <string.h>

TEST(comparisons)
{
    uint8_t a[32];
    uint8_t b[32];
    memset(a, 7, sizeof a);
    memset(b, 7, sizeof b);
    b[9] = 8;
    CT_SECRET(a, sizeof a);
    CT_SECRET(b, sizeof b);
    CHECK(!ct_equal(a, b, sizeof a));
    CHECK(ct_equal(a, a, sizeof a));
    CHECK(!ct_is_zero(a, sizeof a));
    CHECK(!ct_slice_equal(SLICE_ARRAY(a), SLICE_ARRAY(b)));
}

TEST(choice)
{
    uint8_t out[16];
    uint8_t a[16];
    uint8_t b[16];
    uint8_t choose = 1;
    memset(a, 1, sizeof a);
    memset(b, 2, sizeof b);
    CT_SECRET(&choose, 1);
    ct_select(out, a, b, sizeof out, choose);
    CT_PUBLIC(out, sizeof out);
    CHECK(out[0] == 1 && out[15] == 1);
}

TEST(text_forms)
{
    uint8_t key[32];
    uint8_t text[64];
    uint8_t back[32];
    for (size_t i = 0; i < sizeof key; i++) {
        key[i] = (uint8_t)(i * 91 + 3);
    }
    for (int form = 0; form < 3; form++) {
        struct buf b = buf_fixed(text, sizeof text);
        struct buf out = buf_fixed(back, sizeof back);
        CT_SECRET(key, sizeof key);
        switch (form) {
        case 0:
            text_put_hex(&b, SLICE_ARRAY(key));
            CHECK_ERR(text_get_hex(&out, buf_view(&b)), OK);
            break;
        case 1:
            text_put_base64url(&b, SLICE_ARRAY(key));
            CHECK_ERR(text_get_base64url(&out, buf_view(&b)), OK);
            break;
        default:
            text_put_base32(&b, SLICE_ARRAY(key));
            CHECK_ERR(text_get_base32(back, sizeof back, buf_view(&b)), OK);
        }
        CT_PUBLIC(key, sizeof key);
        CT_PUBLIC(back, sizeof back);
        CHECK_BYTES(SLICE_ARRAY(back), SLICE_ARRAY(key));
    }
}

TEST(wiping)
{
    uint8_t a[64];
    memset(a, 3, sizeof a);
    CT_SECRET(a, sizeof a);
    wipe(a, sizeof a);
    CHECK(a[0] == 0 && a[63] == 0); /* zeros are no secret */
}

TEST_MAIN(TEST_ROW(comparisons), TEST_ROW(choice), TEST_ROW(text_forms), TEST_ROW(wiping))
