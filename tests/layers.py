"""Who may import whom: the packages of the program from low to high. Read by test_architecture alone."""

from __future__ import annotations

# From low to high: a module sees its own package, the packages of the levels below, and none beside it.
# A package is named by its first two parts; what stands loose in engine/ and web/ counts as one each.
LEVELS: tuple[tuple[str, ...], ...] = (
    ("forms",),
    ("engine.text",),
    (
        "engine.actor",
        "engine.data",
        "engine.feel",
        "engine.safe_xml",
        "engine.shipped",
        "engine.soundness",
        "engine.translation",
        "engine.whole_number",
    ),
    ("engine.dmn", "engine.errors"),
    ("engine.clock", "engine.yaml_documents"),
    ("engine.config", "engine.pictures"),
    ("engine.store", "engine.world"),
    ("engine.journal", "engine.live"),
    ("engine.bpmn", "engine.province"),
    ("engine.process", "engine.staff"),
    ("engine.backup", "engine.cases", "engine.reorganisation"),
    (
        "engine.answers",
        "engine.channels",
        "engine.chase",
        "engine.mailing",
        "engine.matters",
        "engine.records",
        "engine.scenarios",
        "engine.statistics",
    ),
    ("engine.benchmark", "engine.documents", "engine.privacy", "engine.push", "engine.studio"),
    ("engine.directives", "engine.handbook", "engine.registers", "engine.webhooks"),
    ("engine.briefings",),
    ("engine.operations",),
    ("engine.replay",),
    ("engine.simulation",),
    ("web.http", "web.stop_request"),
    ("web.job_runners",),
    ("web.worker_process",),
    ("web.display",),
    ("web.pages", "web.studio"),
    ("web.api", "web.open311"),
    ("web.app",),
    ("web.serve",),
    ("web.benchmark",),
    ("web.cli", "web.entry"),
)

# Beside the order of levels: what some may not see although it lies below them.
BLIND: dict[str, tuple[str, ...]] = {
    "engine.clock": ("forms",),
    "engine.config": ("forms",),
    "engine.errors": ("forms",),
    "engine.feel": ("engine.text", "forms"),
    "engine.soundness": ("engine.text", "forms"),
    "engine.world": ("forms",),
    "engine.bpmn": ("forms", "engine.config", "engine.journal", "engine.store"),
    "web": ("engine.bpmn", "engine.store.models"),
    "engine": ("flask", "web"),
}
