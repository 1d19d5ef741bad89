import { HewError, type Problem } from '../../errors.ts';
import type { Attributes, FileStatus, Finished, Host, RootFiles, RunOptions, View } from '../../host/port.ts';
import type { Plan } from '../../plan/types.ts';
import type { InstalledRoot } from '../install.ts';

/** Receives what a user should know although nothing failed. */
export type Notice = (message: string) => void;

/** A root while it is configured. Every path is one of the image, and no link leads out of it. */
export interface System {
  readonly host: Host;
  readonly plan: Plan;
  readonly settings: Plan['configuration']['system'];
  /** Absolute path on this machine. */
  readonly root: string;
  /** Seconds since 1970, the only time that may go into an image. */
  readonly epoch: number;
  readonly notice: Notice;
  /** Its files. */
  readonly files: RootFiles;
  /** The status of a path, following links. */
  status(path: string): Promise<FileStatus | undefined>;
  /** The first of these paths that exists. */
  find(paths: readonly string[]): Promise<string | undefined>;
  /** Text of a file, following links; undefined if it does not exist. */
  read(path: string): Promise<string | undefined>;
  /** Names in a folder, sorted; empty if it does not exist. */
  list(path: string): Promise<readonly string[]>;
  set(path: string, content: string, attributes?: Partial<Attributes>): Promise<void>;
  link(path: string, target: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Runs a program of the image with the image as its `/`. */
  run(tool: string, args: readonly string[], extra?: InsideOptions): Promise<Finished>;
  /** A failure about a key of the definition, such as `system.timezone`; about some items, if it is a list. */
  refuse(key: string, problem: Omit<Problem, 'place' | 'subject'>, items?: readonly string[]): HewError;
}

export interface InsideOptions extends RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly view?: Pick<View, 'network' | 'place'>;
}

/** Opens an installed root for configuration. */
export function openSystem(
  host: Host,
  plan: Plan,
  { path: root, target }: Pick<InstalledRoot, 'path' | 'target'>,
  epoch: number,
  notice: Notice,
): System {
  const files = host.inside(root);
  const status = async (path: string): Promise<FileStatus | undefined> => files.status(path, { follow: true });
  return {
    host,
    plan,
    settings: plan.configuration.system,
    root,
    epoch,
    notice,
    files,
    status,
    find: async (paths) => {
      for (const path of paths) if ((await status(path)) !== undefined) return path;
      return undefined;
    },
    read: (path) => files.readText(path),
    list: (path) => files.list(path),
    set: (path, content, attributes) => files.write(path, content, attributes),
    link: (path, target) => files.symlink(path, target),
    remove: (path) => files.remove(path),
    run: (tool, args, { env = {}, view = {}, ...options } = {}) =>
      host.run({
        tool,
        args,
        // Compiled modules would contain the time of the build.
        env: { HOME: '/root', PYTHONDONTWRITEBYTECODE: '1', SOURCE_DATE_EPOCH: String(epoch), ...env },
        view: { root, ...(target.emulate === undefined ? {} : { emulate: target.emulate }), ...view },
      }, options),
    refuse: (key, problem, items) =>
      new HewError({ ...problem, subject: { kind: 'key', name: key, ...(items === undefined ? {} : { items }) }, place: { file: plan.image.file } }),
  };
}
