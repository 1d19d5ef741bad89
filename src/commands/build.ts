import { resolve } from 'node:path';

import { Args, Flags } from '@oclif/core';

import { HewCommand } from '../cli/command.ts';
import { definitionFlags, definitionOptions } from '../cli/definition-flags.ts';
import { describeBuild } from '../cli/describe-build.ts';
import { paragraphs } from '../cli/format.ts';
import { neededTools } from '../plan/needed-tools.ts';
import type { Plan } from '../plan/types.ts';
import { findSignTools } from '../host/sign-tools.ts';
import { buildImage, type BuildOptions, type BuildResult } from '../build/build-image.ts';
import { buildTwice, type ReproducedBuild } from '../usecases/check-reproducible.ts';
import { withPlaces } from '../usecases/place-problems.ts';
import { planImage } from '../usecases/plan.ts';

type Built = BuildResult | ReproducedBuild;

export default class Build extends HewCommand {
  static override summary = 'Build images: resolve, fetch, verify and install packages, configure the root, and pack it.';
  static override workspace = true;
  static override strict = false;
  static override args = {
    image: Args.string({ description: 'name in images/, or path to a .toml, .yaml or .ks file (repeatable)', required: true }),
  };
  static override examples = [
    '<%= config.bin %> build container-base',
    '<%= config.bin %> build container-base --distro sample --output artifacts',
    '<%= config.bin %> build cloud.ks --distro fedora-43 --format qcow2',
    '<%= config.bin %> build container-base --locked --check-reproducible',
  ];
  static override flags = {
    ...definitionFlags,
    output: Flags.string({ char: 'o', description: 'folder for artifacts', default: 'out', helpValue: 'DIR' }),
    emulate: Flags.boolean({ description: 'run scriptlets in QEMU if this machine lacks the level' }),
    locked: Flags.boolean({ description: 'install exactly what IMAGE.lock.yaml names; fail when it is missing or stale' }),
    vendor: Flags.string({ description: 'with --locked: take packages only from this folder, which `hew lock IMAGE --vendor DIR` made', helpValue: 'DIR', dependsOn: ['locked'] }),
    'no-cache': Flags.boolean({ description: 'make everything again: layers, initrds, artifacts' }),
    'explain-cache': Flags.boolean({ description: 'say for each stage whether it was in the cache, and if not, which input differed' }),
    'sign-key': Flags.string({ description: 'sign the evidence with this cosign private key; COSIGN_PASSWORD holds its password', helpValue: 'FILE' }),
    'check-reproducible': Flags.boolean({ description: 'build twice, and fail with the first path that differs' }),
    'keep-root': Flags.boolean({ description: 'keep the root beside the artifacts' }),
  };

  async run(): Promise<Built | readonly Built[]> {
    const { argv, flags } = await this.parse(Build);
    const results: Built[] = [];
    const plans: (readonly [string, Plan])[] = [];
    const request = { ...definitionOptions(flags), emulate: flags.emulate };
    for (const image of argv as string[]) plans.push([image, await planImage(this.machine, image, this.folder, request)]);
    await this.machine.tools([...new Set(plans.flatMap(([, plan]) => neededTools(plan)))]);
    const output = resolve(flags.output);
    const signing = await this.#signing(flags['sign-key']);
    for (const [image, plan] of plans) {
      const vendor = flags.vendor === undefined ? {} : { vendor: resolve(flags.vendor) };
      const options = { output, cache: !flags['no-cache'], explainCache: flags['explain-cache'], locked: flags.locked, keepRoots: flags['keep-root'], ...vendor, ...signing };
      const build = flags['check-reproducible'] ? buildTwice : buildImage;
      // The memory of this image's roots is free again for the next image.
      const work = (): Promise<Built> => this.machine.inFreshWorkspace(() => build(this.machine, plan, options, this.emit));
      results.push(await withPlaces(this.machine, image, this.folder, request, work));
    }
    await this.endProgress();
    this.print(paragraphs(results.map((result) => describeBuild(result, this.folder))));
    const [only] = results;
    return results.length === 1 && only !== undefined ? only : results;
  }

  async #signing(key: string | undefined): Promise<Pick<BuildOptions, 'signing'>> {
    if (key === undefined) return {};
    return { signing: { key: resolve(key), tools: findSignTools(this.machine.paths.cache, await this.machine.tools()) } };
  }
}
