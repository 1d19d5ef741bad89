import { writtenFiles } from '../pre/written.ts';
import { parse } from './parse.ts';
import type { BodyNode, IncludeNode, IncludeOutcome, KickstartFile, SectionNode, TopNode } from './tree.ts';

/** Gives a file's text, or nothing where there is no such file. The caller decides what may be read. */
export type ReadIncluded = (path: string) => Promise<string | undefined> | string | undefined;

export type IsInside = (path: string, folders: readonly string[]) => Promise<boolean>;

export interface IncludeOptions {
  readonly read: ReadIncluded;
  /** What a definition says to include instead: NAME as it is written after `%include`, FILE a path for `read`. */
  readonly substitutes?: ReadonlyMap<string, string>;
  /** `--include NAME=FILE`, which goes before: who calls hew may name any file, and what lies beside it. */
  readonly given?: ReadonlyMap<string, string>;
  /** Whether a path lies in one of these folders, also through links; without it, files may come from anywhere. */
  readonly isInside?: IsInside;
  /** Folders that files may come from besides that of the first file. */
  readonly folders?: readonly string[];
  readonly maximumDepth?: number;
  readonly maximumFiles?: number;
}

interface Loading {
  readonly options: IncludeOptions;
  readonly stack: readonly string[];
  readonly folders: readonly string[];
  readonly count: { files: number };
  /** Texts that scripts of the files read so far write, by path. */
  readonly written: Map<string, string>;
}

/**
 * Parses a file and everything that it includes. A relative name is looked for beside the including file,
 * and a text that a %pre writes in plain lines goes before any file. What cannot
 * be included (missing, outside, a cycle, deeper than 32, more than 1,000 files) is noted in the node, never thrown. Lines
 * of a script go into the image as they are: a kickstart file or a definition alone may not name just any file here.
 */
export const loadKickstart = (path: string, text: string, options: IncludeOptions): Promise<KickstartFile> =>
  fillFile(parse(text, { path }), {
    options, stack: [path], folders: [folderOf(path), ...(options.folders ?? [])], count: { files: 1 }, written: new Map(),
  });

const fillFile = async (file: KickstartFile, loading: Loading): Promise<KickstartFile> => {
  for (const [path, text] of writtenFiles(file)) loading.written.set(path, text);
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
  const { read, isInside, given, substitutes, maximumDepth = 32, maximumFiles = 1000 } = loading.options;
  const byHand = given?.get(node.target);
  const substitute = byHand ?? substitutes?.get(node.target);
  const written = substitute === undefined ? loading.written.get(node.target) : undefined;
  const path = substitute ?? resolveInclude(node.place.file, node.target);
  if (loading.stack.includes(path)) return { outcome: 'cycle', path };
  if (loading.stack.length >= maximumDepth) return { outcome: 'too-deep', path };
  if (loading.count.files >= maximumFiles) return { outcome: 'too-many', path };
  loading.count.files += 1;
  const folders = byHand === undefined ? loading.folders : [...loading.folders, folderOf(path)];
  if (isInside !== undefined && byHand === undefined && written === undefined && !(await isInside(path, folders))) return { outcome: 'outside', path };
  const text = written ?? await read(path);
  if (text === undefined) return { outcome: 'missing', path };
  const parsed = parse(text, { path, ...(within === undefined ? {} : { within }) });
  const file = await fillFile(parsed, { ...loading, folders, stack: [...loading.stack, path] });
  return { outcome: 'file', file, origin: substitute !== undefined ? 'given' : written !== undefined ? 'written' : 'file' };
};

/** The path that a `%include` of `target` inside `from` means. Absolute names and URLs stay as they are. */
export const resolveInclude = (from: string, target: string): string => {
  if (target.startsWith('/') || /^[a-z]+:/i.test(target)) return target;
  const parts: string[] = [];
  for (const part of (folderOf(from) + target).split('/')) {
    if (part === '.' || (part === '' && parts.length > 0)) continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..' && parts.at(-1) !== '') parts.pop();
    else parts.push(part);
  }
  return parts.join('/');
};

/** With its slash; nothing where there is none. */
const folderOf = (file: string): string => file.slice(0, file.lastIndexOf('/') + 1);
