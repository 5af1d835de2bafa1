"""A row of a table of defects."""
from dataclasses import dataclass, field
from typing import Any

from .want import Want


@dataclass(frozen=True)
class Row:
    """A defect that can be seen from outside."""
    number: str                     # in the list of the old program's defects
    name: str
    serve: tuple                    # what the server does, step by step
    theirs: Want                    # how the old program fails
    ours: Want                      # what ours must do
    play: tuple = ()                # what pppd's side and the user do meanwhile
    options: tuple = ()             # of the command line
    only_ours: tuple = ()           # options that the old program does not have
    words: tuple = ()               # pppd's words: launch mode
    server: str = ""                # as typed; "" = the server's address
    limit: float = 4                # seconds until a run is judged as it is
    tries: int = 1                  # runs in which the old program may fail
    times: int = 1                  # runs in which ours must not
    unseen: str = ""                # why the old program does not show it here; ours is tested all the same
    more: dict[str, Any] = field(default_factory=dict)      # of the server: see sstp.py and pptp.py


@dataclass(frozen=True)
class Hidden:
    """A defect that cannot be seen from outside: not counted."""
    number: str
    name: str
    why: str
