/*
 * Heap sort (Williams 1964): in place, n log n in the worst case as well.
 */
#include "base/sort.h"

#include <string.h>

#include "base/check.h"

#define ITEM_MAX 64

typedef int (*compare_fn)(const void *, const void *);

static void swap(char *a, char *b, size_t size)
{
    char kept[ITEM_MAX];
    memcpy(kept, a, size);
    memcpy(a, b, size);
    memcpy(b, kept, size);
}

/* Let the item at `at` sink until no child of it is greater. */
static void sift(char *items, size_t at, size_t count, size_t size, compare_fn compare)
{
    for (size_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && compare(items + child * size, items + (child + 1) * size) < 0)
            child++;
        if (compare(items + at * size, items + child * size) >= 0)
            return;
        swap(items + at * size, items + child * size, size);
    }
}

void jf_sort(void *items, size_t count, size_t size, int (*compare)(const void *, const void *))
{
    JF_ASSERT(size > 0 && size <= ITEM_MAX);
    char *p = items;
    for (size_t at = count / 2; at-- > 0;)
        sift(p, at, count, size, compare);
    for (size_t end = count; end-- > 1;) {
        swap(p, p + end * size, size);
        sift(p, 0, end, size, compare);
    }
}
