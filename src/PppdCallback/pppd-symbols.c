#define _GNU_SOURCE
#include "pppd-symbols.h"

#include <dlfcn.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "callback-protocol.h"

_Static_assert(sizeof(void *) != 8 || sizeof(struct pppd_option) == 72, "pppd's struct option");
_Static_assert(sizeof(void *) != 8 || offsetof(struct pppd_option, flags) == 32, "pppd's struct option");
_Static_assert(sizeof(void *) != 8 || sizeof(struct pppd_channel) == 88, "pppd's struct channel");
_Static_assert(sizeof(void *) != 8 || offsetof(struct pppd_channel, connect) == 24, "pppd's struct channel");

/* Newest first: the first row whose probe exists is the running pppd. */
static const struct pppd_layout layouts[] = {
    {.id = 250, .probe = "ppp_add_notify", .ip_ours = 28, .ip_his = 32, .ip_dns = 36, .ip_wins = 44, .ip6_ours = 48, .ip6_his = 56},
    {.id = 249, .probe = "add_notifier", .ip_ours = 24, .ip_his = 28, .ip_dns = 32, .ip_wins = 40, .ip6_ours = 44, .ip6_his = 52},
};

/* lcp_options: the same in all versions. */
enum { LCP_NEG_UPAP = 5, LCP_NEG_CHAP = 6, LCP_NEG_EAP = 7, LCP_MRU = 16, LCP_CHAP_MDTYPE = 24 };
enum { MDTYPE_MICROSOFT_V2 = 1, MDTYPE_MICROSOFT = 2 };

/* struct fsm: the same in all versions. */
enum { FSM_PROTOCOL = 4, FSM_TIMEOUT = 20, FSM_REQUESTS = 24 };

/* struct protent on LP64: eight pointers up to printpkt and datainput, then the flag; the same in all versions. */
enum { PROTENT_PROTREJ = 24, PROTENT_ENABLED = 80 };

/* 2.5: the number in NF_x; 2.4: the list variable. */
static const struct {
    int number;
    const char *list;
} notifiers[NOTIFY_COUNT] = {
    [NOTIFY_PHASE] = {1, "phasechange"},
    [NOTIFY_EXIT] = {2, "exitnotify"},
    [NOTIFY_SIGNALED] = {3, "sigreceived"},
    [NOTIFY_IP_UP] = {4, "ip_up_notifier"},
    [NOTIFY_IP_DOWN] = {5, "ip_down_notifier"},
    [NOTIFY_IPV6_UP] = {6, "ipv6_up_notifier"},
    [NOTIFY_IPV6_DOWN] = {7, "ipv6_down_notifier"},
    [NOTIFY_AUTH_UP] = {8, "auth_up_notifier"},
    [NOTIFY_LINK_DOWN] = {9, "link_down_notifier"},
    [NOTIFY_FORK] = {10, "fork_notifier"},
};

static const struct pppd_layout *layout;

/* dlsym yields an object pointer; POSIX lets it stand for a function. */
#define FUNCTION(type, name) ((type)(intptr_t)dlsym(RTLD_DEFAULT, name))

static void *find(const char *name) { return dlsym(RTLD_DEFAULT, name); }

static void copy_field(const char *object, size_t offset, void *to, size_t size) {
    const uint8_t *base = find(object);
    if (base)
        memcpy(to, base + offset, size);
    else
        memset(to, 0, size);
}

/* Whether pppd has all of them; a line in its log names the first that is missing. Columns: 2.4, 2.5. */
static bool has(const char *const (*needed)[2], size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (!find(needed[i][layout->id >= 250])) {
            pppd_log("nm-vpn: this pppd lacks a symbol that the plugin needs:");
            pppd_log(needed[i][layout->id >= 250]);
            return false;
        }
    }
    return true;
}

bool pppd_bind(void) {
    static const char *const needed[][2] = {
        {"add_options", "ppp_add_options"},
        {"netif_get_mtu", "ppp_get_mtu"},
        {"ifunit", "ppp_ifunit"},
        {"ifname", "ppp_get_ifname"},
        {"status", "ppp_status"},
        {"mppe_keys_set", "mppe_get_send_key"},
        {"mppe_recv_key", "mppe_get_recv_key"},
        {"ipcp_gotoptions", "ipcp_gotoptions"},
        {"ipcp_hisoptions", "ipcp_hisoptions"},
        {"lcp_hisoptions", "lcp_hisoptions"},
        {"lcp_wantoptions", "lcp_wantoptions"},
        {"lcp_allowoptions", "lcp_allowoptions"},
        {"chap_passwd_hook", "chap_passwd_hook"},
        {"chap_check_hook", "chap_check_hook"},
        {"pap_passwd_hook", "pap_passwd_hook"},
        {"pap_check_hook", "pap_check_hook"},
    };
    for (size_t i = 0; !layout && i < sizeof layouts / sizeof layouts[0]; i++) {
        if (find(layouts[i].probe))
            layout = &layouts[i];
    }
    if (!layout) {
        pppd_log("nm-vpn: this pppd has no way to register notifiers");
        return false;
    }
    return has(needed, sizeof needed / sizeof needed[0]);
}

uint32_t pppd_layout_id(void) { return layout->id; }

bool pppd_add_options(struct pppd_option *options) {
    void (*add)(struct pppd_option *) =
        FUNCTION(void (*)(struct pppd_option *), layout->id >= 250 ? "ppp_add_options" : "add_options");
    if (add)
        add(options);
    return add;
}

void pppd_on(enum pppd_notifier which, pppd_notify_fn *callback) {
    if (layout->id >= 250) {
        void (*add)(int, pppd_notify_fn *, void *) = FUNCTION(void (*)(int, pppd_notify_fn *, void *), "ppp_add_notify");
        add(notifiers[which].number, callback, NULL);
    } else {
        void (*add)(void *, pppd_notify_fn *, void *) = FUNCTION(void (*)(void *, pppd_notify_fn *, void *), "add_notifier");
        void *list = find(notifiers[which].list);
        if (list)
            add(list, callback, NULL);
    }
}

void pppd_set_secret_hooks(pppd_check_fn *check, pppd_secret_fn *pap, pppd_secret_fn *chap) {
    *(pppd_check_fn **)find("pap_check_hook") = check;
    *(pppd_check_fn **)find("chap_check_hook") = check;
    *(pppd_secret_fn **)find("pap_passwd_hook") = pap;
    *(pppd_secret_fn **)find("chap_passwd_hook") = chap;
}

void pppd_chain_ip6_reject(pppd_protrej_fn *callback, pppd_protrej_fn **previous) {
    char *protent = find("ipv6cp_protent");
    if (!protent)
        return;
    memcpy(previous, protent + PROTENT_PROTREJ, sizeof *previous);
    memcpy(protent + PROTENT_PROTREJ, &callback, sizeof callback);
}

bool pppd_ip6_enabled(void) {
    uint8_t enabled;
    copy_field("ipv6cp_protent", PROTENT_ENABLED, &enabled, 1);
    return enabled != 0;
}

int pppd_status(void) {
    if (layout->id >= 250)
        return FUNCTION(int (*)(void), "ppp_status")();
    return *(volatile int *)find("status");
}

int pppd_unit(void) {
    if (layout->id >= 250)
        return FUNCTION(int (*)(void), "ppp_ifunit")();
    return *(int *)find("ifunit");
}

void pppd_interface(char *name, size_t size) {
    memset(name, 0, size);
    if (layout->id >= 250) {
        FUNCTION(int (*)(char *, size_t), "ppp_get_ifname")(name, size);
        name[size - 1] = 0;
    } else {
        strncpy(name, find("ifname"), size - 1);
    }
}

int pppd_mtu(void) {
    return FUNCTION(int (*)(int), layout->id >= 250 ? "ppp_get_mtu" : "netif_get_mtu")(pppd_unit());
}

void pppd_limit_packets(uint32_t bytes) {
    /* What the options "mru" and "mtu" set. */
    static const char *const sides[] = {"lcp_wantoptions", "lcp_allowoptions"};
    for (size_t i = 0; i < sizeof sides / sizeof sides[0]; i++) {
        uint8_t *mru = (uint8_t *)find(sides[i]) + LCP_MRU;
        int now, limit = (int)bytes;
        memcpy(&now, mru, sizeof now);
        if (limit < now)
            memcpy(mru, &limit, sizeof limit);
    }
}

void pppd_be_patient(uint32_t seconds) {
    /* What the options "lcp-restart", "lcp-max-configure" and their like set; CCP has none. */
    static const struct {
        const char *name;
        int protocol;
    } machines[] = {{"lcp_fsm", 0xC021}, {"ccp_fsm", 0x80FD}, {"ipcp_fsm", 0x8021}, {"ipv6cp_fsm", 0x8057}};
    enum { FEWEST_REQUESTS = 4 };
    for (size_t i = 0; i < sizeof machines / sizeof machines[0]; i++) {
        uint8_t *fsm = find(machines[i].name);
        int protocol, timeout, requests, wanted = (int)seconds;
        if (!fsm)
            continue;
        memcpy(&protocol, fsm + FSM_PROTOCOL, sizeof protocol);
        memcpy(&timeout, fsm + FSM_TIMEOUT, sizeof timeout);
        memcpy(&requests, fsm + FSM_REQUESTS, sizeof requests);
        /* Another structure than the one that we know stays as it is. */
        if (protocol != machines[i].protocol || timeout <= 0 || timeout >= wanted || requests <= 0 || requests > 1000)
            continue;
        requests = timeout * requests / wanted;
        if (requests < FEWEST_REQUESTS)
            requests = FEWEST_REQUESTS;
        memcpy(fsm + FSM_TIMEOUT, &wanted, sizeof wanted);
        memcpy(fsm + FSM_REQUESTS, &requests, sizeof requests);
    }
}

int pppd_auth_method(void) {
    uint8_t chosen[LCP_NEG_EAP + 1], digest;
    copy_field("lcp_hisoptions", 0, chosen, sizeof chosen);
    copy_field("lcp_hisoptions", LCP_CHAP_MDTYPE, &digest, 1);
    if (chosen[LCP_NEG_EAP])
        return AUTH_EAP;
    if (chosen[LCP_NEG_CHAP])
        return digest & MDTYPE_MICROSOFT_V2 ? AUTH_MSCHAP_V2 : digest & MDTYPE_MICROSOFT ? AUTH_MSCHAP : AUTH_CHAP_MD5;
    return chosen[LCP_NEG_UPAP] ? AUTH_PAP : AUTH_NONE;
}

static size_t key(const char *getter, const char *variable, uint8_t *to, size_t size) {
    enum { OLD_KEY = 16 };
    if (layout->id >= 250) {
        int length = FUNCTION(int (*)(unsigned char *, int), getter)(to, (int)size);
        return length < 0 ? 0 : (size_t)length > size ? size : (size_t)length;
    }
    if (size < OLD_KEY || !*(int *)find("mppe_keys_set"))
        return 0;
    copy_field(variable, 0, to, OLD_KEY);
    return OLD_KEY;
}

size_t pppd_send_key(uint8_t *to, size_t size) { return key("mppe_get_send_key", "mppe_send_key", to, size); }

size_t pppd_receive_key(uint8_t *to, size_t size) { return key("mppe_get_recv_key", "mppe_recv_key", to, size); }

void pppd_ip4(struct ip4_state *state) {
    copy_field("ipcp_gotoptions", layout->ip_ours, state->ours, sizeof state->ours);
    copy_field("ipcp_hisoptions", layout->ip_his, state->his, sizeof state->his);
    copy_field("ipcp_gotoptions", layout->ip_dns, state->dns, sizeof state->dns);
    copy_field("ipcp_gotoptions", layout->ip_wins, state->wins, sizeof state->wins);
}

void pppd_ip6(struct ip6_state *state) {
    copy_field("ipv6cp_gotoptions", layout->ip6_ours, state->ours, sizeof state->ours);
    copy_field("ipv6cp_hisoptions", layout->ip6_his, state->his, sizeof state->his);
}

struct pppd_channel *pppd_replace_channel(struct pppd_channel *channel, const char *device_name) {
    static const char *const needed[][2] = {
        {"the_channel", "the_channel"},
        {"generic_establish_ppp", "ppp_generic_establish"},
        {"generic_disestablish_ppp", "ppp_generic_disestablish"},
        {"netif_set_mtu", "ppp_set_mtu"},
        {"lcp_allowoptions", "lcp_allowoptions"},
        {"snoop_recv_hook", "snoop_recv_hook"},
        {"snoop_send_hook", "snoop_send_hook"},
    };
    struct pppd_channel **slot, *previous;
    if (!has(needed, sizeof needed / sizeof needed[0]))
        return NULL;
    slot = find("the_channel");
    previous = *slot;
    *slot = channel;
    /* No modem to wait for; what pppd's log calls the line. */
    if (layout->id >= 250) {
        void (*set_modem)(bool) = FUNCTION(void (*)(bool), "ppp_set_modem");
        void (*set_name)(const char *) = FUNCTION(void (*)(const char *), "ppp_set_pppdevnam");
        if (set_modem)
            set_modem(false);
        if (set_name)
            set_name(device_name);
    } else {
        int *modem = find("modem");
        char *name = find("ppp_devnam");
        if (modem)
            *modem = 0;
        if (name)
            strcpy(name, device_name); /* a path's buffer */
    }
    return previous;
}

int pppd_establish(int fd) {
    return FUNCTION(int (*)(int), layout->id >= 250 ? "ppp_generic_establish" : "generic_establish_ppp")(fd);
}

void pppd_disestablish(int fd) {
    FUNCTION(void (*)(int), layout->id >= 250 ? "ppp_generic_disestablish" : "generic_disestablish_ppp")(fd);
}

void pppd_limit_mtu(int mtu) {
    int allowed;
    copy_field("lcp_allowoptions", LCP_MRU, &allowed, sizeof allowed);
    if (allowed > 0 && allowed < mtu)
        mtu = allowed;
    if (pppd_mtu() > mtu)
        FUNCTION(void (*)(int, int), layout->id >= 250 ? "ppp_set_mtu" : "netif_set_mtu")(pppd_unit(), mtu);
}

void pppd_snoop(pppd_snoop_fn *received, pppd_snoop_fn *sent) {
    *(pppd_snoop_fn **)find("snoop_recv_hook") = received;
    *(pppd_snoop_fn **)find("snoop_send_hook") = sent;
}

void pppd_log(const char *line) {
    /* Not error() or warn(): the C library has functions of these names with other arguments. */
    void (*notice)(const char *, ...) = FUNCTION(void (*)(const char *, ...), "notice");
    if (notice)
        notice("%s", line);
}

void pppd_die(int status) {
    void (*die)(int) = FUNCTION(void (*)(int), "die");
    if (die)
        die(status);
    kill(getpid(), SIGTERM);
}
