import parse from 'spdx-expression-parse';

import { digestOf } from '../digest.ts';

/** A parsed licence field of an RPM. */
export interface DeclaredLicense {
  /** An SPDX expression; undefined when the package says nothing. */
  readonly expression: string | undefined;
  /** True if the field itself is an expression, not only named by a reference of hew. */
  readonly standard: boolean;
  /** Licences of the expression that are not on the SPDX list: an SPDX document has to describe them. */
  readonly references: readonly LicenseReference[];
}

export interface LicenseReference {
  /** `LicenseRef-…` */
  readonly id: string;
  readonly text: string;
}

/** Longer than any true one; what is longer is named and not parsed. Characters. */
const MAX_LENGTH = 4096;

/**
 * Reads a licence field. Fedora and its relatives write SPDX expressions
 * (https://docs.fedoraproject.org/en-US/legal/license-field/); older packages write names of their own, which become
 * one `LicenseRef` with the field as its text. Never throws.
 */
export function readLicense(field: string): DeclaredLicense {
  const text = field.trim();
  if (text === '') return { expression: undefined, standard: false, references: [] };
  const tree = parseExpression(text);
  if (tree === undefined) return namedLicense(text);
  const references = [...new Set(customNames(tree))].sort();
  // A reference into another document could never be looked up.
  if (references.some((name) => name.startsWith('DocumentRef-'))) return namedLicense(text);
  return {
    expression: printExpression(tree),
    standard: true,
    references: references.map((id) => ({ id, text: `The licence that the RPM's licence field calls ${id}: ${text}` })),
  };
}

type Expression = ReturnType<typeof parse>;

function parseExpression(text: string): Expression | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

function namedLicense(text: string): DeclaredLicense {
  const words = text.replaceAll(/[^A-Za-z0-9.]+/g, '-').replaceAll(/^-+|-+$/g, '').slice(0, 40);
  // Different fields may have the same letters and digits.
  const id = `LicenseRef-${words === '' ? 'field' : words}-${digestOf(text).slice(7, 15)}`;
  return { expression: id, standard: false, references: [{ id, text: `The RPM's licence field: ${text}` }] };
}

const customNames = (tree: Expression): readonly string[] => {
  if ('conjunction' in tree) return [...customNames(tree.left), ...customNames(tree.right)];
  return tree.license.includes('LicenseRef-') ? [tree.license] : [];
};

/** Operators in capitals, as SPDX 2.3 demands (annex D.2), and parentheses where they matter. */
function printExpression(tree: Expression): string {
  if (!('conjunction' in tree)) {
    return `${tree.license}${tree.plus === true ? '+' : ''}${tree.exception === undefined ? '' : ` WITH ${tree.exception}`}`;
  }
  const side = (inner: Expression): string =>
    tree.conjunction === 'and' && 'conjunction' in inner && inner.conjunction === 'or'
      ? `(${printExpression(inner)})`
      : printExpression(inner);
  return `${side(tree.left)} ${tree.conjunction.toUpperCase()} ${side(tree.right)}`;
}
