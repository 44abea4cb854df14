"""What money, places, further dates and papers of a call say against each other, as sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from calls.enums import PacketMode, Payment, Sealing
from calls.models import Call, Category
from calls.problems import Problem, errors_in, warnings_in
from portal import clock
from portal.face.wording import listed, until, wan


def figures(call: Call, leaves: Sequence[Category]) -> Iterator[Problem]:
    """Return every contradiction and doubt among the call's own figures."""
    yield from errors_in("dates", _batches(call))
    yield from errors_in("categories", _early_ends(call))
    yield from _paper(call)
    for leaf in leaves:
        yield from errors_in("categories", _payment(leaf))
        yield from _category_money(leaf)
        yield from _window(call, leaf)
    yield from errors_in("categories", _shares(call, leaves))
    yield from _totals(call, leaves)
    yield from errors_in("deliverables", _deliverables(call))


def _shares(call: Call, leaves: Sequence[Category]) -> Iterator[str]:
    """The share of the cost stands on the category for readers and in a rule that holds it."""
    rules = [rule for rule in call.rules.all() if rule.kind == "cost_share"]
    for leaf in leaves:
        for rule in rules:
            held, said = rule.params.get("max_percent"), leaf.cost_share_percent
            if rule.category_id in (None, *leaf.path) and said is not None and held != said:
                words = {"category": leaf.full_title, "said": said, "held": held}
                yield (
                    _(
                        "“%(category)s”: the share of the cost is stated as %(said)s %%, the rule"
                        " holds it at %(held)s %%."
                    )
                    % words
                )


def _batches(call: Call) -> Iterator[str]:
    batches = list(call.batches.all())
    for batch in batches:
        words = {"batch": batch.title}
        if not call.opens_at < batch.closes_at <= call.closes_at:
            yield (
                _("“%(batch)s” must end after the call opens and not later than its deadline.")
                % words
            )
        if batch.result_by and batch.result_by < clock.local(batch.closes_at).date():
            yield _("The result of “%(batch)s” cannot be due before the batch ends.") % words
    if batches and batches[-1].closes_at < call.closes_at:
        yield _("The last batch ends before the call does; let it end at the deadline.")


def _early_ends(call: Call) -> Iterator[str]:
    """A category may close before its call: while it is open, and where there are no batches."""
    batches = call.batches.exists()
    for category in call.categories.closing_early():
        assert category.closes_at is not None
        words = {"category": category.full_title, "when": until(category.closes_at)}
        if batches:
            yield (
                _(
                    "“%(category)s” closes on %(when)s, but the call has batches: every category"
                    " closes with its batch then."
                )
                % words
            )
        elif category.closes_at <= call.opens_at:
            yield _("“%(category)s” closes on %(when)s, before the call opens.") % words
        elif category.closes_at >= call.closes_at:
            words["end"] = until(call.closes_at)
            yield (
                _(
                    "“%(category)s” is to close earlier, on %(when)s, but the call itself closes on"
                    " %(end)s. Leave the category's end empty, or let the call close last."
                )
                % words
            )


def _paper(call: Call) -> Iterator[Problem]:
    papers = list(call.papers.all())
    on_paper = [paper for paper in papers if paper.copies]
    if (call.paper_copies or on_paper) and not call.paper_by:
        yield Problem(
            _("Paper copies are asked for; say until when they must have arrived."), True, "dates"
        )
    if call.paper_by and not call.paper_copies and not on_paper:
        yield Problem(
            _("A date for paper is given, but no paper copies are asked for."), True, "dates"
        )
    if call.paper_by and call.paper_by < call.closes_at:
        words = {"paper": until(call.paper_by), "closes": until(call.closes_at)}
        sentence = _(
            "Paper is due by %(paper)s, before the online deadline %(closes)s: whoever hands in"
            " last could not send it in time."
        )
        yield Problem(sentence % words, True, "dates")
    boxes = listed(paper.title for paper in papers if paper.box)
    if boxes and call.sealing != Sealing.SCAN:
        sentence = _(
            "%(boxes)s: others sign and stamp in the form only where it is printed and scanned;"
            " otherwise ask for a file with their opinion."
        )
        yield Problem(sentence % {"boxes": boxes}, True, "papers")
    if boxes and call.packet_mode == PacketMode.PLAN:
        sentence = _("%(boxes)s: the forms of a plan have no boxes for others; ask for a file.")
        yield Problem(sentence % {"boxes": boxes}, True, "papers")
    as_files = [paper.title for paper in papers if paper.formats]
    if as_files and not call.sections.filter(fields__kind="files").exists():
        sentence = _("%(papers)s: a file is asked for, but the form has no question for files.")
        yield Problem(sentence % {"papers": listed(as_files)}, False, "papers")


def _payment(category: Category) -> Iterator[str]:
    """Instalments make up the whole, and belong to money that is given."""
    words: dict[str, object] = {"category": category.full_title}
    instalments = list(category.instalments.all())
    stray = [category.funded_slots, category.total_max, category.cost_share_percent]
    if not category.is_funded:
        if any(stray) or category.paid or instalments:
            yield (_("“%(category)s”: it is said how money is given, but none is given.") % words)
        return
    if instalments and category.paid != Payment.INSTALMENTS:
        yield (
            _("“%(category)s”: instalments are listed, but it is not paid in instalments.") % words
        )
    percents = [one.percent for one in instalments if one.percent is not None]
    if percents and len(percents) == len(instalments) and sum(percents) != 100:
        words["percent"] = sum(percents)
        yield (_("“%(category)s”: the instalments come to %(percent)s %%, not to 100 %%.") % words)
    amounts = [one.amount for one in instalments if one.amount is not None]
    most = category.amount_max
    if amounts and most is not None and sum(amounts) > most:
        words |= {"sum": wan(sum(amounts, Decimal(0))), "most": wan(most)}
        yield (
            _(
                "“%(category)s”: the instalments come to %(sum)s, more than the %(most)s"
                " (× 10,000 yuan) given."
            )
            % words
        )


def funded_places(category: Category) -> tuple[int | None, int | None]:
    """Return the least and the greatest number of places that carry money."""
    if category.funded_slots is not None:
        return category.funded_slots, category.funded_slots
    return category.slots_min, category.slots_max


def money_range(category: Category) -> tuple[Decimal, Decimal | None]:
    """Return the least and the most a category costs by its places; None: without a limit."""
    if not category.is_funded or category.amount_max is None:
        return Decimal(0), Decimal(0)
    fewest, many = funded_places(category)
    least = (fewest or 0) * (category.amount_min or Decimal(0))
    return least, None if many is None else many * category.amount_max


def _category_money(category: Category) -> Iterator[Problem]:
    if category.total_max is None or not category.is_funded:
        return
    least, most = money_range(category)
    yield from _over(category.full_title, least, most, category.total_max, "categories")


def _over(
    what: str, least: Decimal, most: Decimal | None, total: Decimal, part: str
) -> Iterator[Problem]:
    """Places times amount cannot be more than the total: surely more blocks, perhaps more warns."""
    words = {"what": what, "total": wan(total)}
    if least > total:
        words["sum"] = wan(least)
        sentence = _(
            "“%(what)s”: places × amount come to %(sum)s, more than the total of %(total)s"
            " (× 10,000 yuan)."
        )
        yield Problem(sentence % words, True, part)
    elif most is not None and most > total:
        words["sum"] = wan(most)
        sentence = _(
            "“%(what)s”: if every place is given the greatest amount, it comes to %(sum)s, more"
            " than the total of %(total)s (× 10,000 yuan)."
        )
        yield Problem(sentence % words, False, part)


def _totals(call: Call, leaves: Sequence[Category]) -> Iterator[Problem]:
    if call.total_max is not None and leaves:
        spans = [money_range(leaf) for leaf in leaves]
        highs = [
            high if leaf.total_max is None else min(high or leaf.total_max, leaf.total_max)
            for leaf, (_low, high) in zip(leaves, spans, strict=True)
        ]
        most = None if None in highs else sum(filter(None, highs), Decimal(0))
        least = sum((low for low, _high in spans), Decimal(0))
        yield from _over(str(_("The whole call")), least, most, call.total_max, "totals")
    if call.slots_max is not None:
        least_places = sum(leaf.slots_min or 0 for leaf in leaves)
        if least_places > call.slots_max:
            words = {"sum": least_places, "most": call.slots_max}
            sentence = _("The categories have %(sum)s places, more than the %(most)s in all.")
            yield Problem(sentence % words, True, "totals")


def _window(call: Call, leaf: Category) -> Iterator[Problem]:
    closes = clock.local(call.closes_at).date()
    words = {"category": leaf.full_title}
    if leaf.window_end and leaf.window_end < closes:
        sentence = _("“%(category)s” is to be carried out before the deadline for applying.")
        yield from warnings_in("categories", [sentence % words])
    elif leaf.window_start and call.result_by and leaf.window_start < call.result_by:
        sentence = _("“%(category)s” may be carried out before the result is known.")
        yield from warnings_in("categories", [sentence % words])


def _deliverables(call: Call) -> Iterator[str]:
    closes = clock.local(call.closes_at).date()
    for row in call.deliverable_rules.all():
        if row.due_on and row.due_on < closes:
            words = {"deliverable": row.title}
            yield _("“%(deliverable)s” is due before the deadline for applying.") % words
