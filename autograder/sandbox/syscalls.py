"""Numbers of the system calls that the child's filter knows, by architecture.

``allowed`` pass unconditionally, ``checked`` are looked at by `seccomp`, ``deadly`` end the process: no course exercise
reaches for them by accident.  Whatever is in no table fails with EPERM.  The aarch64 table is experimental: it follows
the kernel's generic numbering but has not been run on such a machine.
"""

from __future__ import annotations

from dataclasses import dataclass


def _table(text: str) -> dict[str, int]:
    """Parse ``name:number`` words."""
    return {name: int(number) for name, number in (word.split(":") for word in text.split())}


@dataclass(frozen=True)
class Architecture:
    """An architecture's number for the audit subsystem, and its system calls."""

    audit: int
    allowed: dict[str, int]
    checked: dict[str, int]
    deadly: dict[str, int]
    experimental: bool = False


_X86_64 = Architecture(
    0xC000003E,
    _table(
        """
read:0 write:1 readv:19 writev:20 pread64:17 pwrite64:18 close:3 close_range:436 fstat:5 newfstatat:262 stat:4 lstat:6
statx:332 lseek:8 getdents:78 getdents64:217 getcwd:79 readlink:89 readlinkat:267 access:21 faccessat:269
faccessat2:439 dup:32 dup2:33 dup3:292 pipe:22 pipe2:293 poll:7 ppoll:271 select:23 pselect6:270 brk:12 mmap:9
munmap:11 mprotect:10 mremap:25 madvise:28 msync:26 futex:202 futex_waitv:449 set_robust_list:273 get_robust_list:274
rseq:334 set_tid_address:218 arch_prctl:158 rt_sigaction:13 rt_sigprocmask:14 rt_sigreturn:15 rt_sigpending:127
rt_sigtimedwait:128 rt_sigsuspend:130 sigaltstack:131 restart_syscall:219 pause:34 alarm:37 setitimer:38 getitimer:36
exit:60 exit_group:231 getpid:39 gettid:186 getppid:110 getpgid:121 getpgrp:111 getsid:124 getuid:102 geteuid:107
getgid:104 getegid:108 getgroups:115 getresuid:118 getresgid:120 clock_gettime:228 clock_getres:229
clock_nanosleep:230 nanosleep:35 gettimeofday:96 time:201 times:100 getrusage:98 getrlimit:97 sysinfo:99 uname:63
getrandom:318 sched_yield:24 sched_getaffinity:204 sched_getparam:143 sched_getscheduler:145
sched_get_priority_max:146 sched_get_priority_min:147 getpriority:140 getcpu:309 umask:95 fadvise64:221 statfs:137
fstatfs:138 capget:125
"""
    ),
    _table(
        """
open:2 openat:257 openat2:437 kill:62 tkill:200 tgkill:234 fcntl:72 ioctl:16 prlimit64:302 clone:56 clone3:435 fork:57
vfork:58
"""
    ),
    _table(
        """
ptrace:101 process_vm_readv:310 process_vm_writev:311 bpf:321 io_uring_setup:425 io_uring_enter:426
io_uring_register:427 userfaultfd:323 perf_event_open:298 keyctl:250 add_key:248 request_key:249 mount:165 umount2:166
unshare:272 setns:308 pivot_root:155 chroot:161 kexec_load:246 kexec_file_load:320 init_module:175 finit_module:313
delete_module:176 open_by_handle_at:304 name_to_handle_at:303 process_madvise:440 kcmp:312 pidfd_getfd:438 fsopen:430
fsmount:432 move_mount:429 open_tree:428 swapon:167 swapoff:168 reboot:169 quotactl:179
"""
    ),
)

_AARCH64 = Architecture(
    0xC00000B7,
    _table(
        """
read:63 write:64 readv:65 writev:66 pread64:67 pwrite64:68 close:57 close_range:436 fstat:80 newfstatat:79 statx:291
lseek:62 getdents64:61 getcwd:17 readlinkat:78 faccessat:48 faccessat2:439 dup:23 dup3:24 pipe2:59 ppoll:73
pselect6:72 brk:214 mmap:222 munmap:215 mprotect:226 mremap:216 madvise:233 msync:227 futex:98 futex_waitv:449
set_robust_list:99 get_robust_list:100 rseq:293 set_tid_address:96 rt_sigaction:134 rt_sigprocmask:135
rt_sigreturn:139 rt_sigpending:136 rt_sigtimedwait:137 rt_sigsuspend:133 sigaltstack:132 restart_syscall:128
setitimer:103 getitimer:102 exit:93 exit_group:94 getpid:172 gettid:178 getppid:173 getpgid:155 getsid:156 getuid:174
geteuid:175 getgid:176 getegid:177 getgroups:158 getresuid:148 getresgid:150 clock_gettime:113 clock_getres:114
clock_nanosleep:115 nanosleep:101 gettimeofday:169 times:153 getrusage:165 getrlimit:163 sysinfo:179 uname:160
getrandom:278 sched_yield:124 sched_getaffinity:123 sched_getparam:121 sched_getscheduler:120
sched_get_priority_max:125 sched_get_priority_min:126 getpriority:141 getcpu:168 umask:166 fadvise64:223 statfs:43
fstatfs:44 capget:90
"""
    ),
    _table(
        """
openat:56 openat2:437 kill:129 tkill:130 tgkill:131 fcntl:25 ioctl:29 prlimit64:261 clone:220 clone3:435
"""
    ),
    _table(
        """
ptrace:117 process_vm_readv:270 process_vm_writev:271 bpf:280 io_uring_setup:425 io_uring_enter:426
io_uring_register:427 userfaultfd:282 perf_event_open:241 keyctl:219 add_key:217 request_key:218 mount:40 umount2:39
unshare:97 setns:268 pivot_root:41 chroot:51 kexec_load:104 kexec_file_load:294 init_module:105 finit_module:273
delete_module:106 open_by_handle_at:265 name_to_handle_at:264 process_madvise:440 kcmp:272 pidfd_getfd:438 fsopen:430
fsmount:432 move_mount:429 open_tree:428 swapon:224 swapoff:225 reboot:142 quotactl:60
"""
    ),
    experimental=True,
)

ARCHITECTURES = {"x86_64": _X86_64, "aarch64": _AARCH64, "arm64": _AARCH64}
"""By the machine name that ``uname`` reports."""
