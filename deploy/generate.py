"""Writes `contracts/generated/`: OpenAPI of each service, JSON Schemas of messages, AsyncAPI of the topics.

`python -m deploy.generate` writes, `--check` fails where a file is not what the code gives.
"""

import importlib
import json
import pkgutil
import sys
from pathlib import Path
from typing import Any

import contracts
from chassis.messages import MessageData
from contracts.topics import TOPICS

FOLDER = Path(__file__).parent.parent / "contracts" / "generated"
SERVICES = ("plans", "tasks", "outreach", "honors")


def files() -> dict[str, str]:
    """Every file by its name."""
    messages = {kind.type: kind for kind in message_classes()}
    made = {f"{name}.openapi.json": _json(_openapi(name)) for name in SERVICES}
    made |= {f"{name}.schema.json": _json(kind.model_json_schema()) for name, kind in sorted(messages.items())}
    made["asyncapi.json"] = _json(_asyncapi(messages))
    return made


def main(arguments: list[str]) -> int:
    """Writes the files, or compares them; answers with the exit code."""
    wanted = files()
    if "--check" not in arguments:
        FOLDER.mkdir(exist_ok=True)
        for old in FOLDER.glob("*.json"):
            old.unlink()
        for name, text in wanted.items():
            (FOLDER / name).write_text(text, encoding="utf-8")
        return 0
    present = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.json")}
    stale = sorted(name for name in wanted.keys() | present.keys() if wanted.get(name) != present.get(name))
    if stale:
        sys.stderr.write(f"contracts/generated is not current ({', '.join(stale)}): run `make gen`\n")
    return 1 if stale else 0


def _openapi(service: str) -> dict[str, Any]:
    """The HTTP of a service; building it connects to nothing."""
    settings = importlib.import_module(f"services.{service}.settings")
    app = importlib.import_module(f"services.{service}.app")
    made = app.build(getattr(settings, f"{service.capitalize()}Settings")(environment="test"))
    described: dict[str, Any] = made.app.openapi()
    return described


def message_classes() -> list[type[MessageData]]:
    """Every message class of the contracts that is published under a name and topic of its own."""
    for module in pkgutil.walk_packages(contracts.__path__, "contracts."):
        importlib.import_module(module.name)
    found, waiting = [], [MessageData]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        own = kind.__module__.startswith("contracts.")
        if own and getattr(kind, "type", "") and getattr(kind, "topic", ""):
            found.append(kind)
    return found


def _asyncapi(messages: dict[str, type[MessageData]]) -> dict[str, Any]:
    """The topics and what is said on them (AsyncAPI 3.0)."""
    channels = {
        row.name: {
            "address": row.name,
            "messages": {
                name: {"name": name, "payload": {"$ref": f"./{name}.schema.json"}}
                for name, kind in sorted(messages.items())
                if kind.topic == row.name
            },
            "x-owner": row.owner,
            "x-partitions": row.partitions,
            "x-retention-days": row.retention_days,
        }
        for row in TOPICS
    }
    return {"asyncapi": "3.0.0", "info": {"title": "lantoa", "version": "1"}, "channels": channels}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
