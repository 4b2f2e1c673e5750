import { describe, expect, it } from 'vitest';
import { renderExplain, renderExplainMarkdown } from '../../../src/cli/render/explain.js';
import { plain } from '../../../src/cli/render/style.js';
import type { ExplainedOption } from '../../../src/command/explain.js';

const options: readonly ExplainedOption[] = [
  {
    group: 'launch',
    flag: '-S',
    value: null,
    key: 'vm',
    at: null,
    why: 'Threads are placed first.',
    cost: null,
  },
  {
    group: 'cpu',
    flag: '-cpu',
    value: 'host,+svm',
    key: 'cpu',
    at: '/s/demo.yaml:3',
    why: 'The host CPU.',
    cost: 'Not a|little.',
  },
  {
    group: 'launch',
    flag: '-name',
    value: "it's | `x`",
    key: 'name',
    at: null,
    why: 'Shown in `ps`.',
    cost: null,
  },
];

describe('renderExplain', () => {
  it('groups the options and says where each comes from', () => {
    expect(renderExplain(options, plain)).toBe(`\
Launch
  -S
      Threads are placed first. [every launch]
  -name 'it'\\''s | \`x\`'
      Shown in \`ps\`. [name, by default]

CPU
  -cpu host,+svm
      The host CPU. [cpu, /s/demo.yaml:3]
      costs: Not a|little.
`);
  });
});

describe('renderExplainMarkdown', () => {
  it('is a table a part, in which nothing of the options is markup', () => {
    expect(renderExplainMarkdown('demo_1', options)).toBe(`\
# demo\\_1

## Launch

| Option | From | Why | Costs or risks |
| --- | --- | --- | --- |
| \`-S\` | every launch | Threads are placed first. |  |
| \`\` -name 'it'\\''s \\| \`x\`' \`\` | name, by default | Shown in \\\`ps\\\`. |  |

## CPU

| Option | From | Why | Costs or risks |
| --- | --- | --- | --- |
| \`-cpu host,+svm\` | cpu, /s/demo.yaml:3 | The host CPU. | Not a\\|little. |
`);
  });
});
