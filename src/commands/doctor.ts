import { HewCommand } from '../cli/command.ts';
import { formatTable, indent } from '../cli/format.ts';
import { examineMachine, type Diagnosis } from '../host/doctor.ts';

export default class Doctor extends HewCommand {
  static override summary = 'Show every tool that hew needs, where it is, and the command that mends what is missing or refused.';

  async run(): Promise<Diagnosis> {
    await this.parse(Doctor);
    const diagnosis = await examineMachine(this.signal);
    this.print(formatTable(diagnosis.findings.map(({ status, name, version, minimum, found, purpose }) => [
      status,
      name,
      `${version ?? ''}${minimum === undefined ? '' : ` (needs ${minimum})`}`.trim(),
      found,
      purpose,
    ])));
    this.print(diagnosis.ready ? ['', 'ready to build'] : ['', 'not ready; run', ...indent(diagnosis.remedies.length === 0 ? ['see above'] : diagnosis.remedies)]);
    if (!diagnosis.ready) this.exitWithFault();
    return diagnosis;
  }
}
