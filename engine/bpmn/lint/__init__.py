"""The checker: what is wrong with a deployment's diagrams, decision tables and mails, before it is deployed (R16).

Imported by definitions and by whatever shows an analyst his problems. It runs nothing and raises for no content.
"""

from engine.bpmn.lint.check import check_files
from engine.bpmn.lint.deployment import is_mail_template
from engine.bpmn.lint.vocabulary import Vocabulary
from engine.bpmn.lint.wording import SENTENCES

__all__ = ["SENTENCES", "Vocabulary", "check_files", "is_mail_template"]
