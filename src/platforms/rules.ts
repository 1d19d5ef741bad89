import { CAPABILITY_RULES } from '../verify/rules/capabilities.ts';
import type { Rule } from '../verify/rules/rule.ts';
import { PLATFORM_ROWS, PLATFORMS, type Platform } from './rows.ts';

/** The default export of `rules.ts` in the folder of a platform. Found by its name, so that a platform is added in one place. */
const loadOwnRules = async (platform: Platform): Promise<readonly Rule[]> => {
  const module: { readonly default: readonly Rule[] } = await import(`./${platform}/rules.ts`);
  return module.default;
};

/** Every rule of a platform, in the order of the results: its own, then those shared with others. */
export async function loadRules(platform: Platform): Promise<readonly Rule[]> {
  const needs = PLATFORM_ROWS.find(({ id }) => id === platform)?.needs ?? [];
  return [...await loadOwnRules(platform), ...needs.flatMap((capability) => CAPABILITY_RULES[capability])];
}

/** All rules of all platforms, each once. */
export const loadAllRules = async (): Promise<readonly Rule[]> => [...new Set((await Promise.all(PLATFORMS.map(loadRules))).flat())];
