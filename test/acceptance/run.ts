// A container and a virtual machine of each distribution, from its real mirrors: see bin/acceptance.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { enterNamespace } from '../../src/host/namespace.ts';
import { hostPaths } from '../../src/host/paths.ts';
import { CHECKOUT, NODE } from '../support/checkout.ts';
import { exitStatus, type Row } from './outcome.ts';
import { shippedDistributions } from './shipped.ts';
import { tryDistribution } from './stages.ts';
import { describeOutcome, describeRows } from './table.ts';

const HELP = `usage: bin/acceptance [OPTION…] [DISTRIBUTION…]

For each distribution, by default all that come with hew: asks its mirrors, builds and verifies a container and a
virtual machine, boots the machine, and lets the machine's own package manager upgrade its root. Prints one table.

  --container IMAGE    the container, instead of container-base
  --machine IMAGE      the virtual machine, instead of qemu-vm
  --pause SECONDS      before an address that does not answer is asked again, twice at most; 20 if not given
  --timeout SECONDS    for a boot; 900 if not given
  --json               the rows as JSON instead of the table

Exit status: 0 no fault, and at least one distribution passed; 1 a fault of hew or of a distribution's file; 2 wrong
usage; 3 no distribution passed, though none is at fault: its mirror or something on this machine is missing.
`;

const SHIPPED = shippedDistributions();

const { values, positionals } = readArguments();
const { work } = hostPaths();
if (process.getuid?.() !== 0) await enterNamespace(process.argv.slice(1), work);

const rows: Row[] = [];
for (const distro of positionals.length === 0 ? SHIPPED : positionals) {
  const output = mkdtempSync(join(tmpdir(), 'hew-acceptance-'));
  try {
    rows.push(await tryDistribution({
      distro, container: values.container, machine: values.machine, output,
      hew: [NODE, join(CHECKOUT, 'bin/run.js')],
      seconds: { pause: Number(values.pause), boot: Number(values.timeout) },
    }, (stage, outcome) => process.stderr.write(`${distro}  ${stage}  ${describeOutcome(outcome)}\n`)));
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
}
process.stdout.write(values.json ? `${JSON.stringify(rows, null, 2)}\n` : `${describeRows(rows)}\n`);
process.exitCode = exitStatus(rows);

function readArguments() {
  try {
    const seconds = (name: string, value: string): void => {
      if (!/^\d+$/.test(value)) throw new Error(`--${name} takes whole seconds, not '${value}'`);
    };
    const found = parseArgs({
      allowPositionals: true,
      options: {
        container: { type: 'string', default: 'container-base' }, machine: { type: 'string', default: 'qemu-vm' },
        pause: { type: 'string', default: '20' }, timeout: { type: 'string', default: '900' },
        json: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (found.values.help) {
      process.stdout.write(HELP);
      process.exit(0);
    }
    seconds('pause', found.values.pause);
    seconds('timeout', found.values.timeout);
    const path = (image: string): string => (image.includes('/') ? resolve(image) : image);
    const named = found.positionals.map((distro) => (distro.includes('/') ? resolve(distro) : distro));
    const unknown = named.filter((distro) => !distro.includes('/') && !SHIPPED.includes(distro));
    if (unknown.length > 0) throw new Error(`there is no distribution ${unknown.join(', ')}; there are ${SHIPPED.join(', ')}`);
    return { values: { ...found.values, container: path(found.values.container), machine: path(found.values.machine) }, positionals: named };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
    process.exit(2);
  }
}
