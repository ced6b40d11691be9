"""The house's sentences for students: one table, so that wording is changed in one place.

Templates are filled with `str.format`; nothing a student wrote is ever used as a template.
"""

from __future__ import annotations

MISSING = "Nothing to test: {detail}."
NOT_RUN = "`{name}` could not be tried: {detail}."
TIMEOUT = "`{name}` did not come back within the time limit. Is there a loop that never ends?"
DIED = "The program stopped while `{name}` ran: {detail}. Remove whatever ends or crashes Python."

NOT_WRITTEN = "`{name}` is not written yet: replace the line `raise NotImplementedError()` with your code."
NOT_WRITTEN_HELPER = "`{name}` calls `{helper}`, which is not written yet: begin there."
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
    "`{name}` builds on neither {missing}, as this exercise asks: read in its statement what the answer is made of."
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

DEEDS = {
    "always_float64": (
        "The values are right, but float32 comes back as float64 each time. Look for a conversion that names a dtype, "
        "for an array made without one, and for NumPy numbers such as `np.sqrt(2)`, which are float64."
    ),
    "input_changed": (
        "The code writes into the array that it was given. Which line changes `x` itself, and what would make a new "
        "array?"
    ),
    "read_only": (
        "The code writes into an array that is read-only, its own input most likely. Which line changes `x` itself, "
        "and what would make a new array?"
    ),
    "whole_array_in_if": (
        "Python's `if`, `and`, `or`, `min` and `max` ask whether a whole array is true, which has no answer. Choose "
        "for each element: NumPy has functions for that."
    ),
    "one_number_at_a_time": (
        "A function for one number was given an array: those of `math` and `float` are of this kind. NumPy's functions "
        "of the same names take arrays."
    ),
    "integers_cannot_hold_it": (
        "An operation such as `*=` or `-=` keeps the type of its array, and an array of integers cannot hold the "
        "result. Make a new array instead."
    ),
    "numbers_only": (
        "Single numbers are right, and everything longer stops with an error: the code takes its whole input for one "
        "number. Which of its operations does NumPy do for each element?"
    ),
    "arrays_only": (
        "Arrays are right; what stops with an error are single numbers or lists. Convert the input first with "
        "`np.asarray`, and remember that a single number cannot be indexed."
    ),
    "integers_cut_off": (
        "For integers the results lack their decimal places: they were stored as integers. Which array of yours takes "
        "its type from the input?"
    ),
    "nan_lost": (
        "All that is wrong are numbers in the place of nan. A comparison with nan is False, and some functions skip "
        "nan: where does your code lose it?"
    ),
    "nan_made": (
        "All that is wrong is nan in the place of numbers: ∞ − ∞, ∞/∞ and 0·∞ are nan. Which part of your formula "
        "becomes infinite there, and how could it stay finite?"
    ),
    "overflowed": (
        "The values are right, but a number on the way to them becomes too large. Which part of your code computes it, "
        "perhaps only to discard it afterwards, as `np.where` does?"
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
