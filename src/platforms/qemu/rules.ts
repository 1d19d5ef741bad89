import type { Rule } from '../../verify/rules/rule.ts';

/** A guest of QEMU demands nothing that other platforms do not. */
const rules: readonly Rule[] = [];

export default rules;
