"""Claims as HTML: in place in a chapter, and all together in the ledger."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from html import escape
from typing import Any

import numpy as np
import sympy as sp

from book.lab.claims import CLAIMS, DOCUMENTS, Claim, Verdict
from book.lab.html import Html, number, typeset

MINUS = re.compile(r"(?<![\w\d])-(?=[\d.])")
"""A hyphen before a number, where people read a minus sign."""


LONG = 4
"""A longer tuple holds one value per run and is shown by its median and its ends."""
DIGITS, FEW = 6, 3
"""Digits of a computed number, and of those that differ from run to run."""


def number_text(value: Any) -> str:
    """Print a piece of evidence for people: few digits, yes or no, infinity as a sign."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple) and len(value) > LONG:
        middle, least, most = (number(float(part), FEW) for part in (np.median(value), min(value), max(value)))
        return f"median {middle}, from {least} to {most} ({len(value)} runs)"
    if isinstance(value, tuple):
        return ", ".join(number_text(item) for item in value)
    if isinstance(value, float):
        return number(value, DIGITS)
    if value in (sp.oo, -sp.oo):
        return "∞" if value == sp.oo else "−∞"
    return value if isinstance(value, str) else str(value).replace("-", "−")


def badge(verdict: Verdict) -> str:
    """Return a verdict as a labelled mark; the words carry it, the colour only repeats them."""
    return f'<strong class="verdict verdict-{verdict.name.lower().replace("_", "-")}">{escape(verdict.value)}</strong>'


def evidence_table(claim: Claim) -> str:
    """Return what was computed as a table with a header on every row."""
    rows = "".join(
        f'<tr><th scope="row">{typeset(name)}</th><td>{typeset(number_text(value))}</td></tr>'
        for name, value in claim.evidence.items()
    )
    return f'<table class="evidence"><caption>Computed for claim {claim.number}</caption><tbody>{rows}</tbody></table>'


def card(claim: Claim) -> str:
    """Return one claim with its verdict, the reason, and the evidence behind a disclosure."""
    return (
        f'<div class="claim" id="claim-{claim.number}">'
        f'<p class="claim-head"><a class="claim-number" href="claims.html#ledger-{claim.number}">'
        f"Claim {claim.number}</a> "
        f"{badge(claim.judgement.verdict)}</p>"
        f"<blockquote><p>{typeset(claim.statement)}</p></blockquote>"
        f"<p>{typeset(reason(claim))}</p>"
        f"<details><summary>What was computed ({typeset(claim.method)})</summary>{evidence_table(claim)}"
        f"<p>Claimed in: {escape(sources(claim))}.</p></details></div>"
    )


def reason(claim: Claim) -> str:
    """Return the reason as a sentence; a condition is introduced by what it is a condition for."""
    judgement = claim.judgement
    text = f"Holds if {judgement.reason}" if judgement.verdict is Verdict.HOLDS_IF else judgement.reason
    return MINUS.sub("−", text)


def sources(claim: Claim) -> str:
    """Name the documents that make the claim."""
    return ", ".join(f"{key} ({DOCUMENTS[key]})" for key in claim.documents)


def show(*numbers: int) -> Html:
    """Return claims by number, as a chapter shows them in place."""
    return Html("".join(card(CLAIMS[number]) for number in numbers))


def counts(claims: Iterable[Claim] | None = None) -> dict[Verdict, int]:
    """Count the claims by verdict; every verdict has an entry."""
    tally = Counter(claim.judgement.verdict for claim in (CLAIMS.values() if claims is None else claims))
    return {verdict: tally[verdict] for verdict in Verdict}


def counts_table() -> Html:
    """Return the ledger's totals."""
    rows = "".join(
        f'<tr><th scope="row">{badge(verdict)}</th><td>{count}</td></tr>' for verdict, count in counts().items()
    )
    total = f'<tr><th scope="row">together</th><td>{len(CLAIMS)}</td></tr>'
    head = '<thead><tr><th scope="col">Verdict</th><th scope="col">Claims</th></tr></thead>'
    return Html(f'<table class="counts"><caption>Verdicts</caption>{head}<tbody>{rows}{total}</tbody></table>')


def ledger() -> Html:
    """Return all claims in one table, each linked to the place where its evidence stands."""
    rows = "".join(
        f'<tr id="ledger-{number}"><th scope="row"><a href="{claim.chapter}.html#claim-{number}">{number}</a></th>'
        f"<td>{_documents(claim)}</td><td>{typeset(claim.statement)}</td>"
        f"<td>{badge(claim.judgement.verdict)}</td><td>{typeset(reason(claim))}</td></tr>"
        for number, claim in CLAIMS.items()
    )
    columns = ("Claim", "From", "What is claimed", "Verdict", "Why")
    head = "".join(f'<th scope="col">{column}</th>' for column in columns)
    return Html(
        f'<table class="ledger"><caption>All claims</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _documents(claim: Claim) -> str:
    return ", ".join(f'<a href="#document-{key}">{key}</a>' for key in claim.documents)


def documents_table() -> Html:
    """Return the list of the source documents."""
    rows = "".join(
        f'<tr id="document-{key}"><th scope="row">{key}</th><td>{escape(what)}</td></tr>'
        for key, what in DOCUMENTS.items()
    )
    head = '<thead><tr><th scope="col">Document</th><th scope="col">What it is</th></tr></thead>'
    return Html(f'<table class="counts wrapping"><caption>The documents</caption>{head}<tbody>{rows}</tbody></table>')
