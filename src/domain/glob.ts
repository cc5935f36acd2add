/** Whether an address fits a pattern: `*` is any run of characters but `/`, `**` any at all, everything else itself. */
export function isMatch(address: string, pattern: string): boolean {
  const parts = pattern.split(/(\*+)/).map((part) => {
    if (part.startsWith('**')) return '.*';
    return part === '*' ? '[^/]*' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${parts.join('')}$`, 'su').test(address);
}
