import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

import { loadDistribution } from '../../../src/definition/index.ts';
import { packagesFor } from '../../../src/plan/packages-for.ts';
import type { Plan } from '../../../src/plan/types.ts';
import { CHECKOUT } from '../../support/checkout.ts';
import { planShipped, shipped, targetOf } from '../../support/planned.ts';

const namesIn = (folder: string): readonly string[] =>
  readdirSync(join(CHECKOUT, folder)).flatMap((name) => (name.endsWith('.toml') ? [name.slice(0, -'.toml'.length)] : [])).toSorted();

const asked = (plan: Plan): readonly string[] => [...new Set(packagesFor(plan, targetOf(plan).arch).install)].toSorted();

it.each(namesIn('profiles/distros'))('every image asks %s for these packages', async (distro) => {
  const { arches } = await loadDistribution(shipped, distro);
  const text: string[] = [];
  for (const image of namesIn('images')) {
    const plan = await planShipped(image, { distro });
    if (text.length === 0) {
      const { name, releasever, baseline, levelModel } = plan.distribution;
      text.push(`# ${name}, releasever ${releasever}, baseline ${baseline}, levels by ${levelModel}`);
      for (const { settings: { id, level, baseurl, metalink, mirrorlist } } of targetOf(plan).repositories) {
        text.push(`# ${id} (${level}): ${[...baseurl, metalink, mirrorlist].filter((url) => url !== undefined).join(' ')}`);
      }
    }
    const names = asked(plan);
    text.push(`${image}: ${names.join(' ')}`);
    if (!arches.includes('aarch64')) continue;
    const others = asked(await planShipped(image, { distro }, 'aarch64')).filter((name) => !names.includes(name));
    if (others.length > 0) text.push(`${image} on aarch64: ${others.join(' ')}`);
  }
  await expect(`${text.join('\n')}\n`).toMatchFileSnapshot(`images/${distro}.txt`);
  // Two plans an image, on a machine that is not its own.
}, 60_000);
