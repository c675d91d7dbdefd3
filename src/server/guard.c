/*
 * What libmicrohttpd lets through and a server that handles money must not
 * (guard.h): ambiguity about where a request ends is how requests are smuggled.
 */
#include "server/guard.h"

#include <string.h>

#include "base/check.h"

/* What the headers of one request say about its framing. */
typedef struct framing {
    uint32_t hosts, lengths, encodings;
    bool body; /* there is one */
    bool odd;  /* a length or an encoding that is not exactly what we read */
} framing;

static bool all_digits(jf_str text)
{
    for (uint32_t i = 0; i < text.n; i++)
        if (text.p[i] < '0' || text.p[i] > '9')
            return false;
    return text.n > 0 && text.n <= 18;
}

static enum MHD_Result note(void *context, enum MHD_ValueKind kind, const char *key, size_t key_n,
                            const char *value, size_t value_n)
{
    framing *f = context;
    jf_str text = {value, (uint32_t)value_n};
    (void)kind;
    f->odd |= strlen(key) != key_n || (value && strlen(value) != value_n);
    for (size_t i = 0; i < value_n; i++)
        f->odd |= (unsigned char)value[i] < 0x20 && value[i] != '\t';
    if (!strcasecmp(key, MHD_HTTP_HEADER_HOST)) {
        f->hosts++;
    } else if (!strcasecmp(key, MHD_HTTP_HEADER_CONTENT_LENGTH)) {
        f->odd |= !all_digits(text);
        f->body |= !jf_str_eq(text, JF_STR("0"));
        f->lengths++;
    } else if (!strcasecmp(key, MHD_HTTP_HEADER_TRANSFER_ENCODING)) {
        f->odd |= strcasecmp(value ? value : "", "chunked") != 0;
        f->body = true;
        f->encodings++;
    }
    return MHD_YES;
}

const char *jf_guard(struct MHD_Connection *connection, const char *url, const char *version,
                     bool takes_body)
{
    framing f = {0};
    MHD_get_connection_values_n(connection, MHD_HEADER_KIND, note, &f);
    if (strcmp(version, MHD_HTTP_VERSION_1_1) && strcmp(version, MHD_HTTP_VERSION_1_0))
        return "expected HTTP/1.1";
    if (f.odd)
        return "a header holds what no header may, or frames the body in a way that is not read "
               "here";
    if (f.lengths > 1 || f.encodings > 1 || (f.lengths && f.encodings))
        return "expected one Content-Length or one Transfer-Encoding, not both";
    if (f.body && !takes_body)
        return "expected no body with this method";
    if (f.hosts > 1 || (f.hosts == 0 && !strcmp(version, MHD_HTTP_VERSION_1_1)))
        return "expected exactly one Host";
    for (const char *p = url; *p; p++)
        if ((unsigned char)*p <= 0x20 || (unsigned char)*p >= 0x7f)
            return "expected a path of printable ASCII";
    return url[0] == '/' ? NULL : "expected a path that begins with /";
}
