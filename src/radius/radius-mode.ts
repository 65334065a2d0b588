import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '#base/config.ts';
import { engineFolder } from './engine/engine-folder.ts';
import { TOKEN_FILE } from './policy-api/api-token.ts';

/**
 * True if the server answers the RADIUS engine: TANHUA_RADIUS is on, or it is auto and "tanhua radius setup" or "tanhua radius run" was run
 * with the same data folder.
 *
 * @example isRadiusOn({ radius: 'auto', dataDir: './data' }) // false before the setup
 */
export function isRadiusOn({ radius, dataDir }: Pick<Config, 'radius' | 'dataDir'>): boolean {
  return radius === 'on' || (radius === 'auto' && existsSync(join(engineFolder(dataDir), TOKEN_FILE)));
}
