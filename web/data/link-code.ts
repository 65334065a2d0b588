import { api, ApiError, read } from './client.ts';

const CODE = /^#code=(?<code>[\w-]+)$/;

let refusal: string | undefined;

/**
 * Signs in with the code in the fragment of the address, as in the link of `tanhua demo`, and removes the code from the address and so from
 * the history. Does nothing for an address without a code. A refusal is shown on the sign-in page.
 */
export async function signInWithLink(): Promise<void> {
  const code = CODE.exec(window.location.hash)?.groups?.['code'];
  if (code === undefined) return;
  const { pathname, search } = window.location;
  window.history.replaceState(window.history.state, '', `${pathname}${search}`);
  try {
    await read(api.POST('/api/auth/sign-in/code', { body: { code } }));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    refusal = error.message;
  }
}

/** Returns why the code of the address was refused; undefined if there was none, or it was accepted. */
export function linkRefusal(): string | undefined {
  return refusal;
}
