"""The exception tree.

::

    AutograderError                 something a person can act on; its text is one sentence
    ├── UsageError                  the command or the call was wrong: exit status 2
    │   └── DomainError             an argument of a catalogue function is outside what is allowed (also a ValueError)
    ├── SubmissionError             a submission cannot be read: the submission is "unreadable", never 0
    └── GraderFailure               something of ours failed: exit status 1, never a student's score
        └── IsolationError          a layer of the sandbox cannot be set up
"""


class AutograderError(Exception):
    """Base of all errors that the package raises on purpose; the text is a sentence for a person."""


class UsageError(AutograderError):
    """The user asked for something that does not exist or does not fit."""


class DomainError(UsageError, ValueError):
    """An argument of a catalogue function is outside its domain."""


class SubmissionError(AutograderError):
    """A submission cannot be read, and a human must look at it."""


class GraderFailure(AutograderError):
    """Something on the grader's side failed; no student may lose a point for it."""


class IsolationError(GraderFailure):
    """A layer of the sandbox cannot be set up on this machine."""
