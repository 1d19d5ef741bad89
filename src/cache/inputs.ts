import type { Host } from '../host/port.ts';
import type { ToolName } from '../tools.ts';
import type { Json } from './record.ts';

/** hew itself and the tools that it starts, as inputs of what they make. */
export async function makersOf(host: Pick<Host, 'program' | 'tools' | 'toolVersions'>, names: readonly ToolName[]): Promise<{ readonly [name: string]: Json }> {
  const { version, digest } = host.program();
  return { hew: `${version} ${digest}`, ...(names.length === 0 ? {} : { tools: await toolsOf(host, names) }) };
}

/** The tree by its packages; of the machine's own tools those in use, each by its version. */
export async function toolsOf(
  host: Pick<Host, 'tools' | 'toolVersions'>,
  names: readonly ToolName[],
): Promise<Readonly<Record<string, string>>> {
  const { origin, name } = await host.tools();
  return origin === 'tree' ? { tree: name } : host.toolVersions(names);
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
