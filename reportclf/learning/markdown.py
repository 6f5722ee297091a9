"""An evaluation as Markdown: the tables that people read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines.extend("| " + " | ".join(_cell(one) for one in row) + " |" for row in rows)
    return "\n".join(lines)


def _cell(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "**no**"
    return f"{value:.3f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def _span(pair: Sequence[float]) -> str:
    return f"{pair[0]:.3f} to {pair[1]:.3f}"


def report(figures: Mapping[str, Any]) -> str:
    """Return the whole evaluation as Markdown."""
    parts = [bars_table(figures["bars"])] if figures.get("bars") else []
    for name, one in figures["sets"].items():
        parts.append(f"## {name} ({one['report']['n']} texts)\n\n" + set_tables(one))
    parts.append(_any_affirmed(figures["any_affirmed"]))
    if figures.get("assertion_cases"):
        parts.append(_cases(figures["assertion_cases"]))
    if figures.get("comparisons"):
        parts.append("## Compared with the other system\n\n" + paired_table(figures["comparisons"]))
    if figures.get("ablations"):
        parts.append("## Ablations\n\n" + ablation_tables(figures["ablations"]))
    return "\n\n".join(parts) + "\n"


def bars_table(bars: Sequence[Mapping[str, Any]]) -> str:
    """Return the table of promises."""
    return "## Promised and measured\n\n" + table(
        ("bar", "bound", "measured", "met"),
        ((one["bar"], one["bound"], one["measured"], one["met"]) for one in bars),
    )


def slices_table(one: Mapping[str, Any]) -> str:
    """Return accuracy, macro-F1 and calibration of a set and its slices."""
    rows = [("all", one["report"]), *one["slices"].items()]
    return table(
        ("part", "n", "accuracy", "95 %", "macro-F1", "95 %", "Brier", "ECE"),
        (
            (
                name, part["n"], part["accuracy"], _span(part["accuracy_interval"]), part["macro_f1"],
                _span(part["macro_f1_interval"]), part["calibration"]["brier"], part["calibration"]["ece"],
            )
            for name, part in rows
        ),
    )  # fmt: skip


def classes_table(part: Mapping[str, Any]) -> str:
    """Return precision, recall and F1 of each tag."""
    return table(
        ("tag", "precision", "recall", "F1", "95 %", "true", "given", "right"),
        (
            (
                tag,
                one["precision"],
                one["recall"],
                one["f1"],
                _span(one["f1_interval"]),
                one["truth"],
                one["given"],
                one["right"],
            )
            for tag, one in part["classes"].items()
        ),
    )


def set_tables(one: Mapping[str, Any]) -> str:
    """Return every table of one set."""
    part = one["report"]
    order = part["confusion"]["order"]
    found = [
        slices_table(one),
        classes_table(part),
        "Rows true, columns given:\n\n"
        + table(
            ("", *order),
            (
                (name, *row)
                for name, row in zip(
                    order, part["confusion"]["rows_true_columns_given"], strict=True
                )
            ),
        ),
        "Who decided:\n\n"
        + table(
            ("layer", "n", "share", "right"),
            (
                (name, row["n"], row["share"], row["precision"])
                for name, row in part["layers"].items()
            ),
        ),
        "Reliability:\n\n"
        + table(
            ("n", "said", "was"),
            ((row["n"], row["said"], row["was"]) for row in part["calibration"]["reliability"]),
        ),
    ]
    found.extend(_read_tables(one))
    misses = one["misses"]
    found.append(
        f"Misses ({len(misses)}): "
        + "; ".join(
            f"{row['id']} {row['truth']} -> {row['given']} ({row['decided_by']})" for row in misses
        )
    )
    return "\n\n".join(found)


def _read_tables(one: Mapping[str, Any]) -> Iterable[str]:
    if "mentions" in one:
        mentions, said = one["mentions"], one["assertion"]
        yield (
            f"Mentions: F1 {mentions['f1']:.3f} (precision {mentions['precision']:.3f}, recall {mentions['recall']:.3f}, "
            f"n {mentions['truth']}); recall without the stem {mentions['recall_without_stem']:.3f} "
            f"(n {mentions['without_stem']}). Assertion: accuracy {said['accuracy']:.3f}, macro-F1 {said['macro_f1']:.3f}; "
            f"confused: {', '.join(f'{key} {count}' for key, count in said['confused'].items()) or 'none'}."
        )
    if "risk_terms" in one:
        risk = one["risk_terms"]
        yield (
            f"Risk terms (n {risk['n']}): recall {risk['recall']:.3f}, with the right assertion "
            f"{risk['recall_with_assertion']:.3f}; mineral ones (n {risk['mineral_n']}) {risk['mineral_recall_with_assertion']:.3f}; "
            f"precision {risk['precision']:.3f} of {risk['given']} given."
        )
    if "findings" in one:
        yield "Findings:\n\n" + table(
            ("label", "precision", "recall", "F1", "true", "given"),
            (
                (name, row["precision"], row["recall"], row["f1"], row["truth"], row["given"])
                for name, row in one["findings"].items()
            ),
        )


def _any_affirmed(one: Mapping[str, Any]) -> str:
    return (
        f"## Any affirmed calcification, development sets\n\nF1 {one['f1']:.3f}, precision {one['precision']:.3f}, "
        f"recall {one['recall']:.3f} ({one['truth']} true).\n\n"
        f"False alarms: {', '.join(one['false_alarms']) or 'none'}. Missed: {', '.join(one['missed']) or 'none'}."
    )


def _cases(one: Mapping[str, Any]) -> str:
    return (
        f"## Assertion cases\n\n{one['n']} marked spans, accuracy {one['accuracy']:.3f}, negation F1 {one['negation']['f1']:.3f}.\n\n"
        + table(
            ("phenomenon", "right", "of", "missed lines"),
            (
                (name, row["right"], row["total"], ", ".join(map(str, row["missed_lines"])))
                for name, row in one["phenomena"].items()
            ),
        )
    )


def paired_table(comparisons: Mapping[str, Mapping[str, Any]]) -> str:
    """Return differences of two systems on the same texts."""
    return table(
        ("set", "n", "accuracy difference", "95 %", "macro-F1 difference", "95 %", "only first right", "only second right", "McNemar p"),
        (
            (
                name, one["n"], one["accuracy_difference"], _span(one["accuracy_interval"]), one["macro_f1_difference"],
                _span(one["macro_f1_interval"]), one["only_first_right"], one["only_second_right"], one["mcnemar_p"],
            )
            for name, one in comparisons.items()
        ),
    )  # fmt: skip


def ablation_tables(found: Mapping[str, Any]) -> str:
    """Return the ablations: systems by set, paired differences, learning curve."""
    names = list(next(iter(found["systems"].values())))
    parts = [
        "Accuracy / macro-F1:\n\n"
        + table(
            ("system", *names),
            (
                (
                    system,
                    *(
                        f"{one[name]['accuracy']:.3f} / {one[name]['macro_f1']:.3f}"
                        for name in names
                    ),
                )
                for system, one in found["systems"].items()
            ),
        )
    ]
    for other, rows in found["paired"].items():
        parts.append(f"Both less {other}:\n\n" + paired_table(rows))
    parts.append(
        "Other learners on the same lesions, features and author folds (labels of the lesions that reach the model):\n\n"
        + table(
            ("learner", "lesions", "right", "accuracy"),
            (
                (name, row["n"], row["right"], row["accuracy"])
                for name, row in found["candidates"].items()
            ),
        )
    )
    parts.append(
        "Learning curve (macro-F1):\n\n"
        + table(
            ("training reports", *names),
            (
                (row["reports"], *(row[name]["macro_f1"] for name in names))
                for row in found["learning_curve"]
            ),
        )
    )
    return "\n\n".join(parts)
