/** Every option of a command with the part of the spec that it comes from and why. Pure. */
import type { OptionGroup, QemuCommand } from './option.js';

export interface ExplainedOption {
  readonly group: OptionGroup;
  readonly flag: string;
  readonly value: string | null;
  /** The key of the spec, or `vm` for what every launch has. */
  readonly key: string;
  /** `file:line` of that key, if the spec says it; null for a default. */
  readonly at: string | null;
  readonly why: string;
  /** What it costs or risks; null where that is nothing to speak of. */
  readonly cost: string | null;
}

export function explain(
  { options }: QemuCommand,
  locate: (key: string) => { readonly file: string; readonly line: number } | undefined,
): ExplainedOption[] {
  return options.map(({ group, flag, value, origin, why, cost }) => {
    const position = origin === 'vm' ? undefined : locate(origin);
    return {
      group,
      flag,
      value: value ?? null,
      key: origin,
      at: position ? placeOf(position) : null,
      why,
      cost: cost ?? null,
    };
  });
}

/** A profile has a name and no lines. */
function placeOf({ file, line }: { readonly file: string; readonly line: number }): string {
  return file.startsWith('profile: ') ? file : `${file}:${line}`;
}
