/* A reader: a few fields. What comes in is unwrapped layer by layer (HTTP head, chunks or WebSocket
 * frames, gzip) until the text is left, in which each post carries "seq=N;t=MONOTONIC_NS;". */
#ifndef READER_H
#define READER_H

#include <stddef.h>
#include <stdint.h>
#ifdef WITH_GZIP
#include <zlib.h>
#endif

enum { READ_BYTES = 65536, CARRY_BYTES = 64, FRAME_HEAD_BYTES = 14 };

enum kind { SSE, GZIP, WEBSOCKET };
enum role { COUNTED, IDLE, STALLED }; /* IDLE reads and expects nothing; STALLED never reads */

struct reader {
    int fd;
    uint8_t kind, role, open, ready, chunked, compressed, websocket, pending;
    uint8_t carried, framed;  /* bytes kept of a mark, and of a frame's or chunk's head */
    uint8_t opcode;
    uint32_t last;            /* the sequence number seen last */
    uint64_t left;            /* bytes left of this frame or chunk */
    char *head;               /* only until the HTTP head is whole */
    uint32_t head_bytes;
    char carry[CARRY_BYTES];
    uint8_t frame[FRAME_HEAD_BYTES];
#ifdef WITH_GZIP
    z_stream *zip;
#endif
};

/* main.c: what a reader tells. */
void on_ready(struct reader *reader);
void on_mark(struct reader *reader, uint32_t seq, uint64_t posted_ns);
void on_end(struct reader *reader);

/* wire.c: bytes from the socket. */
void feed(struct reader *reader, char *bytes, size_t count);
void forget(struct reader *reader);

#endif
