/*
 * What the system calls of an uplink cost alone: reads a pty as sstpc and pptp do and sends as many packets of the same length, in
 * the same batches, without a look at what it has read.
 *
 *   floor gre ADDRESS LINE PACKET    raw IP packets of protocol 47
 *   floor tcp PORT LINE PACKET       one stream to 127.0.0.1
 *
 * LINE: octets of one packet on the pty; PACKET: octets of one packet sent. Reads standard input.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BATCH = 11, BUFFER = 32 * 1024, NEARLY_FULL = 2048 };

static char input[BUFFER], output[BATCH * 2048];

static int send_all(int socket, int gre, int packets, int length)
{
    struct mmsghdr messages[BATCH];
    struct iovec vectors[BATCH];

    if (!gre)
        return send(socket, output, (size_t)packets * length, MSG_NOSIGNAL) < 0 ? -1 : 0;
    memset(messages, 0, sizeof messages);
    for (int i = 0; i < packets; i++) {
        vectors[i] = (struct iovec){output + i * length, length};
        messages[i].msg_hdr.msg_iov = &vectors[i];
        messages[i].msg_hdr.msg_iovlen = 1;
    }
    return sendmmsg(socket, messages, packets, MSG_NOSIGNAL) < 0 ? -1 : 0;
}

int main(int argc, char **argv)
{
    if (argc != 5)
        return 2;
    int gre = strcmp(argv[1], "gre") == 0;
    int line = atoi(argv[3]), length = atoi(argv[4]), pending = 0;
    struct sockaddr_in to = {.sin_family = AF_INET};

    if (line <= 0 || length <= 0 || length > 2048)
        return 2;
    inet_pton(AF_INET, gre ? argv[2] : "127.0.0.1", &to.sin_addr);
    to.sin_port = htons(gre ? 0 : atoi(argv[2]));
    int out = gre ? socket(AF_INET, SOCK_RAW, 47) : socket(AF_INET, SOCK_STREAM, 0);
    if (connect(out, (struct sockaddr *)&to, sizeof to) < 0 || fcntl(0, F_SETFL, O_NONBLOCK) < 0)
        return 1;

    for (;;) {
        ssize_t count = read(0, input, sizeof input);
        if (count > 0)
            pending += count;
        else if (errno != EAGAIN)
            return 0;
        while (pending / line >= BATCH || (count < NEARLY_FULL && pending >= line)) {
            int packets = pending / line < BATCH ? pending / line : BATCH;
            if (send_all(out, gre, packets, length) < 0)
                return 1;
            pending -= packets * line;
        }
        if (count < NEARLY_FULL) {
            struct pollfd wait = {0, POLLIN, 0};
            poll(&wait, 1, -1);
        }
    }
}
