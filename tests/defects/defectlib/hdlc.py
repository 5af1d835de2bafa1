"""PPP's asynchronous framing (RFC 1662)."""
TABLE = []
for i in range(256):
    for _ in range(8):
        i = (i >> 1) ^ 0x8408 if i & 1 else i >> 1
    TABLE.append(i)
GOOD = 0xF0B8


def fcs(data):
    value = 0xFFFF
    for b in data:
        value = (value >> 8) ^ TABLE[(value ^ b) & 0xFF]
    return value


def encode(frame, bad=False):
    check = fcs(frame) ^ (0x1234 if bad else 0xFFFF)
    body = frame + bytes((check & 0xFF, check >> 8))
    return b"\x7e" + b"".join(bytes((0x7D, b ^ 0x20)) if b < 0x20 or b in (0x7D, 0x7E) else bytes((b,)) for b in body) + b"\x7e"


def decode(line):
    """Good frames, and how many bad ones, of everything up to the last flag."""
    frames, bad = [], 0
    for part in line[:line.rfind(b"\x7e") + 1].split(b"\x7e"):
        if not part:
            continue
        frame, escaped = bytearray(), False
        for b in part:
            if escaped or b != 0x7D:
                frame.append(b ^ 0x20 if escaped else b)
            escaped = not escaped and b == 0x7D
        if len(frame) >= 4 and fcs(frame) == GOOD and not escaped:
            frames.append(bytes(frame[:-2]))
        else:
            bad += 1
    return frames, bad
