import packageJson from '../../package.json' with { type: 'json' };

/** The version of Tanhua: `version` in package.json, which the command line and the OpenAPI document report. */
export const productVersion: string = packageJson.version;
