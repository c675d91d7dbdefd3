/*
 * What a command needs is asked for before it is decided (core/needs.h). A row
 * that nobody asked for is there all the same as long as it happens to be in
 * memory, so most tests cannot see that it was forgotten.
 *
 * Here every case of tests/cases runs on SQLite with so little memory that
 * everybody is let go of before each command. What is then missing is missing
 * for good: an assertion stops the program, or the answer is another one than on
 * the memory store, which lets go of nobody. It runs from the top of the tree.
 */
#include <dirent.h>

#include "store_fixture.h"

#include "app/engine.h"
#include "base/arena.h"

#define CASES "tests/cases"
#define ENDING ".jsonl"
#define EXPECTED ".expected.jsonl"
#define LINES_MOST 1000

static const jf_engine_options resident = {.batch = 1};
/* One byte is less than anything takes up. */
static const jf_engine_options forgetful = {.batch = 8, .memory = 1, .foreground = true};

/* The answers of one run. */
typedef struct run {
    jf_arena texts;
    jf_str said[LINES_MOST];
    uint32_t count;
} run;

static void keep_answer(void *context, const jf_answer *answer)
{
    run *r = context;
    JF_ASSERT(r->count < LINES_MOST);
    r->said[r->count++] = jf_str_dup(&r->texts, answer->text);
}

static void stop_on(jf_store_result result, const jf_store_error *error)
{
    if (result == JF_STORE_OK)
        return;
    tap_diag("%s", error->message);
    exit(1);
}

static bool next_line(jf_str stream, size_t *at, jf_str *line)
{
    if (*at >= stream.n)
        return false;
    const char *start = stream.p + *at, *end = memchr(start, '\n', stream.n - *at);
    *line = (jf_str){start, end ? (size_t)(end - start) : stream.n - *at};
    *at += line->n + 1;
    return true;
}

/* Names the next command that reads as one. */
static void name_next(jf_engine *engine, jf_str stream, size_t *at)
{
    jf_arena arena;
    jf_str line;
    jf_command command;
    jf_error refusal;
    jf_arena_init(&arena, 0);
    if (next_line(stream, at, &line) && jf_command_read(&arena, line, &command, &refusal) == JF_OK)
        jf_engine_expect(engine, &command);
    jf_arena_free(&arena); /* what was named need not be there any more */
}

/* The lines of a stream, decided in order; `ahead`: each is named before its turn. */
static void run_stream(run *r, jf_store *store, const jf_engine_options *how, bool ahead,
                       jf_str stream)
{
    jf_engine *engine;
    jf_store_error error;
    jf_engine_options options = *how;
    options.answer = keep_answer;
    options.context = r;
    r->count = 0;
    stop_on(jf_engine_open(&engine, store, &options, &error), &error);
    size_t at = 0, named = 0;
    jf_str line;
    for (int i = 0; ahead && i + 1 < JF_AHEAD; i++)
        name_next(engine, stream, &named);
    while (next_line(stream, &at, &line)) {
        if (ahead)
            name_next(engine, stream, &named);
        stop_on(jf_engine_line(engine, line, NULL, &error), &error);
    }
    stop_on(jf_engine_flush(engine, &error), &error);
    jf_engine_close(engine);
    jf_store_close(store);
}

static jf_str read_stream(jf_arena *arena, const char *name)
{
    char path[300];
    snprintf(path, sizeof path, CASES "/%.250s", name);
    FILE *file = fopen(path, "rb");
    JF_ASSERT(file && fseek(file, 0, SEEK_END) == 0);
    long size = ftell(file);
    JF_ASSERT(size >= 0 && fseek(file, 0, SEEK_SET) == 0);
    char *bytes = JF_NEW_ARRAY(arena, char, (size_t)size + 1);
    JF_ASSERT(fread(bytes, 1, (size_t)size, file) == (size_t)size);
    fclose(file);
    return (jf_str){bytes, (size_t)size};
}

/* The number of the first line that was answered differently, or 0. */
static uint32_t first_difference(const run *a, const run *b)
{
    for (uint32_t i = 0; i < a->count && i < b->count; i++)
        if (!jf_str_eq(a->said[i], b->said[i]))
            return i + 1;
    return a->count == b->count ? 0 : (a->count < b->count ? a->count : b->count) + 1;
}

static void check_case(const test_folder *folder, int number, const char *name)
{
    static run memory, ahead, sqlite;
    jf_arena arena;
    char file[20];
    snprintf(file, sizeof file, "%d.db", number);
    test_path path = path_in(folder, file);
    jf_arena_init(&arena, 0);
    jf_arena_init(&memory.texts, 0);
    jf_arena_init(&ahead.texts, 0);
    jf_arena_init(&sqlite.texts, 0);
    jf_str stream = read_stream(&arena, name);
    run_stream(&memory, store_open("memory:", JF_OPEN_WRITE), &resident, false, stream);
    run_stream(&ahead, store_open("memory:", JF_OPEN_WRITE), &resident, true, stream);
    run_stream(&sqlite, sqlite_open(path.text, JF_OPEN_WRITE), &forgetful, true, stream);
    uint32_t line = first_difference(&memory, &sqlite);
    ok(line == 0 && memory.count > 0, "%s: whoever was let go of is fetched again", name);
    if (line > 0 && line <= memory.count && line <= sqlite.count) {
        tap_diag("line %u, memory: %.*s", line, JF_STR_ARG(memory.said[line - 1]));
        tap_diag("line %u, SQLite: %.*s", line, JF_STR_ARG(sqlite.said[line - 1]));
    }
    ok(first_difference(&memory, &ahead) == 0, "%s: naming commands ahead changes nothing", name);
    jf_arena_free(&sqlite.texts);
    jf_arena_free(&ahead.texts);
    jf_arena_free(&memory.texts);
    jf_arena_free(&arena);
}

static bool ends_with(const char *text, const char *ending)
{
    size_t n = strlen(text), m = strlen(ending);
    return n >= m && strcmp(text + n - m, ending) == 0;
}

static int is_case(const struct dirent *entry)
{
    return ends_with(entry->d_name, ENDING) && !ends_with(entry->d_name, EXPECTED);
}

int main(void)
{
    struct dirent **list;
    test_folder folder = folder_make();
    int count = scandir(CASES, &list, is_case, alphasort);
    ok(count > 0, "there are cases in " CASES);
    for (int i = 0; i < count; i++) {
        check_case(&folder, i, list[i]->d_name);
        free(list[i]);
    }
    if (count >= 0)
        free(list);
    folder_remove(&folder);
    return tap_plan_done();
}
