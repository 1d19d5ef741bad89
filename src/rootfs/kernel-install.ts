/**
 * Environment for the installation of packages, so that scriptlets of a kernel package make no initrd and no boot
 * entry: the boot stage makes them. kernel-install(8) exits at once if this is set, and rpm passes its environment to
 * scriptlets. Nothing of it stays in the image.
 */
export const WITHOUT_KERNEL_INSTALL: Readonly<Record<string, string>> = { KERNEL_INSTALL_BYPASS: '1' };
