"""A document that ANAF would refuse, mended by the buttons of *Ce va spune ANAF?*."""

from playwright.sync_api import expect

from tests.factories import make_draft, make_partner


def test_a_city_without_its_sector_is_mended_in_two_steps(open_browser, company, scope):
    draft = make_draft(make_partner(city="București"))
    page = open_browser()
    page.goto(f"/{company.pk}/facturi/{draft.pk}/verificare/")
    expect(page.get_by_text("1 lucru de corectat")).to_be_visible()
    page.get_by_role("link", name="Corectează clientul").click()
    expect(page.locator("#id_city")).to_be_focused()
    page.locator("#id_city").select_option("SECTOR3")
    page.get_by_role("button", name="Salvează").last.click()
    page.wait_for_url(f"**/parteneri/{draft.partner_id}/")
    page.goto(f"/{company.pk}/facturi/{draft.pk}/verificare/")
    expect(page.get_by_text("Nu găsim nimic de respins")).to_be_visible()


def test_a_romanian_code_in_hungary_is_mended(open_browser, company, scope):
    draft = make_draft(make_partner(country="HU", county="", city="Debrecen"))
    page = open_browser(390, 844, touch=True)
    page.goto(f"/{company.pk}/facturi/{draft.pk}/verificare/")
    expect(page.get_by_text("este românesc, dar țara aleasă este Ungaria")).to_be_visible()
    page.get_by_role("link", name="Corectează clientul").first.click()
    page.locator("#id_country").select_option("RO")
    page.locator("select#id_county").select_option("RO-CJ")
    page.locator("#id_city").fill("Cluj-Napoca")
    page.get_by_role("button", name="Salvează").last.click()
    page.wait_for_url(f"**/parteneri/{draft.partner_id}/")
    page.goto(f"/{company.pk}/facturi/{draft.pk}/verificare/")
    expect(page.get_by_text("Nu găsim nimic de respins")).to_be_visible()
