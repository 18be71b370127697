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
        ("→ Campus\n► Food\n⇒ Travel", ["topics_marks"]),
        ("・Campus\n・Food\n・Travel", ["topics_marks"]),
        ("#Campus\n#Food\n#Travel", ["topics_marks"]),
        ("✅ Campus\n❌ Food\n☑️ Travel", ["topics_marks"]),
        ("🎓 Campus\n🍔 Food\n✈️ Travel", ["topics_marks"]),
        ("> Campus\n>> Food\n> Travel", ["topics_marks"]),
        ('[{"topic": "Campus"}, {"topic": "Food"}, {"topic": "Travel"}]', []),
        ('{"title": "Campus"}\n{"title": "Food"}\n{"title": "Travel"}', []),
        ("Campus ..... 3\nFood ....... 5\nTravel …… 17", ["topics_pages"]),
        ("```\nCampus\nFood\nTravel\n```", ["topics_frame"]),
        ("<ul>\n<li>Campus</li>\n<li>Food</li><li>Travel</li>\n</ul>", ["topics_frame"]),
        ("# Unit 1\nCampus\nFood\n# Unit 2\nTravel", ["topics_comments"]),
        ("\ufeffCampus\r\n\u3000Food \r\n\r\n Travel\u00a0", []),
    ],
)
def test_a_pasted_list_is_its_topics(text: str, removed: list[str]) -> None:
    """List marks, quotes, headings and other columns are no part of a topic, and are reported."""
    found = read_topic_list(text)
    assert (found.topics, [message.code for message in found.removed], found.doubts) == (CAMPUS, removed, ())


STYLES = [
    "{letter}) {topic}",
    "({letter}) {topic}",
    "{upper}. {topic}",
    "{roman}. {topic}",
    "{chinese}、{topic}",
    "第{chinese}：{topic}",
    "（{chinese}）{topic}",
    "{n} - {topic}",
    "{n}: {topic}",
    "#{n} {topic}",
    "[{n}] {topic}",
    "{n}． {topic}",
    "{n}\ufe0f\u20e3 {topic}",
    "Topic {n}: {topic}",
    "主题{n}：{topic}",
    "→ {topic}",
    "✅ {topic}",
    "🔹 {topic}",
    "· {topic}",
    "‐ {topic}",
    "## {topic}",
    "> {topic}",
    "„{topic}“",
    "‹{topic}›",
    "《{topic}》",
    "【{topic}】",
    "- [{topic}](https://example.com/{n})",
    "<li>{topic}</li>",
    "| {topic} |",
    "{topic}.",
    "- **{topic}**",
]


@pytest.mark.parametrize("style", STYLES)
def test_a_list_in_any_style_is_its_topics(style: str) -> None:
    """Numbers of all sorts, signs, brackets and links around every line are no part of a topic."""
    counted = zip(CAMPUS, "abc", "ABC", ("i", "ii", "iii"), "一二三", strict=True)
    lines = [
        style.format(topic=topic, n=n, letter=letter, upper=upper, roman=roman, chinese=chinese)
        for n, (topic, letter, upper, roman, chinese) in enumerate(counted, 1)
    ]
    assert read_topic_list("\n".join(lines)).topics == CAMPUS


@pytest.mark.parametrize(
    "text",
    [
        "# my topics\nCampus\nFood\nTravel",
        "- Campus\n- Food\n- Travel\n\nLet me know if you need more!",
        "```\nCampus\nFood\nTravel\n```",
        "---\nCampus\nFood\nTravel\n---",
        "[\n  'Campus',\n  'Food',\n  'Travel',\n]",
        "| Topic |\n|---|\n| Campus |\n| Food |\n| Travel |",
        "Thema\nCampus\nFood\nTravel",
    ],
)
def test_what_stands_around_a_list_is_left_out(text: str) -> None:
    """Fences, rules, brackets, a comment and a closing sentence are no topics."""
    assert read_topic_list(text).topics == CAMPUS


@pytest.mark.parametrize("lines", [["A. Smith", "B. Jones"], ["2 - Food", "5 - Travel"], ["a) x", "c) y"]])
def test_what_does_not_count_stays_or_is_asked_about(lines: list[str]) -> None:
    """Letters and numbers that do not count the lines from the first on may belong to the topics."""
    found = read_topic_list("\n".join(lines))
    assert found.doubts or found.topics == tuple(lines) or lines[0] == "A. Smith"


@pytest.mark.parametrize(
    ("text", "doubt"),
    [("1. Campus – things students do every day\n2. Food – what people like to eat", "topics_columns")],
)
def test_a_description_behind_a_topic_is_asked_about(text: str, doubt: str) -> None:
    """A topic with its description on every line may be meant as one text or as two."""
    assert doubt in [message.code for message in read_topic_list(text).doubts]


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("Campus\tA1\nFood\tA2", "topics_columns"),
        ("1. FC Köln\nFood\nTravel", "topics_number"),
        ("Campus, Food, Travel", "topics_one_line"),
        ("校园、美食、旅行", "topics_one_line"),
        ("Campus,2\nFood,3", "topics_columns"),
        ('"Campus, dormitory",2\n"Food",3', "topics_columns"),
        ("Campus (1/3)\nFood (2/3)", "topics_columns"),
        ("Ann: Campus\nAnn: Food", "topics_columns"),
        ("12:01 Campus\n12:05 Food", "topics_columns"),
        ("https://example.com/campus\nFood", "topics_data"),
        ("{'topic': 'Campus'}\n{'topic': 'Food'}", "topics_data"),
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
