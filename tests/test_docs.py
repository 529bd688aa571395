"""What the documents say can be checked: code runs, files exist, mechanisms and metrics are described."""

import re
from pathlib import Path

import pytest

from opmodel.scenario.study import Mechanisms

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/model.md", "docs/mechanisms.md", "docs/decisions.md",
             "docs/hiring.md", "docs/deployment.md", "docs/accessibility.md", "docs/data-protection.md", "docs/equality.md"]


def test_the_python_of_the_readme_runs(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    (block,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    exec(compile(block.replace("replications=20", "replications=2"), "README.md", "exec"), {"__name__": "__main__"})
    assert "under these assumptions." in capsys.readouterr().out


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_lead_somewhere(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text):
        if not target.startswith(("http:", "https:")):
            assert ((ROOT / name).parent / target).exists(), target


@pytest.mark.parametrize("name", DOCUMENTS)
def test_files_named_exist(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    for target in re.findall(r"`((?:opmodel|tests|scenarios|docs|benchmarks)/[\w./-]+\.(?:py|md|yaml|json|csv))`", text):
        assert (ROOT / target).exists(), target


def test_the_readme_lists_every_page_in_order():
    from opmodel.views.site import PAGES

    table = README.split("| page | question |")[1].split("\n\n")[0]
    assert re.findall(r"^\| ([^|]+?) \|", table, re.MULTILINE) == [title for _, title, _ in PAGES]


def test_every_mechanism_has_its_line():
    described = (ROOT / "docs" / "mechanisms.md").read_text(encoding="utf-8")
    for name in set(Mechanisms.model_fields) - {"unless_stated"}:
        assert f"`{name}`" in described, name


def test_tests_named_exist():
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").glob("test_*.py"))
    for document in DOCUMENTS:
        for name in re.findall(r"`(test_\w+)(?:\[.*?\])?`", (ROOT / document).read_text(encoding="utf-8")):
            assert f"def {name}(" in sources, f"{document} names {name}"
