"""The soak in small; `python -m tests.hostile.soak --minutes 60` is the long one."""

from pathlib import Path

from tests.hostile.soak import soak

_SECONDS = 45.0
_MB = 1 << 20


def test_no_answer_is_wrong_and_none_is_dropped_while_workers_die_and_builds_change(tmp_path: Path) -> None:
    report = soak(tmp_path, _SECONDS)
    print(f"\n{report.told()}")
    assert report.wrong == []
    assert report.dropped == []
    assert report.killed >= 10
    assert report.published >= 3
    assert len(report.seconds) > 500
    assert sum(report.refused.values()) < len(report.seconds) / 20
    assert report.growth < 64 * _MB
