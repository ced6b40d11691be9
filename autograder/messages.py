"""The house's sentences for students: one table, so that wording is changed in one place.

Templates are filled with `str.format`; nothing a student wrote is ever used as a template.
"""

from __future__ import annotations

MISSING = "Nothing to test: {detail}."
NOT_RUN = "`{name}` could not be tried: {detail}."
TIMEOUT = "`{name}` did not come back within the time limit. Is there a loop that never ends?"
DIED = "The program stopped while `{name}` ran: {detail}. Remove whatever ends or crashes Python."

NOT_WRITTEN = "`{name}` is not written yet: replace the line `raise NotImplementedError()` with your code."
RAISED = "`{name}` stopped with an error when it was given {what}: {error}"
RAISED_LINE = " The line was: {line}"
RETURNED_NOTHING = "`{name}` returned None when it was given {what}. Is there a `return` at the end?"
RETURNED_TYPE = "`{name}` returned an object of type {got} when it was given {what}; return a NumPy array or a number."
RETURNED_TUPLE = "`{name}` returned {got} when it was given {what}; {want} expected."
RETURNED_LIST = (
    "`{name}` returned a list when it was given {what}; convert the input with `np.asarray` and return an array."
)
SHAPE = "`{name}` returned {got} when it was given {what}; {want} was expected."
DTYPE_FLOAT32 = "`{name}` turned float32 into {got} when it was given {what}; keep the precision that came in."
DTYPE_FLOAT64 = "`{name}` returned {got} when it was given {what}; float64 was expected."
VALUE = "`{name}` gave {got} {where}; {want} was expected."
VALUE_ALONE = "`{name}` gave {got}; {want} was expected."
VALUE_COUNT = " {bad} of {total} values are off in this call, which passed {what}."
VALUE_COUNT_ALONE = " {bad} of {total} values are off in this call."
SHARE = "`{name}` got {right} of {total} right, {got}; at least {want} is asked. It was given {what}."
UNSTEADY = (
    "`{name}` returned other numbers when it was called again with the same input, which was {what}. "
    "Where does chance come in that the seed does not fix?"
)
UNMOVED = (
    "`{name}` returned the same numbers for this seed and for the next one, when it was given {what}. "
    "Does everything random start from the seed that comes in?"
)
EXPRESSION = "`{name}` should return a SymPy expression in {symbols} that is a real number; it returned {got}."
EXPRESSION_NUMBER = "`{name}` should return a SymPy expression without symbols, a real number; it returned {got}."
CHOICE = "`{name}` should return one of the names in the list when it is given {what}; it returned {got}."
CHOICE_VALUE = "`{name}` chose {got} when it was given {what}; another one was expected."
RULE = "`{name}` uses {used}, which this exercise rules out: write it with the means that the exercise names."
RULE_MISSING = (
    "`{name}` builds on neither {missing}, as this exercise asks: put your own functions of this notebook together."
)
MUTATED = "`{name}` changed its own input, which was {what}. Work on a copy: backpropagation needs the input again."
WARNED = "`{name}` gives the right values, but NumPy warned “{warning}” when it was given {what}."
MORE_CALLS = " ({failed} of {total} calls failed; this is one of them.)"
ALL_CALLS = " (All {total} calls failed; this is one of them.)"

DIAGNOSIS = "{cause} {step}"
SAME_CAUSE = "Most likely the same cause as above."

TRANSFORMS = {
    "sign": (
        "Your output has the opposite sign of what was expected at all {points} points that were compared. "
        "Look for a minus that is missing or too many."
    ),
    "factor": (
        "Your output is {what} times what was expected at all {points} points that were compared. "
        "Which constant of your code could bring in this factor?"
    ),
    "shift": (
        "Your output minus what was expected is {what} at all {points} points that were compared. "
        "Look for a constant that is added, or left out."
    ),
    "derivative": (
        "Your output agrees with the derivative of what is asked for at all {points} points that were compared. "
        "The exercise asks for the function itself."
    ),
    "function": (
        "Your output agrees with the function itself at all {points} points that were compared. "
        "The exercise asks for its derivative."
    ),
    "negated": (
        "Your output for x is what was expected for −x at all {points} points that were compared. "
        "Look at the signs before x."
    ),
    "scaled": (
        "Your output for x is what was expected for {what} times x at all {points} points that were compared. "
        "Look at what x is multiplied or divided by."
    ),
    "other": (
        "Your output agrees with another function, `{what}`, at all {points} points that were compared. "
        "Compare its formula with that of the exercise."
    ),
}

PASSED = "All {total} calls gave what was expected."

NO_CHECKS_FILE = (
    "The file checks.py is not beside this notebook. Download the assignment again: the zip holds the notebook and "
    "checks.py, and both belong in one folder."
)
NO_DATA_FILE = (
    "The file {name} is not beside checks.py. Download the assignment again: the zip holds the notebook, checks.py and "
    "{name}, and all three belong in one folder."
)
SELF_REPORTED = "This test cell is not one of ours; its result is what the notebook itself reported."
