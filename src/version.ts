/** The version of this package, written in at build time from package.json. */

declare const PACKAGE_VERSION: string | undefined;

/** "0.0.0-dev" when the source runs unbuilt, as in tests. */
export const version = typeof PACKAGE_VERSION === 'string' ? PACKAGE_VERSION : '0.0.0-dev';
