/* Every bound of the core, each with its reason. */
#ifndef SOTTO_BASE_LIMITS_H
#define SOTTO_BASE_LIMITS_H

#define LIMIT_CBOR_DEPTH 16                /* our schemas nest 8 deep; MIMI parts 4           */
#define LIMIT_ARENA_BYTES (96u << 20)      /* adding 255 members with X-Wing needs about 20   */
#define LIMIT_EVENT_BYTES (4u << 20)       /* one event of the page: a picture preview fits   */
#define LIMIT_FRAME_BYTES (64u << 10)      /* one gateway frame, PROTOCOL.md 5.3              */
#define LIMIT_TEXT_BYTES (16u << 10)       /* one message; longer text goes as a file         */
#define LIMIT_NAME_BYTES 128               /* display names                                   */
#define LIMIT_MEMBERS 1024                 /* leaves of one group we agree to handle          */
#define LIMIT_MLS_MESSAGE_BYTES (4u << 20) /* Welcome with the tree of 1,024 X-Wing members   */
#define LIMIT_MLS_VECTOR_ITEMS 65536       /* any one vector, counted before allocating       */
#define LIMIT_MLS_EPOCHS_KEPT 5            /* message secrets of past epochs, PROTOCOL.md 6.5 */
#define LIMIT_MLS_FORWARD 2000             /* generations skipped in one step                 */
#define LIMIT_MLS_SKIPPED_SENDER 256       /* skipped keys kept of one sender                 */
#define LIMIT_MLS_SKIPPED_GROUP 4096       /* and kept of one group                           */
#define LIMIT_MLS_SKIPPED_AGE_MS (7ull * 86400000) /* skipped keys expire */
#define LIMIT_MLS_RESUMPTION 10               /* resumption PSKs kept of one group              */
#define LIMIT_MLS_LIFETIME_S (100ull * 86400) /* longest key package lifetime accepted          */

#endif
