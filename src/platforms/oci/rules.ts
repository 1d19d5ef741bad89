import type { OciFacts, OciProblem } from '../../verify/oci-facts.ts';
import type { ImageFacts } from '../../verify/facts.ts';
import { fail, judge, notApplicable, of, pass, type Finding, type Rule } from '../../verify/rules/rule.ts';
import { OS_RELEASE } from '../../verify/rules/system.ts';
import { WHITEOUT_RULE } from './whiteouts.ts';
import { ISA } from '../../isa/rows.ts';

const SPEC = 'https://github.com/opencontainers/image-spec/blob/main';
const REBUILD = 'Build the image again: the program that wrote or changed this layout breaks the specification';

/** A rule of the OCI platform that fails with the faults found in one part of the layout. */
const partRule = (part: OciProblem['part'], title: string, good: string, source: string): Rule => ({
  id: `oci.${part === 'digest' ? 'digests' : part}`,
  severity: 'error',
  title,
  check: of('oci', ({ problems }) => judge(problems.filter((problem) => problem.part === part).map(({ message }) => message), good)),
  remedy: REBUILD,
  source: `${SPEC}/${source}`,
});

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

const configOf = (check: (config: NonNullable<OciFacts['config']>, oci: OciFacts, facts: ImageFacts) => Finding) =>
  of('oci', (oci, facts) => (oci.config === undefined ? notApplicable('the configuration cannot be read') : check(oci.config, oci, facts)));

/** What the OCI image specification and registries demand of a layout. */
const LAYOUT_RULES: readonly Rule[] = [
  {
    id: 'oci.layout',
    severity: 'error',
    title: 'It is an image layout of version 1.0.0',
    check: ({ oci, artifact }) => {
      if (oci === undefined) return fail(`it is ${artifact.format}, no OCI layout`);
      if (oci.layoutVersion === undefined) return fail('the file oci-layout is missing or names no version');
      return oci.layoutVersion === '1.0.0' ? pass('1.0.0') : fail(`its version is ${oci.layoutVersion}`);
    },
    remedy: REBUILD,
    source: `${SPEC}/image-layout.md`,
  },
  partRule('index', 'index.json is an image index, and names images', 'it is', 'image-index.md'),
  partRule('manifest', 'Manifests and layers have the media types of the specification', 'they have', 'manifest.md'),
  partRule('config', 'The image has a configuration', 'it has', 'config.md'),
  partRule('digest', 'Every blob exists and has the size and digest of its descriptor', 'all of them', 'descriptor.md'),
  {
    id: 'oci.diff-ids',
    severity: 'error',
    title: 'diff_ids are the digests of the layers without compression',
    check: configOf(({ diffIds }, { layers }) => judge([
      ...(diffIds.length === layers.length ? [] : [`there are ${layers.length} layers and ${diffIds.length} diff_ids`]),
      ...layers.flatMap(({ problem, digest }) => (problem === undefined ? [] : [`${digest} cannot be unpacked: ${problem}`])),
      ...layers.flatMap(({ diffId }, index) => (diffId === undefined || diffId === diffIds[index] || diffIds[index] === undefined ? []
        : [`layer ${index + 1} is ${diffId}, diff_ids says ${diffIds[index]}`])),
    ], `${layers.length} layers`)),
    remedy: REBUILD,
    source: `${SPEC}/config.md#layer-diffid`,
  },
  {
    id: 'oci.created',
    severity: 'error',
    title: 'The image was created at one time, that of SOURCE_DATE_EPOCH',
    check: configOf(({ created, history }, { annotations }) => {
      if (created === undefined) return fail('the configuration has no time');
      const others = [annotations['org.opencontainers.image.created'], ...history].filter((time) => time !== undefined);
      return judge([
        ...(TIME.test(created) ? [] : [`${created} is not a time of RFC 3339`]),
        ...others.filter((time) => Date.parse(time) > Date.parse(created)).map((time) => `${time} is later than ${created}`),
      ], created);
    }),
    remedy: 'Set SOURCE_DATE_EPOCH for the build; otherwise hew takes the time of the newest package',
    source: 'https://reproducible-builds.org/specs/source-date-epoch/',
  },
  {
    id: 'oci.clamped-times',
    severity: 'warning',
    title: 'No file is newer than the image',
    check: configOf(({ created }, { layers }) => {
      if (created === undefined || Number.isNaN(Date.parse(created))) return notApplicable('the configuration has no time');
      const newer = layers.flatMap(({ entries }) => entries.filter(({ mtime }) => Math.floor(mtime) * 1000 > Date.parse(created)));
      return judge(newer.map(({ path }) => `/${path}`), 'none');
    }),
    remedy: 'Clamp the times of files to SOURCE_DATE_EPOCH, so that the same packages give the same layers',
    source: 'https://reproducible-builds.org/specs/source-date-epoch/',
  },
  {
    id: 'oci.annotations',
    severity: 'warning',
    title: 'The manifest says what the image is: created, title, version',
    check: of('oci', ({ annotations }) => judge(['created', 'title', 'version'].map((key) => `org.opencontainers.image.${key}`)
      .filter((key) => (annotations[key] ?? '') === '').map((key) => `${key} is missing`), 'all three')),
    remedy: 'Add them to the manifest; hew writes them from the definition, and outputs.annotations adds more',
    source: `${SPEC}/annotations.md`,
  },
  {
    id: 'oci.special-files',
    severity: 'error',
    title: 'No layer holds a device node, a FIFO or a socket',
    check: ofEntries(({ path, kind }) => {
      const name = { device: 'device node', fifo: 'FIFO', other: 'file of an unknown kind' }[kind as string];
      return name === undefined ? undefined : `/${path} is a ${name}`;
    }, 'none'),
    remedy: 'Remove it: the runtime makes /dev, and unpacking a node needs rights that few have',
    source: `${SPEC}/layer.md#file-types`,
  },
  {
    id: 'oci.hardlinks',
    severity: 'error',
    title: 'Hard links point to files of the same layer, by paths from its root',
    check: of('oci', ({ layers }) => judge(layers.flatMap(({ entries }) => {
      const names = new Set(entries.filter(({ kind }) => kind === 'file' || kind === 'hardlink' || kind === 'symlink').map(({ path }) => path));
      return entries.flatMap(({ kind, path, target = '' }) => {
        if (kind !== 'hardlink') return [];
        if (target.startsWith('/')) return [`/${path} points to the absolute ${target}`];
        return names.has(target.replace(/^(?:\.\/)+/, '')) ? [] : [`/${path} points to ${target}, which the layer lacks`];
      });
    }), 'all of them')),
    remedy: REBUILD,
    source: `${SPEC}/layer.md#hardlinks`,
  },
  {
    id: 'oci.paths',
    severity: 'error',
    title: 'No path of a layer leaves the root',
    check: ofEntries(({ path }) => (path.startsWith('/') || path.split('/').includes('..') ? path : undefined), 'none'),
    remedy: REBUILD,
    source: `${SPEC}/layer.md`,
  },
  {
    id: 'oci.user',
    severity: 'warning',
    title: 'The configuration names a user only if one was asked for',
    check: configOf(({ user }, _, { expected }) => ((user ?? '') === (expected.ociUser ?? '') ? pass(user ? `${user}, as asked for` : 'none')
      : fail(user === undefined || user === '' ? `none, and ${expected.ociUser} was asked for` : user))),
    remedy: 'Set outputs.config.user in the definition, or leave it out',
    source: `${SPEC}/config.md#properties`,
  },
  {
    id: 'oci.platform',
    severity: 'error',
    title: 'Index and configuration name the same platform, that of the files inside',
    check: configOf(({ platform }, { indexPlatform }, { root }) => {
      const inside = root?.architecture === undefined ? undefined : ISA[root.architecture].names.oci;
      return judge([
        ...(platform.os === 'linux' ? [] : [`os is ${platform.os}`]),
        ...(inside === undefined || inside === platform.architecture ? [] : [`architecture is ${platform.architecture}, the programs are ${inside}`]),
        ...(indexPlatform === undefined ? [] : (['architecture', 'os', 'variant'] as const)
          .filter((key) => (indexPlatform[key] ?? '') !== (platform[key] ?? ''))
          .map((key) => `the index says ${key} ${indexPlatform[key] ?? 'unset'}, the configuration ${platform[key] ?? 'unset'}`)),
      ], [platform.os, platform.architecture, platform.variant].filter(Boolean).join('/'));
    }),
    remedy: REBUILD,
    source: `${SPEC}/image-index.md#image-index-property-descriptions`,
  },
  {
    id: 'oci.variant',
    severity: 'error',
    title: 'The variant is the level that the image was built for',
    check: configOf(({ platform }, _, { root }) => {
      if (root?.level === undefined) return notApplicable('the image has no level: it has no /etc/hew-release');
      if (platform.architecture !== ISA.x86_64.names.oci) return notApplicable('only x86-64 has levels');
      const wanted = root.level === 'baseline' ? undefined : root.level;
      return platform.variant === wanted ? pass(root.level) : fail(`built for ${root.level}, the variant is ${platform.variant ?? 'unset'}`);
    }),
    remedy: 'Build with --level: hew writes the variant (v2, v3, v4; none for the baseline) into index and configuration',
    source: 'https://go.dev/wiki/MinimumRequirements#amd64 (the convention for GOAMD64 levels)',
  },
];

function ofEntries(faultOf: (entry: OciFacts['layers'][number]['entries'][number]) => string | undefined, good: string): Rule['check'] {
  return of('oci', ({ layers }) => judge(layers.flatMap(({ entries }) => entries.flatMap((entry) => faultOf(entry) ?? [])), good));
}

/** Rules only for containers. */
const rules: readonly Rule[] = [
  ...LAYOUT_RULES,
  WHITEOUT_RULE,
  {
    // An image without one runs, but scanners do not know its distribution.
    id: 'oci.os-release',
    severity: 'warning',
    title: 'Scanners find NAME, ID and VERSION_ID in /etc/os-release, as the distribution says',
    ...OS_RELEASE,
  },
];

export default rules;
