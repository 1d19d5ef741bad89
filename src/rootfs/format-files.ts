import { formatRow } from '../formats/rows.ts';
import type { Host } from '../host/port.ts';
import type { Plan } from '../plan/types.ts';
import { readInput } from './inputs.ts';

/** Writes the files that the formats of a plan need in the root. */
export async function writeFormatFiles(host: Host, plan: Plan, root: string): Promise<void> {
  const files = host.inside(root);
  for (const output of plan.outputs) {
    for (const { path, content, yields } of formatRow(output.format).rootFiles?.(plan.image, output) ?? []) {
      // A file of a package or of the definition takes precedence.
      if (yields && (await files.status(path)) !== undefined) continue;
      const bytes = typeof content === 'object' && 'input' in content ? await readInput(host, plan, content.input) : content;
      await files.write(path, bytes);
    }
  }
}
