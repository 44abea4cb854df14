"""A score sheet as data: its entries, how a score is read, what a sheet lacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from calls.enums import ScoreMethod
from calls.models import Criterion, ScoreSheet
from portal.errors import Refusal
from reviews.scoring import Summing, Weight

OPINION = "opinion"
MAX_TEXT = 2000


@dataclass(frozen=True, slots=True)
class ReadSheet:
    """A sheet read as a whole: scores by criterion, its comments, the opinion."""

    scores: Mapping[int, Decimal]
    comments: Mapping[int, str]
    opinion: str


def plain(value: Decimal) -> str:
    """Write a figure without idle zeros: 25.0 is 25."""
    return f"{value.normalize():f}"


def score_key(criterion: Criterion) -> str:
    """Return the entry that holds the criterion's score."""
    return f"score-{criterion.pk}"


def comment_key(criterion: Criterion) -> str:
    """Return the entry that holds the criterion's comment."""
    return f"comment-{criterion.pk}"


def keys_of(criteria: Sequence[Criterion]) -> list[str]:
    """Return every entry a sheet has, in its order."""
    pairs = [(score_key(c), comment_key(c)) for c in criteria]
    return [*(key for pair in pairs for key in pair), OPINION]


def read_score(criterion: Criterion, text: str) -> Decimal | None:
    """Return a score from what was typed, or None when it is none of this scale.

    At most one place after the point; full-width digits are understood.
    """
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        return None
    if not value.is_finite() or not criterion.low <= value <= criterion.top:
        return None
    exponent = value.normalize().as_tuple().exponent
    return value if isinstance(exponent, int) and exponent >= -1 else None


def wrong_with(criteria: Sequence[Criterion], key: str, text: str) -> str:
    """Return what is wrong with one entry as typed, or nothing; an empty one is not wrong yet."""
    if not text.strip():
        return ""
    if len(text) > MAX_TEXT:
        return _("At most %(n)d characters.") % {"n": MAX_TEXT}
    for criterion in criteria:
        if key == score_key(criterion) and read_score(criterion, text) is None:
            return _("A score from %(low)s to %(top)s, with one place after the point at most.") % {
                "low": plain(criterion.low),
                "top": plain(criterion.top),
            }
    return ""


def wanting(
    sheet: ScoreSheet, criteria: Sequence[Criterion], texts: Mapping[str, str]
) -> dict[str, str]:
    """Return what keeps each entry from being handed in, by entry, in the sheet's order."""
    found = {}
    for criterion in criteria:
        key, words = score_key(criterion), {"criterion": criterion.title}
        if not texts.get(key, "").strip():
            found[key] = _("“%(criterion)s” has no score yet.") % words
        elif wrong := wrong_with(criteria, key, texts[key]):
            found[key] = _("“%(criterion)s”: %(wrong)s") % (words | {"wrong": wrong})
        key = comment_key(criterion)
        comment = texts.get(key, "").strip()
        if criterion.comment_required and not comment:
            found[key] = _("“%(criterion)s” needs a comment.") % words
        elif wrong := wrong_with(criteria, key, comment):
            found[key] = _("“%(criterion)s”: %(wrong)s") % (words | {"wrong": wrong})
    opinion = texts.get(OPINION, "").strip()
    if sheet.opinion_required and not opinion:
        found[OPINION] = _("The opinion on the whole is missing.")
    elif wrong := wrong_with(criteria, OPINION, opinion):
        found[OPINION] = wrong
    return found


def refusals_to_hand_in(
    sheet: ScoreSheet, criteria: Sequence[Criterion], texts: Mapping[str, str]
) -> list[Refusal]:
    """Return everything that keeps the sheet from being handed in, each leading to its entry."""
    found = wanting(sheet, criteria, texts)
    return [refusal_of(key, sentence) for key, sentence in found.items()]


def refusal_of(key: str, sentence: str) -> Refusal:
    """Return what is wrong with an entry as a reason that leads to it."""
    return Refusal(sentence, code="sheet", url=f"#id_{key}")


def read_sheet(criteria: Sequence[Criterion], texts: Mapping[str, str]) -> ReadSheet:
    """Return a sheet that nothing keeps from being handed in."""
    scores = {c.pk: read_score(c, texts[score_key(c)]) for c in criteria}
    assert all(value is not None for value in scores.values())
    return ReadSheet(
        {pk: value for pk, value in scores.items() if value is not None},
        {c.pk: texts.get(comment_key(c), "").strip() for c in criteria},
        texts.get(OPINION, "").strip(),
    )


def weights_of(criteria: Sequence[Criterion]) -> list[Weight]:
    """Return the criteria as arithmetic takes them."""
    return [Weight(c.pk, c.top, c.weight) for c in criteria]


def summing_of(sheet: ScoreSheet) -> Summing:
    """Return the sheet's rules as arithmetic takes them."""
    return Summing(ScoreMethod(sheet.method), sheet.drop_over, sheet.normalise, sheet.tolerance)
