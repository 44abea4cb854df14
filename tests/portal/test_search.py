"""Chinese search is exact: two characters find what contains them, and nothing else."""

from __future__ import annotations

import pytest
from django.contrib.postgres.search import SearchVectorField
from django.db import connection, models
from django.db.models import GeneratedField
from django.db.models.functions import Concat
from django.test.utils import isolate_apps

from portal.search import MAX_QUERY, ZhGrams, grams, search

TITLES = (
    "石墨烯与减排学术论坛",
    "墨西哥石油会议",
    "第十三届年会分会场（理科）",
    "AI for Science 研讨会",
    "关于 2024年 CO2捕集的建议",
    "100%可降解_材料",
    "一",
)


@pytest.fixture
def titles(db: None) -> models.Manager[models.Model]:
    """A searched table that lives for one test."""
    with isolate_apps("portal.people"), connection.schema_editor() as editor:

        class Searched(models.Model):
            title = models.TextField()
            place = models.TextField(default="")
            grams = GeneratedField(
                expression=ZhGrams(
                    Concat("title", models.Value(" "), "place", output_field=models.TextField())
                ),
                output_field=SearchVectorField(),
                db_persist=True,
            )

            class Meta:
                app_label = "people"

            def __str__(self) -> str:
                return self.title

        editor.create_model(Searched)
    manager = Searched._default_manager
    for title in TITLES:
        manager.create(title=title)
    return manager


def found(titles: models.Manager[models.Model], text: str) -> list[str]:
    return sorted(search(titles.all(), text, "grams", "title").values_list("title", flat=True))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("石墨", ["石墨烯与减排学术论坛"]),
        ("墨", ["墨西哥石油会议", "石墨烯与减排学术论坛"]),
        ("石墨烯", ["石墨烯与减排学术论坛"]),
        ("石油", ["墨西哥石油会议"]),
        ("石墨 论坛", ["石墨烯与减排学术论坛"]),
        ("石墨 会议", []),
        ("分会场（理", ["第十三届年会分会场（理科）"]),
        ("science", ["AI for Science 研讨会"]),
        ("Scien", ["AI for Science 研讨会"]),
        ("co2", ["关于 2024年 CO2捕集的建议"]),
        ("2024年", ["关于 2024年 CO2捕集的建议"]),
        ("CO2捕集", ["关于 2024年 CO2捕集的建议"]),
        ("O2捕集的", ["关于 2024年 CO2捕集的建议"]),
        ("%", ["100%可降解_材料"]),
        ("解_材", ["100%可降解_材料"]),
        ("解x材", []),
        ("一", ["一"]),
        ("' | '石墨", []),
        ("", sorted(TITLES)),
        ("   ", sorted(TITLES)),
    ],
)
def test_what_contains_the_words_is_found_and_nothing_else(
    titles: models.Manager[models.Model], text: str, expected: list[str]
) -> None:
    assert found(titles, text) == expected


def test_two_fields_share_one_index_when_the_column_spans_both(
    titles: models.Manager[models.Model],
) -> None:
    titles.create(title="量子信息论坛", place="长春市")
    both = search(titles.all(), "量子 长春", "grams", "title", "place")
    assert [str(row) for row in both] == ["量子信息论坛"]
    across = search(titles.all(), "论坛 春市", "grams", "title")
    assert not across.exists(), "a field that is not asked for does not count"


def test_only_words_that_are_whole_are_asked_of_the_index() -> None:
    assert grams("CO2减排") == ["减排"], "the first word may be cut off"
    assert grams("的CO2减") == ["co2"]
    assert grams("一") == []


def test_a_very_long_paste_is_cut(titles: models.Manager[models.Model]) -> None:
    text = "石墨烯与减排学术论坛" + " " * MAX_QUERY + "不在其中"
    assert found(titles, text) == ["石墨烯与减排学术论坛"]


def test_the_index_is_asked_in_the_query_itself(titles: models.Manager[models.Model]) -> None:
    sql = str(search(titles.all(), "石墨烯", "grams", "title").query)
    assert "@@" in sql
    assert "'墨烯' & '石墨'" in sql
