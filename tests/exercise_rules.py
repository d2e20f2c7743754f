"""What holds for the checks of every lesson's exercises."""

import pytest


def rules_for(checks, right, wrong):
    """Four tests of a checks module, to be named in its test file.

    Args:
        right: [(check, right answer)]. wrong: {name: (check, wrong answer, words that the message
            must have: the idea that was missed)}.

    Returns:
        Tests that right answers are accepted, wrong ones rejected for the idea that they miss, two
        of these for each check, and that a stub is open and an empty answer explained.
    """
    of_right = pytest.mark.parametrize("check, answer", right, ids=[c.exercise for c, _ in right])
    of_checks = pytest.mark.parametrize("check", [c for c, _ in right], ids=of_right.kwargs["ids"])

    @of_right
    def accepted(check, answer):
        verdict = check(answer)
        assert verdict, verdict.message

    @pytest.mark.parametrize("name", wrong)
    def rejected(name):
        check, answer, idea = wrong[name]
        verdict = check(answer)
        assert verdict.status == "wrong", verdict.message
        assert idea in verdict.message.removeprefix(f"Not yet: {check.exercise}. ")

    def two_wrong_answers():
        tried = [check for check, _, _ in wrong.values()]
        assert all(tried.count(check) >= 2 for check, _ in right)
        defined = {thing for name, thing in vars(checks).items() if name.startswith("check_")}
        assert defined == {check for check, _ in right}

    @of_checks
    def stub_and_empty(check):
        def stub(*_):
            raise NotImplementedError("your turn")

        assert check(stub).status == "not attempted"
        assert "return" in check(lambda *_: None).message

    return accepted, rejected, two_wrong_answers, stub_and_empty
