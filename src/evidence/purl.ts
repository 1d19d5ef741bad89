import { parseEvr } from '../evr.ts';
import type { Nevra } from '../packages/nevra.ts';

/** Qualifiers of a package URL besides name and version. */
export interface PurlContext {
  /** `azurelinux`. */
  readonly distribution: string;
  /** `4.0`. */
  readonly releasever: string;
  /** File name of the source RPM, as scanners expect it under `upstream`. */
  readonly sourceRpm?: string;
}

/**
 * The package URL of an RPM: `pkg:rpm/azurelinux/bash@5.3-2?arch=x86_64&distro=azurelinux-4.0`. The epoch is a
 * qualifier and no part of the version.
 * Source: https://github.com/package-url/purl-spec, the core specification and the type `rpm`.
 */
export function rpmPurl({ name, evr, arch }: Nevra, { distribution, releasever, sourceRpm }: PurlContext): string {
  const { epoch, version, release } = parseEvr(evr);
  const qualifiers: readonly (readonly [string, string])[] = [
    ['arch', arch],
    ['distro', `${distribution}-${releasever}`],
    ['epoch', epoch === 0 ? '' : String(epoch)],
    ['upstream', sourceRpm ?? ''],
  ];
  const query = qualifiers.filter(([, value]) => value !== '').map(([key, value]) => `${key}=${encode(value)}`);
  const versionRelease = release === undefined ? version : `${version}-${release}`;
  return `pkg:rpm/${encode(distribution.toLowerCase())}/${encode(name)}@${encode(versionRelease)}?${query.join('&')}`;
}

/** The package URL of a Debian package: `pkg:deb/debian/zstd@1.5.7%2Bdfsg-4?arch=amd64`. */
export const debPurl = ({ name, version, architecture }: { readonly name: string; readonly version: string; readonly architecture: string }): string =>
  `pkg:deb/debian/${encode(name)}@${encode(version)}?arch=${encode(architecture)}`;

/** Percent-encoding of everything except what the specification leaves plain: letters, digits, `.-_~` and the colon. */
const encode = (text: string): string =>
  encodeURIComponent(text)
    .replaceAll(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%3A', ':');
