import { commandLines, hasWord } from '../read/command-line.ts';
import { INTERESTS } from '../gather/interest.ts';
import { fileAt, filesUnder, ownership } from '../read/files.ts';
import { fipsFaults, fipsSign } from '../read/fips.ts';
import type { BootFacts } from '../boot-facts.ts';
import type { ImageFacts } from '../facts.ts';
import { fail, judge, notApplicable, of, pass, type Rule } from './rule.ts';

const TESTS = 'https://github.com/microsoft/azurelinux (image tests of Azure Linux 4.0)';
const GRUB_FOLDERS = ['/boot/grub2', '/boot/grub'];
const MIB = 2 ** 20;

/** Budgets where the definition sets none, in bytes: those of Azure Linux 4.0's own image tests. */
const BUDGETS: Readonly<Record<'oci' | 'tar' | 'disk', { readonly installed: number; readonly compressed: number }>> = {
  oci: { installed: 400 * MIB, compressed: 200 * MIB },
  tar: { installed: 800 * MIB, compressed: 300 * MIB },
  disk: { installed: 2048 * MIB, compressed: Infinity },
};

/** What every image says of itself. */
export const OS_RELEASE = {
  check: of('root', ({ osRelease }, { expected }) => {
    const wanted = expected.osRelease ?? {};
    return judge(['NAME', 'ID', 'VERSION_ID'].flatMap((key) => {
      const [found, asked] = [osRelease[key], wanted[key]];
      if (found === undefined || found === '') return [`${key} is missing`];
      return asked === undefined || asked === found ? [] : [`${key} is ${found}, the distribution says ${asked}`];
    }), `${osRelease['NAME']} ${osRelease['VERSION_ID']}`);
  }),
  remedy: 'Install the distribution\'s release package',
  source: 'https://www.freedesktop.org/software/systemd/man/latest/os-release.html',
} satisfies Pick<Rule, 'check' | 'remedy' | 'source'>;

/** What an operating system on a disk must have. */
export const BOOTED_SYSTEM_RULES: readonly Rule[] = [
  {
    id: 'system.kernel',
    severity: 'error',
    title: 'There is a kernel with the folder of its modules',
    check: of('root', ({ kernels }) => {
      const whole = kernels.filter(({ hasImage, hasModules }) => hasImage && hasModules);
      if (whole.length > 0) return pass(whole.map(({ version }) => version).join(', '));
      const [half] = kernels;
      if (half === undefined) return fail('there is none');
      if (half.badImage !== undefined) return fail(`${half.badImage} is no kernel`);
      return fail(`${half.version} has ${half.hasImage ? 'no modules' : 'modules and no kernel'}`);
    }),
    remedy: 'Add the kernel package, and its modules where they are a package of their own (`kernel`, `kernel-modules`)',
    source: TESTS,
  },
  {
    id: 'system.boot-entry',
    severity: 'error',
    title: 'Loaders and boot entries can be read, and name kernels and initrds that are there',
    check: of('boot', ({ entries, unreadable }) => {
      if (entries.length === 0 && unreadable.length === 0) return fail('there is no boot entry: nothing says which kernel starts');
      return judge([...unreadable, ...entries.flatMap(({ faults }) => faults)], entries.map(({ from }) => from).join(', '));
    }),
    remedy: 'Set boot.loader in the definition, with which hew writes the entries; or write them with `kernel-install add` or grub2-mkconfig inside the image',
    source: 'https://uapi-group.org/specifications/specs/boot_loader_specification/',
  },
  {
    id: 'system.initrd',
    severity: 'error',
    title: 'Initrds are archives that the kernel can unpack',
    check: of('root', ({ kernels }) => judge(kernels.flatMap(({ version, initrdProblem }) =>
      (initrdProblem === undefined ? [] : [`the initrd of ${version} cannot be read: ${initrdProblem}`])), 'they are')),
    remedy: 'Make the initrd again with hew, or with dracut inside the image',
    source: 'https://docs.kernel.org/driver-api/early-userspace/buffer-format.html',
  },
  {
    id: 'system.grub-modes',
    severity: 'error',
    title: 'Files of GRUB are root\'s and nobody else may read them',
    check: of('root', (root) => {
      const files = GRUB_FOLDERS.flatMap((folder) => filesUnder(root, INTERESTS.grub, folder)).filter(({ kind }) => kind === 'file');
      if (files.length === 0) return notApplicable('there is no GRUB in /boot');
      const loose = files.filter(({ uid, gid, mode }) => uid !== 0 || gid !== 0 || (mode & 0o177) !== 0);
      return judge(loose.map((file) => `${file.path} is ${ownership(file)}`), `${files.length} files, root:root and 0600 or tighter`);
    }),
    remedy: 'chown root:root and chmod 0600 (folders 0700) everything under /boot/grub2',
    source: TESTS,
  },
  {
    id: 'system.grub-config',
    severity: 'error',
    title: 'Where GRUB starts the image, it has its configuration and its environment block',
    check: of('root', (root, { boot, disk }) => {
      if (!startsGrub(boot) && disk?.table?.bootCode !== true) return notApplicable('GRUB does not start it');
      const missing = ['grub.cfg', 'grubenv'].filter((name) => !GRUB_FOLDERS.some((folder) => fileAt(root, `${folder}/${name}`) !== undefined));
      return judge(missing.map((name) => `/boot/grub2/${name} is missing`), 'grub.cfg and grubenv are there');
    }),
    remedy: 'Write both with grub2-mkconfig and grub2-editenv inside the image; hew writes them for loader = "grub2"',
    source: TESTS,
  },
  {
    id: 'system.fips',
    severity: 'error',
    title: '`fips=1` is on the command line if and only if FIPS was asked for, with what it needs: provider, policy, and the kernel\'s digest',
    check: of('root', (root, facts) => {
      const lines = commandLines(facts);
      if (lines.length === 0) return notApplicable('no command line was found');
      const sign = fipsSign(root);
      const asked = facts.expected.fips ?? sign !== undefined;
      const wrong = lines.filter((line) => hasWord(line, 'fips=1') !== asked);
      const because = facts.expected.fips === undefined ? (sign ?? 'nothing in the image asks for FIPS') : `FIPS was ${asked ? '' : 'not '}asked for`;
      return judge([
        ...wrong.map(({ from }) => `${from} ${asked ? 'lacks' : 'has'} fips=1, and ${because}`),
        ...(asked ? fipsFaults(root, lines) : []),
      ], because);
    }),
    remedy: 'Extend the profile `fips`, with initrd = "dracut": it sets the command line, the policy and the packages together',
    source: TESTS,
  },
];

export const OS_RELEASE_RULE: Rule = {
  id: 'system.os-release',
  severity: 'error',
  title: '/etc/os-release gives NAME, ID and VERSION_ID as the distribution says',
  ...OS_RELEASE,
};

/** Budgets, of every platform. */
export const SIZE_RULES: readonly Rule[] = [
  {
    id: 'size.installed',
    severity: 'warning',
    isDemanded: ({ installedLimit }) => installedLimit !== undefined,
    title: 'What is installed keeps to the budget',
    check: of('root', ({ installedSize }, facts) =>
      within(installedSize, facts.expected.installedLimit ?? BUDGETS[kindOf(facts)].installed, 'installed')),
    remedy: 'See the largest packages with `hew inspect` and drop what the image does not need, or raise the budget',
    source: TESTS,
  },
  {
    id: 'size.compressed',
    severity: 'warning',
    isDemanded: ({ compressedLimit }) => compressedLimit !== undefined,
    title: 'What is downloaded keeps to the budget',
    check: (facts) => {
      const { compressedLimit } = facts.expected;
      const isDownload = facts.oci !== undefined || facts.tar !== undefined || compressedLimit !== undefined;
      if (!isDownload) return notApplicable('it is neither an OCI image nor a tar file');
      return within(facts.artifact.size, compressedLimit ?? BUDGETS[kindOf(facts)].compressed, 'compressed');
    },
    remedy: 'See the largest packages with `hew inspect`, drop what the image does not need, or compress with zstd',
    source: TESTS,
  },
];

/**
 * Packages leave GRUB on the ESP whatever starts the image: firmware takes the removable-media path, and shim what lies
 * beside it.
 */
const startsGrub = (boot: BootFacts | undefined): boolean => {
  const first = boot?.removable?.name;
  return first === 'GRUB' || ((first === 'shim' || first === undefined) && boot?.programs.some(({ name }) => name === 'GRUB') === true);
};

const kindOf = ({ disk, oci }: ImageFacts): keyof typeof BUDGETS => (disk !== undefined ? 'disk' : oci !== undefined ? 'oci' : 'tar');

function within(size: number, limit: number, what: string): ReturnType<Rule['check']> {
  const mib = (bytes: number): number => Number((bytes / MIB).toFixed(1));
  const sentence = `${mib(size)} MiB ${what}, of ${mib(limit)} MiB`;
  return size <= limit ? pass(sentence) : fail(sentence);
}
