/*
 * Assertions that stay on in release.
 *
 * An assertion says what must hold if the program is right. Input is never
 * asserted, it is refused; a failed assertion is a bug of ours, and stopping
 * before the batch is committed is the only way to keep the books.
 */
#ifndef JF_BASE_CHECK_H
#define JF_BASE_CHECK_H

_Noreturn void jf_assert_failed(const char *what, const char *file, int line);

#define JF_ASSERT(cond) ((cond) ? (void)0 : jf_assert_failed(#cond, __FILE__, __LINE__))

/* A branch that no state of a right program reaches. */
#define JF_ASSERT_UNREACHED() jf_assert_failed("unreachable", __FILE__, __LINE__)

#endif
