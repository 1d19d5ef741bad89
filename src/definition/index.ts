/** The definition stage: files become one checked and merged value. Effects go only through the given `SourceReader`. */
export { listAvailable, listDistributions, type Available, type AvailableDistribution, type AvailableItem } from './available.ts';
export { checkFiles } from './check.ts';
export { loadDistribution, mapPackageName } from './distribution.ts';
export { definitionJsonSchema, distributionJsonSchema, type JsonSchema } from './json-schema.ts';
export { matchesGlob } from './glob.ts';
export { filesystemOf } from './filesystem-of.ts';
export { inputFile, loadDefinition } from './load.ts';
export { didYouMean, listOf, nearest } from './nearest.ts';
export { formatPath, parsePath } from './paths.ts';
export { checkStaticDevice, type StaticDevice } from './rules/network.ts';
export { publicKeysIn } from './rules/secrets.ts';
export { bytesOf } from '../schema-words.ts';
export { formatDeviation, formatShowRow, showRows, type ShowRow } from './show.ts';
export { isPath, LOCK_ENDING, sourcesOf, type SourceReader } from './source.ts';
export type {
  BootSettings, Definition, DefinitionFile, DefinitionInput, DefinitionScript, DefinitionUser, Deviation, DiskSettings, Distribution, InputFile,
  KickstartLayer, LevelModel, LoadedDefinition, LoadOptions, Output, OutputFormat, Override, Partition, Path, ReadKickstart, Repository,
  RequestedLevel, Setting,
} from './types.ts';
