/*
 * The callback socket: what the pppd plugin and the tunnel core say to each other.
 *
 * A SOCK_SEQPACKET unix socket; the core listens, the plugin connects once. One message per packet, both ends on the same
 * machine, so numbers are in host order:
 *
 *   u16 type | u16 length of what follows | payload
 *
 * "text" and "bytes" are u16 length + that many bytes, without terminator. IPv4 addresses are 4 bytes and IPv6 interface
 * identifiers 8 bytes, both in network order; zero means "none".
 *
 *   no  name           sender  payload
 *    1  Hello          plugin  u32 protocol version, u32 pid, u32 pppd layout (249 or 250)
 *    2  Start          core    u32 longest packet, 0 = any, pppd is held before the link starts until this comes
 *                              u32 seconds until a request is repeated, at least; 0 = as the options say
 *    3  Phase          plugin  u32 phase, u32 exit status so far
 *    4  NeedSecret     plugin  u32 method (as in Authenticated), text user as configured
 *    5  Secret         core    text user, text password     answer to NeedSecret
 *    6  NoSecret       core    -                            answer to NeedSecret: give up; pppd ends with status 19
 *    7  Authenticated  plugin  u32 method (0 none, 1 PAP, 2 CHAP-MD5, 3 MS-CHAP, 4 MS-CHAPv2, 5 EAP),
 *                              bytes send key, bytes receive key
 *    8  Continue       core    -                            answer to Authenticated; pppd waits for it up to 5 s
 *    9  Ip4            plugin  text interface, u32 unit, ours, peer, dns1, dns2, wins1, wins2, u32 MTU
 *   10  Ip4Down        plugin  -
 *   11  Ip6            plugin  text interface, u32 unit, our identifier, peer's identifier, u32 MTU
 *   12  Ip6Rejected    plugin  -
 *   13  Ip6Down        plugin  -
 *   14  LinkDown       plugin  -
 *   15  Exit           plugin  u32 exit status
 *   16  NeedChannel    plugin  -                            option nmvpn-channel: pppd asks what its line is, once per attempt
 *   17  Channel        core    u32 kind (1 PPPoX socket, 2 terminal), and exactly one descriptor (SCM_RIGHTS)
 *   18  NoChannel      core    -                            answer to NeedChannel: there is none, this attempt fails
 *   19  Received       plugin  bytes packet                 of link control or authentication, from its protocol number on;
 *                                                           only over a PPPoX socket, and left out when the core is busy
 *   20  LcpSent        plugin  -                            as Received: an LCP packet has left, echoes apart
 *
 * The core hangs up a PPPoX line by closing its direction of the callback socket, or by ending.
 *
 * The same table with the same names is in src/TunnelCore/Pppd/CallbackMessageType.cs.
 */
#ifndef CALLBACK_PROTOCOL_H
#define CALLBACK_PROTOCOL_H

#include <stdint.h>

enum callback_message {
    MESSAGE_HELLO = 1,
    MESSAGE_START = 2,
    MESSAGE_PHASE = 3,
    MESSAGE_NEED_SECRET = 4,
    MESSAGE_SECRET = 5,
    MESSAGE_NO_SECRET = 6,
    MESSAGE_AUTHENTICATED = 7,
    MESSAGE_CONTINUE = 8,
    MESSAGE_IP4 = 9,
    MESSAGE_IP4_DOWN = 10,
    MESSAGE_IP6 = 11,
    MESSAGE_IP6_REJECTED = 12,
    MESSAGE_IP6_DOWN = 13,
    MESSAGE_LINK_DOWN = 14,
    MESSAGE_EXIT = 15,
    MESSAGE_NEED_CHANNEL = 16,
    MESSAGE_CHANNEL = 17,
    MESSAGE_NO_CHANNEL = 18,
    MESSAGE_RECEIVED = 19,
    MESSAGE_LCP_SENT = 20,
};

enum {
    CALLBACK_VERSION = 3,
    CALLBACK_HEADER = 4,
    CALLBACK_MAX = 1024,
};

enum channel_kind {
    CHANNEL_PPPOX = 1,
    CHANNEL_TERMINAL = 2,
};

enum auth_method {
    AUTH_NONE = 0,
    AUTH_PAP = 1,
    AUTH_CHAP_MD5 = 2,
    AUTH_MSCHAP = 3,
    AUTH_MSCHAP_V2 = 4,
    AUTH_EAP = 5,
};

#endif
