"""The kernel's numbers of system calls, as its headers have them: the other typing, with which ours is compared."""

from __future__ import annotations

import re
from pathlib import Path

HEADERS = {
    "x86_64": "/usr/include/x86_64-linux-gnu/asm/unistd_64.h",
    "aarch64": "/usr/include/asm-generic/unistd.h",
}
"""Where the headers are if they are installed; aarch64 takes the generic numbering as it is."""


def from_header(path: Path) -> dict[str, int]:
    """Return the numbers that a header defines; the generic one writes some as ``__NR3264_`` and renames one call."""
    found = {}
    for name, number in re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", path.read_text()):
        found.setdefault({"fstatat": "newfstatat"}.get(name, name), int(number))
    return found


def _numbers(text: str) -> dict[str, int]:
    """Read ``number name;`` words."""
    pairs = (part.split() for part in text.split(";"))
    return {name: int(number) for number, name in pairs}


NUMBERS = {
    "x86_64": _numbers("""
0 read; 1 write; 2 open; 3 close; 4 stat; 5 fstat; 6 lstat; 7 poll; 8 lseek; 9 mmap; 10 mprotect; 11 munmap; 12 brk;
13 rt_sigaction; 14 rt_sigprocmask; 15 rt_sigreturn; 16 ioctl; 17 pread64; 18 pwrite64; 19 readv; 20 writev; 21
access; 22 pipe; 23 select; 24 sched_yield; 25 mremap; 26 msync; 28 madvise; 32 dup; 33 dup2; 34 pause; 35 nanosleep;
36 getitimer; 37 alarm; 38 setitimer; 39 getpid; 56 clone; 57 fork; 58 vfork; 60 exit; 62 kill; 63 uname; 72 fcntl; 78
getdents; 79 getcwd; 89 readlink; 95 umask; 96 gettimeofday; 97 getrlimit; 98 getrusage; 99 sysinfo; 100 times; 101
ptrace; 102 getuid; 104 getgid; 107 geteuid; 108 getegid; 110 getppid; 111 getpgrp; 115 getgroups; 118 getresuid; 120
getresgid; 121 getpgid; 124 getsid; 125 capget; 127 rt_sigpending; 128 rt_sigtimedwait; 130 rt_sigsuspend; 131
sigaltstack; 137 statfs; 138 fstatfs; 140 getpriority; 143 sched_getparam; 145 sched_getscheduler; 146
sched_get_priority_max; 147 sched_get_priority_min; 155 pivot_root; 158 arch_prctl; 161 chroot; 165 mount; 166
umount2; 167 swapon; 168 swapoff; 169 reboot; 175 init_module; 176 delete_module; 179 quotactl; 186 gettid; 200 tkill;
201 time; 202 futex; 204 sched_getaffinity; 217 getdents64; 218 set_tid_address; 219 restart_syscall; 221 fadvise64;
228 clock_gettime; 229 clock_getres; 230 clock_nanosleep; 231 exit_group; 234 tgkill; 246 kexec_load; 248 add_key; 249
request_key; 250 keyctl; 257 openat; 262 newfstatat; 267 readlinkat; 269 faccessat; 270 pselect6; 271 ppoll; 272
unshare; 273 set_robust_list; 274 get_robust_list; 292 dup3; 293 pipe2; 298 perf_event_open; 302 prlimit64; 303
name_to_handle_at; 304 open_by_handle_at; 308 setns; 309 getcpu; 310 process_vm_readv; 311 process_vm_writev; 312
kcmp; 313 finit_module; 318 getrandom; 320 kexec_file_load; 321 bpf; 323 userfaultfd; 332 statx; 334 rseq; 425
io_uring_setup; 426 io_uring_enter; 427 io_uring_register; 428 open_tree; 429 move_mount; 430 fsopen; 432 fsmount; 435
clone3; 436 close_range; 437 openat2; 438 pidfd_getfd; 439 faccessat2; 440 process_madvise; 449 futex_waitv
"""),
    "aarch64": _numbers("""
17 getcwd; 23 dup; 24 dup3; 25 fcntl; 29 ioctl; 39 umount2; 40 mount; 41 pivot_root; 43 statfs; 44 fstatfs; 48
faccessat; 51 chroot; 52 fchmod; 56 openat; 57 close; 59 pipe2; 60 quotactl; 61 getdents64; 62 lseek; 63 read; 64
write; 65 readv; 66 writev; 67 pread64; 68 pwrite64; 72 pselect6; 73 ppoll; 78 readlinkat; 79 newfstatat; 80 fstat; 90
capget; 93 exit; 94 exit_group; 96 set_tid_address; 97 unshare; 98 futex; 99 set_robust_list; 100 get_robust_list; 101
nanosleep; 102 getitimer; 103 setitimer; 104 kexec_load; 105 init_module; 106 delete_module; 113 clock_gettime; 114
clock_getres; 115 clock_nanosleep; 117 ptrace; 120 sched_getscheduler; 121 sched_getparam; 123 sched_getaffinity; 124
sched_yield; 125 sched_get_priority_max; 126 sched_get_priority_min; 128 restart_syscall; 129 kill; 130 tkill; 131
tgkill; 132 sigaltstack; 133 rt_sigsuspend; 134 rt_sigaction; 135 rt_sigprocmask; 136 rt_sigpending; 137
rt_sigtimedwait; 139 rt_sigreturn; 141 getpriority; 142 reboot; 146 setuid; 148 getresuid; 150 getresgid; 153 times;
155 getpgid; 156 getsid; 158 getgroups; 160 uname; 163 getrlimit; 165 getrusage; 166 umask; 167 prctl; 168 getcpu; 169
gettimeofday; 172 getpid; 173 getppid; 174 getuid; 175 geteuid; 176 getgid; 177 getegid; 178 gettid; 179 sysinfo; 194
shmget; 198 socket; 200 bind; 203 connect; 206 sendto; 214 brk; 215 munmap; 216 mremap; 217 add_key; 218 request_key;
219 keyctl; 220 clone; 221 execve; 222 mmap; 223 fadvise64; 224 swapon; 225 swapoff; 226 mprotect; 227 msync; 233
madvise; 241 perf_event_open; 261 prlimit64; 264 name_to_handle_at; 265 open_by_handle_at; 268 setns; 270
process_vm_readv; 271 process_vm_writev; 272 kcmp; 273 finit_module; 278 getrandom; 279 memfd_create; 280 bpf; 282
userfaultfd; 291 statx; 293 rseq; 294 kexec_file_load; 425 io_uring_setup; 426 io_uring_enter; 427 io_uring_register;
428 open_tree; 429 move_mount; 430 fsopen; 432 fsmount; 434 pidfd_open; 435 clone3; 436 close_range; 437 openat2; 438
pidfd_getfd; 439 faccessat2; 440 process_madvise; 449 futex_waitv
"""),
}  # fmt: skip
