/** What an RPM is made from: everything that its header says. Pure data. */
export interface RpmPackage {
  readonly name: string;
  readonly epoch?: number;
  readonly version: string;
  readonly release: string;
  readonly arch: string;
  /** Name, version and release of the source package, from which `sourcerpm` is made. */
  readonly source: { readonly name: string; readonly version: string; readonly release: string };
  readonly summary: string;
  readonly description: string;
  readonly license: string;
  readonly url: string;
  readonly relations: readonly Relation[];
  readonly files: readonly PackagedFile[];
  /** Scriptlet sections as a spec file spells them. */
  readonly scriptlets?: string;
}

export interface Relation {
  readonly tag: 'Conflicts' | 'Obsoletes' | 'Provides' | 'Recommends' | 'Requires' | 'Requires(pre)' | 'Suggests';
  readonly value: string;
}

export interface PackagedFile {
  /** Absolute. */
  readonly path: string;
  readonly directory?: boolean;
  /** Absent on a symlink, whose mode means nothing. */
  readonly mode?: number;
  readonly owner: string;
  readonly group: string;
  readonly kind?: 'config' | 'doc' | 'ghost' | 'license';
  /** False where the content is not compared: every installation changes it. */
  readonly verify?: false;
  /** The language that the file is for, e.g. `de`. */
  readonly language?: string;
  /** Capabilities in the text form of cap_from_text(3). */
  readonly capabilities?: string;
}

/**
 * Writes a spec file for files that already lie in the build root. The spec is named after the source package, and
 * the package is a subpackage of it where the names differ, so that `sourcerpm` says what Fedora's would.
 */
export function writeSpec(rpm: RpmPackage): string {
  const isMain = rpm.name === rpm.source.name;
  const main = isMain ? rpm : rpm.source;
  const lines = [
    `Name: ${rpm.source.name}`,
    ...(isMain && rpm.epoch !== undefined ? [`Epoch: ${rpm.epoch}`] : []),
    `Version: ${main.version}`,
    `Release: ${main.release}`,
    ...(rpm.arch === 'noarch' ? ['BuildArch: noarch'] : []),
    ...(isMain ? preamble(rpm) : [...common(rpm), '', '%description', 'Source.', '', `%package -n ${rpm.name}`]),
    ...(isMain ? [] : subpackage(rpm)),
    '',
    `%description${isMain ? '' : ` -n ${rpm.name}`}`,
    escapeText(rpm.description),
    '',
    ...(rpm.scriptlets === undefined ? [] : [isMain ? rpm.scriptlets : nameSections(rpm.scriptlets, rpm.name), '']),
    `%files${isMain ? '' : ` -n ${rpm.name}`}`,
    ...rpm.files.map(writeFile),
    '',
  ];
  return lines.join('\n');
}

/** Scriptlets of a subpackage carry its name: `%post -n NAME`. */
const nameSections = (scriptlets: string, name: string): string =>
  scriptlets.replace(/^%(?:pre|post)(?:un|trans|untrans)?(?=\s|$)|^%\w*trigger(?:in|un|postun|prein)(?=\s|$)/gm, (section) => `${section} -n ${name}`);

const common = (rpm: RpmPackage): string[] => [
  `Summary: ${escapeText(rpm.summary)}`,
  `License: ${escapeText(rpm.license)}`,
  'Vendor: Sample Linux',
  ...(rpm.url === '' ? [] : [`URL: ${escapeText(rpm.url)}`]),
];

const preamble = (rpm: RpmPackage): string[] => [
  ...common(rpm),
  'AutoReqProv: no',
  ...rpm.relations.map(({ tag, value }) => `${tag}: ${escapeText(value)}`),
];

const subpackage = (rpm: RpmPackage): string[] => [
  ...(rpm.epoch === undefined ? [] : [`Epoch: ${rpm.epoch}`]),
  `Version: ${rpm.version}`,
  `Release: ${rpm.release}`,
  ...preamble(rpm),
];

/** One line of %files. Every attribute is written out: nothing is taken from the unpacked tree but the content. */
export function writeFile(file: PackagedFile): string {
  const mode = file.mode === undefined ? '-' : file.mode.toString(8).padStart(4, '0');
  const parts = [
    file.directory === true ? '%dir' : '',
    { config: '%config(noreplace)', doc: '%doc', license: '%license', ghost: '%ghost', none: '' }[file.kind ?? 'none'],
    file.language === undefined ? '' : `%lang(${file.language})`,
    file.verify === false ? '%verify(not md5 size mtime)' : '',
    file.capabilities === undefined ? '' : `%caps(${file.capabilities})`,
    `%attr(${mode}, ${file.owner}, ${file.group})`,
    `"${escapePath(file.path)}"`,
  ];
  return parts.filter((part) => part !== '').join(' ');
}

/** A percent sign starts a macro anywhere in a spec; a line must not look like a section or a conditional. */
const escapeText = (text: string): string => text.replaceAll('%', '%%');

/** In quotes a file line is no glob pattern: brackets stand for themselves. */
const escapePath = escapeText;
