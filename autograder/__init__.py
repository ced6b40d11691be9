"""An autograder for courseware on activation functions.

The package imports nothing by itself, so that every command starts as fast as the rooms that it uses.
"""

__version__ = "0.1.0"
