/* Types of content, inside the ciphertext. */
#ifndef SOTTO_ENGINE_OWN_CONTENT_TYPES_H
#define SOTTO_ENGINE_OWN_CONTENT_TYPES_H

#define OWN_TYPE_TEXT "text/markdown;variant=GFM-MIMI"
#define OWN_TYPE_REACTION "text/plain;charset=utf-8"
#define OWN_TYPE_PROFILE "application/sotto-profile+cbor"
#define OWN_TYPE_STATUS "application/sotto-status+cbor"
#define OWN_TYPE_SYNC "application/sotto-sync+cbor"
#define OWN_TYPE_PICTURE "application/sotto-picture+cbor"
#define OWN_TYPE_JOIN "application/sotto-join+cbor"
#define OWN_TYPE_READD "application/sotto-readd+cbor"
#define OWN_TYPE_AGAIN "application/sotto-again+cbor"   /* missing.c: asks for missing words */
#define OWN_TYPE_ANSWER "application/sotto-answer+cbor" /* and answers */

#define OWN_EXT_EDIT (-2) /* extension of an edit: its number, from 1 */

#endif
