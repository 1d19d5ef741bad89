import type {
  CommandNode,
  EmptyNode,
  EndNode,
  ErrorNode,
  IncludeNode,
  KickstartFile,
  SectionNode,
  TextNode,
} from './tree.ts';

/** A section whose included lines stand where they were included. */
export interface FlatSection {
  readonly kind: 'flat-section';
  readonly header: SectionNode;
  readonly body: readonly (TextNode | EmptyNode)[];
}

export type FlatNode = CommandNode | EmptyNode | ErrorNode | IncludeNode | EndNode | FlatSection;

/**
 * The nodes of a file and of everything that it includes, in the order in which they count. Include nodes come before
 * what they bring; those inside sections come before the section itself.
 */
export const flatten = (file: KickstartFile): readonly FlatNode[] => {
  const nodes: FlatNode[] = [];
  addFile(file, nodes);
  return nodes;
};

const addFile = (file: KickstartFile, into: FlatNode[]): void => {
  for (const node of file.nodes) {
    if (node.kind === 'section') addSection(node, into);
    else if (node.kind === 'include') {
      into.push(node);
      if (node.included?.outcome === 'file') addFile(node.included.file, into);
    } else if (node.kind !== 'text') into.push(node);
  }
};

const addSection = (section: SectionNode, into: FlatNode[]): void => {
  const body: (TextNode | EmptyNode)[] = [];
  addBody(section.body, body, into);
  into.push({ kind: 'flat-section', header: section, body });
  if (section.end !== undefined) into.push(section.end);
};

/** Lines go to the section; the include, and what an included file holds after an `%end` of its own, go outside. */
const addBody = (nodes: KickstartFile['nodes'], body: (TextNode | EmptyNode)[], outside: FlatNode[]): void => {
  let ended = false;
  for (const node of nodes) {
    if (node.kind === 'error') ended = true;
    if (node.kind === 'include') {
      outside.push(node);
      if (node.included?.outcome === 'file') addBody(node.included.file.nodes, body, outside);
    } else if (node.kind === 'section') addSection(node, outside);
    else if (node.kind === 'text') body.push(node);
    else if (!ended && (node.kind === 'blank' || node.kind === 'comment')) body.push(node);
    else outside.push(node);
  }
};
