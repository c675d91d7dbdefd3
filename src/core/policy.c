/*
 * Reading a policy from beginning to end (spec section 3): a preset's name
 * becomes its document, the document becomes a struct, and all findings come
 * together. The steps are in policy_read.c, policy_rules.c and policy_lint.c.
 */
#include "core/policy.h"

#include <string.h>

#include "base/check.h"
#include "core/policy_read.h"

static bool is_container(const jf_json *value)
{
    return value->type == JF_JSON_OBJECT || value->type == JF_JSON_ARRAY;
}

static void write_scalar(jf_jw *w, const jf_json *value)
{
    switch (value->type) {
    case JF_JSON_STRING:
        jf_jw_str(w, NULL, value->text);
        return;
    case JF_JSON_INTEGER:
        jf_jw_int(w, NULL, value->integer);
        return;
    case JF_JSON_TRUE:
    case JF_JSON_FALSE:
        jf_jw_bool(w, NULL, value->type == JF_JSON_TRUE);
        return;
    case JF_JSON_NULL:
    case JF_JSON_REAL:
    case JF_JSON_ARRAY:
    case JF_JSON_OBJECT:
        break;
    }
    JF_ASSERT_UNREACHED(); /* no field may be null or a number with a point */
}

/*
 * The document in its canonical form: no blanks, keys in the order given. It
 * walks the tree by a stack of the containers it is in; the document's own
 * key and siblings, when it stands inside a command, are none of its business.
 */
static jf_str canonical_text(jf_arena *arena, const jf_json *document)
{
    jf_buf text;
    jf_buf_init(&text, arena);
    jf_jw w;
    jf_jw_init(&w, &text);
    const jf_json *inside[JF_JSON_DEPTH];
    uint32_t depth = 0;
    const jf_json *at = document;
    for (;;) {
        if (depth > 0 && inside[depth - 1]->type == JF_JSON_OBJECT) {
            jf_jw_key(&w, at->key);
        }
        if (!is_container(at)) {
            write_scalar(&w, at);
        } else {
            jf_jw_open(&w, NULL, at->type == JF_JSON_OBJECT ? '{' : '[');
            if (at->child != NULL) {
                JF_ASSERT(depth < JF_JSON_DEPTH);
                inside[depth++] = at;
                at = at->child;
                continue;
            }
            jf_jw_close(&w, at->type == JF_JSON_OBJECT ? '}' : ']');
        }
        while (depth > 0 && at->next == NULL) {
            at = inside[--depth];
            jf_jw_close(&w, at->type == JF_JSON_OBJECT ? '}' : ']');
        }
        if (depth == 0) {
            JF_ASSERT(at == document);
            return jf_buf_view(&text);
        }
        at = at->next;
    }
}

/* The tree of a preset's document; our own text, so it must parse. */
static jf_code find_preset(jf_arena *arena, jf_str name, const jf_json **out, jf_error *error)
{
    jf_str text;
    if (!jf_preset_find(name, &text)) {
        return jf_refuse(error, JF_E_NOT_FOUND, "policy",
                         "there is no preset \"%.*s\"; `jifen policy show` lists them",
                         JF_STR_ARG(name));
    }
    jf_json *tree;
    bool parsed = jf_json_parse(arena, text, &tree, NULL);
    JF_ASSERT(parsed && tree->type == JF_JSON_OBJECT);
    *out = tree;
    return JF_OK;
}

jf_code jf_policy_read(jf_arena *arena, const jf_json *document, const jf_policy *previous,
                       jf_policy *out, jf_findings *findings, jf_error *error)
{
    JF_ASSERT(document != NULL && out != previous);
    memset(out, 0, sizeof(*out));
    memset(findings, 0, sizeof(*findings));
    if (document->type == JF_JSON_STRING) {
        jf_code code = find_preset(arena, document->text, &document, error);
        if (code != JF_OK) {
            return code;
        }
    }
    jf_check check = {.arena = arena, .findings = findings, .policy = out};
    if (document->type != JF_JSON_OBJECT) {
        jf_check_schema(&check, jf_path_of("policy"), "an object or the name of a preset",
                        document);
        return JF_OK;
    }
    jf_policy_fields(&check, document);
    jf_policy_rules(&check, previous);
    jf_policy_lint(&check);
    JF_ASSERT(findings->errors > 0 || out->name.n > 0);
    if (findings->errors == 0) {
        out->document = canonical_text(arena, document);
    }
    return JF_OK;
}
