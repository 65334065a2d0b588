import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { api, read } from '../../data/client.ts';
import { useChanged, useSession } from '../data/account.ts';
import { QrCode } from '../../parts/qr-code.tsx';
import { CodeField } from '../parts/code-field.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { Copy } from '../parts/copy.tsx';
import { Done, PasswordField, Refusal, Submit, textOf } from '../parts/form.tsx';
import { Page } from '../parts/page.tsx';
import { RecoveryCodes } from '../parts/recovery-codes.tsx';
import { unread } from '../parts/waiting.tsx';
import { navigate } from '../router.tsx';
import { useWords } from '../words.tsx';

/** What the reader is doing. Each step is all that the page shows. */
type Step =
  | { readonly name: 'overview'; readonly said?: string }
  | { readonly name: 'password' }
  | { readonly name: 'scan'; readonly secret: string; readonly uri: string }
  | { readonly name: 'renew' }
  | { readonly name: 'codes'; readonly codes: readonly string[] };

/** Sets up and removes the authenticator app, and creates its recovery codes. */
export function SecondFactorPage() {
  const { factor } = useWords();
  const session = useSession();
  const changed = useChanged();
  const [step, setStep] = useState<Step>({ name: 'overview' });
  const { data } = session;
  if (data === undefined) return <Page title={factor.title}>{unread(session)}</Page>;
  const showCodes = async (codes: readonly string[]) => {
    setStep({ name: 'codes', codes });
    await changed();
  };
  switch (step.name) {
    case 'overview':
      return <Overview isOn={data.totpEnrolled} said={step.said} onStep={setStep} />;
    case 'password':
      return <Prove isReplacing={data.totpEnrolled} onStep={setStep} />;
    case 'scan':
      return <Scan secret={step.secret} uri={step.uri} onCodes={showCodes} onStep={setStep} />;
    case 'renew':
      return <Renew onCodes={showCodes} onStep={setStep} />;
    case 'codes':
      return (
        <Page title={factor.codesTitle} isFirst>
          <RecoveryCodes codes={step.codes} name={data.name} onSaved={() => navigate('')} />
        </Page>
      );
  }
}

interface OverviewProps {
  readonly isOn: boolean;
  readonly said: string | undefined;
  readonly onStep: (step: Step) => void;
}

function Overview({ isOn, said, onStep }: OverviewProps) {
  const { factor } = useWords();
  const [isRemoving, setRemoving] = useState(false);
  const codes = useQuery({
    queryKey: ['recovery-codes'],
    queryFn: ({ signal }) => read(api.GET('/api/portal/recovery-codes', { signal })),
    enabled: isOn,
  });
  return (
    <Page title={factor.title} lead={factor.lead}>
      <Done>{said}</Done>
      <ul className="things">
        <li>
          <span className="thing">
            <strong>
              <span className={isOn ? 'tone-good' : 'tone-warn'} aria-hidden="true">
                {isOn ? '●' : '◷'}{' '}
              </span>
              {isOn ? factor.on : factor.off}
            </strong>
            {isOn && <span className="dim">{factor.onHelp}</span>}
          </span>
        </li>
        {isOn && codes.data !== undefined && (
          <li>
            <span className="thing">
              <strong>{factor.codesLeft(codes.data.left)}</strong>
              <span className="dim">{factor.newCodesHelp}</span>
            </span>
            <button type="button" className="button" onClick={() => onStep({ name: 'renew' })}>
              {factor.newCodes}
            </button>
          </li>
        )}
      </ul>
      <div className="form">
        <button
          type="button"
          className="button"
          data-kind={isOn ? undefined : 'primary'}
          onClick={() => onStep({ name: 'password' })}
        >
          {isOn ? factor.replace : factor.begin}
        </button>
        {isOn && (
          <button type="button" className="button" data-kind="danger" onClick={() => setRemoving(true)}>
            {factor.remove}
          </button>
        )}
      </div>
      {isRemoving && (
        <RemoveApp
          onClose={(isRemoved) => {
            setRemoving(false);
            if (isRemoved) onStep({ name: 'overview', said: factor.removed });
          }}
        />
      )}
    </Page>
  );
}

function RemoveApp({ onClose }: { readonly onClose: (isRemoved: boolean) => void }) {
  const { factor } = useWords();
  const changed = useChanged();
  const remove = useMutation({
    mutationFn: (code: string) => read(api.DELETE('/api/portal/totp', { body: { code } })),
    onSuccess: async () => {
      onClose(true);
      await changed();
    },
  });
  return (
    <Confirm
      title={factor.removeTitle}
      help={factor.removeHelp}
      action={factor.remove}
      error={remove.error}
      isBusy={remove.isPending}
      onConfirm={(form) => remove.mutate(textOf(form, 'code').trim())}
      onClose={() => onClose(false)}
    >
      <CodeField label={factor.anyCode} name="code" autoFocus />
    </Confirm>
  );
}

interface ProveProps {
  readonly isReplacing: boolean;
  readonly onStep: (step: Step) => void;
}

function Prove({ isReplacing, onStep }: ProveProps) {
  const { factor, frame } = useWords();
  const start = useMutation({
    mutationFn: (body: { password: string; totp?: string }) => read(api.POST('/api/portal/totp', { body })),
    onSuccess: ({ secret, uri }) => onStep({ name: 'scan', secret, uri }),
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (start.isPending) return;
    const form = event.currentTarget;
    start.mutate({
      password: textOf(form, 'password'),
      ...(isReplacing && { totp: textOf(form, 'totp').trim() }),
    });
  };
  return (
    <Page title={factor.begin} isFirst>
      <form className="form" onSubmit={submit}>
        <PasswordField
          label={factor.password}
          help={factor.passwordHelp}
          name="password"
          autoComplete="current-password"
          maxLength={1_024}
          required
          autoFocus
        />
        {isReplacing && <CodeField label={factor.anyCode} name="totp" />}
        <Refusal error={start.error} />
        <Submit isBusy={start.isPending}>{factor.next}</Submit>
        <button type="button" className="button" onClick={() => onStep({ name: 'overview' })}>
          {frame.cancel}
        </button>
      </form>
    </Page>
  );
}

interface ScanProps {
  readonly secret: string;
  readonly uri: string;
  readonly onCodes: (codes: readonly string[]) => Promise<void>;
  readonly onStep: (step: Step) => void;
}

function Scan({ secret, uri, onCodes, onStep }: ScanProps) {
  const { factor, frame } = useWords();
  const finish = useMutation({
    mutationFn: (code: string) => read(api.PUT('/api/portal/totp', { body: { code } })),
    onSuccess: async ({ recoveryCodes }) => await onCodes(recoveryCodes),
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!finish.isPending) finish.mutate(textOf(event.currentTarget, 'code').trim());
  };
  const spaced = secret.replaceAll(/(.{4})(?=.)/g, '$1 ');
  return (
    <Page title={factor.begin} isFirst>
      <section aria-labelledby="scan">
        <h2 id="scan">{factor.scan}</h2>
        <p className="dim">{factor.scanHelp}</p>
        <div className="scan">
          <QrCode text={uri} label={factor.qr} />
        </div>
        <p className="row">
          <a className="button" href={uri}>
            {factor.open}
          </a>
        </p>
        <details className="more">
          <summary>{factor.manual}</summary>
          <p className="row">
            <code className="key">{spaced}</code>
            <Copy text={secret} label={factor.key} />
          </p>
        </details>
      </section>
      <section aria-labelledby="confirm">
        <h2 id="confirm">{factor.confirm}</h2>
        <form className="form" onSubmit={submit}>
          <CodeField label={factor.code} name="code" isDigits />
          <Refusal error={finish.error} />
          <Submit isBusy={finish.isPending}>{factor.finish}</Submit>
          <button type="button" className="button" onClick={() => onStep({ name: 'overview' })}>
            {frame.cancel}
          </button>
        </form>
      </section>
    </Page>
  );
}

interface RenewProps {
  readonly onCodes: (codes: readonly string[]) => Promise<void>;
  readonly onStep: (step: Step) => void;
}

function Renew({ onCodes, onStep }: RenewProps) {
  const { factor, frame } = useWords();
  const renew = useMutation({
    mutationFn: (code: string) => read(api.POST('/api/portal/recovery-codes', { body: { code } })),
    onSuccess: async ({ recoveryCodes }) => await onCodes(recoveryCodes),
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!renew.isPending) renew.mutate(textOf(event.currentTarget, 'code').trim());
  };
  return (
    <Page title={factor.newCodes} lead={factor.newCodesHelp} isFirst>
      <form className="form" onSubmit={submit}>
        <CodeField label={factor.anyCode} name="code" autoFocus />
        <Refusal error={renew.error} />
        <Submit isBusy={renew.isPending}>{factor.next}</Submit>
        <button type="button" className="button" onClick={() => onStep({ name: 'overview' })}>
          {frame.cancel}
        </button>
      </form>
    </Page>
  );
}
