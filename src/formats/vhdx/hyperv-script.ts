import type { Level } from '../../isa/levels.ts';
import { bytesOf } from '../../schema-words.ts';
import type { OutputOf } from '../rows.ts';

type VhdxOutput = OutputOf<'vhdx'>;

export interface HyperVRequest {
  /** Name of the image: what the virtual machine is called unless the caller says otherwise. */
  readonly image: string;
  /** File name of the VHDX, beside the script. */
  readonly vhdx: string;
  readonly output: VhdxOutput;
  readonly firmware: 'uefi' | 'bios';
  readonly level: Level;
  /** Why a machine that enforces Secure Boot would not start it; undefined where that was not asked. */
  readonly secureBootFaults: readonly string[] | undefined;
}

/**
 * The PowerShell script that makes a Hyper-V virtual machine from a VHDX. It copies the disk, so that the image does
 * not change, and undoes its steps when one fails. Cmdlets: https://learn.microsoft.com/powershell/module/hyper-v/
 */
export function hypervScript({ image, vhdx, output, firmware, level, secureBootFaults: faults }: HyperVRequest): string {
  const generation = firmware === 'uefi' ? 2 : 1;
  const lines = [
    '#Requires -Modules Hyper-V',
    '<#',
    '.SYNOPSIS',
    `Makes a Hyper-V virtual machine (generation ${generation}) of ${onOneLine(image)}.`,
    '.DESCRIPTION',
    ...DESCRIPTION.map(onOneLine),
    ...Object.entries(PARAMETERS).flatMap(([name, meaning]) => [`.PARAMETER ${name}`, meaning]),
    ...(level === 'baseline' ? ['.PARAMETER CompatibilityForMigration', 'Hides new instructions, so that the machine moves to older processors while it runs.'] : []),
    '.EXAMPLE',
    `powershell -ExecutionPolicy Bypass -File .\\${onOneLine(vhdx).replace(/vhdx$/, 'ps1')} -VMName web1 -SeedIso .\\seed.iso -Start`,
    '#>',
    '[CmdletBinding()]',
    'param(',
    `    [Alias('Name')] [string] $VMName = ${quote(image)},`,
    `    [string] $Vhdx = (Join-Path $PSScriptRoot ${quote(vhdx)}),`,
    '    [string] $Folder = (Get-VMHost).VirtualHardDiskPath,',
    `    [Alias('Switch')] [string] $SwitchName = ${quote(output.switch)},`,
    '    [string] $SeedIso,',
    `    [long] $Memory = ${bytesOf(output.memory)},`,
    `    [int] $Processors = ${output.processors},`,
    ...(level === 'baseline' ? ['    [switch] $CompatibilityForMigration,'] : []),
    '    [switch] $Start',
    ')',
    'Set-StrictMode -Version Latest',
    "$ErrorActionPreference = 'Stop'",
    '',
    ...levelLines(level),
    ...(generation === 2 && faults !== undefined && faults.length > 0 ? [`Write-Warning ${quote(`Secure Boot is off for this machine: ${faults.join('; ')}`)}`] : []),
    'if (Get-VM -Name $VMName -ErrorAction SilentlyContinue) { throw "there is a virtual machine $VMName already; name another with -VMName" }',
    'if (-not (Get-VMSwitch -Name $SwitchName -ErrorAction SilentlyContinue)) {',
    // Strict mode refuses a property of nothing, which is what a host without switches returns.
    '    $switches = @(Get-VMSwitch | ForEach-Object { $_.Name })',
    '    throw "there is no virtual switch $SwitchName; name one with -SwitchName: $($switches -join \', \')"',
    '}',
    'if ($SeedIso) {',
    '    if (-not (Test-Path -LiteralPath $SeedIso -PathType Leaf)) { throw "there is no file $SeedIso" }',
    // Hyper-V resolves paths against a folder of its own.
    '    $SeedIso = (Resolve-Path -LiteralPath $SeedIso).ProviderPath',
    '}',
    '$disk = Join-Path $Folder "$VMName.vhdx"',
    'if (Test-Path -LiteralPath $disk) { throw "$disk is there already; name another machine with -VMName" }',
    'Copy-Item -LiteralPath $Vhdx -Destination $disk',
    'try {',
    `    $vm = New-VM -Name $VMName -Generation ${generation} -MemoryStartupBytes $Memory -VHDPath $disk -SwitchName $SwitchName`,
    ...[
      'Set-VMProcessor -VM $vm -Count $Processors',
      ...processorLines(level),
      ...(generation === 2 ? firmwareLines(output, faults) : []),
      // A new machine of generation 1 has an empty drive already.
      generation === 1
        ? 'if ($SeedIso) { Set-VMDvdDrive -VMName $VMName -Path $SeedIso }'
        : 'if ($SeedIso) { Add-VMDvdDrive -VM $vm -Path $SeedIso }',
      // Kernel and systemd write to the serial port what a start that fails says.
      'Set-VMComPort -VM $vm -Number 1 -Path "\\\\.\\pipe\\$VMName"',
      // Automatic checkpoints fill disks and surprise users.
      'Set-VM -VM $vm -AutomaticCheckpointsEnabled $false',
      'if ($Start) { Start-VM -VM $vm }',
    ].map((line) => `    ${line}`),
    '} catch {',
    '    Get-VM -Name $VMName -ErrorAction SilentlyContinue | Remove-VM -Force',
    '    Remove-Item -LiteralPath $disk -ErrorAction SilentlyContinue',
    '    throw',
    '}',
    '$vm',
    '',
  ];
  return lines.join('\r\n');
}

const DESCRIPTION = [
  'Run it as an administrator or a member of Hyper-V Administrators. It copies the disk and changes no machine that is there.',
  'The first login: an account of the image, or where the image has cloud-init, one that -SeedIso makes (hew seed).',
];

/** Comment-based help: https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_comment_based_help */
const PARAMETERS: Readonly<Record<string, string>> = {
  VMName: 'Name of the machine and of its disk.',
  Vhdx: 'The disk that is copied.',
  Folder: 'Where the copy goes.',
  SwitchName: 'Virtual switch that connects it. Windows Server has no Default Switch.',
  SeedIso: 'Image of hew seed: cloud-init makes an account from it at the first start.',
  Memory: 'Memory in bytes.',
  Processors: 'Number of virtual processors.',
  Start: 'Starts the machine.',
};

/** Standard compatibility mode hides instructions that v2 and higher need: SSSE3, SSE4.1, SSE4.2 and POPCNT, and AVX for v3. */
function levelLines(level: Level): readonly string[] {
  if (level === 'baseline') return [];
  return [
    `# The programs in this image are made for x86-64-${level}. Processor compatibility mode hides instructions that`,
    '# they use, so that the machine would not start, or a migrated one would crash: it stays off.',
    `Write-Warning 'This image needs x86-64-${level}: never turn processor compatibility mode on for it.'`,
    ...(level === 'v2' ? [] : [
      'if ((Get-Command Get-VMProcessor).Parameters.ContainsKey(\'CompatibilityForMigrationMode\')) {',
      "    Write-Verbose 'CommonClusterFeatureSet would have to include AVX2 as well.'",
      '}',
    ]),
  ];
}

const processorLines = (level: Level): readonly string[] =>
  (level === 'baseline'
    ? ['Set-VMProcessor -VM $vm -CompatibilityForMigrationEnabled $CompatibilityForMigration.IsPresent']
    : [
      'Set-VMProcessor -VM $vm -CompatibilityForMigrationEnabled $false',
      'if ((Get-VMProcessor -VM $vm).CompatibilityForMigrationEnabled) { throw \'processor compatibility mode is forced on here\' }',
    ]);

/** Secure Boot is on only if everything that the machine starts is signed: otherwise it would not start. */
const firmwareLines = ({ 'secure-boot-template': template }: VhdxOutput, faults: readonly string[] | undefined): readonly string[] =>
  (template === 'off' || faults === undefined || faults.length > 0
    ? ['Set-VMFirmware -VM $vm -EnableSecureBoot Off']
    : [`Set-VMFirmware -VM $vm -EnableSecureBoot On -SecureBootTemplate ${template}`]);

/** A PowerShell string without expansion. Typographic quotes end one too. */
const quote = (text: string): string => `'${onOneLine(text).replaceAll(/['\u2018\u2019\u201a\u201b]/g, '$&$&')}'`;

const onOneLine = (text: string): string => text.replaceAll(/[\r\n]+/g, ' ').replaceAll('#>', '# >');
