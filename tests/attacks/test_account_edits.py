"""Somebody edits what proves who people are, or what the province works by: `tongdai history verify` names it.

What they edit of cases is tested in test_record_edits.py.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import pytest

from engine.actor import SYSTEM, ActStamp
from engine.journal import acts, journal
from engine.staff import access, account_links, external_identities, factors, people, recovery_codes
from engine.staff.external_identities import ExternalPerson
from engine.staff.factors import NewFactor
from engine.store import db
from engine.store.db import transaction
from tests.attacks.test_record_edits import anchored
from tests.kit.filled import FilledCopy
from tests.kit.hotline import NOW
from tests.kit.site import FOCAL, OFFICE

WHO, BY = "person_id = (SELECT id FROM person WHERE login = 'canbo.75.vp')", ActStamp(SYSTEM, NOW)
SAME = "SELECT id FROM person WHERE login = 'canbo.26008'"
THEM = "login = 'canbo.75.vp'"
MADE_UP_SESSION = (
    "INSERT INTO web_session (digest, person_id, created_at, seen_at, expires_at, proof)"
    " SELECT 'made up', id, '2026-11-25 03:00:00', '2026-11-25 03:00:00', '2026-11-25 15:00:00', 'password'"
    f" FROM person WHERE {THEM}"
)
MADE_UP_ACCOUNT = "INSERT INTO person (login, name, active, wants_digest) VALUES ('ma', 'Ma', true, true)"
MADE_UP_FACTOR = (
    "INSERT INTO sign_in_factor (person_id, kind, name, secret, digest, counter, created_at)"
    " SELECT person_id, kind, name, secret, 'other', counter, created_at FROM sign_in_factor"
)
CODES, FACTOR = "recovery codes is not what the journal has sealed", "a second factor is not what"
SESSION, LINK = "has a session that no sign-in", "has an open link to choose a password"
WAYS_IN = [
    ("UPDATE person SET password_hash = '$argon2id$x' WHERE login = 'canbo.75.1022'", "the password is not what"),
    (f"UPDATE person SET password_hash = '$argon2id$x' WHERE {THEM}", "the password is not what"),
    (f"UPDATE person SET password_changed_at = NULL WHERE {THEM}", "the password is not what"),
    (f"UPDATE person SET email = 'x@y.vn' WHERE {THEM}", "the e-mail address is not what"),
    (f"UPDATE person SET login = 'canbo.thay' WHERE {THEM}", "account canbo.thay: the login, the name or"),
    (f"UPDATE person SET name = 'Người Khác' WHERE {THEM}", "the login, the name or the telephone number is not"),
    (f"UPDATE person SET salt = x'00' WHERE {THEM}", "the password is not what"),
    (MADE_UP_ACCOUNT, "the account ma is in the database, and the journal says nobody made it"),
    (f"UPDATE sign_in_factor SET secret = x'00' WHERE {WHO}", FACTOR),
    (f"UPDATE sign_in_factor SET person_id = ({SAME})", "account canbo.26008: a second factor is not what"),
    (f"DELETE FROM sign_in_factor WHERE {WHO}", FACTOR),
    (MADE_UP_FACTOR, FACTOR),
    ("UPDATE recovery_code SET digest = digest || 'x' WHERE used_at IS NULL", CODES),
    ("UPDATE recovery_code SET used_at = NULL WHERE used_at IS NOT NULL", CODES),
    ("DELETE FROM recovery_code", CODES),
    (f"UPDATE external_identity SET person_id = ({SAME})", "the identity at the provider is not what"),
    ("UPDATE external_identity SET subject = '079'", "the identity at the provider is not what"),
    ("UPDATE external_identity SET posts = '[]'", "the identity at the provider is not what"),
    (MADE_UP_SESSION, SESSION),
    (f"UPDATE web_session SET person_id = ({SAME}) WHERE {WHO}", SESSION),
    (f"UPDATE web_session SET expires_at = '2027-01-01 00:00:00' WHERE {WHO}", SESSION),
    (f"UPDATE web_session SET proof = 'password totp' WHERE {WHO}", SESSION),
    (f"UPDATE account_link SET person_id = ({SAME})", LINK),
    ("UPDATE account_link SET used_at = NULL WHERE used_at IS NOT NULL", LINK),
    ("UPDATE account_link SET expires_at = '2027-01-01 00:00:00' WHERE used_at IS NULL", LINK),
]


@pytest.fixture(scope="module")
def proven_template(tmp_path_factory: pytest.TempPathFactory, filled_template: Path) -> Path:
    """The filled database with an officer who has everything that can prove who they are."""
    file = tmp_path_factory.mktemp("proven") / "site.sqlite3"
    shutil.copyfile(filled_template, file)
    engine = db.engine_for(f"sqlite:///{file}", durable=False)
    with transaction(engine) as tx:
        one = access.person_id_of(tx, OFFICE)
        factors.add_factor(tx, one, NewFactor(factors.PASSKEY, "khóa", b"k", b"k", 0), BY)
        code, *_others = recovery_codes.issue_codes(tx, one, BY)
        recovery_codes.use_recovery_code(tx, one, code, BY)
        posts = frozenset({("75.VP", "provincial_office")})
        person = ExternalPerson("https://sso.example", "012", "x.y", "X", "", posts)
        external_identities.join_external(tx, access.person_id_of(tx, FOCAL), person, BY)
        external_identities.admit_external(tx, person, BY)
        for _number in range(2):
            account_links.make_link(tx, one, account_links.RESET, BY)
    engine.dispose()
    return file


@pytest.fixture
def proven(filled: FilledCopy, proven_template: Path) -> FilledCopy:
    """A copy of it."""
    shutil.copyfile(proven_template, filled.file)
    return filled


def test_every_way_in_that_the_program_made_is_one_that_the_journal_knows(proven: FilledCopy) -> None:
    assert proven.differences() == []
    with closing(sqlite3.connect(proven.file)) as connection:
        (journal,) = connection.execute("SELECT group_concat(detail) FROM journal").fetchone()
        row = connection.execute(f"SELECT password_hash, salt, email FROM person WHERE {THEM}").fetchone()
    assert row[0] not in journal
    for guessed in (b"012", row[0].encode()):
        assert hashlib.sha256(guessed).hexdigest()[:32] not in journal


@pytest.mark.parametrize(("statement", "what"), WAYS_IN, ids=[statement[:80] for statement, _what in WAYS_IN])
def test_a_way_in_that_is_made_by_hand_is_named(proven: FilledCopy, statement: str, what: str) -> None:
    proven.edit("PRAGMA foreign_keys = OFF", statement)
    result = proven.tongdai.run("history", "verify")
    assert result.exit_code == 1
    assert what in result.stdout, result.stdout


def test_an_act_does_not_make_an_earlier_forgery_its_own(proven: FilledCopy) -> None:
    proven.edit(MADE_UP_FACTOR, f"UPDATE person SET password_hash = '$argon2id$x' WHERE {THEM}")
    with proven.site() as site:
        one = site.write(access.person_id_of, OFFICE)
        site.write(factors.add_factor, one, NewFactor(factors.PASSKEY, "nữa", b"n", b"n", 0), BY)
        site.write(people.set_email, one, "moi@tinh.gov.vn", BY)
    output = proven.tongdai.run("history", "verify").stdout
    assert FACTOR in output
    assert "the password is not what" in output


def rewrite_chain(file: Path, chain: str) -> None:
    """Take the last act out of a chain and make it whole again, as somebody who has read the program could."""
    with closing(sqlite3.connect(file)) as connection:
        last = connection.execute("SELECT max(seq) FROM journal WHERE chain = ?", (chain,)).fetchone()[0]
        connection.execute("DELETE FROM journal WHERE chain = ? AND seq = ?", (chain, last))
        query = "SELECT digest FROM journal WHERE chain = ? AND seq = ?"
        head = connection.execute(query, (chain, last - 1)).fetchone()[0]
        connection.execute("UPDATE journal_chain SET head = ?, length = ? WHERE name = ?", (head, last - 1, chain))
        connection.commit()


def test_a_chain_of_the_journal_that_was_written_anew_shows_against_the_anchor(proven: FilledCopy) -> None:
    anchored(proven)
    rewrite_chain(proven.file, "account")
    result = proven.tongdai.run("history", "verify")
    assert result.exit_code == 1
    assert re.search(
        r"^journal, chain account, .*the anchor has this row, but it is gone", result.stdout, flags=re.MULTILINE
    )


SETTLED = (
    "INSERT INTO province (id, name, kind, letters, set_at) VALUES (1, 'X', 'province', 'DN', '2026-11-25')",
    "INSERT INTO office_hours (unit_kind, weekday, opens, closes) VALUES ('hotline', 7, '08:00', '09:00')",
    (
        "INSERT INTO duty_shift (unit_code, week, person_id, phone, set_at, set_by)"
        " VALUES ('25993', '2026-11-23', 1, '', '2026-11-25', 'person:1')"
    ),
    "INSERT INTO callback_rate (unit_code, percent, set_at, set_by) VALUES ('', 5, '2026-11-25', 'person:1')",
    (
        "INSERT INTO standard_answer (key, version, field, owner_code, question, answer, folded, created_at,"
        " created_by)"
        " VALUES ('k', 1, 'health', '75.SYT', 'h', 'a', 'h', '2026-11-25', 'person:1')"
    ),
    (
        "INSERT INTO directive_template (paper, name, digest, added_at, added_by)"
        " VALUES ('directive', 'm', 'd', '2026-11-25', 'person:1')"
    ),
)
SETTLING = (acts.SET_PROVINCE, acts.SET_OFFICE_HOURS, acts.SET_DUTY, acts.SET_CALLBACK_RATE, acts.CREATE_ANSWER)


@pytest.fixture
def settled(filled: FilledCopy) -> FilledCopy:
    """The filled database with something in each table that the province works by."""
    for statement in SETTLED:
        with suppress(sqlite3.IntegrityError):  # There is such a row.
            filled.edit(statement)
    with filled.site() as site, transaction(site.engine) as tx:
        for act in (*SETTLING, acts.ADD_TEMPLATE):
            journal.record(tx, BY, act, "province:")
    return filled


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("UPDATE unit SET parent_code = '734' WHERE code = '25993'", "unit"),
        ("UPDATE province SET letters = 'XX'", "province"),
        ("UPDATE deployment SET message = 'khác'", "deployment"),
        ("UPDATE activation SET by = 'person:1'", "activation"),
        ("UPDATE process_definition SET key = 'khac' WHERE id = 1", "process_definition"),
        ("INSERT INTO holiday (day, kind, name, source) VALUES ('2026-12-01', 'closed', 'Nghỉ', '')", "holiday"),
        ("DELETE FROM office_hours WHERE unit_kind = 'hotline'", "office_hours"),
        ("UPDATE duty_shift SET phone = '0999999999'", "duty_shift"),
        ("UPDATE callback_rate SET percent = 0", "callback_rate"),
        ("UPDATE standard_answer SET answer = 'Khác.'", "standard_answer"),
        ("UPDATE directive_template SET digest = 'x'", "directive_template"),
    ],
)
def test_what_the_province_works_by_is_what_the_last_act_left(settled: FilledCopy, statement: str, table: str) -> None:
    assert settled.differences() == []
    settled.edit("PRAGMA foreign_keys = OFF", statement)
    result = settled.tongdai.run("history", "verify")
    assert result.exit_code == 1
    assert f"the table {table} is not what the last act" in result.stdout
