"""Whatever changes something says where it is recorded: each page that accepts a form, each download, each command."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from sqlalchemy import func, insert, select

from engine.journal import acts, journal
from engine.store import schema_migrations
from engine.store.columns import table_of
from engine.store.db import engine_for, transaction
from engine.store.models import Incident, JournalEntry, Person
from tests.kit.site import COMMUNE, DEPARTMENT, NEW, NOW, OFFICE, PLACE, Site
from tests.paths import ROOT
from tests.web.cli.test_commands import Tongdai
from web.cli import main
from web.display.journal_captions import CHAIN_CAPTIONS, JOURNAL_ACT_CAPTIONS

HISTORY, LOOK, NOTHING = "history of the case", "disclosure log", "nothing"
OWN = f"{NOTHING}: what a person keeps for themselves, and nobody else sees"
UNSENT = f"{NOTHING}: a file of a form that has not been sent; sending it is recorded"
UNISSUED = f"{NOTHING}: a draft, which nobody receives; issuing and discarding it is recorded"
DRAFT = f"{NOTHING}: an analyst's own draft, which no case follows; deploying it is recorded"
COMPUTED = f"{NOTHING}: it computes an answer and stores nothing"
INVENTED = f"{NOTHING}: it fills a database of its own with invented or past cases"
MEASURED = f"{NOTHING}: it measures, on a database of its own or without changing one"
READING = f"{NOTHING}: it reads"

PAGES: dict[str, str] = {
    "admin.act_on_incident": f"{acts.RESOLVE_INCIDENT} {acts.RETRY_INCIDENT}",
    "account.end_other_sessions": acts.END_SESSIONS,
    "account_links.submit_link": f"{acts.USE_ACCOUNT_LINK} {acts.CHANGE_PASSWORD} {acts.REMOVE_FACTOR}",
    "admin.add_person": f"{acts.CREATE_ACCOUNT} {acts.MAKE_ACCOUNT_LINK}",
    "admin.change_active": f"{acts.CLOSE_ACCOUNT} {acts.OPEN_ACCOUNT}",
    "admin.change_email": acts.CHANGE_EMAIL,
    "admin.change_role": f"{acts.GRANT_ROLE} {acts.REVOKE_ROLE}",
    "admin.send_account_link": acts.MAKE_ACCOUNT_LINK,
    "api_events.send_message": f"{HISTORY} {acts.SEND_MESSAGE}",
    "api_events.send_signal": f"{HISTORY} {acts.SEND_SIGNAL}",
    "api_work.claim_task": HISTORY,
    "api_work.complete_task": HISTORY,
    "api_work.release_task": HISTORY,
    "api_work.start_process": HISTORY,
    "api_keys.make_api_key": acts.MAKE_API_KEY,
    "api_keys.revoke_api_key": acts.REVOKE_API_KEY,
    "answer_reviews.submit_verdict": HISTORY,
    "published_answers.submit_release": HISTORY,
    "answer_reviews.submit_verdict_reply": HISTORY,
    "answers.dismiss_questions": acts.CLOSE_QUESTIONS,
    "answers.submit_answer": f"{acts.CREATE_ANSWER} {acts.CLOSE_QUESTIONS}",
    "answers.submit_restoration": acts.RESTORE_ANSWER,
    "answers.submit_retirement": acts.RETIRE_ANSWER,
    "answers.submit_revision": acts.REVISE_ANSWER,
    "arrangement.change_day_override": acts.SET_DAY,
    "arrangement.change_office_hours": acts.SET_OFFICE_HOURS,
    "arrangement.clear_day_override": acts.CLEAR_DAY,
    "arrangement.reorganise_units": f"{acts.MOVE_UNITS} {acts.MOVE_ROLES}",
    "arrangement.reschedule_open_cases": acts.RESCHEDULE,
    "arrangement.upload_units": acts.LOAD_UNITS,
    "auth.choose_language": OWN,
    "auth.end_session": acts.SIGN_OUT,
    "auth.open_session": f"{acts.SIGN_IN} {acts.REFUSE_SIGN_IN} {acts.LOCK_SIGN_IN}",
    "auth.submit_new_password": acts.CHANGE_PASSWORD,
    "call_ends.end_call": acts.END_CALL,
    "case.reveal_particulars": HISTORY,
    "chase.act_on_cases": HISTORY,
    "chase.begin_directive": UNISSUED,
    "confirm.submit_confirmation": f"{acts.CONFIRM_IDENTITY} {acts.REFUSE_SIGN_IN} {acts.USE_RECOVERY_CODE}",
    "correction.submit_correction": HISTORY,
    "directives.complete_directive_task": HISTORY,
    "directives.discard_directive_draft": acts.DISCARD_DIRECTIVE,
    "directives.issue_directive_draft": HISTORY,
    "directives.save_directive_texts": UNISSUED,
    "paper_templates.upload_template": acts.ADD_TEMPLATE,
    "paper_templates.use_template": acts.USE_TEMPLATE,
    "briefings.discard_briefing_draft": acts.DISCARD_BRIEFING,
    "briefings.draft_briefing": UNISSUED,
    "briefings.issue_briefing_draft": acts.ISSUE_BRIEFING,
    "briefings.rewrite_briefing_draft": UNISSUED,
    "briefings.save_briefing_texts": UNISSUED,
    "briefings.submit_plan": acts.PLAN_BRIEFINGS,
    "callbacks.submit_rate": acts.SET_CALLBACK_RATE,
    "callbacks.submit_verdict": acts.RECORD_CALLBACK,
    "duty.submit_shift": f"{acts.SET_DUTY} {acts.CLEAR_DUTY}",
    "provider_sign_in.ask_to_join": f"{NOTHING}: it leads to the provider; coming back is recorded",
    "provider_sign_in.part_from_provider": acts.PART_IDENTITY,
    "factors.remove_own_factor": acts.REMOVE_FACTOR,
    "factors.renew_recovery_codes": acts.ISSUE_RECOVERY_CODES,
    "factors.submit_authenticator": f"{acts.ADD_FACTOR} {acts.ISSUE_RECOVERY_CODES}",
    "factors.submit_passkey": f"{acts.ADD_FACTOR} {acts.ISSUE_RECOVERY_CODES}",
    "following.enter_code": LOOK,
    "form_files.drop_own_file": UNSENT,
    "form_files.drop_public_file": UNSENT,
    "form_files.keep_own_file": UNSENT,
    "form_files.keep_public_file": UNSENT,
    "following.look_up_report": LOOK,
    "following.request_code": f"{NOTHING}: it sends a citizen a code; what the code opens is recorded",
    "inbox.act_on_tasks": HISTORY,
    "inbox.remove_list": OWN,
    "inbox.save_list": OWN,
    "intake.drop_call_draft": OWN,
    "intake.refresh_side": LOOK,
    "intake.save_call_draft": OWN,
    "intake.submit_call": f"{HISTORY} {acts.END_CALL}",
    "intake.submit_question": f"{NOTHING}: the question keeps who asked it and when; closing it is recorded",
    "address_search.suggest_addresses": COMPUTED,
    "maps.locate_point": COMPUTED,
    "channel_door.receive_delivery": f"{HISTORY}, or {NOTHING}: it waits for an operator",
    "conversations.begin_report": OWN,
    "conversations.drop_conversation": acts.DROP_CONVERSATION,
    "mail_choice.submit_mail_choice": acts.CHOOSE_DAILY_MAIL,
    "open311.file_request": HISTORY,
    "privacy.carry_out_erasure": f"{HISTORY} {acts.CLOSE_DATA_REQUEST}",
    "privacy.change_hold": HISTORY,
    "privacy.correct_report": HISTORY,
    "privacy.record_request_outcome": acts.CLOSE_DATA_REQUEST,
    "privacy.submit_subject_request": acts.OPEN_DATA_REQUEST,
    "progress.forget_report": f"{NOTHING}: the visitor's own browser forgets",
    "progress.submit_opinion": HISTORY,
    "public.submit_report": HISTORY,
    "push.subscribe_browser": OWN,
    "push.unsubscribe_browser": OWN,
    "records.check_history": acts.VERIFY_RECORDS,
    "registers.submit_breach": acts.OPEN_BREACH,
    "registers.submit_breach_entry": f"{acts.ADD_BREACH_ENTRY} {acts.CORRECT_BREACH_ENTRY}",
    "second_step.open_session_by_passkey": f"{acts.SIGN_IN} {acts.REFUSE_SIGN_IN}",
    "second_step.submit_second_step": f"{acts.SIGN_IN} {acts.REFUSE_SIGN_IN} {acts.USE_RECOVERY_CODE}",
    "studio.begin_studio_draft": DRAFT,
    "studio_comments.add_draft_comment": DRAFT,
    "studio_comments.reply_to_draft_comment": DRAFT,
    "studio_comments.settle_draft_comment": DRAFT,
    "studio_review.change_editors": DRAFT,
    "studio_review.change_sharing": DRAFT,
    "studio_jobs.cancel_own_job": f"{NOTHING}: what the work has done to cases is recorded there",
    "studio_review.ask_draft_review": acts.ASK_REVIEW,
    "studio_review.submit_draft_verdict": f"{acts.APPROVE_DRAFT} {acts.RETURN_DRAFT}",
    "release_rule.change_release_rule": acts.SET_RELEASE_RULE,
    "studio.deploy_studio_draft": acts.ACTIVATE_DEPLOYMENT,
    "studio.discard_studio_draft": DRAFT,
    "studio.update_studio_draft": DRAFT,
    "studio.record_scenario": acts.EXPORT_SCENARIO,
    "studio_feel.accept_feel_texts": DRAFT,
    "studio_files.preview_mail": COMPUTED,
    "studio_files.remove_draft_file": DRAFT,
    "studio_files.restore_draft_file": DRAFT,
    "studio_files.write_draft_file": DRAFT,
    "studio_form_preview.try_form_sheet": COMPUTED,
    "studio_importing.convert_diagram": DRAFT,
    "studio_inserting.put_new_step": DRAFT,
    "studio_moving.start_migration": HISTORY,
    "studio_moving.undo_migration": HISTORY,
    "studio_panels.run_replay_panel": COMPUTED,
    "studio_panels.run_test_panel": COMPUTED,
    "studio_play.act_in_play": COMPUTED,
    "studio_play.keep_play": DRAFT,
    "studio_play.play_past_case": acts.EXPORT_SCENARIO,
    "studio_scenarios.table_to_text": COMPUTED,
    "studio_scenarios.text_to_table": COMPUTED,
    "substitutes.arrange_substitute": acts.ARRANGE_SUBSTITUTE,
    "substitutes.decline_substitution": acts.DECLINE_SUBSTITUTION,
    "substitutes.end_substitution": acts.END_SUBSTITUTION,
    "tracking_key.submit_key_form": HISTORY,
    "task.claim_task": HISTORY,
    "matter.complete_matter_task": HISTORY,
    "matter.save_matter_draft": OWN,
    "webhooks.make_webhook": acts.MAKE_WEBHOOK,
    "webhooks.end_webhook": acts.END_WEBHOOK,
    "webhooks.replay_call": acts.REPLAY_WEBHOOK,
    "task.complete_task": HISTORY,
    "task.hand_over_task": HISTORY,
    "task.submit_duplicate": HISTORY,
    "task.release_task": HISTORY,
    "task.save_task_draft": OWN,
    "begin.save_start_draft": OWN,
    "begin.send_start_form": HISTORY,
    "task.submit_contact": HISTORY,
    "task.take_back_task": HISTORY,
}
# Pages that are only opened, but take data away or search for a person.
DOWNLOADS: dict[str, str] = {
    "appendix.download_appendix": acts.EXPORT_APPENDIX,
    "case.search_cases": acts.SEARCH_PERSON,
    "exports.download_chase_list": acts.EXPORT_LIST,
    "exports.download_inbox": acts.EXPORT_LIST,
    "exports.download_measured": acts.EXPORT_LIST,
    "exports.download_search": f"{acts.EXPORT_LIST} {acts.SEARCH_PERSON}",
    "privacy.export_subject_data": acts.EXPORT_SUBJECT_DATA,
    "transfer.download_transfer_slip": f"{acts.EXPORT_SLIP} {LOOK}",
    "records.export_event_log": acts.EXPORT_EVENT_LOG,
    "provider_sign_in.come_back": f"{acts.SIGN_IN} {acts.REFUSE_SIGN_IN} {acts.JOIN_IDENTITY} {acts.FOLLOW_IDENTITY}",
}
COMMANDS: dict[str, str] = {
    "anonymise": f"{HISTORY} {acts.EXPORT_ERASED_CODES}",
    "appendix": acts.EXPORT_APPENDIX,
    "backup": acts.BACK_UP,
    "backup-check": f"{NOTHING}: it restores into a database of its own, which is thrown away",
    "bench": MEASURED,
    "bench-figures": MEASURED,
    "bench-channel": MEASURED,
    "bench-load": MEASURED,
    "bench-pages": MEASURED,
    "bench-timers": MEASURED,
    "borders": acts.LOAD_BORDERS,
    "decide": COMPUTED,
    "describe": COMPUTED,
    "feel": COMPUTED,
    "addresses": acts.LOAD_ADDRESSES,
    "cases move": HISTORY,
    "cases return": HISTORY,
    "check": READING,
    "demo": f"{acts.STAFF_UNITS} for invented people; the rest is invented too",
    "deploy": f"{acts.ACTIVATE_DEPLOYMENT} {acts.DEPLOY_UNAPPROVED}",
    "export-xes": acts.EXPORT_EVENT_LOG,
    "figures check": READING,
    "figures rebuild": acts.REBUILD_FIGURES,
    "history anchor": acts.MAKE_ANCHOR,
    "history verify": READING,
    "holiday clear": f"{acts.CLEAR_DAY} {acts.RESCHEDULE}",
    "holiday set": f"{acts.SET_DAY} {acts.RESCHEDULE}",
    "incident list": READING,
    "incident resolve": acts.RESOLVE_INCIDENT,
    "incident retry": acts.RETRY_INCIDENT,
    "incident show": READING,
    "link": acts.MAKE_ACCOUNT_LINK,
    "message": f"{HISTORY} {acts.SEND_MESSAGE}",
    "migrate": f"{acts.MIGRATE_DATABASE} {acts.ADOPT_ROLES} {acts.ADOPT_SUBSTITUTES} {acts.ADOPT_ACCOUNTS}",
    "password": acts.CHANGE_PASSWORD,
    "person": f"{acts.CREATE_ACCOUNT} {acts.GRANT_ROLE} {acts.CHANGE_PASSWORD} {acts.MAKE_ACCOUNT_LINK}",
    "replay": INVENTED,
    "restore": acts.RESTORE_DATABASE,
    "seed": INVENTED,
    "serve": f"{NOTHING}: it serves pages, which record what is done on them",
    "signal": f"{HISTORY} {acts.SEND_SIGNAL}",
    "simulate": COMPUTED,
    "test": COMPUTED,
    "timers fire": HISTORY,
    "units list": READING,
    "units load": acts.LOAD_UNITS,
    "province load": acts.SET_PROVINCE,
    "units vacant": READING,
    "units move": f"{acts.MOVE_UNITS} {acts.MOVE_ROLES} {acts.MOVE_SUBSTITUTES}",
    "web": f"{NOTHING}: it serves pages, which record what is done on them",
    "worker": f"{HISTORY} {acts.CLEAN_FILE}",
}
entries = table_of(JournalEntry)


def named_acts(*tables: dict[str, str]) -> set[str]:
    """The acts of the journal that the tables name."""
    return {word for table in tables for text in table.values() for word in text.split() if "." in word}


def command_names(group: click.Group, before: str = "") -> Iterator[str]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from command_names(command, f"{before}{name} ")
        else:
            yield f"{before}{name}"


def test_every_page_that_accepts_something_says_where_it_is_recorded(site: Site) -> None:
    rules = site.app.url_map.iter_rules()
    writing = {rule.endpoint for rule in rules if (rule.methods or set()) & {"POST", "PUT", "DELETE", "PATCH"}}
    assert sorted(writing) == sorted(PAGES), "Say in PAGES where the page records what it does, or why it need not."


def test_every_command_says_where_it_is_recorded() -> None:
    assert sorted(command_names(main)) == sorted(COMMANDS), "Say in COMMANDS where the command is recorded, or why not."


def test_every_act_of_the_journal_is_done_somewhere_and_has_its_words() -> None:
    assert named_acts(PAGES, DOWNLOADS, COMMANDS) == acts.ACTS
    assert set(JOURNAL_ACT_CAPTIONS) == acts.ACTS
    assert set(CHAIN_CAPTIONS) == {act.partition(".")[0] for act in acts.ACTS}
    source = "\n".join(
        file.read_text("utf-8")
        for folder in ("engine", "web")
        for file in sorted((ROOT / folder).rglob("*.py"))
        if file.name not in ("acts.py", "journal_captions.py") and "node_modules" not in file.parts
    )
    names = {name for name in vars(acts) if name.isupper() and name not in ("ACTS", "TOLD_TO_OWNER", "ALWAYS_TOLD")}
    assert names - set(re.findall(r"\bacts\.([A-Z_]+)\b", source)) == set()


def recorded(site: Site) -> list[str]:
    """The acts recorded since the province was set up, without sign-ins, in order."""
    of_the_kit = entries.c.act == acts.ADOPT_ACCOUNTS  # Passwords that it gives.
    query = select(entries.c.act).where(entries.c.at > NOW, entries.c.chain != "sign_in", ~of_the_kit)
    return [row.act for row in site.read(query.order_by(entries.c.at, entries.c.chain, entries.c.seq))]


def id_of(site: Site, login: str) -> int:
    number: int = site.read(select(Person.id).where(Person.login == login))[0].id
    return number


def do_everything(site: Site) -> Iterator[tuple[str, Any]]:
    """Do what the pages outside cases offer, each at a minute of its own; yields the act and the answer."""
    office, department = site.browser(OFFICE), site.browser(DEPARTMENT)
    day = {"day": "2026-12-24", "kind": "closed", "name": "Nghỉ bù", "source": "QĐ 1"}
    answer = {"field": "health", "owner_code": "75.SYT", "question": "Tiêm chủng ở đâu?", "answer": "Tại trạm y tế."}
    yield acts.SET_DAY, office.post("/admin/calendar/days", day)
    yield acts.CLEAR_DAY, office.post("/admin/calendar/days/2026-12-24/clear")
    yield acts.SET_OFFICE_HOURS, office.post("/admin/calendar/hours/police", {"hours": "1 07:00 11:00"})
    yield acts.RESCHEDULE, office.post("/admin/calendar/reschedule", {"reason": "đổi lịch"})
    absence = {
        "person": f"{COMMUNE} x",
        "substitute": f"lanhdao.{PLACE} x",
        "first": "2026-12-01",
        "last": "2026-12-02",
    }
    yield acts.ARRANGE_SUBSTITUTE, office.post("/substitutes", absence)
    yield acts.END_SUBSTITUTION, office.post("/substitutes/1/remove")
    yield acts.CREATE_ANSWER, department.post("/answers/new", answer)
    data_request = {"kind": "access", "phone": NEW.phone, "name": NEW.reporter_name, "identity": "Gọi lại số đã khai"}
    yield acts.OPEN_DATA_REQUEST, office.post("/privacy", data_request)
    yield acts.EXPORT_SUBJECT_DATA, office.get("/privacy/1/export")
    yield acts.CLOSE_DATA_REQUEST, office.post("/privacy/1/close", {"outcome": "done", "answer": "Đã gửi"})
    yield acts.EXPORT_EVENT_LOG, office.get("/records/export?from=2026-11-01&to=2026-11-30")
    yield acts.VERIFY_RECORDS, office.post("/records/verify")
    yield acts.SEARCH_PERSON, office.get(f"/cases?text={NEW.phone}")
    site.write(add_incident)
    yield acts.RESOLVE_INCIDENT, office.post("/admin/incidents/1/resolve")


def add_incident(tx: Any) -> None:
    """An incident of a notice that nobody receives."""
    row = {"kind": "notice", "node": "", "message": "x", "action": "1", "created_at": NOW, "attempts": 1}
    tx.write().execute(insert(Incident), row)


def test_pages_outside_cases_record_what_is_done_on_them(site: Site) -> None:
    site.file()
    site.later(minutes=1)
    done = []
    for act, response in do_everything(site):
        assert response.status_code in (200, 302), act
        done.append(act)
        site.later(minutes=1)
        assert recorded(site) == done
    everything = "\n".join(str(tuple(row)) for row in site.read(select(entries)))
    for personal in (NEW.phone, NEW.reporter_name, NEW.address):
        assert personal not in everything
    with transaction(site.engine) as tx:
        assert list(journal.find_breaks(tx)) == []


@pytest.mark.slow
def test_commands_are_recorded_as_done_at_the_server(tmp_path: Path, province_template: Path) -> None:
    tongdai = Tongdai(tmp_path)
    (tmp_path / "var").mkdir()
    shutil.copyfile(province_template, tmp_path / "var" / "tongdai.sqlite3")
    engine = engine_for(tongdai.url)
    with transaction(engine) as tx:
        before = tx.read.execute(select(func.count()).select_from(entries)).scalar_one()
    post = ("--unit", "75.VP", "--role", "administrator", "--password", "một câu thật dài 2026")
    tongdai.done("person", "quan.tri", "Trần Quản Trị", *post)
    tongdai.done("password", "quan.tri", "--password", "một câu khác 2026")
    tongdai.done("holiday", "set", "2026-12-24", "closed", "Nghỉ bù")
    tongdai.done("holiday", "clear", "2026-12-24")
    tongdai.done("export-xes", tmp_path / "out.xes", "--from", "2026-11-01", "--to", "2026-11-30")
    tongdai.done("anonymise", "--list", tmp_path / "codes.txt")
    tongdai.done("history", "anchor", TONGDAI_ANCHOR_KEY="k" * 32)
    tongdai.done("backup", tmp_path / "backup")
    with transaction(engine) as tx:
        rows = tx.read.execute(select(entries).order_by(entries.c.at, entries.c.chain, entries.c.seq)).all()[before:]
    assert {(row.actor, row.origin) for row in rows} == {("administrator", "cli")}
    assert sorted(row.act for row in rows) == sorted(
        [
            *(acts.CREATE_ACCOUNT, acts.GRANT_ROLE, acts.CHANGE_PASSWORD, acts.CHANGE_PASSWORD),
            *(acts.SET_DAY, acts.RESCHEDULE, acts.CLEAR_DAY, acts.RESCHEDULE),
            *(acts.EXPORT_EVENT_LOG, acts.EXPORT_ERASED_CODES, acts.MAKE_ANCHOR, acts.BACK_UP),
        ]
    )
    engine.dispose()


def test_an_upgrade_is_recorded_and_an_empty_database_stays_empty(tmp_path: Path) -> None:
    tongdai = Tongdai(tmp_path)
    tongdai.done("migrate")
    engine = engine_for(tongdai.url)
    with transaction(engine) as tx:
        assert tx.read.execute(select(entries)).all() == []  # A backup can only be restored into an empty one.
    schema_migrations.downgrade(tongdai.url, "20261126_1704")
    tongdai.done("migrate")
    with transaction(engine) as tx:
        assert [row.act for row in tx.read.execute(select(entries))] == [acts.MIGRATE_DATABASE]
    engine.dispose()
