/*
 * pppd plugin of the VPN service: asks it for the secret, tells it what pppd does. See callback-protocol.h.
 *
 * pppd runs one thread; everything here runs on it, the signal notifier inside a signal handler.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "callback-protocol.h"
#include "channel.h"
#include "keying-material.h"
#include "pppd-symbols.h"

enum { EXIT_FATAL = 1, EXIT_USER_REQUEST = 5, EXIT_AUTH_TO_PEER_FAILED = 19 };
#ifndef WAIT_CONTINUE_MS
#define WAIT_CONTINUE_MS 5000
#endif
#ifndef WAIT_CHANNEL_MS
#define WAIT_CHANNEL_MS 10000
#endif
enum { WAIT_START_MS = 300000, WAIT_SECRET_MS = 30000, SEND_TIMEOUT_S = 2, MAX_DESCRIPTORS = 4, MAX_TOLD = 512 };

struct message {
    uint8_t bytes[CALLBACK_MAX];
    size_t length; /* header included */
    bool overflow;
};

static char socket_path[256];
static int callback_fd = -1;
static bool exiting, authenticated_sent, ip6_settled;
static int continues_due;
static volatile sig_atomic_t end_signal;
static pppd_protrej_fn *next_ip6_reject;

static int use_file_secrets(char **argv);
static int on_channel_option(char **arguments);

static struct pppd_option options[] = {
    {.name = "nmvpn-socket",
     .type = PPPD_OPTION_STRING,
     .addr = socket_path,
     .description = "Callback socket of the VPN service",
     .flags = PPPD_OPT_PRIO | PPPD_OPT_PRIV | PPPD_OPT_STATIC,
     .upper_limit = sizeof socket_path},
    {.name = "nmvpn-channel",
     .type = PPPD_OPTION_SPECIAL_NOARG,
     .addr = (void *)on_channel_option,
     .description = "Get the line from the VPN service",
     .flags = PPPD_OPT_PRIV},
    {.name = "nmvpn-file-secrets",
     .type = PPPD_OPTION_SPECIAL_NOARG,
     .addr = (void *)use_file_secrets,
     .description = "Passwords come from pppd's own files",
     .flags = PPPD_OPT_PRIV},
    {.name = NULL},
};

/* ---- messages ---- */

static void put(struct message *m, const void *data, size_t size) {
    if (size > sizeof m->bytes - m->length) {
        m->overflow = true;
        return;
    }
    memcpy(m->bytes + m->length, data, size);
    m->length += size;
}

static void put_u32(struct message *m, uint32_t value) { put(m, &value, sizeof value); }

static void put_bytes(struct message *m, const void *data, size_t size) {
    uint16_t length = (uint16_t)size;
    if (size > CALLBACK_MAX) {
        m->overflow = true;
        return;
    }
    put(m, &length, sizeof length);
    put(m, data, size);
}

static void begin(struct message *m, enum callback_message type) {
    uint16_t header[2] = {(uint16_t)type, 0};
    m->length = 0;
    m->overflow = false;
    put(m, header, sizeof header);
}

/* The core is gone or does not talk our language: pppd must not stay behind alone. */
static void abandon(const char *why, int status) {
    if (callback_fd >= 0)
        close(callback_fd);
    callback_fd = -1;
    if (exiting)
        return;
    exiting = true;
    pppd_log(why);
    pppd_die(status);
}

static void finish(struct message *m) {
    uint16_t length = (uint16_t)(m->length - CALLBACK_HEADER);
    memcpy(m->bytes + 2, &length, sizeof length);
}

static void send_message(struct message *m) {
    ssize_t sent;
    if (callback_fd < 0)
        return;
    finish(m);
    do {
        sent = m->overflow ? -1 : send(callback_fd, m->bytes, m->length, MSG_NOSIGNAL);
    } while (sent < 0 && !m->overflow && errno == EINTR);
    if (sent != (ssize_t)m->length)
        abandon("nm-vpn: the VPN service does not listen any more", EXIT_FATAL);
}

/* For what the core can do without: a full socket must not hold pppd up. */
static void send_if_room(struct message *m) {
    finish(m);
    if (callback_fd >= 0 && !m->overflow)
        (void)!send(callback_fd, m->bytes, m->length, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void send_plain(enum callback_message type) {
    struct message m;
    begin(&m, type);
    send_message(&m);
}

static int64_t now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Takes the descriptors out of a packet: true when there is exactly one and one is wanted, or none and none is. Others are closed. */
static bool take_descriptors(struct msghdr *packet, int *wanted) {
    int found[MAX_DESCRIPTORS];
    size_t count = 0;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(packet); c; c = CMSG_NXTHDR(packet, c)) {
        size_t bytes = c->cmsg_len < CMSG_LEN(0) ? 0 : c->cmsg_len - CMSG_LEN(0);
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
            continue;
        for (size_t i = 0; i < bytes / sizeof(int) && count < MAX_DESCRIPTORS; i++)
            memcpy(&found[count++], CMSG_DATA(c) + i * sizeof(int), sizeof(int));
    }
    if (wanted && count == 1 && !(packet->msg_flags & MSG_CTRUNC)) {
        *wanted = found[0];
        return true;
    }
    for (size_t i = 0; i < count; i++)
        close(found[i]);
    return !wanted && count == 0 && !(packet->msg_flags & MSG_CTRUNC);
}

/* What came, if it is a whole message; *descriptor stays -1 when it came with none. */
static int take_message(struct message *m, int *descriptor, ssize_t got, struct msghdr *packet) {
    uint16_t header[2];
    bool whole = got >= CALLBACK_HEADER && !(packet->msg_flags & MSG_TRUNC);
    bool wants;
    if (whole)
        memcpy(header, m->bytes, sizeof header);
    whole = whole && header[1] == got - CALLBACK_HEADER;
    wants = whole && descriptor && header[0] == MESSAGE_CHANNEL;
    if (!take_descriptors(packet, wants ? descriptor : NULL) || !whole)
        return -1;
    m->length = (size_t)got;
    return header[0];
}

/* One message from the core; 0 when none came in time, -1 when the core is gone, broke the protocol, or pppd shall end. */
static int receive(struct message *m, int timeout_ms, int *descriptor) {
    int64_t deadline = now_ms() + timeout_ms;
    while (!end_signal) {
        union {
            struct cmsghdr aligned;
            char bytes[CMSG_SPACE(MAX_DESCRIPTORS * sizeof(int))];
        } control;
        struct iovec whole = {m->bytes, sizeof m->bytes};
        struct msghdr packet = {.msg_iov = &whole, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
        struct pollfd p = {.fd = callback_fd, .events = POLLIN};
        int64_t left = deadline - now_ms();
        int ready = callback_fd < 0 ? -1 : poll(&p, 1, left < 0 ? 0 : (int)left);
        ssize_t got;
        if (ready == 0)
            return 0;
        if (ready < 0 && errno == EINTR && callback_fd >= 0)
            continue;
        if (ready < 0)
            return -1;
        got = recvmsg(callback_fd, &packet, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
        if (got < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        return got < 0 ? -1 : take_message(m, descriptor, got, &packet);
    }
    return -1;
}

static int receive_message(struct message *m, int timeout_ms) { return receive(m, timeout_ms, NULL); }

/* Reads the text at *at into a pppd buffer; nothing is ever cut. */
static bool take_text(const struct message *m, size_t *at, char *to, size_t size) {
    uint16_t length;
    if (m->length - *at < sizeof length)
        return false;
    memcpy(&length, m->bytes + *at, sizeof length);
    *at += sizeof length;
    if (length > m->length - *at || length >= size || memchr(m->bytes + *at, 0, length))
        return false;
    memcpy(to, m->bytes + *at, length);
    to[length] = 0;
    *at += length;
    return true;
}

/* ---- secrets ---- */

static int on_check(void) { return 1; }

static int take_secret(uint32_t method, char *user, char *secret) {
    struct message m;
    char name[PPPD_NAME_MAX], word[PPPD_SECRET_MAX];
    size_t at = CALLBACK_HEADER;
    int type;
    bool good;

    begin(&m, MESSAGE_NEED_SECRET);
    put_u32(&m, method);
    put_bytes(&m, user, strnlen(user, PPPD_NAME_MAX - 1));
    send_message(&m);
    type = receive_message(&m, WAIT_SECRET_MS);
    /* Answers that pppd did not wait for any longer. */
    for (; type == MESSAGE_CONTINUE && continues_due > 0; continues_due--)
        type = receive_message(&m, WAIT_SECRET_MS);
    good = type == MESSAGE_SECRET && take_text(&m, &at, name, sizeof name) && take_text(&m, &at, word, sizeof word) && at == m.length;
    if (good) {
        memcpy(user, name, strlen(name) + 1);
        memcpy(secret, word, strlen(word) + 1);
    }
    explicit_bzero(&m, sizeof m);
    explicit_bzero(word, sizeof word);
    if (good)
        return 1;
    /* pppd would go on with an empty secret and waste one of the user's attempts. */
    abandon("nm-vpn: no secret from the VPN service", end_signal ? EXIT_USER_REQUEST : EXIT_AUTH_TO_PEER_FAILED);
    return -1;
}

static int on_pap_secret(char *user, char *secret) {
    /* Without a buffer pppd only asks whether there is a secret; 0 would make it refuse PAP. */
    return secret ? take_secret(AUTH_PAP, user, secret) : 1;
}

static int on_chap_secret(char *user, char *secret) {
    return secret ? take_secret((uint32_t)pppd_auth_method(), user, secret) : 1;
}

/* Started by hand, with secrets as pppd's manual describes: then nobody is asked. */
static int use_file_secrets(char **argv) {
    (void)argv;
    pppd_set_secret_hooks(NULL, NULL, NULL);
    return 1;
}

/* ---- the line ---- */

static int ask_line(uint32_t *kind) {
    struct message m;
    int descriptor = -1, type;
    send_plain(MESSAGE_NEED_CHANNEL);
    type = receive(&m, WAIT_CHANNEL_MS, &descriptor);
    for (; type == MESSAGE_CONTINUE && continues_due > 0; continues_due--)
        type = receive(&m, WAIT_CHANNEL_MS, &descriptor);
    if (type == MESSAGE_CHANNEL && m.length == CALLBACK_HEADER + sizeof *kind) {
        memcpy(kind, m.bytes + CALLBACK_HEADER, sizeof *kind);
        return descriptor;
    }
    if (descriptor >= 0)
        close(descriptor);
    if (type != MESSAGE_NO_CHANNEL)
        abandon("nm-vpn: no line from the VPN service", end_signal ? EXIT_USER_REQUEST : EXIT_FATAL);
    return -1;
}

static void tell_received(const uint8_t *packet, size_t size) {
    struct message m;
    begin(&m, MESSAGE_RECEIVED);
    put_bytes(&m, packet, size < MAX_TOLD ? size : MAX_TOLD);
    send_if_room(&m);
}

static void tell_lcp_sent(void) {
    struct message m;
    begin(&m, MESSAGE_LCP_SENT);
    send_if_room(&m);
}

static int core_socket(void) { return callback_fd; }

static int on_channel_option(char **arguments) {
    static const struct channel_core core = {
        .ask_line = ask_line, .socket = core_socket, .received = tell_received, .lcp_sent = tell_lcp_sent};
    (void)arguments;
    return channel_install(&core);
}

/* ---- notifiers ---- */

/* The fields of Start. */
static bool take_start(const struct message *m) {
    enum { LONGEST = 65535, SHORTEST = 128, SLOWEST = 60 };
    uint32_t fields[2], bytes, seconds;
    if (m->length != CALLBACK_HEADER + sizeof fields)
        return false;
    memcpy(fields, m->bytes + CALLBACK_HEADER, sizeof fields);
    bytes = fields[0], seconds = fields[1];
    if ((bytes != 0 && bytes < SHORTEST) || bytes > LONGEST || seconds > SLOWEST)
        return false;
    if (bytes != 0)
        pppd_limit_packets(bytes);
    if (seconds != 0)
        pppd_be_patient(seconds);
    return true;
}

static void connect_core(void) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct timeval timeout = {.tv_sec = SEND_TIMEOUT_S};
    struct message m;
    size_t length = strnlen(socket_path, sizeof socket_path);
    int type;

    if (length == 0 || length >= sizeof address.sun_path) {
        abandon("nm-vpn: option nmvpn-socket is missing or too long", EXIT_FATAL);
        return;
    }
    memcpy(address.sun_path, socket_path, length + 1);
    callback_fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    if (callback_fd < 0 || setsockopt(callback_fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout) < 0 ||
        connect(callback_fd, (struct sockaddr *)&address, sizeof address) < 0) {
        abandon("nm-vpn: cannot reach the VPN service", EXIT_FATAL);
        return;
    }
    begin(&m, MESSAGE_HELLO);
    put_u32(&m, CALLBACK_VERSION);
    put_u32(&m, (uint32_t)getpid());
    put_u32(&m, pppd_layout_id());
    send_message(&m);
    type = receive_message(&m, WAIT_START_MS);
    if (type != MESSAGE_START || !take_start(&m))
        abandon("nm-vpn: stopped before the link was started", end_signal ? EXIT_USER_REQUEST : EXIT_FATAL);
}

static void send_authenticated(void) {
    struct message m;
    uint8_t send_key[64], receive_key[64];
    size_t send_length = keying_half(0, send_key, sizeof send_key);
    size_t receive_length = keying_half(1, receive_key, sizeof receive_key);
    int type;

    if (send_length == 0) {
        send_length = pppd_send_key(send_key, sizeof send_key);
        receive_length = pppd_receive_key(receive_key, sizeof receive_key);
    }
    keying_forget();

    authenticated_sent = true;
    begin(&m, MESSAGE_AUTHENTICATED);
    put_u32(&m, (uint32_t)pppd_auth_method());
    put_bytes(&m, send_key, send_length);
    put_bytes(&m, receive_key, receive_length);
    send_message(&m);
    explicit_bzero(send_key, sizeof send_key);
    explicit_bzero(receive_key, sizeof receive_key);
    explicit_bzero(&m, sizeof m);
    if (callback_fd < 0)
        return;
    type = receive_message(&m, WAIT_CONTINUE_MS);
    /* An older answer may have come instead of this one: then one is still due. */
    continues_due += type == 0;
    if (type < 0 && !end_signal)
        abandon("nm-vpn: the VPN service went away during the login", EXIT_FATAL);
}

static void settle_ip6(void) {
    if (!ip6_settled)
        send_plain(MESSAGE_IP6_REJECTED);
    ip6_settled = true;
}

static void on_phase(void *context, int phase) {
    struct message m;
    (void)context;
    if (phase == PHASE_SERIALCONN && callback_fd < 0 && !exiting)
        connect_core();
    if (phase == PHASE_ESTABLISH)
        authenticated_sent = ip6_settled = false;
    begin(&m, MESSAGE_PHASE);
    put_u32(&m, (uint32_t)phase);
    put_u32(&m, (uint32_t)pppd_status());
    /* pppd before 2.4.9 does not notify auth_up for our own login: the network phase is the next thing to see. */
    if (phase == PHASE_NETWORK && !authenticated_sent)
        send_authenticated();
    send_message(&m);
    if (phase == PHASE_NETWORK && !pppd_ip6_enabled())
        settle_ip6();
}

static void on_auth_up(void *context, int value) {
    (void)context, (void)value;
    send_authenticated();
}

static void begin_interface(struct message *m, enum callback_message type) {
    char name[32];
    pppd_interface(name, sizeof name);
    begin(m, type);
    put_bytes(m, name, strlen(name));
    put_u32(m, (uint32_t)pppd_unit());
}

static void on_ip_up(void *context, int value) {
    struct message m;
    struct ip4_state s;
    uint32_t unit = (uint32_t)pppd_unit();
    uint8_t made_up[4] = {10, 64, 64, (uint8_t)(64 + unit)};
    (void)context, (void)value;
    pppd_ip4(&s);
    /* What pppd puts in when the peer gives no address: 10.64.64.64 plus the unit. */
    if (unit < 256 - 64 && memcmp(s.his, made_up, sizeof made_up) == 0)
        memset(s.his, 0, sizeof s.his);
    begin_interface(&m, MESSAGE_IP4);
    put(&m, s.ours, sizeof s.ours);
    put(&m, s.his, sizeof s.his);
    put(&m, s.dns, sizeof s.dns);
    put(&m, s.wins, sizeof s.wins);
    put_u32(&m, (uint32_t)pppd_mtu());
    send_message(&m);
}

static void on_ip6_up(void *context, int value) {
    struct message m;
    struct ip6_state s;
    (void)context, (void)value;
    pppd_ip6(&s);
    ip6_settled = true;
    begin_interface(&m, MESSAGE_IP6);
    put(&m, s.ours, sizeof s.ours);
    put(&m, s.his, sizeof s.his);
    put_u32(&m, (uint32_t)pppd_mtu());
    send_message(&m);
}

static void on_ip6_reject(int unit) {
    settle_ip6();
    if (next_ip6_reject)
        next_ip6_reject(unit);
}

static void on_ip_down(void *context, int value) {
    (void)context, (void)value;
    send_plain(MESSAGE_IP4_DOWN);
}

static void on_ip6_down(void *context, int value) {
    (void)context, (void)value;
    send_plain(MESSAGE_IP6_DOWN);
}

static void on_link_down(void *context, int value) {
    (void)context, (void)value;
    send_plain(MESSAGE_LINK_DOWN);
}

static void on_exit_status(void *context, int status) {
    struct message m;
    (void)context;
    exiting = true;
    begin(&m, MESSAGE_EXIT);
    put_u32(&m, (uint32_t)status);
    send_message(&m);
}

/* Runs inside pppd's signal handler. */
static void on_signal(void *context, int number) {
    (void)context;
    if (number == SIGTERM || number == SIGINT || number == SIGHUP)
        end_signal = number;
}

/* Runs in a child: close-on-exec is not enough, some children never exec. */
static void on_fork(void *context, int value) {
    (void)context, (void)value;
    if (callback_fd >= 0)
        close(callback_fd);
    callback_fd = -1;
    exiting = true;
}

__attribute__((visibility("default"))) void plugin_init(void);

void plugin_init(void) {
    static bool done;
    if (done || !pppd_bind() || !pppd_add_options(options))
        return;
    done = true;
    pppd_set_secret_hooks(on_check, on_pap_secret, on_chap_secret);
    pppd_chain_ip6_reject(on_ip6_reject, &next_ip6_reject);
    pppd_on(NOTIFY_PHASE, on_phase);
    pppd_on(NOTIFY_EXIT, on_exit_status);
    pppd_on(NOTIFY_SIGNALED, on_signal);
    pppd_on(NOTIFY_IP_UP, on_ip_up);
    pppd_on(NOTIFY_IP_DOWN, on_ip_down);
    pppd_on(NOTIFY_IPV6_UP, on_ip6_up);
    pppd_on(NOTIFY_IPV6_DOWN, on_ip6_down);
    pppd_on(NOTIFY_AUTH_UP, on_auth_up);
    pppd_on(NOTIFY_LINK_DOWN, on_link_down);
    pppd_on(NOTIFY_FORK, on_fork);
}
