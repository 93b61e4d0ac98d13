"""What ./run decides: ports, kept secrets, the environment of the programs."""

import argparse

import pytest

from ops import local

PORTS = {"web_port": 8000, "rehearsal_port": 8200, "mail_port": 8225}


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(local, "VAR", tmp_path)
    monkeypatch.setattr(local, "ROOT", tmp_path)


def test_a_taken_port_gives_way_to_a_free_one_and_is_said(capsys):
    with local.listen(0) as taken, local.listen(taken.getsockname()[1]) as listener:
        wanted, given = taken.getsockname()[1], listener.getsockname()[1]
    assert capsys.readouterr().out.splitlines()[-1] == f"Portul {wanted} este ocupat; folosesc {given}."


def test_a_secret_is_made_once_and_only_its_owner_reads_it(tmp_path):
    secret = local.kept_secret("secret", 50)
    assert (len(secret) >= 50, local.kept_secret("secret", 50), (tmp_path / "secret").stat().st_mode & 0o777) == (True, secret, 0o600)


def test_what_the_environment_says_wins(monkeypatch):
    monkeypatch.setenv("BASE_URL", "https://facturi.exemplu.ro")
    env = local.environment(argparse.Namespace(real=False), **PORTS)
    assert (env["BASE_URL"], env["BNR_URL"]) == ("https://facturi.exemplu.ro", "http://127.0.0.1:8200/bnr")


def test_real_leaves_anaf_and_bnr_alone(monkeypatch):
    for name in ("ANAF_REGISTER_URL", "BNR_URL"):
        monkeypatch.delenv(name, raising=False)
    env = local.environment(argparse.Namespace(real=True), **PORTS)
    assert {"ANAF_REGISTER_URL", "BNR_URL"} & env.keys() == set()


def test_a_second_run_is_refused(capsys):
    lock = local.take_lock()
    local.note_in_lock(lock, "http://127.0.0.1:8000")
    assert local.take_lock() is None
    assert capsys.readouterr().out.startswith("Facturier rulează deja din acest dosar: http://127.0.0.1:8000 (procesul ")
    lock.close()
