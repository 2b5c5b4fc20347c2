"""A provider in a process of its own that says of every task that it is under way, over plain TCP and over TLS.

`python -m bench.task_server CERTIFICATE` prints the two ports and ends with its standard input.
"""

import asyncio
import contextlib
import shutil
import ssl
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

_HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class TaskServer:
    """Where it listens; `trusted` is who signed its certificate."""

    plain: str
    tls: str
    trusted: Path


@asynccontextmanager
async def task_server(folder: Path) -> AsyncIterator[TaskServer]:
    """Run one, with a certificate made for it; `folder` gets the certificate."""
    certificate = folder / "certificate.pem"
    _make_certificate(certificate)
    command = (sys.executable, "-m", __name__, str(certificate))
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        plain, tls = (await process.stdout.readline()).decode().split()
        yield TaskServer(f"http://{_HOST}:{plain}", f"https://{_HOST}:{tls}", certificate)
    finally:
        process.stdin.close()
        await process.wait()


def _make_certificate(path: Path) -> None:
    key = path.with_suffix(".key")
    names = ("-subj", f"/CN={_HOST}", "-addext", f"subjectAltName=IP:{_HOST}")
    draft = ("-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *names)
    subprocess.run(
        [shutil.which("openssl") or "openssl", "req", *draft, "-keyout", key, "-out", path],
        check=True,
        capture_output=True,
    )
    path.write_text(path.read_text(encoding="ascii") + key.read_text(encoding="ascii"), encoding="ascii")


async def _task(request: web.Request) -> web.Response:
    return web.json_response(
        {
            "id": request.match_info["id"],
            "object": "generation.task",
            "model": "doubao-seedance-2-0",
            "status": "in_progress",
            "progress": 40,
            "created_at": 1_800_000_000,
            "metadata": {},
        }
    )


async def _serve(certificate: str) -> None:
    app = web.Application()
    app.router.add_get("/v1/{dialect}/generations/{id}", _task)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    for tls in (None, context):
        await web.TCPSite(runner, _HOST, 0, ssl_context=tls, backlog=1024).start()
    print(*(port for _, port in runner.addresses), flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        await asyncio.to_thread(sys.stdin.read)
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1]))
