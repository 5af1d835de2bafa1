/*
 * The line as a channel of pppd's own kind: a descriptor that the VPN service hands over, in the place of a device's name.
 */
#ifndef CHANNEL_H
#define CHANNEL_H

#include <stddef.h>
#include <stdint.h>

/* The core, as the channel needs it. */
struct channel_core {
    /* The descriptor and its kind (enum channel_kind); -1 when there is none. May end pppd. */
    int (*ask_line)(uint32_t *kind);
    /* The callback socket; -1 without one. Also called from a signal handler. */
    int (*socket)(void);
    void (*received)(const uint8_t *packet, size_t size);
    void (*lcp_sent)(void);
};

/* Takes the place of pppd's channel; 0, with a line in pppd's log, when this pppd cannot have another. */
int channel_install(const struct channel_core *core);

#endif
