import { matchesGlob } from '../glob.ts';
import { repeatsOf } from './repeats.ts';
import type { DefinitionRule } from './rule.ts';
import { hasLevels } from '../../isa/rows.ts';

/** Groups and environments are named by id, or by title, which has spaces. */
const isGroup = (name: string): boolean => /^@\^?[^\s,;'"\\][^,;'"\\]*$/.test(name);

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

export const packageRules: readonly DefinitionRule[] = [
  {
    id: 'install-and-exclude',
    find: ({ packages: { install, exclude } }) => {
      const places = new Map(install.map((name, index) => [name, index] as const));
      return exclude.flatMap((pattern, index) => {
        const named = places.has(pattern) ? [pattern] : [];
        const both = /[*?]/.test(pattern) ? install.filter((name) => matchesGlob(pattern, name)) : named;
        return both.map((name) => ({
          path: ['packages', 'exclude', index],
          message: `\`${name}\` is in \`packages.install\`, and \`${pattern}\` excludes it`,
          hint: `take \`${name}\` out of \`packages.install\`, or narrow the pattern; if a profile has it:\n[[overrides]]\nremove = [${JSON.stringify(`exclude:${pattern}`)}]\nreason = "…"`,
          other: { path: ['packages', 'install', places.get(name) ?? 0], says: 'asked for' },
        }));
      });
    },
  },
  {
    id: 'package-name',
    find: ({ packages }) => (['install', 'exclude', 'remove-after-install'] as const).flatMap((key) =>
      packages[key].flatMap((name, index) => (!isGroup(name) && /^-|[\s,;'"\\]/.test(name) ? [{
        path: ['packages', key, index],
        message: `\`${name}\` is not a package name`,
        hint: /[\s,]/.test(name) ? 'one name per entry: ["a", "b"]' : 'to exclude a package, name it in `packages.exclude`',
      }] : []))),
  },
  {
    id: 'remove-and-install',
    find: ({ packages }) => packages['remove-after-install'].flatMap((name, index) => (packages.install.includes(name) ? [{
      path: ['packages', 'remove-after-install', index],
      message: `\`${name}\` is both installed and removed`,
      hint: 'remove it from `packages.install`: what only the installation needs comes as a dependency',
    }] : [])),
  },
  {
    id: 'local-rpm',
    find: ({ packages }) => packages.local.flatMap((file, index) => (file.endsWith('.rpm') ? [] : [{
      path: ['packages', 'local', index],
        message: `\`${file}\` is not an RPM file`,
        hint: 'packages of a repository belong in `packages.install`',
    }])),
  },
  {
    id: 'local-rpm-twice',
    find: ({ packages: { local } }) => [...repeatsOf(local, baseName).keys()].map((index) => ({
      path: ['packages', 'local', index],
      message: `there are two local RPMs \`${baseName(local[index] ?? '')}\``,
      hint: 'give each file its own name: locks identify them by name',
    })),
  },
  {
    id: 'level-without-meaning',
    find: ({ hardware: { arch, level } }) => (arch !== undefined && ![arch].flat().some(hasLevels) && [level].flat().some((one) => one !== 'baseline' && one !== 'host') ? [{
      path: ['hardware', 'level'], message: `${[arch].flat().join(' and ')} has no microarchitecture levels`, hint: 'use `level = "baseline"`',
    }] : []),
  },
  {
    id: 'arch-twice',
    find: ({ hardware: { arch } }) => (Array.isArray(arch) && new Set(arch).size < arch.length ? [{
      path: ['hardware', 'arch'], message: 'an architecture is listed twice', hint: 'list each architecture once',
    }] : []),
  },
  {
    id: 'level-twice',
    find: ({ hardware: { level } }) => (Array.isArray(level) && new Set(level).size < level.length ? [{
      path: ['hardware', 'level'], message: 'a level is listed twice', hint: 'list each level once',
    }] : []),
  },
];
