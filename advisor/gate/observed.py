"""What gates read of a result, of either kind."""

import math
from typing import TYPE_CHECKING, NamedTuple, TypedDict

from advisor.render.layout import wording as say
from advisor.reports.recommendation import Recommendation
from advisor.reports.selection import advised_model, first_model

if TYPE_CHECKING:
    from advisor.reports.baseline import BaselineResult, ModelRow
    from advisor.reports.reading import Result


class SourcedValue(NamedTuple):
    """A value with where it is from, or None with why there is none."""

    value: float | None
    origin: str


class Observed(NamedTuple):
    """What gates read of a result; None means that it does not say.

    `pays` is whether a network pays, such as "pays:no", with its probability. `checks` are the ids of the checks that
    were raised on the data, None where no data were checked.
    """

    name: str
    kind: str
    verdict: str
    approach: str | None
    probability: float | None
    confidence: str | None
    confirmation: str | None
    confirmation_reason: str
    p95_ms: SourcedValue
    size_mb: SourcedValue
    checks: tuple[str, ...] | None
    rules_sha256: str | None
    pays: str | None
    pays_probability: float | None

    @property
    def pays_in_words(self) -> str:
        """Whether a network pays, to go on after a verdict; empty where the result does not say."""
        if self.pays is None:
            return ""
        chance = "" if self.pays_probability is None else f", {say.frequency(self.pays_probability)}"
        return f", {self.pays}{chance}"


class _Pays(TypedDict):
    pays: str | None
    pays_probability: float | None


def observed(result: "Result") -> Observed:
    """Return what gates read of a result.

    A measurement that was compared with a profile has the approach and the confirmation of that profile's answer.
    """
    if isinstance(result, Recommendation):
        return _of_recommendation(result)
    return _of_baseline(result)


def _of_recommendation(result: Recommendation) -> Observed:
    model = first_model(result)
    figures = []
    for field in ("p95_ms", "size_mb"):
        if model is None:
            figures.append(SourcedValue(None, "no model of this approach fits the limits"))
        else:
            how = "measured" if field in model.measured else "estimated"
            figures.append(
                SourcedValue(getattr(model.estimate, field), f"{how} for {_title(model.title or model.model)}")
            )
    return Observed(
        name=result.name,
        kind="recommend",
        verdict=result.verdict,
        approach=result.approach,
        probability=result.probability,
        confidence=result.confidence,
        confirmation=result.confirmation,
        confirmation_reason=result.confirmation_reason,
        p95_ms=figures[0],
        size_mb=figures[1],
        checks=_checks(result.baseline) if result.baseline else None,
        rules_sha256=str(result.rules.get("sha256") or "") or None,
        **_pays(result.baseline),
    )


def _of_baseline(result: "BaselineResult") -> Observed:
    model = advised_model(result)
    answer = result.recommendation
    return Observed(
        name=result.dataset.path,
        kind="baseline",
        verdict=result.verdict,
        approach=answer.approach if answer else None,
        probability=answer.probability if answer else None,
        confidence=None,
        confirmation=answer.confirmation if answer else None,
        confirmation_reason=answer.confirmation_reason if answer else "",
        p95_ms=_measured(model, model.predict_ms.p95 if model and model.predict_ms else None),
        size_mb=_measured(model, model.size_mb if model else None),
        checks=_checks(result),
        rules_sha256=None,
        **_pays(result),
    )


def _pays(measured: "BaselineResult | None") -> "_Pays":
    pays = measured.pays if measured else None
    return {
        "pays": f"pays:{pays.answer}" if pays else None,
        "pays_probability": pays.probability if pays else None,
    }


def _measured(model: "ModelRow | None", value: float | None) -> SourcedValue:
    if model is None:
        return SourcedValue(None, "no model is preferred")
    title = _title(model.title or model.id)
    if value is None or math.isnan(value):
        return SourcedValue(None, f"not measured for {title}")
    return SourcedValue(value, f"measured for {title}")


def _title(text: str) -> str:
    return say.in_sentence(say.plain(text))


def _checks(result: "BaselineResult") -> tuple[str, ...]:
    return tuple(dict.fromkeys(check.id for check in result.checks))
