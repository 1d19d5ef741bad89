interface StreamRest {
  readonly version?: number;
  readonly profile?: Readonly<Record<string, readonly string[]>>;
  readonly requires?: Readonly<Record<string, readonly string[]>>;
}

/** A document of module metadata, in the words that real repositories use: streams stand without quotes. */
export const moduleStream = (name: string, stream: string, artifacts: readonly string[], { version = 1, profile = {}, requires = { platform: ['el9'] } }: StreamRest = {}): string => `---
document: modulemd
version: 2
data:
  name: ${name}
  stream: ${stream}
  version: ${version}
  context: abcd1234
  arch: x86_64
  summary: made in a test
  description: made in a test
  license: {module: [MIT]}
  dependencies:
  - requires: ${JSON.stringify(requires)}
  profiles: ${JSON.stringify(Object.fromEntries(Object.entries(profile).map(([key, rpms]) => [key, { rpms }])))}
  artifacts: {rpms: ${JSON.stringify(artifacts)}}
...
`;

/** The document that says which stream of a module is active by itself. */
export const streamDefaults = (name: string, stream: string): string => `---
document: modulemd-defaults
version: 1
data:
  module: ${name}
  stream: ${stream}
...
`;
