import { describe, expect, it } from 'vitest';

import { hypervScript } from '../../../src/formats/vhdx/hyperv-script.ts';
import { parsePowerShell } from '../../support/powershell.ts';

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
    expect(script).toContain('New-VM -Name $VMName -Generation 2 -MemoryStartupBytes $Memory -VHDPath $disk -SwitchName $SwitchName');
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
  it('refuses a machine, a disk and a seed that cannot be, before it makes anything', () => {
    const script = request();
    const first = script.indexOf('Copy-Item');
    for (const [condition, fault] of [
      ['Get-VM -Name $VMName', 'there is a virtual machine $VMName already'], ['Test-Path -LiteralPath $disk', '$disk is there already'],
      ['Get-VMSwitch -Name $SwitchName', 'there is no virtual switch $SwitchName'], ['Test-Path -LiteralPath $SeedIso -PathType Leaf', 'there is no file $SeedIso'],
    ] as const) {
      expect(script.indexOf(condition), condition).toBeGreaterThan(0);
      expect(script.indexOf(condition), condition).toBeLessThan(first);
      expect(script).toMatch(new RegExp(`throw "${fault.replaceAll('$', String.raw`\$`)}`));
    }
  });
  it('puts the seed into a drive, which a machine of generation 1 has already', () => {
    expect(request()).toContain('if ($SeedIso) { Add-VMDvdDrive -VM $vm -Path $SeedIso }');
    expect(request({ firmware: 'bios' })).toContain('if ($SeedIso) { Set-VMDvdDrive -VMName $VMName -Path $SeedIso }');
  });
  it.each([
    ['generation 2', {}, {}], ['generation 1', { firmware: 'bios' }, {}], ['level v4', { level: 'v4' }, {}], ['without Secure Boot', {}, { 'secure-boot-template': 'off' }],
    ['unsigned loaders', { secureBootFaults: ["it's \u201cunsigned\u201d $(x)"] }, {}], ['odd names', { image: "a'b #>", vhdx: '$(x) `y".vhdx' }, { switch: "a'$(b)" }],
  ] as const)('is a script that PowerShell can read, and uses only variables that it has: %s', async (_, more, output) => {
    const script = await parsePowerShell(request(more, output));
    expect(script.faults).toEqual([]);
    expect(script.parameters).toEqual(expect.arrayContaining(['VMName', 'SwitchName', 'SeedIso', 'Start']));
    const known = [...script.parameters, 'ErrorActionPreference', 'PSScriptRoot', '_', 'disk', 'switches', 'vm', 'true', 'false'];
    expect([...script.variables].filter((name) => !known.includes(name.slice(1)))).toEqual([]);
    expect(script.calls.find(({ name }) => name === 'New-VM')?.parameters).toEqual(['Name', 'Generation', 'MemoryStartupBytes', 'VHDPath', 'SwitchName']);
  });
  it('describes each of its parameters', async () => {
    const text = request();
    const { parameters } = await parsePowerShell(text);
    expect([...text.matchAll(/^\.PARAMETER (\w+)\r$/gm)].map(([, name]) => name).sort()).toEqual(parameters.toSorted());
  });
  it('would not pass with a mistake of syntax', async () => {
    expect((await parsePowerShell(request().replace('try {', 'try (')))?.faults).not.toEqual([]);
  });
  it('lets no name leave its quotes', () => {
    const script = request({ image: 'a\'; Remove-Item C:\\ #>\r\nevil', vhdx: 'x\u2019y.vhdx' }, { switch: '$(evil)' });
    expect(script).toContain("[string] $VMName = 'a''; Remove-Item C:\\ # > evil',");
    expect(script).toContain("'x\u2019\u2019y.vhdx'");
    expect(script).toContain("[string] $SwitchName = '$(evil)'");
    expect(script.match(/#>/g)?.length).toBe(1);
  });
});
