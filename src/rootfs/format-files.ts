import { formatRow } from '../formats/rows.ts';
import type { Host } from '../host/port.ts';
import type { Plan } from '../plan/types.ts';
import { readInput } from './inputs.ts';

/** Writes the files that the formats of a plan need in the root. */
export async function writeFormatFiles(host: Host, plan: Plan, root: string): Promise<void> {
  const files = host.inside(root);
  for (const output of plan.outputs) {
    for (const { path, content, yields } of formatRow(output.format).rootFiles?.(plan.image, output) ?? []) {
      // A package of the distribution or a file of the definition knows better.
      if (yields && (await files.status(path)) !== undefined) continue;
      const bytes = typeof content === 'object' && 'input' in content ? await readInput(host, plan, content.input) : content;
      await files.write(path, bytes);
    }
  }
}
