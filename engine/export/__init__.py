"""
Exports drafts to Anki, spreadsheets, worksheets, voice scripts, Moodle and JSON; reads a reviewed table back.

A format is one module with one function that takes drafts one by one, so that any number of them needs little memory.
`write` makes the file whole or not at all; `import_reviews` never overwrites what changed meanwhile.
"""

from __future__ import annotations

from engine.export.formats import FORMATS, ROW_TABLES, Format, format_named
from engine.export.preview import Faces, anki_preview
from engine.export.read_back import Read, ReadBack
from engine.export.reading import MOST_BYTES
from engine.export.recipe import MOST_BYTES as MOST_RECIPE_BYTES
from engine.export.recipe import Recipe, read_recipe, read_recipe_bytes, read_recipe_json, recipe_text
from engine.export.reviews import import_reviews
from engine.export.selection import ExportOptions
from engine.export.word_files import MOST_WORD_BYTES, read_word_file
from engine.export.write import Written, file_name, write, write_to
from engine.kinds.readings import has_readings, ruby

__all__ = [
    "FORMATS",
    "MOST_BYTES",
    "MOST_RECIPE_BYTES",
    "MOST_WORD_BYTES",
    "ROW_TABLES",
    "ExportOptions",
    "Faces",
    "Format",
    "Read",
    "ReadBack",
    "Recipe",
    "Written",
    "anki_preview",
    "file_name",
    "format_named",
    "has_readings",
    "import_reviews",
    "read_recipe",
    "read_recipe_bytes",
    "read_recipe_json",
    "read_word_file",
    "recipe_text",
    "ruby",
    "write",
    "write_to",
]
