"""The defects of pptp-linux 1.10, by their number in the project's list of them."""
import os
import re
import signal

from . import hdlc
from .place import SERVER
from .pptp import (CDN, CLEAR, ECHO, OCRQ, STOP, UP, acknowledge, await_gre, call, call_reply, disconnect, gre, icmp, listen, manager_socket, read_call, send,
                   start, start_reply)
from .row import Hidden, Row
from .run import children, frame, hang_up, kill, put, read_again, until
from .server import end, fact, hold, pause, reset
from .want import crashed, delivers, died, ends, hears, says, status, stays, when

LCP = bytes.fromhex("ff03c02101010004")
P = [bytes((0xFF, 3, 0xC0, 0x21, 9, i, 0, 12)) + bytes((i,)) * 8 for i in range(8)]                # echo requests of LCP, to tell apart
OTHER = P[4][:8] + b"\xEE" * 8
MPPE = bytes.fromhex("ff0300fd9000") + bytes(range(0x30, 0x94))
IN_ORDER = lambda *frames: when(f"hands pppd {len(frames)} frames in order", lambda o: [f for f in o.frames if f != LCP] == list(frames))
ALIVE = (listen,)


def gone(o):
    """The process that the call manager was told to end has gone."""
    victim = o.facts.get("victim")
    try:
        return victim is not None and open(f"/proc/{victim}/stat").read().split(") ")[1][0] == "Z" or victim in o.facts.get("reaped", ())
    except OSError:
        return victim is not None


def note_route(o):
    o.facts["routed"] = re.search(rf"^{re.escape(SERVER)} ", o.place.routes(), re.M) is not None


ROUTE = when("the route to the server is there", lambda o: re.search(rf"^{re.escape(SERVER)} ", o.place.routes(), re.M) is not None, False)
FLOOD = [LCP[:4] + bytes((9, i % 256)) + (1400).to_bytes(2, "big") + bytes([i % 256]) * 1396 for i in range(200)]

ROWS = (
    Row("1", "silent-server", (lambda t: t.read(), hold), play=(pause(1), hang_up), limit=6, theirs=stays(), ours=ends()),
    Row("2", "no-stop-request", (*UP, fact("up"), listen), play=(until("up"), note_route, kill(signal.SIGTERM)), theirs=ends() & hears(CLEAR) & ~hears(STOP),
        ours=status(0) & hears(STOP) & when("--nohostroute adds none", lambda o: o.facts.get("routed") is False)),
    Row("3", "reset", (*UP, reset), theirs=ends() & when("its call manager crashes, or stays", lambda o: any(s < 0 for s in o.orphans) or children(), False),
        ours=status(0) & when("nothing crashes or stays", lambda o: all(s >= 0 for s in o.orphans) and not children(), False)),
    Row("4a", "icmp-fragmentation-needed", (*UP, await_gre, icmp(3, 4, 1000), pause(.3), gre(0, P[0]), pause(.1), gre(1, P[1]), listen), play=(until("accepted"), frame(LCP)),
        theirs=ends(), ours=delivers(P[0], P[1])),
    Row("4b", "icmp-port-unreachable", (*UP, await_gre, icmp(3, 3), pause(.3), gre(0, P[0]), pause(.1), gre(1, P[1]), listen), play=(until("accepted"), frame(LCP)),
        theirs=ends(), ours=delivers(P[0], P[1])),
    Row("5", "duplicate-of-a-queued-packet", (*UP, gre(1, P[1]), gre(4, P[4]), gre(4, OTHER), gre(3, P[3]), pause(.6), gre(5, P[5]), listen), limit=3,
        theirs=~IN_ORDER(P[1], P[3], P[4], P[5]), ours=IN_ORDER(P[1], P[3], P[4], P[5])),
    Row("6", "one-packet-far-ahead", (*UP, gre(1, P[1]), gre(2000000, P[5]), gre(2, P[2]), pause(.6), gre(3, P[3]), listen), limit=3,
        theirs=~delivers(P[3]), ours=IN_ORDER(P[1], P[2], P[3])),
    Row("7", "length-beyond-the-packet", (*UP, gre(0, P[0]), gre(1, P[1], len(P[1]) + 16), gre(2, P[2]), listen), limit=3,
        theirs=when("hands pppd octets that were not in the packet", lambda o: any(f.startswith(P[1]) and len(f) > len(P[1]) for f in o.frames)),
        ours=delivers(P[2]) & when("drops the packet", lambda o: not any(f.startswith(P[1]) for f in o.frames))),
    Row("8", "wrap-around", (*UP, gre(-3, P[0]), gre(-1, P[2]), gre(0, P[3]), gre(1, P[4]), gre(-2, P[1]), listen), limit=3,
        theirs=~delivers(P[3], P[4]), ours=IN_ORDER(P[0], P[1], P[2], P[3], P[4])),
    Row("9", "missing-window-below-300", (*UP, gre(1, P[1]), gre(50, P[5]), pause(.6), gre(2, P[2]), listen), options=("--missing-window", "5"), limit=3,
        theirs=delivers(P[5]), ours=delivers(P[2]) & when("drops what is ahead", lambda o: P[5] not in o.frames)),
    Row("10", "quirk-without-call-id", (start, read_call, hold), options=("--quirks", "BEZEQ_ISRAEL"), limit=5,
        theirs=hears(OCRQ) & when("the call ID is 0", lambda o: o.server.own == 0), ours=hears(OCRQ) & when("the call ID is not 0", lambda o: o.server.own != 0)),
    Row("11a", "notify-with-our-call-id", (*UP, send(lambda own: disconnect(own, 3)), listen), theirs=stays(), ours=status(0)),
    Row("11b", "notify-before-the-reply", (start, read_call, send(disconnect(0x1234, 3)), listen), theirs=stays(), ours=status(1)),
    Row("12a", "sleeps", (start, call, listen), play=(frame(LCP),), theirs=when("the first packet takes a second", lambda o: o.server.times.get("gre", 0) - o.begun > .95),
        ours=when("the first packet takes less", lambda o: 0 < o.server.times.get("gre", 0) - o.begun < .9)),
    Row("12b", "sleeps-when-refused", (lambda t: t.read(), send(start_reply(2, 4)), listen), limit=8,
        theirs=when("tries again after a sleep", lambda o: o.server.talks > 1), ours=status(1) & when("takes one", lambda o: o.server.talks == 1)),
    Row("13a", "refused-call", (start, read_call, send(lambda own: call_reply(own, 7)), listen), theirs=died(signal.SIGTERM), ours=status(1) & says("[pptp.call-refused]")),
    Row("13b", "status-of-a-loss", (*UP, end, listen), only_ours=("--exit-codes", "extended"), theirs=status(0), ours=status(20)),
    Row("14", "route-stays", (*UP, fact("up"), listen), more={"host route": True}, play=(until("up"), note_route, kill(signal.SIGTERM)), theirs=ends() & ROUTE,
        ours=status(0) & when("it was there", lambda o: o.facts.get("routed")) & ~ROUTE),
    Row("15", "max-echo-wait", (*UP, listen), options=("--idle-wait", "3", "--max-echo-wait", "1"), limit=9,
        theirs=hears(CLEAR) & when("waits idle-wait for the reply", lambda o: o.server.times[CLEAR] - o.server.times[ECHO] > 2),
        ours=hears(CLEAR) & when("waits max-echo-wait for the reply", lambda o: .5 < o.server.times[CLEAR] - o.server.times[ECHO] < 2)),
    Row("16", "second-address", (start, read_call, hold), server="first.test", theirs=status(1) & ~hears(OCRQ), ours=hears(OCRQ)),
    Row("17", "synchronous-framing", (*UP, fact("up"), listen), options=("--sync",), play=(until("up"), put(MPPE)), limit=3,
        theirs=~when("the server gets the frame", lambda o: MPPE in o.server.payloads), ours=when("the server gets the frame", lambda o: MPPE in o.server.payloads)),
    Row("18a", "bad-checksum", (*UP, fact("up"), listen), play=(until("up"), frame(P[1], bad=True), frame(P[2])), limit=3,
        theirs=when("the server gets it", lambda o: P[1] in o.server.payloads),
        ours=when("the server gets the good one", lambda o: P[2] in o.server.payloads) & when("and it alone", lambda o: P[1] not in o.server.payloads)),
    Row("18b", "signal-while-the-line-is-full", (*UP, *(gre(i, f) for i, f in enumerate(FLOOD)), fact("full"), listen), more={"deaf": True}, limit=6,
        play=(until("full"), pause(.3), kill(signal.SIGUSR1), pause(.3), kill(signal.SIGUSR1), pause(.3), read_again), tries=3,
        theirs=when("tears a frame, or hands over no more", lambda o: o.torn > 0 or len(o.frames) < 20, False), ours=when("hands pppd whole frames", lambda o: len(o.frames) > 20 and o.torn == 0, False)),
    Row("19", "manager-ends-any-process", (*UP, fact("up"), listen), play=(until("up"), manager_socket), limit=6, tries=3, theirs=when("ends a process of root's for a caller without rights", gone),
        ours=when("has no such socket", lambda o: o.facts.get("joined") is False)),
    Row("20", "junk-before-the-reply", (lambda t: t.read(), send(b"\x55" * 37), send(start_reply()), read_call, hold), theirs=hears(OCRQ), ours=status(1) & says("[pptp.protocol]") & ~hears(OCRQ)),
    Hidden("21", "signal handlers", "races of a few instructions inside the program"),
    Row("22", "cut-log-lines", (start, read_call, hold), server="h" * 60 + "." + "i" * 60 + "." + "j" * 60 + ".invalid", options=("--logstring", "t" * 200),
        theirs=ends() & ~says("j" * 60 + ".invalid"), ours=ends() & says("j" * 60 + ".invalid")),
    Hidden("23", "name of a delayed message in the log", "needs a full send buffer of the control connection; the wrong name is in the log alone"),
    Row("24a", "counted-acknowledgments", (*UP, await_gre, acknowledge(1), pause(.2), fact("acknowledged"), listen), play=(until("accepted"), frame(LCP), until("acknowledged"), kill(signal.SIGUSR1)),
        theirs=when("counts none", lambda o: re.search(r"rx acks\s*=\s*0\b", o.text) is not None), ours=when("counts it", lambda o: re.search(r"rx acks\s*=\s*1\b", o.text) is not None)),
    Row("24b", "cause-code", (*UP, send(disconnect(0x1234, 2, 17)), listen), theirs=ends() & says("4352"), ours=ends() & ~says("4352")),
    Hidden("25", "table of calls", "only several calls of one call manager can show it; ours has one call in each process"),
    Hidden("26", "root's rights for the whole call", "no crash; ours keeps them as well, it needs the raw socket and the route until its end"),
)
