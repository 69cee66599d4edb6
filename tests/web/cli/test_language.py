"""Every command speaks the reader's language: Vietnamese unless told otherwise, English with TONGDAI_LANGUAGE=en."""

from __future__ import annotations

import ast
import errno
import inspect
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from sqlalchemy.exc import DBAPIError

from engine.clock import VIETNAM
from engine.config import environment
from engine.errors import NotFound
from engine.store import schema_migrations
from engine.translation.catalogue import LANGUAGES, Language, english, translate
from engine.translation.wording import say
from tests.kit.hotline import NOW
from tests.paths import ROOT
from tests.web.cli.test_commands import Tongdai
from web import cli, entry
from web.cli import bilingual, failures, main
from web.cli.context import CommandContext, chosen_language

CLI = sorted((ROOT / "web" / "cli").glob("*.py"))
SPEAKING = {"text", "echo", "refusal", "print_table"}  # The methods of a context that take a sentence.


@pytest.fixture
def tongdai(tmp_path: Path, sqlite_template: Path) -> Tongdai:
    """The command line with a migrated, empty database."""
    (tmp_path / "var").mkdir()
    shutil.copyfile(sqlite_template, tmp_path / "var" / "tongdai.sqlite3")
    return Tongdai(tmp_path)


def members_of(group: click.Group) -> Iterator[tuple[str, click.Command]]:
    """The commands and groups right below a group, as click asks for them."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield name, command


def commands(group: click.Group, *before: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command and group with the words that name it."""
    yield before, group
    for name, command in members_of(group):
        if isinstance(command, click.Group):
            yield from commands(command, *before, name)
        else:
            yield (*before, name), command


COMMANDS = list(commands(main))


def help_text(words: tuple[str, ...], language: str | None) -> str:
    """What --help prints, its lines joined."""
    environ = {"TONGDAI_LANGUAGE": language, "COLUMNS": "1000"}
    result = CliRunner().invoke(main, [*words, "--help"], env=environ, terminal_width=1000)
    assert result.exit_code == 0, result.output
    return " ".join(result.output.split())


# Help


@pytest.mark.parametrize(("words", "command"), COMMANDS, ids=[" ".join(words) for words, _ in COMMANDS])
def test_help_is_vietnamese_and_english_on_request(words: tuple[str, ...], command: click.Command) -> None:
    options = [param.help for param in command.params if isinstance(param, click.Option)]
    sentences = [command.help, *options, bilingual.SHOW_HELP]
    asked: tuple[tuple[str | None, Language], ...] = ((None, "vi"), ("vi", "vi"), ("en", "en"))
    for setting, language in asked:
        text = help_text(words, setting)
        for sentence in sentences:
            assert sentence
            assert translate(sentence, "en") != sentence
            assert " ".join(translate(sentence, language).split()) in text


@pytest.mark.parametrize(("words", "command"), COMMANDS, ids=[" ".join(words) for words, _ in COMMANDS])
def test_the_english_help_is_what_developers_read(words: tuple[str, ...], command: click.Command) -> None:
    assert command.callback is not None, words
    assert translate(command.help or "", "en") == inspect.cleandoc(command.callback.__doc__ or "")


@pytest.mark.parametrize("words", [words for words, _ in COMMANDS], ids=" ".join)
def test_a_setting_that_cannot_be_used_does_not_hide_the_help(words: tuple[str, ...]) -> None:
    assert bilingual.SHOW_HELP in help_text(words, "fr")


def test_the_list_of_commands_is_in_the_readers_language() -> None:
    migrate = dict(members_of(main))["migrate"].help or ""
    for language in LANGUAGES:
        assert translate(migrate, language).rstrip(".") in help_text((), language)


def test_every_module_is_asked_for_the_commands_that_it_has() -> None:
    modules = {
        path.stem for path in Path(cli.__file__).parent.glob("*.py") if "\nCOMMANDS = (" in path.read_text("utf-8")
    }
    assert modules == set(cli.COMMANDS_BY_MODULE)
    for module, names in cli.COMMANDS_BY_MODULE.items():
        assert tuple(command.name for command in import_module(f"web.cli.{module}").COMMANDS) == names


def test_a_command_that_does_not_exist_is_a_sentence() -> None:
    assert CliRunner().invoke(main, ["migrat"]).exit_code == 2


def test_the_command_line_and_the_worker_load_no_page() -> None:
    loads = "import sys, web.cli.background; sys.exit('flask' in sys.modules or 'fpdf' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", loads], check=False).returncode == 0


# What is printed


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Every call in a module of the command line by the name of its function or method."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            yield node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", ""), node


def has_words(node: ast.AST) -> bool:
    """Whether an expression holds a text with two letters in a row that is not marked for translation."""
    if isinstance(node, ast.Call):  # What a function returns is said by that function.
        return False
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and re.search(r"[^\W\d_]{2}", node.value) is not None
    return any(has_words(child) for child in ast.iter_child_nodes(node))


@pytest.mark.parametrize("path", CLI, ids=lambda path: path.stem)
def test_nothing_is_printed_past_the_catalogue(path: Path) -> None:
    """What speaks gets no bare text; click's own echo, exceptions and progress labels get no words at all."""
    for name, call in calls(path):
        if name in SPEAKING | {"ClickException", "add_task"} or ast.unparse(call.func) == "click.echo":
            where = f"{path.name}:{call.lineno}"
            assert not any(has_words(argument) for argument in call.args), where
        if name in {"command", "group", "option", "version_option", "password_option"}:
            bare = [word for word in call.keywords if word.arg in {"help", "epilog", "short_help", "prompt"}]
            assert not any(has_words(word.value) for word in bare), f"{path.name}:{call.lineno}"


@pytest.mark.parametrize("path", CLI, ids=lambda path: path.stem)
def test_every_sentence_of_the_commands_has_its_english(path: Path) -> None:
    known = english()._catalog  # type: ignore[attr-defined]  # What the catalogue holds, without falling back.
    for name, call in calls(path):
        if name == "N_":
            assert ast.literal_eval(call.args[0]) in known


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "sentence", "facts"),
    [
        (("migrate",), "Cơ sở dữ liệu ở phiên bản {revision}.", {"revision": schema_migrations.head_revision()}),
        (("history", "verify"), "Mọi nhật ký đều còn nguyên vẹn và khớp với dữ liệu đang lưu.", {}),
        (("timers", "fire"), "{fired} hẹn giờ đã chạy, {failed} bị lỗi.", {"fired": 0, "failed": 0}),
        (("check", str(ROOT)), "Không có vấn đề nào.", {}),
        (("figures", "rebuild"), "Đã đếm {count} hồ sơ.", {"count": 0}),
        (("anonymise", "--dry-run"), "{count} phản ánh sẽ được ẩn danh.", {"count": 0}),
    ],
)
def test_a_command_answers_in_the_readers_language(
    tongdai: Tongdai,
    words: tuple[str, ...],
    sentence: str,
    facts: dict[str, Any],
) -> None:
    assert sentence.format(**facts) in tongdai.done(*words, TONGDAI_LANGUAGE="")
    assert translate(sentence, "en").format(**facts) in tongdai.done(*words)


def test_tables_have_their_titles_and_columns_in_the_readers_language(tongdai: Tongdai) -> None:
    for language in LANGUAGES:
        output = tongdai.done("incident", "list", TONGDAI_LANGUAGE=language, COLUMNS="300")
        for sentence in ("Các sự cố", "số sự cố", "phần tử gặp sự cố", "từ lúc", "nội dung sự cố"):
            assert translate(sentence, language) in output


def test_an_error_of_the_program_is_said_in_the_readers_language(tongdai: Tongdai) -> None:
    error = NotFound("incident-unknown", number="7")
    for language in LANGUAGES:
        assert tongdai.refused("incident", "show", 7, TONGDAI_LANGUAGE=language) == say(error, language)


def test_a_password_is_asked_for_in_the_readers_language(tongdai: Tongdai) -> None:
    for language in LANGUAGES:
        environ = {"TONGDAI_VAR": str(tongdai.folder / "var"), "TONGDAI_LANGUAGE": language}
        result = CliRunner().invoke(main, ["password", "nobody"], env=environ, input="bí mật lắm\nbí mật lắm\n")
        for sentence in (bilingual.PASSWORD, bilingual.PASSWORD_AGAIN):
            assert f"{translate(sentence, language)}: \n" in result.stdout
        assert (result.exit_code, "bí mật" in result.output) == (1, False)


# What ends a command


def test_reasons_of_the_system_are_its_own_words_in_english() -> None:
    for number, sentence in failures.REASONS.items():
        assert translate(sentence, "en") == os.strerror(number)
        error = OSError(number, os.strerror(number), "tệp.csv")
        assert failures.failure_sentence(error, "en") == f"tệp.csv: {os.strerror(number)}."
        assert failures.failure_sentence(error, "vi") == f"tệp.csv: {sentence}."


def test_other_reasons_of_the_system_are_said_as_it_says_them() -> None:
    assert failures.failure_sentence(OSError(errno.EPIPE, "Broken pipe"), "vi") == "Một tệp: Broken pipe."
    assert failures.failure_sentence(OSError("gone"), "en") == "A file: gone."


def test_a_database_that_refuses_is_said_with_the_remedy() -> None:
    error = DBAPIError("SELECT 1", {}, Exception("no such table: unit\nmore"))
    assert failures.failure_sentence(error, "en") == (
        "The database refused: no such table: unit. Is it migrated (tongdai migrate)?"
    )
    assert failures.failure_sentence(error, "vi").startswith("Cơ sở dữ liệu từ chối: no such table: unit. ")


# The context


@pytest.mark.parametrize(
    ("setting", "language"), [(None, "vi"), ("", "vi"), ("vi", "vi"), (" en ", "en"), ("fr", "vi"), ("EN", "vi")]
)
def test_the_language_is_the_one_asked_for_or_the_usual_one(setting: str | None, language: Language) -> None:
    assert chosen_language({} if setting is None else {"TONGDAI_LANGUAGE": setting}) == language


@pytest.fixture
def contexts(tongdai: Tongdai) -> dict[Language, CommandContext]:
    """A context in each language."""
    settings = environment.load_settings({"TONGDAI_DATABASE": tongdai.url})
    return {language: CommandContext(settings, language) for language in LANGUAGES}


def test_numbers_and_instants_are_written_the_languages_way(contexts: dict[Language, CommandContext]) -> None:
    assert {language: context.decimal(0.125, ".1%") for language, context in contexts.items()} == {
        "vi": "12,5%",
        "en": "12.5%",
    }
    assert contexts["vi"].instant(NOW) == f"{NOW.astimezone(VIETNAM):%H:%M %d/%m/%Y}"
    assert contexts["en"].instant(NOW) == str(NOW)
    assert contexts["vi"].instant(None) == contexts["en"].instant(None) == ""


def test_errors_among_the_facts_are_said(contexts: dict[Language, CommandContext]) -> None:
    error = NotFound("incident-unknown", number="7")
    sentence = "dòng {row} bị bỏ qua: {reason}"
    for language, context in contexts.items():
        expected = translate(sentence, language).format(row=3, reason=say(error, language))
        assert context.text(sentence, row=3, reason=error) == expected
        assert context.words(error) == say(error, language)
        assert context.words("DN-26-000001") == "DN-26-000001"


# Before the command line


def test_what_is_missing_is_said_in_the_readers_language(monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(_name: str) -> Any:
        raise ImportError("libpq is missing")

    monkeypatch.setattr(entry, "import_module", lost)
    for language in LANGUAGES:
        monkeypatch.setenv("TONGDAI_LANGUAGE", language)
        with pytest.raises(SystemExit) as ended:
            entry.main()
        assert ended.value.code == translate(entry.INCOMPLETE, language).format(reason="libpq is missing")


def test_an_old_python_is_said_in_the_readers_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entry, "OLDEST", (99, 1))
    monkeypatch.setenv("TONGDAI_LANGUAGE", "en")
    with pytest.raises(SystemExit, match=r"^tongdai needs Python 99\.1 or newer; this is 3\."):
        entry.main()
