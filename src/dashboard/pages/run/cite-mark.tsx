import { useId, useRef, useState } from 'preact/hooks';
import type { PlacedCitation } from './answers.ts';
import { oneLine } from './marks.ts';

const WIDTH = 340;

/** A citation's number: pointing at it or reaching it by keyboard shows the quote, Escape hides that, a press opens the source. */
export function CiteMark({ citation, open }: { readonly citation: PlacedCitation; readonly open: () => void }) {
  const { number, quote, uri, place: words } = citation;
  const [left, setLeft] = useState<number | null>(null);
  const place = useRef<HTMLSpanElement>(null);
  const id = useId();
  const show = () => {
    const box = place.current?.getBoundingClientRect();
    if (box === undefined) return;
    // Kept within the window: left is relative to the mark.
    const most = document.documentElement.clientWidth - Math.min(WIDTH, document.documentElement.clientWidth - 16) - 8;
    setLeft(Math.max(8, Math.min(box.left - 24, most)) - box.left);
  };
  const hide = () => setLeft(null);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the button inside is what is used; this only keeps its tip open while the pointer is on either.
    <span ref={place} class="cite-place" onMouseEnter={show} onMouseLeave={hide}>
      <button
        type="button"
        class="cite"
        aria-label={`Citation ${number}: open its source`}
        aria-describedby={left === null ? undefined : id}
        onFocus={show}
        onBlur={hide}
        onClick={open}
        onKeyDown={(event) => {
          if (event.key === 'Escape') hide();
        }}
      >
        {number}
      </button>
      {left === null ? null : (
        <span role="tooltip" id={id} class="cite-tip" style={{ left: `${left}px` }}>
          <q dir="auto">{oneLine(quote)}</q>
          {uri === null ? null : <bdi class="dim">{words === null ? uri : `${uri}, ${words}`}</bdi>}
        </span>
      )}
    </span>
  );
}
