const SUFFIX = /\.(?:service|socket|target|timer|path|mount|automount|swap|slice|scope|device)$/;

/** `sshd` means `sshd.service`; every other suffix is written out. */
export const withUnitSuffix = (name: string): string => (SUFFIX.test(name) ? name : `${name}.service`);

interface Instance {
  /** `getty@.service` */
  readonly template: string;
  readonly instance: string;
}

/** The parts of `getty@tty1.service`; undefined if it is not an instance. */
export function instanceOf(unit: string): Instance | undefined {
  const [, name, instance, suffix] = /^([^@]+)@([^@]+)\.([a-z]+)$/.exec(unit) ?? [];
  return name === undefined || instance === undefined ? undefined : { template: `${name}@.${suffix}`, instance };
}

/** The file of a unit: the template of an instance. */
export const unitFile = (unit: string): string => instanceOf(unit)?.template ?? unit;

/**
 * A file of systemd.preset(5), first in order, so that `systemctl preset` and scriptlets of later updates decide as the
 * definition did. The first rule for a unit counts, so all instances of a template share one line.
 */
export function presetFile(enable: readonly string[], disable: readonly string[]): string {
  const instances = new Map<string, string[]>();
  const plain: string[] = [];
  for (const unit of enable.map(withUnitSuffix)) {
    const found = instanceOf(unit);
    if (found === undefined) plain.push(unit);
    else instances.set(found.template, [...(instances.get(found.template) ?? []), found.instance]);
  }
  const lines = [
    ...plain.map((unit) => `enable ${unit}`),
    ...[...instances].map(([template, names]) => `enable ${template} ${names.join(' ')}`),
    ...disable.map((unit) => `disable ${withUnitSuffix(unit)}`),
  ];
  return lines.map((line) => `${line}\n`).join('');
}
