"""Words that only a telephone says: to callers, and to colleagues who are rung for them."""

from __future__ import annotations

from collections.abc import Mapping

from common.channels import Channel
from common.surveys import SurveyDefinition
from common.telephone.values import Spoken
from common.wording import played, say

_NO_VALUES: Mapping[str, str] = {}


def worded(
    definition: SurveyDefinition,
    key: str,
    channel: Channel,
    *,
    locale: str | None = None,
    values: Mapping[str, str] = _NO_VALUES,
) -> Spoken:
    """One line and how it sounds; without a locale in the survey's own language: colleagues are not customers."""
    spoken_in = locale or definition.default_locale
    text = say(
        key,
        locale=spoken_in,
        channel=channel.value,
        brand=definition.brand,
        overrides=definition.wording,
        values=values,
    )
    sound = played(
        key,
        definition.speech.sounds,
        locale=spoken_in,
        channel=channel.value,
        overrides=definition.wording,
        values={**values, "brand": definition.brand},
    )
    return Spoken(
        lines=(text,),
        locale=spoken_in,
        voice=definition.speech.voice_for(spoken_in),
        played={text: sound} if sound else {},
    )
