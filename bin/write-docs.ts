// Writes the pages of docs/ that are made from tables of the program.
import { writeFileSync } from 'node:fs';

import { renderCommandDocs } from '../src/kickstart/index.ts';
import { renderErrorDocs } from './error-docs.ts';

writeFileSync(new URL('../docs/kickstart.md', import.meta.url), renderCommandDocs());
writeFileSync(new URL('../docs/errors.md', import.meta.url), await renderErrorDocs());
