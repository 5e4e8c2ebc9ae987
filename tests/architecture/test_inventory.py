"""What is held about people is declared: a table or column with text that nobody has thought about fails here."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import JSON, Column, LargeBinary, String, Table, Text, TypeDecorator

from common.privacy.belongings import SEARCHED, emptied, theirs
from common.privacy.belongings import Person as SomePerson
from common.privacy.inventory import BY_TABLE, HARMLESS, INVENTORY, End, Until
from common.privacy.retention import ENDINGS, SETTINGS
from common.store.people import BELONGING
from common.store.schema import metadata

NOBODY = SomePerson(id="cus_x", refs=(), interactions=(), places=(), sent=())


def holds_text(column: Column[object]) -> bool:
    kind = column.type.impl if isinstance(column.type, TypeDecorator) else column.type
    return isinstance(kind, String | Text | JSON | LargeBinary)


def undeclared(table: Table) -> set[str]:
    holding = BY_TABLE[table.name]
    if holding.end is End.DELETED:
        return set()
    names = {column.name for column in table.columns if holds_text(column)}
    return names - holding.declared - HARMLESS


def test_every_table_is_declared_once() -> None:
    assert Counter(holding.table for holding in INVENTORY) == Counter(list(metadata.tables)), (
        "declare the table in common/privacy/inventory.py: what it holds of a person, and how that ends"
    )


def test_every_text_is_declared() -> None:
    lost = {name: sorted(undeclared(table)) for name, table in metadata.tables.items() if undeclared(table)}
    assert lost == {}, "say in common/privacy/inventory.py whether these columns are blanked with the person or kept"


def test_a_column_that_nobody_thought_of_is_found() -> None:
    grown = Table("messages", metadata.tables["messages"].metadata.__class__(), Column("mood", Text))
    assert undeclared(grown) == {"mood"}


def test_nothing_is_declared_that_is_not_there() -> None:
    for holding in INVENTORY:
        assert holding.declared <= set(metadata.tables[holding.table].columns.keys()), holding.table


def test_whatever_belongs_to_a_person_ends_with_the_person() -> None:
    for name, table in metadata.tables.items():
        if "customer_id" in table.columns:
            assert BY_TABLE[name].by is not None, f"{name} bears customer_id"


def test_every_declaration_can_be_carried_out() -> None:
    for holding in INVENTORY:
        if holding.by not in SEARCHED:
            theirs(holding, NOBODY)
        assert emptied(holding.table).keys() == holding.blank


def test_two_customers_who_become_one_bring_everything_along() -> None:
    own = {table.name for table in metadata.tables.values() if "customer_id" in table.columns}
    assert own == {table.name for table in BELONGING} | {"endpoints", "customer_refs"}


def test_every_class_has_a_time_and_something_that_ends() -> None:
    without = {Until.FOR_EVER, Until.SHORT}
    assert {ending.until for ending in ENDINGS} == set(SETTINGS) == set(Until) - without
    told = {(holding.table, holding.until) for holding in INVENTORY if holding.until not in without}
    within = {"messages", "events", "answers", "sought_words"}  # end with their conversation
    assert {table for table, _ in told} - within == {ending.table.name for ending in ENDINGS}
