import type { Apply, Applying } from './command.ts';

const NO_KEY =
  'a kickstart file names no keys: give `gpgkey` to this repository in the definition, or the build fails closed';

/** Of the repository that `url` names, which has no name in a kickstart file. */
export const URL_ID = 'kickstart-url';

export const applyUrl: Apply = (applying) => addRepository(applying, URL_ID, '--url');

const REPOSITORY_URLS = ['--baseurl', '--mirrorlist', '--metalink'];

export const applyRepo: Apply = (applying) => {
  const name = applying.args.text('--name');
  if (name === undefined) return applying.refuse('a repository needs a name', 'add --name=NAME');
  if (!REPOSITORY_URLS.some((option) => applying.args.has(option))) {
    return applying.ignore(`it turns on ${name}, which only an installer knows: the distribution says which repositories count`);
  }
  const id = name.trim().replaceAll(/\s+/g, '-');
  addRepository(applying, id, '--baseurl');
  if (applying.args.has('--install')) leaveRepositoryFile(applying, id);
};

const addRepository = ({ args, draft, node, refuse, note }: Applying, id: string, urlOption: string): void => {
  const urls = {
    baseurl: args.text(urlOption),
    mirrorlist: args.text('--mirrorlist'),
    metalink: args.text('--metalink'),
  };
  const given = Object.values(urls).filter((url) => url !== undefined).length;
  if (given !== 1) {
    const found = given === 0 ? 'none is given' : 'more than one is given';
    return refuse(`a repository needs one URL and ${found}`, `give one of ${urlOption}, --mirrorlist, --metalink`);
  }
  const fields = {
    id,
    ...urls,
    cost: args.integer('--cost'),
    includepkgs: args.list('--includepkgs'),
    excludepkgs: args.list('--excludepkgs'),
  };
  draft.merge(['repositories'], id, fields, node.place);
  note(NO_KEY);
};

/** What Anaconda writes for `repo --install`. */
const leaveRepositoryFile = ({ args, draft, node }: Applying, id: string): void => {
  const lines = [
    `[${id}]`,
    `name=${id}`,
    ...(['baseurl', 'mirrorlist', 'metalink'] as const).flatMap((key) => {
      const url = args.text(`--${key}`);
      return url === undefined ? [] : [`${key}=${url}`];
    }),
    'enabled=1',
    'gpgcheck=1',
  ];
  const path = `/etc/yum.repos.d/${id}.repo`;
  draft.merge(['files'], path, { path, content: `${lines.join('\n')}\n` }, node.place);
};

export const applyModule: Apply = ({ args, draft, node, ignore }) => {
  const [name = '', stream] = [args.text('--name'), args.text('--stream')];
  if (stream === undefined) return ignore(`the default stream of ${name} counts without being asked for`);
  draft.append(['packages', 'modules'], [`${name}:${stream}`], node.place);
};
