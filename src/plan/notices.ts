/** What a user must be told of a plan even if he does not ask for it: warnings, and promises that had to be given up. Pure. */
import type { VmPlan } from './plan.js';

/** One line each; every relaxation of placement is in one of them. */
export function notices({ findings, placement }: Pick<VmPlan, 'findings' | 'placement'>): string[] {
  const warnings = findings.filter(({ severity }) => severity === 'warning');
  const relaxed = placement.relaxed.length === 0 ? [] : [`placement: ${placement.relaxed.join('; ')}`];
  return [
    ...warnings.map(
      ({ key, message, hint }) => `${key}: ${message}${hint === undefined ? '' : ` (${hint})`}`,
    ),
    ...relaxed,
  ];
}
