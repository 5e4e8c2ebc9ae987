"""What the linter says of a template, in the reader's language: its phrases stand here, so that they are translated."""

from __future__ import annotations

from common.templates.finding import Said
from console.language import N_, _

FINDINGS: tuple[str, ...] = (
    N_("%(category)s fits: %(why)s"),
    N_("%(code)r is no language that templates have; for example en, en_US or pt_BR"),
    N_("%(count)s buttons; %(most)s are allowed"),
    N_("%(count)s characters; %(most)s are allowed"),
    N_("%(count)s emoji; %(most)s are allowed"),
    N_("%(left)s and %(right)s stand side by side; put words between"),
    N_("%(most)s of the kind %(kind)s at most"),
    N_("a button needs a label"),
    N_("a footer has no variables"),
    N_("a footer is one line"),
    N_("a header has one variable at most"),
    N_("a header of %(kind)s is kept as it is, but cannot be sent from here: leave it out"),
    N_("a label is one line without variables or emoji"),
    N_("a name is 1 to %(most)s lower case letters, digits and _"),
    N_("a template needs a body"),
    N_("an address with a variable cannot be filled here"),
    N_("could be utility, which costs less and reaches more people: %(why)s"),
    N_("header and body must both number or both name their variables"),
    N_("marketing must say how to stop it; a footer or a button STOP does"),
    N_("more than %(most)s buttons hide behind “See all options” and are not shown on a computer"),
    N_("no more than one empty line in a row"),
    N_("no new lines, emoji or formatting marks in a header"),
    N_("no tabs, and no more than four spaces in a row"),
    N_("no variable names an order, a contact or a date: it reads as a general survey"),
    N_("nobody fills in {{%(name)s}} here; an invitation knows %(known)s"),
    N_("numbered and named variables must not be mixed"),
    N_("numbered variables count up from {{1}} without a gap"),
    N_("one-time passwords are not ours to send; choose utility or marketing"),
    N_("quick replies stand together, before or after all others"),
    N_("the example of {{%(name)s}} must be one line without tabs or long gaps"),
    N_("the footer is empty; leave it out"),
    N_("the header is empty; leave it out"),
    N_("the same words as %(name)s; the provider refuses duplicates"),
    N_("the text must not begin with a variable; put a word before it"),
    N_("the text must not end with a variable; put a word after it"),
    N_("there are no buttons in it; leave it out"),
    N_("there are two of them; one is allowed"),
    N_("there is a single brace; a variable is written {{name}}, with two on each side"),
    N_("there is another button %(label)r"),
    N_("there is no component %(kind)r"),
    N_("too many variables for the length: %(count)s for %(words)s words; there must be %(least)s words at least"),
    N_("will probably be approved as marketing: %(why)s"),
    N_("{{%(name)s}} names what the customer did, and nothing promotes"),
    N_("{{%(name)s}} needs an example, so that a reviewer can read the message"),
    N_("{{%(name)s}} stands here twice; every variable is used once"),
    N_("{{%(name)s}}: a variable's name is lower case letters, digits and _, no digit first"),
    N_("“%(words)s” reads as promotion"),
)
"""Every phrase of `common/templates`; a test compares."""


def finding_words(said: Said) -> str:
    """The phrase with its values, those of them that are phrases said too."""
    values = {name: finding_words(each) if isinstance(each, Said) else each for name, each in said.values.items()}
    words = _(said.pattern)
    return words % values if values else words
