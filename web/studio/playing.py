"""The panel in which a draft is played: each act comes with the play so far, and nothing is kept but a scenario."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from engine.cases import lookup
from engine.clock import VIETNAM
from engine.errors import BadInput, EngineError, InvalidFiles, NotFound
from engine.journal import acts, journal
from engine.scenarios import recording
from engine.scenarios.files import ScenarioStep, read_scenario
from engine.scenarios.scenario_text import render_scenario
from engine.studio import drafts
from engine.studio.playing import beginnings, chosen_acts
from engine.studio.playing.beginnings import START_FACTS, PlayBeginning
from engine.studio.playing.chosen_acts import AskedForm
from engine.studio.playing.play import PLAY_PATH, Play, begin_play, read_play
from engine.studio.playing.playable_draft import PlayableDraft, prepare_draft
from engine.studio.playing.played_case import FailedAct, PlayedCase
from engine.studio.playing.played_scenario import name_file, scenario_of_play
from engine.studio.playing.walked_drawing import DrawingNames, drawing_names
from engine.translation.wording import say
from forms.schema import FormFacts, InvalidAnswers
from web.display import filters, form_view
from web.display.form_view import LOCAL_FORMATS, FilledForm, submitted_answers
from web.http.parsing import parse_digits, read_moment
from web.http.request import current_language, current_stamp, current_world, request_time, requires_permission, tx
from web.studio.files import ACT, editable_draft, known_provinces, visible_draft
from web.studio.play_view import PlayPage, data_labels

blueprint = Blueprint("studio_play", __name__, url_prefix="/studio/drafts/<int:draft_id>/panel/play")

AMOUNT_CAPTIONS = {
    chosen_acts.WORKING_HOURS: lazy_gettext("giờ, chỉ tính giờ làm việc"),
    chosen_acts.WORKING_DAYS: lazy_gettext("ngày, chỉ tính ngày làm việc"),
    chosen_acts.MINUTES: lazy_gettext("phút"),
    chosen_acts.HOURS: lazy_gettext("giờ"),
    chosen_acts.DAYS: lazy_gettext("ngày"),
}


@blueprint.get("")
@requires_permission(ACT)
def show_play_panel(draft_id: int) -> ResponseReturnValue:
    """Offer what a play can begin with."""
    return _offer(draft_id)


@blueprint.post("")
@requires_permission(ACT)
def act_in_play(draft_id: int) -> ResponseReturnValue:
    """Take an act of a play, or begin one, and show where its case stands then."""
    try:
        draft = _prepare(draft_id)
        page = _PlayTurn(draft).perform(request.form.get("play-act", ""))
    except InvalidFiles as error:
        return _offer(draft_id, _("Bản nháp còn %(num)s vấn đề; sửa hết rồi chơi thử.", num=len(error.problems)))
    except EngineError as error:
        return _offer(draft_id, say(error, current_language()))
    return _render(draft_id, page)


@blueprint.post("/case")
@requires_permission(ACT)
def play_past_case(draft_id: int) -> ResponseReturnValue:
    """Begin a play that follows a real case, with its personal data replaced."""
    code = request.form.get("code", "").strip().upper()
    try:
        draft = _prepare(draft_id)
        content = recording.record_case(tx(), lookup.case_id_by_code(tx(), code), request_time(), known_provinces())
        journal.record(tx(), current_stamp(), acts.EXPORT_SCENARIO, f"case:{code}")
        page = _PlayTurn(draft).stand(begin_play(read_scenario(PLAY_PATH, content, known_provinces())))
    except InvalidFiles as error:
        return _offer(draft_id, _("Bản nháp còn %(num)s vấn đề; sửa hết rồi chơi thử.", num=len(error.problems)))
    except EngineError as error:
        return _offer(draft_id, say(error, current_language()))
    return _render(draft_id, page)


@blueprint.post("/keep")
@requires_permission(ACT)
def keep_play(draft_id: int) -> ResponseReturnValue:
    """Write what was played into the draft as a scenario, with what was seen as its expectations."""
    draft = _prepare(draft_id)
    turn = _PlayTurn(draft)
    play = turn.sent_play()
    try:
        scenario = scenario_of_play(draft.content, play, request.form.get("name", ""))
        path = name_file(scenario.name, draft.files)
        content = render_scenario(replace(scenario, path=path))
        drafts.save_file(tx(), editable_draft(draft_id), path, content, None, request_time())
    except EngineError as error:
        return _render(draft_id, turn.stand(play, fault=say(error, current_language())))
    return _render(draft_id, turn.stand(play), kept=path)


def _prepare(draft_id: int) -> PlayableDraft:
    return prepare_draft(drafts.load_files(tx(), visible_draft(draft_id)), known_provinces())


class _PlayTurn:
    """One request of a play: reads the play that came, takes the act that was asked for, and finds where it leads."""

    def __init__(self, draft: PlayableDraft) -> None:
        self.draft, self.form = draft, request.form
        self.names: DrawingNames = drawing_names(draft.files, current_language())

    def perform(self, act: str) -> PlayPage:
        """The page after an act; raises EngineError for what is none and for a play that cannot be followed."""
        begins: Mapping[str, Callable[[], Play]] = {"nothing": self._from_nothing, "scenario": self._from_scenario}
        if act in begins:
            return self.stand(begins[act]())
        play = self.sent_play()
        moves = {"back": -1, "next": 1, "all": len(play.scenario.steps)}
        if act in moves:
            return self._move(play, moves[act])
        known: Mapping[str, Callable[[PlayPage], PlayPage]] = {
            "choose": self._choose,
            "finish": self._finish,
            "take": self._take,
            "event": self._give_event,
            "time": self._pass_time,
        }
        page = self.stand(play)
        if act not in known:
            return replace(page, fault=say(BadInput("play-act-unknown"), current_language()))
        try:
            return known[act](page)
        except (BadInput, NotFound) as refused:
            return replace(page, fault=say(refused, current_language()))

    def sent_play(self) -> Play:
        """The play that the page sends with each act."""
        done = parse_digits(self.form.get("play-done", "")) or 0
        return read_play(self.form.get("play-scenario", ""), done, known_provinces())

    def stand(self, play: Play, **facts: Any) -> PlayPage:
        """Where a play stands."""
        return PlayPage(self.draft, self.names, play, PlayedCase(self.draft.content, play), **facts)

    def _move(self, play: Play, by: int) -> PlayPage:
        """So many acts on or back; forward as far as they can be taken."""
        try:
            return self.stand(play.moved_by(by))
        except FailedAct:
            while True:
                try:
                    self.stand(play.moved_by(1))
                except FailedAct as failed:
                    return self._failed(self.stand(play), failed)
                play = play.moved_by(1)

    def _after(self, page: PlayPage, step: ScenarioStep, asked: str = "", shown: FilledForm | None = None) -> PlayPage:
        """Where an act leads; where it fails, the play as it was, with what was asked for and the reason."""
        try:
            return self.stand(page.play.with_act(step))
        except FailedAct as failed:
            return self._failed(replace(page, asked=asked, shown=shown), failed)

    def _failed(self, page: PlayPage, failed: FailedAct) -> PlayPage:
        sentence = say(failed.reason, current_language())
        if failed.element:
            sentence = _("Ở “%(step)s”: %(why)s", step=self.names.caption(failed.element), why=sentence)
        return replace(page, fault=sentence, failed=failed.element)

    def _from_nothing(self) -> Play:
        facts = {name: self.form.get(f"play-{name}", "") for name in START_FACTS}
        at = self._moment("play-at")
        beginning = PlayBeginning(self.form.get("play-process", ""), at, facts)
        self.draft.content.get_process(beginning.process)
        districts = current_world().units.has_districts
        return beginnings.begin_from_nothing(self.draft.files, beginning, known_provinces(), has_districts=districts)

    def _from_scenario(self) -> Play:
        path = PurePosixPath(self.form.get("play-path", ""))
        return beginnings.follow_scenario(self.draft.files, path, known_provinces())

    def _moment(self, name: str) -> Any:
        try:
            return read_moment(self.form.get(name, ""))
        except ValueError:
            raise BadInput("play-time-unreadable") from None

    def _asked(self, page: PlayPage) -> tuple[str, AskedForm | None]:
        """What is filled in: the number of a task or the id of a start event, and its form."""
        key = self.form.get("play-task", "")
        number = parse_digits(key)
        if number is not None:
            return key, chosen_acts.form_of_task(page.case.run, chosen_acts.open_task(page.case, number))
        event = next((one for one in page.case.starts if one.node == key), None)
        if event is None or page.case.acts:
            raise NotFound("play-task-not-open")
        form = page.case.run.content.forms.get(event.form) if event.form and not event.trigger else None
        now, unit = page.case.now, self.form.get("play-by", "").partition(" ")[2]
        return key, None if form is None else AskedForm(form, FormFacts(now, now, now), unit)

    def _choose(self, page: PlayPage) -> PlayPage:
        key, asked = self._asked(page)
        if asked is None:
            return self._after(page, self._step(page, key, {}))
        values = chosen_acts.invented_answers(page.case.run, asked)
        return replace(page, asked=key, shown=FilledForm(asked.form, values, facts=asked.facts))

    def _finish(self, page: PlayPage) -> PlayPage:
        key, asked = self._asked(page)
        if asked is None:
            return self._after(page, self._step(page, key, {}))
        typed = submitted_answers(asked.form)
        shown = FilledForm(asked.form, typed, facts=asked.facts)
        starter = self.form.get("play-by", "")
        try:
            values = chosen_acts.checked_answers(page.case.run, asked, typed)
        except InvalidAnswers as invalid:
            return replace(page, asked=key, shown=replace(shown, faults=invalid.errors), starter=starter)
        play = page.play if key.isdigit() else beginnings.without_data(page.play)
        step = self._step(page, key, values)
        return self._after(replace(page, play=play, starter=starter), step, key, shown)

    def _step(self, page: PlayPage, key: str, values: Mapping[str, Any]) -> ScenarioStep:
        number = parse_digits(key)
        if number is not None:
            return chosen_acts.act_on_task(page.case, chosen_acts.open_task(page.case, number), values)
        by = self.form.get("play-by", "")
        if by and by not in {who for who, _words in replace(page, asked=key).starters()}:
            raise BadInput("play-start-unknown")
        return ScenarioStep(0, "begin", key, values=dict(values) if by else None, by=by)

    def _take(self, page: PlayPage) -> PlayPage:
        number = parse_digits(self.form.get("play-task", "")) or 0
        step = chosen_acts.act_on_task(page.case, chosen_acts.open_task(page.case, number), None)
        return self._after(page, step)

    def _give_event(self, page: PlayPage) -> PlayPage:
        kind, _space, name = self.form.get("play-event", "").partition(" ")
        return self._after(page, chosen_acts.act_of_event(kind, name, self.form.get("play-values", "")))

    def _pass_time(self, page: PlayPage) -> PlayPage:
        match self.form.get("play-time", ""):
            case "timer":
                step = chosen_acts.act_of_timer(page.case)
            case "instant":
                step = chosen_acts.act_of_instant(page.case, self._moment("play-at"))
            case _:
                amount = parse_digits(self.form.get("play-amount", "")) or 0
                step = chosen_acts.act_of_amount(page.case, amount, self.form.get("play-kind", ""))
        return self._after(page, step)


def _offer(draft_id: int, fault: str = "") -> ResponseReturnValue:
    """The ways to begin a play."""
    files = drafts.load_files(tx(), visible_draft(draft_id))
    names = drawing_names(files, current_language())
    playable = beginnings.list_playable(files, known_provinces())
    context: dict[str, Any] = {
        "fault": fault,
        "processes": sorted(names.processes.items(), key=lambda one: one[1]),
        "scenarios": [(str(one.path), one.name) for one in playable],
        "channels": filters.CHANNEL_CAPTIONS,
        "now": request_time().astimezone(VIETNAM).strftime(LOCAL_FORMATS["datetime"]),
    }
    return render_template("studio/play_start.html", draft_id=draft_id, **context)


def _render(draft_id: int, page: PlayPage, kept: PurePosixPath | None = None) -> ResponseReturnValue:
    units = page.case.run.world.units
    context: dict[str, Any] = {
        "communes": form_view.communes_by_parent(units),
        "organisations": form_view.open_organisations(units),
        "hidden_when": form_view.field_attributes,
        "amounts": AMOUNT_CAPTIONS,
        "kept": kept,
        "values": list(page.data(data_labels(page))),
        "may_keep": visible_draft(draft_id).may_edit,
    }
    return render_template("studio/play.html", draft_id=draft_id, page=page, shown=page.shown, **context)
