/**
 * All that others may know of dnf5. Its arguments, settings, view, locks and messages stay in this folder; the rest asks
 * to resolve, list, locate and install in a session.
 */
export { openDnfSession, type DnfSession, type SessionOptions } from './session.ts';
export { fetchedPackages, resolvePackages, type FetchedPackages } from './resolve.ts';
export { canResolve } from './can-resolve.ts';
export { reportLags } from './available.ts';
export { locatePackages } from './locate.ts';
export { installTransaction, type Installation } from './install.ts';
export { describeOlder, type RepositoryState } from './repository-metadata.ts';
export { unreachableRepositories } from './errors.ts';
export { listKept } from './package-cache.ts';
export { measure, openStore, writeTransaction, type PackageStore } from './stored-transaction.ts';
