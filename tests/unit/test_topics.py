"""A pasted list of topics: what is certainly no part of a topic is removed and reported; doubts are asked about."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import SpecError
from engine.spec import split_topics
from engine.spec.topics import read_topic_list

CAMPUS = ("Campus", "Food", "Travel")


@pytest.mark.parametrize(
    ("text", "removed"),
    [
        ("Campus\nFood\nTravel", []),
        ("- Campus\n* Food\n• Travel", ["topics_marks"]),
        ("•Campus\n•Food\n•Travel", ["topics_marks"]),
        ("-Campus\n-Food\n-Travel", ["topics_marks"]),
        ("- [ ] Campus\n- [x] Food\n- [ ] Travel", ["topics_marks"]),
        ("1. Campus\n2. Food\n3. Travel", ["topics_marks"]),
        ("1) Campus\n2) Food\n3) Travel", ["topics_marks"]),
        ("1、Campus\n2、Food\n3、Travel", ["topics_marks"]),
        ("（1）Campus\n（2）Food\n（3）Travel", ["topics_marks"]),
        ("① Campus\n② Food\n③ Travel", ["topics_marks"]),
        ("- 1. Campus\n- 2. Food\n- 3. Travel", ["topics_marks"]),
        ("- Campus\n2. Food\n* Travel", ["topics_marks"]),
        ('"Campus"\n"Food"\n"Travel"', ["topics_quotes"]),
        ("“Campus”\n「Food」\n'Travel'", ["topics_quotes"]),
        ("**Campus**\n**Food**\n**Travel**", ["topics_quotes"]),
        ("Campus,\nFood,\nTravel", ["topics_quotes"]),
        ('"Campus",\n"Food",\n"Travel"', ["topics_quotes"]),
        ('["Campus", "Food", "Travel"]', []),
        ("Topic\nCampus\nFood\nTravel", ["topics_heading"]),
        ("# Topics\n- Campus\n- Food\n- Travel", ["topics_heading", "topics_marks"]),
        ("主题：\nCampus\nFood\nTravel", ["topics_heading"]),
        ("Here are three topics:\n1. Campus\n2. Food\n3. Travel", ["topics_heading", "topics_marks"]),
        ("Level\tTopic\nA1\tCampus\nA2\tFood\nB1\tTravel", ["topics_column"]),
        ("Topic,Level\nCampus,A1\nFood,A2\nTravel,B1", ["topics_column"]),
        ("| Topic | Level |\n|---|---|\n| Campus | A1 |\n| Food | A2 |\n| Travel | B1 |", ["topics_column"]),
        ("Campus\t\nFood\t\nTravel\t", []),
        ("\ufeffCampus\r\n\u3000Food \r\n\r\n Travel\u00a0", []),
    ],
)
def test_a_pasted_list_is_its_topics(text: str, removed: list[str]) -> None:
    """List marks, quotes, headings and other columns are no part of a topic, and are reported."""
    found = read_topic_list(text)
    assert (found.topics, [message.code for message in found.removed], found.doubts) == (CAMPUS, removed, ())


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("Campus\tA1\nFood\tA2", "topics_columns"),
        ("1. FC Köln\nFood\nTravel", "topics_number"),
        ("Campus, Food, Travel", "topics_one_line"),
        ("校园、美食、旅行", "topics_one_line"),
    ],
)
def test_a_doubt_is_asked_about(text: str, doubt: str) -> None:
    """What may be a topic or not is an error that names the line, unless the lines are to be used as typed."""
    assert [message.code for message in read_topic_list(text).doubts] == [doubt]
    with pytest.raises(SpecError, match="as typed"):
        split_topics(text)
    assert split_topics(text, as_typed=True)[0] == " ".join(text.splitlines()[0].split())


@pytest.mark.parametrize(
    "topic", ["3.5 percent", "24/7", "C++", "Rock 'n' roll", "e-mail", "1984", "Food & drink", "- "]
)
def test_an_ordinary_topic_stays_as_it_is(topic: str) -> None:
    """Digits, hyphens and signs inside a topic are part of it."""
    assert read_topic_list(f"{topic}\nCampus").topics[0] == topic.strip()


@given(st.lists(st.text(st.characters(categories=("L", "N")), min_size=1, max_size=12), min_size=1, max_size=8))
def test_nothing_is_dropped_silently(topics: list[str]) -> None:
    """Every line is a topic, or its loss is reported."""
    found = read_topic_list("\n".join(topics))
    lost = len(topics) - len(found.topics)
    assert lost == sum(message.code == "topics_heading" for message in found.removed)


def test_reading_a_list_twice_changes_nothing() -> None:
    """Topics that were read are read as they are."""
    for text in ("- Campus\n2. Food", "Topic\n“Campus”\nFood"):
        topics = read_topic_list(text).topics
        assert read_topic_list("\n".join(topics)).topics == topics
