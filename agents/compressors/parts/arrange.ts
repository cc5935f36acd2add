import { bestFirst } from './keep-units.ts';

/** Where the important parts go: as they stood, before the others, or at both ends (what stands in the middle of a prompt is read worst). */
export type Order = 'source' | 'front' | 'ends';

/** The places of parts in the order in which they are to be set. `ends`: the best first, the second last, the third second, and so on. */
export function arrange(parts: readonly { readonly score: number }[], order: Order): number[] {
  const ranked = bestFirst(parts);
  switch (order) {
    case 'source':
      return parts.map((_part, place) => place);
    case 'front':
      return ranked;
    case 'ends':
      return [...ranked.filter((_place, rank) => rank % 2 === 0), ...ranked.filter((_place, rank) => rank % 2 === 1).reverse()];
    default:
      return order satisfies never;
  }
}
