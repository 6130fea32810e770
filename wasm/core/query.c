#include "core/query.h"

#include <string.h>

#include "core/vault.h"
#include "core/view.h"
#include "engine/fingerprint.h"
#include "store/admit.h"
#include "store/chat.h"
#include "store/member.h"
#include "store/message.h"
#include "store/people.h"
#include "store/request.h"
#include "store/search.h"
#include "store/setting.h"

#define PAGE_MAX 200
#define PEOPLE_MAX 5000

enum err core_state_view(struct core *c, struct step *s, struct abi_state *out)
{
    struct account *a = &c->account.base;
    struct store_person me;
    int64_t waiting = 0, requests = 0;
    memset(out, 0, sizeof *out);
    out->name = out->fingerprint = SLICE_LITERAL("");
    TRY(a->network->state(a, s, out));
    TRY(store_message_waiting(s->store, &waiting));
    TRY(core_code_opens(c, s, &out->code_opens));
    TRY(store_request_count(s->store, &requests));
    out->waiting = (uint64_t)waiting;
    out->requests = (uint64_t)requests;
    enum err e = store_person_get(s->store, s->arena, STORE_PERSON_ME, &me);
    if (e == ERR_GONE) {
        return OK; /* linking */
    }
    TRY(e);
    out->me = STORE_PERSON_ME;
    out->name = me.name;
    out->has_picture = me.picture.n > 0;
    out->picture = me.picture;
    return fingerprint_text(s->arena, me.account, &out->fingerprint);
}

static enum err chats_of(struct core *c, struct step *s, const int64_t *ids, size_t n,
                         struct abi_result *r)
{
    struct abi_chat_view *list = arena_array(s->arena, n + 1, sizeof *list);
    if (list == NULL) {
        return ERR_HOST_MEMORY;
    }
    for (size_t i = 0; i < n; i++) {
        TRY(core_view_chat(c, s, ids[i], &list[i]));
    }
    r->kind = ABI_CHATS;
    r->chats.list = list;
    r->chats.list_n = n;
    return OK;
}

static enum err chats(struct core *c, struct step *s, struct abi_result *r)
{
    int64_t *ids = NULL;
    size_t n = 0;
    TRY(store_chat_ids(s->store, s->arena, false, &ids, &n));
    return chats_of(c, s, ids, n, r);
}

static enum err messages(struct step *s, const struct abi_op_messages *op, struct abi_result *r)
{
    int64_t *ids = NULL;
    size_t n = 0, limit = op->limit == 0 || op->limit > PAGE_MAX ? 50 : (size_t)op->limit;
    r->kind = ABI_MESSAGES;
    TRY(store_message_page(s->store, s->arena, (int64_t)op->chat, (int64_t)op->before,
                           (int64_t)op->after, (int64_t)op->around, limit, &ids, &n,
                           &r->messages.more_before, &r->messages.more_after));
    struct abi_message_view *list = arena_array(s->arena, n + 1, sizeof *list);
    if (list == NULL) {
        return ERR_HOST_MEMORY;
    }
    for (size_t i = 0; i < n; i++) {
        TRY(core_view_message(s, ids[i], &list[i]));
    }
    r->messages.list = list;
    r->messages.list_n = n;
    return OK;
}

static enum err message(struct step *s, int64_t id, struct abi_result *r)
{
    struct abi_message_view *list = arena_array(s->arena, 1, sizeof *list);
    if (list == NULL) {
        return ERR_HOST_MEMORY;
    }
    TRY(core_view_message(s, id, list));
    r->kind = ABI_MESSAGES;
    r->messages.list = list;
    r->messages.list_n = 1;
    return OK;
}

static enum err hits_of(struct core *c, struct step *s, const int64_t *ids, size_t n,
                        struct abi_result *r)
{
    struct abi_hit_view *list = arena_array(s->arena, n + 1, sizeof *list);
    size_t k = 0;
    if (list == NULL) {
        return ERR_HOST_MEMORY;
    }
    for (size_t i = 0; i < n; i++) {
        struct abi_chat_view chat;
        enum err e = core_view_message(s, ids[i], &list[k].message);
        if (e == OK) {
            e = core_view_chat(c, s, (int64_t)list[k].message.chat, &chat);
        }
        if (e == ERR_GONE) {
            continue;
        }
        TRY(e);
        list[k++].chat_title = chat.title;
    }
    r->kind = ABI_HITS;
    r->hits.list = list;
    r->hits.list_n = k;
    return OK;
}

static enum err search(struct core *c, struct step *s, const struct abi_op_search *op,
                       struct abi_result *r)
{
    struct store_search_page page;
    size_t limit = op->limit == 0 || op->limit > PAGE_MAX ? 50 : (size_t)op->limit;
    TRY(store_search_find(s->store, s->arena, op->text, (int64_t)op->chat, (int64_t)op->before,
                          limit, &page));
    int64_t *ids = arena_array(s->arena, page.count + 1, sizeof *ids);
    if (ids == NULL) {
        return ERR_HOST_MEMORY;
    }
    for (size_t i = 0; i < page.count; i++) {
        ids[i] = page.hits[i].id;
    }
    return hits_of(c, s, ids, page.count, r);
}

static enum err starred(struct core *c, struct step *s, const struct abi_op_starred *op,
                        struct abi_result *r)
{
    size_t n = 0, limit = op->limit == 0 || op->limit > PAGE_MAX ? 50 : (size_t)op->limit;
    int64_t *ids = arena_array(s->arena, limit, sizeof *ids);
    if (ids == NULL) {
        return ERR_HOST_MEMORY;
    }
    TRY(store_message_starred(s->store, (int64_t)op->before, ids, limit, &n));
    return hits_of(c, s, ids, n, r);
}

static enum err members(struct step *s, int64_t chat, struct abi_result *r)
{
    struct store_member *rows = NULL;
    size_t n = 0;
    TRY(store_member_list(s->store, s->arena, chat, &rows, &n));
    struct abi_member_view *list = arena_array(s->arena, n + 1, sizeof *list);
    if (list == NULL) {
        return ERR_HOST_MEMORY;
    }
    for (size_t i = 0; i < n; i++) {
        struct abi_person_view p;
        TRY(core_view_person(s, rows[i].person, &p));
        list[i].person = p.id;
        list[i].name = p.name;
        list[i].role = (uint64_t)rows[i].role;
        list[i].me = rows[i].person == STORE_PERSON_ME;
        list[i].has_picture = p.has_picture;
        list[i].picture = p.picture;
        list[i].verified = p.verified;
        int64_t devices = 0, silent = 0;
        TRY(store_sign_count(s->store, chat, rows[i].person, &devices, &silent));
        list[i].devices = (uint64_t)devices;
        list[i].silent = (uint64_t)silent;
    }
    r->kind = ABI_MEMBERS;
    r->members.list = list;
    r->members.list_n = n;
    return OK;
}

static enum err people_of(struct step *s, const int64_t *ids, size_t n, struct abi_result *r)
{
    struct abi_person_view *list = arena_array(s->arena, n + 1, sizeof *list);
    if (list == NULL) {
        return ERR_HOST_MEMORY;
    }
    for (size_t i = 0; i < n; i++) {
        TRY(core_view_person(s, ids[i], &list[i]));
    }
    r->kind = ABI_PEOPLE;
    r->people.list = list;
    r->people.list_n = n;
    return OK;
}

static enum err people(struct step *s, struct abi_result *r)
{
    int64_t *ids = arena_array(s->arena, PEOPLE_MAX, sizeof *ids);
    size_t n = 0;
    if (ids == NULL) {
        return ERR_HOST_MEMORY;
    }
    TRY(store_person_list(s->store, ids, PEOPLE_MAX, &n));
    return people_of(s, ids, n, r);
}

static enum err requests(struct step *s, struct abi_result *r)
{
    struct store_request *rows = arena_array(s->arena, PAGE_MAX, sizeof *rows);
    struct abi_request_view *list = arena_array(s->arena, PAGE_MAX, sizeof *list);
    size_t n = 0;
    if (rows == NULL || list == NULL) {
        return ERR_HOST_MEMORY;
    }
    TRY(store_request_list(s->store, s->arena, rows, PAGE_MAX, &n));
    for (size_t i = 0; i < n; i++) {
        list[i].id = (uint64_t)rows[i].id;
        list[i].at_ms = (uint64_t)rows[i].at_ms;
        list[i].label = rows[i].label;
        TRY(fingerprint_text(s->arena, rows[i].address, &list[i].fingerprint));
    }
    r->kind = ABI_REQUESTS;
    r->requests.list = list;
    r->requests.list_n = n;
    return OK;
}

static enum err settings(struct step *s, struct abi_result *r)
{
    enum { MAX = 64 };
    struct store_setting_choice *rows = arena_array(s->arena, MAX, sizeof *rows);
    struct abi_setting *list = arena_array(s->arena, MAX, sizeof *list);
    size_t n = 0;
    if (rows == NULL || list == NULL) {
        return ERR_HOST_MEMORY;
    }
    TRY(store_setting_choices(s->store, s->arena, rows, MAX, &n));
    for (size_t i = 0; i < n; i++) {
        list[i].key = rows[i].key;
        list[i].value = rows[i].value;
    }
    r->kind = ABI_SETTINGS;
    r->settings.list = list;
    r->settings.list_n = n;
    return OK;
}

enum err core_query(struct core *c, struct step *s, const struct abi_op *op, struct abi_result *r)
{
    int64_t one = 0;
    switch (op->kind) {
    case ABI_OP_SETTINGS:
        return settings(s, r);
    case ABI_OP_CHATS:
        return chats(c, s, r);
    case ABI_OP_CHAT:
        one = (int64_t)op->op_chat.chat;
        return chats_of(c, s, &one, 1, r);
    case ABI_OP_MEMBERS:
        return members(s, (int64_t)op->op_members.chat, r);
    case ABI_OP_PEOPLE:
        return people(s, r);
    case ABI_OP_PERSON:
        one = (int64_t)op->op_person.person;
        return people_of(s, &one, 1, r);
    case ABI_OP_REQUESTS:
        return requests(s, r);
    case ABI_OP_MESSAGES:
        return messages(s, &op->op_messages, r);
    case ABI_OP_MESSAGE:
        return message(s, (int64_t)op->op_message.id, r);
    case ABI_OP_SEARCH:
        return search(c, s, &op->op_search, r);
    case ABI_OP_STARRED:
        return starred(c, s, &op->op_starred, r);
    case ABI_OP_STATE:
        r->kind = ABI_STATE;
        return core_state_view(c, s, &r->state);
    default:
        return ERR_INPUT;
    }
}
