/* The readers of the benchmark: one epoll loop, told what to do by lines on standard input.
 *
 *   open COUNT KIND ROLE HOST PORT SOURCE LAST PATH   connect readers, LAST is the newest sequence number
 *   wait SEQ MILLISECONDS                             until every counted reader has it
 *   report                                            what came since the last report
 *   close                                             leave all
 *
 * Each line is answered by one line of JSON. Readers are served while a command waits, too. */
#define _GNU_SOURCE
#include "reader.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    MOST_READERS = 65536,
    MOST_SEQ = 1 << 20,
    BUCKETS = 4096,
    EVENTS = 512,
    WINDOW = 400,          /* connections under way at a time: below every server's backlog */
    READERS_A_SOURCE = 5000,
    STALLED_BUFFER_BYTES = 4096,
    CONNECT_SECONDS = 90,
};

static struct reader readers[MOST_READERS];
static int many, under_way, counted, behind, ended, refused, epoll_fd;
static uint32_t awaited, seen_first, seen_last;
static uint64_t now_ns, deliveries, lost, twice, received_bytes, reads, slowest_ns;
static uint64_t histogram[BUCKETS];
static uint64_t last_ns[MOST_SEQ]; /* publish to the last reader, by sequence number */

static uint64_t clock_ns(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

/* Buckets of 1.5 %: exact below 128 µs, then 64 to each doubling. */
static unsigned bucket(uint64_t us) {
    unsigned shift = us < 128 ? 0 : 57 - (unsigned)__builtin_clzll(us);
    unsigned found = (shift << 6) + (unsigned)(us >> shift);
    return found < BUCKETS ? found : BUCKETS - 1;
}

void on_ready(struct reader *reader) {
    reader->ready = 1;
    if (reader->pending) under_way--;
    reader->pending = 0;
    if (reader->role == COUNTED) counted++;
    if (reader->role == STALLED) epoll_ctl(epoll_fd, EPOLL_CTL_DEL, reader->fd, NULL);
}

void on_mark(struct reader *reader, uint32_t seq, uint64_t posted_ns) {
    uint64_t took = now_ns > posted_ns ? now_ns - posted_ns : 0;
    if (seq <= reader->last) {
        twice++;
        return;
    }
    lost += seq - reader->last - 1;
    if (reader->role == COUNTED && reader->last < awaited && seq >= awaited) behind--;
    reader->last = seq;
    deliveries++;
    histogram[bucket(took / 1000)]++;
    if (took > slowest_ns) slowest_ns = took;
    if (!seen_first) seen_first = seq;
    if (seq > seen_last) seen_last = seq;
    if (took > last_ns[seq % MOST_SEQ]) last_ns[seq % MOST_SEQ] = took;
}

static void leave(struct reader *reader) {
    if (!reader->open) return;
    close(reader->fd);
    forget(reader);
    reader->open = 0;
    if (reader->pending) under_way--;
    reader->pending = 0;
}

void on_end(struct reader *reader) {
    if (!reader->open) return;
    if (!reader->ready) refused++;
    else if (reader->role == COUNTED) {
        ended++;
        counted--;
        if (reader->last < awaited) behind--;
    }
    leave(reader);
}

static void hear(struct reader *reader) {
    static char bytes[READ_BYTES];
    ssize_t count = recv(reader->fd, bytes, sizeof bytes, MSG_DONTWAIT);
    now_ns = clock_ns();
    if (count > 0) {
        reads++;
        if (reader->ready) received_bytes += (uint64_t)count;
        feed(reader, bytes, (size_t)count);
    } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
        on_end(reader);
    }
}

/* Serve readers until the deadline or, if `line` is set, until a command can be read. */
static int turn(uint64_t deadline_ns, int line) {
    static struct epoll_event events[EVENTS];
    int64_t left = (int64_t)(deadline_ns - clock_ns());
    if (left < 0 && !line) return 0;
    int timeout = line ? -1 : (int)(left / 1000000) + 1, command = 0;
    int found = epoll_wait(epoll_fd, events, EVENTS, timeout);
    for (int n = 0; n < found; n++) {
        struct reader *reader = events[n].data.ptr;
        if (!reader) command = 1;
        else if (reader->open) hear(reader);
    }
    /* While a command waits, the next is not read: let readers through without spinning on it. */
    return line ? command : 1;
}

struct order {
    enum kind kind;
    enum role role;
    char host[64], path[512];
    int port, source;
    uint32_t last;
};

static int request(const struct order *order, char *text, size_t size) {
    static const char *more[] = {
        "Accept: text/event-stream\r\n",
        "Accept: text/event-stream\r\nAccept-Encoding: gzip\r\n",
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"};
    return snprintf(text, size, "GET %s HTTP/1.1\r\nHost: %s:%d\r\n%s\r\n", order->path,
                    order->host, order->port, more[order->kind]);
}

static int dial(const struct order *order, int stalled) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1, small = STALLED_BUFFER_BYTES;
    if (fd < 0) return -1;
    struct sockaddr_in from = {.sin_family = AF_INET}, to = {.sin_family = AF_INET};
    from.sin_addr.s_addr =
        htonl(0x7f000000u + (uint32_t)order->source + (uint32_t)(many / READERS_A_SOURCE));
    to.sin_port = htons((uint16_t)order->port);
    inet_pton(AF_INET, order->host, &to.sin_addr);
    setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    if (stalled) setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    /* On loopback a connect is answered at once: nothing is gained by not waiting for it. */
    if (bind(fd, (struct sockaddr *)&from, sizeof from) ||
        connect(fd, (struct sockaddr *)&to, sizeof to)) {
        close(fd);
        return -1;
    }
    return fd;
}

static int begin(const struct order *order) {
    char text[1024];
    if (many == MOST_READERS) return 0;
    int fd = dial(order, order->role == STALLED);
    if (fd < 0) return 0;
    struct reader *reader = &readers[many++];
    *reader = (struct reader){.fd = fd, .kind = (uint8_t)order->kind, .role = (uint8_t)order->role,
                              .open = 1, .pending = 1, .last = order->last};
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = reader};
    epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event);
    under_way++;
    int length = request(order, text, sizeof text);
    return send(fd, text, (size_t)length, MSG_NOSIGNAL) == length;
}

static void listen_to_commands(int yes) {
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
    epoll_ctl(epoll_fd, yes ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, STDIN_FILENO, &event);
}

static void open_readers(const char *line) {
    struct order order;
    int count, kind, role, failed = 0, first = many, ready = 0, compressed = 0;
    if (sscanf(line, "open %d %d %d %63s %d %d %u %511s", &count, &kind, &role, order.host,
               &order.port, &order.source, &order.last, order.path) != 8)
        exit(2);
    order.kind = (enum kind)kind;
    order.role = (enum role)role;
    refused = 0;
    uint64_t began = clock_ns(), deadline = began + CONNECT_SECONDS * 1000000000ull;
    for (int n = 0; n < count || under_way; ) {
        if (n < count && under_way < WINDOW) {
            failed += !begin(&order);
            n++;
        }
        while (under_way && (under_way >= WINDOW || n == count) && turn(deadline, 0)) {}
        if (clock_ns() > deadline) break;
    }
    double seconds = (double)(clock_ns() - began) / 1e9;
    for (int n = first; n < many; n++) {
        ready += readers[n].open && readers[n].ready;
        compressed += readers[n].compressed;
    }
    printf("{\"ready\":%d,\"failed\":%d,\"refused\":%d,\"compressed\":%d,\"seconds\":%.6f}\n",
           ready, failed, refused, compressed, seconds);
}

static void wait_for(const char *line) {
    unsigned milliseconds;
    if (sscanf(line, "wait %u %u", &awaited, &milliseconds) != 2) exit(2);
    behind = 0;
    for (int n = 0; n < many; n++)
        behind += readers[n].open && readers[n].role == COUNTED && readers[n].last < awaited;
    uint64_t deadline = clock_ns() + milliseconds * 1000000ull;
    while (behind > 0 && turn(deadline, 0)) {}
    printf("{\"behind\":%d,\"counted\":%d,\"ended\":%d}\n", behind, counted, ended);
}

static void report(void) {
    printf("{\"deliveries\":%lu,\"lost\":%lu,\"twice\":%lu,\"ended\":%d,\"bytes\":%lu,\"reads\":%lu,"
           "\"slowest_us\":%lu,\"histogram\":{", deliveries, lost, twice, ended, received_bytes,
           reads, slowest_ns / 1000);
    const char *comma = "";
    for (unsigned n = 0; n < BUCKETS; n++) {
        if (!histogram[n]) continue;
        printf("%s\"%u\":%lu", comma, n, histogram[n]);
        comma = ",";
    }
    printf("},\"last_us\":{");
    comma = "";
    for (uint32_t seq = seen_first; seen_first && seq <= seen_last; seq++) {
        printf("%s\"%u\":%lu", comma, seq, last_ns[seq % MOST_SEQ] / 1000);
        last_ns[seq % MOST_SEQ] = 0;
        comma = ",";
    }
    printf("}}\n");
    memset(histogram, 0, sizeof histogram);
    deliveries = lost = twice = received_bytes = reads = slowest_ns = 0;
    seen_first = seen_last = 0;
}

static void close_all(void) {
    for (int n = 0; n < many; n++) leave(&readers[n]);
    many = counted = ended = behind = under_way = 0;
    awaited = 0;
    printf("{}\n");
}

static void obey(const char *line) {
    if (!strncmp(line, "open ", 5)) open_readers(line);
    else if (!strncmp(line, "wait ", 5)) wait_for(line);
    else if (!strncmp(line, "report", 6)) report();
    else if (!strncmp(line, "close", 5)) close_all();
    else exit(2);
    fflush(stdout);
}

int main(void) {
    char line[1024];
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    setvbuf(stdin, NULL, _IONBF, 0); /* what is left in a buffer would not wake epoll */
    for (;;) {
        listen_to_commands(1);
        while (!turn(0, 1)) {}
        listen_to_commands(0);
        if (!fgets(line, sizeof line, stdin)) return 0;
        obey(line);
    }
}
