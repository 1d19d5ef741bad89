import type { Apply } from './command.ts';

export const applyBootloader: Apply = ({ args, draft, node, note, refuse }) => {
  const location = args.text('--location');
  if (location === 'partition') {
    return refuse('--location=partition expects another boot loader before it', 'remove --location');
  }
  if (args.has('--disabled') || location === 'none')
    return note('no boot loader is asked for: whether there is one is said by `boot`');
  const timeout = args.integer('--timeout');
  if (timeout !== undefined) draft.set(['boot', 'timeout'], timeout, node.place);
  if (args.has('--sdboot')) draft.set(['boot', 'loader'], 'systemd-boot', node.place);
  const append = args.text('--append');
  if (append === undefined) return;
  const words = append.split(/\s+/).filter(Boolean);
  // FIPS is more than an argument: a setting of its own, which writes it.
  if (words.includes('fips=1')) draft.set(['system', 'fips'], true, node.place);
  draft.set(['system', 'kernel-cmdline'], words.filter((word) => !word.startsWith('fips=')), node.place);
};
