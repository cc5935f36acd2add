/** The flags, or the exit status of a command that has only said how it is used. */
export function readOrExplain<Flags extends { readonly help: boolean }>(read: () => Flags, usage: string): Flags | number {
  try {
    const flags = read();
    if (!flags.help) return flags;
    process.stdout.write(usage);
    return 0;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
    return 2;
  }
}
