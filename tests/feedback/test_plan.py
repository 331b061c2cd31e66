"""The shipped plan of invitations asks with questionnaires that exist."""

from feedback.draw import InvitationPlan


def test_the_plan_names_questionnaires_that_exist(plan, instruments):
    known = {instrument.id for instrument in instruments}
    assert set(plan.closings.values()) <= known


def test_without_a_published_plan_the_same_closings_are_asked_about(plan):
    assert InvitationPlan().closings == plan.closings
    assert InvitationPlan().rate("bất kỳ") == plan.default_rate == 1
