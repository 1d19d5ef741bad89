import { join } from 'node:path';
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';

import { CancelledError } from '../errors.ts';
import { architecture, readCpu } from './cpu.ts';
import { openCacheSession, type CacheSession } from './cache-session.ts';
import { openClaims } from './claimed-folders.ts';
import { openContainment, type Containment } from './containment.ts';
import { emulationEnvironment, openEmulator, type Emulator } from './emulation.ts';
import { machineFiles } from './files.ts';
import { openRoot } from './inside/root-files.ts';
import { hostPaths } from './paths.ts';
import { openLimitedNetwork } from './limited-network.ts';
import type { Command, Host, ProgramIdentity, RunOptions, ToolsOrigin } from './port.ts';
import { pipeProcess } from './pipe-process.ts';
import { programIdentity } from './program.ts';
import { CLEAN_ENVIRONMENT, runProcess, type ProcessRequest } from './process.ts';
import { openToolVersions } from './tool-versions.ts';
import { runsImage, sandboxArguments } from './sandbox.ts';
import type { ToolName } from '../tools.ts';
import { chooseToolset } from './toolset.ts';
import { mountWorkspace, workspaceSize, type Workspace } from './workspace.ts';

export interface MachineOptions {
  /** Ends every running program, and refuses new ones. */
  readonly signal: AbortSignal;
  readonly onCommand?: ((commandLine: string) => void) | undefined;
}

/** The real machine. */
export interface Machine extends Host {
  /** Mounts the workspace at `paths.work`, for commands that run in a namespace of their own. */
  openWorkspace(): void;
  /** Whether no other process of hew uses the cache folder; then none starts to before this one ends. */
  tryCacheAlone(): boolean;
  /** Ends helpers, and removes temporary files of this process. Waits for work that must not be interrupted. */
  close(): Promise<void>;
}

/** Makes the `Host` of this machine. Mounts and looks up nothing before it is needed. */
export function createMachine({ signal, onCommand }: MachineOptions): Machine {
  let paths = hostPaths();
  let session: CacheSession | undefined;
  const ownSession = (): CacheSession => (session ??= openCacheSession(paths.cache));
  let program: ProgramIdentity | undefined;
  const toolVersions = openToolVersions(signal);
  const claims = openClaims();
  const committing = new Set<Promise<unknown>>();
  let origin: Promise<ToolsOrigin> | undefined;
  /** The last one covers those before it. */
  const workspaces: Workspace[] = [];
  let emulator: Promise<Emulator> | undefined;
  let containment: Containment | undefined;
  const tools = (needed?: readonly ToolName[]): Promise<ToolsOrigin> =>
    (origin ??= chooseToolset({ cache: paths.cache, env: process.env, needed, signal }));
  const request = async (command: Command): Promise<ProcessRequest> => {
    const { tool, args, view, cwd } = command;
    const root = view.tools ?? (await tools()).root;
    const sandbox = sandboxArguments(view, { path: root }, workspaces.at(-1)?.size ?? workspaceSize(), cwd);
    const env = { ...CLEAN_ENVIRONMENT, ...command.env };
    const ready = (argv: readonly string[], more = {}): ProcessRequest =>
      ({ argv: [...argv, tool, ...args], program: tool, env: { ...env, ...more }, signal, onStart: onCommand });
    if (!runsImage(view)) return ready(sandbox);
    containment ??= openContainment(join(paths.work, 'containment'), paths.work);
    if (view.emulate === undefined) return { ...ready(containment.enter(sandbox, view)), hasLifeline: true };
    emulator ??= openEmulator(join(paths.work, 'emulation'), { path: root });
    const emulated = (await emulator).enter(sandbox, tool, view);
    return { ...ready(containment.enter(emulated, view), emulationEnvironment(view.emulate)), hasLifeline: true };
  };
  const checkpoint = async (): Promise<void> => {
    await turn();
    if (signal.aborted) throw new CancelledError();
  };
  /** Starts a command, in a network of its own if its view lists destinations. */
  const start = async <T>(command: Command, work: (asked: ProcessRequest) => Promise<T>, onRefused?: RunOptions['onRefused']): Promise<T> => {
    const { network } = command.view;
    const asked = await request(command);
    if (typeof network !== 'object') return work(asked);
    const limited = await openLimitedNetwork(network);
    try {
      return await work({ ...asked, argv: [...limited.enter, ...asked.argv], env: { ...limited.env, ...asked.env } });
    } finally {
      await limited.close();
      for (const destination of limited.refused()) onRefused?.(destination);
    }
  };
  // A session that could not be opened was reported to its caller.
  const closeEmulator = async (): Promise<void> => emulator?.then((opened) => opened.close(), () => undefined);
  return {
    env: process.env,
    get paths() {
      return paths;
    },
    fs: machineFiles,
    inside: (folder) => openRoot(folder, checkpoint),
    clock: { now: () => new Date(), seconds: () => performance.now() / 1000, wait: (seconds) => wait(seconds * 1000) },
    architecture,
    run: (command, options) => start(command, (asked) => runProcess(asked, options), options?.onRefused),
    piped: (command, consume, feed) => start(command, (asked) => pipeProcess(asked, consume, feed)),
    checkpoint,
    cpu: readCpu,
    tools,
    toolVersions: async (names) => toolVersions(await tools(), names),
    program: () => (program ??= programIdentity(paths.data)),
    canKeep: () => ownSession().isWritable,
    tryCacheAlone: () => ownSession().tryExclusive(),
    makeCacheFolder: async (prefix) => (ownSession().isWritable ? ownSession().makeFolder(prefix) : undefined),
    makeWorkFolder: async (name, bytes) => {
      const workspace = workspaces.at(-1);
      if (workspace === undefined) throw new TypeError('this command has no workspace');
      return workspace.makeFolder(name, bytes);
    },
    claimFolder: async (prefix) => claims.claim(prefix),
    uninterrupted: async (work) => {
      if (signal.aborted) throw new CancelledError();
      const done = work();
      committing.add(done);
      try {
        return await done;
      } finally {
        committing.delete(done);
      }
    },
    inFreshWorkspace: async (work) => {
      const covered = [emulator, containment] as const;
      const fresh = mountWorkspace(paths.work, ownSession(), process.env);
      workspaces.push(fresh);
      // The emulator and the filter of system calls are files of the workspace.
      [emulator, containment] = [undefined, undefined];
      try {
        return await work();
      } finally {
        await closeEmulator();
        [emulator, containment] = covered;
        workspaces.pop();
        fresh.unmount();
      }
    },
    openWorkspace: () => {
      // Scriptlets and package managers make files without a mode; the user's umask must not be an input of an image.
      process.umask(0o022);
      // dnf5 has to write somewhere: then its downloads end with the workspace.
      if (!ownSession().isWritable) paths = { ...paths, packages: join(paths.work, 'packages') };
      if (workspaces.length === 0) workspaces.push(mountWorkspace(paths.work, ownSession(), process.env));
    },
    close: async () => {
      await Promise.allSettled(committing);
      await closeEmulator();
      claims.close();
      session?.close();
    },
  };
}
