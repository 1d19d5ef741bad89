#!/usr/bin/env node
// Plain JavaScript that an old Node can read too: it must be able to say that it is too old.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const self = fileURLToPath(import.meta.url);
const root = join(dirname(self), '..');
const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const needed = engines.node.replace('>=', '').split('.').map(Number);
const have = process.versions.node.split('.').map(Number);

if (have[0] < needed[0] || (have[0] === needed[0] && have[1] < (needed[1] || 0))) {
  const newer = join(root, 'node_modules', 'node', 'bin', 'node');
  if (existsSync(newer) && newer !== process.execPath) {
    // The other Node takes this one's place: same process id, same signals.
    if (process.execve) process.execve(newer, [newer, self, ...process.argv.slice(2)], process.env);
    const { status } = spawnSync(newer, [self, ...process.argv.slice(2)], { stdio: 'inherit' });
    process.exit(status === null ? 1 : status);
  }
  process.stderr.write(
    `hew needs Node.js ${needed.join('.')} or newer; this is ${process.versions.node}.\n` +
      'Install a current one (https://nodejs.org, or your distribution), or run `npm ci` in a checkout of hew.\n',
  );
  process.exit(1);
}

// Compiled once, started fast. Below the person's own cache folder: code from a shared one could be anybody's.
const { enableCompileCache } = await import('node:module');
try {
  const caches = process.env.HEW_CACHE || join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'hew');
  // Below /proc nothing can be made, and Node's mkdir goes on trying for ever.
  if (!caches.startsWith('/proc/')) enableCompileCache(join(caches, 'compiled'));
} catch {
  // Whoever has no home starts a little slower.
}
const { start } = await import('../dist/cli/start.js');
await start(root, process.argv.slice(1));
