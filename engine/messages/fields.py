"""
What to do about a field of a form, the command line or a profile. `field_error` puts the field and its value in front.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.messages.texts import TEXTS

_GENERAL: Mapping[str, str] = {
    "after": "{first} {second}",
    "between": ", ",
    "sentence": "{text}.",
    "field_error": "{field} is {value}; {fix}",
    "empty": "empty",
    "hidden": "'(hidden)'",
    "choose_or": "choose {names} or {last}",
    "choose_one": "choose {names}",
    "either": "{words} or {last}",
    "choose_of": "choose {names}",
    "choose_listed": "choose one of the list",
    "choose_whole": "choose {low} to {high}",
    "level_percent": "give three numbers in percent, such as 5,15,30",
    "level_three": "give three shares, such as 0.05, 0.15 and 0.3: for a note, a flag, and another try",
    "level_rising": "choose {least:g} or more: the shares of a note, a flag and another try must rise",
    "language_known": "write the tag of a language (BCP 47), such as de, pt-BR or zh-Hant",
    "language_near": "write {tag}, or the tag of another language (BCP 47); the nearest name is {name}",
    "choose_number": "choose {low:g} to {high:g}",
    "choose_pair": "give a low and a high number between {low} and {high}",
    "write_bool": "write true or false",
    "address_scheme": "write it like {address}",
    "address_path": "check its path; most servers serve under /v1",
}

_SPEC: Mapping[str, str] = {
    "levels_none": "choose at least one of 1 to 6",
    "levels_once": "name each level once",
    "topics_none": "write at least one topic, one per line",
    "topics_column": "Only the column {column!r} of the table is used.",
    "topics_heading": "The first line, {line!r}, is a heading and no topic.",
    "topics_marks": "List marks were removed from {count:,} lines ({example!r}).",
    "topics_frame": "The code fence or the HTML around the list was removed.",
    "topics_comments": "{count:,} lines that begin with # are headings and no topics ({line!r}).",
    "topics_pages": "The page numbers behind {count:,} topics were removed.",
    "topics_quotes": "Quotes, emphasis or commas around {count:,} topics were removed.",
    "topics_columns": "the lines look like a table of {columns} columns; keep the column of the topics, "
    "or use the lines as typed",
    "topics_data": "this line looks like an address or data of a program; remove it, or use the lines as typed",
    "topics_number": "its number may belong to the topic or to a list; remove the number, or use the lines as typed",
    "topics_one_line": "this line looks like {count} topics; write one topic per line, or use the lines as typed",
    "topics_many": "the most is {most:,}; split the run",
    "topic_blank": "line {line} is blank; write a topic or remove the line",
    "topic_long": "line {line} has {length:,} characters; the most is {most}",
    "topic_control": "line {line} holds a control character; type the topic again",
    "topic_twice": "lines {first} and {line} are the same topic; remove one",
    "weights_none": "give at least one blank type a weight above 0",
    "options_of_kind": "{kind} takes {options}",
    "option_known": "{kind} knows {known}",
    "drafts_many": "split the run; the most is {most:,}",
    "lines_counted": "{n:,} lines",
    "drafts_counted": "{n:,} drafts in all",
    "models_counted": "{n:,} models",
    "runs_counted": "{n:,} runs",
    "recipe_nearest": "a recipe has no such key; write {nearest}",
    "recipe_text": "write a text in quotes",
    "recipe_key": "it looks like a key; take it out, a recipe holds none",
    "recipe_levels": "write a list of numbers, such as [3, 4]",
    "recipe_topics": 'write a list of texts, such as ["Campus", "Travel"]',
    "recipe_sources": "write tables of passages: {{name = ..., number = 1, body = ...}}",
    "recipe_toml": "it is not TOML ({problem}); fix it there, or make a new one with: draftmill recipe RUN",
    "recipe_json": "write a JSON object with the keys of a recipe ({problem})",
    "json_key_twice": "a key is there twice",
    "json_number": "{name} is no number",
    "json_top": "its top level is {type}",
    "server_only": "set it in providers.toml, on the server",
    "webhook_address": "give a public https address",
    "token_short": "choose at least {least} characters at random",
    "request_key": "write 1 to {most} visible ASCII characters",
    "request_changed": "this key was used for another recipe; choose a new one",
    "recipe_large": "the most is {most_mb} MB; a recipe is a short text",
    "recipe_file": "give a readable file, or - for standard input",
    "words_and_texts": "your own texts keep their words: blank the words of the list, or leave the list out",
    "words_not_in_texts": "the chosen passages hold none of its words; choose other passages or another list",
    "blank_words_kind": "a {kind} has no blanks; leave it out",
    "blank_words_list": "choose a word list whose words are to be blanked, or leave it out",
    "words_counted": "{n:,} words",
    "words_many": "give 1 to {most:,} words",
    "characters_counted": "{n:,} characters",
    "material_name": "use 1 to 40 letters, digits, spaces, dots, - and _",
    "material_version": "write NAME, or NAME@VERSION such as house@3",
    "word_long": "line {line} has more than {most} characters; one word or phrase per line",
    "word_control": "line {line} holds an invisible character or {{{{; type the word again",
    "word_script_en": "line {line} is not written in English letters; correct it, or leave it out",
    "word_script_ja": "line {line} is not written in Japanese; correct it, or leave it out",
    "word_script_zh": "line {line} is not written in simplified Chinese; correct it, or leave it out",
    "material_taken": "this name exists already; choose it above to add a version, or give another name",
    "material_no_version": "{name} has no such version; leave the number out for the newest one",
    "material_nearest": "there is none with this name; the nearest is {name}",
    "material_none": "there is none with this name for this language and kind; add one in the library first",
    "example_unknown": "there is no such draft, or its text was cleaned away; give the number of an approved draft",
    "example_other": "it is a draft of another kind or language; choose an approved {kind} in {lang}",
    "example_pending": "it is not approved; approve it first, or choose another draft",
    "example_refused": "it no longer passes the checks: {problem}; save a version of the style note without it",
    "note_long": "the most is {most:,} characters",
    "note_empty": "write a note, or choose an example",
    "note_braces": "take out {{{{: it marks a blank in a passage",
    "note_control": "line {line} holds this invisible character; type the line again",
    "budget_spent": "${spent_usd:.4f} of it is spent already; choose more",
    "name_a_model": "name one of {provider}'s models",
    "no_default_model": "{provider} has no default model; name one that it serves",
}

_REVIEW: Mapping[str, str] = {
    "only_choices": "choose all, flagged, or sample:N with N from 1 to 200,000",
    "run_is_review": "it is a review itself; name the run it is about: {run}",
    "nothing_to_review": "run {run} has no draft to review so",
    "edit_refused": "{problem}; fix it and save again",
    "nothing_changed": "nothing was changed; change something, or leave the form",
}

_COMPARE: Mapping[str, str] = {
    "grid_empty": "write at least one number",
    "arms_none": "choose at least one preset or give a grid",
    "pairs_none": "no two settings have a draft of the same slot yet",
    "model_blank": "write a model, or MODEL + SECOND MODEL",
    "judge_none": "name a second model: --judge MODEL, or MODEL + SECOND MODEL in --models",
    "judge_no_arm": "add this model to --models: with --tiering it writes alone",
    "model_unlisted": "{provider} does not list this model of {arm!r}; if it serves it all the same, add it to "
    "`models` of [{provider}] in providers.toml",
    "model_unlisted_near": "{provider} does not list this model of {arm!r}; the nearest are {nearest}. If it serves "
    "it all the same, add it to `models` of [{provider}] in providers.toml",
    "arm_twice": "the name is used twice; remove one or give it another name",
    "arm_same": "it has the same settings as {name!r}; remove one",
    "runs_many": "settings x trials may be {most} runs; choose fewer of either",
    "arm_name": "name each arm in 1 to {most} characters on one line",
}

_PROFILE: Mapping[str, str] = {
    "provider_unknown": "choose one of {names}, or add it to {file}",
    "file_unreadable": "make it a readable UTF-8 text file, or remove it",
    "not_toml": "not TOML",
    "fix_toml_line": "fix it in line {line}; the form is [name], then field = value",
    "fix_toml_end": "fix it at its end; the form is [name], then field = value",
    "toml_nested": "it is nested too deeply; the form is [name], then field = value",
    "table_of_name": "write a table: [{name}], then field = value",
    "address_missing": "a new provider needs its address, like https://api.example.com/v1",
    "tariff_form": 'write peak_utc = [[1, 4]], off_peak = 0.5, worked = ["2026-02-14"]',
    "date_form": 'write a day as "2026-02-14"',
    "table_in_provider": "write it as a table, [provider.{name}]",
    "known_are": "known are {known}",
    "prices_many": "keep at most {most:,}",
    "profile_name": "use small letters, digits, - and _, at most 40",
    "key_env_name": "give the NAME of an environment variable, never the key itself",
    "account_path": "write a path like /key",
    "one_line": "write one line of text, at most 200 characters",
    "names_form": 'write a list of names: ["one", "two"]',
    "json_table": "write a table of JSON fields",
    "body_field_ours": "take it out; every call writes that field itself",
    "json_only": "use only what JSON knows: text, numbers, true, false, lists",
    "headers_table": "write a table of names and texts",
    "header_name": "choose another name; use letters, digits and -",
    "header_key": "take it out; the key is read from the variable key_env names",
    "header_text": "give it a text of plain ASCII without line breaks",
    "proxy_scheme": "name one that starts with http://, or unset it",
    "proxy_of_scheme": "a proxy of scheme {scheme}",
}

_ADDRESS: Mapping[str, str] = {
    "address_form": "write it like https://api.example.com/v1",
    "address_odd": "it holds spaces or odd characters; write it like https://api.example.com/v1",
    "address_none": "it is not an address; write it like https://api.example.com/v1",
    "address_password": "take the user name and the password out; the key is read from key_env",
    "address_query": "take out what follows the ? or #; the key is read from key_env",
    "address_endpoint": "leave {endpoint} out; it is added to every call",
    "address_http": "use https; http is for this machine only, and with --private-network for private addresses",
    "address_host": "it is no host name; write it like https://api.example.com/v1",
    "address_private": "it is a private address; allow it with --private-network, or use a public one",
    "address_short": "write the address in full; write it like https://api.example.com/v1",
}

_KEY: Mapping[str, str] = {
    "key_needed": (
        '{provider} needs a key; set it with: export {variable}=..., or write {variable} = "..." into {secrets}'
    ),
    "key_paste": "{fault}; paste the key again into {where}, the key alone, on one line, without quotes",
    "key_line_break": "it holds a line break",
    "key_quotes": "it holds quotes or a backslash, which no key has",
    "key_assignment": "it begins with the name of the variable, or names one",
    "key_space": "it holds a space",
    "key_character": "it holds a character that no key has",
    "key_long": "it is longer than {most:,} characters",
    "key_foreign": "it looks like another provider's key, not one of {provider}",
    "the_environment": "the environment",
    "secrets_toml": 'make it readable TOML: {variable} = "..."',
    "secrets_quotes": 'write it in quotes in {secrets}: {variable} = "..."',
}

_EXPORT: Mapping[str, str] = {
    "format_kinds": "it holds {fits}, not {odd}; choose --kind or another",
    "format_one_kind": "it holds one kind at a time; choose --kind {kind} or another",
}

_COMMAND_LINE: Mapping[str, str] = {
    "address_ip": "write an IP address of this machine, such as 127.0.0.1",
    "address_public": (
        "other machines could open it: keep 127.0.0.1, or add --i-know-it-is-public (see docs/sign-in.md)"
    ),
    "address_not_here": "this machine has no such address; keep 127.0.0.1",
    "port_in_use": (
        "another program listens there, perhaps another Draftmill (open http://{address}:{port}); end it, or choose "
        "another port, such as --port {other}"
    ),
    "sign_in_missing": "no sign-in is set up; write [auth] into {file} (see docs/sign-in.md)",
    "cookie_secret_short": (
        "write at least {least} random characters into [auth] of secrets.toml; this makes them: "
        'python -c "import secrets; print(secrets.token_hex(32))"'
    ),
    "call_of_run": "it is no call of run {run}; list them with: draftmill calls {run}",
    "log_unwritable": "it cannot be written: {problem}; name a file in a folder that is there",
    "key_and_no_key": "leave it out, or leave out --no-key",
    "allowed_host": "write one name, such as drafts.example.com, without port or *",
    "whole_numbers": "write whole numbers with commas between, such as 1,4,8",
    "numbers_listed": "write numbers with commas between, such as 0.2,0.9",
    "output_ending": "name a file that ends in {endings}",
    "output_folder": "make its folder first",
    "output_unwritable": "it cannot be written: {problem}; the runs are kept",
    "approved_only": "leave it out, or leave out --approved-only",
    "clean_what": "name what to clean: --raw, --rejected, --cancelled; or look first with --dry-run",
    "age_form": "write a number and h, d or w, such as 30d",
    "words_refused": "{n:,} of its lines cannot be used; correct them, or leave them out with --skip-refused",
    "run_without_words": "it has no word list; start one with --words NAME",
    "run_or_all": "give a run's number, or --all for every run that was interrupted",
    "levels_form": "write numbers from 1 to 6, such as 3,4",
    "topics_file": "give a readable text file in UTF-8, or - for standard input",
    "topic_option": "a topic is blank; write one or leave the option out",
    "option_form": "write NAME=VALUE, such as genre=news",
}

_PRACTICE: Mapping[str, str] = {
    "fault_once": "name each fault once",
    "port_range": "choose 0 (a free one) to 65535",
    "give_json_object": "give one JSON object",
    "choose_bool": "choose true or false",
    "variable_name": "give the name of an environment variable",
    "practice_known": "the practice provider knows {known}",
    "fault_form": "write NAME=SHARE, such as 503=0.05",
    "fault_shares": "give a share for each fault, such as 503 = 0.05",
    "shares_sum": "their shares must not be more than 1 together",
    "choose_whole_number": "choose a whole number from {low} to {high}",
    "restart_practice": "stop the practice provider and start it again to change this",
    "set_variable": "set the environment variable {variable}, or leave this out",
}

FIELDS: Mapping[str, str] = {
    **_GENERAL,
    **_SPEC,
    **TEXTS,
    **_REVIEW,
    **_COMPARE,
    **_PROFILE,
    **_ADDRESS,
    **_KEY,
    **_EXPORT,
    **_COMMAND_LINE,
    **_PRACTICE,
}
"""Code to English template."""
