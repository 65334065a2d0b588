import { sql, type RawBuilder } from 'kysely';
import type { JsonSql } from '#database/json-sql.ts';
import type { Exemption, PeopleAction } from './action-outcomes.ts';

type Condition = RawBuilder<boolean>;

/**
 * Returns the condition for the users whom an action does not change for one reason, in the order in which the action checks the reasons.
 *
 * @param managed The condition for users whose source manages the password.
 */
export function exemptionCondition(
  json: JsonSql,
  managed: Condition,
  { action, exemption }: { readonly action: PeopleAction; readonly exemption: Exemption },
): Condition {
  const hasPassword = sql`users.password_pending = 0`;
  switch (exemption) {
    case 'unchanged':
      if (action === 'suspend') return sql`users.state = 'SUSPENDED'`;
      if (action === 'activate') return sql`users.state = 'ACTIVATED'`;
      if (action === 'unlock') return sql`users.account_locked = 0`;
      return sql`(${hasPassword} and not ${managed} and users.password_expired = 1)`;
    case 'passwordPending':
      return sql`users.password_pending = 1`;
    case 'stateTransition':
      return sql`users.state <> 'ACTIVATED'`;
    case 'passwordManaged':
      return action === 'expire'
        ? sql`(${hasPassword} and ${managed})`
        : sql`(users.state = 'ACTIVATED' and ${managed})`;
    case 'emailRequired': {
      const alternate = sql`coalesce(${json.textValue(sql.ref('users.properties'), ['alternateEmail'])}, '')`;
      return sql`(users.state = 'ACTIVATED' and not ${managed} and users.email is null
        and (${hasPassword} or ${alternate} = ''))`;
    }
  }
}
