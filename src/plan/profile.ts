/** What a profile set, and what the spec says instead: for `vm plan`. Pure. */
import type { AppliedProfile } from '../spec/profiles.js';
import type { Decision } from './findings.js';

export function profileDecisions(profile: AppliedProfile | null | undefined): Decision[] {
  if (!profile) return [];
  const name = `profile ${profile.name}`;
  return profile.defaults.map(({ key, value, instead, overridden }) =>
    overridden
      ? { key, value: inWords(instead), reason: `the spec says so; ${name} would have it ${inWords(value)}` }
      : { key, value: inWords(value), reason: `set by ${name}` },
  );
}

const inWords = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
