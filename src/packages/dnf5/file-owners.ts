import { childrenOf, elementsOf, parseXml } from '../../readers/xml.ts';
import type { ChosenPackage } from '../lock.ts';
import { formatNevra } from '../nevra.ts';
import { evrOf } from './records.ts';
import { metadataFile, readMetadata } from './repodata.ts';
import type { DnfSession } from './types.ts';

/** A path, and the name of a package that owns it. */
export interface OwnedPath {
  readonly name: string;
  readonly path: string;
}

/** Which of these paths the chosen packages own, by the lists of all files; none where no resolve made dnf5 fetch those. */
export async function findOwners(session: DnfSession, chosen: readonly ChosenPackage[], paths: readonly string[]): Promise<readonly OwnedPath[]> {
  const found: OwnedPath[] = [];
  for (const { settings } of session.target.repositories) {
    const wanted = new Set(chosen.filter(({ repository }) => repository === settings.id).map(formatNevra));
    const file = wanted.size === 0 || paths.length === 0 ? undefined : await metadataFile(session, settings, 'filelists');
    if (file === undefined) continue;
    await readMetadata(session.host, file, async (pieces) => {
      for await (const text of elementsOf(pieces, 'package')) {
        if (!paths.some((path) => text.includes(path))) continue;
        const element = parseXml(text);
        const { name = '', arch = '' } = element.attributes;
        if (!wanted.has(formatNevra({ name, arch, evr: evrOf(childrenOf(element, 'version')[0]?.attributes) }))) continue;
        found.push(...childrenOf(element, 'file').filter((child) => paths.includes(child.text)).map((child) => ({ name, path: child.text })));
      }
    });
  }
  return found;
}
