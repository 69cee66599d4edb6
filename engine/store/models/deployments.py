"""Deployments: immutable sets of files, and the processes in them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.columns import Base, Key


class Deployment(Base):
    """An immutable set of diagrams, decision tables, forms, mails and scenarios; `digest` covers all its files.

    New cases use the deployment with the greatest `turn`: that of its last activation. `meaning` is the meaning of
    diagrams under which it was checked, `red_list` the scenarios that failed when it was deployed, as JSON by file; of
    one that was deployed without running them it is empty.
    """

    __tablename__ = "deployment"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(Key)
    message: Mapped[str]
    turn: Mapped[int] = mapped_column(server_default=text("0"))
    meaning: Mapped[int] = mapped_column(server_default=text("1"))
    red_list: Mapped[str | None] = mapped_column(Text)


class Activation(Base):
    """One activation of a deployment, including content that had been deployed before: who, when, why."""

    __tablename__ = "activation"

    turn: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployment.id"))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(Key)
    message: Mapped[str]


class DeploymentFile(Base):
    """One file of a deployment, byte for byte."""

    __tablename__ = "deployment_file"

    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployment.id"), primary_key=True)
    path: Mapped[str] = mapped_column(String(200), primary_key=True)
    content: Mapped[bytes]


class DeploymentField(Base):
    """One field of reports as a deployment lists it; kept beside its files so that no caption needs them read."""

    __tablename__ = "deployment_field"

    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployment.id"), primary_key=True)
    key: Mapped[str] = mapped_column(Key, primary_key=True)
    position: Mapped[int]
    vietnamese: Mapped[str]
    english: Mapped[str]


class ProcessDefinition(Base):
    """One executable process of a deployment; instances refer to it, never to a file."""

    __tablename__ = "process_definition"
    __table_args__ = (UniqueConstraint("deployment_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployment.id"))
    key: Mapped[str] = mapped_column(Key)
    name: Mapped[str]
