/* MLSMessage and everything inside: what is accepted is read to its end and encodes to the same
 * bytes. */
#include "fuzz/fuzz.h"
#include "mls/commit.h"
#include "mls/framing.h"

static void again(struct slice input, const struct mls_message *m)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct buf b = buf_arena(&arena, input.n + 16);
    mls_framing_put_header(&b, m->wire_format);
    if (m->wire_format == MLS_WIRE_PUBLIC) {
        const struct mls_public_message *p = &m->public_message;
        mls_framing_put_content(&b, &p->content);
        mls_framing_put_auth(&b, p->content.type, &p->auth);
        if (p->content.sender_type == MLS_SENDER_MEMBER) {
            mls_codec_put_vector(&b, p->membership_tag);
        }
    } else if (m->wire_format == MLS_WIRE_PRIVATE) {
        const struct mls_private_message *p = &m->private_message;
        mls_codec_put_vector(&b, p->group_id);
        buf_u64(&b, p->epoch);
        buf_u8(&b, (uint8_t)p->type);
        mls_codec_put_vector(&b, p->authenticated_data);
        mls_codec_put_vector(&b, p->encrypted_sender_data);
        mls_codec_put_vector(&b, p->ciphertext);
    } else {
        buf_slice(&b, m->body);
    }
    FUZZ_CHECK(b.err == OK && slice_equal(buf_view(&b), input));
    arena_wipe(&arena);
}

static void walk_commit(struct slice body)
{
    struct mls_commit_body commit;
    size_t n = 0;
    FUZZ_CHECK(mls_commit_read(&body, &commit) == OK && body.n == 0);
    struct slice rest = commit.proposals;
    while (rest.n > 0) {
        bool by_reference = false;
        struct slice reference;
        struct mls_proposal_body proposal;
        FUZZ_CHECK(mls_commit_next(&rest, &by_reference, &reference, &proposal) == OK);
        n++;
    }
    FUZZ_CHECK(n == commit.count);
}

FUZZ(input)
{
    struct mls_message m;
    if (mls_framing_read(input, &m) != OK) {
        return;
    }
    again(input, &m);
    if (m.wire_format == MLS_WIRE_PUBLIC && m.public_message.content.type == MLS_CONTENT_COMMIT) {
        walk_commit(m.public_message.content.body);
    }
}
