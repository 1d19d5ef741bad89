import type { AuditReport } from '../isa/audit-report.ts';
import { formatTable, indent } from './format.ts';
import type { Lines } from './printer.ts';

/** An audit as text: the verdict first, then its grounds. */
export function describeAudit(report: AuditReport): Lines {
  const { counts, needs } = report;
  const verdict = report.declared === undefined
    ? `declares no level; its files need ${report.highest ?? 'none'}`
    : `${report.passed ? 'passed' : 'FAILED'}: declares ${report.declared}, its files need ${report.highest ?? 'no level'}`;
  const rows = [
    ['ELF files', `${counts.elf} of ${counts.files} files`],
    ['need', Object.entries(needs).filter(([, count]) => count > 0).map(([level, count]) => `${level}: ${count}`).join(', ')],
    ['glibc itself needs', report.glibcMinimum ?? 'not stated'],
    ...report.hwcaps.map(({ path, level, elf }) => ['glibc-hwcaps', `${path}: ${elf} files for ${level}`]),
    ...(report.packageSummary.sentence === undefined ? [] : [['packages', report.packageSummary.sentence]]),
    ...(report.upgrades === undefined ? [] : [['upgrades', report.upgrades.reason]]),
    ['not judged', `${counts.damaged} damaged, ${counts.foreign} foreign, ${counts.bits32} 32-bit, ${counts.unreadable} unreadable`],
  ];
  const reported = [...report.problems, ...report.warnings].map(({ message }) => `! ${message}`);
  return [verdict, ...indent(formatTable(rows)), ...reported];
}
