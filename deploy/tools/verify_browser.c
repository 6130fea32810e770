#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verify_browser.h"
#include "verify_bytes.h"
#include "verify_head.h"
#include "verify_pipe.h"
#include "verify_report.h"
#include "verify_served.h"
#include "release/line.h"

#define START_MS 20000
#define ALL_MS 90000
#define IDLE_MS 1500
#define LOADER_MS 4000 /* idle this long without a loader: we provoke it */
#define PAUSED_MAX 64
#define NAME_MAX_BYTES 200

/* Registers the loader from a page that has no script of its own. */
static const char provoke[] = "const p = self.trustedTypes ? "
                              "trustedTypes.createPolicy('sotto-url', {createScriptURL: s => s})"
                              " : {createScriptURL: s => s};"
                              "navigator.serviceWorker.register(p.createScriptURL('/sw.js'), "
                              "{scope: '/'}).then(() => 1, () => 0)";

/* An answer that waits until we have seen its body. */
struct paused {
    int id; /* of our question; 0: free */
    char session[NAME_MAX_BYTES], request[NAME_MAX_BYTES];
    json_t *event;
};
struct browse {
    struct verify *v;
    struct verify_pipe pipe;
    const char *origin;
    char page[NAME_MAX_BYTES];  /* session of the first page */
    char agent[NAME_MAX_BYTES]; /* as the same browser names itself with a window */
    int version_id;             /* of the question for it */
    struct paused paused[PAUSED_MAX];
    uint64_t last_ms; /* of the last answer */
    bool document, loader, gone;
};

static const char *text_at(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

static void send(struct browse *b, const char *session, const char *method, json_t *params)
{
    if (verify_pipe_send(&b->pipe, session, method, params) == 0) {
        b->gone = true;
    }
}

/* ---- judging --------------------------------------------------------------------------------- */

/* The path of an address of the origin; NULL for another one. */
static const char *path_of(const struct browse *b, const char *url)
{
    size_t n = strlen(b->origin);
    return strncmp(url, b->origin, n) == 0 && url[n] == '/' ? url + n : NULL;
}

/* May the page ask there? The log and the witnesses of the trust. */
static bool is_known(const struct verify *v, const char *url)
{
    struct slice u = slice_of_string(url);
    for (size_t i = 0; i <= v->trust.witness_n; i++) {
        struct slice known = i == 0 ? v->trust.log_url : v->trust.witness[i - 1].url;
        if (known.n > 0 && u.n >= known.n && slice_equal(slice_make(u.p, known.n), known)) {
            return true;
        }
    }
    return strncmp(url, "http", 4) != 0; /* blob: and data: are what the page has made */
}

/* The headers as a block that verify_head reads. */
static bool head_of(struct tool_bytes *out, const json_t *list)
{
    size_t i;
    json_t *one;
    bool fine = verify_bytes_add(out, "", 0, VERIFY_HEAD_BYTES_MAX);
    json_array_foreach(list, i, one)
    {
        const char *name = text_at(one, "name"), *value = text_at(one, "value");
        fine = fine && verify_bytes_add(out, name, strlen(name), VERIFY_HEAD_BYTES_MAX) &&
               verify_bytes_add(out, ": ", 2, VERIFY_HEAD_BYTES_MAX) &&
               verify_bytes_add(out, value, strlen(value), VERIFY_HEAD_BYTES_MAX) &&
               verify_bytes_add(out, "\n", 1, VERIFY_HEAD_BYTES_MAX);
    }
    return fine;
}

/* The body as the browser has it, decoded. */
static bool body_of(struct tool_bytes *out, const json_t *result)
{
    const json_t *text = json_object_get(result, "body");
    struct slice s = slice_make(json_string_value(text), json_string_length(text));
    if (!json_is_true(json_object_get(result, "base64Encoded"))) {
        return verify_bytes_add(out, s.p, s.n, VERIFY_BODY_BYTES_MAX);
    }
    uint8_t *raw = malloc(s.n + 1);
    struct buf b = buf_fixed(raw, raw == NULL ? 0 : s.n);
    bool fine = raw != NULL && release_line_base64_get(&b, s) == OK &&
                verify_bytes_add(out, raw, b.n, VERIFY_BODY_BYTES_MAX);
    free(raw);
    return fine;
}

static void judge(struct browse *b, const json_t *event, const json_t *result)
{
    char why[VERIFY_WHY_MAX] = "";
    const char *url = text_at(json_object_get(event, "request"), "url");
    const char *path = path_of(b, url);
    json_int_t status = json_integer_value(json_object_get(event, "responseStatusCode"));
    struct tool_bytes head = {NULL, 0}, body = {NULL, 0};
    struct verify_served want;
    if (path == NULL) {
        if (!is_known(b->v, url)) {
            verify_differs(b->v, "browser", url, "the page asks another origin");
        }
        return;
    }
    verify_served_of(&want, b->v, path);
    bool fine = head_of(&head, json_object_get(event, "responseHeaders")) &&
                (result == NULL || body_of(&body, result));
    if (!fine) {
        verify_differs(b->v, "browser", path, "the answer cannot be taken in");
    } else if (!verify_served_check(b->v, &want, (unsigned)status, tool_bytes_slice(&head),
                                    tool_bytes_slice(&body), why)) {
        verify_differs(b->v, strcmp(path, "/sw.js") == 0 ? "loader" : "browser", path,
                       "in the browser (%s) %s", text_at(event, "resourceType"), why);
        verify_attach(b->v, "head", tool_bytes_slice(&head));
        verify_attach(b->v, "body", tool_bytes_slice(&body));
    } else {
        verify_ok(b->v, "browser", path);
    }
    b->document = b->document || strcmp(path, "/") == 0;
    b->loader = b->loader || strcmp(path, "/sw.js") == 0;
    tool_bytes_wipe(&head);
    tool_bytes_wipe(&body);
}

/* ---- events -----------------------------------------------------------------------------------
 */

static void go_on(struct browse *b, const char *session, const char *request)
{
    send(b, session, "Fetch.continueRequest", json_pack("{s:s}", "requestId", request));
}

static void on_paused(struct browse *b, const char *session, json_t *event)
{
    const char *request = text_at(event, "requestId");
    const char *url = text_at(json_object_get(event, "request"), "url");
    const char *failed = text_at(event, "responseErrorReason");
    json_int_t status = json_integer_value(json_object_get(event, "responseStatusCode"));
    struct paused *free_one = NULL;
    for (size_t i = 0; i < PAUSED_MAX; i++) {
        free_one = b->paused[i].id == 0 ? &b->paused[i] : free_one;
    }
    b->last_ms = verify_now_ms();
    if (failed[0] != 0) {
        if (path_of(b, url) != NULL) {
            verify_unreachable(b->v, path_of(b, url), failed);
        } else {
            judge(b, event, NULL); /* it was asked for, whatever came back */
        }
        go_on(b, session, request);
    } else if ((status >= 300 && status < 400) || free_one == NULL) {
        judge(b, event, NULL); /* a redirect has no body to ask for */
        go_on(b, session, request);
    } else {
        int id = verify_pipe_send(&b->pipe, session, "Fetch.getResponseBody",
                                  json_pack("{s:s}", "requestId", request));
        b->gone = b->gone || id == 0;
        free_one->id = id;
        free_one->event = json_incref(event);
        snprintf(free_one->session, NAME_MAX_BYTES, "%s", session);
        snprintf(free_one->request, NAME_MAX_BYTES, "%s", request);
    }
}

/* By a headless browser's name a server could tell that nobody is looking at it. */
static void on_version(struct browse *b, const json_t *result)
{
    static const char headless[] = "HeadlessChrome/";
    const char *agent = text_at(result, "userAgent");
    const char *at = strstr(agent, headless);
    int before = at == NULL ? (int)strlen(agent) : (int)(at - agent);
    snprintf(b->agent, sizeof b->agent, "%.*s%s", before, agent, at == NULL ? "" : at + 8);
}

static void on_reply(struct browse *b, int id, const json_t *message)
{
    if (id == b->version_id && id != 0) {
        on_version(b, json_object_get(message, "result"));
        return;
    }
    for (size_t i = 0; i < PAUSED_MAX; i++) {
        struct paused *p = &b->paused[i];
        if (p->id == id && id != 0) {
            b->last_ms = verify_now_ms();
            judge(b, p->event, json_object_get(message, "result"));
            go_on(b, p->session, p->request);
            json_decref(p->event);
            memset(p, 0, sizeof *p);
        }
    }
}

/* A page, a worker, a service worker: it waits until we watch it. The cache stays on: the profile
 * is new, so it is empty, and `Pragma: no-cache` would tell a server that somebody is checking. */
static void on_target(struct browse *b, const json_t *params)
{
    const char *session = text_at(params, "sessionId");
    const char *type = text_at(json_object_get(params, "targetInfo"), "type");
    bool is_page = strcmp(type, "page") == 0;
    send(b, session, "Network.enable", NULL);
    if (is_page) {
        send(b, session, "Network.setBypassServiceWorker", json_pack("{s:b}", "bypass", 1));
    }
    send(b, session, "Fetch.enable",
         json_pack("{s:[{s:s, s:s}]}", "patterns", "urlPattern", "*", "requestStage", "Response"));
    send(b, session, "Target.setAutoAttach",
         json_pack("{s:b, s:b, s:b}", "autoAttach", 1, "waitForDebuggerOnStart", 1, "flatten", 1));
    send(b, session, "Runtime.runIfWaitingForDebugger", NULL);
    if (is_page && b->page[0] == 0) {
        snprintf(b->page, sizeof b->page, "%s", session);
    }
}

static void on_message(struct browse *b, json_t *message)
{
    const char *method = text_at(message, "method");
    json_t *params = json_object_get(message, "params");
    if (method[0] == 0) {
        on_reply(b, (int)json_integer_value(json_object_get(message, "id")), message);
    } else if (strcmp(method, "Target.attachedToTarget") == 0) {
        on_target(b, params);
    } else if (strcmp(method, "Fetch.requestPaused") == 0) {
        on_paused(b, text_at(message, "sessionId"), params);
    } else if (strcmp(method, "Network.responseReceivedEarlyHints") == 0) {
        verify_differs(b->v, "browser", "", "an answer is preceded by early hints");
    }
}

/* Runs until nothing has come for idle_ms, max_ms are over, or a signal asks us to end. */
static void watch(struct browse *b, unsigned idle_ms, unsigned max_ms,
                  bool (*enough)(struct browse *))
{
    uint64_t end = verify_now_ms() + max_ms;
    b->last_ms = verify_now_ms();
    while (!b->gone && !verify_stop_asked() && verify_now_ms() < end &&
           verify_now_ms() - b->last_ms < idle_ms && (enough == NULL || !enough(b))) {
        json_t *message = verify_pipe_next(&b->pipe, 100, &b->gone);
        if (message != NULL) {
            on_message(b, message);
            json_decref(message);
        }
    }
}

static bool has_page(struct browse *b)
{
    return b->page[0] != 0;
}

static bool has_agent(struct browse *b)
{
    return b->agent[0] != 0;
}

static bool has_loader(struct browse *b)
{
    return b->loader;
}

static void visit(struct browse *b)
{
    char url[VERIFY_PATH_MAX + 64];
    send(b, NULL, "Target.setAutoAttach",
         json_pack("{s:b, s:b, s:b}", "autoAttach", 1, "waitForDebuggerOnStart", 1, "flatten", 1));
    watch(b, START_MS, START_MS, has_page);
    if (!has_page(b)) {
        verify_unreachable(b->v, b->origin, "the browser opens no page");
        return;
    }
    snprintf(url, sizeof url, "%s/", b->origin);
    send(b, b->page, "Page.navigate", json_pack("{s:s}", "url", url));
    watch(b, LOADER_MS, ALL_MS, has_loader);
    watch(b, IDLE_MS, ALL_MS, NULL);
    if (!b->loader && b->document) {
        /* The page did not register one (it may be hostile): from a path where nothing is. */
        snprintf(url, sizeof url, "%s/sotto-verify-browser", b->origin);
        send(b, b->page, "Page.navigate", json_pack("{s:s}", "url", url));
        watch(b, IDLE_MS, ALL_MS, NULL);
        send(b, b->page, "Runtime.evaluate", json_pack("{s:s}", "expression", provoke));
        watch(b, LOADER_MS, ALL_MS, has_loader);
        watch(b, IDLE_MS, ALL_MS, NULL);
    }
    if (!b->document) {
        verify_unreachable(b->v, "/", "the browser has received no page");
    } else if (!b->loader) {
        verify_unreachable(b->v, "/sw.js", "the browser has received no service worker");
    }
    for (size_t i = 0; i < PAUSED_MAX; i++) {
        if (b->paused[i].id != 0) {
            verify_unreachable(b->v, text_at(json_object_get(b->paused[i].event, "request"), "url"),
                               "the browser did not give the body");
        }
    }
    if (b->gone) {
        verify_unreachable(b->v, b->origin, "the browser has ended");
    }
}

void verify_browser(struct verify *v, const char *origin, const char *program)
{
    struct browse *b = calloc(1, sizeof *b);
    const char *why = "";
    sigset_t ending, before;
    if (b == NULL) {
        verify_unreachable(v, program, "out of memory");
        return;
    }
    b->v = v;
    b->origin = origin;
    /* A signal must not leave a browser and its profile behind. */
    (void)sigemptyset(&ending);
    (void)sigaddset(&ending, SIGINT);
    (void)sigaddset(&ending, SIGTERM);
    (void)sigaddset(&ending, SIGHUP);
    (void)sigprocmask(SIG_BLOCK, &ending, &before);
    /* Once to ask for its name, and then under the name it has with a window. */
    bool fine = verify_pipe_open(&b->pipe, program, NULL, &why);
    if (fine) {
        b->version_id = verify_pipe_send(&b->pipe, NULL, "Browser.getVersion", NULL);
        watch(b, START_MS, START_MS, has_agent);
        verify_pipe_close(&b->pipe);
        b->version_id = 0;
        fine = verify_pipe_open(&b->pipe, program, b->agent, &why);
    }
    if (fine) {
        b->gone = false;
        visit(b);
        verify_pipe_close(&b->pipe);
    } else {
        verify_unreachable(v, program, why);
    }
    for (size_t i = 0; i < PAUSED_MAX; i++) {
        json_decref(b->paused[i].event);
    }
    free(b);
    (void)sigprocmask(SIG_SETMASK, &before, NULL);
}
