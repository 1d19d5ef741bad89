import { stages, type Emit } from '../events.ts';
import { findDebianMirror } from '../host/debian-mirror.ts';
import { isTreeMade, makeTree, treePath } from '../host/tools-tree.ts';

export interface InstalledTools {
  /** Folder of the tree. */
  readonly path: string;
  /** False if it existed already. */
  readonly made: boolean;
  readonly packages: readonly string[];
}

interface Context {
  readonly signal: AbortSignal;
  readonly emit: Emit;
  readonly seconds: () => number;
}

/** Makes the tools tree unless it exists. */
export async function installTools(
  cache: string,
  packages: readonly string[],
  mirror: string | undefined,
  { signal, emit, seconds }: Context,
): Promise<InstalledTools> {
  const path = treePath(cache, packages);
  if (isTreeMade(path)) return { path, made: false, packages };
  const stage = { id: 'tools', title: 'tools tree from Debian testing' };
  emit({ kind: 'planned', title: 'hew tools install', stages: [stage] });
  await stages(seconds, emit, new Map())(stage, async (detail) => {
    const found = await findDebianMirror(mirror, signal);
    await makeTree({ cache, packages, mirror: found, signal, onLine: (line) => detail(line.replace(/^I: /, '')) });
  });
  return { path, made: true, packages };
}
