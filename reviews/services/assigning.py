"""Who judges what: automatic with preview, by hand, replacement; what an expert declares."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from applications.capacity import staff_of
from applications.states import State
from calls.models import Call, ReviewStage
from portal import clock
from portal.audit.services import record
from portal.errors import Refusal, RuleViolation
from portal.face.wording import listed
from portal.mail.services import queue
from portal.people.models import User
from reviews.access import require_writer
from reviews.assignment import OpenFile, Plan, Reviewer, assign
from reviews.files import (
    ReviewFile,
    all_grounds,
    fields_of,
    in_review,
    read_experts,
    read_files,
)
from reviews.models import Assignment, AssignmentState, Expert, ExpertTie, Panel, PanelMember
from reviews.models.panel import HELD, WAITING
from reviews.recusal import Ground


@dataclass(frozen=True, slots=True)
class Table:
    """Everything the assignment of one panel rests on, read once."""

    panel: Panel
    files: Sequence[ReviewFile]
    experts: Sequence[Expert]
    # Members who are away before the sheets are due; they get nothing by themselves.
    away: frozenset[int]
    assignments: Mapping[uuid.UUID, Sequence[Assignment]]
    kept_out: Mapping[tuple[uuid.UUID, int], tuple[Ground, ...]]

    def held(self, file: ReviewFile) -> list[Assignment]:
        """Return the standing assignments of a file."""
        return [a for a in self.assignments.get(file.key, ()) if a.state in HELD]

    def known_to(self, file: ReviewFile) -> frozenset[int]:
        """Return the experts who have or had the file."""
        return frozenset(a.expert_id for a in self.assignments.get(file.key, ()))

    def load(self, expert: Expert) -> int:
        """Return how many files of this panel an expert holds."""
        return sum(a.expert_id == expert.pk for f in self.files for a in self.held(f))

    def candidates(self, file: ReviewFile) -> list[Expert]:
        """Return who may take the file by hand: no conflict, never had it."""
        known = self.known_to(file)
        return [
            e for e in self.experts if e.pk not in known and (file.key, e.pk) not in self.kept_out
        ]

    def left_out(self, file: ReviewFile) -> tuple[tuple[Expert, str], ...]:
        """Return who may not judge the file, with the grounds in words."""
        return tuple(
            (expert, listed(str(ground.label) for ground in self.kept_out[file.key, expert.pk]))
            for expert in self.experts
            if (file.key, expert.pk) in self.kept_out
        )


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """One file with who has it and who would get it."""

    file: ReviewFile
    held: tuple[Assignment, ...]
    proposed: tuple[Expert, ...]
    off_field: frozenset[int]
    lacking: int
    kept_out: tuple[tuple[Expert, str], ...]


@dataclass(frozen=True, slots=True)
class Load:
    """How many files an expert holds and would get."""

    expert: Expert
    holds: int
    gets: int
    away: bool

    @property
    def total(self) -> int:
        """Files after the yes."""
        return self.holds + self.gets


@dataclass(frozen=True, slots=True)
class Preview:
    """An assignment as it would be; ``shown`` is what the yes is given to."""

    lines: Sequence[PreviewLine]
    loads: Sequence[Load]
    pairs: Sequence[tuple[uuid.UUID, int]]
    lacking: int
    shown: str


@transaction.atomic
def set_up(
    *,
    stage: ReviewStage,
    by: User,
    per_file: int,
    due_at: dt.datetime,
    fields_bind: bool,
    experts: Collection[Expert],
) -> Panel:
    """Set a stage's panel: how many experts each, until when, and who.

    Raises RuleViolation for experts of another association, for members taken out who hold files,
    and for an end that has passed when it is new.
    """
    require_writer(by, stage.call)
    panel = Panel.objects.select_for_update().filter(stage=stage).first() or Panel(stage=stage)
    if due_at != panel.due_at and due_at <= clock.now():
        raise RuleViolation([_("The end must lie ahead.")])
    if any(e.issuer_id != stage.call.issuer_id or e.ended_at for e in experts):
        raise RuleViolation([_("Choose experts of the association's own register.")])
    panel.per_file, panel.due_at, panel.fields_bind = per_file, due_at, fields_bind
    panel.full_clean(exclude=["stage"])
    panel.save()
    chosen = {expert.pk for expert in experts}
    leaving = panel.members.exclude(expert__in=chosen).select_related("expert")
    holding = set(panel.assignments.held().values_list("expert", flat=True))
    if stuck := [str(m.expert) for m in leaving if m.expert_id in holding]:
        raise RuleViolation(
            [_("%(names)s hold files; replace them there first.") % {"names": listed(stuck)}]
        )
    leaving.delete()
    PanelMember.objects.bulk_create(
        [PanelMember(panel=panel, expert_id=pk) for pk in sorted(chosen)], ignore_conflicts=True
    )
    record(
        "panel_set", by=by, target=panel, issuer=stage.call.issuer,
        experts=len(chosen), per_file=per_file, due=due_at.isoformat(),
    )  # fmt: skip
    return panel


def table_of(panel: Panel) -> Table:
    """Read all that an assignment rests on; the number of queries is fixed."""
    files = read_files(in_review(panel.stage.call))
    experts = [
        m.expert for m in panel.members.select_related("expert") if m.expert.ended_at is None
    ]
    last = clock.local(panel.due_at - dt.timedelta(microseconds=1)).date()
    away = {
        e.pk
        for e in experts
        if e.away_from and e.away_until and e.away_from <= last and e.away_until >= clock.today()
    }
    assignments: dict[uuid.UUID, list[Assignment]] = {}
    for one in panel.assignments.select_related("expert"):
        assignments.setdefault(one.application_id, []).append(one)
    return Table(
        panel,
        list(files.values()),
        experts,
        frozenset(away),
        assignments,
        all_grounds(files.values(), read_experts(experts)),
    )


def preview(panel: Panel) -> Preview:
    """Return the assignment the yes would make; writes nothing."""
    table = table_of(panel)
    plan = _plan(table)
    by_key = {expert.pk: expert for expert in table.experts}
    lines = []
    for file in table.files:
        got = [pair for pair in plan.pairs if pair[0] == str(file.key)]
        lines.append(
            PreviewLine(
                file=file,
                held=tuple(table.held(file)),
                proposed=tuple(by_key[expert] for _file, expert in got),
                off_field=frozenset(expert for f, expert in got if (f, expert) in plan.off_field),
                lacking=plan.lacking.get(str(file.key), 0),
                kept_out=table.left_out(file),
            )
        )
    gets = [expert for _file, expert in plan.pairs]
    loads = [Load(e, table.load(e), gets.count(e.pk), e.pk in table.away) for e in table.experts]
    pairs = [(uuid.UUID(file_key), expert) for file_key, expert in plan.pairs]
    return Preview(
        lines, loads, pairs, sum(plan.lacking.values()), _fingerprint(panel, table, plan)
    )


def _plan(table: Table) -> Plan:
    panel = table.panel
    ready = [e for e in table.experts if e.pk not in table.away]
    open_files = [
        OpenFile(
            key=str(file.key),
            wanted=max(0, panel.per_file - len(table.held(file))),
            fields=fields_of(file, table.experts),
            known_to=table.known_to(file),
        )
        for file in table.files
    ]
    reviewers = [Reviewer(e.pk, frozenset(e.fields), table.load(e), e.most_files) for e in ready]
    conflicts = {(str(file), expert) for file, expert in table.kept_out}
    return assign(open_files, reviewers, conflicts, fields_bind=panel.fields_bind)


def _fingerprint(panel: Panel, table: Table, plan: Plan) -> str:
    held = sorted((str(f.key), a.expert_id) for f in table.files for a in table.held(f))
    plain = [panel.pk, held, list(plan.pairs)]
    return hashlib.sha256(json.dumps(plain).encode()).hexdigest()


@transaction.atomic
def confirm(*, panel_id: int, shown: str, by: User) -> int:
    """Make the assignment the preview showed and tell the experts; return how many files went out.

    Raises RuleViolation when anything it rests on changed meanwhile, or there is nothing to give.
    """
    panel = _lock(panel_id, by)
    current = preview(panel)
    if current.shown != shown:
        raise RuleViolation([_("Something has changed meanwhile; look at the assignment again.")])
    if not current.pairs:
        raise RuleViolation([_("There is nothing to assign.")])
    versions = {line.file.key: line.file.version for line in current.lines}
    now = clock.now()
    Assignment.objects.bulk_create(
        Assignment(
            panel=panel, application_id=file, expert_id=expert, version=versions[file],
            assigned_by=by, assigned_at=now,
        )
        for file, expert in current.pairs
    )  # fmt: skip
    record(
        "files_assigned", by=by, target=panel, issuer=panel.stage.call.issuer,
        pairs=len(current.pairs),
    )  # fmt: skip
    for load in current.loads:
        if load.gets:
            _tell_expert(panel, load.expert, load.gets, now)
    return len(current.pairs)


@transaction.atomic
def assign_by_hand(
    *, panel_id: int, application_id: uuid.UUID, expert_id: int, by: User
) -> Assignment:
    """Give one file to one expert; raises RuleViolation with every ground against it."""
    panel = _lock(panel_id, by)
    given = _give(panel, application_id, expert_id, by)
    _tell_expert(panel, given.expert, 1, given.assigned_at)
    return given


def _give(panel: Panel, application_id: uuid.UUID, expert_id: int, by: User) -> Assignment:
    table = table_of(panel)
    file = next((f for f in table.files if f.key == application_id), None)
    expert = next((e for e in table.experts if e.pk == expert_id), None)
    if file is None:
        raise RuleViolation([_("This application is not in review.")])
    if expert is None:
        raise RuleViolation([_("This expert is not on the panel.")])
    refusals = [
        Refusal(
            _("%(name)s keeps out: %(ground)s.") % {"name": expert, "ground": ground.label},
            code=ground.value,
        )
        for ground in table.kept_out.get((file.key, expert.pk), ())
    ]
    if expert.pk in table.known_to(file):
        refusals.append(Refusal(_("%(name)s has or had this file.") % {"name": expert}))
    if refusals:
        raise RuleViolation(refusals)
    given = Assignment.objects.create(
        panel=panel, application_id=file.key, expert=expert, version=file.version,
        assigned_by=by, assigned_at=clock.now(),
    )  # fmt: skip
    record("file_assigned", by=by, target=given, issuer=panel.stage.call.issuer, expert=expert.pk)
    return given


@transaction.atomic
def replace(
    *, assignment_id: uuid.UUID, by: User, reason: str, expert_id: int | None = None
) -> Assignment | None:
    """Take a file from an expert, and give it to another one if named.

    Raises RuleViolation without a reason, for a sheet that was handed in, and with every ground
    against the new expert.
    """
    one = _locked(assignment_id)
    panel = _lock(one.panel_id, by)
    if not reason.strip():
        raise RuleViolation([_("Say why the expert is replaced.")])
    if one.state not in WAITING:
        raise RuleViolation([_("Only a file that still waits for its score can be replaced.")])
    one.state, one.ended_reason = AssignmentState.REPLACED, reason.strip()[:300]
    one.save(update_fields=["state", "ended_reason"])
    record("expert_replaced", by=by, target=one, issuer=panel.stage.call.issuer)
    if one.expert.user is not None:
        queue(
            to=one.expert.user,
            template="reviews/file_taken",
            context={"call": panel.stage.call, "alias": one.alias},
            occasion=f"file-taken:{one.pk}",
            issuer=panel.stage.call.issuer,
            url=reverse("desk:files"),
        )
    if expert_id is None:
        return None
    given = _give(panel, one.application_id, expert_id, by)
    _tell_expert(panel, given.expert, 1, given.assigned_at)
    return given


@transaction.atomic
def take_back(*, panel_id: int, expert_id: int, reason: str, by: User) -> int:
    """Take every file from an expert that still waits for her score; return how many.

    The next assignment gives them to others. Raises RuleViolation without a reason and where no
    file waits.
    """
    panel = _lock(panel_id, by)
    if not reason.strip():
        raise RuleViolation([_("Say why the expert is replaced.")])
    waiting = list(
        panel.assignments.waiting().filter(expert=expert_id).values_list("pk", flat=True)
    )
    if not waiting:
        raise RuleViolation([_("No file waits for this expert's score.")])
    for pk in waiting:
        replace(assignment_id=pk, by=by, reason=reason)
    record(
        "late_files_taken_back", by=by, target=panel, issuer=panel.stage.call.issuer,
        expert=expert_id, files=len(waiting),
    )  # fmt: skip
    return len(waiting)


# The expert's own declarations ---------------------------------------------------------------
@transaction.atomic
def clear(*, assignment_id: uuid.UUID, by: User) -> Assignment:
    """Keep the expert's word that she has no conflict; the file opens from now on.

    Raises RuleViolation when the portal knows of one, or the file is not hers to open any more.
    """
    one = _own(assignment_id, by)
    if one.state != AssignmentState.ASSIGNED:
        return one
    files = read_files([s for s in in_review(one.panel.stage.call) if s.pk == one.application_id])
    facts = read_experts([one.expert])
    if all_grounds(files.values(), facts):
        raise RuleViolation(
            [_("You have a tie to this applicant and must not judge it. Declare the conflict.")]
        )
    one.state, one.cleared_at = AssignmentState.OPEN, clock.now()
    one.save(update_fields=["state", "cleared_at"])
    record("no_conflict_declared", by=by, target=one, issuer=one.panel.stage.call.issuer)
    return one


@transaction.atomic
def recuse(*, assignment_id: uuid.UUID, by: User, reason: str) -> Assignment:
    """Keep the expert's declaration of a conflict: the file leaves her desk and staff are told.

    Raises RuleViolation without a reason or for a sheet that was handed in.
    """
    one = _own(assignment_id, by)
    if not reason.strip():
        raise RuleViolation([_("Say what the conflict is.")])
    if one.state not in WAITING:
        raise RuleViolation([_("This file is not waiting for your score.")])
    one.state, one.ended_reason = AssignmentState.RECUSED, reason.strip()[:300]
    one.save(update_fields=["state", "ended_reason"])
    ExpertTie.objects.create(
        expert=one.expert,
        application_id=one.application_id,
        reason=one.ended_reason,
        declared_at=clock.now(),
    )
    record("conflict_declared", by=by, target=one, issuer=one.panel.stage.call.issuer)
    _tell_staff(one)
    return one


def is_live(one: Assignment) -> bool:
    """Tell whether the application is still in review: not returned, withdrawn or decided."""
    return one.application.state == State.ACCEPTED


def _own(assignment_id: uuid.UUID, by: User) -> Assignment:
    one = _locked(assignment_id)
    if one.expert.user_id != by.pk or one.expert.ended_at or one.state not in HELD:
        raise RuleViolation([_("This file is not on your desk any more.")])
    if not is_live(one):
        raise RuleViolation([_("This application is not in review at present.")])
    return one


def _locked(assignment_id: uuid.UUID) -> Assignment:
    return (
        Assignment.objects.select_for_update(of=("self",))
        .select_related(
            "expert__user", "expert__issuer", "application", "panel__stage__call__issuer"
        )
        .get(pk=assignment_id)
    )


def _lock(panel_id: int, by: User) -> Panel:
    """Lock the panel: two who assign at once go one after the other."""
    panel = (
        Panel.objects.select_for_update(of=("self",))
        .select_related("stage__call__issuer__organisation")
        .get(pk=panel_id)
    )
    require_writer(by, panel.stage.call)
    return panel


def _tell_expert(panel: Panel, expert: Expert, number: int, at: dt.datetime) -> None:
    call: Call = panel.stage.call
    queue(
        to=expert.user or (expert.email, expert.name),
        template="reviews/files_assigned",
        context={"call": call, "number": number, "due_at": panel.due_at},
        occasion=f"files-assigned:{panel.pk}:{expert.pk}:{at:%Y%m%d%H%M%S%f}",
        issuer=call.issuer,
        url=reverse("desk:files"),
    )


def _tell_staff(one: Assignment) -> None:
    """Tell who works for the association that a file lacks an expert again."""
    call = one.panel.stage.call
    for user in staff_of(call.issuer_id):
        queue(
            to=user,
            template="reviews/conflict_declared",
            context={"call": call, "expert": one.expert, "application": one.application},
            occasion=f"conflict:{one.pk}",
            issuer=call.issuer,
            url=reverse("admin:reviews_panel", args=[one.panel.stage_id]),
        )
