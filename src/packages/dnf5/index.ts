/**
 * All that others may know of dnf5. Its arguments, settings, view, locks and messages stay in this folder; the rest asks
 * to resolve, list, locate and install in a session.
 */
export { openDnfSession, type DnfSession, type SessionOptions } from './session.ts';
export { fetchedPackages, resolvePackages, type FetchedPackages, type Resolution } from './resolve.ts';
export { choosePackages, pinChosen, type ChosenSet } from './choose.ts';
export type { PackageRecord } from './records.ts';
export { findOwners } from './file-owners.ts';
export { locatePackages } from './locate.ts';
export { readAdvisories } from './advisories.ts';
export { canResolve } from './can-resolve.ts';
export { reportLags } from './available.ts';
export { installTransaction, type Installation } from './install.ts';
export { describeOlder, type RepositoryState } from './repository-metadata.ts';
export { unreachableRepositories } from './errors.ts';
export { listKept } from './package-cache.ts';
export { measure, openStore, writeTransaction, type Measured, type PackageStore } from './stored-transaction.ts';
