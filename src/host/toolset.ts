import { HewError } from '../errors.ts';
import { compareVersions, TOOLS, versionIn, type Tool, type ToolName } from '../tools.ts';
import { findProgram } from './find-program.ts';
import type { ToolsOrigin } from './port.ts';
import { CLEAN_ENVIRONMENT, runProcess } from './process.ts';
import { findTree } from './tools-tree.ts';

export interface FoundTool {
  readonly name: ToolName;
  /** Absolute path on this machine; undefined where it is in neither place. */
  readonly path: string | undefined;
  readonly version: string | undefined;
}

/**
 * The host's own tools when it has all of them, new enough, else the tools tree. One origin for all: its programs know
 * one another's formats, and bytes do not come to depend on which of them a machine happens to have.
 * `HEW_TOOLS=host|tree` decides by hand. Throws `HewError` when neither is there.
 */
export async function chooseToolset(
  cache: string,
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<ToolsOrigin> {
  if (env['HEW_TOOLS'] !== 'tree' && (env['HEW_TOOLS'] === 'host' || (await hostHasAll(signal)))) {
    return { origin: 'host', root: '/', name: '', packages: [] };
  }
  const tree = findTree(cache);
  if (tree !== undefined) return tree;
  throw new HewError({
    code: 'no-tools',
    message: 'this machine lacks some of the tools that hew needs, and there is no tools tree yet',
    hint: 'make one with `hew tools install`; `hew doctor` names each tool',
  });
}

async function hostHasAll(signal: AbortSignal): Promise<boolean> {
  const names = Object.keys(TOOLS) as ToolName[];
  if (names.some((name) => findProgram(name) === undefined)) return false;
  const found = await Promise.all(names.map((name) => lookUp(name, '/', signal)));
  return found.every((tool) => isNewEnough(TOOLS[tool.name], tool.version));
}

/** Path and version of one tool below a root. */
export async function lookUp(name: ToolName, root: string, signal: AbortSignal): Promise<FoundTool> {
  const path = findProgram(name, root);
  if (path === undefined) return { name, path, version: undefined };
  const ask = VERSION_ARGUMENTS[name] ?? '--version';
  // A tree's programs find their libraries only inside it.
  const argv = root === '/' ? [path, ask] : insideTree(root, name, ask);
  const { stdout, stderr } = await runProcess({ argv, program: name, env: CLEAN_ENVIRONMENT, signal }, { accept: [1, 2, 255] });
  return { name, path, version: versionIn(stdout) ?? versionIn(stderr) };
}

/** Tools that take another word for the question. */
const VERSION_ARGUMENTS: Readonly<Record<string, string>> = { 'mkfs.ext4': '-V', 'mkfs.xfs': '-V', 'xfs_db': '-V', debugfs: '-V' };

const insideTree = (root: string, name: string, ask: string): string[] => [
  'bwrap', '--ro-bind', root, '/', '--proc', '/proc', '--dev', '/dev', '--', name, ask,
];

/** Whether a version suffices; a tool that tells none is taken as it is where no minimum is asked for. */
export const isNewEnough = (tool: Tool, version: string | undefined): boolean =>
  tool.minimum === undefined || (version !== undefined && compareVersions(version, tool.minimum) >= 0);
