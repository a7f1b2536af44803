"""Questions that lean on earlier turns: figures are replaced, topics carried over or left."""

from decimal import Decimal

import pytest

from tests.assistant.conftest import Ask, Understand, cited

FIRST_CONTRACT = "首创产品第一个合同1200万，国内首创，能补多少？"
PREMIUM = "首台（套）重大技术装备一年保险费100万，能补多少？"

CONTEXT = {
    "what if the figure were another": ("换成4000万呢", [FIRST_CONTRACT], (FIRST_CONTRACT,)),
    "that one": ("那它有什么条件", [FIRST_CONTRACT], (FIRST_CONTRACT,)),
    "a new topic of its own": ("外资研发中心的研发投入按什么比例支持", [FIRST_CONTRACT], ()),
    "a figure set right": ("说错了，其实是800万，那变成多少", [FIRST_CONTRACT], (FIRST_CONTRACT,)),
    "a condition without its matter": ("可公司上个月才注册，够格不？", [FIRST_CONTRACT], (FIRST_CONTRACT,)),
    "another document named": ("科技金融办法里融资租赁的年度上限是多少", [FIRST_CONTRACT], ()),
    "nothing said before": ("换成4000万呢", [], ()),
    "over several turns": (
        "那国际首创呢",
        [FIRST_CONTRACT, "换成4000万呢"],
        (FIRST_CONTRACT, "换成4000万呢"),
    ),
}


@pytest.mark.parametrize(("text", "history", "context"), CONTEXT.values(), ids=CONTEXT.keys())
def test_which_earlier_turns_a_question_builds_on(
    understand: Understand, text: str, history: list[str], context: tuple[str, ...]
) -> None:
    assert understand(text, history).context == context


TRANSFERS = "跨国技术转移机构，去年促成了4个项目，能支持多少"
STATION = "北京新建成一座加氢站，压缩机12小时额定能力600公斤，建设补贴多少"

AMOUNTS = {
    "the figure that is reached, less what was before": (
        [TRANSFERS],
        "如果再多促成一个，凑到5个，会多出来多少",
        100,
    ),
    "one part of a support": (
        [STATION],
        "再问下运营这头，承诺卖28元一公斤，一年卖10万公斤，运营补贴多少",
        100,
    ),
    "both parts after all": (
        [STATION],
        "那运营这块，承诺卖28元一公斤，一年卖10万公斤，连建设补贴一起算",
        300,
    ),
    "one item changed by its place": (
        ["新三板企业今年并购三家，都首次绝对控股拿到关键技术，交易额2000万、3000万、4000万，支持多少"],
        "如果第三个换成一单1000万的，总共多少",
        300,
    ),
    "a class set right": (["中国创新创业大赛北京赛区三等奖的企业给多少钱"], "看错了，证书上是一等奖", 30),
    "a count denied": (
        ["境外研发中心有2个国际发明专利、作用积极，最多多少"],
        "那要是还没拿到专利，只开展了实质性研发呢",
        50,
    ),
    "what was paid in the first year": (
        ["颠覆性技术创新项目立项了，第一年批了150万"],
        "第二年按上限，两年合起来最多多少",
        650,
    ),
    "this one alone": (
        ["我们CTO新当选ISO技术委员会副主席，企业能拿多少支持"],
        "另外在北京承办了一场国际标准化会议，实际花了40万，单这一场能补多少",
        20,
    ),
    "a fact varied": (
        ["数据中心绿色化改造固定资产投资8000万，PUE达标也接入了节能监测平台，25%就是2000万，没错吧"],
        "那如果上了液冷呢",
        2400,
    ),
    "the support stays": (["外资研发创新中心上一年研发投入3亿能补多少"], "今年投到4亿了呢", 800),
    "a new figure": ([FIRST_CONTRACT], "换成800万呢", 240),
    "a new figure over the ceiling": ([FIRST_CONTRACT], "换成4000万呢", 300),
    "another class": ([FIRST_CONTRACT], "如果是国际首创呢", 360),
    "another class and figure one after the other": ([FIRST_CONTRACT, "换成4000万呢"], "那国际首创呢", 500),
    "a figure of the latest of two topics": (
        ["加氢站的建设补贴一共分成几档", FIRST_CONTRACT],
        "换成800万呢",
        240,
    ),
    "another premium": ([PREMIUM], "要是200万呢", 100),
    "the second year": (["前沿技术企业第一年最多给多少"], "那第二年呢，指标都完成了", 300),
    "the second year with targets partly met": (
        ["前沿技术企业第一年最多给多少"],
        "那第二年呢，创新指标完成了，经济指标还差一点",
        100,
    ),
    "the second year of an incubator": (["引领类标杆型孵化器第一年能给多少"], "第二年呢", 500),
    "a missing figure given later": (["首台套保险费能补多少"], "保费一共110万", 88),
}


@pytest.mark.parametrize(("history", "text", "wan"), AMOUNTS.values(), ids=AMOUNTS.keys())
def test_figures_of_a_follow_up_replace_or_complete_the_earlier_ones(
    ask: Ask, history: list[str], text: str, wan: int
) -> None:
    amount = ask(text, history).amount
    assert amount is not None
    assert amount.value == Decimal(wan)


UNITS = {
    "conditions of the same support": (["大学科技园能拿多少支持"], "那有什么条件", ("2022-07", "第八条")),
    "another article of the same document": (
        ["三新产品办法第六条怎么说"],
        "那第七条呢",
        ("cufa-175", "第七条"),
    ),
    "the document is carried over": (
        ["技创中心指引什么时候施行"],
        "那第五条讲什么",
        ("chuangfa-143", "第五条"),
    ),
    "a new topic leaves the old one": (
        [FIRST_CONTRACT],
        "技术经理人登记要满足哪些条件",
        ("2022-13", "第九条"),
    ),
    "the latest of two topics": (
        ["加氢站的建设补贴一共分成几档", FIRST_CONTRACT],
        "换成800万呢",
        ("2022-05", "第十一条"),
    ),
    "validity of what was talked about": (
        ["氢能政策给加氢站多少建设补贴"],
        "那这个文件到什么时候有效",
        ("jxf-63", "八"),
    ),
}


@pytest.mark.parametrize(("history", "text", "unit"), UNITS.values(), ids=UNITS.keys())
def test_the_topic_of_a_follow_up(ask: Ask, history: list[str], text: str, unit: tuple[str, str]) -> None:
    answer = ask(text, history)
    assert not answer.refused
    assert cited(answer)[0] == unit


NTH = {
    "the third condition": (
        ["技术经理人登记要什么条件"],
        "第三个条件具体指什么",
        "中级及以上专业技术职称",
        "1项及以上",
    ),
    "the second material": (
        ["三新产品认定第七条要交哪些材料"],
        "第二项材料是什么",
        "技术产品检验情况",
        "财务报表",
    ),
    "the fifth condition": (["高精尖中心申请条件有哪些"], "第五个条件呢", "相对集中的建设场地", "双一流"),
}


@pytest.mark.parametrize(("history", "text", "words", "neighbour"), NTH.values(), ids=NTH.keys())
def test_the_nth_item_is_quoted_and_its_neighbours_are_not(
    ask: Ask, history: list[str], text: str, words: str, neighbour: str
) -> None:
    answer = ask(text, history)
    assert words in answer.answer
    assert all(neighbour not in citation.quote for citation in answer.citations)


def test_history_does_not_change_a_question_that_stands_alone(ask: Ask) -> None:
    alone = ask("早期硬科技投资机构投了一笔600万，风险补贴多少")
    after = ask("早期硬科技投资机构投了一笔600万，风险补贴多少", ["加氢站建设补贴多少", "技术经理人怎么登记"])
    assert (after.citations, after.amount) == (alone.citations, alone.amount)
