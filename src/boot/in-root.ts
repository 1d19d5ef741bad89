/** Where a program of the image finds the folder of hew that it works in. */
export const IN_ROOT = '/run/hew';
