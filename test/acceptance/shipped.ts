import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';

import { CHECKOUT } from '../support/checkout.ts';

/** Names of the distributions that come with hew and have mirrors, which the sample distribution has not. */
export const shippedDistributions = (): readonly string[] =>
  readdirSync(join(CHECKOUT, 'profiles/distros')).map((name) => basename(name, '.toml')).filter((name) => !name.startsWith('sample')).sort();
