/** A measurement on the command line: its flags read or refused with the usage, its table or JSON on standard output. */
export async function runScript<Flags extends { readonly help: boolean }>(
  usage: string,
  { readFlags, work }: { readonly readFlags: () => Flags; readonly work: (flags: Flags) => Promise<string> },
): Promise<number> {
  let flags: Flags;
  try {
    flags = readFlags();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
    return 2;
  }
  process.stdout.write(flags.help ? usage : `${await work(flags)}\n`);
  return 0;
}
