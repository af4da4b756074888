"""The registration of the subscription for a resource provider.

Source: Microsoft, "Azure resource providers and types", and "Resolve errors for resource provider registration"
(MissingSubscriptionRegistration). By default the subscription is registered for all providers; with the setting
``registrationRequired``, for none.
"""

from logic_apps_sandbox.arm.core.errors import ArmError
from logic_apps_sandbox.arm.core.session import Session

REGISTRATION_SETTING = "registrationRequired"
"""Name of the store's setting: true makes a subscription in which resource providers have to be registered first."""

_MOMENTS = "registeredProviders"
_DURATION = 30.0
"""Simulated seconds from ``Registering`` to ``Registered``; no time is documented."""

_ALWAYS_REGISTERED = {"Microsoft.Resources"}


def state(session: Session, namespace: str) -> str:
    """Return ``Registered``, ``Registering`` or ``NotRegistered``."""
    if namespace in _ALWAYS_REGISTERED or not session.store.setting(REGISTRATION_SETTING):
        return "Registered"
    moment = _moments(session).get(namespace)
    if moment is None:
        return "NotRegistered"
    # At pace 0 simulated time does not pass, and every registration is complete at the next request.
    done = session.clock.pace == 0 or session.now >= moment + _DURATION
    return "Registered" if done else "Registering"


def register(session: Session, namespace: str) -> None:
    """Start the registration unless it has started."""
    if state(session, namespace) == "NotRegistered":
        session.store.set_setting(_MOMENTS, {**_moments(session), namespace: session.now})


def unregister(session: Session, namespace: str) -> None:
    """Remove the registration; it has no effect where the simulator requires none."""
    session.store.set_setting(_MOMENTS, {n: m for n, m in _moments(session).items() if n != namespace})


def require(session: Session, namespace: str) -> None:
    """Reject a write of a resource whose provider is not registered.

    azcore's automatic registration reads ``details[0].target``.
    """
    if state(session, namespace) != "Registered":
        message = (
            f"The subscription is not registered to use namespace '{namespace}'. "
            "See https://aka.ms/rps-not-found for how to register subscriptions."
        )
        raise ArmError(
            409,
            "MissingSubscriptionRegistration",
            message,
            details=[{"code": "MissingSubscriptionRegistration", "target": namespace, "message": message}],
        )


def _moments(session: Session) -> dict[str, float]:
    return dict(session.store.setting(_MOMENTS) or {})
