"""A question that names several matters is taken apart."""

from assistant.understand.parts import parts
from tests.assistant.conftest import Ask, cited


def test_sentences_stand_by_themselves() -> None:
    assert parts("登记要什么资历？薪酬又能补多少？") == ("登记要什么资历", "薪酬又能补多少")


def test_one_of_two_joined_names_is_left_out() -> None:
    found = parts("科技保险和首台套保险都怎么补")
    assert "科技保险都怎么补" in found
    assert "首台套保险都怎么补" in found


def test_a_single_matter_has_no_parts() -> None:
    assert parts("科技保险怎么补") == ()


def test_each_matter_brings_its_unit(ask: Ask) -> None:
    units = cited(ask("首台套买的保险和一般科技保险，保费分别报几成？"))
    assert {("2022-05", "第十二条"), ("2022-06", "第九条")} <= set(units)
