/** One thing that hew needs, and its state. */
export interface ToolFinding {
  readonly name: string;
  readonly purpose: string;
  readonly status: 'ok' | 'missing' | 'too old' | 'warning' | 'refused';
  /** Where it was found, or what was found. */
  readonly found: string;
  readonly version?: string;
  readonly minimum?: string;
  /** The command that mends it, where it is not to install a package or the tools tree. */
  readonly remedy?: string;
}
