"""
The server `draftmill` starts: the dashboard, the status API beside it, and the doors both stand behind.
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from dashboard import api
from dashboard.doors import Doors

# uvicorn shuts down at SIGTERM and then raises it again: by default that ends the process before its runs are paused.
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))

app = st.App(Path(__file__).with_name("app.py"), routes=api.routes(), middleware=[Middleware(Doors)])
