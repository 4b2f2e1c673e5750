/** YAML (1.2, core schema; JSON is a subset) to a document, with bounds that hold for any input. Pure. */
import { Composer, type CST, type Document, Lexer, Parser } from 'yaml';
import { explainYaml, isUnclosedQuote, wrongEscape } from './yaml-errors.js';

/** What is wrong in a text, at an offset. */
export interface YamlIssue {
  readonly offset: number;
  readonly message: string;
  readonly hint?: string;
}

/** Tokens of the lexer: about ten a line. A spec of 4096 pinned vCPUs has some 30,000. */
const mostTokens = 100_000;
/** Deeper nesting than any spec has; the composer recurses, and a stack that runs out takes the process with it. */
const mostDepth = 64;
/** Errors that are looked at, and those that are told, one a line: one slip often draws a tail of others. */
const mostErrors = 100;
const mostIssues = 10;

/** Specs are YAML 1.2 without tags and merge keys; most programs in guests read 1.1, with both. */
const dialects = {
  spec: { version: '1.2', schema: 'core', merge: false, stringKeys: true, resolveKnownTags: false },
  guest: { version: '1.1', schema: 'yaml-1.1', merge: true, stringKeys: false, resolveKnownTags: true },
} as const;

export function parseYaml(
  text: string,
  dialect: keyof typeof dialects = 'spec',
): { document: Document } | { issues: YamlIssue[] } {
  const tokens = boundedTokens(text);
  if (!Array.isArray(tokens)) return { issues: [tokens] };
  const composer = new Composer({
    ...dialects[dialect],
    // Checked by ourselves: the library's check is quadratic.
    uniqueKeys: false,
    prettyErrors: false,
  });
  const documents = [...composer.compose(tokens, true, text.length)];
  const [document, second] = documents;
  if (!document) return { issues: [{ offset: 0, message: 'is empty', hint: emptyHint }] };
  const issues = documentIssues(document, tokens, text, dialects[dialect].version);
  if (second && issues.length === 0) {
    issues.push({
      offset: second.range[0],
      message: 'a second document begins here: one a file',
      hint: 'put it into a file of its own',
    });
  }
  return issues.length > 0 ? { issues } : { document };
}

export const emptyHint = 'write at least one key, or let `vm init NAME` write a spec to start from';

function boundedTokens(text: string): CST.Token[] | YamlIssue {
  let lexed = 0;
  for (const _ of new Lexer().lex(text)) {
    if (++lexed > mostTokens)
      return {
        offset: 0,
        message: `has more than ${mostTokens} words and signs`,
        hint: 'is it a spec at all?',
      };
  }
  const tokens = [...new Parser().parse(text)];
  for (const { token, depth } of walk(tokens)) {
    if (depth > mostDepth) {
      return {
        offset: token.offset,
        message: `is nested more than ${mostDepth} levels deep`,
        hint: 'no key of a spec is',
      };
    }
    const wrong = token.type === 'double-quoted-scalar' ? wrongEscape(token.source) : undefined;
    if (wrong) return { ...wrong, offset: token.offset + wrong.offset };
  }
  return tokens;
}

function documentIssues(
  document: Document.Parsed,
  tokens: readonly CST.Token[],
  text: string,
  version: string,
): YamlIssue[] {
  const { yaml } = document.directives;
  const issues: YamlIssue[] = [];
  if (yaml.explicit && yaml.version !== version) {
    issues.push({
      offset: Math.max(0, text.indexOf('%YAML')),
      message: `YAML ${yaml.version} is not read`,
      hint: 'remove the %YAML line: specs are YAML 1.2',
    });
  }
  const lines = new Set<number>();
  // One slip can draw an error a character.
  for (const error of [...document.errors.slice(0, mostErrors), ...document.warnings.slice(0, mostErrors)]) {
    const line = text.lastIndexOf('\n', error.pos[0] - 1);
    if (lines.has(line)) continue;
    lines.add(line);
    const unclosed = isUnclosedQuote(error) ? scalarEndingAt(tokens, error.pos[0]) : undefined;
    issues.push({ offset: unclosed ?? error.pos[0], ...explainYaml(error) });
  }
  return issues.slice(0, mostIssues);
}

/** @returns where the scalar begins whose text ends at an offset. */
function scalarEndingAt(tokens: readonly CST.Token[], end: number): number | undefined {
  for (const { token } of walk(tokens)) {
    if ('source' in token && token.offset + token.source.length === end) return token.offset;
  }
  return undefined;
}

/** All tokens below, without recursion. */
function* walk(
  tokens: readonly CST.Token[],
): Generator<{ readonly token: CST.Token; readonly depth: number }> {
  const open = tokens.map((token) => ({ token, depth: 0 }));
  for (let next = open.pop(); next; next = open.pop()) {
    yield next;
    const { token, depth } = next;
    if (token.type === 'document' && token.value) open.push({ token: token.value, depth });
    if (!('items' in token)) continue;
    for (const { key, value } of token.items) {
      if (key) open.push({ token: key, depth: depth + 1 });
      if (value) open.push({ token: value, depth: depth + 1 });
    }
  }
}
