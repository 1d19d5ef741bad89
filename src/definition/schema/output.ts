import { z } from 'zod';
import { byteSize, environmentEntry, imageName, inputPath, pathInImage, PLATFORMS, text, userName } from './words.ts';

/** https://github.com/opencontainers/image-spec/blob/main/config.md */
const ociConfig = z.strictObject({
  cmd: z.array(z.string()).optional().describe('Default command or arguments.'),
  entrypoint: z.array(z.string()).optional().describe('Program that always runs.'),
  env: z.array(environmentEntry()).optional().describe('Environment, NAME=value.'),
  user: text().optional().describe('User that runs it: `name`, `uid`, `user:group`. root when left out.'),
  workdir: pathInImage().optional().describe('Working folder.'),
  labels: z.record(text(), z.string()).optional().describe('Labels.'),
  ports: z.array(z.string().regex(/^\d{1,5}(?:\/(?:tcp|udp))?$/, 'must be PORT or PORT/PROTOCOL')).optional()
    .describe('Ports that it listens on.'),
  volumes: z.array(pathInImage()).optional().describe('Folders that hold data.'),
  'stop-signal': z.string().regex(/^SIG[A-Z0-9+-]+$/, 'must be a signal such as `SIGTERM`').optional()
    .describe('Signal that ends it.'),
});

const verify = z.array(z.enum(PLATFORMS)).optional()
  .describe('Platforms whose rules the build checks; the format’s own when left out.');
const accept = z.array(z.strictObject({
  rule: z.string().regex(/^[a-z0-9-]+\.[a-z0-9-]+$/, 'must be the id of a rule, as `hew verify` prints it').describe('Id of the rule.'),
  reason: text().describe('Why the image may break it.'),
})).default([]).describe('Rules that may be broken without failing the build.');
const fileName = imageName().optional().describe('Name of the artifact without suffix; NAME-VERSION when left out.');
const level = z.int().min(1).max(22).optional().describe('Compression level.');

const oci = z.strictObject({
  format: z.literal('oci').describe('OCI image layout.'),
  compression: z.enum(['zstd', 'gzip', 'none']).default('zstd').describe('Compression of the layers.'),
  'compression-level': level,
  config: ociConfig.prefault({}).describe('OCI image configuration.'),
  annotations: z.record(text(), z.string()).default({}).describe('Annotations besides those that hew writes.'),
  tag: text().optional().describe('Tag in the index; the version when left out.'),
  archive: z.boolean().default(true).describe('Also write the layout as one `.tar`.'),
  'file-name': fileName,
  verify,
  accept,
});

const tar = z.strictObject({
  format: z.literal('tar').describe('The root as one tar file.'),
  compression: z.enum(['zstd', 'gzip', 'xz', 'none']).default('zstd').describe('Compression.'),
  'compression-level': level,
  'file-name': fileName,
  verify,
  accept,
});

const wsl = z.strictObject({
  format: z.literal('wsl').describe('A `.wsl` file for `wsl --install --from-file`.'),
  compression: z.enum(['gzip']).default('gzip').describe('Compression: WSL takes gzip.'),
  'compression-level': level,
  'default-name': text().optional().describe('Name under which it registers; the image’s name when left out.'),
  'default-user': userName().optional().describe('User of a session.'),
  icon: inputPath().optional().describe('An `.ico` file beside the definition; hew’s own when left out.'),
  systemd: z.boolean().default(true).describe('Whether systemd runs as PID 1.'),
  'file-name': fileName,
  verify,
  accept,
});

const raw = z.strictObject({
  format: z.literal('raw').describe('A sparse disk image.'),
  compression: z.enum(['zstd', 'gzip', 'xz', 'none']).default('none').describe('Compression of the whole file.'),
  'file-name': fileName,
  verify,
  accept,
});

const qcow2 = z.strictObject({
  format: z.literal('qcow2').describe('Disk for QEMU.'),
  compression: z.enum(['zstd', 'zlib', 'none']).default('none').describe('Compression of clusters.'),
  'file-name': fileName,
  verify,
  accept,
});

const vhd = z.strictObject({
  format: z.literal('vhd').describe('Fixed VHD, as Azure takes it.'),
  compression: z.enum(['none']).default('none').describe('A fixed VHD is never compressed.'),
  'file-name': fileName,
  verify,
  accept,
});

const vhdx = z.strictObject({
  format: z.literal('vhdx').describe('Dynamic VHDX for Hyper-V.'),
  compression: z.enum(['none']).default('none').describe('A VHDX is never compressed.'),
  memory: byteSize().default('2GiB').describe('Memory of the virtual machine in the script beside it.'),
  processors: z.int().min(1).max(2048).default(2).describe('Processors in that script.'),
  switch: text().default('Default Switch').describe('Virtual switch in that script.'),
  'secure-boot-template': z.enum(['MicrosoftUEFICertificateAuthority', 'MicrosoftWindows', 'OpenSourceShieldedVM', 'off'])
    .default('MicrosoftUEFICertificateAuthority')
      .describe('Secure Boot template in that script; `off` turns Secure Boot off.'),
  'file-name': fileName,
  verify,
  accept,
});

/** One row a format: what applies to the one is unknown to the others. */
export const outputSchema = z.discriminatedUnion('format', [oci, tar, wsl, raw, qcow2, vhd, vhdx]);
