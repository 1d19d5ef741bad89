import { PLATFORM_ROWS, type Interest, type PlatformRow } from '../../platforms/rows.ts';

export type { Interest } from '../../platforms/rows.ts';

/**
 * Which files of a root rules need, and of which they read the text. Other files are not facts, so that a root with a
 * hundred thousand files stays a small value; `read/files.ts` refuses to look for them.
 */
export const INTERESTS = {
  // What the system is and how it mounts.
  osRelease: { path: /^\/(?:etc|usr\/lib)\/os-release$/, text: true },
  settings: { path: /^\/etc\/(?:fstab|machine-id|hew-release|resolv\.conf)$/, text: true },
  dbusMachineId: { path: /^\/var\/lib\/dbus\/machine-id$/, text: true },
  cryptoPolicies: { path: /^\/etc\/crypto-policies\/(?:config|state\/current)$/, text: true },
  identity: { path: /^\/etc\/(?:system-fips|hostname|locale\.conf|vconsole\.conf|selinux\/config)$/, text: true },
  // What FIPS mode needs: a provider of OpenSSL, the policy, and the digest by which dracut checks a kernel.
  fips: { path: /^\/boot\/\.vmlinuz-[^/]+\.hmac$|^\/usr\/(?:lib64|lib|lib\/[^/]+)\/ossl-modules\/(?:fips|symcryptprovider)\.so$|^\/usr\/share\/crypto-policies\/FIPS$/ },
  localtime: { path: /^\/etc\/localtime$/ },
  zram: { path: /^\/(?:etc|run|usr\/local\/lib|usr\/lib)\/systemd\/zram-generator\.conf(?:\.d\/[^/]+\.conf)?$/, text: true },
  // Accounts: passwd(5), shadow(5), nss-systemd(8), homectl(1).
  accounts: { path: /^\/etc\/(?:passwd|shadow|group)$/, text: true },
  userRecords: { path: /^\/(?:etc|run|run\/host|usr\/local\/lib|usr\/lib)\/userdb\/[^/]+\.user(?:-privileged)?$|^\/var\/lib\/systemd\/home\/[^/]+\.identity$/, text: true },
  // Boot.
  bootFiles: { path: /^\/boot\/(?:vmlinu[xz]|initr|initramfs)[^/]*$/ },
  loaderConfig: { path: /^\/boot\/(?:grub2?|loader)(?:\/entries)?\/[^/]+\.(?:cfg|conf)$/, text: true },
  grubEnvironment: { path: /^\/boot\/grub2?\/grubenv$/, text: true },
  grub: { path: /^\/boot\/grub2?(?:\/|$)/ },
  efi: { path: /^\/boot\/efi\/EFI\/[^/]+\/[^/]+$/ },
  moduleLists: { path: /^(?:\/usr)?\/lib\/modules\/[^/]+\/modules\.(?:builtin|dep)$/, text: true },
  moduleFolders: { path: /^(?:\/usr)?\/lib\/modules\/[^/]+\/(?:vmlinuz|vmlinux|initrd|[^/]+\.efi)$/ },
  // Access.
  sshd: { path: /^\/etc\/ssh\/sshd_config(?:\.d\/[^/]+)?$/, text: true },
  hostKeys: { path: /^\/etc\/ssh\/ssh_host_/ },
  cloud: { path: /^\/etc\/cloud\/cloud\.cfg(?:\.d\/[^/]+\.cfg)?$/, text: true },
  // An account's home may be anywhere.
  histories: { path: /\/(?:\.[a-z_]*history|fish_history|\.lesshst|\.viminfo)$/ },
  // Units, their drop-ins, and the links that enable them: systemd.unit(5).
  units: { path: /^\/(?:etc|run|usr\/local\/lib|usr\/lib|lib)\/systemd\/system(?:\.control|\.attached)?\/[^/]+$/, text: true },
  unitLinks: { path: /^\/(?:etc|run|usr\/local\/lib|usr\/lib|lib)\/systemd\/system(?:\.control|\.attached)?\/[^/]+\.(?:wants|requires|upholds)\/[^/]+$/ },
  dropIns: { path: /^\/(?:etc|run|usr\/local\/lib|usr\/lib|lib)\/systemd\/system(?:\.control|\.attached)?\/[^/]+\.d\/[^/]+\.conf$/, text: true },
  // Leftovers of a build or a first boot: https://systemd.io/BUILDING_IMAGES/
  logs: { path: /^\/var\/log\/.+/ },
  packageCaches: { path: /^\/var\/cache\/(?:dnf|libdnf5|yum|tdnf|PackageKit)\/.+/ },
  agentState: { path: /^\/var\/lib\/(?:waagent|cloud|dhcp|dhclient|dhcpcd|systemd\/network)\/.+|^\/run\/systemd\/netif\/.+|^\/var\/lib\/NetworkManager\/.*lease/ },
  secrets: { path: /^\/var\/lib\/systemd\/(?:random-seed|credential\.secret)$/ },
  // Programs that several platforms demand, and their data.
  programs: { path: /^\/usr\/s?bin\/(?:growpart|cloud-init|sshd)$/ },
  repart: { path: /^\/(?:etc|usr\/lib)\/repart\.d\/[^/]+\.conf$/, text: true },
} as const satisfies Readonly<Record<string, Interest>>;

/** The files of all rules, and those of single platforms. */
const ROWS: readonly Interest[] = [...Object.values(INTERESTS), ...PLATFORM_ROWS.flatMap((row: PlatformRow) => row.interests ?? [])];

export const isDeclared = (path: string): boolean => ROWS.some((row) => row.path.test(path));
export const isRead = (path: string): boolean => ROWS.some((row) => row.text === true && row.path.test(path));

/** A module file; its parts are the kernel's version and the module's name. */
export const MODULE_FILE = /^(?:\/usr)?\/lib\/modules\/([^/]+)\/.*\/([^/]+)\.ko(?:\.(?:gz|xz|zst))?$/;
