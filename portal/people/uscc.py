"""The 统一社会信用代码: how it is written and when its check digit fails."""

from stdnum.cn import uscc as gb32100
from stdnum.exceptions import ValidationError

SHAPE = r"^[0-9A-Z]{18}$"


def normalise(text: str) -> str:
    """Return the code in capitals without blanks and dashes, as registers write it."""
    return "".join(text.split()).replace("-", "").upper()


def is_sound(code: str) -> bool:
    """Tell whether the code passes its check digit.

    Some codes in real use do not, so a failure is a reason to ask, never a reason to refuse.
    """
    try:
        gb32100.validate(code)
    except ValidationError:
        return False
    return True
