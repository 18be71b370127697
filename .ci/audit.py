"""
What must not be in the repository: a dependency with a known vulnerability, a secret.

`make audit`. An advisory service that cannot be reached, or does not know a package, is reported and fails nothing.
With `--secrets` only secrets are looked for.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PINNED = "constraints.txt"
ASK_S = 45
SECRETS = {
    "an API key": r"\b(?:sk|pk|rk)-[A-Za-z0-9_-]{16,}",
    "an AWS key": r"\bAKIA[0-9A-Z]{16}\b",
    "a GitHub token": r"\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,})",
    "a Google key": r"\bAIza[0-9A-Za-z_-]{35}",
    "a Hugging Face token": r"\bhf_[A-Za-z0-9]{30,}",
    "a Slack token": r"\bxox[abprs]-[A-Za-z0-9-]{10,}",
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
    "a secret": r"(?i)\b\w*(?:api_?key|secret|token|password)\w*\s*[:=]\s*[\"'][A-Za-z0-9+/_-]{20,}[\"']",
}
# What tests plant on purpose says so in its own text.
PLANTED = re.compile(r"canary|not-a-real|example", re.IGNORECASE)


def secrets_in(text: str) -> list[tuple[int, str]]:
    """The lines that hold a secret, and what kind it is; the secret itself is not told."""
    return [
        (number, kind)
        for number, line in enumerate(text.splitlines(), 1)
        for kind, pattern in SECRETS.items()
        for found in re.finditer(pattern, line)
        if not PLANTED.search(found.group())
    ]


def scan(files: Iterable[Path]) -> list[str]:
    """A line for each secret in some files; what is no text holds none."""
    told = []
    for file in files:
        try:
            text = file.read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            continue
        told += [f"{file.relative_to(ROOT)}:{number}: {kind}" for number, kind in secrets_in(text)]
    return told


def judge(report: Any) -> tuple[list[str], int]:
    """pip-audit's report: a line for each vulnerability, and how many packages the service did not know."""
    packages = report.get("dependencies", [])
    told = [
        f"{one['name']} {one['version']}: {fault['id']}, mended in {', '.join(fault['fix_versions']) or 'none yet'}"
        for one in packages
        for fault in one.get("vulns", [])
    ]
    return told, sum("skip_reason" in one for one in packages)


def audit() -> list[str]:
    """Ask for the vulnerabilities of what is pinned; says on stdout what could not be asked."""
    command = [sys.executable, "-m", "pip_audit", "-r", PINNED, "--no-deps", "--disable-pip", "-f", "json"]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=ASK_S)
        told, unknown = judge(json.loads(done.stdout))
    except (subprocess.TimeoutExpired, ValueError):
        print("vulnerabilities: skipped, the advisory service cannot be reached")
        return []
    if unknown:
        print(f"vulnerabilities: {unknown} packages are not known to the advisory service and were skipped")
    return told


def main() -> int:
    """Print what was found; 1 if it is a vulnerability or a secret."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    found = scan(ROOT / name for name in listed.split("\0") if name)
    if "--secrets" not in sys.argv[1:]:
        found += audit()
    print("\n".join(found) if found else "nothing found")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
