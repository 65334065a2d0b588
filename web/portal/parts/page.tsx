import { useEffect, useRef, type ReactNode } from 'react';
import { hasNavigated, Link } from '../router.tsx';
import { useWords } from '../words.tsx';

interface Props {
  readonly title: string;
  readonly lead?: ReactNode;
  /** True for a page above which there is no other. */
  readonly isFirst?: boolean;
  readonly children?: ReactNode;
}

/** One page of the portal: one task, with its heading, which gets the focus when the reader arrives. */
export function Page({ title, lead, isFirst = false, children }: Props) {
  const words = useWords();
  useEffect(() => {
    document.title = `${title} · ${words.product}`;
  }, [title, words]);
  return (
    <>
      {!isFirst && (
        <p className="back">
          <Link to="">
            <span aria-hidden="true">‹</span> <span>{words.frame.back}</span>
          </Link>
        </p>
      )}
      <Heading key={title}>{title}</Heading>
      {lead !== undefined && <p className="lead">{lead}</p>}
      {children}
    </>
  );
}

function Heading({ children }: { readonly children: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // A page with a field to fill in has its focus there.
    const isTyping = document.activeElement instanceof HTMLInputElement;
    if (hasNavigated() && !isTyping) heading.current?.focus();
  }, []);
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children}
    </h1>
  );
}
