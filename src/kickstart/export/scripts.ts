import type { DefinitionFile, DefinitionScript } from '../../definition/types.ts';
import { ROOT_LINE } from '../apply/scripts.ts';
import { directiveOf, isSectionName } from '../syntax/parse-section.ts';
import { command, section, type Exporting } from './writer.ts';

/** %post sections that write `files`, mask units and erase packages, then one for each of `scripts`. */
export const exportScripts = (exporting: Exporting): readonly string[] => {
  const {
    definition: { files, scripts, system, packages },
  } = exporting;
  const masks = system.services.mask.map((unit) => `systemctl mask ${quote(unit)}\n`);
  const erase = packages['remove-after-install'].map((name) => `rpm --erase --nodeps ${quote(name)}\n`);
  return [
    ...files.flatMap((file) => exportFile(file, exporting)),
    ...(masks.length > 0 ? [post(masks.join(''))] : []),
    ...scripts.flatMap((script, index) => exportScript(script, index, exporting)),
    ...(erase.length > 0 ? [post(erase.join(''))] : []),
  ];
};

const post = (body: string): string => section('%post --erroronfail', body);

const exportFile = (file: DefinitionFile, { options, omit }: Exporting): readonly string[] => {
  const path = quote(file.path);
  const parent = quote(file.path.replace(/\/[^/]*$/, '') || '/');
  if (file.link !== undefined) return [post(`mkdir -p ${parent}\nln -sfn ${quote(file.link)} ${path}\n`)];
  const content = file.content ?? (file.source === undefined ? undefined : options.readInput?.(file.source));
  if (content === undefined) {
    omit(`files."${file.path}"`, 'its content is not at hand');
    return [];
  }
  // base64 keeps lines such as %end, and the missing line end of a last line, from meaning anything.
  const encoded = Buffer.from(content, 'utf8').toString('base64').replaceAll(/.{76}/g, '$&\n').trimEnd();
  const owner = `${file.owner}:${file.group}`;
  return [
    post(
      `# ${file.path.replaceAll(/[\r\n]/g, ' ')}\nmkdir -p ${parent}\n` +
        `base64 --decode > ${path} <<'HEW_END'\n${encoded}\nHEW_END\n` +
        `chown ${quote(owner)} ${path}\nchmod ${file.mode ?? '0644'} ${path}\n`,
    ),
  ];
};

const exportScript = (script: DefinitionScript, index: number, { options, omit }: Exporting): readonly string[] => {
  const path = `scripts[${index}]`;
  const content = script.content ?? (script.run === undefined ? undefined : options.readInput?.(script.run));
  if (content === undefined) {
    omit(path, 'its text is not at hand');
    return [];
  }
  if (content.split(/\r\n|\r|\n/).some(isDirective)) {
    omit(path, 'it holds a line that a kickstart parser takes for its own, such as %end');
    return [];
  }
  if (script.args.length > 0) omit(`${path}.args`, 'a %post takes no arguments');
  const outside = script.in === 'build';
  const environment = script.env.map((entry) => `export ${quote(entry)}\n`).join('');
  const root = outside && content.includes('HEW_ROOT') ? `${ROOT_LINE}\n` : '';
  const interpreter = script.interpreter ?? /^#! *(\/\S+)/.exec(content)?.[1];
  const header = command('%post', [], {
    '--nochroot': outside,
    '--interpreter': interpreter === '/bin/sh' && !content.startsWith('#!') ? undefined : interpreter,
    '--log': script.log === undefined ? undefined : `${outside ? '/mnt/sysimage' : ''}${script.log}`,
    '--erroronfail': script['on-failure'] === 'stop',
  });
  return [section(header, `${root}${environment}${content}${content.endsWith('\n') ? '' : '\n'}`)];
};

const isDirective = (line: string): boolean => {
  const word = directiveOf(line);
  return ['%end', '%include', '%ksappend'].includes(word) || isSectionName(word);
};

const quote = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
