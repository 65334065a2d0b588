import type { ReasonCode } from '../reasons.ts';
import { zhConflictReasons } from './conflict-reasons.ts';
import { zhDirectoryReasons } from './directory-reasons.ts';
import { zhKeyReasons } from './key-reasons.ts';
import { zhAccessReasons, zhFilterReasons, zhRequestReasons } from './other-reasons.ts';
import type { ReasonTexts } from './shape.ts';
import { zhUserReasons } from './user-reasons.ts';
import { zhValueReasons } from './value-reasons.ts';

/** Every reason in Chinese. A reason that is missing is a type error. */
export const zhReasons: ReasonTexts<ReasonCode> = {
  ...zhUserReasons,
  ...zhConflictReasons,
  ...zhDirectoryReasons,
  ...zhValueReasons,
  ...zhFilterReasons,
  ...zhKeyReasons,
  ...zhAccessReasons,
  ...zhRequestReasons,
};
