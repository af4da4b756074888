"""The page at the simulator's address: resources, running operations, and requests.

One HTML file, which reads its data from the control interface (``logic_apps_sandbox.arm.control.http``).
"""

import secrets
from pathlib import Path

from starlette.responses import HTMLResponse

PATH = "/"

_FILE = Path(__file__).with_name("page.html")


def response(method: str) -> HTMLResponse:
    """Return the page; for HEAD, without its text."""
    # Only the script and the style of this very answer run, whatever a resource or a client is called.
    nonce = secrets.token_urlsafe()
    return HTMLResponse(
        "" if method == "HEAD" else _FILE.read_text(encoding="utf-8").replace("{{nonce}}", nonce),
        headers={
            "Cache-Control": "no-store",
            "Content-Security-Policy": f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; "
            "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        },
    )
