"""`lantoa topics`: the topics of the log, made from the one table in code."""

import asyncio

import typer

from chassis.kafka import Broker, KafkaUnavailable, Topic
from chassis.settings import ProcessSettings
from contracts.topics import TOPICS
from lantoa import console
from lantoa.options import Json
from lantoa.problems import CommandError

app = typer.Typer(no_args_is_help=True, help="Topics of the log. [dim](Chủ đề của nhật ký)[/]")


@app.command("apply")
def apply(*, json: Json = False) -> None:
    """Make the topics that are missing, on the brokers of LANTOA_KAFKA_BOOTSTRAP. [cyan]lantoa topics apply[/]

    [dim]Tạo các chủ đề còn thiếu.[/]
    """
    broker = Broker(ProcessSettings())
    try:
        made = asyncio.run(broker.ensure_topics([Topic(row.name, row.partitions, row.settings) for row in TOPICS]))
    except KafkaUnavailable as error:
        raise CommandError(
            "kafka_unavailable",
            vi="Không liên lạc được với Kafka; kiểm tra LANTOA_KAFKA_BOOTSTRAP.",
            en=f"Kafka does not answer ({error}); look at LANTOA_KAFKA_BOOTSTRAP.",
        ) from error
    if json:
        console.show_json({"made": made, "present": [row.name for row in TOPICS if row.name not in made]})
    else:
        console.note(f"Made: {', '.join(made) or 'nothing, all were there'}.")
