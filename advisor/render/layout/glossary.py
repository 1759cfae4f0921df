"""The terms that a reader of an answer may not know, each explained once for the page and the documentation."""

from typing import NamedTuple


class Term(NamedTuple):
    """A term with its explanation, under the id that links lead to."""

    id: str
    name: str
    text: str


GLOSSARY: tuple[Term, ...] = (
    Term(
        "none",
        "No learning",
        "A written rule, a look-up, a query or the work of people as it is: nothing is trained. For example a table of "
        "tax rates, or an alarm above 80 °C.",
    ),
    Term(
        "classical",
        "Classical learning",
        "A model without layers of neurons, trained on columns of features: linear models, boosted trees, kernels, "
        "TF-IDF with a linear model. Minutes on a CPU.",
    ),
    Term(
        "hybrid",
        "Hybrid",
        "A network that others trained turns each picture, text or signal into numbers, and a classical model is "
        "trained on those numbers. The network itself is not trained. For example sentence embeddings with a "
        "logistic regression.",
    ),
    Term(
        "transfer",
        "Pretrained network",
        "A network that others trained on much data, fine-tuned on yours or used as it is, a tabular foundation model "
        "or a language model behind an API among them.",
    ),
    Term("deep", "Own network", "A neural network trained from scratch on your own data alone."),
    Term(
        "probability",
        "Probability",
        "How likely a panel of raters would be to choose the approach for a project like this one. It is about the "
        "choice, not about how often the model will be right.",
    ),
    Term(
        "how-sure",
        "How sure",
        "The probability in words: open, more likely than not (below 0.65), likely, very likely, nearly certain (from "
        "0.95). `Right in about 80 of 100 similar projects` is a probability of 0.80.",
    ),
    Term(
        "stability",
        "Stable in draws",
        "The answer is worked out 64 times, with the weights of the rules shaken and what is unknown filled in at "
        "random; the share of times that the answer stays the same.",
    ),
    Term(
        "points",
        "Points",
        "What a rule adds for one approach over another. 10 points make it ten times as likely as before beside the "
        "other, 3 points twice.",
    ),
    Term(
        "gain",
        "Chance that a network beats classical learning",
        "How often, in published comparisons or in your own measurement, the better score was the network's by a "
        "margin that counts. It says nothing of effort, and so differs from the probability that experts would choose "
        "a network.",
    ),
    Term(
        "toss-up",
        "Toss-up",
        "Two kinds of approach whose probabilities lie within 0.10: only a measurement on the data decides.",
    ),
    Term(
        "confirmed",
        "Confirmed, contradicted",
        "What a measurement on the data says of the answer that the profile alone gave; inconclusive where it supports "
        "neither.",
    ),
    Term(
        "response",
        "Response (95th percentile)",
        "The time within which 95 of 100 single requests are answered, preprocessing included. Limits hold for it, "
        "not for the mean.",
    ),
    Term(
        "interval",
        "95% interval",
        "The range in which a score would lie in 95 of 100 repetitions with other data of the same kind. Where two "
        "intervals overlap widely, the difference may be chance.",
    ),
)
