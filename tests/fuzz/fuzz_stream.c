/*
 * Fuzz: any stream of lines on books that are open already. Whatever is
 * accepted or refused, the audit finds the books whole, and a replay of what
 * was accepted gives the same chain.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "app/audit.h"
#include "app/engine.h"
#include "base/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define AT "\"at\":\"2024-03-01T09:00:00+08:00\"}"

static const char *const opening[] = {
    "{\"cmd\":\"policy.set\",\"policy\":\"wodian\",\"from\":\"2024-03-01\"}",
    "{\"cmd\":\"member.create\",\"id\":\"a\"," AT,
    "{\"cmd\":\"member.create\",\"id\":\"b\",\"referrer\":\"a\"," AT,
    "{\"cmd\":\"shop.create\",\"id\":\"s\",\"owner\":\"a\",\"kind\":\"alliance\",\"region\":"
    "\"330106\","
    "\"rebate\":\"0.2\",\"recruiter\":\"a\"," AT,
    "{\"cmd\":\"agent.assign\",\"region\":\"33\",\"holders\":[{\"member\":\"b\",\"weight\":3}]," AT,
    "{\"cmd\":\"order.pay\",\"id\":\"o\",\"member\":\"b\",\"shop\":\"s\",\"amount\":\"10.00\"," AT,
};

static void line_in(jf_engine *engine, const char *text, size_t n)
{
    jf_store_error error;
    jf_store_result result = jf_engine_line(engine, (jf_str){text, (uint32_t)n}, NULL, &error);
    JF_ASSERT(result == JF_STORE_OK);
}

static void lines_in(jf_engine *engine, const char *text, size_t size)
{
    while (size > 0) {
        const char *end = memchr(text, '\n', size);
        size_t n = end ? (size_t)(end - text) : size;
        line_in(engine, text, n);
        n += end != NULL;
        text += n;
        size -= n;
    }
}

static void check_books(jf_store *store)
{
    jf_audit audit;
    jf_store_error error;
    jf_audit_init(&audit);
    jf_store_result result = jf_audit_run(&audit, store, &(jf_audit_options){true}, &error);
    JF_ASSERT(result == JF_STORE_OK && audit.errors == 0);
    jf_audit_free(&audit);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    jf_store *store;
    jf_engine *engine;
    jf_store_error error;
    jf_engine_options options = {.batch = 3};
    if (size > 4096)
        return 0;
    JF_ASSERT(jf_store_open(&store, "memory:", JF_OPEN_WRITE, &error) == JF_STORE_OK);
    JF_ASSERT(jf_engine_open(&engine, store, &options, &error) == JF_STORE_OK);
    for (size_t i = 0; i < sizeof opening / sizeof *opening; i++)
        line_in(engine, opening[i], strlen(opening[i]));
    lines_in(engine, (const char *)data, size);
    JF_ASSERT(jf_engine_flush(engine, &error) == JF_STORE_OK);
    check_books(store);
    jf_engine_close(engine);
    jf_store_close(store);
    return 0;
}
