import type { Inspection, InspectedDisk } from '../usecases/inspect-artifact.ts';
import { describeSignatures } from '../boot/efi/chain.ts';
import { formatBytes, formatTable, indent } from './format.ts';
import type { Lines } from './printer.ts';

const LARGEST = 10;

/** An artifact as text: its format, how it boots, its content. */
export function describeInspection(inspection: Inspection): Lines {
  const { artifact, format, platform, size, os, architecture, level, kernels, layers, disk, boot, packages } = inspection;
  const rows = [
    ['format', [format, platform && [platform.os, platform.architecture, platform.variant].filter(Boolean).join('/')].filter(Boolean).join(', ')],
    ['size', sizes(size)],
    ...(layers === undefined ? [] : layers.map(({ digest, entries }) => ['layer', `${digest}, ${entries} entries`])),
    ...(os === undefined ? [] : [['system', `${os['PRETTY_NAME'] ?? os['NAME'] ?? 'unknown'}${architecture === undefined ? '' : `, ${architecture}`}`]]),
    ...(level === undefined ? [] : [['level', level]]),
    ...kernels.map(({ version, initrd }) => ['kernel', `${version}${initrd ? ', with an initrd' : ''}`]),
    ...(disk === undefined ? [] : [['firmware', disk.firmware.join(' and ') || 'none starts it']]),
    ...(boot?.programs ?? []).filter(({ name }) => name !== undefined)
      .map((program) => [program.name ?? '', `${program.path}, ${describeSignatures(program)}`]),
    ...(boot?.entries ?? []).map(({ from, title, commandLine }) => ['boots', `${title} (${from}): ${commandLine}`]),
    ...(packages.length === 0 ? [] : [['packages', `${packages.length}, ${formatBytes(packages.reduce((sum, entry) => sum + entry.size, 0))}`]]),
  ];
  const largest = packages.slice(0, LARGEST).map((entry) => [formatBytes(entry.size), `${entry.name}-${entry.evr}.${entry.arch}`]);
  return [
    artifact,
    ...indent(formatTable(rows)),
    ...(disk === undefined ? [] : [`  partitions${disk.table === undefined ? '' : ` (${disk.table.toUpperCase()})`}`, ...indent(indent(partitions(disk)))]),
    ...(disk?.problems ?? []).map((problem) => `  ! ${problem}`),
    ...(inspection.rootProblem === undefined ? [] : [`  ! ${inspection.rootProblem}`]),
    ...(largest.length === 0 ? [] : ['  largest packages', ...indent(indent(formatTable(largest)))]),
  ];
}

const sizes = ({ file, allocated, virtual, installed }: Inspection['size']): string =>
  [
    `${formatBytes(file)} (${formatBytes(allocated)} allocated)`,
    ...(virtual === undefined || virtual === file ? [] : [`${formatBytes(virtual)} virtual`]),
    ...(installed === undefined ? [] : [`${formatBytes(installed)} installed`]),
  ].join(', ');

const partitions = ({ partitions: all }: InspectedDisk): Lines => (all.length === 0 ? ['none'] : formatTable(all.map((partition) => [
  String(partition.number), formatBytes(partition.size), partition.filesystem?.type ?? 'unknown', partition.filesystem?.uuid ?? '',
  partition.mount ?? '', partition.name || partition.type,
])));
