import type { ImageFacts, RootFacts } from '../facts.ts';
import { INTERESTS } from '../gather/interest.ts';
import { fileAt, filesOf, textOf } from '../read/files.ts';
import { startFault, unitState } from '../read/units.ts';
import { fail, notApplicable, of, pass, type Finding } from './rule.ts';

/** Units by their names on Fedora and Debian. */
export const SSHD_UNITS = ['sshd.service', 'ssh.service', 'sshd.socket', 'ssh.socket'];

/** Whether a program is installed. */
export const isThere = (root: RootFacts, program: string): boolean =>
  ['/usr/bin', '/usr/sbin'].some((folder) => fileAt(root, `${folder}/${program}`) !== undefined);

const cloudConfig = (root: RootFacts): readonly string[] =>
  filesOf(root, INTERESTS.cloud).toSorted((a, b) => (a.path < b.path ? -1 : 1)).map((file) => textOf(file) ?? '');

/** Each `datasource_list` of a file, in one line or in many. */
const datasourceLists = (text: string): readonly (readonly string[])[] =>
  [...text.matchAll(/^datasource_list:\s*(?:\[\s*(.*?)\s*\]|((?:\n\s*-\s*\S+)+))/gm)].map(([, flow, block]) =>
    (flow ?? block ?? '').replaceAll(/["']/g, '').split(/[\s,-]+/).filter((name) => name !== ''));

/** Whether an SSH server is installed and starts. */
export const checkSshd = of('root', (root) => {
  const installed = SSHD_UNITS.filter((unit) => unitState(root, unit) !== 'absent');
  if (installed.length === 0) return fail('it is not installed');
  const faults = installed.flatMap((unit) => startFault(root, unit) ?? []);
  return faults.length < installed.length ? pass('it starts') : fail(`it does not start: ${faults.join('; ')}`);
});

/** What sets up a machine at its first start: any of the programs shows that it is installed, any of the units starts it. */
export interface Provisioner {
  readonly name: string;
  readonly programs: readonly string[];
  readonly units: readonly string[];
}

export const CLOUD_INIT: Provisioner = {
  name: 'cloud-init',
  programs: ['cloud-init'],
  units: ['cloud-init.service', 'cloud-init-local.service', 'cloud-init-main.service', 'cloud-init-network.service'],
};

/** Whether any of these is installed and enabled. */
export const checkProvisioner = (...accepted: readonly Provisioner[]): (facts: ImageFacts) => Finding => of('root', (root) => {
  const installed = accepted.filter(({ programs }) => programs.some((program) => isThere(root, program)));
  if (installed.length === 0) return fail(`${accepted.map(({ name }) => name).join(' or ')} is not installed`);
  const enabled = installed.filter(({ units }) => units.some((unit) => unitState(root, unit) === 'enabled'));
  return enabled.length === 0 ? fail(`${named(installed)} is not enabled`) : pass(named(enabled));
});

const named = (found: readonly Provisioner[]): string => found.map(({ name }) => name).join(' and ');

/** Whether something grows the root to its disk. */
export const checkGrowth = of('root', (root) => {
  if (isThere(root, 'growpart')) return pass('cloud-utils-growpart');
  return filesOf(root, INTERESTS.repart).length > 0 ? pass('systemd-repart has its settings') : fail('it has neither growpart nor settings of systemd-repart');
});

/**
 * Whether that datasource is among those that cloud-init is set to, if it is installed: without a setting it detects
 * its cloud.
 */
export const checkListsDatasource = (name: string): (facts: ImageFacts) => Finding => of('root', (root) => {
  if (!isThere(root, 'cloud-init')) return notApplicable('cloud-init is not installed');
  const found = cloudConfig(root).flatMap(datasourceLists).at(-1);
  if (found === undefined) return pass('it detects its cloud');
  return found.includes(name) ? pass(`${name} is listed`) : fail(`datasource_list is [ ${found.join(', ')} ]`);
});

/** Datasources that wait for no network: a disk with settings, and none at all. */
const LOCAL_SOURCES = ['NoCloud', 'None'];

/** Whether cloud-init, where it is installed, asks that datasource first, and behind it only what waits for nothing. */
export const checkDatasource = (name: string): (facts: ImageFacts) => Finding => of('root', (root) => {
  if (!isThere(root, 'cloud-init')) return notApplicable('cloud-init is not installed');
  // The last file that sets it counts.
  const found = cloudConfig(root).flatMap(datasourceLists).at(-1);
  if (found === undefined) return fail('datasource_list is not set');
  const [first, ...others] = found;
  return first === name && others.every((other) => LOCAL_SOURCES.includes(other)) ? pass(`datasource_list: [ ${found.join(', ')} ]`) : fail(`datasource_list is [ ${found.join(', ')} ]`);
});
