"""The amount over one input as a chart: the line, its tiers and ceilings, the user's own point."""

from collections.abc import Iterable

import altair as alt
import streamlit as st

from ui.backend.computed import Curve, Mark

__all__ = ["chart_of", "show_curve"]

_BLUE, _ORANGE, _GRAY, _RED = "#1f5fa8", "#8a4b00", "#7b8794", "#a61b1b"
_HEIGHT = 300


def show_curve(curve: Curve, key: str) -> None:
    """The chart with what it says in words, for those who cannot see it."""
    st.altair_chart(chart_of(curve), key=f"chart_{key}", alt=_alt(curve))
    if curve.open_inputs:
        st.caption(f"还没有说明：{'、'.join(curve.open_inputs)}。浅色区域是可能的范围，线是最高可能。")
    for line in (curve.next_step, curve.to_cap):
        if line:
            st.info(line, icon=":material/trending_up:")


def chart_of(curve: Curve) -> alt.LayerChart:
    """The layers, from back to front."""
    data = _data(("x", "low", "high"), curve.points)
    top = max([*(high for _, _, high in curve.points), *(mark.at for mark in curve.caps)]) * 1.15
    x = alt.X("x:Q", title=_title(curve.x_label, curve.x_unit), axis=_axis(), scale=alt.Scale(nice=False))
    y = alt.Y(
        "high:Q", title=_title(curve.y_label, curve.y_unit), axis=_axis(), scale=alt.Scale(domain=[0, top])
    )
    tips = [
        alt.Tooltip("x:Q", title=curve.x_label, format=",.6~g"),
        alt.Tooltip("high:Q", title=curve.y_label, format=",.6~g"),
    ]
    base = alt.Chart(data)
    layers = [
        base.mark_area(color=_BLUE, opacity=0.12, aria=False).encode(
            x=x, y=alt.Y("low:Q", title=None), y2="high:Q"
        ),
        *_rules(curve.caps, "y", _ORANGE),
        *_rules(curve.tiers, "x", _GRAY),
        base.mark_line(color=_BLUE, strokeWidth=2.5, aria=False).encode(x=x, y=y),
        base.mark_point(color=_BLUE, opacity=0, size=80, aria=False).encode(x=x, y=y, tooltip=tips),
        *_here(curve),
    ]
    chart: alt.LayerChart = alt.layer(*layers).properties(height=_HEIGHT).configure_view(stroke=None)
    return chart


def _data(names: tuple[str, ...], rows: Iterable[tuple[float | str, ...]]) -> alt.InlineData:
    return alt.InlineData([dict(zip(names, row, strict=True)) for row in rows])


def _axis() -> alt.Axis:
    return alt.Axis(
        format=",.6~g", labelFontSize=12, titleFontSize=13, titleFontWeight="normal", tickCount=6, grid=True
    )


def _title(label: str, unit: str) -> str:
    return f"{label}（{unit}）" if unit else label


def _rules(marks: tuple[Mark, ...], axis: str, colour: str) -> list[alt.Chart]:
    """Dashed lines with their names: ceilings lie across, limits of tiers stand."""
    if not marks:
        return []
    data = _data(("at", "label"), [(mark.at, mark.label) for mark in marks])
    base = alt.Chart(data)
    dashed = base.mark_rule(color=colour, strokeDash=[5, 4], opacity=0.8)
    if axis == "y":
        name = base.mark_text(color=colour, align="left", baseline="bottom", dx=4, dy=-2, fontSize=12)
        return [dashed.encode(y="at:Q"), name.encode(y="at:Q", x=alt.value(0), text="label:N")]
    name = base.mark_text(color=colour, align="left", baseline="top", dx=4, fontSize=12)
    return [dashed.encode(x="at:Q"), name.encode(x="at:Q", y=alt.value(0), text="label:N")]


def _here(curve: Curve) -> list[alt.Chart]:
    if curve.here is None:
        return []
    x, y = curve.here
    data = _data(("x", "y", "label"), [(x, y, f"您在这里：{y:,.6g} {curve.y_unit}")])
    base = alt.Chart(data).encode(x="x:Q", y="y:Q")
    right = x > 0.6 * max(point[0] for point in curve.points)
    return [
        base.mark_point(color=_RED, filled=True, size=110, opacity=1),
        base.mark_text(
            color=_RED,
            fontSize=13,
            fontWeight="bold",
            dy=16,
            dx=-8 if right else 8,
            align="right" if right else "left",
        ).encode(text="label:N"),
    ]


def _alt(curve: Curve) -> str:
    caps = "；".join(mark.label for mark in curve.caps)
    tiers = "、".join(mark.label for mark in curve.tiers)
    here = f"现在 {curve.here[0]:g}{curve.x_unit} 得 {curve.here[1]:g}{curve.y_unit}。" if curve.here else ""
    return f"{curve.y_label}随{curve.x_label}变化的曲线。{here}上限：{caps or '无'}。分档：{tiers or '无'}。"
