import type { PlanException } from './plan-tables.ts';

/** Statements that read more than the rules allow, each with the reason why that is right. */
export const planExceptions: readonly PlanException[] = [];
