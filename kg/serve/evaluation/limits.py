"""What a worker may use: memory, processor time, the length of an answer, and the network not at all.

Each limit is the kernel's, so that it holds inside the engine too, which knows none.
"""

import ctypes
import os
import resource
import sys
import time
from dataclasses import dataclass

from kg.serve.units import Bytes, Seconds

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_SIGKILL = 9
_KILOBYTES = 1024 if sys.platform == "linux" else 1  # in which ru_maxrss is told


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one worker."""

    memory: Bytes = 1 << 30  # bytes beyond the build, which all workers share
    answer: Bytes = 256 << 20  # bytes of one answer
    growth: Bytes = 40 << 20  # bytes beyond which a worker that has answered ends, so that the memory returns
    seconds: Seconds = 30.0  # of processor time of one query, where nobody has ended it before


def confine(limits: Limits, *, network: bool) -> None:
    """Limit this process for good, as far as the system can."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.answer, limits.answer))
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        if not network:
            libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)  # may be forbidden; then the scan of the query stands alone
        most = _address_space() + limits.memory
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def allow_processor(seconds: float) -> float:
    """Let this process use so many more seconds of processor time before the kernel ends it.

    What it has used by then is told; until that is reached, the seconds hold for a further question as well.
    """
    until = time.process_time() + 1.0
    resource.setrlimit(resource.RLIMIT_CPU, (int(until + seconds) + 2, resource.RLIM_INFINITY))
    return until


def touched() -> int:
    """The memory that this process has written to, in bytes.

    A query that only reads counts references, and so copies for this process alone each page that it visits of a
    build which all workers share. How much is resident does not tell that, for shared pages are resident too.
    """
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt * resource.getpagesize()


def peak() -> int:
    """The most memory that this process has held, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _KILOBYTES


def _address_space() -> int:
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 (a file of the kernel)
        return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
