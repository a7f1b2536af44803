"""The eval run that was finished last."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from ui.backend.managing import Managing

__all__ = ["evaluation_view"]

_TYPES = {
    "lookup": "查条文",
    "amount": "算金额",
    "eligibility": "能不能报",
    "procedure": "怎么办",
    "definition": "是什么",
    "validity": "效力",
    "multi_doc": "跨文件",
    "article": "指定条款",
    "followup": "追问",
    "refuse": "该拒答",
}


def evaluation_view(managing: Managing) -> None:
    """Scores over all cases and by type, and the whole report for downloading."""
    found = managing.evaluation()
    if found is None:
        st.info(
            "还没有做完的评测。运行 make eval 或 zhengce eval run 后再来看。", icon=":material/monitoring:"
        )
        return
    with st.container(horizontal=True, key="eval_figures"):
        for label, value in (
            ("评测集", found.name),
            ("全对", f"{found.passed / max(found.cases, 1):.1%}"),
            ("题数", f"{found.cases:,}"),
        ):
            st.metric(label, value, border=True, width=180)
    rows = [
        (name, f"{mean:.3f}", f"{low:.3f} – {high:.3f}", str(n)) for name, mean, low, high, n in found.scores
    ]
    st.html(_table(("得分", "平均", "95% 区间", "题数"), rows))
    st.markdown("**按类型，全对的比例**")
    kinds = [(_TYPES.get(kind, kind), f"{share:.1%}", str(count)) for kind, count, share in found.by_type]
    st.html(_table(("类型", "全对", "题数"), kinds))
    if found.html:
        st.download_button(
            "下载完整报告（.html）",
            found.html,
            f"{found.name}-report.html",
            "text/html",
            key="export_report",
            icon=":material/download:",
            on_click="ignore",
        )


def _table(names: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    head = "".join(f"<th scope='col'>{escape(name)}</th>" for name in names)
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f'<div class="zc-wide"><table class="zc-table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
