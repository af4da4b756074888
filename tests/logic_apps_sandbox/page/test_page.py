"""The page at the simulator's address, in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from logic_apps_sandbox import arm
from tests.support.azure import GROUP, ISE, Azure, HandClock, azure_in, environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from selenium.webdriver import Chrome

PATIENCE = 30  # seconds until a test gives up


@pytest.fixture
def azure(tmp_path: Path) -> Iterator[Azure]:
    """A simulator with a network, in which time passes only when a test says so."""
    with azure_in(tmp_path, pace=0, real_time=HandClock()) as client:
        client.create_network()
        arm.control_of(tmp_path, real_time=HandClock()).set_pace(3600)
        yield client


@pytest.fixture
def control(tmp_path: Path) -> arm.Control:
    """The control interface of that simulator."""
    return arm.control_of(tmp_path, real_time=HandClock())


@pytest.fixture
def page(browser: Chrome, azure: Azure) -> Chrome:
    """The page, when it has looked once."""
    browser.get(f"https://{azure.simulator.address}/")
    until(browser, lambda: rows(browser))
    return browser


def until(browser: Chrome, condition: Callable[[], object]) -> None:
    """Wait for something to come true on the page."""
    WebDriverWait(browser, PATIENCE, poll_frequency=0.05).until(lambda _: condition())


def rows(browser: Chrome) -> list[list[str]]:
    """The table of requests as text, newest first."""
    script = """return [...document.querySelectorAll("#requests tr")]
                       .map(row => [...row.cells].map(cell => cell.textContent))"""
    found: list[list[str]] = browser.execute_script(script)
    return found


def tree(browser: Chrome) -> dict[str, dict[str, Any]]:
    """The lines of resources by name: container, text, and progress bar if any."""
    script = """return Object.fromEntries([...document.querySelectorAll("#resources li")].map(item => {
                  const row = item.querySelector(":scope > .row"), bar = row.querySelector("progress");
                  const name = each => each?.querySelector(".name").textContent;
                  return [name(item), {
                    inside: name(item.parentElement.closest("li")), text: row.innerText.replace(/\\s+/g, " ").trim(),
                    bar: bar && [bar.value, bar.max, bar.getAttribute("aria-label")],
                  }];
                }))"""
    found: dict[str, dict[str, Any]] = browser.execute_script(script)
    return found


def test_child_resources_are_inside_of_their_parents(page: Chrome) -> None:
    found = tree(page)
    assert {name: line["inside"] for name, line in found.items()} == {
        "Fabrikam-RG": None,
        "Fabrikam-VNET": "Fabrikam-RG",
        **{f"subnet-{number}": "Fabrikam-VNET" for number in (1, 2, 3, 4)},
    }
    assert found["Fabrikam-VNET"]["text"] == "Fabrikam-VNET Microsoft.Network/virtualNetworks · westus2 Succeeded"
    assert page.find_element(By.ID, "resource-count").text == "(6)"


def test_the_progress_of_an_environment_grows_until_it_is_complete(
    page: Chrome, azure: Azure, control: arm.Control
) -> None:
    azure.put(ISE, environment())
    control.advance(0.5)
    until(page, lambda: tree(page).get("Fabrikam-ISE", {}).get("bar") == [25, 100, "Create of Fabrikam-ISE"])
    assert tree(page)["Fabrikam-ISE"]["text"].endswith("InProgress Create 25% until 10:00, in 5400 s")
    control.advance(1)
    until(page, lambda: tree(page)["Fabrikam-ISE"]["bar"] == [75, 100, "Create of Fabrikam-ISE"])
    control.advance(1)
    until(page, lambda: tree(page)["Fabrikam-ISE"]["text"].endswith("Succeeded"))
    assert tree(page)["Fabrikam-ISE"]["bar"] is None


def test_requests_appear_as_they_arrive_and_each_once(page: Chrome, azure: Azure) -> None:
    before = len(rows(page))
    azure.http.get(f"{GROUP}-2?api-version=2024-03-01", headers={"User-Agent": "tester/1 (more)"})
    until(page, lambda: len(rows(page)) == before + 1)
    azure.http.get(f"{GROUP}?api-version=2024-03-01")
    until(page, lambda: len(rows(page)) == before + 2)
    newest, second, *_ = rows(page)
    assert second[1:5] == ["GET", "…/resourceGroups/Fabrikam-RG-2", "404", "tester/1"]
    assert newest[1:4] == ["GET", "…/resourceGroups/Fabrikam-RG", "200"]


def test_simulated_time_is_shown(page: Chrome, control: arm.Control) -> None:
    control.advance(24 * 365)
    until(page, lambda: page.find_element(By.ID, "now").text.startswith("2028-01-15"))
    assert page.find_element(By.ID, "pace").text == "1 simulated hour takes 3600 s"


def test_what_clients_send_is_shown_as_text_and_never_runs(page: Chrome, azure: Azure) -> None:
    hostile = "<img/src=x/onerror=document.title='taken'><script>document.title='taken'</script>"
    azure.http.get("/subscriptions/%3Cscript%3E?api-version=1", headers={"User-Agent": hostile})
    until(page, lambda: rows(page)[0][4].startswith("<img"))
    assert page.title == "Azure sandbox"
    assert not page.find_elements(By.TAG_NAME, "img")


def test_the_page_reports_that_the_simulator_has_ended(browser: Chrome, tmp_path: Path) -> None:
    with azure_in(tmp_path, pace=0) as azure:
        browser.get(f"https://{azure.simulator.address}/")
        until(browser, lambda: "No resources yet" in browser.find_element(By.ID, "resources").text)
        assert browser.find_element(By.ID, "problem").text == ""
    until(browser, lambda: "cannot be reached" in browser.find_element(By.ID, "problem").text)


def test_nothing_is_loaded_from_elsewhere_and_no_error_is_in_the_console(page: Chrome, azure: Azure) -> None:
    script = "return performance.getEntriesByType('resource').map(entry => entry.name)"
    loaded: list[str] = page.execute_script(script)
    assert loaded
    assert {httpx.URL(url).netloc.decode() for url in loaded} == {azure.simulator.address}
    console: list[dict[str, str]] = page.get_log("browser")  # type: ignore[no-untyped-call]
    assert [entry for entry in console if azure.simulator.address in entry["message"]] == []


def test_the_page_can_be_used_with_a_keyboard_and_a_screen_reader(page: Chrome) -> None:
    script = """return [document.documentElement.lang, document.title,
                        [...document.querySelectorAll("section")].map(each => each.getAttribute("aria-labelledby")),
                        document.querySelector("[role=region]").tabIndex, document.querySelectorAll("h1").length]"""
    assert page.execute_script(script) == [
        "en", "Azure sandbox", ["resources-title", "requests-title"], 0, 1,
    ]  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_is_readable_in_light_and_dark(page: Chrome, azure: Azure, scheme: str) -> None:
    """WCAG 2.2, 1.4.3: the contrast of text is at least 4.5 to 1."""
    azure.put(ISE, environment())
    until(page, lambda: "Fabrikam-ISE" in tree(page))
    media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
    script = """
        const parse = color => color.match(/[\\d.]+/g).map(Number);
        const luminance = color => {
          const [r, g, b] = parse(color).slice(0, 3).map(v => v / 255)
            .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
          return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const ground = node => {
          for (; node; node = node.parentElement) {
            const color = getComputedStyle(node).backgroundColor;
            if (parse(color)[3] !== 0) return color;
          }
        };
        return [...document.querySelectorAll("body *")]
          .filter(node => [...node.childNodes].some(child => child.nodeType === 3 && child.data.trim())
                          && node.getClientRects().length)
          .map(node => {
            const both = [luminance(getComputedStyle(node).color), luminance(ground(node))].sort((a, b) => b - a);
            return [(both[0] + 0.05) / (both[1] + 0.05), node.textContent.slice(0, 40)];
          });"""
    contrasts: list[tuple[float, str]] = page.execute_script(script)
    assert len(contrasts) > 20
    assert [text for contrast, text in contrasts if contrast < 4.5] == []


def test_no_column_is_cut_between_800_and_1600_pixels(page: Chrome, azure: Azure) -> None:
    """With names of the greatest lengths that Azure allows, and a window with a scroll bar."""
    azure.put(ISE.replace("Fabrikam-ISE", "x" * 80), environment())
    for number in range(60):
        name = f"{number}-{'x' * 75}"
        azure.http.put(
            f"{GROUP}/providers/Microsoft.Network/networkSecurityGroups/{name}?api-version=2024-05-01",
            json={"location": "westus2"},
            headers={"User-Agent": "azsdk-python-azure-mgmt-network/30.0.0"},
        )
    until(page, lambda: len(rows(page)) > 60)
    too_wide = """return [document.documentElement, ...document.querySelectorAll(".scroll, .row, td")]
                          .filter(each => each.scrollWidth > each.clientWidth)
                          .map(each => `${each.tagName} ${each.className} ${each.scrollWidth} > ${each.clientWidth}`)"""
    try:
        for width in (800, 1000, 1264, 1265, 1280, 1600):
            page.set_window_size(width, 850)
            assert page.execute_script(too_wide) == [], width
    finally:
        page.set_window_size(1500, 850)


def test_the_page_forbids_frames_and_foreign_code(azure: Azure) -> None:
    policy = azure.http.get("/").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


def test_the_page_only_reads(azure: Azure) -> None:
    assert azure.http.head("/").status_code == 200
    assert azure.http.post("/", content=b"{}").status_code == 404
