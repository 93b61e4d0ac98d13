"""The form of a partner under a hand that is quicker than the network."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, Route, expect

from tests.factories import make_partner


def test_a_country_chosen_before_the_scripts_arrive_still_changes_the_fields(open_browser: Callable[..., Page], scope: Any) -> None:
    partner = make_partner(country="HU", county="", city="Debrecen")
    page, held = open_browser(), list[Route]()
    page.route("**/htmx-2*.js", lambda route: held.append(route))
    page.goto(f"/{partner.company_id}/parteneri/{partner.pk}/modifica/", wait_until="commit")
    page.locator("select#id_country").select_option("RO")
    expect(page.locator("input#id_county")).to_be_visible()
    page.locator("input#id_city").fill("Cluj-Napoca")
    held[0].continue_()
    expect(page.locator("select#id_county")).to_be_visible()
    expect(page.locator("#id_country")).to_have_value("RO")
    expect(page.locator("#id_city")).to_have_value("Cluj-Napoca")
