/*
 * The names beside the ids of shops: an answer whose shape has members of the type `shop` gets
 * what each of these shops is called, right behind its id (routes.def). So a page shows names
 * without asking for them, the books know nothing of them, and no handler writes one.
 *
 * What a journal keeps of its command and result is shown as it is kept, without names.
 *
 * The answer is text that this program wrote: keys and ids have no escapes and nothing stands
 * between a key, its colon and its value, and what looks so inside a text has a backslash.
 */
#define _GNU_SOURCE /* memmem, memrchr */
#include <ctype.h>
#include <string.h>

#include "base/check.h"
#include "server/state.h"

#define KEYS_MAX 4

typedef struct keys {
    jf_str of[KEYS_MAX];
    uint32_t count;
} keys;

static bool has(const keys *k, jf_str name)
{
    for (uint32_t i = 0; i < k->count; i++)
        if (jf_str_eq(k->of[i], name))
            return true;
    return false;
}

static void add(keys *k, jf_str name)
{
    if (has(k, name))
        return;
    JF_ASSERT(k->count < KEYS_MAX);
    k->of[k->count++] = name;
}

static bool in_word(char c)
{
    return c == '_' || isalnum((unsigned char)c);
}

/* The shape of a good answer; NULL is a request that no route took. */
static const char *shape_of(const jf_route *route)
{
    if (route && route->command_route)
        return jf_command_info_of(route->command)->reply;
    return route && route->reply ? route->reply : "";
}

/* Under which keys shops stand in an answer of this shape. */
static keys keys_of(const char *shape)
{
    keys k = {.count = 0};
    for (const char *at = shape; (at = strstr(at, ":shop")) != NULL; at += 5) {
        const char *end = at - (at[-1] == '?'), *start = end;
        while (in_word(start[-1]))
            start--;
        if (!in_word(at[5]))
            add(&k, (jf_str){start, (uint32_t)(end - start)});
    }
    if (strstr(shape, "[movement]"))
        add(&k, JF_STR("shop"));
    return k;
}

void jf_shop_name_key(jf_buf *out, jf_str key)
{
    if (!jf_str_eq(key, JF_STR("id"))) {
        jf_buf_str(out, key);
        jf_buf_char(out, '_');
    }
    jf_buf_c(out, "name");
}

/* Behind the value of a key of ours. */
static void name_add(jf_exchange *x, jf_buf *out, jf_str key, jf_str shop)
{
    char space[64];
    jf_buf of_name = {space, 0, sizeof space, NULL};
    jf_str name = jf_shop_names_find(&x->server->names, shop, x->server->options.clock());
    if (name.n == 0)
        return;
    jf_jw w;
    jf_jw_init(&w, out);
    w.comma = true;
    jf_shop_name_key(&of_name, key);
    jf_jw_key(&w, jf_buf_view(&of_name));
    jf_jw_str(&w, NULL, name);
}

/* The end of an object, behind its brace; braces in texts are none. */
static const char *object_end(const char *at, const char *end)
{
    int open = 0;
    bool text = false;
    for (; at < end; at++) {
        if (text && *at == '\\')
            at++;
        else if (*at == '"')
            text = !text;
        else if (!text && *at == '{')
            open++;
        else if (!text && *at == '}' && --open == 0)
            return at + 1;
    }
    return end;
}

/* Behind an object that is shown as it is kept, if it begins behind `at` and goes on at `next`. */
static const char *kept_passed(const char *at, const char *next, const char *end)
{
    static const char *const kept[] = {"\"command\":{", "\"result\":{"};
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        size_t n = strlen(kept[i]);
        const char *key = memmem(at, (size_t)(next - at), kept[i], n);
        const char *behind = key ? object_end(key + n - 1, end) : next;
        if (behind > next)
            return behind;
    }
    return next;
}

jf_str jf_answer_named(jf_exchange *x, jf_str json)
{
    jf_buf out;
    keys k = keys_of(shape_of(x->route));
    if (k.count == 0)
        return json;
    jf_buf_init(&out, &x->arena);
    jf_buf_reserve(&out, json.n + json.n / 4);
    const char *from = json.p, *end = json.p + json.n, *at = from, *seen = from;
    for (; (at = memmem(at, (size_t)(end - at), "\":\"", 3)) != NULL; seen = at) {
        const char *behind = kept_passed(seen, at, end);
        if (behind > at) {
            at = behind;
            continue;
        }
        const char *start = memrchr(json.p, '"', (size_t)(at - json.p));
        const char *value = at + 3, *close = memchr(value, '"', (size_t)(end - value));
        jf_str key = start ? (jf_str){start + 1, (uint32_t)(at - start - 1)} : JF_STR_NONE;
        at = value;
        if (!close || !has(&k, key))
            continue;
        jf_buf_bytes(&out, from, (size_t)(close + 1 - from));
        name_add(x, &out, key, (jf_str){value, (uint32_t)(close - value)});
        from = at = close + 1;
    }
    jf_buf_bytes(&out, from, (size_t)(end - from));
    return jf_buf_view(&out);
}
