import { join, resolve } from 'node:path';

/**
 * Returns the absolute path of the folder with the engine's configuration, certificates and token. FreeRADIUS needs absolute paths.
 *
 * @param dataDir the value of TANHUA_DATA_DIR
 * @example engineFolder('/srv/tanhua') // '/srv/tanhua/radius'
 */
export function engineFolder(dataDir: string): string {
  return join(resolve(dataDir), 'radius');
}
