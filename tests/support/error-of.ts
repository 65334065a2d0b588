import { AppError } from '#base/errors.ts';

/** Returns the AppError that the action throws. Rethrows any other error, and throws an error if the action throws none. */
export function errorOf(action: () => unknown): AppError {
  try {
    action();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** Like `errorOf`, for a promise that rejects. */
export async function errorOfAsync(promise: Promise<unknown>): Promise<AppError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
