#!/usr/bin/env node
// Runs the TypeScript sources as they are; needs a Node that strips types by itself (22.18 or newer).
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { start } = await import('../src/cli/start.ts');
await start(root, process.argv.slice(1));
