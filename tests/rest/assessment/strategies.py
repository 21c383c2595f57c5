"""Items of every kind and responses to them, right, wrong and absurd."""

from decimal import Decimal

from hypothesis import strategies as st

from rest.assessment import items as k
from rest.assessment import responses as r
from rest.assessment.grading.code import Run

NAMES = tuple("abcdefg")
CHOICE_CREDITS: tuple[k.ChoiceCredit, ...] = ("all-or-nothing", "per-option", "right-minus-wrong")
ORDER_CREDITS: tuple[k.OrderCredit, ...] = ("all-or-nothing", "pairs", "positions")
points = st.integers(0, 200_000).map(lambda n: Decimal(n) / 10_000)
number = st.decimals(-10_000, 10_000, places=3)
words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=30)


def choices(least: int = 2) -> st.SearchStrategy[tuple[k.Choice, ...]]:
    return st.lists(st.sampled_from(NAMES), min_size=least, max_size=6, unique=True).map(
        lambda ids: tuple(k.Choice(i, f"text {i}", f"about {i}" if i < "c" else "") for i in ids)
    )


@st.composite
def single(draw: st.DrawFn) -> k.SingleChoice:
    given = draw(choices())
    key = draw(st.sampled_from(given)).id
    return k.SingleChoice(id="q", prompt="?", points=draw(points), choices=given, key=key)


@st.composite
def multiple(draw: st.DrawFn) -> k.MultipleChoice:
    given = draw(choices())
    keys = tuple(draw(st.sets(st.sampled_from([c.id for c in given]))))
    credit = draw(st.sampled_from(CHOICE_CREDITS))
    return k.MultipleChoice(id="q", prompt="?", points=draw(points), choices=given, keys=keys, credit=credit)


@st.composite
def matching(draw: st.DrawFn) -> k.Matching:
    sources, targets = draw(choices(1)), draw(choices())
    pairs = {s.id: draw(st.sampled_from(targets)).id for s in sources}
    return k.Matching(id="q", prompt="?", points=draw(points), sources=sources, targets=targets, pairs=pairs)


@st.composite
def ordering(draw: st.DrawFn) -> k.Ordering:
    credit = draw(st.sampled_from(ORDER_CREDITS))
    return k.Ordering(id="q", prompt="?", points=draw(points), choices=draw(choices()), credit=credit)


@st.composite
def numeric(draw: st.DrawFn) -> k.Numeric:
    return k.Numeric(
        id="q",
        prompt="?",
        points=draw(points),
        key=draw(number),
        tolerance=draw(st.decimals(0, 10, places=2)),
        relative=draw(st.booleans()),
        unit=draw(st.sampled_from(["", "m", "km/h", "°C"])),
        unitless=draw(st.integers(0, 100)),
    )


short = st.builds(
    k.ShortText,
    id=st.just("q"),
    prompt=st.just("?"),
    points=points,
    accepted=st.lists(
        st.builds(k.Accepted, st.sampled_from(["Paris", "the * of France", "photosynthesis"]), st.integers(0, 100)),
        min_size=1,
        max_size=3,
        unique_by=lambda a: a.text,
    ).map(tuple),
    typos=st.integers(0, 3),
    review=st.booleans(),
)
truth = st.builds(k.TrueFalse, id=st.just("q"), prompt=st.just("?"), points=points, key=st.booleans())
essay = st.builds(k.Essay, id=st.just("q"), prompt=st.just("?"), points=points, most_words=st.integers(10, 20))
code = st.builds(
    k.Code,
    id=st.just("q"),
    prompt=st.just("?"),
    points=points,
    language=st.just("python"),
    tests=st.lists(
        st.builds(k.CodeTest, st.sampled_from(NAMES), st.integers(1, 5), st.booleans()),
        min_size=1,
        max_size=5,
        unique_by=lambda t: t.id,
    ).map(tuple),
)
items = st.one_of(single(), multiple(), matching(), ordering(), numeric(), short, truth, essay, code)

picked = st.lists(st.sampled_from((*NAMES, "true", "false", "stranger")), max_size=8).map(tuple)
responses = st.one_of(
    st.none(),
    st.builds(r.Chosen, picked),
    st.builds(r.Ordered, picked),
    st.builds(r.Matched, st.dictionaries(st.sampled_from(NAMES), st.sampled_from(NAMES))),
    st.builds(
        r.Said,
        st.one_of(
            words, st.sampled_from(["Paris", "pariss", "photosyntesis", "3/4 m", "1e3 km/h", "-40 °F"]), number.map(str)
        ),
    ),
    st.builds(r.Submitted, st.dictionaries(st.just("main.py"), words)),
)
runs = st.one_of(st.none(), st.builds(Run, st.frozensets(st.sampled_from(NAMES))))
