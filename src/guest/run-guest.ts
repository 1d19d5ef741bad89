import { posix } from 'node:path';
import { ISA, type Firmware } from '../isa/rows.ts';

import { ToolError } from '../errors.ts';
import type { DiskRow } from '../formats/row.ts';
import type { Command, Host, ToolsOrigin } from '../host/port.ts';
import { findFirmware, type FirmwareKind } from './firmware.ts';
import { chooseAccelerator, type Accelerator } from './probe-kvm.ts';
import { readEnd } from './console-file.ts';
import { overlayArguments, qemuArguments, type GuestMachine } from './qemu-arguments.ts';
import { consoleTail, readConsole, type ConsoleState } from './read-console.ts';
import { parseReport, reportCredentials, type GuestReport } from './report-unit.ts';

export interface GuestRequest {
  /** Absolute path of an image, which is not changed. */
  readonly image: string;
  readonly format: NonNullable<DiskRow['driver']>;
  readonly firmware: FirmwareKind;
  /** `-cpu` of QEMU. */
  readonly cpu: string;
  /** QEMU and its firmware: `findBootTools`. */
  readonly tools: ToolsOrigin;
  /** Seconds to wait for the guest. */
  readonly timeout: number;
  /** MiB. */
  readonly memory?: number | undefined;
  /** Two unless given. */
  readonly processors?: number;
  readonly bus?: GuestMachine['bus'];
  /** Absolute path of a seed of cloud-init. */
  readonly seed?: string | undefined;
  readonly network?: boolean | undefined;
  /** Bytes: size of the disk for the guest, as after an image was written to a larger disk. */
  readonly diskSize?: number;
  /** `tcg` skips the probe. */
  readonly accelerator?: 'tcg';
}

export interface GuestResult {
  /** `settled`: the guest sent its report. The others say why it did not. */
  readonly outcome: 'settled' | 'ended' | 'timeout' | Exclude<ConsoleState['kind'], 'running'>;
  readonly report?: GuestReport;
  /** The line of the console that decided it. */
  readonly line?: string;
  /** Wall seconds from power-on to the outcome. */
  readonly seconds: number;
  readonly accelerator: Accelerator;
  readonly cpu: string;
  readonly firmware: FirmwareKind;
  readonly console: readonly string[];
}

/**
 * Boots an image in QEMU over a throw-away overlay and waits until its systemd has settled. The guest never outlives
 * the call: it is told to quit, it ends by itself, timeout(1) ends it, or it ends with hew.
 * Throws `ToolError` when QEMU itself fails, `HewError` when there is no such firmware.
 */
export async function runGuest(
  host: Host,
  request: GuestRequest,
  detail: (text: string) => void = () => {},
): Promise<GuestResult> {
  const folder = await host.makeWorkFolder('guest', 0);
  const accelerator = request.accelerator === undefined
    ? await chooseAccelerator(host, request.tools, request.firmware, folder)
    : { name: request.accelerator, why: 'asked for' };
  try {
    const result = await runOnce(host, request, accelerator, folder, detail);
    if (result !== 'hung') return result;
    const slower: Accelerator = { name: 'tcg', why: `a guest hung on KVM: ${GRACE.silence} seconds without output` };
    const again = await runOnce(host, request, slower, folder, detail);
    if (again === 'hung') throw new TypeError('only KVM is given up for silence');
    return again;
  } finally {
    await host.fs.remove(folder).catch(() => undefined);
  }
}

/** One guest, from power-on to its end. `hung` if it went silent on KVM. */
async function runOnce(
  host: Host,
  request: GuestRequest,
  accelerator: Accelerator,
  folder: string,
  detail: (text: string) => void,
): Promise<GuestResult | 'hung'> {
  const { image, format, tools, cpu, timeout } = request;
  detail(`${accelerator.name}: ${accelerator.why}`);
  const disk = posix.join(folder, 'overlay.qcow2');
  const overlay = overlayArguments(image, format, disk, request.diskSize);
  await host.run({ tool: 'qemu-img', args: overlay, view: { read: [posix.dirname(image)], write: [folder] } });
  const firmware = await prepareFirmware(host, request, folder);
  const files = { console: posix.join(folder, 'console'), report: posix.join(folder, 'report') };
  for (const file of Object.values(files)) await host.fs.write(file, '');
  const machine: GuestMachine = {
    ...files, disk, cpu, seed: request.seed, network: request.network, kind: request.firmware, accelerator: accelerator.name,
    memory: request.memory ?? 2048, processors: request.processors ?? 2,
    credentials: reportCredentials(),
    ...(firmware === undefined ? {} : { firmware }),
    ...(request.bus === undefined ? {} : { bus: request.bus }),
  };
  const began = host.clock.seconds();
  let seconds = 0;
  const verdict = await watchProgram(host, {
    tool: 'timeout',
    args: ['--kill-after=2', String(timeout + GRACE.ending), ISA.x86_64.qemu.system, ...qemuArguments(machine)],
    view: {
      tools: tools.root, read: [posix.dirname(image), ...(request.seed === undefined ? [] : [request.seed])], write: [folder], ...(accelerator.name === 'kvm' ? { devices: ['/dev/kvm'] } : {}),
    },
  }, async (hasEnded) => {
    const silence = accelerator.name === 'kvm' ? GRACE.silence : Number.POSITIVE_INFINITY;
    const seen = await watch(host, files, { timeout, silence }, hasEnded, detail);
    seconds = host.clock.seconds() - began;
    return seen;
  });
  if (verdict === 'hung') return verdict;
  return { ...verdict, seconds, accelerator, cpu, firmware: request.firmware, console: consoleTail(readEnd(host, files.console).text) };
}

/**
 * Runs QEMU while its guest is watched, then tells it to quit and waits. QEMU's exit status counts only if the guest
 * was not judged before: after that timeout(1) may have to end it.
 */
async function watchProgram(host: Host, qemu: Command, watchGuest: (hasEnded: () => boolean) => Promise<Verdict | 'hung'>): Promise<Verdict | 'hung'> {
  const judged = Promise.withResolvers<void>();
  let verdict: Verdict | 'hung' | undefined;
  try {
    return await host.piped(qemu, async (stdout) => {
      // Nobody reads the output of the monitor.
      stdout.resume();
      try {
        return (verdict = await watchGuest(() => stdout.closed));
      } finally {
        judged.resolve();
      }
    }, async (stdin) => {
      await judged.promise;
      stdin.end('quit\n');
    });
  } catch (error) {
    if (!(error instanceof ToolError) || verdict === undefined || (verdict !== 'hung' && verdict.outcome === 'ended')) throw error;
    return verdict;
  }
}

/** Seconds. */
const GRACE = {
  /** Between reads of the files. */
  look: 0.25,
  /** After a sign on the console, for what may follow: a report comes after a login prompt. */
  login: 30,
  sign: 3,
  /** Without output on the console: with KVM no part of a boot takes that long. A probe cannot cover a whole boot. */
  silence: 25,
  /** Beyond the timeout; then timeout(1) ends what should have ended before. */
  ending: 10,
};

type Verdict = Pick<GuestResult, 'outcome' | 'report' | 'line'>;

async function watch(
  host: Host,
  files: { readonly console: string; readonly report: string },
  { timeout, silence }: { readonly timeout: number; readonly silence: number },
  hasEnded: () => boolean,
  detail: (text: string) => void,
): Promise<Verdict | 'hung'> {
  const began = host.clock.seconds();
  let heard = { size: 0, at: began };
  let sign: { readonly state: ConsoleState; readonly at: number } | undefined;
  for (;;) {
    const wasLast = hasEnded();
    const { text, size } = readEnd(host, files.console);
    const report = parseReport(readEnd(host, files.report).text) ?? parseReport(text);
    if (report !== undefined) return { outcome: 'settled', report };
    const now = host.clock.seconds();
    if (size !== heard.size) heard = { size, at: now };
    if (sign === undefined && now - heard.at > silence) return 'hung';
    const state = readConsole(text);
    if (state.kind !== 'running' && sign?.state.kind !== state.kind) sign = { state, at: now };
    const patience = sign?.state.kind === 'login' ? GRACE.login : GRACE.sign;
    if (sign !== undefined && sign.state.kind !== 'running' && (wasLast || now - sign.at > patience)) {
      return { outcome: sign.state.kind, ...('line' in sign.state ? { line: sign.state.line } : {}) };
    }
    if (wasLast) return { outcome: 'ended' };
    if (now - began > timeout) return { outcome: 'timeout' };
    detail(consoleTail(text, 1)[0] ?? 'power on');
    await host.clock.wait(GRACE.look);
  }
}

async function prepareFirmware(
  host: Host,
  { tools, firmware }: GuestRequest,
  folder: string,
): Promise<Firmware | undefined> {
  const found = await findFirmware(host, tools.root, firmware);
  if (found === undefined) return undefined;
  const variables = posix.join(folder, 'variables.fd');
  await host.fs.copy(posix.join(tools.root, found.variables), variables);
  await host.fs.setMode(variables, 0o600);
  return { code: found.code, variables };
}
