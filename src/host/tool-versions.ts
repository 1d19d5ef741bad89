import { createHash } from 'node:crypto';

import { TOOLS, type ToolName } from '../tools.ts';
import { findProgram } from './find-program.ts';
import { openRoot } from './inside/root-files.ts';
import type { ToolsOrigin, ToolVersion } from './port.ts';
import { askVersion } from './toolset.ts';

export type ToolVersions = Readonly<Partial<Record<ToolName, ToolVersion>>>;

/**
 * `Host.toolVersions`, which looks at each tool once. Nothing is kept between processes: a tree records the versions of
 * its packages, and whether a kept version still holds could only be found out by reading the program again.
 */
export function openToolVersions(signal: AbortSignal): (tools: ToolsOrigin, names: readonly ToolName[]) => Promise<ToolVersions> {
  const known = new Map<ToolName, Promise<ToolVersion | undefined>>();
  return async (tools, names) => {
    for (const name of names.filter((one) => !known.has(one))) known.set(name, lookAt(tools, name, signal));
    const versions = await Promise.all(names.toSorted().map(async (name) => [name, await known.get(name)] as const));
    return Object.fromEntries(versions.filter(([, version]) => version !== undefined));
  };
}

async function lookAt({ origin, root, packages }: ToolsOrigin, name: ToolName, signal: AbortSignal): Promise<ToolVersion | undefined> {
  const path = findProgram(name, root);
  if (path === undefined) return undefined;
  const version = origin === 'tree' ? packages.find((one) => one.name === TOOLS[name].debian)?.version : await askVersion(name, [path], signal);
  const hash = createHash('sha256');
  // Absolute links in a tree point into the tree.
  for await (const piece of openRoot(root, () => Promise.resolve()).pieces(path.slice(root.length))) hash.update(piece);
  return { version, sha256: hash.digest('hex') };
}
