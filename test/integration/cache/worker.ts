import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { findKernels } from '../../../src/boot/find-kernel.ts';
import { makeInitrd } from '../../../src/boot/initrd/make-initrd.ts';
import { indexRoot } from '../../../src/boot/root-index.ts';
import { openCache } from '../../../src/cache/cache.ts';
import { localStore } from '../../../src/cache/local-store.ts';
import { createMachine } from '../../../src/host/machine.ts';
import { enterNamespace } from '../../../src/host/namespace.ts';
import { hostPaths } from '../../../src/host/paths.ts';

export interface InitrdStep {
  /** Files that are written into the root first, by absolute path. */
  readonly change?: Readonly<Record<string, string>>;
  readonly cache: boolean;
}

export interface MadeInitrds {
  readonly made: readonly { readonly sha256: string; readonly fromCache: boolean; readonly reason: string; readonly notices: readonly string[]; readonly kept: readonly string[] }[];
}

/** Makes the initrd of a root once for each step, every time as a build of its own with the same packages. */
async function work(source: string, generator: 'systemd' | 'dracut', steps: readonly InitrdStep[]): Promise<MadeInitrds> {
  const made = [];
  const host = createMachine({ signal: new AbortController().signal });
  host.openWorkspace();
  try {
    const path = await host.makeWorkFolder('root', 2 ** 30);
    execFileSync('cp', ['--archive', '--no-target-directory', source, path]);
    for (const [index, { change = {}, cache: isUsed }] of steps.entries()) {
      for (const [name, content] of Object.entries(change)) write(join(path, name), content);
      const notices: string[] = [];
      const cache = openCache(host, {
        store: isUsed ? localStore(host, Infinity) : undefined, explain: true, emit: (event) => void (event.kind === 'notice' && notices.push(event.message)),
      });
      const tree = await indexRoot(host.inside(path).tree());
      const [kernel] = findKernels(tree);
      if (kernel === undefined) throw new TypeError('the root has no kernel');
      const root = { path, packages: [], epoch: 1_700_000_000, target: { arch: 'x86_64', level: 'baseline' } } as const;
      const request = { image: 'test', root, index: tree, kernel, generator, drivers: [], fips: false, cache };
      const initrd = await makeInitrd(host, request, await host.makeWorkFolder(`boot-${index}`, 0));
      await cache.settle();
      const kept = await host.fs.list(join(host.paths.cache, 'kept/initrd'));
      const sha256 = createHash('sha256').update(readFileSync(initrd.path)).digest('hex');
      made.push({ sha256, fromCache: initrd.fromCache, reason: cache.reports()[0]?.reason ?? '', notices, kept });
    }
  } finally {
    await host.close();
  }
  return { made };
}

function write(file: string, content: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  chmodSync(file, 0o755);
}

await enterNamespace(process.argv.slice(1), hostPaths().work);
const [, , source = '', generator = '', steps = ''] = process.argv;
process.stdout.write(JSON.stringify(await work(source, generator as 'systemd' | 'dracut', JSON.parse(steps) as InitrdStep[])));
