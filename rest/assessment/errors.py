"""Everything this package refuses.

`AssessmentError` → `BadItem`, `BadResponse`, `BadSettings`, `BadMark`, `BadPackage`.
"""

from typing import ClassVar


class AssessmentError(ValueError):
    """Something about an assessment does not hold; ``code`` is for programs, the text for people."""

    code: ClassVar[str] = "assessment-error"


class BadItem(AssessmentError):
    """An item that could not be answered or graded as it stands."""

    code = "bad-item"


class BadResponse(AssessmentError):
    """An answer of the wrong kind, or too large."""

    code = "bad-response"


class BadSettings(AssessmentError):
    """Settings of an assessment, a policy, a gradebook or a review that contradict each other."""

    code = "bad-settings"


class BadMark(AssessmentError):
    """A mark by a person that the rubric or the item does not allow."""

    code = "bad-mark"


class BadPackage(AssessmentError):
    """A QTI file that is malformed, too large, hostile, or of a kind this reader does not know."""

    code = "bad-package"


"""QTI files are refused as a whole: half an import is worse than none."""
