import { Fragment } from 'react';
import { useWords } from '../../../words/words.tsx';
import { nameOf, type Administrator, type Role } from '../administrators/use-administrators.ts';
import { groupNames, permissionGroups } from './permission-groups.ts';
import styles from './roles.module.css';
import type { OpenRole } from './roles-section.tsx';

interface Props {
  readonly roles: readonly Role[];
  readonly holders: (role: Role) => readonly Administrator[];
  /** Absent for readers who may not change roles. */
  readonly open: ((open: OpenRole) => void) | undefined;
}

/** Each permission in words, and which roles have it. */
export function RoleMatrix({ roles, holders, open }: Props) {
  const { settings, locale, roleName } = useWords();
  const words = settings.roles;
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- The arrow keys scroll the roles that do not fit.
    <section className={`sheet ${styles['scroll'] ?? ''}`} aria-label={words.matrix} tabIndex={0}>
      <table className={styles['matrix']}>
        <thead>
          <tr>
            <th scope="col">{words.permission}</th>
            {roles.map((role) => (
              <th key={role.id} scope="col" title={role.description}>
                {roleName(role.name)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {groupNames.map((group) => (
            <Fragment key={group}>
              <tr>
                <th scope="colgroup" colSpan={roles.length + 1}>
                  <span>{words.groups[group]}</span>
                </th>
              </tr>
              {permissionGroups[group].map((permission) => (
                <tr key={permission}>
                  <th scope="row" title={permission}>
                    {words.permissions[permission]}
                  </th>
                  {roles.map(({ id, scopes }) => (
                    <td key={id}>
                      <Has has={scopes.includes(permission)} />
                    </td>
                  ))}
                </tr>
              ))}
            </Fragment>
          ))}
          <tr>
            <th scope="row">{words.holders}</th>
            {roles.map((role) => (
              <td key={role.id}>
                <span title={holders(role).map(nameOf).join(', ')}>{holders(role).length.toLocaleString(locale)}</span>
              </td>
            ))}
          </tr>
          {open !== undefined && roles.some(({ builtIn }) => !builtIn) && <ActionRow roles={roles} open={open} />}
        </tbody>
      </table>
    </section>
  );
}

function Has({ has }: { readonly has: boolean }) {
  const words = useWords().settings.roles;
  return (
    <span role="img" aria-label={has ? words.yes : words.no} data-has={has}>
      {has ? '●' : '–'}
    </span>
  );
}

function ActionRow({ roles, open }: { readonly roles: readonly Role[]; readonly open: (open: OpenRole) => void }) {
  const words = useWords().settings.roles;
  return (
    <tr>
      <th scope="row">
        <span className="hidden">{words.change}</span>
      </th>
      {roles.map((role) => (
        <td key={role.id}>
          {!role.builtIn && (
            <span className={styles['buttons']}>
              <button
                type="button"
                className="button"
                data-size="small"
                aria-label={words.changeLabel(role.name)}
                onClick={() => open({ action: 'change', role })}
              >
                {words.change}
              </button>
              <button
                type="button"
                className="button"
                data-kind="danger"
                data-size="small"
                aria-label={words.removeLabel(role.name)}
                onClick={() => open({ action: 'remove', role })}
              >
                {words.remove}
              </button>
            </span>
          )}
        </td>
      ))}
    </tr>
  );
}
