from django.test import Client


def test_every_answer_forbids_scripts_and_hosts_that_are_not_ours(db):
    policy = Client().get("/cont/autentificare/").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "unsafe" not in policy


def test_an_error_page_has_the_policy_too(db):
    assert "default-src 'self'" in Client().get("/nu-exista/").headers["Content-Security-Policy"]
