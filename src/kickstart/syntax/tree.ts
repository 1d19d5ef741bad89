import type { Place } from '../../errors.ts';
import type { ErrorCode } from '../../errors/codes.ts';

/** Something that the syntax itself does not allow. The node still keeps its text. */
export interface SyntaxProblem {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string;
}

interface NodeBase {
  readonly place: Place & { readonly line: number };
  /** The exact characters of this node, line ends included. Of a section: of its header alone. */
  readonly source: string;
  /** Physical lines that `source` spans: more than one where a backslash continues a command. */
  readonly lines: number;
  readonly problem?: SyntaxProblem;
}

/** An empty line or a comment. */
export interface EmptyNode extends NodeBase {
  readonly kind: 'blank' | 'comment';
}

/** A line of the command section: `name` and what follows it, unquoted. */
export interface CommandNode extends NodeBase {
  readonly kind: 'command';
  readonly name: string;
  readonly words: readonly string[];
}

/** `%include FILE` or `%ksappend URL`. */
export interface IncludeNode extends NodeBase {
  readonly kind: 'include';
  readonly directive: '%include' | '%ksappend';
  readonly target: string;
  /** What the reader gave for the target. Absent until `loadKickstart` filled it in. */
  readonly included?: IncludeOutcome;
}

/** Where an included text comes from: the named file, `--include` or the definition, or a %pre that writes it. */
export type IncludeOrigin = 'file' | 'given' | 'written';

export type IncludeOutcome =
  | { readonly outcome: 'file'; readonly file: KickstartFile; readonly origin: IncludeOrigin }
  | { readonly outcome: 'missing' | 'outside' | 'cycle' | 'too-deep' | 'too-many'; readonly path: string };

/** A line that cannot be read: an unknown `%word` without an `%end`, an `%end` without a section. */
export interface ErrorNode extends NodeBase {
  readonly kind: 'error';
  readonly problem: SyntaxProblem;
}

/** A line of a section that is not empty: a line of a script, a package, a line of an add-on. */
export interface TextNode extends NodeBase {
  readonly kind: 'text';
  /** The line without its line end. */
  readonly text: string;
}

/** The `%end` of a section. */
export interface EndNode extends NodeBase {
  readonly kind: 'end';
}

export type BodyNode = EmptyNode | TextNode | IncludeNode;

export interface SectionNode extends NodeBase {
  readonly kind: 'section';
  /** With its percent sign: `%post`. */
  readonly name: string;
  readonly words: readonly string[];
  readonly body: readonly BodyNode[];
  readonly end?: EndNode;
}

export type TopNode = EmptyNode | CommandNode | IncludeNode | ErrorNode | SectionNode | TextNode;

/** One file. A file that was included inside a section has that section's name in `within` and text nodes on top. */
export interface KickstartFile {
  readonly path: string;
  readonly within?: string;
  readonly nodes: readonly TopNode[];
}

/** Gives back what was read, byte for byte. Included files are not expanded. */
export const print = (file: KickstartFile): string => {
  const parts: string[] = [];
  for (const node of file.nodes) {
    parts.push(node.source);
    if (node.kind !== 'section') continue;
    for (const line of node.body) parts.push(line.source);
    if (node.end !== undefined) parts.push(node.end.source);
  }
  return parts.join('');
};
