/** A spec as YAML, as people write it. Pure. */
import { Document, isMap, isScalar, isSeq, visit } from 'yaml';
import type { SpecDocument } from './draft.js';

/** Maps of at most this many plain values are written on one line inside lists. */
const mostOnALine = 4;

/** @param from how the domain is called in the comment at the top. */
export function specText(spec: SpecDocument, from: string): string {
  const document = new Document(spec, { aliasDuplicateObjects: false });
  document.commentBefore = ` Imported from ${from}. "vm explain" says what each key becomes.`;
  visit(document, {
    Map(_key, node, path) {
      const plain = node.items.length <= mostOnALine && node.items.every(({ value }) => isScalar(value));
      if (path.length > 3 && plain) node.flow = true;
    },
    Seq(_key, node) {
      if (node.items.every((item) => isScalar(item)) && node.items.length <= 8) node.flow = true;
      if (node.items.length === 0) node.flow = true;
    },
  });
  if (isMap(document.contents)) {
    for (const { key, value } of document.contents.items.slice(1))
      if (isScalar(key) && (isMap(value) || isSeq(value)) && !value.flow) key.spaceBefore = true;
  }
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}
