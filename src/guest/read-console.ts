/** What a console shows about a machine that sends no report. */
export type ConsoleState =
  | { readonly kind: 'running' }
  /** A login prompt: it started, and no more is known. */
  | { readonly kind: 'login' }
  /** The firmware refused what it found. */
  | { readonly kind: 'refused'; readonly line: string }
  /** shim refused the next program: a loader, or the kernel for GRUB. */
  | { readonly kind: 'refused-by-shim'; readonly line: string }
  /** The first program needs a higher microarchitecture level than the processor has. */
  | { readonly kind: 'level-too-high'; readonly line: string }
  | { readonly kind: 'nothing-to-boot'; readonly line: string }
  | { readonly kind: 'panic'; readonly line: string }
  | { readonly kind: 'emergency'; readonly line: string };

/** glibc's message for a program or library built for another processor. */
export const LEVEL_TOO_HIGH = /CPU ISA level is lower than required/;

/** In order of precedence: messages of UEFI firmware (EDK II), SeaBIOS, shim, GRUB, Linux and systemd. */
const SIGNS: readonly { readonly pattern: RegExp; readonly kind: Exclude<ConsoleState['kind'], 'running'> }[] = [
  // glibc's dl_isa_level_check; if PID 1 fails this way, the kernel panics next.
  { pattern: LEVEL_TOO_HIGH, kind: 'level-too-high' },
  { pattern: /Kernel panic - not syncing/, kind: 'panic' },
  { pattern: /BdsDxe: failed to (?:load|start) .*(?:Access Denied|Security Violation)/, kind: 'refused' },
  { pattern: /Verification failed: \(0x1A\) Security Violation|bad shim signature/, kind: 'refused-by-shim' },
  { pattern: /BdsDxe: No bootable option|No bootable device|Boot failed: not a bootable disk/, kind: 'nothing-to-boot' },
  { pattern: /grub rescue>|error: no such device/, kind: 'nothing-to-boot' },
  { pattern: /You are in emergency mode|Freezing execution/, kind: 'emergency' },
  { pattern: /Cannot open access to console, the root account is locked/, kind: 'emergency' },
  { pattern: /^\S+ login: ?$/, kind: 'login' },
];

/** Reads the state from the console so far. */
export function readConsole(text: string): ConsoleState {
  const lines = plainLines(text);
  for (const { pattern, kind } of SIGNS) {
    const line = lines.find((one) => pattern.test(one));
    if (line !== undefined) return kind === 'login' ? { kind } : { kind, line };
  }
  return { kind: 'running' };
}

/** The last lines, for people. */
export const consoleTail = (text: string, count = 30): readonly string[] => plainLines(text).slice(-count);

/** Longest line in characters; a guest may write without line breaks. */
const MOST_LINE = 1000;

/**
 * Removes terminal colours and cursor movements; a line that was overwritten keeps its last form. A cursor position
 * starts a line: firmware and shim draw menus and dialogues that way, in boxes.
 */
const plainLines = (text: string): readonly string[] =>
  text
    .replaceAll(/\u001b\[\d*(?:;\d*)?[Hf]/g, '\n')
    .replaceAll(/[\u2500-\u257f]| {20,}/g, '')
    // Device control strings, window titles, control sequences, and the short escapes: ECMA-48.
    .replaceAll(/\u001bP[^\u001b]*\u001b\\|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b\[[0-?]*[ -/]*[@-~]|\u001b[ -/]*[0-~]/gs, '')
    .split(/\r*\n/)
    .map((line) => (line.split('\r').findLast((part) => part.trim() !== '') ?? '').trimEnd())
    .filter((line) => line !== '')
    .map((line) => line.slice(0, MOST_LINE));
