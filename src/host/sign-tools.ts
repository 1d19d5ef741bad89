import { HewError } from '../errors.ts';
import { SIGN_TOOLS } from '../tools.ts';
import { findProgram } from './find-program.ts';
import { findTree, packagesOf } from './tools-tree.ts';
import type { ToolsOrigin } from './port.ts';

/** Debian packages of the tree that signs evidence and checks signatures. */
export const SIGN_PACKAGES: readonly string[] = packagesOf(SIGN_TOOLS);

/**
 * Where cosign is: on the machine, if its own tools are used and it has it, otherwise in the tree of `SIGN_PACKAGES`.
 * Throws `HewError` if it is in neither place.
 */
export function findSignTools(cache: string, tools: ToolsOrigin): ToolsOrigin {
  if (tools.origin === 'host' && findProgram('cosign') !== undefined) return tools;
  const tree = findTree(cache, SIGN_PACKAGES);
  if (tree !== undefined) return tree;
  throw new HewError({
    code: 'no-sign-tools',
    message: 'there is no tree of signing tools yet (cosign)',
    hint: 'make one with `hew tools install --sign`',
  });
}
