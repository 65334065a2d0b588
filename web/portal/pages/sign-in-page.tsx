import { useState, type SubmitEvent } from 'react';
import { useOrganization } from '../data/account.ts';
import { Page } from '../parts/page.tsx';
import { SignInForm } from '../parts/sign-in-form.tsx';
import { Field, textOf } from '../parts/form.tsx';
import { unread } from '../parts/waiting.tsx';
import { Link, navigate } from '../router.tsx';
import { useWords } from '../words.tsx';

interface Props {
  /** What the address names as the organization. */
  readonly organization: string | undefined;
  /** True if the browser has the session of an administrator. */
  readonly isAdministrator: boolean;
}

/** The whole page, for a reader who is not signed in. */
export function SignInPage({ organization, isAdministrator }: Props) {
  const { signIn, frame, product } = useWords();
  const found = useOrganization(organization);
  const [step, setStep] = useState<'password' | 'code'>('password');
  if (organization !== undefined && found.error !== null && 'status' in found.error && found.error.status === 404) {
    return (
      <Page title={frame.noOrganization(organization)} lead={frame.noOrganizationHelp} isFirst>
        <p>
          <Link to="" className="button">
            {frame.toSignIn}
          </Link>
        </p>
      </Page>
    );
  }
  const waiting = unread(found);
  if (waiting !== undefined) return waiting;
  const { id, name, isOnly } = found.data ?? { id: null, name: product, isOnly: true };
  const title = step === 'code' ? signIn.codeTitle : id === null ? signIn.title : signIn.titleAt(name);
  return (
    <Page title={title} isFirst>
      {isAdministrator && <p className="notice">{signIn.administrator}</p>}
      {id === null && step === 'password' && <p className="lead">{signIn.whichOrganization}</p>}
      <SignInForm
        organization={id === null || isOnly ? undefined : id}
        onStep={setStep}
        onSignedIn={() => {
          if (organization !== undefined) navigate('', 'replace');
        }}
      />
      {id === null && step === 'password' && <ByOrganization />}
    </Page>
  );
}

/** Opens the page of an organization, for a reader who signs in with a user name where several organizations use the server. */
function ByOrganization() {
  const { signIn } = useWords();
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    navigate(textOf(event.currentTarget, 'organization').trim());
  };
  return (
    <details className="more">
      <summary>{signIn.byOrganization}</summary>
      <form className="form" onSubmit={submit}>
        <Field label={signIn.organization} name="organization" maxLength={200} required autoComplete="organization" />
        <button className="button">{signIn.openOrganization}</button>
      </form>
    </details>
  );
}
