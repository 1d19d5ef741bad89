/** Milliseconds of the processor that work takes in this thread: what else the machine does falls on the wall clock alone. */
export function processorTime(work: () => void): number {
  const before = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}
