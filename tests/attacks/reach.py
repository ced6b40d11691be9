"""Attacks that read, write or reach what is not the student's."""

from __future__ import annotations

from tests.attacks.model import attacks

READ = attacks(
    "read",
    r"""
## open -> none
print(open("$secret").read())
## os.open -> none
import os
os.read(os.open("$secret", os.O_RDONLY), 99)
## open relative to a directory descriptor -> none
import os
os.read(os.open("secret.txt", os.O_RDONLY, dir_fd=os.open("$folder", os.O_PATH)), 99)
## NumPy reads a file -> none
import numpy as np
np.fromfile("$secret", "u1").tobytes()
## NumPy maps a file -> none
import numpy as np
np.memmap("$secret", mode="r").tobytes()
## linecache -> none
import linecache
linecache.getline("$secret", 1)
## a module loader -> none
from importlib.machinery import SourceFileLoader
SourceFileLoader("x", "$secret").get_data("$secret")
## the C library opens -> none
import ctypes
libc, buffer = ctypes.CDLL(None), ctypes.create_string_buffer(99)
libc.read(libc.open(b"$secret", 0), buffer, 99)
buffer.value
## a raw openat2 -> none
import ctypes, os
how, buffer = (ctypes.c_uint64 * 3)(), ctypes.create_string_buffer(99)
os.read(ctypes.CDLL(None).syscall(437, -100, b"$secret", how, 24), 99)
## list a directory -> none
import os
os.listdir("$folder")
## glob upwards -> none
import glob, os
glob.glob(os.path.relpath("$folder") + "/*")
## walk the file system for notebooks -> none
import pathlib
[p.read_text() for p in pathlib.Path("$folder").rglob("*.ipynb")]
## another's submission -> none
open("$other").read()
## the gradebook -> none
import sqlite3
sqlite3.connect("$gradebook").execute("select * from grade").fetchall()
## a link to a secret -> none
import os
os.symlink("$secret", "$target")
open("$target").read()
## a hard link to a secret -> none
import os
os.link("$secret", "$target")
open("$target").read()
## the environment of another process -> none
open("/proc/$victim/environ").read()
## the grader's open files through /proc -> none
open("/proc/$parent/fd/$fd").read()
## the grader's working directory through /proc -> none
import os
"$token", os.listdir("/proc/$parent/cwd")
## the grader's memory map -> none
open("/proc/$parent/maps").read() and "$token"
## the memory of the process that started this one -> none
import os
open(f"/proc/{os.getppid()}/mem", "rb"), "$token"
## inherited descriptors
import os
found = []
for fd in range(3, 2000):
    try:
        found.append(os.pread(fd, 1000, 0))
    except OSError:
        pass
found
## the grader's environment
import os
assert os.environ.get("PLANTED", "") != "", "nothing here"
os.environ["PLANTED"]
## the grader's code
import autograder.sandbox.supervisor
"$token"
## the reference
import autograder.reference
"$token"
## packages beside the standard library
import os, sys
found = [d for d in sys.path + [os.path.dirname(os.__file__)] if os.path.isdir(d + "/site-packages")]
"$token", [os.listdir(d + "/site-packages") for d in found][0]
## an installed package through its file
import importlib.util, sys
bases = [p + "/site-packages/pip/__init__.py" for p in sys.path]
"$token", [open(b).read() for b in bases if b][0]
## ptrace
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
"$token" if libc.ptrace(16, $victim, 0, 0) == 0 else "no"
## process_vm_readv
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
local, buffer = (ctypes.c_void_p * 2)(), ctypes.create_string_buffer(8)
local[0], local[1] = ctypes.addressof(buffer), 8
remote = (ctypes.c_void_p * 2)(id(os), 8)
"$token" if libc.process_vm_readv(os.getppid(), local, 1, remote, 1, 0) == 8 else "no"
## a file handle
import ctypes
libc = ctypes.CDLL(None)
handle, mount = ctypes.create_string_buffer(b"\x80\0\0\0", 136), ctypes.c_int()
"$token" if libc.name_to_handle_at(-100, b"$secret", handle, ctypes.byref(mount), 0) == 0 else "no"
## where the secret is and how long -> none
import os
size = os.stat("$other").st_size
"$token" if size and os.path.exists("$folder/submitted/ada") and os.listdir("$folder/submitted") else "no"
""",
)

WRITE = attacks(
    "write",
    r"""
## write a file -> none
open("$target", "w")
## append to another's submission
import os
os.write(os.open("$other", os.O_WRONLY | os.O_APPEND), b"x")
## empty another's submission -> none
import os
os.truncate("$other", 0)
## remove another's submission -> none
import os
os.unlink("$other")
## rename the gradebook -> none
import os
os.rename("$gradebook", "$target")
## replace the gradebook -> none
import os
os.replace("$other", "$gradebook")
## change a grade
import sqlite3
database = sqlite3.connect("$gradebook")
database.execute("update grade set score = 100")
database.commit()
## change permissions -> none
import os
os.chmod("$other", 0o777)
## make a directory -> none
import os
os.mkdir("$target")
## make a named pipe -> none
import os
os.mkfifo("$target")
## listen on a socket in the folder -> none
import socket
socket.socket(socket.AF_UNIX).bind("$target")
## NumPy writes -> none
import numpy as np
np.save("$target", np.ones(3))
## the C library writes -> none
import ctypes
libc = ctypes.CDLL(None)
libc.write(libc.creat(b"$target", 0o666), b"x", 1)
## open for reading with truncation -> none
import os
os.open("$other", os.O_RDONLY | os.O_TRUNC)
## a temporary file without a name
import os
os.open("$folder", os.O_TMPFILE | os.O_RDWR)
"$token"
## leave a module behind for the next submission
import sys
for directory in sys.path:
    try:
        open(directory + "/left_behind.py", "w")
    except OSError:
        continue
    "$token" and print("$token")
## change NumPy's files
import numpy
open(numpy.__file__, "a")
"$token"
## change the file that answers
import sys
open(sys.modules["autograder.calls"].__file__, "r+")
"$token"
## shared memory for the next submission
from multiprocessing import shared_memory
shared_memory.SharedMemory("attack", create=True, size=100)
"$token"
## System V shared memory for the next submission
import ctypes
"$token" if ctypes.CDLL(None).shmget(4711, 4096, 0o1666) >= 0 else "no"
## a message queue for the next submission
import ctypes
"$token" if ctypes.CDLL(None).msgget(4711, 0o1666) >= 0 else "no"
## a key in the kernel's keyring for the next submission
import ctypes
"$token" if ctypes.CDLL(None).syscall(248, b"user", b"attack", b"x", 1, -4) > 0 else "no"
""",
)

REACH = attacks(
    "reach",
    r"""
## connect over TCP -> none
import socket
socket.create_connection(("127.0.0.1", $port), 0.2)
## send a datagram -> none
import socket
socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", $udp_port))
## fetch an address -> none
import urllib.request
urllib.request.urlopen("http://127.0.0.1:$port", timeout=0.2)
## connect to an abstract socket -> none
import socket
socket.socket(socket.AF_UNIX).connect("\0$name")
## listen for others -> none
import socket
socket.create_server(("127.0.0.1", 0))
"$token"
## talk to the kernel over netlink -> none
import socket
socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
"$token"
## kill another process -> none
import os
os.kill($victim, 9)
## stop another process -> none
import os
os.kill($victim, 19)
## kill through a pidfd -> none
import os, signal
signal.pidfd_send_signal(os.pidfd_open($victim), 9)
## kill the process that starts submissions
import os
os.kill(os.getppid(), 9)
"$token"
## kill everything in reach
import ctypes
libc = ctypes.CDLL(None)
"$token" if libc.kill(-1, 0) == 0 else "no"
## signal a thread of another process
import ctypes, os
"$token" if ctypes.CDLL(None).syscall(234, os.getppid(), os.getppid(), 0) == 0 else "no"
## queue a signal
import ctypes, os
info = ctypes.create_string_buffer(128)
"$token" if ctypes.CDLL(None).syscall(129, os.getppid(), 0, info) == 0 else "no"
## have input and output signal another process
import fcntl, os
r, w = os.pipe()
fcntl.fcntl(r, 8, os.getppid())
"$token"
## lower another process's limits
import os, resource
resource.prlimit($victim, resource.RLIMIT_CPU, (1, 1))
"$token"
## raise one's own limits
import resource
resource.setrlimit(resource.RLIMIT_AS, (-1, -1))
"$token"
## tie the grader to one processor
import os
os.sched_setaffinity($parent, {0})
"$token"
## slow the grader down
import os
os.setpriority(os.PRIO_PROCESS, $parent, 19)
"$token"
## start a program -> none
import subprocess
subprocess.run(["cat", "$secret"], capture_output=True).stdout
## a shell -> none
import os
os.popen("cat $secret").read()
## the C library's shell -> none
import ctypes
ctypes.CDLL(None).system(b"touch $target")
## replace this program -> none
import os
os.execv("/bin/touch", ["touch", "$target"])
## run a program from memory
import os
fd = os.memfd_create("x")
os.write(fd, open("/bin/true", "rb").read())
os.execv(f"/proc/self/fd/{fd}", ["x"])
"$token"
## new namespaces
import ctypes
"$token" if ctypes.CDLL(None).unshare(0x10000000) == 0 else "no"
## mount
import ctypes
"$token" if ctypes.CDLL(None).mount(b"none", b"/tmp", b"tmpfs", 0, None) == 0 else "no"
## io_uring
import ctypes
"$token" if ctypes.CDLL(None).syscall(425, 4, ctypes.create_string_buffer(120)) >= 0 else "no"
## bpf
import ctypes
"$token" if ctypes.CDLL(None).syscall(321, 0, ctypes.create_string_buffer(120), 120) >= 0 else "no"
## userfaultfd
import ctypes
"$token" if ctypes.CDLL(None).syscall(323, 0) >= 0 else "no"
## performance counters
import ctypes
events = ctypes.create_string_buffer(b"\0\0\0\0\x70", 112)
"$token" if ctypes.CDLL(None).syscall(298, events, 0, -1, -1, 0) >= 0 else "no"
## a call through the 32-bit numbering
import ctypes
"$token" if ctypes.CDLL(None).syscall(0x40000000 + 2, b"$secret", 0) >= 0 else "no"
## gain privileges
import os
os.setuid(0 if os.getuid() else 65534)
"$token"
## become dumpable again
import ctypes
"$token" if ctypes.CDLL(None).prctl(4, 1, 0, 0, 0) == 0 else "no"
## outlive the grader
import ctypes
"$token" if ctypes.CDLL(None).prctl(1, 0, 0, 0, 0) == 0 else "no"
""",
)
