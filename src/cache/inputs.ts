import type { Host } from '../host/port.ts';
import type { ToolName } from '../tools.ts';
import type { Json } from './record.ts';

/** The part of the machine that says what makes an entry. */
export type Makers = Pick<Host, 'program' | 'tools' | 'toolVersions'>;

/** hew itself and the tools that it starts, as inputs of what they make. */
export async function makersOf(host: Makers, names: readonly ToolName[]): Promise<{ readonly [name: string]: Json }> {
  const { version, digest } = host.program();
  return { hew: `${version} ${digest}`, ...(names.length === 0 ? {} : { tools: await toolsOf(host, names) }) };
}

/** Each tool by its version and program; a tree also by all of its packages, because libraries do the work of some tools. */
async function toolsOf(host: Makers, names: readonly ToolName[]): Promise<Json> {
  const { origin, name } = await host.tools();
  const versions = Object.entries(await host.toolVersions(names));
  const programs = versions.map(([tool, { version, sha256 }]) => [tool, version === undefined ? `sha256:${sha256}` : `${version} sha256:${sha256}`]);
  return { ...(origin === 'tree' ? { tree: name } : {}), ...Object.fromEntries(programs) as Record<string, string> };
}

/**
 * Rows as a table by name, so that a difference between two can be named; `order` records their order if it matters.
 * Rows of one name are numbered.
 */
export function tableOf<T>(rows: readonly T[], nameOf: (row: T) => string, describe: (row: T) => Json): { readonly [name: string]: Json } {
  const table = new Map<string, Json>();
  for (const row of rows) {
    const name = nameOf(row);
    let unique = name;
    for (let number = 2; table.has(unique); number += 1) unique = `${name} ${number}`;
    table.set(unique, describe(row));
  }
  return Object.fromEntries(table);
}
