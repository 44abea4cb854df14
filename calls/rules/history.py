"""What a unit or a person has had before: projects that still run, and earlier awards."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from calls.rules.facts import Facts, Finding, PastProject, Person, RuleSpec, Stage, Verdict
from calls.rules.kind import PERSON_ROLE, Params, RuleKind, mapping
from calls.rules.words import day
from portal.face.wording import listed

UNIT, PERSON = SUBJECTS = ("unit", "person")

Fits = Callable[[PastProject], bool]


def stage_of(params: Params) -> Stage:
    """A unit can be judged before anything is filled in, persons when they are named."""
    return Stage.ELIGIBILITY if params["subject"] == UNIT else Stage.OBJECT


def judge_running_project(spec: RuleSpec, facts: Facts) -> Finding | None:
    """Ask that fewer projects than the limit still run: their planned end has not passed.

    A project without a planned end is not known to have ended; it leaves the finding unknown
    where it decides.
    """
    limit = int(spec.params["limit"])
    today = facts.today
    if today is None:
        return None

    def runs(project: PastProject) -> bool:
        return project.ends_on is not None and project.ends_on >= today

    def may_run(project: PastProject) -> bool:
        return project.ends_on is None or project.ends_on >= today

    if spec.params["subject"] == UNIT:
        own = [project for project in facts.past if project.own]
        return _unit_running(spec, limit, own, runs, may_run)
    people = _people(spec, facts)
    if not people:
        return None
    full = [p.name for p in people if _times(p, facts.past, spec, runs) >= limit]
    unsure = [p.name for p in people if _times(p, facts.past, spec, may_run) >= limit]
    words = {"limit": limit, "names": listed(dict.fromkeys(full or unsure))}
    if full:
        message = _("%(names)s: projects that still run: %(limit)s or more, as many as allowed.")
        return Finding(spec, Stage.OBJECT, Verdict.NO, message % words)
    if unsure:
        message = _("%(names)s: whether earlier projects still run is not known.")
        return Finding(spec, Stage.OBJECT, Verdict.UNKNOWN, message % words)
    message = _("Nobody named has too many projects that still run.")
    return Finding(spec, Stage.OBJECT, Verdict.YES, message)


def _unit_running(
    spec: RuleSpec, limit: int, own: Iterable[PastProject], runs: Fits, may_run: Fits
) -> Finding:
    running = [project for project in own if runs(project)]
    possible = [project for project in own if may_run(project)]
    told = tuple(_project_words(project) for project in possible)
    words = {
        "limit": limit,
        "running": len(running),
        "titles": listed(_("“%s”") % project.title for project in running or possible),
    }
    if len(running) >= limit:
        message = _("Projects that still run: %(titles)s; as many as allowed (%(limit)s).")
        return Finding(spec, Stage.ELIGIBILITY, Verdict.NO, message % words, facts=told)
    if len(possible) >= limit:
        message = _("Whether %(titles)s still run is not recorded; the association will check it.")
        return Finding(spec, Stage.ELIGIBILITY, Verdict.UNKNOWN, message % words, facts=told)
    message = _("Projects that still run: %(running)s; fewer than %(limit)s.")
    return Finding(spec, Stage.ELIGIBILITY, Verdict.YES, message % words, facts=told)


def _project_words(project: PastProject) -> str:
    if project.ends_on is None:
        return _("“%(title)s”: no end is recorded.") % {"title": project.title}
    words = {"title": project.title, "day": day(project.ends_on)}
    return _("“%(title)s”: planned until %(day)s.") % words


def judge_earlier_award(spec: RuleSpec, facts: Facts) -> Finding | None:
    """Refuse whom an earlier call of the association selected within so many years.

    Years are those of the calls: with two years, the call of 2024 looks at 2022, 2023 and at
    earlier calls of 2024.
    """
    years = int(spec.params["years"])

    def counts(project: PastProject) -> bool:
        return project.years_ago <= years

    words = {"years": years}
    if spec.params["subject"] == UNIT:
        had = [project for project in facts.past if project.own and counts(project)]
        told = tuple(_("Selected before: “%s”.") % project.title for project in had)
        if had:
            message = _("Your unit was selected within the last %(years)s years: %(titles)s.")
            titles = listed(_("“%s”") % project.title for project in had)
            message %= words | {"titles": titles}
            return Finding(spec, Stage.ELIGIBILITY, Verdict.NO, message, facts=told)
        message = _("Your unit was not selected within the last %(years)s years.") % words
        return Finding(spec, Stage.ELIGIBILITY, Verdict.YES, message)
    people = _people(spec, facts)
    if not people:
        return None
    names = [p.name for p in people if _times(p, facts.past, spec, counts)]
    if names:
        message = _("%(names)s was selected within the last %(years)s years.")
        message %= words | {"names": listed(dict.fromkeys(names))}
        return Finding(spec, Stage.OBJECT, Verdict.NO, message)
    message = _("Nobody named was selected within the last %(years)s years.") % words
    return Finding(spec, Stage.OBJECT, Verdict.YES, message)


def _people(spec: RuleSpec, facts: Facts) -> list[Person]:
    return [person for person in facts.people if person.role == spec.params["role"]]


def _times(person: Person, past: Iterable[PastProject], spec: RuleSpec, fits: Fits) -> int:
    """Count the projects that fit in which the person stood in the rule's role."""
    role = spec.params["role"]
    return sum(
        any(other.role == role and other.is_same_as(person) for other in project.people)
        for project in past
        if fits(project)
    )


def _subject_unsound(params: Params) -> str:
    if (params["subject"] == PERSON) != ("role" in params):
        return _("Say which persons are meant exactly where the rule is about persons.")
    return ""


def _roles(params: Params) -> frozenset[str]:
    return frozenset({params["role"]} if "role" in params else ())


KINDS = (
    RuleKind(
        "running_project",
        Stage.ELIGIBILITY,
        judge_running_project,
        mapping(
            ("subject", "limit"),
            subject={"enum": list(SUBJECTS)},
            role=PERSON_ROLE,
            limit={"type": "integer", "minimum": 1, "maximum": 100},
        ),
        gettext_lazy("Projects that still run"),
        gettext_lazy(
            "Refuses a unit, or a person in a role, with so many projects of earlier calls whose"
            " planned end has not passed."
        ),
        roles=_roles,
        unsound=_subject_unsound,
        stage_by=stage_of,
    ),
    RuleKind(
        "earlier_award",
        Stage.ELIGIBILITY,
        judge_earlier_award,
        mapping(
            ("subject", "years"),
            subject={"enum": list(SUBJECTS)},
            role=PERSON_ROLE,
            years={"type": "integer", "minimum": 0, "maximum": 50},
        ),
        gettext_lazy("Selected before"),
        gettext_lazy(
            "Refuses a unit, or a person in a role, whom an earlier call of the association"
            " selected within so many years."
        ),
        roles=_roles,
        unsound=_subject_unsound,
        stage_by=stage_of,
    ),
)
