import { useWords, type Words } from '../../words/words.tsx';
import type { Exchange, ExchangeContent } from './exchange-view.tsx';
import { JsonText } from './json-text.tsx';

interface Props {
  readonly request: Exchange;
  readonly content: ExchangeContent;
}

/** The body of a request, in which the lines that led to a refusal are marked. */
export function SentBody({ request, content: { body, fault } }: Props) {
  const { exchange } = useWords();
  return (
    <>
      <KeptNotice kept={request.bodyKept} texts={exchange.kept} />
      {body !== null && <JsonText text={body} label={exchange.sentBody} fault={fault} />}
      {body === null && request.bodyKept === 'none' && <p className="dim small">{exchange.emptyBody}</p>}
    </>
  );
}

/** The body of the answer. */
export function AnsweredBody({ request, content: { answer } }: Props) {
  const { exchange } = useWords();
  return (
    <>
      <KeptNotice kept={request.answerKept} texts={exchange.keptAnswer} />
      {answer !== null && <JsonText text={answer} label={exchange.answeredBody} />}
      {answer === null && request.answerKept === 'none' && <p className="dim small">{exchange.emptyBody}</p>}
    </>
  );
}

/** Says what of a body is not there any more. */
function KeptNotice({
  kept,
  texts,
}: {
  readonly kept: Exchange['bodyKept'];
  readonly texts: Words['exchange']['kept'];
}) {
  if (kept === 'whole' || kept === 'none') return null;
  return (
    <p className="small tone-warn">
      <span aria-hidden="true">◷ </span>
      {texts[kept]}
    </p>
  );
}
