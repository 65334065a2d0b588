import { useState } from 'react';

/** How long a button says that it has copied. */
const SAID_MS = 2_000;

/** Returns a function that copies a text, and whether it has just done so. */
export function useCopied(text: string) {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), SAID_MS);
  };
  return { isCopied, copy };
}
