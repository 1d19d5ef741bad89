import { HewError } from '../errors.ts';
import { readSetting, type Environment } from '../settings.ts';
import { compareToolVersions, TOOLS, versionIn, type Tool, type ToolName } from '../tools.ts';
import { findProgram } from './find-program.ts';
import type { ToolsOrigin } from './port.ts';
import { CLEAN_ENVIRONMENT, runProcess } from './process.ts';
import { findTree } from './tools-tree.ts';

export interface FoundTool {
  readonly name: ToolName;
  /** Absolute path on this machine; undefined if it is in neither place. */
  readonly path: string | undefined;
  readonly version: string | undefined;
}

export interface ToolsetRequest {
  /** The cache folder, in which the tools tree is. */
  readonly cache: string;
  readonly env: Environment;
  /** The tools that will be started; by default all that hew knows. */
  readonly needed?: readonly ToolName[] | undefined;
  readonly signal: AbortSignal;
  /** Where the programs of the machine are; `/` except in tests. */
  readonly machine?: string;
}

/**
 * The machine's own tools if it has all that are needed, new enough; otherwise the tools tree. All come from one
 * origin: its programs know each other's formats, and bytes do not depend on which of them a machine has.
 * `HEW_TOOLS=host|tree` decides by hand. Throws `HewError` when neither exists.
 */
export async function chooseToolset({ cache, env, needed = ALL_TOOLS, signal, machine = '/' }: ToolsetRequest): Promise<ToolsOrigin> {
  const asked = readSetting(env, 'HEW_TOOLS');
  if (asked === 'host') return HOST_ORIGIN;
  const lacking = asked === 'tree' ? undefined : await lackingTools(needed, machine, signal);
  if (lacking?.length === 0) return HOST_ORIGIN;
  const tree = findTree(cache);
  if (tree !== undefined) return tree;
  throw new HewError({
    code: 'no-tools',
    message: lacking === undefined ? 'there is no tools tree yet' : `this machine lacks ${lacking.join(', ')}, and there is no tools tree yet`,
    hint: 'make one with `hew tools install`; `hew doctor` names each tool',
  });
}

const HOST_ORIGIN: ToolsOrigin = { origin: 'host', root: '/', name: '', packages: [] };

const ALL_TOOLS = Object.keys(TOOLS) as ToolName[];

/** The tools that a machine lacks or has too old; versions are checked only if none is missing. */
async function lackingTools(needed: readonly ToolName[], machine: string, signal: AbortSignal): Promise<readonly string[]> {
  const missing = needed.filter((name) => findProgram(name, machine) === undefined);
  if (missing.length > 0) return missing;
  const versioned = needed.filter((name) => TOOLS[name].minimum !== undefined);
  const found = await Promise.all(versioned.map(async (name) => ({ name, version: await askVersion(name, [findProgram(name, machine) ?? name], signal) })));
  return found.filter(({ name, version }) => !isNewEnough(TOOLS[name], version)).map(({ name, version }) => `${name} ${TOOLS[name].minimum} (it has ${version ?? 'an unknown version'})`);
}

/** Path and version of one tool below a root. */
export async function lookUp(name: ToolName, root: string, signal: AbortSignal): Promise<FoundTool> {
  const path = findProgram(name, root);
  if (path === undefined) return { name, path, version: undefined };
  // A tree's programs find their libraries only inside it.
  const argv = root === '/' ? [path] : insideTree(root, name);
  return { name, path, version: await askVersion(name, argv, signal) };
}

/** The version that a program prints. */
export async function askVersion(name: ToolName, argv: readonly string[], signal: AbortSignal): Promise<string | undefined> {
  const ask = VERSION_ARGUMENTS[name] ?? '--version';
  const { stdout, stderr } = await runProcess({ argv: [...argv, ask], program: name, env: CLEAN_ENVIRONMENT, signal }, { accept: [1, 2, 255] });
  return versionIn(stdout) ?? versionIn(stderr);
}

/** Tools with another flag for their version. */
const VERSION_ARGUMENTS: Readonly<Record<string, string>> = {
  openssl: 'version', 'mkfs.ext4': '-V', 'mkfs.xfs': '-V', 'xfs_db': '-V', debugfs: '-V' };

const insideTree = (root: string, name: string): string[] => [
  'bwrap', '--ro-bind', root, '/', '--proc', '/proc', '--dev', '/dev', '--', name,
];

/** Whether a version suffices; a tool without a version is accepted if there is no minimum. */
export const isNewEnough = (tool: Tool, version: string | undefined): boolean =>
  tool.minimum === undefined || (version !== undefined && compareToolVersions(version, tool.minimum) >= 0);
