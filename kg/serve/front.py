"""The server's own application: queries and finished bodies at once, everything else by the pages behind it."""

from collections import OrderedDict
from collections.abc import Hashable
from hashlib import blake2b
from typing import Protocol

from fastapi import FastAPI, Request
from starlette.types import Message, Receive, Scope, Send

from kg.errors import KgError
from kg.serve import graphs
from kg.serve.admission import refuse_hopeless
from kg.serve.bodies import Bodies, Finished
from kg.serve.evaluation import Question, Reply
from kg.serve.fairness import Accounts
from kg.serve.keeping import Taker
from kg.serve.live import Live, Serving
from kg.serve.problem import GONE, problem_of
from kg.serve.problems import respond
from kg.serve.protocol import read_question
from kg.serve.requests import Wanted, hung_up, read_body
from kg.serve.sending import OPEN, send_finished, send_reply
from kg.serve.settings import Settings
from kg.serve.traffic import Exchange, Traffic
from kg.serve.volatile import is_volatile

_SPARQL = {"/sparql", "/sparql/"}
_QUERIED = {*_SPARQL, graphs.ADDRESS}
_ALIASES = 4096  # addresses whose finished body is known
_LONG = 8192  # characters; a longer address is not known by its finished body
_UNKNOWN = (None, "")


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
        self._aliases: OrderedDict[Hashable, tuple[Hashable, str]] = OrderedDict()
        self.companions: list[Companion] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            exchange = self.traffic.begin(scope, send)
            try:
                await self._respond(scope, receive, exchange)
            finally:
                self.traffic.end(exchange)
        elif scope["type"] == "lifespan":
            await self._live_on(receive, send)

    async def _respond(self, scope: Scope, receive: Receive, exchange: Exchange) -> None:
        if scope["path"] in _QUERIED and _asks(scope):
            await self._sparql(scope, receive, exchange)
        elif scope["method"] in {"GET", "HEAD"}:
            await self._page(scope, receive, exchange)
        else:
            await self._app(scope, receive, exchange)

    async def _page(self, scope: Scope, receive: Receive, send: Exchange) -> None:
        """Answer by a page, and keep it where only a new build changes it."""
        wanted = Wanted.of(scope)
        build = self._live.build_id
        key = (build, scope["path"], scope["query_string"], wanted.accept)
        finished = self.bodies.get(key)
        send.build, send.cached = build, bool(finished)
        if not finished:
            taker = Taker(send)
            await self._app(scope, receive, taker.send)
            finished = taker.finished
            if finished and self._live.build_id == build:
                self.bodies.misses += 1
                self.bodies.keep(key, finished)
        if finished:
            await send_finished(send, finished, wanted)

    async def _sparql(self, scope: Scope, receive: Receive, send: Exchange) -> None:
        """Answer a query, by a finished body if there is one."""
        wanted = Wanted.of(scope)
        try:
            serving = self._live.now()
            send.build = serving.build.id
            address = None
            if scope["method"] != "POST" and len(scope["query_string"]) + len(wanted.accept) <= _LONG:
                address = (send.build, scope["path"], scope["query_string"], wanted.accept)
            known, send.query = self._aliases.get(address, _UNKNOWN)
            finished = self.bodies.get(known) if known else None
            if finished:
                send.cached = True
                await send_finished(send, finished, wanted)
                return
            question = await self._question(scope, receive, wanted)
            await self._answer(serving, question, wanted, scope, receive, send, address)
        except KgError as fault:
            problem = problem_of(fault)
            send.reason = problem.members.get("reason", "")
            if problem.status != GONE:
                problem.headers |= {name.decode(): value.decode() for name, value in OPEN}
                await respond(Request(scope), problem)(scope, receive, send)

    async def _question(self, scope: Scope, receive: Receive, wanted: Wanted) -> Question:
        if scope["path"] == graphs.ADDRESS:
            return graphs.read_graph(scope["query_string"], wanted.accept)
        body = b""
        if scope["method"] == "POST":
            body = await read_body(receive, wanted, self._settings.request, self._settings.body_patience)
        return read_question(scope["method"], scope["query_string"], wanted.content_type, body, wanted.accept or "*/*")

    async def _answer(
        self, serving: Serving, question: Question, wanted: Wanted, scope: Scope, receive: Receive, send: Exchange,
        address: Hashable | None,
    ) -> None:  # fmt: skip
        client = scope["client"][0] if scope.get("client") else ""
        federated = refuse_hopeless(question, self._settings.services)
        is_graph = scope["path"] == graphs.ADDRESS
        replies: list[Reply] = []
        send.cached = True  # unless it is made now

        async def make() -> Finished | None:
            send.cached = False
            if is_graph:
                await self._find_graph(serving, question, client, receive)
            reply = await self._ask(serving, question, client, receive, network=federated)
            if reply.file is None and not volatile:
                return Finished(reply.body, reply.media_type, reply.tag)
            replies.append(reply)
            return None

        volatile = is_volatile(question.query)
        key = (serving.build.id, is_graph, question.key, question.deadline)
        send.query = _hash(question.key[0])
        if volatile:
            await make()
        else:
            if finished := await self.bodies.get_or_make(key, make):
                if address:
                    self._remember(address, (key, send.query))
                await send_finished(send, finished, wanted)
                return
        await send_reply(send, replies[0], wanted, kept=not volatile)

    async def _ask(
        self, serving: Serving, question: Question, client: str, receive: Receive, *, network: bool
    ) -> Reply:
        """Have a query evaluated, at the client's expense."""
        return await self.accounts.pay(
            client,
            lambda: serving.pool.ask(
                question, client, deadline=question.deadline, gone=lambda: hung_up(receive), network=network
            ),
        )

    async def _find_graph(self, serving: Serving, question: Question, client: str, receive: Receive) -> None:
        asked = graphs.is_there(question)
        if asked and not (await self._ask(serving, asked, client, receive, network=False)).body == graphs.YES:
            raise graphs.unknown(question)

    def _remember(self, address: Hashable, key: tuple[Hashable, str]) -> None:
        self._aliases[address] = key
        if len(self._aliases) > _ALIASES:
            self._aliases.popitem(last=False)

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
        await self._live.start()
        for companion in self.companions:
            await companion.start()

    async def _stop(self) -> None:
        for companion in self.companions:
            await companion.stop()
        await self._live.stop()


def _asks(scope: Scope) -> bool:
    """Whether a request to the endpoint asks a query, rather than what the endpoint is."""
    if scope["method"] == "POST":
        return scope["path"] in _SPARQL
    return scope["method"] in {"GET", "HEAD"} and bool(scope["query_string"])


def _hash(query: object) -> str:
    return blake2b(str(query).encode(errors="surrogatepass"), digest_size=8).hexdigest()
