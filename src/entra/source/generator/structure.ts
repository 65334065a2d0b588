import { Dice } from './dice.ts';
import { departments, type Department } from './workplaces.ts';

/** Maximum number of direct reports of a manager. The head of the tenant can have more. */
export const REPORTS_MAX = 8;
const GUESTS_PERCENT = 4;
const DISABLED_PERCENT = 3;

/** The position of a user in the structure of the tenant. */
export interface Position {
  readonly kind: 'employee' | 'guest';
  readonly department: Department;
  readonly title: string;
  /** The index of the manager; undefined for the head and for guests. */
  readonly manager: number | undefined;
  readonly enabled: boolean;
}

const GUEST = 255;

/** The structure of a generated tenant: one head, the departments, and a tree of managers and teams in each department. */
export class Structure {
  readonly #seed: number;
  readonly #departmentOf: Uint8Array;
  readonly #rankOf: Uint32Array;
  readonly #members: readonly number[][] = departments.map(() => []);

  constructor(seed: number, count: number) {
    this.#seed = seed;
    this.#departmentOf = new Uint8Array(count);
    this.#rankOf = new Uint32Array(count);
    const weighted = departments.map((department, index) => ({ index, weight: department.weight }));
    const [first, ...others] = weighted;
    for (let index = 0; index < count; index += 1) {
      const dice = new Dice(seed, 'place', index);
      const guest = index >= departments.length && dice.chance(GUESTS_PERCENT);
      // The first users are the heads of the departments.
      const department =
        index < departments.length || first === undefined ? index : dice.weighted([first, ...others]).index;
      this.#departmentOf[index] = guest ? GUEST : department;
      if (guest) continue;
      const members = this.#members[department] ?? [];
      this.#rankOf[index] = members.length;
      members.push(index);
    }
  }

  /** Returns the indexes of the users in the department with the index `department`. */
  membersOf(department: number): readonly number[] {
    return this.#members[department] ?? [];
  }

  at(index: number): Position {
    const dice = new Dice(this.#seed, 'position', index);
    const number = this.#departmentOf[index] ?? 0;
    const department = departments[number] ?? departments[0];
    if (number === GUEST) {
      return { kind: 'guest', department, title: '', manager: undefined, enabled: true };
    }
    const members = this.membersOf(number);
    const rank = this.#rankOf[index] ?? 0;
    const leads = rank * REPORTS_MAX + 1 < members.length;
    const title = rank === 0 ? department.head : leads ? department.lead : dice.pick(department.titles);
    const above = rank === 0 ? 0 : members[Math.floor((rank - 1) / REPORTS_MAX)];
    return {
      kind: 'employee',
      department,
      title,
      manager: index === 0 ? undefined : above,
      enabled: rank === 0 || leads || !dice.chance(DISABLED_PERCENT),
    };
  }
}
