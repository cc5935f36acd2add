/** Whether an address fits a pattern: `*` is any run of characters but `/`, `**` any at all, everything else itself. */
export function isMatch(address: string, pattern: string): boolean {
  return new RegExp(globPattern(pattern), 'su').test(address);
}

/** A pattern as a regular expression, for JavaScript and Postgres alike. */
export function globPattern(glob: string): string {
  const escaped = glob.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
  return `^${escaped.replace(/\*+/g, (stars) => (stars === '*' ? '[^/]*' : '.*'))}$`;
}
