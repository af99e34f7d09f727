"""The server's own application: queries and finished bodies at once, everything else by the pages behind it."""

import re
from collections import OrderedDict
from collections.abc import Hashable

from fastapi import FastAPI, Request
from starlette.types import Message, Receive, Scope, Send

from kg.errors import KgError
from kg.serve.bodies import Bodies, Finished
from kg.serve.evaluation import Question, Reply
from kg.serve.fairness import Accounts
from kg.serve.keeping import Taker
from kg.serve.live import Live, Serving
from kg.serve.problem import GONE, Problem, problem_of
from kg.serve.problems import respond
from kg.serve.protocol import read_question
from kg.serve.requests import Wanted, hung_up, read_body
from kg.serve.scan import refuse_unlisted
from kg.serve.sending import OPEN, send_finished, send_reply
from kg.serve.settings import Settings

_SPARQL = {"/sparql", "/sparql/"}
_VOLATILE = re.compile(r"\b(?:NOW|RAND|UUID|STRUUID|BNODE|SERVICE)\b", re.IGNORECASE)  # another answer each time
_ALIASES = 4096  # addresses whose finished body is known
_ERRORS = {400, 503, 504}  # that a client pays for


class Front:
    """The ASGI application of one serving process."""

    def __init__(self, app: FastAPI, live: Live, settings: Settings) -> None:
        self._app, self._live, self._settings = app, live, settings
        self.bodies = Bodies(settings.cache)
        self.accounts = Accounts(settings.fairness)
        self._aliases: OrderedDict[Hashable, Hashable] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live_on(receive, send)
        elif scope["type"] == "http" and scope["path"] in _SPARQL and _asks(scope):
            await self._sparql(scope, receive, send)
        elif scope["type"] == "http" and scope["method"] in {"GET", "HEAD"}:
            await self._page(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer by a page, and keep it where only a new build changes it."""
        wanted = Wanted.of(scope)
        build = self._live.build_id
        key = (build, scope["path"], scope["query_string"], wanted.accept)
        finished = self.bodies.get(key)
        if not finished:
            taker = Taker(send)
            await self._app(scope, receive, taker.send)
            finished = taker.finished
            if finished and self._live.build_id == build:
                self.bodies.keep(key, finished)
        if finished:
            await send_finished(send, finished, wanted)

    async def _sparql(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a query, by a finished body if there is one."""
        wanted = Wanted.of(scope)
        try:
            serving = self._live.now()
            address = (serving.build.id, scope["query_string"], wanted.accept) if scope["method"] != "POST" else None
            known = self._aliases.get(address) if address else None
            finished = self.bodies.get(known) if known else None
            if finished:
                await send_finished(send, finished, wanted)
                return
            body = b""
            if scope["method"] == "POST":
                body = await read_body(receive, wanted, self._settings.request, self._settings.body_patience)
            question = read_question(
                scope["method"], scope["query_string"], wanted.content_type, body, wanted.accept or "*/*"
            )
            await self._answer(serving, question, wanted, scope, receive, send, address)
        except KgError as fault:
            problem = problem_of(fault)
            if problem.status != GONE:
                problem.headers |= {name.decode(): value.decode() for name, value in OPEN}
                await respond(Request(scope), problem)(scope, receive, send)

    async def _answer(
        self, serving: Serving, question: Question, wanted: Wanted, scope: Scope, receive: Receive, send: Send,
        address: Hashable | None,
    ) -> None:  # fmt: skip
        client = scope["client"][0] if scope.get("client") else ""
        federated = refuse_unlisted(question.query, self._settings.services)
        replies: list[Reply] = []

        async def make() -> Finished | None:
            reply = await self._ask(serving, question, client, receive, network=federated)
            if reply.file is None and not volatile:
                return Finished(reply.body, reply.media_type, reply.tag)
            replies.append(reply)
            return None

        volatile = bool(_VOLATILE.search(question.query))
        if volatile:
            await make()
        else:
            key = (serving.build.id, question.key)
            if finished := await self.bodies.get_or_make(key, make):
                if address:
                    self._remember(address, key)
                await send_finished(send, finished, wanted)
                return
        await send_reply(send, replies[0], wanted, kept=not volatile)

    async def _ask(
        self, serving: Serving, question: Question, client: str, receive: Receive, *, network: bool
    ) -> Reply:
        """Have a query evaluated, at the client's expense."""
        self.accounts.admit(client)
        try:
            reply = await serving.pool.ask(question, client, gone=lambda: hung_up(receive), network=network)
        except Problem as fault:
            self.accounts.charge(client, fault.members.pop("seconds", 0.0), error=fault.status in _ERRORS)
            raise
        self.accounts.charge(client, reply.seconds)
        return reply

    def _remember(self, address: Hashable, key: Hashable) -> None:
        self._aliases[address] = key
        if len(self._aliases) > _ALIASES:
            self._aliases.popitem(last=False)

    async def _live_on(self, receive: Receive, send: Send) -> None:
        """Start with the server and end with it."""
        while True:
            message: Message = await receive()
            try:
                await (self._live.start() if message["type"] == "lifespan.startup" else self._live.stop())
                await send({"type": f"{message['type']}.complete"})
            except KgError as fault:
                await send({"type": f"{message['type']}.failed", "message": str(fault)})
            if message["type"] == "lifespan.shutdown":
                return


def _asks(scope: Scope) -> bool:
    """Whether a request to the endpoint asks a query, rather than what the endpoint is."""
    return scope["method"] == "POST" or (scope["method"] in {"GET", "HEAD"} and bool(scope["query_string"]))
