import { posix } from 'node:path';

import { digestOfValue, type Digest } from '../digest.ts';
import { isSecret, REDACTED, redactText, type ValuePath } from '../redact.ts';
import type { Plan, Target } from './types.ts';

/**
 * Digest of what a plan requests: equal for one definition in every folder and on every machine. It leaves out where
 * files and certificates are and what this machine can run; the artifact's own digest covers the content of copied files. It also leaves
 * out passwords in plain text: anybody could try passwords against a published digest.
 */
export const planDigest = (plan: Omit<Plan, 'digest'>): Digest => digestOfValue(portablePlan(plan));

/** The input of `planDigest`. */
export function portablePlan(plan: Omit<Plan, 'digest'>) {
  const { file, ...image } = plan.image;
  const name = (path: string): string => portableName(path, posix.dirname(file));
  const sourced = <T extends { readonly source?: string }>(row: T): T =>
    row.source === undefined ? row : { ...row, source: name(row.source) };
  const { system, files, scripts } = plan.configuration;
  return {
    image,
    distribution: plan.distribution,
    targets: plan.targets.map((target) => portableTarget(target, name)),
    packagesByArch: plan.packagesByArch,
    packages: { ...plan.packages, local: plan.packages.local.map(name), localKeys: plan.packages.localKeys.map(name) },
    configuration: { system: withoutPlainText(system, []), files: files.map(sourced), scripts: scripts.map(sourced) },
    boot: plan.boot,
    disk: plan.disk,
    outputs: plan.outputs.map((output) => ('icon' in output && output.icon !== undefined ? { ...output, icon: name(output.icon) } : output)),
    limits: plan.limits,
    deviations: plan.deviations.map(({ kind, subject, reason }) => ({ kind, subject, reason })),
  };
}

/**
 * A path relative to the definition if it is below its folder, otherwise only the name; URLs and `$cachedir/…` are
 * unchanged.
 */
const portableName = (path: string, folder: string): string => {
  if (!path.startsWith('/')) return redactText(path);
  const relative = posix.relative(folder, path);
  return relative.startsWith('../') ? posix.basename(path) : relative;
};

const portableTarget = ({ arch, level, hwcaps, vars, fallBack, repositories }: Target, name: (path: string) => string) => ({
  arch,
  level,
  hwcaps,
  vars,
  fallBack,
  repositories: repositories.map(({ settings: { sslcacert: _ca, sslclientcert: _certificate, sslclientkey: _key, ...settings }, cost }) => ({
    ...settings,
    cost,
    baseurl: settings.baseurl.map(redactText),
    metalink: settings.metalink === undefined ? undefined : redactText(settings.metalink),
    mirrorlist: settings.mirrorlist === undefined ? undefined : redactText(settings.mirrorlist),
    gpgkey: settings.gpgkey.map(name),
  })),
});

/** Whether a definition has a password in plain text, which `planDigest` leaves out. */
export const hasPlainText = ({ system }: Plan['configuration']): boolean =>
  digestOfValue(withoutPlainText(system, [])) !== digestOfValue(system);

/** Hashes stay: they are slow to try, and another hash is another plan. */
const withoutPlainText = (value: unknown, path: ValuePath): unknown => {
  if (typeof value === 'string') return isSecret(path) && redactText(value) === value ? REDACTED : value;
  if (Array.isArray(value)) return value.map((item, index) => withoutPlainText(item, [...path, index]));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutPlainText(inner, [...path, key])]));
};
