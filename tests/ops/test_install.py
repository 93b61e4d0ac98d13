"""What is missing is installed or said in one command; what was installed is not installed again."""

import os
import platform
import shutil

import pytest

from ops import install


@pytest.fixture
def machine(monkeypatch, tmp_path):
    """A Debian where we are not root; `.venv` stands in a folder of the test."""
    monkeypatch.setattr(install, "ROOT", tmp_path)
    monkeypatch.setattr(install, "VENV", tmp_path)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    return monkeypatch


def test_who_is_not_root_is_told_the_one_command(machine, capsys):
    with pytest.raises(SystemExit):
        install.get("biblioteca Pango", apt=["libpango-1.0-0", "libpangoft2-1.0-0"], brew="pango")
    assert capsys.readouterr().err == "Lipsește biblioteca Pango. Instalați cu: sudo apt install libpango-1.0-0 libpangoft2-1.0-0\n"


def test_on_macos_the_command_is_brews(machine, capsys):
    machine.setattr(platform, "system", lambda: "Darwin")
    with pytest.raises(SystemExit):
        install.get("biblioteca Pango", apt=["libpango-1.0-0"], brew="pango")
    assert capsys.readouterr().err == "Lipsește biblioteca Pango. Instalați cu: brew install pango\n"


def test_packages_are_installed_only_when_their_file_changed(machine, tmp_path, capsys):
    (tmp_path / "some.txt").write_text("# nothing\n")
    install.install("some.txt")
    install.install("some.txt")
    (tmp_path / "some.txt").write_text("# nothing else\n")
    install.install("some.txt")
    assert capsys.readouterr().out == "Se instalează pachetele din some.txt (o dată; poate dura câteva minute)…\n" * 2


def test_a_package_that_cannot_be_had_stops_the_start(machine, tmp_path, capsys):
    (tmp_path / "some.txt").write_text("facturier @ file:///nowhere/at/all\n")
    with pytest.raises(SystemExit):
        install.install("some.txt")
    assert capsys.readouterr().err.startswith("Pachetele nu s-au putut instala:\n")
    assert not (tmp_path / "some.txt.installed").exists()
