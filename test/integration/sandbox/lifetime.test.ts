import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

import { sampleFolder } from '../../support/checkout.ts';
import { build, runHew } from '../../support/hew.ts';
import { NO_TRACES, tracesIn } from '../../support/leftovers.ts';
import { clockOf, lingerProgram, LINGERS, lookAtClocks, timesOf } from '../../support/lingering.ts';
import { hostilePackage, makePackages, publish, SCRIPTLETS } from '../../support/packages.ts';
import { definition, distribution, makeCache, sampleKey, testFolder, writeFiles } from '../../support/places.ts';
import { readTar, type TarEntry } from '../../support/tar.ts';

// Daemons of packages and scripts that do all they can to live on. Each writes the time into the image as long as it
// lives; the script that runs next notes when that was, and whether anything is written still.
const folder = testFolder();
const TAR = '[[outputs]]\nformat = "tar"\ncompression = "none"\nfile-name = "root"\n';
const PACKAGES = ['filesystem', 'bash', 'coreutils', 'python3', 'util-linux'];
const script = (lines: string): string => `[[scripts]]\n${lines}\n`;

let cache: string;
let entries: readonly TarEntry[];

beforeAll(async () => {
  const program = lingerProgram();
  const repository = join(folder, 'repository');
  await makePackages(repository, [
    hostilePackage('test-linger', (way) => `python3 /usr/libexec/linger.py ${clockOf(way)}`, { '/usr/libexec/linger.py': program }),
    hostilePackage('test-wait', (way) => `python3 /usr/libexec/linger.py ${clockOf(way)}; echo ${LINGERS} waits; sleep 3600`, { '/usr/libexec/linger.py': program }),
  ]);
  await publish(repository);
  cache = makeCache(folder);
  writeFiles(folder, {
    'distro.toml': distribution([
      { id: 'base', url: `file://${join(sampleFolder(), 'repos/base/x86_64')}`, keys: [sampleKey()] },
      { id: 'test', url: `file://${repository}`, keys: [sampleKey()] },
    ]),
    'linger.py': program,
    'lingering.toml': definition([...PACKAGES, 'test-linger'], [
      TAR,
      lookAtClocks(SCRIPTLETS),
      script(`run = "linger.py"\nargs = ["${clockOf('root')}"]`),
      lookAtClocks(['root']),
      script(`run = "linger.py"\nin = "build"\nargs = ["/mnt/sysimage${clockOf('build')}"]`),
      lookAtClocks(['build']),
    ].join('\n'), './distro.toml'),
    'waiting.toml': definition([...PACKAGES, 'test-wait'], TAR, './distro.toml'),
  });
  const output = join(folder, 'out');
  await build(join(folder, 'lingering.toml'), output, ['--no-cache'], { env: { HEW_CACHE: cache } });
  entries = readTar(readFileSync(join(output, 'root.tar')));
});

describe('nothing of a sandbox lives when hew goes on', () => {
  it.each([...SCRIPTLETS, 'root', 'build'])('of %s', (by) => {
    const { began, last } = timesOf(entries, by);
    expect(last).toBeGreaterThan(0);
    expect(last).toBeLessThan(began);
  });

  it('nor when a cancelled build has ended', async () => {
    let watch: NodeJS.Timeout | undefined;
    const run = await runHew(['build', join(folder, 'waiting.toml'), '--output', join(folder, 'out')], {
      env: { HEW_CACHE: cache },
      onStderr: (_, child) => {
        watch ??= setInterval(() => tracesIn([clockOf('post')]).processes.length > 0 && child.kill('SIGTERM'), 50);
      },
    });
    expect(tracesIn([LINGERS, cache])).toEqual(NO_TRACES);
    clearInterval(watch);
    expect(run.stderr).toContain('cancelled');
  });
});
