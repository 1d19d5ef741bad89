import { copyFile, cp, link, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { keyNames, keyringPlace, keyUser, signatureTime } from './keys.ts';
import { compsXml } from './data/comps.ts';
import { handMadeEpoch } from './data/release.ts';
import type { Tree } from './tree.ts';

/** The repositories of both models, relative to the output folder. */
export const repositories = {
  base: 'repos/base/x86_64',
  v3: 'repos/base/x86_64_v3',
  labelled: 'repos/labelled/x86_64',
  updates: 'repos/updates/x86_64',
  updatesV3: 'repos/updates/x86_64_v3',
  labelledUpdates: 'repos/labelled-updates/x86_64',
} as const;

/** Signs the RPMs, completes the labelled repositories, makes and signs all metadata, and lays out the keys. */
export async function publish(tree: Tree, output: string, keys: string, work: string, workers: number): Promise<void> {
  const folders = Object.values(repositories).map((path) => join(output, path));
  for (const folder of folders) await mkdir(folder, { recursive: true });
  await signPackages(tree, folders, keys, work, workers);
  for (const [from, to] of [['base', 'labelled'], ['updates', 'labelledUpdates']] as const) {
    await linkAll(join(output, repositories[from]), join(output, repositories[to]));
  }
  await makeMetadata(tree, folders, keys, work, workers);
  await layOutKeys(output, keys);
}

async function signPackages(
  tree: Tree, folders: readonly string[], keys: string, work: string, workers: number,
): Promise<void> {
  const files: string[] = [];
  for (const folder of folders) files.push(...(await readdir(folder)).map((name) => join(folder, name)));
  // xargs splits the list over the workers; rpmsign starts one gpg a package.
  const macros = [
    `_gpg_path ${keyringPlace}`, '_openpgp_sign gpg', `_openpgp_sign_id ${keyUser('sample')}`, `_tmppath ${work}`,
    `_gpg_sign_cmd_extra_args --faked-system-time ${signatureTime}`,
  ];
  const rpmsign = ['rpmsign', '--addsign', ...macros.flatMap((macro) => ['--define', macro])];
  await tree.run(['xargs', '-P', String(workers), '-n', '12', ...rpmsign], {
    write: [...folders, work],
    place: { [join(keys, 'gnupg')]: keyringPlace },
    env: { GNUPGHOME: keyringPlace, GPG_TTY: '/dev/null' },
    input: files.join('\n'),
  });
}

async function linkAll(from: string, to: string): Promise<void> {
  for (const name of await readdir(from)) if (name.endsWith('.rpm')) await link(join(from, name), join(to, name));
}

async function makeMetadata(
  tree: Tree, folders: readonly string[], keys: string, work: string, workers: number,
): Promise<void> {
  const script = join(work, 'metadata.sh');
  const comps = join(work, 'comps.xml');
  await writeFile(comps, compsXml());
  // Groups are in the repository that an installation starts from, as in Fedora.
  await writeFile(script, `set -eu
for folder; do
  case "$folder" in */repos/base/x86_64|*/repos/labelled/x86_64) groups="--groupfile ${comps}" ;; *) groups= ;; esac
  createrepo_c --quiet --workers "$WORKERS" --general-compress-type zstd --no-database \\
    --revision ${handMadeEpoch} --set-timestamp-to-revision $groups "$folder"
  gpg --batch --quiet --yes --faked-system-time '${signatureTime}' --pinentry-mode loopback --passphrase '' \\
    --local-user '${keyUser('sample')}' --armor --detach-sign "$folder/repodata/repomd.xml"
done
`);
  await tree.run(['sh', script, ...folders], {
    read: [script, comps], write: [...folders], place: { [join(keys, 'gnupg')]: keyringPlace },
    env: { GNUPGHOME: keyringPlace, WORKERS: String(workers) },
  });
}

async function layOutKeys(output: string, keys: string): Promise<void> {
  await mkdir(join(output, 'keys'));
  await mkdir(join(output, 'private'), { mode: 0o700 });
  for (const name of keyNames) {
    await copyFile(join(keys, `RPM-GPG-KEY-${name}`), join(output, 'keys', `RPM-GPG-KEY-${name}`));
    await copyFile(join(keys, `${name}.secret.asc`), join(output, 'private', `${name}.secret.asc`));
  }
  // Without the sockets of agents that have ended.
  const filter = (path: string) => !/\/S\.[^/]*$/.test(path);
  await cp(join(keys, 'gnupg'), join(output, 'private/gnupg'), { recursive: true, filter });
}
