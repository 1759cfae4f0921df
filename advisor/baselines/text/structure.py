"""Texts as a data structure: tables with a column of running text."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from advisor.baselines.errors import DataError
from advisor.baselines.structure import Dataset, Findings, ModelSpec, PretrainedModels
from advisor.baselines.tabular.structure import TABULAR, TableSource
from advisor.baselines.text.models.encoders import TEXT_ENCODERS
from advisor.baselines.text.models.specs import IMPORTS, MODELS, PACKAGES, users_model
from advisor.reports.baseline import Decision

if TYPE_CHECKING:
    from advisor.baselines.options import Options
    from advisor.baselines.text.columns import TextColumn
    from advisor.reports.baseline import DatasetRow


class TextSource(NamedTuple):
    """A table that was read, and which of its columns are texts, with the reason."""

    read: TableSource
    texts: "tuple[TextColumn, ...]"
    why: str

    @property
    def names(self) -> tuple[str, ...]:
        """The columns of text."""
        return tuple(column.name for column in self.texts)


class Text:
    """Texts: tables of a kind that `Tabular` reads, with a column of running text that tells more than the others."""

    id = "text"
    tasks = TABULAR.tasks
    extra = TABULAR.extra
    reads_with = TABULAR.reads_with
    models: tuple[ModelSpec, ...] = MODELS
    pretrained: PretrainedModels | None = TEXT_ENCODERS
    imports = IMPORTS
    packages = PACKAGES

    def recognises(self, path: Path) -> bool:  # noqa: ARG002
        """Return False: a file shows that it holds texts when it has been read as a table."""
        return False

    def claims(self, table: TableSource, options: "Options") -> TextSource | None:
        """Return the table as texts where the user names them, or a text has few columns beside it."""
        found = _found(table, options)
        return found if _stands_out(found, options) else None

    def digest(self, path: Path) -> str:
        """Return the SHA-256 of the file."""
        return TABULAR.digest(path)

    def read(self, path: Path, options: "Options") -> TextSource:
        """Read the file as a table, and find its texts."""
        found = _found(TABULAR.read(path, options), options)
        if not found.texts:
            raise DataError(
                "--structure text: no column holds running text of several words; name the one with --text COLUMN"
            )
        return found if _stands_out(found, options) else found._replace(why="given")

    def check(self, source: TextSource, options: "Options") -> Findings:
        """Return what a table is checked for, and texts that say the same or are labelled in two ways."""
        from advisor.baselines.text.checks import check_texts

        found = TABULAR.check(source.read, options)
        kept = tuple(check for check in found.checks if check.column not in source.names)
        left_out = {name: why for name, why in found.left_out.items() if name not in source.names}
        own = check_texts(source.read.table.frame, source.names, source.read.target, source.read.task)
        return Findings((*own, *kept), left_out)

    def prepare(self, source: TextSource, findings: Findings, options: "Options") -> Dataset:
        """Return the rows with a target; texts that are alike but for case and punctuation stay in one fold."""
        from dataclasses import replace

        from advisor.baselines.tabular.table import TableExamples
        from advisor.baselines.text.checks import alike
        from advisor.baselines.text.examples import TextExamples

        dataset = TABULAR.prepare(source.read, findings, options)
        assert isinstance(dataset.examples, TableExamples)  # noqa: S101 - of a table
        texts = tuple(name for name in source.names if name in dataset.examples.kinds)
        groups = alike(dataset.examples.frame, texts)
        repeated = groups if int(groups.max()) + 1 < len(groups) else None
        return replace(dataset, examples=TextExamples(dataset.examples, texts), duplicate_groups=repeated)

    def describe(self, source: TextSource, findings: Findings, dataset: Dataset, options: "Options") -> "DatasetRow":
        """Return the row of the report that says what was read."""
        row = TABULAR.describe(source.read, findings, dataset, options)
        flag = "--text COLUMN" if source.why == "given" else "--structure tabular"
        return row._replace(decisions=(Decision("text", ", ".join(source.names), source.why, flag), *row.decisions))

    def users_model(self, name: str) -> ModelSpec:
        """Return the row of a user's own estimator."""
        return users_model(name)

    def saved(self, source: TextSource, dataset: Dataset, options: "Options") -> Mapping[str, Any]:
        """Return the features, how their file is read, and what was decided about it."""
        from dataclasses import replace

        from advisor.baselines.text.examples import TextExamples

        assert isinstance(dataset.examples, TextExamples)  # noqa: S101 - from `prepare`
        return TABULAR.saved(source.read, replace(dataset, examples=dataset.examples.table), options)

    def predict_source(self) -> str:
        """Return the script that predicts, which is that of a table."""
        return TABULAR.predict_source()


def _found(table: TableSource, options: "Options") -> TextSource:
    """Return a table with the columns of text that the user named, or else those that hold running text."""
    from advisor.baselines.text.columns import named_text_columns, text_columns

    not_features = table.roles(options).not_features
    if options.text:
        return TextSource(table, named_text_columns(table.table, options.text, not_features), "given")
    found = text_columns(table.table, not_features)
    described = " and ".join(f"{column.words:.0f} words a row" for column in found)
    return TextSource(table, found, f"running text, {described}")


def _stands_out(found: TextSource, options: "Options") -> bool:
    """Return whether the user named the texts, or they have few columns beside them."""
    from advisor.baselines.text.columns import MOST_COLUMNS_BESIDE

    if options.text:
        return True
    not_features = found.read.roles(options).not_features
    others = [column for column in found.read.table.columns if column.name not in not_features]
    return bool(found.texts) and len(others) - len(found.texts) <= MOST_COLUMNS_BESIDE


TEXT = Text()
