/**
 * What the installation of packages runs with, so that the scriptlets of a kernel package make no initrd and no boot
 * entry: those are the boot stage's, once and not twice. kernel-install(8) ends at once where this is set; rpm hands its
 * environment on to scriptlets. Nothing is left behind in the image.
 */
export const WITHOUT_KERNEL_INSTALL: Readonly<Record<string, string>> = { KERNEL_INSTALL_BYPASS: '1' };
