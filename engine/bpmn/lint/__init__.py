"""The checker: finds problems in a deployment's diagrams, decision tables and mails before it is deployed (R16).

It executes nothing and no content makes it raise.
"""

from engine.bpmn.lint.check import advise_files, changes_in_files, check_files, index_files, prove_files
from engine.bpmn.lint.deployment import DeploymentIndex, is_mail_template
from engine.bpmn.lint.meanings import MEANING
from engine.bpmn.lint.value_domain import ValueDomain
from engine.bpmn.lint.vocabulary import Vocabulary
from engine.bpmn.lint.wording import SENTENCES

__all__ = [
    "MEANING",
    "SENTENCES",
    "DeploymentIndex",
    "ValueDomain",
    "Vocabulary",
    "advise_files",
    "changes_in_files",
    "check_files",
    "index_files",
    "is_mail_template",
    "prove_files",
]
