import { attempt } from '../../readers/attempt.ts';
import { childrenOf, elementsOf, parseXml, type XmlElement } from '../../readers/xml.ts';
import type { Advisory } from '../advisories.ts';
import { evrOf } from './records.ts';
import { metadataFile, readMetadata } from './repodata.ts';
import { runDnf, type DnfSession } from './session.ts';

/** The advisories of a session's repositories, as their metadata has them now. */
export async function readAdvisories(session: DnfSession): Promise<readonly Advisory[]> {
  await runDnf(session, ['makecache']);
  const advisories: Advisory[] = [];
  for (const { settings } of session.target.repositories) {
    const file = await metadataFile(session, settings, 'updateinfo');
    if (file === undefined) continue;
    await readMetadata(session.host, file, async (pieces) => {
      for await (const text of elementsOf(pieces, 'update')) {
        const element = attempt(() => parseXml(text));
        if (element.ok) advisories.push(readAdvisory(element.value));
      }
    });
  }
  return advisories;
}

/** Reads an `<update>` of updateinfo metadata. https://github.com/rpm-software-management/createrepo_c, src/xml_dump_updateinfo.c */
export function readAdvisory(element: XmlElement): Advisory {
  const textOf = (name: string): string => childrenOf(element, name)[0]?.text.trim() ?? '';
  const severity = textOf('severity');
  const packages = childrenOf(element, 'pkglist').flatMap((list) => childrenOf(list, 'collection')).flatMap((collection) => childrenOf(collection, 'package'));
  return {
    id: textOf('id'),
    type: element.attributes['type'] ?? '',
    ...(severity === '' ? {} : { severity }),
    title: textOf('title'),
    packages: packages.map(({ attributes }) => ({ name: attributes['name'] ?? '', evr: evrOf(attributes), arch: attributes['arch'] ?? '' })),
  };
}
