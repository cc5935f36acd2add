import { useEffect, useRef, useState } from 'preact/hooks';
import { get } from '../../api.ts';
import type { SourceDocument } from '../../contract.ts';
import { plural } from '../../format.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { useLoad } from '../../use-load.ts';
import type { Span } from './answers.ts';
import { cutDocument } from './cut-document.ts';
import { pathOfRun } from './use-run.ts';

export interface OpenDocument {
  readonly documentId: string;
  /** What is cited or was read; scrolled to. */
  readonly mark?: Span | null;
  readonly chunk?: Span | null;
  /** What the mark is, in words. */
  readonly what: string;
}

interface PanelProps {
  readonly runId: string;
  readonly opened: OpenDocument;
  readonly close: () => void;
}

const ROOM = 12_000;

/** A source beside the page, at the span in question. It takes the focus, Escape closes it, and the focus goes back. */
export function DocumentPanel({ runId, opened, close }: PanelProps) {
  const { documentId, what } = opened;
  const panel = useRef<HTMLDivElement>(null);
  const load = useLoad(
    (signal) => get<SourceDocument>(`${pathOfRun(runId)}/documents/${encodeURIComponent(documentId)}`, signal),
    [runId, documentId],
  );
  useEffect(() => {
    const before = document.activeElement;
    panel.current?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <div
      ref={panel}
      class="run-panel"
      role="dialog"
      aria-label="Source"
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key === 'Escape') close();
      }}
    >
      <header>
        <div>
          <p class="run-eyebrow">source of {what}</p>
          <h2 dir="auto">{load.value === undefined ? 'Source' : load.value.title || load.value.uri}</h2>
          {load.value === undefined ? null : <Address uri={load.value.uri} title={load.value.title} />}
        </div>
        <button type="button" class="quiet" onClick={close}>
          Close
        </button>
      </header>
      <Loaded of={load} lines={8}>
        {(source) => <Text text={source.text} opened={opened} />}
      </Loaded>
    </div>
  );
}

/** Only an address of the web is a link: what a source calls itself is foreign text. */
function Address({ uri, title }: { readonly uri: string; readonly title: string }) {
  if (/^https?:\/\//i.test(uri))
    return (
      <p class="dim small">
        <a href={uri} rel="noreferrer noopener nofollow" target="_blank">
          {uri}
        </a>
      </p>
    );
  return uri === title ? null : <p class="dim small">{uri}</p>;
}

function Text({ text, opened: { mark = null, chunk = null } }: { readonly text: string; readonly opened: OpenDocument }) {
  const [room, setRoom] = useState(ROOM);
  const place = useRef<HTMLElement>(null);
  const { before, after, pieces } = cutDocument(text, mark, chunk, room);
  const target = pieces.findIndex(({ kind }) => kind === (mark === null ? 'chunk' : 'mark'));
  useEffect(() => place.current?.scrollIntoView({ block: 'center' }), [mark, chunk]);
  const more = (count: number, where: string) =>
    count === 0 ? null : (
      <button type="button" class="quiet" onClick={() => setRoom((last) => last * 4)}>
        {plural(count, 'more character')} {where}
      </button>
    );
  return (
    <div class="run-document">
      {more(before, 'before')}
      <p dir="auto">
        {pieces.map(({ kind, text: words }, i) => {
          const ref = i === target ? place : null;
          if (kind === 'mark')
            return (
              <mark key={i} ref={ref}>
                {words}
              </mark>
            );
          if (kind === 'chunk')
            return (
              <span key={i} ref={ref} class="chunk">
                {words}
              </span>
            );
          return words;
        })}
      </p>
      {more(after, 'after')}
    </div>
  );
}
