/* From bytes to marks: HTTP/1.1 (RFC 9112), WebSocket frames (RFC 6455, 5.2), gzip (RFC 1952). */
#define _GNU_SOURCE
#include "reader.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { HEAD_BYTES = 4096 };

/* Read "seq=N;t=NS;" at `at`. Answers where it ends, or NULL if it is not whole. */
static char *mark(struct reader *reader, char *at, char *end) {
    char *last = memchr(at, ';', (size_t)(end - at));
    if (last) last = memchr(last + 1, ';', (size_t)(end - last - 1));
    if (!last) return NULL;
    char *next;
    uint32_t seq = (uint32_t)strtoul(at + 4, &next, 10);
    if (strncmp(next, ";t=", 3) == 0) on_mark(reader, seq, strtoull(next + 3, NULL, 10));
    return last + 1;
}

/* Find every mark; one torn by the end of a read is kept for the next. */
static void scan(struct reader *reader, const char *bytes, size_t count) {
    static char text[CARRY_BYTES + READ_BYTES + 1];
    memcpy(text, reader->carry, reader->carried);
    memcpy(text + reader->carried, bytes, count);
    char *end = text + reader->carried + count, *at = text, *found;
    *end = 0;
    while ((found = memmem(at, (size_t)(end - at), "seq=", 4))) {
        char *after = mark(reader, found, end);
        if (!after && end - found < CARRY_BYTES) break;
        at = after ? after : found + 4;
    }
    if (!found) found = end - at > 3 ? end - 3 : at;
    reader->carried = (uint8_t)(end - found);
    memcpy(reader->carry, found, reader->carried);
}

#ifdef WITH_GZIP
static void inflate_and_scan(struct reader *reader, char *bytes, size_t count) {
    static char text[READ_BYTES];
    if (!reader->zip) {
        reader->zip = calloc(1, sizeof *reader->zip);
        if (!reader->zip || inflateInit2(reader->zip, 31) != Z_OK) abort();
    }
    reader->zip->next_in = (Bytef *)bytes;
    reader->zip->avail_in = (uInt)count;
    do {
        reader->zip->next_out = (Bytef *)text;
        reader->zip->avail_out = sizeof text;
        int status = inflate(reader->zip, Z_SYNC_FLUSH);
        if (status != Z_OK && status != Z_BUF_ERROR) {
            on_end(reader); /* a stream that cannot be read is a lost reader */
            return;
        }
        scan(reader, text, sizeof text - reader->zip->avail_out);
    } while (reader->zip->avail_out == 0);
}
#endif

static void content(struct reader *reader, char *bytes, size_t count) {
#ifdef WITH_GZIP
    if (reader->compressed) {
        inflate_and_scan(reader, bytes, count);
        return;
    }
#endif
    scan(reader, bytes, count);
}

/* Keep a byte of a head; answers whether the chunk's size line is whole. */
static int chunk_head(struct reader *reader, char byte) {
    if (byte == '\n' && reader->framed) {
        reader->frame[reader->framed] = 0;
        reader->left = strtoull((char *)reader->frame, NULL, 16);
        reader->framed = 0;
        return 1;
    }
    if (isxdigit((unsigned char)byte) && reader->framed < FRAME_HEAD_BYTES - 1)
        reader->frame[reader->framed++] = (uint8_t)byte;
    return 0; /* line ends after a chunk and before its size fall through here */
}

static int websocket_head(struct reader *reader, char byte) {
    uint8_t *head = reader->frame;
    head[reader->framed++] = (uint8_t)byte;
    if (reader->framed < 2) return 0;
    unsigned wanted = (head[1] & 127) == 126 ? 4 : (head[1] & 127) == 127 ? 10 : 2;
    if (reader->framed < wanted) return 0;
    reader->left = wanted == 2 ? head[1] & 127 : 0;
    for (unsigned n = 2; n < wanted; n++) reader->left = reader->left << 8 | head[n];
    reader->opcode = head[0] & 15;
    reader->framed = 0;
    return 1;
}

static void framed_part(struct reader *reader, char *bytes, size_t count) {
    static const char pong[] = {(char)0x8a, (char)0x80, 0, 0, 0, 0}; /* masked with zeros */
    if (!reader->websocket || reader->opcode <= 2) content(reader, bytes, count);
    else if (reader->opcode == 8) on_end(reader);
    else if (reader->opcode == 9) send(reader->fd, pong, sizeof pong, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void frames(struct reader *reader, char *bytes, size_t count) {
    size_t at = 0;
    while (at < count && reader->open) {
        if (!reader->left) {
            int whole = reader->websocket ? websocket_head(reader, bytes[at])
                                          : chunk_head(reader, bytes[at]);
            at++;
            if (whole && !reader->left && reader->websocket) framed_part(reader, bytes + at, 0);
            continue;
        }
        size_t part = count - at < reader->left ? count - at : (size_t)reader->left;
        reader->left -= part;
        framed_part(reader, bytes + at, part);
        at += part;
    }
}

static void body(struct reader *reader, char *bytes, size_t count) {
    if (reader->websocket || reader->chunked) frames(reader, bytes, count);
    else if (count) content(reader, bytes, count);
}

static int says(const char *head, const char *name, const char *value) {
    const char *line = strcasestr(head, name);
    if (!line) return 0;
    const char *end = strstr(line + 2, "\r\n"), *found = strcasestr(line, value);
    return found && found < end;
}

/* Collect the head; answers how many of these bytes belong to it once it is whole, else 0. */
static size_t head(struct reader *reader, char *bytes, size_t count) {
    if (!reader->head) reader->head = calloc(1, HEAD_BYTES + 1);
    size_t had = reader->head_bytes;
    size_t room = HEAD_BYTES - had < count ? HEAD_BYTES - had : count;
    memcpy(reader->head + had, bytes, room);
    reader->head_bytes += (uint32_t)room;
    char *end = strstr(reader->head, "\r\n\r\n");
    if (!end) return 0;
    size_t used = (size_t)(end + 4 - reader->head) - had;
    end[2] = 0; /* every line still ends in CR LF */
    int status = (int)strtol(reader->head + 9, NULL, 10);
    reader->websocket = status == 101;
    reader->chunked = (uint8_t)says(reader->head, "\r\ntransfer-encoding:", "chunked");
    reader->compressed = (uint8_t)says(reader->head, "\r\ncontent-encoding:", "gzip");
    free(reader->head);
    reader->head = NULL;
    if (status == 200 || status == 101) on_ready(reader);
    else on_end(reader);
    return used;
}

void feed(struct reader *reader, char *bytes, size_t count) {
    if (!reader->ready) {
        size_t used = head(reader, bytes, count);
        if (!used) {
            if (reader->head_bytes == HEAD_BYTES) on_end(reader);
            return;
        }
        bytes += used;
        count -= used;
    }
    if (reader->open) body(reader, bytes, count);
}

void forget(struct reader *reader) {
    free(reader->head);
    reader->head = NULL;
#ifdef WITH_GZIP
    if (reader->zip) {
        inflateEnd(reader->zip);
        free(reader->zip);
        reader->zip = NULL;
    }
#endif
}
