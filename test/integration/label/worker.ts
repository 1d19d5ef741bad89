// Labels a root in a namespace of its own, as a build does: `node worker.ts`; prints what labels its files have.
import { join } from 'node:path';

import { createMachine } from '../../../src/host/machine.ts';
import { enterNamespace } from '../../../src/host/namespace.ts';
import { hostPaths } from '../../../src/host/paths.ts';
import type { Plan } from '../../../src/plan/types.ts';
import { labelRoot } from '../../../src/rootfs/system/selinux.ts';

const CONTEXTS = `/.*	system_u:object_r:default_t:s0
/etc(/.*)?	system_u:object_r:no_machine_knows_this_t:s0
/etc/shadow	--	system_u:object_r:shadow_t:s0
/usr/bin(/.*)?	system_u:object_r:bin_t:s0
`;

const FILES: Readonly<Record<string, string>> = {
  'etc/selinux/config': 'SELINUX=enforcing\nSELINUXTYPE=targeted\n',
  'etc/selinux/targeted/contexts/files/file_contexts': CONTEXTS,
  'etc/shadow': 'root:!:1::::::\n',
  'usr/bin/true': '',
};

await enterNamespace(process.argv.slice(1), hostPaths().work);
const host = createMachine({ signal: new AbortController().signal });
try {
  host.openWorkspace();
  const root = await host.makeWorkFolder('root', 1024 * 1024);
  for (const [path, text] of Object.entries(FILES)) await host.fs.write(join(root, path), text);
  await host.fs.symlink('true', join(root, 'usr/bin/link'));
  const plan = { configuration: { system: { selinux: 'enforcing' } } } as Plan;
  const notices: string[] = [];
  const outcome = await labelRoot(host, plan, root, (message) => notices.push(message));
  const paths = ['etc', 'etc/shadow', 'usr/bin/true', 'usr/bin/link'];
  const { stdout } = await host.run({ tool: 'sh', args: ['-c', 'stat --format=%C "$@"', 'sh', ...paths.map((path) => join(root, path))], view: { read: [root] } });
  process.stdout.write(JSON.stringify({ outcome, notices, labels: stdout.trim().split('\n') }));
} finally {
  await host.close();
}
