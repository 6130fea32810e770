/* The wire encoding of MLS: variable-length vectors, optional values, extension lists.
 *
 * Readers take from a slice and never pass its end. Lengths are in their shortest form or
 * refused; no list may hold an extension type twice. Writers put into a buf: a vector whose
 * length is not yet known is opened, filled and closed.
 * Source: RFC 9420, 2.1.2, 7.2, 13.4. */
#ifndef SOTTO_MLS_CODEC_H
#define SOTTO_MLS_CODEC_H
#include "base/arena.h"
#include "base/buf.h"

/* One extension, and a decoded list of them. */
struct mls_extension {
    uint16_t type;
    struct slice data;
};
struct mls_extensions {
    const struct mls_extension *v;
    size_t n;
};

/* Extension types of RFC 9420, 17.3, and of the extensions draft. */
enum mls_extension_type {
    MLS_EXTENSION_APPLICATION_ID = 1,
    MLS_EXTENSION_RATCHET_TREE = 2,
    MLS_EXTENSION_REQUIRED_CAPABILITIES = 3,
    MLS_EXTENSION_EXTERNAL_PUB = 4,
    MLS_EXTENSION_EXTERNAL_SENDERS = 5,
    MLS_EXTENSION_LAST_RESORT = 10
};

/* Longest list of extensions read; real ones have fewer than ten. */
#define MLS_CODEC_EXTENSIONS_MAX 64

/* A length header. ERR_INPUT: cut short, longer than needed, or of the invalid class. */
MUST_CHECK enum err mls_codec_length(struct slice *s, size_t *out);
/* A vector of bytes, after its length. */
MUST_CHECK enum err mls_codec_vector(struct slice *s, struct slice *out);
/* A vector of whole u16. */
MUST_CHECK enum err mls_codec_u16s(struct slice *s, struct slice *out);
/* The byte before an optional value: 0 or 1, anything else is ERR_INPUT. */
MUST_CHECK enum err mls_codec_optional(struct slice *s, bool *present);
/* Is v among the u16 of a list read by mls_codec_u16s? */
bool mls_codec_u16s_have(struct slice list, uint16_t v);

/* A vector of extensions: out is its content. ERR_INPUT for a type that occurs twice, ERR_LIMIT
 * above MLS_CODEC_EXTENSIONS_MAX. */
MUST_CHECK enum err mls_codec_extension_list(struct slice *s, struct slice *out);
/* Next extension of such a content; the list was checked before. */
MUST_CHECK enum err mls_codec_extension(struct slice *list, struct mls_extension *out);
/* The content as an array in the arena. ERR_HOST_MEMORY. */
MUST_CHECK enum err mls_codec_extensions(struct arena *arena, struct slice list,
                                         struct mls_extensions *out);
/* Data of one type; false: there is none. */
bool mls_codec_extension_find(struct slice list, uint16_t type, struct slice *data);
/* Is v one of 0A0A 1A1A ... EAEA (RFC 9420, 13.5)? */
bool mls_codec_is_grease(uint16_t v);
/* One of those, at random. */
uint16_t mls_codec_grease(void);
/* The first of those in a list of u16, or 0. */
uint16_t mls_codec_grease_in(struct slice list);

void mls_codec_put_length(struct buf *b, size_t n);
void mls_codec_put_vector(struct buf *b, struct slice s);
/* Opens a vector: everything put until mls_codec_close(b, mark) is its content. */
size_t mls_codec_open(struct buf *b);
void mls_codec_close(struct buf *b, size_t mark);
/* A vector of extensions. */
void mls_codec_put_extensions(struct buf *b, struct mls_extensions list);
/* An extension of this type with a few random bytes; nothing when type is 0. */
void mls_codec_put_grease(struct buf *b, uint16_t type);
/* One extension (without the length of the list). */
void mls_codec_put_extension(struct buf *b, uint16_t type, struct slice data);
/* Bytes of a length header for n: 1, 2 or 4; written to out. Returns how many. */
size_t mls_codec_header(uint8_t out[4], size_t n);

#endif
