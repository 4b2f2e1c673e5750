"""What an ivshmem-server says to its first guest (QEMU's docs/specs/ivshmem-spec): version, number, memory, interrupts."""
import os
import socket
import struct
import sys

path, size, vectors = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
memory = os.memfd_create("ivshmem")
os.ftruncate(memory, size)
listener = socket.socket(socket.AF_UNIX)
listener.bind(path)
listener.listen()
guest, _ = listener.accept()


def say(number, *descriptors):
    socket.send_fds(guest, [struct.pack("<q", number)], descriptors)


say(0)
say(7)
say(-1, memory)
for _ in range(vectors):
    say(7, os.eventfd(0))
guest.recv(1)
