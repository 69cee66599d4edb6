"""What shows that a report was resolved: whether a result needs a photo or a visit beside its text.

The deployment's table `workflows/evidence.dmn` says it by the report's field; its output, `evidence`, is process data,
decided anew in every round. The forms of results have rules about it. A process without the table asks for nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.bpmn.step import process_data_of
from engine.cases.attachments import CleanFile
from engine.errors import Invalid
from engine.process import definitions
from engine.process.instances import InstanceSnapshot
from engine.store.db import Transaction
from forms.conditions import EVIDENCE_KINDS
from forms.schema import Form

EVIDENCE = "evidence"


def asks_for_evidence(form: Form) -> bool:
    """Whether a rule of the form names the evidence that the case needs."""
    return any(EVIDENCE in rule.refuses.names for field in form.fields for rule in field.rules)


def evidence_in(data: Mapping[str, object]) -> str:
    """What process data asks for, one of EVIDENCE_KINDS; empty when it says nothing that is known."""
    needed = data.get(EVIDENCE)
    return needed if isinstance(needed, str) and needed in EVIDENCE_KINDS else ""


def needed_evidence(tx: Transaction, case: InstanceSnapshot) -> str:
    """The same for a stored case."""
    process = definitions.load_deployment(tx, case.digest).get_process(case.key)
    return evidence_in(process_data_of(process, case.state))


def faults_in_pictures(form: Form, files: Mapping[str, Sequence[CleanFile]]) -> dict[str, list[Invalid]]:
    """By field, a fault for each file that is no picture where the form takes pictures only."""
    faults = {
        key: [
            Invalid(key, "attachment-no-picture", name=file.name)
            for file in files.get(key, ())
            if not file.media_type.startswith("image/")
        ]
        for key, field in form.inputs.items()
        if field.pictures
    }
    return {key: about for key, about in faults.items() if about}
