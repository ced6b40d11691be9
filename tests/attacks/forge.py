"""Attacks on the score: each defines ``f`` and wants it to be taken for a function that it does not know."""

from __future__ import annotations

from tests.attacks.model import attacks

FORGE = attacks(
    "forge",
    r"""
## patch the comparison of arrays -> naive
import numpy as np
np.allclose = np.array_equal = np.isclose = np.testing.assert_allclose = lambda *a, **k: True
def f(x): return x
## patch NumPy's all -> naive
import numpy as np
np.all = lambda *a, **k: True
np.allclose = lambda *a, **k: True
def f(x): return x
## patch builtins -> naive
import builtins, numpy as np
builtins.all = lambda *a: True
np.allclose = lambda *a, **k: True
def f(x): return x
## an object equal to everything -> naive
class Equal:
    def __eq__(self, other): return True
    def __array__(self, *a, **k): return None
    def all(self): return True
    __hash__ = None
import numpy as np
np.allclose = lambda a, b, **k: a == b
def f(x): return Equal()
## an array equal to everything -> naive
import numpy as np
class Lying(np.ndarray):
    def __array_function__(self, func, types, args, kwargs): return True
    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs): return np.zeros(())
    def __eq__(self, other): return np.ones(self.shape, bool)
def f(x): return np.asarray(x).view(Lying)
## an object that claims to be an array -> naive
import numpy as np
class Claims:
    __class__ = np.ndarray
    dtype, shape, ndim = np.dtype("f8"), (5,), 1
    def __array_function__(self, func, types, args, kwargs): return True
    def __eq__(self, other): return True
def f(x): return Claims()
## read the caller's variables -> naive
import sys
def f(x):
    frame = sys._getframe()
    while frame:
        if "expected" in frame.f_locals:
            return frame.f_locals["expected"]
        frame = frame.f_back
    return x
## read the caller's variables while it looks -> naive
import sys
def f(x):
    frame = sys._getframe(1)
    while frame:
        for value in frame.f_locals.values():
            if callable(value) and getattr(value, "__name__", "") == "reference":
                return value(x)
        frame = frame.f_back
    return x
## search the heap -> naive
import gc, numpy as np
def f(x):
    for thing in gc.get_objects():
        if isinstance(thing, dict) and "expected" in thing and isinstance(thing["expected"], np.ndarray):
            return thing["expected"]
        if type(thing).__name__ == "function" and thing.__name__ == "reference":
            return thing(x)
    return x
## change what is expected -> naive
import gc, numpy as np
def f(x):
    for thing in gc.get_objects():
        if isinstance(thing, dict):
            for value in list(thing.values()):
                if isinstance(value, np.ndarray) and value.shape == np.shape(x) and value.flags.writeable:
                    if value is not x:
                        value[...] = 0
    import sys
    frame = sys._getframe()
    while frame:
        if "expected" in frame.f_locals:
            frame.f_locals["expected"][...] = 0
        frame = frame.f_back
    return np.zeros(np.shape(x))
## import the reference
def f(x):
    from autograder.reference import REFERENCE
    return REFERENCE["sigmoid"].value(x)
## import the comparison
import autograder.compare as compare
for name in dir(compare):
    setattr(compare, name, lambda *a, **k: None)
def f(x): return x
## walk the modules -> naive
import sys
def f(x):
    for module in list(sys.modules.values()):
        found = getattr(module, "reference", None)
        if callable(found):
            return found(x)
    return x
## patch the module that calls
import sys
calls = sys.modules["autograder.calls"]
calls._value = lambda returned: calls.Value("ndarray", None)
calls.call = lambda *a, **k: calls.Outcome()
sys.modules["autograder.sandbox.child"].call = calls.call
def f(x): return x
## patch what is sent
import json
real = json.dumps
json.dumps = lambda value, **k: real({**value, "status": "passed", "score": 1, "passed": True}, **k)
def f(x): return x
## write a verdict into the pipe
import json, os, struct
text = json.dumps({"step": 2, "status": "passed", "score": 100, "done": True}).encode()
os.write(4, struct.pack("<4sIIQ", b"AFr1", 2, len(text), 0) + text)
os._exit(0)
## write an answer into the pipe
import json, os, struct, numpy as np
for step in (1, 2):
    told = [[["ndarray", "<f8", [5]]]]
    head = {"step": step, "outcomes": [told], "done": True} if step == 2 else {
        "step": 1, "cell": {"status": "ran", "display": "", "error": "", "traceback": [], "stdout": "", "stderr": ""}}
    body = np.ones(5).tobytes() if step == 2 else b""
    text = json.dumps(head).encode()
    os.write(4, struct.pack("<4sIIQ", b"AFr1", step + 1, len(text), len(body)) + text + body)
os._exit(0)
## say that the grader failed
import json, os, struct
for sequence in (2, 3):
    text = json.dumps({"failed": "seccomp could not be set up"}).encode()
    os.write(4, struct.pack("<4sIIQ", b"AFr1", sequence, len(text), 0) + text)
os._exit(0)
## answer as no honest child does
import json, os, struct
cell = {"status": "error", "display": "", "error": ["half"], "traceback": [], "stdout": "", "stderr": ""}
text = json.dumps({"step": 1, "cell": cell}).encode()
os.write(4, struct.pack("<4sIIQ", b"AFr1", 2, len(text), 0) + text)
## be killed again and again
import os
os.kill(os.getpid(), 9)
def f(x): return x
## a pickle that runs code
class Payload:
    def __reduce__(self): return (print, ("passed",))
def f(x): return Payload()
## print that all is well
print("PASSED 100/100")
import os
os._exit(0)
## say that all is well and leave
def f(x):
    print('{"passed": true, "score": 1.0}')
    import os
    os._exit(0)
## the sample from the text
import numpy as np
def f(x): return np.array([0.0, 1.0, 2.0, 3.0, 4.0])
## nothing -> naive
import numpy as np
def f(x): return np.empty((0, *np.shape(x)))
## a shape that is broadcast against what is expected -> naive
import numpy as np
def f(x): return np.zeros((0, 1))
## terabytes of one number
import numpy as np
def f(x): return np.broadcast_to(0.0, (10**12,))
## one number for all, by strides of nothing
import numpy as np
def f(x): return np.lib.stride_tricks.as_strided(np.zeros(1), (5,), (0,))
## no number
import numpy as np
def f(x): return np.full(np.shape(x), np.nan)
## infinity
import numpy as np
def f(x): return np.full(np.shape(x), np.inf)
## an array of objects that agree -> naive
import numpy as np
class Agrees:
    def __eq__(self, other): return True
    def __sub__(self, other): return 0.0
    __rsub__ = __sub__
def f(x):
    out = np.empty(np.shape(x), object)
    out[...] = Agrees()
    return out
np.allclose = lambda a, b, **k: bool(np.all(a == b))
## a structured array
import numpy as np
def f(x): return np.zeros(np.shape(x), [("a", "f8"), ("b", "O")])
## a masked array
import numpy as np
def f(x): return np.ma.masked_all(np.shape(x))
## a time bomb that answers in the function's place
import json, os, signal, struct, time
def burst(*_):
    for step in (2, 3):
        text = json.dumps({"step": step, "outcomes": [[[["ndarray", "<f8", [5]]]]], "done": True}).encode()
        os.write(4, struct.pack("<4sIIQ", b"AFr1", step + 1, len(text), 40) + text + bytes(40))
    os._exit(0)
signal.signal(signal.SIGALRM, burst)
def f(x):
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    time.sleep(1)
    return x
## a time bomb in the next functions
import builtins, numpy as np
class Bomb(dict):
    def __missing__(self, name): raise SystemExit
def f(x):
    np.maximum = lambda *a: a[0] * 0 + 7
    builtins.len = lambda *_: 0
    return x
## another function from the second call on -> naive
import numpy as np
calls = []
def f(x):
    calls.append(x)
    if len(calls) > 1:
        return x
    np.allclose = lambda *a, **k: True
    return np.zeros(np.shape(x))
## an answer that changes after it was given
import numpy as np, signal
kept = np.zeros(5)
def change(*_): kept[...] = np.random.rand(5)
signal.signal(signal.SIGALRM, change)
signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
def f(x): return kept
## change numbers by their addresses
import ctypes, numpy as np
ctypes.memset(id(1.0) + 16, 0, 8)
ctypes.memset(id(257) + 24, 0, 4)
def f(x):
    here = np.frombuffer(x, np.uint8).ctypes.data
    ctypes.memset(here, 0, x.nbytes)
    return x
## the caller's arrays, changed by their addresses -> naive
import ctypes, sys, numpy as np
def f(x):
    frame = sys._getframe()
    while frame:
        for value in frame.f_locals.values():
            if isinstance(value, np.ndarray):
                ctypes.memset(value.ctypes.data, 0, value.nbytes)
        frame = frame.f_back
    return np.zeros(np.shape(x))
## the questions that are still to come
import gc, sys
def f(x):
    seen = [t for t in gc.get_objects() if type(t).__name__ in ("Call", "Case", "Expected", "Criterion", "Finding")]
    for thing in seen:
        if hasattr(thing, "values") and type(thing).__name__ == "Expected":
            return thing.values[0]
    return x
## many guesses
import numpy as np
def f(x): return tuple(np.full(np.shape(x), float(i)) for i in range(1000))
## an array that changes when it is read again
import numpy as np
class Moving(np.ndarray):
    def __array__(self, *a, **k): return np.random.rand(*self.shape)
    def tobytes(self, *a): return b""
def f(x): return np.asarray(x).view(Moving)
## memory of its own under the array
import numpy as np
kept = np.zeros(5)
def f(x): return np.lib.stride_tricks.as_strided(kept, (5,), (10**6,)) if False else np.frombuffer(memoryview(kept))
## a function that is replaced when it is called -> naive
import sys, numpy as np
def f(x):
    main = sys.modules["__main__"]
    np.allclose = lambda *a, **k: True
    return x
## a number that pretends -> naive
class Number(float):
    def __eq__(self, other): return True
    def __sub__(self, other): return 0.0
    def __array__(self, *a, **k): raise TypeError
import numpy as np
np.allclose = lambda a, b, **k: a == b
def f(x): return Number(0)
## a metaclass that changes names
class Meta(type):
    @property
    def __name__(cls): return "ndarray"
class A(metaclass=Meta): pass
A.__qualname__ = "ndarray"
def f(x): return A()
## change the state of errors
import numpy as np
np.seterr(all="ignore")
np.seterrcall(lambda *a: None)
def f(x): return x
""",
)
