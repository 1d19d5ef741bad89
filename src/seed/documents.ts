import { stringify } from 'yaml';

import type { StaticDevice } from '../definition/index.ts';
import { digestOf } from '../digest.ts';
import type { IsoFile } from './iso9660.ts';

/** What a machine reads at its first start. */
export interface Seed {
  /** The account that is made, with sudo and without a password. */
  readonly user: string;
  /** Lines of authorized_keys. */
  readonly keys: readonly string[];
  readonly hostname?: string | undefined;
  /** A network card with static addresses; the image's own settings, which are DHCP, count without it. */
  readonly device?: StaticDevice | undefined;
}

/** The label by which cloud-init finds the disk. */
export const SEED_LABEL = 'CIDATA';

/**
 * The files of a NoCloud data source: https://cloudinit.readthedocs.io/en/latest/reference/datasources/nocloud.html. The
 * instance is named by the digest of the others: cloud-init applies a changed seed, and an unchanged one only once.
 */
export function seedFiles(seed: Seed): readonly IsoFile[] {
  const files: readonly IsoFile[] = [
    { name: 'user-data', content: `#cloud-config\n${yaml(userData(seed))}` },
    ...(seed.device === undefined ? [] : [{ name: 'network-config', content: yaml(networkConfig(seed.device)) }]),
  ];
  const instance = digestOf(JSON.stringify([seed.hostname ?? '', files])).slice('sha256:'.length, 'sha256:'.length + 16);
  const name = seed.hostname === undefined ? {} : { 'local-hostname': seed.hostname };
  return [{ name: 'meta-data', content: yaml({ 'instance-id': `hew-${instance}`, ...name }) }, ...files];
}

const yaml = (value: object): string => stringify(value, { lineWidth: 0 });

/** https://cloudinit.readthedocs.io/en/latest/reference/modules.html#users-and-groups */
const userData = ({ user, keys, hostname }: Seed): object => ({
  ...(hostname === undefined ? {} : { hostname }),
  // Without `default` in the list the distribution's own account is not made.
  users: [{
    name: user, groups: ['wheel'], sudo: ['ALL=(ALL) NOPASSWD:ALL'], shell: '/bin/bash', lock_passwd: true, ssh_authorized_keys: keys,
  }],
});

/** The name that a card found by its address gets: cloud-init's networkd renderer matches name and address together. */
const RENAMED = 'eth0';

/** https://cloudinit.readthedocs.io/en/latest/reference/network-config-format-v2.html */
function networkConfig({ device, mac, addresses, gateway, nameservers }: StaticDevice): object {
  return {
    version: 2,
    ethernets: {
      [mac ? RENAMED : device]: {
        ...(mac ? { 'match': { macaddress: device.replaceAll('-', ':').toLowerCase() }, 'set-name': RENAMED } : {}),
        addresses,
        ...(gateway === undefined ? {} : { routes: [{ to: gateway.includes(':') ? '::/0' : '0.0.0.0/0', via: gateway }] }),
        ...(nameservers.length === 0 ? {} : { nameservers: { addresses: nameservers } }),
      },
    },
  };
}
