"""The claims about who used which activation, and when: what primary papers say, counted."""

from __future__ import annotations

from dataclasses import dataclass

from book.lab.claims._claim import Claim, Evidence, Judgement, Verdict


@dataclass(frozen=True)
class Paper:
    """A model, the year in which its paper first appeared, the activation of its hidden layers, the paper's key."""

    model: str
    year: int
    activation: str
    key: str


PAPERS = (
    Paper("acoustic models for speech recognition", 2012, "logistic", "hinton2012"),
    Paper("AlexNet", 2012, "ReLU", "krizhevsky2012"),
    Paper("ResNet", 2015, "ReLU", "he2016"),
    Paper("the first transformer", 2017, "ReLU", "vaswani2017"),
    Paper("BERT", 2018, "GELU", "devlin2019"),
    Paper("EfficientNet", 2019, "SiLU", "tan2019"),
    Paper("T5", 2019, "ReLU", "raffel2020"),
    Paper("the vision transformer", 2020, "GELU", "dosovitskiy2021"),
    Paper("PaLM", 2022, "SwiGLU", "chowdhery2023"),
    Paper("OPT", 2022, "ReLU", "zhang2022"),
    Paper("LLaMA", 2023, "SwiGLU", "touvron2023"),
)
"""Well-known models of vision, language and speech, by year of first appearance; our choice, and short."""

CLAIMED = {
    "devlin2019": "2018, GELU",
    "hinton2012": "2012, logistic",
    "krizhevsky2012": "2012, ReLU",
    "he2016": "2015, ReLU",
}
"""Year and activation as claim 2 has them."""
TURN = 2018
"""BERT's year, in which claim 2 sees the smooth relatives of ReLU arrive."""


def _history_evidence() -> Evidence:
    return {f"{p.model} ({p.key})": f"{p.year}, {p.activation}" for p in PAPERS if p.key in CLAIMED}


def _history_rule(evidence: Evidence) -> Judgement:
    said = {name.rpartition("(")[2].removesuffix(")"): value for name, value in evidence.items()}
    wrong = [key for key, value in CLAIMED.items() if said.get(key) != value]
    if wrong:
        verdict = Verdict.FALSE if len(wrong) == len(CLAIMED) else Verdict.MISLEADING
        return Judgement(
            verdict, f"The papers say otherwise in {len(wrong)} of {len(CLAIMED)} cases: {', '.join(wrong)}."
        )
    return Judgement(
        Verdict.HOLDS,
        f"All {len(CLAIMED)} papers say so; the years are those of first appearance, "
        "a year before the printed proceedings for BERT and ResNet.",
    )


def _most_used_evidence() -> Evidence:
    return {f"{p.model} ({p.key}), {p.year}": p.activation for p in PAPERS}


def _most_used_rule(evidence: Evidence) -> Judgement:
    """Compare ReLU's share of the models before `TURN` with its share from then on; each side needs a majority."""
    sides: dict[bool, list[bool]] = {False: [], True: []}
    for name, activation in evidence.items():
        sides[int(name[-4:]) >= TURN].append(activation == "ReLU")
    early, late = sides[False], sides[True]
    found = (
        f"In our short list of well-known models ReLU is used by {sum(early)} of {len(early)} up to {TURN - 1}, "
        f"and by {sum(late)} of {len(late)} since."
    )
    if 2 * sum(late) > len(late):
        return Judgement(Verdict.HOLDS if 2 * sum(early) > len(early) else Verdict.HOLDS_IF, found)
    if 2 * sum(early) > len(early):
        return Judgement(
            Verdict.MISLEADING, f"It is a statement about its time. {found} Nobody counts all networks there are."
        )
    return Judgement(Verdict.FALSE, found)


CLAIMS = (
    Claim(
        number=2,
        documents=("D0",),
        statement="BERT (2018) used GELU, the speech model of Hinton and others (2012) the logistic function, "
        "AlexNet (2012) and ResNet (2015) ReLU.",
        method="what the four papers say",
        chapter="nonlinearity",
        compute=_history_evidence,
        rule=_history_rule,
    ),
    Claim(
        number=26,
        documents=("D2",),
        statement="Of the many activations, ReLU is the most used.",
        method=f"what {len(PAPERS)} papers on well-known models say",
        chapter="nonlinearity",
        compute=_most_used_evidence,
        rule=_most_used_rule,
    ),
)
