import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { TOOLS, type ToolName } from '../tools.ts';
import type { ToolsOrigin } from './port.ts';
import { lookUp } from './toolset.ts';

export type ToolVersions = Readonly<Partial<Record<ToolName, string>>>;

/** `Host.toolVersions`. */
export async function toolVersions({ origin, packages }: ToolsOrigin, names: readonly ToolName[], signal: AbortSignal): Promise<ToolVersions> {
  const versions = await Promise.all(names.toSorted().map(async (name) => {
    const version = origin === 'tree' ? packages.find((one) => one.name === TOOLS[name].debian)?.version : await versionOnHost(name, signal);
    return [name, version] as const;
  }));
  return Object.fromEntries(versions.filter(([, version]) => version !== undefined));
}

async function versionOnHost(name: ToolName, signal: AbortSignal): Promise<string | undefined> {
  const { version, path } = await lookUp(name, '/', signal);
  return version ?? (path === undefined ? undefined : `sha256:${createHash('sha256').update(readFileSync(path)).digest('hex')}`);
}
