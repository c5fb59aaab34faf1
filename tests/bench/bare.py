"""The yardstick: a bare aiohttp handler that reads the body and answers 202. For the benchmarks."""

import asyncio
import sys

from aiohttp import web


async def _answer(request: web.Request) -> web.Response:
    await request.read()
    return web.Response(status=202)


async def _serve() -> None:
    app = web.Application()
    app.router.add_post("/webhooks/nexusgpt", _answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.to_thread(sys.stdin.read)  # until the benchmark lets go of us
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(_serve())
