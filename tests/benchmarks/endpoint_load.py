"""wrk against a server: how many requests a second it answers, and how long they take."""

import json
import re
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.endpoint_mix import Asked
from tests.benchmarks.endpoint_servers import Server, wrk

_SCRIPT = """
local requests, at = {}, %d
init = function()
  for line in io.lines("%s") do
    local accept, target = line:match("^(%%S+) (.*)$")
    requests[#requests + 1] = wrk.format("GET", "%s?" .. target, { ["Accept"] = accept })
  end
end
request = function()
  at = at %% #requests + 1
  return requests[at]
end
done = function(summary, latency)
  io.write(string.format('{"requests": %%d, "duration": %%d, "p50": %%f, "p99": %%f, "failed": %%d, "broken": %%d}\\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
"""


@dataclass(frozen=True)
class Load:
    """What one run of the load saw; latencies in milliseconds."""

    rate: float  # requests a second
    p50: float
    p99: float
    failed: int


def load(server: Server, asked: Sequence[Asked], clients: int, seconds: float, start: int = 0) -> Load:
    """So many clients that each ask one request after the other, for some seconds; `start` is where in the list."""
    host, _, path = server.address.removeprefix("http://").partition("/")
    with tempfile.TemporaryDirectory() as name:
        listed, script = Path(name) / "requests", Path(name) / "wrk.lua"
        listed.write_text("".join(f"{one.accept} {one.target}\n" for one in asked), encoding="utf-8")
        script.write_text(_SCRIPT % (start % len(asked), listed, f"/{path}"), encoding="utf-8")
        command = [wrk(), "-t1", f"-c{clients}", f"-d{seconds:g}s", "--timeout", "60s", "-s", str(script)]
        told = subprocess.run([*command, f"http://{host}/"], check=True, capture_output=True, text=True).stdout
    found = re.search(r"^\{.*\}$", told, re.MULTILINE)
    if not found:
        raise SystemExit(f"wrk told nothing of {server.address}:\n{told}")
    seen = json.loads(found[0])
    return Load(
        seen["requests"] / seen["duration"] * 1e6, seen["p50"] / 1e3, seen["p99"] / 1e3, seen["failed"] + seen["broken"]
    )
