/*
 * See channel.h. A PPPoX socket is a PPP channel of the kernel: packets do not come by here. A terminal is served by pppd's own
 * functions for it.
 *
 * Nothing tells pppd that a PPPoX line is to go down: the socket knows no hang-up, and pppd looks at the callback socket only when it
 * waits for an answer. So the kernel signals what happens there, and when the core has closed its direction, or is gone, the socket
 * is given up: pppd then sees a line that hangs up.
 */
#define _GNU_SOURCE
#include "channel.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "callback-protocol.h"
#include "pppd-symbols.h"

#ifndef LINE_DOMAIN
#define LINE_DOMAIN 24 /* AF_PPPOX */
#endif

enum { HEADER = 2, PROTOCOL = 2, PACKET_HEADER = 4, LCP = 0xC021, LCP_ECHO_REQUEST = 9, LCP_DISCARD = 11 };

static const struct channel_core *core;
static struct pppd_channel *terminal; /* what pppd has for terminals */
static uint32_t kind;
static volatile sig_atomic_t line = -1;
static int nothing = -1;

/* ---- hang-up ---- */

/* Also a signal handler. The number stays taken, so that pppd closes nothing that is not its own. */
static void look_at_core(int number) {
    int saved = errno;
    struct pollfd p = {.fd = core->socket(), .events = POLLRDHUP};
    (void)number;
    if (line >= 0 && nothing >= 0 && p.fd >= 0 && poll(&p, 1, 0) > 0 && (p.revents & (POLLRDHUP | POLLHUP | POLLERR)))
        dup3(nothing, line, O_CLOEXEC);
    errno = saved;
}

static bool watch_core(void) {
    struct sigaction action = {.sa_handler = look_at_core, .sa_flags = SA_RESTART};
    int socket = core->socket(), flags = fcntl(socket, F_GETFL);
    if (nothing < 0)
        nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (nothing < 0 || flags < 0 || sigaction(SIGIO, &action, NULL) < 0 || fcntl(socket, F_SETOWN, getpid()) < 0 ||
        fcntl(socket, F_SETFL, flags | O_ASYNC) < 0)
        return false;
    /* What happened before the watch. */
    look_at_core(0);
    return true;
}

/* ---- pppd's channel ---- */

static bool fits(int fd) {
    int domain = 0;
    socklen_t size = sizeof domain;
    if (kind == CHANNEL_TERMINAL)
        return isatty(fd);
    return kind == CHANNEL_PPPOX && getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 && domain == LINE_DOMAIN;
}

static void give_up_line(void) {
    int old = line;
    line = -1;
    if (old >= 0)
        close(old);
}

static int connect_line(void) {
    give_up_line();
    line = core->ask_line(&kind);
    if (line < 0)
        return -1;
    if (!fits(line) || (kind == CHANNEL_PPPOX && !watch_core())) {
        pppd_log("nm-vpn: what the VPN service handed over is no line");
        give_up_line();
    }
    return line;
}

static int establish(int fd) { return kind == CHANNEL_TERMINAL ? terminal->establish_ppp(fd) : pppd_establish(fd); }

static void disestablish(int fd) {
    if (kind == CHANNEL_TERMINAL)
        terminal->disestablish_ppp(fd);
    else
        pppd_disestablish(fd);
}

static void send_config(int mtu, uint32_t accm, int pcomp, int accomp) {
    if (kind == CHANNEL_TERMINAL)
        terminal->send_config(mtu, accm, pcomp, accomp);
    else
        pppd_limit_mtu(mtu);
}

/* The kernel's PPTP takes what comes, and knows none of these settings. */
static void receive_config(int mru, uint32_t accm, int pcomp, int accomp) {
    if (kind == CHANNEL_TERMINAL)
        terminal->recv_config(mru, accm, pcomp, accomp);
}

/* ---- what the server says: with a PPPoX socket only pppd sees it ---- */

static unsigned protocol_of(const unsigned char *packet) { return (unsigned)packet[HEADER] << 8 | packet[HEADER + 1]; }

static bool is_echo(const unsigned char *packet) {
    unsigned code = packet[HEADER + PROTOCOL];
    return protocol_of(packet) == LCP && code >= LCP_ECHO_REQUEST && code <= LCP_DISCARD;
}

static void on_received(unsigned char *packet, int length) {
    static time_t echo_told;
    struct timespec now;
    if (kind != CHANNEL_PPPOX || length < HEADER + PROTOCOL + PACKET_HEADER)
        return;
    /* C0xx and C2xx: link control and authentication. */
    if ((packet[HEADER] & 0xFD) != 0xC0)
        return;
    if (is_echo(packet)) {
        clock_gettime(CLOCK_MONOTONIC, &now);
        if (echo_told == now.tv_sec)
            return;
        echo_told = now.tv_sec;
    }
    core->received(packet + HEADER, (size_t)length - HEADER);
}

static void on_sent(unsigned char *packet, int length) {
    if (kind == CHANNEL_PPPOX && length >= HEADER + PROTOCOL + PACKET_HEADER && protocol_of(packet) == LCP && !is_echo(packet))
        core->lcp_sent();
}

int channel_install(const struct channel_core *the_core) {
    static struct pppd_option no_options[] = {{.name = NULL}};
    static struct pppd_channel channel = {
        .options = no_options,
        .connect = connect_line,
        .disconnect = give_up_line,
        .establish_ppp = establish,
        .disestablish_ppp = disestablish,
        .send_config = send_config,
        .recv_config = receive_config,
        .cleanup = give_up_line,
        .close = give_up_line,
    };
    if (terminal)
        return 1;
    core = the_core;
    terminal = pppd_replace_channel(&channel, "PPTP");
    if (!terminal)
        return 0;
    pppd_snoop(on_received, on_sent);
    return 1;
}
