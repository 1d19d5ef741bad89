import { describe, expect, it } from 'vitest';

import { describePlan } from '../../../src/cli/describe-plan.ts';
import { tarArguments } from '../../../src/container/layer.ts';
import { archiveArguments } from '../../../src/formats/oci/layout.ts';
import { sandboxArguments } from '../../../src/host/sandbox.ts';
import { mmdebstrapArguments, TREE_PACKAGES } from '../../../src/host/tools-tree.ts';
import { quoteCommand } from '../../../src/host/quote.ts';
import { dnfEnvironment, dnfFiles, installFiles } from '../../../src/packages/dnf5/settings.ts';
import { databaseArguments } from '../../../src/packages/installed.ts';
import { resolveCommand } from '../../../src/packages/dnf5/resolve.ts';
import { dnfArguments } from '../../../src/packages/dnf5/session.ts';
import { checkArguments } from '../../../src/packages/verify.ts';
import { installArguments } from '../../../src/packages/dnf5/install.ts';
import type { View } from '../../../src/host/port.ts';
import { CHECKOUT } from '../../support/checkout.ts';
import { planShipped, targetOf } from '../../support/planned.ts';

const IMAGES = ['container-base', 'container-distroless-base'] as const;
const PATHS = { settings: '/cache/work/dnf', cache: '/cache/packages', hewCache: '/cache' };
/** Of rootfs/install.ts. */
const INSTALL_PATHS = { settings: '/cache/work/install-settings', cache: '/tmp/dnf5', hewCache: '/nonexistent' };
const TREE = { path: '/cache/tools/tree' };
const WORKSPACE = 4 * 1024 ** 3;

/** Where the checkout lies, and a digest that changes with every word of a definition, are not what a diff should show. */
const normal = (text: string): string => text.replaceAll(CHECKOUT, '/hew').replaceAll(/sha256:[0-9a-f]{64}/g, 'sha256:…');

/** One word a line, so that a diff shows the word that changed. */
const lines = (title: string, argv: readonly string[]): string => `# ${title}\n${argv.map((word) => `${word}\n`).join('')}\n`;

describe.each(IMAGES)('%s on the sample distribution', (image) => {
  it('has this plan', async () => {
    const plan = await planShipped(image, { distro: 'sample' });
    const text = describePlan(plan, { lags: [], unknown: [] }, { origin: 'tree', root: TREE.path, name: 'tree', packages: [] }).join('\n');
    await expect(`${normal(text)}\n`).toMatchFileSnapshot(`${image}.txt`);
    await expect(`${normal(JSON.stringify(plan, undefined, 2))}\n`).toMatchFileSnapshot(`${image}.json`);
  });
});

it('dnf5 and rpm read these settings and no other', async () => {
  const plan = await planShipped('container-base', { distro: 'sample' });
  const target = targetOf(plan);
  const keys = new Map(target.repositories.map(({ settings }) => [settings.id, ['/cache/work/dnf/keys/one.asc']]));
  const files = [...dnfFiles({ plan, target, keys, paths: PATHS }), ...installFiles({ plan, target, paths: INSTALL_PATHS })].map(([path, content]) => `# ${path}\n${content}\n`);
  await expect(files.join('')).toMatchFileSnapshot('settings.txt');
});

it('these programs are called, with these words', async () => {
  const plan = await planShipped('container-base', { distro: 'sample' });
  const { root: ROOT, store, layout } = { root: '/cache/work/root', store: '/cache/work/packages/transaction', layout: '/out/image.oci' };
  const text = [
    lines('resolve', ['dnf5', ...dnfArguments({ plan, paths: PATHS }, '/cache/work/scratch', resolveCommand(plan, store))]),
    lines('environment of dnf5', Object.entries(dnfEnvironment(PATHS)).map((pair) => pair.join('='))),
    lines('verify', ['rpmkeys', ...checkArguments('/cache/work/dnf/keyrings/sample-base', [`${store}/packages/one.rpm`])]),
    lines('install', ['dnf5', ...installArguments(plan, ROOT, store, INSTALL_PATHS)]),
    lines('list', ['rpm', ...databaseArguments(`${ROOT}${plan.distribution.dbpath}`)]),
    lines('pack', ['tar', ...tarArguments({ root: ROOT, entries: ['bin', 'etc', 'usr'], epoch: 1_700_000_000 })]),
    lines('archive', ['tar', ...archiveArguments(layout, `${layout}.tar`, 1_700_000_000)]),
  ];
  await expect(text.join('')).toMatchFileSnapshot('arguments.txt');
});

it('programs run in these sandboxes', async () => {
  const views: Readonly<Record<string, View>> = {
    'no view': {},
    'fetching': { network: true, read: ['/cache/work/dnf'], write: ['/cache/packages'] },
    'installing': { installroot: '/cache/work/root', read: [INSTALL_PATHS.settings, '/cache/work/packages'] },
    'programs of the image itself': { root: '/cache/work/root' },
  };
  const text = [
    ...Object.entries(views).map(([title, view]) => lines(title, sandboxArguments(view, TREE, WORKSPACE))),
    lines("fetching with the machine's own tools", sandboxArguments({ network: true }, { path: '/' }, WORKSPACE)),
  ];
  await expect(text.join('')).toMatchFileSnapshot('sandbox.txt');
});

it('the tools tree is made so', async () => {
  const argv = mmdebstrapArguments(['bash', 'dnf5'], '/cache/tools/.unfinished-1', 'https://mirror.example/debian');
  await expect(`${lines('mmdebstrap', argv)}${lines('packages', TREE_PACKAGES)}`).toMatchFileSnapshot('tools-tree.txt');
  expect(quoteCommand(argv)).toContain(`'--aptopt=Acquire::Check-Valid-Until "false"'`);
});
