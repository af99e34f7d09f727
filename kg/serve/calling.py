"""One request to another service: to an address of the open internet alone, in bounded time and of bounded length."""

import asyncio
import socket
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

import httpcore
import httpx

from kg import __version__
from kg.serve.problem import Problem
from kg.serve.units import Bytes, Seconds

# Wikimedia asks every program to say who runs it: https://foundation.wikimedia.org/wiki/Policy:User-Agent_policy
USER_AGENT = f"party-defections/{__version__} (+https://w3id.org/party-defections/)"
_SAID = 200  # characters of what a service says that are told on
_BUSY = {429, 503}
_DEFAULT_WAIT = "60"  # seconds, where a service is busy and does not say for how long


@dataclass(frozen=True, slots=True)
class Federation:
    """What one call of another service may take."""

    answer: Bytes = 16 << 20  # bytes
    connect: Seconds = 5.0  # in which a connection must come about


@dataclass(frozen=True, slots=True)
class Called:
    """What a service answered."""

    media_type: bytes
    body: bytes


class NotPublic(Exception):
    """A name that stands for an address on this machine or in a private network."""


class Callers:
    """The connections to other services that one serving process has."""

    def __init__(self, bounds: Federation) -> None:
        self._bounds = bounds
        self._pool: httpcore.AsyncConnectionPool | None = None

    async def call(
        self, service: str, method: str, headers: Iterable[tuple[bytes, bytes]], body: bytes, seconds: float
    ) -> Called:
        """The answer of a service; a Problem that names it where there is none."""
        try:
            async with asyncio.timeout(seconds):
                return await self._called(service, method, headers, body)
        except TimeoutError as fault:
            raise _problem(504, service, f"did not answer within the {seconds:.1f} s that were left") from fault
        except httpcore.TimeoutException as fault:
            raise _problem(504, service, f"let no connection come about in {self._bounds.connect:g} s") from fault
        except NotPublic as fault:
            raise _problem(403, service, f"is not called, because {fault}") from fault
        except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as fault:
            raise _problem(502, service, f"cannot be reached: {fault or type(fault).__name__}") from fault

    async def close(self) -> None:
        if self._pool:
            await self._pool.aclose()

    async def _called(self, service: str, method: str, headers: Iterable[tuple[bytes, bytes]], body: bytes) -> Called:
        self._pool = self._pool or httpcore.AsyncConnectionPool(_ssl(), network_backend=_Public())
        sent = [
            *headers,
            (b"Host", _host(service)),
            (b"User-Agent", USER_AGENT.encode()),
            (b"Accept-Encoding", b"identity"),
        ]
        timeout = {"timeout": {"connect": self._bounds.connect}}
        async with self._pool.stream(method, service, headers=sent, content=body, extensions=timeout) as response:
            if response.status != 200:
                raise await _refused(service, response)
            chunks, size = [], 0
            async for chunk in response.aiter_stream():
                chunks.append(chunk)
                size += len(chunk)
                if size > self._bounds.answer:
                    raise _problem(502, service, f"answered with more than {self._bounds.answer >> 20} MB")
            return Called(_header(response, b"content-type"), b"".join(chunks))


class _Public(httpcore.AnyIOBackend):
    """Connects to the very address that was looked at, so that a name cannot become another one in between."""

    async def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:  # fmt: skip
        address = await _public_address(host, port)
        return await super().connect_tcp(address, port, timeout, local_address, socket_options)


async def _public_address(host: str, port: int) -> str:
    """An address of a host; NotPublic where it has one that is not, unless the operator listed it as a number."""
    try:
        return str(ip_address(host))
    except ValueError:
        pass
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as fault:
        raise httpcore.ConnectError(f"its name {host} is not known ({fault.strerror})") from fault
    addresses = [str(info[4][0]) for info in found]
    for address in addresses:
        if not ip_address(address.partition("%")[0]).is_global:
            raise NotPublic(f"{host} stands for {address}, which is no public address")
    return addresses[0]


async def _refused(service: str, response: httpcore.Response) -> Problem:
    """A status that is no answer, told on."""
    status = response.status
    if 300 <= status < 400:
        return _problem(
            502, service, f"redirects to {_header(response, b'location').decode('latin-1')!r}, which is not followed"
        )
    if status in _BUSY:
        wait = _header(response, b"retry-after").decode("latin-1") or _DEFAULT_WAIT
        problem = _problem(503, service, f"is busy ({status}), and asks to come again later (Retry-After: {wait})")
        problem.headers["Retry-After"] = wait
        return problem
    said = b""
    async for chunk in response.aiter_stream():
        said += chunk
        if len(said) > _SAID * 4:
            break
    first = " ".join(said.decode("utf-8", "replace").split())[:_SAID]
    return _problem(
        502, service, f"answered with status {status}" + (f": {first}" if first and first[0] != "<" else "")
    )


def _problem(status: int, service: str, what: str) -> Problem:
    return Problem(status, f"the service {service} {what}", reason="service", service=service)


def _header(response: httpcore.Response, name: bytes) -> bytes:
    return next((value for known, value in response.headers if known.lower() == name), b"")


def _host(service: str) -> bytes:
    return urlsplit(service).netloc.rpartition("@")[2].encode("idna" if not service.isascii() else "ascii")


def _ssl() -> ssl.SSLContext:
    return httpx.create_ssl_context()
