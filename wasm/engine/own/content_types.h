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
#define OWN_TYPE_AGAIN "application/sotto-again+cbor"   /* missing.c: words that are missing */
#define OWN_TYPE_ANSWER "application/sotto-answer+cbor" /* and what they were                */

#define OWN_EXT_EDIT (-2) /* extension of an edit: its number, from 1 */

/* Lines of the timeline that come from the gate (abi.cddl message_view.notice). */
#define OWN_NOTICE_NOT_REMOVED 30   /* somebody could not be taken out yet                       */
#define OWN_NOTICE_OTHER_ROOM 31    /* somebody tried to put another room in the place of this   */
#define OWN_NOTICE_STOPPED 32       /* a commit that may not be followed; who made it            */
#define OWN_NOTICE_UNREAD_COMMIT 33 /* a commit that cannot be read: nobody can follow it */
#define OWN_NOTICE_UNCHECKED 34     /* a room whose chains did not come in time was dropped */
#define OWN_NOTICE_NEW_ROOM 35      /* a room was made to take the place of this one; by whom */
#define OWN_NOTICE_OLD_ROOM 38      /* what was set aside was older than this one: not taken */

#endif
