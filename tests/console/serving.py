"""The console on a real port, in this process, so that a test can act behind the browser's back."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.serving import BaseWSGIServer, make_server

from tests.browser import faults_in
from tests.console.factories import PASSWORD, World, create_app


@dataclass(slots=True)
class Served:
    """A product whose console browsers can open."""

    world: World
    browser: Browser
    faults: list[str] = field(default_factory=list)
    _server: BaseWSGIServer | None = None
    _port: int = 0
    _contexts: list[BrowserContext] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Serve; after a stop again on the same port, as another process would."""
        if self._port:
            self.world.app = create_app(self.world.services)
        self._server = make_server("127.0.0.1", self._port, self.world.app, threaded=True)
        self._port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        """Serve nobody, and end the streams."""
        assert self._server is not None
        self._server.shutdown()
        self._server.server_close()
        self.world.app.extensions["zeroten_streams"].close()

    def close(self) -> None:
        """Close all browsers' windows, then the server."""
        for context in self._contexts:
            context.close()
        self.stop()

    def window(self, *, size: tuple[int, int] = (1280, 800), scheme: str = "light", script: bool = True) -> Page:
        """A new browser's window; what it complains about is written down."""
        width, height = size
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if scheme == "dark" else "light",
            java_script_enabled=script,
            timezone_id="Europe/Amsterdam",
            locale="en-GB",
        )
        self._contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda line: self.faults.append(line.text) if "Content Security" in line.text else None)
        return page

    def signed_in(self, email: str = "ana@example.com", **window: object) -> Page:
        """A new browser's window in which this user has signed in by the form."""
        page = self.window(**window)  # type: ignore[arg-type]
        page.goto(f"{self.url}/sign-in")
        page.get_by_label("E-mail").fill(email)
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/inbox*")
        return page


def serving(world: World, browser: Browser) -> Iterator[Served]:
    """The rest of a fixture: the product is served until the test is over, and no browser has complained."""
    made = Served(world, browser)
    made.start()
    yield made
    made.close()
    assert made.faults == []


def has_no_faults(page: Page) -> None:
    """Holds that everybody can use this page, and that it fits its window."""
    assert faults_in(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it scrolls sideways"
