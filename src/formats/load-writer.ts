import type { DiskOutput, RootOutput } from './rows.ts';
import type { DiskWriter, RootWriter } from './writer.ts';

/** The default export of `write.ts` in the folder of a format. Found by its name, so that a format is added in one place. */
const load = async (format: string): Promise<unknown> => {
  const module: { readonly default: unknown } = await import(`./${format}/write.ts`);
  return module.default;
};

/** The writer of disks in the format of an output. */
export const loadDiskWriter = async ({ format }: DiskOutput): Promise<DiskWriter<DiskOutput>> => (await load(format)) as DiskWriter<DiskOutput>;

/** The writer of packed roots in the format of an output. */
export const loadRootWriter = async ({ format }: RootOutput): Promise<RootWriter<RootOutput>> => (await load(format)) as RootWriter<RootOutput>;
