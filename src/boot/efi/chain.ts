import { FIRMWARE_TRUSTS } from './authorities.ts';
import type { EfiProgram, ProgramName, Signature } from './program.ts';

/** What shim starts; its helpers only run when something is amiss. */
const LOADERS: readonly (ProgramName | undefined)[] = ['GRUB', 'systemd-boot', 'UKI'];

/**
 * What stops a start where Secure Boot is enforced: each program on the way to the kernel must be signed by an authority
 * that the firmware trusts or that shim, as first loader, brings. Empty where nothing does.
 */
export function chainFaults(first: EfiProgram, others: readonly EfiProgram[]): readonly string[] {
  const fault = signatureFault(first);
  if (fault !== undefined) return [fault];
  const started = others.filter(({ path, name }) => path !== first.path && (name === 'kernel' || LOADERS.includes(name)));
  if (first.name === 'shim' && !started.some(({ name }) => LOADERS.includes(name))) return [`there is no loader that ${first.path} could start`];
  return started.flatMap((program) => signatureFault(program) ?? []);
}

function signatureFault({ path, signatures }: EfiProgram): string | undefined {
  if (signatures.some(isGood)) return undefined;
  return signatures.length === 0 ? `${path} is not signed` : `${path}: ${signatures.map(describeFault).join('; ')}`;
}

const isGood = ({ fault }: Signature): boolean => fault === undefined;

const describeFault = ({ signer, authority, fault }: Signature): string =>
  `the signature ${signer === undefined ? 'of nobody that it names' : `that names ${signer} (${authority})`} is not valid: ${fault}`;

/** For people: who signed it, and by whose authority; a signature that is not valid is named as invalid. */
export function describeSignatures({ signatures }: Pick<EfiProgram, 'signatures'>): string {
  if (signatures.length === 0) return 'not signed';
  const good = signatures.filter(isGood).map(({ signer, authority }) => `${signer} (${authority})`);
  const bad = signatures.filter((signature) => !isGood(signature)).map(describeFault);
  return [...(good.length === 0 ? ['not signed'] : [`signed by ${good.join(' and ')}`]), ...bad].join('; ');
}

/** For people, one line: what a machine that enforces Secure Boot makes of an image with these faults. */
export const describeSecureBoot = (faults: readonly string[]): string =>
  (faults.length === 0 ? 'a machine that enforces Secure Boot starts it' : `a machine that enforces Secure Boot does not start it: ${faults.join('; ')}`);

/** What to know about the firmware's authorities by which a program is signed, as sentences. */
export const authorityNotes = ({ signatures }: Pick<EfiProgram, 'signatures'>): readonly string[] =>
  FIRMWARE_TRUSTS.flatMap(({ name, note }) => (note !== undefined && signatures.some((one) => isGood(one) && one.authority === name) ? [`${name}: ${note}`] : []));
