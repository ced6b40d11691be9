"""Attacks that end, crash, stall or flood the run."""

from __future__ import annotations

from tests.attacks.model import attacks

END = attacks(
    "end",
    r"""
## os._exit
import os
os._exit(0)
## sys.exit
import sys
sys.exit(0)
## quit in a thread of control of its own
import os
os.setsid() if False else os.kill(os.getpid(), 15)
## raise SystemExit from a signal handler
import os, signal
signal.signal(signal.SIGUSR1, lambda *_: exit(0))
os.kill(os.getpid(), signal.SIGUSR1)
## KeyboardInterrupt
raise KeyboardInterrupt
## GeneratorExit
raise GeneratorExit
## abort
import os
os.abort()
## SIGKILL to itself
import os
os.kill(os.getpid(), 9)
## SIGSEGV by a null pointer
import ctypes
ctypes.string_at(0)
## SIGBUS, SIGFPE and SIGILL
import os
for number in (7, 8, 4):
    os.kill(os.getpid(), number)
## recursion until the stack overflows
import sys
sys.setrecursionlimit(10**9)
def f(n): return f(n + 1) + max((f(n) for _ in range(1)))
f(0)
## recursion in C
import sys
sys.setrecursionlimit(10**9)
x = []
for _ in range(10**6):
    x = [x]
repr(x), x == x
## a broken code object
def f(): pass
f.__code__ = f.__code__.replace(co_code=bytes([100, 255] * 50))
f()
## a broken type
import ctypes
ctypes.memset(id(int) + 8, 0, 64)
1 + 1
## a process killed by an unknown system call
import ctypes
ctypes.CDLL(None).syscall(101, 0, 0, 0, 0)
## close every descriptor
import os
os.closerange(0, 100)
## close the pipe for answers
import os
os.close(4)
## close the pipe for answers and go on
import os
os.close(4)
while True:
    pass
## close the pipe for answers and stop
import os
os.close(4)
os.kill(os.getpid(), 19)
## replace the pipe for answers
import os
r, w = os.pipe()
os.dup2(w, 4)
## builtins gone
import builtins
for name in list(vars(builtins)):
    if name not in ("__import__",):
        delattr(builtins, name)
## modules gone
import sys
sys.modules.clear()
## the functions that answer gone
import sys
for name in ("autograder.calls", "autograder.sandbox.child", "autograder.sandbox.cells", "json", "os"):
    vars(sys.modules[name]).clear()
## standard output gone
import sys
del sys.stdout, sys.stderr
## an exception that cannot be shown
class Meta(type):
    @property
    def __name__(cls): raise SystemExit
class E(BaseException, metaclass=Meta):
    def __str__(self): raise SystemExit
    __repr__ = __str__
raise E
## an exception hook
import sys
sys.excepthook = sys.unraisablehook = lambda *_: exit(3)
1 / 0
""",
)

STALL = attacks(
    "stall",
    r"""
## a loop
while True:
    pass
## a loop that catches everything
def spin():
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
spin()
## a loop in C
sum(range(10**15))
## a large power
9**9**9
## a regular expression
import re
re.match("(a+)+$", "a" * 60 + "b")
## sleep
import time
time.sleep(10**6)
## wait for a lock
import threading
lock = threading.Lock()
lock.acquire()
lock.acquire()
## wait for input
import sys, os
while True:
    os.read(0, 1)
    sys.stdin.read()
## wait for a signal
import signal
signal.pause()
## stop oneself
import os
os.kill(os.getpid(), 19)
## ignore signals
import signal
for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
while True:
    pass
## fill a pipe
import os
r, w = os.pipe()
while True:
    os.write(w, b"x" * 65536)
## a thread that goes on -> none
import threading, time
threading.Thread(target=time.sleep, args=(600,), daemon=False).start()
"$token"
## a daemon that goes on -> none
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(600)
    os._exit(0)
os.wait()
## a child that goes on and holds the pipe -> none
import subprocess
subprocess.Popen(["sleep", "600"], close_fds=False, start_new_session=True)
## processes without end
import os
while True:
    os.fork()
## threads without end
import threading
while True:
    threading.Thread(target=threading.Event().wait).start()
## work after the end
import atexit
def spin():
    while True:
        pass
atexit.register(spin)
## a finaliser that loops
class A:
    def __del__(self):
        while True:
            pass
a = A()
del a
## a garbage collector that calls back
import gc
def spin(*_):
    while True:
        pass
gc.callbacks.append(spin)
gc.collect()
## a representation that never ends
class A:
    def __repr__(self):
        while True:
            pass
A()
## an error message that never ends
class E(Exception):
    def __str__(self):
        while True:
            pass
raise E
## tracing
import sys
def trace(*_):
    while True:
        pass
sys.settrace(trace)
def f(): pass
f()
## an import that loops
import sys
class Finder:
    def find_spec(self, *_):
        while True:
            pass
sys.meta_path.insert(0, Finder())
import anything
## a slow drip into the pipe for answers
import os, time
while True:
    os.write(4, b"A")
    time.sleep(0.01)
## a slow drip of a frame that promises much
import os, struct, time
os.write(4, struct.pack("<4sIIQ", b"AFr1", 2, 1 << 20, 1 << 24))
while True:
    os.write(4, b" ")
    time.sleep(0.01)
## partial frames
import os, time
os.write(4, b"AFr1")
time.sleep(10**6)
## the clock put away
import time, signal
signal.setitimer(signal.ITIMER_REAL, 0)
time.monotonic = time.time = lambda: 0
while True:
    pass
## a hash that loops
class A:
    def __hash__(self):
        while True:
            pass
{A(): 1}
## a nested literal
exec("x = " + "[" * 90 + "]" * 90)
eval("(" * 10**5 + ")" * 10**5)
## a long chain of operators
eval("+".join(["1"] * 10**6))
## constants that fold
exec("x = " + "((1 << 1000) " + "** 1000)" * 1)
(2 ** 100000) ** 100000
""",
)

FLOOD = attacks(
    "flood",
    r"""
## print without end
while True:
    print("x" * 10_000)
## print to the descriptors
import os
for _ in range(2000):
    os.write(1, b"x" * 65536)
    os.write(2, b"x" * 65536)
## bytes without end into the pipe for answers
import os
while True:
    os.write(4, b"x" * 65536)
## frames without end
import os, struct
for i in range(2, 10**9):
    os.write(4, struct.pack("<4sIIQ", b"AFr1", i, 2, 0) + b"{}")
## frames that say nothing, without end
import os, struct
def f(x):
    text = b'{"step":2,"outcomes":[],"done":false}'
    for i in range(3, 10**9):
        os.write(4, struct.pack("<4sIIQ", b"AFr1", i, len(text), 0) + text)
## answers in the largest arrays
import numpy as np
def f(x): return np.zeros(500_000)
## a frame that promises much
import os, struct
os.write(4, struct.pack("<4sIIQ", b"AFr1", 2, 1 << 20, 1 << 25) + b" " * (1 << 20))
while True:
    os.write(4, b" " * 65536)
## deep JSON
import os, struct
text = b'{"a":' + b"[" * 1_000_000
os.write(4, struct.pack("<4sIIQ", b"AFr1", 2, len(text), 0) + text)
## memory by Python
kept = [bytearray(b"x") * (1 << 25) for _ in range(64)]
"$token"
## memory by NumPy
import numpy as np
kept = [np.ones(1 << 22) for _ in range(64)]
"$token"
## memory that is reserved
import mmap
kept = mmap.mmap(-1, 3 << 30)
"$token"
## locked memory
import ctypes
buffer = ctypes.create_string_buffer(1 << 24)
"$token" if ctypes.CDLL(None).mlock(buffer, 1 << 24) == 0 else "no"
## descriptors
import os
kept = [os.pipe() for _ in range(60)]
"$token"
## a file without end
import tempfile
kept = tempfile.TemporaryFile()
kept.write(b"x" * (1 << 20))
kept.flush()
"$token"
## an error as long as memory
raise ValueError("x" * 10**8)
## a name as long as memory
raise type("E" * 10**7, (Exception,), {})
## a representation as long as memory
class A:
    def __repr__(self): return "x" * 10**8
A()
## output in many streams
import sys
sys.stdout = sys.stderr = open(1, "w", closefd=False)
for _ in range(1000):
    print("x" * 100_000)
## warnings without end
import warnings
for i in range(100_000):
    warnings.warn(str(i))
""",
)
