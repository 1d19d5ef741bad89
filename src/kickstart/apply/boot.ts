import type { Apply } from './command.ts';

const NO_LOADER = 'no boot loader is asked for: whether there is one is said by `boot`';

export const applyBootloader: Apply = ({ args, draft, node, note, refuse }) => {
  const location = args.text('--location');
  if (location === 'partition') {
    return refuse('--location=partition expects another boot loader before it', 'remove --location');
  }
  if (args.text('--boot-drive')?.includes(',')) return refuse('--boot-drive names more than one disk', 'name one');
  // As for pykickstart, nothing else on such a line has a meaning.
  if (args.has('--disabled')) return note(`${NO_LOADER}, and the rest of the line has no effect`);
  if (location === 'none') note(NO_LOADER);
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
