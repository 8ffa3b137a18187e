/* The kernel's floor: accept readers, answer the head of an event stream, and on each line of
 * standard input send() the same bytes to all, one after another. It prints its port. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST = 65536, EVENTS = 512, BACKLOG = 4096, LINE = 65536 };

static const char HEAD[] = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n:\n\n";
static int readers[MOST], places[MOST], many, epoll_fd;

static void watch(int fd) {
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event);
}

static int listening(void) {
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    if (bind(fd, (struct sockaddr *)&at, sizeof at) || listen(fd, BACKLOG)) exit(1);
    getsockname(fd, (struct sockaddr *)&at, &size);
    printf("%d\n", ntohs(at.sin_port));
    fflush(stdout);
    return fd;
}

static void welcome(int listener) {
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
    if (fd < 0 || fd >= MOST) return;
    places[fd] = -1;
    watch(fd);
}

/* The first bytes are taken for the request, whatever they say; none means that it left. */
static void hear(int fd) {
    char bytes[4096];
    if (recv(fd, bytes, sizeof bytes, 0) > 0) {
        if (places[fd] >= 0) return;
        send(fd, HEAD, sizeof HEAD - 1, MSG_NOSIGNAL);
        places[fd] = many;
        readers[many++] = fd;
        return;
    }
    if (places[fd] >= 0) {
        int last = readers[--many];
        readers[places[fd]] = last;
        places[last] = places[fd];
    }
    close(fd);
}

static void publish(const char *text, size_t length) {
    static char event[LINE + 16];
    int size = snprintf(event, sizeof event, "data: %.*s\n\n", (int)length, text);
    for (int n = 0; n < many; n++) send(readers[n], event, (size_t)size, MSG_NOSIGNAL);
}

/* Publish every whole line that has come. */
static void read_lines(void) {
    static char text[LINE];
    static size_t have;
    ssize_t count = read(STDIN_FILENO, text + have, sizeof text - have);
    if (count <= 0) exit(0);
    have += (size_t)count;
    char *end, *at = text;
    while ((end = memchr(at, '\n', have - (size_t)(at - text)))) {
        publish(at, (size_t)(end - at));
        at = end + 1;
    }
    have -= (size_t)(at - text);
    memmove(text, at, have);
}

int main(void) {
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    epoll_fd = epoll_create1(0);
    int listener = listening();
    watch(listener);
    watch(STDIN_FILENO);
    for (;;) {
        struct epoll_event events[EVENTS];
        int found = epoll_wait(epoll_fd, events, EVENTS, -1);
        for (int n = 0; n < found; n++) {
            int fd = events[n].data.fd;
            if (fd == listener) welcome(fd);
            else if (fd == STDIN_FILENO) read_lines();
            else hear(fd);
        }
    }
}
