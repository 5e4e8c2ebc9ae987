"""What prompts are called where they are worded, and when each is said."""

from __future__ import annotations

from console.language import N_, _

PROMPTS = {
    "score": (N_("The question"), N_("Asks for 0 to 10.")),
    "score.again": (N_("The question, again"), N_("After an answer that is no number.")),
    "score.again.3": (N_("The question, a third time"), N_("The last time it is asked.")),
    "score.reminder": (N_("Reminder"), N_("After silence, if the survey reminds.")),
    "reason": (N_("The reason"), N_("Asks why, after the score.")),
    "reason.again": (N_("The reason, again"), N_("After an empty answer.")),
    "aspect": (N_("What mattered"), N_("Offers the choices.")),
    "aspect.again": (N_("What mattered, again"), N_("After an answer that is no choice.")),
    "choice.hint": (N_("Below the choices"), N_("Where choices are a numbered list.")),
    "closing.detractor": (N_("Thanks, 0 to 6"), N_("Promises that a person reads it.")),
    "closing.passive": (N_("Thanks, 7 or 8"), N_("Ends the conversation.")),
    "closing.promoter": (N_("Thanks, 9 or 10"), N_("Ends the conversation.")),
    "closing.partial": (N_("Thanks, unfinished"), N_("When the last question stays open.")),
    "closing.refused": (N_("Declined"), N_("When the customer does not want to answer.")),
    "opted_out": (N_("After STOP"), N_("The one confirmation.")),
    "opted_in": (N_("After START"), N_("The customer is back.")),
    "human": (N_("A person comes"), N_("When the customer asks for one.")),
    "callback": (N_("Call back"), N_("After the end, if the survey offers it.")),
    "callback.confirmed": (N_("A time was chosen"), N_("Before the time of the call.")),
    "skip.hint": (N_("How to skip"), N_("Below questions that may be skipped.")),
    "voice.greeting": (N_("Greeting of a call"), N_("The first words of a call that we place, with the way out.")),
    "voice.language": (
        N_("The menu of languages"),
        N_("Said in each language that the survey offers, where no language of the caller is known."),
    ),
    "voice.one_or_ten": (N_("One or ten"), N_("After a lonely 1, which may be a slow 10.")),
    "voice.keys": (N_("Keys of the choices"), N_("After the choices: what the other keys do.")),
    "voice.offer": (N_("A person now"), N_("To an unhappy caller, where somebody can be rung.")),
    "voice.handoff": (N_("Being connected"), N_("While that person's telephone rings.")),
    "voice.message": (N_("Nobody is free"), N_("Before a message is recorded.")),
    "voice.opt_out": (N_("The way out"), N_("After two stars: which key stops these surveys.")),
    "voice.goodbye": (N_("Goodbye"), N_("Where there is nothing to ask.")),
    "voice.whisper": (
        N_("To a colleague, before taking a caller"),
        N_("Heard by whoever picks up for an unhappy caller."),
    ),
    "voice.bridge": (
        N_("To a colleague, before calling a customer"),
        N_("Heard by whoever has pressed Call on a ticket."),
    ),
}


def title_of(prompt: str) -> tuple[str, str]:
    """What a prompt is called, and when it is said."""
    if prompt in PROMPTS:
        title, when = PROMPTS[prompt]
        return _(title), _(when)
    family, _dot, rest = prompt.partition(".")
    name = rest.replace("_", " ").capitalize()
    return (_("Choice: %(name)s", name=name), _("One of the closed answers.")) if family == "choice" else (prompt, "")
