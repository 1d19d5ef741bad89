import type { ImageFacts } from '../verify/facts.ts';
import type { Finding, Rule } from '../verify/rules/rule.ts';
import type { Platform } from './rows.ts';
import { loadRules } from './rules.ts';

/** The result of one rule for an image. */
export interface RuleResult extends Finding, Pick<Rule, 'id' | 'severity' | 'title' | 'remedy' | 'source'> {}

/** The value that `hew verify --json` prints for each image. */
export interface VerifyReport {
  readonly artifact: string;
  readonly platform: Platform;
  /** Which of several images in one artifact: `amd64`, `amd64/v3`. */
  readonly image: string | undefined;
  /** Whether no rule of severity `error` failed. */
  readonly passed: boolean;
  readonly results: readonly RuleResult[];
}

/** Checks an image against all rules of a platform. */
export async function verifyImage(facts: ImageFacts, platform: Platform): Promise<VerifyReport> {
  const results = (await loadRules(platform)).map((rule): RuleResult => {
    const { id, title, remedy, source } = rule;
    const severity = rule.isDemanded?.(facts.expected) === true ? 'error' : rule.severity;
    return { id, severity, title, remedy, source, ...rule.check(facts) };
  });
  const named = facts.oci?.indexPlatform ?? facts.oci?.config?.platform;
  return {
    artifact: facts.artifact.name,
    platform,
    image: named === undefined ? undefined : [named.architecture, named.variant].filter((part) => part !== undefined).join('/'),
    passed: !results.some(({ outcome, severity }) => outcome === 'fail' && severity === 'error'),
    results,
  };
}
