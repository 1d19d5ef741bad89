import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type RpmPackage, writeSpec } from './spec.ts';
import type { Tree } from './tree.ts';

export interface Job {
  /** Unique among the jobs; names the files of the job. */
  readonly id: string;
  readonly rpm: RpmPackage;
  /** Build root with the files. */
  readonly root: string;
  /** Folder that receives the RPM. */
  readonly output: string;
  /** SOURCE_DATE_EPOCH: build time, and the newest time that a file may have. */
  readonly epoch: number;
}

const macros = {
  '_rpmformat': '4',
  '_binary_payload': 'w5.zstdio',
  '_source_filedigest_algorithm': '8',
  '_binary_filedigest_algorithm': '8',
  '_buildhost': 'sample.invalid',
  'use_source_date_epoch_as_buildtime': '1',
  'build_mtime_policy': 'clamp_to_source_date_epoch',
  'clamp_mtime_to_source_date_epoch': '1',
  // Doubled: these are query tags of the finished package, not macros of the spec.
  '_rpmfilename': '%%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm',
  // The files are ready: nothing is stripped, compressed, scanned or split off.
  'debug_package': '%{nil}',
  '__spec_install_pre': '%{___build_pre}',
  '__os_install_post': '%{nil}',
  '__spec_install_post': '%{nil}',
  '__check_files': '%{nil}',
  '_build_id_links': 'none',
  '_binaries_in_noarch_packages_terminate_build': '0',
  '_unpackaged_files_terminate_build': '0',
  '_missing_doc_files_terminate_build': '1',
} as const;

const script = `
set -eu
one() {
  mkdir -p "$WORK/build/$1"
  SOURCE_DATE_EPOCH=$5 rpmbuild -bb --quiet --noclean --target "$4" --buildroot "$2" \\
    --define "_builddir $WORK/build/$1" --define "_rpmdir $3" "$WORK/specs/$1.spec" >&2
}
if [ "$#" -eq 5 ]; then one "$@"; exit; fi
xargs -P "$WORKERS" -n 5 sh "$0"
`;

/** Builds RPMs from prepared build roots, several at once. */
export async function buildRpms(tree: Tree, jobs: readonly Job[], work: string, workers: number): Promise<void> {
  await mkdir(join(work, 'specs'), { recursive: true });
  const lines = Object.entries(macros).map(([name, value]) => `%${name} ${value}\n`);
  // HOME's macros are read again for each --target, after the system's own.
  await mkdir(join(work, '.config/rpm'), { recursive: true });
  await writeFile(join(work, '.config/rpm/macros'), lines.join(''));
  await writeFile(join(work, '.rpmmacros'), lines.join(''));
  await writeFile(join(work, 'build.sh'), script);
  for (const { id, rpm, output } of jobs) {
    await mkdir(output, { recursive: true });
    await writeFile(join(work, 'specs', `${id}.spec`), writeSpec(rpm));
  }
  const input = jobs.map((job) =>
    [job.id, job.root, job.output, job.rpm.arch, job.epoch].join('\n')).join('\n');
  const write = [...new Set([work, ...jobs.map(({ output }) => output)])];
  const env = { HOME: work, WORK: work, WORKERS: String(workers) };
  await tree.run(['sh', join(work, 'build.sh')], { write, env, input });
}

/** The name that rpmbuild gives the file. */
export const rpmFileName = ({ name, version, release, arch }: RpmPackage): string =>
  `${name}-${version}-${release}.${arch}.rpm`;
