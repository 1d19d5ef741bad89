import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import type { Definition } from '../../../src/definition/index.ts';
import { FORMAT_ROWS, outputSchema, type Output } from '../../../src/formats/rows.ts';
import { planSteps } from '../../../src/plan/steps.ts';
import type { StepId } from '../../../src/plan/types.ts';
import { FILESYSTEMS } from '../../../src/schema-words.ts';
import { TOOLS, type ToolName } from '../../../src/tools.ts';
import { CHECKOUT } from '../../support/checkout.ts';

/** The files that start tools in each step of a build. A file may serve several. */
const STARTED: Readonly<Partial<Record<StepId, readonly string[]>>> = {
  resolve: ['packages/read-key.ts', 'packages/select-keys.ts', 'packages/requirements.ts', 'packages/dnf5/*.ts'],
  verify: ['packages/verify.ts'],
  install: ['packages/dnf5/install.ts', 'rootfs/install.ts', 'packages/installed.ts'],
  configure: ['rootfs/system/{scripts,services}.ts'],
  clean: ['rootfs/distroless.ts', 'packages/installed.ts'],
  boot: ['boot/initrd/pack.ts', 'boot/loader/uki.ts', 'rootfs/system/selinux.ts', 'packages/installed.ts'],
  disk: ['disk/make/*.ts'],
  pack: ['container/layer.ts', 'formats/{archive,qemu-img}.ts', 'formats/*/write.ts'],
  check: ['verify/gather/*.ts', 'packages/installed.ts'],
  digest: ['formats/describe-file.ts'],
};

/** Files that start tools outside of a build, and the option of a build that is not in its plan. */
const ELSEWHERE = ['artifact/*.ts', 'guest/*.ts', 'usecases/*.ts', 'build/*.ts'];

/** Started without being named where it happens: by another tool of the step, or by a name in `compressors.ts`. */
const BEHIND: Readonly<Partial<Record<StepId, readonly ToolName[]>>> = {
  install: ['systemd-sysusers'],
  boot: ['zstd', 'igzip'],
  pack: ['zstd', 'igzip', 'xz'],
};

const read = (file: string): string => readFileSync(join(CHECKOUT, 'src', file), 'utf8');
const filesOf = (patterns: readonly string[]): readonly string[] => globSync(patterns, { cwd: join(CHECKOUT, 'src') });
const isTool = (name: string): name is ToolName => Object.hasOwn(TOOLS, name);

/** Tools at the start of a command: `tool: 'find'`, or the first word of a list that a shell runs. */
const startedIn = (text: string): readonly ToolName[] => [...text.matchAll(/(?:tool: |command: \[|\? \[|: \[)'([\w.-]+)'/g)].map(([, name = '']) => name).filter(isTool);
const namedIn = (text: string): readonly ToolName[] => [...text.matchAll(/'([\w.-]+)'/g)].map(([, name = '']) => name).filter(isTool);

const outputsOf = ({ id, schema }: (typeof FORMAT_ROWS)[number]): readonly Output[] =>
  ['none', 'gzip', 'zstd', 'xz', 'zlib'].flatMap((compression) => {
    const output = outputSchema.safeParse({ format: id, compression });
    return schema.safeParse({ format: id, compression }).success && output.success ? [output.data] : [];
  });

const disk = { partitions: FILESYSTEMS.map((filesystem) => ({ mount: `/${filesystem}`, filesystem })) } as unknown as NonNullable<Definition['disk']>;
const bootOf = (loader: string, initrd: string): NonNullable<Definition['boot']> => ({ loader, initrd }) as NonNullable<Definition['boot']>;

/** All tools that any plan names, by step. */
const planned = Map.groupBy(
  FORMAT_ROWS.flatMap(outputsOf).flatMap((output) => planSteps([output], { disk, boot: bootOf('systemd-boot', 'systemd') }))
    .flatMap(({ id, tools }) => tools.map((tool) => ({ id, tool }))),
  ({ id }) => id,
);
const plannedFor = (id: StepId): readonly ToolName[] => [...new Set((planned.get(id) ?? []).map(({ tool }) => tool))].toSorted();

describe('the tools of a step', () => {
  it.each(Object.entries(STARTED) as [StepId, readonly string[]][])('are those that %s starts', (id, patterns) => {
    const files = filesOf(patterns);
    expect(files.length).toBeGreaterThan(0);
    const texts = files.map(read);
    expect(plannedFor(id)).toEqual(expect.arrayContaining(texts.flatMap(startedIn)));
    const known = [...texts.flatMap(namedIn), ...(BEHIND[id] ?? [])];
    expect(plannedFor(id).filter((tool) => !known.includes(tool))).toEqual([]);
  });

  it('come from files that belong to a step', () => {
    const assigned = filesOf([...Object.values(STARTED).flat(), ...ELSEWHERE]);
    const starting = filesOf(['**/*.ts']).filter((file) => !/^(?:host|plan)\//.test(file) && file !== 'compressors.ts' && file !== 'tools.ts')
      .filter((file) => /\btool: '([\w.-]+)'/.test(read(file)) && [...read(file).matchAll(/\btool: '([\w.-]+)'/g)].some(([, name = '']) => isTool(name)));
    expect(starting.filter((file) => !assigned.includes(file))).toEqual([]);
  });

  it('are only those that can run', () => {
    const outputs = [outputSchema.parse({ format: 'raw' })];
    const toolsOf = (id: StepId, boot: NonNullable<Definition['boot']>, system?: Definition['system']): readonly ToolName[] =>
      planSteps(outputs, { disk, boot, ...(system === undefined ? {} : { system }) }).find((step) => step.id === id)?.tools ?? [];
    // A kernel without zstd gets an initrd in gzip, and which kernel it is shows only in the image.
    expect(toolsOf('boot', bootOf('systemd-boot', 'systemd'))).toEqual(['sh', 'zstd', 'igzip', 'ukify', 'setfiles', 'rpm']);
    // Programs of the image make what GRUB and dracut need.
    expect(toolsOf('boot', bootOf('grub2', 'dracut'))).toEqual(['setfiles', 'rpm']);
    expect(toolsOf('boot', bootOf('grub2', 'dracut'), { selinux: 'disabled' } as Definition['system'])).toEqual(['rpm']);
    expect(planSteps([outputSchema.parse({ format: 'tar' })], {}).find(({ id }) => id === 'check')?.tools).toEqual([]);
  });
});
