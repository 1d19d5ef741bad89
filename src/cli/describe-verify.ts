import type { RuleResult, VerifyReport } from '../platforms/verify-image.ts';
import { formatCount } from './format.ts';
import type { Lines } from './printer.ts';

/** Results as text: failed rules with their remedies, then warnings, then the number that passed. */
export function describeVerify({ artifact, platform, image, passed, results }: VerifyReport): Lines {
  const failed = results.filter(({ outcome }) => outcome === 'fail');
  const errors = failed.filter(({ severity }) => severity === 'error');
  const warnings = failed.filter(({ severity }) => severity === 'warning');
  const count = (outcome: RuleResult['outcome']): number => results.filter((result) => result.outcome === outcome).length;
  const name = image === undefined ? artifact : `${artifact} (${image})`;
  return [
    `${name} for ${platform}: ${passed ? 'passed' : 'FAILED'}`,
    ...errors.flatMap((result) => describeFailed('FAILED', result)),
    ...warnings.flatMap((result) => describeFailed('warning', result)),
    `  ${formatCount(count('pass'), 'rule')} passed, ${errors.length} failed, ${formatCount(warnings.length, 'warning')}, ${count('not-applicable')} not applicable`,
  ];
}

const describeFailed = (word: string, { id, title, detail, remedy, source }: RuleResult): Lines =>
  [`  ${word} ${id}: ${title}`, `    found: ${detail}`, `    remedy: ${remedy}`, `    source: ${source}`];
