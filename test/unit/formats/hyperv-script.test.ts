import { describe, expect, it } from 'vitest';

import { hypervScript } from '../../../src/formats/vhdx/hyperv-script.ts';

const request = (more: object = {}, output: object = {}) => hypervScript({
  image: 'hyperv-vm', vhdx: 'hyperv-vm-4.0.vhdx', firmware: 'uefi', level: 'baseline', secureBootFaults: [],
  output: {
    format: 'vhdx', compression: 'none', accept: [], memory: '2GiB', processors: 2, switch: 'Default Switch',
    'secure-boot-template': 'MicrosoftUEFICertificateAuthority', ...output,
  },
  ...more,
});

describe('hypervScript', () => {
  it('makes a generation 2 machine with Secure Boot for Linux', () => {
    const script = request();
    expect(script).toContain('New-VM -Name $Name -Generation 2 -MemoryStartupBytes $Memory -VHDPath $disk -SwitchName $Switch');
    expect(script).toContain('Set-VMFirmware -VM $vm -EnableSecureBoot On -SecureBootTemplate MicrosoftUEFICertificateAuthority');
    expect(script).toContain('[long] $Memory = 2147483648');
    expect(script).toContain('Copy-Item -LiteralPath $Vhdx -Destination $disk');
    expect(script).toContain('[switch] $CompatibilityForMigration,');
    expect(script.split('\r\n').every((line) => !line.includes('\n'))).toBe(true);
  });
  it('turns Secure Boot off, and says why, where what the machine starts is not signed', () => {
    const script = request({ secureBootFaults: ["/boot/efi/EFI/o'x/shimx64.efi is not signed"] });
    expect(script).toContain('-EnableSecureBoot Off');
    expect(script).toContain("Write-Warning 'Secure Boot is off for this machine: /boot/efi/EFI/o''x/shimx64.efi is not signed'");
    const unasked = request({ secureBootFaults: undefined });
    expect(unasked).toContain('-EnableSecureBoot Off');
    expect(unasked).not.toContain('Write-Warning');
  });
  it('turns Secure Boot off where asked, and knows no firmware settings on generation 1', () => {
    expect(request({}, { 'secure-boot-template': 'off' })).toContain('-EnableSecureBoot Off');
    const bios = request({ firmware: 'bios' });
    expect(bios).toContain('-Generation 1');
    expect(bios).not.toContain('Set-VMFirmware');
  });
  it.each(['v2', 'v3', 'v4'] as const)('keeps processor compatibility mode off for %s, and offers no switch for it', (level) => {
    const script = request({ level });
    expect(script).toContain('Set-VMProcessor -VM $vm -CompatibilityForMigrationEnabled $false');
    expect(script).toContain(`Write-Warning 'This image needs x86-64-${level}`);
    expect(script).not.toContain('$CompatibilityForMigration,');
  });
  it('lets no name leave its quotes', () => {
    const script = request({ image: 'a\'; Remove-Item C:\\ #>\r\nevil', vhdx: 'x\u2019y.vhdx' }, { switch: '$(evil)' });
    expect(script).toContain("[string] $Name = 'a''; Remove-Item C:\\ # > evil',");
    expect(script).toContain("'x\u2019\u2019y.vhdx'");
    expect(script).toContain("[string] $Switch = '$(evil)'");
    expect(script.match(/#>/g)?.length).toBe(1);
  });
});
