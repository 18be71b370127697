"""
Errors of the store, the export, the providers and the practice provider.
"""

from __future__ import annotations

from collections.abc import Mapping

_STORE: Mapping[str, str] = {
    "unknown_run": "there is no run {run}; list them with: draftmill runs",
    "run_held": (
        "run {run} is worked on by {owner}; pause it first, or, if that process hangs, resume it after {when}"
    ),
    "process_on": "process {pid} on {host}",
    "another_process": "another process",
    **{f"state.{state}": state for state in ("done", "incomplete", "cancelled", "pausing", "cancelling")},
    "run_done": "run {run} is done, nothing is left to resume; for more drafts like its own clone it in the dashboard, "
    "or run: draftmill recipe {run} | draftmill run --recipe - --no-reuse",
    "run_ended_already": "run {run} has ended already: {state}",
    "run_still_stopping": "run {run} is {state}; resume it when the calls in flight have ended",
    "run_going": "run {run} is at work; pause it before its budget is changed",
    "run_open": "run {run} is still open; wait until it has ended",
    "run_has_approved": "run {run} has {count:,} approved drafts; confirm that they are deleted, too",
    "run_short": "run {run} has {count:,} slots without a draft; end it as incomplete",
    "run_taken": "run {run} is worked on by another process; this one must stop working on it",
    "run_lost": "another process has taken this run over; the reply is kept as it came",
    "no_rejected_draft": "run {run} has no rejected draft that was not regenerated yet",
    "slot_has_draft": "a slot that has its draft cannot be reopened; reopen failed or cancelled ones",
    "fingerprints": "{slots:,} slots have {fingerprints:,} fingerprints; give each slot one",
    "draft_unknown": "there is no draft {draft}; open the review page again",
    "draft_changed": "draft {draft} was changed by somebody else meanwhile; look at it again",
    "drafts_regenerated": "some of these drafts were regenerated already, or are not rejected now; look at them again",
    "drafts_named_many": "{n:,} drafts are named at once; the most is {most:,}",
    "material_gone": "there is no word list or style note named {name!r}; look at the list again",
    "no_fix": "no fix is suggested for draft {draft}; edit it by hand",
    "fix_outdated": "draft {draft} was changed since {model} read it; edit it by hand",
    "no_reply_stored": "call {call} has no stored reply: it was never answered, or replies were cleaned",
    "bucket": "bucket_s is {bucket_s}; choose a span above 0 seconds",
    "text_twice": "the same text is stored already: text {text}, {name!r}, version {version}; use that one",
    "text_gone": "there is no text {text}; list them with: draftmill texts list",
    "comparison_unknown": "there is no comparison {comparison}; open the compare page again",
    "clean_later": "run {run} is at work, so the file is not made smaller now; clean again when it ends",
    "call_not_in_flight": "call {call} is not in flight; its reply is not recorded twice",
    "call_not_open": "call {call} is recorded already, unknown, or its run is another process's",
    "pair_choice": "{choice} is no answer; choose left, right, both or neither",
    "filter_unnamed": "the filter has no name; give it one",
    "filters_full": "you have {most} saved filters; delete one first",
    "store_closed": "the store is closed; open it again",
}

_DATABASE: Mapping[str, str] = {
    "at_file": "{file}: {problem}",
    "db_locked": "the database is locked: another program has held it for {seconds} s; close that, or try again",
    "db_locked_here": "the database is locked by this program; try again",
    "disk_is_full": "the disk is full; free some space",
    "db_moved": "the database file was moved or replaced while it was used; put it back, then start Draftmill again",
    "db_readonly": "the database is read-only; make the file and its folder writable, or set DRAFTMILL_HOME",
    "db_damaged": "the database file is damaged; move it aside (a new one is made) or restore a copy",
    "db_not_one": "the file is not a database; move it aside (a new one is made) or name another one",
    "db_not_opened": "the database file cannot be opened; check the folder's permissions, or set DRAFTMILL_HOME",
    "db_disk_failed": "the disk failed while the database was used; check the disk and its free space, then try again",
    "db_refused": "the database refused: {problem}",
    "db_lost": (
        "the database has lost what was stored until {time} of {runs:,} runs and {calls:,} calls: its write-ahead log "
        "(the file ending in -wal) was removed or emptied, or an older copy was put back. Restore that file or the "
        "newer copy before you go on"
    ),
    "db_missing": "there is no database at {path}; check --database and DRAFTMILL_DATABASE",
    "db_is_folder": "{path} is a folder; name a file in it, such as {example}",
    "folder_gone": "the current folder no longer exists; change to another one",
    "db_foreign": "the database holds another program's tables; name an empty one",
    "db_newer": (
        "the database was made by a newer Draftmill; upgrade, or use another database (--database, DRAFTMILL_HOME)"
    ),
    "db_url": "the database URL is not one; write sqlite:////folder/draftmill.db or postgresql://user@host:5432/database",
    "db_memory": "a database in memory cannot be shared by the screen and the worker; name a file",
    "db_unwritable": "{path} cannot be written ({problem}); make the folder writable, or set DRAFTMILL_HOME elsewhere",
    "db_driver": "the driver of {driver} is not installed; pip install 'draftmill[cluster]', or name an SQLite file",
    "db_gone": "the database server has ended the connection or is restarting; try again in a moment",
    "db_unreachable": (
        "no connection to the database server ({problem}); check the URL, the user and password, whether the server "
        "runs, and its limit of connections"
    ),
    "db_connections": "the database server has no connection left; raise its max_connections, or run fewer workers",
    "db_server_full": "the disk of the database server is full; free some space there",
    "db_server_readonly": "the database server is read-only now; name the one that takes writes",
    "db_conflict": "another process changed the same rows at the same moment; try again",
    "db_login": "the database server refuses the user or the password of the URL; check both",
    "db_unknown": "the server has no database with the name in the URL; create it",
    "db_forbidden": "the database user may not do this; grant it the rights on the database's schema",
    "db_no_words": (
        "search reads every text: the server lacks the extension pg_trgm, or the user may not add it. Install it "
        "(Debian: postgresql-contrib), run CREATE EXTENSION pg_trgm as an administrator, then `draftmill migrate`"
    ),
    "db_old": (
        "the database was made by an older Draftmill; stop what still uses it, then run `draftmill migrate` once"
    ),
    "db_no_wal": "this disk cannot share a database (no WAL); set DRAFTMILL_HOME to a folder on a local disk",
    "db_check_failed": "the file is damaged ({problem}); move it aside (a new one is made) or restore a copy",
}

_EXPORT: Mapping[str, str] = {
    "words_suffix": "{file} is no word list; give a .csv, .tsv, .xlsx or .txt file",
    "export_no_draft": "no draft matches; approve some first, or widen the choice",
    "export_unwritable": "{path} cannot be written ({problem}); choose a folder that is there, writable and not full",
    "export_folder": "{path} is a folder; name a file in it, such as {example}",
    "export_exists": "{path} is there already; add --force to replace it, or name another file",
    "deck_failed": "the deck cannot be put together in {folder} ({problem}); free some space there",
    "workbook_failed": "the workbook cannot be put together in {folder} ({problem}); free some space there",
    "sheet_rows": "a sheet holds {most:,} rows; choose fewer drafts, or the CSV format",
    "cell_long": (
        "{field} of draft {draft} is {length:,} characters and a cell of a spreadsheet holds {most:,}; shorten it, or "
        "choose the CSV format"
    ),
    "note_without_gaps": (
        "draft {draft} has {wanted} blanks that its passage does not hold; Anki would make no card. Edit or reject it"
    ),
    "row_changed": "the draft has changed since the export; export it again",
    "row_unknown": "there is no such draft",
    "row_cleaned": "the draft was cleaned away",
    "row_twice": "line {line} is about the same; keep one of them",
    "row_invalid": "the edit is no valid {kind} ({code}: {detail}); correct it or undo it",
    "row_cut": "the row is cut off before its revision; export the table again",
    "row_lost": "characters became '?' when the table was saved; save it as .xlsx or 'CSV UTF-8'",
    "row_formula": "{column} holds a formula; write a text",
    "row_verdict": "verdict is {verdict!r}; write approved, rejected or pending",
    "row_key": "the draft has no {key} {value!r}; {table} are added on the Review page",
    "row_other": "another line of this draft was refused",
    "import_unreadable": "{file} cannot be read ({problem}); name a file that an export wrote",
    "import_large": "{file} is {size_mb:.0f} MB; the most is {most_mb} MB: split the export",
    "import_suffix": "{file} is neither .csv nor .xlsx; save the table as one of them",
    "import_nul": "line {line} of {file} holds a NUL character; save the table again as 'CSV UTF-8'",
    "import_utf8": "{file} is not in UTF-8; save it as 'CSV UTF-8'",
    "import_csv": "{file} is no whole CSV ({problem}); save it again",
    "import_heading": "{file} has no columns 'draft' and 'revision'; keep them as they were exported",
    "import_xlsx": "{file} is no workbook that can be read; save it as .xlsx again",
    "import_ole": "{file} is an older .xls file, or protected by a password; save it as .xlsx without a password",
    "import_ods": "{file} is an OpenDocument spreadsheet; save it as .xlsx",
    "import_zip": "{file} is no workbook; save it as .xlsx",
    "import_empty": "{file} has a heading and no rows; export the table again",
    "import_no_verdict": (
        "{file} has no column 'verdict', so no decision was read; give the column the name it had in the export"
    ),
    "import_foreign": "none of the {n:,} drafts in {file} is in this database; name the one it came from",
    "import_strict": "{file} is a large workbook in the form Strict Open XML; save it as a plain .xlsx",
    "import_long": "{file} takes longer than {minutes:.0f} minutes to read; split the export",
    "import_bomb_in": "{file} unpacks to {size_mb:,.0f} MB in {part}; that is no export of ours",
    "import_bomb": "{file} unpacks to {size_mb:,.0f} MB; that is no export of ours",
}

_PROVIDER: Mapping[str, str] = {
    "provider_error": "{provider}: {problem}",
    "models_none": "/models answered {status} without a list of models. {said}",
    "answer_large": "the reply is larger than {most_mb} MB and was refused",
    "answer_encoding": "the reply comes as {encoding!r}, which was not asked for; it may have been billed",
    "certificate_fails": "the certificate of {host} does not verify: {detail}",
    "host_unreachable": "{host} cannot be reached: {detail}",
    "name_private": "the name leads to a private address",
    "nothing_happened": "nothing happened within {seconds:g} s",
    "answer_late": "no whole reply within {seconds:g} s; it may have been billed",
    "answer_broke": "the connection broke before the reply was whole; it may have been billed: {detail}",
    "redirected": "the address answers {status} and points to {where}; set base_url to where it serves",
    "another_path": "another path",
    "no_prices": "its list of models has no prices; write them into providers.toml, or on the Health page",
}

_PRACTICE: Mapping[str, str] = {
    "practice_not_started": "it did not start: {said}",
    "practice_silent": "it printed nothing",
    "practice_not_running": "it does not run; start it again",
    "practice_no_pipe": "the child has no pipe",
    "port_taken": "port {port} is taken; choose another with --port, or 0 for a free one",
}

_BUDGET: Mapping[str, str] = {
    "budget_short": (
        "${spent_usd:.4f} of the budget of ${budget_usd:.4f} is spent, the next call may cost ${worst_usd:.4f}; resume "
        "the run with a larger budget"
    ),
}

PROBLEMS: Mapping[str, str] = {**_STORE, **_DATABASE, **_EXPORT, **_PROVIDER, **_PRACTICE, **_BUDGET}
"""Code to English template."""
