import { findDirective } from './cheetah.ts';
import type { SyntaxProblem } from '../syntax/tree.ts';

const PAIRS: readonly (readonly [open: string, close: string])[] = [
  ['${', '}'],
  ['{{', '}}'],
  ['{%', '%}'],
  ['<%', '%>'],
  ['@@', '@@'],
  ['$SNIPPET(', ')'],
];

/** dnf's own variables, and those that distributions of Red Hat's family set: dnf fills these in, not a template. */
const DNF_VARIABLE = /^\$\{?(?:basearch|arch|releasever|releasever_major|releasever_minor|contentdir|sigcontentdir|infra|rltype|stream)\}?$/;

/**
 * The first thing in a text that a template engine should have replaced: `${name}`, `{{ name }}`, `{% if %}`, `<% %>`
 * (ERB), `@@NAME@@`, Cobbler's `$SNIPPET(…)`, a line that only opens or closes one of these, a word that begins
 * with `$name`, such a name in a URL, or `@NAME@`. Linear in the text.
 */
export const findPlaceholder = (text: string): string | undefined => {
  for (const [open, close] of PAIRS) {
    let from = text.indexOf(open);
    while (from !== -1) {
      const end = text.indexOf(close, from + open.length);
      if (end === -1) break;
      const found = text.slice(from, end + close.length);
      const isEmpty = found.length === open.length + close.length;
      if (!isEmpty && !DNF_VARIABLE.test(found) && !(open === '@@' && /\s/.test(found))) return found;
      from = text.indexOf(open, open === '@@' ? end : end + close.length);
    }
  }
  return templateLine(text) ?? firstOf(text.split(/[\s=,"']+/), placeholderIn);
};

const firstOf = (words: readonly string[], find: (word: string) => string | undefined): string | undefined => {
  for (const word of words) {
    const found = find(word);
    if (found !== undefined) return found;
  }
  return undefined;
};

/** A line that begins or ends a tag of ERB or Jinja. What a kickstart takes for a comment belongs to it: `{# disks #}`. */
export const templateLine = (text: string): string | undefined =>
  /^\s*(?:<%|\{[%#]|[-+]?%[>}]|#\})[^\r\n]*/.exec(text)?.[0].trim();

/** `$name`, `$name.example.org`, `$name(…)`, `$name` in a URL, Cobbler’s `SNIPPET::name`, `@NAME@` of Anaconda’s tests. */
const placeholderIn = (word: string): string | undefined => {
  if (/@[A-Z][A-Z0-9_-]*@|^SNIPPET::./.test(word)) return word;
  if (word.includes('://')) return variablesIn(word)[0];
  // A hash of crypt(5) begins with `$` as well, and has another `$` after its kind.
  return /^\$[A-Za-z_]\w*(?=$|[.:/@(-])/.test(word) ? variablesIn(word)[0] : undefined;
};

/** Every `$name` that is not dnf's. */
export const variablesIn = (text: string): readonly string[] =>
  [...text.matchAll(/\$[A-Za-z_]\w*/g)].map(([name]) => name).filter((name) => !DNF_VARIABLE.test(name));

/** The same of what no shell or Python script holds by itself: `<%= %>`, `{% %}`, `@@NAME@@`, `@NAME@`, `$SNIPPET(…)`, `#end if`. */
export const findScriptPlaceholder = (text: string): string | undefined =>
  findDirective(text) ??
  /<%[=#-]?\s[^\n]*?%>|\{%-?\s[^\n]*?%\}|@@[A-Z][A-Z0-9_]*@@|@KS[A-Z0-9_]*@|^\s*SNIPPET::\w+|\$SNIPPET\([^)\n]*\)/.exec(text)?.[0];

/** Why a line with a placeholder is refused. */
export const unfilled = (placeholder: string): SyntaxProblem => ({
  code: 'kickstart-placeholder',
  message: `${placeholder} is a placeholder of a template that was not filled in`,
  hint: 'Run the template engine first, and give hew its output.',
});
