"""Units, their staff with accounts, and the calendar they work by."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Boolean, ForeignKey, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.columns import Base, Instant, Key


class Unit(Base):
    """A unit of the province, keyed by its official code; a unit that ceases to exist is closed, never deleted."""

    __tablename__ = "unit"

    code: Mapped[str] = mapped_column(Key, primary_key=True)
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(Key)
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("unit.code"), index=True)
    source: Mapped[str] = mapped_column(Key, server_default="")  # The kind of file it was loaded from.
    closed_at: Mapped[datetime | None]
    successor_code: Mapped[str | None] = mapped_column(ForeignKey("unit.code"))
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]


class Person(Base):
    """An officer with an account; roles are held per unit."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(Key, unique=True)
    name: Mapped[str]
    email: Mapped[str | None]
    phone: Mapped[str | None] = mapped_column(String(20))
    password_hash: Mapped[str | None]
    password_changed_at: Mapped[datetime | None]  # None: someone else set the password, so it must be changed.
    salt: Mapped[bytes | None]  # Of the seals that the journal keeps of the account.
    active: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))
    wants_digest: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))  # The daily morning mail.


class RoleAssignment(Base):
    """A person holds a role in a unit."""

    __tablename__ = "role_assignment"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    unit_code: Mapped[str] = mapped_column(ForeignKey("unit.code"), primary_key=True, index=True)
    role: Mapped[str] = mapped_column(Key, primary_key=True)


class Substitute(Base):
    """While a person is away from a unit, a substitute does their work there with the roles named here (R12).

    `roles` are words between spaces; `arranged_by` and `ended_by`, who ended or declined it early, are actors;
    `seen_at` is when the substitute first read of it.
    """

    __tablename__ = "substitute"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    substitute_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    unit_code: Mapped[str] = mapped_column(ForeignKey("unit.code"))
    roles: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    arranged_by: Mapped[str] = mapped_column(Key)
    seen_at: Mapped[datetime | None]
    declined_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(Key)


class DutyShift(Base):
    """Who takes a unit's emergencies outside office hours in the week that begins on the Monday `week`.

    `phone` is the number to call during the week, "" for the person's own.
    """

    __tablename__ = "duty_shift"

    unit_code: Mapped[str] = mapped_column(ForeignKey("unit.code"), primary_key=True)
    week: Mapped[date] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    phone: Mapped[str] = mapped_column(String(20), server_default="")
    set_at: Mapped[datetime]
    set_by: Mapped[str] = mapped_column(Key)


class WebSession(Base):
    """A signed-in session. Only the digest of the token is stored, so the table grants no access."""

    __tablename__ = "web_session"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)
    proof: Mapped[str] = mapped_column(server_default="password")  # Kinds of proof, words between spaces.
    proven_at: Mapped[datetime | None]  # When its person last proved who they are; None: before this was kept.
    address: Mapped[str] = mapped_column(String(80), server_default="")
    device: Mapped[str] = mapped_column(String(80), server_default="")  # Browser and system in short words.


class Throttle(Base):
    """The number of attempts within a window; `key` is a digest, so it reveals neither address nor login."""

    __tablename__ = "throttle"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    ends_at: Mapped[datetime] = mapped_column(Instant, index=True)
    count: Mapped[int]


class Draft(Base):
    """What a person has typed but not yet submitted; `key` identifies the page. Deleted on submission."""

    __tablename__ = "draft"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    key: Mapped[str] = mapped_column(Key, primary_key=True)
    content: Mapped[str]
    saved_at: Mapped[datetime]


class FormReceipt(Base):
    """A form that was sent, so that it is not sent again: where its answer led, and what the page kept of it.

    `key` is a keyed digest of its content, `form` a digest of its token. Deleted a day later.
    """

    __tablename__ = "form_receipt"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    form: Mapped[str] = mapped_column(String(64), index=True)
    location: Mapped[str] = mapped_column(Text)
    result: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Instant, index=True)


class SavedFilter(Base):
    """A person's own list in the inbox: a name and the query string of its URL."""

    __tablename__ = "saved_filter"
    __table_args__ = (UniqueConstraint("person_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(Key)
    query: Mapped[str]


class Revision(Base):
    """A counter that every change to units, people, roles, holidays or office hours increments, to expire caches."""

    __tablename__ = "revision"

    name: Mapped[str] = mapped_column(Key, primary_key=True)
    number: Mapped[int]


class Holiday(Base):
    """A day that differs from the published calendar: closed, or worked in exchange."""

    __tablename__ = "holiday"

    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    name: Mapped[str]
    source: Mapped[str] = mapped_column(Text, server_default="")


class OfficeHours(Base):
    """A period in which units of a kind are open: ISO weekday 1 to 7 (8: public holidays), times as "HH:MM"."""

    __tablename__ = "office_hours"

    unit_kind: Mapped[str] = mapped_column(Key, primary_key=True)
    weekday: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    opens: Mapped[str] = mapped_column(String(5), primary_key=True)
    closes: Mapped[str] = mapped_column(String(5))
