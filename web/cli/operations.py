"""Commands of whoever runs the program: schema, timers, incidents, history, holidays."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click
from rich.progress import Progress

from engine import clock
from engine.errors import BadInput, BadSetting, TamperedHistory
from engine.process import history, incidents, instances, rescheduling, timers
from engine.province import office_calendar
from engine.staff import accounts, people
from engine.staff.people import NewPerson
from engine.store import schema_migrations
from engine.store.db import transaction
from engine.world.public_holidays import DayOverride
from web.cli.context import BY_COMMAND, CommandContext, pass_context, print_table

# What an id can be in both databases.
ID_TYPE = click.IntRange(1, 2**31 - 1)
INSTANT_TYPE = click.DateTime(["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M%z"])


@click.command()
@pass_context
def migrate(context: CommandContext) -> None:
    """Bring the database to the newest schema; makes a SQLite file that does not exist yet."""
    schema_migrations.upgrade(context.settings.database)
    click.echo(f"The database has revision {schema_migrations.head_revision()}.")


@click.command()
@click.argument("login")
@click.password_option(help="The new password; asked for when it is left out.")
@pass_context
def password(context: CommandContext, login: str, password: str) -> None:
    """Give an account a first password, which its owner has to change."""
    with transaction(context.database) as tx:
        accounts.set_password(tx, login, password)
    click.echo(f"{login} can sign in and has to choose another password then.")


@click.command()
@click.argument("login")
@click.argument("name")
@click.option("--unit", required=True, help="The code of a unit.")
@click.option("--role", required=True, help="A role, such as administrator.")
@click.option("--email", default="", help="Where notices go.")
@click.password_option(help="The first password; asked for when it is left out.")
@pass_context
def person(context: CommandContext, login: str, name: str, password: str, **post: str) -> None:
    """Make an account that holds a role in a unit; its owner has to change the password."""
    context.world.units.get(post["unit"])
    with transaction(context.database) as tx:
        number = people.create_person(tx, NewPerson(login, name, (), post["email"]))
        people.grant_role(tx, number, post["unit"], post["role"])
        accounts.set_password(tx, login, password)
    click.echo(f"{name} can sign in as {login}.")


@click.group(name="timers")
def timers_group() -> None:
    """Due timers."""


@timers_group.command()
@click.option("--until", type=INSTANT_TYPE, help="Fire what is due up to then, each at its own instant; default: now.")
@pass_context
def fire(context: CommandContext, until: datetime | None) -> None:
    """Fire due timers."""
    with Progress(transient=True) as progress:
        task = progress.add_task("Firing timers", total=None)
        outcome = timers.fire_until(
            context.database,
            clock.to_utc(until) if until else clock.now(),
            context.world,
            attempts=context.settings.timer_attempts,
            tick=lambda state: progress.update(task, completed=state.fired),
        )
    click.echo(f"{outcome.fired} timers fired, {outcome.failed} failed.")


@click.group()
def incident() -> None:
    """What the program could not do."""


@incident.command(name="list")
@click.option("--all", "everything", is_flag=True, help="Resolved ones too.")
@pass_context
def list_incidents(context: CommandContext, *, everything: bool) -> None:
    """List incidents, oldest first."""
    with transaction(context.database) as tx:
        rows = incidents.list_oldest_first(tx, everything=everything)
    columns = ("id", "case", "element", "since", "attempts", "resolved", "message")
    cells = [
        (row.id, row.instance_id, row.node, row.created_at, row.attempts, row.resolved_at, row.message) for row in rows
    ]
    print_table("Incidents", columns, cells)


@incident.command(name="show")
@click.argument("number", type=ID_TYPE)
@pass_context
def show_incident(context: CommandContext, number: int) -> None:
    """Show one incident with the action that failed."""
    with transaction(context.database) as tx:
        row = incidents.find_incident(tx, number)
    for name in ("id", "instance_id", "node", "message", "action", "created_at", "attempts", "resolved_at"):
        click.echo(f"{name}: {getattr(row, name)}")


@incident.command()
@click.argument("number", type=ID_TYPE)
@pass_context
def retry(context: CommandContext, number: int) -> None:
    """Try the failed action again."""
    incidents.retry_incident(context.database, number, BY_COMMAND, clock.now(), context.world)
    click.echo(f"Incident {number} is resolved: the step was taken.")


@incident.command()
@click.argument("number", type=ID_TYPE)
@pass_context
def resolve(context: CommandContext, number: int) -> None:
    """Put an incident aside without another attempt."""
    with transaction(context.database) as tx:
        incidents.resolve_incident(tx, number, BY_COMMAND, clock.now())
    click.echo(f"Incident {number} is put aside.")


@click.group(name="history")
def history_group() -> None:
    """The record of every act."""


@history_group.command()
@click.option("--case", "instance_id", type=ID_TYPE, help="Only this process instance.")
@click.option("--anchor", "anchor_file", type=click.Path(path_type=Path), help="Compare with an exported anchor too.")
@pass_context
def verify(context: CommandContext, instance_id: int | None, anchor_file: Path | None) -> None:
    """Check every chain; exit code 1 and the first broken row of each case when one does not hold."""
    with transaction(context.database) as tx:
        if instance_id is not None:
            instances.load_instance(
                tx, instance_id
            )  # A case that is not there would have nothing that could be broken.
        broken = list(history.find_breaks(tx, instance_id))
        if anchor_file is not None:
            broken += history.check_anchor(tx, _read_text(anchor_file), _anchor_key(context))
    for item in broken:
        click.echo(str(item))
    if broken:
        raise TamperedHistory(f"{len(broken)} case histories are broken.")
    click.echo("Every history agrees with its chain.")


@history_group.command(name="anchor")
@pass_context
def make_anchor(context: CommandContext) -> None:
    """Export the signed list of all heads; keep the file outside the database."""
    now = clock.now()
    with transaction(context.database) as tx:
        text = history.create_anchor(tx, now, _anchor_key(context))
    file = context.settings.var / f"anchor_{now:%Y%m%d}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    click.echo(f"{file}")


def _read_text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise BadInput(f"{file} is not a text of this program: it is not UTF-8.") from error


def _anchor_key(context: CommandContext) -> bytes:
    if context.settings.anchor_key is None:
        raise BadSetting("TONGDAI_ANCHOR_KEY is not set; an anchor needs a key to sign with.")
    return context.settings.anchor_key


@click.group()
def holiday() -> None:
    """Days that differ from the published calendar."""


@holiday.command(name="set")
@click.argument("day")
@click.argument("kind", type=click.Choice(["closed", "worked"]))
@click.argument("name")
@click.option("--source", default="", help="Number and date of the document that says so.")
@pass_context
def set_holiday(context: CommandContext, day: str, kind: str, name: str, source: str) -> None:
    """Declare a day closed or worked; deadlines and timers of open cases move with it."""
    _change_day(context, f"{kind} {day}: {name}", DayOverride(_parse_day(day), kind, name, source))


@holiday.command(name="clear")
@click.argument("day")
@pass_context
def clear_holiday(context: CommandContext, day: str) -> None:
    """Let the published calendar decide a day again."""
    with transaction(context.database) as tx:
        office_calendar.clear_override(tx, _parse_day(day))
    _reschedule_cases(context, f"cleared {day}")


def _change_day(context: CommandContext, reason: str, override: DayOverride) -> None:
    with transaction(context.database) as tx:
        office_calendar.set_overrides(tx, [override])
    _reschedule_cases(context, reason)


def _reschedule_cases(context: CommandContext, reason: str) -> None:
    outcome = rescheduling.reschedule_cases(context.database, BY_COMMAND, clock.now(), context.world, reason)
    click.echo(f"{outcome.cases} open cases looked at, {outcome.moved} moved, {outcome.failed} failed.")


def _parse_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInput(f"{text!r} is not a date; write it as 2026-01-02.") from error


COMMANDS = (migrate, person, password, timers_group, incident, history_group, holiday)
