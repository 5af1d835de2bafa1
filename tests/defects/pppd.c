/*
 * Stands in the place of pppd where a program starts one: writes down how it was started, says a few frames, and ends with its line or
 * a signal. An argument names the directory for what it writes down (below /run/record):
 *   arguments  one per line     descriptors  number and what it is     file  the contents of the option file's file     secret  what the
 *   callback socket said when asked for user and password
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "../../src/PppdCallback/callback-protocol.h"

static const char *place;

static FILE *record(const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", place, name);
    FILE *f = fopen(path, "we");
    if (f == NULL) {
        exit(99);
    }
    return f;
}

static void descriptors(void)
{
    DIR *d = opendir("/proc/self/fd");
    FILE *out = record("descriptors");
    for (struct dirent *e; (e = readdir(d)) != NULL;) {
        char path[300], target[300];
        snprintf(path, sizeof path, "/proc/self/fd/%s", e->d_name);
        ssize_t n = readlink(path, target, sizeof target - 1);
        if (n > 0 && atoi(e->d_name) != dirfd(d) && atoi(e->d_name) != fileno(out)) {
            target[n] = 0;
            fprintf(out, "%s %s\n", e->d_name, target);
        }
    }
    fclose(out);
    closedir(d);
}

static void copy_file(const char *from)
{
    char text[4096];
    FILE *in = fopen(from, "re"), *out = record("file");
    size_t n = in ? fread(text, 1, sizeof text, in) : 0;
    fwrite(text, 1, n, out);
    fclose(out);
}

/* What our plugin says and hears: Hello, NeedSecret -> Secret. */
static void ask_secret(const char *path)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    strncpy(at.sun_path, path, sizeof at.sun_path - 1);
    int s = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    uint32_t hello[] = {MESSAGE_HELLO | 12 << 16, CALLBACK_VERSION, (uint32_t)getpid(), 249};
    struct { uint16_t type, length; uint32_t method; uint16_t text; } __attribute__((packed)) need = {4, 6, 4, 0};
    char answer[1024];
    struct timeval patience = {.tv_sec = 2};
    setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (connect(s, (struct sockaddr *)&at, sizeof at) != 0 || send(s, hello, sizeof hello, 0) < 0 || send(s, &need, sizeof need, 0) < 0) {
        return;
    }
    for (ssize_t n; (n = recv(s, answer, sizeof answer, 0)) > 0;) {
        if (answer[0] == 5) {
            FILE *out = record("secret");
            fwrite(answer, 1, (size_t)n, out);
            fclose(out);
            return;
        }
    }
}

int main(int argc, char **argv)
{
    /* LCP, an answer to a challenge of MS-CHAPv2, and the first packet of IPCP, as pppd would write them. */
    static const unsigned char lcp[] = "\x7e\xff\x7d\x23\xc0\x21\x7d\x21\x7d\x21\x7d\x20\x7d\x24\xd1\xb5\x7e";
    for (int i = 1; i < argc; i++) {
        place = strncmp(argv[i], "/run/record", 11) == 0 ? argv[i] : place;
    }
    if (place == NULL) {
        return 96;
    }
    FILE *out = record("arguments.new");
    for (int i = 0; i < argc; i++) {
        fprintf(out, "%s\n", argv[i]);
    }
    fclose(out);
    descriptors();
    char path[512], target[512];
    snprintf(path, sizeof path, "%s/arguments.new", place);
    snprintf(target, sizeof target, "%s/arguments", place);
    if (rename(path, target) != 0) {
        return 98;
    }
    const char *line = NULL;
    for (int i = 1; i + 1 < argc; i++) {
        if (strcmp(argv[i], "file") == 0) {
            copy_file(argv[i + 1]);
        }
        if (strcmp(argv[i], "nmvpn-socket") == 0) {
            ask_secret(argv[i + 1]);
        }
        if (strncmp(argv[i], "/dev/pts/", 9) == 0) {
            line = argv[i];
        }
    }
    if (line != NULL) {
        int fd = open(line, O_RDWR | O_NOCTTY);
        dup2(fd, 0);
        dup2(fd, 1);
    }
    if (write(1, lcp, sizeof lcp - 1) < 0) {
        return 97;
    }
    snprintf(path, sizeof path, "%s/say", place);
    FILE *say = fopen(path, "re");
    if (say != NULL) {
        char frames[4096];
        size_t n = fread(frames, 1, sizeof frames, say);
        usleep(300000);
        if (write(1, frames, n) < 0) {
            return 97;
        }
    }
    char buffer[4096];
    while (read(0, buffer, sizeof buffer) > 0) {
    }
    return 16;
}
