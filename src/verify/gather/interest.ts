/**
 * Which files of a root rules ask for, and of which they read the text. One row a place; a file that no row matches is
 * no fact, so that a root with a hundred thousand files stays a small value.
 */
export const INTERESTS: readonly { readonly path: RegExp; readonly text?: true }[] = [
  // What the system is and how it mounts.
  { path: /^\/(?:etc|usr\/lib)\/os-release$/, text: true },
  { path: /^\/etc\/(?:fstab|machine-id|shadow|hew-release|resolv\.conf|wsl\.conf|wsl-distribution\.conf|waagent\.conf)$/, text: true },
  { path: /^\/etc\/crypto-policies\/(?:config|state\/current)$/, text: true },
  { path: /^\/etc\/(?:system-fips|hostname|locale\.conf|vconsole\.conf|selinux\/config|passwd|group)$/, text: true },
  { path: /^\/etc\/localtime$/ },
  { path: /^\/(?:etc|usr\/lib|run)\/systemd\/zram-generator\.conf(?:\.d\/[^/]+)?$/, text: true },
  // Boot.
  { path: /^\/boot\/(?:vmlinu[xz]|initr|initramfs)[^/]*$/ },
  { path: /^\/boot\/(?:grub2?|loader)(?:\/entries)?\/[^/]+\.(?:cfg|conf)$/, text: true },
  { path: /^\/boot\/grub2?\/grubenv$/, text: true },
  { path: /^\/boot\/grub2?(?:\/|$)/ },
  { path: /^\/boot\/efi\/EFI\/[^/]+\/[^/]+$/ },
  { path: /^(?:\/usr)?\/lib\/modules\/[^/]+\/modules\.(?:builtin|dep)$/, text: true },
  { path: /^(?:\/usr)?\/lib\/modules\/[^/]+\/(?:vmlinuz|vmlinux|initrd|[^/]+\.efi)$/ },
  // Access.
  { path: /^\/etc\/ssh\/sshd_config(?:\.d\/[^/]+\.conf)?$/, text: true },
  { path: /^\/etc\/ssh\/ssh_host_/ },
  { path: /^\/etc\/cloud\/cloud\.cfg(?:\.d\/[^/]+\.cfg)?$/, text: true },
  { path: /^\/(?:root|home\/[^/]+)\/\.[a-z_]*history$/ },
  // Units and the links that enable them.
  { path: /^\/(?:etc|usr\/lib|lib)\/systemd\/system\/[^/]+$/ },
  { path: /^\/(?:etc|usr\/lib|lib)\/systemd\/system\/[^/]+\.(?:wants|requires)\/[^/]+$/ },
  // What a build or a first boot leaves behind.
  { path: /^\/var\/log\/.+/ },
  { path: /^\/var\/cache\/(?:dnf|libdnf5|yum|tdnf|PackageKit)\/.+/ },
  { path: /^\/var\/lib\/(?:waagent|cloud|dhcp|dhclient|NetworkManager)\/.+/ },
  // Programs that platforms ask for, and their data.
  { path: /^\/usr\/s?bin\/(?:growpart|cloud-init|waagent|sshd)$/ },
  { path: /^\/usr\/s?bin\/(?:hyperv(?:kvp|vss|fcopy)d|hv_(?:kvp|vss|fcopy|fcopy_uio)_daemon)$/ },
  { path: /^\/(?:etc|usr\/lib)\/repart\.d\/[^/]+\.conf$/, text: true },
  { path: /\.ico$/, text: true },
];

/** A module file; its parts are the kernel's version and the module's name. */
export const MODULE_FILE = /^(?:\/usr)?\/lib\/modules\/([^/]+)\/.*\/([^/]+)\.ko(?:\.(?:gz|xz|zst))?$/;
