import type { Row } from '../../row.ts';

const handMade = { from: [], license: 'MIT', arch: 'noarch' } as const;

/** Small packages of Azure Linux and Fedora that Debian does not have, written for this distribution. */
export const extraRows: readonly Row[] = [
  {
    ...handMade, name: 'rootfiles', version: '8.1', license: 'LicenseRef-Public-Domain',
    summary: 'Shell settings of the superuser',
    add: [
      { path: 'root/.bash_logout', text: '# ~/.bash_logout\n', config: true },
      { path: 'root/.bash_profile', text: '[ -f ~/.bashrc ] && . ~/.bashrc\n', config: true },
      { path: 'root/.bashrc', text: "alias rm='rm -i'\nalias cp='cp -i'\nalias mv='mv -i'\n", config: true },
    ],
  },
  {
    ...handMade, name: 'bash-color-prompt', version: '0.5', summary: 'A coloured prompt',
    add: [{
      path: 'etc/profile.d/bash-color-prompt.sh', config: true,
      text: "[ -z \"$PS1\" ] || PS1='\\[\\e[32m\\]\\u@\\h\\[\\e[0m\\]:\\w\\$ '\n",
    }],
  },
  {
    ...handMade, name: 'wsl-setup', version: '1.0', summary: 'First start under the Windows Subsystem for Linux',
    requires: ['shadow-utils', 'bash'],
    add: [
      { path: 'etc/wsl.conf', text: '[boot]\nsystemd=true\n', config: true },
      {
        path: 'etc/wsl-distribution.conf', config: true,
        text: '[oobe]\ncommand = /usr/libexec/wsl/oobe.sh\ndefaultUid = 1000\ndefaultName = SampleLinux\n\n[shortcut]\nicon = /usr/share/pixmaps/sample-logo.ico\n',
      },
      { path: 'usr/lib/tmpfiles.d/wsl-setup.conf', text: 'L /tmp/.X11-unix - - - - /mnt/wslg/.X11-unix\n' },
      // The head of an icon file (ICONDIR) with one entry, which is empty.
      { path: 'usr/share/pixmaps/sample-logo.ico', text: `\0\0\u0001\0\u0001\0${'\0'.repeat(16)}` },
      {
        path: 'usr/libexec/wsl/oobe.sh', mode: 0o755,
        text: `#!/usr/bin/bash
set -eu
getent passwd 1000 > /dev/null && exit 0
while :; do
  read -r -p 'Name of the new user: ' name
  if useradd --uid 1000 --create-home --groups wheel "$name"; then passwd "$name" && exit 0; fi
done
`,
      },
    ],
  },
  {
    ...handMade, name: 'passwd', version: '0.80', summary: 'passwd is in shadow-utils', requires: ['shadow-utils'],
  },
];
