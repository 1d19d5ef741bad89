import type { Row, ScriptSection } from './row.ts';

const helper = '/usr/lib/systemd/systemd-update-helper';

/** Units follow the presets on the first installation and are disabled on the last removal, as in Fedora's macros. */
const unitScripts = (units: readonly string[]): Partial<Record<ScriptSection, string>> => units.length === 0 ? {} : {
  post: `if [ "$1" -eq 1 ] && [ -x ${helper} ]; then ${helper} install-system-units ${units.join(' ')} || :; fi`,
  preun: `if [ "$1" -eq 0 ] && [ -x ${helper} ]; then ${helper} remove-system-units ${units.join(' ')} || :; fi`,
};

/** The scriptlet sections of a row in the order of a spec file; empty where it has none. */
export function writeScriptlets(row: Row): string {
  const fromUnits = unitScripts(row.units ?? []);
  const sections = (['post', 'preun', 'postun', 'posttrans'] as const).flatMap((section) => {
    const bodies = [row.scripts?.[section], fromUnits[section]].filter((body) => body !== undefined);
    return bodies.length === 0 ? [] : [`%${section}\n${bodies.join('\n').replaceAll('%', '%%')}\n`];
  });
  return [...sections, ...(row.scriptlets === undefined ? [] : [row.scriptlets])].join('\n');
}
