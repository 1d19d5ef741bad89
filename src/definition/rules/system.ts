import { didYouMean, editDistance } from '../nearest.ts';
import { ARCHITECTURES } from '../../isa/rows.ts';
import type { Path } from '../types.ts';
import { repeatsOf } from './repeats.ts';
import type { Candidate, DefinitionRule } from './rule.ts';

/** Those of every architecture and those of one, each with its place. */
const kernelArguments = (system: Candidate['system']): readonly { readonly argument: string; readonly path: Path }[] => [
  ...system['kernel-cmdline'].map((argument, index) => ({ argument, path: ['system', 'kernel-cmdline', index] })),
  ...ARCHITECTURES.flatMap((arch) => (system['kernel-cmdline-by-arch'][arch] ?? []).map((argument, index) =>
    ({ argument, path: ['system', 'kernel-cmdline-by-arch', arch, index] }))),
];

/** Zones that are spelt almost as one that Node does not know. A name far from all others may be newer than Node's list. */
const nearZones = (timezone: string): readonly string[] => {
  try {
    Intl.DateTimeFormat('en', { timeZone: timezone });
    return [];
  } catch {
    return Intl.supportedValuesOf('timeZone').filter((zone) => editDistance(timezone, zone, 2) <= 2);
  }
};

const withoutSuffix = (unit: string): string => unit.replace(/\.service$/, '');

export const systemRules: readonly DefinitionRule[] = [
  {
    id: 'service-contradiction',
    find: ({ system: { services } }) => (['disable', 'mask'] as const).flatMap((key) => services[key].flatMap((unit, index) => {
      const enabled = services.enable.findIndex((other) => withoutSuffix(other) === withoutSuffix(unit));
      return enabled >= 0 ? [{
        path: ['system', 'services', key, index],
        message: `\`${unit}\` is in \`enable\` and in \`${key}\``,
        hint: `take it out of one of the lists; if a profile enables it, say why it is not:\n[[overrides]]\nremove = ["service:${withoutSuffix(unit)}"]\nreason = "…"`,
        other: { path: ['system', 'services', 'enable', enabled], says: 'enabled' },
      }] : [];
    })),
  },
  {
    id: 'mask-reason',
    find: ({ system: { services } }) => services.mask.flatMap((unit, index) => {
      const reasons = Object.keys(services['mask-reasons']);
      if (reasons.some((other) => withoutSuffix(other) === withoutSuffix(unit))) return [];
      return [{
        path: ['system', 'services', 'mask', index], message: `\`${unit}\` is masked without a reason`,
        hint: didYouMean(unit, reasons) ?? `add:\n[system.services.mask-reasons]\n${JSON.stringify(unit)} = "…"`,
      }];
    }),
  },
  {
    id: 'account-twice',
    find: ({ system }) => (['users', 'groups'] as const).flatMap((key) => [...repeatsOf<{ readonly name: string }>(system[key], ({ name }) => name).keys()].map((index) => ({
      path: ['system', key, index, 'name'],
      message: `\`${system[key][index]?.name ?? ''}\` is defined twice`,
      hint: 'keep one of them',
    }))),
  },
  {
    id: 'root-user',
    find: ({ system: { users } }) => users.flatMap(({ name, uid }, index) => (name === 'root' || uid === 0 ? [{
      path: ['system', 'users', index],
        message: 'root cannot be added',
        hint: 'use `system.root-password` (a hash) and `system.root-ssh-keys`',
    }] : [])),
  },
  {
    id: 'id-twice',
    find: ({ system: { users } }) => [...repeatsOf(users, ({ uid }) => uid)].map(([index, other]) => ({
      path: ['system', 'users', index, 'uid'],
      message: `\`${users[index]?.name ?? ''}\` and \`${users[other]?.name ?? ''}\` have the number ${users[other]?.uid ?? ''}`,
      hint: 'give each its own uid',
    })),
  },
  {
    id: 'timezone-name',
    find: ({ system: { timezone } }) => {
      const [near] = timezone === undefined ? [] : nearZones(timezone);
      return near === undefined ? [] : [{ path: ['system', 'timezone'], message: `there is no time zone \`${timezone}\``, hint: `did you mean \`${near}\`?` }];
    },
  },
  {
    id: 'kernel-argument',
    find: ({ system }) => kernelArguments(system).flatMap(({ argument, path }) => (/^\s|\s$|[\r\n]|^[^"]*\s[^"]*$/.test(argument) ? [{
      path,
      message: `\`${argument.trim()}\` is not one kernel argument`,
      hint: 'one argument an entry: ["quiet", "console=ttyS0"]',
    }] : [])),
  },
  {
    id: 'fips-argument',
    find: ({ system }) => kernelArguments(system).filter(({ argument }) => argument.startsWith('fips=')).slice(0, 1).map(({ path }) => ({
      path,
      message: '`fips` is a setting of its own',
      hint: 'use `fips = true` in [system]',
    })),
  },
  {
    // The file system gets its UUID when it is made, so that a definition can only name another root.
    id: 'root-argument',
    find: ({ system }) => kernelArguments(system).filter(({ argument }) => argument.startsWith('root=')).map(({ argument, path }) => ({
      path,
      message: `\`${argument}\`: hew tells the kernel the UUID of the root that it makes`,
      hint: 'remove it; the root is the partition of [disk] with `mount = "/"`',
    })),
  },
];
