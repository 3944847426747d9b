"""`lantoa play-log send`: stream a play log (NDJSON) to intake and count what became of its records."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Annotated

import typer

from contracts.vocabulary import Role
from lantoa import console
from lantoa.api import Api
from lantoa.options import DEFAULT_DATA, Data, Json, folder
from lantoa.play_log_results import disposition_of
from lantoa.running import RunningStack

app = typer.Typer(no_args_is_help=True, help="The play log of loudspeakers. [dim](Nhật ký phát thanh)[/]")
PATH = "/v1/play-log"
CHUNK_BYTES = 64 * 1024
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="One JSON object a line.")]
Emitter = Annotated[str, typer.Option("--as", metavar="E_ID", help="Province whose system sends: H57.")]


@app.command("send")
def send(file: File, *, emitter: Emitter, data: Data = DEFAULT_DATA, json: Json = False) -> None:
    """Send a file as a provincial system would. Sending it again counts nothing twice.

    [cyan]lantoa play-log send log.ndjson --as H57[/] [dim]Gửi nhật ký phát.[/]
    """
    stack = RunningStack.on(folder(data))
    with console.transferring(file.name, file.stat().st_size) as advance:
        counts = asyncio.run(_send(stack, file, emitter, advance))
    if json:
        console.show_json(counts)
        return
    console.show_table(("disposition", "records"), [(name, str(count)) for name, count in sorted(counts.items())])


async def _send(stack: RunningStack, file: Path, emitter: str, advance: Callable[[int], None]) -> Counter[str]:
    counts: Counter[str] = Counter()
    async with Api(stack.state.ingest, stack.token(Role.EMITTER, emitter)) as api:
        async for line in api.stream_lines(PATH, _chunks(file, advance)):
            if line.strip():
                counts[disposition_of(line)] += 1
    return counts


async def _chunks(file: Path, advance: Callable[[int], None]) -> AsyncIterator[bytes]:
    with file.open("rb") as content:
        while chunk := content.read(CHUNK_BYTES):
            yield chunk
            advance(len(chunk))
