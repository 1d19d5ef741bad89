// Opens artifacts as anybody could, with nothing but the tools tree: runs a program of each and asks its RPM database.
import { posix } from 'node:path';

import { formatBytes, formatSeconds, formatTable } from '../src/cli/format.ts';
import { printLines } from '../src/cli/printer.ts';
import { createMachine } from '../src/host/machine.ts';
import { enterNamespace } from '../src/host/namespace.ts';
import { hostPaths } from '../src/host/paths.ts';
import { openArtifact } from '../src/artifact/open-artifact.ts';

await enterNamespace(process.argv.slice(1), hostPaths().work);
const machine = createMachine({ signal: new AbortController().signal });
machine.openWorkspace();
const columns = await Promise.all(process.argv.slice(2).map((path) => prove(posix.resolve(path))));
printLines(formatTable(
  ['artifact', 'system', 'its bash', 'packages', 'installed', 'size', 'level', 'built in'].map((label, row) => [label, ...columns.map((column) => column[row] ?? '')]),
));
await machine.close();

/** Cells from top to bottom. */
async function prove(path: string): Promise<readonly string[]> {
  const [{ root, platform } = { root: '' }] = await openArtifact(machine, path);
  const inside = async (script: string): Promise<string> =>
    (await machine.run({ tool: 'bash', args: ['-c', script], view: { root } })).stdout.trim();
  const database = posix.join(root, 'usr/lib/sysimage/rpm');
  const query = ['--query', '--all', '--queryformat=%{LONGSIZE}\\n'];
  const { stdout } = await machine.run({ tool: 'rpm', args: [`--dbpath=${database}`, ...query], view: { write: [database] } });
  const sizes = stdout.trim().split('\n').map(Number);
  return [
    posix.basename(path),
    await inside('. /etc/os-release; echo "$PRETTY_NAME"'),
    `says ${await inside('echo "$BASH_VERSION"')}`,
    String(sizes.length),
    formatBytes(sum(sizes)),
    formatBytes(await allocated(path)),
    platform?.variant ?? (await inside('. /etc/hew-release; echo "$MICROARCHITECTURE_LEVEL"')),
    formatSeconds(sum(Object.values(await timings(path)))),
  ];
}

/** Bytes on disk of a file, or of a folder with all below it. */
async function allocated(path: string): Promise<number> {
  const status = await machine.fs.status(path);
  if (status?.kind !== 'directory') return (status?.blocks ?? 0) * 512;
  return sum(await Promise.all((await machine.fs.list(path)).map((name) => allocated(posix.join(path, name)))));
}

/** Seconds by stage, as the evidence beside the artifact keeps them. */
async function timings(path: string): Promise<Readonly<Record<string, number>>> {
  const evidence = path.replace(/\.[a-z]+$/, '.evidence');
  return (JSON.parse(await machine.fs.readText(posix.join(evidence, 'timings.json'))) as { seconds: Record<string, number> }).seconds;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
