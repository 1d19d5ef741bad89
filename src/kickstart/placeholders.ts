import type { SyntaxProblem } from './tree.ts';

const PAIRS: readonly (readonly [open: string, close: string])[] = [
  ['${', '}'],
  ['{{', '}}'],
  ['{%', '%}'],
  ['<%', '%>'],
  ['@@', '@@'],
  ['$SNIPPET(', ')'],
];

/** dnf's own variables: these are filled in by dnf, not by a template. */
const DNF_VARIABLE = /^\$\{?(?:basearch|arch|releasever|releasever_major|releasever_minor)\}?$/;

/**
 * The first thing in a text that a template engine should have replaced: `${name}`, `{{ name }}`, `{% if %}`, `<% %>`
 * (ERB), `@@NAME@@`, Cobbler's `$SNIPPET(…)`, a line that only opens or closes one of these, a word that is nothing but
 * `$name`, or `@NAME@`. Linear in the text.
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
  return templateLine(text) ?? text.split(/[\s=,"']+/).find(isPlaceholderWord);
};

/** A line that begins or ends a tag of ERB or Jinja. What a kickstart takes for a comment belongs to it: `{# disks #}`. */
export const templateLine = (text: string): string | undefined =>
  /^\s*(?:<%|\{[%#]|[-+]?%[>}]|#\})[^\r\n]*/.exec(text)?.[0].trim();

/** `$name`, or `@NAME@` as the tests of Anaconda have it. */
const isPlaceholderWord = (word: string): boolean =>
  (/^\$[A-Za-z_]\w*$/.test(word) && !DNF_VARIABLE.test(word)) || /@[A-Z][A-Z0-9_]*@/.test(word);

/** The same of what no shell or Python script holds by itself: `<%= %>`, `{% %}`, `@@NAME@@`, `@NAME@`, `$SNIPPET(…)`. */
export const findScriptPlaceholder = (text: string): string | undefined =>
  /<%[=#-]?\s[^\n]*?%>|\{%-?\s[^\n]*?%\}|@@[A-Z][A-Z0-9_]*@@|@KSTEST_[A-Z0-9_]*@|\$SNIPPET\([^)\n]*\)/.exec(text)?.[0];

/** Why a line with a placeholder is refused. */
export const unfilled = (placeholder: string): SyntaxProblem => ({
  code: 'kickstart-placeholder',
  message: `${placeholder} is a placeholder of a template that was not filled in`,
  hint: 'Run the template engine first, and give hew its output.',
});
