/*
 * A stand-in for pppd: exports the global symbols of pppd 2.4.9 (LAYOUT 249) or 2.5 (LAYOUT 250), loads the plugin, fires its hooks
 * and notifiers, and plays the core at the other end of the callback socket, well-behaved and hostile. Built with address and
 * undefined-behaviour sanitizers; each case runs in a child of its own. Exit status: number of failed cases.
 * Started with pppd's arguments it takes pppd's place: see in_place_of_pppd.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <pty.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "callback-protocol.h"

/* ---- what pppd exports ---- */

typedef void notify_fn(void *context, int value);
struct option_row {
    char *name;
    int type;
    void *addr;
    char *description;
    unsigned int flags;
    void *addr2;
    int upper_limit, lower_limit;
    const char *source;
    short priority, winner;
};
struct protent {
    unsigned short protocol;
    void *init, *input;
    void (*protrej)(int);
    void *lowerup, *lowerdown, *open, *close, *printpkt, *datainput;
    unsigned char enabled_flag;
    void *rest[6];
};

struct channel {
    struct option_row *options;
    void (*process_extra_options)(void), (*check_options)(void);
    int (*connect)(void);
    void (*disconnect)(void);
    int (*establish_ppp)(int);
    void (*disestablish_ppp)(int);
    void (*send_config)(int, uint32_t, int, int), (*recv_config)(int, uint32_t, int, int);
    void (*cleanup)(void), (*close)(void);
};

int (*pap_check_hook)(void), (*chap_check_hook)(void);
int (*pap_passwd_hook)(char *, char *), (*chap_passwd_hook)(char *, char *);
unsigned char lcp_hisoptions[68], lcp_wantoptions[68], lcp_allowoptions[68];
void (*snoop_recv_hook)(unsigned char *, int), (*snoop_send_hook)(unsigned char *, int);

/* What the channels were told to do, in order. */
static char told[256];
static void tell(const char *what, int number) {
    size_t used = strlen(told);
    snprintf(told + used, sizeof told - used, "%s %d;", what, number);
}
static int tty_establish(int fd) {
    tell("tty-establish", fd);
    return fd;
}
static void tty_disestablish(int fd) { tell("tty-disestablish", fd); }
static void tty_send(int mtu, uint32_t accm, int pcomp, int accomp) {
    (void)accm, (void)pcomp, (void)accomp;
    tell("tty-send", mtu);
}
static void tty_receive(int mru, uint32_t accm, int pcomp, int accomp) {
    (void)accm, (void)pcomp, (void)accomp;
    tell("tty-receive", mru);
}
static struct option_row no_options[1];
static struct channel tty_channel = {
    .options = no_options, .establish_ppp = tty_establish, .disestablish_ppp = tty_disestablish, .send_config = tty_send, .recv_config = tty_receive};
struct channel *the_channel = &tty_channel;
static int mtu = 1400;
static int set_mtu(int unit, int value) {
    tell("mtu", value);
    return unit == 3 ? mtu = value : -1;
}
static int establish(int fd) {
    tell("establish", fd);
    return fd;
}
static void disestablish(int fd) { tell("disestablish", fd); }
#if LAYOUT == 249
enum { IP_SIZE = 48, IP_OURS = 24, IP_HIS = 28, IP_DNS = 32, IP_WINS = 40, IP6_SIZE = 60, IP6_OURS = 44, IP6_HIS = 52 };
#else
enum { IP_SIZE = 52, IP_OURS = 28, IP_HIS = 32, IP_DNS = 36, IP_WINS = 44, IP6_SIZE = 64, IP6_OURS = 48, IP6_HIS = 56 };
#endif
unsigned char ipcp_gotoptions[IP_SIZE], ipcp_hisoptions[IP_SIZE], ipv6cp_gotoptions[IP6_SIZE], ipv6cp_hisoptions[IP6_SIZE];

/* The beginning of struct fsm. */
struct fsm {
    int unit, protocol, state, flags;
    unsigned char id, reqid, seen_ack;
    int timeouttime, maxconfreqtransmits;
};
struct fsm lcp_fsm[1] = {{.protocol = 0xC021, .timeouttime = 1, .maxconfreqtransmits = 30}};
struct fsm ipcp_fsm[1] = {{.protocol = 0x8021, .timeouttime = 1, .maxconfreqtransmits = 30}};
struct fsm ccp_fsm[1] = {{.protocol = 0x80FD, .timeouttime = 3, .maxconfreqtransmits = 10}};
/* Of another make. */
struct fsm ipv6cp_fsm[1] = {{.protocol = 0x1234, .timeouttime = 1, .maxconfreqtransmits = 30}};

static int rejects_seen;
static void original_protrej(int unit) { rejects_seen += unit + 1; }
struct protent ipv6cp_protent = {.protocol = 0x8057, .protrej = original_protrej, .enabled_flag = 1};

static struct option_row *registered;
static notify_fn *callbacks[11];
static char log_text[4096];

void notice(const char *format, ...);
void notice(const char *format, ...) {
    size_t used = strlen(log_text);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(log_text + used, sizeof log_text - used, format, arguments);
    va_end(arguments);
}

/* The other end of descriptors that the plugin must have closed before pppd ends. */
static int refused_line = -1;

void die(int code);
void die(int code) {
    struct pollfd p = {.fd = refused_line, .events = POLLIN};
    if (refused_line >= 0 && (poll(&p, 1, 1000) != 1 || !(p.revents & POLLHUP)))
        _exit(98);
    if (callbacks[2])
        callbacks[2](NULL, code);
    _exit(100 + code);
}

#if LAYOUT == 249
int ifunit = 3;
char ifname[32] = "ppp3";
volatile int status = 10;
int mppe_keys_set;
unsigned char mppe_send_key[16], mppe_recv_key[16];
struct notifier_list {
    int number;
} phase_list = {1}, exit_list = {2}, signal_list = {3}, ip_up_list = {4}, ip_down_list = {5}, ip6_up_list = {6}, ip6_down_list = {7},
  auth_list = {8}, down_list = {9}, fork_list = {10};
struct notifier_list *phasechange = &phase_list, *exitnotify = &exit_list, *sigreceived = &signal_list, *ip_up_notifier = &ip_up_list,
                     *ip_down_notifier = &ip_down_list, *ipv6_up_notifier = &ip6_up_list, *ipv6_down_notifier = &ip6_down_list,
                     *auth_up_notifier = &auth_list, *link_down_notifier = &down_list, *fork_notifier = &fork_list;
void add_notifier(struct notifier_list **list, notify_fn *callback, void *context);
void add_notifier(struct notifier_list **list, notify_fn *callback, void *context) {
    (void)context;
    callbacks[(*list)->number] = callback;
}
void add_options(struct option_row *rows);
void add_options(struct option_row *rows) { registered = rows; }
int netif_get_mtu(int unit);
int netif_get_mtu(int unit) { return unit == 3 ? mtu : -1; }
void netif_set_mtu(int unit, int value);
void netif_set_mtu(int unit, int value) { set_mtu(unit, value); }
int generic_establish_ppp(int fd);
int generic_establish_ppp(int fd) { return establish(fd); }
void generic_disestablish_ppp(int fd);
void generic_disestablish_ppp(int fd) { disestablish(fd); }
int modem = 1;
char ppp_devnam[4096];
static const char *device_name(void) { return modem ? "modem" : ppp_devnam; }
static void set_keys(void) {
    mppe_keys_set = 1;
    memset(mppe_send_key, 0x51, 16);
    memset(mppe_recv_key, 0x52, 16);
}
enum { KEY_LENGTH = 16 };
#else
static int code = 10;
static bool keys_set;
int ppp_status(void);
int ppp_status(void) { return code; }
int ppp_ifunit(void);
int ppp_ifunit(void) { return 3; }
int ppp_get_ifname(char *buffer, size_t size);
int ppp_get_ifname(char *buffer, size_t size) { return snprintf(buffer, size, "ppp3"); }
int ppp_get_mtu(int unit);
int ppp_get_mtu(int unit) { return unit == 3 ? mtu : -1; }
void ppp_set_mtu(int unit, int value);
void ppp_set_mtu(int unit, int value) { set_mtu(unit, value); }
int ppp_generic_establish(int fd);
int ppp_generic_establish(int fd) { return establish(fd); }
void ppp_generic_disestablish(int fd);
void ppp_generic_disestablish(int fd) { disestablish(fd); }
static bool modem = true;
void ppp_set_modem(bool on);
void ppp_set_modem(bool on) { modem = on; }
static char device[4096];
void ppp_set_pppdevnam(const char *name);
void ppp_set_pppdevnam(const char *name) { snprintf(device, sizeof device, "%s", name); }
static const char *device_name(void) { return modem ? "modem" : device; }
void ppp_add_notify(int which, notify_fn *callback, void *context);
void ppp_add_notify(int which, notify_fn *callback, void *context) {
    (void)context;
    callbacks[which] = callback;
}
void ppp_add_options(struct option_row *rows);
void ppp_add_options(struct option_row *rows) { registered = rows; }
static int key(unsigned char *to, int size, int fill) {
    if (!keys_set)
        return 0;
    memset(to, fill, size < 20 ? (size_t)size : 20);
    return size < 20 ? size : 20;
}
int mppe_get_send_key(unsigned char *to, int size);
int mppe_get_send_key(unsigned char *to, int size) { return key(to, size, 0x51); }
int mppe_get_recv_key(unsigned char *to, int size);
int mppe_get_recv_key(unsigned char *to, int size) { return key(to, size, 0x52); }
static void set_keys(void) { keys_set = true; }
enum { KEY_LENGTH = 20 };
#endif

/* ---- helpers ---- */

static char directory[] = "/tmp/plugin-host-XXXXXX";
static char path[108];
static int listener = -1, core = -1;

#define CHECK(condition)                                                             \
    do {                                                                             \
        if (!(condition)) {                                                          \
            fprintf(stderr, "  %s:%d: not true: %s\n", __FILE__, __LINE__, #condition); \
            _exit(1);                                                                \
        }                                                                            \
    } while (0)

static void on_term(int number) {
    if (callbacks[3])
        callbacks[3](NULL, number);
}

static void load(const char *plugin) {
    void (*init)(void);
    struct sigaction action = {.sa_handler = on_term};
    void *handle = dlopen(plugin, RTLD_NOW | RTLD_GLOBAL);
    if (!handle)
        fprintf(stderr, "%s\n", dlerror());
    CHECK(handle);
    init = (void (*)(void))(intptr_t)dlsym(handle, "plugin_init");
    CHECK(init);
    init();
    CHECK(registered && strcmp(registered[0].name, "nmvpn-socket") == 0 && strcmp(registered[1].name, "nmvpn-channel") == 0 && strcmp(registered[2].name, "nmvpn-file-secrets") == 0 && registered[3].name == NULL);
    CHECK(the_channel == &tty_channel && !snoop_recv_hook && !snoop_send_hook);
    CHECK(dlsym(handle, "pppd_version") == NULL);
    snprintf(registered[0].addr, (size_t)registered[0].upper_limit, "%s", path);
    sigaction(SIGTERM, &action, NULL);
}

static void listen_core(void) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    unlink(path);
    listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    CHECK(listener >= 0 && bind(listener, (struct sockaddr *)&address, sizeof address) == 0 && listen(listener, 1) == 0);
}

static void say(uint16_t type, const void *payload, size_t length) {
    uint8_t packet[CALLBACK_MAX];
    uint16_t header[2] = {type, (uint16_t)length};
    memcpy(packet, header, sizeof header);
    memcpy(packet + sizeof header, payload, length);
    CHECK(send(core, packet, sizeof header + length, MSG_NOSIGNAL) >= 0 || errno == EPIPE);
}

/* The answer of one core to the call of the plugin, in a child, because connecting blocks the plugin until Start. */
static pid_t answer_start(const void *reply, size_t length) {
    pid_t child = fork();
    if (child == 0) {
        core = accept(listener, NULL, NULL);
        if (length > 0)
            (void)!send(core, reply, length, MSG_NOSIGNAL);
        _exit(0);
    }
    return child;
}

static size_t hear(uint16_t type, uint8_t *payload) {
    uint8_t packet[CALLBACK_MAX];
    uint16_t header[2];
    struct pollfd p = {.fd = core, .events = POLLIN};
    ssize_t got;
    CHECK(poll(&p, 1, 2000) == 1);
    got = recv(core, packet, sizeof packet, 0);
    CHECK(got >= (ssize_t)sizeof header);
    memcpy(header, packet, sizeof header);
    if (header[0] != type)
        fprintf(stderr, "  message %d instead of %d\n", header[0], type);
    CHECK(header[0] == type && header[1] == got - CALLBACK_HEADER);
    memcpy(payload, packet + sizeof header, header[1]);
    return header[1];
}

static uint32_t start_fields[2];

/* The core in this process: its later answers are put into the socket before the plugin asks. */
static void *accept_and_start(void *unused) {
    (void)unused;
    core = accept(listener, NULL, NULL);
    say(MESSAGE_START, start_fields, sizeof start_fields);
    return NULL;
}

static void connect_plugin(void) {
    pthread_t thread;
    uint8_t hello[CALLBACK_MAX];
    uint32_t fields[3];
    listen_core();
    CHECK(pthread_create(&thread, NULL, accept_and_start, NULL) == 0);
    callbacks[1](NULL, 2);
    pthread_join(thread, NULL);
    CHECK(hear(MESSAGE_HELLO, hello) == 12);
    memcpy(fields, hello, sizeof fields);
    CHECK(fields[0] == CALLBACK_VERSION && fields[1] == (uint32_t)getpid() && fields[2] == LAYOUT);
    CHECK(hear(MESSAGE_PHASE, hello) == 8);
    memcpy(fields, hello, 8);
    CHECK(fields[0] == 2 && fields[1] == 10);
}

static size_t text(uint8_t *to, const void *bytes, size_t length) {
    uint16_t n = (uint16_t)length;
    memcpy(to, &n, sizeof n);
    memcpy(to + sizeof n, bytes, length);
    return sizeof n + length;
}

static void say_secret(size_t user_length, size_t password_length) {
    uint8_t payload[CALLBACK_MAX], filler[512];
    size_t at;
    memset(filler, 'x', sizeof filler);
    at = text(payload, filler, user_length);
    at += text(payload + at, filler, password_length);
    say(MESSAGE_SECRET, payload, at);
}

/* ---- cases: return normally = good; _exit(100 + n) = pppd ended with status n ---- */

static void good_session(void) {
    uint8_t m[CALLBACK_MAX], expected[64];
    char user[256] = "bob", secret[1024] = "";
    uint32_t number;
    connect_plugin();
    CHECK(pap_check_hook() == 1 && chap_check_hook() == 1 && pap_passwd_hook(user, NULL) > 0);
    lcp_hisoptions[6] = 1, lcp_hisoptions[24] = 1;
    size_t at = text(m, "CORP\\bob", 8);
    say(MESSAGE_SECRET, m, at + text(m + at, "pa\"ss", 5));
    CHECK(chap_passwd_hook(user, secret) > 0 && strcmp(user, "CORP\\bob") == 0 && strcmp(secret, "pa\"ss") == 0);
    CHECK(hear(MESSAGE_NEED_SECRET, m) == 4 + 2 + 3 && memcmp(m, &(uint32_t){AUTH_MSCHAP_V2}, 4) == 0 && memcmp(m + 6, "bob", 3) == 0);
    set_keys();
    say(MESSAGE_CONTINUE, "", 0);
    callbacks[8](NULL, 0);
    CHECK(hear(MESSAGE_AUTHENTICATED, m) == 4 + 2 * (2 + KEY_LENGTH));
    memset(expected, 0x51, KEY_LENGTH);
    CHECK(m[0] == AUTH_MSCHAP_V2 && m[4] == KEY_LENGTH && memcmp(m + 6, expected, KEY_LENGTH) == 0);
    callbacks[1](NULL, 7);
    hear(MESSAGE_PHASE, m);
    memcpy(ipcp_gotoptions + IP_OURS, "\x0a\x09\x09\x02", 4);
    memcpy(ipcp_hisoptions + IP_HIS, "\x0a\x40\x40\x43", 4); /* made up: 10.64.64.64 + unit 3 */
    memcpy(ipcp_gotoptions + IP_DNS, "\x0a\x09\x09\x03\x0a\x09\x09\x04", 8);
    memcpy(ipcp_gotoptions + IP_WINS, "\x0a\x09\x09\x05\x0a\x09\x09\x06", 8);
    callbacks[4](NULL, 0);
    CHECK(hear(MESSAGE_IP4, m) == 2 + 4 + 4 + 24 + 4 && memcmp(m, "\x04\0ppp3\x03\0\0\0", 10) == 0);
    CHECK(memcmp(m + 10, "\x0a\x09\x09\x02\0\0\0\0\x0a\x09\x09\x03\x0a\x09\x09\x04\x0a\x09\x09\x05\x0a\x09\x09\x06", 24) == 0);
    memcpy(&number, m + 34, 4);
    CHECK(number == 1400);
    memcpy(ipcp_hisoptions + IP_HIS, "\x0a\x09\x09\x01", 4);
    callbacks[4](NULL, 0);
    hear(MESSAGE_IP4, m);
    CHECK(memcmp(m + 14, "\x0a\x09\x09\x01", 4) == 0);
    memcpy(ipv6cp_gotoptions + IP6_OURS, "ABCDEFGH", 8);
    memcpy(ipv6cp_hisoptions + IP6_HIS, "abcdefgh", 8);
    callbacks[6](NULL, 0);
    CHECK(hear(MESSAGE_IP6, m) == 2 + 4 + 4 + 16 + 4 && memcmp(m + 10, "ABCDEFGHabcdefgh", 16) == 0);
    callbacks[5](NULL, 0), hear(MESSAGE_IP4_DOWN, m);
    callbacks[7](NULL, 0), hear(MESSAGE_IP6_DOWN, m);
    callbacks[9](NULL, 0), hear(MESSAGE_LINK_DOWN, m);
    callbacks[2](NULL, 5);
    CHECK(hear(MESSAGE_EXIT, m) == 4 && m[0] == 5);
}

static void ip6_reject(void) {
    uint8_t m[CALLBACK_MAX];
    connect_plugin();
    ipv6cp_protent.protrej(0);
    hear(MESSAGE_IP6_REJECTED, m);
    CHECK(rejects_seen == 1);
    ipv6cp_protent.protrej(0);
    CHECK(rejects_seen == 2);
    ipv6cp_protent.enabled_flag = 0;
    callbacks[1](NULL, 4), hear(MESSAGE_PHASE, m);
    say(MESSAGE_CONTINUE, "", 0);
    callbacks[1](NULL, 7);
    hear(MESSAGE_AUTHENTICATED, m); /* pppd that does not notify auth_up */
    CHECK(m[0] == AUTH_NONE && m[4] == 0 && m[6] == 0);
    hear(MESSAGE_PHASE, m), hear(MESSAGE_IP6_REJECTED, m);
}

static int mru_of(const unsigned char *lcp_options) {
    int mru;
    memcpy(&mru, lcp_options + 16, sizeof mru);
    return mru;
}

static void set_mru(int want, int allow) {
    memcpy(lcp_wantoptions + 16, &want, sizeof want);
    memcpy(lcp_allowoptions + 16, &allow, sizeof allow);
}

static void packets_are_limited(void) {
    set_mru(1400, 16384);
    start_fields[0] = 1256;
    connect_plugin();
    CHECK(mru_of(lcp_wantoptions) == 1256 && mru_of(lcp_allowoptions) == 1256);
}

static void limit_only_lowers(void) {
    set_mru(1000, 1200);
    start_fields[0] = 1100;
    connect_plugin();
    CHECK(mru_of(lcp_wantoptions) == 1000 && mru_of(lcp_allowoptions) == 1100);
}

static void no_limit(void) {
    set_mru(1500, 1400);
    connect_plugin();
    CHECK(mru_of(lcp_wantoptions) == 1500 && mru_of(lcp_allowoptions) == 1400);
    CHECK(lcp_fsm[0].timeouttime == 1 && lcp_fsm[0].maxconfreqtransmits == 30 && ccp_fsm[0].timeouttime == 3);
}

static bool waits(const struct fsm *machine, int seconds, int requests) {
    return machine->timeouttime == seconds && machine->maxconfreqtransmits == requests;
}

static void slow_path(void) {
    start_fields[1] = 3;
    connect_plugin();
    CHECK(waits(lcp_fsm, 3, 10) && waits(ipcp_fsm, 3, 10) && waits(ccp_fsm, 3, 10) && waits(ipv6cp_fsm, 1, 30));
}

static void very_slow_path(void) {
    start_fields[1] = 10;
    connect_plugin();
    CHECK(waits(lcp_fsm, 10, 4) && waits(ipcp_fsm, 10, 4) && waits(ccp_fsm, 10, 4) && waits(ipv6cp_fsm, 1, 30));
}

static void longest_secret(void) {
    char user[256] = "bob", secret[256] = "";
    connect_plugin();
    say_secret(255, 255);
    CHECK(pap_passwd_hook(user, secret) > 0 && strlen(user) == 255 && strlen(secret) == 255);
}

static void ask(void) {
    char user[256] = "bob", secret[256] = "";
    CHECK(pap_passwd_hook(user, secret) < 0);
}

static void late_continue(void) {
    char user[256] = "bob", secret[1024] = "";
    connect_plugin();
    callbacks[8](NULL, 0); /* nobody answers in time */
    say(MESSAGE_CONTINUE, "", 0);
    say_secret(3, 3);
    CHECK(chap_passwd_hook(user, secret) > 0 && strcmp(secret, "xxx") == 0);
}
static void long_user(void) { connect_plugin(), say_secret(256, 3), ask(); }
static void long_secret(void) { connect_plugin(), say_secret(3, 256), ask(); }
static void no_secret(void) { connect_plugin(), say(MESSAGE_NO_SECRET, "", 0), ask(); }
static void wrong_type(void) { connect_plugin(), say(MESSAGE_CONTINUE, "", 0), ask(); }
static void lying_length(void) { connect_plugin(), say(MESSAGE_SECRET, "\xff\xff" "ab", 4), ask(); }
static void trailing_bytes(void) { connect_plugin(), say(MESSAGE_SECRET, "\1\0a\1\0b!", 7), ask(); }
static void nul_in_secret(void) { connect_plugin(), say(MESSAGE_SECRET, "\1\0a\3\0b\0c", 8), ask(); }
static void empty_secret_message(void) { connect_plugin(), say(MESSAGE_SECRET, "", 0), ask(); }
static void half_length(void) { connect_plugin(), say(MESSAGE_SECRET, "\1", 1), ask(); }
static void send_raw(const void *bytes, size_t length) { CHECK(send(core, bytes, length, 0) == (ssize_t)length); }
static void runt(void) { connect_plugin(), send_raw("\5", 1), ask(); }
static void empty_packet(void) { connect_plugin(), send_raw("", 0), ask(); }
static void giant(void) {
    static char packet[60000];
    connect_plugin();
    packet[0] = MESSAGE_SECRET;
    CHECK(send(core, packet, sizeof packet, 0) == sizeof packet);
    ask();
}
static void core_dies_before_secret(void) { connect_plugin(), close(core), ask(); }
static void core_dies_at_auth(void) {
    connect_plugin();
    close(core);
    callbacks[8](NULL, 0);
}
static void core_dies_while_running(void) {
    connect_plugin();
    close(core);
    callbacks[1](NULL, 8);
}
static void nobody_listens(void) {
    unlink(path);
    callbacks[1](NULL, 2);
}
static void path_too_long(void) {
    memset(registered[0].addr, 'a', 200);
    ((char *)registered[0].addr)[200] = 0;
    callbacks[1](NULL, 2);
}
static void closed_before_start(void) {
    listen_core();
    answer_start("", 0);
    callbacks[1](NULL, 2);
}
static void garbage_for_start(void) {
    listen_core();
    answer_start("\2\0\7\0", 4);
    callbacks[1](NULL, 2);
}
static void limit_out_of_range(void) {
    listen_core();
    answer_start("\2\0\10\0\177\0\0\0\0\0\0\0", 12);
    callbacks[1](NULL, 2);
}
static void wait_out_of_range(void) {
    listen_core();
    answer_start("\2\0\10\0\0\0\0\0\0\1\0\0", 12);
    callbacks[1](NULL, 2);
}
static void limit_missing(void) {
    listen_core();
    answer_start("\2\0\4\0\0\0\0\0", 8);
    callbacks[1](NULL, 2);
}
static void term_while_held(void) {
    listen_core();
    if (fork() == 0) {
        alarm(5);
        core = accept(listener, NULL, NULL);
        kill(getppid(), SIGTERM);
        /* Holds the connection open until the other side has ended. */
        (void)!recv(core, directory, 1, 0);
        while (recv(core, directory, 1, 0) > 0)
            ;
        _exit(0);
    }
    callbacks[1](NULL, 2);
}
static void fork_closes(void) {
    uint8_t m[CALLBACK_MAX];
    pid_t child;
    int result;
    connect_plugin();
    child = fork();
    if (child == 0) {
        callbacks[10](NULL, 0);
        callbacks[1](NULL, 8); /* must neither send nor end */
        _exit(0);
    }
    CHECK(waitpid(child, &result, 0) == child && result == 0);
    callbacks[1](NULL, 9);
    CHECK(hear(MESSAGE_PHASE, m) == 8 && m[0] == 9);
}
static void random_answers(void) {
    uint8_t noise[CALLBACK_MAX];
    connect_plugin();
    for (size_t i = 0; i < sizeof noise; i++)
        noise[i] = (uint8_t)random();
    noise[0] = MESSAGE_SECRET, noise[1] = 0;
    size_t length = 4 + (size_t)(random() % 1000);
    uint16_t stated = (uint16_t)(length - 4);
    memcpy(noise + 2, &stated, 2);
    CHECK(send(core, noise, length, 0) == (ssize_t)length);
    ask();
}

#include "channel-cases.h"

static const struct {
    const char *name;
    void (*run)(void);
    int expected;
    int repeat;
} cases[] = {
    {"a good session from start to exit", good_session, 0, 1},
    {"IPv6CP rejected, IPv6 off, no auth_up", ip6_reject, 0, 1},
    {"secret of exactly 255 bytes", longest_secret, 0, 1},
    {"Continue that comes too late is no answer to NeedSecret", late_continue, 0, 1},
    {"user of 256 bytes", long_user, 119, 1},
    {"secret of 256 bytes", long_secret, 119, 1},
    {"NoSecret", no_secret, 119, 1},
    {"answer of another type", wrong_type, 119, 1},
    {"text longer than its message", lying_length, 119, 1},
    {"bytes after the last field", trailing_bytes, 119, 1},
    {"null character in the secret", nul_in_secret, 119, 1},
    {"no fields at all", empty_secret_message, 119, 1},
    {"half a length", half_length, 119, 1},
    {"message of one byte", runt, 119, 1},
    {"empty packet", empty_packet, 119, 1},
    {"message of 60000 bytes", giant, 119, 1},
    {"core dies before the secret", core_dies_before_secret, 101, 1},
    {"core dies at the login", core_dies_at_auth, 101, 1},
    {"core dies while running", core_dies_while_running, 101, 1},
    {"nobody listens", nobody_listens, 101, 1},
    {"socket path too long", path_too_long, 101, 1},
    {"core closes before Start", closed_before_start, 101, 1},
    {"Start with a wrong length", garbage_for_start, 101, 1},
    {"packets are limited before LCP starts", packets_are_limited, 0, 1},
    {"a limit only lowers", limit_only_lowers, 0, 1},
    {"no limit", no_limit, 0, 1},
    {"limit out of range", limit_out_of_range, 101, 1},
    {"wait out of range", wait_out_of_range, 101, 1},
    {"Start without its second field", limit_missing, 101, 1},
    {"a slow path: requests wait longer", slow_path, 0, 1},
    {"a very slow path", very_slow_path, 0, 1},
    {"SIGTERM while held", term_while_held, 105, 1},
    {"forked child keeps off the socket", fork_closes, 0, 1},
    {"random answers", random_answers, 119, 200},
    {"a PPPoX line from start to end", channel_session, 0, 1},
    {"a terminal as line", terminal_session, 0, 1},
    {"P09: a line for each attempt", line_for_each_attempt, 0, 1},
    {"the core hangs up", core_hangs_up, 0, 1},
    {"the core hangs up before the line is up", core_hangs_up_at_once, 0, 1},
    {"P08: the core dies while the line is up", core_dies_while_line_is_up, 101, 1},
    {"forked child leaves the line", forked_child_leaves_the_line, 0, 1},
    {"what the server says over a PPPoX line", overheard, 0, 1},
    {"a core that does not read holds nobody up", core_does_not_read, 0, 1},
    {"random packets over a PPPoX line", random_packets, 0, 50},
    {"two descriptors", two_descriptors, 101, 1},
    {"sixteen descriptors", sixteen_descriptors, 101, 1},
    {"NoChannel with a descriptor", descriptor_with_no_channel, 101, 1},
    {"Secret with a descriptor instead of Channel", descriptor_with_secret, 101, 1},
    {"Channel without a descriptor", no_descriptor, 101, 1},
    {"Channel that is too short", short_channel, 101, 1},
    {"Secret with a descriptor", secret_with_descriptor, 119, 1},
    {"channel of unknown kind", unknown_kind, 0, 1},
    {"socket for a terminal", socket_as_terminal, 0, 1},
    {"file for a socket", file_as_socket, 0, 1},
    {"socket of another domain", other_socket, 0, 1},
    {"no answer to NeedChannel", no_answer_to_need_channel, 101, 1},
    {"core dies before Channel", core_dies_before_channel, 101, 1},
    {"SIGTERM before Channel", term_before_channel, 105, 1},
};

/* ---- as a program in pppd's place: the plugin as usual, and every byte of the line comes back ---- */

static volatile sig_atomic_t ended;
static bool stubborn; /* a pppd that waits for the server's answer to its farewell */
static void on_end(int number) {
    ended = 1;
    if (callbacks[3])
        callbacks[3](NULL, number);
}

static void set_status(int value) {
#if LAYOUT == 249
    status = value;
#else
    code = value;
#endif
}

static int finish(int value) {
    set_status(value);
    callbacks[1](NULL, 10);
    callbacks[1](NULL, 0);
    callbacks[2](NULL, value);
    return value;
}

static int open_line(const char *device) {
    int fd;
    if (the_channel == &tty_channel)
        return open(device, O_RDWR | O_NOCTTY);
    fd = the_channel->connect();
    return fd < 0 ? fd : the_channel->establish_ppp(fd);
}

/* What a server says first. */
static void hear_server(void) {
    if (snoop_send_hook)
        snoop_send_hook((unsigned char *)"\xff\x03\xc0\x21\x01\x01\x00\x04", 8);
    if (snoop_recv_hook)
        snoop_recv_hook((unsigned char *)"\xff\x03\xc0\x21\x01\x01\x00\x04", 8);
}

static int echo_line(const char *device) {
    static char bytes[65536];
    int line = open_line(device);
    if (line < 0)
        return finish(8);
    callbacks[1](NULL, 4);
    CHECK(write(line, "\x7e", 1) == 1); /* the sign that the line is in PPP mode */
    hear_server();
    callbacks[1](NULL, 5);
    lcp_hisoptions[6] = 1, lcp_hisoptions[24] = 1;
    char user[256] = "bob", secret[1024] = "";
    CHECK(chap_passwd_hook(user, secret) > 0);
    if (strcmp(secret, "right") != 0)
        return finish(19);
    set_keys();
    callbacks[8](NULL, 0);
    callbacks[1](NULL, 7);
    memcpy(ipcp_gotoptions + IP_OURS, "\x0a\x09\x09\x02", 4);
    memcpy(ipcp_hisoptions + IP_HIS, "\x0a\x09\x09\x01", 4);
    set_status(0);
    callbacks[1](NULL, 8);
    callbacks[4](NULL, 0);
    while (!ended || stubborn) {
        ssize_t got = read(line, bytes, sizeof bytes), done = 0, n;
        if (got == 0 || (got < 0 && errno != EINTR))
            return finish(16);
        while (done < got && ((n = write(line, bytes + done, (size_t)(got - done))) > 0 || errno == EINTR))
            done += n > 0 ? n : 0;
    }
    callbacks[5](NULL, 0);
    return finish(5);
}

static int in_place_of_pppd(int argc, char **argv) {
    struct sigaction action = {.sa_handler = on_end};
    const char *plugin = NULL;
    bool channel = false;
    for (int i = 1; i < argc; i++) {
        channel |= strcmp(argv[i], "nmvpn-channel") == 0;
        stubborn |= strcmp(argv[i], "stubborn") == 0;
        if (i + 1 == argc)
            break;
        if (strcmp(argv[i], "plugin") == 0)
            plugin = argv[i + 1];
        if (strcmp(argv[i], "nmvpn-socket") == 0)
            snprintf(path, sizeof path, "%s", argv[i + 1]);
    }
    CHECK(plugin);
    load(plugin);
    if (channel)
        channel_option();
    sigaction(SIGTERM, &action, NULL);
    callbacks[1](NULL, 2);
    return echo_line(argv[1]);
}

int main(int argc, char **argv) {
    int failed = 0, run = 0;
    if (argc > 2)
        return in_place_of_pppd(argc, argv);
    if (argc != 2 || !mkdtemp(directory))
        return 99;
    snprintf(path, sizeof path, "%s/callback", directory);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (int n = 0; n < cases[i].repeat; n++, run++) {
            int result;
            pid_t child = fork();
            if (child == 0) {
                srandom((unsigned)(n + 1));
                alarm(20);
                load(argv[1]);
                cases[i].run();
                CHECK(!strstr(log_text, "pa\"ss"));
                _exit(0);
            }
            waitpid(child, &result, 0);
            if (!WIFEXITED(result) || WEXITSTATUS(result) != cases[i].expected) {
                failed++;
                fprintf(stderr, "not ok %d: %s: raw status %x, expected exit %d\n", LAYOUT, cases[i].name, result, cases[i].expected);
            }
        }
    }
    unlink(path);
    rmdir(directory);
    printf("pppd layout %d: %d cases, %d failed\n", LAYOUT, run, failed);
    return failed;
}
