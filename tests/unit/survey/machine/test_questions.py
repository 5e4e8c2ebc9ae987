"""What a survey may ask."""

from __future__ import annotations

import pytest

from common.survey.questions import Question, Survey

SCORE, REASON, ASPECT = Question(key="score"), Question(key="reason"), Question(key="aspect", choices=("a", "b"))


def survey_of(*questions: Question) -> Survey:
    return Survey(key="s", version=1, questions=questions)


@pytest.mark.parametrize("questions", [(SCORE,), (SCORE, REASON), (SCORE, ASPECT, REASON), (SCORE, REASON, ASPECT)])
def test_one_to_three_questions_with_the_score_first(questions: tuple[Question, ...]) -> None:
    assert survey_of(*questions).questions == questions


@pytest.mark.parametrize("questions", [(), (REASON,), (REASON, SCORE)])
def test_the_score_comes_first(questions: tuple[Question, ...]) -> None:
    with pytest.raises(ValueError, match="first question must be the score"):
        survey_of(*questions)


def test_a_fourth_question_is_refused_with_the_number() -> None:
    with pytest.raises(ValueError, match="at most 3 questions, this one asks 4"):
        survey_of(SCORE, REASON, ASPECT, Question(key="effort"))


@pytest.mark.parametrize("questions", [(SCORE, SCORE), (SCORE, REASON, REASON), (SCORE, Question(key="effort"))])
def test_no_question_twice_and_none_unknown(questions: tuple[Question, ...]) -> None:
    with pytest.raises(ValueError, match="each at most once"):
        survey_of(*questions)


def test_the_question_after() -> None:
    survey = survey_of(SCORE, ASPECT, REASON)
    assert survey.after("score") == ASPECT
    assert survey.after("aspect") == REASON
    assert survey.after("reason") is None


def test_a_question_by_its_key() -> None:
    assert survey_of(SCORE, ASPECT).question("aspect") == ASPECT
    assert survey_of(SCORE, ASPECT).question("reason") is None
