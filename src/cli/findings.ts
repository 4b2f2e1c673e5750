/** What a plan found lacking, as warnings: `plan`, `command`, `explain` and `validate` never need the machine to fit. */
import type { VmPlan } from '../plan/plan.js';
import { warn } from './report.js';

export function tellFindings({ name, findings }: Pick<VmPlan, 'name' | 'findings'>): void {
  for (const { key, message, hint } of findings) warn(`${name}: ${key}: ${message}`, hint);
}
