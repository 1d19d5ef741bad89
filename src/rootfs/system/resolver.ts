import type { System } from './context.ts';

const PATH = '/etc/resolv.conf';

export interface Resolver {
  /** For `View.place`. */
  readonly place: Readonly<Record<string, string>>;
  /** Removes the mount point from the image. */
  remove(): Promise<void>;
}

/** The builder's name servers for one script with network access; nothing of it stays in the image. */
export async function hostResolver(system: System, file: string): Promise<Resolver | undefined> {
  const { host, files } = system;
  const text = await host.fs.readTextIfThere(PATH);
  if (text === undefined) return undefined;
  await host.fs.write(file, text);
  const path = await files.resolve(PATH);
  // A mount point in the root itself must exist; one in /run is temporary.
  const isMade = !path.startsWith('/run/') && (await files.status(path)) === undefined;
  if (isMade) await system.set(path, '');
  return {
    place: { [path]: file },
    remove: async () => {
      if (isMade) await files.remove(path);
    },
  };
}
