import type { OutputOf } from '../rows.ts';
import { writeTar } from '../tar/write.ts';
import type { RootWriter } from '../writer.ts';

/** A `.wsl` file is a tar of the root: https://learn.microsoft.com/windows/wsl/build-custom-distro */
const writer: RootWriter<OutputOf<'wsl'>> = { write: (host, request) => writeTar(host, request, 'wsl') };

export default writer;
