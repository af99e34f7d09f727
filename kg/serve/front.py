"""The server's own application: queries and finished bodies at once, everything else by the pages behind it."""

from collections import OrderedDict
from collections.abc import Awaitable
from typing import Protocol

from fastapi import FastAPI, Request
from starlette.types import Message, Receive, Scope, Send

from kg.errors import KgError
from kg.serve import graphs
from kg.serve.admission import refuse_hopeless
from kg.serve.bodies import Bodies, Finished
from kg.serve.evaluation import Question, Reopening, Reply
from kg.serve.fairness import Accounts
from kg.serve.keeping import Taker
from kg.serve.live import Live, Serving
from kg.serve.problem import GONE, Problem, problem_of
from kg.serve.problems import respond
from kg.serve.protocol import read_question
from kg.serve.requests import read_body
from kg.serve.sending import OPEN, send_finished, send_reply
from kg.serve.settings import Settings
from kg.serve.shortcuts import Shortcuts
from kg.serve.traffic import Exchange, Traffic
from kg.serve.volatile import is_volatile

_SPARQL = {"/sparql", "/sparql/"}
_QUERIED = {*_SPARQL, graphs.ADDRESS}
_ADDRESSES = 4096  # whose finished body is known
_LONG = 8192  # bytes; a longer address is not known by its finished body
_ANY = "\0"  # stands for every Accept at an address that has one representation; no header is that
_READY = ("/", "/about", "/sources")  # what most visitors see first, and what takes longest to make
_NAME = 16  # characters of the hash of a query, by which logs name it

_Address = tuple[str, str, bytes, str]  # a build, a path, the query string, and the formats that are accepted
_Key = tuple[str, str, str, bytes, object]  # of a body: a build, a path, the hash of a query or none, and what else


class Companion(Protocol):
    """What starts and ends with the server."""

    async def start(self) -> None: ...
    async def stop(self) -> None: ...


class Front:
    """The ASGI application of one serving process."""

    def __init__(self, app: FastAPI, live: Live, settings: Settings) -> None:
        self._app, self._live, self._settings = app, live, settings
        self.bodies = Bodies(settings.cache)
        self.accounts = app.state.accounts = Accounts(settings.fairness)
        self.traffic = Traffic()
        self.shortcuts = Shortcuts(live, self.bodies, self.traffic)
        self._keys: OrderedDict[_Address, _Key] = OrderedDict()  # of the finished bodies that addresses have
        self.companions: list[Companion] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            exchange = self.traffic.begin(scope, receive, send)
            try:
                await self._respond(exchange)
            finally:
                self.traffic.end(exchange)
        elif scope["type"] == "lifespan":
            await self._live_on(receive, send)

    async def _respond(self, exchange: Exchange) -> None:
        scope = exchange.scope
        if scope["path"] in _QUERIED and _asks(scope):
            await self._sparql(exchange)
        elif scope["method"] in {"GET", "HEAD"}:
            await self._page(exchange)
        else:
            await self._app(scope, exchange.receive, exchange)

    async def _page(self, exchange: Exchange) -> None:
        """Answer by a page, and keep it where only a new build changes it."""
        exchange.build = build = self._live.build_id
        if await self._send_kept(exchange):
            return
        taker = Taker(exchange)
        await self._app(exchange.scope, exchange.receive, taker.send)
        if finished := taker.finished:
            key = (build, exchange.scope["path"], "", exchange.scope["query_string"], finished.media_type)
            if self._live.build_id == build:
                self.bodies.misses += 1
                self.bodies.keep(key, finished)
            await self._send(exchange, finished, key)

    async def _make_ready(self) -> None:
        """Have the first pages of a build finished before anybody asks for them."""
        for path in _READY:
            scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": []}
            await self._page(Exchange(scope, _nothing_comes, _nobody_reads))

    async def _sparql(self, exchange: Exchange) -> None:
        """Answer a query, by a finished body if there is one."""
        try:
            serving = self._live.now()
            exchange.build = serving.build.id
            if not await self._send_kept(exchange):
                question, federated = await self._question(exchange)
                await self._answer(exchange, serving, question, federated=federated)
        except KgError as fault:
            problem = problem_of(fault)
            exchange.reason = problem.members.get("reason", "")
            if problem.status != GONE:
                problem.headers |= {name.decode(): value.decode() for name, value in OPEN}
                await respond(Request(exchange.scope), problem)(exchange.scope, exchange.receive, exchange)

    async def _send_kept(self, exchange: Exchange) -> bool:
        """Answer by the finished body that an address has; whether it is known to have one."""
        address = _address(exchange)
        key = self._keys.get(address) or self._keys.get((*address[:3], _ANY)) if address else None
        if not key or not (finished := self.bodies.get(key)):
            return False
        exchange.cached = True
        await self._send(exchange, finished, key)
        return True

    async def _send(self, exchange: Exchange, finished: Finished, key: _Key) -> None:
        """Send a finished body, and know it again: by its address, and by the request where that comes again."""
        exchange.query = key[2][:_NAME]
        body = await send_finished(exchange, finished, exchange.wanted)
        if exchange.cached:
            self.shortcuts.remember(exchange, key, finished, body)
        if address := _address(exchange):
            self._keys[address if finished.negotiated else (*address[:3], _ANY)] = key
            if len(self._keys) > _ADDRESSES:
                self._keys.popitem(last=False)

    async def _question(self, exchange: Exchange) -> tuple[Question, bool]:
        """What a request asks, and whether that calls other services; it counts as an error where it is refused."""
        self.accounts.admit(exchange.client)
        try:
            question = await self._read(exchange)
            return question, refuse_hopeless(question, self._settings.services)
        except Problem as fault:
            self.accounts.charge(exchange.client, 0.0, error=fault.status != GONE)
            raise

    async def _read(self, exchange: Exchange) -> Question:
        scope, wanted, body = exchange.scope, exchange.wanted, b""
        if scope["path"] == graphs.ADDRESS:
            return graphs.read_graph(scope["query_string"], wanted.accept)
        if scope["method"] == "POST":
            body = await read_body(exchange.receive, wanted, self._settings.request, self._settings.body_patience)
        return read_question(scope["method"], scope["query_string"], wanted.content_type, body, wanted.accept or "*/*")

    async def _answer(self, exchange: Exchange, serving: Serving, question: Question, *, federated: bool) -> None:
        """Answer a question by a body that is finished, or being made for another, or is made now."""
        query, rest = question.key
        exchange.query = query[:_NAME]
        replies: list[Reply] = []

        async def make() -> Finished | None:
            exchange.cached = False
            if exchange.scope["path"] == graphs.ADDRESS:
                await self._find_graph(exchange, serving, question)
            reply = await self._ask(exchange, serving, question, network=federated)
            if reply.file is None and not volatile:
                return Finished(reply.body, reply.media_type, reply.tag)
            replies.append(reply)
            return None

        exchange.cached, volatile = True, is_volatile(question.query)  # cached, unless it is made now
        if volatile:
            await make()
        else:
            key = (serving.build.id, exchange.scope["path"], query, rest, question.deadline)
            if finished := await self.bodies.get_or_make(key, make):
                await self._send(exchange, finished, key)
                return
        await send_reply(exchange, replies[0], exchange.wanted, kept=not volatile)

    async def _ask(self, exchange: Exchange, serving: Serving, question: Question, *, network: bool = False) -> Reply:
        """Have a query evaluated, at the client's expense; once more where the nursery ended under it."""
        gone = exchange.hung_up

        def ask(by: Serving) -> Awaitable[Reply]:
            return by.pool.ask(question, exchange.client, deadline=question.deadline, gone=gone, network=network)

        async def ask_anew() -> Reply:
            try:
                return await ask(serving)
            except Reopening:
                return await ask(await self._live.anew(serving))

        return await self.accounts.pay(exchange.client, ask_anew)

    async def _find_graph(self, exchange: Exchange, serving: Serving, question: Question) -> None:
        asked = graphs.is_there(question)
        if asked and not (await self._ask(exchange, serving, asked)).body == graphs.YES:
            raise graphs.unknown(question)

    async def _live_on(self, receive: Receive, send: Send) -> None:
        """Start with the server and end with it."""
        while True:
            message: Message = await receive()
            try:
                await (self._start() if message["type"] == "lifespan.startup" else self._stop())
                await send({"type": f"{message['type']}.complete"})
            except KgError as fault:
                await send({"type": f"{message['type']}.failed", "message": str(fault)})
            if message["type"] == "lifespan.shutdown":
                return

    async def _start(self) -> None:
        self._live.taken_up = self._make_ready
        await self._live.start()
        for companion in self.companions:
            await companion.start()

    async def _stop(self) -> None:
        for companion in self.companions:
            await companion.stop()
        await self._live.stop()


async def _nothing_comes() -> Message:
    return {"type": "http.disconnect"}


async def _nobody_reads(_: Message) -> None: ...


def _asks(scope: Scope) -> bool:
    """Whether a request to the endpoint asks a query, rather than what the endpoint is."""
    if scope["method"] == "POST":
        return scope["path"] in _SPARQL
    return scope["method"] in {"GET", "HEAD"} and bool(scope["query_string"])


def _address(exchange: Exchange) -> _Address | None:
    """What the body of a reply is known by; None where that would be long, or is not all in the address."""
    path, query, accept = exchange.scope["path"], exchange.scope["query_string"], exchange.wanted.accept
    if exchange.scope["method"] == "POST" or len(path) + len(query) + len(accept) > _LONG:
        return None
    return exchange.build, path, query, accept
