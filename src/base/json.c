/*
 * JSON texts into trees, by jansson (see json.h; writing is in json_write.c).
 *
 * A text passes a scan of ours first, for what jansson would accept or would
 * recurse on: size, NUL and nesting. Then jansson reads it once, and the tree
 * is copied without recursion: the way down is a stack of JF_JSON_DEPTH
 * frames, which the scan has made deep enough. All decoded strings together
 * are no longer than the text, so they share one piece of memory of its size.
 */
#include "base/json.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/check.h"

#define ERROR_SIZE 160

/* One container on the way down: what is being copied, and where its next member goes. */
typedef struct json_frame {
    json_t *source;
    void *member;  /* objects: the iterator of the next member */
    uint32_t next; /* the index of the next member */
    jf_json *copy;
} json_frame;

/* Where decoded strings go. */
typedef struct json_pool {
    char *p;
    size_t left;
} json_pool;

static bool __attribute__((format(printf, 2, 3))) json_refuse(char *error, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    if (error != NULL) {
        vsnprintf(error, ERROR_SIZE, format, args);
    }
    va_end(args);
    return false;
}

/* Nesting is counted outside strings; jansson finds brackets that do not match. */
static bool json_scan_depth(jf_str text, char *error)
{
    uint32_t depth = 0;
    for (uint32_t i = 0; i < text.n; i++) {
        switch (text.p[i]) {
        case '"':
            for (i++; i < text.n && text.p[i] != '"'; i++) {
                i += text.p[i] == '\\';
            }
            break;
        case '{':
        case '[':
            if (++depth > JF_JSON_DEPTH) {
                return json_refuse(error, "nested deeper than 32 levels at byte %u", i + 1u);
            }
            break;
        case '}':
        case ']':
            depth -= depth > 0;
            break;
        default:
            break;
        }
    }
    return true;
}

static bool json_blank(jf_str text)
{
    uint32_t i = 0;
    while (i < text.n && text.p[i] != '\0' && strchr(" \t\r\n", text.p[i]) != NULL) {
        i++;
    }
    return i == text.n;
}

static bool json_scan(jf_str text, char *error)
{
    _Static_assert(JF_JSON_DEPTH == 32, "the message of json_scan_depth names the limit");
    if (text.n > JF_JSON_BYTES) {
        return json_refuse(error, "too long: at most 1048576 bytes are read, this has %u", text.n);
    }
    if (json_blank(text)) {
        return json_refuse(error, "the text is blank: an object was expected at byte 1");
    }
    const char *nul = memchr(text.p, '\0', text.n);
    if (nul != NULL) {
        return json_refuse(error, "NUL is not allowed, at byte %zu", (size_t)(nul - text.p) + 1);
    }
    return json_scan_depth(text, error);
}

/*
 * Jansson's finding in our words. Where its own text says more ("':' expected
 * near ..."), only what stands before "near" is taken: the rest quotes input.
 */
static bool json_explain(const json_error_t *found, char *error)
{
    const char *what;
    char own[JSON_ERROR_TEXT_LENGTH];
    switch (json_error_code(found)) {
    case json_error_out_of_memory:
        jf_out_of_memory(0);
    case json_error_invalid_utf8:
        what = "not valid UTF-8";
        break;
    case json_error_premature_end_of_input:
        what = "the text ends too early";
        break;
    case json_error_end_of_input_expected:
        what = "nothing more was expected after the value";
        break;
    case json_error_null_character:
    case json_error_null_byte_in_key:
        what = "\\u0000 is not allowed";
        break;
    case json_error_duplicate_key:
        what = "duplicate key";
        break;
    case json_error_numeric_overflow:
        what = "number too big: integers have 64 bits";
        break;
    default:
        snprintf(own, sizeof own, "%.*s", (int)strcspn(found->text, "\n"), found->text);
        char *quote = strstr(own, " near ");
        if (quote != NULL) {
            *quote = '\0';
        }
        what = own;
        break;
    }
    return json_refuse(error, "%.90s near line %d, column %d", what, found->line, found->column);
}

static jf_str json_keep(json_pool *pool, const char *bytes, size_t n)
{
    JF_ASSERT(n <= pool->left);
    jf_str kept = {pool->p, (uint32_t)n};
    memcpy(pool->p, bytes, n);
    pool->p += n;
    pool->left -= n;
    return kept;
}

/* Everything of a value but its members; containers get room for them. */
static void json_copy_value(jf_arena *arena, json_pool *pool, json_t *source, jf_json *copy)
{
    switch (json_typeof(source)) {
    case JSON_NULL:
        copy->type = JF_JSON_NULL;
        break;
    case JSON_FALSE:
        copy->type = JF_JSON_FALSE;
        break;
    case JSON_TRUE:
        copy->type = JF_JSON_TRUE;
        break;
    case JSON_INTEGER:
        copy->type = JF_JSON_INTEGER;
        copy->integer = json_integer_value(source);
        break;
    case JSON_REAL:
        copy->type = JF_JSON_REAL;
        break;
    case JSON_STRING:
        copy->type = JF_JSON_STRING;
        copy->text = json_keep(pool, json_string_value(source), json_string_length(source));
        break;
    case JSON_ARRAY:
        copy->type = JF_JSON_ARRAY;
        copy->count = (uint32_t)json_array_size(source);
        break;
    case JSON_OBJECT:
        copy->type = JF_JSON_OBJECT;
        copy->count = (uint32_t)json_object_size(source);
        break;
    }
    if (copy->count > 0) {
        copy->child = JF_NEW_ARRAY(arena, jf_json, copy->count);
    }
}

/* The next member of the frame's container; its key is set in the copy. */
static json_t *json_frame_next(json_frame *frame, json_pool *pool, jf_json **copy)
{
    jf_json *parent = frame->copy;
    JF_ASSERT(frame->next < parent->count);
    *copy = &parent->child[frame->next++];
    if (frame->next < parent->count) {
        (*copy)->next = *copy + 1;
    }
    if (parent->type == JF_JSON_ARRAY) {
        return json_array_get(frame->source, frame->next - 1);
    }
    JF_ASSERT(parent->type == JF_JSON_OBJECT);
    JF_ASSERT(frame->member != NULL);
    json_t *value = json_object_iter_value(frame->member);
    (*copy)->key = json_keep(pool, json_object_iter_key(frame->member),
                             json_object_iter_key_len(frame->member));
    frame->member = json_object_iter_next(frame->source, frame->member);
    return value;
}

static jf_json *json_copy_tree(jf_arena *arena, json_t *top, uint32_t text_bytes)
{
    json_pool pool = {jf_arena_alloc(arena, text_bytes), text_bytes};
    JF_ASSERT(json_is_object(top) || json_is_array(top));
    json_frame stack[JF_JSON_DEPTH];
    jf_json *root = JF_NEW(arena, jf_json);
    json_copy_value(arena, &pool, top, root);
    stack[0] = (json_frame){.source = top, .member = json_object_iter(top), .copy = root};
    uint32_t depth = 1;
    while (depth > 0) {
        json_frame *frame = &stack[depth - 1];
        if (frame->next == frame->copy->count) {
            depth--;
            continue;
        }
        jf_json *copy;
        json_t *value = json_frame_next(frame, &pool, &copy);
        json_copy_value(arena, &pool, value, copy);
        if (copy->count > 0) {
            JF_ASSERT(depth < JF_JSON_DEPTH);
            stack[depth++] =
                (json_frame){.source = value, .member = json_object_iter(value), .copy = copy};
        }
    }
    return root;
}

bool jf_json_parse(jf_arena *arena, jf_str text, jf_json **out, char error[ERROR_SIZE])
{
    if (!json_scan(text, error)) {
        return false;
    }
    json_error_t found;
    json_t *top = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, &found);
    if (top == NULL) {
        return json_explain(&found, error);
    }
    *out = json_copy_tree(arena, top, text.n);
    JF_ASSERT((*out)->type == JF_JSON_OBJECT || (*out)->type == JF_JSON_ARRAY);
    json_decref(top);
    return true;
}

const jf_json *jf_json_get(const jf_json *object, jf_str key)
{
    JF_ASSERT(object->type == JF_JSON_OBJECT);
    JF_ASSERT((object->count == 0) == (object->child == NULL));
    for (const jf_json *member = object->child; member != NULL; member = member->next) {
        if (jf_str_eq(member->key, key)) {
            return member;
        }
    }
    return NULL;
}
