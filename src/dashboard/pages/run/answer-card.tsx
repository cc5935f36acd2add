import { plural } from '../../format.ts';
import { Skeleton } from '../../parts/skeleton.tsx';
import type { PlacedCitation } from './answers.ts';
import { CiteMark } from './cite-mark.tsx';
import type { OpenDocument } from './document-panel.tsx';
import { cutAtMarks, oneLine } from './marks.ts';
import { hasEnded, type ReportBody } from './run-view.ts';
import { useSourceName } from './source-names.ts';
import type { LiveRun } from './use-run.ts';

type Citation = ReportBody['citations'][number];

interface AnswerCardProps {
  readonly run: LiveRun;
  readonly open: (document: OpenDocument) => void;
}

/** The answer, with marks that show what stands in the source and open it there. */
export function AnswerCard({ run, open }: AnswerCardProps) {
  const { report } = run.view;
  return (
    <section class="run-answer" aria-label="Answer">
      <h2>Answer</h2>
      {report === null ? <NoAnswer run={run} /> : <Answer report={report} run={run} open={open} />}
    </section>
  );
}

function NoAnswer({ run: { view, answer } }: { readonly run: LiveRun }) {
  if (hasEnded(view)) return <p class="answer empty-answer dim">There is no answer: the run ended before there was one.</p>;
  const text = answer.value?.report?.text;
  if (text !== undefined) return <p class="answer">{text}</p>;
  return (
    <div class="answer empty-answer">
      <p class="dim">
        {view.drafts > 0
          ? `${plural(view.drafts, 'draft')} so far; the answer is still to come.`
          : 'Comes when the evidence has been read.'}
      </p>
      <Skeleton lines={2} label="The answer is on its way" />
    </div>
  );
}

function Answer({ report, run, open }: AnswerCardProps & { readonly report: ReportBody }) {
  const told = run.report?.citations;
  const citations = new Map(
    report.citations.map((citation): [number, PlacedCitation] => {
      const row = told?.find(({ number }) => number === citation.number);
      return [citation.number, { ...citation, uri: row?.uri ?? null, place: row?.place ?? null }];
    }),
  );
  const openCitation = ({ document_id, span, number }: Citation) =>
    open({ documentId: document_id, mark: span, what: `citation ${number}` });
  return (
    <>
      <div class="answer" dir="auto">
        {cutAtMarks(report.text, new Set(citations.keys())).map((pieces, i) => (
          <p key={i}>
            {pieces.map((piece, k) => {
              if ('words' in piece) return piece.words;
              const citation = citations.get(piece.mark);
              return citation === undefined ? null : <CiteMark key={k} citation={citation} open={() => openCitation(citation)} />;
            })}
          </p>
        ))}
      </div>
      {notesOf(report).map((note) => (
        <p key={note} class="run-note">
          {note}
        </p>
      ))}
      {(run.report?.warnings ?? []).map(({ uri, title, passage, passages }) => (
        <p key={uri} class="run-note" dir="auto">
          Source <bdi>{title === '' ? uri : title}</bdi> contains text that reads like instructions to a model; it was treated as data: «
          <bdi>{passage}</bdi>»{passages > 1 ? ` (and ${passages - 1} more)` : ''}
        </p>
      ))}
      {citations.size === 0 ? null : (
        <ol class="run-quotes" aria-label="Citations">
          {[...citations.values()].map((citation) => (
            <Quote key={citation.number} citation={citation} runId={run.id} open={() => openCitation(citation)} />
          ))}
        </ol>
      )}
    </>
  );
}

interface QuoteProps {
  readonly citation: PlacedCitation;
  readonly runId: string;
  readonly open: () => void;
}

function Quote({ citation: { number, quote, uri, place, span, document_id: documentId }, runId, open }: QuoteProps) {
  const name = useSourceName(runId, { title: null, uri, documentId });
  return (
    <li>
      <span class="number">{number}</span>
      <div>
        <blockquote dir="auto">{oneLine(quote)}</blockquote>
        <button type="button" class="run-place" onClick={open}>
          <bdi>{name}</bdi>, {place === null ? null : [<bdi key="place">{place}</bdi>, ', ']}characters {span.start}–{span.end}
        </button>
      </div>
    </li>
  );
}

function notesOf({ status, form, dropped, unread, citations }: ReportBody): readonly string[] {
  return [
    ...(status === 'answered' && form === 'template' ? ['A short answer copied by the model, set into a template.'] : []),
    ...(form === 'memory' ? ['From the model’s memory: no source was read, and nothing can be cited.'] : []),
    ...(status === 'answered' && form !== 'memory' && citations.length === 0 ? ['Nothing in it is cited.'] : []),
    ...(dropped.length > 0
      ? [`${plural(dropped.length, 'citation')} could not be verified: ${dropped.map(({ reason }) => reason).join('; ')}.`]
      : []),
    ...(unread !== undefined && unread.length > 0
      ? [`${plural(unread.length, 'piece')} of evidence not read by the predictor: no room.`]
      : []),
  ];
}
