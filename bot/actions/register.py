"""Every action of the domain, made once with the services it may use."""

from __future__ import annotations

from rasa_sdk.executor import ActionExecutor

from bot.actions import answering, checklist, courtesy, dossier, forms, tasks
from bot.actions.action import MotcuaAction
from bot.actions.services import Services
from bot.actions.turning import ASK_ME, HANDOVER, PEACE, UNSAFE

_PLAIN: tuple[type[MotcuaAction], ...] = (
    answering.AnswerAction,
    answering.CorrectAction,
    answering.FallbackAction,
    courtesy.GreetAction,
    courtesy.ThanksAction,
    courtesy.GoodbyeAction,
    courtesy.FrustrationAction,
    courtesy.BotChallengeAction,
    courtesy.CancelAction,
    courtesy.AffirmAction,
    courtesy.DenyAction,
    courtesy.UnsafeAction,
    dossier.AskDossierCodeAction,
    dossier.DossierStatusAction,
    tasks.HandoverAction,
    tasks.AskComplaintTextAction,
    tasks.ComplaintAction,
    tasks.OfficeInfoAction,
    tasks.OutOfScopeAction,
    tasks.DueDateAction,
    checklist.ChecklistAction,
    tasks.SurveyAction,
    tasks.OptOutSurveyAction,
)


def register(executor: ActionExecutor, services: Services) -> None:
    services.actions.update(
        {
            UNSAFE: courtesy.UnsafeAction(services),
            HANDOVER: tasks.HandoverAction(services),
            PEACE: tasks.OptOutSurveyAction(services),
            ASK_ME: tasks.AskMeAgainAction(services),
        }
    )
    for action in _PLAIN:
        executor.register_action(action(services))
    executor.register_action(answering.PressAction(services, pressable(services)))
    for form in forms.FORMS:
        executor.register_action(form())


def pressable(services: Services) -> dict[str, MotcuaAction]:
    """What a ``task:`` button may start, besides the forms."""
    return {
        "handover": tasks.HandoverAction(services),
        "call_back": tasks.CallBackAction(services),
        PEACE: tasks.OptOutSurveyAction(services),
        ASK_ME: tasks.AskMeAgainAction(services),
    }
