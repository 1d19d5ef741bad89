// Bundles the sources into dist/: a command starts several times faster from a few files than from some seven hundred.
// What package.json names as a dependency stays a package of its own: @oclif/core looks for its own files, the other two
// are small or rarely needed. What is bundled is a development dependency, so that nobody installs it a second time.
import { globSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { rolldown } from 'rolldown';
import { dynamicImportVarsPlugin, importGlobPlugin } from 'rolldown/experimental';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const entries = ['cli/start', 'host/hash-thread', 'host/listener', ...globSync('commands/**/*.ts', { cwd: join(root, 'src') }).map((file) => file.slice(0, -'.ts'.length))];

rmSync(join(root, 'dist'), { recursive: true, force: true });
const bundle = await rolldown({
  input: Object.fromEntries(entries.map((name) => [name, join(root, 'src', `${name}.ts`)])),
  external: [/^node:/, ...Object.keys(dependencies)],
  platform: 'node',
  // Writers and rules are imported by the name of their folder.
  plugins: [dynamicImportVarsPlugin(), importGlobPlugin()],
});
await bundle.write({
  dir: join(root, 'dist'),
  format: 'esm',
  entryFileNames: '[name].js',
  // As deep as the sources are: paths to the package's own folders are relative to them.
  chunkFileNames: 'chunks/[name]-[hash].js',
});
await bundle.close();
