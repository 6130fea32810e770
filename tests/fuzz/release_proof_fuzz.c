#include "fuzz/fuzz.h"
#include "release/proof.h"

/* A proof that is accepted has one form. What its hashes show is at most one place of one leaf:
 * with all of them in a tree whose root they lead to, no other index of that tree fits. */
static void check_tree(const struct release_proof *p)
{
    struct release_hash leaf, root = {{0}};
    uint64_t size = p->index + 1 + p->n;
    release_tree_leaf(&leaf, p->checkpoint);
    (void)release_tree_includes(&root, size, p->index, &leaf, p->hashes, p->n);
    FUZZ_CHECK(!release_tree_includes(&root, p->index, p->index, &leaf, p->hashes, p->n));
    if (p->n > 1) {
        (void)release_tree_extends(&p->hashes[0], size, &p->hashes[1], p->index, p->hashes, p->n);
        FUZZ_CHECK(!release_tree_extends(&p->hashes[0], p->index, &p->hashes[1], p->index + 1,
                                         p->hashes, p->n));
    }
}

FUZZ(input)
{
    static struct release_proof p;
    static uint8_t bytes[RELEASE_PROOF_BYTES_MAX];
    struct release_checkpoint c;
    struct buf b = buf_fixed(bytes, sizeof bytes);
    if (release_proof_parse(&p, input) != OK) {
        FUZZ_CHECK(p.index == 0 && p.n == 0 && p.checkpoint.n == 0);
        return;
    }
    FUZZ_CHECK(p.n <= RELEASE_PROOF_HASHES_MAX && release_note_is_plain(input));
    release_proof_put(&b, p.index, p.hashes, p.n, p.checkpoint);
    FUZZ_CHECK(slice_equal(buf_view(&b), input));
    check_tree(&p);
    if (release_checkpoint_parse(&c, p.checkpoint) == OK) {
        b = buf_fixed(bytes, sizeof bytes);
        release_checkpoint_put(&b, c.origin, c.size, &c.root);
        FUZZ_CHECK(slice_equal(buf_view(&b), c.note.text));
    }
}
