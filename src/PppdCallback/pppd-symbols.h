/*
 * pppd's symbols, found at run time, so that one binary serves every pppd from 2.4.9 on and needs no pppd headers.
 */
#ifndef PPPD_SYMBOLS_H
#define PPPD_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Same numbers in all versions (pppd.h). */
enum pppd_phase { PHASE_DEAD = 0, PHASE_SERIALCONN = 2, PHASE_ESTABLISH = 4, PHASE_NETWORK = 7, PHASE_DISCONNECT = 10 };

enum pppd_notifier {
    NOTIFY_PHASE,
    NOTIFY_EXIT,
    NOTIFY_SIGNALED,
    NOTIFY_IP_UP,
    NOTIFY_IP_DOWN,
    NOTIFY_IPV6_UP,
    NOTIFY_IPV6_DOWN,
    NOTIFY_AUTH_UP,
    NOTIFY_LINK_DOWN,
    NOTIFY_FORK,
    NOTIFY_COUNT,
};

/* struct option of pppd (72 bytes on LP64, the same in all versions). */
struct pppd_option {
    const char *name;
    int type;
    void *addr;
    const char *description;
    unsigned int flags;
    void *addr2;
    int upper_limit;
    int lower_limit;
    const char *source;
    short priority;
    short winner;
};

enum { PPPD_OPTION_SPECIAL_NOARG = 0, PPPD_OPTION_STRING = 5 };
enum { PPPD_OPT_PRIV = 0x1000, PPPD_OPT_STATIC = 0x2000, PPPD_OPT_PRIO = 0x80000 };

/* struct channel of pppd (88 bytes on LP64, the same in all versions). */
struct pppd_channel {
    struct pppd_option *options;
    void (*process_extra_options)(void);
    void (*check_options)(void);
    int (*connect)(void);
    void (*disconnect)(void);
    int (*establish_ppp)(int fd);
    void (*disestablish_ppp)(int fd);
    void (*send_config)(int mtu, uint32_t accm, int pcomp, int accomp);
    void (*recv_config)(int mru, uint32_t accm, int pcomp, int accomp);
    void (*cleanup)(void);
    void (*close)(void);
};

/* pppd's own buffers for a name and for a secret, terminator included. */
enum { PPPD_NAME_MAX = 256, PPPD_SECRET_MAX = 256 };

/* Where the version-dependent structures keep their fields, in bytes. */
struct pppd_layout {
    uint32_t id;
    const char *probe; /* a function that exists from this version on */
    size_t ip_ours, ip_his, ip_dns, ip_wins;
    size_t ip6_ours, ip6_his;
};

typedef void pppd_notify_fn(void *context, int value);
typedef int pppd_check_fn(void);
typedef int pppd_secret_fn(char *user, char *secret);
typedef void pppd_protrej_fn(int unit);
typedef void pppd_snoop_fn(unsigned char *packet, int length);

struct ip4_state {
    uint8_t ours[4], his[4], dns[2][4], wins[2][4];
};

struct ip6_state {
    uint8_t ours[8], his[8];
};

/* Finds everything that is indispensable; false, with a line in pppd's log, when something is missing. */
bool pppd_bind(void);
uint32_t pppd_layout_id(void);
bool pppd_add_options(struct pppd_option *options);
void pppd_on(enum pppd_notifier which, pppd_notify_fn *callback);
void pppd_set_secret_hooks(pppd_check_fn *check, pppd_secret_fn *pap, pppd_secret_fn *chap);
/* Puts a callback before IPV6CP's handler of Protocol-Reject. */
void pppd_chain_ip6_reject(pppd_protrej_fn *callback, pppd_protrej_fn **previous);
bool pppd_ip6_enabled(void);
int pppd_status(void);
int pppd_unit(void);
void pppd_interface(char *name, size_t size);
int pppd_mtu(void);
/* Before LCP starts: neither side shall send packets longer than this. Only ever lowers. */
void pppd_limit_packets(uint32_t bytes);
/* Before LCP starts: a request is repeated after so many seconds at the earliest, for as long as it would have been anyhow. */
void pppd_be_patient(uint32_t seconds);
int pppd_auth_method(void);
size_t pppd_send_key(uint8_t *key, size_t size);
size_t pppd_receive_key(uint8_t *key, size_t size);
void pppd_ip4(struct ip4_state *state);
void pppd_ip6(struct ip6_state *state);
/* Takes the place of pppd's channel; the one that was there, or NULL with a line in the log when this pppd cannot have another. */
struct pppd_channel *pppd_replace_channel(struct pppd_channel *channel, const char *device_name);
/* Of a descriptor that is a PPP channel of the kernel itself. */
int pppd_establish(int fd);
void pppd_disestablish(int fd);
/* Makes the interface's MTU no larger than this, nor than the mtu option; never larger than it is. */
void pppd_limit_mtu(int mtu);
/* Sees every packet that pppd itself receives and sends, headers FF 03 included. */
void pppd_snoop(pppd_snoop_fn *received, pppd_snoop_fn *sent);
/* One line into pppd's log; never a secret. */
void pppd_log(const char *line);
/* Cleans up and exits; SIGTERM to ourselves where pppd hides its function. */
void pppd_die(int status);

#endif
