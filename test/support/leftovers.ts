import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a run of hew may leave on this machine besides its artifacts. */
export interface Traces {
  /** Lines of /proc/mounts below the folders. */
  readonly mounts: readonly string[];
  /** Command lines of processes that name one of the folders, this one left out. */
  readonly processes: readonly string[];
  /** Unfinished files, and files of roots and workspaces. */
  readonly files: readonly string[];
}

/** Looks for traces of builds that used these folders: a cache folder and output folders. */
export function tracesIn(folders: readonly string[]): Traces {
  return {
    mounts: readFileSync('/proc/mounts', 'utf8').split('\n').filter((line) => folders.some((folder) => line.includes(folder))),
    processes: processesNaming(folders),
    files: folders.flatMap(unfinishedFiles),
  };
}

/** Waits until the traces are gone, or returns those that stay: a killed process ends its helpers a moment later. */
export async function settledTraces(folders: readonly string[], seconds = 5): Promise<Traces> {
  const until = performance.now() + seconds * 1000;
  for (;;) {
    const traces = tracesIn(folders);
    if (isClean(traces) || performance.now() > until) return traces;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export const NO_TRACES: Traces = { mounts: [], processes: [], files: [] };

const isClean = ({ mounts, processes, files }: Traces): boolean => mounts.length + processes.length + files.length === 0;

function processesNaming(folders: readonly string[]): readonly string[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid).flatMap((pid) => {
    const [command, environment] = ['cmdline', 'environ'].map((file) => readIfThere(`/proc/${pid}/${file}`).replaceAll('\0', ' '));
    const names = folders.some((folder) => command?.includes(folder) || environment?.includes(folder));
    return names ? [`${pid} ${command ?? ''}`] : [];
  });
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Names that only appear while a build works. A cache keeps packages; its workspace and its sessions must be empty. */
function unfinishedFiles(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  const below = (name: string): readonly string[] =>
    existsSync(join(folder, name)) ? readdirSync(join(folder, name)).map((entry) => join(folder, name, entry)) : [];
  const hidden = readdirSync(folder).filter((name) => name.startsWith('.')).map((name) => join(folder, name));
  return [...hidden, ...below('work'), ...below('sessions')];
}
