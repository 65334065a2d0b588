import { useEffect, useRef } from 'react';
import { useWords } from '../words.tsx';
import { SignInForm } from './sign-in-form.tsx';

/** A sign-in above the page, after the session has ended: what the reader typed stays on the page. */
export function SignInAgain({ name }: { readonly name: string }) {
  const { signIn } = useWords();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog ref={dialog} aria-labelledby="sign-in-again" onCancel={(event) => event.preventDefault()}>
      <h2 id="sign-in-again">{signIn.title}</h2>
      <p className="lead">{signIn.expired}</p>
      <SignInForm name={name} />
    </dialog>
  );
}
