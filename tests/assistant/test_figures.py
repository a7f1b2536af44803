"""Figures as people list them: shared names, prices by number, brackets, years, places and doors."""

import pytest

from tests.assistant.conftest import Ask

AMOUNTS = {
    "an item that fails by a fact of its own": (
        "创信融合作担保机构今年首次担保贷款代偿三笔，300万、200万，还有100万那笔收了反担保，风险补偿最多多少",
        "250",
    ),
    "items of which two fail in two ways": (
        "备案的私募机构投了成立三年的硬科技公司，占股都不到两成：甲首轮600万，乙首轮450万，丙是第二轮900万，"
        "早期投资风险补贴总共多少",
        "120",
    ),
    "an average beside its sum": (
        "领军企业牵头建技术创新中心，三年预算1.2亿、平均每年4000万，累计最多多少",
        "3600",
    ),
    "an average that an input wants": (
        "技术创新中心依托单位，近三年年均销售正好10亿、三年合计30亿，按占比三年研发费至少要多少",
        "45000",
    ),
    "two costs joined before one sum": (
        "基金份额在北京股权交易中心转让，评估值4000万，交易费加中介费150万，补多少",
        "60",
    ),
    "prices of single ones": ("打算市场化聘4个技术经理人，3个年薪50万，1个90万，一年补贴上限多少", "120"),
    "a count that holds for two things": (
        "今年2款产品拿到认证证书（中关村标准产品），也都贴了1字标、规模销售，一共多少",
        "60",
    ),
    "a loan told twice": (
        "软件公司建设类重大项目，贷款2亿、期限5年且每年余额还是2亿，LPR按3%算，全程总共最多贴多少息",
        "1800",
    ),
    "what last year granted is not of this year": (
        "国际首创产品首个合同2000万，去年拿到过400万，今年还能拿多少",
        "500",
    ),
    "a buyer is no maker": ("买了一台首台套设备，保费80万，我们是采购方，保费补贴能拿多少", "0"),
    "the last year's growth beside two years": (
        "科技型小微企业，研发费前年500万去年1000万，增量正好500万，给多少",
        "30",
    ),
    "the ceiling of one item among several, asked backwards": (
        "在北京办国际标准化会议，至少要花多少才能把那一半费用的补助拿满",
        "60",
    ),
    "years refused in a whole term": (
        "引领类标杆型孵化器，第二年考核拿满，第三年考核不行没给钱，总共最多多少",
        "1500",
    ),
    "one of two amounts asked by its figure": (
        "海外研发中心三年内拿了刚好3个国际发明专利，对国内产品提升作用重大，是100万还是200万",
        "200",
    ),
    "one sum under the names of several costs": (
        "北京的基金份额在北京股权交易中心转让，评估值5200万 挂牌费律师费评估费七七八八花了86.5万，能补多少",
        "34.6",
    ),
    "two costs named before one sum, others beside it": (
        "基金份额在北京股权交易中心转让，评估值4200万，挂牌费和转让服务费12万、评估48万、律师90万，能补多少",
        "60",
    ),
    "numbers with prices of their own": (
        "技术转移机构市场化招5个技术经理人，3个年薪48万，另外2个年薪60万，最多补多少",
        "132",
    ),
    "a sum that is denied": ("国内首创产品首个合同不是500万，是800万，能补多少", "240"),
    "items counted within one year": (
        "创信融合作担保机构今年出了三单代偿，400万、750万、980万，没有反担保，风险补偿最多多少",
        "1000",
    ),
    "parts in brackets": ("重点国际学术会议总经费286万（场地90万、差旅110万，其余会务），支持多少", "85.8"),
    "last year's costs are not repeated by years of inspection": (
        "市级枢纽型综合类社会组织，会员里社会组织93家，连着五年年检合格，评估4A，上一年实际发生费用390万，最高多少",
        "273",
    ),
    "years each with costs under different names": (
        "融资租赁，年营收1.6亿，第一年租息180万加手续费20万，第二年租息300万，第三年120万，三年补贴合计多少",
        "114",
    ),
    "a refused year is left out": (
        "集成电路共性技术平台，第一年拿了顶格，第二年考核优秀也顶格，第三年考核没过没给，一共拿到多少",
        "3500",
    ),
    "ceilings of one class limit only that class": (
        "两个首创产品第一次卖出去，一个国际首创合同1200万，一个国内首创合同1500万，合起来最多拿多少",
        "660",
    ),
    "a year of claiming makes another year the one before": (
        "先进制造业企业，2023年首次纳入规模以上统计，2024年申报75号文升规奖励，最多给多少",
        "30",
    ),
    "the door of a condition": ("创信融担保，单笔担保贷款最低要做到多少才够得上申请风险补偿", "100"),
    "alike in two documents": ("建共性技术平台，8号文和科技服务业征求意见稿各自给多少上限，对比下", "5000"),
    "a gap to a line": (
        "我们做数字人的，去年营收6.4亿，离59号文讲的重点数字人企业那条营收线还差多少",
        "36000",
    ),
    "another board than the one put aside": (
        "新三板先不上了，先在北京四板挂牌，这个给多少",
        "30",
    ),
}


@pytest.mark.parametrize(("text", "amount"), AMOUNTS.values(), ids=AMOUNTS.keys())
def test_figures_find_their_inputs(ask: Ask, text: str, amount: str) -> None:
    found = ask(text).amount
    assert found is not None
    assert f"{found.value.normalize():f}" == amount


def test_years_are_completed_by_a_later_turn(ask: Ask) -> None:
    answer = ask(
        "预算第二年加到1000万、第三年1300万，考核全过，三年合计最多多少？",
        ["科技咨询公司近三年收入都在6000万上下，咨询收入占八成，科技服务品牌机构第一年项目预算报了700万"],
    )
    assert answer.amount is not None
    assert answer.amount.value == 810


def test_a_place_elsewhere_denies_a_place_here(ask: Ask) -> None:
    answer = ask("应用场景示范项目合同1500万，项目改到雄安实施，能支持多少")
    assert answer.amount is not None
    assert answer.amount.value == 0


@pytest.mark.parametrize(
    "text",
    [
        "买了目录内软件的应用综合保险，保费28万，162号文给补多少钱",
        "科技保险保费补贴和首台套保险补贴，哪个年度上限高",
    ],
    ids=["a support that the question does not speak of", "上限高 is not 限高"],
)
def test_nothing_is_denied_or_granted_by_chance(ask: Ask, text: str) -> None:
    answer = ask(text)
    assert "不符合" not in answer.answer.split("**依据**")[0]
    assert answer.amount is None or answer.amount.value not in (0, 8.4)
