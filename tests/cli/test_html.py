"""`--format html` as a user meets it: files, streams, exit codes."""

from pathlib import Path

import pytest

from tests.render.html_pages import Page

ROOT = Path(__file__).resolve().parents[2]
PROFILE = "name: churn\ntask: classification\ndata: {structure: tabular, rows: 900, labelled: 900}\n"


@pytest.fixture
def profile(tmp_path):
    (tmp_path / "churn.yaml").write_text(PROFILE)


def test_a_page_goes_to_standard_output_or_to_a_file(advisor, profile, tmp_path):
    printed = advisor("recommend", "churn.yaml", "--format", "html")
    assert (printed.returncode, printed.stderr) == (0, "")
    assert Page(printed.stdout).foreign() == []
    assert {"approaches", "flips", "costs", "plan"} <= set(Page(printed.stdout).ids)
    written = advisor("recommend", "churn.yaml", "--format", "html", "--output", "page.html")
    assert (written.returncode, written.stdout, written.stderr) == (0, "", "")
    assert (tmp_path / "page.html").read_text("utf-8") == printed.stdout


def test_several_profiles_share_a_page_with_an_overview(advisor, profile):
    done = advisor("recommend", "churn.yaml", "-", "--format", "html", stdin=PROFILE.replace("churn", "x" * 300))
    page = Page(done.stdout)
    assert (done.returncode, done.stderr, page.foreign()) == (0, "", [])
    links = [item.attributes["href"] for item in page.of("a")]
    assert {"#r1-answer", "#r2-answer"} <= set(links)
    assert "x" * 80 not in page.text


def test_a_bad_profile_prints_no_page(advisor, tmp_path):
    (tmp_path / "churn.yaml").write_text(PROFILE.replace("tabular", "tabluar"))
    done = advisor("recommend", "churn.yaml", "--format", "html")
    assert (done.returncode, done.stdout) == (2, "")
    assert "churn.yaml:3:19" in done.stderr


def test_a_gate_still_fails_after_the_page(advisor, profile):
    done = advisor("recommend", "churn.yaml", "--format", "html", "--expect", "deep")
    assert done.returncode == 1
    assert done.stdout.endswith("</html>\n")
    assert "gate failed" in done.stderr


def test_a_home_that_cannot_be_written_is_nothing_to_tell(advisor, profile, tmp_path):
    nowhere = {"HOME": "/proc/nowhere", "MPLCONFIGDIR": "/proc/nowhere"}
    done = advisor("recommend", "churn.yaml", "--format", "html", env=nowhere)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_measurement_is_a_page(advisor, tmp_path):
    data = str(ROOT / "examples" / "breast-cancer.csv")
    asked = ("--target", "diagnosis", "--only", "linear,tree", "--budget", "20s", "--quiet", "--format", "html")
    done = advisor("baseline", data, *asked, "-o", "page.html")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    page = Page((tmp_path / "page.html").read_text("utf-8"))
    assert page.foreign() == []
    assert {"glance", "scores", "checks", "protocol"} <= set(page.ids)
