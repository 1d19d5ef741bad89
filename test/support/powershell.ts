import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Language as LanguageOf, Node, Parser as ParserOf } from '@vscode/tree-sitter-wasm';

/** It is a CommonJS module whose names Node does not find by itself. */
const require = createRequire(import.meta.url);
const { Language, Parser } = require('@vscode/tree-sitter-wasm') as { readonly Language: typeof LanguageOf; readonly Parser: typeof ParserOf };

/** What a script of PowerShell is made of, by a real grammar: no PowerShell is needed, and nothing runs. */
export interface PowerShellScript {
  /** `line: text` of what the grammar does not know, or misses. */
  readonly faults: readonly string[];
  /** Names of variables, as written. */
  readonly variables: ReadonlySet<string>;
  /** Names of its parameters. */
  readonly parameters: readonly string[];
  /** Each call of a cmdlet: its name and the names of its parameters. */
  readonly calls: readonly { readonly name: string; readonly parameters: readonly string[] }[];
}

export async function parsePowerShell(text: string): Promise<PowerShellScript> {
  await Parser.init();
  const folder = dirname(require.resolve('@vscode/tree-sitter-wasm'));
  const parser = new Parser();
  parser.setLanguage(await Language.load(readFileSync(join(folder, 'tree-sitter-powershell.wasm'))));
  const root = parser.parse(text)?.rootNode;
  if (root === undefined) throw new Error('the parser gave up');
  const nodes = [...walk(root)];
  const ofType = (type: string): readonly Node[] => nodes.filter((node) => node.type === type);
  return {
    faults: nodes.filter((node) => node.isError || node.isMissing).map((node) => `${node.startPosition.row + 1}: ${node.text}`),
    variables: new Set(ofType('variable').map((node) => node.text)),
    parameters: ofType('script_parameter').flatMap((node) => node.children.find((child) => child?.type === 'variable')?.text.slice(1) ?? []),
    calls: ofType('command').map((node) => ({
      name: node.childForFieldName('command_name')?.text ?? '',
      parameters: [...walk(node)].filter((child) => child.type === 'command_parameter').map((child) => child.text.slice(1)),
    })),
  };
}

function* walk(node: Node): Generator<Node> {
  yield node;
  for (const child of node.children) if (child !== null) yield* walk(child);
}
