"""The grader to begin with, until a school has graded enough answers of its own to fit one.

Fitted by `make eval`'s models on the training part of SciEntsBank (Dzikovska et al. 2013, CC BY 4.0), 4,969 answers of
pupils to 135 questions in science; sureness for nine verdicts in ten to be right, across folds of that part: whole
questions left out for `ALONE`, single answers for `TAUGHT`. Weights in the order of `likeness.NAMES`,
`precedents.NAMES`.
"""

from rest.assessment.short_answers.grader import Grader, Sureness
from rest.assessment.short_answers.model import Model

ALONE = Model(
    (
        0.428,
        1.167,
        -0.22,
        -0.7285,
        -0.8077,
        3.448,
        -0.8187,
        0.3118,
        2.358,
        -1.544,
        1.356,
        -0.0182,
        0.157,
        0.9771,
        -0.2039,
        -0.3211,
    ),
    -0.6173,
)
TAUGHT = Model(
    (
        -0.692,
        0.8857,
        0.1765,
        0.28,
        -0.4993,
        1.583,
        -0.3341,
        0.3472,
        0.007775,
        -1.199,
        1.428,
        -0.04194,
        0.0689,
        0.3594,
        -0.1737,
        0.6185,
        1.871,
        0.6585,
        1.092,
        0.04885,
        2.381,
        0.5526,
        -0.02624,
        1.643,
        0.6447,
    ),
    -3.229,
)
GRADER = Grader(ALONE, TAUGHT, Sureness(0.114, 0.886), Sureness(0.263, 0.744))
