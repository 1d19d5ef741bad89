import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';

import { chooseToolset } from '../../../src/host/toolset.ts';
import { findTree } from '../../../src/host/tools-tree.ts';
import { neededTools } from '../../../src/plan/needed-tools.ts';
import { planSteps } from '../../../src/plan/steps.ts';
import type { Target } from '../../../src/plan/types.ts';
import { TOOLS, type ToolName } from '../../../src/tools.ts';
import { outputSchema } from '../../../src/formats/rows.ts';

const folders: string[] = [];
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true })));

/** A machine with programs that only tell a version, and write down who was asked. */
function machineWith(names: readonly ToolName[], versions: Readonly<Partial<Record<ToolName, string>>> = {}): { readonly machine: string; readonly cache: string; readonly asked: string } {
  const folder = mkdtempSync(join(tmpdir(), 'hew-test-'));
  folders.push(folder);
  const programs = join(folder, 'machine/usr/bin');
  mkdirSync(programs, { recursive: true });
  const asked = join(folder, 'asked');
  writeFileSync(asked, '');
  for (const name of names) {
    writeFileSync(join(programs, name), `#!/bin/sh\necho ${name} >> ${asked}\necho ${name} ${versions[name] ?? '999.0'}\n`);
    chmodSync(join(programs, name), 0o755);
  }
  return { machine: join(folder, 'machine'), cache: join(folder, 'cache'), asked };
}

const outputs = [outputSchema.parse({ format: 'oci' })];
const needed = neededTools({ steps: planSteps(outputs, {}), targets: [{} as Target] });
const { signal } = new AbortController();

describe('the tools of a build', () => {
  it('are the machine’s own where it has those that a container needs, and not all that hew knows', async () => {
    const { machine, cache } = machineWith(needed);
    expect(needed).not.toContain('igzip');
    expect(needed).not.toContain('mkfs.erofs');
    expect(await chooseToolset({ cache, env: {}, needed, signal, machine })).toMatchObject({ origin: 'host' });
    await expect(chooseToolset({ cache, env: {}, signal, machine })).rejects.toThrow(/lacks .*igzip.*, and there is no tools tree/);
  });

  it.each<[string, readonly ToolName[], Readonly<Partial<Record<ToolName, string>>>, RegExp]>([
    ['is missing', needed.filter((name) => name !== 'dnf5'), {}, /this machine lacks dnf5,/],
    ['is too old', needed, { dnf5: '5.0.1' }, /this machine lacks dnf5 5\.2\.5 \(it has 5\.0\.1\)/],
  ])('are those of the tree where one of them %s', async (_, names, versions, reason) => {
    const { machine, cache } = machineWith(names, versions);
    await expect(chooseToolset({ cache, env: {}, needed, signal, machine })).rejects.toThrow(reason);
    expect(findTree(cache)).toBeUndefined();
  });

  it('are asked for their version only where one is demanded, and once', async () => {
    const { machine, cache, asked } = machineWith(Object.keys(TOOLS) as ToolName[]);
    await chooseToolset({ cache, env: {}, needed, signal, machine });
    const names = readFileSync(asked, 'utf8').trim().split('\n').toSorted();
    expect(names).toEqual(needed.filter((name) => 'minimum' in TOOLS[name]).toSorted());
  });
});
