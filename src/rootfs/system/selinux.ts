import { ToolError } from '../../errors.ts';
import type { Host } from '../../host/port.ts';
import type { Plan } from '../../plan/types.ts';
import type { Notice, System } from './context.ts';

const CONFIG = '/etc/selinux/config';
const RELABEL = '/.autorelabel';

/** Sets the mode of selinux_config(5). Throws `HewError` if a mode needs a policy that the image lacks. */
export async function setSelinuxMode(system: System): Promise<void> {
  const mode = system.settings.selinux;
  if (mode === undefined) return;
  const text = await system.read(CONFIG);
  const hasPolicy = (await policyOf(system.host, system.root)) !== undefined;
  if (mode !== 'disabled' && !hasPolicy) {
    throw system.refuse('system.selinux', {
      code: 'needs-package',
      message: `\`system.selinux\` is ${mode}, and the image has no policy`,
      hint: 'add selinux-policy-targeted to packages.install, or leave `system.selinux` out',
    });
  }
  if (mode === 'disabled' && text === undefined) return;
  await system.set(CONFIG, selinuxConfig(text, mode));
}

/** The file with that mode; its other lines stay. */
export function selinuxConfig(text: string | undefined, mode: string): string {
  const line = `SELINUX=${mode}`;
  if (text === undefined) return `${line}\nSELINUXTYPE=targeted\n`;
  return /^SELINUX=.*$/m.test(text) ? text.replace(/^SELINUX=.*$/m, line) : `${text.replace(/\n?$/, '\n')}${line}\n`;
}

/** The label file of the policy that the image names; undefined if it has none. */
async function policyOf(host: Host, root: string): Promise<string | undefined> {
  const files = host.inside(root);
  const text = (await files.readText(CONFIG)) ?? '';
  const [, type = 'targeted'] = /^SELINUXTYPE=\s*(\S+)/m.exec(text) ?? [];
  const path = `/etc/selinux/${type}/contexts/files/file_contexts`;
  return !type.includes('/') && (await files.status(path, { follow: true }))?.kind === 'file' ? path : undefined;
}

/**
 * Labels every file of a root for SELinux, if it has a policy, as the last change to it. setfiles(8) of the tools
 * labels by path, independent of this machine's kernel. A kernel that runs SELinux itself allows no foreign label in a
 * user namespace, and a root on disk belongs to the machine's own labels: then the image labels itself at first boot
 * (selinux-autorelabel-generator), and a notice says so.
 */
export async function labelRoot(
  host: Host,
  plan: Plan,
  root: string,
  notice: Notice,
): Promise<'labelled' | 'at-first-boot' | 'no-policy'> {
  const contexts = await policyOf(host, root);
  if (contexts === undefined || plan.configuration.system.selinux === 'disabled') return 'no-policy';
  const file = await host.inside(root).locate(contexts);
  try {
    // -m: hew's own mounts in the root do not matter; -F: the whole label, not only its type.
    const args = ['-m', '-F', '-r', root, file, root];
    await host.run({ tool: 'setfiles', args, view: { write: [root], labels: true } });
    return 'labelled';
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    await host.inside(root).write(RELABEL, '');
    const [reason = ''] = (error.stderr.trim() || error.message).split('\n');
    const why = reason.replaceAll(root, '');
    notice(`SELinux labels cannot be set here (${why}): the image labels its files at its first boot`);
    return 'at-first-boot';
  }
}
