"""A headless Chromium, driven by Selenium."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest
from selenium import webdriver

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# As root there is no sandbox for Chromium; the others keep it from asking the internet for anything.
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --window-size=1500,850"
)


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    """One browser for all tests; it takes the simulator's certificate as a person would."""
    driver = _program("chromedriver")
    options = webdriver.ChromeOptions()
    options.binary_location = _program("chromium")
    options.accept_insecure_certs = True
    profile: Path = tmp_path_factory.mktemp("profile")
    for flag in (*FLAGS.split(), f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    chrome = webdriver.Chrome(options, webdriver.ChromeService(driver))
    yield chrome
    chrome.quit()


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        reason = f"there is no {name}, in which the page is tested; on Debian: apt-get install chromium chromium-driver"
        # A developer need not have a browser; continuous integration installs one, so its absence there is a fault.
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
        raise AssertionError(reason)
    return found
