/** Upper borders of the steps, in bits a token; what is above the last is the strongest. The same on either side of zero. */
export const HEAT_BORDERS = [0.05, 0.25, 0.5, 1, 2] as const;

/** −5 to 5: how strongly a token speaks for the summary's own context (above zero) or against it (below); 0 says nothing. */
export function heatStep(bits: number): number {
  const border = HEAT_BORDERS.findIndex((limit) => Math.abs(bits) < limit);
  const size = border < 0 ? HEAT_BORDERS.length : border;
  return bits < 0 && size > 0 ? -size : size;
}

/** `h0`, `p1` to `p5` for, `n1` to `n5` against. No figure is no step. */
export function heatClass(bits: number): string {
  const step = Number.isFinite(bits) ? heatStep(bits) : 0;
  if (step === 0) return 'h0';
  return step > 0 ? `p${step}` : `n${-step}`;
}

export interface HeatColour {
  readonly fill: string;
  readonly ink: string;
}

/**
 * Blue for, orange against: the pair that all common kinds of colour blindness keep apart. Strength is also lightness, towards the ink: dark on a
 * light page, light on a dark one, so that it survives a grey printer; what speaks against is underlined as well.
 */
export const HEAT_COLOURS: Readonly<
  Record<'light' | 'dark', { readonly for: readonly HeatColour[]; readonly against: readonly HeatColour[] }>
> = {
  light: {
    for: ['#e9f2fb', '#cfe3f6', '#a3cbec', '#69a9dc', '#175c9e'].map(inked('#1b1f24', '#ffffff', 4)),
    against: ['#fdf1e4', '#fbdfc0', '#f5bd84', '#e8943f', '#9c4a06'].map(inked('#1b1f24', '#ffffff', 4)),
  },
  dark: {
    for: ['#14263a', '#163a5e', '#1b5286', '#5b9fdb', '#a9d5f9'].map(inked('#eef2f6', '#06111c', 3)),
    against: ['#2d2014', '#4b2f12', '#6f4311', '#d18a3c', '#fbc98d'].map(inked('#eef2f6', '#06111c', 3)),
  },
};

/** The first steps carry the page's ink, the others the one that reads on strong fills. */
function inked(weak: string, strong: string, from: number): (fill: string, place: number) => HeatColour {
  return (fill, place) => ({ fill, ink: place < from ? weak : strong });
}
