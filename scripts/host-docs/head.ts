/** What docs/host.md says before the settings. */
export const head = `# The settings of the host

<!-- Made by \`npm run host-docs\` from src/host/settings: change it there. -->

\`\`\`sh
vm host check web worker               # judges this machine for these specs; needs no root, changes nothing
sudo vm host tune web worker           # makes right what the running system can change
sudo vm host tune --persist web worker # and writes the files that keep it so across boots
sudo vm host revert                    # puts back exactly what was there
\`\`\`

\`check\` says \`ok\`, \`note\` (worth knowing, nothing to do), \`warn\` (VMs run, but worse than they could) or \`fail\` (what is asked for
cannot be had, or a wall between VMs is open), with what was found, what is wanted and one line on what to do. It exits with 1 where
something failed, with \`--strict\` also where something warned. Without specs, nothing is demanded that only specs can tell: huge pages,
isolated CPUs, devices. \`--sysroot DIR\` makes all three verbs work on the machine whose \`proc\`, \`sys\` and \`etc\` are in that folder.

\`--profile\` says what the machine is for: \`performance\` (the default) is all of it; \`desktop\` leaves frequencies, isolation, the
scheduler and perf alone; \`secure\` keeps the watchdogs and the translation of the IOMMU, and wants neither nested virtualisation nor
zero-copy unless a spec asks.

## What tune writes down, and where

Before anything is changed, what was there goes into \`host/journal.json\` in the state folder (mode 0600; a tree of \`--sysroot\` has one
of its own beside it). So \`revert\` also puts back what a \`tune\` that was killed had changed by then, and after several runs what was
there before the first. Two runs at once wait for each other. Each write is done by a process of its own, which may hang without us
(60 seconds), and is read back. What the kernel refuses is told, and keeps nothing else from being done.

| File of ours | Holds |
| --- | --- |
| \`/etc/sysctl.d/90-multiverse.conf\` | sysctls, those of perf in the order that the kernel takes |
| \`/etc/tmpfiles.d/multiverse.conf\` | values of /sys, with globs over all CPUs |
| \`/etc/modprobe.d/multiverse.conf\` | options of modules |
| \`/etc/modules-load.d/multiverse.conf\` | modules to load |
| \`/etc/default/grub.d/multiverse.cfg\` | words of the kernel's command line; \`tune\` says which command makes the boot loader take them |
| \`/etc/systemd/system/irqbalance.service.d/multiverse.conf\` | CPUs that irqbalance leaves alone, where it is installed |

A file of one of these names that is not ours is refused, and nothing is changed then. What later runs write for other settings is
added. A file that was edited since is left by \`revert\`, and said; a value that somebody else changed
since is put back all the same, and said too.

\`kernel.perf_event_max_sample_rate\` can't be written while \`kernel.perf_cpu_time_max_percent\` is 0 or 100. \`tune\` and \`revert\` set
the percentage to 25 meanwhile; the file has 25, the rate, then the percentage. systemd-sysctl takes only the last line of a key: at boot
that is enough, since the kernel begins with 25.

## The settings
`;
