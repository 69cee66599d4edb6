"""Every column of every table: erased personal data, retained data with the reason, and columns that are not personal.

Tests fail for a column that is missing here; docs/reference/personal_data.md repeats the list.
"""

from __future__ import annotations

from collections.abc import Mapping

# Personal data of citizens, and how it is erased.
ERASED_COLUMNS: Mapping[str, str] = {
    "report.reporter_name": "emptied",
    "report.phone": "emptied",
    "report.second_phone": "emptied",
    "report.phone_note": "emptied",
    "report.address": "emptied",
    "report.position": "emptied",
    "report.email": "emptied",
    "report.content": "emptied",
    "report.folded": "emptied, and with it the index of words",
    "tracking_key.digest": "emptied, so that no key opens the report",
    "report.matter": "emptied, and with it the index of words",
    "report.salt": "emptied, so that digests in the history cannot be guessed at",
    "submission.content": "texts are removed, choices, numbers and days stay",
    "submission.salt": "emptied, so that digests in the history cannot be guessed at",
    "contact.note": "emptied",
    "attachment.name": "the row is deleted",
    "attachment.digest": "the row is deleted",
    "attachment.thumbnail": "the row is deleted",
    "stored_file.content": "deleted when nothing else names the same bytes",
    "stored_file.digest": "deleted when nothing else names the same bytes",
    "draft.content": "deleted with the case; any draft 30 days after it was saved",
    "report_link.reason": "emptied",
    "look.origin": "emptied where the citizen looked",
    "question.text": "the row is deleted when the time of retention has passed since it was asked",
    "answer_review.note": "emptied",
    "answer_review.reply": "emptied",
    "published_answer.text": "the row is deleted",
    "conversation.peer": "the row is deleted, or 30 days after nothing was made of it",
    "conversation_message.subject": "the row is deleted with its conversation",
    "conversation_message.text": "the row is deleted with its conversation",
    "conversation_message.position": "the row is deleted with its conversation",
    "saved_filter.query": "deleted when it names a number that is forgotten",
    "data_request.phone": "emptied after the erasure, or the time of retention after the answer",
    "data_request.name": "emptied after the erasure, or the time of retention after the answer",
    "data_request.identity": "emptied after the erasure, or the time of retention after the answer",
}

# What officers wrote in work without a report, and how it is erased with it.
ERASED_WORK_COLUMNS: Mapping[str, str] = {
    "matter.line": "the name of the work stays; of a letter its subject, which is kept",
    "matter.folded": "code and name stay",
    "matter_file.name": "the row is deleted",
    "matter_file.digest": "the row is deleted",
    "matter_file.thumbnail": "the row is deleted",
}

_OFFICER = "of an officer, kept with the record (R13)"
_TYPED = "typed by an officer about the work; the page asks for no names"

# What may reveal something about a person and is kept.
RETAINED_COLUMNS: Mapping[str, str] = {
    "person.login": _OFFICER,
    "person.name": _OFFICER,
    "person.email": _OFFICER,
    "person.phone": _OFFICER,
    "person.password_hash": "no password can be read from it",
    "person.salt": "so that digests in the journal cannot be guessed at",
    "duty_shift.phone": _OFFICER,
    "history.actor": "officers by number; citizens only as such",
    "history.origin": "where an act came from, also a citizen's network address (R13)",
    "history.detail": "facts of the process and reasons that officers typed; of personal values salted digests alone",
    "journal.actor": "officers by number",
    "journal.origin": "where an act came from (R13); of a failed sign-in also a stranger's network address",
    "journal.subject": "accounts by number; of a login that nobody has, a keyed digest",
    "journal.detail": "facts of the work, addresses of officers, no secret; salted or keyed digests",
    "look.viewer": _OFFICER,
    "data_request.answer": _TYPED,
    "matter_hold.reason": "typed by an officer about the inspection; deleted when the hold is released",
    "data_hold.reason": "typed by an officer about the inspection; deleted when the hold is released",
    "breach_entry.text": _TYPED,
    "directive.subject": _TYPED,
    "directive.demand": _TYPED,
    "directive.signer_name": "of the leader who signs",
    "briefing.subject": _TYPED,
    "briefing.situation": _TYPED,
    "briefing.chase": _TYPED,
    "briefing.assessment": _TYPED,
    "briefing.proposals": _TYPED,
    "briefing.signer_name": "of the leader who signs",
    "briefing.sent_to": "the address of an authority",
    "briefing_plan.address": "the address of an authority",
    "studio_comment.text": "about a draft, typed by an analyst, who sees no case; deleted with the draft",
    "job.parameters": "numbers and codes of steps",
    "job.result": "codes, steps and figures: nothing personal; deleted after 90 days",
    "job.fault": "a rule and its facts",
    "studio_review.note": _TYPED,
    "studio_review.reason": _TYPED,
    "release_approval.emergency": _TYPED,
    "standard_answer.question": "general words, published",
    "standard_answer.answer": "general words, published",
    "standard_answer.folded": "general words, published",
    "standard_answer.note": _TYPED,
    "chosen_file.name": "the row is deleted when the form is sent, or a day later",
    "chosen_file.content": "the row is deleted when the form is sent, or a day later",
    "chosen_file.thumbnail": "the row is deleted when the form is sent, or a day later",
    "form_receipt.key": "a keyed digest of what was sent, deleted within a day",
    "form_receipt.location": "where the page led, which may name what was searched for; deleted within a day",
    "form_receipt.result": "the number of the report that was filed, deleted within a day",
    "word_count.word": "words of what at least three reports are about, without who reported; learnt anew every day",
    "web_session.digest": "no session can be opened with it; deleted when it ends",
    "unfiled_call.note": "a place that an officer named to a caller; numbers and addresses are masked",
    "push_subscription.endpoint": "where an officer's browser is reached; deleted when the session ends",
    "push_subscription.point": "the public key of an officer's browser; deleted when the session ends",
    "push_subscription.secret": "what only that browser and we know; deleted when the session ends",
    "web_session.address": "where an officer signed in from; deleted when the session ends",
    "web_session.device": "the browser and system of an officer in words; deleted when the session ends",
    "sign_in_factor.name": "what an officer calls a device; deleted when it is removed",
    "sign_in_factor.secret": "encrypted, or a public key; deleted when it is removed",
    "sign_in_factor.digest": "no factor can be made from it; deleted when it is removed",
    "recovery_code.digest": "no code can be made from it; deleted with the next set of codes",
    "account_link.handle": "no link can be made from it; deleted 30 days after it has expired",
    "external_identity.subject": "how the province's identity provider knows an officer; deleted when the two part",
    "external_identity.posts": "roles, no more",
    "throttle.key": "a digest of a number or address, deleted within a day",
}

# Facts for figures, the process and the program itself. Columns that hold text from outside are listed above.
IMPERSONAL_COLUMNS: Mapping[str, str] = {
    "account_link": "id person_id kind created_at expires_at made_by used_at",
    "activation": "turn deployment_id at by message",
    "anchor_export": "day at cases digest copied_at mailed_at tried_at",
    "announcement": "id content",
    "answer_review": "id instance_id unit_code field verdict at reviewer_id reviewer_unit replied_at replied_by",
    "answer_use": "id instance_id answer_key version field at unchanged",
    "api_key": "id name digest door person_id per_minute sends_events made_at made_by used_at revoked_at",
    "attachment": "id report_id media_type size added_at added_by",
    "address": "id text folded street place longitude latitude",
    "address_set": "id source licence loaded_at addresses",
    "border": "code former west south east north rings",
    "border_set": "id source licence loaded_at digest picture",
    "breach": "id recorded_at recorded_by",
    "breach_entry": "id breach_id kind recipient happened_at recorded_at recorded_by corrects_id",
    "briefing": (
        "id cadence first last state version figures signer_title made_at made_by year number symbol issued_at "
        "issued_by digest template_id"
    ),
    "briefing_number": "year last",
    "briefing_plan": "cadence active changed_at changed_by",
    "callback": "id instance_id draw unit_code field percent tries reached satisfied truthful called_at called_by",
    "callback_draw": "last first seed drawn_at cases",
    "callback_rate": "unit_code percent set_at set_by",
    "chosen_file": "id form person_id field media_type size added_at",
    "contact": "id report_id at means reached recorded_at recorded_by",
    "conversation": "id channel state report_id began_at ended_at ended_by",
    "conversation_message": "id conversation_id channel digest received_at",
    "data_hold": "report_id at by",
    "data_request": "id kind reports matters received_at received_by due_at closed_at closed_by outcome",
    "deployment": "id number digest created_at created_by message turn meaning red_list",
    "deployment_field": "deployment_id key position vietnamese english",
    "deployment_file": "deployment_id path content",
    "directive": (
        "id state version days signer_title drafted_at drafted_by year number symbol issued_at issued_by due_at digest "
        "template_id"
    ),
    "directive_case": "directive_id instance_id unit_code due_at",
    "directive_number": "year last",
    "directive_template": "id paper name digest added_at added_by turn used_from",
    "directive_unit": "directive_id unit_code instance_id received_at received_by",
    "draft": "person_id key saved_at",
    "duty_shift": "unit_code week person_id set_at set_by",
    "figure": (
        "scale first unit field received reopened on_time late false_report otherwise transferred satisfied "
        "dissatisfied"
    ),
    "figure_check": "id at cases cases_wrong sums_wrong detail",
    "figure_fold": "scale first",
    "form_receipt": "form at",
    "history": "instance_id seq at action node digest",
    "holiday": "day kind name source",
    "incident": "id instance_id kind node message action created_at attempts resolved_at resolved_by",
    "instance": (
        "id report_id definition_id status version state started_at finished_at due_at overdue_at resolved_at "
        "history_head history_count"
    ),
    "instance_move": "instance_id definition_id state version at by",
    "job": (
        "id kind subject person_id origin language state done total created_at started_at ended_at leased_until "
        "attempts"
    ),
    "job_run": "job day at",
    "journal": "chain seq at act digest",
    "journal_chain": "name head length",
    "external_identity": "issuer person_id joined_at",
    "look": "report_id purpose period at seq",
    "look_head": "report_id looks head",
    "mail": "id channel recipient kind about created_at available_at leased_until attempts sent_at",
    "mark": "id instance_id status at due_at",
    "matter": "instance_id code page name unit_code starter_id anonymised_at",
    "matter_file": "id instance_id media_type size added_at added_by",
    "matter_hold": "instance_id at by",
    "matter_number": "letters year last",
    "notice_recipient": "outbox_id channel recipient unit_code mail_id",
    "office_hours": "unit_kind weekday opens closes",
    "one_time_code": "handle report_id requested_at expires_at tries queued_at used_at",
    "outbox": "id instance_id kind rung occurrence template payload created_at available_at sent_at attempts",
    "person": "id password_changed_at active wants_digest",
    "process_definition": "id deployment_id key name",
    "province": "id name kind letters set_at",
    "published_answer": "instance_id decided_at decided_by",
    "push_subscription": "session_digest person_id language created_at available_at leased_until seen_task attempts",
    "question": "id field asked_at asked_by settled_at settled_by answer_key",
    "report": "id code received_at channel field urgency place complete call_seconds anonymised_at",
    "report_link": "id report_id other_id kind created_at undone_at settled_at",
    "recovery_code": "person_id used_at",
    "revision": "name number",
    "role_assignment": "person_id unit_code role",
    "saved_filter": "id person_id name",
    "sign_in_factor": "id person_id kind counter created_at used_at",
    "spell": (
        "id instance_id report_id unit field began_at began_on began_hour began_by due_at ended_at ended_on ended_by "
        "transferred_on opinion opinion_on"
    ),
    "standard_answer": "id key version field owner_code created_at created_by retired_at from_version",
    "start_timer": "process node rule since planned due anchor period turn turns_left begun",
    "studio_comment": "id draft_id thread_id path element line person_id at resolved_at resolved_by",
    "release_approval": "turn approved_by approved_at",
    "release_rule": "id needs_approval set_at set_by",
    "studio_draft": "id person_id base_id title created_at saved_at shared_at",
    "studio_file": "draft_id path content version saved_at",
    "studio_review": "id draft_id base_id digest asked_by asked_at verdict decided_by decided_at",
    "studio_member": "draft_id person_id may_edit edited_at",
    "submission": "id instance_id task_engine_id at actor form",
    "signal_broadcast": (
        "id name payload sender_id thrown_at thrown_by origin last_subscription waiting visited delivered failed "
        "done_at"
    ),
    "subscription": "id instance_id engine_id kind name correlations",
    "substitute": (
        "id person_id substitute_id unit_code roles starts_at ends_at arranged_by seen_at declined_at ended_by"
    ),
    "sweep": "id kind by started_at finished_at after looked_at found first beside unproven",
    "task": (
        "id instance_id engine_id node name role unit_code passed_from form state version assignee_id owner_id "
        "opened_at due_at urgency_rank closed_at closed_by"
    ),
    "throttle": "ends_at count",
    "timer": "id instance_id engine_id node due wake attempts",
    "tracking_key": "report_id serial issued_at issued_by",
    "unfiled_call": "id at reason seconds taken_by place",
    "unit": "code name kind parent_code source closed_at successor_code latitude longitude",
    "webhook": "id name url handle seen_at made_at made_by ended_at",
    "webhook_call": ("id webhook_id source body created_at available_at leased_until attempts sent_at outcome"),
    "word_count": "reports",
    "web_session": "person_id created_at seen_at expires_at proof proven_at",
}
