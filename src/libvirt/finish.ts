/** The draft of an import to a spec that loads, whatever the converters made of it. Pure. */
import { VmError } from '../errors.js';
import { SpecError, type SpecIssue } from '../spec/error.js';
import { formatKey, type KeyPath, parseKey } from '../spec/key.js';
import { loadSpec } from '../spec/load.js';
import type { SpecDocument, SpecDraft } from './draft.js';
import type { Notes } from './report.js';

/** More rounds than any domain with a slip in each part needs. */
const mostRounds = 200;

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
  for (let round = 0; round < mostRounds; round++) {
    const issue = firstIssue(text(draft.document()));
    if (issue === undefined) return draft.document();
    const path = parseKey(issue.key);
    const place = path && draft.placeOf(path);
    if (!path || !removeAround(draft, path, touched)) throw unsupported(issue);
    notes.dropped(place ?? { line: 1, path: 'domain' }, `${formatKey(path)}: ${issue.message}`);
  }
  throw new VmError('import.unsupported', 'the spec that this domain comes to has too many errors');
}

function firstIssue(text: string): SpecIssue | undefined {
  try {
    loadSpec({ file: '/domain.yaml', folder: '/', text });
    return undefined;
  } catch (error) {
    if (error instanceof SpecError) return error.issues[0];
    throw error;
  }
}

/** Takes out the key; if that was not enough the last time, its item or section. */
function removeAround(draft: SpecDraft, path: KeyPath, touched: Set<string>): boolean {
  for (let length = path.length; length > 0; length--) {
    const around = path.slice(0, length);
    const key = formatKey(around.length > 2 ? around.slice(0, 2) : around);
    // A second error in the same item: it makes no sense without what was taken out.
    if (length > 2 && touched.has(key)) continue;
    if (!draft.remove(around)) continue;
    touched.add(key);
    return true;
  }
  return false;
}

function unsupported({ key, message }: SpecIssue): VmError {
  return new VmError(
    'import.unsupported',
    `the spec that this domain comes to does not load: ${key}: ${message}`,
    {
      hint: 'Please report it with the XML, which is a defect of vm.',
    },
  );
}
