"""What a row expects of a run."""
import signal


class Want:
    """
    test    tells from what was observed whether it is so
    lasts   once true it stays true: the run need not go on
    over    tells that it cannot become true any more
    """

    def __init__(self, text, test, lasts=True, over=None):
        self.text, self.test, self.lasts, self.over = text, test, lasts, over or (lambda o: False)

    def __and__(self, other):
        return Want(f"{self.text}, {other.text}", lambda o: self.test(o) and other.test(o), self.lasts and other.lasts, lambda o: self.over(o) or other.over(o))

    def __or__(self, other):
        return Want(f"{self.text} or {other.text}", lambda o: self.test(o) or other.test(o), self.lasts and other.lasts, lambda o: self.over(o) and other.over(o))

    def __invert__(self):
        return Want(f"not: {self.text}", lambda o: not self.test(o), False, lambda o: self.lasts and self.test(o))


def died(*signals):
    names = " or ".join(signal.Signals(s).name for s in signals)
    return Want(f"dies of {names}", lambda o: o.status in [-s for s in signals])


def crashed():
    return died(signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS)


def status(*values):
    return Want(f"ends with status {' or '.join(map(str, values))}", lambda o: o.status in values)


def ends():
    return Want("ends", lambda o: o.status is not None)


def stays():
    """Still there when the time is over."""
    return Want("is still there", lambda o: o.status is None, False, lambda o: o.status is not None)


def delivers(*frames):
    return Want(f"hands {len(frames)} frame(s) to pppd", lambda o: all(f in o.frames for f in frames))


def hears(kind, times=1):
    return Want(f"the server hears message {kind}" + (f" {times} times" if times > 1 else ""), lambda o: o.heard.count(kind) >= times)


def says(text):
    return Want(f"says '{text}'", lambda o: text in o.text)


def when(text, test, lasts=True):
    return Want(text, test, lasts)
