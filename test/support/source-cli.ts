import { CHECKOUT } from './checkout.ts';
import { runHew, type HewOptions, type HewRun } from './hew.ts';

/** Runs hew in the checkout, for tests of the command line. */
export const hew = (args: readonly string[], options: HewOptions = {}): Promise<HewRun> => runHew(args, { cwd: CHECKOUT, ...options });
