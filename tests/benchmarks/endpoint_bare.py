"""A bare ASGI application that sends the same bytes: BODIES PORT, where BODIES is a pickle of target → answer."""

import pickle
import sys
from pathlib import Path
from typing import Any

import uvicorn

Answers = dict[bytes, tuple[list[tuple[bytes, bytes]], bytes]]


def application(answers: Answers) -> Any:
    async def app(scope: Any, receive: Any, send: Any) -> None:  # noqa: ARG001
        if scope["type"] != "http":
            return
        headers, body = answers.get(scope["query_string"], ([], b""))
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return app


if __name__ == "__main__":
    known: Answers = pickle.loads(Path(sys.argv[1]).read_bytes())
    uvicorn.run(application(known), port=int(sys.argv[2]), access_log=False, log_level="warning", lifespan="off")
