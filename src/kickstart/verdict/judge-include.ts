import { findPlaceholder, unfilled } from './placeholders.ts';
import type { PreScripts } from './pre-scripts.ts';
import type { IncludeNode } from '../syntax/tree.ts';
import { refusedFor, type Verdict } from './verdict.ts';

/** Decides on an include: applied where the file was read, else refused with what to give instead. */
export const judgeInclude = (node: IncludeNode, pre: PreScripts): Verdict => {
  const lines = { place: node.place, lines: node.lines, subject: node.directive };
  if (node.problem !== undefined) return refusedFor(lines, node.problem);
  const { target, included } = node;
  if (included?.outcome === 'file') {
    const { file: { path }, origin } = included;
    const reason = origin === 'written' ? `read from what the %pre on line ${pre.writerOf(target)?.line ?? 0} writes there`
      : `read from ${path}${origin === 'given' ? ', given by --include' : ''}`;
    return { ...lines, decision: 'applied', reason, notes: [] };
  }
  const placeholder = included?.outcome === 'missing' || included?.outcome === 'outside' ? findPlaceholder(target) : undefined;
  if (placeholder !== undefined) return refusedFor(lines, unfilled(placeholder));
  const [message, hint] = missingReason(node, pre);
  return refusedFor(lines, {
    code: 'kickstart-include',
    message,
    hint: hint ?? `Give a file for it by --include ${target}=FILE.`,
  });
};

const missingReason = ({ target, included }: IncludeNode, pre: PreScripts): readonly [string, string?] => {
  if (included?.outcome === 'cycle') return [`${included.path} includes itself`, 'Remove one of the includes.'];
  if (included?.outcome === 'too-deep') return ['includes are nested too deeply', 'Write the files into one.'];
  if (included?.outcome === 'too-many') return ['too many files are included', 'Write the files into one.'];
  const writer = pre.writerOf(target);
  if (writer !== undefined)
    return [`${target} is written by the %pre on line ${writer.line ?? 0}, which hew does not run`];
  if (/^[a-z]+:/i.test(target)) return [`hew fetches no parts of kickstart files, and ${target} is a URL`];
  if (included?.outcome === 'outside') {
    return [
      `${included.path} is outside the folder of the kickstart file`,
      `Copy it there, or give it by hand: --include ${target}=${included.path}.`,
    ];
  }
  return [`there is no file ${included?.outcome === 'missing' ? included.path : target}`];
};
