"""Known drawings: where each mark lies, what is said of it, and what is refused."""

import json
from datetime import date
from itertools import pairwise

import pytest

from api.web.charts import tiles
from api.web.charts.bars import Bar, bars_chart
from api.web.charts.chart import Chart
from api.web.charts.closing import closing_chart
from api.web.charts.funnel import Step, funnel_chart
from api.web.charts.line import Forecast, Month, line_chart
from api.web.charts.radar import Axis, radar_chart
from api.web.charts.share import SHOWN, Holding, share_chart
from api.web.charts.strip import Standing, strip_chart
from api.web.charts.timeline import Progress, Stage, timeline_chart
from recommender.domain.taxonomy import load_taxonomy
from recommender.settings import data_dir
from tests.unit.charts.examples import FIRMS, requirement

#: Width of a full bar.
TRACK = 316.0


class TestRadar:
    def test_shares_lie_on_their_axes(self) -> None:
        chart = radar_chart(
            "题", [Axis("上", 1, 0.5), Axis("右", 0.5, 0), Axis("下", 0.25, 1), Axis("左", 0, 1)]
        )
        x, y = chart.centre
        radius = y - chart.own.marks[0][1]
        assert chart.own.marks == ((x, y - radius), (x + radius / 2, y), (x, y + radius / 4), (x, y))
        assert chart.own.closed
        assert chart.own.path.endswith("Z")
        assert len(chart.rings) == 4
        assert [spoke.anchor for spoke in chart.spokes] == ["middle", "start", "middle", "end"]

    def test_an_unknown_share_breaks_the_outline(self) -> None:
        chart = radar_chart("题", [Axis("甲", 0.5), Axis("乙", None), Axis("丙", 0), Axis("丁", 1)])
        assert not chart.own.closed
        assert len(chart.own.marks) == 3
        # From the third to the fourth and from there to the first; nothing to or from the second.
        assert chart.own.path.count("M") == 2
        assert chart.peers.path == ""
        assert chart.spokes[1].value == "没有数据"
        assert chart.spokes[2].value == "0%"

    def test_words(self) -> None:
        chart = radar_chart("题", [Axis("甲", 0.62, 0.5), Axis("乙", 0.41, 0.55), Axis("丙", 0.2, 0.3)])
        assert "最高的是甲（62%），最低的是丙（20%）" in chart.text
        assert "比同行低得最多的是乙（低 14 个百分点）" in chart.text
        above = radar_chart("题", [Axis(name, 0.5, 0.5) for name in "甲乙丙"])
        assert "没有一个维度低于同行" in above.text

    @pytest.mark.parametrize("axes", [2, 7])
    def test_refuses_too_few_and_too_many(self, axes: int) -> None:
        with pytest.raises(ValueError, match="axes"):
            radar_chart("题", [Axis("甲", 0.5)] * axes)

    def test_refuses_more_than_the_full_score(self) -> None:
        with pytest.raises(ValueError, match="0 to 1"):
            radar_chart("题", [Axis("甲", 1.01)] * 3)


class TestStrip:
    def test_cells_up_to_the_own_level_have_its_heat(self) -> None:
        chart = strip_chart("题", [Standing("甲", 3, 2.5), Standing("乙", 0, 0), Standing("丙", None, 4)])
        assert [[cell.heat for cell in row.cells] for row in chart.rows] == [[3, 3, 3, 0], [0] * 4, [0] * 4]
        assert [row.word for row in chart.rows] == ["三级", "未开展", "没有数据"]
        assert [row.unknown for row in chart.rows] == [False, False, True]
        left = chart.rows[0].cells[0].x
        right = chart.rows[0].cells[-1].x + chart.cell_width
        # Half-way in the third cell, at the left end, at the right end.
        third = chart.rows[0].cells[2]
        assert chart.rows[0].mark == pytest.approx(third.x + chart.cell_width / 2, abs=1)
        assert chart.rows[1].mark == left
        assert chart.rows[2].mark == pytest.approx(right, abs=1)

    def test_words(self) -> None:
        chart = strip_chart("题", [Standing("甲", 3, 3.5), Standing("乙", 0, 0), Standing("丙", None, 4)])
        assert "从高到低：三级 1 个（甲）；未开展 1 个（乙）。丙没有数据。" in chart.text
        assert chart.text.endswith("低于同行中位数的有 1 个：甲。")
        assert chart.table.rows[0] == ("甲", "三级", "三级和四级之间")
        assert strip_chart("题", [Standing("甲", None)]).text == "热力条，1 个场景。都没有数据。"

    @pytest.mark.parametrize("standing", [Standing("甲", 5), Standing("甲", -1), Standing("甲", 1, 4.5)])
    def test_refuses_a_level_without_a_name(self, standing: Standing) -> None:
        with pytest.raises(ValueError, match="甲"):
            strip_chart("题", [standing])


class TestBars:
    def test_all_are_to_one_scale(self) -> None:
        chart = bars_chart("题", [Bar("甲", 50, 100, 25, 75), Bar("乙", 0), Bar("丙", None)], measure=FIRMS)
        first, nought, unknown = chart.bars
        assert (first.width, first.target_x, first.whisker) == (TRACK / 2, 2 + TRACK, (2 + 79.0, 2 + 237.0))
        assert nought.width == 0
        assert (unknown.width, unknown.row.figure) == (None, "没有数据")
        assert bars_chart("题", [Bar("甲", 50)], highest=200).bars[0].width == TRACK / 4

    def test_words_and_table(self) -> None:
        chart = bars_chart("题", [Bar("甲", 50, 100), Bar("乙", 7, 5), Bar("丙", None, 3)], measure=FIRMS)
        assert "最高的是甲（50 家），最低的是乙（7 家）。丙没有数据。" in chart.text
        assert "没有达到目标的有 1 项：甲。" in chart.text
        assert chart.table.head == ("名称", "数值", "目标")
        plain = bars_chart("题", [Bar("甲", 1)])
        assert (plain.table.head, plain.legend) == (("名称", "数值"), ())

    def test_a_long_name_takes_two_lines(self) -> None:
        short, long = (bars_chart("题", [Bar(name, 1)]) for name in ("甲", "很长的名字" * 5))
        assert len(long.bars[0].row.lines) == 2
        assert long.height > short.height

    def test_refuses(self) -> None:
        with pytest.raises(ValueError, match="nought"):
            bars_chart("题", [Bar("甲", -1)])
        with pytest.raises(ValueError, match="one end"):
            bars_chart("题", [Bar("甲", 1, None, 0.5)])
        with pytest.raises(ValueError, match="beyond"):
            bars_chart("题", [Bar("甲", 3)], highest=2)


class TestClosing:
    def test_blocks_follow_each_other_up_to_what_is_reached(self) -> None:
        chart = closing_chart("题", [requirement("30", "100", [(1, "20"), (6, "1"), (0, "9")])])
        bar = chart.requirements[0]
        assert [(block.fill, block.label) for block in bar.blocks] == [
            ("now", "现在"),
            ("1", "1"),
            # Too narrow for its number; the sixth line has the fill of the second.
            ("2", ""),
            ("together", "合"),
        ]
        assert bar.needed_x == 2 + TRACK
        for before, after in pairwise(bar.blocks):
            assert before.x + before.width == pytest.approx(after.x, abs=0.11)
        assert bar.blocks[-1].x + bar.blocks[-1].width == pytest.approx(2 + 0.6 * TRACK, abs=0.11)
        assert bar.row.figure == "60 / 100 分，不够"

    def test_words_are_those_of_the_requirements(self) -> None:
        chart = closing_chart("题", [requirement("30", "30", []), requirement("0", "0", [], name="场景")])
        assert chart.text == "三个维度总分：现在 30 分。场景：现在 0 分。"
        assert [row[-1] for row in chart.table.rows] == ["够了", "够了"]
        assert chart.table.rows[0][2] == "没有变化"
        assert chart.requirements[1].blocks == ()


class TestLine:
    def test_counts_lie_between_round_lines(self) -> None:
        chart = line_chart("题", [Month("1月", 0), Month("2月", 50), Month("3月", 100)])
        assert [tick.figure for tick in chart.grid] == ["0", "20", "40", "60", "80", "100"]
        (x0, y0), (x1, y1), (x2, y2) = chart.marks
        assert (y0, y2) == (chart.bottom, chart.top)
        assert y1 == pytest.approx((y0 + y2) / 2, abs=0.1)
        assert x1 == pytest.approx((x0 + x2) / 2, abs=0.1)

    def test_an_unknown_month_breaks_the_line(self) -> None:
        chart = line_chart("题", [Month("1月", 3), Month("2月", None), Month("3月", 5)])
        assert len(chart.marks) == 2
        assert chart.path.count("M") == 2
        assert "L" not in chart.path
        assert len(chart.gaps) == 1
        assert ("2月", "没有数据") in chart.table.rows
        assert chart.legend[-1].name == "没有数据"

    def test_the_forecast_goes_on_from_the_last_month(self) -> None:
        ahead = [Forecast("3月", 12, 10, 15), Forecast("4月", 16, 12, 24)]
        chart = line_chart("题", [Month("1月", 4), Month("2月", 8)], forecast=ahead, target=20, measure=FIRMS)
        x, y = chart.marks[-1]
        assert chart.forecast_path.startswith(f"M{x} {y}L")
        assert chart.band.startswith(f"M{x} {y}L")
        assert len(chart.forecast_marks) == 2
        assert chart.top < (chart.target_y or 0) < chart.forecast_marks[-1][1]
        assert [label.text for label in chart.said] == ["8", "16"]
        after_gap = line_chart("题", [Month("1月", 4), Month("2月", None)], forecast=ahead)
        assert len(after_gap.forecast_path.split("L")) == 2

    def test_words(self) -> None:
        months = [Month("1月", 4), Month("2月", 9), Month("3月", 6)]
        chart = line_chart("题", months, forecast=[Forecast("4月", 7, 5, 9)], target=8, measure=FIRMS)
        assert "最高的是2月（9 家），最低的是1月（4 家）。从1月到3月增加 2 家。" in chart.text
        assert chart.text.endswith("预测到4月是 7 家，区间 5 至 9 家。目标是 8 家，预计还差 1 家。")
        assert line_chart("题", months, target=6).text.endswith("目标是 6，现在达到。")
        assert "减少 3" in line_chart("题", months[1:]).text

    def test_names_of_months_stand_clear_of_each_other(self) -> None:
        chart = line_chart("题", [Month(f"2026年{n}月", n) for n in range(1, 37)])
        assert 2 <= len(chart.months) <= 5
        assert chart.months[0].text == "2026年1月"

    def test_refuses(self) -> None:
        with pytest.raises(ValueError, match="no month"):
            line_chart("题", [])
        with pytest.raises(ValueError, match="interval"):
            line_chart("题", [Month("1月", 1)], forecast=[Forecast("2月", 3, 4, 5)])

    @pytest.mark.parametrize("count", [None, 0, 0.4, 1, 999_999])
    def test_a_single_month(self, count: float | None) -> None:
        chart = line_chart("题", [Month("1月", count)])
        assert all(chart.top <= y <= chart.bottom for _, y in chart.marks)
        figures = [tick.figure for tick in chart.grid]
        assert len(set(figures)) == len(figures) >= 2


class TestFunnel:
    def test_each_step_is_told_by_the_one_before(self) -> None:
        steps = [Step("报名", 200), Step("评测", 150), Step("签约", 15), Step("验收", None), Step("补助", 3)]
        chart = funnel_chart("题", steps, measure=FIRMS)
        assert [bar.width for bar in chart.bars] == [TRACK, 0.75 * TRACK, 23.7, None, 4.7]
        assert [row[2] for row in chart.table.rows] == ["—", "75%", "10%", "没有数据", "没有数据"]
        assert chart.bars[1].row.figure == "150 家（上一步的 75%）"
        assert chart.bars[4].row.figure == "3 家"
        assert "留下最少的一步是签约（上一步的 10%）。从第一步到最后一步留下 2%。验收没有数据。" in chart.text

    def test_a_step_after_nought_has_no_share(self) -> None:
        chart = funnel_chart("题", [Step("报名", 0), Step("评测", 0)], measure=FIRMS)
        assert chart.table.rows[1] == ("评测", "0 家", "没有数据")
        assert [bar.width for bar in chart.bars] == [0, 0]


class TestShare:
    def test_the_largest_come_first_and_those_over_the_cap_are_told(self) -> None:
        holdings = [Holding("甲", 10), Holding("乙", 60), Holding("丙", 30), Holding("丁", None)]
        chart = share_chart("题", holdings, measure=FIRMS, cap=0.5)
        assert [row[0] for row in chart.table.rows] == ["乙", "丙", "甲", "丁"]
        assert [bar.width for bar in chart.bars] == [TRACK, TRACK / 2, 52.7, None]
        assert [bar.tone for bar in chart.bars] == ["bad", "plain", "plain", "plain"]
        assert chart.bars[0].row.figure == "60.0%，超过上限"
        assert (
            "最多的是乙（60.0%），最少的是甲（10.0%）。超过上限 50.0% 的有 1 家：乙。丁没有数据。"
            in chart.text
        )

    def test_a_share_at_the_cap_is_not_over_it(self) -> None:
        chart = share_chart("题", [Holding("甲", 1), Holding("乙", 1)], measure=FIRMS, cap=0.5)
        assert "没有一家超过上限" in chart.text

    def test_the_many_small_ones_are_one_bar(self) -> None:
        chart = share_chart("题", [Holding(f"单位{n}", 1) for n in range(20)], measure=FIRMS, cap=0.3)
        assert len(chart.bars) == SHOWN + 1
        assert chart.bars[-1].row.figure == "60.0%"
        # The cap is on one unit: the others together are neither marked nor judged.
        assert (chart.bars[-1].target_x, chart.bars[-1].tone) == (None, "plain")
        assert len(chart.table.rows) == 20

    def test_nothing_yet(self) -> None:
        assert share_chart("题", [], measure=FIRMS).text == "占比图，0 家单位。还没有数量。"
        none_yet = share_chart("题", [Holding("甲", 0)], measure=FIRMS, cap=0.3)
        assert none_yet.table.rows[0][:3] == ("甲", "0 家", "没有数据")

    @pytest.mark.parametrize("cap", [0, 30])
    def test_refuses_a_cap_that_is_no_share(self, cap: float) -> None:
        with pytest.raises(ValueError, match="cap"):
            share_chart("题", [], measure=FIRMS, cap=cap)


class TestTiles:
    def test_every_district_has_its_own_place_roughly_where_it_lies(self) -> None:
        codes = {entry.code for entry in load_taxonomy().districts}
        assert set(tiles.PLACES) == codes
        assert len(set(tiles.PLACES.values())) == 11
        file = data_dir() / "taxonomy" / "district_centres.json"
        centres = json.loads(file.read_text(encoding="utf-8"))["centres"]
        for one in codes:
            for other in codes:
                # Two tiles apart is never against the map.
                if tiles.PLACES[one][1] - tiles.PLACES[other][1] >= 2:
                    assert centres[one]["latitude"] < centres[other]["latitude"]
                if tiles.PLACES[one][0] - tiles.PLACES[other][0] >= 2:
                    assert centres[one]["longitude"] > centres[other]["longitude"]

    def test_the_nearer_the_target_the_darker(self) -> None:
        figures = {"440103": (0, 10), "440104": (5, 10), "440105": (9.9, 10), "440106": (12, 10)}
        chart = tiles.tiles_chart(
            "题", {code: tiles.Progress(*f) for code, f in figures.items()}, measure=FIRMS
        )
        by_name = {tile.name: tile for tile in chart.tiles}
        assert [by_name[name].heat for name in ("荔湾", "越秀", "海珠", "天河", "南沙")] == [0, 2, 4, 5, None]
        assert [by_name[name].filled for name in ("荔湾", "越秀", "天河")] == [0, 38, chart.tile_width]
        assert [by_name[name].met for name in ("海珠", "天河")] == [False, True]
        assert by_name["南沙"].figure == "没有数据"
        assert "最高的是天河区（12 家），最低的是荔湾区（0 家）。" in chart.text
        assert "达到目标的有 1 个：天河区。" in chart.text

    def test_without_targets_the_highest_is_the_darkest(self) -> None:
        chart = tiles.tiles_chart(
            "题", {"440103": tiles.Progress(4), "440115": tiles.Progress(8)}, measure=FIRMS
        )
        assert {tile.heat for tile in chart.tiles} == {2, 5, None}
        assert chart.table.head == ("区", "数值")

    def test_refuses_what_is_no_district(self) -> None:
        with pytest.raises(ValueError, match="440107"):
            tiles.tiles_chart("题", {"440107": tiles.Progress(1)}, measure=FIRMS)


class TestTimeline:
    STAGES = (
        Stage("建档", Progress.DONE, date(2026, 3, 1)),
        Stage("评测", Progress.DONE),
        Stage("实施", Progress.HERE, date(2026, 5, 1), "还缺验收记录"),
        Stage("验收", Progress.TO_COME),
    )

    def test_stages_stand_under_each_other(self) -> None:
        chart = timeline_chart("题", self.STAGES)
        heights = [stage.y for stage in chart.stages]
        # The third has a note, a line of 17.
        assert [b - a for a, b in pairwise(heights)] == [30, 30, 47]
        assert [stage.when for stage in chart.stages] == [
            "2026年3月1日",
            "没有数据",
            "2026年5月1日",
            "日期未定",
        ]
        assert [key.mark for key in chart.legend] == ["done", "here", "to_come"]

    def test_words(self) -> None:
        assert timeline_chart("题", self.STAGES).text == (
            "时间线，4 个阶段，已完成 2 个。最近完成的是评测（没有数据）。"
            "现在是实施（2026年5月1日）。接下来是验收（日期未定）。"
        )

    def test_refuses_two_places_at_once(self) -> None:
        with pytest.raises(ValueError, match="one stage"):
            timeline_chart("题", [Stage("甲", Progress.HERE), Stage("乙", Progress.HERE)])


def test_all_are_as_wide_as_a_phone_leaves_room_for() -> None:
    # 360 px less a margin of 16 on both sides; letters of 12 units and more keep 11 px.
    assert 12 * (360 - 2 * 16) / Chart.width >= 11
