import { useWords } from '../../words/words.tsx';
import type { KeyTexts } from './key-dialog.tsx';
import type { Key } from './key-table.tsx';

const lifetimes = ['90', '365', '730', 'never'] as const;
const overlaps = ['0', '24', '72', '168'] as const;
const LIFETIME_DEFAULT = '365';
const OVERLAP_DEFAULT = '24';

/** The fields of a new key. */
export function NewKeyFields({ texts }: { readonly texts: KeyTexts }) {
  return (
    <>
      <NameField value={texts.nameDefault} />
      <LifetimeField help={texts.expiresHelp} />
      <AddressesField value="" />
    </>
  );
}

/** The fields of a key that exists; an empty lifetime keeps its expiry. */
export function ChangedKeyFields({ changed }: { readonly changed: Key }) {
  return (
    <>
      <NameField value={changed.name} />
      <LifetimeField />
      <AddressesField value={changed.allowedIps?.join('\n') ?? ''} />
    </>
  );
}

/** How long the old key keeps working. */
export function RotationFields({ texts }: { readonly texts: KeyTexts }) {
  const { apiKeys: words } = useWords();
  return (
    <>
      <p>{texts.rotateHelp}</p>
      <label className="field">
        <span>{words.overlap}</span>
        <select className="input" name="overlap" defaultValue={OVERLAP_DEFAULT} data-autofocus>
          {overlaps.map((hours) => (
            <option key={hours} value={hours}>
              {words.overlaps[hours]}
            </option>
          ))}
        </select>
      </label>
    </>
  );
}

function NameField({ value }: { readonly value: string }) {
  const { apiKeys: words } = useWords();
  return (
    <label className="field">
      <span>{words.name}</span>
      <input className="input" name="name" required maxLength={200} defaultValue={value} data-autofocus />
    </label>
  );
}

function LifetimeField({ help }: { readonly help?: string }) {
  const { apiKeys: words } = useWords();
  const isNew = help !== undefined;
  return (
    <label className="field">
      <span>{words.expires}</span>
      <select className="input" name="lifetime" defaultValue={isNew ? LIFETIME_DEFAULT : ''}>
        {!isNew && <option value="">{words.sameExpiry}</option>}
        {lifetimes.map((lifetime) => (
          <option key={lifetime} value={lifetime}>
            {words.lifetimes[lifetime]}
          </option>
        ))}
      </select>
      {isNew && <small>{help}</small>}
    </label>
  );
}

function AddressesField({ value }: { readonly value: string }) {
  const { apiKeys: words } = useWords();
  return (
    <label className="field">
      <span>{words.addresses}</span>
      <textarea className="input" name="addresses" rows={2} defaultValue={value} />
      <small>{words.addressesHelp}</small>
    </label>
  );
}
