import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import ts from 'typescript';

/** Source texts by path relative to the folder that was read, with `/` and without `./`. */
export type Sources = ReadonlyMap<string, string>;

export interface Import {
  /** The path of a file among the sources, a module (`node:fs`, `zod`), or what is written where that is neither. */
  readonly target: string;
  readonly kind: 'file' | 'module' | 'unknown';
  /** Erased by the compiler. */
  readonly typeOnly: boolean;
  readonly dynamic: boolean;
}

export type ImportGraph = ReadonlyMap<string, readonly Import[]>;

/** Reads every TypeScript file below a folder. */
export function readSources(folder: string): Sources {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.ts'),
  );
  return new Map(paths.sort().map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
}

/** Every import and re-export: static, dynamic, of types, by `require`; an import of a computed path is `unknown`. */
export function importGraph(sources: Sources): ImportGraph {
  return new Map([...sources].map(([path, text]) => [path, importsOf(path, text, sources)]));
}

export function parseSource(path: string, text: string): ts.SourceFile {
  return ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
}

/** Visits a node and everything below it. */
export function visit(node: ts.Node, visitor: (node: ts.Node) => void): void {
  visitor(node);
  ts.forEachChild(node, (child) => visit(child, visitor));
}

function importsOf(path: string, text: string, sources: Sources): Import[] {
  const imports: Import[] = [];
  visit(parseSource(path, text), (node) => {
    const found = specifierOf(node);
    if (found !== undefined) imports.push({ ...found, ...resolve(path, found.specifier, sources) });
  });
  return imports;
}

interface Specifier {
  /** Undefined: computed. */
  readonly specifier: string | undefined;
  readonly typeOnly: boolean;
  readonly dynamic: boolean;
}

function specifierOf(node: ts.Node): Specifier | undefined {
  if (ts.isImportDeclaration(node)) {
    return { specifier: literal(node.moduleSpecifier), typeOnly: importsTypesOnly(node), dynamic: false };
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined) {
    return { specifier: literal(node.moduleSpecifier), typeOnly: node.isTypeOnly, dynamic: false };
  }
  if (ts.isImportTypeNode(node)) {
    const argument = ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined;
    return { specifier: literal(argument), typeOnly: true, dynamic: false };
  }
  if (ts.isExternalModuleReference(node)) {
    return { specifier: literal(node.expression), typeOnly: false, dynamic: false };
  }
  if (ts.isCallExpression(node) && isImportCall(node)) {
    return { specifier: literal(node.arguments[0]), typeOnly: false, dynamic: true };
  }
  return undefined;
}

/** `import type …`, and `import { type A, type B } …`: with `verbatimModuleSyntax` the latter still loads the module. */
function importsTypesOnly({ importClause }: ts.ImportDeclaration): boolean {
  return importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
}

function isImportCall({ expression }: ts.CallExpression): boolean {
  return (
    expression.kind === ts.SyntaxKind.ImportKeyword ||
    (ts.isIdentifier(expression) && expression.text === 'require')
  );
}

function literal(node: ts.Node | undefined): string | undefined {
  return node !== undefined && ts.isStringLiteralLike(node) ? node.text : undefined;
}

function resolve(
  from: string,
  specifier: string | undefined,
  sources: Sources,
): Pick<Import, 'target' | 'kind'> {
  if (specifier === undefined) return { target: 'a computed path', kind: 'unknown' };
  if (!specifier.startsWith('.')) return { target: specifier, kind: 'module' };
  const path = posix.join(posix.dirname(from), specifier).replace(/\.js$/, '.ts');
  return sources.has(path) ? { target: path, kind: 'file' } : { target: specifier, kind: 'unknown' };
}

/** One path of files for each cycle found, its first file again at the end; empty if there is none. */
export function findCycles(graph: ImportGraph): string[][] {
  const done = new Set<string>();
  const path: string[] = [];
  const cycles: string[][] = [];
  const walk = (file: string): void => {
    if (done.has(file)) return;
    const start = path.indexOf(file);
    if (start !== -1) {
      cycles.push([...path.slice(start), file]);
      return;
    }
    path.push(file);
    for (const { target, kind } of graph.get(file) ?? []) if (kind === 'file') walk(target);
    path.pop();
    done.add(file);
  };
  for (const file of graph.keys()) walk(file);
  return cycles;
}
