"""Assembles the web application."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import g, url_for
from flask_babel import Babel, get_locale
from flask_bootstrap import Bootstrap5
from flask_login import LoginManager
from flask_wtf import CSRFProtect
from sqlalchemy import Engine

from engine import clock
from engine.config.environment import Settings
from engine.config.secret_key import signing_key
from engine.operations import gauges
from engine.operations.metrics import Meters
from engine.province.snapshot import WorldCache
from engine.province.tile_file import open_tile_file
from engine.replay import demo_accounts
from engine.staff.form_receipts import new_form_token
from engine.staff.ldap_directory import LdapDirectory
from engine.translation.catalogue import FOLDER, english
from web.api import channel_door
from web.api import document as api_document
from web.api import events as api_events
from web.api import problems as api_problems
from web.api import reading as api_reading
from web.api import work as api_work
from web.display import case_files, filters, navigation, print_head
from web.display.province_name import province_name
from web.http import access_log, assets, confirmation, disclosure_log, error_pages, health, once, request, security
from web.http.identity_provider import connect_provider
from web.http.parsing import RowNumber
from web.http.request import Application
from web.open311 import documents as open311_documents
from web.open311 import pages as open311
from web.pages import (
    account,
    account_links,
    address_search,
    admin,
    answer_reviews,
    answers,
    api_keys,
    appendix,
    auth,
    begin,
    briefings,
    call_ends,
    callbacks,
    case,
    chase,
    confirm,
    conversations,
    correction,
    directives,
    duty,
    exports,
    factors,
    following,
    form_files,
    guide,
    inbox,
    intake,
    journal,
    live,
    mail_choice,
    maps,
    matter,
    monitor,
    paper_templates,
    privacy,
    progress,
    provider_sign_in,
    province,
    public,
    public_data,
    public_figures,
    published_answers,
    push,
    records,
    registers,
    release_rule,
    second_step,
    substitutes,
    task,
    tracking_key,
    transfer,
    webhooks,
)
from web.studio import commenting as studio_commenting
from web.studio import feel as studio_feel
from web.studio import files as studio_files
from web.studio import form_preview as studio_form_preview
from web.studio import handbook as studio_handbook
from web.studio import heatmap as studio_heatmap
from web.studio import importing as studio_importing
from web.studio import inserting as studio_inserting
from web.studio import moving as studio_moving
from web.studio import pages as studio_pages
from web.studio import panels as studio_panels
from web.studio import playing as studio_playing
from web.studio import reviewing as studio_reviewing
from web.studio import running as studio_running
from web.studio import scenarios as studio_scenarios

PAGE_MODULES = (
    health,
    assets,
    auth,
    call_ends,
    channel_door,
    conversations,
    second_step,
    confirm,
    account,
    factors,
    account_links,
    push,
    provider_sign_in,
    inbox,
    live,
    intake,
    task,
    begin,
    matter,
    case,
    transfer,
    monitor,
    appendix,
    chase,
    exports,
    directives,
    briefings,
    paper_templates,
    callbacks,
    duty,
    correction,
    public,
    public_data,
    published_answers,
    public_figures,
    form_files,
    maps,
    address_search,
    following,
    progress,
    tracking_key,
    mail_choice,
    guide,
    answers,
    answer_reviews,
    substitutes,
    admin,
    api_keys,
    webhooks,
    province,
    records,
    registers,
    release_rule,
    journal,
    privacy,
    open311,
    api_document,
    api_work,
    api_events,
    api_reading,
    studio_pages,
    studio_files,
    studio_panels,
    studio_playing,
    studio_scenarios,
    studio_commenting,
    studio_reviewing,
    studio_running,
    studio_moving,
    studio_importing,
    studio_feel,
    studio_form_preview,
    studio_handbook,
    studio_inserting,
    studio_heatmap,
)


def create_app(
    settings: Settings,
    database: Engine,
    *,
    now: Callable[[], datetime] = clock.now,
    demonstration: bool = False,
    meters: Meters | None = None,
) -> Application:
    """Create the application on `database`; `now` is the clock, `demonstration` offers accounts without asking,
    `meters` collects the metrics.
    """
    app = Application(__name__, static_folder="static", template_folder="templates")
    app.database, app.clock, app.settings, app.demonstration = database, now, settings, demonstration
    app.worlds, app.key, app.received_mails = WorldCache(settings.chase_cap), signing_key(settings), list
    app.demands_factors, app.guard = not demonstration, confirmation.guard_page
    app.meters, app.channel, app.error_writers = meters or Meters(), None, {}
    _open_what_settings_name(app, settings)
    app.url_map.converters["int"] = RowNumber
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    security.harden_app(app, settings)
    english()  # An installation without its catalogue must not start: pages would be Vietnamese in both languages.
    app.config.update(BOOTSTRAP_SERVE_LOCAL=True, BABEL_DEFAULT_TIMEZONE="Asia/Ho_Chi_Minh")
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(FOLDER)
    Bootstrap5(app)
    _refuse_forged_forms(app)
    Babel(app, default_locale="vi", locale_selector=request.preferred_language)
    login_manager = LoginManager(app)
    login_manager.session_protection = None  # Phones change IP addresses; only the token counts.
    login_manager.user_loader(request.load_session_user)
    login_manager.unauthorized_handler(auth.redirect_to_login)
    error_pages.register_handlers(app)
    access_log.log_requests(app)
    disclosure_log.install_recorder(app, database)
    app.meters.register_gauges(lambda: gauges.read_in_transaction(database, now()))
    filters.register_filters(app)
    app.jinja_env.globals["form_token"] = new_form_token
    app.context_processor(_template_context)
    for module in PAGE_MODULES:
        app.register_blueprint(module.blueprint)
    return app


def _refuse_forged_forms(app: Application) -> None:
    """Ask each form for its token, except where no session counts: there a signed address or a key is the proof.

    Errors at addresses for programs have the form of what is spoken there.
    """
    forgery = CSRFProtect(app)
    forgery.exempt(mail_choice.submit_mail_choice)  # Mail clients post it.
    for blueprint in (open311.blueprint, channel_door.blueprint, *api_document.PARTS):
        forgery.exempt(blueprint)
    error_pages.answers_errors(app, open311.PREFIX, open311_documents.write_error)
    error_pages.answers_errors(app, channel_door.PREFIX, api_problems.write_problem)
    error_pages.answers_errors(app, api_document.PREFIX, api_problems.write_problem)


def _open_what_settings_name(app: Application, settings: Settings) -> None:
    """The identity provider, the directory and the map tiles, where there are any; raises BadInput."""
    app.provider = connect_provider(app, settings)
    app.directory = LdapDirectory(settings.ldap) if settings.ldap else None
    app.tiles = open_tile_file(settings.tiles) if settings.tiles else None


def _template_context() -> dict[str, Any]:
    """Variables available in every template."""
    return {
        "account": g.get("account"),
        "lang": str(get_locale()),
        "task_link": lambda task_id: url_for("task.show_task", task_id=task_id),
        "demonstration": request.current_application().demonstration,
        "server_time": request.request_time().isoformat() if "now" in g else "",
        "site": request.current_application().settings.site,
        "demo_password": demo_accounts.PASSWORD,
        "has_provider": request.current_application().provider is not None,
        "help_link": guide.help_link,
        "doors": navigation.public_links(),
        "province_name": province_name,
        "print_units": print_head.print_units,
        "print_time": print_head.print_time,
        "navigation": navigation.officer_menu(),
        "is_allowed": navigation.is_allowed,
        "push_key": push.public_key,
        "fields": filters.field_captions,
        "new_fields": filters.new_field_captions,
        "unit_kinds": filters.UNIT_KIND_CAPTIONS,
        "sent_form": once.take_sent_form,
        "case_files": case_files.list_shown_files,
        "compared_pictures": lambda case, task: case_files.pictures_to_compare(
            case_files.list_shown_files(case), task.node
        ),
    }
