import { parse } from './parse.ts';
import type { BodyNode, IncludeNode, IncludeOutcome, KickstartFile, SectionNode, TopNode } from './tree.ts';

/** Gives a file's text, or nothing where there is no such file. The caller decides what may be read. */
export type ReadText = (path: string) => Promise<string | undefined> | string | undefined;

export interface LoadOptions {
  readonly read: ReadText;
  /** `--include NAME=FILE`: NAME as it is written after `%include`, FILE a path for `read`. */
  readonly substitutes?: ReadonlyMap<string, string>;
  readonly maximumDepth?: number;
  readonly maximumFiles?: number;
}

interface Loading {
  readonly options: LoadOptions;
  readonly stack: readonly string[];
  readonly count: { files: number };
}

/**
 * Parses a file and everything that it includes. A relative name is looked for beside the including file. What cannot
 * be included (missing, a cycle, deeper than 32, more than 1,000 files) is told in the node, never thrown.
 */
export const loadKickstart = (path: string, text: string, options: LoadOptions): Promise<KickstartFile> =>
  fillFile(parse(text, { path }), { options, stack: [path], count: { files: 1 } });

const fillFile = async (file: KickstartFile, loading: Loading): Promise<KickstartFile> => {
  const nodes: TopNode[] = [];
  // One after another, so that the limit on files does not depend on timing.
  for (const node of file.nodes) {
    if (node.kind === 'section') nodes.push(await fillSection(node, loading));
    else nodes.push(node.kind === 'include' ? await fillInclude(node, file.within, loading) : node);
  }
  return { ...file, nodes };
};

const fillSection = async (section: SectionNode, loading: Loading): Promise<SectionNode> => {
  const body: BodyNode[] = [];
  for (const node of section.body) {
    body.push(node.kind === 'include' ? await fillInclude(node, section.name, loading) : node);
  }
  return { ...section, body };
};

const fillInclude = async (node: IncludeNode, within: string | undefined, loading: Loading): Promise<IncludeNode> =>
  node.target === '' ? node : { ...node, included: await readIncluded(node, within, loading) };

const readIncluded = async (
  node: IncludeNode,
  within: string | undefined,
  loading: Loading,
): Promise<IncludeOutcome> => {
  const { read, substitutes, maximumDepth = 32, maximumFiles = 1000 } = loading.options;
  const substitute = substitutes?.get(node.target);
  const path = substitute ?? resolvePath(node.place.file, node.target);
  if (loading.stack.includes(path)) return { outcome: 'cycle', path };
  if (loading.stack.length >= maximumDepth) return { outcome: 'too-deep', path };
  if (loading.count.files >= maximumFiles) return { outcome: 'too-many', path };
  loading.count.files += 1;
  const text = await read(path);
  if (text === undefined) return { outcome: 'missing', path };
  const parsed = parse(text, { path, ...(within === undefined ? {} : { within }) });
  const file = await fillFile(parsed, { ...loading, stack: [...loading.stack, path] });
  return { outcome: 'file', file, substituted: substitute !== undefined };
};

/** The path that a `%include` of `target` inside `from` means. Absolute names and URLs stay as they are. */
export const resolvePath = (from: string, target: string): string => {
  if (target.startsWith('/') || /^[a-z]+:/i.test(target)) return target;
  const folder = from.includes('/') ? from.slice(0, from.lastIndexOf('/') + 1) : '';
  const parts: string[] = [];
  for (const part of (folder + target).split('/')) {
    if (part === '.' || (part === '' && parts.length > 0)) continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..' && parts.at(-1) !== '') parts.pop();
    else parts.push(part);
  }
  return parts.join('/');
};
