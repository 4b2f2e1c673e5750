/** What docs/spec.md says before its tables. */
export const head = `# Every key of a spec

<!-- Made by \`npm run spec-docs\` from the schema; change the descriptions there. -->

A spec is one YAML or JSON file per VM. Every key that is not marked as required has a default, also where the column is empty: then
the description says it, or the key is left out of QEMU's command line. A key that is not listed here is an error.

**What stands above what.** From the lowest: the defaults below, \`profile\`, the files of \`extends\` (the one that is extended below
the one that extends it), the spec itself, \`--set\`. Maps merge key by key; a list or a single value replaces all that is below it.
\`--set KEY=VALUE\` names a key as the tables do, with the place in a list in brackets, counted from 0: \`--set cpu.vcpus=8\`,
\`--set disks[0].cache=none\`; the value is YAML. \`vm plan\` shows what a profile set.

**Paths.** A relative one is relative to the folder of the file that it stands in, also in a file that is extended. One in
\`--set\` is relative to the current folder.

**Units.** A size is a number with its unit, \`512MiB\` or \`4GiB\` (\`B\`, \`KiB\`, \`MiB\`, \`GiB\`, \`TiB\`; \`M\` and \`G\` are the same
powers of 1024); a size without a unit is refused. A duration is \`500ms\`, \`10s\`, \`5m\` or \`1h\`. CPUs and nodes of the host are in
the kernel's notation: \`2-5,8\`.

**How to read the tables.** \`disks[].source\` is the key \`source\` of every item of the list \`disks\`; \`NAME\` stands for a name of
your own. Where a map's \`type\` decides which keys it has, the table has the keys of all types, and a part of its own each type.
[threads.md](threads.md) says what the threads are that \`placement\` places.
`;
