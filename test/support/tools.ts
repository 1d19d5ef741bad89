// Run by bin/test: makes the tree of the programs that only tests need, unless it is there.
import { findDebianMirror } from '../../src/host/debian-mirror.ts';
import { enterNamespace } from '../../src/host/namespace.ts';
import { hostPaths } from '../../src/host/paths.ts';
import { makeTree } from '../../src/host/tools-tree.ts';
import { TEST_TOOLS } from './test-tools.ts';

await enterNamespace(process.argv.slice(1), hostPaths().work);
const { signal } = new AbortController();
const mirror = await findDebianMirror(undefined, signal);
const path = await makeTree({ cache: hostPaths().cache, mirror, packages: TEST_TOOLS, signal });
process.stderr.write(`test tools: ${path}\n`);
