/** What can be done with many people at once. */
export const peopleActionNames = ['suspend', 'activate', 'unlock', 'expire', 'mail', 'delete'] as const;
export type PeopleAction = (typeof peopleActionNames)[number];

/** Why an action does not change a person: the person is already as it would be, or the code of the error that refuses the action. */
export type Exemption = 'unchanged' | 'passwordPending' | 'passwordManaged' | 'stateTransition' | 'emailRequired';

/** For each action, why it does not change a person. A person has at most one of these reasons. */
export const exemptionsOf = {
  suspend: ['unchanged'],
  activate: ['unchanged'],
  unlock: ['unchanged'],
  expire: ['unchanged', 'passwordPending', 'passwordManaged'],
  mail: ['stateTransition', 'passwordManaged', 'emailRequired'],
  delete: [],
} as const satisfies Readonly<Record<PeopleAction, readonly Exemption[]>>;
