"""The command line as a whole: which commands there are, in which groups, with examples to start from."""

import typer

from lantoa.commands import dead_letters, doctor, emitters, imports, play_log, stack, tokens, topics

_HELP = """[bold]lantoa[/] runs and follows the program of Decision 1169/QĐ-TTg.

[dim]Chạy và theo dõi Chương trình truyền thông thực hiện Nghị quyết 57-NQ/TW.[/]

Begin with [cyan]lantoa up[/]: it starts a whole stack on this machine and says what to do next.
"""
_EXAMPLES = """[bold]Examples[/]

[cyan]lantoa up --detach && lantoa status[/] · a stack in the background

[cyan]lantoa token body-officer --scope G06[/] · a token to query with

[cyan]lantoa emitter add H57[/] · admit a provincial system

[cyan]lantoa import access-points points.csv --scope H57[/] · bring in a file

[cyan]lantoa play-log send log.ndjson --as H57[/] · send a play log

[cyan]lantoa dlq list[/] · what services could not handle, and why
"""
_RUN, _WHO, _DATA, _CARE = "Run / Chạy", "Who may / Quyền", "Data in / Nạp dữ liệu", "Care / Vận hành"

app = typer.Typer(
    name="lantoa", help=_HELP, epilog=_EXAMPLES, no_args_is_help=True, rich_markup_mode="rich", add_completion=False
)
app.command("up", rich_help_panel=_RUN)(stack.up)
app.command("status", rich_help_panel=_RUN)(stack.status)
app.command("down", rich_help_panel=_RUN)(stack.down)
app.command("doctor", rich_help_panel=_RUN)(doctor.doctor)
app.command("token", rich_help_panel=_WHO)(tokens.token)
app.add_typer(emitters.app, name="emitter", rich_help_panel=_WHO)
app.command("import", rich_help_panel=_DATA)(imports.import_file)
app.add_typer(play_log.app, name="play-log", rich_help_panel=_DATA)
app.add_typer(topics.app, name="topics", rich_help_panel=_CARE)
app.add_typer(dead_letters.app, name="dlq", rich_help_panel=_CARE)
