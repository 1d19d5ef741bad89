import { digestOf, type Digest } from '../digest.ts';
import { formatNevra } from '../packages/nevra.ts';
import { BUILD_TYPE, LOCAL_BUILDER } from './ids.ts';
import { nameOfTarget, type EvidenceInput } from './input.ts';
import { artifactFile } from './checksums.ts';
import type { ToolPackage } from '../host/port.ts';
import { debPurl, rpmPurl } from './purl.ts';

/** A file of evidence, by name and content. */
export interface EvidenceFile {
  readonly name: string;
  readonly content: string;
}

/** https://github.com/in-toto/attestation/blob/main/spec/v1/resource_descriptor.md */
interface ResourceDescriptor {
  readonly name: string;
  readonly uri?: string;
  readonly digest?: { readonly sha256: string };
}

/**
 * How the artifacts were made: an in-toto Statement v1 (https://in-toto.io/Statement/v1) with a SLSA v1 provenance
 * predicate (https://slsa.dev/spec/v1.0/provenance). `beside` are files that belong to the build and are signed with
 * the statement. It holds no times, which are optional in SLSA, so it is reproducible.
 */
export const makeProvenance = (input: EvidenceInput, beside: readonly EvidenceFile[]): object => ({
  _type: 'https://in-toto.io/Statement/v1',
  subject: input.artifacts.map((artifact) => ({ name: artifactFile(artifact), digest: { sha256: artifact.sha256 } })),
  predicateType: 'https://slsa.dev/provenance/v1',
  predicate: {
    buildDefinition: {
      buildType: BUILD_TYPE,
      externalParameters: {
        definition: { name: input.image.name, version: input.image.version, digest: digestSet(input.definition) },
        ...(input.lock === undefined ? {} : { lock: { digest: digestSet(input.lock) } }),
        formats: [...new Set(input.artifacts.map(({ format }) => format))],
        overrides: input.deviations.map(({ kind, subject, reason }) => ({ kind, subject, reason })),
      },
      internalParameters: {
        targets: input.targets.map(nameOfTarget).sort(),
        sourceDateEpoch: input.epoch,
        tools: input.builder.tools ?? {},
      },
      resolvedDependencies: [...repositoryDependencies(input), ...packageDependencies(input)],
    },
    runDetails: {
      builder: {
        id: input.builder.id ?? LOCAL_BUILDER,
        version: { hew: input.builder.version },
        ...(input.builder.packages === undefined ? {} : { builderDependencies: input.builder.packages.map(toolDependency) }),
      },
      byproducts: beside.map(({ name, content }) => ({ name, digest: digestSet(digestOf(content)) })),
    },
  },
});

const digestSet = (digest: Digest): { readonly sha256: string } => ({ sha256: digest.slice('sha256:'.length) });

const repositoryDependencies = ({ targets }: EvidenceInput): readonly ResourceDescriptor[] =>
  once(
    targets.flatMap(({ repositories }) =>
      repositories.flatMap(({ id, urls, metadata, keys }): readonly ResourceDescriptor[] => {
        const [uri] = urls;
        return [
          ...(uri === undefined && metadata === undefined
            ? []
            : [{ name: `repository ${id}`, ...(uri === undefined ? {} : { uri }), ...(metadata === undefined ? {} : { digest: digestSet(metadata) }) }]),
          // A resource needs a digest or a URI: a key without a digest has neither.
          ...keys.flatMap(({ name, digest }) => (digest === undefined ? [] : [{ name: `key ${name}`, digest: digestSet(digest) }])),
        ];
      }),
    ),
  );

const packageDependencies = ({ targets, distribution }: EvidenceInput): readonly ResourceDescriptor[] =>
  once(
    targets.flatMap(({ packages }) =>
      packages.map((entry) => ({
        name: formatNevra(entry),
        uri: rpmPurl(entry, { distribution: distribution.id, releasever: distribution.releasever }),
        ...(entry.rpm === undefined ? {} : { digest: { sha256: entry.rpm.sha256 } }),
      })),
    ),
  );

/** A package of the tools tree. */
const toolDependency = ({ name, version, architecture, sha256 }: ToolPackage): ResourceDescriptor =>
  ({ name: `${name}=${version}`, uri: debPurl({ name, version, architecture }), digest: { sha256 } });

const once = (rows: readonly ResourceDescriptor[]): readonly ResourceDescriptor[] =>
  [...new Map(rows.map((row) => [JSON.stringify(row), row]))].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
