"""The alternative design as a baseline: plain SpiffWorkflow, the whole case as JSON, and the product's other rows.

The product's recorded statements are sent raw; with each transaction the case's JSON is read, stepped and stored.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy import make_url

from engine.benchmark.cases import HAPPY_PATH, NOW, START_DATA, BenchmarkOffice
from engine.benchmark.floor import StatementRecording
from engine.bpmn.baseline import PlainCase
from engine.process import definitions


def run_baseline(url: str, root: Path, office: BenchmarkOffice, recording: StatementRecording) -> int:
    """Take every case along the happy path in a copied SQLite database; returns the number of completions."""
    files = {
        str(path): data
        for path, data in definitions.read_deployment_folder(root).items()
        if path.suffix in (".bpmn", ".dmn")
    }
    plain = PlainCase(files, office.definition.key, NOW, office.desk.world)
    connection = sqlite3.connect(str(make_url(url).database), isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    cases = [row[0] for row in connection.execute("SELECT id FROM instance")]
    initial_state = plain.start(START_DATA)
    connection.execute("UPDATE instance SET state = ?", (initial_state,))
    nodes = [node for node in HAPPY_PATH for _ in cases]
    for number, statements in enumerate(recording.transactions):
        case_id = cases[number % len(cases)]
        state = connection.execute("SELECT state FROM instance WHERE id = ?", (case_id,)).fetchone()[0]
        new_state = plain.complete(state, nodes[number], HAPPY_PATH[nodes[number]])
        connection.execute("BEGIN IMMEDIATE")
        for sql, parameters, many in statements:
            (connection.executemany if many else connection.execute)(sql, parameters)
        connection.execute("UPDATE instance SET state = ? WHERE id = ?", (new_state, case_id))
        connection.execute("COMMIT")
    connection.close()
    return len(recording.transactions)
