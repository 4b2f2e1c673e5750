/** The spec that `vm init NAME` writes. Pure. */
import { stringify } from 'yaml';

/**
 * A commented spec that validates and runs as it is: what most VMs change is written out, the rest stands in comments with its default.
 * @param name a valid name of a VM.
 */
export function specTemplate(name: string): string {
  return `# yaml-language-server: $schema=../vm.schema.json
# A VM. "vm schema >vm.schema.json" makes the schema above, by which an editor completes and checks this file.
# "vm plan ${name}" shows what comes of it, "vm explain ${name}" why, "vm up ${name}" starts it.
# A key that is commented out shows its default, or an example if it has none. Relative paths are relative to this file.

name: ${stringify(name).trim()}
# uuid: 6a2c1e3f-52d0-4d6b-9d3e-0f1b2a3c4d5e   # default: made from the name

cpu:
  vcpus: 2
  # model: host           # host, max, or a name from "qemu-system-x86_64 -cpu help"
  # maxVcpus: 4           # vCPUs that hot-plug may bring it to
  # topology: auto        # what the guest sees; or {sockets: 1, dies: 1, cores: 1, threads: 2}
  # l3Cache: true         # the guest sees that its vCPUs share a cache
  # nested: auto          # virtualisation inside the guest
  # features: {x2apic: true}

memory:
  size: 2GiB
  # hugepages: false      # true (the host's default size), 2MiB or 1GiB
  # allocation: auto      # immediate: every page before the guest starts; onDemand
  # locked: false         # true: never swapped out
  # backing: auto         # anonymous, memfd, or file with path: …
  # access: auto          # shared: other processes may map it; private

# Which host CPUs the threads run on.
# placement:
#   vcpus: auto           # auto, strict, none, "1-4,11-14", or one by one: {0: "1", 1: "11"}
#   emulator: auto        # QEMU's own threads
#   ioThreads: auto
#   vhost: auto           # the kernel's threads that move packets
#   reserve: auto         # CPUs that stay the host's
#   housekeeping: 0       # cores of its own for QEMU's own threads, beside the vCPUs
#   exclusive: true       # no other VM is given the CPUs of these vCPUs
#   isolation: none       # cgroup: nothing else of the host runs on them either
#   interrupts: stay      # away: the host's interrupts come elsewhere
#   cache: {l3Ways: 4}    # a share of the L3 cache for the vCPUs (resctrl)
#   scheduler: {policy: fifo, priority: 1}   # real-time vCPUs; rr, batch, idle, other

# limits:                 # of the whole VM, by a cgroup
#   cpuQuota: 150         # percent of one CPU
#   cpuWeight: 100        # 1 to 10000, where CPUs are short
#   memoryMax: 3GiB
#   ioWeight: 100
#   cgroup: auto          # systemd: a scope

# machine:
#   type: q35             # pc, or a versioned one such as pc-q35-7.2
#   accelerator: auto     # kvm, tcg

# boot:
#   firmware: bios        # uefi
#   order: [disk, net]
#   kernel: vmlinuz       # start a Linux kernel directly
#   initrd: initrd.img
#   cmdline: console=ttyS0

# disks:
#   - source: ${name}.qcow2   # qemu-img create -f qcow2 ${name}.qcow2 20G
#     format: auto        # raw, qcow2
#     cache: auto         # none, writeback, writethrough, directsync, unsafe
#     aio: auto           # io_uring, native, threads
#     discard: unmap      # ignore
#     readOnly: false
#     ioThread: 0         # needs ioThreads: 1 or more
# ioThreads: 0            # threads that serve disks instead of QEMU's main loop
# ioThreadSettings: []    # how single ones wait and work
# mainLoop: {}

networks:
  - type: user            # or bridge with bridge: br0, or tap with device: tap0, or none
    # forwards: ["2222:22"]   # port of this machine to port of the guest
    # model: virtio       # e1000e, e1000

# serial: [{type: socket}]    # what "vm console" attaches to
# display: none           # vnc
# cloudInit:             # for a cloud image: its first user, with keys and packages
#   sshKeys: [id_ed25519.pub]
#   userData: {timezone: Etc/UTC}    # the keys of a cloud-config, or a file of it
# guestAgent: false       # true: the channel of the QEMU guest agent
# rng: true
# smartcard: {type: spice}
# tpm: 2.0              # false; what it keeps survives "vm down"
# shares: [{source: ./src, tag: src}]         # in the guest: mount -t virtiofs src /mnt
# vsock: {cid: auto}      # sockets between host and guest, without a network
# crypto: []              # ciphers that the host computes
# balloon: {}             # memory that the guest can give back
# watchdog: {model: i6300esb, action: reset}
# panic: true             # the guest can tell that it crashed
# iommu: {model: intel}   # for devices that the guest passes on
# numa: auto              # or rows such as [{cpus: "0-1", memory: 1GiB}, …]
# profile: performance    # a named set of defaults: performance, desktop, secure, tiny
# hostDevices: [{pci: "0000:65:00.0"}]        # PCI passthrough

# With a screen:
# video: [{model: virtio}]
# sound: [{model: ich9}]
# audio: [{type: none}]
# input: [{type: tablet}]
# usb: [{type: tablet}]
# usbControllers: []
# channels: []            # named channels into the guest
# console: []             # virtio consoles
# virtioSerial: {}        # the bus of both
# parallel: []
# controllers: []         # of disks, where the implied ones do not do
# sharedMemory: []        # memory shared with other guests (ivshmem)
# smbios: {}              # what the firmware says of the machine
# fwCfg: []
# acpiTables: []
# generationId: false
# vmcoreinfo: false
# pstore: false

# clock:
#   base: utc             # localtime

# lifecycle:
#   shutdownTimeout: 60s  # how long "vm down" waits for the guest

# qemu:
#   binary: qemu-system-x86_64
#   sandbox: auto
#   extraArgs: []         # arguments put last on the command line, unchecked
`;
}
