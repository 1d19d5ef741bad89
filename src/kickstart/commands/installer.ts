import { ignored, refused, type CommandRow } from './row.ts';

const INTERACTIVE = 'it only concerns how the installer talks to people';
const AFTERWARDS = 'it says what the installed machine does next, and nothing is running';
const HARDWARE = 'it describes the hardware of the machine that runs the installer';

/** What only concerns the installer itself. */
export const installerCommands: readonly CommandRow[] = [
  ignored('text graphical', INTERACTIVE, { options: '--non-interactive' }),
  ignored('cmdline', INTERACTIVE),
  ignored('reboot poweroff shutdown halt', AFTERWARDS, { options: '--eject --kexec' }),
  ignored('eula', 'nobody is asked to agree to anything', {
    options: '--agreed|--accepted|--agree',
    rules: { needs: '--agreed' },
  }),
  ignored('interactive', INTERACTIVE, { deprecated: true }),
  ignored('autostep', INTERACTIVE, { options: '--autoscreenshot', deprecated: true }),
  ignored('vnc', INTERACTIVE, {
    options: '--enabled! --host= --port= --password= --connect=!',
    deprecated: true,
    rules: { excludes: ['--host --connect'] },
  }),
  ignored('rdp', INTERACTIVE, { options: '--username= --password=' }),
  ignored('sshpw', 'it sets a password in the installer, not in the image', {
    words: [1, 99],
    options: '--username= --iscrypted --plaintext --lock --sshkey',
    rules: { needs: '--username' },
  }),
  ignored('logging', 'it concerns the log of the installer', {
    options: '--host= --port= --level=!',
    rules: { beside: { '--port': '--host' }, choices: { '--level': 'debug info warning error critical' } },
  }),
  ignored('mediacheck', 'there is no installation medium'),
  ignored('unsupported_hardware', HARDWARE, { deprecated: true }),
  ignored('device', HARDWARE, { words: [1, 2], options: '--opts=', deprecated: true }),
  ignored('deviceprobe', HARDWARE, { verbatim: true, deprecated: true }),
  ignored('mouse', HARDWARE, { words: [1, 1], options: '--device= --emulthree', deprecated: true }),
  ignored('monitor', HARDWARE, { options: '--monitor= --hsync= --vsync= --noprobe', deprecated: true }),
  ignored('langsupport', 'the languages of an installation are chosen by `--inst-langs` of %packages', {
    words: [0, 99],
    options: '--default=',
    deprecated: true,
  }),
  ignored('key', 'installation numbers are gone', {
    words: [0, 1],
    options: '--skip',
    deprecated: true,
    rules: { needsOne: 'WORD --skip' },
  }),
  ignored('lilocheck', 'LILO is gone', { deprecated: true }),
  ignored('installclass', 'install classes are gone', { options: '--name=', deprecated: true }),
  refused('lilo', 'LILO is gone', 'write `bootloader`', { words: [0, 99], deprecated: true }),
  refused('rescue', 'it asks for a rescue system instead of an installation', 'remove the line', {
    options: '--nomount --romount',
  }),
];
