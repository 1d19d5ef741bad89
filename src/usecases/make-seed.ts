import { checkStaticDevice, publicKeysIn } from '../definition/index.ts';
import { DefinitionError } from '../errors.ts';
import type { Host } from '../host/port.ts';
import { hostName, userName } from '../schema-words.ts';
import { SEED_LABEL, seedFiles } from '../seed/documents.ts';
import { isoImage } from '../seed/iso9660.ts';

export interface SeedRequest {
  readonly user: string;
  /** Absolute paths of public keys. */
  readonly keyFiles: readonly string[];
  readonly hostname?: string | undefined;
  /** Static addresses with their prefix lengths; none for DHCP. */
  readonly addresses: readonly string[];
  readonly gateway?: string | undefined;
  readonly nameservers: readonly string[];
  /** Name or MAC address of the network card. */
  readonly device: string;
  /** Absolute path of the image that is written. */
  readonly output: string;
}

/** What `hew seed` has made. */
export interface SeedResult {
  /** Absolute path. */
  readonly path: string;
  readonly user: string;
  readonly keys: number;
  readonly files: readonly string[];
}

/**
 * Writes the ISO image from which cloud-init sets up a machine at its first start. Only its owner may read it. Equal
 * requests give equal bytes. Throws `DefinitionError` for what cannot be right, private keys above all.
 */
export async function makeSeed(host: Pick<Host, 'fs'>, request: SeedRequest): Promise<SeedResult> {
  const { user, hostname, addresses, gateway, nameservers, device, output } = request;
  checkWord('--user', user, userName());
  if (user === 'root') {
    throw new DefinitionError({ code: 'usage', message: '--user root makes no account', hint: 'name another: it becomes root by sudo, without a password' });
  }
  if (hostname !== undefined) checkWord('--hostname', hostname, hostName());
  if (addresses.length === 0 && (gateway !== undefined || nameservers.length > 0)) {
    throw new DefinitionError({ code: 'usage', message: '--gateway and --nameserver need --address', hint: 'add --address 192.0.2.7/24, or leave them out: DHCP gives both' });
  }
  const keys: string[] = [];
  for (const file of request.keyFiles) keys.push(...publicKeysIn(await readKeyFile(host, file), file));
  const card = addresses.length === 0 ? undefined : checkStaticDevice({ device, addresses: [...addresses], nameservers: [...nameservers], ...(gateway === undefined ? {} : { gateway }) });
  const files = seedFiles({ user, keys: [...new Set(keys)], hostname, device: card });
  await host.fs.replace(output, isoImage(SEED_LABEL, files), { mode: 0o600 });
  return { path: output, user, keys: new Set(keys).size, files: files.map(({ name }) => name) };
}

/** Bytes; authorized_keys of a whole team are smaller. */
const LARGEST_KEY_FILE = 2 ** 20;

async function readKeyFile(host: Pick<Host, 'fs'>, file: string): Promise<string> {
  const status = await host.fs.status(await host.fs.realPath(file));
  if (status?.kind === 'file' && status.size <= LARGEST_KEY_FILE) return host.fs.readText(file);
  throw new DefinitionError({ code: 'usage', message: `${file} is no file with a key`, hint: 'give a .pub file, such as --ssh-key ~/.ssh/id_ed25519.pub; `ssh-keygen -t ed25519` makes one' });
}

function checkWord(flag: string, value: string, schema: ReturnType<typeof userName>): void {
  const parsed = schema.safeParse(value);
  if (parsed.success) return;
  throw new DefinitionError({ code: 'usage', message: `${flag} \`${value}\` ${parsed.error.issues[0]?.message ?? 'is wrong'}`, hint: '`hew seed --help`' });
}
