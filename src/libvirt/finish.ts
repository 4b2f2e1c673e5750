/** The draft of an import to a spec that loads, whatever the converters made of it. Pure. */
import { VmError } from '../errors.js';
import { SpecError, type SpecIssue } from '../spec/error.js';
import { formatKey, type KeyPath, parseKey } from '../spec/key.js';
import { loadSpec } from '../spec/load.js';
import type { SpecDocument, SpecDraft } from './draft.js';
import type { Notes } from './report.js';

/** Each round takes something out of every part that is wrong; a part is gone after as many as it has levels. */
const mostRounds = 100;

/**
 * Loads the draft as a spec. What the loader refuses is taken out, first the key, then what is around it, and noted as dropped at the
 * line that it comes from.
 * @throws VmError `import.unsupported` if nothing that is left loads.
 */
export function finish(
  draft: SpecDraft,
  notes: Notes,
  text: (document: SpecDocument) => string,
): SpecDocument {
  const touched = new Set<string>();
  let issues = wrongIn(text(draft.document()));
  for (let round = 0; issues.length > 0; round++) {
    const [first] = issues;
    if (first && round === mostRounds) throw unsupported(first);
    for (const { key, message } of onePerPart(issues)) {
      const path = parseKey(key) ?? [];
      const place = draft.placeOf(path);
      if (!removeAround(draft, path, touched)) throw unsupported({ key, message });
      notes.dropped(place ?? { line: 1, path: 'domain' }, `${formatKey(path)}: ${message}`);
    }
    issues = wrongIn(text(draft.document()));
  }
  return draft.document();
}

function wrongIn(text: string): readonly SpecIssue[] {
  try {
    loadSpec({ file: '/domain.yaml', folder: '/', text });
    return [];
  } catch (error) {
    if (error instanceof SpecError) return error.issues;
    throw error;
  }
}

/** The first of each item or section, as it may draw the others; the last items first, so that those before keep their places. */
function onePerPart(issues: readonly SpecIssue[]): SpecIssue[] {
  const parts = new Map<string, SpecIssue>();
  for (const issue of issues) {
    const path = parseKey(issue.key) ?? [];
    const name = formatKey(itemOf(path));
    if (!parts.has(name)) parts.set(name, issue);
  }
  return [...parts.values()].reverse();
}

/** The item of a list that a key is in, else its section. */
function itemOf(path: KeyPath): KeyPath {
  const index = path.findIndex((part) => typeof part === 'number');
  return path.slice(0, index === -1 ? 1 : index + 1);
}

/** Takes out the key, or what is around it where it is not there; of an item of a list the second error takes all of it. */
function removeAround(draft: SpecDraft, path: KeyPath, touched: Set<string>): boolean {
  const index = path.findIndex((part) => typeof part === 'number');
  const item = itemOf(path);
  const name = formatKey(item);
  for (let length = path.length; length > 0; length--) {
    if (length > item.length && index !== -1 && touched.has(name)) continue;
    if (!draft.remove(path.slice(0, length))) continue;
    if (index !== -1) touched.add(name);
    return true;
  }
  return removeLast(draft);
}

/** What is wrong is a default, with something else of the spec: sections go until the rest loads. */
function removeLast(draft: SpecDraft): boolean {
  const last = Object.keys(draft.document())
    .filter((section) => section !== 'name')
    .at(-1);
  return last !== undefined && draft.remove([last]);
}

function unsupported({ key, message }: Pick<SpecIssue, 'key' | 'message'>): VmError {
  return new VmError(
    'import.unsupported',
    `the spec that this domain comes to does not load: ${key}: ${message}`,
    {
      hint: 'Please report it with the XML, which is a defect of vm.',
    },
  );
}
