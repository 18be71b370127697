"""
Words that are not graded: people, places, and words that English has borrowed from other languages.
"""

from __future__ import annotations

import re
from functools import cache

_LOANS = (
    "aikido anime baguette bento bibimbap bistro boba burrito cafe cappuccino chai chow croissant curry dim "
    "dojo dumpling dumplings emoji espresso falafel fiesta futon geisha gelato gyoza haiku halal hotpot hummus "
    "hutong izakaya judo karaoke karate kebab kendo kimchi kimono kindergarten koala kosher kung fu latte "
    "mahjong manga matcha miso mochi naan ninja nirvana noodle noodles onsen origami paella panda pasta pho "
    "pizza pretzel qigong quinoa ramen risotto robot safari sake salsa samosa sari sashimi sauna siesta soba "
    "spaghetti sudoku sumo sushi tai taco tapas tatami tempura teriyaki tofu tortilla tsunami udon wasabi wok "
    "wonton yoga yoghurt yukata zen "
)
LOANWORDS = frozenset(_LOANS.split())
"""Words for things of other cultures: lists grade them as rare, although a text explains them."""

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛"
    "邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
_CHINESE = re.compile(
    f"[{SURNAMES}](?=先生|女士|小姐|老师|阿姨|叔叔|经理|医生|教授|同学|师傅|主任|奶奶|爷爷|大爷|大妈)|[小老阿][{SURNAMES}](?=[^一-鿿]|说|问|想|在)"
)
_JAPANESE = re.compile(r"[一-鿿々]{1,4}(?=さん|くん|ちゃん|君|様|氏|先生|選手)")
_PLACES = re.compile(
    "北海道|青森|岩手|宮城|秋田|山形|福島|茨城|栃木|群馬|埼玉|千葉|東京|神奈川|新潟|富山|石川|福井|山梨|長野|岐阜|静岡|愛知|三重|滋賀|京都|大阪|兵庫|奈良|和歌山"
    "|鳥取|島根|岡山|広島|山口|徳島|香川|愛媛|高知|福岡|佐賀|長崎|熊本|大分|宮崎|鹿児島|沖縄|札幌|横浜|名古屋|神戸|鎌倉"
)
_CITIES = re.compile(
    "[一-鿿]{2}(?=[市县镇村])|北京|上海|广州|深圳|南京|天津|重庆|西安|杭州|成都|武汉|苏州|哈尔滨|青岛|大连|厦门|昆明|桂林|香港|澳门|台湾|长城|长江|黄河|故宫|天安门|西湖|泰山|黄山"
)
_SENTENCE_START = re.compile(r"(?:^|[.!?:;\n“\"‘(…—-])[\s“\"‘'(]*$")


def japanese_names(text: str) -> set[str]:
    """People with their title behind the name, and prefectures with the largest cities."""
    return {*_JAPANESE.findall(text), *_PLACES.findall(text)}


def chinese_names(text: str) -> set[str]:
    """Surnames before a title, 小 or 老 with a surname, and well-known places."""
    return {*_CHINESE.findall(text), *_CITIES.findall(text)}


def starts_sentence(before: str) -> bool:
    """Whether a word behind this piece of text begins a sentence, so that its capital letter means nothing."""
    return _SENTENCE_START.search(before) is not None


@cache
def loanword(word: str) -> bool:
    """Whether an English word, in small letters, is borrowed from another language."""
    return word in LOANWORDS or word.removesuffix("s") in LOANWORDS
