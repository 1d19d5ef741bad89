import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

import { builtProgram, NODE } from '../support/checkout.ts';
import { failureOf } from '../support/hew.ts';
import { definition, makeCache, testFolder, writeFiles } from '../support/places.ts';
import { hew } from '../support/source-cli.ts';

const folder = testFolder();
let image: string;
let env: { HEW_CACHE: string };

beforeAll(() => {
  env = { HEW_CACHE: makeCache(folder) };
  image = writeFiles(folder, { 'image.toml': definition(['filesystem']) });
});

describe('hew check', () => {
  it('names each problem with file, line and column, all at once', async () => {
    const file = writeFiles(folder, {
      'broken.toml': 'name = "broken"\nversion = "1"\ndistro = "sample"\n[packages]\ninstal = ["bash"]\ndocs = "yes"\n[[outputs]]\nformat = "oci"\n',
    });
    const run = await hew(['check', file]);
    expect([run.status, run.stdout]).toEqual([2, '']);
    const lines = run.stderr.split('\n');
    expect(lines.find((line) => line.includes('broken.toml:5:1: error:'))).toContain('instal');
    expect(lines.find((line) => line.includes('broken.toml:6:8: error:'))).toBeDefined();
    expect(run.stderr).toContain('did you mean `install`?');
    const { problems } = failureOf(await hew(['check', file, '--json']));
    expect(problems.map(({ place }) => [place?.line, place?.column])).toEqual([[5, 1], [6, 8]]);
  });

  it('is content with what is shipped', async () => {
    const run = await hew(['check']);
    expect([run.status, run.stdout, run.stderr]).toEqual([0, 'all definitions are well-formed\n', '']);
  });
});

describe('--json', () => {
  it.each([[['list']], [['cpu']], [['schema']], [['show', 'container-base']], [['cache']], [['plan', 'container-base', '--distro', 'sample']]])(
    '%j prints one value on standard output and nothing else', async (args) => {
      const run = await hew([...args, '--json'], { env });
      expect([run.status, run.stderr]).toEqual([0, '']);
      expect(JSON.parse(run.stdout)).toBeTypeOf('object');
    },
  );

  it('of a build, and of one that fails', async () => {
    const good = await hew(['build', image, '-o', join(folder, 'json-out'), '--json'], { env });
    expect([good.status, good.stderr]).toEqual([0, '']);
    const result = JSON.parse(good.stdout) as { artifacts: readonly { path: string; size: number; sha256: string }[] };
    expect(result).toMatchObject({ image: 'test', version: '1', level: 'baseline' });
    expect(Object.keys(result)).toEqual(expect.arrayContaining(['packages', 'artifacts', 'evidence', 'timings']));
    for (const { sha256, path } of result.artifacts) {
      expect(sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(path.startsWith(folder)).toBe(true);
    }
    const bad = await hew(['build', image, '-o', '/proc/nowhere', '--json'], { env });
    expect([bad.status, bad.stderr, failureOf(bad).code]).toEqual([1, '', 'output-not-writable']);
  });
});

describe('progress', () => {
  it('is plain lines where there is no terminal, the result on standard output', async () => {
    const run = await hew(['build', image, '-o', join(folder, 'lines-out')], { env });
    expect(run.status).toBe(0);
    expect(run.stderr).not.toMatch(/\u001b|\r/);
    expect(run.stderr).toMatch(/^test 1, Sample Linux 4\.0, x86_64 baseline\n- resolve and fetch packages …\n- resolve and fetch packages, \d+\.\d\d s/);
    expect(run.stderr).toMatch(/- write the evidence, \d+\.\d\d s\n$/);
    expect(run.stdout).toMatch(/^image +test 1\nlevel +baseline\npackages +2, /);
    expect(run.stdout).toContain(join(folder, 'lines-out/test-1.oci'));
  });

  it('--verbose shows every command as it can be pasted', async () => {
    const run = await hew(['build', image, '-o', join(folder, 'verbose-out'), '--no-cache', '--verbose'], { env });
    const commands = run.stderr.split('\n').filter((line) => line.startsWith('+ '));
    expect(commands.map((line) => / -- (?:flock \S+ )?(\S+)/.exec(line)?.[1])).toEqual(expect.arrayContaining(['rpmkeys', 'rpm', 'tar', 'zstd']));
    // It goes through a shell that looks at librepo's keyrings first.
    expect(run.stderr).toMatch(/ -- flock \S+ sh -c \$'.*exec dnf5 .*' sh \S+ \S+ --assumeyes /);
    // A shell takes it apart into the very words again.
    const first = commands[0]?.slice(2) ?? '';
    const words = execFileSync('sh', ['-c', `printf '%s\\n' ${first}`], { encoding: 'utf8' }).split('\n');
    expect(words.slice(0, 2)).toEqual(['bwrap', '--die-with-parent']);
  });

  it('is a task list on a terminal, with the seconds of each stage in the end', () => {
    const command = `stty cols 120 rows 40; ${NODE} ${builtProgram()} build ${image} -o ${join(folder, 'terminal-out')}`;
    const screen = execFileSync('script', ['-qec', command, '/dev/null'], {
      encoding: 'utf8', env: { ...process.env, ...env, TERM: 'xterm-256color', CI: undefined },
    });
    expect(screen).toContain('\u001b[');
    expect(screen).toMatch(/✔.*resolve and fetch packages {2}\d+\.\d\d s/);
    expect(screen).toMatch(/✔.*write artifacts {2}\d+\.\d\d s/);
    expect(screen).toMatch(/packages +2, /);
  });

  it('marks the stage that failed on a terminal, and no later one as done', () => {
    const bad = writeFiles(folder, { 'bad.toml': definition(['filesystem', 'no-such-package']) });
    const command = `stty cols 120 rows 40; ${NODE} ${builtProgram()} build ${bad} -o ${join(folder, 'bad-out')}; echo "status $?"`;
    const screen = execFileSync('script', ['-qec', command, '/dev/null'], {
      encoding: 'utf8', env: { ...process.env, ...env, TERM: 'xterm-256color', CI: undefined },
    });
    expect(screen).toContain('error: no repository has a package `no-such-package`');
    expect(screen).toContain('status 1');
    expect(screen).not.toContain('✔');
  });
});
