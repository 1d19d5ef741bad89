import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

import type { ToolName } from '../tools.ts';
import type { ToolsOrigin } from './port.ts';
import { lookUp } from './toolset.ts';

export type ToolVersions = Readonly<Partial<Record<ToolName, string>>>;

/**
 * Versions of tools as they tell them of themselves; those that tell none are left out. The programs of a tree never
 * change, so what they answered is kept beside the other caches.
 */
export async function toolVersions(cache: string, { origin, root }: ToolsOrigin, names: readonly ToolName[], signal: AbortSignal): Promise<ToolVersions> {
  const file = origin === 'tree' ? join(cache, 'tool-versions', `${basename(root)}.json`) : undefined;
  const known = file === undefined ? {} : readKept(file);
  const unknown = names.filter((name) => !(name in known));
  const found = await Promise.all(unknown.map(async (name) => [name, (await lookUp(name, root, signal)).version ?? ''] as const));
  const all: Readonly<Record<string, string>> = { ...known, ...Object.fromEntries(found) };
  if (file !== undefined && found.length > 0) keep(file, all);
  return Object.fromEntries(names.toSorted().flatMap((name) => (all[name] ? [[name, all[name]]] : [])));
}

function readKept(file: string): Readonly<Record<string, string>> {
  try {
    return { ...(JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>) };
  } catch {
    return {};
  }
}

/** What cannot be kept is asked again the next time. */
function keep(file: string, versions: Readonly<Record<string, string>>): void {
  try {
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(`${file}.${process.pid}`, JSON.stringify(versions));
    renameSync(`${file}.${process.pid}`, file);
  } catch {
    // A cache folder that is read-only, say.
  }
}
