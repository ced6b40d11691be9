"""The zygote: a clean interpreter that has NumPy loaded, holds no secret, and forks one child per submission.

Started by exec with one argument, the number of the control socket.  Everything else comes as the first message.
Messages are a four-byte length and JSON; file descriptors travel beside them.
"""

from __future__ import annotations

import gc
import json
import os
import socket
import sys

CONTROL_BYTES = 8 << 20


def receive(control: socket.socket) -> tuple[dict[str, object], list[int]]:
    """Return the next message and its file descriptors; raises EOFError when the other side is gone."""
    head, fds, _, _ = socket.recv_fds(control, 4, 4)
    while 0 < len(head) < 4:
        head += control.recv(4 - len(head))
    size = int.from_bytes(head, "little")
    if not head or size > CONTROL_BYTES:
        raise EOFError("the other side of the control socket is gone")
    data = bytearray()
    while len(data) < size:
        part = control.recv(size - len(data))
        if not part:
            raise EOFError("the other side of the control socket is gone")
        data += part
    message = json.loads(data)
    return message, list(fds)


def send(control: socket.socket, message: dict[str, object], fds: tuple[int, ...] = ()) -> None:
    """Send one message with its file descriptors."""
    text = json.dumps(message).encode()
    data = len(text).to_bytes(4, "little") + text
    sent = socket.send_fds(control, [data], list(fds)) if fds else control.send(data)
    if sent < len(data):
        control.sendall(data[sent:])


def main() -> None:
    """Read the configuration, make the interpreter ready, lock it down and serve."""
    gc.disable()  # until all is loaded: imports leave no garbage
    control = socket.socket(fileno=int(sys.argv[1]))
    control.set_inheritable(False)
    sys.argv = [""]
    config, _ = receive(control)
    sys.path[:] = list(config["path"])  # type: ignore[call-overload]  # a list of strings, by the parent's hand
    sys.modules["_hashlib"] = None  # type: ignore[assignment]  # OpenSSL: large; Python has hashlib's usual hashes itself
    from autograder.sandbox import forking

    forking.serve(control, config)


if __name__ == "__main__":
    main()
    os._exit(0)
