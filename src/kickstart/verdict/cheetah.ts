import type { FlatNode } from '../syntax/flatten.ts';

/** A directive of Cheetah, the template language of Cobbler. To a kickstart file it is a comment. */
const DIRECTIVE = /^\s*#(?:if|elif|else|unless|for|while|repeat|set|silent|echo|import|from|include|extends|attr|def|block|slurp|raw|end|errorCatcher)\b/;

/** What no comment in plain words says: it ends a directive, sets a variable, or asks for one. */
const CERTAIN = /^\s*#(?:end (?:if|unless|for|while|repeat|def|block|raw)\b|(?:set(?: global)?|if|elif|for|unless|silent|echo) +(?:\( *|[\w.]+ +in +|not +)?\$[A-Za-z_])/;

/**
 * The lines that are directives of Cheetah, of a file that is such a template: which of its lines count is decided by
 * them. A comment such as `#include what follows` in any other file is a comment.
 */
export function cheetahDirectives(nodes: readonly FlatNode[]): ReadonlySet<FlatNode> {
  const comments = nodes.filter(({ kind }) => kind === 'comment');
  const isTemplate = comments.some((node) => 'source' in node && CERTAIN.test(node.source));
  return new Set(isTemplate ? comments.filter((node) => 'source' in node && DIRECTIVE.test(node.source)) : []);
}

/** The directive that decides over the lines of a script, if there is one. */
export const findDirective = (line: string): string | undefined => (CERTAIN.test(line) ? line.trim() : undefined);
