"""What the journal records: each act outside cases by name. The part before the dot is the chain it belongs to."""

from __future__ import annotations

# Whose account has which rights, and how it is signed in to.
CREATE_ACCOUNT = "account.create"
CLOSE_ACCOUNT = "account.close"
OPEN_ACCOUNT = "account.open"
GRANT_ROLE = "account.grant"
REVOKE_ROLE = "account.revoke"
STAFF_UNITS = "account.staff"
MOVE_ROLES = "account.move"
ADOPT_ROLES = "account.adopt"  # Written by the revision that began to prove roles.
ADOPT_ACCOUNTS = "account.adopt_seals"  # Written by the revision that began to prove accounts.
CHANGE_EMAIL = "account.email"
CHANGE_PASSWORD = "account.password"  # noqa: S105 - The name of an act, not a password.
ADD_FACTOR = "account.add_factor"
REMOVE_FACTOR = "account.remove_factor"
ISSUE_RECOVERY_CODES = "account.recovery_codes"
MAKE_ACCOUNT_LINK = "account.make_link"
USE_ACCOUNT_LINK = "account.use_link"
CHOOSE_DAILY_MAIL = "account.daily_mail"
ARRANGE_SUBSTITUTE = "substitute.arrange"
DECLINE_SUBSTITUTION = "substitute.decline"
END_SUBSTITUTION = "substitute.end"
MOVE_SUBSTITUTES = "substitute.move"  # With the units of a reorganisation.
ADOPT_SUBSTITUTES = "substitute.adopt"  # Written by the revision that began to prove loans.
SET_DUTY = "duty.set"
CLEAR_DUTY = "duty.clear"
JOIN_IDENTITY = "account.join_identity"
PART_IDENTITY = "account.part_identity"
FOLLOW_IDENTITY = "account.follow_identity"
SIGN_IN = "sign_in.open"
REFUSE_SIGN_IN = "sign_in.refuse"
LOCK_SIGN_IN = "sign_in.lock"
SIGN_OUT = "sign_in.end"
USE_RECOVERY_CODE = "sign_in.recovery_code"
CONFIRM_IDENTITY = "sign_in.confirm"
END_SESSIONS = "sign_in.end_others"

# Which other systems may call, and as whom.
MAKE_API_KEY = "api_key.make"
REVOKE_API_KEY = "api_key.revoke"
MAKE_WEBHOOK = "webhook.make"
END_WEBHOOK = "webhook.end"
REPLAY_WEBHOOK = "webhook.replay"

# What citizens write through other channels.
DROP_CONVERSATION = "conversation.drop"

# What the province is and works by.
SET_DAY = "calendar.day"
CLEAR_DAY = "calendar.clear"
SET_OFFICE_HOURS = "calendar.hours"
RESCHEDULE = "calendar.reschedule"
SET_PROVINCE = "unit.set_province"
LOAD_UNITS = "unit.load"
MOVE_UNITS = "unit.move"
LOAD_BORDERS = "unit.load_borders"
LOAD_ADDRESSES = "unit.load_addresses"
ACTIVATE_DEPLOYMENT = "deployment.activate"
ASK_REVIEW = "deployment.ask_review"
APPROVE_DRAFT = "deployment.approve"
RETURN_DRAFT = "deployment.return"
DEPLOY_UNAPPROVED = "deployment.emergency"
SET_RELEASE_RULE = "deployment.set_rule"

# What citizens and authorities are told.
CREATE_ANSWER = "answer.create"
REVISE_ANSWER = "answer.revise"
RETIRE_ANSWER = "answer.retire"
RESTORE_ANSWER = "answer.restore"
CLOSE_QUESTIONS = "answer.close_questions"
ADD_TEMPLATE = "directive.add_template"
USE_TEMPLATE = "directive.use_template"
DISCARD_DIRECTIVE = "directive.discard"
PLAN_BRIEFINGS = "briefing.plan"
ISSUE_BRIEFING = "briefing.issue"
DISCARD_BRIEFING = "briefing.discard"

# What finished cases are called back for.
SET_CALLBACK_RATE = "callback.rate"
RECORD_CALLBACK = "callback.record"

# What is taken at the hotline and becomes no case.
END_CALL = "call.end"

# What is sent to cases by hand.
SEND_MESSAGE = "event.message"
SEND_SIGNAL = "event.signal"

# Who looked for, asked for or took away data.
SEARCH_PERSON = "search.person"
OPEN_DATA_REQUEST = "data_request.open"
CLOSE_DATA_REQUEST = "data_request.close"
OPEN_BREACH = "breach.open"
ADD_BREACH_ENTRY = "breach.add"
CORRECT_BREACH_ENTRY = "breach.correct"
EXPORT_SUBJECT_DATA = "export.subject_data"
EXPORT_EVENT_LOG = "export.event_log"
EXPORT_APPENDIX = "export.appendix"
EXPORT_LIST = "export.list"
EXPORT_SLIP = "export.slip"
EXPORT_SCENARIO = "export.scenario"
EXPORT_ERASED_CODES = "export.erased_codes"
BACK_UP = "export.backup"

# What keeps the program and its records going.
VERIFY_RECORDS = "record.verify"
MAKE_ANCHOR = "record.anchor"
RETRY_INCIDENT = "incident.retry"
RESOLVE_INCIDENT = "incident.resolve"
MIGRATE_DATABASE = "database.migrate"
RESTORE_DATABASE = "database.restore"
REBUILD_FIGURES = "database.rebuild_figures"
CLEAN_FILE = "file.clean"

ACTS = frozenset(value for name, value in tuple(globals().items()) if name.isupper() and isinstance(value, str))

# What the owner of an account is told by mail: rights, when somebody else gave or took them; what proves who they are,
# whoever changed it, because it may have been somebody in their place.
TOLD_TO_OWNER = frozenset({CLOSE_ACCOUNT, OPEN_ACCOUNT, GRANT_ROLE, REVOKE_ROLE, MAKE_API_KEY})
ALWAYS_TOLD = frozenset(
    {CHANGE_EMAIL, CHANGE_PASSWORD, ADD_FACTOR, REMOVE_FACTOR, ISSUE_RECOVERY_CODES, USE_RECOVERY_CODE}
)
