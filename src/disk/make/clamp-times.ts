import type { Host } from '../../host/port.ts';

/** Arguments of find(1) that set every time stamp younger than `epoch` back to it, links themselves included. */
export const clampArguments = (folder: string, epoch: number): string[] => [
  folder, '-newermt', `@${epoch}`, '-exec', 'touch', '--no-dereference', `--date=@${epoch}`, '{}', '+',
];

/** What a build wrote itself must not tell when it did: https://reproducible-builds.org/docs/source-date-epoch/ */
export async function clampTimes(host: Host, folder: string, epoch: number): Promise<void> {
  await host.run({ tool: 'find', args: clampArguments(folder, epoch), view: { write: [folder] } });
}
