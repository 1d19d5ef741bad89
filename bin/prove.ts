// Opens an OCI layout with nothing but the tools tree, runs commands inside and prints what the image is.
import { posix } from 'node:path';

import { formatBytes, formatTable } from '../src/cli/format.ts';
import { createMachine } from '../src/host/machine.ts';
import { enterNamespace } from '../src/host/namespace.ts';
import { hostPaths } from '../src/host/paths.ts';

interface Index {
  readonly manifests: readonly { readonly digest: string; readonly platform: { readonly architecture: string; readonly variant?: string } }[];
}
interface Manifest {
  readonly layers: readonly { readonly digest: string; readonly size: number; readonly mediaType: string }[];
}

await enterNamespace(process.argv.slice(1), hostPaths().work);
const began = performance.now();
const layout = posix.resolve(process.argv[2] ?? 'out/container-base-4.0.oci');
const machine = createMachine({ signal: new AbortController().signal });
machine.openWorkspace();
const root = await machine.makeWorkFolder('proof', 0);

const read = async <T>(path: string): Promise<T> => JSON.parse(await machine.fs.readText(posix.join(layout, path))) as T;
const blob = (digest: string): string => posix.join('blobs', ...digest.split(':'));
const [entry] = (await read<Index>('index.json')).manifests;
if (entry === undefined) throw new Error(`${layout} holds no image`);
const { layers } = await read<Manifest>(blob(entry.digest));
for (const { digest, mediaType } of layers) {
  const compressor = mediaType.endsWith('+zstd') ? ['--zstd'] : mediaType.endsWith('+gzip') ? ['--gzip'] : [];
  const args = ['--extract', ...compressor, '--numeric-owner', `--file=${posix.join(layout, blob(digest))}`, `--directory=${root}`];
  await machine.run({ tool: 'tar', args, view: { read: [layout], write: [root] } });
}

const inside = async (script: string): Promise<string> =>
  (await machine.run({ tool: 'bash', args: ['-c', script], view: { root } })).stdout.trim();
const database = posix.join(root, 'usr/lib/sysimage/rpm');
const sizes = await machine.run({
  tool: 'rpm',
  args: [`--dbpath=${database}`, '--query', '--all', '--queryformat=%{LONGSIZE}\\n'],
  view: { write: [database] },
});
const packages = sizes.stdout.trim().split('\n').map(Number);
process.stdout.write(`${formatTable([
  ['system', await inside('. /etc/os-release; echo "$PRETTY_NAME"')],
  ['command', `bash -c 'echo $BASH_VERSION' says ${await inside('echo "$BASH_VERSION"')}`],
  ['packages', String(packages.length)],
  ['size', `${formatBytes(packages.reduce((sum, size) => sum + size, 0))} installed, ${formatBytes(layers.reduce((sum, { size }) => sum + size, 0))} packed`],
  ['level', entry.platform.variant ?? 'baseline'],
  ['seconds', `${((performance.now() - began) / 1000).toFixed(2)} to unpack and run`],
])}\n`);
machine.close();
