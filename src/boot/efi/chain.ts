import type { EfiProgram, ProgramName } from './program.ts';

/**
 * Authorities of the template MicrosoftUEFICertificateAuthority of Hyper-V, of Azure's trusted launch, and of the keys
 * that firmware for Linux comes with:
 * https://learn.microsoft.com/windows-hardware/manufacture/desktop/windows-secure-boot-key-creation-and-management-guidance
 */
export const FIRMWARE_TRUSTS: readonly string[] = ['Microsoft Corporation UEFI CA 2011', 'Microsoft UEFI CA 2023'];

/** What runs after the first loader; shim's helpers only do so when something is amiss. */
const STARTED: readonly (ProgramName | undefined)[] = ['GRUB', 'systemd-boot', 'UKI', 'kernel'];

/**
 * What stops a start where Secure Boot is enforced: each program on the way to the kernel must be signed by an authority
 * that the firmware trusts or that shim, as first loader, brings. Empty where nothing does. Pure.
 */
export function chainFaults(first: EfiProgram, others: readonly EfiProgram[]): readonly string[] {
  const fault = signatureFault(first, FIRMWARE_TRUSTS);
  if (fault !== undefined) return [fault];
  const trusted = [...FIRMWARE_TRUSTS, ...first.trusts];
  const started = others.filter(({ path, name }) => path !== first.path && STARTED.includes(name));
  return started.flatMap((program) => signatureFault(program, trusted) ?? []);
}

function signatureFault({ path, signatures }: EfiProgram, trusted: readonly string[]): string | undefined {
  if (signatures.length === 0) return `${path} is not signed`;
  const known = signatures.filter(({ authority, signer }) => trusted.includes(authority) || trusted.includes(signer));
  if (known.length === 0) return `${path} is ${describeSignatures({ signatures })}, whom nothing before it trusts`;
  return known.some(({ fits }) => fits) ? undefined : `${path} is not what was signed: it was changed`;
}

/** For people: who signed it, and by whose authority. Pure. */
export const describeSignatures = ({ signatures }: Pick<EfiProgram, 'signatures'>): string => {
  const each = signatures.map(({ signer, authority, fits }) => `${signer} (${authority})${fits ? '' : ', but changed since'}`);
  return each.length === 0 ? 'not signed' : `signed by ${each.join(' and ')}`;
};
