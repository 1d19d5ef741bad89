import type { SourceReader } from '../../../src/definition/index.ts';

export const DISTRO = `
id = "test"
name = "Test Linux"
releasever = "1"
[package-names]
release-container = "test-release"
shim = { x86_64 = "shim-x64" }
[[repositories]]
id = "base"
baseurl = "https://example.invalid/$releasever/$basearch"
gpgkey = ["keys/main.asc"]
`;

/** Files in memory by path; relative ones lie in the current folder. Holds the distribution `test` unless told otherwise. */
export const memory = (files: Readonly<Record<string, string>>): SourceReader => {
  const all = new Map(Object.entries({ 'profiles/distros/test.toml': DISTRO, ...files })
    .map(([path, text]) => [path.startsWith('/') ? path : `/work/${path}`, text]));
  return {
    cwd: '/work',
    data: '/data',
    readTextIfThere: (path) => Promise.resolve(all.get(path)),
    list: (folder) => Promise.resolve([...all.keys()]
      .filter((path) => path.startsWith(`${folder}/`) && !path.slice(folder.length + 1).includes('/'))
      .map((path) => path.slice(folder.length + 1)).toSorted()),
  };
};

/** The head of an image that holds all rules; what follows is the test's own. */
export const HEAD = `name = "web"\nversion = "1"\ndistro = "test"\n`;
export const OCI = `[[outputs]]\nformat = "oci"\n`;
