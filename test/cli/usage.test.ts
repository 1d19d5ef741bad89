import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { needsWorkspace, WORKSPACE_COMMANDS } from '../../src/cli/start.ts';
import { builtProgram, CHECKOUT, NODE } from '../support/checkout.ts';
import { failureOf } from '../support/hew.ts';
import { hew } from '../support/source-cli.ts';

/** Command names by the files that hold them: `tools/install.ts` is `tools install`. */
const COMMANDS = readdirSync(join(CHECKOUT, 'src/commands'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => name.replace(/\.ts$/, '').replaceAll('/', ' '))
  .sort();

interface CommandClass {
  readonly workspace: boolean;
  readonly summary?: string;
  readonly enableJsonFlag: boolean;
}

const load = async (name: string): Promise<CommandClass> =>
  ((await import(join(CHECKOUT, 'src/commands', `${name.replaceAll(' ', '/')}.ts`))) as { default: CommandClass }).default;

describe('every command', () => {
  it('is among those of the contract', () => {
    expect(COMMANDS).toEqual(expect.arrayContaining(['build', 'cache', 'check', 'cpu', 'doctor', 'list', 'plan', 'schema', 'show', 'tools install']));
  });

  it.each(COMMANDS)('%s explains itself, and takes --json', async (name) => {
    const [run, { summary, enableJsonFlag }] = await Promise.all([hew([...name.split(' '), '--help']), load(name)]);
    expect(run.status).toBe(0);
    expect(run.stderr).toBe('');
    // Help breaks lines where the terminal ends.
    expect(run.stdout.replaceAll(/\s+/g, ' ')).toContain(summary?.replaceAll(/\s+/g, ' '));
    expect(run.stdout).toContain(`$ hew ${name}`);
    expect(enableJsonFlag).toBe(true);
    expect(run.stdout).toContain('--json');
  });

  it('that makes roots is started in a namespace, and no other', async () => {
    const classes = await Promise.all(COMMANDS.map(async (name) => ({ name, ...(await load(name)), workspace: (await load(name)).workspace })));
    expect(classes.filter(({ workspace }) => workspace).map(({ name }) => name)).toEqual([...WORKSPACE_COMMANDS].sort());
    expect(needsWorkspace(['build', 'x'])).toBe(true);
    expect(needsWorkspace(['tools', 'install'])).toBe(true);
    expect(needsWorkspace(['tools'])).toBe(false);
    expect(needsWorkspace(['build', '--help'])).toBe(false);
    expect(needsWorkspace(['check', 'build'])).toBe(false);
  });
});

describe('wrong usage ends with status 2 and says what to do', () => {
  it.each([
    [['bild'], 'there is no command `bild`', 'did you mean `build`?'],
    [['tools', 'instal'], 'there is no command `tools instal`', 'did you mean `tools install`?'],
    [['build'], 'Missing 1 required arg', 'image'],
    [['build', 'container-base', '--nope'], '`hew build` has no --nope', '`hew build --help`'],
    [['build', 'container-base', '--fromat', 'vhdx'], '`hew build` has no --fromat', 'did you mean `--format`?'],
    [['build', 'container-bsae'], 'there is no image `container-bsae`', 'did you mean `container-base`?'],
    [['build', 'container-base', '--distro', 'sampel'], '`sampel`', 'did you mean `sample`?'],
    [['build', 'container-base', '--level', 'v5'], 'Expected --level=v5 to be one of', 'baseline'],
    [['build', 'container-base', '--set', 'nothing'], '--set nothing has no value', '--set KEY=VALUE'],
    [['build', 'container-base', '--format', 'iso'], 'iso', 'oci'],
    [['plan'], 'Missing 1 required arg', 'image'],
    [['-x'], 'hew has no -x', '`hew --help`'],
    [['lock', '--update', 'nano', 'web.toml'], '--update comes before the image', '`hew lock web.toml --update nano`'],
    [['cpu', '--for', 'v9'], 'Expected --for=v9 to be one of', 'v4'],
  ])('%j', async (args, message, advice) => {
    const run = await hew(args);
    expect(run.status).toBe(2);
    expect(run.stdout).toBe('');
    expect(run.stderr).toContain(`error: `);
    expect(run.stderr).toContain(message);
    expect(run.stderr).toContain(advice);
    expect(run.stderr).not.toContain('defect');
    expect(run.stderr).not.toContain('multiple values');

    const json = await hew([...args, '--json']);
    expect(json.status).toBe(2);
    expect(json.stderr).toBe('');
    expect(failureOf(json).message).toContain(message);
  });
});

describe('the built program', () => {
  const program = builtProgram();

  it('tells its version in a moment', async () => {
    const { stdout, status } = await hew(['--version'], { program });
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^hew\/\d+\.\d+\.\d+ /) as string]);
    // Of the processor: these tests run beside others. The second line of `times` is that of children.
    const times = execFileSync('sh', ['-c', '"$@" > /dev/null; times', 'sh', NODE, program, '--version'], { encoding: 'utf8', env: { HOME: process.env['HOME'] ?? '/' } });
    const [minutes = 9, seconds = 9] = (times.split('\n')[1] ?? '').split(' ')[0]?.split(/[ms]/).map(Number) ?? [];
    expect(minutes * 60 + seconds).toBeLessThan(0.6);
  });

  it('knows the same commands as the sources', async () => {
    const help = async (options: object): Promise<string> => (await hew(['--help'], options)).stdout;
    expect(await help({ program })).toBe(await help({}));
  });
});
